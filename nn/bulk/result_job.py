"""How the command reads pictures: each gives a ``Result``, with an error where it is not read."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from nn.bulk.items import Item
from nn.bulk.results import OutputError, Result
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.reader import ReadingJob
from nn.reading.page.find import Page
from nn.reading.reading import Reading

MAX_STEM_BYTES = 60  # of a name in the names of its stages


@dataclass(frozen=True)
class ResultJob(ReadingJob[Result]):
    """What the command asks of each picture.

    Attributes
    ----------
    explain
        Folder to which the stages of each picture are written, if any.
    """

    explain: Path | None = None

    def result(self, item: Item, page: Page, reading: Reading) -> Result:
        """Return what is read in a picture; raise OutputError if stages cannot be written."""
        if self.explain:
            stages = dict(page.stages(is_number=reading.is_number))
            for place, digit in enumerate(reading.digits, 1):
                stages[f"digit-{place}-{digit.digit}"] = digit.image
            stem = re.sub(r"[^\w.-]", "_", Path(item.name).stem).encode()[:MAX_STEM_BYTES]
            start = f"{item.place:06}-{stem.decode(errors='ignore')}"
            try:
                for number, (name, image) in enumerate(stages.items(), 1):
                    path = self.explain / f"{start}-{number}-{name}.png"
                    Image.fromarray(np.ascontiguousarray(image)).save(path)
            except OSError as error:
                why = error.strerror or error
                raise OutputError(f"{self.explain} cannot be written: {why}") from error
        return Result(item.name, reading.to_dict())

    def failure(self, item: Item, error: Exception) -> Result:
        """Return why a picture is not read, so that the others are."""
        if isinstance(error, OutputError):
            raise error
        text = f"Reading failed: {error!r}."  # a fault of ours, or no memory
        if isinstance(error, PictureError):
            is_several = error.fault is PictureFault.SEVERAL_DIGITS
            text = f"{error}{' Leave --digit out, or cut one digit out.' if is_several else ''}"
        elif isinstance(error, OSError):
            text = f"{error.strerror or error}".removesuffix(".") + "."
        return Result(item.name, {}, text)
