"""Batch normalisation: each channel gets mean 0 and variance 1 over the batch."""

import numpy as np
from numpy.typing import DTypeLike

from nn.core.layers import Array, Layer


class BatchNorm(Layer):
    """``(inputs - mean) / sqrt(variance + epsilon) + biases``, channel by channel.

    Ioffe and Szegedy 2015, "Batch normalization", algorithm 1. Training uses the mean and variance
    over the batch and all pixels, and updates running ones for prediction. The paper's scale gamma
    is left out: the ReLU keeps scales, and the weights of the layer above can learn them.

    Parameters
    ----------
    n_channels
        Size C of the last axis.
    momentum
        Factor of the running mean and variance at each step, 0 <= momentum < 1.
    epsilon
        Keeps the divisor above 0 where a channel is constant.
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
        self.check_inputs(inputs, "NHW"[: inputs.ndim - 1], len(self.mean))
        if not is_training:
            return (inputs - self.mean) * self.running_scale() + self.biases
        examples = inputs.reshape(len(inputs), -1)  # (N, H W C): numpy is faster on long rows
        mean = self._mean(examples)
        normalised: Array = examples - self._repeat(mean, examples)
        variance = self._mean(np.square(normalised))
        scale: Array = 1 / np.sqrt(variance + self.epsilon)
        normalised *= self._repeat(scale, examples)
        self.save_for_backward(normalised, scale)
        self.mean += (1 - self.momentum) * (mean - self.mean)
        self.variance += (1 - self.momentum) * (variance - self.variance)
        outputs: Array = normalised + self._repeat(self.biases, examples)
        return outputs.reshape(inputs.shape)

    def backward(self, delta: Array) -> Array:
        """Return ``scale * (delta - mean(delta) - normalised * mean(delta * normalised))``.

        The two means are the derivatives through the batch's mean and variance, which depend on
        every input (Ioffe and Szegedy 2015, section 3, simplified).
        """
        normalised, scale = self.saved()
        examples = delta.reshape(normalised.shape)  # (N, H W C)
        mean_delta = self._mean(examples)
        below: Array = examples * normalised
        mean_product = self._mean(below)
        np.multiply(normalised, self._repeat(-mean_product, examples), out=below)
        below += examples
        below -= self._repeat(mean_delta, examples)
        below *= self._repeat(scale, examples)
        self.biases_gradient[:] = mean_delta * (delta.size // len(mean_delta))
        return below.reshape(delta.shape)

    def running_scale(self) -> Array:
        """Return ``1 / sqrt(variance + epsilon)`` of each channel (C,), above 0."""
        scale: Array = 1 / np.sqrt(self.variance + self.epsilon)
        return scale

    def _mean(self, examples: Array) -> Array:
        """Return the mean of each channel (C,), as a matrix product: the fastest way to sum."""
        rows = examples.reshape(-1, len(self.biases))  # (N H W, C)
        mean: Array = np.full(len(rows), 1 / len(rows), rows.dtype) @ rows
        return mean

    def _repeat(self, channels: Array, examples: Array) -> Array:
        """Return one number a channel (C,) as one number for each of an example's (H W C,)."""
        return np.tile(channels, examples.shape[1] // len(channels))
