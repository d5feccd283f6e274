from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.config import Settings
from nn.data.digits import DataError, Digits
from nn.evaluation import sets
from nn.evaluation.sets import LabelledPictures
from nn.evaluation.single_digits import (
    CERTAIN_AT,
    MNIST,
    WRITERS,
    DigitPredictions,
    PreparedSet,
    SetResult,
    accuracy_table,
    certainty_curve,
    certainty_table,
    has_learnt,
    measure,
    predict,
    prepare,
)
from nn.evaluation.tables import markdown, proportion
from nn.models.weights import Model

DOODLES = "Quick, Draw! doodles"


def model(confidence: float, digit: int = 7, **metadata: Any) -> Model:
    """Return a model that reads one digit everywhere, with one confidence."""
    activations = np.zeros(10, np.float32)
    activations[digit] = confidence
    network = SimpleNamespace(activations=lambda inputs: np.tile(activations, (len(inputs), 1)))
    return Model(network, metadata)


def predictions(n_certain: int, n_correct: int, n_total: int) -> DigitPredictions:
    """Return predictions of confidence 1 first, then 0.5; the last ones are correct."""
    numbers = np.arange(n_total)
    confidences = np.where(numbers < n_certain, 1, 0.5)
    return DigitPredictions(confidences, numbers >= n_total - n_correct)


def line_picture() -> Image.Image:
    picture = Image.new("L", (60, 60), "white")
    ImageDraw.Draw(picture).line([(30, 10), (30, 50)], "black", 5)
    return picture


def test_a_proportion_has_its_interval() -> None:
    assert proportion(8, 10) == "80.00 % (49.02-94.33)"
    assert proportion(9941, 10000) == "99.41 % (99.24-99.54)"


@pytest.mark.parametrize(
    ("metadata", "is_learnt"),
    [
        ({}, False),
        ({"data": {"name": "MNIST"}}, False),
        ({"data": {"writers_held_back": 0}}, True),
        ({"data": {"writers_held_back": 5}}, True),
        ({"data": {"writers_held_back": 6}}, False),
        ({"data": {"writers_held_back": 7}}, False),
    ],
)
def test_a_model_that_held_back_6_writers_has_not_learnt_from_them(
    metadata: dict[str, Any], is_learnt: bool
) -> None:
    assert has_learnt(metadata, 6) == is_learnt


def test_blank_pictures_are_counted_but_not_predicted() -> None:
    blank = Image.new("L", (60, 60), "white")
    pictures = [line_picture(), blank, line_picture()]
    prepared = prepare(LabelledPictures(pictures, np.array([1, 2, 3], np.uint8)))
    assert prepared.inputs.shape == (2, 784)
    assert prepared.labels.tolist() == [1, 3]
    assert prepared.n_total == 3


def test_a_set_of_blank_pictures_is_read_wrongly() -> None:
    blank = Image.new("L", (60, 60), "white")
    prepared = prepare(LabelledPictures([blank], np.array([1], np.uint8)))
    result = SetResult("a set", prepared.n_total, {"a": predict(model(1), prepared)})
    assert result.proportions(lambda some: some.is_correct) == [proportion(0, 1)]


def test_a_prediction_is_certain_from_the_app_s_threshold_on() -> None:
    assert Settings().certain_at == CERTAIN_AT == 0.98
    prepared = PreparedSet(np.zeros((2, 784), np.float32), np.array([7, 1], np.uint8), 2)
    assert predict(model(0.985), prepared).is_certain().tolist() == [True, True]
    assert predict(model(0.975), prepared).is_certain().tolist() == [False, False]
    assert predict(model(0.95), prepared).is_correct.tolist() == [True, False]


def test_predictions_for_pictures_of_no_digits_are_never_correct() -> None:
    prepared = PreparedSet(np.zeros((2, 784), np.float32), np.zeros(0, np.uint8), 2)
    assert predict(model(0.95, digit=0), prepared).is_correct.tolist() == [False, False]


def test_a_table_has_a_heading_for_its_titles_and_for_each_column() -> None:
    table = markdown("network", ["digits", "seconds"], [("article", ["8", "0.1"])])
    assert table == "| network | digits | seconds |\n| --- | --- | --- |\n| article | 8 | 0.1 |"


def test_the_accuracy_table_has_a_row_for_each_set_and_a_column_for_each_model() -> None:
    rows = [
        SetResult(MNIST, 1000, {"small": predictions(0, 8, 10), "large": predictions(0, 10, 10)}),
        SetResult(WRITERS, 10, {"small": predictions(0, 8, 10), "large": None}),
        SetResult(DOODLES, 10, {"small": predictions(0, 0, 10), "large": predictions(0, 0, 10)}),
    ]
    assert accuracy_table(rows).splitlines() == [
        "| read correctly | small | large |",
        "| --- | --- | --- |",
        f"| MNIST test (1,000) | {proportion(8, 1000)} | {proportion(10, 1000)} |",
        "| unseen writers' pen strokes (10) | 80.00 % (49.02-94.33) | (learnt) |",
    ]


