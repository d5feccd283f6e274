"""The maps of a picture: where they lie, whatever its size."""

import numpy as np
import pytest

from nn.reading.mnist import Ink
from nn.reading.page.segment import MULTIPLE_PX, OTHER, PEN, segment


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
    maps = segment(grey, by_darkness)
    for found, expected in ((maps.pen, pen), (maps.other, other)):
        assert found.shape == size
        is_same = (found >= 0.5) == expected
        assert is_same.mean() > 0.98
        assert found[expected].mean() > 0.85


def test_the_classes_of_light_pen_are_those_of_dark_pen_on_the_negative() -> None:
    grey = np.full((64, 64), 100, np.uint8)
    grey[20:40, 30:34] = 250
    assert segment(grey, by_darkness).pen.max() == 0
    assert segment(255 - grey, by_darkness).pen[30, 31] == 1
