"""Ink in the format of MNIST: fitted to 20x20, its centre of mass in the middle of 28x28.

Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.decoding.picture_errors import PictureError, PictureFault

Pixels = NDArray[np.uint8]
Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE_PX = 28  # of the network's input
DIGIT_PX = 20  # longest side of the digit in it
WORKING_PX = 80  # height of a usual digit to which ink is reduced to compare components
INK_LEVEL = 0.2  # from which a pixel belongs to a digit or to a component

BLANK = "No ink was found: no line is clearly darker or lighter than what is around it."


class NoInk(PictureError):
    """Nothing in the picture stands out from its background."""

    def __init__(self, found: str = BLANK) -> None:
        super().__init__(PictureFault.NO_DIGIT_FOUND, f"{found} Write one digit, large.")


def ink_to_mnist(ink: Ink) -> Pixels:
    """Return ink, float32 (H, W), in the format of MNIST, uint8 (28, 28)."""
    return centre(fit(crop(ink), DIGIT_PX))


def bounding_box(ink: Ink) -> tuple[int, int, int, int]:
    """Return x, y, width and height of what holds at least ``INK_LEVEL`` in ink (H, W)."""
    x, y, width_px, height_px = cv2.boundingRect((ink >= INK_LEVEL).view(np.uint8))
    return x, y, width_px, height_px


def crop(ink: Ink) -> Ink:
    """Return the part (h, w) of ink (H, W) within its bounding box."""
    x, y, width_px, height_px = bounding_box(ink)
    return ink[y : y + height_px, x : x + width_px]


def fit(ink: Ink, side_px: int) -> Ink:
    """Return ink (h, w) resampled with antialiasing, its longer side ``side_px``.

    The line of a thin pen covers only a part of the larger pixels, so the result is divided by its
    maximum: the strongest pixel is 1, as in MNIST.
    """
    height_px, width_px = ink.shape
    scale = side_px / max(height_px, width_px)
    size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
    scaled = Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)
    digit: Ink = np.maximum(np.asarray(scaled), 0)
    digit /= digit.max()
    return digit


def at_working_size(ink: Ink, height_px: float, *, is_stretched: bool = True) -> Ink:
    """Return ink (H, W) whose digits are so high, reduced by a whole factor if they are large.

    The line of a thin pen covers only a part of the larger pixels, so what is reduced is divided by
    its maximum, as in ``fit``, unless it is not to be stretched.
    """
    factor = max(1, round(height_px / WORKING_PX))
    if factor == 1:
        return ink
    height, width = (max(1, side_px // factor) for side_px in ink.shape)
    reduced = np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    return reduced / reduced.max() if is_stretched else reduced


def centre(digit: Ink) -> Pixels:
    """Return a digit (h, w), at most 28 a side, with its centre of mass in the middle of 28x28.

    MNIST's digits lie on whole pixels, their centres of mass 14.0 to 15.0 pixels from the edge (as
    measured on them), so positions are rounded up. A digit that would extend past the edge is
    placed at the edge.
    """
    start = []
    for axis, length_px in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        centre_of_mass = (mass * (np.arange(length_px) + 0.5)).sum() / mass.sum()
        start.append(min(max(math.ceil(SIDE_PX / 2 - centre_of_mass), 0), SIDE_PX - length_px))
    image = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    (top, left), (height_px, width_px) = start, digit.shape
    image[top : top + height_px, left : left + width_px] = np.rint(digit * 255)
    return image


def to_inputs(images: Pixels) -> Ink:
    """Return images uint8 (N, 28, 28) as the network's inputs, float32 (N, 784) in 0..1."""
    inputs: Ink = np.divide(images.reshape(len(images), SIDE_PX**2), 255, dtype=np.float32)
    return inputs
