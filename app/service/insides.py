"""What a network computes on its way from the pixels to the answer, neuron by neuron."""

from dataclasses import replace

import numpy as np
from msgspec import UNSET, UnsetType

from app.errors import Problem, ProblemCode
from app.service.explanations import Convolution, Kernels, Layer, OutputLayer
from nn.core.layers import Array
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
        blank = np.zeros((1, 28, 28), np.uint8)
        self._layers = weighted_layers(network.layers, to_inputs(blank))

    def explain(self, image: Pixels) -> tuple[list[Layer], OutputLayer]:
        """Return the outputs of the hidden layers and the sums of the last, for one image."""
        inside = self._network.inspect(to_inputs(image[np.newaxis]))
        names, hidden = [name for name, _ in inside], [outputs[0] for _, outputs in inside]
        sums = self._layers[-1].sums(hidden[-1])
        path = strongest_path(self._layers, hidden, int(sums.argmax()))
        layers = [
            Layer(name, list(outputs.shape), _decimals(outputs), strongest, _convolution(layer))
            for name, outputs, strongest, layer in zip(
                names, hidden, path, self._layers[:-1], strict=True
            )
        ]
        layers[0] = replace(layers[0], kernels=_kernels_of_pixels(self._layers[0]))
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


def _decimals(array: Array) -> list[float]:
    """Return numbers rounded, in C order: in float32, 0.1 is 0.10000000149."""
    numbers: list[float] = array.astype(np.float64).round(DECIMALS).ravel().tolist()
    return numbers


def _convolution(layer: WeightedLayer) -> Convolution | UnsetType:
    if not layer.is_convolution:
        return UNSET
    return Convolution(len(layer.weights), layer.stride_px, layer.padding_px, layer.pool_px)


def _kernels_of_pixels(layer: WeightedLayer) -> Kernels | UnsetType:
    """Return the kernels that the pixels are convolved with, if they are."""
    if not layer.is_convolution:
        return UNSET
    return Kernels(len(layer.weights), _decimals(layer.weights), _decimals(layer.biases))
