"""MNIST's four files, from a folder or from the web, checked to the last byte.

The idx format: a big-endian header (a magic number that tells the dimensions, then their sizes),
then one byte a pixel or label. Files may be gzipped; the hash is of what is inside, since different
archives of the same bytes are about.
"""

import gzip
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data import download as source
from nn.data.digits import DataError, Digits

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
# SHA-256 of the uncompressed file, and of the archive at the mirrors.
HASHES = {
    "train-images-idx3-ubyte": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train-labels-idx1-ubyte": (
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "t10k-images-idx3-ubyte": (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "t10k-labels-idx1-ubyte": (
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}


def load_mnist(folder: Path | None = None) -> tuple[Digits, Digits]:
    """Return MNIST's 60,000 training digits and its 10,000 test digits.

    Parameters
    ----------
    folder
        Holds the four files, gzipped or not, itself or in a folder ``mnist``. Without it the folder
        that the variable INKLING_DATA names; without that they are downloaded once and kept.

    Raises
    ------
    DataError
        If a file is missing, cannot be downloaded, or is not MNIST's.
    """
    folder = source.named_folder(folder)
    contents = {}
    for name, (sha256, archive_sha256) in HASHES.items():
        archive = f"{name}.gz"
        if folder:
            path = source.find("MNIST's", [name, archive], folder, "mnist", MIRRORS[0])
        else:
            path = source.download("MNIST's", archive, archive_sha256, MIRRORS, "mnist")
        contents[name] = read_idx(path, sha256)
    return _pair("train", contents), _pair("t10k", contents)


def read_idx(path: Path, sha256: str | None = None) -> NDArray[np.uint8]:
    """Return the bytes of an idx file, gzipped or not, in the shape that its header tells.

    Parameters
    ----------
    path
        The file.
    sha256
        What the hash of its uncompressed bytes must be, if given.

    Raises
    ------
    DataError
        If the header is not that of images (N, H, W) or labels (N,) of one byte each, or the file
        is shorter or longer than the header says.
    """
    content = _unpacked(path)
    if len(content) < 8:
        raise DataError(f"{path}: expected an idx file, but it ends within its header")
    zeros, kind, n_dimensions = struct.unpack(">HBB", content[:4])
    if zeros != 0 or kind != 8 or n_dimensions not in (1, 3):
        raise DataError(
            f"{path}: expected an idx file of images or labels, which starts with the bytes "
            f"00 00 08 03 or 00 00 08 01, but it starts with {content[:4].hex(' ')}"
        )
    start = 4 + 4 * n_dimensions
    shape = struct.unpack(f">{n_dimensions}I", content[4:start].ljust(start - 4, b"\0"))
    n_expected = start + int(np.prod(shape, dtype=np.int64))
    if len(content) != n_expected:
        raise DataError(
            f"{path}: its header tells of {' x '.join(map(str, shape))} bytes, {n_expected:,} with "
            f"the header, but it holds {len(content):,}: copy or download it again"
        )
    found = hashlib.sha256(content).hexdigest()
    if sha256 not in (None, found):
        raise DataError(
            f"{path}: is not MNIST's file: expected SHA-256 {sha256} of its uncompressed bytes, "
            f"but found {found}: copy or download it again"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _pair(part: str, contents: dict[str, NDArray[np.uint8]]) -> Digits:
    """Return one part's images with its labels."""
    return Digits(contents[f"{part}-images-idx3-ubyte"], contents[f"{part}-labels-idx1-ubyte"])


def _unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if they are gzipped."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: is damaged ({error}): copy or download it again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
