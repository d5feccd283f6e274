"""The convnet as PyTorch has it: the same layers with the same weights."""

import warnings
from collections.abc import Sequence

import numpy as np
import torch

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, Flatten, Layer, ReLU, Reshape
from nn.export.onnx_model import channels_first, kernels_first


def to_torch(layers: Sequence[Layer], n_inputs: int = 784) -> torch.nn.Sequential:
    """Return PyTorch's layers for Inkling's, for the same inputs (N, I) and outputs (N, C)."""
    module = torch.nn.Sequential()
    example = np.zeros((1, n_inputs), np.float32)
    picture: tuple[int, ...] = ()  # (H, W, C) of what a Flatten below has made flat
    for layer in layers:
        if isinstance(layer, Flatten):
            picture = example.shape[1:]
        module.append(_translated(layer, example.ndim, picture))
        if isinstance(layer, Dense):
            picture = ()
        example = layer.forward(example)
    return module


def _translated(layer: Layer, n_axes: int, picture: tuple[int, ...]) -> torch.nn.Module:
    """Return PyTorch's layer for one of Inkling's, whose inputs have so many axes."""
    match layer:
        case Conv2D():
            return _convolution(layer)
        case Dense():
            return _dense(layer, picture)
        case BatchNorm():
            return _normalisation(layer, n_axes)
        case MaxPool():
            return torch.nn.MaxPool2d(2)
        case ReLU():
            return torch.nn.ReLU()
        case Dropout():
            return torch.nn.Dropout(layer.rate)
        case Flatten():
            return torch.nn.Flatten()
        case Reshape(shape=(height_px, width_px, 1)):  # one channel: the same in either order
            return torch.nn.Unflatten(1, (1, height_px, width_px))
    raise ValueError(f"Expected a layer that is known here, but got {layer!r}: add it here")


def _convolution(layer: Conv2D) -> torch.nn.Module:
    """Return a convolution."""
    size_px, _, n_inputs, n_outputs = layer.weights.shape
    has_biases = "biases" in layer.parameters
    peer = torch.nn.Conv2d(
        n_inputs, n_outputs, size_px, layer.stride_px, layer.padding_px, bias=has_biases
    )
    _fill(peer.weight, kernels_first(layer.weights))
    if peer.bias is not None:
        _fill(peer.bias, layer.biases)
    return peer


def _dense(layer: Dense, picture: tuple[int, ...]) -> torch.nn.Module:
    """Return a dense layer."""
    peer = torch.nn.Linear(*layer.weights.shape)
    _fill(peer.weight, channels_first(layer.weights.T, picture))
    _fill(peer.bias, layer.biases)
    return peer


def _normalisation(layer: BatchNorm, n_axes: int) -> torch.nn.Module:
    """Return a batch normalisation that learns biases but, as Inkling's, no scale."""
    kind = torch.nn.BatchNorm2d if n_axes == 4 else torch.nn.BatchNorm1d
    peer = kind(len(layer.biases), eps=layer.epsilon, momentum=1 - layer.momentum)
    peer.weight.requires_grad_(False)
    _fill(peer.bias, layer.biases)
    _fill(peer.running_mean, layer.mean)
    _fill(peer.running_var, layer.variance)
    return peer


def _fill(tensor: torch.Tensor, array: Array) -> None:
    """Copy an array into a tensor of the same shape."""
    with torch.no_grad():
        tensor[:] = torch.tensor(array)


def freeze(module: torch.nn.Module, example: torch.Tensor) -> torch.nn.Module:
    """Return layers that compute the same for inputs as large, rearranged to do so quickly."""
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # it is deprecated, and what should follow needs a compiler
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(module, example)))
