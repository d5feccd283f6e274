"""Threads may predict with one network at once: no layer reads what it remembers for training."""

import copy

import numpy as np
import pytest

from nn.core.batch_norm import fold
from nn.core.layers import Layer
from nn.core.network import Network
from nn.models.architectures import ARCHITECTURES
from nn.models.winograd import quicken


def forgetful(layer: Layer) -> Layer:
    """Return a layer that remembers nothing more, as if other threads overwrote it each time."""

    def forget(self: Layer, name: str, value: object) -> None:
        pass

    changed = copy.copy(layer)
    changed.__class__ = type("Forgetful", (type(layer),), {"__setattr__": forget})
    return changed


@pytest.mark.parametrize("is_loaded", [False, True], ids=["as trained", "as loaded"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_prediction_does_not_depend_on_what_layers_remember_of_another(
    name: str, is_loaded: bool
) -> None:
    rng = np.random.default_rng(2)
    network = ARCHITECTURES[name].build(rng)
    ours, another = rng.random((2, 3, 784), np.float32)
    layers = quicken(fold(network.layers), ours[:1]) if is_loaded else network.layers
    expected = Network(layers, network.loss).feedforward(ours)
    Network(layers, network.loss).feedforward(another)  # which the layers now remember
    shared = copy.copy(network)
    shared.layers = [forgetful(layer) for layer in layers]
    np.testing.assert_array_equal(shared.feedforward(ours), expected)
    for (_, inside), (_, again) in zip(
        shared.inspect(ours), Network(layers, network.loss).inspect(ours), strict=True
    ):
        np.testing.assert_array_equal(inside, again)
