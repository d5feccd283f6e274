"""The components of a page sorted into lines of digits and marks, and what is left out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nn.reading.numbers.components import Component, SortedComponents, usual_height
from nn.reading.numbers.frames import ink_on_frames
from nn.reading.numbers.lattice import LOWEST
from nn.reading.numbers.lines import group_into_lines
from nn.reading.numbers.marks import SortedLine, find_mark, sort_line
from nn.reading.numbers.places import HIGH, Measures, is_bar

REACH = 1.0  # distance of what belongs to a line from its next component, over the line's height
FEW = 2  # components of a group that is no line but something beside one
BELOW = 1.0  # distance of a line below a digit, over the digit's height: it may be of another line
SHARED = 0.25  # of the width of a line below digits, least in the columns of one

Floats = NDArray[np.float64]


def sort_lines(found: SortedComponents) -> tuple[list[SortedLine], list[Component]]:
    """Return the lines from top to bottom, and what is near them but of no line.

    Dots and lines far from any digit are no writing. Lines below numbers are no part of them.
    """
    groups = _join_low_groups(group_into_lines(found.digits))
    if not groups:
        return [], []
    measures = [Measures(group) for group in groups]
    heights = [each.height_px for each in measures]
    dots = _by_line(found.dots, groups, heights)
    lines = [sort_line(*each) for each in zip(groups, dots, measures, strict=True)]
    digits = [
        each
        for line, height_px in zip(lines, heights, strict=True)
        for each in line.digits
        if each.height >= HIGH * height_px
    ]
    near = [each for part in _by_line(found.lines, groups, heights) for each in part]
    return (
        [replace(line, others=without_underlines(line.others, digits)) for line in lines],
        [
            *without_underlines(near, digits),
            *ink_on_frames(found.frames, usual_height(found.digits)),
        ],
    )


def _join_low_groups(groups: Sequence[Sequence[Component]]) -> list[list[Component]]:
    """Return groups of components, those that are signs beside a line joined to that line."""
    lines = [list(group) for group in groups]
    for number, group in enumerate(groups):
        owner = _owner(group, [line for line in lines if line and line is not lines[number]])
        if owner is not None:
            owner += group
            lines[number] = []
    return [sorted(line, key=lambda each: each.x + each.width / 2) for line in lines if line]


def _owner(group: Sequence[Component], lines: Sequence[list[Component]]) -> list[Component] | None:
    """Return the line that a group is a sign of: it is near, and too low for a digit or a comma."""
    pieces = [(each, line) for line in lines for each in line if not is_bar(each)]
    if not pieces or (len(group) > FEW and not all(is_bar(each) for each in group)):
        return None
    distances = _distances(group, [each for each, _ in pieces]).min(axis=0)
    highs = np.array([each.height for each, _ in pieces])
    distances[distances > REACH * highs] = np.inf
    nearest = int(distances.argmin())
    if not np.isfinite(distances[nearest]):
        return None
    line = pieces[nearest][1]
    highest = max(0 if is_bar(each) else each.height for each in group)
    if highest < LOWEST * highs[nearest]:
        return line
    measures = Measures(line)
    mark = find_mark(group[0], measures.place(group[0]), measures) if len(group) == 1 else None
    return line if mark else None


def _by_line(
    components: Sequence[Component], lines: Sequence[Sequence[Component]], heights: Sequence[float]
) -> list[list[Component]]:
    """Return for each line the components that are near it and no nearer to another."""
    near: list[list[Component]] = [[] for _ in lines]
    if not components:
        return near
    numbers = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    distances = _distances(components, [each for line in lines for each in line])
    nearest = numbers[distances.argmin(axis=1)].tolist()
    for component, number, distance in zip(components, nearest, distances.min(axis=1), strict=True):
        if distance <= REACH * heights[number]:
            near[number].append(component)
    return near


def _distances(ones: Sequence[Component], others: Sequence[Component]) -> Floats:
    """Return the distances (N, M) between boxes."""
    a, b = (
        np.array([[each.x, each.y, each.right, each.bottom] for each in components], float)
        for components in (ones, others)
    )
    gaps = np.maximum(a[:, None, :2] - b[:, 2:], b[:, :2] - a[:, None, 2:]).clip(0)
    return np.asarray(np.hypot(gaps[..., 0], gaps[..., 1]), np.float64)


def without_underlines(
    components: Sequence[Component], digits: Sequence[Component]
) -> list[Component]:
    """Return the components that are not level strokes below digits, with no digits below them."""
    return [each for each in components if not (is_bar(each) and _is_below(each, digits))]


def _is_below(bar: Component, digits: Sequence[Component]) -> bool:
    """Return whether a bar is near below all digits in its columns, and none is near below it."""
    beside = [
        each
        for each in digits
        if min(each.right, bar.right) - max(each.x, bar.x) > SHARED * bar.width
    ]
    middle = bar.y + bar.height / 2
    above = [each for each in beside if each.y + each.height / 2 < middle]
    below = [each for each in beside if each.y + each.height / 2 >= middle]
    is_clear = all(each.bottom <= bar.bottom for each in above)
    is_near = any(bar.y - each.bottom <= BELOW * each.height for each in above)
    return is_near and is_clear and all(each.y - bar.bottom > each.height for each in below)
