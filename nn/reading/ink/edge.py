"""Ink that goes on beyond the edge of the picture."""

import numpy as np

from nn.reading.ink.components import EDGE_PX, Boxes, Components, label_components
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import DIGIT_PX, INK_LEVEL, SIDE_PX, Mask

CROPPED = 1 / 20  # of a side: most paper across from an edge that ink was cropped at
LEAST_PX = 80  # longer side: smaller drawings were cut out of others and prepared
SPECK = 1 / 10  # longer side, over that of the largest component
AS_MNIST = 0.02  # of a side: how far the longer side of MNIST's digits, enlarged, is from 20 of 28
OUTER = 1 / 4  # of a side: where the middle is of what is hardly more than cut in a photograph


def ink_cut_in_drawing(source: EvenInk) -> list[LeftOut]:
    """Return the components that an edge of a drawing cuts, with boxes in its pixels."""
    if not source.is_at_edge or max(source.grey.shape) < LEAST_PX or _is_as_mnist(source):
        return []
    _, boxes, _ = label_components(source.ink >= INK_LEVEL)
    longer_px = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    boxes = boxes[longer_px > SPECK * longer_px.max(initial=0)]
    return _cut(boxes, _are_cut(boxes, source.grey.shape, 0))


def ink_cut_in_photograph(components: Components, is_ink: Mask) -> list[LeftOut]:
    """Return the components that are ink (P,) and that an edge cuts, with boxes in pixels.

    A digit that fills its photograph may touch an edge, if its middle is not near it.
    """
    boxes, shape = components.boxes[is_ink], components.labels.shape
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 / shape[::-1]
    is_outer = np.abs(middles - 1 / 2) > 1 / 2 - OUTER
    return _cut(boxes, _are_cut(boxes, shape, EDGE_PX) & np.tile(is_outer, 2))


def _are_cut(boxes: Boxes, shape: tuple[int, ...], near_px: int) -> Mask:
    """Return at which edges (N, 4), left, top, right and bottom, boxes are cut.

    Ink at an edge goes on beyond it, unless there is ink near the opposite edge too: then the
    picture was cropped to its ink.
    """
    sides_px = np.array(shape[::-1] * 2)
    margins_px = np.abs(boxes - [0, 0, *sides_px[:2]])
    least_px = margins_px.min(axis=0, initial=sides_px.max())
    is_cropped = np.roll(least_px, 2) <= CROPPED * sides_px
    return np.asarray((margins_px <= near_px) & ~is_cropped, np.bool_)


def _cut(boxes: Boxes, are_cut: Mask) -> list[LeftOut]:
    """Return the boxes (N, 4) that are cut at any of their edges (N, 4)."""
    return [
        LeftOut((left, top, right - left, bottom - top), Why.CUT_BY_EDGE)
        for left, top, right, bottom in boxes[are_cut.any(axis=1)].tolist()
    ]


def _is_as_mnist(source: EvenInk) -> bool:
    """Return whether a picture is in MNIST's format: centred by mass, a 7 may reach the edge."""
    height_px, width_px = source.grey.shape
    share = max(source.outline[2:]) / width_px
    return bool(height_px == width_px and abs(share - DIGIT_PX / SIDE_PX) <= AS_MNIST)
