from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.card import sheets
from benchmarks.card.digit_sets import MeasuredSet
from benchmarks.card.digits import (
    Prediction,
    SetResult,
    digits_table,
    predict,
)
from benchmarks.card.sheets import MNIST, read_sheet, sheets_table
from benchmarks.sheets.filled import UPRIGHT, photograph
from nn.decoding.picture_files import Picture, PictureSize
from nn.evaluation.classifier_metrics import count, proportion
from nn.evaluation.sets import Labelled
from nn.models import line_network, weights
from nn.models.weights import Model
from nn.reader import load_certainty
from nn.reading.doubts import Doubt
from nn.reading.lines.strip import strip_reader
from nn.reading.page.find import find_page
from nn.reading.page_reader import PageReader

Line = tuple[tuple[int, int], tuple[int, int]]
WHOLE: Line = ((60, 20), (60, 100))
CUT: Line = ((60, 20), (119, 20))
BESIDE: Line = ((20, 20), (20, 100))


def model(confidence: float, others: Mapping[int, float] | None = None, **metadata: Any) -> Model:
    """Return a model that reads a 7 everywhere, with one confidence, and otherwise a 1."""
    activations = np.zeros(10, np.float32)
    for other, activation in (others or {1: 1 - confidence}).items():
        activations[other] = activation
    activations[7] = confidence
    network: Any = SimpleNamespace(
        activations=lambda inputs: np.tile(activations, (len(inputs), 1))
    )
    return Model(network, metadata)


def drawing(*lines: Line, faint: Line | None = None) -> Image.Image:
    picture = Image.new("L", (120, 120), "white")
    for line in lines:
        ImageDraw.Draw(picture).line(line, "black", 9)
    if faint:
        ImageDraw.Draw(picture).line(faint, 210, 9)
    return picture


def unlikely() -> Model:
    """Return a model that gives three digits about the same activation."""
    return model(0.4, others={1: 0.3, 4: 0.3})


def test_a_blank_picture_counts_as_read_wrongly_and_of_a_learnt_set_nothing_is_said() -> None:
    right = Prediction(np.full(10, 0.5, np.float32), True, False, False)
    certain_and_wrong = Prediction(np.ones(10, np.float32), False, True, False)
    measured = MeasuredSet("a set", list)
    results = [
        SetResult(measured, 10, {"a": [right, certain_and_wrong]}),
        SetResult(measured, 1000, {"a": None}),
    ]
    assert digits_table(results, ["a"]).splitlines()[2:] == [
        f"| a set (10) | {proportion(1, 10)} | 10.00 % | {count(1, 10)} | 75.00 % |",
        "| a set (1,000) | (learnt) | (learnt) | (learnt) | (learnt) |",
    ]


@pytest.mark.parametrize("some", [model(0.99), model(0.9), unlikely()])
@pytest.mark.parametrize(
    "picture",
    [
        drawing(WHOLE),
        drawing(CUT),
        drawing(WHOLE, faint=BESIDE),
        drawing(WHOLE, ((90, 95), (92, 97))),  # a point beside it
        drawing(WHOLE, ((30, 60), (45, 60))),  # a minus before it
    ],
    ids=["whole", "cut", "faint", "point", "minus"],
)
def test_a_digit_is_certain_when_its_reader_says_so(picture: Image.Image, some: Model) -> None:
    page = find_page(Picture(picture, PictureSize(120, 120)))
    read_strip = strip_reader(line_network.load().network.activations)
    reader = PageReader(some.network.activations, read_strip, load_certainty())
    reading = reader.read(page, one_digit=True, refuse_several=False)
    (ours,) = predict({"a": some}, [Labelled(picture, "")])["a"]
    assert ours.is_certain == reading.certain
    assert ours.is_no_digit == (reading.doubt is Doubt.NOT_A_DIGIT)


@pytest.fixture(scope="module")
def convnet() -> Model:
    return weights.load(Path("models/convnet.npz"))


def test_a_sheet_that_is_read_counts_with_each_box_and_digit(convnet: Model) -> None:
    filled = photograph(2, pose=UPRIGHT)
    result = read_sheet(filled, "everyday pens", MNIST)
    n_written = sum(box.glyph is not None for box in filled.boxes)
    assert (result.is_found, result.n_boxes, result.n_boxes_right) == (True, 20, 20)
    assert len(result.labels) == len(result.images) == n_written
    row = sheets_table([result]).splitlines()[-1]
    assert row.startswith("| all | 1 | 1 | 20 of 20 |")
    table = sheets.digits_table("convnet", convnet, [result])
    assert f"| {MNIST} ({n_written}) | 100.00 %" in table
