"""Crossed-out digits: a straight line through ink that is longer than it at both ends."""

import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component
from nn.reading.numbers.places import THIN

DEGREES = np.arange(-60, 61, 15)  # directions in which the line's ends are looked for; 0 is level
TIP = 0.7  # least length of each end beyond all other ink, over the pen's width
SIDE, SIDE_PEN = 0.2, 2.0  # least reach of other ink at each side, over the height and the pen
FILLED = 0.97  # of the line's length that is ink
WITH_LINE = (4, 7)  # digits that have such a line: the 4's bar, the one through a 7
SLASHED, RISE = 0, 0.3  # a digit that may have a rising one; least rise of it over its width

Points = NDArray[np.float64]


def may_be_struck(digit: Component, label: int) -> bool:
    """Return whether ink that is read as a digit may be a crossed-out one."""
    if label in WITH_LINE:
        return False
    is_ink = np.pad(digit.ink >= INK_LEVEL, 1)
    points = np.argwhere(is_ink)[:, ::-1].astype(np.float64)
    starts, ends = _ends(points)
    across_px, down_px = (ends - starts).T
    may_be_line = _are_filled(is_ink, starts, ends)
    if label == SLASHED:
        may_be_line &= -down_px <= RISE * across_px
    return any(
        _is_through(points, start, end, digit)
        for start, end in zip(starts[may_be_line], ends[may_be_line], strict=True)
    )


def _ends(points: Points) -> tuple[Points, Points]:
    """Return where ink begins and ends in each direction (D, 2)."""
    radians = np.deg2rad(DEGREES)
    along = points @ [np.cos(radians), -np.sin(radians)]
    starts, ends = (
        is_end.T.astype(np.float64) @ points / is_end.sum(axis=0)[:, None]
        for is_end in (along - along.min(axis=0) < 1, along.max(axis=0) - along < 1)
    )
    return starts, ends


def _is_through(points: Points, start: Points, end: Points, digit: Component) -> bool:
    """Return whether a line has thin ends beyond all other ink, and ink at both sides."""
    length_px = float(np.hypot(*(end - start)))
    x, y = (end - start) / max(length_px, 1.0)
    along, across = ((points - start) @ np.array([[x, -y], [y, x]])).T
    tip_px = TIP * digit.pen_px
    side_px = max(SIDE * digit.height, SIDE_PEN * digit.pen_px)
    ends = across[along < tip_px], across[along > length_px - tip_px]
    return bool(
        all(np.ptp(each) + 1 <= THIN * digit.pen_px for each in ends)
        and min(across.max(), -across.min()) > side_px
    )


def _are_filled(is_ink: NDArray[np.bool_], starts: Points, ends: Points) -> NDArray[np.bool_]:
    """Return which lines (D,) are ink nearly everywhere."""
    x, y = np.linspace(starts, ends, 100).round().astype(int).T
    return np.asarray(is_ink[y, x].mean(axis=1) >= FILLED, np.bool_)
