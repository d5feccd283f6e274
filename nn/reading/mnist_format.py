"""Ink as MNIST has its digits: fitted to 20x20, its centre of mass in the middle of 28x28."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.reading.ink.grey import Pixels

SIDE_PX = 28  # of the picture that the network sees
DIGIT_PX = 20  # longest side of the digit in it
OUTLINE_LEVEL = 0.2  # least ink of a pixel that belongs to the digit's outline

BLANK = "The picture is blank: nothing in it is clearly darker or lighter than the rest."

Ink = NDArray[np.float32]


class NoInk(ValueError):
    """The picture holds nothing that stands out from its background."""


def place(ink: Ink) -> Pixels:
    """Return the digit that ink (H, W) shows as MNIST would have it, uint8 (28, 28)."""
    return centre(fit(crop(ink), DIGIT_PX))


def crop(ink: Ink) -> Ink:
    """Return the smallest part (h, w) of the ink (H, W) that holds all that is clearly ink."""
    left, top, width_px, height_px = cv2.boundingRect((ink >= OUTLINE_LEVEL).view(np.uint8))
    return ink[top : top + height_px, left : left + width_px]


def fit(ink: Ink, side_px: int) -> Ink:
    """Return the ink (h, w) scaled, antialiased, so that its longer side is ``side_px``.

    A thin pen's line covers only a part of the larger pixels, so the result is brightened until its
    strongest pixel is 1, as in MNIST.
    """
    height_px, width_px = ink.shape
    scale = side_px / max(height_px, width_px)
    size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
    scaled = Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)
    digit: Ink = np.clip(np.asarray(scaled), 0, None)
    digit /= digit.max()
    return digit


def centre(digit: Ink) -> Pixels:
    """Return the digit (h, w), at most 28 a side, with its centre of mass at the middle of 28x28.

    MNIST's digits lie on whole pixels, their centres of mass at 14.0 up to 15.0 from the edge (as
    measured on them): hence the rounding up. A digit so lopsided that it would stick out of the
    picture is moved only as far as it goes.
    """
    start = []
    for axis, length_px in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        centre_of_mass = (mass * (np.arange(length_px) + 0.5)).sum() / mass.sum()
        start.append(int(np.clip(np.ceil(SIDE_PX / 2 - centre_of_mass), 0, SIDE_PX - length_px)))
    image = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    (top, left), (height_px, width_px) = start, digit.shape
    image[top : top + height_px, left : left + width_px] = np.rint(digit * 255)
    return image


def to_inputs(images: Pixels) -> Ink:
    """Return pictures uint8 (N, 28, 28) as the network takes them: float32 (N, 784) in 0..1."""
    inputs: Ink = np.divide(images.reshape(len(images), -1), 255, dtype=np.float32)
    return inputs
