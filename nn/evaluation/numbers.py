"""Accuracy and time of reading numbers of several digits, as tables in Markdown.

The pictures of each condition are made by the same generator for all networks, and read as in the
app: from a picture to its ink, from the ink to lines of digits.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from nn.data.digits import Digits
from nn.data.pendigits import load_pendigits, split_by_writer
from nn.evaluation.pages.conditions import Condition, conditions
from nn.evaluation.pages.numbers import Page
from nn.evaluation.single_digits import has_learnt, progress
from nn.evaluation.tables import Row, markdown, proportion
from nn.models.weights import Model
from nn.reading.ink.extract import find_ink
from nn.reading.mnist_format import NoInk, to_inputs
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import NumberReading, TooManyDigits

SEED = 1  # of the pictures
COLUMNS = ("numbers right", "digits right", "false digits", "median seconds", "longest")


@dataclass(frozen=True)
class PageResult:
    """The numbers written and read on a page, from top to bottom, and the seconds that it took.

    ``n_false`` digits were detected where none is written.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]
    is_touching: bool
    n_false: int
    seconds: float


def measure(models: Mapping[str, Model], test: Digits, data: Path | None, n_writers: int) -> str:
    """Return a table for each model: accuracy and time under each condition.

    The parameters are those of ``single_digits.measure``; pendigits' last writers wrote the pen's
    numbers. Raise DataError if pendigits cannot be loaded.
    """
    _, last = split_by_writer(load_pendigits(data), n_writers)
    rows: dict[str, list[Row]] = {name: [] for name in models}
    for name, condition in conditions(last, test).items():
        results: dict[str, list[PageResult]] = {
            model: []
            for model in models
            if not (condition.is_pen and has_learnt(models[model].metadata, n_writers))
        }
        rng = np.random.default_rng(SEED)
        for _ in progress(range(condition.n_pictures if results else 0), name):
            page = condition.make(rng)
            for model in results:
                results[model].append(read_page(models[model], page))
        for model in models:
            rows[model] += rows_of(name, condition, results.get(model))
    return "\n\n".join(markdown(f"{model} reads", COLUMNS, rows[model]) for model in models)


def read_page(model: Model, page: Page) -> PageResult:
    """Return what a model reads in the picture of a page, and how long that takes.

    Nothing is read in a picture without ink or with too many digits.
    """
    start = perf_counter()
    reading = NumberReading([], [])
    boxes: list[tuple[float, float, float, float]] = []
    with suppress(NoInk, TooManyDigits):
        sheet = find_ink(page.picture)
        reading = read_lines(sheet.ink, lambda images: model.network.activations(to_inputs(images)))
        boxes = [sheet.reduction.to_picture(digit.box) for digit in reading.digits]
    seconds = perf_counter() - start
    read = tuple(line.number for line in reading.lines)
    n_false = sum(not is_on_digit(box, page) for box in boxes)
    return PageResult(page.lines, read, page.is_touching, n_false, seconds)


def is_on_digit(box: tuple[float, float, float, float], page: Page) -> bool:
    """Return whether the middle of a box is in the box of any digit of a page."""
    middle_x, middle_y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return any(
        x <= middle_x <= x + width and y <= middle_y <= y + height
        for line in page.boxes
        for x, y, width, height in line
    )


def edit_distance(written: str, read: str) -> int:
    """Return the least number of insertions, deletions and substitutions from one to the other.

    Levenshtein 1966, "Binary codes capable of correcting deletions, insertions and reversals".
    """
    row = list(range(len(read) + 1))
    for above, digit in enumerate(written):
        diagonal, row[0] = row[0], above + 1
        for at, other in enumerate(read, start=1):
            substituted = diagonal + (digit != other)
            diagonal, row[at] = row[at], min(substituted, row[at] + 1, row[at - 1] + 1)
    return row[-1]


def rows_of(name: str, condition: Condition, results: Sequence[PageResult] | None) -> list[Row]:
    """Return a condition's row, then rows of pages without and with touching digits if it has both.

    Results are None for a model that was trained on the writers.
    """
    if results is None:
        return [(f"{name} ({condition.n_pictures:,})", ["(learnt)"] * len(COLUMNS))]
    parts = {name: results}
    if len({result.is_touching for result in results}) == 2:
        parts["... no digits touching"] = [part for part in results if not part.is_touching]
        parts["... digits touching"] = [part for part in results if part.is_touching]
    return [(f"{title} ({len(part):,})", _cells(part)) for title, part in parts.items()]


def _cells(results: Sequence[PageResult]) -> list[str]:
    """Return the cells of a row."""
    texts = [("".join(result.written), "".join(result.read)) for result in results]
    n_digits = sum(len(written) for written, _ in texts)
    n_edits = sum(edit_distance(written, read) for written, read in texts)
    seconds = [result.seconds for result in results]
    return [
        proportion(sum(result.read == result.written for result in results), len(results)),
        f"{100 * (1 - n_edits / n_digits):.2f} % of {n_digits:,}",
        f"{sum(result.n_false for result in results):,}",
        f"{np.median(seconds):.3f}",
        f"{max(seconds):.3f}",
    ]
