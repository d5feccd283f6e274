"""Loss functions: each cost with its derivative beside it.

N is the batch, C the classes. ``outputs`` come from the last layer, ``targets`` are what they
should be (a row of zeros with a one at the right digit), both (N, C). Costs are means over the
batch, so that the same learning rate serves batches of any size.
"""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from nn.core.layers import Array


def one_hot(labels: ArrayLike, n_classes: int = 10) -> Array:
    """Return labels (N,) as targets (N, C) float32: a row of zeros with a one at its label.

    Raise ValueError if a label is not an integer from 0 to C - 1.
    """
    labels = np.asarray(labels)
    is_label = np.isin(labels, range(n_classes)) & (labels.dtype.kind in "iu")
    if not is_label.all():
        raise ValueError(
            f"Expected integers from 0 to {n_classes - 1} as labels, but got "
            f"{labels[~is_label][:3]} in {labels.dtype}"
        )
    targets: Array = np.eye(n_classes, dtype=np.float32)[labels]
    return targets


class Loss(Protocol):
    """The methods that a loss function must have."""

    def activations(self, outputs: Array) -> Array:
        """Return the outputs (N, C) as activations of the classes, each in 0..1."""

    def cost(self, outputs: Array, targets: Array) -> float:
        """Return the mean cost of the batch, 0 at best."""

    def cost_derivative(self, outputs: Array, targets: Array) -> Array:
        """Return the derivative of ``cost`` by each output (N, C)."""


class QuadraticCost:
    """``sum_c (outputs - targets)^2 / 2``: half the squared distance, the mean over the batch."""

    def activations(self, outputs: Array) -> Array:
        """Return the outputs as they are: the last layer is a sigmoid, from 0 to 1."""
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
    """Return ``exp(logits)`` scaled to a sum of 1 in each row: logits (..., C) as probabilities.

    The largest logit is subtracted first: the result is the same, and ``exp`` cannot overflow.
    """
    exponentials: Array = np.exp(logits - logits.max(axis=-1, keepdims=True))
    exponentials /= exponentials.sum(axis=-1, keepdims=True)
    return exponentials


class SoftmaxCrossEntropy:
    """``-sum_c targets log(softmax(outputs))``, the mean over the batch, and its pixels if any.

    Outputs and targets are (N, C), or (N, H, W, C) for a class for each pixel. The mean is weighted
    by the sum of each row of targets: 1 as usual, another number to weigh classes, 0 for pixels
    that do not count.

    Softmax and logarithm are computed together: the logarithm of a probability that was rounded to
    0 would be infinite, and the derivative together is as simple as that of the quadratic cost
    (Bishop 2006, "Pattern recognition and machine learning", equation 4.109).

    Parameters
    ----------
    smoothing
        Part of each target, 0 to 1, that is spread over all classes, so that outputs do not grow
        without limit (Szegedy et al. 2016, "Rethinking the Inception architecture", section 7).
    temperature
        Divisor of the outputs before they become activations, above 0: 1 while training, then the
        one that calibrates them (temperature scaling; Guo et al. 2017, "On calibration of modern
        neural networks", section 4.2).
    """

    def __init__(self, smoothing: float = 0.0, temperature: float = 1.0) -> None:
        self.smoothing, self.temperature = smoothing, temperature

    def activations(self, outputs: Array) -> Array:
        """Return the probability of each class: the softmax of ``outputs / temperature``."""
        return softmax(outputs / self.temperature)

    def cost(self, outputs: Array, targets: Array) -> float:
        """Return the mean cross-entropy of the batch, in nats."""
        shifted = outputs - outputs.max(axis=-1, keepdims=True)
        log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        return float(-(self._smoothed(targets) * log_probabilities).sum() / (targets.sum() or 1))

    def cost_derivative(self, outputs: Array, targets: Array) -> Array:
        """Return ``(weight * softmax(outputs) - smoothed targets) / sum of weights``.

        The weight of a row is the sum of its targets; where each is 1, their sum is N.
        """
        delta = softmax(outputs)
        delta *= targets.sum(axis=-1, keepdims=True)
        delta -= self._smoothed(targets)
        delta /= targets.sum() or 1  # 0 where no pixel counts
        return delta

    def _smoothed(self, targets: Array) -> Array:
        """Return the targets (..., C) with a part of each spread over all classes."""
        if self.smoothing == 0:
            return targets
        mean = targets.mean(axis=-1, keepdims=True)
        smoothed: Array = targets * (1 - self.smoothing) + self.smoothing * mean
        return smoothed


class L2Penalty:
    """``strength / 2 * sum(weights^2)``, added to the cost: it keeps weights small."""

    def __init__(self, strength: float) -> None:
        self.strength = strength

    def cost(self, weights: Array) -> float:
        """Return the penalty on an array of weights of any shape."""
        return float(self.strength / 2 * np.vdot(weights, weights))

    def cost_derivative(self, weights: Array) -> Array:
        """Return the derivative of ``cost`` by each weight: ``strength * weights``."""
        return weights * self.strength
