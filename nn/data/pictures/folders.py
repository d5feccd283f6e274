"""A folder for each class, as torchvision's ImageFolder reads it, and the same in a zip archive."""

import os
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePath, PurePosixPath

from PIL import Image

from nn.data.digits import DataError
from nn.data.download import refused_if_damaged
from nn.data.pictures.entries import DIGITS, Entry, files_in, is_hidden
from nn.data.pictures.opening import open_file, open_picture
from nn.files import printable

NO_FOLDER = "no folder"  # the label of a file beside the folders, which is no digit
MAX_MEMBER_BYTES = 100_000_000  # of an archive's file, uncompressed


def has_class_folders(folder: Path) -> bool:
    """Return whether any of a folder's folders is named by a digit."""
    return any(path.is_dir() and path.name in DIGITS for path in files_in(folder))


def folder_entries(root: Path) -> Iterator[Entry]:
    """Yield the files below ``root``: the label is the name of the folder of ``root`` they are in.

    That folder may be a link; links to folders in it are not followed, as they may form a circle.
    """
    for place in files_in(root):
        if not place.is_dir():
            yield Entry(printable(place.name), NO_FOLDER, "", partial(open_file, place))
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
    if member.file_size > MAX_MEMBER_BYTES:
        raise DataError(
            f"expected at most {MAX_MEMBER_BYTES:,} bytes, but it has {member.file_size:,}"
        )
    return open_picture(archive.read(member))
