"""Digits that touch a frame: a table, a box or a ring around numbers is none, but they are."""

from collections.abc import Sequence

import cv2
import numpy as np

from nn.reading.ink.components import label_components
from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import LOWEST

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
    """Return the parts of a frame that are neither near its outline nor long straight lines."""
    is_ink = (frame.ink >= INK_LEVEL).view(np.uint8)
    length = max(3, round(LINE * height_px))
    level, upright = np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8)
    lines = cv2.bitwise_or(
        cv2.morphologyEx(is_ink, cv2.MORPH_OPEN, level),
        cv2.morphologyEx(is_ink, cv2.MORPH_OPEN, upright),
    )
    outlines, _ = cv2.findContours(is_ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    within = cv2.drawContours(np.zeros_like(is_ink), outlines, -1, 1, cv2.FILLED)
    side_px = 2 * round(RIM * frame.pen_px) + 1
    within = cv2.erode(np.pad(within, 1), np.ones((side_px, side_px), np.uint8))[1:-1, 1:-1]
    rest = (within > 0) & (is_ink > 0) & (cv2.dilate(lines, np.ones((3, 3), np.uint8)) == 0)
    _, boxes, _ = label_components(rest)
    return [
        Component(frame.x + left, frame.y + top, frame.ink[top:bottom, left:right])
        for left, top, right, bottom in boxes.tolist()
        if bottom - top >= LOWEST * height_px
    ]
