from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.evaluation import numbers
from nn.evaluation.numbers import (
    COLUMNS,
    PageResult,
    edit_distance,
    measure,
    read_page,
    rows_of,
)
from nn.evaluation.pages.conditions import Condition
from nn.evaluation.pages.numbers import Page
from nn.evaluation.tables import proportion
from nn.models.weights import Model
from nn.reading.ink.grey import Reduction
from nn.reading.mnist_format import NoInk
from nn.reading.numbers.types import DetectedDigit, NumberLine, NumberReading, TooManyDigits

Lines = list[NumberLine]

STROKE = np.array([[0.0, 0], [5, 100]])
PAGE = Page(
    np.zeros((60, 100), np.float32),
    Image.new("L", (100, 60), "white"),
    ("17",),
    (((10, 10, 20, 40), (60, 10, 20, 40)),),
    is_touching=False,
)
NO_DIGITS = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


def make_page(rng: np.random.Generator) -> Page:
    return PAGE


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


def result(
    written: str, read: str, is_touching: bool = False, n_false: int = 0, seconds: float = 0.5
) -> PageResult:
    return PageResult((written,), (read,), is_touching, n_false, seconds)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Return the lines of digits that are detected in any picture, none at first."""
    lines: Lines = []
    # A pixel of the ink is two by two pixels of the picture.
    sheet = SimpleNamespace(
        ink=np.zeros((30, 50), np.float32), reduction=Reduction((100, 60), 2, (0, 0))
    )
    monkeypatch.setattr(numbers, "find_ink", lambda picture: sheet)
    monkeypatch.setattr(numbers, "read_lines", lambda ink, classify: NumberReading(lines, []))
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


def test_a_row_has_numbers_and_digits_read_false_digits_and_seconds() -> None:
    results = [
        result("123", "123", seconds=0.1),
        result("1234", "1284", n_false=1, seconds=0.2),
        result("123", "1213", n_false=2, seconds=0.9),
    ]
    # Two edits of ten digits.
    cells = [proportion(1, 3), "80.00 % of 10", "3", "0.200", "0.900"]
    assert rows_of("noise", Condition(make_page, 3), results) == [("noise (3)", cells)]
    assert len(COLUMNS) == len(cells)


def test_pages_without_touching_digits_and_with_them_have_rows_of_their_own_if_there_are_both() -> (
    None
):
    results = [result("12", "12"), result("12", "17"), result("12", "12", is_touching=True)]
    condition = Condition(make_page, 3)
    assert [(title, cells[0]) for title, cells in rows_of("pen", condition, results)] == [
        ("pen (3)", proportion(2, 3)),
        ("... no digits touching (2)", proportion(1, 2)),
        ("... digits touching (1)", proportion(1, 1)),
    ]
    for part in (results[:2], results[2:]):
        titles = [title for title, _ in rows_of("pen", condition, part)]
        assert titles == [f"pen ({len(part)})"]


def test_a_model_that_was_trained_on_the_writers_has_no_figures() -> None:
    assert rows_of("pen", Condition(make_page, 1200), None) == [("pen (1,200)", ["(learnt)"] * 5)]


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
    def refuse(ink: object, classify: object) -> NoReturn:
        raise error

    monkeypatch.setattr(numbers, "read_lines", refuse)
    read = read_page(model(), PAGE)
    assert (read.read, read.n_false) == ((), 0)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Leave two conditions, the pen's and MNIST's; return a random number for each page made."""
    made: list[float] = []

    def make(rng: np.random.Generator) -> Page:
        made.append(rng.random())
        return PAGE

    two = {"pen": Condition(make, 2), "MNIST": Condition(make, 3, is_pen=False)}
    writers = [PenDigit(1, writer, [STROKE]) for writer in (1, 2)]
    monkeypatch.setattr(numbers, "load_pendigits", lambda data: writers)
    monkeypatch.setattr(numbers, "conditions", lambda digits, test: two)
    return made


def test_every_model_reads_the_same_pictures_and_has_a_table(
    lines: Lines, made: list[float]
) -> None:
    digits = [detected(1, (5, 5, 10, 20)), detected(7, (30, 5, 10, 20))]
    lines.append(NumberLine(digits, []))
    models = {"a": model(data={"writers_held_back": 1}), "b": model(data={"writers_held_back": 0})}
    first, second = measure(models, NO_DIGITS, None, 1).split("\n\n")
    assert first.startswith("| a reads | numbers right | digits right | false digits |")
    assert f"| pen (2) | {proportion(2, 2)} | 100.00 % of 4 | 0 |" in first
    assert "| pen (2) | (learnt) |" in second
    for table in (first, second):
        assert f"| MNIST (3) | {proportion(3, 3)} | 100.00 % of 6 | 0 |" in table
    # Each condition starts from the same seed, and each page is made once for both models.
    assert len(made) == 5
    assert made[:2] == made[2:4]


@pytest.mark.usefixtures("lines")
def test_no_page_is_made_that_every_model_was_trained_on(made: list[float]) -> None:
    measure({"b": model(data={"writers_held_back": 0})}, NO_DIGITS, None, 1)
    assert len(made) == 3  # MNIST's
