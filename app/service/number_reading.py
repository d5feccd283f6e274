"""From a decoded picture to the answer to what it holds: one digit, or numbers in lines."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from msgspec import UNSET

from app.errors import Problem, ProblemCode
from app.languages import ENGLISH, Language
from app.requests.images import PictureFile
from app.service.answers import FoundDigit, NumberAnswer
from app.service.messages import digit_message, number_message
from app.service.png import to_data_url
from app.service.reading import InkedPicture, Reader, digit_stages, open_sheet, stages
from app.service.shared_pass import Activations
from nn.reading.digit_or_number import Piece, is_number
from nn.reading.doubts import Doubt, doubt_of_number
from nn.reading.ink.unread import unread_ink
from nn.reading.mnist_format import Pixels, outline
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import DetectedDigit, NumberReading, ReadStrip, TooManyDigits
from nn.reading.one_digit import is_in_pieces

Explain = Callable[[Pixels, Collection[str]], dict[str, Any]]
GoOn = Callable[[], NumberAnswer]
"""Reads on where one digit is not all that a picture holds."""


@dataclass(frozen=True)
class Explanation:
    """What is added to an answer.

    Attributes
    ----------
    parts
        "stages" of the picture; "layers" and "networks" for one of its digits.
    index
        Place of that digit, from 0; None for the first that is not certain, or else the last.
    """

    parts: Collection[str] = ()
    index: int | None = None


class NumberReader:
    """Makes the answers of one network to pictures of one digit, or of numbers.

    Parameters
    ----------
    reader
        Of the network.
    explain
        Returns the members of an answer that explain an image (28, 28), for these parts.
    read_strip
        The network that reads strings of touching digits, if any.
    language
        Of the messages.
    """

    def __init__(
        self,
        reader: Reader,
        explain: Explain = lambda *_: {},
        read_strip: ReadStrip | None = None,
        language: Language = ENGLISH,
    ) -> None:
        self._reader = reader
        self._explain = explain
        self._read_strip = read_strip
        self._language = language

    def read(self, file: PictureFile, explanation: Explanation) -> NumberAnswer:
        """Return the answer to a picture, or raise Problem 422."""
        answer = self.look(file, explanation)
        return answer() if callable(answer) else answer

    def look(
        self,
        file: PictureFile,
        explanation: Explanation,
        activations_of: Callable[[Pixels], Activations] | None = None,
    ) -> NumberAnswer | GoOn:
        """Return the answer to a picture that is plainly of one digit, or else what reads on.

        ``activations_of`` returns the activations (10,) of an image (28, 28).
        """
        inked = open_sheet(file)
        if inked.sheet.has_more_than_digit or is_in_pieces(inked.sheet):
            return partial(self._read_on, inked, explanation)
        activations = (activations_of or self._activations_of)(inked.image)
        answer = self._digit_answer(inked, activations, explanation)
        if answer.certain or not _piece(inked, answer).has_room_for(2):
            return answer
        return partial(self._read_on, inked, explanation, answer)

    def _activations_of(self, image: Pixels) -> Activations:
        activations: Activations = self._reader.activations(image[np.newaxis])[0]
        return activations

    def _read_on(
        self, inked: InkedPicture, explanation: Explanation, as_digit: NumberAnswer | None = None
    ) -> NumberAnswer:
        """Return the answer to what may be a number, or ``as_digit``, that to ink in one piece."""
        reading = self._read_lines(inked)
        piece = _piece(inked, as_digit) if as_digit else None
        if is_number(reading, self._reader.certain_at, piece):
            return self.number_answer(inked, reading, explanation)
        if as_digit is not None:
            return as_digit
        activations = self._activations_of(inked.image)
        return self._digit_answer(inked, activations, explanation, reading)

    def _read_lines(self, inked: InkedPicture) -> NumberReading:
        """Return the numbers in a picture, or raise Problem 422 when there are too many."""
        try:
            reading = read_lines(inked.sheet.ink, self._reader.activations, self._read_strip)
        except TooManyDigits as error:
            detail = f"{error} Cut out a part of it."
            raise Problem(ProblemCode.TOO_MANY_DIGITS, detail) from error
        if not reading.lines and inked.sheet.has_more_than_digit:
            detail = "Nothing in the picture looks like a digit and is as large as one."
            raise Problem(ProblemCode.NO_DIGIT_FOUND, detail)
        return reading

    def _digit_answer(
        self,
        inked: InkedPicture,
        activations: Activations,
        explanation: Explanation,
        reading: NumberReading | None = None,
    ) -> NumberAnswer:
        """Return the answer to a picture of one digit: what /predict says of it, as a number."""
        digit = self._reader.prepare_digit(inked, reading)
        why = [each.why for each in digit.of_picture["left_out"]]
        guess = self._reader.guess(activations, **digit.circumstances(activations))
        doubt = Doubt.INK_LEFT_OUT if why else guess["doubt"]
        sheet = inked.sheet
        box = inked.box(outline(inked.ink_of_digit))
        found = FoundDigit(**guess, line=0, box=box, image=to_data_url(digit.image))
        text = str(found.digit)
        return NumberAnswer(
            number=text,
            text=text,
            lines=[text],
            certain=doubt is None,
            doubt=doubt,
            message=digit_message(found.activations, doubt, why, self._language),
            digits=self._explained([found], [digit.image], explanation),
            **digit.of_picture,
            model=self._reader.name,
            stages=digit_stages(sheet, self._language) if "stages" in explanation.parts else UNSET,
        )

    def number_answer(
        self, inked: InkedPicture, reading: NumberReading, explanation: Explanation
    ) -> NumberAnswer:
        """Return the answer to a picture of numbers."""
        of_picture = inked.members([*unread_ink(inked.sheet), *reading.left_out])
        digits = [
            self._found_digit(digit, number, inked)
            for number, line in enumerate(reading.lines)
            for digit in line.digits
        ]
        doubts = [digit.doubt for digit in digits]
        why = [each.why for each in of_picture["left_out"]]
        are_sure = reading.are_marks_sure
        doubt = doubt_of_number(doubts, is_ink_left_out=bool(why), are_marks_sure=are_sure)
        texts = [line.text for line in reading.lines]
        numbers = [line.number for line in reading.lines]
        images = [digit.image for digit in reading.digits]
        return NumberAnswer(
            number="\n".join(numbers),
            text="\n".join(texts),
            lines=numbers,
            certain=doubt is None,
            doubt=doubt,
            message=number_message(texts, doubts, why, self._language, are_marks_sure=are_sure),
            digits=self._explained(digits, images, explanation),
            **of_picture,
            model=self._reader.name,
            stages=stages(inked.sheet, self._language) if "stages" in explanation.parts else UNSET,
        )

    def _found_digit(self, digit: DetectedDigit, line: int, inked: InkedPicture) -> FoundDigit:
        """Return the answer to one digit of a number."""
        guess = self._reader.guess(
            digit.activations, is_cut=digit.is_cut, may_be_sign=digit.may_be_sign
        )
        return FoundDigit(
            **guess, line=line, box=inked.box(digit.box), image=to_data_url(digit.image)
        )

    def _explained(
        self, digits: list[FoundDigit], images: Sequence[Pixels], explanation: Explanation
    ) -> list[FoundDigit]:
        """Return the digits, one of them with what is to be added; none if there are fewer."""
        uncertain = (place for place, digit in enumerate(digits) if not digit.certain)
        place = explanation.index
        if place is None:
            place = next(uncertain, len(digits) - 1)
        if place >= len(digits):
            return digits
        digits[place] = replace(digits[place], **self._explain(images[place], explanation.parts))
        return digits


def _piece(inked: InkedPicture, as_digit: NumberAnswer) -> Piece:
    """Return ink in one piece, and whether it looks like a digit by the answer to it as one."""
    *_, width_px, height_px = outline(inked.ink_of_digit)
    return Piece(width_px, height_px, as_digit.digits[0].doubt is not Doubt.NOT_A_DIGIT)
