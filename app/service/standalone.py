"""The networks that the standalone page computes itself, as bytes."""

import json
import struct

import numpy as np

from app.service.models import Models
from nn.core.losses import SoftmaxCrossEntropy
from nn.models.weighted_layers import WeightedLayer, weighted_layers
from nn.models.weights import Model

BLANK = np.zeros((1, 784), np.float32)


def network_file(models: Models, name: str) -> bytes:
    """Return a network for ``static/js/network/trained_network.js``.

    The length of a JSON object in four bytes, little-endian; the object, which describes the
    layers; then float32, little-endian: of each layer its weights (K, L, C, O) and biases (O,).

    Raises
    ------
    ValueError
        When more is computed than weighted sums, as in ``weighted_layers``.
    """
    model = models[name]
    layers = weighted_layers(model.network.layers, BLANK)
    loss = model.network.loss
    described = {
        "name": name,
        "temperature": loss.temperature if isinstance(loss, SoftmaxCrossEntropy) else None,
        "layers": [
            _described(layer, function)
            for layer, function in zip(layers, _functions(model), strict=True)
        ],
    }
    header = json.dumps(described).encode()
    arrays = [array for layer in layers for array in (layer.weights, layer.biases)]
    numbers = b"".join(array.astype("<f4").tobytes() for array in arrays)
    return struct.pack("<I", len(header)) + header + numbers


def _functions(model: Model) -> list[str]:
    """Return the activation function of each layer, as its name; the last has that of the loss."""
    hidden = [name for name, _ in model.network.inspect(BLANK)]
    return [*hidden, ""]


def _described(layer: WeightedLayer, function: str) -> dict[str, object]:
    return {
        "activation": function,
        "shape": layer.weights.shape,
        "isConvolution": layer.is_convolution,
        "stride": layer.stride_px,
        "padding": layer.padding_px,
        "pooling": layer.pool_px,
    }
