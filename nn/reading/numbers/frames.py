"""What counts of a frame's ink: digits that touch it, and the sign of a root.

A table, a box or a ring around numbers is no part of them. A root's sign is open.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.ink.components import label_components
from nn.reading.mnist_format import INK_LEVEL, Mask
from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import LOWEST

CLOSED = 3  # least sides on which a frame's own line is: a root's is above and left
LINE = 1.2  # length of the shortest line of a table, over the usual height of digits
RIM = 3.0  # distance from a frame's outline in which its own line runs, over that line's width


def ink_on_frames(frames: Sequence[Component], height_px: float) -> list[Component]:
    """Return what is as high as a digit and connected with a frame, but is not of its lines.

    Parameters
    ----------
    frames
        What surrounds digits.
    height_px
        Their usual height.
    """
    return [part for frame in frames for part in _ink_on_frame(frame, height_px)]


def _ink_on_frame(frame: Component, height_px: float) -> list[Component]:
    """Return the parts of a frame that are neither near its outline nor long straight lines.

    The outline of an open one is its own ink, and counts.
    """
    is_ink = (frame.ink >= INK_LEVEL).view(np.uint8)
    length = max(3, round(LINE * height_px))
    level, upright = np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8)
    lines = cv2.bitwise_or(
        cv2.morphologyEx(is_ink, cv2.MORPH_OPEN, level),
        cv2.morphologyEx(is_ink, cv2.MORPH_OPEN, upright),
    )
    rest = (is_ink > 0) & (cv2.dilate(lines, np.ones((3, 3), np.uint8)) == 0)
    if _n_sides(is_ink) >= CLOSED:
        rest &= _within_outline(is_ink, frame.pen_px)
    _, boxes, _ = label_components(rest)
    return [
        Component(frame.x + left, frame.y + top, frame.ink[top:bottom, left:right])
        for left, top, right, bottom in boxes.tolist()
        if bottom - top >= LOWEST * height_px
    ]


def _n_sides(is_ink: NDArray[np.uint8]) -> int:
    """Return on how many of the four sides of its middle a frame has ink."""
    row, column = len(is_ink) // 2, is_ink.shape[1] // 2
    sides = is_ink[row, :column], is_ink[row, column:], is_ink[:row, column], is_ink[row:, column]
    return sum(bool(side.any()) for side in sides)


def _within_outline(is_ink: NDArray[np.uint8], pen_px: float) -> Mask:
    """Return which pixels (H, W) are inside a frame's outline, and not near it."""
    outlines, _ = cv2.findContours(is_ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    within = cv2.drawContours(np.zeros_like(is_ink), outlines, -1, 1, cv2.FILLED)
    side_px = 2 * round(RIM * pen_px) + 1
    within = cv2.erode(np.pad(within, 1), np.ones((side_px, side_px), np.uint8))[1:-1, 1:-1]
    return np.asarray(within > 0)
