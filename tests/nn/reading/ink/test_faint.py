import numpy as np
import pytest

from nn.reading.ink import faint as faint_search
from nn.reading.ink.faint import faint_ink
from nn.reading.ink.threshold import ink_by_global_threshold
from nn.reading.left_out import LeftOut, Why

BAR = (120, 20, 10, 30)


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
    monkeypatch.setattr(faint_search, "HIGHEST", 1.4)
    assert faint(240, panel) == [LeftOut(panel, Why.FAINT)]
    monkeypatch.setattr(faint_search, "HIGHEST", 1.39)
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
