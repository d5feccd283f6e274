"""What the answers of a network say about it: figures with the uncertainty that they have."""

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array

Z_95 = 1.959964  # standard deviations either side that hold 95 % of a normal distribution


def wilson_interval(n_correct: int, n_total: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion, each bound 0..1.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference". Unlike the
    plain ``p +- 1.96 s`` it is right near 100 % and for few examples.

    Raises
    ------
    ValueError
        If there are no examples.
    """
    if n_total < 1:
        raise ValueError(f"an interval needs at least one example, but got {n_total}")
    share, z2 = n_correct / n_total, Z_95**2
    middle = share + z2 / (2 * n_total)
    spread = Z_95 * np.sqrt(share * (1 - share) / n_total + z2 / (4 * n_total**2))
    scale = 1 + z2 / n_total
    return float((middle - spread) / scale), float((middle + spread) / scale)


def confusion_matrix(
    labels: NDArray[np.integer], answers: NDArray[np.integer], n_classes: int = 10
) -> NDArray[np.int64]:
    """Return how often each digit got each answer: (C, C), a row a digit, a column an answer."""
    counts = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(counts, (labels, answers), 1)
    return counts


def worst_mistakes(
    activations: Array, labels: NDArray[np.integer], n_most: int
) -> NDArray[np.intp]:
    """Return the positions of up to ``n_most`` misread digits, the most confident mistake first.

    Parameters
    ----------
    activations, labels
        (N, C) in 0..1, and (N,).
    n_most
        How many at most.
    """
    wrong = np.nonzero(activations.argmax(axis=1) != labels)[0]
    doubt = activations[wrong, labels[wrong]] - activations[wrong].max(axis=1)
    return wrong[np.argsort(doubt, kind="stable")][:n_most]


def expected_calibration_error(
    confidences: NDArray[np.floating], is_correct: NDArray[np.bool_], n_bins: int = 15
) -> float:
    """Return by how much confidence and accuracy differ, 0..1: 0 if 0.9 means nine right of ten.

    Answers are sorted into bins of equal width by their confidence; the error is the mean over the
    answers of their bin's ``|accuracy - mean confidence|``. Guo, Pleiss, Sun and Weinberger 2017,
    "On calibration of modern neural networks", section 2, equation 3.

    Parameters
    ----------
    confidences, is_correct
        (N,) in 0..1, and (N,).
    n_bins
        Each bin holds its upper bound, but not its lower one.

    Raises
    ------
    ValueError
        If there are no answers.
    """
    if not len(confidences):
        raise ValueError("a calibration error needs at least one answer, but got none")
    exact = confidences.astype(np.float64)
    bins = np.clip(np.ceil(exact * n_bins).astype(int) - 1, 0, n_bins - 1)
    gaps = np.bincount(bins, weights=is_correct - exact, minlength=n_bins)  # |bin| * difference
    return float(np.abs(gaps).sum() / len(exact))
