"""The answer to a picture of a class sheet, as types: see ``answers``."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from app.service.answers import Activations, Certain, Confidence, DigitValue, DoubtOrNone, Side
from app.service.fields import ModelName, Png, Size, Text
from nn.reading.class_sheet.layout import MAX_PUPILS, MAX_ROWS, N_COLUMNS

Pupil = Annotated[int, Meta(ge=1, le=MAX_PUPILS)]


@dataclass(frozen=True)
class SheetLayout:
    """What is printed on a page of a class sheet."""

    pupils: Annotated[Pupil, Meta(description="Of the class.")]
    first_pupil: Annotated[Pupil, Meta(description="The number of the page's first row.")]
    page: Size


@dataclass(frozen=True)
class BoxReading:
    """What a network reads in a box."""

    model: ModelName
    digit: DigitValue
    confidence: Confidence
    certain: Certain
    doubt: DoubtOrNone
    activations: Activations


@dataclass(frozen=True)
class SheetBox:
    """A box of a class sheet."""

    pupil: Annotated[Pupil, Meta(description="The number of its row.")]
    label: Annotated[int, Meta(ge=0, le=9, description="The digit that is printed above it.")]
    is_empty: bool
    corners: Annotated[
        list[Annotated[list[float], Meta(min_length=2, max_length=2)]],
        Meta(
            min_length=4,
            max_length=4,
            description="x and y in pixels of the picture, upright; clockwise on the sheet from "
            "the top left. On curved paper or beside the picture's edge they may lie outside.",
        ),
    ]
    image: Annotated[
        Png | None, Meta(description="The networks' input: 28x28 pixels. Null if it is empty.")
    ]
    cut_out: Annotated[
        Png, Meta(description="The box, flattened, in even light: at most 64 pixels a side.")
    ]
    readings: Annotated[
        list[BoxReading], Meta(description="Of each network; none if the box is empty.")
    ]


@dataclass(frozen=True)
class SheetAnswer:
    """A page of a class sheet, filled in."""

    layout: SheetLayout
    width: Side
    height: Side
    boxes: Annotated[
        list[SheetBox],
        Meta(
            min_length=N_COLUMNS,
            max_length=MAX_ROWS * N_COLUMNS,
            description="Row by row, the digits 0 to 9 of each pupil.",
        ),
    ]
    message: Annotated[Text, Meta(description="What was found, said to people.")]
