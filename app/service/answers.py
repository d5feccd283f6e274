"""Answers as types: the fields, in order, are the members of the JSON that is sent.

What ``Meta`` holds is for the description of the API in OpenAPI.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from app.errors import ProblemDetails
from app.service.explanations import Layers, Output, Stages
from app.service.fields import SCHEMAS, Count, Fraction, ModelName, NotEmpty, Png, Size, Text
from nn.reading.doubts import Doubt
from nn.reading.left_out import Why
from nn.reading.numbers.types import MAX_DIGITS

MAX_INDEX = MAX_DIGITS - 1  # of the digits of an answer

_RESULT = {"oneOf": [{"$ref": SCHEMAS + name} for name in ("BatchDigit", "BatchRefusal")]}

Message = Annotated[Text, Meta(description="The same, said to people.")]
DigitValue = Annotated[int, Meta(ge=0, le=9, description="The best guess.")]
Confidence = Annotated[
    Fraction,
    Meta(description="The chance that the digit is right, if what was read is one digit."),
]
Certain = Annotated[
    bool, Meta(description="Of all that was read. False: do not rely on it; `doubt` says why.")
]
DoubtOrNone = Annotated[
    Doubt | None,
    Meta(
        description="Null if certain. `ink_left_out`: something as large as a digit was not read. "
        "`touching`: where one digit ends and the next begins is a guess. `not_a_digit`: it looks "
        "like no digit. `unclear`: it may be another digit."
    ),
]
Activations = Annotated[
    list[Fraction], Meta(min_length=10, max_length=10, description="That of each class, 0 to 9.")
]
NetworkInput = Annotated[Png, Meta(description="The network's input: 28x28 pixels.")]
Side = Annotated[Size, Meta(description="Of the picture, upright, in pixels.")]
Box = Annotated[
    list[Count],
    Meta(
        min_length=4,
        max_length=4,
        description="x, y, width and height in pixels of the picture, upright.",
    ),
]


@dataclass(frozen=True)
class NetworkReading:
    """What one network computes from the pixels of a digit."""

    model: ModelName
    activations: Activations
    milliseconds: Annotated[float, Meta(ge=0, description="Of this server, for this digit alone.")]


@dataclass(frozen=True)
class InkLeftOut:
    """Ink that was not read."""

    box: Box
    why: Annotated[
        Why,
        Meta(
            description="`not_a_digit`: a letter, a sign, a drawing. `beside_the_digit`: other "
            "writing in a picture of one digit. `cut_by_edge`: it goes on beyond the picture. "
            "`taken_for_line`: a ruled line, or a 1. `faint`: much paler than the rest. "
            "`no_paper`: in a shadow's edge, or on what is not paper."
        ),
    ]


Networks = Annotated[
    list[NetworkReading],
    Meta(description="With explain=networks: what each network computes from `image`."),
]
LeftOutInk = Annotated[list[InkLeftOut], Meta(description="What was not read, if anything.")]


@dataclass(frozen=True)
class BatchDigit:
    """A picture of a batch that was read."""

    digit: DigitValue
    confidence: Confidence
    certain: Certain
    doubt: DoubtOrNone
    message: Message
    activations: Activations
    left_out: LeftOutInk
    width: Side
    height: Side
    image: NetworkInput


@dataclass(frozen=True)
class DigitAnswer(BatchDigit):
    """A picture of one digit."""

    model: ModelName
    stages: Stages | UnsetType = UNSET
    layers: Layers | UnsetType = UNSET
    output_layer: Output | UnsetType = UNSET
    networks: Networks | UnsetType = UNSET


@dataclass(frozen=True)
class BatchRefusal:
    """A picture of a batch that was not read, and the error of /predict for it."""

    error: ProblemDetails


@dataclass(frozen=True)
class BatchAnswer:
    """Several pictures of one digit each."""

    model: ModelName
    results: Annotated[
        list[Any],  # BatchDigit | BatchRefusal
        Meta(
            min_length=1,
            description="One for each picture, in the order of the request.",
            extra_json_schema={"items": _RESULT},
        ),
    ]


@dataclass(frozen=True)
class FoundDigit:
    """A digit of a number."""

    digit: DigitValue
    confidence: Confidence
    certain: Certain
    doubt: DoubtOrNone
    activations: Activations
    line: Annotated[Count, Meta(description="Number of its line, from 0.")]
    box: Box
    image: NetworkInput
    layers: Layers | UnsetType = UNSET
    output_layer: Output | UnsetType = UNSET
    networks: Networks | UnsetType = UNSET


@dataclass(frozen=True)
class NumberAnswer:
    """A picture of one digit, or of numbers, in one line or several."""

    number: Annotated[
        str,
        Meta(pattern="^[0-9]+(\n[0-9]+)*$", description="The digits, lines joined by line breaks."),
    ]
    text: Annotated[
        str,
        Meta(
            pattern="^[0-9.,-]+(\n[0-9.,-]+)*$",
            description="The same with points, commas and minus signs, such as -3.14.",
        ),
    ]
    lines: Annotated[
        list[Annotated[str, Meta(pattern="^[0-9]+$")]],
        Meta(
            min_length=1,
            max_length=MAX_DIGITS,
            description="The digits of each number, one or more in a line of writing.",
        ),
    ]
    certain: Certain
    doubt: DoubtOrNone
    message: Message
    digits: Annotated[
        list[FoundDigit],
        Meta(min_length=1, max_length=MAX_DIGITS, description="In reading order."),
    ]
    left_out: LeftOutInk
    width: Side
    height: Side
    model: ModelName
    stages: Stages | UnsetType = UNSET


@dataclass(frozen=True)
class Score:
    """How many digits of a set a network reads right."""

    correct: Count
    total: Count
    accuracy: Fraction


@dataclass(frozen=True)
class ModelDescription:
    """A network."""

    name: ModelName
    title: Annotated[Text, Meta(description="A name for people.")]
    description: Text
    layers: NotEmpty[Text]
    parameters: Count
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Of the file of weights.")]
    scores: Annotated[dict[str, Score], Meta(description="By the name of the set.")]
    default: Annotated[bool, Meta(description="Reads where the request names no network.")]


@dataclass(frozen=True)
class ModelsAnswer:
    """The networks."""

    default: ModelName
    models: list[ModelDescription]


@dataclass(frozen=True)
class Alive:
    """The server is alive."""

    status: Literal["alive"]


@dataclass(frozen=True)
class Ready:
    """The server takes requests."""

    status: Literal["ready"]
    models: list[ModelName]
