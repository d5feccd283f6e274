"""One step of back propagation on one example, in numbers."""

from collections.abc import Iterator

import numpy as np

from nn.core.layers import Array, Dense
from nn.core.losses import one_hot
from nn.core.network import Network
from nn.core.optimizers import Optimizer
from nn.training.recorded.examples import Examples
from nn.training.recorded.recording import BackpropStep, LayerPass, WeightStep
from nn.training.recorded.rounding import rounded, to_pixels


def work_out(
    network: Network, example: Examples, optimizer: Optimizer, rate: float
) -> BackpropStep:
    """Return one step on one example from the network's parameters, which stay as they are."""
    targets = one_hot(example.labels)
    network.backprop(example.inputs, targets)  # fills the gradients
    before, after = network.parameters.copy(), network.parameters.copy()
    optimizer.step(after, network.gradients, rate)
    hidden, output = (layer for layer in network.layers if isinstance(layer, Dense))
    a_hidden = network.inspect(example.inputs)[0][1]
    activations = network.feedforward(example.inputs)
    weights = [*_weight_steps(network, [example.inputs[0], a_hidden[0]], after)]
    network.parameters[:] = after
    activations_after = network.feedforward(example.inputs)
    network.parameters[:] = before
    return BackpropStep(
        image=to_pixels(example.inputs[0]),
        label=int(example.labels[0]),
        target=targets[0].tolist(),
        hidden=_layer_pass(hidden, example.inputs, a_hidden),
        output=_layer_pass(output, a_hidden, activations),
        cost=network.loss.cost(activations, targets),
        cost_after=network.loss.cost(activations_after, targets),
        weights=weights,
    )


def _layer_pass(layer: Dense, inputs: Array, activations: Array) -> LayerPass:
    """Return the numbers of a layer for one example; its gradients are those of this example."""
    delta = layer.biases_gradient  # that by the sum z is the same, as the sum is over one example
    return LayerPass(
        rounded(layer.forward(inputs)[0]), rounded(activations[0]), rounded(delta, decimals=9)
    )


def _weight_steps(network: Network, inputs: list[Array], after: Array) -> Iterator[WeightStep]:
    """Yield the weight of the largest gradient into each of three neurons of both layers."""
    start, layers = 0, [layer for layer in network.layers if isinstance(layer, Dense)]
    for number, layer in enumerate(layers, start=1):
        shape, size = layer.weights.shape, layer.weights.size
        new = after[start : start + size].reshape(shape)
        for target in np.argsort(-np.abs(layer.biases_gradient), kind="stable")[:3]:
            source = np.abs(layer.weights_gradient[:, target]).argmax()
            yield WeightStep(
                layer=number,
                source=int(source),
                target=int(target),
                input=float(inputs[number - 1][source]),
                delta=float(layer.biases_gradient[target]),
                before=float(layer.weights[source, target]),
                gradient=float(layer.weights_gradient[source, target]),
                after=float(new[source, target]),
            )
        start += size
