"""The measurement of class sheets counts what a hand can count."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.models import weights
from nn.models.weights import Model
from tests.card import sheets
from tests.card.held_back import HeldBack
from tests.card.sheets import MNIST, PEN, SheetResult, digits_table, read_sheet, sheets_table
from tests.sheets.filled import UPRIGHT, photograph

PEOPLE = HeldBack(6, ())


@pytest.fixture(scope="module")
def convnet() -> Model:
    return weights.load(Path("models/convnet.npz"))


def test_a_sheet_that_is_read_counts_with_each_box_and_digit(convnet: Model) -> None:
    filled = photograph(2, pose=UPRIGHT)
    result = read_sheet(filled, "everyday pens", MNIST)
    n_written = sum(box.glyph is not None for box in filled.boxes)
    assert (result.is_found, result.n_boxes, result.n_boxes_right) == (True, 20, 20)
    assert len(result.labels) == len(result.in_boxes) == len(result.single) == n_written
    row = sheets_table([result]).splitlines()[-1]
    assert row.startswith("| all | 1 | 1 | 20 of 20 |")
    table = digits_table({"convnet": convnet}, [result], PEOPLE)
    assert f"| `convnet`, {MNIST} ({n_written}) | 100.00 %" in table


def test_a_sheet_that_is_not_read_counts_with_no_box() -> None:
    filled = photograph(1, pose=UPRIGHT)
    blank = type(filled)(Image.new("RGB", (900, 1200)), filled.page, filled.boxes, filled.corners)
    result = read_sheet(blank, "everyday pens", MNIST)
    assert (result.is_found, result.n_boxes_right, len(result.labels)) == (False, 0, 0)
    assert sheets_table([result]).splitlines()[-1].startswith("| all | 1 | 0 | 0 of 10 |")


def test_a_box_that_is_found_elsewhere_counts_as_not_found() -> None:
    filled = photograph(1, pose=UPRIGHT)
    moved = filled.corners.copy()
    moved[3] += 40
    other = type(filled)(filled.picture, filled.page, filled.boxes, moved)
    assert not read_sheet(other, "everyday pens", MNIST).is_found


def test_a_model_that_has_learnt_the_writers_is_not_measured_on_them(convnet: Model) -> None:
    result = read_sheet(photograph(1, pose=UPRIGHT), "everyday pens", PEN)
    unseen = Model(convnet.network, {"data": {"writers_held_back": 6}})
    table = digits_table({"learnt": convnet, "unseen": unseen}, [result], PEOPLE)
    rows = {line.split("`")[1]: line for line in table.splitlines()[2:]}
    assert "(learnt)" in rows["learnt"]
    assert "(learnt)" not in rows["unseen"]


def test_kinds_in_which_anything_is_wrong_have_rows_of_their_own() -> None:
    right = read_sheet(photograph(1, pose=UPRIGHT), "noise", MNIST)
    wrong = replace(right, kind="lamp", n_boxes_right=9)
    lost = replace(right, kind="shadow", is_found=False)
    rows = sheets_table([right, wrong, replace(right, kind="lamp"), lost]).splitlines()[2:]
    assert [row.split(" | ")[:4] for row in rows] == [
        ["| lamp", "2", "2", "19 of 20"],
        ["| shadow", "1", "0", "10 of 10"],
        ["| other kinds: 1", "1", "1", "10 of 10"],
        ["| all", "4", "3", "39 of 40"],
    ]


def test_sheets_are_of_both_hands_and_of_each_kind_in_turn(
    convnet: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    strokes = [np.array([[0, 0], [20, 40], [0, 80]], float)]
    pens = [PenDigit(label, writer, strokes) for writer in range(7) for label in range(10)]
    test = Digits(rng.integers(0, 255, (10, 28, 28)).astype(np.uint8), np.arange(10, dtype="u1"))
    monkeypatch.setattr(sheets, "load_pendigits", lambda data: pens)
    monkeypatch.setattr(sheets, "photograph_sheet", lambda page, *_, **options: page)
    made: list[SheetResult] = []

    def read(page: object, kind: str, hand: str) -> SheetResult:
        made.append(read_sheet(photograph(1, pose=UPRIGHT), kind, hand))
        return made[-1]

    monkeypatch.setattr(sheets, "read_sheet", read)
    tables = sheets.measure({"convnet": convnet}, test, None, PEOPLE, n_sheets=4)
    assert [result.kind for result in made] == ["everyday pens"] * 2 + ["black pen"] * 2
    assert [result.hand for result in made] == [MNIST, PEN] * 2
    assert "| other kinds: 2 | 4 | 4 |" in tables
    assert "| all | 4 | 4 |" in tables
