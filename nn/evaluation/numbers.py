"""How well numbers of several digits are read: drawn and photographed ones, as tables in Markdown.

Each kind of picture is made anew by the same generator, so that all networks see the same ones. The
pictures go through the app's own way: from a picture to its ink, from there to lines of digits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image
from tqdm import tqdm

from nn.data.digits import Digits
from nn.data.pendigits import load_pendigits, split_by_writer
from nn.evaluation.pages.kinds import Kind, kinds
from nn.evaluation.pages.numbers import NumberPicture
from nn.evaluation.pages.photograph import Box
from nn.evaluation.single_digits import has_learnt
from nn.evaluation.tables import share
from nn.models.weights import Model
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.mnist_format import NoInk, to_inputs
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import DetectedDigit, TooManyDigits

SEED = 1  # of the pictures
COLUMNS = ("read whole", "digits right", "false digits", "median seconds", "longest")


@dataclass(frozen=True)
class Result:
    """What was read of one picture.

    Attributes
    ----------
    written, read
        The numbers from top to bottom.
    is_touching
        Whether digits written touch.
    n_false
        How many digits were found where none is written.
    seconds
        From the picture to the numbers.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]
    is_touching: bool
    n_false: int
    seconds: float


def measure(models: Mapping[str, Model], test: Digits, data: Path | None, n_writers: int) -> str:
    """Return a table for each model: how well it reads numbers of each kind, and how fast.

    Parameters
    ----------
    models
        By name.
    test
        MNIST's test digits.
    data
        The data folder, else the one that INKLING_DATA names.
    n_writers
        How many of pendigits' writers, the last ones, wrote the pen's numbers.

    Raises
    ------
    DataError
        If pendigits cannot be had.
    """
    _, last = split_by_writer(load_pendigits(data), n_writers)
    lines: dict[str, list[str]] = {name: [] for name in models}
    for name, kind in kinds(last, test).items():
        unseen_by = {
            model: models[model]
            for model in models
            if not (kind.is_pen and has_learnt(models[model].metadata, n_writers))
        }
        results: dict[str, list[Result]] = {model: [] for model in unseen_by}
        rng = np.random.default_rng(SEED)
        n_pictures = kind.n_pictures if unseen_by else 0
        for _ in tqdm(range(n_pictures), name, leave=False, disable=None, delay=1):
            picture = kind.make(rng)
            for model in unseen_by:
                results[model].append(read(unseen_by[model], picture))
        for model in models:
            lines[model] += rows(name, kind, results.get(model))
    return "\n\n".join(table(model, lines[model]) for model in models)


def read(model: Model, numbers: NumberPicture) -> Result:
    """Return what a model reads in a picture of numbers, and how long that takes."""
    start = perf_counter()
    found = find_numbers(model, numbers.picture)
    seconds = perf_counter() - start
    lines = tuple("".join(str(digit) for digit, _ in line) for line in found)
    written = [box for line in numbers.boxes for box in line]
    n_false = sum(not _is_within(middle, written) for line in found for _, middle in line)
    return Result(numbers.lines, lines, numbers.is_touching, n_false, seconds)


def find_numbers(model: Model, picture: Image.Image) -> list[list[tuple[int, tuple[float, float]]]]:
    """Return for each line its digits and where the middle of each is in the upright picture."""
    try:
        sheet = find_ink(picture)
        lines = read_lines(sheet.ink, lambda images: model.network.activations(to_inputs(images)))
    except (NoInk, TooManyDigits):
        return []
    return [
        [(int(digit.activations.argmax()), _middle(sheet, digit)) for digit in line]
        for line in lines
    ]


def edit_distance(written: str, read: str) -> int:
    """Return how many digits must be put in, left out or changed to make one text the other.

    Levenshtein 1966, "Binary codes capable of correcting deletions, insertions and reversals".
    """
    row = list(range(len(read) + 1))
    for above, digit in enumerate(written):
        diagonal, row[0] = row[0], above + 1
        for at, other in enumerate(read, start=1):
            change = diagonal + (digit != other)
            diagonal, row[at] = row[at], min(change, row[at] + 1, row[at - 1] + 1)
    return row[-1]


def rows(name: str, kind: Kind, results: Sequence[Result] | None) -> list[str]:
    """Return a kind's row of the table, and of a kind that is mixed one each for its halves.

    There are no results where a model has learnt from those who wrote.
    """
    if results is None:
        return [f"| {name} ({kind.n_pictures:,}) |" + " (learnt) |" * len(COLUMNS)]
    halves = {
        "... no digits touching": [result for result in results if not result.is_touching],
        "... digits touching": [result for result in results if result.is_touching],
    }
    named = {name: results, **(halves if kind.is_split else {})}
    return [_row(title, part) for title, part in named.items() if part]


def table(model: str, lines: Sequence[str]) -> str:
    """Return rows as a table in Markdown."""
    head = f"| {model} reads numbers | {' | '.join(COLUMNS)} |"
    return "\n".join([head, "|" + " --- |" * (len(COLUMNS) + 1), *lines])


def _row(title: str, results: Sequence[Result]) -> str:
    """Return a row of the table."""
    n_whole = sum(result.read == result.written for result in results)
    n_digits = sum(len("".join(result.written)) for result in results)
    n_edits = sum(
        edit_distance("".join(result.written), "".join(result.read)) for result in results
    )
    seconds = [result.seconds for result in results]
    cells = [
        share(n_whole, len(results)),
        f"{100 * (1 - n_edits / n_digits):.2f} % of {n_digits:,}",
        f"{sum(result.n_false for result in results):,}",
        f"{np.median(seconds):.3f}",
        f"{max(seconds):.3f}",
    ]
    return f"| {title} ({len(results):,}) | {' | '.join(cells)} |"


def _middle(sheet: Sheet, digit: DetectedDigit) -> tuple[float, float]:
    """Return the middle of a digit's box in pixels of the upright picture."""
    x, y, width, height = sheet.reduction.to_picture(digit.box)
    return x + width / 2, y + height / 2


def _is_within(point: tuple[float, float], boxes: Sequence[Box]) -> bool:
    """Return whether a point lies in any of the boxes."""
    return any(
        x <= point[0] <= x + width and y <= point[1] <= y + height for x, y, width, height in boxes
    )
