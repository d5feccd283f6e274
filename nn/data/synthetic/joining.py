"""Digits side by side that touch, overlap a little, or are joined by a line.

Lengths are relative to the digits' height, which is about 1; x to the right, y down.
"""

from collections.abc import Sequence

import numpy as np

from nn.data.digits import Stroke
from nn.data.synthetic.curves import moved, resample

ROWS = 25  # of the height, in which the distance of two digits is measured
LIGATURE_GAP = (0.03, 0.4)  # between digits that a ligature joins
MAX_LIGATURE_WIDTH = 1.0  # from its start to its end
LEAVES_FROM = 0.4  # leftmost place in a digit that a ligature may start at, over the digit's width
ARRIVES_BY = 0.7  # rightmost place in the next digit that it may end at, likewise
TANGENT = (0.4, 1.2)  # length of the tangents at its ends, relative to the distance of the ends
DIRECTION = 0.08  # length of the line that gives the pen's direction at a stroke's end
N_POINTS = 16  # of a ligature


def contact_distance(left: Sequence[Stroke], right: Sequence[Stroke]) -> float:
    """Return how far the right digit is to be moved to the right so that the two lines just meet.

    Lines are compared row by row, and with the rows next to it; digits that have no row in common
    are compared by their boxes.
    """
    left_points, right_points = (
        np.concatenate([resample(stroke) for stroke in strokes]) for strokes in (left, right)
    )
    top = min(left_points[:, 1].min(), right_points[:, 1].min())
    left_rows, right_rows = (
        ((points[:, 1] - top) * ROWS).astype(int) for points in (left_points, right_points)
    )
    n_rows = 1 + max(left_rows.max(), right_rows.max())
    ends = np.full(n_rows + 2, -np.inf)
    np.maximum.at(ends, left_rows + 1, left_points[:, 0])
    ends = np.maximum(np.maximum(ends[:-2], ends[1:-1]), ends[2:])
    starts = np.full(n_rows, np.inf)
    np.minimum.at(starts, right_rows, right_points[:, 0])
    distance = float((ends - starts).max())
    if np.isfinite(distance):
        return distance
    return float(left_points[:, 0].max() - right_points[:, 0].min())


def put_beside(left: Sequence[Stroke], right: Sequence[Stroke], gap: float) -> list[Stroke]:
    """Return the right digit, moved sideways to this gap from the left one.

    The gap is between the middles of their lines where they are nearest; below 0 the lines cross.
    """
    return moved(right, contact_distance(left, right) + gap, 0)


def may_have_ligature(left: Sequence[Stroke], right: Sequence[Stroke]) -> bool:
    """Return whether the pen may go on from a digit's end to the start of the next without a lift.

    It may not from the left end of a 3, nor to a start at the right of a digit: the line would
    cross the digits.
    """
    start, end = left[-1][-1, 0], right[0][0, 0]
    left_x, right_x = (np.concatenate(strokes)[:, 0] for strokes in (left, right))
    return bool(
        0 <= end - start <= MAX_LIGATURE_WIDTH
        and start >= left_x.min() + LEAVES_FROM * np.ptp(left_x)
        and end <= right_x.min() + ARRIVES_BY * np.ptp(right_x)
    )


def ligature(before: Stroke, after: Stroke, rng: np.random.Generator) -> Stroke:
    """Return the line (P, 2) from a stroke's end to the start of the next, smooth at both.

    It is a cubic Hermite curve.
    """
    start, end = before[-1], after[0]
    distance = float(np.linalg.norm(end - start))
    from_start, to_end = rng.uniform(*TANGENT, 2) * distance
    leaving = -_direction(before[::-1]) * from_start
    arriving = _direction(after) * to_end
    t = np.linspace(0, 1, N_POINTS)[:, None]
    u = 1 - t
    curve: Stroke = u * u * (1 + 2 * t) * start + t * t * (1 + 2 * u) * end
    curve += t * u * (u * leaving - t * arriving)
    return curve


def link_above(left: Sequence[Stroke], right: Sequence[Stroke], rng: np.random.Generator) -> Stroke:
    """Return a line (8, 2) from the top of one digit to the top of the next."""
    tops = [points[points[:, 1].argmin()] for points in map(np.concatenate, (left, right))]
    start, end = tops + rng.normal(0, 0.04, (2, 2))
    along = np.linspace(0, 1, 8)[:, None]
    bend = rng.normal(0, 0.08) * np.sin(np.pi * along)
    line: Stroke = start + along * (end - start) + bend * [0, 1]
    return line


def _direction(stroke: Stroke) -> Stroke:
    """Return the unit vector (2,) in which a stroke (P, 2) begins, 0 for a dot."""
    steps = stroke - stroke[0]
    lengths = np.linalg.norm(steps, axis=1)
    at = int((lengths >= min(DIRECTION, lengths.max())).argmax())
    direction: Stroke = steps[at] / max(lengths[at], 1e-9)
    return direction
