"""What a network computes on its way from the pixels to the answer, neuron by neuron."""

from dataclasses import replace

import numpy as np
from msgspec import UNSET, UnsetType

from app.errors import Problem, ProblemCode
from app.service.explanations import Convolution, Kernels, Layer, OutputLayer
from nn.core.convolution import Conv2D
from nn.core.layers import Array, Dense, Sigmoid
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.models.weighted_layers import WeightedLayer, strongest_path, weighted_layers
from nn.reading.mnist_format import Pixels, to_inputs

DECIMALS = 5  # then sums of hundreds of products agree with the server's within 0.0001


class Insides:
    """The layers of one network, and what they compute.

    Parameters
    ----------
    network
        Made for inference.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._layers = _taken_apart(network)

    @property
    def n_products(self) -> int:
        """How many products its sums have for one image, 0 if it cannot be taken apart."""
        return sum(layer.n_products for layer in self._layers)

    def explain(self, image: Pixels) -> tuple[list[Layer], OutputLayer | UnsetType]:
        """Return the outputs of the hidden layers and the sums of the last, for one image.

        Without these sums, and with the outputs alone, for a network that cannot be taken apart.
        """
        inputs = to_inputs(image[np.newaxis])
        inside = [(name, outputs[0]) for name, outputs in self._network.inspect(inputs)]
        layers = [Layer(name, list(each.shape), _decimals(each)) for name, each in inside]
        if layers:
            layers[0] = replace(layers[0], kernels=_kernels_of_pixels(self._network))
        if not self._layers:
            return layers, UNSET
        hidden = [outputs for _, outputs in inside]
        sums = self._layers[-1].sums(hidden[-1] if hidden else inputs)
        path = strongest_path(self._layers, hidden, int(sums.argmax()))
        layers = [
            replace(layer, strongest=strongest, convolution=_convolution(weighted))
            for layer, strongest, weighted in zip(layers, path, self._layers, strict=False)
        ]
        loss = self._network.loss
        temperature = loss.temperature if isinstance(loss, SoftmaxCrossEntropy) else None
        return layers, OutputLayer(_decimals(sums), temperature)

    def weights(self, layer: int, channel: int) -> bytes:
        """Return the weights of a channel, by row, column and channel of the inputs, and its bias.

        As float32, little-endian.

        Raises
        ------
        Problem
            404 when there is no such layer or channel.
        """
        if layer >= len(self._layers):
            detail = f"layer must be below {len(self._layers)}, but is {layer}."
            raise Problem(ProblemCode.UNKNOWN_CHANNEL, detail)
        chosen = self._layers[layer]
        if channel >= len(chosen.biases):
            detail = f"channel must be below {len(chosen.biases)}, but is {channel}."
            raise Problem(ProblemCode.UNKNOWN_CHANNEL, detail)
        numbers = np.append(chosen.weights[..., channel], chosen.biases[channel])
        return numbers.astype("<f4").tobytes()


def _taken_apart(network: Network) -> list[WeightedLayer]:
    """Return the layers with weights; none of a network that computes more than their sums."""
    has_outputs = isinstance(network.layers[-1], Sigmoid) or (
        isinstance(network.layers[-1], Dense) and isinstance(network.loss, SoftmaxCrossEntropy)
    )
    blank = np.zeros((1, 28, 28), np.uint8)
    try:
        return weighted_layers(network.layers, to_inputs(blank)) if has_outputs else []
    except ValueError:
        return []


def _decimals(array: Array) -> list[float]:
    """Return numbers rounded, in C order: in float32, 0.1 is 0.10000000149."""
    numbers: list[float] = array.astype(np.float64).round(DECIMALS).ravel().tolist()
    return numbers


def _convolution(layer: WeightedLayer) -> Convolution | UnsetType:
    if not layer.is_convolution:
        return UNSET
    return Convolution(len(layer.weights), layer.stride_px, layer.padding_px, layer.pool_px)


def _kernels_of_pixels(network: Network) -> Kernels | UnsetType:
    """Return the kernels that the pixels are convolved with, if they are."""
    first = next((layer for layer in network.layers if layer.parameters), None)
    if not isinstance(first, Conv2D):
        return UNSET
    return Kernels(len(first.weights), _decimals(first.weights), _decimals(first.biases))
