import numpy as np
import pytest

from nn.reading.ink.components import measure_components
from nn.reading.ink.edge import ink_cut_in_drawing, ink_cut_in_photograph
from nn.reading.ink.threshold import ink_by_global_threshold
from nn.reading.left_out import LeftOut, Why


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
