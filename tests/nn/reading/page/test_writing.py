"""Components of a photograph: which are writing, and which of them are the digit."""

import numpy as np
import pytest

from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import Components, measure_components
from nn.reading.page.photo import find_border_blobs, render_ink, select_digit
from nn.reading.page.writing import TakenFor, Writing, find_writing

SIDE_PX = 200
Box = tuple[int, int, int, int]  # left, top, right, bottom
DIGITS: list[Box] = [(60, 60, 68, 140), (100, 60, 108, 140), (130, 90, 160, 98)]
THIN_DIGITS: list[Box] = [(60, 60, 63, 140), (100, 60, 103, 140), (130, 60, 133, 140)]
DOT: Box = (110, 137, 113, 140)  # a decimal point by the same pen


def sheet(*boxes: Box, level: float = 0.5) -> Ink:
    """Return the contrast of rectangles on paper."""
    contrast = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for left, top, right, bottom in boxes:
        contrast[top:bottom, left:right] = level
    return contrast


def measured(contrast: Ink, threshold: float = 0.05) -> Components:
    return measure_components(contrast > threshold, contrast)


def ruled(*boxes: Box) -> Mask:
    return sheet(*boxes) > 0


def is_selected(contrast: Ink, x: int, y: int, is_ruled: Mask) -> bool:
    """Return whether the component at a point is ink."""
    components = measured(contrast)
    return bool(components.pixels(find_writing(components, is_ruled, ruled()).is_ink)[y, x])


def is_in_digit(contrast: Ink, x: int, y: int) -> bool:
    """Return whether the component at a point is of the digit in the middle."""
    components = measured(contrast)
    return bool(components.pixels(select_digit(components, components.areas > 0))[y, x])


def with_trail() -> Ink:
    """Return writing and a long slanting shadow on the sheet that is paler than the ink."""
    contrast = sheet((60, 60, 68, 110), (100, 60, 108, 110), (130, 60, 138, 110))
    for x in range(10, 190):
        contrast[144 + x // 4 : 152 + x // 4, x] = 0.3
    return contrast


def corner_of_lines() -> Ink:
    return sheet(*DIGITS, (20, 170, 190, 173), (20, 20, 23, 173))


def dots(*more: Box, at: Box = DOT, level: float = 0.5) -> Ink:
    return np.maximum(sheet(*THIN_DIGITS, *more), sheet(at, level=level))


MANY_DOTS: list[Box] = [(x, y, x + 3, y + 3) for x in range(60, 135, 6) for y in (150, 156)]
BENT = sheet(*DIGITS, (10, 150, 40, 158), (10, 150, 18, 190))
NOT_RULED = ruled()
SELECTED = {
    "a decimal point": (dots(), (111, 138), NOT_RULED, True),
    "a bent stroke on ruled lines": (
        BENT,
        (12, 180),
        ruled((0, 148, SIDE_PX, 160), (8, 0, 20, SIDE_PX)),
        True,
    ),
    "a speck": (sheet(*DIGITS, (20, 20, 23, 23)), (21, 21), NOT_RULED, False),
    "a smudge": (
        np.maximum(sheet(*DIGITS), sheet((20, 20, 60, 30), level=0.2)),
        (30, 25),
        NOT_RULED,
        False,
    ),
    "a slim line": (sheet(*DIGITS, (40, 60, 43, 104)), (41, 80), NOT_RULED, False),
    "a remainder of a ruled line": (
        sheet(*DIGITS, (100, 151, 112, 155)),
        (105, 153),
        ruled((0, 155, SIDE_PX, 158)),
        False,
    ),
    "a long shadow that is paler than the ink": (with_trail(), (100, 172), NOT_RULED, False),
    "the corner of two lines": (corner_of_lines(), (21, 100), NOT_RULED, False),
    "a stroke that the edge cuts": (sheet(*DIGITS, (0, 40, 20, 52)), (5, 45), NOT_RULED, False),
    "a pale dot": (dots(level=0.3), (111, 138), NOT_RULED, False),
    "a dot far from digits": (dots(at=(180, 137, 183, 140)), (181, 138), NOT_RULED, False),
    "dots everywhere": (dots(*MANY_DOTS), (111, 138), NOT_RULED, False),
}


@pytest.mark.parametrize("name", SELECTED)
def test_a_component_is_ink_or_not(name: str) -> None:
    contrast, (x, y), is_ruled, is_ink = SELECTED[name]
    assert is_selected(contrast, x, y, is_ruled) == is_ink


@pytest.mark.parametrize(
    ("contrast", "at", "is_of_digit"),
    [
        (sheet((90, 60, 100, 140), (119, 60, 129, 80)), (124, 70), True),
        (sheet((90, 60, 100, 140), (120, 60, 130, 80)), (125, 70), False),
        (dots(), (111, 138), False),
    ],
    ids=["a near stroke", "a far stroke", "a decimal point"],
)
def test_a_stroke_belongs_to_the_digit_up_to_a_quarter_of_its_height(
    contrast: Ink, at: tuple[int, int], is_of_digit: bool
) -> None:
    assert is_in_digit(contrast, *at) is is_of_digit


@pytest.mark.parametrize(("thickness_px", "is_blob"), [(8, False), (30, True)])
def test_only_what_is_thicker_than_twice_the_lines_and_at_the_edge_is_a_blob(
    thickness_px: int, is_blob: bool
) -> None:
    lines = measured(sheet(*DIGITS))
    at_edge = sheet(*DIGITS, (SIDE_PX - thickness_px, 0, SIDE_PX, SIDE_PX)) > 0
    assert find_border_blobs(at_edge, lines)[:, -4:].all() == is_blob
    assert not find_border_blobs(sheet((60, 60, 140, 140)) > 0, lines).any()


@pytest.mark.parametrize(("share", "ink"), [(0.25, 0.0), (0.5, 0.5)])
def test_ink_rises_from_three_to_seven_tenths_of_the_contrast_of_the_line(
    share: float, ink: float
) -> None:
    contrast = sheet((40, 40, 160, 160), level=0.4)
    contrast[100, 100] = share * 0.4
    rendered = render_ink(measured(contrast), np.array([True]), contrast)
    assert rendered[100, 100] == pytest.approx(ink, abs=0.03)
    assert rendered[80, 80] == 1


@pytest.mark.parametrize(
    ("box", "n_oversized"),
    [((150, 0, 160, 180), 1), ((150, 60, 160, 180), 0), ((0, 70, 8, 140), 0)],
    ids=["a shadow from the edge", "a high stroke inside", "a digit at the edge"],
)
def test_what_reaches_the_edge_and_is_far_higher_than_the_digits_is_oversized(
    box: Box, n_oversized: int
) -> None:
    components = measured(sheet((60, 70, 68, 110), (100, 70, 108, 110), box))
    writing = Writing(components, np.full(3, TakenFor.WRITING, np.int8))
    assert writing.are_oversized.sum() == n_oversized
    is_at_edge = np.where(components.are_at_edge, TakenFor.WRITING, TakenFor.SPECK)
    alone = Writing(components, is_at_edge.astype(np.int8))
    assert not alone.are_oversized.any()  # nothing to compare with
