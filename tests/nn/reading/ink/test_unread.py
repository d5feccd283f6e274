from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn.reading.doubts import LeftOut, Why
from nn.reading.ink import unread as faint_search
from nn.reading.ink.components import measure_components
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.ink.grey import reduction_of
from nn.reading.ink.photo import PhotoSegmentation, segment_ink
from nn.reading.ink.threshold import ink_by_global_threshold
from nn.reading.ink.unread import faint_ink, ink_cut_in_drawing, ink_cut_in_photograph, unread_ink

BAR = (120, 20, 10, 30)


def drawn(*bars: tuple[tuple[int, int, int, int], int]) -> list[Why]:
    """Return what is not read of bars, each x, y, width and height, and its grey level."""
    picture = Image.new("L", (200, 140), "white")
    for (x, y, width, height), level in bars:
        picture.paste(level, (x, y, x + width, y + height))
    return [each.why for each in unread_ink(find_ink(picture))]


def test_of_a_drawing_what_an_edge_cuts_and_what_is_faint_is_not_read() -> None:
    inside = ((50, 20, 10, 100), 0)
    assert drawn(inside) == []
    assert drawn(inside, ((160, 30, 40, 8), 0)) == [Why.CUT_BY_EDGE]
    assert drawn(inside, ((120, 20, 10, 40), 200)) == [Why.FAINT]


def test_of_a_photograph_what_an_edge_cuts_is_not_read() -> None:
    grey: Any = np.full((240, 240), 200, np.uint8)
    grey[100:140, 100:108] = grey[100:108, 60:100] = 20
    picture = Image.fromarray(grey)
    whole = Sheet(grey, reduction_of(picture), segment_ink(grey))
    assert unread_ink(whole) == []

    grey[0:60, 150:158] = 20
    cut = Sheet(grey, reduction_of(picture), segment_ink(grey))
    assert [each.why for each in unread_ink(cut)] == [Why.CUT_BY_EDGE]


def test_in_a_photograph_of_one_digit_other_writing_is_not_read() -> None:
    grey: Any = np.full((240, 240), 200, np.uint8)
    grey[90:150, 100:108] = grey[90:98, 60:100] = 20
    grey[20:70, 180:188] = grey[20:28, 150:180] = 20
    sheet = Sheet(grey, reduction_of(Image.fromarray(grey)), segment_ink(grey))
    assert unread_ink(sheet) == []
    beside = unread_ink(sheet, is_of_one_digit=True)
    assert [each.why for each in beside] == [Why.BESIDE_THE_DIGIT]


def test_what_was_rejected_in_a_photograph_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    grey: Any = np.full((240, 240), 200, np.uint8)
    grey[90:150, 100:108] = grey[90:98, 60:100] = 20
    sheet = Sheet(grey, reduction_of(Image.fromarray(grey)), segment_ink(grey))
    rejected = [LeftOut((0, 0, 9, 9), Why.NO_PAPER)]
    monkeypatch.setattr(PhotoSegmentation, "find_rejected", lambda self: rejected)
    assert unread_ink(sheet) == unread_ink(sheet, is_of_one_digit=True) == rejected


def test_in_a_drawing_of_one_digit_paler_ink_beside_it_is_not_read() -> None:
    picture = Image.new("L", (200, 140), "white")
    picture.paste(0, (50, 20, 60, 120))
    picture.paste(170, (120, 20, 130, 120))
    sheet = find_ink(picture)
    assert unread_ink(sheet) == []
    assert [each.why for each in unread_ink(sheet, is_of_one_digit=True)] == [Why.FAINT]


def cut(*bars: tuple[int, int, int, int], shape: tuple[int, int] = (100, 200)) -> list[LeftOut]:
    """Return what is cut of bars, each x, y, width and height, on white paper of this shape."""
    grey = np.full(shape, 255, np.uint8)
    for x, y, width, height in bars:
        grey[y : y + height, x : x + width] = 0
    return ink_cut_in_drawing(ink_by_global_threshold(grey))


