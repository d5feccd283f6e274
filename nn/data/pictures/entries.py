"""Labelled pictures before they are opened, those that were, and those that were skipped."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from PIL import Image

from nn.reading.mnist_format import Pixels

DIGITS = tuple("0123456789")  # the labels, and the names of class folders


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
