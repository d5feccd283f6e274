"""Labelled pictures of one's own, whatever they are kept in: found out by what is there."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from nn.data.digits import DataError
from nn.data.pictures.entries import (
    DIGITS,
    Entry,
    LabelledPicture,
    Skipped,
    files_in,
)
from nn.data.pictures.folders import folder_entries, has_class_folders, zip_entries
from nn.data.pictures.idx import find_images, idx_entries, is_idx
from nn.data.pictures.opening import as_it_is
from nn.data.pictures.tables import table_entries
from nn.decoding.errors import PictureError
from nn.files import printable


def read_pictures(path: Path) -> Iterator[LabelledPicture | Skipped]:
    """Yield each picture of a folder, table, archive or idx file, opened one at a time.

    A picture whose label is none of 0 to 9, or that cannot be opened, is skipped: one bad file does
    not stop the reading of thousands.

    Parameters
    ----------
    path
        A folder with a folder for each class, a CSV table and its pictures, or idx files; or a CSV
        table, a zip archive with a folder for each class, or an idx file of images or labels.

    Raises
    ------
    DataError
        If it is none of these, or cannot be read at all.
    """
    for entry in find_entries(path):
        if entry.label.strip() not in DIGITS:
            yield Skipped(entry.place, f"expected a label from 0 to 9, but got {entry.label!r}")
            continue
        try:
            picture = as_it_is(entry.open())
        except (DataError, PictureError) as error:
            yield Skipped(entry.place, str(error), int(entry.label), entry.writer)
        except Exception as error:  # of damaged bytes, zipfile and the system raise many types
            why = f"cannot be read ({' '.join(str(error).split())})"
            yield Skipped(entry.place, why, int(entry.label), entry.writer)
        else:
            yield LabelledPicture(entry.place, int(entry.label), entry.writer, picture)


def find_entries(path: Path) -> Iterator[Entry]:
    """Return the pictures of a folder, table, archive or idx file, none of them opened.

    Raise DataError as ``read_pictures`` does, when the first is asked for at the latest.
    """
    try:
        if path.is_dir():
            return _entries_of_folder(path)
        if path.exists() and not path.is_file():
            raise DataError(f"{printable(path)}: pipes, sockets and devices are not read")
        if zipfile.is_zipfile(path):
            return zip_entries(path)
        if is_idx(path):
            return idx_entries(path)
        with path.open("rb") as file:
            is_text = b"\0" not in file.read(1024)
        if is_text:
            return table_entries(path)
    except OSError as error:
        raise DataError(f"{printable(path)}: cannot be read ({error.strerror})") from error
    raise DataError(
        f"{printable(path)}: expected a folder, a CSV table, a zip archive or an idx file, but it "
        "is none of them"
    )


def _entries_of_folder(folder: Path) -> Iterator[Entry]:
    if has_class_folders(folder):
        return folder_entries(folder)
    if images := find_images(folder):
        return (entry for path in images for entry in idx_entries(path))
    paths = files_in(folder)
    tables = [path for path in paths if path.suffix.lower() in (".csv", ".tsv") and path.is_file()]
    if len(tables) == 1:
        return table_entries(tables[0])
    names = [printable(path.name) for path in tables or paths]
    more = f" and {len(names) - 5} others" if len(names) > 5 else ""
    raise DataError(
        f"{printable(folder)}: expected folders named 0 to 9, one CSV table, or idx files in it, "
        f"but found: {', '.join(names[:5]) or 'nothing'}{more}. Name the one to be read"
    )
