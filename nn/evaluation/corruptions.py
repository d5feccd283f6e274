"""Pictures of digits, changed as pens, hands and cameras change them, to measure on.

Each change takes and gives a picture's ink, float32 (H, W), 0 for paper to 1, and the random
generator that it may draw from; the digits that come in are ``LARGE_PX`` a side. Each change is
strong enough to be seen at a glance, and weak enough for people to read what they could before.
For measuring only: scipy, which filters here, is no part of the running app.
"""

import io
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from nn.core.layers import Array
from nn.reading.mnist_format import SIDE_PX, crop

ENLARGED = 5  # times: a pixel of MNIST is then wide enough for a pen to change by less than it
LARGE_PX = ENLARGED * SIDE_PX
ANGLE_DEGREES = 15
THINNER_PX = 2  # taken off each side of a line, which is about 12 wide
THICKER_PX = 4  # added to each side
SMALL_PART = 1 / 4  # of the picture's side that a small digit's longer side takes
NOISE = 0.1  # spread, of the contrast from paper to ink: a phone's camera in a dim room
BLUR_PX = 5  # spread of the blur: one pixel of MNIST
SCAN_PX = 16
MAX_STRETCH = 2  # of the shorter side against the longer: a 1 stretched to a square is a square

SHADOW_EDGES = (0.004, 0.08)  # hardest and softest, in parts of a photograph's longer side
SHADOW_DEPTHS = (0.3, 0.6)  # of the light that a shadow takes away
FOCUS = 2 / 128  # of a photograph's longer side: spread of its blur
ASKEW_DEGREES = 10
JPEG_QUALITY = 40

Change = Callable[[Array, np.random.Generator], Array]
CameraChange = Callable[[Image.Image, np.random.Generator], Image.Image]


def enlarge(image: NDArray[np.uint8]) -> Array:
    """Return the ink of one of MNIST's pictures uint8 (28, 28), ``LARGE_PX`` a side and smooth."""
    ink = (image / 255).astype(np.float32)
    return _resize(ink, (LARGE_PX, LARGE_PX))


def show(ink: Array) -> Image.Image:
    """Return the picture, dark on white, of ink (H, W) in 0..1."""
    return Image.fromarray(np.rint(255 * (1 - np.clip(ink, 0, 1))).astype(np.uint8))


def unchanged(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink as it is."""
    return ink


def rotated(ink: Array, rng: np.random.Generator, degrees: float) -> Array:
    """Return the ink turned to the left (anticlockwise), in a picture that holds all of it."""
    turned: Array = ndimage.rotate(ink, degrees, order=1)
    return turned


def thinned(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink of a thinner pen."""
    line: Array = ndimage.grey_erosion(ink, footprint=_disc(THINNER_PX), mode="constant")
    return line


def thickened(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink of a thicker pen, in a picture that has the room for it."""
    roomy = np.pad(ink, THICKER_PX)
    line: Array = ndimage.grey_dilation(roomy, footprint=_disc(THICKER_PX), mode="constant")
    return line


def small(ink: Array, rng: np.random.Generator) -> Array:
    """Return the digit in the middle of a picture as large as before, ``SMALL_PART`` of it."""
    digit = crop(ink)
    scale = SMALL_PART * len(ink) / max(digit.shape)
    height_px, width_px = (max(1, round(scale * side_px)) for side_px in digit.shape)
    picture = np.zeros_like(ink)
    top, left = (len(ink) - height_px) // 2, (len(ink) - width_px) // 2
    picture[top : top + height_px, left : left + width_px] = _resize(digit, (height_px, width_px))
    return picture


def noisy(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink on grainy paper, in 0..1 as a sensor would cut it off."""
    grain = rng.standard_normal(ink.shape, np.float32)
    return np.clip(ink + NOISE * grain, 0, 1)


def blurred(ink: Array, rng: np.random.Generator) -> Array:
    """Return the ink out of focus."""
    soft: Array = ndimage.gaussian_filter(ink, BLUR_PX)
    return soft


def scanned(ink: Array, rng: np.random.Generator) -> Array:
    """Return the digit squashed or stretched to fill 16x16, as scans of US mail are kept.

    A digit so slim that it would lose its shape is stretched ``MAX_STRETCH`` times only.
    """
    digit = crop(ink)
    scale = SCAN_PX / max(digit.shape)
    height_px, width_px = (
        min(SCAN_PX, round(MAX_STRETCH * scale * side_px)) for side_px in digit.shape
    )
    scan = np.zeros((SCAN_PX, SCAN_PX), np.float32)
    top, left = (SCAN_PX - height_px) // 2, (SCAN_PX - width_px) // 2
    scan[top : top + height_px, left : left + width_px] = _resize(digit, (height_px, width_px))
    return scan


def without_grey(ink: Array, rng: np.random.Generator) -> Array:
    """Return such a scan in black and white, as old ones with a bit for each pixel are."""
    return (scanned(ink, rng) >= 0.5).astype(np.float32)


CHANGES: Mapping[str, Change] = {
    "unchanged": unchanged,
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


def shaded(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a photograph with a shadow across it, its edge hard or soft, in any direction."""
    light = np.asarray(picture.convert("RGB"), np.float32)
    height, width = light.shape[:2]
    direction = rng.uniform(0, 2 * np.pi)
    down, across = np.mgrid[:height, :width]
    middle = np.array([width, height]) / 2 + rng.uniform(-0.2, 0.2, 2) * [width, height]
    behind_px = (across - middle[0]) * np.cos(direction) + (down - middle[1]) * np.sin(direction)
    edge_px = rng.uniform(*SHADOW_EDGES) * max(width, height)
    depth = rng.uniform(*SHADOW_DEPTHS) / (1 + np.exp(-np.clip(behind_px / edge_px, -50, 50)))
    return Image.fromarray((light * (1 - depth[..., None])).astype(np.uint8))


def out_of_focus(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a photograph blurred by ``FOCUS`` of its longer side."""
    return picture.convert("RGB").filter(ImageFilter.GaussianBlur(FOCUS * max(picture.size)))


def askew(picture: Image.Image, rng: np.random.Generator, degrees: float) -> Image.Image:
    """Return a photograph turned to the left within its frame, black where nothing was seen."""
    return picture.convert("RGB").rotate(degrees, Image.Resampling.BILINEAR)


def compressed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a photograph as JPEG of a low quality leaves it."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=JPEG_QUALITY)
    return Image.open(file)


CAMERA_CHANGES: Mapping[str, CameraChange] = {
    "in a shadow": shaded,
    "out of focus": out_of_focus,
    f"askew {ASKEW_DEGREES}° left": partial(askew, degrees=ASKEW_DEGREES),
    f"askew {ASKEW_DEGREES}° right": partial(askew, degrees=-ASKEW_DEGREES),
    f"JPEG of quality {JPEG_QUALITY}": compressed,
}


def _resize(ink: Array, shape: tuple[int, int]) -> Array:
    """Return the ink antialiased at another size (height, width), in 0..1."""
    scaled = Image.fromarray(ink).resize(shape[::-1], Image.Resampling.BICUBIC)
    resized: Array = np.clip(np.asarray(scaled), 0, 1)
    return resized


def _disc(radius_px: int) -> NDArray[np.bool_]:
    """Return the footprint of a round pen."""
    axis = np.arange(-radius_px, radius_px + 1)
    is_inside: NDArray[np.bool_] = axis[:, None] ** 2 + axis**2 <= radius_px**2
    return is_inside
