"""From a picture to a number in Python, without a server.

>>> from nn import reader
>>> reader.read("static/examples/number.jpg").text
'5379'
"""

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize, open_picture
from nn.models import line_network, weights
from nn.models.weights import WeightsError
from nn.reading.allowed import Restriction, RestrictionError
from nn.reading.lines.strip import strip_reader
from nn.reading.mnist import Pixels
from nn.reading.page.find import find_page
from nn.reading.page.grey import reduction_of
from nn.reading.reader import PageReader
from nn.reading.reading import Reading
from nn.reading.risk import (
    MAX_RISK,
    MIN_RISK,
    RISK,
    Certainty,
    CertaintyError,
    risk_of,
)

__all__ = [
    "MAX_RISK",
    "MIN_RISK",
    "RISK",
    "Certainty",
    "PictureError",
    "Reader",
    "Reading",
    "Restriction",
    "RestrictionError",
    "WeightsError",
    "load",
    "predict",
    "read",
    "read_many",
    "risk_of",
]

DEFAULT = "convnet"  # the network that reads if none is named
MAX_BYTES = 100_000_000  # of a file

MODELS = line_network.SHIPPED  # the weights that come with Inkling

AnyPicture = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Image.Image | NDArray[Any]
)
"""A path; the bytes of a file, or the file, open for reading bytes; a Pillow picture; or an array
(H, W), (H, W, 1), (H, W, 3), (H, W, 4), in grey, RGB or RGBA: uint8, uint16, bool, or float from 0
to 1."""


class Reader:
    """Reads pictures of digits and numbers; ``load`` makes one.

    Parameters
    ----------
    model
        The network that reads digits.
    lines_model
        The network that reads lines.
    certainty
        Judges which answers are certain.
    """

    def __init__(
        self, model: weights.Model, lines_model: weights.Model, certainty: Certainty
    ) -> None:
        self._parts = model, lines_model, certainty
        read_strip = strip_reader(lines_model.network.activations)
        self._reader = PageReader(model.network.activations, read_strip, certainty)

    def __reduce__(self) -> tuple[type["Reader"], tuple[Any, ...]]:
        """Pickle the networks, for other processes."""
        return Reader, self._parts

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
        TypeError
            When it is something else than a picture.
        """
        return self._reader.read(find_page(to_picture(picture)), allowed=restriction)

    def read_many(
        self, pictures: Iterable[AnyPicture], restriction: Restriction | None = None
    ) -> Iterator[Reading | Exception]:
        """Yield what each picture holds, in order, or the PictureError or OSError of ``read``.

        Raise TypeError at once if that is one picture, and no list of them.
        """
        if isinstance(pictures, str | bytes | bytearray | memoryview | os.PathLike | Image.Image):
            found = f"one picture ({type(pictures).__name__})"
            raise TypeError(f"Expected a list of pictures, but got {found}: put it into a list.")
        return self._read_each(pictures, restriction)

    def _read_each(
        self, pictures: Iterable[AnyPicture], restriction: Restriction | None
    ) -> Iterator[Reading | Exception]:
        for picture in pictures:
            try:
                yield self.read(picture, restriction)
            except (PictureError, OSError) as error:
                yield error

    def predict(self, picture: AnyPicture) -> Reading:
        """Return the one digit in a picture; errors as of ``read``, and where it shows several."""
        return self._reader.read(find_page(to_picture(picture)), one_digit=True)

    def stages(self, picture: AnyPicture, reading: Reading) -> Mapping[str, Pixels]:
        """Return images uint8 (H, W) of the stages from a picture to its ink, by name, in order.

        Of one digit also how it is fitted to MNIST's size.
        """
        return find_page(to_picture(picture)).stages(is_number=reading.is_number)


def load(
    name: str = DEFAULT,
    models: Path | str = MODELS,
    *,
    risk: float = RISK,
    certain_at: float | None = None,
) -> Reader:
    """Return a reader with a trained network.

    Parameters
    ----------
    name
        Of the network: "article", "mlp", "convnet", or one of your own.
    models
        Folder with ``NAME.npz`` and ``NAME.json``, or of trainings, with ``NAME/NAME.npz``.
    risk
        Greatest share of errors among certain answers, 0.001 to 0.05.
    certain_at
        The older way to say it, until version 3: a confidence, 0 to 1, instead of a risk.

    Raises
    ------
    WeightsError
        When the folder has no such network, or it is damaged.
    ValueError
        When the risk or ``certain_at`` is outside its limits.
    """
    folder = Path(models)
    path = weights.find_weights(folder, name)
    if not path.exists():
        files = [*folder.glob("*.npz"), *folder.glob("*/*.npz")]
        names = {each.stem for each in files if each == weights.find_weights(folder, each.stem)}
        found = ", ".join(sorted(names - {line_network.LINES})) or "none"
        deeper = sorted(str(each.parent) for each in files if each.stem == name)
        advice = (
            f"the folder {' or '.join(deeper)}" if deeper else "one of these, or another folder"
        )
        raise WeightsError(f"{folder} has no network {name!r}: there are {found}. Name {advice}.")
    certainty = load_certainty(folder).at(risk if certain_at is None else risk_of(certain_at))
    return Reader(weights.load(path), line_network.load(folder), certainty)


def load_certainty(models: Path = MODELS) -> Certainty:
    """Return the judges of a folder of models, or else the shipped ones, or raise WeightsError.

    They are fitted to the answers of one network of digits, and serve the others, too.
    """
    try:
        return Certainty.load(line_network.certainty_path(models))
    except CertaintyError as error:
        raise WeightsError(str(error)) from error


@cache
def _default() -> Reader:
    return load()


def read(picture: AnyPicture, restriction: Restriction | None = None) -> Reading:
    """Return what a picture holds; as ``Reader.read`` of the default network."""
    return _default().read(picture, restriction)


def read_many(
    pictures: Iterable[AnyPicture], restriction: Restriction | None = None
) -> Iterator[Reading | Exception]:
    """Yield what each picture holds, or its error; as ``Reader.read_many``."""
    return _default().read_many(pictures, restriction)


def predict(picture: AnyPicture) -> Reading:
    """Return the one digit in a picture; as ``Reader.predict``."""
    return _default().predict(picture)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, or raise PictureError for more than ``MAX_BYTES``."""
    with open(path, "rb", opener=_open_file) as file:
        return read_limited(file)


