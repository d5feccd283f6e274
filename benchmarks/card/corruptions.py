"""Corruptions of pictures of digits by pens, hands, scanners and cameras, to measure robustness.

Each corruption takes and returns the ink of a picture, float32 (H, W), 0 for paper to 1 for ink, or
a photograph, and takes a random generator. It is visible at a glance, and people still read what
they could read before.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from nn.core.layers import Array
from nn.reading.mnist import SIDE_PX, crop

LARGE_PX = 5 * SIDE_PX  # side of an enlarged digit: pens change by less than a pixel of MNIST
ANGLE_DEGREES = 15
THINNER_PX = 2  # removed at each side of a line, which is about 12 wide
THICKER_PX = 4  # added at each side
SMALL_SHARE = 1 / 4  # of the picture's side, which a small digit's longer side fills
NOISE = 0.1  # standard deviation, relative to the contrast of ink and paper: a dim room
BLUR_PX = 5  # standard deviation: one pixel of MNIST
SCAN_PX = 16
MAX_STRETCH = 2  # of the shorter side against the longer: a 1 stretched to a square is a square

SHADOW_EDGES = (0.004, 0.08)  # hardest and softest, relative to a photograph's longer side
SHADOW_DEPTHS = (0.3, 0.6)  # proportion of the light that a shadow absorbs
PHOTO_ANGLE_DEGREES = 10

InkCorruption = Callable[[Array, np.random.Generator], Array]
PhotoCorruption = Callable[[Image.Image, np.random.Generator], Image.Image]


def enlarge(image: NDArray[np.uint8]) -> Array:
    """Return the ink of an MNIST picture uint8 (28, 28), interpolated to ``LARGE_PX`` a side."""
    return _resize((image / 255).astype(np.float32), (LARGE_PX, LARGE_PX))


def rotated(ink: Array, rng: np.random.Generator, degrees: float) -> Array:
    """Return the ink rotated anticlockwise, in a picture large enough for all of it."""
    return np.asarray(ndimage.rotate(ink, degrees, order=1))


def thinned(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink of a thinner pen."""
    return np.asarray(ndimage.grey_erosion(ink, footprint=_disc(THINNER_PX), mode="constant"))


def thickened(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink of a thicker pen, in a picture large enough for all of it."""
    padded, disc = np.pad(ink, THICKER_PX), _disc(THICKER_PX)
    return np.asarray(ndimage.grey_dilation(padded, footprint=disc, mode="constant"))


def small(ink: Array, rng: np.random.Generator) -> Array:
    """Return the digit reduced to ``SMALL_SHARE`` of the picture's side, in its middle."""
    return _resize_in_middle(ink, SMALL_SHARE * len(ink), len(ink))


def noisy(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink with Gaussian noise, clipped to 0..1."""
    return np.clip(ink + NOISE * rng.standard_normal(ink.shape, np.float32), 0, 1)


def blurred(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink with Gaussian blur."""
    return np.asarray(ndimage.gaussian_filter(ink, BLUR_PX))


def scanned(ink: Array, rng: np.random.Generator) -> Array:
    """Return the digit stretched to 16x16, the format of the scans of US mail (USPS).

    Its shorter side is stretched at most ``MAX_STRETCH`` times, so that a 1 keeps its shape.
    """
    return _resize_in_middle(ink, SCAN_PX, SCAN_PX, MAX_STRETCH)


def without_grey(ink: Array, rng: np.random.Generator) -> Array:
    """Return a scan with pixels of 0 or 1 only, as bilevel scanners give."""
    return (scanned(ink, rng) >= 0.5).astype(np.float32)


INK_CORRUPTIONS: Mapping[str, InkCorruption] = {
    f"turned {ANGLE_DEGREES}° left": partial(rotated, degrees=ANGLE_DEGREES),
    f"turned {ANGLE_DEGREES}° right": partial(rotated, degrees=-ANGLE_DEGREES),
    "thin pen": thinned,
    "thick pen": thickened,
    "small": small,
    "noisy": noisy,
    "blurred": blurred,
    "squashed to 16x16": scanned,
    "squashed to 16x16, no grey": without_grey,
}


def shadowed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a photograph with a shadow on one side of a random line, its edge hard or soft."""
    light = np.asarray(picture.convert("RGB"), np.float32)
    height, width = light.shape[:2]
    direction = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:height, :width]
    middle = np.array([width, height]) / 2 + rng.uniform(-0.2, 0.2, 2) * [width, height]
    distance_px = (x - middle[0]) * np.cos(direction) + (y - middle[1]) * np.sin(direction)
    edge_px = rng.uniform(*SHADOW_EDGES) * max(width, height)
    depth = rng.uniform(*SHADOW_DEPTHS) / (1 + np.exp(-np.clip(distance_px / edge_px, -50, 50)))
    return Image.fromarray((light * (1 - depth[..., None])).astype(np.uint8))


def rotated_photo(picture: Image.Image, rng: np.random.Generator, degrees: float) -> Image.Image:
    """Return a photograph rotated anticlockwise within its frame, with black corners."""
    return picture.convert("RGB").rotate(degrees, Image.Resampling.BILINEAR)


PHOTO_CORRUPTIONS: Mapping[str, PhotoCorruption] = {
    "in a shadow": shadowed,
    f"turned {PHOTO_ANGLE_DEGREES}° left": partial(rotated_photo, degrees=PHOTO_ANGLE_DEGREES),
    f"turned {PHOTO_ANGLE_DEGREES}° right": partial(rotated_photo, degrees=-PHOTO_ANGLE_DEGREES),
}


def _resize(ink: Array, shape: tuple[int, int]) -> Array:
    """Return the ink interpolated to another size (height, width), in 0..1."""
    scaled = Image.fromarray(ink).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.clip(np.asarray(scaled, np.float32), 0, 1)


def _resize_in_middle(ink: Array, longer_px: float, side_px: int, stretch: float = 1) -> Array:
    """Return the digit resized to a longer side, in the middle of a square picture.

    Its shorter side is stretched by a factor, at most to the length of the longer side.
    """
    digit = crop(ink)
    scale = stretch * longer_px / max(digit.shape)
    height_px, width_px = (
        min(round(longer_px), max(1, round(scale * length_px))) for length_px in digit.shape
    )
    picture = np.zeros((side_px, side_px), np.float32)
    top, left = (side_px - height_px) // 2, (side_px - width_px) // 2
    resized = _resize(digit, (height_px, width_px))
    picture[top : top + height_px, left : left + width_px] = resized
    return picture


def _disc(radius_px: int) -> NDArray[np.bool_]:
    """Return the pixels of a disc."""
    y, x = np.mgrid[-radius_px : radius_px + 1, -radius_px : radius_px + 1]
    return np.asarray(x**2 + y**2 <= radius_px**2)
