"""What is learnt from: labelled pictures as arrays, and characters as strokes of a pen."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.files import printable

Stroke = NDArray[np.float64]
"""The line of a pen from down to up: points (P, 2), x to the right, y down, in any unit."""

DIGITS = tuple("0123456789")
NO_DIGIT = 10  # the label of a picture that shows no digit
COPY_AGAIN = "copy or download it again"


class DataError(ValueError):
    """A data file is missing, damaged, or not the expected one."""


@contextmanager
def refused_if_damaged(path: Path, expected: str, advice: str = COPY_AGAIN) -> Iterator[None]:
    """Raise DataError with the path, what was expected, and advice in place of any error.

    Wrap library readers, which raise arbitrary errors for damaged bytes: LZMAError,
    NotImplementedError (a zip of another version), TokenError (the header of an npy).
    """
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        found = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"{printable(path)}: expected {expected}, but it cannot be read ({found}): {advice}"
        ) from error


@dataclass(frozen=True)
class Digits:
    """Pictures of digits with their labels.

    Attributes
    ----------
    images
        uint8 (N, 28, 28), 0 for paper to 255 for ink.
    labels
        uint8 (N,), each 0 to 9, or ``NO_DIGIT``.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    def sha256(self) -> str:
        """Return the SHA-256 of all the pixels followed by all the labels."""
        return hashlib.sha256(self.images.tobytes() + self.labels.tobytes()).hexdigest()

    def with_more(self, others: Sequence["Digits"]) -> "Digits":
        """Return these examples, followed by the others."""
        sets = [self, *others]
        return Digits(
            np.concatenate([digits.images for digits in sets]),
            np.concatenate([digits.labels for digits in sets]),
        )

    def split(self, n_last: int) -> tuple["Digits", "Digits"]:
        """Return all but the last ``n_last`` examples, and the last ``n_last``."""
        parts = slice(len(self) - n_last), slice(len(self) - n_last, None)
        first, last = (Digits(self.images[part], self.labels[part]) for part in parts)
        return first, last

    def take(self, numbers: NDArray[np.integer]) -> "Digits":
        """Return the examples of these numbers, from 0, in this order."""
        return Digits(self.images[numbers], self.labels[numbers])


@dataclass(frozen=True)
class Character:
    """One digit, letter or symbol as it was written with a pen.

    Attributes
    ----------
    sign
        Which it is.
    source, writer
        The name of who collected it, and the writer's, which no writer of another source has.
    strokes
        In the order of writing, each float64 (P, 2), P >= 1: points evenly spaced in time, x to the
        right and y down, in any unit.
    """

    sign: str
    source: str
    writer: str
    strokes: list[Stroke]

    @property
    def label(self) -> int:
        """The digit; ``NO_DIGIT`` for a letter or symbol."""
        return int(self.sign) if self.sign in DIGITS else NO_DIGIT
