import itertools
import math

import numpy as np
import pytest

from nn.models.ctc import CTC, align, frames_needed, log_softmax, to_targets
from tests.nn.core.gradients import assert_close_to_slope

BLANK = 3
SEQUENCES = [[0, 0], [1, 2, 1], [], [2]]


def read(alignment: tuple[int, ...]) -> list[int]:
    """Return what a class for each frame says: equal neighbours once, then no blanks."""
    return [label for label, _ in itertools.groupby(alignment) if label != BLANK]


def test_a_likelihood_is_the_sum_over_all_alignments() -> None:
    outputs = np.random.default_rng(0).normal(size=(4, 5, 4))
    logarithms = log_softmax(outputs)
    likelihoods, _ = align(logarithms, to_targets(SEQUENCES, 5, 4))
    frames = range(5)
    for of_one, labels, likelihood in zip(logarithms, SEQUENCES, likelihoods, strict=True):
        alignments = itertools.product(range(4), repeat=5)
        total = sum(
            np.exp(of_one[frames, each].sum()) for each in alignments if read(each) == labels
        )
        assert math.isclose(math.exp(likelihood), total)


def test_the_cost_derivative_is_the_slope_of_the_cost() -> None:
    loss, targets = CTC(), to_targets(SEQUENCES, 5, 4)
    outputs = np.random.default_rng(1).normal(size=(4, 5, 4))
    derivative = loss.cost_derivative(outputs, targets)
    assert_close_to_slope(lambda: loss.cost(outputs, targets), outputs, derivative)


def test_the_cost_of_two_frames_by_hand() -> None:
    """Three alignments of two frames say 0: 0 0, 0 blank and blank 0."""
    outputs = np.log([[[0.5, 0.25, 0.25], [0.2, 0.4, 0.4]]])
    likelihood = 0.5 * 0.2 + 0.5 * 0.4 + 0.25 * 0.2
    assert math.isclose(CTC().cost(outputs, to_targets([[0]], 2, 3)), -math.log(likelihood))


def test_equal_labels_need_a_blank_between_them() -> None:
    assert frames_needed([4, 4, 4]) == 5
    assert frames_needed([4, 5, 4]) == 3
    to_targets([[1, 1]], 3, 4)
    with pytest.raises(ValueError, match="Expected 3 frames or more, got 2"):
        to_targets([[1, 1]], 2, 4)


def test_a_temperature_divides_the_outputs_of_predictions_alone() -> None:
    outputs = np.log([[[0.8, 0.2]]])
    assert np.allclose(CTC().activations(outputs), [[[0.8, 0.2]]])
    assert np.allclose(CTC(temperature=2).activations(outputs), [[[2 / 3, 1 / 3]]])
    targets = to_targets([[0]], 1, 2)
    assert CTC(temperature=2).cost(outputs, targets) == CTC().cost(outputs, targets)


def test_a_sure_network_has_a_finite_cost() -> None:
    outputs = np.array([[[1e4, 0.0, 0.0]]])
    assert CTC().cost(outputs, to_targets([[0]], 1, 3)) == 0
    assert CTC().cost(outputs, to_targets([[1]], 1, 3)) == 1e4
