"""Faint writing in an evenly lit picture, which the one threshold takes for paper."""

import numpy as np

from nn.reading.ink.components import label_components, weighted_median
from nn.reading.ink.threshold import MIN_CONTRAST, EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL

LEAST_BESIDE = 0.5  # ink of the digit in a picture of one; paler ink beside it is lost to a network
SMALLEST = 0.3  # longer side, over that of the usual component of ink
THINNEST_PX = 5  # width of its lines; the edges of other lines have fewer pixels of such levels


def faint_ink(source: EvenInk, least: float = INK_LEVEL) -> list[LeftOut]:
    """Return what is apart from ink and paler than ``least``, with boxes in pixels of the picture.

    Beside ink that is pale itself they are the grain of the paper.
    """
    levels = np.flatnonzero((source.of_levels > 0) & (source.of_levels < least))
    if len(levels) < MIN_CONTRAST or source.counts[levels].sum() < THINNEST_PX:
        return []
    labels, boxes, areas = label_components(source.ink > 0)
    has_ink = np.isin(np.arange(1, len(boxes) + 1), labels[source.ink >= least])
    longer_px = (boxes[:, 2:] - boxes[:, :2]).max(axis=1).astype(np.float64)
    usual_px = weighted_median(longer_px[has_ink], areas[has_ink].astype(np.float64))
    is_large = (longer_px >= SMALLEST * usual_px) & (areas >= THINNEST_PX * longer_px)
    return [
        LeftOut((left, top, right - left, bottom - top), Why.FAINT)
        for left, top, right, bottom in boxes[~has_ink & is_large].tolist()
    ]
