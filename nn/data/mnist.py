"""MNIST: 70,000 handwritten digits (LeCun, Cortes, Burges), in four files of the idx format.

An idx file is a big-endian header (two zero bytes, the type of the numbers, how many dimensions,
then the size of each), then one byte for each pixel or label.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DataError, Digits
from nn.data.download import COPY_AGAIN, PublishedFile

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
# SHA-256 of the uncompressed file, and of the .gz at the mirrors.
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
        Where the files are, as in ``PublishedFile.read``.

    Raises
    ------
    DataError
        If a file is missing, cannot be downloaded, or is not MNIST's.
    """
    arrays = {}
    for name, hashes in HASHES.items():
        path, content = PublishedFile("MNIST", name, ".gz", *hashes, MIRRORS).read(folder)
        arrays[name] = parse_idx(path, content)
    train, test = (
        Digits(arrays[f"{part}-images-idx3-ubyte"], arrays[f"{part}-labels-idx1-ubyte"])
        for part in ("train", "t10k")
    )
    return train, test


def parse_idx(path: Path, content: bytes) -> NDArray[np.uint8]:
    """Return the bytes of an idx file in the shape that its header gives.

    Raises
    ------
    DataError
        If the header is not that of images (N, H, W) or labels (N,) of one byte each, or the file
        is shorter or longer than the header says. The message names ``path``.
    """
    if len(content) < 8:
        raise DataError(f"{path}: expected an idx file, but it ends within its header")
    zeros, dtype, n_dimensions = struct.unpack(">HBB", content[:4])
    if zeros != 0 or dtype != 8 or n_dimensions not in (1, 3):
        raise DataError(
            f"{path}: expected an idx file of images or labels, which starts with the bytes "
            f"00 00 08 03 or 00 00 08 01, but it starts with {content[:4].hex(' ')}"
        )
    start = 4 + 4 * n_dimensions
    shape = struct.unpack(f">{n_dimensions}I", content[4:start].ljust(start - 4, b"\0"))
    n_expected = start + int(np.prod(shape, dtype=np.int64))
    if len(content) != n_expected:
        raise DataError(
            f"{path}: its header says {' x '.join(map(str, shape))} bytes, {n_expected:,} with "
            f"the header, but it holds {len(content):,}: {COPY_AGAIN}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
