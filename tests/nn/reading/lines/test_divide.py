"""A line divided: its ink among signs, its digits at wide gaps; digits that are crossed out."""

from collections.abc import Sequence

import numpy as np
import pytest

from nn.reading.doubts import DoubtfulSign, SignDoubt
from nn.reading.lines.divide import divide
from nn.reading.lines.gaps import split_at_wide_gaps
from nn.reading.lines.signs import with_repeats_in_doubt
from nn.reading.mnist import Ink
from nn.reading.reading import Digit, Line, Mark, Reading

Box = tuple[int, int, int, int]  # x, y, width, height
PEN_PX = 3


def line_of(*boxes: Box, shape: tuple[int, int] = (60, 160)) -> Ink:
    ink = np.zeros(shape, np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return ink


def upright(*columns: int) -> list[Box]:
    """Return upright lines that begin at these columns."""
    return [(column, 5, PEN_PX, 20) for column in columns]


STEM: Box = (20, 10, 6, 40)
INKS: dict[str, tuple[list[Box], list[float], list[tuple[int, int] | None], bool]] = {
    "each piece is of the nearest sign": (upright(10, 40), [14, 38], [(20, 3), (20, 3)], False),
    "touching signs are cut": (
        [*upright(10, 40), (10, 23, 33, 2)],
        [11, 41],
        [(20, 16), (20, 17)],
        True,
    ),
    "a stroke that reaches over a neighbour stays whole": (
        [(10, 8, 3, 42), (40, 34, 3, 16), (10, 8, 34, 1)],
        [11, 41],
        [(42, 34), (16, 3)],
        False,
    ),
    "separate strokes are joined and specks are not": (
        [*upright(10, 40), (12, 28, 8, 3), (56, 20, 2, 2)],
        [12, 41],
        [(26, 10), (20, 3)],
        False,
    ),
    "a stroke that shares columns": ([STEM, (10, 28, 12, 8)], [23], [(40, 16)], False),
    "a stroke beside a sign": ([STEM, (30, 28, 12, 4)], [23], [(40, 6)], False),
    "a speck near a sign": ([STEM, (28, 46, 4, 4)], [23], [(40, 6)], False),
    "a sign without ink near it": ([STEM], [80], [None], False),
    "one of two signs without ink": (upright(10), [11, 50], [(20, 3), None], False),
    "a piece that a seam grazes": (
        [(20, 10, 20, 40), (20, 10, 66, 2)],
        [30, 83],
        [(40, 66), None],
        False,
    ),
    "a broad piece": (
        [(20, 10, 46, 40), (26, 14, 36, 32)],
        [23, 63],
        [(40, 23), (40, 23)],
        True,
    ),
    "no ink": ([], [5, 20], [None, None], False),
    "neither ink nor signs": ([], [], [], False),
}


@pytest.mark.parametrize(("boxes", "middles", "sizes", "is_cut"), INKS.values(), ids=INKS)
def test_ink_is_divided_among_signs(
    boxes: list[Box], middles: list[float], sizes: list[tuple[int, int] | None], is_cut: bool
) -> None:
    signs = divide(line_of(*boxes), middles).of_signs
    assert [sign and sign.ink.shape for sign in signs] == sizes
    assert all(sign.is_cut == is_cut for sign in signs if sign)


@pytest.mark.parametrize("top", [5, 0])
def test_touching_signs_are_cut_where_there_is_least_ink(top: int) -> None:
    line = line_of(*((x, top, PEN_PX, 20) for x in (10, 40)), (10, top + 18, 33, 2))
    left, right = divide(line, [11.0, 41.0]).of_signs
    assert left and right
    assert left.ink[:18].sum() == right.ink[:18].sum() == 18 * PEN_PX
    assert left.ink.sum() + right.ink.sum() == line.sum()
    assert (left.x, left.y) == (10, top)


def test_slanted_neighbours_whose_columns_overlap_are_not_cut() -> None:
    strokes = [(40 - y + side, y, PEN_PX, 1) for y in range(5, 35) for side in (0, 14)]
    line = line_of(*strokes, shape=(40, 60))
    left, right = divide(line, [20.0, 34.0]).of_signs
    assert left and right
    assert not left.is_cut and not right.is_cut
    assert left.ink.sum() == right.ink.sum() == 30 * PEN_PX


def test_what_is_of_no_sign_is_listed() -> None:
    assert divide(line_of(*upright(10, 40)), [11.0]).rest == [(40, 5, PEN_PX, 20)]
    assert divide(line_of(*upright(10)), []).rest == [(10, 5, PEN_PX, 20)]
    dash = (30, 28, 12, 4)
    assert divide(line_of(STEM, dash, (46, 10, 6, 40)), [23, 49]).rest == [dash]


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


def test_a_digit_that_is_read_in_two_lines_is_in_doubt_in_both() -> None:
    checked = with_repeats_in_doubt([ones([0, 100]), ones([110, 300]), ones([600])])

    doubtful = [[digit.may_be_other for digit in line.digits] for line in checked]
    assert doubtful == [[False, True], [True, False], [False]]
