"""Ink that is not read: cut by an edge, too pale, or rejected."""

import numpy as np
import pytest
from PIL import Image

from nn.decoding.picture_files import PictureSize
from nn.reading.mnist import Ink, Pixels
from nn.reading.page.components import measure_components
from nn.reading.page.drawing import cut_ink_of_drawing, faint_ink, ink_by_global_threshold
from nn.reading.page.find import Page, unread_ink
from nn.reading.page.grey import reduction_of
from nn.reading.page.photo import segment_ink
from nn.reading.page.writing import (
    TakenFor,
    Usual,
    Writing,
    cut_ink_of_photograph,
    other_writing,
    rejected,
    ruled_ones,
)
from nn.reading.reading import LeftOut, ReasonNotRead
from tests.nn.reading.page.test_writing import SIDE_PX, measured, sheet

Box = tuple[int, int, int, int]  # x, y, width, height


def paper(shape: tuple[int, int], *bars: Box, ink: int = 0, level: int = 255) -> Pixels:
    grey = np.full(shape, level, np.uint8)
    for x, y, width, height in bars:
        grey[y : y + height, x : x + width] = ink
    return grey


def reasons(
    grey: Pixels, *, is_photograph: bool, is_of_one_digit: bool = False
) -> list[ReasonNotRead]:
    """Return why ink of a picture is not read."""
    source = segment_ink(grey) if is_photograph else ink_by_global_threshold(grey)
    size = PictureSize(*grey.shape[::-1])
    found = Page(grey, reduction_of(Image.fromarray(grey)), source, size)
    return [each.why for each in unread_ink(found, is_of_one_digit=is_of_one_digit)]


def with_pale_bar(level: int) -> Pixels:
    grey = paper((140, 200), (50, 20, 10, 100))
    grey[20:60, 120:130] = level
    return grey


