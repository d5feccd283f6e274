"""Published data files: read from a folder that the user names, or downloaded once and kept."""

import gzip
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from nn.data.digits import COPY_AGAIN, DataError, refused_if_damaged


def read_published(
    folder: Path | None,
    dataset: str,
    name: str,
    suffix: str,
    sha256: str,
    archive_sha256: str,
    mirrors: Sequence[str],
) -> bytes:
    """Return the uncompressed bytes of a file of a published data set.

    Parameters
    ----------
    folder
        Holds the file, compressed or not, itself or in a folder named after the set. Without it the
        folder that the variable INKLING_DATA names; without that, the file is downloaded once and
        kept in the user's cache.
    dataset
        The set's name; in lower case, the name of its folder in the data folder and in the cache.
    name, suffix
        The file's name, and what its compressed archive adds to it: ``.gz`` or ``.Z``.
    sha256, archive_sha256
        Of the uncompressed file (archives of the same bytes differ), and of the archive at the
        mirrors.
    mirrors
        Addresses ending in a slash, tried in this order.

    Raises
    ------
    DataError
        If the file is missing, cannot be downloaded, is damaged, or has another hash.
    """
    archive = name + suffix
    if folder := data_folder(folder):
        path = find_file(folder, dataset, (name, archive), mirrors[0])
    else:
        path = download(dataset, archive, f"sha256:{archive_sha256}", mirrors)
    content = read_uncompressed(path)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DataError(
            f"{path}: is not the {dataset} file: expected SHA-256 {sha256} of its uncompressed "
            f"bytes, but found {found}: {COPY_AGAIN}"
        )
    return content


def find_file(folder: Path, dataset: str, names: Sequence[str], source: str) -> Path:
    """Return the path of a data set's file, by one of its names, in a folder or in its subfolder.

    The subfolder is named after the set. Raise DataError if it is in neither; the message names
    the address of its source.
    """
    subfolder = dataset.lower()
    for path in (place / name for place in (folder / subfolder, folder) for name in names):
        if path.is_file():
            return path
    raise DataError(
        f"{folder}: expected the {dataset} file {' or '.join(names)} in it or in a folder "
        f"{subfolder}, but it is not there: copy it there from {source}"
    )


def download(dataset: str, archive: str, known_hash: str | None, mirrors: Sequence[str]) -> Path:
    """Return an archive's path in the user's cache, downloaded if it is not there yet.

    Raise DataError if none of the mirrors, tried in order, serves it with that hash.
    """
    import pooch  # only training downloads

    reasons = []
    for mirror in mirrors:
        try:
            return Path(
                pooch.retrieve(
                    mirror + archive,
                    known_hash=known_hash,
                    fname=archive,
                    path=pooch.os_cache("inkling") / dataset.lower(),
                    progressbar=True,
                )
            )
        except (OSError, ValueError) as error:
            is_other = isinstance(error, ValueError)  # of requests, the texts have 400 characters
            reasons.append(f"{mirror}: {'another SHA-256' if is_other else type(error).__name__}")
    raise DataError(
        f"the {dataset} file {archive} could not be downloaded ({'; '.join(reasons)}). With no "
        f"network, put it into a folder {dataset.lower()} within a folder that you name with "
        "--data or INKLING_DATA"
    )


def data_folder(folder: Path | None) -> Path | None:
    """Return the folder given, else the one that the variable INKLING_DATA names, if any."""
    if folder is None and "INKLING_DATA" in os.environ:
        return Path(os.environ["INKLING_DATA"])
    return folder


def read_uncompressed(path: Path) -> bytes:
    """Return the bytes of a file, uncompressed if they are gzip or Unix compress (.Z).

    Raise DataError if the file cannot be read or its compressed bytes are damaged.
    """
    with refused_if_damaged(path, "a file, plain or of gzip or compress"):
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            return gzip.decompress(content)
        if content[:2] == b"\x1f\x9d":
            import unlzw3  # only training on pen strokes needs it

            return bytes(unlzw3.unlzw(content))
    return content
