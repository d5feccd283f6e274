"""Real numbers as people wrote them, cut out of registers, weather sheets and a printed form.

- registers: numbers of acts, days and fees of Paris notaries, 1830 to 1939, of the LECTAUREP
  repertories (Archives nationales and Inria, CC BY 4.0);
- weather: decimal numbers in cells of weather sheets of the Belgian Congo, 1949 to 1958 (Jungle
  Weather, COBECORE, doi 10.5281/zenodo.7104838, CC BY 4.0);
- swiss: digits by 21 writers, most of them Swiss ("Numbers", Alex Schroeder and others, CC0).

A page, a sheet or a writer is in one split alone: ``train``, ``calibrate`` or ``dev``. These
cut-outs are published nowhere: they are read from a folder that the user names.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.data.digits import DataError, refused_if_damaged
from nn.data.published import data_folder
from nn.reading.mnist import Pixels

Split = Literal["train", "calibrate", "dev"]

FOLDER = "numbers"
# What is written in two pictures for calibration whose label is another number, and pictures for
# calibration in which the label is not to be seen: their right edge cuts the last digit, or all.
CORRECTED = {"img/01489.jpg": "654", "img/02443.jpg": "189"}
CUT = frozenset(["img/00357.jpg", "img/05180.jpg", "img/format_1_7028_011_1_2_dl.jpg"])
FIRST_DEV_WRITER = 18  # of the Swiss digits: this one and those after it are measured alone


@dataclass(frozen=True)
class RealNumber:
    """A picture of a number, uint8 (H, W), its ink darker than its paper, and what is written.

    Attributes
    ----------
    text
        Of the registers, what stands there: digits, points, commas and other signs, and a space
        where a rule of the table stands between francs and centimes. Of the weather, the number
        with a point, whatever mark was written, if any was.
    box
        Where the number is: left, top, right and bottom, in pixels; the whole picture if its table
        has no boxes.
    has_marks
        Whether ``text`` has the marks that were written.
    """

    grey: Pixels
    text: str
    box: tuple[int, int, int, int]
    has_marks: bool = True

    @property
    def digits(self) -> str:
        """The digits of the text alone."""
        return "".join(sign for sign in self.text if sign.isdigit())


def load_registers(split: Split, folder: Path | None = None) -> Iterator[RealNumber]:
    """Yield the numbers of the registers.

    They are read from the folder ``numbers`` of the data folder, which is the one given or the one
    that INKLING_DATA names. Raise DataError if there is none, or a file is missing or damaged.
    """
    return _load("registers", "text", split, folder)


def load_weather(split: Split, folder: Path | None = None) -> Iterator[RealNumber]:
    """Yield the numbers of the weather sheets; parameters and errors as of ``load_registers``."""
    return _load("weather", "number", split, folder)


def load_swiss_digits(split: Split, folder: Path | None = None) -> Iterator[RealNumber]:
    """Yield the digits of the printed form; parameters and errors as of ``load_registers``.

    None of them is for calibration.
    """
    path = _folder(folder) / "swiss_digits.npz"
    with (
        refused_if_damaged(path, "numpy arrays: images, labels and writers"),
        np.load(path, allow_pickle=False) as arrays,
    ):
        images, labels, writers = (arrays[name] for name in ("images", "labels", "writers"))
    is_dev = writers >= FIRST_DEV_WRITER
    chosen: dict[Split, NDArray[np.bool_]] = {"train": ~is_dev, "dev": is_dev}
    numbers = np.flatnonzero(chosen.get(split, np.zeros(len(writers), np.bool_)))
    for number in numbers:
        yield RealNumber(images[number], str(labels[number]), _whole(images[number]))


def _load(name: str, column: str, split: Split, folder: Path | None) -> Iterator[RealNumber]:
    path = _folder(folder) / name / "labels.csv"
    with refused_if_damaged(path, f"a table with file, {column} and split of each number"):
        rows = list(csv.DictReader(path.read_text().splitlines()))
        chosen = [(row["file"], row[column], _box(row)) for row in rows if row["split"] == split]
    for file, text, box in chosen:
        if file in CUT:
            continue
        with (
            refused_if_damaged(path.parent / file, "a picture"),
            Image.open(path.parent / file) as picture,
        ):
            grey = np.asarray(picture.convert("L"))
        text = CORRECTED.get(file, text)
        yield RealNumber(grey, text, box or _whole(grey), has_marks=column == "text")


def _box(row: Mapping[str, str]) -> tuple[int, int, int, int] | None:
    sides = [row.get(name) for name in ("x0", "y0", "x1", "y1")]
    left, top, right, bottom = (int(side) if side else None for side in sides)
    if left is None or top is None or right is None or bottom is None:
        return None
    return left, top, right, bottom


def _whole(grey: Pixels) -> tuple[int, int, int, int]:
    height_px, width_px = grey.shape
    return 0, 0, width_px, height_px


def _folder(folder: Path | None) -> Path:
    found = data_folder(folder)
    if found is None or not (found / FOLDER).is_dir():
        raise DataError(
            f"expected a data folder with real numbers in its folder {FOLDER}, but got {found}: "
            "name it with --data or INKLING_DATA"
        )
    return found / FOLDER
