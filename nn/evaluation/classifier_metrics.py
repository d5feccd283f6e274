"""Metrics of classifiers, with confidence intervals, and how they are written in tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


@dataclass(frozen=True)
class ClassScore:
    """How a class is read.

    Attributes
    ----------
    label
        The class.
    support
        How many examples have this label.
    n_predicted, n_correct
        How many are read as it, and how many of these rightly.
    """

    label: int
    support: int
    n_predicted: int
    n_correct: int

    @property
    def precision(self) -> float | None:
        """The share that is right of what is read as this class; None where nothing is."""
        return self.n_correct / self.n_predicted if self.n_predicted else None

    @property
    def recall(self) -> float | None:
        """The share of the examples that is read as this class; None where there are none."""
        return self.n_correct / self.support if self.support else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN)."""
        total = self.support + self.n_predicted
        return 2 * self.n_correct / total if total else None

    def to_dict(self) -> dict[str, float | None]:
        """Return the counts and the scores."""
        return vars(self) | {name: getattr(self, name) for name in ("precision", "recall", "f1")}


def class_scores(
    confusion: NDArray[np.int64], n_unread: Sequence[int] | None = None
) -> list[ClassScore]:
    """Return the scores of each class of a confusion matrix (C, C).

    ``n_unread`` (C,) are examples of each label that were read as none: they lower the recall.
    """
    unread = n_unread or [0] * len(confusion)
    return [
        ClassScore(label, int(row.sum()) + unread[label], int(n_predicted), int(row[label]))
        for label, (row, n_predicted) in enumerate(
            zip(confusion, confusion.sum(axis=0), strict=True)
        )
    ]


def mistakes_by_pair(confusion: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return each label, what it was mistaken for, and how often; the most frequent first."""
    pairs = [
        (label, read, int(n))
        for (label, read), n in np.ndenumerate(confusion)
        if n and label != read
    ]
    return sorted(pairs, key=lambda pair: -pair[2])


class PairedCounts(NamedTuple):
    """How often each of two classifiers is right about the same examples.

    ``p_value`` is that of McNemar's exact test: how probable so unequal counts of examples that
    only one of them reads are, if both make as many mistakes.
    """

    both_right: int
    only_first_right: int
    only_second_right: int
    both_wrong: int
    p_value: float


def paired_counts(first: Sequence[bool], second: Sequence[bool]) -> PairedCounts:
    """Return how often each of two classifiers is right, from whether each example is (N,).

    McNemar 1947, "Note on the sampling error of the difference between correlated proportions".
    """
    n = Counter(zip(map(bool, first), map(bool, second), strict=True))
    only_first, only_second = n[True, False], n[False, True]
    n_unequal = only_first + only_second
    p_value = float(binomtest(only_first, n_unequal).pvalue) if n_unequal else 1.0
    return PairedCounts(n[True, True], only_first, only_second, n[False, False], p_value)


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
    n, n_correct
        How many there are, at least 1, and how many of them are correct.
    confidence
        Mean confidence.
    """

    low: float
    high: float
    n: int
    n_correct: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """The share that is correct."""
        return self.n_correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of that share."""
        return wilson_interval(self.n_correct, self.n)


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
        n_correct, mean = int(is_correct[is_in].sum()), float(exact[is_in].mean())
        bins.append(Bin(low, high, int(is_in.sum()), n_correct, mean))
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
    gaps = sum(bin.n * abs(bin.accuracy - bin.confidence) for bin in bins)
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
