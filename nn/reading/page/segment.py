"""Grey -> maps of pen and of anything else, by the network of ink.

The network says of each pixel whether it is paper, pen, or anything else: a rule, a border, print,
the table beside the sheet. It was trained on writing from 14 to 128 pixels high. The reader does
not use it yet.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.mnist import Ink, Pixels

PAPER, PEN, OTHER = 0, 1, 2
EITHER = 255  # in what is learnt from, a pixel that does not count: an edge, or what cannot be seen
MULTIPLE_PX = 16  # of a picture's height and width
MIN_SIDE_PX = 128  # longer side of what the network is given: smaller pictures are enlarged
MIN_DEVIATION = 4.0  # in grey levels: less is noise of the camera, which is not amplified


def to_ink_inputs(greys: Pixels) -> Ink:
    """Return grey pictures (N, H, W) as inputs (N, H, W, 1) float32, of mean and deviation alike.

    ``(grey - median) / deviation`` of each picture, where the deviation is at least
    ``MIN_DEVIATION``. The median is the paper's grey in most pictures.

    Raises
    ------
    ValueError
        If a side is no multiple of 16.
    """
    if greys.ndim != 3 or any(side % MULTIPLE_PX for side in greys.shape[1:]):
        raise ValueError(
            f"Expected pictures (N, H, W) with sides of multiples of {MULTIPLE_PX} pixels, "
            f"but got {greys.shape}"
        )
    inputs: Ink = greys.astype(np.float32)
    inputs -= np.median(greys, axis=(1, 2), keepdims=True).astype(np.float32)
    inputs /= np.maximum(MIN_DEVIATION, inputs.std(axis=(1, 2), keepdims=True))
    return inputs[..., np.newaxis]


FindInk = Callable[[Ink], Ink]
"""Takes a picture's inputs (1, H, W, 1), returns the probability of each class
(1, H/2, W/2, 3)."""


@dataclass(frozen=True)
class InkMaps:
    """The probability that a pixel is pen, and that it is anything else but paper.

    Each float32 (H, W), of the picture's size.
    """

    pen: Ink
    other: Ink


def segment(grey: Pixels, find_ink: FindInk) -> InkMaps:
    """Return the maps of a picture, uint8 (H, W), dark on light or light on dark.

    A picture whose longer side is below ``MIN_SIDE_PX`` is enlarged before.
    """
    scale = max(1.0, MIN_SIDE_PX / max(grey.shape))
    rows, columns = (max(1, round(scale * side)) for side in grey.shape)
    enlarged = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_CUBIC)
    scaled = np.asarray(enlarged, np.uint8)
    padding = [(0, -side % MULTIPLE_PX) for side in (rows, columns)]
    classes = find_ink(to_ink_inputs(np.pad(scaled, padding, mode="edge")[np.newaxis]))[0]

    def in_picture(number: int) -> Ink:
        size = 2 * classes.shape[1], 2 * classes.shape[0]
        whole = cv2.resize(classes[:, :, number], size, interpolation=cv2.INTER_LINEAR)
        part, size = whole[:rows, :columns], grey.shape[::-1]
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32)

    return InkMaps(in_picture(PEN), in_picture(OTHER))