def test_the_certainty_table_has_certain_ones_mistakes_and_calibration_error() -> None:
    rows = [
        # Six certain predictions of ten, five of them wrong; four others at 0.5, all right.
        SetResult(MNIST, 10, {"a": predictions(6, 5, 10)}),
        SetResult(WRITERS, 10, {"a": None}),
        SetResult("bhmsds, photographed sheets", 10, {"a": predictions(6, 5, 10)}),
        SetResult(DOODLES, 10, {"a": predictions(8, 0, 10)}),
    ]
    assert certainty_table(rows).splitlines() == [
        "| certainty | a |",
        "| --- | --- |",
        f"| MNIST test (10): certain | {proportion(6, 10)} |",
        "| ... and wrong | 5 of 6 (83.33 %) |",
        "| ... expected calibration error | 70.00 % |",  # (6 * 5/6 + 4 * 1/2) / 10
        "| unseen writers' pen strokes (10): certain | (learnt) |",
        "| ... and wrong | (learnt) |",
        "| ... expected calibration error | (learnt) |",
        f"| Quick, Draw! doodles (10): certain | {proportion(8, 10)} |",
    ]


def test_no_certain_predictions_are_no_mistakes() -> None:
    table = certainty_table([SetResult(MNIST, 2, {"a": predictions(0, 1, 2)})])
    assert "| ... and wrong | 0 of 0 (0.00 %) |" in table


def test_the_certainty_curve_counts_confidences_from_each_threshold_on() -> None:
    confidences = np.array([0.5, 0.85, 0.98, 0.985])
    some = DigitPredictions(confidences, np.ones(4, np.bool_))
    results = [SetResult(MNIST, 5, {"a": some}), SetResult(WRITERS, 4, {"a": None})]
    head, _, *rows = certainty_curve(results, "a").splitlines()
    assert head == "| a is certain from | MNIST test (5) | unseen writers' pen strokes (4) |"
    # The fifth picture is blank, and never certain.
    assert rows[0] == f"| 0.5 | {proportion(4, 5)} | (learnt) |"
    assert rows[1] == f"| 0.8 | {proportion(3, 5)} | (learnt) |"
    assert rows[5] == f"| 0.98 | {proportion(2, 5)} | (learnt) |"
    assert rows[6] == f"| 0.99 | {proportion(0, 5)} | (learnt) |"


@pytest.fixture
def sets_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace every set by one picture; the phone photos are missing."""

    def load(name: str, folder: Path | None) -> LabelledPictures:
        if "photos" in name:
            raise DataError("photos.zip is not there")
        is_digit = name in sets.DIGITS
        return LabelledPictures([line_picture()], np.array([7] if is_digit else [], np.uint8))

    drawn = LabelledPictures([line_picture()], np.array([7], np.uint8))
    monkeypatch.setattr(sets, "load", load)
    monkeypatch.setattr(sets, "draw_last_writers", lambda n_writers, folder: drawn)


@pytest.mark.usefixtures("sets_at_hand")
def test_all_sets_are_measured_and_missing_ones_are_named() -> None:
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 13:16] = 255
    test = Digits(images, np.full(10, 7, np.uint8))
    models = {"seven": model(0.985), "one": model(0.5, digit=1, data={"writers_held_back": 2})}
    first, second, seven, _, *left_out = measure(models, test, None, 3).split("\n\n")
    rows = dict(line.strip("| ").split(" | ", 1) for line in first.splitlines())
    assert rows["MNIST test (10)"] == f"{proportion(10, 10)} | {proportion(0, 10)}"
    assert rows["unseen writers' pen strokes (1)"] == f"{proportion(1, 1)} | (learnt)"
    # Every fifth digit is corrupted: two of ten.
    assert rows["MNIST test, blurred (2)"] == f"{proportion(2, 2)} | {proportion(0, 2)}"
    assert (
        f"| Quick, Draw! doodles (1): certain | {proportion(1, 1)} | {proportion(0, 1)} |" in second
    )
    assert f"| 0.98 | {proportion(10, 10)} | {proportion(1, 1)} | {proportion(1, 1)} |" in seven
    assert f"| 0.99 | {proportion(0, 10)} | {proportion(0, 1)} | {proportion(0, 1)} |" in seven
    assert left_out[0] == "Left out: sudoku cells, phone photos. photos.zip is not there"
    assert all(line.startswith("Left out: sudoku cells, phone photos, ") for line in left_out[1:])
