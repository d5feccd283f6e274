"""Faint writing in an evenly lit picture, which the one threshold takes for paper."""

import cv2
import numpy as np

from nn.reading.ink.components import label_components
from nn.reading.ink.threshold import MIN_CONTRAST, EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL

SMALLEST = 0.3  # longer side, over that of all the ink


def faint_ink(source: EvenInk) -> list[LeftOut]:
    """Return what is too pale for ink and apart from it, with boxes in pixels of the picture.

    Such levels are at the edges of each line, too, but there they are one or two pixels wide.
    Beside ink that is pale itself they are the grain of the paper.
    """
    levels = np.flatnonzero((source.of_levels > 0) & (source.of_levels < INK_LEVEL))
    if len(levels) < MIN_CONTRAST:
        return []
    faint = cv2.inRange(source.grey, int(levels[0]), int(levels[-1]))
    if not cv2.erode(faint, np.ones((3, 3), np.uint8)).any():
        return []
    labels, boxes, _ = label_components(source.ink > 0)
    has_ink = np.isin(np.arange(1, len(boxes) + 1), labels[source.ink >= INK_LEVEL])
    sides_px = boxes[:, 2:] - boxes[:, :2]
    is_large = sides_px.max(axis=1) >= SMALLEST * max(source.outline[2:])
    return [
        LeftOut((left, top, right - left, bottom - top), Why.FAINT)
        for left, top, right, bottom in boxes[~has_ink & is_large].tolist()
    ]
