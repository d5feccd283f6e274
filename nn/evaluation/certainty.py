"""Which answers of a network are certain, and which are "not a digit", as the app gives them."""

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.reading.doubts import CERTAIN_AT, Doubt, doubt_of_digit, doubt_of_number
from nn.reading.numbers.types import NumberReading


def are_no_digits(activations: Array, threshold: float = CERTAIN_AT) -> NDArray[np.bool_]:
    """Return for each row of activations (M, 10) whether the answer is "not a digit"."""
    doubts = [doubt_of_digit(row, threshold) for row in activations.tolist()]
    return np.array([doubt is Doubt.NOT_A_DIGIT for doubt in doubts], np.bool_)


def is_certain(
    reading: NumberReading, *, is_ink_left_out: bool, threshold: float = CERTAIN_AT
) -> bool:
    """Return whether all that is read in a picture of numbers is certain, and nothing left out.

    Where no digit is read, there is no answer.

    Parameters
    ----------
    reading
        Of the picture's ink.
    is_ink_left_out
        Whether that lacks ink of a digit's size.
    threshold
        Least confidence of a digit that is certain.
    """
    doubts = [
        doubt_of_digit(
            digit.activations.tolist(),
            threshold,
            is_cut=digit.is_cut,
            may_be_sign=digit.may_be_sign,
        )
        for digit in reading.digits
    ]
    is_ink_left_out = is_ink_left_out or bool(reading.left_out)
    doubt = doubt_of_number(
        doubts, is_ink_left_out=is_ink_left_out, are_marks_sure=reading.are_marks_sure
    )
    return bool(reading.digits) and doubt is None
