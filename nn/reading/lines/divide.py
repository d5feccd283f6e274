"""A line's ink divided among its signs.

Between two signs runs a seam from top to bottom that crosses as little ink as possible. Ink in one
piece that a seam only grazes stays whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import INK_LEVEL, Ink, Mask, bounding_box
from nn.reading.page.components import Boxes, Floats, Labels, label_components

SEAM_BAND = (0.35, 0.65)  # rows of a line, over its height, where a seam is between both signs
MIN_SEAM_DISTANCE = 0.25  # from each sign in these rows, over the distance of both signs
MAX_LEAN = 0.3  # how far above and below it may lean beyond one, over the line's height
STEP_COST = 0.02  # of a seam's step to the side, in pixels of ink that it would cross
BEND_COST = 0.02  # of each row in which it is as far from the middle as a sign is
MAX_DEBRIS = 0.12  # longer side of a speck beside a sign, over the line's height
MAX_GRAZED = 0.12  # share of a piece's ink that a seam may cut off without dividing it
NEAR = 0.12  # distance of ink from a sign at which it counts 1 / e, over the line's height
MIN_FAR = 0.3  # distance of ink from a sign to which it does not belong, over the line's height

Numbers = NDArray[np.int16]  # of signs
Distances = NDArray[np.float32]


@dataclass(frozen=True)
class SignInk:
    """The ink of a sign.

    Attributes
    ----------
    x, y
        Its upper left corner in the line.
    ink
        float32 (h, w), cropped.
    is_cut
        Whether a seam has cut it from ink of a neighbour.
    """

    x: int
    y: int
    ink: Ink
    is_cut: bool

    @property
    def bottom(self) -> int:
        """The first row of the line below it."""
        return self.y + len(self.ink)

    @property
    def right(self) -> int:
        """The first column of the line after it."""
        return self.x + int(self.ink.shape[1])

    @cached_property
    def distances_to_edge_px(self) -> Distances:
        """The distance of each pixel of ink to the nearest one without, float32 (P,)."""
        is_ink = (self.ink >= INK_LEVEL).view(np.uint8)
        framed = cv2.copyMakeBorder(is_ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        return np.asarray(cv2.distanceTransform(framed, cv2.DIST_L2, 5)[framed > 0], np.float32)


@dataclass(frozen=True)
class DividedInk:
    """A line's ink.

    Attributes
    ----------
    of_signs
        That of each sign, None where there is none.
    rest
        x, y, width and height of each piece that is of no sign.
    """

    of_signs: list[SignInk | None]
    rest: list[tuple[int, int, int, int]]


def divide(ink: Ink, middles: Sequence[float]) -> DividedInk:
    """Return the ink of each sign, and the rest.

    Parameters
    ----------
    ink
        float32 (H, W) of an upright line.
    middles
        Column of each sign, from left to right.
    """
    labels, boxes, _ = label_components(ink >= INK_LEVEL)
    if not len(boxes) or not len(middles):
        return DividedInk([None] * len(middles), [_box(piece) for piece in boxes])
    at = np.asarray(middles, np.float64)
    owners, is_whole = _owners(ink, labels, boxes, at)
    of_signs, taken = [], np.zeros(len(boxes) + 1, np.bool_)
    for number, middle in enumerate(at.tolist()):
        is_own = owners == number
        x, y, width, height = cv2.boundingRect(is_own.view(np.uint8))
        part = np.s_[y : y + height, x : x + width]  # of the line: it takes less time
        chosen = _of_sign(ink[part] * is_own[part], middle - x, len(ink))
        pieces = np.unique(labels[part][chosen > 0])
        taken[pieces] = True
        column, row, width, height = bounding_box(chosen) if chosen.size else (0, 0, 0, 0)
        cropped = chosen[row : row + height, column : column + width]
        is_cut = not is_whole[pieces - 1].all()
        found = SignInk(x + column, y + row, cropped, is_cut)
        of_signs.append(found if width else None)
    return DividedInk(of_signs, [_box(piece) for piece in boxes[~taken[1:]]])


def _box(piece: NDArray[np.int64]) -> tuple[int, int, int, int]:
    """Return x, y, width and height of a piece's left, top, right and bottom (4,)."""
    left, top, right, bottom = piece.tolist()
    return left, top, right - left, bottom - top


