"""Each rule has ink that is read differently when it is switched off."""

from itertools import chain

import cv2
import numpy as np
import pytest

from nn.reading.numbers import components, costs, cuts, lattice, lines, working_size
from nn.reading.numbers.components import Component, find_components
from nn.reading.numbers.cuts import find_cuts
from nn.reading.numbers.lattice import Lattice
from nn.reading.numbers.lines import group_into_lines
from tests.nn.reading.rules import Case, assert_decides

SURE, UNSURE = np.eye(10)[1], np.full(10, 0.1)
Box = tuple[int, int, int, int]


def component(x: int, y: int, width: int = 20, height: int = 60) -> Component:
    return Component(x, y, np.ones((height, width), np.float32))


def line_sizes(*boxes: Box) -> list[int]:
    """How many components each line has."""
    return [len(line) for line in group_into_lines([component(*box) for box in boxes])]


def n_components(*boxes: Box) -> int:
    ink = np.zeros((300, 400), np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return len(find_components(ink).digits)


def frame(x: int, y: int, width: int, height: int) -> list[Box]:
    """The four sides of a box."""
    sides = [(x, y, width, 4), (x, y, 4, height)]
    return [*sides, (x, y + height - 4, width, 4), (x + width - 4, y, 4, height)]


def has_hypothesis(end: int, *boxes: Box, is_digit: bool = True) -> bool:
    """Whether ink from the first component up to a node may be one digit, or left out."""
    line = [component(*box) for box in boxes]
    hypotheses = chain.from_iterable(Lattice(line, [SURE] * len(line)).pairs())
    return any((each.start, each.end, each.is_digit) == (0, end, is_digit) for each in hypotheses)


def touching(*strokes: list[tuple[int, int]], pen_px: int = 6, width: int = 120) -> Component:
    """Strokes that are one component, 100 px high."""
    ink = np.zeros((100, width), np.float32)
    for stroke in strokes:
        cv2.polylines(ink, [np.array(stroke)], False, 1.0, pen_px)
    return Component(0, 0, ink)


H_SHAPE = touching([(10, 3), (10, 97)], [(110, 3), (110, 97)], [(10, 50), (110, 50)])
WIDE = touching([(10, 3), (10, 97)], [(190, 3), (190, 97)], [(10, 50), (190, 50)], width=200)
SLANTING = touching([(50, 3), (10, 97)], [(110, 3), (70, 97)], [(30, 50), (90, 50)])
BROAD_BAR = Component(0, 0, np.ones((100, 60), np.float32))
NARROW = touching([(3, 3), (3, 97)], [(20, 3), (20, 97)], [(3, 50), (20, 50)], pen_px=2, width=24)
FIVE = touching([(100, 3), (20, 3), (20, 45), (90, 50), (100, 75), (80, 97), (10, 97)])


def n_cuts(ink: Component, pen_px: float = 6) -> int:
    return len(find_cuts(ink, 100, pen_px))


def leaning_cut(ink: Component) -> bool:
    """Whether a cut follows strokes that slant."""
    return any(cut.columns[0] - cut.columns[-1] > 15 for cut in find_cuts(ink, 100, 6))


def working_height() -> int:
    """The height of the images of ink that is 400 px high, as it is cut and read."""
    ink = np.zeros((500, 200), np.float32)
    ink[50:450, 80:120] = 1
    return working_size.components_at_working_size(ink)[1][0]


def are_crossing(ink: Component) -> bool:
    """Whether the left cut of a digit is to the right of its right cut anywhere."""
    line = Lattice([ink], [UNSURE])
    cuts_of_nodes = [node.cut for node in line.nodes]
    pairs = [(each.start, each.end) for each in chain.from_iterable(line.pairs())]
    both = [(cuts_of_nodes[start], cuts_of_nodes[end]) for start, end in pairs]
    return any(
        (left.columns - right.columns).max() > 20
        for left, right in both
        if left is not None and right is not None
    )


def n_digits_of_two_bars(ink: Component = H_SHAPE) -> int:
    """How many digits two bars and the line between them are, each bar surer than all."""
    hypotheses = list(chain.from_iterable(Lattice([ink], [UNSURE]).pairs()))
    costs = [0.1 if each.is_cut else 0.5 for each in hypotheses]
    return len(lattice.cheapest_path(hypotheses, costs))


DIGITS: list[Box] = [(10, 10, 20, 60), (50, 10, 20, 60), (90, 10, 20, 60)]

# Of the number 191022, its 0 with a stroke inside, on a line that is not quite level.
PHOTOGRAPHED: list[Box] = [
    *[(151, 226, 42, 47), (210, 220, 47, 56), (274, 215, 46, 61), (328, 216, 59, 60)],
    *[(340, 228, 36, 37), (404, 225, 39, 49), (451, 202, 39, 74)],
]

CASES: dict[str, Case] = {
    "a speck": (components, "SPECK_SIZE", 0, lambda: n_components(*DIGITS, (130, 60, 9, 9)), 3),
    "an underline": (
        components,
        "is_straight_line",
        lambda ink, usual_px: False,
        lambda: n_components(*DIGITS, (10, 100, 100, 3)),
        3,
    ),
    "a table": (
        components,
        "are_frames",
        lambda boxes: np.zeros(len(boxes), bool),
        lambda: n_components(*DIGITS[1:], *frame(30, 2, 120, 80)),
        2,
    ),
    "a small stroke": (
        lines,
        "SMALL",
        0,
        lambda: line_sizes(
            *[(0, 0, 40, 60), (50, 4, 40, 60), (110, 2, 40, 60), (92, -12, 20, 6)],
            *[(0, 100, 40, 60), (50, 100, 40, 60)],
        ),
        [4, 2],
    ),
    "a 1 before a 7 that is higher": (
        lines,
        "FULLY_SHARED",
        1.0,
        lambda: line_sizes(
            *[(44, 53, 46, 101), (131, 57, 63, 98), (221, 54, 37, 101)],
            *[(296, 67, 12, 94), (305, 44, 65, 111)],
        ),
        [5],
    ),
    "a dot of another line": (
        lines,
        "NEAR",
        9,
        lambda: line_sizes((0, 0, 20, 60), (40, 0, 20, 60), (15, 90, 5, 5)),
        [2, 1],
    ),
    "a stroke inside a 0": (lines, "STACKED_HEIGHT", 0, lambda: line_sizes(*PHOTOGRAPHED), [7]),
    "a stroke above a 0": (lines, "STACKED_OVERLAP", 9, lambda: line_sizes(*PHOTOGRAPHED), [7]),
    "two lines that overlap a little": (
        lines,
        "SHARED_HEIGHT",
        0,
        lambda: line_sizes((0, 0, 20, 60), (40, 50, 20, 60)),
        [1, 1],
    ),
    "digits far to the right of a number that slants": (
        lines,
        "WIDEST_GAP",
        np.inf,
        lambda: line_sizes(
            *[(0, 0, 20, 60), (40, 12, 20, 60), (80, 24, 20, 60)],
            *[(400, 24, 20, 60), (720, 24, 20, 60), (1040, 24, 20, 60)],
        ),
        [1, 1, 1, 3],
    ),
    "the bars of digits": (
        lattice,
        "WIDEST",
        9,
        lambda: has_hypothesis(2, (0, 0, 80, 100), (85, 0, 80, 100)),
        False,
    ),
    "five strokes": (
        lattice,
        "MOST_COMPONENTS",
        5,
        lambda: has_hypothesis(5, *[(10 * n, 0, 5, 100) for n in range(5)]),
        False,
    ),
    "a low stroke": (
        lattice,
        "LOWEST",
        0,
        lambda: has_hypothesis(1, (0, 0, 20, 39), (60, 0, 20, 100)),
        False,
    ),
    "strokes far from each other": (
        lattice,
        "WIDEST_GAP",
        9,
        lambda: has_hypothesis(2, (0, 0, 20, 100), (51, 0, 20, 100)),
        False,
    ),
    "a dot": (
        lattice,
        "LARGEST_LEFT_OUT",
        0,
        lambda: has_hypothesis(1, (0, 0, 20, 44), (60, 0, 20, 100), is_digit=False),
        True,
    ),
    "a sure digit": (
        lattice,
        "SURE_COST",
        -1,
        lambda: any(each.is_cut for pair in Lattice([H_SHAPE], [SURE]).pairs() for each in pair),
        False,
    ),
    "cuts that cross": (lattice, "MOST_CROSSING", np.inf, lambda: are_crossing(H_SHAPE), False),
    "a cut": (lattice, "CUT_COST", 0, n_digits_of_two_bars, 1),
    "a line of several digits": (costs, "WIDTH_COST", 0, lambda: n_digits_of_two_bars(WIDE), 2),
    "a wide digit": (costs, "WIDEST_FREE", 1.0, n_digits_of_two_bars, 1),
    "strokes that slant": (cuts, "SLOPES", (0.0,), lambda: leaning_cut(SLANTING), True),
    "a cut that is the cheapest near the top": (cuts, "LEVELS", (0.5,), lambda: n_cuts(FIVE), 10),
    "cuts beside each other": (cuts, "MIN_DISTANCE", 0, lambda: n_cuts(H_SHAPE), n_cuts(H_SHAPE)),
    "a broad bar": (cuts, "MOST_CROSSED", 99, lambda: n_cuts(BROAD_BAR, pen_px=2), 0),
    "a narrow stroke": (
        cuts,
        "NARROWEST",
        0,
        lambda: n_cuts(NARROW),
        0,
    ),
    "large ink": (working_size, "WORKING_PX", 1000, working_height, 100),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_decides(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_decides(case, monkeypatch)
