"""The class sheet: what the page to print shows, and the answer to a photograph of a filled one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from msgspec import Meta

from app.errors import Problem, ProblemCode
from app.languages import Language
from app.service.answer_types import (
    Activations,
    Certain,
    Confidence,
    DigitValue,
    DoubtOrNone,
    ModelName,
    Png,
    Side,
    Size,
    Text,
)
from app.service.answers import shrink, to_data_url
from nn.decoding.picture_files import PictureFile
from nn.reading.certainty import doubt_of_digit
from nn.reading.class_sheet.boxes import BoxInk, FilledPage, read_page
from nn.reading.class_sheet.layout import (
    BORDER_GREY,
    BORDER_MM,
    MAX_PUPILS,
    MAX_ROWS,
    N_COLUMNS,
    PAGE_MM,
    PAGES,
    Corner,
    black_squares,
    corners_of,
    marker_bits,
    marker_place,
    pages_of,
)
from nn.reading.class_sheet.markers import SheetFault, UnreadableSheet
from nn.reading.doubts import Doubt
from nn.reading.page.find import Page
from nn.reading.page_reader import PageReader
from nn.reading.reading import Activations as OfNetwork
from nn.reading.reading import rounded

PUPILS = range(1, MAX_PUPILS + 1)  # that a class may have
DEFAULT_PUPILS = 15  # one page
CUT_OUT_PX = 64  # most, a side, of a box for people

CORNERS = {
    Corner.TOP_LEFT: "top left",
    Corner.TOP_RIGHT: "top right",
    Corner.BOTTOM_RIGHT: "bottom right",
    Corner.BOTTOM_LEFT: "bottom left",
}
_FAULTS = {
    SheetFault.NO_SHEET: (
        ProblemCode.NO_SHEET_FOUND,
        "No class sheet was found: none of its black corner squares is in the picture, or they are "
        "small or blurred. Photograph the whole sheet from above, so that it fills the picture.",
    ),
    SheetFault.CORNERS_MISSING: (
        ProblemCode.SHEET_INCOMPLETE,
        "All four corner squares must be in the photograph. Found: {corners}. Photograph the whole "
        "sheet, with nothing on its corners.",
    ),
    SheetFault.SEVERAL_SHEETS: (
        ProblemCode.SEVERAL_SHEETS,
        "The picture shows more than one sheet. Photograph each page by itself.",
    ),
    SheetFault.OTHER_LAYOUT: (
        ProblemCode.OTHER_SHEET_LAYOUT,
        "This sheet was printed by another version of Inkling, with boxes in other places. Print "
        "the sheet again here.",
    ),
    SheetFault.NOT_FLAT: (
        ProblemCode.SHEET_NOT_FLAT,
        "The corner squares are not where they are on a flat sheet. Lay the sheet flat, and "
        "photograph a single, whole sheet.",
    ),
    SheetFault.TOO_SMALL: (
        ProblemCode.SHEET_TOO_SMALL,
        "The sheet is too small in the picture. Go nearer, so that it fills the picture, or send "
        "the picture in its full size.",
    ),
}
TEXTS = (*CORNERS.values(), *(text for _, text in _FAULTS.values()))
"""English texts of the tables, which are translated with those of the functions."""


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
class ReadDrawing:
    """A drawing of a phone: the networks' input, and what each of them reads; neither of none."""

    image: str | None = None
    readings: Sequence[BoxReading] = ()


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


def sheet_to_print(pupils: str) -> dict[str, Any]:
    """Return what the page to print shows: the sheet of so many pupils, and its measures.

    Raises
    ------
    Problem
        400 when the text is not a whole number in ``PUPILS``.
    """
    if pupils not in map(str, PUPILS):
        detail = f"pupils must be a whole number from 1 to {PUPILS[-1]}, but is {pupils!r}."
        raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
    return {
        "pages": pages_of(int(pupils)),
        "black_squares": black_squares,
        "size_mm": PAGE_MM,
        "border_mm": BORDER_MM,
        "border_grey": BORDER_GREY,
    }