def read_limited(file: BinaryIO) -> bytes:
    """Return the bytes of an open file, or raise PictureError for more than ``MAX_BYTES``."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        detail = f"The file has more than {MAX_BYTES:,} bytes. Save the picture smaller."
        raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
    return content


def refuse_endless_file(path: Path) -> None:
    """Raise OSError for a pipe, a socket or a device, which may never end."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # the system's error explains a folder
        advice = "save the picture as a file, or pipe it to - (standard input)"
        text = f"Pipes, sockets and devices are not read: {advice}"
        raise OSError(errno.EINVAL, text, os.fspath(path))


def _refuse_address(path: str) -> None:
    """Raise OSError for an address of the web."""
    if re.match(r"https?:/", path, re.IGNORECASE):
        advice = "download the picture, and give its bytes or its path"
        raise OSError(errno.EINVAL, f"Addresses are not opened: {advice}", path)


def _open_file(name: str, flags: int) -> int:
    """Open a file; OSError as of ``refuse_endless_file``."""
    refuse_endless_file(Path(name))
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))  # it may have become a pipe since


def to_picture(picture: AnyPicture) -> Picture:
    """Return any kind of picture decoded; errors as of ``Reader.read``."""
    if isinstance(picture, np.ndarray):
        picture = _from_array(picture)
    if isinstance(picture, Image.Image):
        if 0 in picture.size:
            raise PictureError(PictureFault.EMPTY_PICTURE, "The picture has 0 pixels.")
        return Picture(picture, PictureSize(*reduction_of(picture).size_px))
    content: object
    if isinstance(picture, str | os.PathLike):
        _refuse_address(os.fspath(picture))
        content = read_bytes(Path(picture))
    elif isinstance(picture, bytes | bytearray | memoryview):
        content = bytes(picture)
    else:
        content = picture.read(MAX_BYTES) if hasattr(picture, "read") else None
    if not isinstance(content, bytes):
        expected = "a path, bytes, a file of bytes, a Pillow picture or a numpy array"
        raise TypeError(f"Expected {expected}, but got {type(picture).__name__}.")
    return open_picture(content).decode()


def _from_array(array: NDArray[Any]) -> Image.Image:
    """Return an array as a picture, or raise PictureError if it is none."""
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if not is_picture or 0 in array.shape or array.dtype.kind not in "buf":
        raise _no_picture(f"{array.dtype} {array.shape}")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.dtype.kind == "f":
        if not ((array >= 0) & (array <= 1)).all():  # nor NaN
            raise _no_picture(f"{array.dtype} from {array.min():g} to {array.max():g}")
        levels = np.rint(255 * array.astype(np.float32))
    elif array.dtype.kind == "b":
        levels = np.where(array, 255, 0)
    elif array.dtype.itemsize <= 2:
        levels = array if array.dtype.itemsize == 1 else array >> 8
    else:
        raise _no_picture(f"{array.dtype} {array.shape}")
    return Image.fromarray(levels.astype(np.uint8))


def _no_picture(found: str) -> PictureError:
    """Return the error of an array that is no picture."""
    detail = (
        "Expected an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), of uint8, uint16, bool, or "
        f"float from 0 to 1, but got {found}."
    )
    return PictureError(PictureFault.NOT_A_PICTURE, detail)
