"""Components of ink grouped into lines of writing: mutual nearest neighbours form chains."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import Mask
from nn.reading.numbers.components import Component

SMALL = 0.5  # height of a stroke that is only a part of a digit, over its neighbour's
NEAR = 0.35  # distance of such a stroke from its neighbour, over the neighbour's height
STACKED_HEIGHT = 1.3  # of two components one above the other that are one digit, over the median
STACKED_OVERLAP = 0.5  # of their x ranges, over the narrower one
SHARED_HEIGHT = 0.25  # of two neighbours in a line, over the lower one
FULLY_SHARED = 0.7  # from which the nearer one is the neighbour: digits of a line are not level
WIDEST_GAP = 2.5  # in a line whose slope is not known, over the higher neighbour's height

Floats = NDArray[np.float64]


def group_into_lines(components: Sequence[Component]) -> list[list[Component]]:
    """Return the components by lines, top to bottom, each line's from left to right.

    Two digits are neighbours in a line if each is the nearest to the other on its side, of those
    about as high in the picture: lines may slant and bend. Once the slope is known from these,
    gaps may be of any width. Strokes too small to be digits go with the component beside them.
    """
    if not components:
        return []
    boxes = np.array([[each.x, each.y, each.right, each.bottom] for each in components], float)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    owners = _owners(boxes)
    near = _neighbours(boxes, owners < 0, 0.0, WIDEST_GAP)
    steps = [middles[right] - middles[left] for left, right in near]
    slope = float(np.median([down / across for across, down in steps])) if len(steps) > 1 else 0.0
    links = [*near, *_neighbours(boxes, owners < 0, slope, np.inf)]
    links += [(small, int(owners[small])) for small in np.nonzero(owners >= 0)[0].tolist()]
    lines = _groups(len(components), links)
    heights = middles[:, 1] - slope * middles[:, 0]
    lines.sort(key=lambda numbers: float(np.mean(heights[numbers])))
    return [
        [components[number] for number in sorted(numbers, key=lambda number: middles[number, 0])]
        for numbers in lines
    ]


def _owners(boxes: Floats) -> NDArray[np.intp]:
    """Return for each component (N,) the nearest that it may be a stroke of, or -1.

    Either it is small beside it, or one is above the other and both are together as high as a
    digit.
    """
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    x_gaps, y_gaps = _gaps(boxes, 0), _gaps(boxes, 1)
    distances = np.hypot(x_gaps.clip(0), y_gaps.clip(0)) / heights
    is_small = (heights[:, None] < SMALL * heights) & (distances < NEAR)
    stack = np.add.outer(heights, heights) + y_gaps
    is_stacked = (stack < STACKED_HEIGHT * np.median(heights)) & (
        -x_gaps > STACKED_OVERLAP * np.minimum.outer(widths, widths)
    )
    order = np.argsort(np.argsort(heights, kind="stable"))
    is_stacked &= order[:, None] < order
    distances[~is_small & ~is_stacked] = np.inf
    return np.where(np.isfinite(distances.min(axis=1)), distances.argmin(axis=1), -1)


def _gaps(boxes: Floats, axis: int) -> Floats:
    """Return the gaps (N, N) between boxes along an axis, below 0 where they overlap."""
    starts, ends = boxes[:, axis], boxes[:, axis + 2]
    gaps: Floats = np.maximum.outer(starts, starts) - np.minimum.outer(ends, ends)
    return gaps


def _neighbours(
    boxes: Floats, is_digit: Mask, slope: float, widest_gap: float
) -> list[tuple[int, int]]:
    """Return the pairs (left, right) of possible digits of which each is the other's nearest."""
    x = (boxes[:, 0] + boxes[:, 2]) / 2
    level = boxes.copy()
    level[:, 1::2] -= slope * x[:, None]
    heights = boxes[:, 3] - boxes[:, 1]
    shared = -_gaps(level, 1) / np.minimum.outer(heights, heights)
    gaps = _gaps(boxes, 0) / np.maximum.outer(heights, heights)
    is_right = (x[:, None] < x) & (shared >= SHARED_HEIGHT) & (gaps <= widest_gap)
    is_right &= is_digit & is_digit[:, None]
    distances = np.where(is_right, gaps.clip(0) + (FULLY_SHARED - shared).clip(0), np.inf)
    rights, lefts = distances.argmin(axis=1), distances.argmin(axis=0)
    return [
        (left, right)
        for left, right in enumerate(rights.tolist())
        if lefts[right] == left and np.isfinite(distances[left, right])
    ]


def _groups(n_components: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the numbers of the components by groups that links connect."""
    group = np.arange(n_components)
    for one, other in links:
        group[group == group[one]] = group[other]
    return [np.nonzero(group == number)[0].tolist() for number in np.unique(group)]
