"""Gaps between the digits of a line: which separate two numbers, and which may do so."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from nn.reading.doubts import DoubtfulSign, SignDoubt
from nn.reading.lines.gaps import split_at_wide_gaps
from nn.reading.reading import Digit, Line, Mark, Reading


# Lines of 1s that are 100 px high, given by where each begins.
def ones(
    starts: Sequence[int],
    width: int = 40,
    marks: Sequence[tuple[str, int, int]] = (),
    digits: str = "",
) -> Line:
    """Return a line of digits, with marks: their character, x and position."""
    image = np.zeros((28, 28), np.uint8)
    labels = map(int, digits or "1" * len(starts))
    return Line(
        [
            Digit(np.eye(10)[label].tolist(), image, (x, 10, width, 100))
            for x, label in zip(starts, labels, strict=True)
        ],
        [Mark((x, 100, 10, 10), character, position) for character, x, position in marks],  # type: ignore[arg-type]
    )


def numbers(*starts: int, width: int = 40, points: Sequence[tuple[int, int]] = ()) -> list[str]:
    """Return the numbers of a line, with ? where one may be two."""
    line = ones(starts, width, [(".", x, position) for x, position in points])
    return [each.text + "?" * bool(each.doubtful_gaps) for each in split_at_wide_gaps([line])]


def test_each_number_keeps_what_may_be_missing_in_its_line() -> None:
    line = replace(ones((0, 60, 300, 360)), missed=0.3, strip=2)
    for number in split_at_wide_gaps([line]):
        assert (number.missed, number.strip) == (0.3, 2)


@pytest.mark.parametrize(
    ("starts", "width", "expected"),
    [
        ((0, 60, 120), 40, ["111"]),  # gaps of 20 px
        ((0, 60, 300, 360), 40, ["11", "11"]),  # 20, 200, 20
        ((0, 60, 200, 260), 40, ["1111?"]),  # 20, 100, 20
        ((0, 60, 160, 220), 40, ["1111"]),  # 20, 60, 20
        ((0, 60, 210, 270), 40, ["1111?"]),  # 20, 110, 20
        ((0, 160, 320, 480), 40, ["1111"]),  # 120 each: in boxes
        ((0, 130), 40, ["11?"]),  # 90
        ((0, 170), 40, ["11?"]),  # 130: two numbers, or two boxes
        ((0, 240), 40, ["1", "1"]),  # 200
        ((0, 100, 240, 340), 90, ["1111"]),  # 10, 50, 10
        ((0, 100, 285, 385), 90, ["1111?"]),  # 10, 95, 10
        ((0, 80, 200, 280), 20, ["1111"]),  # 60, 100, 60
        ((0, 90, 290, 380), 10, ["1111?"]),  # 80, 190, 80
    ],
)
def test_a_wide_gap_separates_two(starts: tuple[int, ...], width: int, expected: list[str]) -> None:
    assert numbers(*starts, width=width) == expected


@pytest.mark.parametrize(
    ("gaps_px", "digits", "expected"),
    [
        ((20, 100, 20, 20), "12345", ["12345"]),  # 12 345
        ((100, 20, 20, 100, 20, 20), "1234567", ["1234567"]),
        ((20, 100, 20, 20, 20), "123456", ["123456?"]),
        ((20, 20, 20, 100, 20, 20), "1234567", ["1234567?"]),
        ((20, 100, 20, 100, 20, 20), "1234567", ["1234567?"]),
        ((100, 20, 20, 240, 20, 20), "1234567", ["1234?", "567"]),  # 1 234 and 567, or three
        ((20, 110, 20, 20), "12345", ["12345?"]),  # wider than the digits are high
        ((20, 200, 20, 20), "12000", ["12000"]),  # 000 is no number
        ((20, 200, 20, 20), "12050", ["12", "050"]),
        ((20, 200, 20, 20), "12345", ["12", "345"]),
        ((20, 200, 20, 20, 20), "120000", ["12", "0000"]),
    ],
)
def test_a_gap_that_groups_thousands_separates_nothing(
    gaps_px: tuple[int, ...], digits: str, expected: list[str]
) -> None:
    starts = np.cumsum([0, *np.add(gaps_px, 40)]).tolist()
    found = split_at_wide_gaps([ones(starts, digits=digits)])
    assert [each.text + "?" * bool(each.doubtful_gaps) for each in found] == expected


def test_thousands_are_grouped_before_a_decimal_point_too() -> None:
    line = ones((0, 140, 200, 260, 340), marks=[(".", 310, 4)], digits="12345")
    (number,) = split_at_wide_gaps([line])
    assert (number.text, number.doubtful_gaps) == ("1234.5", [])


def test_the_doubtful_gaps_of_a_number_are_named_by_the_digits_before_them() -> None:
    line = ones((0, 60, 300, 360, 500, 560))  # gaps of 20, 200, 20, 100 and 20 px
    reading = Reading(split_at_wide_gaps([line]), None, [], 1, 1, is_number=True)
    assert [line.text for line in reading.lines] == ["11", "1111"]
    assert reading.doubtful_signs == [DoubtfulSign(SignDoubt.GAP, 1, 2)]


@pytest.mark.parametrize(
    ("x", "position", "expected"),
    [(50, 1, ["1.", "1"]), (220, 1, ["1", ".1"]), (290, 2, ["1", "1."]), (-20, 0, [".1", "1"])],
)
def test_a_mark_in_a_gap_is_of_the_nearer_number(
    x: int, position: int, expected: list[str]
) -> None:
    assert numbers(0, 240, points=[(x, position)]) == expected
    assert numbers(0, 60, 180) == ["111?"]
    assert numbers(0, 60, 180, points=[(135, 2)]) == ["11.1"]  # 35 px at each side of the point


@pytest.mark.parametrize(
    ("digits", "marks", "text"),
    [
        ("1000000", [(",", 1), (",", 4)], "1,000,000"),
        ("05", [("-", 0), (".", 1)], "-0.5"),
        ("5", [("-", 0), (".", 0)], "-.5"),
        ("12", [(".", 2)], "12."),
    ],
)
def test_the_text_of_a_line_has_its_marks_between_its_digits(
    digits: str, marks: list[tuple[str, int]], text: str
) -> None:
    placed = [(character, 0, position) for character, position in marks]
    line = ones(range(len(digits)), marks=placed, digits=digits)
    assert (line.text, line.number) == (text, digits)
