"""Where a component may be cut into two digits that touch.

A cut runs from top to bottom. Where two digits touch at a point, it is the path that crosses the
least ink, found by dynamic programming. Where two lines run side by side into each other, as the
sides of two zeros, such a path would avoid the place; a straight cut follows the lines instead.
R. Casey, E. Lecolinet, "A survey of methods and strategies in character segmentation", 1996.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nn.reading.mnist_format import outline
from nn.reading.numbers.components import Component

ROWS = 64  # of a line's height, to which a component is reduced
STEPS = np.array([0, -1, 1], np.int8)  # sideways, to the column in the row above
DIAGONAL = 1.4  # length of a diagonal step
BEND = 0.01  # cost of a diagonal step, in ink: of equal paths the straighter
LEVELS = (0.2, 0.5, 0.8)  # heights at which the shortest paths are chosen, over the component's
SLOPES = (-0.25, 0.0, 0.25)  # of straight cuts: columns to the right a row up
REACH = 0.07  # distance within which a local minimum is the least, over the line's height
MIN_DISTANCE = 0.09  # mean distance of two cuts, over the line's height
MOST_CROSSED = 12.0  # most ink that a cut crosses, in pen widths
NARROWEST = 0.25  # component that is cut, over the line's height

Floats = NDArray[np.float64]
Columns = NDArray[np.intp]
Cut = Floats
"""A path from top to bottom: its column in each row of the component, (h,)."""


def find_cuts(component: Component, line_height_px: float, pen_px: float) -> list[Cut]:
    """Return the paths along which a component may be cut, from left to right."""
    if component.width < NARROWEST * line_height_px:
        return []
    scale = min(1.0, ROWS / line_height_px)
    size = (max(3, round(component.width * scale)), max(3, round(component.height * scale)))
    ink = cv2.resize(component.ink, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    height, width = ink.shape
    reach = max(1, round(REACH * line_height_px * scale))
    straight = _straight_paths(ink, 2 * reach, pen_px * scale)
    paths = np.concatenate([_shortest_paths(ink, reach), straight])  # (P, h)
    crossed = _crossed(ink, paths)
    is_good = crossed <= MOST_CROSSED * pen_px * scale
    paths, crossed = paths[is_good], crossed[is_good]
    cuts = []
    rows = (np.arange(component.height) + 0.5) * height / component.height - 0.5
    min_distance = MIN_DISTANCE * line_height_px * scale
    for number in _non_maximum_suppression(paths, crossed, min_distance):
        columns = np.interp(rows, np.arange(height), paths[number] + 0.5) * component.width / width
        cuts.append(columns)
    return sorted(cuts, key=lambda cut: float(cut.mean()))


def ink_between_cuts(component: Component, left: Cut | None, right: Cut | None) -> Component | None:
    """Return a component's ink between two cuts, or its ends; None if there is none."""
    start = 0 if left is None else max(0, int(left.min()))
    end = component.width
    if right is not None:
        end = min(end, int(right.max()) + 1)
    if end <= start:
        return None
    columns = np.arange(start, end) + 0.5
    ink = component.ink[:, start:end]
    if left is not None:
        ink = ink * (columns >= left[:, None])
    if right is not None:
        ink = ink * (columns < right[:, None])
    x, y, width, height = outline(ink)
    if not width:
        return None
    ink = ink[y : y + height, x : x + width]
    return Component(component.x + start + x, component.y + y, ink)


def _crossed(ink: Floats, paths: Columns) -> Floats:
    """Return how much of the ink (h, w) each path (P, h) crosses (P,)."""
    height, width = ink.shape
    along = ink[np.arange(height), paths.clip(0, width - 1)]
    along *= (paths >= 0) & (paths < width)
    crossed: Floats = along.sum(axis=1)
    return crossed


def _shortest_paths(ink: Floats, reach: int) -> Columns:
    """Return paths (P, h) that cross less ink (h, w) than those beside them at some height."""
    down, down_steps = _least_ink(ink)
    up, up_steps = _least_ink(ink[::-1])
    least = down + up[::-1] - ink  # of all paths through a pixel
    paths = []
    for level in LEVELS:
        row = int(level * len(ink))
        seeds = _local_minima(least[row], reach)
        above = _trace(down_steps[: row + 1], seeds)
        below = _trace(up_steps[: len(ink) - row], seeds)[::-1]
        paths.append(np.concatenate([above, below[1:]]).T)
    return np.concatenate(paths)


def _least_ink(ink: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """Return the least ink on a path from the first row to each pixel, and its last sideways step.

    Both are (h, w). A path goes down one row at a time, straight or diagonally.
    """
    costs, steps = ink.copy(), np.zeros(ink.shape, np.int8)
    above = np.full(ink.shape[1] + 2, np.inf)
    for row in range(1, len(ink)):
        above[1:-1] = costs[row - 1]
        diagonal = DIAGONAL * ink[row] + BEND
        options = np.stack([above[1:-1] + ink[row], above[:-2] + diagonal, above[2:] + diagonal])
        steps[row] = STEPS[options.argmin(axis=0)]
        costs[row] = options.min(axis=0)
    return costs, steps


def _trace(steps: NDArray[np.int8], seeds: Columns) -> Columns:
    """Return the columns (h, S), from the first row, of the paths to seeds (S,) in the last."""
    path = [seeds]
    for row in range(len(steps) - 1, 0, -1):
        path.append(path[-1] + steps[row, path[-1]])
    return np.stack(path[::-1])


def _straight_paths(ink: Floats, reach: int, pen_px: float) -> Columns:
    """Return straight paths (P, h) that cross less ink (h, w) than those beside them, or more.

    The latter follow a line, or the middle of two lines that run into each other.
    """
    height, width = ink.shape
    rows = np.arange(height)
    padded = np.pad(ink, ((0, 0), (height, height)))
    paths = []
    for slope in SLOPES:
        shifts = np.rint(slope * (height / 2 - rows)).astype(int)
        crossed = padded[rows, height + np.arange(width)[:, None] + shifts].sum(axis=1)
        broad = np.convolve(crossed, np.ones(2 * round(pen_px) + 1), mode="same")
        paths += [_local_minima(costs, reach)[:, None] + shifts for costs in (crossed, -broad)]
    return np.concatenate(paths)


def _local_minima(costs: Floats, reach: int) -> Columns:
    """Return the columns of the least cost within reach, the middle one of equals."""
    windows = sliding_window_view(np.pad(costs, reach, constant_values=np.inf), 2 * reach + 1)
    is_least = costs <= windows.min(axis=1)
    edges = np.diff(is_least.astype(np.int8), prepend=0, append=0)
    starts, ends = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    columns: Columns = (starts + ends - 1) // 2
    return columns[(columns >= reach) & (columns < len(costs) - reach)]


def _non_maximum_suppression(paths: Columns, costs: Floats, distance: float) -> Sequence[int]:
    """Return the numbers of the cheapest paths (P, h) whose mean distance is at least that."""
    chosen: list[int] = []
    for number in np.argsort(costs, kind="stable").tolist():
        distances = np.abs(paths[chosen] - paths[number]).mean(axis=1)
        if not len(distances) or distances.min() >= distance:
            chosen.append(number)
    return chosen
