"""Faint writing in an evenly lit picture, which the one threshold takes for paper."""

import numpy as np

from nn.reading.ink.components import label_components
from nn.reading.ink.threshold import MIN_CONTRAST, EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL

SMALLEST = 0.3  # longer side, over that of all the ink
THINNEST_PX = 5  # width of its lines; the edges of other lines have fewer pixels of such levels


def faint_ink(source: EvenInk) -> list[LeftOut]:
    """Return what is too pale for ink and apart from it, with boxes in pixels of the picture.

    Beside ink that is pale itself they are the grain of the paper.
    """
    levels = np.flatnonzero((source.of_levels > 0) & (source.of_levels < INK_LEVEL))
    least_px = SMALLEST * max(source.outline[2:])
    if len(levels) < MIN_CONTRAST or source.counts[levels].sum() < THINNEST_PX * least_px:
        return []
    labels, boxes, _ = label_components(source.ink > 0)
    has_ink = np.isin(np.arange(1, len(boxes) + 1), labels[source.ink >= INK_LEVEL])
    sides_px = boxes[:, 2:] - boxes[:, :2]
    is_large = sides_px.max(axis=1) >= least_px
    return [
        LeftOut((left, top, right - left, bottom - top), Why.FAINT)
        for left, top, right, bottom in boxes[~has_ink & is_large].tolist()
    ]
