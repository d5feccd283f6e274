"""From a decoded picture to its answer, with one network."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.errors import Problem, ProblemCode, attempt
from app.languages import ENGLISH, Language
from app.requests.images import Picture, PictureFile
from app.service.answers import (
    BatchDigit,
    InkLeftOut,
    NetworkReading,
)
from app.service.explanations import STAGES, Stage
from app.service.messages import digit_message
from app.service.png import shrink, to_data_url
from app.service.shared_pass import Activations
from nn.core.network import Network
from nn.reading.doubts import doubt_of_digit
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.ink.threshold import EvenInk
from nn.reading.ink.unread import unread_ink
from nn.reading.left_out import LeftOut, without_repeats
from nn.reading.mnist_format import (
    DIGIT_PX,
    Ink,
    NoInk,
    Pixels,
    crop,
    fit,
    ink_to_mnist,
    to_inputs,
)
from nn.reading.numbers.read_lines import find_separate_digits
from nn.reading.numbers.types import NumberReading, TooManyDigits
from nn.reading.one_digit import may_be_crossed_out, read_pieces


@dataclass(frozen=True)
class InkedPicture:
    """A picture, and its ink.

    Attributes
    ----------
    picture
        As it was decoded.
    sheet
        What is on it.
    """

    picture: Picture
    sheet: Sheet

    @cached_property
    def image(self) -> Pixels:
        """The network's input if the picture is of one digit, uint8 (28, 28)."""
        return ink_to_mnist(self.sheet.digit)

    @property
    def ink_of_digit(self) -> Ink:
        """The ink of one digit, with the picture's paper around it: float32 (H, W)."""
        is_even = isinstance(self.sheet.source, EvenInk)
        return self.sheet.ink if is_even else self.sheet.digit

    def box(self, box: tuple[float, float, float, float]) -> list[int]:
        """Return a box of the ink in whole pixels of the file."""
        return self.picture.box_in_file(self.sheet.reduction.to_picture(box))

    def members(self, left_out: Sequence[LeftOut]) -> dict[str, Any]:
        """Return the members of an answer that follow from the picture, and from ink left out."""
        return {
            "width": self.picture.width_px,
            "height": self.picture.height_px,
            "left_out": [
                InkLeftOut(self.box(each.box), each.why) for each in without_repeats(left_out)
            ],
        }


@dataclass(frozen=True)
class PreparedDigit:
    """A picture of one digit.

    Attributes
    ----------
    sheet
        The picture and its ink.
    image
        uint8 (28, 28): the network's input.
    as_number
        What the digit is read as in a number; None if it is not read so.
    of_picture
        The members of the answer that follow from the picture.
    """

    sheet: Sheet
    image: Pixels
    as_number: int | None
    of_picture: dict[str, Any]

    def circumstances(self, activations: Activations) -> dict[str, bool]:
        """Return those of ``doubt_of_digit`` that follow from what activations (10,) read."""
        label = int(activations.argmax())
        return {
            "is_read_otherwise": self.as_number not in (None, label),
            "may_be_sign": may_be_crossed_out(self.sheet, label),
        }


def stages(sheet: Sheet, language: Language) -> list[Stage]:
    """Return the stages from a picture to its ink as small images with captions."""
    return [_stage(name, image, language) for name, image in sheet.stages.items()]


def digit_stages(sheet: Sheet, language: Language) -> list[Stage]:
    """Return these stages, and how the one digit of the sheet is fitted to MNIST's size."""
    cut_out = crop(sheet.digit)
    fitted = {"crop": cut_out, "scaled": fit(cut_out, DIGIT_PX)}
    return stages(sheet, language) + [
        _stage(name, np.rint(ink * 255).astype(np.uint8), language) for name, ink in fitted.items()
    ]


def _stage(name: str, image: Pixels, language: Language) -> Stage:
    return Stage(name, language.text(STAGES[name]), to_data_url(shrink(image)))


