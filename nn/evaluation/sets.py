"""Sets for measuring: digits and numbers by other people, and pictures without a digit.

They are in the folder ``dev`` of the data folder; of the real numbers in its folder ``numbers``
they are the split ``dev``. No network is trained on them or tuned to them.
``python -m nn evaluate --dev`` prints how all are read, as in the app: single digits as by
``/predict`` and by ``/read``, numbers as by ``/read``. Measure it before and after each change of
the reader.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import DIGITS as CLASSES
from nn.data.digits import DataError, refused_if_damaged
from nn.data.numbers import (
    RealNumber,
    Split,
    load_registers,
    load_swiss_digits,
    load_weather,
)
from nn.data.pictures.entries import zip_entries
from nn.data.published import data_folder
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink
from nn.decoding.picture_errors import PictureError
from nn.evaluation.attack import CONTROL, attack
from nn.evaluation.classifier_metrics import Row, count, markdown, proportion
from nn.reader import Reader
from nn.reading.allowed import Restriction
from nn.reading.reading import Reading
from nn.training.certainty_training import Answer

SUBFOLDER = "dev"
DRAWN_HEIGHT_PX, PEN_PX = 100, 8  # of numbers that are drawn from pen strokes
SHOWN_RISKS = (0.003, 0.01, 0.02)
AT_RISKS = tuple(f"{what} at {risk}" for risk in SHOWN_RISKS for what in ("certain", "wrong"))
COLUMNS = ("right", *AT_RISKS, "median ms", "longest")
PAGES = "pages by another generator"
ATTACK, ATTACK_CONTROL = "drawn and photographed: more than a number", "the same: plain numbers"
ATTACK_SEED, ATTACK_COUNT = 1, 3
LIST_LENGTH, LIST_DIGITS = 1_000, (4, 6)  # of a list of numbers, and fewest and most of each

# A progress bar, on a terminal and if it takes over a second.
progress = partial(tqdm, leave=False, disable=None, delay=1)


@dataclass(frozen=True)
class Labelled:
    """A picture and the digits in it, with line breaks between lines; "" if it shows none.

    ``restriction`` says which texts a line may hold, if not any, and ``has_marks`` whether the
    digits are a text with its points, which has to be read whole.
    """

    picture: Image.Image
    digits: str
    restriction: Restriction | None = None
    has_marks: bool = False


def read_npz(path: Path) -> list[Labelled]:
    """Return the pictures of a file of numpy arrays: images uint8 (N, H, W) and labels uint8 (N,).

    A set without digits has no labels. Raise DataError if the file cannot be read.
    """
    with (
        refused_if_damaged(path, "numpy arrays, images and labels"),
        path.open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        images = arrays["images"]
        labels = arrays["labels"].tolist() if "labels" in arrays else [""] * len(images)
        pairs = zip(images, labels, strict=True)
        return [Labelled(Image.fromarray(image), f"{label}") for image, label in pairs]


def read_zip(path: Path) -> list[Labelled]:
    """Return the pictures of a zip archive whose folders 0 to 9 hold the pictures of a digit.

    Raise DataError if the archive or a picture in it cannot be read, or there is none.
    """
    entries = (entry for entry in zip_entries(path) if entry.label in CLASSES)
    with refused_if_damaged(path, "an archive of pictures"):
        opened: list[Any] = sorted((entry.place, entry.label, entry.open()) for entry in entries)
    return [Labelled(picture, label) for _, label, picture in opened]


def read_table(path: Path, column: str = "digits") -> Iterator[Labelled]:
    """Yield the pictures that a table names in its column ``file``, and the digits in another.

    Raise DataError if the table or a picture is missing or damaged.
    """
    with refused_if_damaged(path, f"file and {column} of each picture"):
        rows = list(csv.DictReader(path.read_text().splitlines()))
    for row in rows:
        digits = "".join(sign for sign in row[column] if sign.isdigit())
        yield Labelled(_open(path.parent / row["file"]), digits)


def read_real(
    load_numbers: Callable[[Split, Path | None], Iterable[RealNumber]], split: Split, folder: Path
) -> Iterator[Labelled]:
    """Yield the real numbers of a split of one of the loaders of ``nn.data.numbers``.

    Raise DataError as they do.
    """
    for number in load_numbers(split, folder):
        yield Labelled(Image.fromarray(number.grey), number.digits)


def ink_to_picture(ink: Array) -> Image.Image:
    """Return ink (H, W), 0 for paper to 1 for ink, as a picture, dark on white."""
    return Image.fromarray(np.rint(255 * (1 - np.clip(ink, 0, 1))).astype(np.uint8))


def _of_strokes(folder: Path) -> Iterator[Labelled]:
    """Yield numbers drawn from recorded pen strokes, as the page's pad draws them."""
    path = folder / SUBFOLDER / "numbers_pens.jsonl.gz"
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
        yield Labelled(ink_to_picture(ink), number["digits"])


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
    return folder / SUBFOLDER / "pages" / "labels.json"


