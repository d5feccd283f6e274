"""Batch normalisation: every channel at mean 0 and variance 1, whatever the layers below do."""

import copy
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Layer


class BatchNorm(Layer):
    """``(inputs - mean) / sqrt(variance + epsilon) + biases``, channel by channel.

    Ioffe and Szegedy 2015, "Batch normalization", algorithm 1. Training takes mean and variance
    over the batch and all pixels, and keeps running ones for prediction. Their scale gamma is left
    out: a ReLU and a layer with weights follow here, and those can scale as well.

    Parameters
    ----------
    n_channels
        Size C of the last axis.
    momentum
        What is kept of the running statistics at each step.
    epsilon
        Keeps the division from blowing up where a channel never changes.
    dtype
        As in ``Dense``.
    """

    parameters = ("biases",)
    statistics = ("mean", "variance")

    def __init__(
        self,
        n_channels: int,
        *,
        momentum: float = 0.98,
        epsilon: float = 1e-4,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.biases: Array = np.zeros(n_channels, dtype)
        self.biases_gradient = np.zeros_like(self.biases)
        self.mean: Array = np.zeros(n_channels, dtype)
        self.variance: Array = np.ones(n_channels, dtype)
        self.momentum, self.epsilon = momentum, epsilon

    def __repr__(self) -> str:
        return f"BatchNorm({len(self.biases)})"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the inputs (N, ..., C) normalised: by their own statistics if training."""
        if not is_training:
            return (inputs - self.mean) * self.running_scale() + self.biases
        examples = inputs.reshape(len(inputs), -1)  # (N, H W C): long rows are quicker to go along
        mean = self._mean(examples)
        self.normalised: Array = examples - self._spread(mean, examples)
        variance = self._mean(np.square(self.normalised))
        self.scale: Array = 1 / np.sqrt(variance + self.epsilon)
        self.normalised *= self._spread(self.scale, examples)
        self._remember(mean, variance)
        outputs: Array = self.normalised + self._spread(self.biases, examples)
        return outputs.reshape(inputs.shape)

    def backward(self, delta: Array) -> Array:
        """Return ``scale * (delta - mean(delta) - normalised * mean(delta * normalised))``.

        The two means are what an input changes through the batch's mean and variance, in which it
        took part (Ioffe and Szegedy 2015, section 3, its derivatives put together).
        """
        examples = delta.reshape(self.normalised.shape)  # (N, H W C)
        mean_delta = self._mean(examples)
        below: Array = examples * self.normalised
        mean_product = self._mean(below)
        np.multiply(self.normalised, self._spread(-mean_product, examples), out=below)
        below += examples
        below -= self._spread(mean_delta, examples)
        below *= self._spread(self.scale, examples)
        self.biases_gradient[:] = mean_delta * (delta.size // len(mean_delta))
        return below.reshape(delta.shape)

    def running_scale(self) -> Array:
        """Return what prediction multiplies each channel by (C,), above 0."""
        scale: Array = 1 / np.sqrt(self.variance + self.epsilon)
        return scale

    def _mean(self, examples: Array) -> Array:
        """Return the mean of each channel (C,), as a matrix product: the quickest way to sum."""
        rows = examples.reshape(-1, len(self.biases))  # (N H W, C)
        mean: Array = np.full(len(rows), 1 / len(rows), rows.dtype) @ rows
        return mean

    def _spread(self, channels: Array, examples: Array) -> Array:
        """Return one number a channel (C,) as one number for each of an example's (H W C,)."""
        return np.tile(channels, examples.shape[1] // len(channels))

    def _remember(self, mean: Array, variance: Array) -> None:
        """Move the running statistics a little towards a batch's."""
        self.mean += (1 - self.momentum) * (mean - self.mean)
        self.variance += (1 - self.momentum) * (variance - self.variance)


def fold(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers that predict the same with fewer steps.

    A batch normalisation that predicts is one product and one sum for each channel: the weights and
    biases of the layer below can take them over. Pooling in between changes nothing, for the
    largest of some numbers stays the largest when all are multiplied by the same positive one.
    """
    folded: list[Layer] = []
    for layer in layers:
        place = _weights_below(folded)
        if isinstance(layer, BatchNorm) and place is not None:
            folded[place] = _take_over(folded[place], layer)
        else:
            folded.append(layer)
    return folded


def _weights_below(layers: Sequence[Layer]) -> int | None:
    """Return the place of the layer with weights right below, if there is one."""
    places = [place for place, layer in enumerate(layers) if not isinstance(layer, MaxPool)]
    is_found = places and isinstance(layers[places[-1]], Conv2D | Dense)
    return places[-1] if is_found else None


def _take_over(layer: Layer, normalisation: BatchNorm) -> Layer:
    """Return a layer with weights that does what a batch normalisation above it does as well."""
    assert isinstance(layer, Conv2D | Dense)
    scale = normalisation.running_scale()
    folded = copy.copy(layer)
    folded.weights = layer.weights * scale
    folded.biases = (layer.biases - normalisation.mean) * scale + normalisation.biases
    folded.parameters = ("weights", "biases")
    return folded
