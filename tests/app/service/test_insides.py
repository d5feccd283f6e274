"""What is shown of networks that someone else has built."""

import numpy as np
import pytest
from msgspec import UNSET

from app.errors import Problem
from app.service.insides import Insides
from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Dense, Flatten, Layer, ReLU, Reshape, Sigmoid, Tanh
from nn.core.losses import Loss, QuadraticCost, SoftmaxCrossEntropy
from nn.core.network import Network

RNG = np.random.default_rng(1)
IMAGE = np.full((28, 28), 99, np.uint8)


def pooled_after_the_activation() -> list[Layer]:
    convolution = Conv2D(1, 2, 5, RNG)
    return [Reshape(28, 28, 1), convolution, ReLU(), MaxPool(), Flatten(), Dense(288, 10, RNG)]


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        (pooled_after_the_activation(), SoftmaxCrossEntropy()),
        ([Dense(784, 5, RNG), Dense(5, 4, RNG), ReLU(), Dense(4, 10, RNG)], SoftmaxCrossEntropy()),
        ([Dense(784, 5, RNG), ReLU(), BatchNorm(5), Dense(5, 10, RNG)], SoftmaxCrossEntropy()),
        ([Dense(784, 5, RNG), ReLU(), Dense(5, 10, RNG), Tanh()], QuadraticCost()),
    ],
)
def test_a_network_that_computes_more_than_sums_has_its_outputs_shown_and_no_sums(
    layers: list[Layer], loss: Loss
) -> None:
    network = Network(layers, loss)
    insides = Insides(network)
    shown, output_layer = insides.explain(IMAGE)
    assert output_layer is UNSET
    inside = network.inspect(IMAGE.reshape(1, 784).astype(np.float32) / 255)
    assert [layer.outputs for layer in shown] == [
        outputs[0].astype(np.float64).round(5).ravel().tolist() for _, outputs in inside
    ]
    assert all(layer.strongest is UNSET for layer in shown)
    with pytest.raises(Problem) as caught:
        insides.weights(0, 0)
    assert caught.value.code == 404


def test_a_network_without_a_hidden_layer_has_the_sums_of_its_outputs() -> None:
    network = Network([Dense(784, 10, RNG), Sigmoid()], QuadraticCost())
    shown, output_layer = Insides(network).explain(IMAGE)
    assert shown == []
    inputs = IMAGE.reshape(1, 784).astype(np.float32) / 255
    assert output_layer is not UNSET
    activations = 1 / (1 + np.exp(-np.array(output_layer.sums)))
    np.testing.assert_allclose(activations, network.feedforward(inputs)[0], atol=1e-5)
