"""From what was read in a picture to its answer."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import UNSET

from app.errors import Problem, attempt
from app.languages import ENGLISH, Language
from app.service.answers import (
    BatchDigit,
    FoundDigit,
    InkLeftOut,
    NetworkReading,
    NumberAnswer,
    UncertainSign,
)
from app.service.explanations import STAGES, Stage
from app.service.messages import digit_message, number_message
from app.service.png import shrink, to_data_url
from app.service.refusals import refusing
from nn.reading.digit_reader import DigitReader, PreparedDigit
from nn.reading.mnist_format import Pixels
from nn.reading.readings import Reading

Explain = Callable[[Pixels, Collection[str]], dict[str, Any]]
"""Returns the members of an answer that explain an image (28, 28), for these parts."""


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


def digit_answer(reading: Reading, language: Language = ENGLISH) -> BatchDigit:
    """Return the answer to a picture of one digit."""
    (digit,) = reading.digits
    return BatchDigit(
        **replace(digit, doubt=reading.doubt).members(),
        image=to_data_url(digit.image),
        **_of_picture(reading),
        message=_message(reading, language),
    )


def digit_answers(
    reader: DigitReader, group: Sequence[PreparedDigit | Problem]
) -> Iterator[BatchDigit | Problem]:
    """Yield the answers to a group of digits, which pass through the network together."""
    images = [each.image for each in group if isinstance(each, PreparedDigit)]
    activations = iter(reader.classify(np.stack(images)) if images else ())
    for each in group:
        if isinstance(each, PreparedDigit):
            reading = attempt(refusing(reader.read_prepared), each, next(activations))
            yield reading if isinstance(reading, Problem) else digit_answer(reading)
        else:
            yield each


def number_answer(
    reading: Reading, model: str, explanation: Explanation, explain: Explain, language: Language
) -> NumberAnswer:
    """Return the answer to a picture of one digit, or of numbers."""
    digits = [
        FoundDigit(
            **digit.members(),
            line=digit.line,
            box=list(digit.box),
            image=to_data_url(digit.image),
        )
        for digit in reading.digits
    ]
    place = _place(reading, explanation)
    if place < len(digits):
        members = explain(reading.digits[place].image, explanation.parts)
        digits[place] = replace(digits[place], **members)
    return NumberAnswer(
        number=reading.number,
        text=reading.text,
        lines=list(reading.numbers),
        certain=reading.is_certain,
        doubt=reading.doubt,
        message=_message(reading, language),
        digits=digits,
        doubtful_signs=[
            UncertainSign(each.what, each.line, each.position, each.sign)
            for each in reading.doubtful_signs
        ],
        text_apart=reading.text_apart,
        **_of_picture(reading),
        model=model,
        stages=stages(reading, language) if "stages" in explanation.parts else UNSET,
    )


def stages(reading: Reading, language: Language) -> list[Stage]:
    """Return the stages from a picture to its ink as small images with captions."""
    return [
        Stage(name, language.text(STAGES[name]), to_data_url(shrink(image)))
        for name, image in reading.stages.items()
    ]


def timed(model: str, reader: DigitReader, image: Pixels) -> NetworkReading:
    """Return what a network computes from an image (28, 28), and the time that it takes."""
    start_s = time.perf_counter()
    activations = reader.activations_of(image)
    time_ms = 1000 * (time.perf_counter() - start_s)
    by_class = [round(float(activation), 6) for activation in activations]
    return NetworkReading(model, by_class, round(time_ms, 2))


def _of_picture(reading: Reading) -> dict[str, Any]:
    """Return the members that follow from the picture, and from ink left out."""
    return {
        "width": reading.inked.size.width_px,
        "height": reading.inked.size.height_px,
        "left_out": [
            InkLeftOut([int(side) for side in each.box], each.why) for each in reading.left_out
        ],
    }


def _message(reading: Reading, language: Language) -> str:
    why = [each.why for each in reading.left_out]
    if not reading.is_number:
        return digit_message(reading.digits[0].activations, reading.doubt, why, language)
    doubts = [digit.doubt for digit in reading.digits]
    signs = reading.doubtful_signs
    return number_message(reading.texts, doubts, why, language, doubtful_signs=signs)


def _place(reading: Reading, explanation: Explanation) -> int:
    """Return the place of the digit that is explained; there may be fewer."""
    if explanation.index is not None:
        return explanation.index
    uncertain = (place for place, digit in enumerate(reading.digits) if not digit.is_certain)
    return next(uncertain, len(reading.digits) - 1)
