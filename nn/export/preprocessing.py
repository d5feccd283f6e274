"""From a drawing to an exported network's inputs, with numpy and Pillow alone: to be copied.

It gives what Inkling gives for dark ink on light paper, or light on dark, in even light: drawings
and scans. Photographs need Inkling's own ``inkling.read``.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]

SIDE_PX, DIGIT_PX = 28, 20  # of the network's input, and of the longer side of the digit in it
INK_LEVEL = 0.2  # from which a pixel belongs to the digit
PAPER, INK = 0.1, 0.9  # contrast up to which a pixel is paper, and from which it is ink


def to_inputs(picture: Image.Image) -> Array:
    """Return a picture of one digit as the network's inputs, float32 (1, 784), 0 to 1."""
    levels = centre(fit(crop(find_ink(picture))))
    return (levels.reshape(1, SIDE_PX**2) / 255).astype(np.float32)


def find_ink(picture: Image.Image) -> Array:
    """Return the ink, float32 (H, W), 0 for paper to 1; ValueError for a blank picture.

    The median level is paper. Ink is on the side to which the levels are skewed.
    """
    grey = np.asarray(picture.convert("L"), np.float64)
    paper = np.median(grey)
    ink = grey.min() if ((grey - paper) ** 3).sum() < 0 else grey.max()
    if abs(ink - paper) < 24:
        raise ValueError("The picture is blank.")
    contrast = (grey - paper) / (ink - paper)
    return np.asarray(np.interp(contrast, (PAPER, INK), (0, 1)), np.float32)


def crop(ink: Array) -> Array:
    """Return the part of the ink that holds the digit."""
    rows, columns = np.nonzero(ink >= INK_LEVEL)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def fit(ink: Array) -> Array:
    """Return the digit resampled with antialiasing, its longer side 20 pixels, its maximum 1."""
    scale = DIGIT_PX / max(ink.shape)
    height_px, width_px = (max(1, round(side * scale)) for side in ink.shape)
    resized = Image.fromarray(ink).resize((width_px, height_px), Image.Resampling.BICUBIC)
    digit: Array = np.maximum(np.asarray(resized), 0)
    digit /= digit.max()
    return digit


def centre(digit: Array) -> Array:
    """Return the digit in 28x28, uint8, its centre of mass 14 to 15 pixels from the edges."""
    starts = []
    for axis, length_px in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        middle = (mass * (np.arange(length_px) + 0.5)).sum() / mass.sum()
        starts.append(min(max(math.ceil(SIDE_PX / 2 - middle), 0), SIDE_PX - length_px))
    image = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    (top, left), (height_px, width_px) = starts, digit.shape
    image[top : top + height_px, left : left + width_px] = np.rint(digit * 255)
    return image
