"""What the ink of a sign may be besides, by its shape and place."""

import cv2
import numpy as np
import pytest

from nn.reading.lines.divide import SignInk
from nn.reading.lines.look_alikes import (
    are_struck_out,
    is_bar,
    is_slash,
    is_struck_out,
    line_width,
    may_be_index,
    may_be_two,
    slant,
)
from nn.reading.mnist import bounding_box


def leaning(height: int, columns: int, *, width: int = 8) -> SignInk:
    """Return a straight line of a pen's width that leans by so many columns to the right."""
    ink = np.zeros((height, columns + width + 4), np.uint8)
    start, end = (columns + width // 2, width // 2), (width // 2, height - width // 2)
    cv2.line(ink, start, end, 255, width)
    return SignInk(0, 0, ink / np.float32(255), is_cut=False)


UPRIGHT = leaning(100, 0)


def test_slant_is_columns_to_the_right_for_each_row_upwards() -> None:
    assert slant(leaning(100, 46).ink) == pytest.approx(0.5, abs=0.02)
    assert slant(leaning(100, 46).ink[:, ::-1]) == pytest.approx(-0.5, abs=0.02)


@pytest.mark.parametrize(
    ("top", "bottom", "n_others", "may_be"),
    [(4, 116, 2, True), (5, 116, 2, False), (4, 115, 2, False), (4, 116, 0, False)],
)
def test_a_slash_reaches_a_twentieth_beyond_all_others_at_both_ends(
    top: int, bottom: int, n_others: int, may_be: bool
) -> None:
    def bar(top: int, bottom: int) -> SignInk:
        return SignInk(0, top, np.ones((bottom - top, 9), np.float32), is_cut=False)

    one = bar(top, bottom)
    assert is_slash(one, [one, *[bar(10, 110)] * n_others], []) == may_be


@pytest.mark.parametrize(
    ("columns", "of_bodies", "may_be"),
    [(20, 0, False), (40, 0, True), (40, 30, False), (0, 40, True), (40, None, True)],
)
def test_a_slash_leans_more_than_digits_without_a_stem(
    columns: int, of_bodies: int | None, may_be: bool
) -> None:
    one, bodies = leaning(100, columns), []
    if of_bodies is not None:
        bodies = [leaning(100, of_bodies)] * 2
    digits = [one, leaning(100, columns), *bodies]  # the other 1 may be a slash, too
    assert is_slash(one, digits, bodies) == may_be


@pytest.mark.parametrize(("height", "may_be"), [(100, False), (115, True)])
def test_a_slash_that_leans_little_is_higher_than_the_digits(height: int, may_be: bool) -> None:
    one = leaning(height, height // 5)
    assert is_slash(one, [one, UPRIGHT, UPRIGHT], [UPRIGHT, UPRIGHT]) == may_be


def test_a_thick_line_that_leans_is_no_slash() -> None:
    thick = leaning(100, 40, width=30)
    assert not is_slash(thick, [thick, UPRIGHT], [UPRIGHT])


@pytest.mark.parametrize(
    ("columns", "of_bodies", "width", "may_be"),
    [
        (60, 0, 8, True),
        (60, 30, 8, False),
        (40, 0, 8, False),
        (60, None, 8, True),
        (60, 0, 30, False),
    ],
)
def test_a_thin_1_that_leans_far_to_the_left_may_be_a_backslash(
    columns: int, of_bodies: int | None, width: int, may_be: bool
) -> None:
    def leaning_back(columns: int, width: int) -> SignInk:
        return SignInk(0, 0, leaning(100, columns, width=width).ink[:, ::-1], is_cut=False)

    bodies = [] if of_bodies is None else [leaning_back(of_bodies, 8)] * 2
    one = leaning_back(columns, width)
    assert is_bar(one, [one, *bodies], bodies) == may_be
    assert not is_bar(leaning(100, columns), [UPRIGHT], [UPRIGHT])


@pytest.mark.parametrize(
    ("height", "columns", "width", "may_be"),
    [(130, 0, 8, True), (130, 50, 8, True), (120, 0, 8, False), (130, 0, 16, False)],
)
def test_a_thin_1_that_is_much_higher_than_the_digits_may_be_a_bar(
    height: int, columns: int, width: int, may_be: bool
) -> None:
    one = leaning(height, columns, width=width)
    assert is_bar(one, [one, UPRIGHT, UPRIGHT], []) == may_be
    assert not is_bar(one, [one], [])  # with nothing to compare


def zeros(*heights: int, line: tuple[int, int, int, int], enlargement: int = 1) -> list[SignInk]:
    """Return zeros on a base line, each 80 columns from the next, that a line crosses.

    ``line`` is x and y of both ends; the zeros' middles are at x = 40, 120, ...
    """
    canvas = np.zeros((120, 80 * len(heights)), np.float32)
    for place, height in enumerate(heights):
        middle, axes = (40 + 80 * place, 110 - height // 2), (28, height // 2 - 3)
        cv2.ellipse(canvas, middle, axes, 0, 0, 360, 1.0, 6)
    cv2.line(canvas, line[:2], line[2:], 1.0, 6)
    cells = np.hsplit(canvas, len(heights))
    found = []
    for place, cell in enumerate(cells):
        x, y, width, height = bounding_box(cell)
        ink = cell[y : y + height, x : x + width].repeat(enlargement, 0).repeat(enlargement, 1)
        found.append(SignInk(enlargement * (80 * place + x), enlargement * y, ink, is_cut=False))
    return found


@pytest.mark.parametrize(
    ("line", "struck"),
    [
        ((6, 60, 234, 60), [True, True, True]),
        ((6, 60, 156, 60), [True, True, False]),
        ((6, 75, 156, 45), [True, True, False]),  # it rises
        ((6, 60, 78, 60), [False, False, False]),  # as the bar of a wide 4
        ((6, 20, 234, 20), [False, False, False]),  # joins them above
        ((6, 104, 234, 104), [False, False, False]),  # underlines them
        ((6, 110, 234, 10), [False, False, False]),
    ],
)
def test_a_long_level_line_in_the_middle_strikes_digits_out(
    line: tuple[int, int, int, int], struck: list[bool]
) -> None:
    assert are_struck_out(zeros(100, 100, 100, line=line)) == struck
    assert are_struck_out(zeros(100, 100, 100, line=line, enlargement=3)) == struck


def test_small_zeros_and_digits_without_ink_are_not_struck_out() -> None:
    six, *rest = zeros(100, 50, 50, line=(84, 85, 234, 85))  # joined in their middle
    assert are_struck_out([None, six, *rest]) == [False] * 4
    assert are_struck_out([None]) == [False]


@pytest.mark.parametrize(
    ("line", "struck"),
    [
        ((0, 84, 139, 78), True),  # low, as no line between two digits may be
        ((0, 60, 139, 60), True),
        ((30, 60, 119, 60), False),  # no longer than the digit is high
        ((0, 12, 139, 12), False),  # as the cap of a 5
        ((0, 99, 139, 99), False),  # as the base of a 2
    ],
)
def test_a_long_level_line_strikes_a_digit_out_that_is_alone(
    line: tuple[int, int, int, int], struck: bool
) -> None:
    cell = np.zeros((120, 140), np.uint8)
    cv2.ellipse(cell, (70, 55), (30, 45), 0, 0, 360, 1, 6)
    cv2.line(cell, line[:2], line[2:], 1, 6)
    x, y, width, height = bounding_box(cell)
    assert is_struck_out(cell[y : y + height, x : x + width].astype(np.float32)) == struck


def test_a_1_that_is_narrower_than_a_pixel_when_reduced_is_not_struck_out() -> None:
    one = SignInk(0, 0, np.ones((1000, 4), np.float32), is_cut=False)
    assert are_struck_out([one, one]) == [False, False]


@pytest.mark.parametrize(
    ("height", "foot", "is_zero", "may_be"),
    [
        (39, 100, False, True),
        (41, 100, False, False),
        (35, 100, True, False),
        (35, 85, True, False),
        (35, 75, True, True),  # a degree sign
        (35, 115, True, True),  # an index
        (50, 100, False, False),
        (50, 80, False, False),
        (50, 70, False, True),  # raised cents
        (50, 125, False, True),
        (50, 70, True, True),
        (65, 70, False, False),
        (80, 55, False, True),  # a large power
        (80, 145, False, True),
        (80, 65, False, False),
        (90, 55, False, False),
    ],
)
def test_a_digit_may_be_an_index_by_its_height_and_its_place(
    height: int, foot: int, is_zero: bool, may_be: bool
) -> None:
    boxes = [(0, 10, 60, 90), (100, 0, 60, 100), (200, foot - height, 40, height)]
    assert may_be_index(boxes, 2, is_zero=is_zero) == may_be
    assert not may_be_index(boxes, 0, is_zero=False)
    assert may_be_index([boxes[2], boxes[1]], 0, is_zero=True) == (height < 40)


@pytest.mark.parametrize("pen_px", [3, 9, 15])
def test_the_width_of_a_pen_is_measured_in_its_ink(pen_px: int) -> None:
    ink = np.zeros((100, 100), np.float32)
    ink[40 : 40 + pen_px, 5:95] = 1  # a 1 that lies
    digit = SignInk(0, 0, ink, is_cut=False)
    assert line_width([digit]) == pytest.approx(pen_px, rel=0.15)


PIECES: dict[str, tuple[tuple[int, int, int, int] | None, bool]] = {
    "one piece": (None, False),
    "a 1 beside it": ((0, 10, 6, 34), True),
    "a short stroke": ((0, 10, 6, 27), False),
    "a level bar, as of a 5": ((0, 10, 24, 16), False),
}


@pytest.mark.parametrize(("piece", "is_it"), PIECES.values(), ids=PIECES)
def test_a_digit_with_an_upright_second_piece_may_be_two(
    piece: tuple[int, int, int, int] | None, is_it: bool
) -> None:
    ink = np.zeros((60, 40), np.float32)
    ink[:, 30:36] = 1
    if piece:
        left, top, right, bottom = piece
        ink[top:bottom, left:right] = 1
    assert may_be_two(ink) == is_it
