"""The networks that the page computes, beside those of nn."""

import base64
from typing import Any

import numpy as np
import pytest

from app.config import ROOT
from nn.core.convolution import Conv2D
from nn.core.layers import Array, Dense
from nn.core.network import Network
from nn.models import weights
from nn.models.page_file import page_file
from tests.node import computed
from tests.static.pictures import drawn_lines

TOLERANCE = 1e-5


def trained(name: str) -> Network:
    """Return a network with its layers as they were trained."""
    return weights.load_trainable(ROOT / "models" / f"{name}.npz").network


@pytest.fixture(scope="module")
def digits() -> Array:
    return drawn_lines(12, width_px=2)


def compute(network: bytes, pictures: Array) -> dict[str, Any]:
    sent = {"network": base64.b64encode(network).decode(), "pictures": pictures.tolist()}
    return dict(computed("trained_network.mjs", sent))


@pytest.mark.parametrize("name", ["article", "convnet", "mlp"])
def test_the_page_computes_every_layer_and_the_sum_of_a_neuron_of_each(
    name: str, digits: Array
) -> None:
    network = weights.load(ROOT / "models" / f"{name}.npz").network  # as the server reads with it
    in_page = compute(page_file(trained(name), name), digits)["computed"]
    hidden = [outputs for _, outputs in network.inspect(digits)]
    for digit, each in enumerate(in_page):
        activations = network.activations(digits[digit : digit + 1])[0]
        np.testing.assert_allclose(each["activations"], activations, rtol=0, atol=TOLERANCE)
        *way, last = each["way"]
        assert last["place"] == activations.argmax()
        assert last["z"] == pytest.approx(max(each["sums"]), abs=1e-4)
        for layer, step, outputs in zip(each["hidden"], way, hidden, strict=True):
            served = outputs[digit].ravel()
            largest = max(1.0, float(np.abs(served).max()))
            np.testing.assert_allclose(layer, served, rtol=0, atol=TOLERANCE * largest)
            activation = max(step["z"], 0) if name != "article" else 1 / (1 + np.exp(-step["z"]))
            assert activation == pytest.approx(served[step["place"]], abs=TOLERANCE * largest)


@pytest.mark.parametrize("name", ["article", "convnet", "mlp"])
def test_the_products_of_a_network_are_its_weights_at_each_place_of_their_kernels(
    name: str, digits: Array
) -> None:
    network, outputs, n_products = trained(name), digits[:1], 0
    for layer in network.layers:
        outputs = layer.forward(outputs)
        if isinstance(layer, Conv2D | Dense):
            n_products += outputs[0, ..., 0].size * layer.weights.size
    assert compute(page_file(network, name), digits[:1])["products"] == n_products


def test_what_is_cut_off_is_no_network(digits: Array) -> None:
    with pytest.raises(AssertionError, match="RangeError"):
        compute(page_file(trained("article"), "article")[:-4], digits)
