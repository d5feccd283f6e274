"""Answers from readings: their members, and their images as PNG."""

import base64
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import cv2
import numpy as np
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray
from PIL import Image

from app.errors import Problem, ProblemCode
from app.languages import ENGLISH, Language
from app.service.answer_types import (
    STAGES,
    Digit,
    DigitAnswer,
    LineStrip,
    NumberAnswer,
    Stage,
    StripSign,
)
from app.service.messages import message
from nn.reading.allowed import MAX_VALUES, Restriction, RestrictionError
from nn.reading.lines.strip import CLASSES, POINT
from nn.reading.page.find import Page
from nn.reading.reading import Activations, Reading

SMALL_PX = 240  # longer side of the image of a stage
EXPLANATIONS = ("stages", "strips")
"""Parts that a request may add to an answer, of one digit the first."""
N_LIKELIEST = 3  # signs of a frame
_OF_PICTURE = ("certain_from", "left_out", "width", "height")  # members of both answers


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a request asks for beside its pictures.

    Attributes
    ----------
    model
        Name of the network.
    explain
        What to add: "stages" of the picture, "strips" for what the network of lines reads.
    restriction
        What a line may hold: it is read as the likeliest text that is allowed.
    risk
        Greatest share of errors among certain answers, None for that of the settings.
    language
        Of the message.
    """

    model: str
    explain: Collection[str] = ()
    restriction: Restriction | None = None
    risk: float | None = None
    language: Language = ENGLISH


def restriction(values: Iterable[str] | None, **given: Any) -> Restriction | None:
    """Return which texts a line may hold, None where nothing says so, or raise Problem 400.

    ``given`` are the other attributes of a ``Restriction``, None where they are not given.
    """
    if values is None and all(each is None for each in given.values()):
        return None
    try:
        texts = None if values is None else list(islice(values, MAX_VALUES + 1))
        return Restriction(texts, **given)
    except RestrictionError as error:
        raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, f"{error}.") from error


def digit_answer(page: Page, reading: Reading, options: Options) -> DigitAnswer:
    """Return the answer to a picture of one digit, without the name of the model."""
    of_picture = reading.to_dict()
    (digit,) = of_picture.pop("digits")
    del digit["line"]
    return DigitAnswer(
        **digit | {name: of_picture[name] for name in ("doubt", "certain", *_OF_PICTURE)},
        image=to_data_url(reading.image),
        message=message(reading, options.language),
        stages=stages(page, reading, options),
    )


def number_answer(page: Page, reading: Reading, options: Options) -> NumberAnswer:
    """Return the answer to a picture of one digit, or of numbers, likewise."""
    digits = [Digit(**digit.to_dict(), image=to_data_url(digit.image)) for digit in reading.digits]
    return NumberAnswer(
        **reading.to_dict() | {"digits": digits},
        message=message(reading, options.language),
        stages=stages(page, reading, options),
        strips=strips(reading, options),
    )


def stages(page: Page, reading: Reading, options: Options) -> list[Stage] | UnsetType:
    """Return the stages from a picture to its ink as small images with captions, if asked for."""
    if "stages" not in options.explain:
        return UNSET
    return [
        Stage(name, options.language.text(STAGES[name]), to_data_url(shrink(image)))
        for name, image in page.stages(is_number=reading.is_number).items()
    ]


def strips(reading: Reading, options: Options) -> list[LineStrip] | UnsetType:
    """Return what the network of lines reads, column by column, if asked for."""
    if "strips" not in options.explain:
        return UNSET
    return [
        LineStrip(
            [place for place, line in enumerate(reading.lines) if line.strip == number],
            to_data_url(strip.image),
            [round(side) for side in strip.box],
            [_likeliest(probabilities) for probabilities in strip.frames],
            list(_strip_signs(reading, number)),
        )
        for number, strip in enumerate(reading.strips)
    ]


def _strip_signs(reading: Reading, number: int) -> Iterator[StripSign]:
    lines = [line for line in reading.lines if line.strip == number]
    digits = iter([digit for line in lines for digit in line.digits])
    for sign in reading.strips[number].signs:
        agrees = None
        if sign.label < POINT:
            # Of one digit, whatever the network of lines reads.
            is_same = sign.label == reading.digits[0].digit
            agrees = next(digits).is_agreed if reading.is_number else is_same
        likeliest = _likeliest(sign.probabilities)
        yield StripSign(sign.frames[0], sign.frames[-1], likeliest, agrees)


def _likeliest(probabilities: Activations) -> list[tuple[str, float]]:
    """Return the likeliest signs of probabilities (15,), in three decimals, without those of 0."""
    rounded = probabilities.astype(np.float64).round(3)
    best = np.argsort(-rounded, kind="stable")[:N_LIKELIEST].tolist()
    return [(CLASSES[label], float(rounded[label])) for label in best if rounded[label]]


def to_data_url(image: NDArray[np.uint8]) -> str:
    """Return a grey image, uint8 (H, W), as a PNG in a data URL."""
    return "data:image/png;base64," + base64.b64encode(to_png(image)).decode("ascii")


def to_png(image: NDArray[np.uint8]) -> bytes:
    """Return a grey image, uint8 (H, W), as a PNG, compressed little, which takes less time."""
    _, encoded = cv2.imencode(".png", image, (cv2.IMWRITE_PNG_COMPRESSION, 1))
    return encoded.tobytes()


def shrink(image: NDArray[np.uint8], most_px: int = SMALL_PX) -> NDArray[np.uint8]:
    """Return a grey image, uint8 (H, W), reduced to at most so many pixels a side."""
    picture = Image.fromarray(image)
    picture.thumbnail((most_px, most_px))
    return np.asarray(picture)
