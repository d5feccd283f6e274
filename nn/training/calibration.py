"""How sure a network should be: a temperature that makes it as sure as it is right."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nn.core.layers import Array
from nn.core.losses import softmax

LIMITS = (0.1, 10.0)  # lowest and highest temperature tried
SMALLEST = 1e-30  # activations below it might as well be 0, whose logarithm is infinite


def fit_temperature(activations: Array, labels: NDArray[np.integer]) -> float:
    """Return the temperature at which the labels are likeliest.

    Guo et al. 2017, "On calibration of modern neural networks", section 4.2: the outputs divided by
    one number, chosen on pictures that were not learnt. Answers stay the same.

    Parameters
    ----------
    activations, labels
        (N, C) at temperature 1, each row with a sum of 1, and (N,), N >= 1.
    """
    logits = np.log(np.maximum(activations, SMALLEST, dtype=np.float64))
    rows = np.arange(len(labels))

    def mean_surprise(log_temperature: float) -> float:
        likelihoods = softmax(logits / np.exp(log_temperature))[rows, labels]
        return float(-np.log(np.maximum(likelihoods, SMALLEST)).mean())

    low, high = map(math.log, LIMITS)
    found = minimize_scalar(mean_surprise, bounds=(low, high), method="bounded")
    return float(np.exp(found.x))
