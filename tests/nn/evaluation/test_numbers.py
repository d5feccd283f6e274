from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.evaluation import numbers
from nn.evaluation.numbers import (
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
from nn.evaluation.page_sets import PageSet
from nn.evaluation.pages.numbers import Page
from nn.evaluation.strangers import HeldBack, Metadata
from nn.evaluation.tables import count, proportion
from nn.models.weights import Model
from nn.reading.ink.grey import Reduction
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import NoInk
from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine, NumberReading, TooManyDigits

Lines = list[NumberLine]

PAGE = Page(
    np.zeros((60, 100), np.float32),
    Image.new("L", (100, 60), "white"),
    ("17",),
    (((10, 10, 20, 40), (60, 10, 20, 40)),),
    is_touching=False,
)
NO_DIGITS = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def model(**metadata: Any) -> Model:
    """Return a model with the same activations for every picture."""
    network: Any = SimpleNamespace(
        activations=lambda inputs: np.full((len(inputs), 10), 0.1, np.float32)
    )
    return Model(network, metadata)


def detected(digit: int, box: tuple[float, float, float, float]) -> DetectedDigit:
    activations = np.zeros(10, np.float32)
    activations[digit] = 1
    return DetectedDigit(box, np.zeros((28, 28), np.uint8), activations, is_cut=False)


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


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Return the lines of digits that are detected in any picture, none at first."""
    lines: Lines = []
    # A pixel of the ink is two by two pixels of the picture.
    sheet = SimpleNamespace(
        ink=np.zeros((30, 50), np.float32), reduction=Reduction((100, 60), 2, (0, 0))
    )
    monkeypatch.setattr(numbers, "unread_ink", lambda sheet: [])
    monkeypatch.setattr(numbers, "find_ink", lambda picture: sheet)
    monkeypatch.setattr(numbers, "read_lines", lambda *_: NumberReading(lines, []))
    return lines


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


def test_a_digit_where_none_is_detected_is_missed(lines: Lines) -> None:
    lines.append(NumberLine([detected(1, (5, 5, 10, 20))], []))
    assert read_page(model(), PAGE).n_missed == 1
    lines[0].digits.append(detected(4, (30, 5, 10, 20)))
    assert read_page(model(), PAGE).n_missed == 0
    assert read_page(model(), replace(PAGE, boxes=())).n_missed is None


def test_digits_detected_where_none_is_written_are_false(lines: Lines) -> None:
    # The middles of the first two, doubled, are in the written digits' boxes; the third is beside.
    on_1, on_7, beside = (5, 5, 10, 20), (30, 5, 10, 20), (45, 2, 4, 4)
    digits = [detected(1, on_1), detected(4, on_7), detected(0, beside)]
    lines.append(NumberLine(digits, []))
    read = read_page(model(), PAGE)
    assert (read.written, read.read, read.n_false) == (("17",), ("140",), 1)
    assert read.seconds >= 0


def test_middles_of_digits_are_in_pixels_of_the_picture(lines: Lines) -> None:
    lines.append(NumberLine([detected(1, (5, 5, 10, 20))], []))
    read = read_page(model(), replace(PAGE, boxes=(((20, 30, 0, 0),),)))
    assert (read.read, read.n_false) == (("1",), 0)


def test_several_lines_are_read_from_top_to_bottom(lines: Lines) -> None:
    seven = detected(7, (30, 5, 10, 20))
    lines += [NumberLine([detected(1, (5, 5, 10, 20))], []), NumberLine([seven, seven], [])]
    assert read_page(model(), PAGE).read == ("1", "77")


@pytest.mark.parametrize("error", [NoInk("blank"), TooManyDigits("noise")])
def test_a_picture_that_cannot_be_read_has_no_numbers(
    lines: Lines, monkeypatch: pytest.MonkeyPatch, error: ValueError
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(numbers, "read_lines", refuse)
    read = read_page(model(), PAGE)
    assert (read.read, read.n_false) == ((), 0)


def test_digits_are_not_false_where_their_places_are_unknown(lines: Lines) -> None:
    lines.append(NumberLine([detected(1, (5, 5, 10, 20))], []))
    assert read_page(model(), replace(PAGE, boxes=())).n_false is None


def test_a_page_is_certain_if_all_that_is_read_is(lines: Lines) -> None:
    assert not read_page(model(), PAGE).is_certain
    lines.append(NumberLine([detected(1, (5, 5, 10, 20))], []))
    assert read_page(model(), PAGE).is_certain


def test_a_page_is_not_certain_while_its_ink_lacks_any(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.append(NumberLine([detected(1, (5, 5, 10, 20))], []))
    monkeypatch.setattr(numbers, "unread_ink", lambda sheet: [LeftOut((0, 0, 9, 9), Why.FAINT)])
    assert not read_page(model(), PAGE).is_certain


def test_marks_are_read_too(lines: Lines) -> None:
    digits = [detected(1, (5, 5, 10, 20)), detected(7, (30, 5, 10, 20))]
    lines.append(NumberLine(digits, [Mark((20, 20, 3, 3), ".", True, 1)]))
    assert read_page(model(), PAGE).read == ("1.7",)


def test_every_model_reads_the_same_pages_and_has_a_table(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = [detected(1, (5, 5, 10, 20)), detected(7, (30, 5, 10, 20))]
    lines.append(NumberLine(digits, []))
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
    a, b = model(name="a"), model(name="b")
    of_a, _, _, of_b, _, _ = measure({"a": a, "b": b}, NO_DIGITS, None, held_back).split("\n\n")
    right = f"{proportion(2, 2)} | {proportion(2, 2)} | {count(0, 2)} | 100.00 % of 4 | 0 |"
    assert of_a.startswith("| `a` reads | whole right | certain | certain and wrong |")
    assert f"| pen (2) | {right}" in of_a
    assert "| pen (2) | (learnt) |" in of_b
    for of_model in (of_a, of_b):
        assert f"| MNIST (2) | {right}" in of_model
    assert made == ["pen", "MNIST"]  # once for both models

    made.clear()
    measure({"b": b}, NO_DIGITS, None, held_back)
    assert made == ["MNIST"]  # and not where all were trained on the writers

    made.clear()
    measure({"a": a}, NO_DIGITS, None, held_back, strings=b)
    assert made == ["MNIST"]  # nor where the network of strings was

    (pen, mnist) = read_all({"a": a}, NO_DIGITS, None, held_back, every=2)["a"]
    assert [len(each.read or []) for each in (pen, mnist)] == [1, 1]


def test_the_network_of_strings_reads_too(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def read_lines(*arguments: object) -> NumberReading:
        given.append(arguments[-1])
        return NumberReading(lines, [])

    monkeypatch.setattr(numbers, "read_lines", read_lines)
    read_page(model(), PAGE, len)  # type: ignore[arg-type]
    assert given == [len]
