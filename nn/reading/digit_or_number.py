"""Whether ink is a number or one digit: both readings of it side by side."""

from dataclasses import dataclass

from nn.reading.doubts import CERTAIN_AT, Doubt, doubt_of_digit
from nn.reading.numbers.types import DetectedDigit, NumberReading

LEAST_HEIGHT = 0.7  # of a digit that is cut from ink in one piece, over that of the ink
LEAST_WIDTH = 0.35  # of such digits on average, over the height of the ink


@dataclass(frozen=True)
class Piece:
    """All ink, if it is in one piece.

    Attributes
    ----------
    width_px, height_px
        Of the ink, in its pixels.
    may_be_digit
        Whether it looks like one digit.
    """

    width_px: float
    height_px: float
    may_be_digit: bool

    def has_room_for(self, n_digits: int) -> bool:
        """Return whether it is wide enough to be so many digits."""
        return self.width_px >= LEAST_WIDTH * self.height_px * n_digits


def is_number(
    reading: NumberReading, certain_at: float = CERTAIN_AT, piece: Piece | None = None
) -> bool:
    """Return whether what is read as a number is one, rather than one digit or none.

    Cut into pieces, a drawing or a doubtful digit looks like digits here and there, but seldom as
    high as all of it, or they are narrow: a crossed box is 1, 8 and 1. Of doodles of Quick, Draw!
    57 % are read as two digits or more, by this rule 10 % (31 of 300); of 299 numbers of the
    benchmark, touching and photographed ones too, it keeps 295. A point beside one digit is mostly
    a speck, a minus before it is not.

    Parameters
    ----------
    reading
        Of the ink as a number.
    certain_at
        Confidence from which a digit is certain.
    piece
        The ink, if all of it is in one piece: that it may be cut says nothing if it looks like one
        digit.
    """
    digits = reading.digits
    is_negative = any(mark.character == "-" for line in reading.lines for mark in line.marks)
    if len(digits) + is_negative < 2:
        return False
    if piece and piece.may_be_digit and all(each.is_cut for each in digits):
        return False
    if piece and not piece.has_room_for(len(digits)):
        return False
    least_px = LEAST_HEIGHT * piece.height_px if piece else 0
    return 2 * sum(_looks_like_digit(each, certain_at, least_px) for each in digits) > len(digits)


def _looks_like_digit(digit: DetectedDigit, certain_at: float, least_px: float) -> bool:
    """Return whether a piece of ink is read as a digit: with certainty, if it was cut out."""
    doubt = doubt_of_digit(digit.activations.tolist(), certain_at)
    if digit.is_cut:
        return doubt is None and digit.box[3] >= least_px
    return doubt is not Doubt.NOT_A_DIGIT
