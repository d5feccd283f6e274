"""Own pictures divided into those to learn, to choose the epoch by, and to measure in the end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DataError
from nn.data.pictures.own_digits import OwnDigits

LEAST = 20  # pictures: of fewer, those held back would say nothing
EVERY = 7  # one in so many is held back, and another one kept for the test


@dataclass(frozen=True)
class Split:
    """Own pictures, none of them in two parts.

    Attributes
    ----------
    learnt, held_back, test
        To learn from, to choose the epoch by, and to measure once in the end.
    is_by_writer
        Whether no writer is in two parts; otherwise each part has the same share of each label.
    """

    learnt: OwnDigits
    held_back: OwnDigits
    test: OwnDigits
    is_by_writer: bool


def split(own: OwnDigits, rng: np.random.Generator, test: OwnDigits | None = None) -> Split:
    """Return the pictures divided by writer, or by label where there are too few writers.

    Parameters
    ----------
    own
        All of them, each once.
    rng
        Decides which picture comes where.
    test
        Other pictures to measure in the end; without them, a part of ``own`` is kept for that.

    Raises
    ------
    DataError
        If there are fewer than ``LEAST``.
    """
    if len(own) < LEAST:
        raise DataError(
            f"expected at least {LEAST} labelled pictures, to learn some and to measure on the "
            f"others, but got {len(own)}"
        )
    n_parts = 2 if test else 3
    writers = np.array(own.writers)
    is_by_writer = bool((writers != "").all()) and len(np.unique(writers)) >= n_parts
    parts = by_writer(writers, n_parts, rng) if is_by_writer else by_label(own, n_parts, rng)
    learnt, held_back, *rest = (own.take(np.nonzero(parts == part)[0]) for part in range(n_parts))
    return Split(learnt, held_back, test or rest[0], is_by_writer)


def by_label(own: OwnDigits, n_parts: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the part of each picture, 0 for learning: the same share of each label everywhere."""
    order = np.lexsort((rng.random(len(own)), own.digits.labels))
    parts = np.zeros(len(own), np.intp)
    for part in range(1, n_parts):
        parts[order[2 * part :: EVERY]] = part
    return parts


def by_writer(
    writers: NDArray[np.str_], n_parts: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return the part of each picture, 0 for learning: all of a writer's are in the same."""
    waiting = rng.permutation(np.unique(writers)).tolist()
    parts = np.zeros(len(writers), np.intp)
    for part in range(1, n_parts):
        n_left = n_parts - part  # parts that still need a writer after this one
        while (parts == part).sum() * EVERY < len(writers) and len(waiting) > n_left:
            parts[writers == waiting.pop()] = part
    return parts
