"""The lattice of a line of ink: all segmentations into digits, and the cheapest of them.

Each stretch of ink between two places where a digit may end is a hypothesis. Each path of
hypotheses from one end of the line to the other is a reading of the line; the one of least cost is
found by dynamic programming (Viterbi). O. Matan and others, "Reading handwritten digits: a ZIP code
recognition system", 1992; Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning
applied to document recognition", 1998, section V (heuristic over-segmentation).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component, join
from nn.reading.numbers.costs import (
    CUT_COST,
    LIGATURE_COST,
    left_out_cost,
    recognition_cost,
    width_cost,
)
from nn.reading.numbers.cuts import Cut, find_cuts, ink_between_cuts
from nn.reading.numbers.types import Activations

MOST_COMPONENTS = 4  # of one digit
WIDEST = 1.4  # digit of several components or between cuts, over the line's height
LOWEST = 0.4  # digit, over the line's height
WIDEST_GAP = 0.3  # within a digit, over the line's height
LARGEST_LEFT_OUT = 0.45  # longer side of a component that may be no digit, over the line's height
SURE_COST = 0.3  # of a component as one digit, up to which it is not cut
MOST_CROSSING = 0.05  # of a digit's two cuts, over the line's height
HIGHEST_LIGATURE = 0.5  # height of a line that joins two digits, over theirs: a 1 is higher


@dataclass(frozen=True)
class Node:
    """A place in a line where one digit may end and the next begin.

    Attributes
    ----------
    component
        Number of the component in its line.
    cut
        The cut through that component, or None for its left end.
    """

    component: int
    cut: Cut | None = None


@dataclass(frozen=True)
class Hypothesis:
    """Ink between two nodes, which may be one digit.

    Attributes
    ----------
    start, end
        Numbers of the nodes.
    ink
        What is between them.
    is_digit
        False for ink that is left out: a ligature if it is cut, else a component.
    is_cut
        Whether it touches a neighbour, so that it had to be cut off.
    cost
        All costs but that of its recognition.
    """

    start: int
    end: int
    ink: Component
    is_digit: bool
    is_cut: bool
    cost: float

    @property
    def is_left_out(self) -> bool:
        """Whether it is neither a digit nor a ligature."""
        return not (self.is_digit or self.is_cut)


class Lattice:
    """The hypotheses of a line.

    Parameters
    ----------
    components
        From left to right.
    activations
        The network's for each component, float (10,).
    can_cut
        Whether components that may be several digits are cut.
    """

    def __init__(
        self,
        components: Sequence[Component],
        activations: Sequence[Activations],
        can_cut: bool = True,
    ) -> None:
        self.components = components
        self.height_px = line_height(components)
        self.pen_px = float(np.median([component.pen_px for component in components]))
        self.doubtful = [
            number
            for number in range(len(components))
            if can_cut and recognition_cost(activations[number]) > SURE_COST
        ]

    @property
    def doubtful_width(self) -> float:
        """The width of the components that may be several digits, in widths of a digit."""
        widths_px = [self.components[number].width for number in self.doubtful]
        return sum(max(1.0, width_px / self.height_px) for width_px in widths_px)

    def pairs(self) -> Iterator[list[Hypothesis]]:
        """Yield, for each two nodes near each other, the digit between them, and leaving it out.

        Either may be missing: not all ink may be a digit, or may be left out.
        """
        nodes = self.nodes
        for start, left in enumerate(nodes[:-1]):
            for end in range(start + 1, len(nodes)):
                right = nodes[end]
                is_far = right.component > left.component + MOST_COMPONENTS
                if is_far or self._is_too_wide(left, right):
                    break
                inks = self._inks(left, right)
                yield [] if inks is None else self._hypotheses(start, end, inks, left, right)

    def _hypotheses(
        self, start: int, end: int, inks: Sequence[Component], left: Node, right: Node
    ) -> list[Hypothesis]:
        """Return what the ink between two nodes may be."""
        ink = join(inks)
        is_cut = left.cut is not None or right.cut is not None
        is_whole = len(inks) == 1 and not is_cut
        hypotheses = []
        if self._may_be_digit(ink, is_whole):
            cost = width_cost(ink, self.height_px) + (CUT_COST if right.cut else 0.0)
            hypotheses.append(Hypothesis(start, end, ink, True, is_cut, cost))
        if is_whole and self._may_be_left_out(ink):
            cost = left_out_cost(ink, self.height_px)
            hypotheses.append(Hypothesis(start, end, ink, False, False, cost))
        if left.cut and right.cut and len(inks) == 1 and self._may_be_ligature(ink):
            hypotheses.append(Hypothesis(start, end, ink, False, True, LIGATURE_COST))
        return hypotheses

    @cached_property
    def nodes(self) -> list[Node]:
        """All places where a digit may end; none inside a component that is surely one."""
        nodes = []
        for number, component in enumerate(self.components):
            nodes.append(Node(number))
            if number in self.doubtful:
                cuts = find_cuts(component, self.height_px, self.pen_px)
                nodes += [Node(number, cut) for cut in cuts]
        return [*nodes, Node(len(self.components))]

    def _is_too_wide(self, left: Node, right: Node) -> bool:
        """Return whether two cuts through one component are too far apart for one digit."""
        if left.cut is None or right.cut is None or left.component != right.component:
            return False
        width = right.cut.columns.mean() - left.cut.columns.mean()
        return bool(width > WIDEST * self.height_px)

    def _may_be_digit(self, ink: Component, is_whole: bool) -> bool:
        """Return whether ink is high enough for a digit, and not too wide unless it is whole."""
        return ink.height >= LOWEST * self.height_px and (
            is_whole or ink.width <= WIDEST * self.height_px
        )

    def _may_be_left_out(self, ink: Component) -> bool:
        """Return whether a component is small, or too low for a digit."""
        is_small = max(ink.ink.shape) < LARGEST_LEFT_OUT * self.height_px
        return is_small or ink.height < LOWEST * self.height_px

    def _may_be_ligature(self, ink: Component) -> bool:
        """Return whether ink between two cuts is a low line that may join two digits."""
        longest_px = float(np.hypot(ink.width, ink.height)) + self.pen_px
        is_low = ink.height < HIGHEST_LIGATURE * self.height_px
        return is_low and bool(ink.ink.sum() < longest_px * self.pen_px)

    def _inks(self, left: Node, right: Node) -> list[Component] | None:
        """Return the ink between two nodes by components; None if there is none, or a wide gap."""
        if left.cut and right.cut and left.component == right.component:
            crossing = (left.cut.columns - right.cut.columns).max()
            if crossing > MOST_CROSSING * self.height_px:
                return None
        inks = []
        for number in range(left.component, right.component + (right.cut is not None)):
            start = left.cut if number == left.component else None
            end = right.cut if number == right.component else None
            whole = self.components[number]
            ink = ink_between_cuts(whole, start, end) if start or end else whole
            if ink is not None:
                inks.append(ink)
        ends = np.maximum.accumulate([ink.right for ink in inks])
        gaps = [ink.x - end for ink, end in zip(inks[1:], ends, strict=False)]
        return inks if inks and max(gaps, default=0) <= WIDEST_GAP * self.height_px else None


def line_height(components: Sequence[Component]) -> float:
    """Return the height of a line's digits in pixels, though it slants and they touch.

    Each component counts by stretches that are about as wide as a digit.
    """
    heights: list[int] = []
    for component in components:
        n_stretches = max(1, round(component.width / (0.7 * component.height)))
        if n_stretches == 1:
            heights.append(component.height)
            continue
        for stretch in np.array_split(component.ink >= INK_LEVEL, n_stretches, axis=1):
            rows = np.nonzero(stretch.any(axis=1))[0]
            heights.append(int(rows[-1] - rows[0]) + 1 if len(rows) else 0)
    high = [height for height in heights if height > max(heights) / 2]
    return float(np.median(high))


def cheapest_path(
    hypotheses: Sequence[Hypothesis], recognition_costs: Sequence[float]
) -> list[Hypothesis]:
    """Return the hypotheses of the cheapest path through a line, from left to right.

    Parameters
    ----------
    hypotheses
        All of a line.
    recognition_costs
        Of each hypothesis.
    """
    n_nodes = 1 + max(hypothesis.end for hypothesis in hypotheses)
    costs = np.full(n_nodes, np.inf)
    costs[0] = 0
    last: dict[int, Hypothesis] = {}  # hypothesis of the cheapest path to each node
    order = sorted(range(len(hypotheses)), key=lambda number: hypotheses[number].end)
    for number in order:
        hypothesis = hypotheses[number]
        cost = costs[hypothesis.start] + hypothesis.cost + recognition_costs[number]
        if cost < costs[hypothesis.end]:
            costs[hypothesis.end], last[hypothesis.end] = cost, hypothesis
    path = []
    at = n_nodes - 1
    while at > 0:
        path.append(last[at])
        at = last[at].start
    return path[::-1]
