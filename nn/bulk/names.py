"""The names of the pictures to read: arguments, the pictures of folders, and lists of names."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

STDIN = "-"  # the picture on standard input

# Of formats that are read, and of others in which people keep pictures: these get an error each.
SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp"),
        *("heic", "heif", "avif", "tif", "tiff", "svg", "jp2", "jxl", "dng", "pdf"),
    )
)

Report = Callable[[str, str], None]
"""Takes the name of what cannot be read, and why."""


def picture_names(arguments: Iterable[str], report: Report) -> Iterator[str]:
    """Yield the names of pictures, and for a folder those of the pictures in it, by name.

    A folder's folders follow its files. Links to folders in it are not followed, which may lead in
    a circle; hidden files, whose names begin with a point, and files without a picture's suffix
    are left out.
    """
    for argument in arguments:
        if argument != STDIN and Path(argument).is_dir():
            yield from _in_folder(argument, report)
        else:
            yield argument


def listed_names(file: BinaryIO, separator: bytes) -> Iterator[str]:
    """Yield the names in a list, which ends each with a byte; empty ones are left out."""
    rest = b""
    while block := file.read1(65_536) if hasattr(file, "read1") else file.read(65_536):
        *names, rest = (rest + block).split(separator)
        yield from (os.fsdecode(name) for name in names if name)
    if rest:
        yield os.fsdecode(rest)


def _in_folder(folder: str, report: Report) -> Iterator[str]:
    """Yield the names of the pictures in a folder and its folders."""
    has_picture = has_failed = False

    def failed(error: OSError) -> None:
        nonlocal has_failed
        has_failed = True
        report(os.fspath(error.filename), error.strerror or str(error))

    for path, folders, files in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                has_picture = True
                yield str(Path(path, name))
    if not has_picture and not has_failed:
        report(folder, "The folder holds no picture.")
