import math

import numpy as np
import pytest

from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import Hypothesis, Lattice
from nn.reading.numbers.strings import (
    LEAST_LIKELIHOOD,
    combined,
    single_label_likelihoods,
    string_likelihoods,
)
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


def likelihoods_of(lattice: Lattice, spans: list[tuple[int, int]], ones: int) -> np.ndarray:
    """Return the likelihoods of hypotheses where so many 1s are read, evenly over the strip."""

    def read_strip(strip: np.ndarray) -> np.ndarray:
        frames = np.full((n_frames(strip.shape[1]), 11), 0.001)
        places = ((np.arange(ones) + 0.5) * len(frames) / ones).astype(int)
        frames[:, 10] = 0.99
        frames[places] = 0.001
        frames[places, 1] = 0.99
        return frames

    return string_likelihoods(lattice, [hypothesis(*span) for span in spans], read_strip)


def hypothesis(start: int, end: int) -> Hypothesis:
    block = Component(0, 0, np.ones((100, 10), np.float32))
    return Hypothesis(start, end, block, True, False, 0)


def test_a_component_that_is_read_as_one_digit_is_rather_one() -> None:
    lattice = Lattice(line((0, 60)), [UNSURE])
    whole = [(0, len(lattice.nodes) - 1)]
    (one,) = likelihoods_of(lattice, whole, 1)
    assert one[1] > -1
    assert one[7] < -5  # another digit
    assert one[10] < -5  # none
    (two,) = likelihoods_of(lattice, whole, 2)
    assert two.max() < -5


def test_each_of_two_digits_is_aligned_to_its_own_component() -> None:
    lattice = Lattice(line((0, 40), (50, 90)), [UNSURE, UNSURE])
    first = next(n for n, node in enumerate(lattice.nodes) if node.component == 1)
    last = len(lattice.nodes) - 1
    left, right, both = likelihoods_of(lattice, [(0, first), (first, last), (0, last)], 2)
    assert left[1] + right[1] > -1
    assert both[1] < -5


def test_components_that_are_surely_one_digit_each_are_not_read_again() -> None:
    lattice = Lattice(line((0, 40), (50, 90)), [SURE, SURE])

    def refuse(strip: np.ndarray) -> np.ndarray:
        raise AssertionError("read again")

    assert not string_likelihoods(lattice, [hypothesis(0, 1)], refuse).any()


def test_only_the_run_of_components_with_a_doubtful_one_is_read_again() -> None:
    lattice = Lattice(line((0, 40), (50, 90), (200, 240)), [SURE, UNSURE, SURE])
    widths_px = []

    def read_strip(strip: np.ndarray) -> np.ndarray:
        widths_px.append(strip.shape[1])
        return np.full((n_frames(strip.shape[1]), 11), 1 / 11)

    last = len(lattice.nodes) - 1
    near, far = string_likelihoods(
        lattice, [hypothesis(0, 1), hypothesis(last - 1, last)], read_strip
    )
    assert widths_px == [round(0.28 * 90)]
    assert (near < 0).all()
    assert not far.any()


@pytest.mark.parametrize(("width_px", "is_read"), [(12_900, True), (13_100, False)])
def test_what_is_wider_than_a_hundred_digits_is_not_read(width_px: int, is_read: bool) -> None:
    lattice = Lattice(line((0, 60), (60, width_px)), [UNSURE, SURE])
    lattice.height_px = 100
    assert likelihoods_of(lattice, [(0, 1)], 1).any() == is_read


def test_a_node_between_overlapping_components_is_in_the_middle_of_their_overlap() -> None:
    """A 1 in each third of the strip: the middle one is cut off by the node at its left."""
    lattice = Lattice(line((0, 46), (40, 120)), [SURE, UNSURE])
    first, last = 1, len(lattice.nodes) - 1
    left, right = likelihoods_of(lattice, [(0, first), (first, last)], 3)
    assert left[1] > -1
    assert right[1] < -5


def test_the_impossible_has_a_finite_likelihood() -> None:
    lattice = Lattice(line((0, 60)), [UNSURE])
    assert likelihoods_of(lattice, [(0, len(lattice.nodes) - 1)], 5)[0, 3] == LEAST_LIKELIHOOD


def test_both_networks_give_a_geometric_mean() -> None:
    activations = np.zeros(10)
    activations[[2, 3]] = 0.2, 0.8
    of_string = np.full(11, LEAST_LIKELIHOOD)
    of_string[[2, 3]] = np.log([0.45, 0.05])
    mean = combined(activations, of_string)
    assert np.allclose(mean[[2, 3]], [0.6, 0.4])
    assert math.isclose(mean.sum(), 1)


def test_a_network_that_is_sure_of_each_frame_gives_finite_likelihoods() -> None:
    lattice = Lattice(line((0, 60)), [UNSURE])
    whole = hypothesis(0, len(lattice.nodes) - 1)
    (found,) = string_likelihoods(
        lattice, [whole], lambda strip: np.eye(11)[[10, 1, 1, 10, 10, 10]]
    )
    assert abs(found[1]) < 1e-6
    assert (found[[0, 7, 10]] == LEAST_LIKELIHOOD).all()
