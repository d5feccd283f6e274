"""Metrics of classifiers, with confidence intervals, and how they are written in tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from nn.core.layers import Array

Row = tuple[str, Sequence[str]]
"""The title of a row, and its other cells."""


def wilson_interval(n_correct: int, n_total: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a proportion, each bound in 0..1.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference". Unlike
    ``p +- 1.96 sqrt(p (1 - p) / n)`` it holds for proportions near 1 and for few examples.

    Raise ValueError if there are no examples.
    """
    if n_total < 1:
        raise ValueError(f"expected at least one example for an interval, but got {n_total}")
    interval = binomtest(n_correct, n_total).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def confusion_matrix(
    labels: NDArray[np.integer], predictions: NDArray[np.integer], n_classes: int = 10
) -> NDArray[np.int64]:
    """Return how often each class was predicted for each label: (C, C), a row for each label."""
    counts = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def worst_mistakes(
    activations: Array, labels: NDArray[np.integer], n_most: int
) -> NDArray[np.intp]:
    """Return the indices of up to ``n_most`` misread digits, the most confident mistake first.

    The order is by how far the activation of the prediction, of activations (N, C) in 0..1, is
    above the activation of the label (N,).
    """
    wrong = np.nonzero(activations.argmax(axis=1) != labels)[0]
    margins = activations[wrong, labels[wrong]] - activations[wrong].max(axis=1)
    return wrong[np.argsort(margins, kind="stable")][:n_most]


@dataclass(frozen=True)
class Bin:
    """Predictions of about the same confidence.

    Attributes
    ----------
    low, high
        Bounds of their confidence, of which the upper one is included.
    n
        How many there are, at least 1.
    confidence, accuracy
        Mean confidence, and the share that is correct.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def reliability(
    confidences: NDArray[np.floating], is_correct: NDArray[np.bool_], n_bins: int = 15
) -> list[Bin]:
    """Return the predictions (N,) in bins of the same width, without empty ones."""
    exact = confidences.astype(np.float64)
    numbers = np.clip(np.ceil(exact * n_bins).astype(int) - 1, 0, n_bins - 1)
    bins = []
    for number in np.unique(numbers).tolist():
        is_in = numbers == number
        low, high = number / n_bins, (number + 1) / n_bins
        mean, accuracy = float(exact[is_in].mean()), float(is_correct[is_in].mean())
        bins.append(Bin(low, high, int(is_in.sum()), mean, accuracy))
    return bins


def expected_calibration_error(
    confidences: NDArray[np.floating], is_correct: NDArray[np.bool_], n_bins: int = 15
) -> float:
    """Return the expected calibration error: sum over bins of |bin| / N |accuracy - confidence|.

    It is 0 if nine of ten predictions of confidence 0.9 are correct, and the same holds at any
    other confidence (N,), 0..1. Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern
    neural networks", equation 3. Raise ValueError if there are no predictions.
    """
    if not len(confidences):
        raise ValueError("expected at least one prediction for a calibration error, but got none")
    bins = reliability(confidences, is_correct, n_bins)
    gaps = sum(each.n * abs(each.accuracy - each.confidence) for each in bins)
    return gaps / len(confidences)


def proportion(n_some: int, n_total: int) -> str:
    """Return a proportion in percent with its 95 % interval: ``99.41 % (99.24-99.54)``."""
    low, high = wilson_interval(n_some, n_total)
    return f"{100 * n_some / n_total:.2f} % ({100 * low:.2f}-{100 * high:.2f})"


def count(n_some: int, n_total: int) -> str:
    """Return a number and the proportion that it is: ``8: 0.08 % (0.04-0.16)``."""
    return f"{n_some:,}: {proportion(n_some, n_total)}"


def markdown(head: str, columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a table with a heading over the titles of its rows and one over each column."""
    lines = [(head, columns), ("---", ["---"] * len(columns)), *rows]
    return "\n".join(f"| {title} | {' | '.join(cells)} |" for title, cells in lines)
