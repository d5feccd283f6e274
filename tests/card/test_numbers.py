from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.decoding.errors import PictureError, PictureFault
from nn.evaluation.metrics import count, proportion
from nn.models.weights import Model
from tests.card import numbers
from tests.card.held_back import HeldBack, Metadata
from tests.card.numbers import (
    COLUMNS,
    PageResult,
    SetResult,
    edit_distance,
    incomplete,
    measure,
    mistakes,
    read_all,
    read_page,
    table,
)
from tests.card.page_sets import PageSet
from tests.pages.handwriting import Page

PAGE = Page(
    np.zeros((60, 100), np.float32),
    Image.new("L", (100, 60), "white"),
    ("17",),
    (((10, 10, 20, 40), (60, 10, 20, 40)),),
    is_touching=False,
)
NO_DIGITS = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def result(written: str, read: str, **changes: Any) -> PageResult:
    """Return the result of a page of one line, doubtful unless said otherwise."""
    doubtful = PageResult(
        (written,), (read,), is_certain=False, is_touching=False, n_false=0, seconds=0.5
    )
    return replace(doubtful, **changes)


def page_set(name: str, *pages: Page, **options: Any) -> PageSet:
    return PageSet(name, len(pages), partial(iter, pages), **options)


def of_sets(
    *named: tuple[str, list[PageResult]], group: str = "", row: str = ""
) -> list[SetResult]:
    """Return the results of sets that share a group and a row, by the sets' names."""
    return [SetResult(page_set(name, group=group, row=row), read) for name, read in named]


def rows(results: list[SetResult]) -> list[list[str]]:
    """Return the cells of each row of a table."""
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
        return SimpleNamespace(texts=self.texts, digits=digits, is_certain=self.is_certain)


def page_result(*boxes: tuple[int, int, int, int], page: Page | None = None) -> PageResult:
    """Return the result of a page in which a 1 is detected in each of these boxes."""
    reader: Any = FakeReader(["1" * len(boxes)], list(boxes))
    return read_page(reader, page or PAGE)


@pytest.mark.parametrize(
    ("written", "read", "n_edits"),
    [
        ("2026", "2026", 0),
        ("", "", 0),
        ("2026", "", 4),
        ("", "2026", 4),
        ("2026", "2076", 1),  # a substitution
        ("2026", "226", 1),  # a deletion
        ("2026", "20726", 1),  # an insertion
        ("2026", "0262", 2),  # a deletion at the start, an insertion at the end
        ("123", "321", 2),
    ],
)
def test_an_edit_is_a_substitution_a_deletion_or_an_insertion(
    written: str, read: str, n_edits: int
) -> None:
    assert edit_distance(written, read) == n_edits
    assert edit_distance(read, written) == n_edits


def test_a_row_has_right_certain_and_wrong_numbers_digits_false_ones_and_seconds() -> None:
    results = [
        result("123", "123", is_certain=True, seconds=0.1),
        result("1234", "1284", is_certain=True, n_false=1, seconds=0.2),
        result("123", "12.13", n_false=2, seconds=0.9),
    ]
    cells = [
        *(proportion(1, 3), proportion(2, 3), count(1, 3)),
        *("80.00 % of 10", "3", "0.200", "0.900"),  # two edits of ten digits
    ]
    assert rows(of_sets(("noise", results))) == [["noise (3)", *cells]]
    assert len(COLUMNS) == len(cells)


def test_a_number_with_another_mark_is_wrong_though_its_digits_are_right() -> None:
    ((_, *cells),) = rows(of_sets(("noise", [result("3.14", "314")])))
    assert cells[0] == proportion(0, 1)
    assert cells[3] == "100.00 % of 3"


def test_false_digits_are_not_counted_where_the_places_are_unknown() -> None:
    ((_, *cells),) = rows(of_sets(("noise", [result("12", "12", n_false=None)])))
    assert cells[4] == "-"


def test_sets_of_a_group_are_counted_together_and_by_whether_digits_touch() -> None:
    pen = [result("12", "12"), result("12", "17"), result("12", "12", is_touching=True)]
    results = of_sets(("pen", pen), ("MNIST", [result("1", "1")]), group="all")
    assert [(row[0], row[1]) for row in rows([*results, *of_sets(("others", pen))])] == [
        ("pen (3)", proportion(2, 3)),
        ("MNIST (1)", proportion(1, 1)),
        ("others (3)", proportion(2, 3)),
        ("all (4)", proportion(3, 4)),
        ("... no digits touching (3)", proportion(2, 3)),
        ("... digits touching (1)", proportion(1, 1)),
    ]


def test_sets_next_to_each_other_may_share_a_row() -> None:
    lights = of_sets(("lamp", [result("1", "1")]), ("noise", [result("12", "17")]), row="lights")
    results = [*lights, *of_sets(("pen", [result("1", "1")]))]
    assert [(row[0], row[1]) for row in rows(results)] == [
        ("lights (2)", proportion(1, 2)),
        ("pen (1)", proportion(1, 1)),
    ]


