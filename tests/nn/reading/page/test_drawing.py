"""Which grey levels are ink where one threshold is enough."""

import numpy as np
import pytest
from PIL import Image

from nn.reading.mnist import NoInk, crop, outline
from nn.reading.page.drawing import ink_by_global_threshold
from nn.reading.page.find import to_mnist


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
    levels[9, 10:22] = 215  # paler than what belongs to the outline
    found = ink_by_global_threshold(255 - levels if is_light else levels)
    assert found.outline == outline(found.ink) == (10, 4, 12, 5)
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
