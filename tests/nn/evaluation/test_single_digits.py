from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nn.data.digits import NO_DIGIT, DataError, Digits
from nn.evaluation import single_digits
from nn.evaluation.all_sets import MeasuredSet
from nn.evaluation.sets import LabelledPictures
from nn.evaluation.single_digits import (
    DigitPredictions,
    PreparedSet,
    SetResult,
    certainty_curve,
    digits_table,
    measure,
    no_digits_table,
    predict,
    prepare,
)
from nn.evaluation.strangers import HeldBack
from nn.evaluation.tables import count, proportion
from nn.models.weights import Model

NO_LABELS = np.zeros(0, np.uint8)


def model(confidence: float, digit: int = 7, **metadata: Any) -> Model:
    """Return a model that reads one digit everywhere, with one confidence."""
    activations = np.zeros(10, np.float32)
    activations[digit] = confidence
    network: Any = SimpleNamespace(
        activations=lambda inputs: np.tile(activations, (len(inputs), 1))
    )
    return Model(network, metadata)


def predictions(n_certain: int, n_correct: int, n_total: int) -> DigitPredictions:
    """Return predictions of confidence 1 first, then 0.5; the last ones are correct."""
    numbers = np.arange(n_total)
    confidences = np.where(numbers < n_certain, 1, 0.5)
    return DigitPredictions(confidences, numbers >= n_total - n_correct, numbers == n_certain)


def result(
    n_total: int, some: DigitPredictions | None, name: str = "a set", **options: bool
) -> SetResult:
    measured = MeasuredSet(name, lambda: LabelledPictures([], NO_LABELS), **options)
    return SetResult(measured, n_total, {"a": some})


def line_picture() -> Image.Image:
    picture = Image.new("L", (60, 60), "white")
    ImageDraw.Draw(picture).line([(30, 10), (30, 50)], "black", 5)
    return picture


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
    row = digits_table([result(prepared.n_total, predict(model(1), prepared))], "a")
    assert row.endswith(
        f"| a set (1) | {proportion(0, 1)} | {proportion(0, 1)} | 0: {proportion(0, 1)} | - |"
    )


def test_pictures_in_the_format_of_mnist_are_prepared_already() -> None:
    images = np.arange(2 * 784).reshape(2, 28, 28).astype(np.uint8)
    prepared = prepare(Digits(images, np.array([3, 7], np.uint8)))
    assert np.array_equal(np.rint(prepared.inputs * 255), images.reshape(2, 784))
    assert (prepared.labels.tolist(), prepared.n_total) == ([3, 7], 2)


def test_a_prediction_is_certain_from_the_threshold_on() -> None:
    prepared = PreparedSet(np.zeros((2, 784), np.float32), np.array([7, 1], np.uint8), 2)
    assert predict(model(0.985), prepared).is_certain().tolist() == [True, True]
    assert predict(model(0.975), prepared).is_certain().tolist() == [False, False]
    assert predict(model(0.95), prepared).is_correct.tolist() == [True, False]


@pytest.mark.parametrize("labels", [NO_LABELS, np.full(2, NO_DIGIT, np.uint8)])
def test_predictions_for_pictures_of_no_digits_are_never_correct(labels: Any) -> None:
    prepared = PreparedSet(np.zeros((2, 784), np.float32), labels, 2)
    assert predict(model(0.95, digit=0), prepared).is_correct.tolist() == [False, False]


def test_a_network_that_finds_no_class_likely_answers_not_a_digit() -> None:
    prepared = PreparedSet(np.zeros((1, 784), np.float32), NO_LABELS, 1)
    assert predict(model(0.5), prepared).is_no_digit.tolist() == [True]
    assert predict(model(0.9), prepared).is_no_digit.tolist() == [False]


