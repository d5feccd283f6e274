"""Parts of ink gathered into lines of writing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nn.reading.numbers.components import Part

SMALL = 0.5  # height of a stroke that is but part of a digit, over its neighbour's
NEAR = 0.35  # how far such a stroke may be from its neighbour, over the neighbour's height
STACKED_HEIGHT = 1.3  # of two parts, one above the other, that may be one digit, over the usual
STACKED_OVERLAP = 0.5  # of the narrower of them
SHARED_HEIGHT = 0.25  # of the lower of two neighbours that both span if they share a line
WIDEST_GAP = 2.5  # in a line whose slope is not known, over the higher neighbour's height

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]


def to_lines(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts by lines, top to bottom, each line's from left to right.

    Two digits are neighbours in a line if each is the nearest to the other on its side, of those
    about as high in the picture: so lines may slant and bend. Once that has told how they slant,
    gaps may be of any width. Strokes too small to be digits go with the part beside them.
    """
    if not parts:
        return []
    boxes = np.array([[part.x, part.y, part.right, part.bottom] for part in parts], float)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    owners = _owners(boxes)
    near = _neighbours(boxes, owners < 0, 0.0, WIDEST_GAP)
    ways = [middles[right] - middles[left] for left, right in near]
    slope = float(np.median([down / across for across, down in ways])) if len(ways) > 1 else 0.0
    links = [*near, *_neighbours(boxes, owners < 0, slope, np.inf)]
    links += [(small, int(owners[small])) for small in np.nonzero(owners >= 0)[0].tolist()]
    lines = _groups(len(parts), links)
    heights = middles[:, 1] - slope * middles[:, 0]
    lines.sort(key=lambda numbers: float(np.mean(heights[numbers])))
    return [
        [parts[number] for number in sorted(numbers, key=lambda number: middles[number, 0])]
        for numbers in lines
    ]


def _owners(boxes: Floats) -> NDArray[np.intp]:
    """Return for each part (N,) the nearest that it may be a stroke of, or -1.

    Either it is small beside it, or they lie above each other and together are as high as a digit.
    """
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    x_gaps, y_gaps = _gaps(boxes, 0), _gaps(boxes, 1)
    distances = np.hypot(x_gaps.clip(0), y_gaps.clip(0)) / heights
    is_small = (heights[:, None] < SMALL * heights) & (distances < NEAR)
    stack = np.add.outer(heights, heights) + y_gaps
    is_stacked = (stack < STACKED_HEIGHT * np.median(heights)) & (
        -x_gaps > STACKED_OVERLAP * np.minimum.outer(widths, widths)
    )
    is_stacked &= heights[:, None] < heights
    distances[~is_small & ~is_stacked] = np.inf
    return np.where(np.isfinite(distances.min(axis=1)), distances.argmin(axis=1), -1)


def _gaps(boxes: Floats, axis: int) -> Floats:
    """Return the gaps (N, N) between parts along an axis, below 0 where they overlap."""
    starts, ends = boxes[:, axis], boxes[:, axis + 2]
    gaps: Floats = np.maximum.outer(starts, starts) - np.minimum.outer(ends, ends)
    return gaps


def _neighbours(
    boxes: Floats, is_digit: Masks, slope: float, widest_gap: float
) -> list[tuple[int, int]]:
    """Return those pairs of parts that may be digits of which each is the other's neighbour."""
    x = (boxes[:, 0] + boxes[:, 2]) / 2
    level = boxes.copy()
    level[:, 1::2] -= slope * x[:, None]
    heights = boxes[:, 3] - boxes[:, 1]
    shared = -_gaps(level, 1) / np.minimum.outer(heights, heights)
    gaps = _gaps(boxes, 0) / np.maximum.outer(heights, heights)
    is_right = (x[:, None] < x) & (shared >= SHARED_HEIGHT) & (gaps <= widest_gap)
    is_right &= is_digit & is_digit[:, None]
    distances = np.where(is_right, gaps.clip(0) + 1 - shared.clip(0, 1), np.inf)
    rights, lefts = distances.argmin(axis=1), distances.argmin(axis=0)
    return [
        (left, right)
        for left, right in enumerate(rights.tolist())
        if lefts[right] == left and np.isfinite(distances[left, right])
    ]


def _groups(n_parts: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the numbers of the parts by groups that links hold together."""
    group = np.arange(n_parts)
    for one, other in links:
        group[group == group[one]] = group[other]
    return [np.nonzero(group == number)[0].tolist() for number in np.unique(group)]
