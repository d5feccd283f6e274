from pathlib import Path

import numpy as np
import pytest

from nn.core.network import Network
from nn.models import strings, weights
from nn.models.ctc import to_targets
from nn.reading.numbers.strips import n_frames, to_strip_inputs


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Network, Path]:
    """Return a network with random weights, and the folder of models that it is in."""
    network = strings.strings(np.random.default_rng(0))
    path = tmp_path / "strings" / "strings.npz"
    weights.save(network, {"architecture": "strings", "temperature": 2}, path)
    return network, tmp_path


@pytest.mark.parametrize("width_px", [1, 4, 20, 63])
def test_a_strip_has_a_frame_for_four_columns_and_one_at_each_side(width_px: int) -> None:
    network = strings.strings(np.random.default_rng(0))
    outputs = network.activations(to_strip_inputs([np.zeros((40, width_px), np.uint8)]))
    assert outputs.shape == (1, n_frames(width_px), 11)
    assert np.allclose(outputs.sum(axis=2), 1)


def test_the_network_learns_a_strip_by_the_steps_that_all_networks_take() -> None:
    network = strings.strings(np.random.default_rng(0))
    strip = np.zeros((40, 30), np.uint8)
    strip[5:35, 14:17] = 255
    inputs = to_strip_inputs([strip])
    targets = to_targets([[1]], n_frames(30), 11)
    costs = [network.backprop(inputs, targets)]
    for _ in range(3):
        network.parameters -= 0.02 * network.gradients
        costs.append(network.backprop(inputs, targets))
    assert costs[-1] < costs[0]


def test_a_network_comes_back_as_it_was_saved(saved: tuple[Network, Path]) -> None:
    network, folder = saved
    model = strings.load(folder)
    assert model
    inputs = np.random.default_rng(1).random((2, 40, 64, 1), np.float32)
    network.loss.temperature = 2  # type: ignore[attr-defined]
    expected = network.feedforward(inputs)
    assert np.allclose(model.network.feedforward(inputs), expected, atol=1e-5)


def test_a_folder_without_it_has_none(tmp_path: Path) -> None:
    assert strings.load(tmp_path) is None


def test_damaged_weights_are_refused(saved: tuple[Network, Path]) -> None:
    path = saved[1] / "strings" / "strings.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(weights.WeightsError, match="its SHA-256 is"):
        strings.load(saved[1])


def test_it_is_no_network_of_single_digits(saved: tuple[Network, Path]) -> None:
    with pytest.raises(weights.WeightsError, match="'strings' is none of article, mlp, convnet"):
        weights.load(saved[1] / "strings" / "strings.npz")
