"""Answers as types, and in words: the fields, in order, are the members of the JSON that is sent.

The dictionaries in the annotations are keywords of JSON Schema, by which OpenAPI describes a field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from app.errors import ProblemDetails
from nn.reading.numbers.types import MAX_DIGITS

# Captions of the stages from a picture to its ink.
STAGES = {
    "grey": "In grey",
    "paper": "The paper without the writing",
    "contrast": "What stands out from the paper",
    "ink": "The ink, cleaned",
}

_NOT_EMPTY: dict[str, Any] = {"minLength": 1}
_UP_TO_1: dict[str, Any] = {"minimum": 0, "maximum": 1}
_PNG: dict[str, Any] = {"pattern": "^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$"}
_DIGITS: dict[str, Any] = {"minItems": 1, "maxItems": MAX_DIGITS}

Count = Annotated[int, {"minimum": 0}]
Text = Annotated[str, _NOT_EMPTY]
Message = Annotated[str, _NOT_EMPTY, {"description": "The same, said to people."}]
ModelName = Annotated[str, {"$ref": "#/components/schemas/ModelName"}]
DigitValue = Annotated[int, {"minimum": 0, "maximum": 9, "description": "The best guess."}]
Fraction = Annotated[float, _UP_TO_1]
Confidence = Annotated[float, _UP_TO_1, {"description": "The chance that it is right."}]
Certain = Annotated[bool, {"description": "False: do not rely on it."}]
Activations = Annotated[
    list[Fraction], {"description": "That of each class, 0 to 9.", "minItems": 10, "maxItems": 10}
]
Png = Annotated[str, _PNG]
NetworkInput = Annotated[str, _PNG, {"description": "The network's input: 28x28 pixels."}]
Side = Annotated[int, {"minimum": 1, "description": "Of the picture, upright, in pixels."}]


@dataclass(frozen=True)
class Stage:
    """A stage from the picture to its ink."""

    name: Annotated[str, {"enum": list(STAGES)}]
    caption: Text
    image: Png


@dataclass(frozen=True)
class Layer:
    """The outputs of a hidden layer."""

    name: Text
    shape: Annotated[
        list[Annotated[int, {"minimum": 1}]],
        {"description": "Neurons; or rows, columns and channels.", "minItems": 1, "maxItems": 3},
    ]
    outputs: Annotated[
        list[float],
        {"description": "Row by row, the channels of one pixel side by side.", "minItems": 1},
    ]


Stages = Annotated[
    list[Stage] | None,
    {"description": "With explain=1: how the picture became ink, each at most 240 pixels a side."},
]
Layers = Annotated[
    list[Layer] | None,
    {"description": "With explain=1: the outputs of each hidden layer, in order."},
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
    stages: Stages = None
    layers: Layers = None


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
        list[BatchDigit | BatchRefusal],
        {"description": "One for each picture, in the order of the request.", "minItems": 1},
    ]


@dataclass(frozen=True)
class FoundDigit:
    """A digit of a number."""

    digit: DigitValue
    confidence: Confidence
    certain: Certain
    activations: Activations
    line: Annotated[int, {"minimum": 0, "description": "Number of its line, from 0."}]
    box: Annotated[
        list[Count],
        {
            "description": "x, y, width and height in pixels of the picture, upright.",
            "minItems": 4,
            "maxItems": 4,
        },
    ]
    image: NetworkInput


@dataclass(frozen=True)
class NumberAnswer:
    """A picture of numbers, in one line or several."""

    number: Annotated[
        str,
        {"pattern": "^[0-9]+(\n[0-9]+)*$", "description": "The lines, joined by line breaks."},
    ]
    lines: Annotated[list[Annotated[str, {"pattern": "^[0-9]+$"}]], _DIGITS]
    certain: Certain
    message: Message
    digits: Annotated[list[FoundDigit], _DIGITS, {"description": "In reading order."}]
    width: Side
    height: Side
    model: ModelName
    stages: Stages = None


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
    layers: Annotated[list[Text], {"minItems": 1}]
    parameters: Count
    scores: Annotated[dict[str, Score], {"description": "By the name of the set."}]
    default: Annotated[bool, {"description": "Reads where the request names no network."}]


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
