"""Published data files: read from a folder that the user names, or downloaded once and kept."""

import gzip
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nn.data.digits import COPY_AGAIN, DataError, refused_if_damaged


@dataclass(frozen=True)
class PublishedFile:
    """A file of a published data set.

    Attributes
    ----------
    dataset
        The set's name; in lower case, the name of its folder in the data folder and in the cache.
    mirrors
        Addresses ending in a slash, tried in this order.
    name, sha256
        Of the uncompressed file, as archives of the same bytes differ. The content needs no other
        check.
    suffix, archive_sha256
        What its compressed archive adds to the name, ``.gz`` or ``.Z``, and the archive's hash; ""
        where the mirrors have the file itself.
    """

    dataset: str
    mirrors: Sequence[str]
    name: str
    sha256: str
    suffix: str = ""
    archive_sha256: str = ""

    def read(self, folder: Path | None) -> bytes:
        """Return the uncompressed bytes.

        They are read from the folder, which holds the file, compressed or not, itself or in a
        folder named after the set. Without it, from the folder that the variable INKLING_DATA
        names; without that, the file is downloaded once and kept in the user's cache. Raise
        DataError if it is missing, cannot be downloaded, is damaged, or has another hash.
        """
        archive = self.name + self.suffix
        if folder := data_folder(folder):
            path = find_file(folder, self.dataset, (self.name, archive), self.mirrors[0])
        else:
            sha256 = f"sha256:{self.archive_sha256 or self.sha256}"
            path = download(self.dataset, archive, sha256, self.mirrors)
        content = read_uncompressed(path)
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise DataError(
                f"{path}: is not the {self.dataset} file: expected SHA-256 {self.sha256} of its "
                f"uncompressed bytes, but found {found}: {COPY_AGAIN}"
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
