"""What the ink of a sign may be besides, by its shape and place."""

import cv2
import numpy as np
import pytest

from nn.reading.lines.divide import SignInk
from nn.reading.lines.look_alikes import is_slash, may_be_short_one, slant
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
    assert may_be_short_one(sign, ink, [UPRIGHT]) == may_be
