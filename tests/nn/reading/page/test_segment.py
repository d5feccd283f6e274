"""The maps of a picture: where they lie, whatever its size."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.models import ink_network
from nn.reading.mnist import Ink, NoInk
from nn.reading.page.find import find_ink, unread_ink
from nn.reading.page.segment import MULTIPLE_PX, OTHER, PEN, segmenter


def by_darkness(inputs: Ink) -> Ink:
    """Stand in for the network: what is darker than the median is pen, what is lighter is other."""
    assert not any(side % MULTIPLE_PX for side in inputs.shape[1:3])
    n, rows, columns, _ = inputs.shape
    halves = inputs.reshape(n, rows // 2, 2, columns // 2, 2).mean(axis=(2, 4))
    classes = np.zeros((n, rows // 2, columns // 2, 3), np.float32)
    classes[..., PEN], classes[..., OTHER] = halves < -0.5, halves > 0.5
    return classes


@pytest.mark.parametrize("size", [(28, 28), (40, 96), (131, 257), (300, 210)])
def test_maps_lie_where_the_picture_has_what_they_show(size: tuple[int, int]) -> None:
    grey = np.full(size, 128, np.uint8)
    pen, other = np.zeros((2, *size), np.bool_)
    pen[4:20, 6:12], other[-10:, :] = True, True
    grey[pen], grey[other] = 20, 240
    maps = segmenter(by_darkness)(grey)
    for found, expected in ((maps.pen, pen), (maps.other, other)):
        assert found.shape == size
        is_same = (found >= 0.5) == expected
        assert is_same.mean() > 0.98
        assert found[expected].mean() > 0.85


def test_the_classes_of_light_pen_are_those_of_dark_pen_on_the_negative() -> None:
    grey = np.full((64, 64), 100, np.uint8)
    grey[20:40, 30:34] = 250
    assert segmenter(by_darkness)(grey).pen.max() == 0
    assert segmenter(by_darkness)(255 - grey).pen[30, 31] == 1


def cell(*strokes: list[tuple[int, int]]) -> Image.Image:
    """Return a photographed cell (40, 60) with its left and lower border, and what is written."""
    rng = np.random.default_rng(0)
    grey = np.full((160, 240), 205.0)
    grey[:, :10], grey[-14:] = 70, 70
    for stroke in strokes:
        cv2.polylines(grey, [4 * np.array(stroke)], False, 60, 10)
    small = cv2.resize(grey, (60, 40), interpolation=cv2.INTER_AREA) + rng.normal(0, 3, (40, 60))
    return Image.fromarray(np.rint(small).clip(0, 255).astype(np.uint8))


def test_the_borders_of_a_cell_are_no_ink() -> None:
    segment = segmenter(ink_network.load().network.activations)
    seven = cell([(20, 6), (38, 6), (27, 30)])
    page, by_threshold = find_ink(seven, segment), find_ink(seven)
    assert by_threshold.ink[:, :2].min() > 0.5 and by_threshold.ink[-2:].min() > 0.5
    assert page.ink[:, :4].max() == 0 == page.ink[-4:].max()
    x, y, width, height = page.digit_box
    assert 17 <= x <= 20 and 3 <= y <= 6 and 18 <= width <= 24 and 23 <= height <= 30
    assert unread_ink(page, is_of_one_digit=True) == []
    assert list(page.stages(is_number=True)) == ["grey", "pen", "other", "ink"]


def test_an_empty_cell_has_no_ink() -> None:
    segment = segmenter(ink_network.load().network.activations)
    with pytest.raises(NoInk):
        find_ink(cell(), segment)
    assert find_ink(cell()).ink.any()
