"""The separate parts of ink that may be digits or strokes of digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.numbers.types import MAX_DIGITS, TooManyParts

Ink = NDArray[np.float32]
Boxes = NDArray[np.integer]

MAX_PARTS = 3 * MAX_DIGITS  # few digits have more strokes that do not touch each other
INK_LEVEL = 0.2  # from which on a pixel holds ink: what crop in mnist_format goes by
SPECK_SIZE = 0.15  # longer side of the largest speck, over the usual height
RULE_LENGTH = 1.3  # of the shortest level rule, over the usual height: a minus, not the bar of a 7
UPRIGHT_RULE_LENGTH = 2.0  # of any other rule: a long 1 is no rule
RULE_THINNESS = 0.15  # of the thickest rule, over its length
RULE_THICKNESS = 0.3  # of the thickest rule, over the usual height: digits that touch are thicker

MAX_FRAMES = 20  # that are looked for, among the highest parts
LEAST_FRAMED = 0.05  # height of a part in a frame that counts, over the frame's
MOST_FRAMED = 0.3  # height of all of them that is not yet writing, over the frame's


@dataclass(frozen=True)
class Part:
    """Ink cut out of a picture.

    Attributes
    ----------
    x, y
        Where its left upper corner was.
    ink
        float32 (h, w), 0 for paper and all that is not of this part, to 1.
    """

    x: int
    y: int
    ink: Ink

    @property
    def height(self) -> int:
        """In pixels."""
        return len(self.ink)

    @property
    def width(self) -> int:
        """In pixels."""
        width: int = self.ink.shape[1]
        return width

    @property
    def right(self) -> int:
        """First column after it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row after it."""
        return self.y + self.height


def join(parts: Sequence[Part]) -> Part:
    """Return several parts as one."""
    x, y = min(part.x for part in parts), min(part.y for part in parts)
    shape = max(part.bottom for part in parts) - y, max(part.right for part in parts) - x
    ink = np.zeros(shape, np.float32)
    for part in parts:
        rows = slice(part.y - y, part.bottom - y)
        columns = slice(part.x - x, part.right - x)
        np.maximum(ink[rows, columns], part.ink, out=ink[rows, columns])
    return Part(x, y, ink)


def pen_width(part: Part) -> float:
    """Return about how wide the pen's lines are, in pixels: area over half the outline's length."""
    is_ink = cv2.copyMakeBorder(
        (part.ink >= INK_LEVEL).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0
    )
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    area = float(is_ink.sum())
    return 2 * area / (area - float(cv2.erode(is_ink, cross).sum()))


def find_parts(ink: Ink) -> list[Part]:
    """Return the parts of ink that hang together, without specks, straight rules and frames.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.

    Raises
    ------
    TooManyParts
        If there are more than ``MAX_PARTS``.
    """
    is_ink = (ink >= INK_LEVEL).astype(np.uint8)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(is_ink, connectivity=8)
    boxes: Boxes = np.asarray(statistics[:, : cv2.CC_STAT_AREA], np.int32)
    is_kept = ~_are_frames(boxes)
    is_kept[0] = False  # paper
    is_kept &= boxes[:, 2:].max(axis=1) > SPECK_SIZE * _usual_height(boxes[is_kept, 3])
    if is_kept.sum() > MAX_PARTS:
        raise TooManyParts(
            f"The picture holds {is_kept.sum()} separate pieces of ink; numbers are read "
            f"where there are at most {MAX_PARTS}."
        )
    parts = []
    for label in np.nonzero(is_kept)[0].tolist():
        x, y, width, height = boxes[label].tolist()
        box = np.s_[y : y + height, x : x + width]
        parts.append(Part(x, y, np.where(labels[box] == label, ink[box], np.float32(0))))
    usual_px = usual_height(parts)
    return [part for part in parts if not _is_rule(part, usual_px)]


def usual_height(parts: Sequence[Part]) -> float:
    """Return the height, in pixels, that is usual among the parts, 0 if there are none."""
    return _usual_height(np.array([part.height for part in parts]))


def _usual_height(heights: NDArray[np.integer]) -> float:
    """Return the median of heights (N,), each counted by its square: specks hardly count."""
    if not len(heights):
        return 0.0
    heights = np.sort(heights)
    squares = np.cumsum(heights.astype(float) ** 2)
    return float(heights[np.searchsorted(squares, squares[-1] / 2)])


def _is_rule(part: Part, usual_px: float) -> bool:
    """Return whether a part is a straight line longer than any stroke of a digit."""
    if max(part.width, part.height) < RULE_LENGTH * usual_px:
        return False
    points = np.argwhere(part.ink >= INK_LEVEL)[:, ::-1].astype(np.float32)
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    thickness_px, length_px = np.ptp(centred @ axes, axis=0) + 1
    is_level = abs(axes[0, 1]) > abs(axes[1, 1])
    least = (RULE_LENGTH if is_level else UPRIGHT_RULE_LENGTH) * usual_px
    most = min(RULE_THINNESS * length_px, RULE_THICKNESS * usual_px)
    return bool(length_px > least and thickness_px < most)


def _are_frames(boxes: Boxes) -> NDArray[np.bool_]:
    """Return which parts (N,) surround several others, as tables do: a zero surrounds its slash."""
    x, y, width, height = boxes.T
    are_frames = np.zeros(len(boxes), bool)
    for number in np.argsort(height)[-MAX_FRAMES:].tolist():
        left, top, across, down = boxes[number].tolist()
        is_inside = (x > left) & (y > top) & (x + width < left + across) & (y + height < top + down)
        inside = height[is_inside & (height > LEAST_FRAMED * down)]
        are_frames[number] = len(inside) > 1 and inside.sum() > MOST_FRAMED * down
    return are_frames
