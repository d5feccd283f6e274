"""The networks by name: which layers, in which order, and which loss trains them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nn.layers import Dense, Dropout, ReLU, Sigmoid
from nn.losses import L2Penalty, QuadraticCost, SoftmaxCrossEntropy
from nn.network import Network


@dataclass(frozen=True)
class Architecture:
    """A network that can be built by name.

    Attributes
    ----------
    description
        One line for people.
    build
        Makes it, with random weights from the given generator.
    """

    description: str
    build: Callable[[np.random.Generator], Network]


def article(rng: np.random.Generator) -> Network:
    """Return the article's network: 784-15-10, sigmoid neurons, quadratic cost.

    The small penalty on large weights is ours: fifteen neurons learn the training digits' quirks
    too well without it.
    """
    layers = [Dense(784, 15, rng), Sigmoid(), Dense(15, 10, rng), Sigmoid()]
    return Network(layers, QuadraticCost(), L2Penalty(2e-5))


def mlp(rng: np.random.Generator) -> Network:
    """Return a dense network of two wide ReLU layers, thinned out by dropout while it trains."""
    layers = [
        Dense(784, 800, rng, gain=2),
        ReLU(),
        Dropout(0.2, rng),
        Dense(800, 800, rng, gain=2),
        ReLU(),
        Dropout(0.2, rng),
        Dense(800, 10, rng),
    ]
    return Network(layers, SoftmaxCrossEntropy())


ARCHITECTURES = {
    "article": Architecture("The article's network: 15 sigmoid neurons", article),
    "mlp": Architecture("A dense network: two layers of 800 ReLU neurons", mlp),
}
