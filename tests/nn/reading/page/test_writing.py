"""Components of a photograph: which are writing, and which others may be digits all the same."""

import numpy as np
import pytest

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import Components, measure_components, select_digit
from nn.reading.page.photo import find_border_blobs, render_ink
from nn.reading.page.writing import (
    TakenFor,
    Usual,
    Writing,
    cut_ink_of_photograph,
    find_writing,
    rejected,
    ruled_ones,
)
from nn.reading.reading import LeftOut

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


def measured(contrast: Ink) -> Components:
    return measure_components(contrast > 0.05, contrast)


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
def test_a_blob_is_twice_as_thick_as_lines_and_at_the_edge(
    thickness_px: int, is_blob: bool
) -> None:
    lines = measured(sheet(*DIGITS))
    at_edge = sheet(*DIGITS, (SIDE_PX - thickness_px, 0, SIDE_PX, SIDE_PX)) > 0
    assert find_border_blobs(at_edge, lines)[:, -4:].all() == is_blob
    assert not find_border_blobs(sheet((60, 60, 140, 140)) > 0, lines).any()


@pytest.mark.parametrize(("share", "ink"), [(0.25, 0.0), (0.5, 0.5)])
def test_ink_rises_from_0_3_to_0_7_of_the_lines_contrast(share: float, ink: float) -> None:
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
def test_what_reaches_the_edge_and_is_far_higher_is_oversized(box: Box, n_oversized: int) -> None:
    components = measured(sheet((60, 70, 68, 110), (100, 70, 108, 110), box))
    writing = Writing(components, np.full(3, TakenFor.WRITING, np.int8))
    assert writing.are_oversized.sum() == n_oversized
    is_at_edge = np.where(components.are_at_edge, TakenFor.WRITING, TakenFor.SPECK)
    alone = Writing(components, is_at_edge.astype(np.int8))
    assert not alone.are_oversized.any()  # nothing to compare with


USUAL = Usual(side_px=60, line_px=8, level=0.5)
BROAD_PEN = Usual(side_px=60, line_px=20, level=0.5)
IS_FAINT, IS_LINE, IS_CUT = (
    [ReasonNotRead.FAINT],
    [ReasonNotRead.TAKEN_FOR_LINE],
    [ReasonNotRead.CUT_BY_EDGE],
)


def seven(scale: float = 1, left: int = 70, level: float = 0.5) -> Ink:
    """Return the contrast of a seven, 60 pixels high: a bar and an upright stroke."""
    right, bottom = left + round(40 * scale), 70 + round(60 * scale)
    bar, stroke = (left, 70, right, 78), (right - 8, 70, right, bottom)
    return sheet(bar, stroke, level=level)


def eight(line_px: int) -> Ink:
    """Return the contrast of a pale angular eight right of the seven, 60 pixels high."""
    bars = [(130, top, 170, top + line_px) for top in (70, 98, 130 - line_px)]
    strokes = [(left, 70, left + line_px, 130) for left in (130, 170 - line_px)]
    return sheet(*bars, *strokes, level=0.2)


def cut_zero(side_px: int) -> Ink:
    """Return what the top edge leaves of an angular zero above the seven, 20 pixels high."""
    right = 60 + side_px
    return sheet((60, 0, 67, 20), (right - 7, 0, right, 20), (60, 13, right, 20))


def reasons_beside(
    contrast: Ink, taken_for: TakenFor, ink: Ink, usual: Usual = USUAL
) -> list[ReasonNotRead]:
    """Return why components that are taken for something may be digits, beside ink."""
    whole = np.maximum(ink, contrast)
    components = measured(whole)
    is_ink = np.isin(np.arange(1, len(components.areas) + 1), components.labels[ink > 0])
    writing = Writing(components, np.where(is_ink, TakenFor.WRITING, taken_for).astype(np.int8))
    return [each.why for each in rejected(writing, usual, 0.08, whole)]


ALONE = {
    "a faint digit": (seven(), TakenFor.FAINT, IS_FAINT),
    "a digit that the edge cuts": (seven(), TakenFor.CUT, IS_CUT),
    "an upright line, which may be a 1": (sheet((70, 70, 78, 130)), TakenFor.LINE, IS_LINE),
    "a digit in a shadow": (
        np.maximum(seven(), sheet((0, 60, SIDE_PX, 140), level=0.2)),
        TakenFor.LINE,
        [ReasonNotRead.NO_PAPER],
    ),
    "a small stroke": (seven(0.5), TakenFor.FAINT, []),
    "a shadow higher than digits": (seven(1.5, level=0.2), TakenFor.FAINT, []),
    "a thin line": (sheet((70, 70, 72, 130)), TakenFor.LINE, []),
    "a faint straight stroke": (sheet((70, 70, 79, 130), level=0.2), TakenFor.FAINT, []),
    "a pale shape at the edge": (seven(left=0, level=0.2), TakenFor.CUT, []),
}


