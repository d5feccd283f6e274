"""Answers as types: the fields, in order, are the members of the JSON that is sent.

What ``Meta`` holds is for the description of the API in OpenAPI.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from msgspec import UNSET, Meta, UnsetType

from app.errors import ProblemDetails
from nn.reading.allowed import CHECKS, MAX_VALUES
from nn.reading.certainty_model import MAX_RISK, MIN_RISK
from nn.reading.doubts import Doubt, Misfit, ReasonNotRead, SignDoubt
from nn.reading.limits import MAX_DIGITS
from nn.reading.lines.strip import CLASSES
from nn.reading.text_search import MAX_LENGTH

SCHEMAS = "#/components/schemas/"  # of the description

T = TypeVar("T")
_PNG = Meta(pattern="^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$")
_NOT_EMPTY = Meta(min_length=1)

Count = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]
Text = Annotated[str, _NOT_EMPTY]
NotEmpty = Annotated[list[T], _NOT_EMPTY]
Positive = Annotated[float, Meta(gt=0)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
ModelName = Annotated[str, Meta(extra_json_schema={"$ref": SCHEMAS + "ModelName"})]
Png = Annotated[str, _PNG]

# Captions of the stages from a picture to its ink.
STAGES = {
    "grey": "In grey",
    "pen": "What is written by a pen",
    "other": "What is neither pen nor paper",
    "ink": "The ink, cleaned",
    "crop": "Cut out along the ink",
    "scaled": "Scaled: the longer side has 20 pixels",
}


@dataclass(frozen=True)
class Stage:
    """A stage from the picture to its ink."""

    name: Annotated[str, Meta(extra_json_schema={"enum": list(STAGES)})]
    caption: Text
    image: Png


Stages = Annotated[
    list[Stage],
    Meta(description="With explain=1: how the picture became ink, each at most 240 pixels a side."),
]


def _results(read: str) -> Meta:
    """Return the description of the results of a batch, by the schema of those that were read."""
    result = {"oneOf": [{"$ref": SCHEMAS + name} for name in (read, "BatchRefusal")]}
    described = "One for each picture, in the order of the request."
    return Meta(min_length=1, description=described, extra_json_schema={"items": result})


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
Risk = Annotated[float, Meta(ge=MIN_RISK, le=MAX_RISK)]
CertainFrom = Annotated[
    Risk | None,
    Meta(
        description="The least `risk` at which the same is certain; null if it is at none. With "
        "another risk the answer differs in what is certain alone."
    ),
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


Likeliest = Annotated[
    list[tuple[Annotated[str, Meta(extra_json_schema={"enum": list(CLASSES)})], Fraction]],
    Meta(
        min_length=1,
        max_length=3,
        description="At most three signs and their probabilities, the likeliest first: a digit, "
        "a mark, `?` for another sign, or `blank` for none.",
    ),
]


@dataclass(frozen=True)
class StripSign:
    """A sign that the network of lines reads in a strip."""

    first: Annotated[Count, Meta(description="Its first frame, from 0.")]
    last: Annotated[Count, Meta(description="Its last frame.")]
    likeliest: Likeliest
    agrees: Annotated[
        bool | None,
        Meta(description="Of a digit: whether the network of digits reads the same; else null."),
    ]


@dataclass(frozen=True)
class LineStrip:
    """A line of writing as the network of lines reads it, column by column."""

    lines: Annotated[
        list[Count],
        Meta(description="Numbers of its entries in `lines`: none, one, or more with wide gaps."),
    ]
    image: Annotated[Png, Meta(description="The network's input, 48 pixels high, ink bright.")]
    box: Box
    frames: Annotated[
        list[Likeliest],
        Meta(description="From left to right; frame i is at column 4 i - 3 of the image."),
    ]
    signs: Annotated[list[StripSign], Meta(description="From left to right.")]


Strips = Annotated[
    list[LineStrip],
    Meta(description="With explain=1: what the network of lines reads, if it is asked."),
]


@dataclass(frozen=True)
class InkLeftOut:
    """Ink that was not read."""

    box: Box
    why: Annotated[
        ReasonNotRead,
        Meta(
            description="`not_a_digit`: a letter, a sign, a drawing. `beside_the_digit`: other "
            "writing in a picture of one digit. `cut_by_edge`: it goes on beyond the picture. "
            "`taken_for_line`: like a rule or print, but perhaps writing. `faint`: much paler than "
            "the rest of a drawing."
        ),
    ]


LeftOutInk = Annotated[list[InkLeftOut], Meta(description="What was not read, if anything.")]


@dataclass(frozen=True)
class Digit:
    """A digit, with what explains it if that is asked for."""

    digit: DigitValue
    confidence: Confidence
    certain: Certain
    doubt: DoubtOrNone
    activations: Activations
    box: Box
    image: NetworkInput
    line: Annotated[
        Count | UnsetType,
        Meta(description="Number of its line, from 0; missing in a picture of one digit."),
    ] = UNSET


@dataclass(frozen=True, kw_only=True)
class DigitAnswer(Digit):
    """A picture of one digit; a batch names the model once."""

    certain_from: CertainFrom
    message: Message
    left_out: LeftOutInk
    width: Side
    height: Side
    model: ModelName | UnsetType = UNSET
    stages: Stages | UnsetType = UNSET


@dataclass(frozen=True)
class BatchRefusal:
    """A picture of a batch that was not read, and the error of /predict for it."""

    error: ProblemDetails


@dataclass(frozen=True)
class BatchAnswer:
    """Several pictures of one digit each."""

    model: ModelName
    results: Annotated[list[Any], _results("DigitAnswer")]


@dataclass(frozen=True)
class UncertainSign:
    """What is doubtful between the digits of a number."""

    what: Annotated[
        SignDoubt,
        Meta(
            description="`mark`: a point, comma or minus may be another sign, or none. `gap`: it "
            "may separate two numbers. `missing_sign`: there may be one more than was read."
        ),
    ]
    line: Annotated[Count, Meta(description="Number of its entry in `lines`, from 0.")]
    position: Annotated[
        Count | None,
        Meta(description="How many digits of the entry are before it; null for a missing sign."),
    ]
    sign: Annotated[
        Literal[".", ",", "-"] | None,
        Meta(description="What a mark was read as; null for the others."),
    ]


# What a request may allow: of the query, of JSON, and of a form.
CHECK_NAMES = tuple(CHECKS)
Length = Annotated[int, Meta(ge=1, le=MAX_LENGTH)]
_ALLOWED_TEXT = f"[0-9.,-]{{1,{MAX_LENGTH}}}"
ALLOWED_LIST = {
    "type": "array",
    "minItems": 1,
    "maxItems": MAX_VALUES,
    "items": {"type": "string", "pattern": f"^{_ALLOWED_TEXT}$"},
    "description": "The texts that a line may hold. If all are whole numbers, 1204 may also be "
    "written as 1.204, 1,204 or 1204.-",
}
ALLOWED_LINES = {
    "type": "string",
    "pattern": rf"^\s*{_ALLOWED_TEXT}(\s*\n\s*{_ALLOWED_TEXT})*\s*$",
    "description": "The texts that a line may hold, one a line.",
}
AnyText = Annotated[str, Meta(pattern="^[0-9.,-]+$")]


@dataclass(frozen=True)
class AllowedText:
    """A text that is allowed."""

    text: AnyText
    confidence: Annotated[
        Fraction,
        Meta(
            description="The chance of its number, as 1204 or 1204.-, among all that are allowed "
            "and those that are not."
        ),
    ]


@dataclass(frozen=True)
class AllowedLine(AllowedText):
    """The likeliest of the texts that a line may hold."""

    misfit: Annotated[
        Misfit | None,
        Meta(
            description="Null if its chance is high enough. `several_fit`: another text that is "
            "allowed may stand there. `none_fits`: one that is not allowed is likelier."
        ),
    ]
    alternatives: Annotated[list[AllowedText], Meta(description="The next, the likeliest first.")]


@dataclass(frozen=True)
class NumberAnswer:
    """A picture of one digit or of numbers in lines; a batch names the model once."""

    number: Annotated[
        str,
        Meta(pattern="^[0-9]*(\n[0-9]*)*$", description="The digits, lines joined by line breaks."),
    ]
    text: Annotated[
        str,
        Meta(
            pattern="^[0-9.,-]*(\n[0-9.,-]*)*$",
            description="The same with points, commas and minus signs, such as -3.14.",
        ),
    ]
    lines: Annotated[
        list[Annotated[str, Meta(pattern="^[0-9]*$")]],
        Meta(
            min_length=1,
            max_length=MAX_DIGITS,
            description="The digits of each number, one or more in a line of writing; empty where "
            "no allowed text fits.",
        ),
    ]
    certain: Certain
    doubt: DoubtOrNone
    certain_from: CertainFrom
    message: Message
    digits: Annotated[
        list[Digit],
        Meta(min_length=1, max_length=MAX_DIGITS, description="In reading order."),
    ]
    doubtful_signs: Annotated[
        list[UncertainSign], Meta(description="What is doubtful between the digits, if anything.")
    ]
    text_apart: Annotated[
        str | None,
        Meta(
            description="`text` with a line break at each gap that may separate two numbers, such "
            "as 2 and 7 for 27; null without such a gap."
        ),
    ]
    left_out: LeftOutInk
    width: Side
    height: Side
    allowed: Annotated[
        list[AllowedLine | None] | UnsetType,
        Meta(
            description="Where the request says what is allowed: for each line the likeliest of "
            "that, which is its `text`; null, and an empty text, where nothing fits."
        ),
    ] = UNSET
    model: ModelName | UnsetType = UNSET
    stages: Stages | UnsetType = UNSET
    strips: Strips | UnsetType = UNSET


@dataclass(frozen=True)
class NumberBatchAnswer:
    """Several pictures of one digit, or of numbers."""

    model: ModelName
    results: Annotated[list[Any], _results("NumberAnswer")]


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
    version: str
