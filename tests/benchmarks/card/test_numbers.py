from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.card.numbers import (
    COLUMNS,
    PageResult,
    SetResult,
    edit_distance,
    read_page,
    table,
)
from benchmarks.card.page_sets import PageSet
from benchmarks.pages.handwriting import Page
from nn.decoding.picture_errors import PictureError
from nn.evaluation.classifier_metrics import count, proportion

PAGE = Page(
    np.zeros((60, 100), np.float32),
    Image.new("L", (100, 60), "white"),
    ("17",),
    (((10, 10, 20, 40), (60, 10, 20, 40)),),
    is_touching=False,
)


def result(written: str, read: str, **changes: Any) -> PageResult:
    """Return the result of a page of one line, doubtful unless said otherwise."""
    doubtful = PageResult(
        (written,), (read,), is_certain=False, is_touching=False, n_missed=0, seconds=0.5
    )
    return replace(doubtful, **changes)


def test_a_number_is_right_without_the_point_that_closes_it() -> None:
    assert result("17", "17.").is_right
    assert result("1.700", "1.700,-").is_right
    for wrong in ("1.7", "17-", "170", "-17"):
        assert not result("17", wrong).is_right


def page_set(name: str, *pages: Page, **options: Any) -> PageSet:
    return PageSet(name, len(pages), partial(iter, pages), **options)


def of_sets(*named: tuple[str, list[PageResult]]) -> list[SetResult]:
    """Return the results of sets that share a group and a row, by the sets' names."""
    return [SetResult(page_set(name, group="", row=""), read) for name, read in named]


def rows(results: list[SetResult]) -> list[list[str]]:
    return [line[2:-2].split(" | ") for line in table("a", results).splitlines()[2:]]


@dataclass
class FakeReader:
    """Reads the same digits, each with its box, in every picture."""

    texts: list[str]
    boxes: list[tuple[int, int, int, int]]
    is_certain: bool = True
    error: PictureError | None = None

    def read(self, picture: Image.Image) -> Any:
        if self.error:
            raise self.error
        digits = [SimpleNamespace(box=box) for box in self.boxes]
        return SimpleNamespace(
            lines=[SimpleNamespace(text=text) for text in self.texts],
            digits=digits,
            certain=self.is_certain,
        )


def page_result(*boxes: tuple[int, int, int, int], page: Page | None = None) -> PageResult:
    """Return the result of a page in which a 1 is detected in each of these boxes."""
    reader: Any = FakeReader(["1" * len(boxes)], list(boxes))
    return read_page(reader, page or PAGE)


@pytest.mark.parametrize(
    ("written", "read", "n_edits"),
    [
        ("", "2026", 4),
        ("2026", "2076", 1),  # a substitution
        ("2026", "226", 1),  # a deletion
        ("2026", "20726", 1),  # an insertion
        ("2026", "0262", 2),  # a deletion at the start, an insertion at the end
    ],
)
def test_an_edit_substitutes_deletes_or_inserts(written: str, read: str, n_edits: int) -> None:
    assert edit_distance(written, read) == n_edits
    assert edit_distance(read, written) == n_edits


def test_a_row_has_right_certain_wrong_and_incomplete_numbers_digits_and_seconds() -> None:
    results = [
        result("123", "123", is_certain=True, seconds=0.1),
        result("1234", "1284", is_certain=True, n_missed=1, seconds=0.2),
        result("123", "12.13", n_missed=2, seconds=0.9),
    ]
    cells = [
        *(proportion(1, 3), "66.67 %", count(1, 3), "1"),
        *("80.00 % of 10", "0.200", "0.900"),  # two edits of ten digits
    ]
    assert rows(of_sets(("noise", results))) == [["noise (3)", *cells]]
    assert len(COLUMNS) == len(cells)


ON_1, BESIDE = (10, 10, 20, 40), (90, 4, 8, 8)


def test_a_written_digit_is_missed_if_none_is_detected_on_it() -> None:
    read = page_result(ON_1, BESIDE)
    assert (read.written, read.read, read.n_missed) == (("17",), ("11",), 1)
    assert read.seconds >= 0
    assert page_result(ON_1, page=replace(PAGE, boxes=())).n_missed is None
