"""Files of the idx format, as MNIST, EMNIST and others are published: of images and of labels."""

import gzip
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DataError
from nn.data.mnist import parse_idx
from nn.data.pictures.entries import Entry, files_in
from nn.data.published import read_uncompressed
from nn.files import printable
from nn.reading.mnist_format import Pixels

IMAGES, LABELS = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"  # bytes in three dimensions, and in one
TRANSPOSED = "emnist-"  # EMNIST's files, by their name, hold each picture mirrored and turned


def is_idx(path: Path) -> bool:
    """Return whether a file, compressed or not, begins as images or labels of the idx format."""
    return _start_of(path) in (IMAGES, LABELS)


def find_images(folder: Path) -> list[Path]:
    """Return the idx files of images in a folder."""
    return [path for path in files_in(folder) if path.is_file() and _start_of(path) == IMAGES]


def idx_entries(path: Path) -> Iterator[Entry]:
    """Yield the pictures of an idx file of images, with the labels of the one beside it.

    ``path`` may name either. Raise DataError if the other is not there, a file is damaged, or they
    have not as many pictures as labels.
    """
    images_path, labels_path = _pair(path)
    images, labels = _read(images_path, IMAGES), _read(labels_path, LABELS)
    if len(images) != len(labels):
        raise DataError(
            f"{printable(images_path)}: holds {len(images):,} pictures, but {labels_path.name} "
            f"{len(labels):,} labels: they do not belong together"
        )
    if images_path.name.startswith(TRANSPOSED):
        images = images.transpose(0, 2, 1)
    name = printable(images_path.name)
    for number, label in enumerate(labels.tolist()):
        yield Entry(f"{name} picture {number + 1}", str(label), "", partial(_image, images, number))


def _image(images: NDArray[np.uint8], number: int) -> Pixels:
    return np.ascontiguousarray(images[number])


def _pair(path: Path) -> tuple[Path, Path]:
    """Return the paths of images and labels, of which one is given, by their names."""
    replaced = [("images", "labels"), ("idx3", "idx1")]
    if _start_of(path) == LABELS:
        replaced = [(new, old) for old, new in replaced]
    name = path.name.removesuffix(".gz")
    for old, new in replaced:
        name = name.replace(old, new)
    others = [path.with_name(name), path.with_name(name + ".gz")]
    other = next((each for each in others if each.is_file() and each != path), None)
    if other is None:
        raise DataError(
            f"{printable(path)}: expected a file {name} beside it (or {name}.gz), "
            "with the labels of its pictures or the pictures of its labels, but there is none"
        )
    return (other, path) if _start_of(path) == LABELS else (path, other)


def _start_of(path: Path) -> bytes:
    """Return the first four bytes of a file, uncompressed; none if it is damaged."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if not start.startswith(b"\x1f\x8b"):
            return start
        with gzip.open(path) as file:
            return file.read(4)
    except (OSError, EOFError):
        return b""


def _read(path: Path, start: bytes) -> NDArray[np.uint8]:
    """Return the bytes of an idx file whose header begins with ``start``."""
    content = read_uncompressed(path)
    try:
        if not content.startswith(start):
            raise ValueError(f"it begins with {content[:4].hex()}")
        return parse_idx(content)
    except Exception as error:  # a cut header, or sizes that the bytes do not have
        raise DataError(
            f"{printable(path)}: expected bytes in the idx format, but found: {error}"
        ) from error