@pytest.mark.parametrize(("contrast", "taken_for", "expected"), ALONE.values(), ids=ALONE)
def test_what_is_no_ink_may_be_a_digit(
    contrast: Ink, taken_for: TakenFor, expected: list[ReasonNotRead]
) -> None:
    assert reasons_beside(contrast, taken_for, sheet()) == expected


ROW_BELOW = np.maximum(seven(), sheet((70, 160, 78, 190)))
BESIDE = {
    "a pale upright stroke": (sheet((140, 70, 149, 130), level=0.2), TakenFor.FAINT, IS_FAINT),
    "a pale level stroke": (sheet((130, 95, 190, 104), level=0.2), TakenFor.FAINT, []),
    "a speck at the edge": (sheet((0, 95, 8, 103)), TakenFor.CUT, []),
    "a pale piece at the edge": (sheet((0, 90, 16, 106), level=0.3), TakenFor.CUT, []),
    "a piece darker than the ink": (sheet((0, 90, 16, 106), level=0.8), TakenFor.CUT, []),
    "a line along the top edge": (sheet((60, 0, 120, 16)), TakenFor.CUT, []),
    "a zero cut by the top edge": (cut_zero(40), TakenFor.CUT, IS_CUT),
    "a speck at the top edge": (cut_zero(22), TakenFor.CUT, []),
    "a 1 at the edge": (sheet((0, 70, 8, 130)), TakenFor.LINE, IS_CUT),
    "a broad bar at the edge": (sheet((0, 70, 20, 130)), TakenFor.LINE, []),
    "a high border": (sheet((0, 50, 8, 140)), TakenFor.LINE, []),
    "a narrow border": (sheet((0, 70, 4, 130)), TakenFor.LINE, []),
    "an underline": (sheet((60, 140, 120, 146)), TakenFor.LINE, []),
    "a line far from writing": (sheet((145, 95, 190, 101)), TakenFor.LINE, []),
    "a pale point": (sheet((114, 122, 122, 130), level=0.2), TakenFor.FAINT, IS_FAINT),
    "a pale comma": (sheet((114, 126, 122, 140), level=0.2), TakenFor.FAINT, IS_FAINT),
    "a pale speck above the foot": (sheet((114, 90, 122, 98), level=0.2), TakenFor.FAINT, []),
    "a pale speck below the digit": (sheet((94, 136, 102, 144), level=0.2), TakenFor.FAINT, []),
    "a point taken for a line": (sheet((114, 122, 122, 130), level=0.2), TakenFor.LINE, []),
    "grain near writing": (sheet((114, 122, 122, 130), level=0.1), TakenFor.SPECK, []),
}
BY_A_BROAD_PEN = {
    "a hair": (eight(2), TakenFor.FAINT, []),
    "a pale speck": (sheet((114, 122, 116, 140), level=0.2), TakenFor.FAINT, []),
}
ROWS = {
    "a fraction's bar": (sheet((60, 140, 110, 146)), TakenFor.LINE, ROW_BELOW, IS_LINE),
    "a line far from both": (
        sheet((60, 110, 110, 116)),
        TakenFor.LINE,
        sheet((70, 0, 78, 40), (70, 150, 78, 190)),
        [],
    ),
    "a cut zero far above": (cut_zero(40), TakenFor.CUT, sheet((70, 90, 78, 150)), []),
}
CASES = (
    {name: (*case[:2], seven(), USUAL, case[2]) for name, case in BESIDE.items()}
    | {name: (*case[:2], seven(), BROAD_PEN, case[2]) for name, case in BY_A_BROAD_PEN.items()}
    | {name: (*case[:3], USUAL, case[3]) for name, case in ROWS.items()}
)


@pytest.mark.parametrize("name", CASES)
def test_beside_writing_smaller_and_paler_components_may_be_left_out(name: str) -> None:
    contrast, taken_for, ink, usual, expected = CASES[name]
    assert reasons_beside(contrast, taken_for, ink, usual) == expected


@pytest.mark.parametrize(
    ("box", "is_one"),
    [
        ((60, 70, 68, 130), True),
        ((60, 40, 68, 130), False),  # higher than digits
        ((60, 70, 68, 90), False),
        ((0, 70, 8, 130), False),  # a border
        ((192, 70, 200, 130), False),
        ((60, 70, 62, 130), False),  # thinner than the pen
    ],
)
def test_a_ruled_line_as_high_as_a_digit_may_be_a_1(box: Box, is_one: bool) -> None:
    found = ruled_ones(measured(sheet(box)), USUAL)
    assert [each.why for each in found] == IS_LINE * is_one


@pytest.mark.parametrize(("height_px", "n_cut"), [(40, 1), (100, 0)])
def test_ink_at_one_edge_of_a_photograph_goes_on_beyond_it_unless_it_fills_it(
    height_px: int, n_cut: int
) -> None:
    contrast = sheet((48, 0, 56, height_px))[:, :100]
    found = cut_ink_of_photograph(Writing(measured(contrast), np.zeros(1, np.int8)))
    assert found == [LeftOut((48, 0, 8, height_px), ReasonNotRead.CUT_BY_EDGE)] * n_cut