@pytest.mark.parametrize(
    "bar",
    [(0, 30, 40, 8), (160, 30, 40, 8), (90, 0, 8, 40), (90, 60, 8, 40)],
    ids=["left", "right", "top", "bottom"],
)
def test_ink_at_one_edge_goes_on_beyond_it(bar: tuple[int, int, int, int]) -> None:
    inside = (60, 40, 20, 20)
    assert cut(bar, inside) == [LeftOut(bar, Why.CUT_BY_EDGE)]


@pytest.mark.parametrize(("width_px", "n_cut"), [(5, 0), (6, 1)])
def test_a_speck_at_the_edge_is_no_digit(width_px: int, n_cut: int) -> None:
    assert len(cut((0, 30, width_px, 2), (60, 40, 50, 20))) == n_cut


def test_ink_within_the_picture_is_whole() -> None:
    assert cut((1, 1, 198, 98)) == []


@pytest.mark.parametrize(("margin_px", "n_cut"), [(0, 0), (10, 0), (11, 1)])
def test_ink_that_comes_near_to_the_opposite_edge_too_was_cropped(
    margin_px: int, n_cut: int
) -> None:
    assert len(cut((0, 30, 200 - margin_px, 8))) == n_cut


@pytest.mark.parametrize(("side_px", "n_cut"), [(79, 0), (80, 1)])
def test_small_pictures_were_cropped_before(side_px: int, n_cut: int) -> None:
    assert len(cut((0, 30, 20, 8), shape=(side_px, side_px))) == n_cut


@pytest.mark.parametrize(("height_px", "n_cut"), [(194, 1), (195, 0), (205, 0), (206, 1)])
def test_a_digit_as_large_in_its_picture_as_mnists_may_reach_the_edge(
    height_px: int, n_cut: int
) -> None:
    bar = (130, 280 - height_px, 20, height_px)
    assert len(cut(bar, shape=(280, 280))) == n_cut
    assert len(cut(bar, shape=(280, 281))) == 1


def cut_in_photograph(*bars: tuple[int, int, int, int]) -> list[LeftOut]:
    """Return what is cut of bars of ink, each x, y, width and height, in 100 x 200 pixels."""
    is_dark = np.zeros((200, 100), np.bool_)
    for x, y, width, height in bars:
        is_dark[y : y + height, x : x + width] = True
    components = measure_components(is_dark, is_dark.astype(np.float32))
    return ink_cut_in_photograph(components, np.ones(len(bars), np.bool_))


@pytest.mark.parametrize(
    "bar",
    [(0, 80, 40, 8), (58, 80, 40, 8), (48, 0, 8, 40), (48, 158, 8, 40)],
    ids=["left", "right", "top", "bottom"],
)
def test_ink_that_lies_at_one_edge_of_a_photograph_goes_on_beyond_it(
    bar: tuple[int, int, int, int],
) -> None:
    assert cut_in_photograph(bar) == [LeftOut(bar, Why.CUT_BY_EDGE)]


@pytest.mark.parametrize(("height_px", "n_cut"), [(99, 1), (100, 0)])
def test_a_digit_that_fills_its_photograph_may_touch_an_edge(height_px: int, n_cut: int) -> None:
    assert len(cut_in_photograph((48, 0, 8, height_px))) == n_cut


def test_a_photograph_that_was_cropped_to_its_number_cuts_no_digit() -> None:
    assert cut_in_photograph((0, 80, 20, 40), (80, 80, 20, 40)) == []


def test_a_photograph_without_ink_cuts_none() -> None:
    assert cut_in_photograph() == []


def faint(
    level: int,
    box: tuple[int, int, int, int] = BAR,
    ink: int = 0,
    *,
    grain: int = 0,
    n_bars: int = 1,
) -> list[LeftOut]:
    """Return what is faint beside bars of ink, 100 pixels high, on a white picture."""
    grey = np.full((140, 400), 255, np.uint8)
    grey[::2] -= np.uint8(grain)
    grey[:, 1::2] -= np.uint8(2 * grain)
    for left in range(220, 220 + 30 * (n_bars - 1), 30):
        grey[20:120, left : left + 10] = ink
    grey[20:120, 50:60] = ink
    x, y, width, height = box
    grey[y : y + height, x : x + width] = level
    return faint_ink(ink_by_global_threshold(grey))


