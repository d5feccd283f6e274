import numpy as np
import pytest

from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine


def line_of(digits: str, *marks: tuple[str, int]) -> NumberLine:
    """A line of digits and of marks, each with its position."""
    image = np.zeros((28, 28), np.uint8)
    return NumberLine(
        [
            DetectedDigit((0, 0, 9, 9), image, np.eye(10)[int(digit)], False, 1.0)
            for digit in digits
        ],
        [Mark((0, 0, 2, 2), character, True, position) for character, position in marks],  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("digits", "marks", "text"),
    [
        ("314", [], "314"),
        ("314", [(".", 1)], "3.14"),
        ("72", [("-", 0)], "-72"),
        ("1000000", [(",", 1), (",", 4)], "1,000,000"),
        ("05", [("-", 0), (".", 1)], "-0.5"),
        ("5", [("-", 0), (".", 0)], "-.5"),
        ("12", [(".", 2)], "12."),
    ],
)
def test_the_text_of_a_line_has_its_marks_between_its_digits(
    digits: str, marks: list[tuple[str, int]], text: str
) -> None:
    line = line_of(digits, *marks)
    assert line.text == text
    assert line.number == digits
