"""When an answer is certain: the rules of the app, which no part of ``nn`` can import.

A test holds them to the app's.
"""

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.reading.numbers.types import NumberReading

CERTAIN_AT = 0.98  # least confidence of an answer that the app calls certain, by default
LEAST_OF_TWO = 0.8  # activation of the two likeliest digits together, where there is a digit at all


def are_no_digits(activations: Array, threshold: float = CERTAIN_AT) -> NDArray[np.bool_]:
    """Return for each row of activations (M, 10) whether the answer is "not a digit"."""
    second, best = np.sort(activations, axis=1)[:, -2:].T
    no_digits: NDArray[np.bool_] = (best < threshold) & (best + second < LEAST_OF_TWO)
    return no_digits


def is_certain(
    reading: NumberReading, *, is_ink_left_out: bool, threshold: float = CERTAIN_AT
) -> bool:
    """Return whether all that is read in a picture of numbers is certain, and nothing left out.

    A digit that was cut off its neighbour is never certain: where it ends is a guess. Where no
    digit is read, there is no answer.

    Parameters
    ----------
    reading
        Of the picture's ink.
    is_ink_left_out
        Whether that lacks ink of a digit's size.
    threshold
        Least confidence of a digit that is certain.
    """
    are_digits_certain = all(
        digit.activations.max() >= threshold and not (digit.is_cut or digit.may_be_sign)
        for digit in reading.digits
    )
    are_marks_sure = all(mark.is_sure for line in reading.lines for mark in line.marks)
    is_all_read = not reading.left_out and not is_ink_left_out
    return bool(reading.digits and are_digits_certain and are_marks_sure and is_all_read)
