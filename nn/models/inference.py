"""A trained network made faster for predicting, with the same outputs within rounding."""

import copy
from collections.abc import Sequence

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Layer
from nn.core.network import Network
from nn.models.winograd import use_winograd


def for_inference(network: Network, example: Array) -> Network:
    """Return a network of copied layers that predicts the same in fewer steps.

    Batch normalisations are folded into the layers below them, and convolutions computed by
    Winograd's products where these are fewer. The result cannot be trained. ``example`` are any
    inputs (1, I), from which the sizes of the images inside the network follow.
    """
    layers = fold([copy.copy(layer) for layer in network.layers])
    return Network(use_winograd(layers, example), network.loss)


def fold(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers that predict the same without batch normalisations.

    ``((a @ weights + biases) - mean) * scale + shift`` is
    ``a @ (weights * scale) + ((biases - mean) * scale + shift)``: the layer below takes over scale
    and shift. A pooling between the two changes nothing: the largest of some numbers stays the
    largest when all are multiplied by the same positive number.
    """
    folded: list[Layer] = []
    for layer in layers:
        positions = [n for n, below in enumerate(folded) if not isinstance(below, MaxPool)]
        below = folded[positions[-1]] if positions else None
        if isinstance(layer, BatchNorm) and isinstance(below, Conv2D | Dense):
            folded[positions[-1]] = _scaled(below, layer)
        else:
            folded.append(layer)
    return folded


def _scaled(layer: Conv2D | Dense, normalisation: BatchNorm) -> Layer:
    """Return a layer that computes ``layer``, then ``normalisation``."""
    scale = normalisation.running_scale()
    scaled = copy.copy(layer)
    scaled.weights = layer.weights * scale
    scaled.biases = (layer.biases - normalisation.mean) * scale + normalisation.biases
    scaled.parameters = ("weights", "biases")
    return scaled
