"""Accuracy and time of reading numbers of several digits, as tables in Markdown.

The pictures of each condition are made by the same generator for all networks, and read as in the
app: from a picture to its ink, from the ink to lines of digits.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

from nn.data.digits import Digits
from nn.evaluation.certainty import is_certain
from nn.evaluation.page_sets import PageSet, all_page_sets
from nn.evaluation.pages.numbers import Page
from nn.evaluation.predictions import progress
from nn.evaluation.single_digits import LEARNT
from nn.evaluation.strangers import HeldBack
from nn.evaluation.tables import Row, count, markdown, proportion
from nn.models.weights import Model
from nn.reading.ink.extract import find_ink
from nn.reading.ink.unread import unread_ink
from nn.reading.mnist_format import NoInk, to_inputs
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.strips import strip_reader
from nn.reading.numbers.types import Box, NumberReading, ReadStrip, TooManyDigits

COLUMNS = (
    *("whole right", "certain", "certain and wrong"),
    *("digits right", "false digits", "median seconds", "longest"),
)


@dataclass(frozen=True)
class PageResult:
    """What was written and read on a page.

    Attributes
    ----------
    written, read
        Lines from top to bottom: digits and marks.
    is_certain
        Whether the app would call the answer certain.
    is_touching
        Whether any two of the written digits touch.
    n_false
        Digits that were detected where none is written; None where the places are unknown.
    seconds
        Of the processor, from the picture to the numbers.
    n_missed
        Digits that are written where none was detected; None where the places are unknown.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]
    is_certain: bool
    is_touching: bool
    n_false: int | None
    seconds: float
    n_missed: int | None = None

    @property
    def is_right(self) -> bool:
        """Whether all that is written was read, and nothing else."""
        return self.read == self.written

    @property
    def is_certain_and_wrong(self) -> bool:
        """Whether the answer is wrong though it is certain."""
        return self.is_certain and not self.is_right

    @property
    def is_certain_and_incomplete(self) -> bool:
        """Whether the answer is certain though a digit is missing in it."""
        return self.is_certain and bool(self.n_missed)


def measure(
    models: Mapping[str, Model],
    test: Digits,
    data: Path | None,
    held_back: HeldBack,
    strings: Model | None = None,
) -> str:
    """Return for each model a table of its accuracy, certainty and time, and its worst mistakes.

    The pages are those of ``all_page_sets``. ``strings`` is the network that reads strings, if any:
    all models read with it. Raise DataError if pendigits or UNIPEN cannot be loaded.
    """
    metadata = [strings.metadata] if strings else []
    read_strip = strip_reader(strings.network.activations) if strings else None
    page_sets = list(all_page_sets(test, data, held_back))
    results: dict[str, dict[str, list[PageResult]]] = {name: {} for name in models}
    for pages in page_sets:
        readers = [
            name
            for name, model in models.items()
            if not any(map(pages.has_learnt, [model.metadata, *metadata]))
        ]
        for name in readers:
            results[name][pages.name] = []
        for page in progress(pages.pages() if readers else (), pages.name, pages.n_pages):
            for name in readers:
                results[name][pages.name].append(read_page(models[name], page, read_strip))
    return "\n\n".join(report(name, page_sets, results[name]) for name in models)


def report(
    model: str, page_sets: Sequence[PageSet], results: Mapping[str, Sequence[PageResult]]
) -> str:
    """Return a model's table, and a list of the answers that are certain and wrong."""
    rows, mistakes = [], []
    groups: dict[str, list[PageResult]] = defaultdict(list)
    for pages in page_sets:
        found = results.get(pages.name)
        rows += rows_of(pages, found)
        groups[pages.group] += found or []
        mistakes += [
            f"- {pages.name}: {' / '.join(each.written)} read as {' / '.join(each.read)}"
            for each in found or []
            if each.is_certain_and_wrong
        ]
    rows += [
        (f"{group} ({len(every):,})", _cells(every))
        for group, every in groups.items()
        if group and every
    ]
    listed = "\n".join([f"{model}, certain and wrong:", "", *(mistakes or ["- none"])])
    placed = {
        group: [each for each in every if each.n_missed is not None]
        for group, every in groups.items()
        if group
    }
    incomplete = [
        f"- {group}: {count(sum(each.is_certain_and_incomplete for each in every), len(every))}"
        for group, every in placed.items()
        if every
    ]
    parts = [markdown(f"{model} reads", COLUMNS, rows), listed]
    if incomplete:
        parts.append("\n".join([f"{model}, certain though a digit is missing:", "", *incomplete]))
    return "\n\n".join(parts)


