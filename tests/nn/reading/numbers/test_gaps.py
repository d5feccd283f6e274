"""Digits are 100 px high; x is where they begin."""

import numpy as np
import pytest

from nn.reading.doubts import DoubtfulSign, SignDoubt
from nn.reading.numbers import read_lines
from nn.reading.numbers.read_lines import split_at_wide_gaps
from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine, NumberReading


def numbers(*starts: int, width: int = 40, points: tuple[tuple[int, int], ...] = ()) -> list[str]:
    """The numbers of a line of 1s, with points at x and positions; ? where one may be two."""
    image = np.zeros((28, 28), np.uint8)
    digits = [DetectedDigit((x, 10, width, 100), image, np.eye(10)[1], False, 1.0) for x in starts]
    marks = [Mark((x, 100, 10, 10), ".", True, position) for x, position in points]
    lines = split_at_wide_gaps([NumberLine(digits, marks)])
    return [line.text + "?" * bool(line.doubtful_gaps) for line in lines]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ((0, 60, 120), ["111"]),  # gaps of 20 px
        ((0, 60, 300, 360), ["11", "11"]),  # 20, 200, 20
        ((0, 60, 200, 260), ["1111?"]),  # 20, 100, 20
        ((0, 60, 150, 210), ["1111"]),  # 20, 50, 20: less than DOUBTFUL
        ((0, 160, 320, 480), ["1111"]),  # 120 each: in boxes
        ((0, 130), ["11?"]),  # 90
        ((0, 170), ["11?"]),  # 130: two numbers, or two boxes
        ((0, 240), ["1", "1"]),  # 200
        ((0,), ["1"]),
    ],
)
def test_a_wide_gap_separates_two_numbers(starts: tuple[int, ...], expected: list[str]) -> None:
    assert numbers(*starts) == expected


def test_the_doubtful_gaps_of_a_number_are_named_by_the_digits_before_them() -> None:
    image = np.zeros((28, 28), np.uint8)
    starts = (0, 60, 300, 360, 500, 560)  # gaps of 20, 200, 20, 100 and 20 px
    digits = [DetectedDigit((x, 10, 40, 100), image, np.eye(10)[1], False, 1.0) for x in starts]
    numbers = NumberReading(split_at_wide_gaps([NumberLine(digits, [])]), [])
    assert [line.text for line in numbers.lines] == ["11", "1111"]
    assert numbers.doubtful_signs == [DoubtfulSign(SignDoubt.GAP, 1, 2)]


@pytest.mark.parametrize(
    ("x", "position", "expected"),
    [
        (50, 1, ["1.", "1"]),
        (220, 1, ["1", ".1"]),
        (290, 2, ["1", "1."]),
        (-20, 0, [".1", "1"]),
    ],
)
def test_a_mark_in_a_wide_gap_is_of_the_nearer_number(
    x: int, position: int, expected: list[str]
) -> None:
    assert numbers(0, 240, points=((x, position),)) == expected


def test_a_gap_with_a_point_in_it_is_measured_beside_the_point() -> None:
    assert numbers(0, 60, 180) == ["111?"]
    assert numbers(0, 60, 180, points=((135, 2),)) == ["11.1"]  # 35 px at each side


@pytest.mark.parametrize(
    ("constant", "neutral", "width", "starts", "expected"),
    [
        ("MIN_USUAL_PITCH", 0.1, 40, (0, 60, 160, 220), ["1111"]),  # gaps of 20, 60, 20 px
        ("MIN_WIDE_GAP_OF_TWO", 1.0, 40, (0, 170), ["11?"]),
        ("MIN_DOUBTFUL_GAP", (0, 1.7, 1.3), 90, (0, 100, 240, 340), ["1111"]),  # 10, 50, 10
        ("MIN_DOUBTFUL_GAP", (0.55, 0, 1.3), 20, (0, 80, 200, 280), ["1111"]),  # 60, 100, 60
        ("MIN_DOUBTFUL_GAP", (0.55, 1.7, 0), 40, (0, 60, 160, 220), ["1111"]),
        ("MIN_WIDE_GAP", (0, 2.5, 1.8), 90, (0, 100, 285, 385), ["1111?"]),  # 10, 95, 10
        ("MIN_WIDE_GAP", (1.0, 0, 1.8), 10, (0, 90, 290, 380), ["1111?"]),  # 80, 190, 80
        ("MIN_WIDE_GAP", (1.0, 2.5, 0), 40, (0, 60, 210, 270), ["1111?"]),  # 20, 110, 20
    ],
)
def test_each_measure_of_a_gap_decides(
    constant: str,
    neutral: float | tuple[float, float, float],
    width: int,
    starts: tuple[int, ...],
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert numbers(*starts, width=width) == expected
    monkeypatch.setattr(read_lines, constant, neutral)
    assert numbers(*starts, width=width) != expected


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
