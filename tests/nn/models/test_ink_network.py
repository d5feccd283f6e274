"""The network that finds ink, and its inputs."""

from pathlib import Path

import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.layers import walk
from nn.models import ink_network
from nn.models.ink_network import ARCHITECTURES, INK
from nn.models.weights import save
from nn.reading.page.segment import to_ink_inputs


def test_the_network_gives_a_class_for_each_two_by_two_pixels_from_at_most_110_000_weights() -> (
    None
):
    network = ARCHITECTURES[INK].build(np.random.default_rng(0))
    outputs = network.feedforward(np.zeros((2, 32, 48, 1), np.float32))
    assert outputs.shape == (2, 16, 24, 3)
    np.testing.assert_allclose(outputs.sum(axis=-1), 1, rtol=1e-5)
    assert network.parameters.size <= 110_000


def test_it_is_loaded_folded_from_the_folder_that_has_it(tmp_path: Path) -> None:
    network = ARCHITECTURES[INK].build(np.random.default_rng(0))
    network.statistics[:] = np.random.default_rng(1).uniform(0.5, 2, network.statistics.shape)
    (tmp_path / INK).mkdir()
    save(network, {"architecture": INK}, tmp_path / INK / f"{INK}.npz")
    found = ink_network.load(tmp_path).network
    inputs = np.random.default_rng(2).normal(size=(2, 48, 32, 1)).astype(np.float32)
    np.testing.assert_allclose(found.feedforward(inputs), network.feedforward(inputs), atol=1e-4)
    assert not any(isinstance(layer, BatchNorm) for layer in walk(found.layers))


def test_inputs_by_hand() -> None:
    grey = np.full((16, 16), 200, np.uint8)
    grey[:4, :8] = 40  # an eighth
    inputs = to_ink_inputs(np.array([grey, np.full_like(grey, 7), grey // 40]))
    deviation = 160 * np.sqrt(1 / 8 * 7 / 8)
    assert (inputs.shape, inputs.dtype) == ((3, 16, 16, 1), np.float32)
    assert inputs[0, -1, -1, 0] == 0
    assert inputs[0, 0, 0, 0] == pytest.approx(-160 / deviation)
    assert not inputs[1].any()  # of one grey
    assert inputs[2, 0, 0, 0] == -1  # 4 levels below, divided by the least deviation


@pytest.mark.parametrize("shape", [(16, 16), (1, 16, 24), (1, 8, 16), (1, 16, 16, 1)])
def test_sides_that_cannot_be_halved_four_times_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="multiples of 16 pixels, but got"):
        to_ink_inputs(np.zeros(shape, np.uint8))
