"""Which grey levels are ink where one threshold is enough."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Mask, NoInk, Pixels, bounding_box, crop
from nn.reading.page import drawing
from nn.reading.page.components import label_components
from nn.reading.page.drawing import (
    cut_ink_of_drawing,
    even_ink,
    faint_ink,
    ink_by_global_threshold,
    left_out_of_drawing,
)
from nn.reading.page.find import to_mnist
from nn.reading.reading import LeftOut

Box = tuple[int, int, int, int]  # x, y, width, height


def paper(shape: tuple[int, int], *bars: Box, ink: int = 0, level: int = 255) -> Pixels:
    grey = np.full(shape, level, np.uint8)
    for x, y, width, height in bars:
        grey[y : y + height, x : x + width] = ink
    return grey


def grey(paper: int, *ink: int) -> np.ndarray:
    """Paper 10 x 10 with single pixels of ink."""
    levels = np.full((10, 10), paper, np.uint8)
    levels.ravel()[12 : 12 + len(ink)] = ink
    return levels


@pytest.mark.parametrize(
    ("level", "ink"),
    [(200, 0), (190, 0), (180, 0.125), (150, 0.5), (110, 1), (100, 1)],
)
def test_ink_rises_from_a_tenth_to_nine_tenths_of_the_contrast(level: int, ink: float) -> None:
    found = ink_by_global_threshold(grey(200, level, 100)).ink
    assert found.ravel()[12] == pytest.approx(ink, abs=1e-6)
    assert found.ravel()[13] == 1


def test_few_dark_pixels_are_ink_though_the_paper_is_grainy() -> None:
    levels = grey(200, *[215] * 9, *[100] * 3)
    assert (ink_by_global_threshold(levels).ink == 1).sum() == 3


def test_paper_is_what_fills_the_corners_where_ink_is_most_of_the_picture() -> None:
    levels = np.full((30, 30), 40, np.uint8)
    levels[:3, :3] = levels[:3, -3:] = levels[-3:, :3] = levels[-3:, -3:] = 220
    levels[:, :4] = levels[:4] = 220
    ink = ink_by_global_threshold(levels).ink
    assert ink[0, 0] == 0
    assert ink[15, 15] == 1


@pytest.mark.parametrize("is_light", [False, True])
def test_ink_within_its_outline_is_that_of_the_whole_picture_cropped(is_light: bool) -> None:
    levels = np.full((20, 30), 250, np.uint8)
    levels[4:9, 10:22] = 10
    levels[9, 10:22] = 215  # paler than what is ink
    found = ink_by_global_threshold(255 - levels if is_light else levels)
    assert found.digit_box == bounding_box(found.ink) == (10, 4, 12, 5)
    np.testing.assert_array_equal(found.digit, crop(found.ink))


@pytest.mark.parametrize(
    ("place", "is_at_edge"),
    [((1, 1), False), ((0, 5), True), ((5, 0), True), ((16, 5), True), ((5, 26), True)],
)
def test_ink_touches_each_of_the_edges_or_none(place: tuple[int, int], is_at_edge: bool) -> None:
    levels = np.full((20, 30), 255, np.uint8)
    levels[place[0] : place[0] + 4, place[1] : place[1] + 4] = 0
    assert ink_by_global_threshold(levels).is_at_edge == is_at_edge


@pytest.mark.parametrize("size_px", [(1, 5000), (5000, 1), (3, 60_000), (2000, 7), (1200, 9)])
@pytest.mark.parametrize("is_blank", [True, False])
def test_a_strip_is_blank_or_gets_a_picture(size_px: tuple[int, int], is_blank: bool) -> None:
    picture = Image.new("L", size_px, "white")
    if is_blank:
        with pytest.raises(NoInk):
            to_mnist(picture)
        return
    width_px, height_px = size_px
    picture.paste(0, (width_px // 3, height_px // 3, width_px // 3 + 90, height_px // 3 + 90))
    assert to_mnist(picture).shape == (28, 28)


SHAPES: dict[str, tuple[list[Box], bool]] = {
    "a digit": ([(40, 20, 10, 60)], True),
    "a digit that fills the picture": ([(0, 0, 100, 10), (60, 0, 12, 100)], True),
    "a stroke cut by one edge": ([(40, 20, 10, 60), (70, 0, 10, 40)], True),
    "a rule below a digit": ([(40, 20, 10, 60), (0, 90, 100, 3)], False),
    "a border beside a digit": ([(40, 20, 10, 60), (2, 0, 3, 100)], False),
    "two sides of a frame": ([(40, 20, 10, 60), (0, 0, 3, 100), (0, 0, 100, 3)], False),
}


@pytest.mark.parametrize(("bars", "is_drawing"), SHAPES.values(), ids=SHAPES)
def test_a_rule_from_edge_to_edge_beside_other_ink_is_that_of_a_scan(
    bars: list[Box], is_drawing: bool
) -> None:
    assert (even_ink(paper((100, 100), *bars)) is not None) == is_drawing


def test_paper_of_many_levels_is_no_drawing_and_mnists_format_is_one() -> None:
    grain = np.random.default_rng(0).integers(180, 220, (100, 100)).astype(np.uint8)
    grain[20:80, 40:50] = 10
    assert even_ink(grain) is None
    assert even_ink(paper((28, 28), (0, 0, 2, 28), (10, 5, 4, 18))) is not None


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


BAR, POINT = (120, 20, 10, 30), (70, 110, 8, 8)


def faint(level: int, box: Box = BAR, ink: int = 0, grain: int = 0) -> Pixels:
    """Return a drawing of a pale box beside a bar of ink, 100 pixels high."""
    grey = paper((140, 400), (50, 20, 10, 100), ink=ink)
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


@pytest.mark.parametrize(
    ("edge_px", "n_pieces", "is_searched"), [(2, 2, False), (3, 2, True), (3, 1, False)]
)
def test_the_pale_edge_of_ink_and_one_piece_alone_take_no_time(
    edge_px: int, n_pieces: int, is_searched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = paper((100, 100 * n_pieces), *[(40 + 100 * n, 40, 20, 20) for n in range(n_pieces)])
    rim = slice(40 - edge_px, 60 + edge_px)
    grey[rim, rim] = np.minimum(grey[rim, rim], 220)
    searches = []

    def search(mask: Mask) -> Any:
        searches.append(mask)
        return label_components(mask)

    monkeypatch.setattr(drawing, "label_components", search)
    assert faint_ink(ink_by_global_threshold(grey)) == []
    assert bool(searches) == is_searched


def test_nothing_is_beside_ink_that_is_a_few_pixels_of_what_is_pale() -> None:
    grey = paper((140, 400), (120, 20, 10, 100), ink=195)
    grey[60, 125] = 0
    assert faint_ink(ink_by_global_threshold(grey)) == []


@pytest.mark.parametrize(("level", "n_of_all", "n_of_one"), [(200, 1, 1), (150, 0, 1), (120, 0, 0)])
def test_beside_one_digit_paler_ink_counts_as_faint(
    level: int, n_of_all: int, n_of_one: int
) -> None:
    even = ink_by_global_threshold(faint(level))
    assert len(left_out_of_drawing(even, is_of_one_digit=False)) == n_of_all
    assert len(left_out_of_drawing(even, is_of_one_digit=True)) == n_of_one
