"""Reads a picture as one digit, or as numbers in lines."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.reading.allowed import Match, Restriction
from nn.reading.certainty import Doubt, LeftOut, ReasonNotRead, doubt_of_number
from nn.reading.digit_reader import MIN_LIKELY, DigitReader, PreparedDigit
from nn.reading.inked_picture import InkedPicture
from nn.reading.lines.find import is_one_line
from nn.reading.lines.types import (
    Activations,
    DetectedDigit,
    NumberLine,
    NumberReading,
    TooManyDigits,
)
from nn.reading.mnist import Pixels
from nn.reading.reading import DigitReading, Reading

MIN_OF_DIGITS, MIN_OF_LINES = 0.6, 0.9  # probability of a certain digit by each network
MIN_MATCHED = 0.8  # probability of each digit of an allowed text by the network of lines
MAX_SHORT_LIST = 1_000  # allowed texts
MIN_OF_SHORT_LIST = 0.2  # the same, of a text on such a list
MIN_DIGIT_WIDTH = 0.35  # mean width of digits in one piece of ink, over its height

Continuation = Callable[[], Reading]
"""Goes on to read a picture that may hold more than one digit."""


class NumberReader:
    """Reads pictures of one digit, or of numbers.

    Parameters
    ----------
    digit_reader
        Reads one digit, with its two networks.
    """

    def __init__(self, digit_reader: DigitReader) -> None:
        self._digit_reader = digit_reader

    def read(self, inked: InkedPicture, restriction: Restriction | None = None) -> Reading:
        """Return what a picture holds, or raise PictureError.

        With a restriction it is read as numbers, each line as the likeliest allowed text.
        """
        if restriction:
            return self._read_restricted(self._digit_reader.prepare(inked), restriction)
        reading = self.read_fast(inked)
        return reading() if callable(reading) else reading

    def read_fast(
        self, inked: InkedPicture, activations_of: Callable[[Pixels], Activations] | None = None
    ) -> Reading | Continuation:
        """Return the digit in a picture that plainly shows one, or else a continuation.

        ``activations_of`` returns the activations (10,) of an image (28, 28).
        """
        digit = self._digit_reader.prepare(inked)
        if not digit.is_plain:
            return partial(self._read_on, digit)
        activations = (activations_of or self._digit_reader.activations_of)(inked.image)
        reading = self._digit_reader.digit_reading(digit, activations)
        if reading.certain or not has_room(2, inked.outline[2:]):
            return reading
        return partial(self._read_on, digit, reading)

    def _read_on(self, digit: PreparedDigit, as_digit: Reading | None = None) -> Reading:
        """Return a number, or else ``as_digit``, the reading of ink in one piece."""
        found = self._checked(digit, digit.lines)
        piece_px = None if digit.is_in_pieces else digit.inked.outline[2:]
        if is_number(found, piece_px):
            return self.number_reading(digit.inked, found)
        if as_digit is not None:
            return as_digit
        activations = self._digit_reader.activations_of(digit.image)
        return self._digit_reader.digit_reading(digit, activations)

    def _read_restricted(self, digit: PreparedDigit, restriction: Restriction) -> Reading:
        """Return the likeliest allowed text of each line.

        The allowed texts are certain or not, whatever their digits are alone.
        """
        found = digit.read_lines(restriction)
        if not isinstance(found, TooManyDigits) and not found.lines:  # at most one digit
            reading = self._read_on(digit)
            return replace(reading, doubt=reading.doubt or Doubt.UNCLEAR, matches=[None])
        found = self._checked(digit, found)
        reading = self.number_reading(digit.inked, found)
        matches = [self._judged(line, restriction) for line in found.lines]
        is_certain = all(match and match.misfit is None for match in matches)
        doubt = None if is_certain else Doubt.UNCLEAR
        return replace(
            reading,
            doubt=Doubt.INK_LEFT_OUT if reading.left_out else doubt,
            doubtful_signs=[],
            matches=matches,
        )

    def _judged(self, line: NumberLine, restriction: Restriction) -> Match | None:
        """Return the allowed text of a line, with its misfit if it is not certain."""
        if line.match is None or self._is_sure_match(line, line.match, restriction):
            return line.match
        return replace(line.match, misfit=line.match.likeliest_misfit)

    def _is_sure_match(self, line: NumberLine, match: Match, restriction: Restriction) -> bool:
        """Return whether to rely on the allowed text of a line.

        Both networks must read it; with less probability if the list is short, because a misread
        text is rarely on it.
        """
        is_short = 0 < len(restriction.values or ()) <= MAX_SHORT_LIST
        least = MIN_OF_SHORT_LIST if is_short else MIN_MATCHED
        is_read = match.text == line.read and not (line.doubtful_gaps or line.may_have_more)
        are_agreed = all(digit.agreement >= least for digit in line.digits)
        return is_read and are_agreed and match.confidence >= self._digit_reader.certain_at

    @staticmethod
    def _checked(digit: PreparedDigit, found: NumberReading | TooManyDigits) -> NumberReading:
        """Return the numbers found in a picture, or raise PictureError where there are too many."""
        if isinstance(found, TooManyDigits):
            detail = f"{found} Cut out a part of it."
            raise PictureError(PictureFault.TOO_MANY_DIGITS, detail) from found
        if not found.lines and digit.inked.sheet.has_more_than_digit:
            detail = "Nothing in the picture looks like a digit and is as large as one."
            raise PictureError(PictureFault.NO_DIGIT_FOUND, detail)
        return found

    def number_reading(self, inked: InkedPicture, found: NumberReading) -> Reading:
        """Return the numbers that were found in a picture."""
        # In the cut-out of a line the network of lines has read everything.
        unread = [] if is_one_line(inked.sheet) else self._digit_reader.unread(inked)
        small = [LeftOut(box, ReasonNotRead.NOT_A_DIGIT) for box in found.small]
        left_out = inked.left_out([*unread, *found.left_out, *small])
        digits = [
            self._found_digit(digit, number, inked)
            for number, line in enumerate(found.lines)
            for digit in line.digits
        ]
        return Reading(
            digits=digits,
            text="\n".join(line.text for line in found.lines),
            lines=[line.number for line in found.lines],
            doubt=doubt_of_number(
                [digit.doubt for digit in digits],
                is_ink_left_out=bool(left_out),
                are_signs_doubtful=bool(found.doubtful_signs),
            ),
            left_out=left_out,
            is_number=True,
            inked=inked,
            doubtful_signs=found.doubtful_signs,
        )

    def _found_digit(self, digit: DetectedDigit, line: int, inked: InkedPicture) -> DigitReading:
        """Return a digit of a number."""
        guess = self._digit_reader.guess(
            digit.activations, is_read_otherwise=True, is_cut=digit.is_cut
        )
        if self._is_sure(digit):
            guess = replace(guess, doubt=None)
        return DigitReading(**vars(guess), box=inked.box(digit.box), image=digit.image, line=line)

    def _is_sure(self, digit: DetectedDigit) -> bool:
        """Return whether both networks read the same digit, of usual height.

        The probability that both err counts: the product of their chances of error.
        """
        confidence = float(digit.activations.max())
        are_likely = confidence >= MIN_OF_DIGITS and digit.agreement >= MIN_OF_LINES
        error = (1 - confidence) * (1 - digit.agreement)
        is_sure = error <= 1 - self._digit_reader.certain_at
        return are_likely and is_sure and not digit.may_be_other


def is_number(found: NumberReading, piece_px: tuple[int, int] | None = None) -> bool:
    """Return whether a reading is a number, rather than one digit or none.

    A minus before one digit makes it a number; a point beside it does not, since it may be a speck.
    Parts of a drawing in one piece may look like digits: every eighth doodle of Quick, Draw! is
    read as several. A crossed box is read as a narrow 1, 8 and 1.

    Parameters
    ----------
    found
        What is read.
    piece_px
        Width and height of the ink if it is one piece.
    """
    digits = found.digits
    is_negative = any(mark.character == "-" for line in found.lines for mark in line.marks)
    if len(digits) + is_negative < 2 or piece_px is None:
        return len(digits) + is_negative > 1
    likely = [min(float(digit.activations.max()), digit.agreement) for digit in digits]
    return has_room(len(digits), piece_px) and sum(likely) > MIN_LIKELY * len(digits)


def has_room(n_digits: int, piece_px: tuple[int, int]) -> bool:
    """Return whether one piece of ink, of this width and height, is wide enough for digits."""
    width_px, height_px = piece_px
    return width_px >= MIN_DIGIT_WIDTH * height_px * n_digits
