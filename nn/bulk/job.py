"""How pictures are read: what every process that reads some is given."""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from nn.bulk.output import OutputError
from nn.bulk.results import Result, members_of
from nn.decoding.errors import PictureError, PictureFault
from nn.reader import Reader, load
from nn.reading.readings import Reading

MAX_STEM = 60  # characters of a name in the names of its stages


@dataclass(frozen=True)
class Item:
    """A picture to read.

    Attributes
    ----------
    place
        In the order of all, from 1.
    name
        Of the file.
    content
        Its bytes, if they were read already.
    """

    place: int
    name: str
    content: bytes | None = None


@dataclass(frozen=True)
class Job:
    """How pictures are read.

    Attributes
    ----------
    model
        Name of the network.
    models
        Folder of the networks.
    is_of_digits
        Whether each picture is of one digit.
    explain
        Folder to which the stages of each picture are written, if any.
    """

    model: str
    models: Path
    is_of_digits: bool = False
    explain: Path | None = None

    def prepare(self) -> None:
        """Load the network and make the folder, or raise WeightsError or OSError."""
        leave_warnings_to_results()
        _reader(self.model, self.models)
        if self.explain:
            self.explain.mkdir(parents=True, exist_ok=True)

    def read_all(self, items: Iterable[Item]) -> list[Result]:
        """Return the results of several pictures."""
        return [self.read(item) for item in items]

    def read(self, item: Item) -> Result:
        """Return what is read in a picture, or why it is not.

        Raise OutputError if its stages cannot be written.
        """
        reader = _reader(self.model, self.models)
        picture = Path(item.name) if item.content is None else item.content
        try:
            reading = reader.read_digit(picture) if self.is_of_digits else reader.read(picture)
            result = Result(item.name, members_of(reading))
        except PictureError as error:
            is_several = error.fault is PictureFault.SEVERAL_DIGITS
            advice = " Leave --digit out, or cut one digit out." if is_several else ""
            return Result(item.name, {}, f"{error}{advice}")
        except OSError as error:
            return Result(item.name, {}, f"{error.strerror or error}.")
        except Exception as error:  # a fault of ours, or no memory: the other pictures are read
            return Result(item.name, {}, f"Reading failed: {error!r}.")
        if self.explain:
            _write_stages(reading, self.explain, item)
        return result


def leave_warnings_to_results() -> None:
    """Let Pillow warn neither of large pictures nor of damage: they are refused, or are read."""
    Image.MAX_IMAGE_PIXELS = None
    warnings.filterwarnings("ignore", module="PIL")


@cache
def _reader(model: str, models: Path) -> Reader:
    """Return the reader of this process."""
    return load(model, models)


def _write_stages(reading: Reading, folder: Path, item: Item) -> None:
    """Write the stages of a picture, and each digit as the network gets it, as PNG."""
    stem = re.sub(r"[^\w.-]", "_", Path(item.name).stem)[:MAX_STEM]
    start = f"{item.place:06}-{stem}"
    images = dict(reading.stages)
    images |= {
        f"digit-{place}-{digit.digit}": digit.image for place, digit in enumerate(reading.digits, 1)
    }
    try:
        for number, (name, image) in enumerate(images.items(), 1):
            path = folder / f"{start}-{number}-{name}.png"
            Image.fromarray(np.ascontiguousarray(image)).save(path)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from error