def test_a_model_that_was_trained_on_the_writers_has_no_figures() -> None:
    sets = [
        page_set("red", *[PAGE] * 1000, row="pens"),
        page_set("blue", *[PAGE] * 200, row="pens"),
    ]
    assert rows([SetResult(each, None) for each in sets]) == [["pens (1,200)", *["(learnt)"] * 7]]


def test_certain_and_wrong_answers_are_listed() -> None:
    wrong = result("12", "17", is_certain=True)
    results = of_sets(("pen", [wrong]), ("MNIST", [result("1", "1"), result("1", "7")]))
    assert mistakes("a", results) == "`a`, certain and wrong:\n\n- pen: 12 read as 17"
    assert mistakes("a", results[1:]).endswith("\n\n- none")


def test_certain_answers_in_which_a_digit_is_missing_are_counted() -> None:
    missing = result("12", "1", is_certain=True, n_missed=1)
    doubtful, whole = result("12", "1", n_missed=1), result("1", "7", is_certain=True, n_missed=0)
    results = of_sets(("pen", [missing, doubtful]), ("MNIST", [whole]), group="all")
    others = of_sets(("others", [result("3", "8")]))
    assert incomplete("a", [*results, *others]) == (
        f"`a`, certain though a digit is missing:\n\n- all: {count(1, 3)}"
    )
    assert incomplete("a", others) == ""


ON_1, ON_7, BESIDE = (10, 10, 20, 40), (60, 10, 20, 40), (90, 4, 8, 8)


def test_a_digit_where_none_is_detected_is_missed() -> None:
    assert page_result(ON_1).n_missed == 1
    assert page_result(ON_1, ON_7).n_missed == 0
    assert page_result(ON_1, page=replace(PAGE, boxes=())).n_missed is None


def test_digits_detected_where_none_is_written_are_false() -> None:
    read = page_result(ON_1, ON_7, BESIDE)
    assert (read.written, read.read, read.n_false) == (("17",), ("111",), 1)
    assert read.seconds >= 0
    assert page_result(ON_1, page=replace(PAGE, boxes=())).n_false is None


@pytest.mark.parametrize("fault", [PictureFault.NO_DIGIT_FOUND, PictureFault.TOO_MANY_DIGITS])
def test_a_picture_that_cannot_be_read_has_no_numbers(fault: PictureFault) -> None:
    reader: Any = FakeReader([], [], error=PictureError(fault, "refused"))
    read = read_page(reader, PAGE)
    assert (read.read, read.n_false, read.is_certain) == ((), 0, False)


@pytest.mark.parametrize("is_certain", [True, False])
def test_a_page_is_certain_if_its_reading_is(is_certain: bool) -> None:
    reader: Any = FakeReader(["1.7", "77"], [ON_1], is_certain)
    read = read_page(reader, PAGE)
    assert (read.is_certain, read.read) == (is_certain, ("1.7", "77"))


def test_every_model_reads_the_same_pages_and_has_a_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbers, "Reader", lambda *_: FakeReader(["17"], [ON_1, ON_7]))
    made: list[str] = []

    def pages(name: str) -> Iterator[Page]:
        made.append(name)
        return iter([PAGE, PAGE])

    def has_learnt(metadata: Metadata) -> bool:
        return metadata["name"] == "b"

    every = [
        PageSet("pen", 2, partial(pages, "pen"), has_learnt),
        PageSet("MNIST", 2, partial(pages, "MNIST")),
    ]
    monkeypatch.setattr(numbers, "all_page_sets", lambda test, data, held_back: every)
    held_back = HeldBack(1, ())
    a, b, of_lines = (Model(cast(Any, None), {"name": name}) for name in ("a", "b", "lines"))
    of_a, _, _, of_b, _, _ = measure({"a": a, "b": b}, NO_DIGITS, None, held_back, of_lines).split(
        "\n\n"
    )
    right = f"{proportion(2, 2)} | {proportion(2, 2)} | {count(0, 2)} | 100.00 % of 4 | 0 |"
    assert of_a.startswith("| `a` reads | whole right | certain | certain and wrong |")
    assert f"| pen (2) | {right}" in of_a
    assert "| pen (2) | (learnt) |" in of_b
    for of_model in (of_a, of_b):
        assert f"| MNIST (2) | {right}" in of_model
    assert made == ["pen", "MNIST"]  # once for both models

    made.clear()
    measure({"b": b}, NO_DIGITS, None, held_back, of_lines)
    assert made == ["MNIST"]  # and not where all were trained on the writers

    made.clear()
    measure({"a": a}, NO_DIGITS, None, held_back, b)
    assert made == ["MNIST"]  # nor where the network of lines was

    (pen, mnist) = read_all({"a": a}, NO_DIGITS, None, held_back, of_lines, every=2)["a"]
    assert [len(each.read or []) for each in (pen, mnist)] == [1, 1]
