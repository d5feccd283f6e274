from pathlib import Path

import numpy as np
import pytest

from nn.models import line_network
from nn.models.line_network import ARCHITECTURES, LINES, N_CLASSES, RowPool
from nn.models.weights import save
from nn.reading.numbers import strip
from nn.reading.numbers.strip import n_frames, to_strip_inputs
from tests.nn.core.gradients import assert_close_to_slope


def test_the_larger_of_each_two_rows_is_kept() -> None:
    inputs = np.array([[[[1.0], [5.0]], [[3.0], [2.0]]]])  # (1, 2, 2, 1)
    layer = RowPool()
    assert layer.forward(inputs, is_training=True).ravel().tolist() == [3, 5]
    below = layer.backward(np.array([[[[10.0], [20.0]]]]))
    assert below[0, :, :, 0].tolist() == [[0, 20], [10, 0]]


def test_the_gradient_of_row_pooling() -> None:
    rng = np.random.default_rng(0)
    inputs, weights = rng.normal(size=(2, 4, 3, 2)), rng.normal(size=(2, 2, 3, 2))
    layer = RowPool()
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


def test_the_network_has_at_most_600_000_weights_and_the_strip_its_rows_and_classes() -> None:
    assert ARCHITECTURES[LINES].build(np.random.default_rng(0)).parameters.size <= 600_000
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
