"""A picture's file opened, and whether the picture is in the format of MNIST already."""

from pathlib import Path

import numpy as np
from PIL import Image

from nn.data.digits import DataError
from nn.decoding import picture_files as decoding
from nn.files import printable
from nn.reading.ink.grey import to_grey
from nn.reading.mnist_format import DIGIT_PX, INK_LEVEL, SIDE_PX, Ink, Pixels, outline

PAPER_LEVEL = 0.05  # most of MNIST's paper, 0; above it is the noise of a JPEG
PALEST = 0.6  # of an MNIST digit's darkest pixel, at least
CENTRE_PX = (13.5, 15.5)  # where an MNIST digit's centre of mass is, from the edge


def open_picture(content: bytes) -> Image.Image:
    """Return the picture of a file, decoded as the app does; raise PictureError if it is none."""
    return decoding.open_picture(content).decode().image


def open_file(path: Path) -> Image.Image:
    """Return the picture of a file by its path; errors as of ``open_picture``, and DataError.

    Only regular files are read: a pipe would be waited for.
    """
    if not path.is_file():
        raise DataError(f"there is no file {printable(path)}")
    return open_picture(path.read_bytes())


def as_it_is(picture: Image.Image | Pixels) -> Image.Image | Pixels:
    """Return uint8 (28, 28) of a picture in the format of MNIST, and any other as a picture."""
    if isinstance(picture, Image.Image):
        if picture.size == (SIDE_PX, SIDE_PX) and is_in_mnist_format(pixels := to_grey(picture)):
            return pixels
        return picture
    return picture if is_in_mnist_format(picture) else Image.fromarray(picture)


def is_in_mnist_format(pixels: Pixels) -> bool:
    """Return whether pixels (H, W) are as MNIST has them.

    That is: 28x28, bright ink on dark paper, the digit within 20x20, its centre of mass in the
    middle. All of MNIST's 70,000 pictures are; inverted, off-centre or larger digits are not.
    """
    if pixels.shape != (SIDE_PX, SIDE_PX) or pixels.max() < PALEST * 255:
        return False
    ink: Ink = np.divide(pixels, 255, dtype=np.float32)
    *_, width_px, height_px = outline(ink)
    if max(width_px, height_px) > DIGIT_PX or np.median(ink) > PAPER_LEVEL:
        return False
    ink[ink < INK_LEVEL] = 0
    middles = np.arange(SIDE_PX) + 0.5
    centre_of_mass = [(ink.sum(axis=axis) * middles).sum() / ink.sum() for axis in (0, 1)]
    return all(CENTRE_PX[0] <= place <= CENTRE_PX[1] for place in centre_of_mass)
