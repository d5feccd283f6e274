"""From a picture to its one digit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nn.decoding.errors import PictureError, PictureFault
from nn.reading.doubts import CERTAIN_AT, Doubt, doubt_of_digit
from nn.reading.ink.unread import unread_ink
from nn.reading.inked_picture import InkedPicture
from nn.reading.left_out import LeftOut
from nn.reading.mnist_format import Ink, Pixels, to_inputs
from nn.reading.numbers.read_lines import find_separate_digits
from nn.reading.numbers.types import Activations, NumberReading, TooManyDigits
from nn.reading.one_digit import may_be_crossed_out, read_pieces
from nn.reading.readings import DigitReading, Guess, Reading


@dataclass(frozen=True)
class PreparedDigit:
    """A picture of one digit, as far as it is read before the network has its image.

    Attributes
    ----------
    inked
        The picture and its ink.
    as_number
        What the digit is read as in a number; None if it is not read so.
    left_out
        Ink of a digit's size beside it, with boxes in pixels of the picture.
    """

    inked: InkedPicture
    as_number: int | None
    left_out: Sequence[LeftOut]

    @property
    def image(self) -> Pixels:
        """uint8 (28, 28): the network's input."""
        return self.inked.image

    def circumstances(self, label: int) -> dict[str, bool]:
        """Return those of ``doubt_of_digit`` in which the digit is read as ``label``."""
        return {
            "is_read_otherwise": self.as_number not in (None, label),
            "may_be_sign": may_be_crossed_out(self.inked.sheet, label),
        }


class DigitReader:
    """Reads pictures of one digit with one network.

    Parameters
    ----------
    activations
        Returns the network's activations (N, 10) for inputs (N, 784).
    certain_at
        Confidence, 0 to 1, from which a digit is certain.
    """

    def __init__(
        self, activations: Callable[[Ink], Activations], certain_at: float = CERTAIN_AT
    ) -> None:
        self._activations = activations
        self.certain_at = certain_at

    def classify(self, images: Pixels) -> Activations:
        """Return the activations (N, 10) for images (N, 28, 28)."""
        return self._activations(to_inputs(images))

    def activations_of(self, image: Pixels) -> Activations:
        """Return the activations (10,) for an image (28, 28)."""
        activations: Activations = self.classify(image[np.newaxis])[0]
        return activations

    def read(self, inked: InkedPicture) -> Reading:
        """Return the digit in a picture, or raise PictureError for several."""
        digit = self.prepare(inked)
        return self.read_prepared(digit, self.activations_of(digit.image))

    def prepare(self, inked: InkedPicture, as_number: NumberReading | None = None) -> PreparedDigit:
        """Return the digit in a picture, whose ink may have been read as a number."""
        second = read_pieces(inked.sheet, self.classify, as_number)
        left_out = [*unread_ink(inked.sheet, is_of_one_digit=True), *second.beside]
        return PreparedDigit(inked, second.digit, inked.left_out(left_out))

    def read_prepared(self, digit: PreparedDigit, activations: Activations) -> Reading:
        """Return the digit with these activations (10,), or raise PictureError for several."""
        reading = self.digit_reading(digit, activations)
        if reading.doubt or digit.inked.sheet.has_more_than_digit:
            self._refuse_several(digit.inked)
        return reading

    def digit_reading(self, digit: PreparedDigit, activations: Activations) -> Reading:
        """Return the digit with these activations (10,), whatever else there is."""
        inked = digit.inked
        guess = self.guess(activations, **digit.circumstances(int(activations.argmax())))
        read = DigitReading(**vars(guess), box=inked.box(inked.outline), image=digit.image)
        text = str(read.digit)
        return Reading(
            digits=[read],
            texts=[text],
            numbers=[text],
            doubt=Doubt.INK_LEFT_OUT if digit.left_out else read.doubt,
            left_out=digit.left_out,
            is_number=False,
            are_marks_sure=True,
            inked=inked,
        )

    def guess(self, activations: Activations, **circumstances: bool) -> Guess:
        """Return the digit with these activations (10,).

        ``circumstances`` are those of ``doubt_of_digit``.
        """
        by_class = [round(float(activation), 6) for activation in activations]
        return Guess(by_class, doubt_of_digit(by_class, self.certain_at, **circumstances))

    def _refuse_several(self, inked: InkedPicture) -> None:
        """Raise PictureError when a picture clearly holds several digits."""
        try:
            digits = find_separate_digits(inked.sheet.ink, self.classify)
        except TooManyDigits:
            return
        if len(digits) > 1 and all(self.guess(each.activations).is_certain for each in digits):
            detail = f"The picture holds {len(digits)} digits, but one is read here."
            raise PictureError(PictureFault.SEVERAL_DIGITS, detail)
