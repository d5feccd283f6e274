"""How the command reads pictures: each gives a ``Result``, with an error where it is not read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from nn.bulk.addresses import read_name
from nn.bulk.results import OutputError, Result
from nn.bulk.workers import KILLED, Item, Job
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.scans import page_as_png
from nn.reader import Reader, to_picture
from nn.reading.allowed import Restriction
from nn.reading.mnist import Pixels

MAX_STEM_BYTES = 60  # of a name in the names of its stages

T = TypeVar("T")


@dataclass(frozen=True)
class ResultJob(Job[Result]):
    """What the command asks of each picture.

    Attributes
    ----------
    reader
        Reads it.
    is_of_digits
        Whether each picture is of one digit.
    explain
        Folder to which the stages of each picture are written, if any.
    restriction
        Which texts a line may hold, if not any.
    """

    reader: Reader
    is_of_digits: bool = False
    explain: Path | None = None
    restriction: Restriction | None = None

    def read(self, item: Item) -> Result:
        """Return what is read in a picture, or why it is not.

        Raise OutputError if its stages cannot be written.
        """

        def compute() -> tuple[Result, dict[str, Pixels]]:
            content = read_name(item.file) if item.content is None else item.content
            picture = to_picture(content, item.page)
            if self.is_of_digits:
                reading = self.reader.predict(picture)
            else:
                reading = self.reader.read(picture, self.restriction)
            images: dict[str, Pixels] = {}
            if self.explain:
                images |= self.reader.stages(picture, reading)
                for place, digit in enumerate(reading.digits, 1):
                    images[f"digit-{place}-{digit.digit}"] = digit.image
            return Result(item.name, reading.to_dict()), images

        found = _or_failure(item.name, compute)
        if isinstance(found, Result):
            return found
        result, images = found
        if self.explain:
            _write_images(images, self.explain, item)
        return result

    def killed(self, item: Item) -> Result:
        """Return the result of a picture for which a process was ended."""
        return Result(item.name, {}, KILLED)


def open_item(item: Item) -> Item | Result:
    """Return a picture with its bytes, or why they cannot be read; of a scan, its page alone."""
    if item.content is not None:
        return item

    def compute() -> Item:
        content = read_name(item.file)
        if item.page is not None:
            content = page_as_png(content, item.page)
        return replace(item, content=content)

    return _or_failure(item.name, compute)


def _or_failure(name: str, compute: Callable[[], T]) -> T | Result:
    """Return what is computed of a picture, or a result with the error, so that others are read."""
    try:
        return compute()
    except PictureError as error:
        is_several = error.fault is PictureFault.SEVERAL_DIGITS
        advice = " Leave --digit out, or cut one digit out." if is_several else ""
        return Result(name, {}, f"{error}{advice}")
    except OSError as error:
        return Result(name, {}, f"{error.strerror or error}.")
    except Exception as error:  # a fault of ours, or no memory
        return Result(name, {}, f"Reading failed: {error!r}.")


def _write_images(images: Mapping[str, Pixels], folder: Path, item: Item) -> None:
    stem = re.sub(r"[^\w.-]", "_", Path(item.name).stem).encode()[:MAX_STEM_BYTES]
    start = f"{item.place:06}-{stem.decode(errors='ignore')}"
    try:
        for number, (name, image) in enumerate(images.items(), 1):
            path = folder / f"{start}-{number}-{name}.png"
            Image.fromarray(np.ascontiguousarray(image)).save(path)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from error
