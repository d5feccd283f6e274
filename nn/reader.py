"""From a picture to a number in Python, without a server.

>>> from nn.reader import load
>>> reader = load()
>>> reader.read("static/examples/number.jpg").text
'5379'
"""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.decoding.errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize, open_picture
from nn.models import lines, weights
from nn.models.weights import WeightsError
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import CERTAIN_AT
from nn.reading.ink.grey import reduction_of
from nn.reading.inked_picture import InkedPicture, with_ink
from nn.reading.number_reader import NumberReader
from nn.reading.numbers.strip import strip_reader
from nn.reading.readings import Reading
from nn.reading.restriction import Restriction, RestrictionError

__all__ = [
    "PictureError",
    "Reader",
    "Reading",
    "Restriction",
    "RestrictionError",
    "WeightsError",
    "load",
]

DEFAULT = "convnet"  # the network that reads if none is named
MAX_BYTES = 100_000_000  # of a file

MODELS = Path(__file__).resolve().parent.parent / "models"  # the shipped weights

AnyPicture = str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]
"""A path; the bytes of a file; a Pillow picture; or an array, uint8 (H, W), (H, W, 3), (H, W, 4),
in grey, RGB or RGBA."""


class Reader:
    """Reads pictures of digits and numbers; ``load`` makes one.

    Parameters
    ----------
    model
        The network that reads digits.
    lines_model
        The network that reads lines.
    certain_at
        Confidence, 0 to 1, from which a digit is certain.
    """

    def __init__(
        self,
        model: weights.Model,
        lines_model: weights.Model,
        certain_at: float = CERTAIN_AT,
    ) -> None:
        read_strip = strip_reader(lines_model.network.activations)
        self._digit_reader = DigitReader(model.network.activations, read_strip, certain_at)
        self._number_reader = NumberReader(self._digit_reader)

    def read(self, picture: AnyPicture, restriction: Restriction | None = None) -> Reading:
        """Return what a picture holds: one digit, or numbers in lines.

        Parameters
        ----------
        picture
            Dark ink on light or light on dark, drawn, scanned or photographed.
        restriction
            Which texts a line may hold, if not any: each line is read as the likeliest of them.

        Raises
        ------
        PictureError
            When it is no picture that is read, shows no digit, or too many.
        OSError
            When a path cannot be read.
        """
        return self._number_reader.read(_with_ink(picture), restriction)

    def read_digit(self, picture: AnyPicture) -> Reading:
        """Return the one digit in a picture; errors as of ``read``; several digits are one, too."""
        return self._digit_reader.read(_with_ink(picture))


def load(
    name: str = DEFAULT, models: Path | str = MODELS, *, certain_at: float = CERTAIN_AT
) -> Reader:
    """Return a reader with a trained network.

    Parameters
    ----------
    name
        Of the network: "article", "mlp", "convnet", or one of your own.
    models
        Folder with ``NAME.npz`` and ``NAME.json``.
    certain_at
        Confidence, 0 to 1, from which a digit is certain.

    Raises
    ------
    WeightsError
        When the folder has no such network, or it is damaged.
    """
    folder = Path(models)
    path = folder / f"{name}.npz"
    if not path.exists():
        found = ", ".join(sorted(each.stem for each in folder.glob("*.npz"))) or "none"
        raise WeightsError(
            f"{folder} has no network {name!r}: there are {found}. Name one of these, or another "
            "folder."
        )
    return Reader(weights.load(path), lines.load(folder), certain_at)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, or raise PictureError for more than ``MAX_BYTES``."""
    with open(path, "rb", opener=_open_file) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        detail = f"The file has more than {MAX_BYTES:,} bytes. Save the picture smaller."
        raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
    return content


def _open_file(name: str, flags: int) -> int:
    """Open a file or raise OSError: not a pipe, a socket or a device, which may never end."""
    mode = Path(name).stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # the system's error explains a folder
        advice = "save the picture as a file, or pipe it to - (standard input)"
        raise OSError(errno.EINVAL, f"Pipes, sockets and devices are not read: {advice}", name)
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))  # it may have become a pipe since


def _with_ink(picture: AnyPicture) -> InkedPicture:
    if isinstance(picture, np.ndarray):
        picture = _from_array(picture)
    if isinstance(picture, Image.Image):
        size = PictureSize(*reduction_of(picture).size_px)
        return with_ink(Picture(picture, size))
    content = picture if isinstance(picture, bytes) else read_bytes(Path(picture))
    return with_ink(open_picture(content).decode())


def _from_array(array: NDArray[Any]) -> Image.Image:
    """Return an array as a picture, or raise PictureError if it is none."""
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not is_picture or 0 in array.shape:
        detail = (
            "Expected an array uint8 (H, W), (H, W, 3) or (H, W, 4), 0 to 255, but got "
            f"{array.dtype} {array.shape}."
        )
        raise PictureError(PictureFault.NOT_A_PICTURE, detail)
    return Image.fromarray(array)
