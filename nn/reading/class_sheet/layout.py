"""The layout of the class sheet: where its boxes and markers are, in millimetres of an A4 page.

A row is a pupil, a column a digit. The printed page, the reader and the generator of photographs
take every position from here. Each corner has an ArUco marker (S. Garrido-Jurado and others,
"Automatic generation and detection of highly reliable fiducial markers under occlusion", 2014),
whose id says which corner of which page of which layout it is. x is to the right, y down.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import Pixels

PAGE_MM = (210.0, 297.0)  # ISO 216, A4
MARGIN_MM = 11.0  # white at each edge: many printers leave 4 to 6 mm out, some 10 at the bottom
MARKER_MM = 16.0
MAX_ROWS = 15  # of a page: more would be lower than a digit of 8 mm and its surroundings
MAX_PUPILS = 45  # of a class
N_COLUMNS = 10

FIRST_COLUMN_MM, COLUMN_MM = 21.4, 17.8  # left of the first box, from box to box
FIRST_ROW_MM, LAST_ROW_MM = 32.0, 266.0  # top of the first box, bottom of the last row with its gap
MAX_ROW_MM = 19.0
GAP_MM = (2.2, 2.8)  # between two boxes, beside and below each other
BORDER_MM, BORDER_GREY = 0.25, 0.62  # width of the printed line, and its light: 0 black, 1 white
HINT_MM, HINT_GREY = 2.0, 0.55  # height and light of the digit printed above each box
HINT_ABOVE_MM = 0.4
NUMBER_MM, NUMBER_GREY = 4.0, 0.3  # likewise of a pupil's number before the row
NUMBER_BEFORE_MM = 2.0

DICTIONARY = cv2.aruco.DICT_5X5_1000
N_BITS = 5  # of a side of a marker, in a black frame of one more at each side

Rectangle = tuple[float, float, float, float]
"""x, y, width and height in millimetres."""


class Corner(IntEnum):
    """A corner of the page, clockwise; the remainder of its marker's id by 4."""

    TOP_LEFT = 0
    TOP_RIGHT = 1
    BOTTOM_RIGHT = 2
    BOTTOM_LEFT = 3


@dataclass(frozen=True)
class Box:
    """A box of the sheet: who writes which digit in it, and where it is."""

    pupil: int
    label: int
    place: Rectangle


@dataclass(frozen=True)
class Label:
    """A printed number: its text, the right end of its baseline, its digits' height and light."""

    text: str
    x: float
    y: float
    height_mm: float
    grey: float


@dataclass(frozen=True)
class SheetPage:
    """A page of the sheet for a class.

    Attributes
    ----------
    pupils
        Of the class, 1 to ``MAX_PUPILS``.
    page
        From 1.
    """

    pupils: int
    page: int

    @property
    def rows(self) -> range:
        """The numbers of the pupils of this page. All pages of a class have the same row height."""
        first = (self.page - 1) * self._n_rows + 1
        return range(first, min(first + self._n_rows, self.pupils + 1))

    @property
    def _n_rows(self) -> int:
        """Of each page of the class but perhaps the last."""
        return -(-self.pupils // n_pages(self.pupils))

    @property
    def row_mm(self) -> float:
        """From the top of a box to the top of the box below."""
        return min(MAX_ROW_MM, (LAST_ROW_MM - FIRST_ROW_MM) / self._n_rows)

    @property
    def boxes(self) -> list[Box]:
        """All boxes, row by row."""
        width, height = COLUMN_MM - GAP_MM[0], self.row_mm - GAP_MM[1]
        left = [FIRST_COLUMN_MM + label * COLUMN_MM for label in range(N_COLUMNS)]
        tops = [FIRST_ROW_MM + row * self.row_mm for row in range(len(self.rows))]
        return [
            Box(pupil, label, (x, y, width, height))
            for pupil, y in zip(self.rows, tops, strict=True)
            for label, x in enumerate(left)
        ]

    @property
    def labels(self) -> list[Label]:
        """The digit above each box, and the number of each pupil."""
        hints, numbers = [], []
        for box in self.boxes:
            x, y, _, height = box.place
            hints.append(Label(str(box.label), x + HINT_MM, y - HINT_ABOVE_MM, HINT_MM, HINT_GREY))
            if box.label == 0:
                baseline = y + (height + NUMBER_MM) / 2
                right = x - NUMBER_BEFORE_MM
                numbers.append(Label(str(box.pupil), right, baseline, NUMBER_MM, NUMBER_GREY))
        return hints + numbers

    @property
    def markers(self) -> dict[Corner, int]:
        """The id of each corner's marker."""
        return {corner: len(Corner) * PAGES.index(self) + corner for corner in Corner}


def n_pages(pupils: int) -> int:
    """Return the number of pages of a class."""
    return -(-pupils // MAX_ROWS)


def pages_of(pupils: int) -> list[SheetPage]:
    """Return the pages of a class.

    Raises
    ------
    ValueError
        When there are fewer than 1 or more than ``MAX_PUPILS`` pupils.
    """
    if not 1 <= pupils <= MAX_PUPILS:
        raise ValueError(f"expected 1 to {MAX_PUPILS} pupils, but got {pupils}")
    return [SheetPage(pupils, page + 1) for page in range(n_pages(pupils))]


PAGES: Sequence[SheetPage] = [
    page for pupils in range(1, MAX_PUPILS + 1) for page in pages_of(pupils)
]
"""Every page of this layout by its number, that of a marker's id divided by 4.

A layout with other positions takes numbers after these, so that old sheets differ from new ones.
"""


def marker_place(corner: Corner) -> Rectangle:
    """Return where a corner's marker is, with its black frame."""
    is_right = corner in (Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT)
    is_bottom = corner in (Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT)
    x = PAGE_MM[0] - MARGIN_MM - MARKER_MM if is_right else MARGIN_MM
    y = PAGE_MM[1] - MARGIN_MM - MARKER_MM if is_bottom else MARGIN_MM
    return x, y, MARKER_MM, MARKER_MM


def corners_of(place: Rectangle) -> NDArray[np.float64]:
    """Return the corners (4, 2) of a rectangle, clockwise from the top left."""
    x, y, width, height = place
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])


def marker_bits(marker: int) -> Pixels:
    """Return a marker's squares, uint8 (7, 7) with its black frame: 0 for black, 255 for white."""
    side = N_BITS + 2
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, marker, side), np.uint8)


def black_squares(page: SheetPage) -> Iterator[Rectangle]:
    """Yield the black parts of a page's markers: in each row of a marker the runs of squares."""
    for corner, marker in page.markers.items():
        left, top, _, _ = marker_place(corner)
        bits = marker_bits(marker)
        square = MARKER_MM / len(bits)
        for row, line in enumerate(bits.tolist()):
            column = 0
            for level, run in groupby(line):
                n_squares = len(list(run))
                if level == 0:
                    x, y = left + column * square, top + row * square
                    yield x, y, n_squares * square, square
                column += n_squares