def read_page(model: Model, page: Page, read_strip: ReadStrip | None = None) -> PageResult:
    """Return what a model reads in the picture of a page, and how long that takes.

    Nothing is read in a picture without ink or with too many digits. ``read_strip`` is the network
    of strings, if any.
    """
    network = model.network
    start = process_time()
    reading, is_sure = NumberReading([], []), False
    boxes: list[Box] = []
    with suppress(NoInk, TooManyDigits):
        sheet = find_ink(page.picture)
        reading = read_lines(
            sheet.ink, lambda images: network.activations(to_inputs(images)), read_strip
        )
        boxes = [sheet.reduction.to_picture(digit.box) for digit in reading.digits]
        is_sure = is_certain(reading, is_ink_left_out=bool(unread_ink(sheet)))
    seconds = process_time() - start
    return PageResult(
        written=page.lines,
        read=tuple(line.text for line in reading.lines),
        is_certain=is_sure,
        is_touching=page.is_touching,
        n_false=sum(not is_on_digit(box, page) for box in boxes) if page.boxes else None,
        seconds=seconds,
        n_missed=n_missed(boxes, page) if page.boxes else None,
    )


def is_on_digit(box: Box, page: Page) -> bool:
    """Return whether the middle of a box is in the box of any digit of a page."""
    return any(_holds_middle(digit, box) for line in page.boxes for digit in line)


def n_missed(boxes: Sequence[Box], page: Page) -> int:
    """Return how many digits of a page hold the middle of none of the boxes that were detected."""
    return sum(
        not any(_holds_middle(digit, box) for box in boxes) for line in page.boxes for digit in line
    )


def _holds_middle(digit: Box, box: Box) -> bool:
    """Return whether the middle of a box is in a digit's box."""
    x, y, width, height = digit
    middle_x, middle_y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return x <= middle_x <= x + width and y <= middle_y <= y + height


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


def rows_of(pages: PageSet, results: Sequence[PageResult] | None) -> list[Row]:
    """Return a set's row, then rows of pages without and with touching digits if it has both.

    Results are None for a model that was trained on the writers.
    """
    if results is None:
        return [(f"{pages.name} ({pages.n_pages:,})", [LEARNT] * len(COLUMNS))]
    parts = {pages.name: results}
    if len({result.is_touching for result in results}) == 2:
        parts["... no digits touching"] = [part for part in results if not part.is_touching]
        parts["... digits touching"] = [part for part in results if part.is_touching]
    return [(f"{title} ({len(part):,})", _cells(part)) for title, part in parts.items()]


def _cells(results: Sequence[PageResult]) -> list[str]:
    """Return the cells of a row."""
    texts = [(_digits_of(result.written), _digits_of(result.read)) for result in results]
    n_digits = sum(len(written) for written, _ in texts)
    n_edits = sum(edit_distance(written, read) for written, read in texts)
    seconds = [result.seconds for result in results]
    false = [result.n_false for result in results if result.n_false is not None]
    return [
        proportion(sum(result.is_right for result in results), len(results)),
        proportion(sum(result.is_certain for result in results), len(results)),
        count(sum(result.is_certain_and_wrong for result in results), len(results)),
        f"{100 * (1 - n_edits / n_digits):.2f} % of {n_digits:,}",
        f"{sum(false):,}" if false else "-",
        f"{np.median(seconds):.3f}",
        f"{max(seconds):.3f}",
    ]


def _digits_of(lines: Sequence[str]) -> str:
    """Return the digits of lines, without marks."""
    return "".join(filter(str.isdigit, "".join(lines)))
