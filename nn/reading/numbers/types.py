"""The result of reading numbers, and its limits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import Pixels

MAX_DIGITS = 100  # in one picture: a full sudoku has 81

Activations = NDArray[np.floating]
Classify = Callable[[Pixels], Activations]
"""Takes images uint8 (N, 28, 28), returns the probability of each digit, float (N, 10)."""


class TooManyDigits(ValueError):
    """The picture holds more digits, components or cuts than numbers that are read may have."""


@dataclass(frozen=True)
class DetectedDigit:
    """One digit of a picture.

    Attributes
    ----------
    box
        x, y, width and height in pixels of the ink.
    image
        uint8 (28, 28): the network's input.
    activations
        float (10,): the probability of each digit.
    is_cut
        Whether it was cut from ink that it shares with a neighbour; where is a guess.
    """

    box: tuple[float, float, float, float]
    image: Pixels
    activations: Activations
    is_cut: bool
