"""Ink that goes on beyond the edge of an evenly lit picture."""

import numpy as np

from nn.reading.ink.components import label_components
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import DIGIT_PX, INK_LEVEL, SIDE_PX

LEAST_PX = 80  # longer side: smaller pictures were cut out of others and prepared
CROPPED = 1 / 20  # of a side: most paper across from an edge that ink was cropped at
AS_MNIST = 0.02  # of a side: how far the longer side of MNIST's digits, enlarged, is from 20 of 28


def ink_cut_by_edge(source: EvenInk) -> list[LeftOut]:
    """Return the components that an edge of a picture cuts, with boxes in its pixels.

    Ink that touches an edge goes on beyond it, unless it comes near to the opposite edge too: then
    the picture was cropped to its ink.
    """
    if not source.is_at_edge or max(source.grey.shape) < LEAST_PX or _is_as_mnist(source):
        return []
    x, y, width_px, height_px = source.outline
    sides_px = np.array(source.grey.shape[::-1] * 2)
    margins_px = np.array([x, y, *(sides_px[:2] - (x + width_px, y + height_px))])
    is_cut = (margins_px == 0) & (np.roll(margins_px, 2) > CROPPED * sides_px)
    if not is_cut.any():
        return []
    _, boxes, _ = label_components(source.ink >= INK_LEVEL)
    cut = boxes[((boxes == [0, 0, *sides_px[:2]]) & is_cut).any(axis=1)].tolist()
    return [
        LeftOut((left, top, right - left, bottom - top), Why.CUT_BY_EDGE)
        for left, top, right, bottom in cut
    ]


def _is_as_mnist(source: EvenInk) -> bool:
    """Return whether a picture is in MNIST's format: centred by mass, a 7 may reach the edge."""
    height_px, width_px = source.grey.shape
    share = max(source.outline[2:]) / width_px
    return bool(height_px == width_px and abs(share - DIGIT_PX / SIDE_PX) <= AS_MNIST)