def test_the_table_of_digits_has_right_certain_and_wrong_ones_and_the_calibration_error() -> None:
    rows = [
        # Six certain predictions of ten, five of them wrong; four others at 0.5, all right. Ten
        # more pictures are blank.
        result(20, predictions(6, 5, 10)),
        result(1000, None, "another"),
        result(10, predictions(8, 0, 10), "doodles", is_of_digits=False),
    ]
    assert digits_table(rows, "a").splitlines() == [
        "| a, digits | read correctly | certain | certain and wrong | expected calibration error |",
        "| --- | --- | --- | --- | --- |",
        # The error: (6 * 5/6 + 4 * 1/2) / 10.
        f"| a set (20) | {proportion(5, 20)} | {proportion(6, 20)} | {count(5, 20)} | 70.00 % |",
        "| another (1,000) | (learnt) | (learnt) | (learnt) | (learnt) |",
    ]


def test_the_table_of_no_digits_has_those_refused_called_no_digit_and_certain() -> None:
    rows = [
        result(10, predictions(3, 3, 10), "MNIST"),
        # One of the ten is blank: it is refused, too.
        result(10, predictions(2, 0, 9), "doodles", is_of_digits=False),
        result(5, None, "letters", is_of_digits=False),
    ]
    assert no_digits_table(rows, "a").splitlines() == [
        '| a, no digits | not certain | answered "not a digit" | certain and wrong |',
        "| --- | --- | --- | --- |",
        f"| doodles (10) | {proportion(8, 10)} | {proportion(1, 10)} | {count(2, 10)} |",
        "| letters (5) | (learnt) | (learnt) | (learnt) |",
    ]


def test_the_certainty_curve_counts_confidences_from_each_threshold_on() -> None:
    confidences = np.array([0.5, 0.85, 0.98, 0.985])
    is_correct = np.array([True, False, True, False])
    some = DigitPredictions(confidences, is_correct, np.zeros(4, np.bool_))
    results = [
        result(5, some, "one", is_in_curve=True),
        result(4, None, "two", is_in_curve=True),
        result(4, some, "doodles", is_of_digits=False, is_in_curve=True),
        result(4, some, "three"),
    ]
    head, _, *rows = certainty_curve(results, "a").splitlines()
    assert head == "| a is certain from | one (5) | two (4) | doodles (4) |"
    # The fifth picture is blank, and never certain.
    assert rows[0] == "| 0.5 | 80.00 %, 2 wrong | (learnt) | 100.00 % |"
    assert rows[2] == "| 0.9 | 40.00 %, 1 wrong | (learnt) | 50.00 % |"
    assert rows[5] == "| 0.98 | 40.00 %, 1 wrong | (learnt) | 50.00 % |"
    assert rows[6] == "| 0.99 | 0.00 %, 0 wrong | (learnt) | 0.00 % |"


def test_every_model_has_its_tables_and_missing_sets_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load() -> LabelledPictures:
        return LabelledPictures([line_picture()], np.array([7], np.uint8))

    def missing() -> LabelledPictures:
        raise DataError("photos.zip is not there")

    every = [
        MeasuredSet("one", load, is_in_curve=True),
        MeasuredSet("two", missing),
        MeasuredSet("three", load, lambda metadata: "name" in metadata),
    ]
    asked: list[HeldBack] = []

    def all_sets(test: Digits, data: Path | None, held_back: HeldBack) -> list[MeasuredSet]:
        asked.append(held_back)
        return every

    monkeypatch.setattr(single_digits, "all_sets", all_sets)
    test = Digits(np.zeros((0, 28, 28), np.uint8), NO_LABELS)
    held_back = HeldBack(3, ("apa",))
    models = {"seven": model(0.985), "one": model(0.5, digit=1, name="one")}
    parts = measure(models, test, None, held_back).split("\n\n")
    of_seven, _, curve, of_one, _, _, left_out = parts
    assert asked == [held_back]
    right, wrong = proportion(1, 1), proportion(0, 1)
    assert f"| one (1) | {right} | {right} | {count(0, 1)} | 1.50 % |" in of_seven
    assert f"| three (1) | {right} | {right} | {count(0, 1)} | 1.50 % |" in of_seven
    assert f"| one (1) | {wrong} | {wrong} | {count(0, 1)} | 50.00 % |" in of_one
    assert "| three (1) | (learnt) | (learnt) | (learnt) | (learnt) |" in of_one
    assert "| 0.98 | 100.00 %, 0 wrong |" in curve
    assert left_out == "Left out: two. photos.zip is not there"