ONE: list[Box] = [(100, 90, 8, 60), (60, 90, 40, 8)]
OTHER: list[Box] = [(180, 20, 8, 50), (150, 20, 30, 8)]
PHOTOGRAPH = (240, 240)
PICTURES: dict[str, tuple[Pixels, bool, list[ReasonNotRead], list[ReasonNotRead]]] = {
    "faint ink in a drawing": (
        with_pale_bar(200),
        False,
        [ReasonNotRead.FAINT],
        [ReasonNotRead.FAINT],
    ),
    "a photograph cut by its edge": (
        paper(PHOTOGRAPH, *ONE, (150, 0, 8, 60), ink=20, level=200),
        True,
        [ReasonNotRead.CUT_BY_EDGE],
        [ReasonNotRead.BESIDE_THE_DIGIT, ReasonNotRead.CUT_BY_EDGE],
    ),
    "other writing in a photograph": (
        paper(PHOTOGRAPH, *ONE, *OTHER, ink=20, level=200),
        True,
        [],
        [ReasonNotRead.BESIDE_THE_DIGIT],
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_not_read_of_a_picture_and_of_one_that_shows_one_digit(name: str) -> None:
    grey, is_photograph, of_all, of_one = PICTURES[name]
    assert reasons(grey, is_photograph=is_photograph) == of_all
    found = reasons(grey, is_photograph=is_photograph, is_of_one_digit=True)
    assert set(found) == set(of_one)


INSIDE = (20, 45, 50, 10)
CUT_IN_DRAWING: dict[str, tuple[tuple[int, int], list[Box], int]] = {
    "at the top": ((100, 200), [(90, 0, 8, 40), INSIDE], 1),
    "a speck": ((100, 200), [(0, 30, 5, 2), INSIDE], 0),
    "cropped with a margin": ((100, 200), [(0, 30, 190, 8)], 0),
    "a small picture": ((79, 79), [(0, 30, 20, 8)], 0),
    "a picture that is large enough": ((80, 80), [(0, 30, 20, 8)], 1),
    "in MNIST's format": ((280, 280), [(130, 85, 20, 195)], 0),
}


@pytest.mark.parametrize("name", CUT_IN_DRAWING)
def test_ink_at_one_edge_of_a_drawing_goes_on_beyond_it(name: str) -> None:
    shape, bars, n_cut = CUT_IN_DRAWING[name]
    found = cut_ink_of_drawing(ink_by_global_threshold(paper(shape, *bars)))
    assert found == [LeftOut(bars[0], ReasonNotRead.CUT_BY_EDGE)] * n_cut


@pytest.mark.parametrize(("height_px", "n_cut"), [(40, 1), (100, 0)])
def test_ink_at_one_edge_of_a_photograph_goes_on_beyond_it_unless_it_fills_it(
    height_px: int, n_cut: int
) -> None:
    bar = (48, 0, 8, height_px)
    is_dark = paper((200, 100), bar) == 0
    components = measure_components(is_dark, is_dark.astype(np.float32))
    found = cut_ink_of_photograph(Writing(components, np.zeros(1, np.int8)))
    assert found == [LeftOut(bar, ReasonNotRead.CUT_BY_EDGE)] * n_cut


BAR, POINT = (120, 20, 10, 30), (70, 110, 8, 8)


def faint(level: int, box: Box = BAR, ink: int = 0, grain: int = 0, n_bars: int = 1) -> Pixels:
    """Return a drawing of a pale box beside bars of ink, 100 pixels high."""
    bars = [(220 + 30 * number, 20, 10, 100) for number in range(n_bars - 1)]
    grey = paper((140, 400), (50, 20, 10, 100), *bars, ink=ink)
    grey[::2] -= np.uint8(grain) * (grey[::2] == 255)
    grey[:, 1::2] -= np.uint8(2 * grain) * (grey[:, 1::2] > 250)
    x, y, width, height = box
    grey[y : y + height, x : x + width] = level
    return grey


def beside_panel(height_px: int) -> Pixels:
    """Return a drawing of a bar, 40 pixels high, beside a pale panel."""
    grey = paper((140, 400), (50, 20, 10, 40))
    grey[:height_px, 100:180] = 240
    return grey


FAINT = {
    "hardly darker than grainy paper": (faint(233, grain=2), False),
    "darker than grainy paper": (faint(224, grain=2), True),
    "more, as noise is": (faint(249, (120, 0, 101, 140)), False),
    "a coloured part of the page": (beside_panel(101), False),
    "a speck": (faint(200, (120, 20, 10, 29)), False),
    "the edge of ink": (faint(200, (120, 20, 2, 30)), False),
    "grain beside pale ink": (faint(230, ink=110), False),
    "a point that is too small": (faint(200, (70, 110, 7, 7)), False),
    "a pale point": (faint(243, POINT), True),
    "what a lossy format adds around ink": (faint(244, POINT), False),
}


@pytest.mark.parametrize(("grey", "is_faint"), FAINT.values(), ids=FAINT)
def test_what_is_neither_paper_nor_ink_is_faint(grey: Pixels, is_faint: bool) -> None:
    found = faint_ink(ink_by_global_threshold(grey))
    assert [each.why for each in found] == [ReasonNotRead.FAINT] * is_faint


@pytest.mark.parametrize(("n_dark", "is_faint"), [(100, True), (101, False)])
def test_what_has_at_most_a_tenth_of_its_pixels_as_dark_as_ink_is_faint(
    n_dark: int, is_faint: bool
) -> None:
    grey = faint(195, (120, 20, 10, 100))
    rows, columns = np.divmod(np.arange(n_dark), 10)
    grey[20 + rows, 120 + columns] = 180
    assert bool(faint_ink(ink_by_global_threshold(grey))) == is_faint


def test_nothing_is_beside_ink_that_is_a_few_pixels_of_what_is_pale() -> None:
    grey = paper((140, 400), (120, 20, 10, 100), ink=195)
    grey[60, 125] = 0
    assert faint_ink(ink_by_global_threshold(grey)) == []


USUAL = Usual(side_px=60, line_px=8, level=0.5)
BROAD_PEN = Usual(side_px=60, line_px=20, level=0.5)
IS_FAINT, IS_LINE, IS_CUT = (
    [ReasonNotRead.FAINT],
    [ReasonNotRead.TAKEN_FOR_LINE],
    [ReasonNotRead.CUT_BY_EDGE],
)


def seven(scale: float = 1, left: int = 70, level: float = 0.5, line_px: int = 8) -> Ink:
    """Return the contrast of a seven, 60 pixels high: a bar and an upright stroke."""
    right, bottom = left + round(40 * scale), 70 + round(60 * scale)
    bar, stroke = (left, 70, right, 70 + line_px), (right - line_px, 70, right, bottom)
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


def test_writing_of_a_digits_size_beside_the_digit_is_left_out_and_a_dot_is_not() -> None:
    components = measured(np.maximum(seven(), sheet((150, 70, 158, 130), (20, 70, 28, 80))))
    is_digit = components.sides_px[:, 0] == 40
    beside = [LeftOut((150, 70, 8, 60), ReasonNotRead.BESIDE_THE_DIGIT)]
    assert other_writing(components, is_digit, ~is_digit) == beside
    assert other_writing(components, np.zeros(3, bool), ~is_digit) == []
