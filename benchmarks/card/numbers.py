"""Accuracy and time of reading numbers of several digits, as a table in Markdown.

The pictures are read as in the app.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.card.held_back import LEARNT, HeldBack
from benchmarks.card.page_sets import PageSet, all_page_sets
from benchmarks.pages.handwriting import Page
from nn.data.digits import Digits
from nn.decoding.picture_errors import PictureError
from nn.evaluation.classifier_metrics import Row, count, markdown, proportion
from nn.evaluation.sets import progress
from nn.models import ink_network
from nn.models.weights import Model
from nn.reader import Reader, load_certainty
from nn.reading.reading import Box, without_closing_marks

COLUMNS = (
    *("whole right", "certain", "certain and wrong", "certain, a digit missing"),
    *("digits right", "median seconds", "longest"),
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
    n_missed
        Digits that are written where none was detected; None where the places are unknown.
    seconds
        Processor time from the picture to the numbers.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]
    is_certain: bool
    is_touching: bool
    n_missed: int | None
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether what is written was read, and nothing else; marks that close it do not count."""
        read, written = map("\n".join, (self.read, self.written))
        return without_closing_marks(read) == without_closing_marks(written)

    @property
    def is_certain_and_wrong(self) -> bool:
        """Whether the answer is wrong though it is certain."""
        return self.is_certain and not self.is_right

    @property
    def is_certain_and_incomplete(self) -> bool:
        """Whether the answer is certain though a digit is missing in it."""
        return self.is_certain and bool(self.n_missed)


@dataclass(frozen=True)
class SetResult:
    """A set of pages, and what a model reads of them: None if it was trained on their writers."""

    pages: PageSet
    read: list[PageResult] | None


def read_all(
    model: Model,
    lines: Model,
    test: Digits,
    data: Path | None,
    held_back: HeldBack,
    every: int = 1,
) -> list[SetResult]:
    """Return what a model, together with the network of lines, reads of ``all_page_sets``.

    Of each set the first 1 / ``every`` of the pages are read. Raise DataError if pendigits or
    UNIPEN cannot be loaded.
    """
    reader, results = Reader(model, lines, ink_network.load(), load_certainty()), []
    for pages in all_page_sets(test, data, held_back):
        n_pages, read = -(-pages.n_pages // every), None
        if not any(map(pages.has_learnt, [model.metadata, lines.metadata])):
            some = progress(islice(pages.pages(), n_pages), pages.name, n_pages)
            read = [read_page(reader, page) for page in some]
        results.append(SetResult(pages, read))
    return results


def table(model: str, results: Sequence[SetResult]) -> str:
    """Return a model's table: a row for each set or row of sets, then the groups."""
    rows: list[Row] = []
    for title, sets in groupby(results, lambda each: each.pages.row or each.pages.name):
        in_row = list(sets)
        pages = [page for each in in_row for page in each.read or []]
        if pages:
            rows.append(_row(title, pages))
        else:
            n_pages = sum(each.pages.n_pages for each in in_row)
            rows.append((f"{title} ({n_pages:,})", [LEARNT] * len(COLUMNS)))
    for group, pages in _by_group(results).items():
        rows.append(_row(group, pages))
        for title, is_touching in (("no digits", False), ("digits", True)):
            if some := [page for page in pages if page.is_touching == is_touching]:
                rows.append(_row(f"... {title} touching", some))
    return markdown(f"`{model}` reads", COLUMNS, rows)


def _by_group(results: Sequence[SetResult]) -> dict[str, list[PageResult]]:
    """Return the results of each group of sets, without empty groups."""
    groups = defaultdict[str, list[PageResult]](list)
    for each in results:
        if each.pages.group and each.read:
            groups[each.pages.group] += each.read
    return groups


def read_page(reader: Reader, page: Page) -> PageResult:
    """Return what is read in the picture of a page, and how long that takes.

    Nothing is read in a picture without ink or with too many digits.
    """
    start = process_time()
    boxes: list[Box] = []
    texts: tuple[str, ...] = ()
    is_certain = False
    with suppress(PictureError):
        reading = reader.read(page.picture)
        texts, is_certain = tuple(line.text for line in reading.lines), reading.certain
        boxes = [digit.box for digit in reading.digits]
    seconds = process_time() - start
    return PageResult(
        written=page.lines,
        read=texts,
        is_certain=is_certain,
        is_touching=page.is_touching,
        n_missed=n_missed(boxes, page) if page.boxes else None,
        seconds=seconds,
    )


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


def _row(title: str, results: Sequence[PageResult]) -> Row:
    return f"{title} ({len(results):,})", _cells(results)


def _cells(results: Sequence[PageResult]) -> list[str]:
    """Return the cells of a row."""
    texts = [(_digits_of(result.written), _digits_of(result.read)) for result in results]
    n_digits = sum(len(written) for written, _ in texts)
    n_edits = sum(edit_distance(written, read) for written, read in texts)
    seconds = [result.seconds for result in results]
    placed = [result for result in results if result.n_missed is not None]
    return [
        proportion(sum(result.is_right for result in results), len(results)),
        f"{100 * sum(result.is_certain for result in results) / len(results):.2f} %",
        count(sum(result.is_certain_and_wrong for result in results), len(results)),
        f"{sum(result.is_certain_and_incomplete for result in placed)}" if placed else "-",
        f"{100 * (1 - n_edits / n_digits):.2f} % of {n_digits:,}",
        f"{np.median(seconds):.3f}",
        f"{max(seconds):.3f}",
    ]


def _digits_of(lines: Sequence[str]) -> str:
    """Return the digits of lines, without marks."""
    return "".join(filter(str.isdigit, "".join(lines)))
