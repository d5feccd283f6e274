"""What the ink of a sign may be besides, by its shape and place."""

import cv2
import numpy as np
import pytest

from nn.reading.lines.divide import SignInk
from nn.reading.lines.look_alikes import (
    is_slash,
    line_width,
    may_be_index,
    may_be_other_sign,
    slant,
)
from nn.reading.lines.strip import COMMA, N_CLASSES, POINT
from nn.reading.reading import Sign


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
    ("label", "foot", "may_be"), [(COMMA, 102, True), (COMMA, 110, False), (POINT, 102, False)]
)
def test_a_comma_that_stays_on_the_line_may_be_a_short_1(
    label: int, foot: int, may_be: bool
) -> None:
    ink = SignInk(60, foot - 40, np.ones((40, 8), np.float32), is_cut=False)
    sign = Sign(label, np.zeros(N_CLASSES), 0, range(1))
    assert may_be_other_sign(sign, ink, [UPRIGHT]) == may_be


@pytest.mark.parametrize(
    ("height", "width", "may_be"), [(40, 20, False), (40, 30, True), (76, 30, False)]
)
def test_a_wide_comma_may_be_an_index_or_a_letter(height: int, width: int, may_be: bool) -> None:
    ink = SignInk(60, 120 - height, np.ones((height, width), np.float32), is_cut=False)
    assert (
        may_be_other_sign(Sign(COMMA, np.zeros(N_CLASSES), 0, range(1)), ink, [UPRIGHT]) == may_be
    )


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
