"""What a training led to: digits read right, the worst of them, the confusion matrix."""

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.core.losses import one_hot
from nn.training.recorded.examples import Examples, Sets
from nn.training.recorded.recording import Correct, Frame, ReadDigit
from nn.training.recorded.rounding import rounded, to_pixels

N_WORST = 12


def correct(before: Frame, after: Frame, sets: Sets) -> Correct:
    """Return how many digits two frames read right."""
    n_test, n_own = len(sets.test), len(sets.own_held_back)
    return Correct(
        test=round(after.test_accuracy * n_test),
        own_held_back=round((after.own_accuracy or 0) * n_own),
        test_before=round(before.test_accuracy * n_test),
        own_before=round((before.own_accuracy or 0) * n_own),
    )


def worst(test: Examples, activations: Array) -> list[ReadDigit]:
    """Return the examples whose activations (N, 10) have the highest cost, the highest first."""
    costs = np.square(activations - one_hot(test.labels)).sum(axis=1)
    return [
        ReadDigit(to_pixels(test.inputs[n]), int(test.labels[n]), rounded(activations[n]))
        for n in np.argsort(-costs, kind="stable")[:N_WORST]
    ]


def confusion(labels: NDArray[np.uint8], digits: NDArray[np.intp]) -> list[list[int]]:
    """Return how many examples of each label (row) are read as each digit (column)."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (labels, digits), 1)
    rows: list[list[int]] = table.tolist()
    return rows
