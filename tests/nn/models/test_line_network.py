"""The network of lines, and the loss that aligns its frames with labels."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from nn.models import line_network
from nn.models.ctc import CTC, align, frames_needed, log_softmax, to_targets
from nn.models.line_network import ARCHITECTURES, LINES, N_CLASSES, RowPool
from nn.models.weights import save
from nn.reading.lines import strip
from nn.reading.lines.strip import n_frames, to_strip_inputs
from tests.nn.core.gradients import assert_close_to_slope

BLANK = 3
SEQUENCES = [[0, 0], [1, 2, 1], [], [2]]


def test_the_larger_of_each_two_rows_is_kept_and_gets_the_gradient() -> None:
    layer = RowPool()
    hand = np.array([[[[1.0], [5.0]], [[3.0], [2.0]]]])  # (1, 2, 2, 1)
    assert layer.forward(hand, is_training=True).ravel().tolist() == [3, 5]
    rng = np.random.default_rng(0)
    inputs, weights = rng.normal(size=(2, 4, 3, 2)), rng.normal(size=(2, 2, 3, 2))
    layer.forward(inputs, is_training=True)
    below = layer.backward(weights)
    assert_close_to_slope(lambda: float((layer.forward(inputs) * weights).sum()), inputs, below)


@pytest.mark.parametrize("columns", [16, 17, 24, 63, 200])
def test_the_network_has_as_many_frames_as_the_strip_says(columns: int) -> None:
    network = ARCHITECTURES[LINES].build(np.random.default_rng(0))
    inputs = to_strip_inputs([np.full((48, columns), 64, np.uint8)])
    frames = network.activations(inputs)
    assert frames.shape == (1, n_frames(columns), N_CLASSES)
    assert np.allclose(frames.sum(axis=2), 1, atol=1e-5)


def test_the_network_has_at_most_900_000_weights_and_the_strip_its_rows_and_classes() -> None:
    assert ARCHITECTURES[LINES].build(np.random.default_rng(0)).parameters.size <= 900_000
    assert (line_network.ROWS, line_network.N_CLASSES) == (strip.ROWS, strip.N_CLASSES)


def test_it_is_loaded_from_the_folder_that_has_it_else_the_shipped_one(tmp_path: Path) -> None:
    shipped = line_network.load(tmp_path)
    assert shipped.metadata["architecture"] == LINES
    network = ARCHITECTURES[LINES].build(np.random.default_rng(0))
    (tmp_path / LINES).mkdir()
    save(network, {"architecture": LINES}, tmp_path / LINES / f"{LINES}.npz")
    model = line_network.load(tmp_path)
    inputs = np.random.default_rng(1).random((2, 48, 64, 1), np.float32)
    found, expected = model.network.activations(inputs), network.activations(inputs)
    np.testing.assert_allclose(found, expected, atol=1e-4)


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


def test_an_open_label_is_any_of_its_classes_or_nothing_with_the_blank_among_them() -> None:
    """In three frames, 1, then 2 or nothing, then 0 has two alignments: 1 2 0 and 1 blank 0."""
    outputs = np.random.default_rng(2).normal(size=(1, 3, 4))
    (of_frames,) = np.exp(log_softmax(outputs))
    targets = to_targets([[1, (2, BLANK), 0]], 3, 4)
    ways = [of_frames[0, 1] * of_frames[1, middle] * of_frames[2, 0] for middle in (2, BLANK)]
    likelihoods, posteriors = align(log_softmax(outputs), targets)
    assert math.isclose(math.exp(likelihoods[0]), sum(ways))
    np.testing.assert_allclose(posteriors[0, 1], [0, 0, ways[0] / sum(ways), ways[1] / sum(ways)])
    derivative = CTC().cost_derivative(outputs, targets)
    assert_close_to_slope(lambda: CTC().cost(outputs, targets), outputs, derivative)


def test_labels_with_a_class_in_common_need_a_blank_between_them() -> None:
    outputs = np.zeros((1, 2, 4))
    apart, common = to_targets([[1, (0, 2)]], 2, 4), to_targets([[1, (1, 2)]], 2, 4)
    assert math.isclose(CTC().cost(outputs, apart), math.log(8))
    assert CTC().cost(outputs, common) > 1e9


def test_equal_labels_need_a_blank_between_them() -> None:
    assert [frames_needed(labels) for labels in ([4, 4, 4], [4, 5, 4])] == [5, 3]
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