def _open(path: Path) -> Image.Image:
    with refused_if_damaged(path, "a picture"), Image.open(path) as picture:
        picture.load()
    return picture


Load = Callable[[Path], Iterable[Labelled]]
"""Takes the data folder."""


def _read_at(name: str, read: Load, folder: Path) -> Iterable[Labelled]:
    return read(folder / SUBFOLDER / name)


DIGITS: dict[str, Load] = {
    "HwD-1000, drawn on a screen": partial(_read_at, "canvas_hwd1000.npz", read_npz),
    "bhmsds, photographed sheets": partial(_read_at, "paper_bhmsds.npz", read_npz),
    "sudoku cells, phone photos": partial(_read_at, "photo_sudoku_cells.zip", read_zip),
}
NO_DIGITS: dict[str, Load] = {
    "Quick, Draw! doodles": partial(_read_at, "non_quickdraw_doodles.npz", read_npz),
}
SINGLE: dict[str, Load] = {
    **DIGITS,
    **NO_DIGITS,
    "digits cut from photographs": partial(
        _read_at, "photo_digits/labels.csv", partial(read_table, column="label")
    ),
}
NUMBERS: dict[str, Load] = {
    "cheque amounts": partial(_read_at, "cheques/labels.csv", read_table),
    "numbers in formulas and of UNIPEN": _of_strokes,
    PAGES: read_pages,
}
# Certainty is not fitted to these two. For it there are other registers and weather sheets.
REAL_DIGITS: dict[str, Load] = {
    "Swiss digits of a form": partial(read_real, load_swiss_digits, "dev"),
}
REAL_NUMBERS: dict[str, Load] = {
    "cells of logbooks, phone photos": partial(
        _read_at, "cells/labels.csv", partial(read_table, column="text")
    ),
    "numbers of notaries' registers": partial(read_real, load_registers, "dev"),
    "numbers of weather sheets": partial(read_real, load_weather, "dev"),
}


def load(name: str, data: Path | None = None) -> list[Labelled]:
    """Return the set of single digits, or without any, of this name in a data folder.

    Raise DataError if it is not there or damaged, or no folder is named, as of ``folder_of``.
    """
    return list(SINGLE[name](folder_of(data)))


def measure_all_sets(reader: Reader, data: Path | None, every: int = 1) -> str:
    """Return the table of all sets in Markdown, measured on one in ``every`` so many pictures.

    Of what is certain and wrong the share is that of the certain answers.

    Raise DataError if one of the sets is missing or damaged.
    """
    folder = folder_of(data)
    rows = []
    for name, load_set in {**SINGLE, **REAL_DIGITS}.items():
        pictures = list(load_set(folder))[::every]
        rows.append(_row(f"{name}, /predict", pictures, reader.predict))
        rows.append(_row(f"{name}, /read", pictures, reader.read))
    for name, load_set in {**NUMBERS, **REAL_NUMBERS}.items():
        pictures = list(load_set(folder))[::every]
        rows.append(_row(name, pictures, reader.read))
        if restricted := with_lists(pictures):
            rows.append(_row(f"{name}, of a list", restricted, reader.read))
            others = with_lists(pictures, are_right=False)
            rows.append(_row(f"{name}, not of a list", others, reader.read))
    by_kind = read_attack(ATTACK_SEED, ATTACK_COUNT, folder)
    for is_control, name in ((False, ATTACK), (True, ATTACK_CONTROL)):
        kinds = [found for kind, found in by_kind.items() if kind.startswith(CONTROL) == is_control]
        rows.append(_row(name, [*chain.from_iterable(kinds)][::every], reader.read))
    return markdown("set", COLUMNS, rows)


