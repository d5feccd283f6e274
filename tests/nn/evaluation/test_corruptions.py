import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nn.core.layers import Array
from nn.evaluation.corruptions import (
    INK_CORRUPTIONS,
    LARGE_PX,
    PHOTO_CORRUPTIONS,
    PhotoCorruption,
    blurred,
    enlarge,
    noisy,
    rotated,
    scanned,
    small,
    thickened,
    thinned,
    to_picture,
    without_grey,
)
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import crop


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


def test_unchanged_ink_is_the_same() -> None:
    assert np.array_equal(INK_CORRUPTIONS["unchanged"](bar(100, 12), rng()), bar(100, 12))


def test_left_is_anticlockwise() -> None:
    left, right = (rotated(bar(100, 12), rng(), degrees) for degrees in (15, -15))
    half = len(left) // 2
    # The upper end of a bar that is turned to the left lies on the left.
    assert left[:half, :half].sum() > 2 * left[:half, half:].sum()
    assert right[:half, half:].sum() > 2 * right[:half, :half].sum()


def test_rotation_loses_no_ink() -> None:
    full = np.ones((140, 140), np.float32)
    assert abs(rotated(full, rng(), 15).sum() / full.sum() - 1) < 0.02


def test_a_pen_gets_thinner_by_4_and_thicker_by_8_pixels() -> None:
    assert thinned(bar(100, 12), rng()).sum() == 96 * 8
    thick = thickened(bar(100, 12), rng())
    assert thick.max() == 1
    assert thick[len(thick) // 2].sum() == 20


def test_a_thicker_pen_at_the_edge_stays_whole() -> None:
    assert crop(thickened(bar(140, 12), rng())).shape == (148, 20)


def test_a_small_digit_s_longer_side_is_a_quarter_of_the_picture_s() -> None:
    ink = small(bar(100, 40), rng())
    assert ink.shape == (140, 140)
    assert crop(ink).shape == (35, 14)


def test_noise_has_a_standard_deviation_of_a_tenth() -> None:
    grey = np.full((200, 200), 0.5, np.float32)
    changed = noisy(grey, rng())
    assert changed.dtype == np.float32
    assert abs(changed.mean() - 0.5) < 0.002
    assert abs(changed.std() - 0.1) < 0.001


def test_blur_adds_its_variance_and_keeps_the_sum_of_the_ink() -> None:
    ink = blurred(bar(60, 12), rng())
    assert abs(ink.sum() / (60 * 12) - 1) < 1e-4
    assert ink.max() < 0.9
    # Variances add: 12 pixels' own (144 - 1) / 12, and 5 squared.
    across = ink.sum(axis=0)
    columns = np.arange(140) - 69.5
    assert abs((across * columns**2).sum() / across.sum() - (143 / 12 + 25)) < 0.5


def test_a_scan_fills_16_by_16_pixels() -> None:
    ring = bar(100, 60) - bar(60, 20)
    assert crop(scanned(ring, rng())).shape == (16, 16)
    assert crop(scanned(ring.T, rng())).shape == (16, 16)


def test_a_scan_stretches_a_bar_no_more_than_twice() -> None:
    # 100 x 25 fits 16 x 4; twice as wide it is 16 x 8, and not a black square.
    scan = scanned(bar(100, 25), rng())
    assert scan.shape == (16, 16)
    assert crop(scan).shape == (16, 8)


def test_a_scan_without_grey_is_black_where_most_of_a_pixel_is() -> None:
    scan = without_grey(bar(100, 25), rng())
    assert set(np.unique(scan)) == {0, 1}
    assert scan.sum() == 16 * 8  # as wide as a scan with grey, and black all over
    assert np.array_equal(scan, scanned(bar(100, 25), rng()) >= 0.5)


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


def test_a_shadow_takes_three_to_six_tenths_of_the_light_of_one_side() -> None:
    plain = Image.fromarray(np.full((128, 128, 3), 200, np.uint8))
    for seed in range(10):
        shaded = np.asarray(PHOTO_CORRUPTIONS["in a shadow"](plain, np.random.default_rng(seed)))
        assert 0.38 * 200 <= shaded.min() <= 0.75 * 200
        assert shaded.max() > 0.85 * 200
