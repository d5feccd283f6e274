"""How the reader reads every set that is for measuring, in one table: ``nn evaluate --dev``.

The pictures are read as in the app: single digits as by ``/predict`` and by ``/read``, numbers as
by ``/read``. Measure it before and after each change of the reader.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
from PIL import Image

from nn.data.digits import DataError
from nn.data.published import data_folder, refused_if_damaged
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink
from nn.decoding.errors import PictureError
from nn.evaluation import sets
from nn.evaluation.metrics import Row, count, markdown, proportion
from nn.evaluation.sets import progress, to_picture
from nn.reader import Reader
from nn.reading.readings import Reading

DRAWN_HEIGHT_PX = 100  # of numbers that are drawn from pen strokes
PEN_PX = 8
COLUMNS = ("right", "certain", "certain and wrong", "median ms", "longest")
PAGES = "pages by another generator"


@dataclass(frozen=True)
class Labelled:
    """A picture and the digits in it, with line breaks between lines; "" if it shows none."""

    picture: Image.Image
    digits: str


@dataclass(frozen=True)
class Result:
    """What is read in a picture: its digits, None if it is refused, and whether they are certain.

    ``seconds`` is processor time.
    """

    read: str | None
    is_certain: bool
    seconds: float


def measure(reader: Reader, data: Path | None, every: int = 1) -> str:
    """Return the table of all sets in Markdown, measured on one in ``every`` so many pictures.

    Raise DataError if one of the sets is missing or damaged.
    """
    folder = folder_of(data)
    rows = []
    for name, load in DIGITS.items():
        pictures = list(load(folder))[::every]
        rows.append(_row(f"{name}, /predict", pictures, reader.read_digit))
        rows.append(_row(f"{name}, /read", pictures, reader.read))
    for name, load in NUMBERS.items():
        rows.append(_row(name, list(load(folder))[::every], reader.read))
    return markdown("set", COLUMNS, rows)


def folder_of(data: Path | None) -> Path:
    """Return the folder of the sets, or raise DataError."""
    folder = data_folder(data)
    if folder is None or not (folder / sets.SUBFOLDER).is_dir():
        raise DataError(
            f"expected a data folder with the sets in its folder {sets.SUBFOLDER}, but got "
            f"{folder}: name it with --data or INKLING_DATA"
        )
    return folder


def read_all(pictures: Sequence[Labelled], read: Callable[[Image.Image], Reading]) -> list[Result]:
    """Return what is read in each picture."""
    found = []
    for each in progress(pictures):
        start_s = process_time()
        try:
            reading = read(each.picture)
            digits, is_certain = reading.number, reading.certain
        except PictureError:
            digits, is_certain = None, False
        found.append(Result(digits, is_certain, process_time() - start_s))
    return found


def _row(name: str, pictures: Sequence[Labelled], read: Callable[[Image.Image], Reading]) -> Row:
    """Return the row of a set; where no digit is shown, every certain answer is wrong."""
    found = read_all(pictures, read)
    n_total = len(pictures)
    are_right = [one.read == each.digits for one, each in zip(found, pictures, strict=True)]
    is_wrong = [one.is_certain and not right for one, right in zip(found, are_right, strict=True)]
    times = [1000 * each.seconds for each in found]
    is_of_digits = any(each.digits for each in pictures)
    return name, (
        proportion(sum(are_right), n_total) if is_of_digits else "",
        proportion(sum(each.is_certain for each in found), n_total),
        count(sum(is_wrong), n_total),
        f"{np.median(times):.1f}",
        f"{max(times):.1f}",
    )


def _of_set(name: str, folder: Path) -> Iterator[Labelled]:
    """Yield the pictures of a set of ``sets.DIGITS`` or ``sets.NO_DIGITS``."""
    loaded = sets.load(name, folder)
    labels = map(str, loaded.labels.tolist()) if len(loaded.labels) else [""] * len(loaded)
    return (Labelled(*each) for each in zip(loaded.pictures, labels, strict=True))


def _of_table(name: str, column: str, folder: Path) -> Iterator[Labelled]:
    """Yield the pictures of a folder whose labels.csv has a column of digits."""
    table = folder / sets.SUBFOLDER / name / "labels.csv"
    with refused_if_damaged(table, "file and label of each picture"):
        rows = list(csv.DictReader(table.read_text().splitlines()))
    for row in rows:
        yield Labelled(_open(table.with_name(row["file"])), row[column])


def _of_strokes(folder: Path) -> Iterator[Labelled]:
    """Yield numbers drawn from recorded pen strokes, as the page's pad draws them."""
    path = folder / sets.SUBFOLDER / "numbers_pens.jsonl.gz"
    with refused_if_damaged(path, "a line of JSON for each number"), gzip.open(path) as file:
        numbers = [json.loads(line) for line in file]
    for number in numbers:
        strokes = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in number["strokes"]]
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = DRAWN_HEIGHT_PX / max(high[1] - low[1], 1e-9)
        edge_px = DRAWN_HEIGHT_PX / 2
        placed = [(stroke - low) * scale + edge_px for stroke in strokes]
        width, height = np.ceil((high - low) * scale + 2 * edge_px).astype(int).tolist()
        ink = draw_ink(placed, (width, height), PEN_PX, CURVE_STEP * DRAWN_HEIGHT_PX)
        yield Labelled(to_picture(ink), number["digits"])


def read_pages(folder: Path) -> Iterator[Labelled]:
    """Yield photographed pages of numbers, whose labels.json has the file and lines of each.

    Raise DataError if a file is missing or damaged.
    """
    path = pages_table(folder)
    with refused_if_damaged(path, "file and lines of each page"):
        pages = [(page["file"], "\n".join(page["lines"])) for page in json.loads(path.read_text())]
    for name, lines in pages:
        yield Labelled(_open(path.with_name(name)), lines)


def pages_table(folder: Path) -> Path:
    """Return the path of the labels of the photographed pages in a data folder."""
    return folder / sets.SUBFOLDER / "pages" / "labels.json"


def _open(path: Path) -> Image.Image:
    with refused_if_damaged(path, "a picture"), Image.open(path) as picture:
        picture.load()
    return picture


Load = Callable[[Path], Iterator[Labelled]]
DIGITS: dict[str, Load] = {
    **{name: partial(_of_set, name) for name in (*sets.DIGITS, *sets.NO_DIGITS)},
    "digits cut from photographs": partial(_of_table, "photo_digits", "label"),
}
NUMBERS: dict[str, Load] = {
    "cheque amounts": partial(_of_table, "cheques", "digits"),
    "numbers in formulas and of UNIPEN": _of_strokes,
    PAGES: read_pages,
}
