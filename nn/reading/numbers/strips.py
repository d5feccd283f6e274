"""Digits side by side as a strip: the input of the network that reads strings of digits."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from nn.reading.mnist_format import Ink, Pixels
from nn.reading.numbers.types import Activations, ReadStrip

ROWS = 40  # of a strip
DIGIT_ROWS = 28  # height of a usual digit in it
MOST_ROWS = 36  # of the ink: what is higher is reduced
FRAME_PX = 4  # columns of a strip from one frame of the network to the next
EDGE_PX = 22  # paper before and after a strip: the first frame and the last one see only paper


def to_strip(ink: Ink, digit_height_px: float) -> Pixels:
    """Return ink as a strip, uint8 (40, W): a usual digit 28 rows high, the ink in the middle.

    Parameters
    ----------
    ink
        float32 (H, W), cropped, 0 for paper to 1 for ink; its greatest value becomes 255.
    digit_height_px
        Height of a usual digit in it.
    """
    height_px, width_px = ink.shape
    scale = min(DIGIT_ROWS / digit_height_px, MOST_ROWS / height_px)
    size = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(ink, size, interpolation=kind)
    top = (ROWS - size[1]) // 2
    strip = np.zeros((ROWS, size[0]), np.uint8)
    strip[top : top + size[1]] = np.rint(255 / scaled.max() * scaled)
    return strip


def n_frames(width_px: int) -> int:
    """Return the number of frames of a strip: one before it, one after it, the others on it."""
    return -(-width_px // FRAME_PX) + 2


def to_strip_inputs(strips: Sequence[Pixels]) -> Ink:
    """Return strips (40, W) as inputs of the network, float32 (N, 40, W', 1) in 0..1.

    There is paper before and after each, after the shorter ones more.
    """
    width_px = max(strip.shape[1] for strip in strips)
    padded_px = FRAME_PX * (-(-width_px // FRAME_PX)) + 2 * EDGE_PX
    inputs = np.zeros((len(strips), ROWS, padded_px, 1), np.float32)
    for padded, strip in zip(inputs, strips, strict=True):
        padded[:, EDGE_PX : EDGE_PX + strip.shape[1], 0] = strip / np.float32(255)
    return inputs


def strip_reader(activations: Callable[[Ink], Activations]) -> ReadStrip:
    """Return what reads one strip, of a network's ``activations`` of any number of inputs."""

    def read_strip(strip: Pixels) -> Activations:
        probabilities: Activations = activations(to_strip_inputs([strip]))[0]
        return probabilities

    return read_strip