class Reader:
    """Makes the answers of one network.

    Parameters
    ----------
    name
        Of the network.
    network
        What computes the activations.
    certain_at
        Confidence, 0 to 1, from which a digit is certain.
    """

    def __init__(self, name: str, network: Network, certain_at: float) -> None:
        self.name = name
        self._network = network
        self.certain_at = certain_at

    def activations(self, images: Pixels) -> Activations:
        """Return the activations (N, 10) for images (N, 28, 28)."""
        return self._network.activations(to_inputs(images))

    def timed(self, image: Pixels) -> NetworkReading:
        """Return the activations for an image (28, 28), in six decimals, and the time they take."""
        start_s = time.perf_counter()
        activations = self.activations(image[np.newaxis])[0]
        time_ms = 1000 * (time.perf_counter() - start_s)
        by_class = [round(float(activation), 6) for activation in activations]
        return NetworkReading(self.name, by_class, round(time_ms, 2))

    def prepare(self, file: PictureFile) -> PreparedDigit:
        """Return the digit in a picture, or raise Problem 422 when there is no ink."""
        return self.prepare_digit(open_sheet(file))

    def prepare_digit(
        self, inked: InkedPicture, reading: NumberReading | None = None
    ) -> PreparedDigit:
        """Return the digit on a sheet, whose ink may have been read as a number."""
        sheet, image = inked.sheet, inked.image
        second = read_pieces(sheet, self.activations, reading)
        left_out = [*unread_ink(sheet, is_of_one_digit=True), *second.beside]
        return PreparedDigit(sheet, image, second.digit, inked.members(left_out))

    def digit_answer(
        self, digit: PreparedDigit, activations: Activations, language: Language = ENGLISH
    ) -> BatchDigit:
        """Return the answer to a picture of one digit, or raise Problem 422 for several."""
        why = [each.why for each in digit.of_picture["left_out"]]
        circumstances = digit.circumstances(activations)
        guess = self.guess(activations, is_ink_left_out=bool(why), **circumstances)
        if guess["doubt"] or digit.sheet.has_more_than_digit:
            self._refuse_several(digit.sheet)
        return BatchDigit(
            **guess,
            **digit.of_picture,
            message=digit_message(guess["activations"], guess["doubt"], why, language),
            image=to_data_url(digit.image),
        )

    def digit_answers(
        self, group: Sequence[PreparedDigit | Problem]
    ) -> Iterator[BatchDigit | Problem]:
        """Yield the answers to a group of digits, which pass through the network together."""
        images = [each.image for each in group if isinstance(each, PreparedDigit)]
        activations = iter(self.activations(np.stack(images)) if images else ())
        for each in group:
            if isinstance(each, PreparedDigit):
                yield attempt(self.digit_answer, each, next(activations))
            else:
                yield each

    def guess(self, activations: Activations, **circumstances: bool) -> dict[str, Any]:
        """Return the members of an answer that follow from the activations (10,) of a digit.

        ``circumstances`` are those of ``doubt_of_digit``.
        """
        by_class = [round(float(activation), 6) for activation in activations]
        confidence = max(by_class)
        doubt = doubt_of_digit(by_class, self.certain_at, **circumstances)
        return {
            "digit": by_class.index(confidence),
            "confidence": confidence,
            "certain": doubt is None,
            "doubt": doubt,
            "activations": by_class,
        }

    def _refuse_several(self, sheet: Sheet) -> None:
        """Raise Problem 422 when a sheet clearly holds several digits."""
        try:
            digits = find_separate_digits(sheet.ink, self.activations)
        except TooManyDigits:
            return
        if len(digits) > 1 and all(self.guess(digit.activations)["certain"] for digit in digits):
            detail = (
                f"The picture holds {len(digits)} digits, but one is read here. Send it to /read, "
                "which reads numbers, or cut one digit out."
            )
            raise Problem(ProblemCode.SEVERAL_DIGITS, detail)


def open_sheet(file: PictureFile) -> InkedPicture:
    """Return a picture and its ink, or raise Problem 422 when there is none."""
    picture = file.decode()
    try:
        return InkedPicture(picture, find_ink(picture.image))
    except NoInk as error:
        raise Problem(ProblemCode.NO_DIGIT_FOUND, f"{error} Write one digit, large.") from error
