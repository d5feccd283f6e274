"""From a picture to what it holds: one digit, or numbers in lines."""

from collections.abc import Callable
from functools import partial

from nn.decoding.errors import PictureError, PictureFault
from nn.reading.digit_or_number import Piece, is_number
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import Doubt, doubt_of_number
from nn.reading.ink.unread import unread_ink
from nn.reading.inked_picture import InkedPicture
from nn.reading.mnist_format import Pixels
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import (
    Activations,
    DetectedDigit,
    NumberReading,
    ReadStrip,
    TooManyDigits,
)
from nn.reading.one_digit import is_in_pieces
from nn.reading.readings import DigitReading, Reading

GoOn = Callable[[], Reading]
"""Reads on where one digit is not all that a picture holds."""


class NumberReader:
    """Reads pictures of one digit, or of numbers, with one network.

    Parameters
    ----------
    digit_reader
        Reads one digit with that network.
    read_strip
        The network that reads strings of touching digits, if any.
    """

    def __init__(self, digit_reader: DigitReader, read_strip: ReadStrip | None = None) -> None:
        self._digit_reader = digit_reader
        self._read_strip = read_strip

    def read(self, inked: InkedPicture) -> Reading:
        """Return what a picture holds, or raise PictureError."""
        reading = self.look(inked)
        return reading() if callable(reading) else reading

    def look(
        self, inked: InkedPicture, activations_of: Callable[[Pixels], Activations] | None = None
    ) -> Reading | GoOn:
        """Return the digit in a picture that is plainly of one, or else what reads on.

        ``activations_of`` returns the activations (10,) of an image (28, 28).
        """
        if inked.sheet.has_more_than_digit or is_in_pieces(inked.sheet):
            return partial(self._read_on, inked)
        activations = (activations_of or self._digit_reader.activations_of)(inked.image)
        reading = self._digit_reader.digit_reading(self._digit_reader.prepare(inked), activations)
        if reading.is_certain or not _piece(reading).has_room_for(2):
            return reading
        return partial(self._read_on, inked, reading)

    def _read_on(self, inked: InkedPicture, as_digit: Reading | None = None) -> Reading:
        """Return what may be a number, or ``as_digit``, the reading of ink in one piece."""
        as_number = self._read_lines(inked)
        piece = _piece(as_digit) if as_digit else None
        if is_number(as_number, self._digit_reader.certain_at, piece):
            return self.number_reading(inked, as_number)
        if as_digit is not None:
            return as_digit
        digit = self._digit_reader.prepare(inked, as_number)
        activations = self._digit_reader.activations_of(inked.image)
        return self._digit_reader.digit_reading(digit, activations)

    def _read_lines(self, inked: InkedPicture) -> NumberReading:
        """Return the numbers in a picture, or raise PictureError when there are too many."""
        try:
            found = read_lines(inked.sheet.ink, self._digit_reader.classify, self._read_strip)
        except TooManyDigits as error:
            detail = f"{error} Cut out a part of it."
            raise PictureError(PictureFault.TOO_MANY_DIGITS, detail) from error
        if not found.lines and inked.sheet.has_more_than_digit:
            detail = "Nothing in the picture looks like a digit and is as large as one."
            raise PictureError(PictureFault.NO_DIGIT_FOUND, detail)
        return found

    def number_reading(self, inked: InkedPicture, found: NumberReading) -> Reading:
        """Return the numbers that were found in a picture's ink."""
        left_out = inked.left_out([*unread_ink(inked.sheet), *found.left_out])
        digits = [
            self._found_digit(digit, number, inked)
            for number, line in enumerate(found.lines)
            for digit in line.digits
        ]
        return Reading(
            digits=digits,
            texts=[line.text for line in found.lines],
            numbers=[line.number for line in found.lines],
            doubt=doubt_of_number(
                [digit.doubt for digit in digits],
                is_ink_left_out=bool(left_out),
                are_marks_sure=found.are_marks_sure,
            ),
            left_out=left_out,
            is_number=True,
            are_marks_sure=found.are_marks_sure,
            inked=inked,
        )

    def _found_digit(self, digit: DetectedDigit, line: int, inked: InkedPicture) -> DigitReading:
        guess = self._digit_reader.guess(
            digit.activations, is_cut=digit.is_cut, may_be_sign=digit.may_be_sign
        )
        return DigitReading(**vars(guess), box=inked.box(digit.box), image=digit.image, line=line)


def _piece(as_digit: Reading) -> Piece:
    """Return ink in one piece, and whether it looks like a digit by its reading as one."""
    *_, width_px, height_px = as_digit.inked.outline
    return Piece(width_px, height_px, as_digit.digits[0].doubt is not Doubt.NOT_A_DIGIT)
