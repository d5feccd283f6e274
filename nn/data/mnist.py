"""MNIST: 70,000 handwritten digits (LeCun, Cortes, Burges), in four files of the idx format.

An idx file is a big-endian header (two zero bytes, the type of the numbers, how many dimensions,
then the size of each), then one byte for each pixel or label.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import Digits
from nn.data.published import PublishedFile

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
HASHES = {  # SHA-256 of the file, and of its .gz
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
FILES = [
    PublishedFile("MNIST", MIRRORS, name, sha256, ".gz", archive_sha256)
    for name, (sha256, archive_sha256) in HASHES.items()
]


def load_mnist(folder: Path | None = None) -> tuple[Digits, Digits]:
    """Return MNIST's 60,000 training digits and its 10,000 test digits.

    See ``PublishedFile.read`` for the folder and the errors.
    """
    train_images, train_labels, test_images, test_labels = (
        parse_idx(file.read(folder)) for file in FILES
    )
    return Digits(train_images, train_labels), Digits(test_images, test_labels)


def parse_idx(content: bytes) -> NDArray[np.uint8]:
    """Return the bytes of an idx file in the shape that its header gives."""
    n_dimensions = content[3]
    start = 4 + 4 * n_dimensions
    shape = struct.unpack(f">{n_dimensions}I", content[4:start])
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
