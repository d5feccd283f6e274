"""What reading numbers gives, and the bounds on it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_DIGITS = 100  # in one picture: a full sudoku has 81

Pixels = NDArray[np.uint8]
Activations = NDArray[np.floating]
Classify = Callable[[Pixels], Activations]
"""Takes pictures uint8 (N, 28, 28), and gives the probability of each digit, float (N, 10)."""


class TooManyParts(ValueError):
    """The picture holds more separate pieces of ink than numbers would."""


@dataclass(frozen=True)
class Found:
    """One digit found in a picture.

    Attributes
    ----------
    box
        x, y, width and height in pixels of the ink.
    image
        uint8 (28, 28): the digit as the network sees it.
    activations
        float (10,): the probability of each digit.
    is_cut
        Whether it was cut off ink that it shares with a neighbour; where is a guess.
    """

    box: tuple[int, int, int, int]
    image: Pixels
    activations: Activations
    is_cut: bool
