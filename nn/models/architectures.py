"""The networks by name: their layers, in order, and the loss that trains them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Dense, Dropout, Flatten, Layer, ReLU, Reshape, Sigmoid
from nn.core.losses import L2Penalty, QuadraticCost, SoftmaxCrossEntropy
from nn.core.network import Network, ParallelNetwork


@dataclass(frozen=True)
class Architecture:
    """A network that can be trained.

    Attributes
    ----------
    description
        One line for the page.
    build
        Returns the network with random weights.
    example_shape
        Of its inputs, with a usual size where they may have any.
    """

    description: str
    build: Callable[[np.random.Generator], Network]
    example_shape: tuple[int, ...] = (1, 784)


def article(rng: np.random.Generator) -> Network:
    """Return the article's network: 784-15-10, sigmoid neurons, quadratic cost.

    The article has no penalty on large weights; with it, fewer held-back digits are misread.
    """
    layers = [Dense(784, 15, rng), Sigmoid(), Dense(15, 10, rng), Sigmoid()]
    return Network(layers, QuadraticCost(), L2Penalty(2e-5))


def mlp(rng: np.random.Generator) -> Network:
    """Return a dense network of two layers of 500 ReLU neurons, trained with dropout."""
    layers = [
        Dense(784, 500, rng, gain=2),
        ReLU(),
        Dropout(0.2, rng),
        Dense(500, 500, rng, gain=2),
        ReLU(),
        Dropout(0.2, rng),
        Dense(500, 10, rng),
    ]
    return Network(layers, SoftmaxCrossEntropy())


def convnet(rng: np.random.Generator) -> Network:
    """Return a network of five convolutions and two dense layers."""

    def convolution(n_inputs: int, n_outputs: int, size_px: int, padding_px: int = 0) -> Conv2D:
        return Conv2D(n_inputs, n_outputs, size_px, rng, padding_px=padding_px, has_biases=False)

    layers: list[Layer] = [
        Reshape(28, 28, 1),
        convolution(1, 32, 5),  # (24, 24, 32); no padding: MNIST's outer rows and columns are empty
        MaxPool(),
        BatchNorm(32),
        ReLU(),
        convolution(32, 64, 3, padding_px=1),  # (12, 12, 64)
        BatchNorm(64),
        ReLU(),
        convolution(64, 64, 3, padding_px=1),
        MaxPool(),
        BatchNorm(64),
        ReLU(),
        convolution(64, 128, 3, padding_px=1),  # (6, 6, 128)
        BatchNorm(128),
        ReLU(),
        convolution(128, 128, 3),  # (4, 4, 128)
        BatchNorm(128),
        ReLU(),
        Flatten(),
        Dropout(0.3, rng),
        Dense(2048, 128, rng, gain=2),
        BatchNorm(128),
        ReLU(),
        Dropout(0.3, rng),
        Dense(128, 10, rng),
    ]
    return ParallelNetwork(layers, SoftmaxCrossEntropy(smoothing=0.05))


ARCHITECTURES = {
    "article": Architecture("The article's network: 15 sigmoid neurons", article),
    "mlp": Architecture("A dense network: two layers of 500 ReLU neurons", mlp),
    "convnet": Architecture(
        "A convolutional network: five convolutions, two dense layers", convnet
    ),
}
