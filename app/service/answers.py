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
    Layer,
    LineStrip,
    NumberAnswer,
    Stage,
    StripSign,
)
from app.service.messages import message
from nn.core.network import Network
from nn.reading.allowed import MAX_VALUES, Restriction, RestrictionError
from nn.reading.lines.strip import CLASSES, POINT
from nn.reading.mnist import Pixels, to_inputs
from nn.reading.page.find import Page
from nn.reading.reading import Activations, Reading

SMALL_PX = 240  # longer side of the image of a stage
EXPLANATIONS = ("stages", "layers", "strips")
"""Parts that a request may add to an answer, of one digit the first two."""
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
        What to add: "stages" of the picture, "layers" for the outputs of each hidden layer,
        "strips" for what the network of lines reads.
    index
        Place of the digit of a number whose layers are added, from 0; None for the first that is
        not certain, or else the last.
    restriction
        What a line may hold: it is read as the likeliest text that is allowed.
    risk
        Greatest share of errors among certain answers, None for that of the settings.
    language
        Of the message.
    """

    model: str
    explain: Collection[str] = ()
    index: int | None = None
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


def digit_answer(page: Page, reading: Reading, network: Network, options: Options) -> DigitAnswer:
    """Return the answer to a picture of one digit, without the name of the model."""
    of_picture = reading.to_dict()
    (digit,) = of_picture.pop("digits")
    del digit["line"]
    return DigitAnswer(
        **digit | {name: of_picture[name] for name in ("doubt", "certain", *_OF_PICTURE)},
        image=to_data_url(reading.image),
        message=message(reading, options.language),
        stages=stages(page, reading, options),
        layers=layers(network, reading.image, options),
    )


def number_answer(page: Page, reading: Reading, network: Network, options: Options) -> NumberAnswer:
    """Return the answer to a picture of one digit, or of numbers, likewise."""
    explained = explained_place(reading, options.index)
    digits = [
        Digit(
            **digit.to_dict(),
            image=to_data_url(digit.image),
            layers=layers(network, digit.image, options) if place == explained else UNSET,
        )
        for place, digit in enumerate(reading.digits)
    ]
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


def layers(network: Network, image: Pixels, options: Options) -> list[Layer] | UnsetType:
    """Return the outputs of each hidden layer for an image (28, 28), if asked for."""
    if "layers" not in options.explain:
        return UNSET
    inside = network.inspect(to_inputs(image[np.newaxis]))
    rounded = [(name, outputs[0].astype(np.float64).round(5)) for name, outputs in inside]
    return [Layer(name, list(outputs.shape), outputs.ravel().tolist()) for name, outputs in rounded]


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


def explained_place(reading: Reading, index: int | None) -> int:
    """Return the place of the digit to explain, which may be beyond the last digit."""
    if index is not None:
        return index
    uncertain = (place for place, digit in enumerate(reading.digits) if not digit.certain)
    return next(uncertain, len(reading.digits) - 1)


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