def measure_attack(reader: Reader, data: Path | None, seed: int, n: int) -> str:
    """Return the table of the pictures of ``nn.evaluation.attack`` by kind, in Markdown.

    Raise DataError if the handwriting is missing.
    """
    by_kind = read_attack(seed, n, data)
    return markdown("kind", COLUMNS, [_row(kind, by_kind[kind], reader.read) for kind in by_kind])


def read_attack(seed: int, n: int, data: Path | None) -> dict[str, list[Labelled]]:
    """Return the pictures of ``nn.evaluation.attack`` by kind."""
    by_kind: dict[str, list[Labelled]] = {}
    for kind, picture, text in attack(seed, n, data):
        by_kind.setdefault(kind, []).append(Labelled(picture, text, has_marks=True))
    return by_kind


def with_lists(pictures: Sequence[Labelled], *, are_right: bool = True) -> list[Labelled]:
    """Return the numbers of at least four digits, each with a list of texts that are allowed.

    A list has ``LIST_LENGTH`` random numbers of four to six digits, with the right one or without.
    """
    rng = np.random.default_rng(1)
    restricted = []
    for labelled in pictures:
        if len(labelled.digits) < LIST_DIGITS[0] or "\n" in labelled.digits:
            continue
        lengths = rng.integers(LIST_DIGITS[0], LIST_DIGITS[1] + 1, 2 * LIST_LENGTH)
        drawn = rng.integers(10 ** (lengths - 1), 10**lengths).astype(str).tolist()
        others = [value for value in dict.fromkeys(drawn) if value != labelled.digits]
        values = [*others[: LIST_LENGTH - are_right], *[labelled.digits] * are_right]
        restricted.append(replace(labelled, restriction=Restriction(values)))
    return restricted


def folder_of(data: Path | None) -> Path:
    """Return the folder of the sets, or raise DataError."""
    folder = data_folder(data)
    if folder is None or not (folder / SUBFOLDER).is_dir():
        raise DataError(
            f"expected a data folder with the sets in its folder {SUBFOLDER}, but got "
            f"{folder}: name it with --data or INKLING_DATA"
        )
    return folder


def _row(name: str, pictures: Sequence[Labelled], read: Callable[..., Reading]) -> Row:
    """Return the row of a set; where no answer is right, every certain one is wrong.

    What is refused is neither right nor certain. Times are of the processor.
    """
    times_ms, found = list[float](), list[tuple[float, bool]]()
    for labelled in progress(pictures):
        start_s = process_time()
        with suppress(PictureError):
            reading = read(labelled.picture, *[labelled.restriction] * bool(labelled.restriction))
            answer = Answer("", reading, labelled.digits, has_marks=labelled.has_marks)
            found.append((reading.certain_from, answer.is_right))
        times_ms.append(1000 * (process_time() - start_s))
    n_right = sum(is_right for _, is_right in found)
    n_of_digits = sum(bool(labelled.digits) for labelled in pictures)
    return name, (
        proportion(n_right, n_of_digits) if n_of_digits else "",
        *at_risks(found, len(pictures)),
        f"{np.median(times_ms):.1f}",
        f"{max(times_ms):.1f}",
    )


def at_risks(answers: Sequence[tuple[float, bool]], n_total: int) -> list[str]:
    """Return the cells of ``AT_RISKS``: how many answers are certain, and wrong of these.

    Parameters
    ----------
    answers
        Of each the least risk at which it is certain, and whether it is right.
    n_total
        Number of the pictures, some of which may have no answer.
    """
    cells = []
    for risk in SHOWN_RISKS:
        certain = [is_right for certain_from, is_right in answers if certain_from <= risk]
        n_wrong = len(certain) - sum(certain)
        cells += [proportion(len(certain), n_total), count(n_wrong, max(1, len(certain)))]
    return cells
