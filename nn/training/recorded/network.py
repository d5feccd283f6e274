"""The article's network as the options describe it, and how it takes a step."""

import numpy as np

from nn.core.layers import Array, Dense, Sigmoid
from nn.core.losses import L2Penalty, QuadraticCost
from nn.core.network import Network
from nn.core.optimizers import SGD, Optimizer
from nn.training.recorded.options import PIXELS, Options


def build_network(options: Options, rng: np.random.Generator) -> Network:
    """Return the article's network with these options: 784 inputs, sigmoid neurons, 10 outputs."""
    hidden, output = Dense(PIXELS, options.hidden, rng), Dense(options.hidden, 10, rng)
    penalty = L2Penalty(options.penalty) if options.penalty else None
    network = Network([hidden, Sigmoid(), output, Sigmoid()], QuadraticCost(), penalty)
    if options.start == "zero":
        network.parameters[:] = 0
    if options.start == "given":
        network.parameters[:] = options.start_parameters()
    if not options.biases:
        network.parameters[network.n_weights :] = 0
    return network


def build_optimizer(options: Options, network: Network) -> Optimizer:
    """Return what changes the parameters by their gradients."""
    return SGD() if options.biases else WeightsOnly(network.n_weights)


class WeightsOnly:
    """Stochastic gradient descent that leaves the biases, the last parameters, as they are."""

    state: tuple[str, ...] = ()

    def __init__(self, n_weights: int) -> None:
        self._weights, self._sgd = slice(n_weights), SGD()

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the weights in place, against their gradients."""
        self._sgd.step(parameters[self._weights], gradients[self._weights], learning_rate)
