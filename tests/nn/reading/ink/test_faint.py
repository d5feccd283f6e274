import numpy as np
import pytest

from nn.reading.ink.faint import faint_ink
from nn.reading.ink.threshold import ink_by_global_threshold
from nn.reading.left_out import LeftOut, Why

BAR = (120, 20, 10, 30)


def faint(level: int, box: tuple[int, int, int, int] = BAR, ink: int = 0) -> list[LeftOut]:
    """Return what is faint beside a bar of ink, 100 pixels high, on a white picture."""
    grey = np.full((140, 200), 255, np.uint8)
    grey[20:120, 50:60] = ink
    x, y, width, height = box
    grey[y : y + height, x : x + width] = level
    return faint_ink(ink_by_global_threshold(grey))


@pytest.mark.parametrize(
    ("level", "is_faint"), [(230, False), (229, True), (189, True), (188, False)]
)
def test_what_is_neither_paper_nor_ink_is_faint(level: int, is_faint: bool) -> None:
    assert faint(level) == ([LeftOut(BAR, Why.FAINT)] if is_faint else [])


def test_what_is_connected_with_ink_is_a_part_of_it() -> None:
    assert faint(200, (60, 20, 20, 30)) == []


@pytest.mark.parametrize(("height_px", "is_faint"), [(29, False), (30, True)])
def test_faint_specks_are_not_listed(height_px: int, is_faint: bool) -> None:
    assert bool(faint(200, (120, 20, 10, height_px))) == is_faint


@pytest.mark.parametrize(("width_px", "is_faint"), [(4, False), (5, True)])
def test_a_little_of_what_is_faint_may_be_the_edge_of_ink(width_px: int, is_faint: bool) -> None:
    assert bool(faint(200, (120, 20, width_px, 30))) == is_faint


@pytest.mark.parametrize(("ink", "is_faint"), [(110, False), (90, True)])
def test_beside_pale_ink_what_is_faint_is_the_grain_of_paper(ink: int, is_faint: bool) -> None:
    assert bool(faint(230, ink=ink)) == is_faint
