"""From a picture to its one digit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.reading.allowed import Restriction
from nn.reading.certainty import CERTAIN_AT, Doubt, LeftOut, ReasonNotRead, doubt_of_digit
from nn.reading.inked_picture import InkedPicture
from nn.reading.lines.components import is_in_pieces
from nn.reading.lines.effort import MAX_READING_S, max_columns
from nn.reading.lines.find import dark_on_light
from nn.reading.lines.signs import MIN_SURE_DIGIT, is_written, read_lines
from nn.reading.lines.types import (
    Activations,
    Box,
    DetectedDigit,
    NumberReading,
    ReadStrip,
    TooManyDigits,
)
from nn.reading.mnist import Ink, Pixels, to_inputs
from nn.reading.page.find import unread_ink
from nn.reading.page.light import MIN_DRAWING_PX, EvenInk
from nn.reading.reading import DigitReading, Guess, Reading

MIN_WIDTH_OF_TWO = 0.9  # of ink that may be two touching digits, over its height
MAX_SLIP = 0.3  # longer side of a slip of the pen or a speck, over the digit's longer side
MAX_VERIFIED = 12  # pieces of ink left out that the network of lines is asked about
MAX_VERIFIED_SIDE = 0.5  # longer side of such a piece, over the picture's shorter one
MIN_LIKELY = 0.5  # agreement on a digit that is one piece of ink
VERIFIED = (
    ReasonNotRead.FAINT,
    ReasonNotRead.TAKEN_FOR_LINE,
    ReasonNotRead.NO_PAPER,
)  # which may be only paper


class DigitReader:
    """Reads pictures of one digit, by a network of digits and the network of lines.

    Parameters
    ----------
    activations
        Returns the first network's activations (N, 10) for inputs (N, 784).
    read_strip
        The network of lines.
    certain_at
        Confidence, 0 to 1, from which a digit is certain.
    max_lines_s
        Longest time to read the lines of a picture, in seconds.
    """

    def __init__(
        self,
        activations: Callable[[Ink], Activations],
        read_strip: ReadStrip,
        certain_at: float = CERTAIN_AT,
        max_lines_s: float = MAX_READING_S,
    ) -> None:
        self._activations = activations
        self.read_strip = read_strip
        self.certain_at = certain_at
        self.max_lines_s = max_lines_s

    def with_limits(
        self, certain_at: float | None = None, max_lines_s: float | None = None
    ) -> "DigitReader":
        """Return a reader with the same networks, and other limits where they are given."""
        return DigitReader(
            self._activations,
            self.read_strip,
            self.certain_at if certain_at is None else certain_at,
            self.max_lines_s if max_lines_s is None else max_lines_s,
        )

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

    def prepare(self, inked: InkedPicture) -> "PreparedDigit":
        """Return the digit in a picture, as far as it is read before its network has the image."""
        return PreparedDigit(inked, self)

    def read_prepared(self, digit: "PreparedDigit", activations: Activations) -> Reading:
        """Return the digit with these activations (10,), or raise PictureError for several."""
        reading = self.digit_reading(digit, activations)
        if reading.doubt or digit.inked.sheet.has_more_than_digit:
            self._refuse_several(digit)
        return reading

    def digit_reading(self, digit: "PreparedDigit", activations: Activations) -> Reading:
        """Return the digit with these activations (10,), whatever else there is."""
        inked = digit.inked
        guess = self.guess(activations, **digit.circumstances(int(activations.argmax())))
        read = DigitReading(**vars(guess), box=inked.box(inked.outline), image=digit.image)
        text = str(read.digit)
        return Reading(
            digits=[read],
            text=text,
            lines=[text],
            doubt=Doubt.INK_LEFT_OUT if digit.left_out else read.doubt,
            left_out=digit.left_out,
            is_number=False,
            inked=inked,
        )

    def guess(self, activations: Activations, **circumstances: bool) -> Guess:
        """Return the digit with these activations (10,).

        ``circumstances`` are arguments of ``doubt_of_digit``.
        """
        by_class = [round(float(activation), 6) for activation in activations]
        return Guess(by_class, doubt_of_digit(by_class, self.certain_at, **circumstances))

    def unread(self, inked: InkedPicture, *, is_of_one_digit: bool = False) -> list[LeftOut]:
        """Return the writing that is missing in a picture's ink, with boxes in pixels of the ink.

        The network of lines tells faint writing and what was taken for a line from the grain and
        the lines of the paper. It is not asked about a long band of shadow, which may hide digits
        much smaller than itself.
        """
        sheet = inked.sheet
        left_out = unread_ink(sheet, is_of_one_digit=is_of_one_digit)
        longest_px = MAX_VERIFIED_SIDE * min(sheet.grey.shape)
        doubtful = [
            each
            for each in left_out
            if each.why in VERIFIED
            and (each.why is not ReasonNotRead.NO_PAPER or max(each.box[2:]) <= longest_px)
        ]
        if not 0 < len(doubtful) <= MAX_VERIFIED:
            return left_out
        grey = dark_on_light(sheet)
        is_paper = [not is_written(grey, each.box, self.read_strip) for each in doubtful]
        paper = [each for each, is_it in zip(doubtful, is_paper, strict=True) if is_it]
        return [each for each in left_out if each not in paper]

    def _refuse_several(self, digit: "PreparedDigit") -> None:
        """Raise PictureError when a picture clearly holds several digits."""
        digits = digit.numbers.digits if digit.numbers else []
        if len(digits) > 1 and all(
            each.agreement >= MIN_SURE_DIGIT and self.guess(each.activations).certain
            for each in digits
        ):
            detail = f"The picture holds {len(digits)} digits, but one is read here."
            raise PictureError(PictureFault.SEVERAL_DIGITS, detail)


@dataclass(frozen=True)
class PreparedDigit:
    """A picture of one digit, as far as it is read before its network has the image."""

    inked: InkedPicture
    reader: DigitReader

    @property
    def image(self) -> Pixels:
        """uint8 (28, 28): the network's input."""
        return self.inked.image

    @cached_property
    def is_in_pieces(self) -> bool:
        """Whether the digit is more than one piece of ink, or other ink is beside it."""
        sheet = self.inked.sheet
        return sheet.has_more_than_digit or is_in_pieces(sheet.digit)

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is one piece of ink in an evenly lit picture, too narrow for two digits."""
        *_, width_px, height_px = self.inked.outline
        is_narrow = width_px < MIN_WIDTH_OF_TWO * height_px
        return self._is_even and is_narrow and not self.is_in_pieces

    @property
    def _is_even(self) -> bool:
        return isinstance(self.inked.sheet.source, EvenInk)

    @cached_property
    def lines(self) -> NumberReading | TooManyDigits:
        """What the lines of the picture hold, or why they are not read; they are read once."""
        return self.read_lines()

    def read_lines(self, restriction: Restriction | None = None) -> NumberReading | TooManyDigits:
        """Return what the lines hold where only some texts are allowed, or why it is not read."""
        reader, sheet = self.reader, self.inked.sheet
        most = max_columns(
            sheet, is_restricted=restriction is not None, max_lines_s=reader.max_lines_s
        )
        try:
            return read_lines(sheet, reader.classify, reader.read_strip, restriction, most)
        except TooManyDigits as error:
            return error

    @property
    def numbers(self) -> NumberReading | None:
        """What the lines of the picture hold, None if too much."""
        return None if isinstance(self.lines, TooManyDigits) else self.lines

    @cached_property
    def left_out(self) -> list[LeftOut]:
        """Ink of a digit's size that is not of the digit, with boxes in pixels of the picture."""
        left_out = self.reader.unread(self.inked, is_of_one_digit=True)
        # What is beside a photographed digit may be too pale to be ink.
        if self.is_in_pieces or not self._is_even:
            left_out += [LeftOut(box, ReasonNotRead.BESIDE_THE_DIGIT) for box in self._beside()]
        return self.inked.left_out(left_out)

    def _beside(self) -> list[Box]:
        """Return the boxes of marks, other digits and other ink beside the digit, without specks.

        In a drawing there are no specks: all of its ink counts.
        """
        numbers, found = self.numbers, self._found
        if not numbers or not found:
            return []
        marks = [mark.box for line in numbers.lines for mark in line.marks]
        digits = [digit.box for digit in numbers.digits if digit is not found]
        others = [each.box for each in numbers.left_out]
        is_drawing = self._is_even and max(self.inked.sheet.grey.shape) >= MIN_DRAWING_PX
        least_px = 0 if is_drawing else MAX_SLIP * max(found.box[2:])
        small = [box for box in numbers.small if max(box[2:]) >= least_px]
        return [*marks, *digits, *others, *small]

    def circumstances(self, label: int) -> dict[str, bool]:
        """Return the arguments of ``doubt_of_digit`` for a digit that is read as ``label``."""
        if self.is_plain:
            return {}
        found, numbers = self._found, self.numbers
        is_other = numbers is not None and (
            not numbers.digits or (not self.is_in_pieces and bool(numbers.left_out))
        )
        least = MIN_SURE_DIGIT if self.is_in_pieces or not self._is_even else MIN_LIKELY
        is_agreed = found is not None and found.agreement >= least
        is_same = found is not None and int(found.activations.argmax()) == label
        return {
            "may_be_sign": is_other,
            "is_read_otherwise": not (is_agreed and is_same),
        }

    @property
    def _found(self) -> DetectedDigit | None:
        """The digit that the network of lines reads there; None for several in a drawing."""
        digits = self.numbers.digits if self.numbers else []
        if not digits or (self._is_even and len(digits) > 1):
            return None
        x, y, width, height = self.inked.outline
        middle = x + width / 2, y + height / 2
        return min(digits, key=lambda each: _distance(each.box, middle))


def _distance(box: Box, point: tuple[float, float]) -> float:
    """Return the distance of a box's middle from a point."""
    return float(np.hypot(box[0] + box[2] / 2 - point[0], box[1] + box[3] / 2 - point[1]))