def printed_sheets() -> dict[str, Any]:
    """Return what a page needs that reads sheets itself, and what it says of them.

    In millimetres the corners of the markers, and the boxes of each page; each marker's bits as a
    number, row by row.
    """
    row = [box.place for box in pages_of(1)[0].boxes]
    markers = [
        marker_bits(marker)[1:-1, 1:-1] for page in PAGES for marker in page.markers.values()
    ]
    return {
        "markers": [int("".join(map(str, (bits.ravel() // 255).tolist())), 2) for bits in markers],
        "corners": [corners_of(marker_place(corner)).tolist() for corner in Corner],
        "cornerNames": list(CORNERS.values()),
        "size": PAGE_MM,
        "lefts": [left for left, *_ in row],
        "width": row[0][2],
        "pages": [
            {
                "pupils": page.pupils,
                "first_pupil": page.rows[0],
                "page": page.page,
                "tops": [box.place[1] for box in page.boxes[::N_COLUMNS]],
                "height": page.boxes[0].place[3],
            }
            for page in PAGES
        ],
        "problems": {
            code.type.rpartition(":")[2]: {"title": code.title, "detail": text}
            for code, text in _FAULTS.values()
        },
    }


def read_sheet(
    file: PictureFile, readers: Mapping[str, PageReader], language: Language
) -> SheetAnswer:
    """Return what all networks read in a photograph of a class sheet.

    Raises
    ------
    Problem
        422 when it shows no sheet that can be read, or one whose boxes are all empty.
    """
    picture = file.decode()
    try:
        filled = read_page(picture.image)
    except UnreadableSheet as error:
        raise _problem(error, language) from error
    images = [box.image for box in filled.boxes]
    written = [image for image in images if image is not None]
    if not written:
        detail = language.text(
            "All {boxes} boxes of the sheet are empty. Write a digit into each, with a dark pen.",
            boxes=len(images),
        )
        raise Problem(ProblemCode.NO_DIGIT_FOUND, detail, language=language.code)
    by_network = [reader.classify(np.stack(written)) for reader in readers.values()]
    of_written = zip(*by_network, strict=True)
    corners = np.round(filled.corners * picture.size.reduction, 1).tolist()  # of the file, upright
    boxes = [
        SheetBox(
            pupil=box.pupil,
            label=box.label,
            is_empty=ink.image is None,
            corners=corners[i],
            image=None if ink.image is None else to_data_url(ink.image),
            cut_out=to_data_url(shrink(ink.cut_out, CUT_OUT_PX)),
            readings=[] if ink.image is None else _readings(ink, readers, next(of_written)),
        )
        for i, (box, ink) in enumerate(zip(filled.page.boxes, filled.boxes, strict=True))
    ]
    page = filled.page
    return SheetAnswer(
        layout=SheetLayout(page.pupils, page.rows[0], page.page),
        width=picture.size.width_px,
        height=picture.size.height_px,
        boxes=boxes,
        message=_message(filled, language),
    )


def read_drawing(page: Page, readers: Mapping[str, PageReader]) -> ReadDrawing:
    """Return what all networks read in a drawing of one digit; PictureError when it shows none."""
    readings = {name: reader.read(page, one_digit=True) for name, reader in readers.items()}
    return ReadDrawing(
        to_data_url(page.image),
        [_box_reading(name, each.activations, each.doubt) for name, each in readings.items()],
    )


def _readings(
    ink: BoxInk, readers: Mapping[str, PageReader], by_network: Sequence[OfNetwork]
) -> list[BoxReading]:
    readings = []
    for (name, reader), activations in zip(readers.items(), by_network, strict=True):
        by_class = rounded(activations)
        doubt = doubt_of_digit(
            by_class,
            reader.certainty,
            is_ink_left_out=ink.is_left_out,
            is_cut=ink.is_cut,
            is_struck_out=ink.is_struck_out,
        )
        readings.append(_box_reading(name, by_class, doubt))
    return readings


def _box_reading(model: str, by_class: Sequence[float], doubt: Doubt | None) -> BoxReading:
    confidence = max(by_class)
    digit = by_class.index(confidence)
    return BoxReading(model, digit, confidence, doubt is None, doubt, [*by_class])


def _message(filled: FilledPage, language: Language) -> str:
    n_boxes = len(filled.boxes)
    n_written = sum(box.ink is not None for box in filled.boxes)
    rows = filled.page.rows
    sentence = language.text(
        "Pupils {first} to {last}: {written} of {boxes} boxes have a digit.",
        first=rows[0],
        last=rows[-1],
        written=n_written,
        boxes=n_boxes,
    )
    if not filled.missing:
        return sentence
    missing = language.text(
        "Not found: the corner square {corners}. The borders of the boxes confirm where they are.",
        corners=_corner_names(filled.missing, language),
    )
    return f"{sentence} {missing}"


def _problem(error: UnreadableSheet, language: Language) -> Problem:
    code, text = _FAULTS[error.fault]
    detail = language.text(text, corners=_corner_names(error.found, language))
    return Problem(code, detail, language=language.code)


def _corner_names(corners: Sequence[Corner], language: Language) -> str:
    return ", ".join(language.text(CORNERS[corner]) for corner in corners)
