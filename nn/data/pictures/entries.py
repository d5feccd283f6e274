"""Labelled pictures as they are kept: in folders, zip archives and CSV tables.

Folders and archives have a folder for each class, as torchvision's ImageFolder reads them. Tables
hold files and their labels, or labels and pixels as Kaggle and our page have them, separated by
commas, semicolons or tabs. No picture is opened before it is asked for.
"""

import csv
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from PIL import Image

from nn.data.digits import DIGITS, DataError, refused_if_damaged
from nn.data.kaggle import PIXEL_NAMES, parse_pixels
from nn.decoding.picture_files import open_picture
from nn.files import printable
from nn.reading.mnist import SIDE_PX, Pixels

NO_FOLDER = "no folder"  # the label of any other file beside the folders
TABLE = "a table: name it, not its folder, to read it"  # the label of a CSV file beside them

SEPARATORS = ",;\t"
# Names that a column may have, in any case; the first is the one that messages give.
FILE = ("file", "file_name", "filename", "path", "image")
LABEL = ("label", "digit", "class")
WRITER = ("writer", "writer_id")
N_CELLS = 1 + len(PIXEL_NAMES)


@dataclass(frozen=True)
class Entry:
    """A picture as it is kept.

    Attributes
    ----------
    place
        Its file, or its table and line, as a message names it.
    label
        As it is written there, which may be no digit.
    writer
        Who wrote it; empty if that is not known.
    open
        Returns the picture, or its pixels uint8 (H, W) with 0 for paper. Raises DataError,
        PictureError, or an error of the system.
    """

    place: str
    label: str
    writer: str
    open: Callable[[], Image.Image | Pixels]


@dataclass(frozen=True)
class Skipped:
    """A picture that is left out.

    Attributes
    ----------
    place, why
        Which it is, and why.
    label, writer
        Of a labelled picture that cannot be read.
    """

    place: str
    why: str
    label: int | None = None
    writer: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


def find_entries(path: Path) -> Iterator[Entry]:
    """Return the pictures of a folder, table or archive, none of them opened.

    Raise DataError if it is none of these, when the first is asked for at the latest.
    """
    try:
        if path.is_dir():
            return _entries_of_folder(path)
        if path.exists() and not path.is_file():
            raise DataError(f"{printable(path)}: pipes, sockets and devices are not read")
        if zipfile.is_zipfile(path):
            return zip_entries(path)
        with path.open("rb") as file:
            is_text = b"\0" not in file.read(1024)
        if is_text:
            return table_entries(path)
    except OSError as error:
        raise DataError(f"{printable(path)}: cannot be read ({error.strerror})") from error
    raise DataError(
        f"{printable(path)}: expected a folder, a CSV table or a zip archive, but it is none"
    )


def _entries_of_folder(folder: Path) -> Iterator[Entry]:
    paths = files_in(folder)
    if any(path.is_dir() and path.name in DIGITS for path in paths):
        return folder_entries(folder)
    tables = [path for path in paths if path.suffix.lower() in (".csv", ".tsv") and path.is_file()]
    if len(tables) == 1:
        return table_entries(tables[0])
    names = [printable(path.name) for path in tables or paths]
    raise DataError(
        f"{printable(folder)}: expected folders named 0 to 9 or one CSV table in it, but found: "
        f"{', '.join(names[:5]) or 'nothing'}. Name the one to be read"
    )


def is_hidden(path: PurePath) -> bool:
    """Return whether a file or folder is one that systems add: .DS_Store, __MACOSX, Thumbs.db."""
    return path.name.startswith((".", "__MACOSX")) or path.name in ("Thumbs.db", "desktop.ini")


def files_in(folder: Path) -> list[Path]:
    """Return what is in a folder, in the order of its names, without what systems add."""
    return sorted(path for path in folder.iterdir() if not is_hidden(path))


def folder_entries(root: Path) -> Iterator[Entry]:
    """Yield the files below ``root``: the label is the name of the folder of ``root`` they are in.

    That folder may be a link; links to folders in it are not followed, as they may form a circle.
    """
    for place in files_in(root):
        if not place.is_dir():
            label = TABLE if place.suffix.lower() == ".csv" else NO_FOLDER
            yield Entry(printable(place.name), label, "", partial(open_file, place))
            continue
        for parent, folders, names in os.walk(place):
            folders[:] = sorted(name for name in folders if not is_hidden(PurePath(name)))
            for path in (Path(parent, name) for name in sorted(names)):
                if not is_hidden(path):
                    shown = printable(path.relative_to(root))
                    yield Entry(shown, place.name, "", partial(open_file, path))


def zip_entries(path: Path) -> Iterator[Entry]:
    """Yield the files of a zip archive, such as the page's: the label is their folder's name.

    Raise DataError if it cannot be read, or has no folder of a class.
    """
    with refused_if_damaged(path, "a zip archive"):
        archive = zipfile.ZipFile(path)
    with archive:
        members = [
            (PurePosixPath(member.filename), member)
            for member in archive.infolist()
            if not member.is_dir()
        ]
        if not any(inside.parent.name in DIGITS for inside, _ in members):
            raise DataError(f"{printable(path)}: expected folders 0 to 9 in it, but found none")
        for inside, member in members:
            if not any(map(is_hidden, (inside, *inside.parents))):
                label = inside.parent.name or NO_FOLDER
                yield Entry(printable(inside), label, "", partial(_open_member, archive, member))


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Image.Image:
    return open_picture(archive.read(member)).decode().image


def open_file(path: Path) -> Image.Image:
    """Return the picture of a file, decoded as the app does.

    Raise PictureError if it is none, DataError if there is no regular file: a pipe would be waited
    for.
    """
    if not path.is_file():
        raise DataError(f"there is no file {printable(path)}")
    return open_picture(path.read_bytes()).decode().image


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
            yield from _rows(path, file, max(SEPARATORS, key=first.count))
    except (OSError, csv.Error) as error:
        raise DataError(f"{printable(path)}: cannot be read as a table ({error})") from error


def _rows(path: Path, lines: Iterable[str], separator: str) -> Iterator[Entry]:
    """Yield the entries of all rows; the first of them names the columns."""
    rows = csv.reader(lines, delimiter=separator)
    header: list[str] = next(rows, [])
    name = printable(path.name)
    if len(header) == N_CELLS:
        if header[0].strip().isdecimal():  # without names, as MNIST is often kept
            yield _entry_of_pixels(f"{name} line 1", header)
        for row in rows:
            if row:
                yield _entry_of_pixels(f"{name} line {rows.line_num}", row)
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
            partial(_open_named, path.parent, picture),
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


def _entry_of_pixels(place: str, row: Sequence[str]) -> Entry:
    return Entry(place, row[0], "", lambda: parse_pixels(row[1:]).reshape(SIDE_PX, SIDE_PX))


def _open_named(folder: Path, name: str) -> Image.Image:
    if not name:
        raise DataError("expected the name of a file, but there is none")
    path = folder / name
    if not path.is_file() and "\\" in name:  # a table that was written on Windows
        path = folder / PureWindowsPath(name).as_posix()
    return open_file(path)
