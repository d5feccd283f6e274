"""From a photograph of a class sheet to the answer: every box, read by every network."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.errors import Problem, ProblemCode
from app.languages import Language
from app.service.png import shrink, to_data_url
from app.service.sheet_answers import BoxReading, SheetAnswer, SheetBox, SheetLayout
from nn.decoding.picture import PictureSize
from nn.decoding.picture_files import PictureFile
from nn.reading.class_sheet.layout import Box, Corner
from nn.reading.class_sheet.markers import SheetFault, UnreadableSheet
from nn.reading.class_sheet.read import BoxInk, FilledPage, read_page
from nn.reading.digit_reader import DigitReader
from nn.reading.numbers.types import Activations

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


def read_sheet(
    file: PictureFile, readers: Mapping[str, DigitReader], language: Language
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
    corners = _in_file(filled, picture.size)
    boxes = [
        _box(box, ink, corners[i], _readings(ink, readers, of_written))
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


def _box(box: Box, ink: BoxInk, corners: list[list[float]], readings: list[BoxReading]) -> SheetBox:
    return SheetBox(
        pupil=box.pupil,
        label=box.label,
        is_empty=ink.image is None,
        corners=corners,
        image=None if ink.image is None else to_data_url(ink.image),
        cut_out=to_data_url(shrink(ink.cut_out, CUT_OUT_PX)),
        readings=readings,
    )


def _readings(
    ink: BoxInk, readers: Mapping[str, DigitReader], of_written: Iterator[Sequence[Activations]]
) -> list[BoxReading]:
    """Return what the networks read in a box; theirs are the next activations if it is not empty.

    ``of_written`` yields, for each box with ink, the activations (10,) of each network.
    """
    if ink.image is None:
        return []
    return [
        _reading(ink, name, reader, activations)
        for (name, reader), activations in zip(readers.items(), next(of_written), strict=True)
    ]


def _reading(ink: BoxInk, name: str, reader: DigitReader, activations: Activations) -> BoxReading:
    guess = reader.guess(
        activations,
        is_ink_left_out=ink.is_left_out,
        is_cut=ink.is_cut,
        may_be_sign=ink.may_be_crossed_out(int(activations.argmax())),
    )
    return BoxReading(model=name, **guess.members())


def _in_file(filled: FilledPage, size: PictureSize) -> list[list[list[float]]]:
    """Return the corners of each box in pixels of the file, upright, to a tenth."""
    corners: list[list[list[float]]] = np.round(filled.corners * size.reduction, 1).tolist()
    return corners


def _message(filled: FilledPage, language: Language) -> str:
    """Return how much was found, and whether a corner was missing."""
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
        corners=_names(filled.missing, language),
    )
    return f"{sentence} {missing}"


def _problem(error: UnreadableSheet, language: Language) -> Problem:
    code, text = _FAULTS[error.fault]
    detail = language.text(text, corners=_names(error.found, language))
    return Problem(code, detail, language=language.code)


def _names(corners: Sequence[Corner], language: Language) -> str:
    return ", ".join(language.text(CORNERS[corner]) for corner in corners)
