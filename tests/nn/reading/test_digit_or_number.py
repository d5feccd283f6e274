import numpy as np
import pytest

from nn.reading.digit_or_number import Piece, is_number
from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine, NumberReading


def digit(confidence: float, *, is_cut: bool = False) -> DetectedDigit:
    """Return a 7 of this confidence; all other classes have the same."""
    activations = np.where(np.arange(10) == 7, confidence, (1 - confidence) / 9)
    return DetectedDigit((0, 0, 9, 9), np.zeros((28, 28), np.uint8), activations, is_cut)


def reading(*digits: DetectedDigit, mark: str = "") -> NumberReading:
    marks = [Mark((0, 0, 2, 2), mark, True, 0)] if mark else []  # type: ignore[arg-type]
    return NumberReading([NumberLine(list(digits), marks)], [])


SURE, LIKELY, NO_DIGIT = digit(0.99), digit(0.9), digit(0.3)
CUT, DOUBTFUL_CUT = digit(0.99, is_cut=True), digit(0.9, is_cut=True)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (reading(SURE, SURE), True),
        (reading(SURE), False),
        (reading(LIKELY, LIKELY), True),
        (reading(SURE, NO_DIGIT), False),  # half of them
        (reading(SURE, SURE, NO_DIGIT), True),
        (reading(CUT, CUT), True),
        (reading(DOUBTFUL_CUT, DOUBTFUL_CUT), False),  # a doodle that was cut
        (reading(SURE, mark="-"), True),
        (reading(SURE, mark="."), False),  # a speck beside a digit
        (NumberReading([], []), False),
    ],
)
def test_a_number_is_several_digits_of_which_most_look_like_one(
    read: NumberReading, expected: bool
) -> None:
    assert is_number(read) is expected


def test_a_doubtful_digit_in_one_piece_stays_one_though_its_parts_look_like_digits() -> None:
    one_digit = Piece(20, height_px=10, may_be_digit=True)
    assert is_number(reading(CUT, CUT), piece=one_digit) is False
    assert is_number(reading(CUT, SURE), piece=one_digit) is True
    assert is_number(reading(CUT, CUT), piece=Piece(20, height_px=10, may_be_digit=False)) is True


def test_what_is_cut_from_a_drawing_is_no_digit_if_it_is_much_lower_than_all_of_it() -> None:
    # The digits are 9 pixels high.
    assert is_number(reading(CUT, CUT), piece=Piece(20, height_px=12, may_be_digit=False)) is True
    assert is_number(reading(CUT, CUT), piece=Piece(20, height_px=13, may_be_digit=False)) is False


def test_a_lower_threshold_lets_doubtful_cut_digits_be_a_number() -> None:
    assert is_number(reading(DOUBTFUL_CUT, DOUBTFUL_CUT), 0.8) is True


def test_digits_that_are_cut_from_a_drawing_are_not_all_narrow() -> None:
    # A crossed box: its sides are read as 1, what is between them as 8.
    for width_px, expected in ((10, False), (11, True)):
        piece = Piece(width_px, height_px=10, may_be_digit=False)
        assert is_number(reading(CUT, CUT, CUT), piece=piece) is expected
