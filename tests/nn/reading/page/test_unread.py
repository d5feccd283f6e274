"""Ink that is missing in what is read: cut by an edge, or too pale."""

import numpy as np
import pytest
from PIL import Image

from nn.reading.certainty import LeftOut, ReasonNotRead
from nn.reading.mnist import Pixels
from nn.reading.page.components import measure_components
from nn.reading.page.extract import Sheet
from nn.reading.page.grey import reduction_of
from nn.reading.page.photo import segment_ink
from nn.reading.page.threshold import ink_by_global_threshold
from nn.reading.page.unread import faint_ink, ink_cut_in_drawing, ink_cut_in_photograph, unread_ink

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
    sheet = Sheet(grey, reduction_of(Image.fromarray(grey)), source)
    return [each.why for each in unread_ink(sheet, is_of_one_digit=is_of_one_digit)]


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
    found = ink_cut_in_drawing(ink_by_global_threshold(paper(shape, *bars)))
    assert found == [LeftOut(bars[0], ReasonNotRead.CUT_BY_EDGE)] * n_cut


@pytest.mark.parametrize(("height_px", "n_cut"), [(40, 1), (100, 0)])
def test_ink_at_one_edge_of_a_photograph_goes_on_beyond_it_unless_it_fills_it(
    height_px: int, n_cut: int
) -> None:
    bar = (48, 0, 8, height_px)
    is_dark = paper((200, 100), bar) == 0
    components = measure_components(is_dark, is_dark.astype(np.float32))
    found = ink_cut_in_photograph(components, np.ones(1, np.bool_))
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
