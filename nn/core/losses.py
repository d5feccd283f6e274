"""What training makes small: each cost with its derivative beside it.

N is the batch, C the classes. ``outputs`` are what the last layer gives, ``targets`` what it should
have given (a row of zeros with a one at the right digit), both (N, C). Costs are means over the
batch, so that a learning rate means the same whatever the batch size.
"""

from typing import Protocol

import numpy as np

from nn.core.layers import Array


class Loss(Protocol):
    """What a network asks of its loss."""

    def activations(self, outputs: Array) -> Array:
        """Return the outputs (N, C) as activations of the classes, each in 0..1."""

    def cost(self, outputs: Array, targets: Array) -> float:
        """Return the mean cost of the batch, 0 at best."""

    def cost_derivative(self, outputs: Array, targets: Array) -> Array:
        """Return the derivative of ``cost`` by each output (N, C)."""


class QuadraticCost:
    """Half the squared distance: ``sum_c (outputs - targets)^2 / 2``, the mean over the batch."""

    def activations(self, outputs: Array) -> Array:
        """Return the outputs as they are: below this cost stands a sigmoid layer."""
        return outputs

    def cost(self, outputs: Array, targets: Array) -> float:
        """Return the mean quadratic cost of the batch."""
        difference = outputs - targets
        return float(np.vdot(difference, difference) / (2 * len(outputs)))

    def cost_derivative(self, outputs: Array, targets: Array) -> Array:
        """Return ``(outputs - targets) / N``."""
        delta: Array = outputs - targets
        delta /= len(outputs)
        return delta


def softmax(logits: Array) -> Array:
    """Return ``exp(logits)`` scaled to a sum of 1 in each row: logits (N, C) as probabilities.

    The largest logit is taken off first, which changes nothing but keeps ``exp`` from overflowing.
    """
    exponentials: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


class SoftmaxCrossEntropy:
    """``-sum_c targets log(softmax(outputs))``, the mean over the batch.

    Softmax and logarithm are taken together: apart, the logarithm of a vanishing probability is
    infinite; together the derivative is as plain as the quadratic cost's (Bishop 2006, "Pattern
    recognition and machine learning", equation 4.109).

    Parameters
    ----------
    smoothing
        Part of each target, 0 to 1, that is spread over all classes, so that no output needs to
        grow without end (Szegedy et al. 2016, "Rethinking the Inception architecture", section 7).
    temperature
        What outputs are divided by before they become activations, above 0: 1 while training, then
        the one that makes activations as sure as they are right (Guo et al. 2017, "On calibration
        of modern neural networks", section 4.2).
    """

    def __init__(self, smoothing: float = 0.0, temperature: float = 1.0) -> None:
        self.smoothing, self.temperature = smoothing, temperature

    def activations(self, outputs: Array) -> Array:
        """Return the probability of each class: the softmax of ``outputs / temperature``."""
        return softmax(outputs / self.temperature)

    def cost(self, outputs: Array, targets: Array) -> float:
        """Return the mean cross-entropy of the batch, in nats."""
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-(self._smoothed(targets) * log_probabilities).sum() / len(outputs))

    def cost_derivative(self, outputs: Array, targets: Array) -> Array:
        """Return ``(softmax(outputs) - smoothed targets) / N``, for target rows that sum to 1."""
        delta = softmax(outputs)
        delta -= self._smoothed(targets)
        delta /= len(outputs)
        return delta

    def _smoothed(self, targets: Array) -> Array:
        """Return the targets (N, C) with a part of each spread over all classes."""
        if self.smoothing == 0:
            return targets
        smoothed: Array = targets * (1 - self.smoothing) + self.smoothing / targets.shape[1]
        return smoothed


class L2Penalty:
    """``strength / 2 * sum(weights^2)``, added to the cost: large weights must earn their keep.

    Parameters
    ----------
    strength
        How much a weight costs, at least 0.
    """

    def __init__(self, strength: float) -> None:
        self.strength = strength

    def cost(self, weights: Array) -> float:
        """Return the penalty on an array of weights of any shape."""
        return float(self.strength / 2 * np.vdot(weights, weights))

    def cost_derivative(self, weights: Array) -> Array:
        """Return the derivative of ``cost`` by each weight: ``strength * weights``."""
        return weights * self.strength
