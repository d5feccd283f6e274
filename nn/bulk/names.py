"""Which pictures are read: those that are named, those of folders, and those of lists."""

import codecs
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from nn.bulk.addresses import MAX_NAME_BYTES, is_address, is_folder
from nn.bulk.addresses import walk as walk_address
from nn.decoding.files import MAX_BYTES

STDIN = STDOUT = "-"  # the picture on standard input; the results on standard output

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
    """Yield the names of pictures; for a folder, the names of the pictures in it, in order.

    A folder's folders follow its files. Links to folders in it are not followed, which may lead in
    a circle; hidden files, whose names begin with a point, and files without a picture's suffix
    are left out.
    """
    for argument in arguments:
        if argument != STDIN and _is_folder(argument):
            yield from _in_folder(argument, report)
        else:
            yield argument


def _is_folder(name: str) -> bool:
    """Return whether a name is of a folder; False where that cannot be asked: reading it fails."""
    try:
        if not is_address(name):
            return name != "" and Path(name).is_dir()
        has_suffix = Path(name).suffix.lower() in SUFFIXES  # asking the store takes a while
        return not has_suffix and is_folder(name)
    except (OSError, ValueError):  # a name may have NUL
        return False


def listed_names(file: BinaryIO, separator: bytes) -> Iterator[str]:
    """Yield the names in a list, which ends each with a byte; empty ones are left out.

    Lists of lines may begin with a byte order mark, and end lines with a carriage return, as on
    Windows. A name that is too long is shortened, and stays too long to be read. Raise OSError
    after ``MAX_BYTES`` without a name, as from a device of zeros.
    """
    is_first, rest, n_bytes = separator == b"\n", b"", 0
    while True:
        block = file.read1(65_536) if hasattr(file, "read1") else file.read(65_536)
        *entries, rest = (rest + (block or separator)).split(separator)  # the last may lack its end
        rest = rest[: 2 * MAX_NAME_BYTES]
        n_bytes += len(block)
        for entry in filter(None, entries):
            n_bytes = 0
            if separator == b"\n":
                entry = entry.removesuffix(b"\r").removeprefix(codecs.BOM_UTF8 if is_first else b"")
                is_first = False
            if entry:
                name = os.fsdecode(entry[: MAX_NAME_BYTES + 1])
                yield f"./{name}" if name == STDIN else name
        if n_bytes > MAX_BYTES:
            text = f"Expected a list of names, but {MAX_BYTES:,} bytes hold none"
            raise OSError(errno.EINVAL, text, getattr(file, "name", ""))
        if not block:
            return


def _in_folder(folder: str, report: Report) -> Iterator[str]:
    has_picture = has_failed = False

    def report_unreadable(error: OSError) -> None:
        nonlocal has_failed
        has_failed = True
        report(os.fspath(error.filename or folder), error.strerror or str(error))

    walk = walk_address if is_address(folder) else os.walk
    container = "".join(folder.partition("::")[1:])  # of zip://::scans.zip
    try:
        for path, folders, files in walk(folder, onerror=report_unreadable):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                    has_picture = True
                    yield (
                        f"{path}/{name}{container}" if is_address(folder) else str(Path(path, name))
                    )
    except RecursionError:  # before Python 3.12 os.walk calls itself
        report_unreadable(OSError(errno.ENAMETOOLONG, "Its folders are nested too deeply", folder))
    if not has_picture and not has_failed:
        report(folder, "The folder holds no picture.")
