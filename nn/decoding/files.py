"""Files of any kind and size, read into memory: what may never end is refused."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from nn.decoding.picture_errors import PictureError, PictureFault

MAX_BYTES = 100_000_000  # of a file


def read_bytes(path: Path | str) -> bytes:
    """Return a file's bytes, or raise PictureError for more than ``MAX_BYTES``."""
    with open(path, "rb", opener=_open_file) as file:
        return read_limited(file)


def read_limited(file: BinaryIO) -> bytes:
    """Return the bytes of an open file, or raise PictureError for more than ``MAX_BYTES``."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        detail = f"The file has more than {MAX_BYTES:,} bytes. Save the picture smaller."
        raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
    return content


def refuse_endless_file(path: Path) -> None:
    """Raise OSError for a pipe, a socket or a device, which may never end."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # the system's error explains a folder
        advice = "save the picture as a file, or pipe it to - (standard input)"
        text = f"Pipes, sockets and devices are not read: {advice}"
        raise OSError(errno.EINVAL, text, os.fspath(path))


def _open_file(name: str, flags: int) -> int:
    """Open a file; OSError as of ``refuse_endless_file``."""
    refuse_endless_file(Path(name))
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))  # it may have become a pipe since
