"""The table of the networks: what is said of weights, products and time holds for its figures."""

import re

import numpy as np
import pytest
from flask.testing import FlaskClient

from app.languages import NAMES, load
from nn.core.convolution import Conv2D
from nn.core.layers import Dense
from nn.models.architectures import ARCHITECTURES


def counted(name: str) -> tuple[int, int]:
    """Return the weights of an architecture, and how many products with them a digit takes."""
    network = ARCHITECTURES[name].build(np.random.default_rng(1))
    outputs, n_weights, n_products = np.zeros((1, 784), np.float32), 0, 0
    for layer in network.layers:
        outputs = layer.forward(outputs)
        if isinstance(layer, Conv2D | Dense):
            n_weights += layer.weights.size
            n_places = outputs[0, ..., 0].size  # of the kernel; a dense layer has one
            n_products += n_places * layer.weights.size
    return n_weights, n_products


@pytest.mark.parametrize("language", NAMES)
def test_the_products_in_the_table_are_those_of_the_architectures(
    language: str, client: FlaskClient
) -> None:
    table = client.get(f"/?lang={language}").text.split('id="networks"')[1].split("</table>")[0]
    for name in ARCHITECTURES:
        row = table.split(f'data-model="{name}"')[1].split("</tr>")[0]
        _, products = re.findall(r"<td>([\d.,\u202f]+)</td>", row)
        assert products == load(language).number(counted(name)[1])


def test_a_dense_layer_uses_each_weight_once_and_a_convolution_at_many_places() -> None:
    weights, products = zip(*map(counted, ("article", "mlp", "convnet")), strict=True)
    assert weights[:2] == products[:2]
    assert weights[2] < weights[1] and products[2] > products[1]  # fewer weights, more products
    assert products[2] > 20 * weights[2]
