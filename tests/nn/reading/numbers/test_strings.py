import math
from functools import partial

import numpy as np
import pytest

from nn.reading.numbers.components import Component
from nn.reading.numbers.costs import STRING_COST
from nn.reading.numbers.lattice import Hypothesis, Lattice
from nn.reading.numbers.strings import HIGHEST_COST, single_label_likelihoods, string_costs
from nn.reading.numbers.strips import n_frames, to_strip, to_strip_inputs

SURE, UNSURE = np.eye(10)[1], np.full(10, 0.1)


def test_ink_becomes_a_strip_with_usual_digits_28_rows_high() -> None:
    strip = to_strip(np.full((100, 50), 0.5, np.float32), 100)
    assert strip.shape == (40, 14)
    assert np.flatnonzero(strip.any(axis=1)).tolist() == list(range(6, 34))
    assert strip.max() == 255


def test_ink_that_is_much_higher_than_a_digit_fits_too() -> None:
    strip = to_strip(np.ones((300, 100), np.float32), 100)
    assert np.flatnonzero(strip.any(axis=1)).tolist() == list(range(2, 38))


def test_strips_of_several_widths_begin_at_the_same_column() -> None:
    inputs = to_strip_inputs([np.full((40, 5), 255, np.uint8), np.full((40, 9), 255, np.uint8)])
    assert inputs.shape == (2, 40, 12 + 44, 1)
    columns = inputs[:, 0, :, 0]
    assert [np.flatnonzero(row).tolist() for row in columns] == [
        list(range(22, 27)),
        list(range(22, 31)),
    ]


def test_one_digit_in_a_range_of_frames_by_hand() -> None:
    """The digit 0 in two frames: 0 0, 0 blank, blank 0."""
    probabilities = np.full((2, 11), 1e-12)
    probabilities[:, 0], probabilities[:, 10] = (0.5, 0.2), (0.25, 0.4)
    table = np.exp(single_label_likelihoods(np.log(probabilities), 2))
    assert table.shape == (2, 3, 10)
    assert math.isclose(table[0, 1, 0], 0.5)
    assert math.isclose(table[1, 1, 0], 0.2)
    assert math.isclose(table[0, 2, 0], 0.5 * 0.2 + 0.5 * 0.4 + 0.25 * 0.2)
    assert table[0, 0, 0] == 0


def line(*columns: tuple[int, int]) -> list[Component]:
    """Return blocks of ink from one column to another, 100 rows high."""
    return [Component(start, 0, np.ones((100, end - start), np.float32)) for start, end in columns]


def costs_of(lattice: Lattice, labels: dict[tuple[int, int], int], ones: int) -> list[float]:
    """Return the costs where a network reads so many 1s, evenly over its strip."""

    def read_strip(strip: np.ndarray) -> np.ndarray:
        frames = np.full((n_frames(strip.shape[1]), 11), 0.001)
        places = (np.arange(ones) + 0.5) * len(frames) / ones
        frames[:, 10] = 0.99
        frames[places.astype(int)] = 0.001
        frames[places.astype(int), 1] = 0.99
        return frames

    block = Component(0, 0, np.ones((100, 10), np.float32))
    line = [Hypothesis(start, end, block, True, False, 0) for start, end in labels]
    return string_costs(lattice, line, list(labels.values()), read_strip)


def test_a_component_that_is_read_as_one_digit_is_rather_one() -> None:
    lattice = Lattice(line((0, 60)), [UNSURE])
    whole = 0, len(lattice.nodes) - 1
    one, other = (costs_of(lattice, {whole: label}, 1)[0] for label in (1, 7))
    assert one < 1
    assert other > 5
    assert costs_of(lattice, {whole: 1}, 2)[0] > 5


def test_each_of_two_digits_is_aligned_to_its_own_component() -> None:
    lattice = Lattice(line((0, 40), (50, 90)), [UNSURE, UNSURE])
    first = next(n for n, node in enumerate(lattice.nodes) if node.component == 1)
    last = len(lattice.nodes) - 1
    left, right, both = costs_of(lattice, {(0, first): 1, (first, last): 1, (0, last): 1}, 2)
    assert left + right < 1
    assert both > 5


def test_components_that_are_surely_one_digit_each_are_not_read_again() -> None:
    lattice = Lattice(line((0, 40), (50, 90)), [SURE, SURE])
    hypothesis = Hypothesis(0, 1, lattice.components[0], True, False, 0)
    refuse = partial(pytest.fail, "read again")
    assert string_costs(lattice, [hypothesis], [1], refuse) == [0]


def test_only_the_run_of_components_with_a_doubtful_one_is_read_again() -> None:
    lattice = Lattice(line((0, 40), (50, 90), (200, 240)), [SURE, UNSURE, SURE])
    widths_px = []

    def read_strip(strip: np.ndarray) -> np.ndarray:
        widths_px.append(strip.shape[1])
        return np.full((n_frames(strip.shape[1]), 11), 1 / 11)

    hypotheses = [
        Hypothesis(0, 1, lattice.components[0], True, False, 0),
        Hypothesis(
            len(lattice.nodes) - 2, len(lattice.nodes) - 1, lattice.components[2], True, False, 0
        ),
    ]
    near, far = string_costs(lattice, hypotheses, [1, 1], read_strip)
    assert widths_px == [round(0.28 * 90)]
    assert near > 0
    assert far == 0


def test_ink_that_is_left_out_costs_the_digit_that_is_read_there() -> None:
    lattice = Lattice(line((0, 60)), [UNSURE])
    whole = Hypothesis(0, len(lattice.nodes) - 1, lattice.components[0], False, False, 0)

    def read_strip(strip: np.ndarray) -> np.ndarray:
        frames = np.full((n_frames(strip.shape[1]), 11), 0.001)
        frames[:, 10] = 0.99
        frames[3, 10] = 0.01
        return frames

    (cost,) = string_costs(lattice, [whole], [None], read_strip)
    assert math.isclose(cost, -math.log(0.01) - (n_frames(17) - 1) * math.log(0.99))


def test_the_impossible_has_a_finite_cost() -> None:
    lattice = Lattice(line((0, 60)), [UNSURE])
    assert costs_of(lattice, {(0, len(lattice.nodes) - 1): 3}, 5) == [HIGHEST_COST]
    assert 0 < STRING_COST < 1
