"""The shape of a component, and its place in a line of writing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import line_height

HIGH = 0.5  # least height of a digit that places are measured by, over the line's height
THIN = 1.8  # thickness of a straight stroke, over the pen's width
ONE_LINE = 1.3  # area of a stroke that may bend, over its length times the pen's width
SLENDER = 2.0  # width of a bar, over its height
OVERLAP = 0.7  # share of its width by which what stands beside a digit may be in its columns


@dataclass(frozen=True)
class Stroke:
    """The measures of a component along its principal axes.

    Attributes
    ----------
    length_px, thickness_px
        Along the first axis, and across it.
    degrees
        Of the first axis: 0 is level, positive rises to the right, up to 90.
    pen_px
        The mean width of its lines.
    is_one_line
        Whether it is a line that does not cross itself or return.
    """

    length_px: float
    thickness_px: float
    degrees: float
    pen_px: float
    is_one_line: bool

    @property
    def is_straight(self) -> bool:
        """Whether it is hardly thicker than the line of the pen."""
        return self.thickness_px <= THIN * self.pen_px


@dataclass(frozen=True)
class Place:
    """Where a component is in its line; lengths are relative to the line's height.

    Attributes
    ----------
    left, right
        The nearest digits beside it.
    is_beside
        Whether it is left or right of each digit's ink at its own height: not inside a digit.
    is_clear
        Whether it is hardly in any digit's columns.
    gap
        To the nearest digit, along the line.
    top, middle, bottom
        How far its ends and its middle are below the baseline.
    """

    left: Component | None
    right: Component | None
    is_beside: bool
    is_clear: bool
    gap: float
    top: float
    middle: float
    bottom: float


class Measures:
    """The measures of a line, by which places in it are found.

    Parameters
    ----------
    components
        Of a line, one or more.

    Attributes
    ----------
    height_px, pen_px
        The usual height of its digits and width of its pen.
    digits
        The components that are high enough for digits.
    """

    def __init__(self, components: Sequence[Component]) -> None:
        self.height_px = line_height(components)
        self.pen_px = float(np.median([component.pen_px for component in components]))
        least_px = HIGH * self.height_px
        self.digits = [each for each in components if each.height >= least_px and not is_bar(each)]

    def place(self, component: Component) -> Place:
        """Return where a component is among the other digits."""
        digits = [each for each in self.digits if each is not component]
        middle = component.x + component.width / 2
        lefts = [each for each in digits if each.foot < middle]
        rights = [each for each in digits if each.foot >= middle]
        left = max(lefts, key=lambda each: each.right, default=None)
        right = min(rights, key=lambda each: each.x, default=None)
        beside = [each for each in (left, right) if each]
        baseline = float(np.mean([each.bottom for each in beside])) if beside else component.bottom
        gaps = [max(each.x - component.right, component.x - each.right, 0) for each in beside]
        heights = [component.y, component.y + component.height / 2, component.bottom]
        return Place(
            left,
            right,
            all(self._is_beside(component, digit) for digit in digits),
            all(is_clear(component, digit) for digit in digits),
            min(gaps, default=np.inf) / self.height_px,
            *((height - baseline) / self.height_px for height in heights),
        )

    def _is_beside(self, component: Component, digit: Component) -> bool:
        """Return whether a component is left or right of a digit's ink at its height.

        Above and below the digit, its uppermost and its lowest ink count.
        """
        if is_clear(component, digit):
            return True
        pen_px, last = round(self.pen_px), digit.height - 1
        top = min(max(0, component.y - pen_px - digit.y), max(0, last - pen_px))
        bottom = max(component.bottom + pen_px - digit.y, min(last, pen_px))
        columns = np.nonzero((digit.ink[top : bottom + 1] >= INK_LEVEL).any(axis=0))[0]
        middle = component.x + component.width / 2 - digit.x
        return not (len(columns) and columns[0] <= middle <= columns[-1])


def is_clear(component: Component, digit: Component) -> bool:
    """Return whether a good part of a component is in none of a digit's columns."""
    overlap = min(component.right, digit.right) - max(component.x, digit.x)
    return overlap <= OVERLAP * component.width


def is_within(component: Component, other: Component) -> bool:
    """Return whether a component is inside the box of another, and smaller at each side."""
    is_across = other.x < component.x and component.right < other.right
    return is_across and other.y < component.y and component.bottom < other.bottom


def measure(component: Component) -> Stroke:
    """Return a component's measures as a stroke."""
    is_ink = component.ink >= INK_LEVEL
    points = np.argwhere(is_ink)[:, ::-1].astype(np.float64)
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    thickness_px, length_px = (np.ptp(centred @ axes, axis=0) + 1).tolist()
    x, y = axes[:, 1] * (1 if axes[0, 1] >= 0 else -1)
    is_one_line = bool(is_ink.sum() <= ONE_LINE * length_px * component.pen_px)
    degrees = float(np.rad2deg(np.arctan2(-y, x)))
    return Stroke(length_px, thickness_px, degrees, component.pen_px, is_one_line)


def is_bar(component: Component) -> bool:
    """Return whether a component is a level straight stroke, which is no digit alone."""
    is_wide = component.width >= SLENDER * component.height
    return is_wide and measure(component).is_straight
