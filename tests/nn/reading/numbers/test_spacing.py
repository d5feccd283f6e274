import numpy as np
import pytest

from nn.reading.numbers.spacing import with_doubts_between
from nn.reading.numbers.types import Box, DetectedDigit, NumberLine


def line_of(*boxes: Box) -> NumberLine:
    image = np.zeros((28, 28), np.uint8)
    return NumberLine([DetectedDigit(box, image, np.eye(10)[1], False) for box in boxes], [])


@pytest.mark.parametrize(
    ("box", "is_doubtful"),
    [
        ((12, -25, 20, 30), True),  # a piece above, 5 px from the digit
        ((12, -50, 20, 30), False),  # 20 px from it
        ((-30, 20, 20, 30), True),  # beside it
        ((12, -65, 20, 60), False),  # as high as the digit: another line
    ],
)
def test_a_low_digit_next_to_one_of_another_line_is_doubtful(box: Box, is_doubtful: bool) -> None:
    lines = with_doubts_between([line_of((0, 10, 40, 70), (200, 10, 40, 70)), line_of(box)])
    signs = [[digit.may_be_sign for digit in line.digits] for line in lines]
    assert signs == [[is_doubtful, False], [is_doubtful]]


def test_no_lines_have_no_doubts() -> None:
    assert with_doubts_between([]) == []


@pytest.mark.parametrize(("x", "is_doubtful"), [(20, True), (0, False)])
def test_a_digit_inside_another_and_that_one_are_doubtful(x: int, is_doubtful: bool) -> None:
    (line,) = with_doubts_between([line_of((0, 0, 60, 90), (x, 20, 10, 60), (200, 0, 40, 90))])
    assert [digit.may_be_sign for digit in line.digits] == [is_doubtful, is_doubtful, False]
