"""Long straight lines and frames that are drawn among numbers: components that are no digits."""

import numpy as np

from nn.reading.mnist import INK_LEVEL, Ink, Mask
from nn.reading.page.components import Boxes

MIN_LEVEL_LENGTH = 1.3  # of the shortest level line, over the usual height: a minus, not a 7's bar
MIN_UPRIGHT_LENGTH = 2.0  # of any other line: longer than a 1
MAX_SLENDERNESS = 0.15  # of the thickest line, over its length
MAX_THICKNESS = 0.3  # of the thickest line, over the usual height: digits that touch are thicker

MAX_FRAMES = 20  # components that are looked at, the highest ones
MIN_FRAMED = 0.05  # least height of a component that counts as inside, over the frame's
MAX_FRAMED = 0.3  # summed height of components inside that a 0 may have, over the frame's


def is_straight_line(ink: Ink, usual_px: float) -> bool:
    """Return whether a component's ink (h, w) is a straight line longer than any stroke of a digit.

    Length and thickness are taken along the principal axes.

    Parameters
    ----------
    ink
        float32 (h, w), cropped to the component.
    usual_px
        The usual height of the components.
    """
    if max(ink.shape) < MIN_LEVEL_LENGTH * usual_px:
        return False
    points = np.argwhere(ink >= INK_LEVEL)[:, ::-1].astype(np.float32)
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    thickness_px, length_px = np.ptp(centred @ axes, axis=0) + 1
    is_level = abs(axes[0, 1]) > abs(axes[1, 1])
    least = (MIN_LEVEL_LENGTH if is_level else MIN_UPRIGHT_LENGTH) * usual_px
    most = min(MAX_SLENDERNESS * length_px, MAX_THICKNESS * usual_px)
    return bool(length_px > least and thickness_px < most)


def are_frames(boxes: Boxes) -> Mask:
    """Return which boxes (N, 4) surround several others, like tables; a 0 surrounds one, its slash.

    Parameters
    ----------
    boxes
        left, top, right and bottom of components.
    """
    left, top, right, bottom = boxes.T
    heights = bottom - top
    is_frame = np.zeros(len(boxes), bool)
    for number in np.argsort(heights)[-MAX_FRAMES:].tolist():
        is_inside = (left > left[number]) & (right < right[number])
        is_inside &= (top > top[number]) & (bottom < bottom[number])
        inside = heights[is_inside & (heights > MIN_FRAMED * heights[number])]
        is_frame[number] = len(inside) > 1 and inside.sum() > MAX_FRAMED * heights[number]
    return is_frame