@pytest.mark.parametrize(
    ("level", "is_faint"), [(250, False), (249, True), (189, True), (188, False)]
)
def test_what_is_neither_paper_nor_ink_is_faint(level: int, is_faint: bool) -> None:
    assert faint(level) == ([LeftOut(BAR, Why.FAINT)] if is_faint else [])


@pytest.mark.parametrize(("level", "is_faint"), [(233, False), (224, True)])
def test_on_paper_of_several_levels_only_what_is_clearly_darker_is_faint(
    level: int, is_faint: bool
) -> None:
    assert bool(faint(level, grain=2)) == is_faint


@pytest.mark.parametrize(("width_px", "is_faint"), [(100, True), (101, False)])
def test_what_covers_much_of_a_picture_is_noise(width_px: int, is_faint: bool) -> None:
    assert bool(faint(249, (120, 0, width_px, 140))) == is_faint


@pytest.mark.parametrize(("height_px", "is_faint"), [(29, False), (30, True)])
def test_faint_specks_are_smaller_than_the_usual_ink_however_long_its_row_is(
    height_px: int, is_faint: bool
) -> None:
    assert bool(faint(200, (120, 20, 10, height_px), n_bars=6)) == is_faint


def test_what_is_much_higher_than_the_ink_is_a_coloured_part_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    panel = (100, 0, 80, 140)
    monkeypatch.setattr(faint_search, "MAX_HEIGHT", 1.4)
    assert faint(240, panel) == [LeftOut(panel, Why.FAINT)]
    monkeypatch.setattr(faint_search, "MAX_HEIGHT", 1.39)
    assert faint(240, panel) == []


def test_what_has_few_pixels_as_dark_as_ink_is_faint() -> None:
    grey = np.full((140, 400), 255, np.uint8)
    grey[20:120, 50:60] = 0
    grey[20:120, 120:130] = 195
    grey[20:30, 120:130] = 180  # ink, a tenth of it
    assert len(faint_ink(ink_by_global_threshold(grey))) == 1
    grey[30, 120] = 180
    assert faint_ink(ink_by_global_threshold(grey)) == []


def test_nothing_is_beside_ink_that_is_a_few_pixels_of_what_is_pale() -> None:
    grey = np.full((140, 400), 255, np.uint8)
    grey[20:120, 120:130] = 195
    grey[60, 125] = 0
    assert faint_ink(ink_by_global_threshold(grey)) == []


@pytest.mark.parametrize(
    ("level", "box", "is_faint"),
    [
        (200, (70, 110, 8, 8), True),
        (200, (70, 110, 7, 7), False),  # a speck
        (200, (70, 110, 2, 12), False),  # a hair
        (243, (70, 110, 8, 8), True),
        (244, (70, 110, 8, 8), False),  # as a lossy format adds around ink
        (200, (109, 110, 8, 8), True),
        (200, (110, 110, 8, 8), False),  # far from ink
    ],
)
def test_a_faint_mark_near_ink_may_be_a_point_or_a_comma(
    level: int, box: tuple[int, int, int, int], is_faint: bool
) -> None:
    assert faint(level, box) == ([LeftOut(box, Why.FAINT)] if is_faint else [])


def test_what_is_connected_with_ink_is_a_part_of_it() -> None:
    assert faint(200, (60, 20, 20, 30)) == []


@pytest.mark.parametrize(("height_px", "is_faint"), [(29, False), (30, True)])
def test_faint_specks_are_not_listed(height_px: int, is_faint: bool) -> None:
    assert bool(faint(200, (120, 20, 10, height_px))) == is_faint


@pytest.mark.parametrize(("width_px", "is_faint"), [(2, False), (3, True)])
def test_a_little_of_what_is_faint_may_be_the_edge_of_ink(width_px: int, is_faint: bool) -> None:
    assert bool(faint(200, (120, 20, width_px, 30))) == is_faint


@pytest.mark.parametrize(("ink", "is_faint"), [(110, False), (90, True)])
def test_beside_pale_ink_what_is_faint_is_the_grain_of_paper(ink: int, is_faint: bool) -> None:
    assert bool(faint(230, ink=ink)) == is_faint
