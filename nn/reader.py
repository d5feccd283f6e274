"""From a picture to a number in Python, without a server.

>>> from nn import reader
>>> reader.read("static/examples/number.jpg").text
'5379'
"""

import errno
import os
import warnings
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from nn.bulk.items import Item, opened, page_names
from nn.bulk.names import picture_names
from nn.bulk.workers import (
    KILLED,
    N_TOGETHER,
    NOT_STARTED,
    EngineError,
    Job,
    is_being_started,
    read_in_order,
)
from nn.decoding.any_picture import (
    AnyPicture,
    check_list,
    read_open_file,
    refuse_address,
    to_picture,
)
from nn.decoding.picture_errors import PictureError
from nn.decoding.picture_files import Picture
from nn.models import ink_network, line_network, weights
from nn.models.weights import WeightsError
from nn.reading.allowed import Restriction, RestrictionError
from nn.reading.certainty_model import (
    MAX_RISK,
    MIN_RISK,
    RISK,
    Certainty,
    CertaintyError,
)
from nn.reading.lines.strip import strip_reader
from nn.reading.mnist import SIDE_PX, Pixels
from nn.reading.page.find import Page
from nn.reading.page.segment import segmenter
from nn.reading.page_reader import PageReader
from nn.reading.reading import Activations, Reading

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
]

DEFAULT = "convnet"  # the network that reads if none is named
OTHERS = frozenset([ink_network.INK, line_network.LINES])  # which read no single digit

MODELS = line_network.SHIPPED  # the weights that come with Inkling

