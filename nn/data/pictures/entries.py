"""Labelled pictures as they are kept: in a folder for each class, and the same in a zip archive.

torchvision's ImageFolder reads such folders too. None is opened before it is asked for.
"""

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath, PurePosixPath

from PIL import Image

from nn.data.digits import DataError
from nn.data.published import refused_if_damaged
from nn.decoding import picture_files
from nn.files import printable
from nn.reading.mnist_format import Pixels

DIGITS = tuple("0123456789")  # the labels, and the names of class folders
NO_FOLDER = "no folder"  # the label of a file beside the folders, which is no digit
TABLE = "a table, which is read if it is named itself"  # that of a CSV file there


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
class LabelledPicture:
    """An opened picture: uint8 (28, 28) if it is in the format of MNIST already."""

    place: str
    label: int
    writer: str
    picture: Image.Image | Pixels


@dataclass(frozen=True)
class Skipped:
    """A picture that is left out.

    Attributes
    ----------
    place, why
        Which it is, and why.
    label, writer
        As of ``LabelledPicture``, where a labelled picture cannot be read.
    """

    place: str
    why: str
    label: int | None = None
    writer: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


def is_hidden(path: PurePath) -> bool:
    """Return whether a file or folder is one that systems add: .DS_Store, __MACOSX, Thumbs.db."""
    return path.name.startswith((".", "__MACOSX")) or path.name in ("Thumbs.db", "desktop.ini")


def files_in(folder: Path) -> list[Path]:
    """Return what is in a folder, in the order of its names, without what systems add."""
    return sorted(path for path in folder.iterdir() if not is_hidden(path))


def has_class_folders(folder: Path) -> bool:
    """Return whether any of a folder's folders is named by a digit."""
    return any(path.is_dir() and path.name in DIGITS for path in files_in(folder))


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
                opened = partial(_open_member, archive, member)
                yield Entry(printable(inside), inside.parent.name or NO_FOLDER, "", opened)


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Image.Image:
    return open_picture(archive.read(member))


def open_picture(content: bytes) -> Image.Image:
    """Return the picture of a file, decoded as the app does; raise PictureError if it is none."""
    return picture_files.open_picture(content).decode().image


def open_file(path: Path) -> Image.Image:
    """Return the picture of a file by its path; errors as of ``open_picture``, and DataError.

    Only regular files are read: a pipe would be waited for.
    """
    if not path.is_file():
        raise DataError(f"there is no file {printable(path)}")
    return open_picture(path.read_bytes())
