"""Pictures and results at addresses such as ``s3://bucket/scans``, which fsspec opens."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nn.bulk.results import Format, Output, OutputError, result_file
from nn.decoding.files import read_bytes, read_limited, refuse_endless_file
from nn.decoding.picture_errors import PictureError

ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
LOCAL = re.compile(r"(file|local)://", re.IGNORECASE)
MAX_NAME_BYTES = 32_767  # Windows' longest path; Linux' has 4,095


def is_address(name: str) -> bool:
    """Return whether a name is an address and not a path."""
    return ADDRESS.match(name) is not None


def file_system(address: str) -> tuple[Any, str]:
    """Return fsspec's file system of an address, and the path in it.

    Raises
    ------
    OSError
        When the address is of an unknown protocol, its protocol needs a package, or it leads to a
        local pipe, socket or device.
    """
    for part in address.split("::"):  # as in zip://scan.png::scans.zip
        local = LOCAL.sub("", part, count=1)
        if not is_address(local):
            with suppress(FileNotFoundError, NotADirectoryError):
                refuse_endless_file(Path(local))
    with _described(address):
        try:
            from fsspec.core import url_to_fs  # slow, and an extra
        except ImportError as error:
            needed = "Addresses need the package fsspec: pip install fsspec"
            raise OSError(errno.EPROTONOSUPPORT, needed) from error
        try:
            system, path = url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise OSError(errno.EPROTONOSUPPORT, str(error)) from error
    return system, path


def read_name(name: str) -> bytes:
    """Return the bytes of a picture at a path or an address.

    Raise OSError where it cannot be read, and PictureError where it is too large.
    """
    if "\0" in name:
        raise OSError(
            errno.EINVAL, "No file has a NUL in its name: perhaps --null is missing", name
        )
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        long = f"A name has at most {MAX_NAME_BYTES:,} bytes: perhaps the list is none"
        raise OSError(errno.ENAMETOOLONG, long, name)
    if not is_address(name):
        return read_bytes(name)
    system, path = file_system(name)
    with _described(name), system.open(path, "rb") as file:
        return read_limited(file)


def is_folder(address: str) -> bool:
    """Return whether there is a folder at an address; OSError as of ``file_system``."""
    system, path = file_system(address)
    with _described(address):
        return bool(system.isdir(path))


def walk(
    address: str, onerror: Callable[[OSError], None]
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each folder with the names of its folders and files, as ``os.walk`` does."""
    try:
        with _described(address):
            system, path = file_system(address)
            for folder, folders, files in system.walk(path, on_error=onerror):
                yield system.unstrip_protocol(folder), folders, files
    except OSError as error:
        onerror(error)


@contextmanager
def stored_results(address: str, form: Format, *, is_resumed: bool) -> Iterator[Output]:
    """Open results at an address, new or to be continued; errors as of ``result_file``.

    Object stores append nothing. The rows are written to a temporary file here, which is stored
    when the run ends, whether it was whole, failed or was interrupted.
    """
    system, path = file_system(address)
    if getattr(system, "local_file", False):
        with result_file(Path(path), form, is_resumed=is_resumed) as output:
            yield output
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder, "results")
        try:
            with _described(address):
                if system.exists(path):
                    system.get_file(path, copy)
        except OSError as error:
            raise OutputError(f"{address} cannot be read: {error.strerror}") from error
        results: Output | None = None
        try:
            with result_file(copy, form, is_resumed=is_resumed) as results:
                yield results
        except OutputError as error:
            raise OutputError(str(error).replace(str(copy), address)) from error
        finally:
            if results:  # the copy holds results, and not what is refused
                _store(system, copy, path, address)


def _store(system: Any, copy: Path, path: str, address: str) -> None:
    try:
        with _described(address):
            system.put_file(str(copy), path)
    except OSError as error:
        raise OutputError(f"{address} cannot be written: {error.strerror}") from error


@contextmanager
def _described(address: str) -> Iterator[None]:
    """Turn errors of a store into OSError, with the reason and the address."""
    try:
        yield
    except PictureError:
        raise
    except FileNotFoundError as error:  # fsspec's have no text
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), address) from error
    except Exception as error:  # each store has its own types
        text = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise OSError(errno.EIO, text, address) from error
