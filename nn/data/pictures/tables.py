"""CSV tables: of files and their labels, or of labels and pixels as Kaggle and our page have them.

Columns are separated by commas, semicolons or tabs.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path, PureWindowsPath

from PIL import Image

from nn.data.digits import DataError
from nn.data.kaggle import PIXEL_NAMES, parse_pixels
from nn.data.pictures.entries import Entry, open_file
from nn.files import printable
from nn.reading.mnist_format import SIDE_PX, Pixels

SEPARATORS = ",;\t"
# Names that a column may have, in any case; the first is the one that messages give.
FILE = ("file", "file_name", "filename", "path", "image")
LABEL = ("label", "digit", "class")
WRITER = ("writer", "writer_id")
N_CELLS = 1 + len(PIXEL_NAMES)


def table_entries(path: Path) -> Iterator[Entry]:
    """Yield the pictures of a table's rows; files are looked for from the table's folder on.

    Raise DataError if the file is no table, or its first line does not name the columns.
    """
    # What is not UTF-8 is taken as the bytes of a file's name.
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            first = file.readline()
            if "\0" in first:
                raise DataError(
                    f"{printable(path)}: expected a table in UTF-8, but it is in UTF-16, or no "
                    "text. In a spreadsheet program, save it as CSV UTF-8"
                )
            file.seek(0)
            yield from _entries(path, file, max(SEPARATORS, key=first.count))
    except (OSError, csv.Error) as error:
        raise DataError(f"{printable(path)}: cannot be read as a table ({error})") from error


def _entries(path: Path, lines: Iterable[str], separator: str) -> Iterator[Entry]:
    """Yield the entries of all rows; the first of them names the columns."""
    rows = csv.reader(lines, delimiter=separator)
    header: list[str] = next(rows, [])
    name = printable(path.name)
    if len(header) == N_CELLS:
        if header[0].strip().isdecimal():  # without names, as MNIST is often kept
            yield _of_pixels(f"{name} line 1", header)
        for row in rows:
            if row:
                yield _of_pixels(f"{name} line {rows.line_num}", row)
        return
    file, label, writer = _columns(path, header)
    for row in rows:
        if not row:
            continue
        place, cells = f"{name} line {rows.line_num}", dict(enumerate(row))
        picture = cells.get(file, "")
        yield Entry(
            f"{place} ({printable(picture)})" if picture else place,
            cells.get(label, ""),
            printable(cells.get(writer, "").strip()),
            partial(_open_file, path.parent, picture),
        )


def _columns(path: Path, header: Sequence[str]) -> tuple[int, int, int]:
    """Return the columns of the file, the label and the writer, -1 without a writer."""
    names = [name.strip().lower() for name in header]
    found = [
        next((names.index(name) for name in known if name in names), -1)
        for known in (FILE, LABEL, WRITER)
    ]
    if -1 in found[:2]:
        shown = ", ".join(header[:4]) if header else "nothing"
        raise DataError(
            f"{printable(path)} line 1: expected the names of the columns, {FILE[0]} and "
            f"{LABEL[0]} (and {WRITER[0]}, if known), or Kaggle's label and 784 pixels, but found: "
            f"{shown}"
        )
    return found[0], found[1], found[2]


def _of_pixels(place: str, row: Sequence[str]) -> Entry:
    return Entry(place, row[0], "", partial(_pixels, row[1:]))


def _pixels(cells: Sequence[str]) -> Pixels:
    return parse_pixels(cells).reshape(SIDE_PX, SIDE_PX)


def _open_file(folder: Path, name: str) -> Image.Image:
    if not name:
        raise DataError("expected the name of a file, but there is none")
    path = folder / name
    if not path.is_file() and "\\" in name:  # a table that was written on Windows
        path = folder / PureWindowsPath(name).as_posix()
    return open_file(path)
