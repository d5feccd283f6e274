"""Where data files are: in a folder that the user names, or on the web, kept once downloaded."""

import os
from collections.abc import Sequence
from pathlib import Path

from nn.data.digits import DataError


def named_folder(folder: Path | None) -> Path | None:
    """Return the folder given, else the one that the variable INKLING_DATA names, if any."""
    if folder is None and "INKLING_DATA" in os.environ:
        return Path(os.environ["INKLING_DATA"])
    return folder


def find(what: str, names: Sequence[str], folder: Path, subfolder: str, origin: str) -> Path:
    """Return the path of a file in a folder or, tried first, in a folder within it.

    Parameters
    ----------
    what
        Whose file it is, for the message, such as "MNIST's".
    names
        What the file may be called, the likeliest first.
    folder, subfolder
        Where to look.
    origin
        The address to copy it from, for the message.

    Raises
    ------
    DataError
        If it is in neither.
    """
    for place in (folder / subfolder, folder):
        for name in names:
            if (place / name).is_file():
                return place / name
    raise DataError(
        f"{folder}: expected {what} file {' or '.join(names)} in it or in a folder {subfolder}, "
        f"but it is not there: copy it there from {origin}"
    )


def download(what: str, name: str, sha256: str, mirrors: Sequence[str], subfolder: str) -> Path:
    """Return the path of a file in the user's cache, downloaded if it is not there yet.

    Parameters
    ----------
    what
        Whose file it is, for the message, such as "MNIST's".
    name
        The file's name, at the mirrors and in the cache.
    sha256
        The hash that it must have.
    mirrors
        Addresses ending in a slash, tried in turn.
    subfolder
        Of the cache, to keep it in.

    Raises
    ------
    DataError
        If no mirror has it.
    """
    import pooch  # only training downloads; the running app never gets here

    reasons = []
    for mirror in mirrors:
        try:
            return Path(
                pooch.retrieve(
                    mirror + name,
                    known_hash=f"sha256:{sha256}",
                    fname=name,
                    path=pooch.os_cache("inkling") / subfolder,
                    progressbar=True,
                )
            )
        except (OSError, ValueError) as error:
            reasons.append(f"{mirror}: {str(error).splitlines()[0]}")
    raise DataError(
        f"{what} file {name} could not be downloaded ({'; '.join(reasons)}). With no network, put "
        f"it into a folder {subfolder} within a folder that you name with --data or INKLING_DATA"
    )