def _owners(ink: Ink, labels: Labels, boxes: Boxes, middles: Floats) -> tuple[Numbers, Mask]:
    """Return the number of the sign of each pixel (H, W), and which pieces are of one alone (P,).

    That of paper is -1. A piece is of the sign in its columns, or the nearest to them. One with
    several signs in its columns is divided by the seams between these.
    """
    starts, ends = boxes[:, :1], boxes[:, 2:3]
    is_inside = np.asarray((starts <= middles) & (middles < ends))  # (P, N)
    gaps = np.maximum(starts - middles, middles - ends).clip(0)
    gaps = gaps + np.abs((starts + ends) / 2 - middles) * 1e-3  # of equal ones the most central
    is_whole = np.ones(len(boxes), np.bool_)
    owners = np.append(-1, gaps.argmin(axis=1)).astype(np.int16).take(labels)
    shared = np.flatnonzero(is_inside.sum(axis=1) > 1)
    sides = _sides(ink, middles, is_inside[shared]) if len(shared) else owners
    for piece in shared.tolist():
        is_own = labels == piece + 1
        weights = np.bincount(sides[is_own], ink[is_own], len(middles))
        is_whole[piece] = weights.max() >= (1 - MAX_GRAZED) * weights.sum()
        owners[is_own] = weights.argmax() if is_whole[piece] else sides[is_own]
    return owners, is_whole


def _sides(ink: Ink, middles: Floats, is_inside: Mask) -> Numbers:
    """Return between which seams each pixel (H, W) lies: the number of its sign.

    There is a seam where a piece (P, N) has signs on both sides of it; else a border is upright.
    """
    sides = np.zeros(ink.shape, np.int16)
    columns = np.arange(ink.shape[1])
    is_seam = np.asarray((is_inside[:, :-1] & is_inside[:, 1:]).any(axis=0))
    for number, (left, right) in enumerate(pairwise(middles.tolist())):
        border = _seam(ink, left, right)[:, None] if is_seam[number] else (left + right) / 2
        sides += columns >= border
    return sides


def _seam(ink: Ink, left: float, right: float) -> NDArray[np.intp]:
    """Return the column (H,) of a seam between two signs."""
    n_rows, n_columns = ink.shape
    lean = round(MAX_LEAN * n_rows)
    first = max(0, round(left) - lean)
    last = min(n_columns, round(right) + lean + 1)
    costs = ink[:, first:last].astype(np.float64)
    inner = slice(round(SEAM_BAND[0] * n_rows), max(1, round(SEAM_BAND[1] * n_rows)))
    middle = (left + right) / 2 - first
    x = np.arange(last - first)
    costs += BEND_COST * np.abs(x - middle) / max(1.0, right - left)
    inner_px = MIN_SEAM_DISTANCE * (right - left)
    is_outside = (x < left + inner_px - first) | (x > right - inner_px - first)
    if not is_outside.all():
        costs[inner, is_outside] += n_rows
    sums = np.pad(costs, ((0, 0), (1, 1)), constant_values=np.inf)
    for row in range(1, n_rows):
        above = sums[row - 1]
        beside = np.minimum(above[:-2], above[2:]) + STEP_COST
        sums[row, 1:-1] += np.minimum(above[1:-1], beside)
    column = int(sums[-1].argmin())
    seam = np.empty(n_rows, np.intp)
    for row in range(n_rows - 1, 0, -1):
        seam[row] = first + column - 1
        on_left, above_it, on_right = sums[row - 1, column - 1 : column + 2].tolist()
        if above_it > min(on_left, on_right) + STEP_COST:
            column += -1 if on_left <= on_right else 1
    seam[0] = first + column - 1
    return seam


def _of_sign(own: Ink, middle: float, height_px: int) -> Ink:
    """Return the part of the ink (h, w) near a sign that belongs to it, in a line of a height.

    It is the heaviest piece near the sign's middle, with the pieces that share columns with it: of
    1,411 recorded digits 3 have a piece beside the others, as every dash between two digits is.
    """
    if not own.size:
        return own
    parts, boxes, _ = label_components(own >= INK_LEVEL)
    if not len(boxes):
        return np.zeros_like(own)
    weights = np.bincount(parts.ravel(), own.ravel(), len(boxes) + 1)[1:]
    gaps = np.maximum(boxes[:, 0] - middle, middle - boxes[:, 2]).clip(0)
    if gaps.min() > MIN_FAR * height_px:
        return np.zeros_like(own)
    main = int((weights * np.exp(-gaps / (NEAR * height_px))).argmax())
    left, _, right, _ = boxes[main]
    is_near = (boxes[:, 0] < right) & (boxes[:, 2] > left)
    is_speck = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) <= MAX_DEBRIS * height_px
    is_speck[main] = False
    chosen: Ink = own * np.append(False, is_near & ~is_speck)[parts]
    return chosen
