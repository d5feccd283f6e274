"""Answers as types, and in words: the fields, in order, are the members of the JSON that is sent.

What ``Meta`` holds is for the description of the API in OpenAPI.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from msgspec import UNSET, Meta, UnsetType

from app.errors import ProblemDetails
from nn.reading.numbers.types import MAX_DIGITS

# Captions of the stages from a picture to its ink.
STAGES = {
    "grey": "In grey",
    "paper": "The paper without the writing",
    "contrast": "What stands out from the paper",
    "ink": "The ink, cleaned",
}

SCHEMAS = "#/components/schemas/"  # of the description

T = TypeVar("T")
_PNG = Meta(pattern="^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$")
_NOT_EMPTY = Meta(min_length=1)
_RESULT = {"oneOf": [{"$ref": SCHEMAS + name} for name in ("BatchDigit", "BatchRefusal")]}

Count = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]
Text = Annotated[str, _NOT_EMPTY]
NotEmpty = Annotated[list[T], _NOT_EMPTY]
Fraction = Annotated[float, Meta(ge=0, le=1)]
ModelName = Annotated[str, Meta(extra_json_schema={"$ref": SCHEMAS + "ModelName"})]
Png = Annotated[str, _PNG]
Message = Annotated[Text, Meta(description="The same, said to people.")]
DigitValue = Annotated[int, Meta(ge=0, le=9, description="The best guess.")]
Confidence = Annotated[Fraction, Meta(description="The chance that it is right.")]
Certain = Annotated[bool, Meta(description="False: do not rely on it.")]
Activations = Annotated[
    list[Fraction], Meta(min_length=10, max_length=10, description="That of each class, 0 to 9.")
]
NetworkInput = Annotated[Png, Meta(description="The network's input: 28x28 pixels.")]
Side = Annotated[Size, Meta(description="Of the picture, upright, in pixels.")]


@dataclass(frozen=True)
class Stage:
    """A stage from the picture to its ink."""

    name: Annotated[str, Meta(extra_json_schema={"enum": list(STAGES)})]
    caption: Text
    image: Png


@dataclass(frozen=True)
class Layer:
    """The outputs of a hidden layer."""

    name: Text
    shape: Annotated[
        list[Size],
        Meta(min_length=1, max_length=3, description="Neurons; or rows, columns and channels."),
    ]
    outputs: Annotated[
        NotEmpty[float], Meta(description="Row by row, the channels of one pixel side by side.")
    ]


Stages = Annotated[
    list[Stage],
    Meta(description="With explain=1: how the picture became ink, each at most 240 pixels a side."),
]
Layers = Annotated[
    list[Layer], Meta(description="With explain=1: the outputs of each hidden layer, in order.")
]


@dataclass(frozen=True)
class DigitAnswer:
    """A picture of one digit."""

    digit: DigitValue
    confidence: Confidence
    certain: Certain
    message: Message
    activations: Activations
    model: ModelName
    image: NetworkInput
    stages: Stages | UnsetType = UNSET
    layers: Layers | UnsetType = UNSET


@dataclass(frozen=True)
class BatchDigit:
    """A picture of a batch that was read."""

    digit: DigitValue
    confidence: Confidence
    certain: Certain
    message: Message
    activations: Activations
    image: NetworkInput


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
    activations: Activations
    line: Annotated[Count, Meta(description="Number of its line, from 0.")]
    box: Annotated[
        list[Count],
        Meta(
            min_length=4,
            max_length=4,
            description="x, y, width and height in pixels of the picture, upright.",
        ),
    ]
    image: NetworkInput


@dataclass(frozen=True)
class NumberAnswer:
    """A picture of numbers, in one line or several."""

    number: Annotated[
        str,
        Meta(pattern="^[0-9]+(\n[0-9]+)*$", description="The lines, joined by line breaks."),
    ]
    lines: Annotated[
        list[Annotated[str, Meta(pattern="^[0-9]+$")]], Meta(min_length=1, max_length=MAX_DIGITS)
    ]
    certain: Certain
    message: Message
    digits: Annotated[
        list[FoundDigit],
        Meta(min_length=1, max_length=MAX_DIGITS, description="In reading order."),
    ]
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
    description: Text
    layers: NotEmpty[Text]
    parameters: Count
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


def digit_message(activations: Sequence[float], certain_at: float) -> str:
    """Return what the activations (10,) say of one digit, certain from ``certain_at`` on."""
    best, second = sorted(range(len(activations)), key=lambda digit: -activations[digit])[:2]
    if activations[best] >= certain_at:
        return f"This looks like {'an' if best == 8 else 'a'} {best}."
    if activations[best] + activations[second] >= certain_at:
        return f"Not certain. Best guess {best}, or else {second}."
    return f"Not certain: this may be no digit at all. Best guess {best}."


def number_message(lines: Sequence[str], are_certain: Sequence[bool]) -> str:
    """Return the digits of some lines, and which of them, counted from 1, are not certain."""
    number = ", ".join(lines)
    doubtful = [str(place) for place, is_certain in enumerate(are_certain, 1) if not is_certain]
    if not doubtful:
        return f"This looks like {number}."
    if len(doubtful) > len(are_certain) / 2:
        return f"Not certain: this may be no number at all. Best guess {number}."
    if len(doubtful) == 1:
        return f"Best guess {number}. Digit {doubtful[0]} is not certain."
    places = f"{', '.join(doubtful[:-1])} and {doubtful[-1]}"
    return f"Best guess {number}. Digits {places} are not certain."
