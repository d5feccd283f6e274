"""From a picture to a number in Python, without a server.

>>> from nn import reader
>>> reader.read("static/examples/number.jpg").text
'5379'
"""

import errno
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.bulk.addresses import is_address
from nn.bulk.names import page_names, picture_names
from nn.bulk.workers import (
    KILLED,
    NOT_STARTED,
    EngineError,
    Item,
    Job,
    is_being_started,
    read_in_order,
)
from nn.decoding.files import MAX_BYTES, read_bytes
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize, open_picture
from nn.decoding.scans import is_scan, open_page, split_page
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

MODELS = line_network.SHIPPED  # the weights that come with Inkling

AnyPicture = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | BinaryIO
    | Image.Image
    | NDArray[Any]
    | Picture
)
"""A path, or the page of a scan, such as "form.pdf page 2"; the bytes of a file, or the file, open
for reading bytes; a Pillow picture; an array (H, W), (H, W, 1), (H, W, 3), (H, W, 4), in grey, RGB
or RGBA: uint8, uint16, bool, or float from 0 to 1; or what ``to_picture`` returns."""

Found = tuple[str, Reading | PictureError | OSError]
"""The name of a picture, and what is read in it, or why nothing is."""


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
        certainty = certainty.for_network(model.metadata)
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
        self,
        pictures: Iterable[AnyPicture],
        restriction: Restriction | None = None,
        *,
        processes: int = 1,
        progress: bool = False,
    ) -> Iterator[Found]:
        """Yield the name of each picture and what it holds, or the error of ``read``, in order.

        Parameters
        ----------
        pictures
            Any that ``read`` takes, of a scan each page; of a folder all pictures in it, by name.
            Their name is that of the file or page; of what has none, its number from 1.
        restriction
            As of ``read``.
        processes
            How many read at the same time, when they take longer than a second. A program that is
            run as a file needs ``if __name__ == "__main__":`` around what it does, so that Python
            can start others.
        progress
            Whether standard error shows how many are read; the package tqdm draws it.

        Raises
        ------
        TypeError
            At once for what is no list of pictures, or when a picture is something else.
        ValueError
            At once for less than one process.
        ImportError
            At once when tqdm is missing.
        EngineError
            When no process can be started.
        """
        check_list(pictures)
        if processes < 1:
            raise ValueError(f"processes must be 1 or more, but is {processes}")
        if processes > 1 and is_being_started():
            raise EngineError(NOT_STARTED)
        job = ReadingJob(self, restriction)
        if not progress:
            return read_in_order(_items(pictures), job, processes, warnings.warn)
        from tqdm import tqdm  # it comes with what trains

        total, items = None, _items(pictures)
        if isinstance(pictures, Sized):
            listed = list(items)
            total, items = len(listed), iter(listed)
        found = read_in_order(items, job, processes, warnings.warn)
        return iter(tqdm(found, total=total, unit=" pictures"))

    def predict(self, picture: AnyPicture) -> Reading:
        """Return the one digit in a picture; errors as of ``read``, and where it shows several."""
        return self._reader.read(find_page(to_picture(picture)), one_digit=True)

    def stages(self, picture: AnyPicture, reading: Reading) -> Mapping[str, Pixels]:
        """Return images uint8 (H, W) of the stages from a picture to its ink, by name, in order.

        Of one digit also how it is fitted to MNIST's size.
        """
        return find_page(to_picture(picture)).stages(is_number=reading.is_number)


@dataclass(frozen=True)
class ReadingJob(Job[Found]):
    """What ``read_many`` asks of each picture."""

    reader: Reader
    restriction: Restriction | None

    def read(self, item: Item) -> Found:
        """Return what is read in a picture, or why nothing is."""
        if isinstance(item.content, OSError):
            return item.name, item.content
        try:
            picture = item.name if item.content is None else to_picture(item.content, item.page)
            return item.name, self.reader.read(picture, self.restriction)
        except (PictureError, OSError) as error:
            # The frames of a traceback hold all that was worked on, such as decoded pictures.
            error.__traceback__ = error.__context__ = error.__cause__ = None
            return item.name, error

    def killed(self, item: Item) -> Found:
        """Return why a picture is not read for which a process was ended."""
        return item.name, ChildProcessError(KILLED)


