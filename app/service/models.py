"""The networks that the app loads: their descriptions, their parameters and what they compute."""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

from app.config import Settings, SettingsError, environment_variable
from app.errors import Problem, ProblemCode
from app.service.answers import (
    Convolution,
    Kernels,
    Layer,
    ModelDescription,
    OutputLayer,
    Score,
)
from nn.core.convolution import Conv2D
from nn.core.layers import Array, Dense, Sigmoid
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.models import line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.models.weighted_layers import WeightedLayer, strongest_path, weighted_layers
from nn.reading.lines.strip import ReadStrip, strip_reader
from nn.reading.mnist import Pixels, to_inputs

Models = Mapping[str, weights.Model]

TITLES = {"article": "15 neurons", "mlp": "1,000 neurons", "convnet": "Convolutional"}
"""Names for people. Any other network keeps its own name."""

PUBLIC_METADATA = ("name", "description", "layers", "parameters", "sha256", "scores")
ARTICLE = "article"
_BLANK = np.zeros((1, 784), np.float32)
DECIMALS = 5  # of outputs; with five, sums worked out from them agree within 0.0001


def load(settings: Settings) -> Models:
    """Return every model of the models directory by name, the simplest architecture first.

    Raises
    ------
    SettingsError
        When a weights file is bad or has another network's name, or the default model is missing.
    """
    models = [_load(path) for path in sorted(settings.models_directory.glob("*.npz"))]
    order = list(ARCHITECTURES)
    models.sort(key=lambda item: order.index(item[1].metadata["architecture"]))
    names = [name for name, _ in models]
    if settings.default_model not in names:
        raise SettingsError(
            f"{environment_variable('default_model')} is {settings.default_model!r}, but the "
            f"models in {settings.models_directory} are: {', '.join(names) or 'none'}"
        )
    return dict(models)


def load_lines(settings: Settings) -> ReadStrip:
    """Return the network that reads lines: from the models directory, or else the shipped one.

    Raise SettingsError when its weights file is bad.
    """
    try:
        model = line_network.load(settings.models_directory)
    except weights.WeightsError as error:
        raise SettingsError(str(error)) from error
    return strip_reader(model.network.activations)


def describe(models: Models, default: str) -> list[ModelDescription]:
    """Return the description of each model, from which people choose one."""
    return [
        ModelDescription(
            **{key: model.metadata[key] for key in PUBLIC_METADATA} | {"scores": _scores(model)},
            title=TITLES.get(name, name),
            default=name == default,
        )
        for name, model in models.items()
    ]


def _load(path: Path) -> tuple[str, weights.Model]:
    """Return the name and model of a weights file whose metadata is complete and of that name."""
    try:
        model = weights.load(path)
    except weights.WeightsError as error:
        raise SettingsError(str(error)) from error
    if missing := [key for key in PUBLIC_METADATA if key not in model.metadata]:
        raise SettingsError(f"{path.with_suffix('.json')} lacks {', '.join(missing)}")
    if (name := model.metadata["name"]) != path.stem:
        raise SettingsError(
            f"{path} holds the network {name!r}: give the file that name, or restore the right one"
        )
    try:
        _scores(model)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path.with_suffix('.json')}: scores: {error}") from error
    return path.stem, model


def _scores(model: weights.Model) -> dict[str, Score]:
    return msgspec.convert(model.metadata["scores"], dict[str, Score])


@dataclass(frozen=True)
class Parameters:
    """Parameters of a network.

    Attributes
    ----------
    content
        float32, little-endian, weights before biases, row by row.
    sha256
        A hash that changes with them, in hexadecimal.
    data
        What they were learnt from: ``name`` and number of ``examples``; None if that is not known.
    """

    content: bytes
    sha256: str
    data: Mapping[str, Any] | None = None


def article_parameters(models: Models) -> Parameters | None:
    """Return the parameters of the model ``article``; None if no such model is loaded.

    For each dense layer its weights (I, O), then its biases (O,).
    """
    model = models.get(ARTICLE)
    if model is None or model.metadata["architecture"] != ARTICLE:
        return None
    layers = [layer for layer in model.network.layers if isinstance(layer, Dense)]
    arrays = [array for layer in layers for array in (layer.weights, layer.biases)]
    content = b"".join(array.astype("<f4").tobytes() for array in arrays)
    return Parameters(content, hashlib.sha256(content).hexdigest(), model.metadata.get("data"))


def network_file(models: Models, name: str) -> bytes:
    """Return a network as the standalone page reads it (``static/js/network/trained_network.js``).

    The length of a JSON object in four bytes, little-endian; the object, which describes the
    layers; then float32, little-endian: of each layer its weights (K, L, C, O) and biases (O,).

    Raises
    ------
    ValueError
        When more is computed than weighted sums, as in ``weighted_layers``.
    """
    network = models[name].network
    layers = weighted_layers(network.layers, _BLANK)
    functions = [*(function for function, _ in network.inspect(_BLANK)), ""]  # the last: the loss's
    described = {
        "name": name,
        "temperature": _temperature(network),
        "layers": [
            {
                "activation": function,
                "shape": layer.weights.shape,
                "isConvolution": layer.is_convolution,
                "stride": layer.stride_px,
                "padding": layer.padding_px,
                "pooling": layer.pool_px,
            }
            for layer, function in zip(layers, functions, strict=True)
        ],
    }
    header = json.dumps(described).encode()
    arrays = [array for layer in layers for array in (layer.weights, layer.biases)]
    numbers = b"".join(array.astype("<f4").tobytes() for array in arrays)
    return struct.pack("<I", len(header)) + header + numbers


class Insides:
    """The layers of one network, and what they compute.

    Parameters
    ----------
    network
        Made for inference.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._layers = _layers_with_weights(network)

    @property
    def n_products(self) -> int:
        """Number of products in its sums for one image, 0 if it computes more than sums."""
        return sum(layer.n_products for layer in self._layers)

    def explain(self, image: Pixels) -> tuple[list[Layer], OutputLayer | UnsetType]:
        """Return the outputs of the hidden layers and the sums of the last, for one image.

        A network that computes more than sums has the outputs alone.
        """
        inputs = to_inputs(image[np.newaxis])
        inside = [(name, outputs[0]) for name, outputs in self._network.inspect(inputs)]
        layers = [Layer(name, list(each.shape), _rounded(each)) for name, each in inside]
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
        return layers, OutputLayer(_rounded(sums), _temperature(self._network))

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


def _layers_with_weights(network: Network) -> list[WeightedLayer]:
    """Return the layers with weights; none of a network that computes more than their sums."""
    has_outputs = isinstance(network.layers[-1], Sigmoid) or (
        isinstance(network.layers[-1], Dense) and isinstance(network.loss, SoftmaxCrossEntropy)
    )
    try:
        return weighted_layers(network.layers, _BLANK) if has_outputs else []
    except ValueError:
        return []


def _temperature(network: Network) -> float | None:
    """Return what sums are divided by before softmax; None for sigmoids."""
    loss = network.loss
    return loss.temperature if isinstance(loss, SoftmaxCrossEntropy) else None


def _rounded(array: Array) -> list[float]:
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
    return Kernels(len(first.weights), _rounded(first.weights), _rounded(first.biases))
