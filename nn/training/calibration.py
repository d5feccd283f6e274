"""Temperature scaling: a confidence of 0.9 should be right nine times of ten."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nn.core.layers import Array
from nn.core.losses import softmax

LIMITS = (0.1, 10.0)  # lowest and highest temperature tried
MIN_LIKELIHOOD = 1e-30  # replaces activations below it, whose logarithm may be infinite


def fit_temperature(activations: Array, labels: NDArray[np.integer]) -> float:
    """Return the temperature T of softmax(logits / T) with the least negative log-likelihood.

    Guo et al. 2017, "On calibration of modern neural networks", section 4.2. Dividing all logits by
    one number changes confidences but no answer.

    Parameters
    ----------
    activations, labels
        (N, C) at temperature 1, each row with a sum of 1, and (N,), N >= 1; of pictures that the
        network was not trained on.
    """
    logits = np.log(np.maximum(activations, MIN_LIKELIHOOD, dtype=np.float64))
    rows = np.arange(len(labels))

    def negative_log_likelihood(log_temperature: float) -> float:
        likelihoods = softmax(logits / np.exp(log_temperature))[rows, labels]
        return float(-np.log(np.maximum(likelihoods, MIN_LIKELIHOOD)).mean())

    return temperature_of_least_cost(negative_log_likelihood)


def temperature_of_least_cost(
    cost: Callable[[float], float],
    limits: tuple[float, float] = LIMITS,
    tolerance: float = 1e-5,
) -> float:
    """Return the temperature within limits at which a function of its logarithm is least.

    The logarithm is exact to the tolerance.
    """
    low, high = map(math.log, limits)
    fit = minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": tolerance})
    return float(np.exp(fit.x))
