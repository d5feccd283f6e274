"""Which readings of numbers are certain, as the app gives them."""

from nn.reading.doubts import CERTAIN_AT, doubt_of_digit, doubt_of_number
from nn.reading.numbers.types import NumberReading


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
