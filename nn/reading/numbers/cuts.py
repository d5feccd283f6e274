"""Where a part of ink may be cut into two digits that touch.

A cut runs from top to bottom. Where two digits touch at a point, the cut that crosses the least ink
parts them: a shortest path, found by dynamic programming. Where two lines run into each other side
by side, as the walls of two zeros, such a cut would evade the place: there a straight one that
follows the lines parts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nn.reading.numbers.components import INK_LEVEL, Part

ROWS = 64  # in which a line's height is looked at
STEPS = np.array([0, -1, 1], np.int8)  # to the column above, and aslant
DIAGONAL = 1.4  # a step aslant is so much longer
BEND = 0.01  # ink that a step aslant is worth: of equal cuts the straighter
LEVELS = (0.2, 0.5, 0.8)  # heights at which a part's cheapest cuts are looked for
SLOPES = (-0.25, 0.0, 0.25)  # of straight cuts: columns to the right a row up
REACH = 0.07  # within which a cut is the cheapest, over the line's height
MIN_DISTANCE = 0.06  # of two cuts, on average, over the line's height
MOST_CROSSED_ONCE = 12.0  # most ink that a cut crosses in one place, in pens' widths
MOST_CROSSED = 3.0  # and in several
NARROWEST = 0.25  # part that is worth cutting, over the line's height

Floats = NDArray[np.float64]
Columns = NDArray[np.intp]


@dataclass(frozen=True)
class Cut:
    """A path from top to bottom.

    Attributes
    ----------
    columns
        float64 (h,): where it is in each row of the part.
    crossed
        How much ink it crosses, in pens' widths.
    runs
        How often it crosses ink.
    """

    columns: Floats
    crossed: float
    runs: int


def find_cuts(part: Part, line_height_px: float, pen_px: float) -> list[Cut]:
    """Return the paths along which a part may be cut, from left to right."""
    if part.width < NARROWEST * line_height_px:
        return []
    scale = min(1.0, ROWS / line_height_px)
    size = (max(3, round(part.width * scale)), max(3, round(part.height * scale)))
    ink = cv2.resize(part.ink, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    height, width = ink.shape
    reach = max(1, round(REACH * line_height_px * scale))
    straight = _straight(ink, 2 * reach, pen_px * scale)
    paths = np.concatenate([_cheapest(ink, reach), straight])  # (P, h)
    crossed, runs = _crossings(ink, paths)
    crossed /= pen_px * scale
    is_good = crossed <= np.where(runs <= 1, MOST_CROSSED_ONCE, MOST_CROSSED)
    paths, crossed, runs = paths[is_good], crossed[is_good], runs[is_good]
    cuts = []
    rows = (np.arange(part.height) + 0.5) * height / part.height - 0.5
    for number in _apart(paths, crossed, MIN_DISTANCE * line_height_px * scale):
        columns = np.interp(rows, np.arange(height), paths[number] + 0.5) * part.width / width
        cuts.append(Cut(columns, float(crossed[number]), int(runs[number])))
    return sorted(cuts, key=lambda cut: float(cut.columns.mean()))


def _crossings(ink: Floats, paths: Columns) -> tuple[Floats, NDArray[np.intp]]:
    """Return how many pixels of ink (h, w) each path (P, h) crosses (P,), and how often (P,)."""
    height, width = ink.shape
    along = ink[np.arange(height), paths.clip(0, width - 1)]
    along *= (paths >= 0) & (paths < width)
    is_ink = along > 0.5
    starts = is_ink & ~np.pad(is_ink, ((0, 0), (1, 0)))[:, :-1]
    return along.sum(axis=1), starts.sum(axis=1)


def between(part: Part, left: Cut | None, right: Cut | None) -> Part | None:
    """Return the ink of a part between two cuts, or its ends; None if there is none."""
    start = 0 if left is None else max(0, int(left.columns.min()))
    end = part.width if right is None else min(part.width, int(right.columns.max()) + 1)
    if end <= start:
        return None
    columns = np.arange(start, end) + 0.5
    ink = part.ink[:, start:end]
    if left is not None:
        ink = ink * (columns >= left.columns[:, None])
    if right is not None:
        ink = ink * (columns < right.columns[:, None])
    return _cropped(Part(part.x + start, part.y, ink))


def _cropped(part: Part) -> Part | None:
    """Return the part without paper around it, None if it is nothing else."""
    is_ink = part.ink >= INK_LEVEL
    rows, columns = (np.nonzero(is_ink.any(axis=axis))[0] for axis in (1, 0))
    if not len(rows):
        return None
    ink = part.ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Part(part.x + int(columns[0]), part.y + int(rows[0]), ink)


def _cheapest(ink: Floats, reach: int) -> Columns:
    """Return paths (P, h) that cross less ink (h, w) than those that pass beside them."""
    down, down_steps = _least_ink(ink)
    up, up_steps = _least_ink(ink[::-1])
    through = down + up[::-1] - ink
    paths = []
    for level in LEVELS:
        row = int(level * len(ink))
        seeds = _minima(through[row], reach)
        above = _trace(down_steps[: row + 1], seeds)
        below = _trace(up_steps[: len(ink) - row], seeds)[::-1]
        paths.append(np.concatenate([above, below[1:]]).T)
    return np.concatenate(paths)


def _least_ink(ink: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """Return the least ink on a way from the first row to each pixel, and its last step sideways.

    Both are (h, w). A way goes down by a pixel at a time, straight or aslant.
    """
    costs, steps = ink.copy(), np.zeros(ink.shape, np.int8)
    above = np.full(ink.shape[1] + 2, np.inf)
    for row in range(1, len(ink)):
        above[1:-1] = costs[row - 1]
        aslant = DIAGONAL * ink[row] + BEND
        ways = np.stack([above[1:-1] + ink[row], above[:-2] + aslant, above[2:] + aslant])
        steps[row] = STEPS[ways.argmin(axis=0)]
        costs[row] = ways.min(axis=0)
    return costs, steps


def _trace(steps: NDArray[np.int8], seeds: Columns) -> Columns:
    """Return the columns (h, S), from the first row, of the ways to seeds (S,) in the last row."""
    path = [seeds]
    for row in range(len(steps) - 1, 0, -1):
        path.append(path[-1] + steps[row, path[-1]])
    return np.stack(path[::-1])


def _straight(ink: Floats, reach: int, pen_px: float) -> Columns:
    """Return straight paths (P, h) that cross less ink (h, w) than those beside them, or more.

    The latter follow a line or two that run into one, in the middle of both.
    """
    height, width = ink.shape
    rows = np.arange(height)
    padded = np.pad(ink, ((0, 0), (height, height)))
    paths = []
    for slope in SLOPES:
        shifts = np.rint(slope * (height / 2 - rows)).astype(int)
        crossed = padded[rows, height + np.arange(width)[:, None] + shifts].sum(axis=1)
        broad = np.convolve(crossed, np.ones(2 * round(pen_px) + 1), mode="same")
        paths += [_minima(costs, reach)[:, None] + shifts for costs in (crossed, -broad)]
    return np.concatenate(paths)


def _minima(costs: Floats, reach: int) -> Columns:
    """Return the columns that cost the least within reach, the middle one of equals."""
    windows = sliding_window_view(np.pad(costs, reach, constant_values=np.inf), 2 * reach + 1)
    is_least = costs <= windows.min(axis=1)
    edges = np.diff(is_least.astype(np.int8), prepend=0, append=0)
    starts, ends = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    columns: Columns = (starts + ends - 1) // 2
    return columns[(columns >= reach) & (columns < len(costs) - reach)]


def _apart(paths: Columns, costs: Floats, distance: float) -> Sequence[int]:
    """Return the numbers of the cheapest paths (P, h) that are so far apart on average."""
    chosen: list[int] = []
    for number in np.argsort(costs, kind="stable").tolist():
        ways = np.abs(paths[chosen] - paths[number]).mean(axis=1)
        if not len(ways) or ways.min() >= distance:
            chosen.append(number)
    return chosen