T = TypeVar("T")
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
    ink_model
        The network that finds ink.
    certainty
        Judges which answers are certain.
    """

    def __init__(
        self,
        model: weights.Model,
        lines_model: weights.Model,
        ink_model: weights.Model,
        certainty: Certainty,
    ) -> None:
        self._parts = model, lines_model, ink_model, certainty
        segment = segmenter(ink_model.network.activations)
        read_strip = strip_reader(lines_model.network.activations)
        certainty = certainty.for_network(model.metadata)
        self.page_reader = PageReader(model.network.activations, read_strip, certainty, segment)

    def __reduce__(self) -> tuple[type["Reader"], tuple[Any, ...]]:
        """Pickle the networks, for other processes."""
        return Reader, self._parts

    def __repr__(self) -> str:
        model, _, _, certainty = self._parts
        return f"Reader(name={model.metadata['name']!r}, risk={certainty.risk:g})"

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
            When it is something else than a picture, or the restriction is none.
        """
        _check_restriction(restriction)
        return self.page_reader.read(self.find_page(picture), allowed=restriction)

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
            At once for what is no list of pictures, or no restriction; when a picture is something
            else.
        ValueError
            At once for less than one process.
        ImportError
            At once when tqdm is missing.
        EngineError
            When no process can be started.
        """
        check_list(pictures)
        _check_restriction(restriction)
        if processes < 1:
            raise ValueError(f"processes must be 1 or more, but is {processes}")
        if processes > 1 and is_being_started():
            raise EngineError(NOT_STARTED)
        items, total = _items(pictures), None
        if progress and isinstance(pictures, Sized):
            listed = list(items)
            items, total = iter(listed), len(listed)
        are_listed = isinstance(pictures, Sequence | np.ndarray)
        job = FoundJob(self, restriction)
        found = read_in_order(items, job, processes, warnings.warn, are_listed=are_listed)
        if not progress:
            return found
        from tqdm import tqdm  # it comes with what trains

        return iter(tqdm(found, total=total, unit=" pictures"))

    def predict(self, picture: AnyPicture) -> Reading:
        """Return the one digit in a picture; errors as of ``read``, and where it shows several."""
        return self.page_reader.read(self.find_page(picture), one_digit=True)

    def find_page(self, picture: AnyPicture) -> Page:
        """Return the ink on a picture; errors as of ``read``."""
        return self.page_reader.find_page(to_picture(picture))

    def stages(self, picture: AnyPicture, reading: Reading) -> Mapping[str, Pixels]:
        """Return images uint8 (H, W) of the stages from a picture to its ink, by name, in order.

        Of one digit also how it is fitted to MNIST's size.
        """
        return self.find_page(picture).stages(is_number=reading.is_number)


@dataclass(frozen=True)
class ReadingJob(Job[T]):
    """Reads pictures, a few at a time; what becomes of a reading or an error is a subclass's.

    Attributes
    ----------
    reader
        Reads them.
    restriction
        Which texts a line may hold, if not any.
    is_of_digits
        Whether each picture is of one digit.
    """

    reader: Reader
    restriction: Restriction | None = None
    is_of_digits: bool = False

    @abstractmethod
    def result(self, item: Item, page: Page, reading: Reading) -> T:
        """Return the result of a picture that is read."""

    @abstractmethod
    def failure(self, item: Item, error: Exception) -> T:
        """Return the result of a picture for which an error was raised, or raise it again."""

    def killed(self, item: Item) -> T:
        """Return the result of a picture for which a process was ended."""
        return self.failure(item, ChildProcessError(KILLED))

    def read(self, items: Sequence[Item]) -> list[T]:
        """Return the result of each picture; the network computes plain digits together."""
        found, plain = dict[int, T](), dict[int, Page]()
        for number, item in enumerate(opened(items)):
            try:
                if isinstance(item.content, Exception):
                    raise item.content
                page = self.reader.find_page(item.content)
                if page.is_plain and not self.restriction and page.image.any():
                    plain[number] = page
                else:
                    found[number] = self._read_page(item, page)
            except Exception as error:
                found[number] = self.failure(item, error)
        places = [items[number].place for number in plain]
        images = [page.image for page in plain.values()]
        rows = activations_by_place(self.reader.page_reader.classify, places, images)
        for (number, page), activations in zip(plain.items(), rows, strict=True):
            try:
                found[number] = self._read_page(items[number], page, activations)
            except Exception as error:
                found[number] = self.failure(items[number], error)
        return [found[number] for number in range(len(items))]

    def _read_page(self, item: Item, page: Page, activations: Activations | None = None) -> T:
        reading = self.reader.page_reader.read(
            page,
            one_digit=self.is_of_digits,
            allowed=self.restriction,
            activations=activations,
        )
        return self.result(item, page, reading)


def activations_by_place(
    classify: Callable[[Pixels], Activations], places: Sequence[int], images: Sequence[Pixels]
) -> list[Activations]:
    """Return the activations (10,) of each image, computed ``N_TOGETHER`` at a time.

    They differ from those of an image alone by rounding, which depends on its row and on the number
    of rows. So that no result depends on which pictures were read together, there are always as
    many rows, and a picture has the row of its place among all.
    """
    n_in_row, batches = Counter[int](), list[int]()
    for place in places:
        batches.append(n_in_row[place % N_TOGETHER])
        n_in_row[place % N_TOGETHER] += 1
    inputs = np.zeros((max(batches, default=-1) + 1, N_TOGETHER, SIDE_PX, SIDE_PX), np.uint8)
    for batch, place, image in zip(batches, places, images, strict=True):
        inputs[batch, place % N_TOGETHER] = image
    computed = [classify(batch) for batch in inputs]
    return [
        computed[batch][place % N_TOGETHER] for batch, place in zip(batches, places, strict=True)
    ]


class FoundJob(ReadingJob[Found]):
    """Gives what ``read_many`` yields."""

    def result(self, item: Item, page: Page, reading: Reading) -> Found:
        """Return the name and the reading."""
        return item.name, reading

    def failure(self, item: Item, error: Exception) -> Found:
        """Return the name and why nothing is read; raise other errors, which are of a program."""
        if not isinstance(error, PictureError | OSError):
            raise error
        # The frames of a traceback hold all that was worked on, such as decoded pictures.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        return item.name, error


def _items(pictures: Iterable[AnyPicture]) -> Iterator[Item]:
    """Yield each picture, of a folder all in it, and of a scan each page."""
    places, empty = count(1), list[Item]()

    def report(folder: str, why: str) -> None:
        empty.append(Item(next(places), folder, OSError(errno.ENOENT, why, folder)))

    for number, picture in enumerate(pictures, 1):
        if isinstance(picture, str | os.PathLike):
            path = os.fspath(picture)
            try:
                refuse_address(path)
            except OSError as error:
                yield Item(next(places), path, error)
                continue
            files = picture_names([path], report)
            yield from (Item(next(places), name) for file in files for name in page_names(file))
            yield from empty
            empty.clear()
            continue
        content: Any = picture
        if isinstance(picture, bytearray | memoryview):
            content = bytes(picture)
        elif not isinstance(picture, bytes | Image.Image | np.ndarray | Picture):
            try:
                content = read_open_file(picture)
            except OSError as error:
                content = error
        for name in page_names(f"{number}", content if isinstance(content, bytes) else None):
            yield Item(next(places), name, content)


def _check_restriction(restriction: object) -> None:
    if not isinstance(restriction, Restriction | None):
        found = type(restriction).__name__
        raise TypeError(f'Expected a restriction, as Restriction(values=["72"]), but got {found}.')


def load(
    name: str = DEFAULT,
    models: Path | str = MODELS,
    *,
    risk: float = RISK,
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

    Raises
    ------
    WeightsError
        When the folder has no such network, or it is damaged.
    ValueError
        When the risk is outside its limits.
    """
    folder = Path(models)
    path = weights.find_weights(folder, name)
    if name in OTHERS or not path.exists():
        files = [*folder.glob("*.npz"), *folder.glob("*/*.npz")]
        names = {each.stem for each in files if each == weights.find_weights(folder, each.stem)}
        found = ", ".join(sorted(names - OTHERS)) or "none"
        deeper = sorted(str(each.parent) for each in files if each.stem == name)
        advice = (
            f"the folder {' or '.join(deeper)}" if deeper else "one of these, or another folder"
        )
        raise WeightsError(f"{folder} has no network {name!r}: there are {found}. Name {advice}.")
    certainty = load_certainty(folder).at(risk)
    lines_model, ink_model = line_network.load(folder), ink_network.load(folder)
    return Reader(weights.load(path), lines_model, ink_model, certainty)


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
