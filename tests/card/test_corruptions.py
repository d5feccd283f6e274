import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nn.core.layers import Array
from nn.evaluation.sets import to_picture
from nn.reading.ink.extract import to_mnist
from tests.card.corruptions import (
    INK_CORRUPTIONS,
    LARGE_PX,
    PHOTO_CORRUPTIONS,
    PhotoCorruption,
    enlarge,
    rotated,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def bar(height_px: int, width_px: int, side_px: int = LARGE_PX) -> Array:
    """Return the ink of an upright bar in the middle."""
    ink = np.zeros((side_px, side_px), np.float32)
    top, left = (side_px - height_px) // 2, (side_px - width_px) // 2
    ink[top : top + height_px, left : left + width_px] = 1
    return ink


def test_an_enlarged_picture_has_5_times_the_sides_and_its_ink_in_the_same_place() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:14, 6:10] = 255
    ink = enlarge(image)
    assert ink.shape == (140, 140)
    assert ink.dtype == np.float32
    assert ink[60, 40] == 1
    assert ink[60, 100] == 0
    assert abs(ink.sum() - 20 * 20) < 20


def test_a_picture_of_ink_is_dark_on_white() -> None:
    picture = np.asarray(to_picture(np.array([[0, 1, 0.2, 1.5]], np.float32)))
    assert picture.tolist() == [[255, 0, 204, 0]]


def test_left_is_anticlockwise() -> None:
    left, right = (rotated(bar(100, 12), rng(), degrees) for degrees in (15, -15))
    half = len(left) // 2
    # The upper end of a bar that is turned to the left lies on the left.
    assert left[:half, :half].sum() > 2 * left[:half, half:].sum()
    assert right[:half, half:].sum() > 2 * right[:half, :half].sum()


@pytest.mark.parametrize("name", INK_CORRUPTIONS)
def test_every_corruption_leaves_a_legible_digit(name: str) -> None:
    zero = Image.new("L", (LARGE_PX, LARGE_PX))
    ImageDraw.Draw(zero).ellipse((35, 20, 105, 120), outline=255, width=12)
    ink = np.asarray(zero, np.float32) / 255
    image = to_mnist(to_picture(INK_CORRUPTIONS[name](ink, rng())))
    assert image.max() == 255
    assert image[14, 14] < 128  # the hole is still there


@settings(deadline=None, max_examples=20)
@given(arrays(np.uint8, (28, 28)), st.sampled_from(sorted(INK_CORRUPTIONS)))
def test_every_corruption_returns_ink_and_leaves_its_input_as_it_was(
    image: NDArray[np.uint8], name: str
) -> None:
    image[5:20, 10:18] = 255
    ink = enlarge(image)
    before = ink.copy()
    changed = INK_CORRUPTIONS[name](ink, rng())
    assert changed.dtype == np.float32
    assert changed.ndim == 2
    assert 0 <= changed.min() <= changed.max() <= 1 + 1e-6
    assert np.array_equal(ink, before)


def sheet() -> Image.Image:
    """A photographed line on a grey sheet."""
    levels = np.full((128, 128, 3), 180, np.uint8)
    levels[40:90, 60:68] = 40
    return Image.fromarray(levels)


@pytest.mark.parametrize("corrupt", PHOTO_CORRUPTIONS.values(), ids=PHOTO_CORRUPTIONS)
def test_a_corrupted_photograph_differs_and_is_as_large(corrupt: PhotoCorruption) -> None:
    corrupted = corrupt(sheet(), np.random.default_rng(1))
    assert corrupted.size == (128, 128)
    assert np.abs(np.asarray(corrupted, float) - np.asarray(sheet(), float)).max() > 10
