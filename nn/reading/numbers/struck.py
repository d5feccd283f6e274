"""Crossed-out digits: a straight line through ink that is longer than it at both ends."""

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component

DEGREES = np.arange(-60, 61, 15)  # directions in which the line's ends are looked for; 0 is level
DIRECTIONS = np.stack([np.cos(np.deg2rad(DEGREES)), -np.sin(np.deg2rad(DEGREES))], axis=1)  # (D, 2)
MAX_THICKNESS = 1.8  # of a straight stroke, over the pen's width
MIN_TIP = 0.7  # length of each end beyond all other ink, over the pen's width
MIN_SIDE, MIN_SIDE_PEN = 0.2, 2.0  # reach of other ink at each side, over height and pen
MIN_FILLED = 0.97  # share of the line's length that is ink
WITH_LINES = 4  # a digit with such lines in most directions
BARRED, SLASHED = 7, 0  # digits that may have one: a 7 any that does not fall, a 0 one that rises
MIN_SLOPE = 0.3  # height of a line that falls or rises, over its width

Points = NDArray[np.float64]


def may_be_struck(digit: Component, label: int) -> bool:
    """Return whether ink that is read as a digit may be a crossed-out one."""
    if label == WITH_LINES:
        return False
    is_ink = np.zeros((digit.height + 2, digit.width + 2), np.uint8)
    is_ink[1:-1, 1:-1] = digit.ink >= INK_LEVEL
    inner = np.asarray(cv2.erode(is_ink, np.ones((3, 3), np.uint8)), np.uint8)
    rim = _points(is_ink - inner)
    starts, ends = _ends(rim)
    side_px = max(MIN_SIDE * digit.height, MIN_SIDE_PEN * digit.pen_px)
    may_be_line = _least_beside(rim, starts, ends) > side_px
    across_px, down_px = (ends - starts).T
    if label == BARRED:
        may_be_line &= down_px >= MIN_SLOPE * across_px
    if label == SLASHED:
        may_be_line &= -down_px <= MIN_SLOPE * across_px
    starts, ends = starts[may_be_line], ends[may_be_line]
    is_filled = _are_filled(is_ink, starts, ends)
    if not is_filled.any():
        return False
    points = _points(is_ink)
    return any(
        _has_thin_ends(points, start, end, digit.pen_px)
        for start, end in zip(starts[is_filled], ends[is_filled], strict=True)
    )


def _points(mask: NDArray[np.uint8]) -> Points:
    """Return the x and y (2, N) of what a mask (H, W) holds."""
    return np.array(np.nonzero(mask)[::-1], np.float64)


def _ends(rim: Points) -> tuple[Points, Points]:
    """Return where ink begins and ends in each direction (D, 2): both are on its rim (2, N)."""
    along = DIRECTIONS @ rim
    is_start = along - along.min(axis=1, keepdims=True) < 1
    is_end = along.max(axis=1, keepdims=True) - along < 1
    starts, ends = (
        each.astype(np.float64) @ rim.T / np.count_nonzero(each, axis=1, keepdims=True)
        for each in (is_start, is_end)
    )
    return starts, ends


def _least_beside(rim: Points, starts: Points, ends: Points) -> NDArray[np.float64]:
    """Return how far ink reaches from each line (D,) in pixels, on the side where it is less."""
    steps = ends - starts
    normals = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
    normals /= np.maximum(np.hypot(*steps.T), 1)[:, None]
    off_px = normals @ rim - (starts * normals).sum(axis=1, keepdims=True)
    return np.asarray(np.minimum(off_px.max(axis=1), -off_px.min(axis=1)), np.float64)


def _are_filled(is_ink: NDArray[np.uint8], starts: Points, ends: Points) -> NDArray[np.bool_]:
    """Return which lines (L,) are ink nearly everywhere."""
    x, y = np.linspace(starts, ends, 100).round().astype(int).T
    return np.asarray(is_ink[y, x].mean(axis=1) >= MIN_FILLED, np.bool_)


def _has_thin_ends(points: Points, start: Points, end: Points, pen_px: float) -> bool:
    """Return whether both ends of a line are thin, and beyond all other ink (2, N)."""
    length_px = float(np.hypot(*(end - start)))
    x, y = (end - start) / max(length_px, 1.0)
    along, across = np.array([[x, y], [-y, x]]) @ (points - start[:, None])
    tips = across[along < MIN_TIP * pen_px], across[along > length_px - MIN_TIP * pen_px]
    return all(np.ptp(each) + 1 <= MAX_THICKNESS * pen_px for each in tips)