def check_list(pictures: object) -> None:
    """Raise TypeError for one picture, and for what is no list."""
    is_one = isinstance(
        pictures, str | bytes | bytearray | memoryview | os.PathLike | Image.Image | Picture
    )
    if isinstance(pictures, np.ndarray):
        is_one = pictures.ndim < 3 or (pictures.ndim == 3 and pictures.shape[2] in (1, 3, 4))
    if is_one or hasattr(pictures, "read"):
        found = f"one picture ({type(pictures).__name__})"
        raise TypeError(f"Expected a list of pictures, but got {found}: put it into a list.")
    if not isinstance(pictures, Iterable):
        raise TypeError(f"Expected a list of pictures, but got {type(pictures).__name__}.")


def _items(pictures: Iterable[AnyPicture]) -> Iterator[Item]:
    """Yield each picture, of a folder all in it, and of a scan each page."""
    empty: list[Item] = []

    def report(folder: str, why: str) -> None:
        empty.append(Item(place, folder, OSError(errno.ENOENT, why, folder)))

    for place, picture in enumerate(pictures, 1):
        if isinstance(picture, str | os.PathLike):
            path = os.fspath(picture)
            files = [path] if is_address(path) else picture_names([path], report)
            yield from (Item(place, name) for file in files for name in page_names(file))
            yield from empty
            empty.clear()
            continue
        content: Any = picture
        if isinstance(picture, bytearray | memoryview):
            content = bytes(picture)
        elif not isinstance(picture, bytes | Image.Image | np.ndarray | Picture):
            content = _read_file(picture)
        for name in page_names(f"{place}", content if isinstance(content, bytes) else None):
            yield Item(place, name, content)


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
    pictures: Iterable[AnyPicture],
    restriction: Restriction | None = None,
    *,
    processes: int = 1,
    progress: bool = False,
) -> Iterator[Found]:
    """Yield the name of each picture and what it holds, or its error; as ``Reader.read_many``."""
    check_list(pictures)
    return _default().read_many(pictures, restriction, processes=processes, progress=progress)


def predict(picture: AnyPicture) -> Reading:
    """Return the one digit in a picture; as ``Reader.predict``."""
    return _default().predict(picture)


def to_picture(picture: AnyPicture, page: int | None = None) -> Picture:
    """Return any kind of picture decoded; errors as of ``Reader.read``.

    ``page`` is the number of the page that is meant, if its bytes are a scan of several.
    """
    if isinstance(picture, np.ndarray):
        picture = _from_array(picture)
    if isinstance(picture, Image.Image):
        if 0 in picture.size:
            raise PictureError(PictureFault.EMPTY_PICTURE, "The picture has 0 pixels.")
        return Picture(picture, PictureSize(*reduction_of(picture).size_px))
    if isinstance(picture, Picture):
        return picture
    if isinstance(picture, str | os.PathLike):
        path = os.fspath(picture)
        if re.match(r"https?:/", path, re.IGNORECASE):
            advice = "download the picture, and give its bytes or its path"
            raise OSError(errno.EINVAL, f"Addresses are not opened: {advice}", path)
        file, page = split_page(path)
        content = read_bytes(Path(file))
    elif isinstance(picture, bytes | bytearray | memoryview):
        content = bytes(picture)
    else:
        content = _read_file(picture)
    return open_page(content, page) if is_scan(content) else open_picture(content).decode()


def _read_file(file: Any) -> bytes:
    """Return the bytes of an open file, or raise TypeError."""
    content = file.read(MAX_BYTES) if hasattr(file, "read") else None
    if not isinstance(content, bytes):
        expected = "a path, bytes, a file of bytes, a Pillow picture or a numpy array"
        raise TypeError(f"Expected {expected}, but got {type(file).__name__}.")
    return content


def _from_array(array: NDArray[Any]) -> Image.Image:
    """Return an array as a picture, or raise PictureError if it is none."""
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    kind, found = array.dtype.kind, f"{array.dtype} {array.shape}"
    is_picture &= kind in "bf" or (kind == "u" and array.dtype.itemsize <= 2)
    if is_picture and array.size and kind == "f" and not ((array >= 0) & (array <= 1)).all():
        # Outside 0 to 1, or not a number.
        is_picture, found = False, f"{array.dtype} from {array.min():g} to {array.max():g}"
    if not is_picture or not array.size:
        detail = (
            "Expected an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), of uint8, uint16, bool, "
            f"or float from 0 to 1, but got {found}."
        )
        raise PictureError(PictureFault.NOT_A_PICTURE, detail)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if kind == "f":
        array = np.rint(255 * array.astype(np.float32))
    elif kind == "b":
        array = np.where(array, 255, 0)
    elif array.dtype.itemsize == 2:
        array = array >> 8
    return Image.fromarray(array.astype(np.uint8))
