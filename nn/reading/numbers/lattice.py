"""All ways to take a line's ink for digits, and the best of them, judged by the recogniser.

Every stretch of ink between two places where a digit may end is read. Each way from one end of the
line to the other over such stretches is a reading of the line; the one with the least cost is found
by dynamic programming (Viterbi). O. Matan and others, "Reading handwritten digits: a ZIP code
recognition system", 1992; Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning
applied to document recognition", 1998, section V (heuristic over-segmentation).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nn.reading.numbers.components import INK_LEVEL, Part, join, pen_width
from nn.reading.numbers.costs import cut_cost, doubt, join_cost, left_out_cost, shape_cost
from nn.reading.numbers.cuts import Cut, between, find_cuts
from nn.reading.numbers.types import Activations

MOST_PARTS = 4  # of one digit
WIDEST = 1.4  # digit of several parts or between cuts, over the line's height
LOWEST = 0.4  # digit, over the line's height
WIDEST_GAP = 0.3  # within a digit, over the line's height
LARGEST_LEFT_OUT = 0.45  # longer side of a part that may be no digit, over the line's height
SURE_COST = 0.3  # of a part as one digit, up to which nobody looks for two in it
MOST_CROSSING = 0.05  # of a digit's two cuts, over the line's height


@dataclass(frozen=True)
class Node:
    """A place in a line where one digit may end and the next begin.

    Attributes
    ----------
    part
        Number of the part in its line.
    cut
        The cut through that part, or None for the part's left end.
    """

    part: int
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
        False for ink that is left out.
    is_cut
        Whether it touches a neighbour, so that it had to be cut off.
    cost
        What speaks against it without reading it.
    """

    start: int
    end: int
    ink: Part
    is_digit: bool
    is_cut: bool
    cost: float


class Lattice:
    """What the parts of a line may be.

    Parameters
    ----------
    parts
        From left to right.
    readings
        What the recogniser says of each, float (10,).
    """

    def __init__(self, parts: Sequence[Part], readings: Sequence[Activations]) -> None:
        self.parts = parts
        self.height_px = line_height(parts)
        self.doubtful = [
            number
            for number, part in enumerate(parts)
            if doubt(readings[number]) + shape_cost(part, self.height_px) > SURE_COST
        ]

    @property
    def doubtful_width(self) -> float:
        """How many digits wide the parts are that may be more than one digit."""
        return sum(max(1.0, self.parts[number].width / self.height_px) for number in self.doubtful)

    def _nodes(self) -> Iterator[Node]:
        """Yield all places to end a digit; none within a part that is surely one."""
        pen_px = float(np.median([pen_width(part) for part in self.parts]))
        for number, part in enumerate(self.parts):
            yield Node(number)
            if number in self.doubtful:
                for cut in find_cuts(part, self.height_px, pen_px):
                    yield Node(number, cut)
        yield Node(len(self.parts))

    def hypotheses(self) -> Iterator[Hypothesis]:
        """Yield all that digits of the line may be, and what may be left out."""
        nodes = list(self._nodes())
        for start, left in enumerate(nodes[:-1]):
            for end in range(start + 1, len(nodes)):
                right = nodes[end]
                if right.part > left.part + MOST_PARTS or self._is_too_wide(left, right):
                    break
                inks = self._inks(left, right)
                if inks is None:
                    continue
                ink = join(inks)
                is_whole = left.cut is None and right.cut is None and len(inks) == 1
                if self._may_be_digit(ink, is_whole):
                    cost = join_cost(inks) + shape_cost(ink, self.height_px) + self._cut_cost(right)
                    is_cut = left.cut is not None or right.cut is not None
                    yield Hypothesis(start, end, ink, True, is_cut, cost)
                if is_whole and self._may_be_left_out(ink):
                    cost = left_out_cost(ink, self.height_px)
                    yield Hypothesis(start, end, ink, False, False, cost)

    def _is_too_wide(self, left: Node, right: Node) -> bool:
        """Return whether two cuts through one part are too far apart for one digit."""
        if left.cut is None or right.cut is None or left.part != right.part:
            return False
        width = right.cut.columns.mean() - left.cut.columns.mean()
        return bool(width > WIDEST * self.height_px)

    def _may_be_digit(self, ink: Part, is_whole: bool) -> bool:
        return ink.height >= LOWEST * self.height_px and (
            is_whole or ink.width <= WIDEST * self.height_px
        )

    def _may_be_left_out(self, ink: Part) -> bool:
        """Return whether a part is small, or cannot be a digit: each part is one or the other."""
        is_small = max(ink.ink.shape) < LARGEST_LEFT_OUT * self.height_px
        return is_small or ink.height < LOWEST * self.height_px

    def _cut_cost(self, node: Node) -> float:
        if node.cut is None:
            return 0.0
        return cut_cost(node.cut, self.parts[node.part], self.height_px)

    def _inks(self, left: Node, right: Node) -> list[Part] | None:
        """Return the ink between two nodes by parts; None if that is nothing, or not together."""
        if left.cut and right.cut and left.part == right.part:
            crossing = (left.cut.columns - right.cut.columns).max()
            if crossing > MOST_CROSSING * self.height_px:
                return None
        inks = []
        for number in range(left.part, right.part + (right.cut is not None)):
            start = left.cut if number == left.part else None
            end = right.cut if number == right.part else None
            whole = self.parts[number]
            ink = between(whole, start, end) if start or end else whole
            if ink is not None:
                inks.append(ink)
        reaches = np.maximum.accumulate([ink.right for ink in inks])
        gaps = [ink.x - reach for ink, reach in zip(inks[1:], reaches, strict=False)]
        return inks if inks and max(gaps, default=0) <= WIDEST_GAP * self.height_px else None


def line_height(parts: Sequence[Part]) -> float:
    """Return how high a line's digits are, in pixels, though it slants and they touch.

    Each part counts by stretches that are about as wide as a digit.
    """
    heights: list[int] = []
    for part in parts:
        n_stretches = max(1, round(part.width / (0.7 * part.height)))
        for stretch in np.array_split(part.ink >= INK_LEVEL, n_stretches, axis=1):
            rows = np.nonzero(stretch.any(axis=1))[0]
            heights.append(int(rows[-1] - rows[0]) + 1 if len(rows) else 0)
    high = [height for height in heights if height > max(heights) / 2]
    return float(np.median(high))


def best(hypotheses: Sequence[Hypothesis], readings: Activations) -> list[int]:
    """Return the numbers of the hypotheses that a line most likely is, from left to right.

    Parameters
    ----------
    hypotheses
        All of a line.
    readings
        What the recogniser says of each, float (N, 10).
    """
    n_nodes = 1 + max(hypothesis.end for hypothesis in hypotheses)
    costs = np.full(n_nodes, np.inf)
    costs[0] = 0
    last = [-1] * n_nodes  # hypothesis of the best way to each node
    for number in sorted(range(len(hypotheses)), key=lambda number: hypotheses[number].end):
        hypothesis = hypotheses[number]
        cost = costs[hypothesis.start] + hypothesis.cost
        if hypothesis.is_digit:
            cost += doubt(readings[number])
        if cost < costs[hypothesis.end]:
            costs[hypothesis.end], last[hypothesis.end] = cost, number
    path = []
    at = n_nodes - 1
    while at > 0:
        path.append(last[at])
        at = hypotheses[path[-1]].start
    return path[::-1]
