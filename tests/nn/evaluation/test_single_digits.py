from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.config import Settings
from nn.data.digits import DataError, Digits
from nn.evaluation import sets as measuring
from nn.evaluation import single_digits as comparison
from nn.evaluation.sets import Pictures
from nn.evaluation.single_digits import (
    MNIST,
    WRITERS,
    Examples,
    Reading,
    Row,
    accuracy_table,
    doubt_table,
    has_learnt,
    prepare,
    read,
    share,
)
from nn.models.weights import Model

DOODLES = "Quick, Draw! doodles"


def model(confidence, digit=7, **metadata):
    """Return a model that reads one digit everywhere, with one confidence."""
    activations = np.zeros(10, np.float32)
    activations[digit] = confidence
    network = SimpleNamespace(activations=lambda inputs: np.tile(activations, (len(inputs), 1)))
    return Model(network, metadata)


def reading(n_certain, n_correct, n_answers):
    numbers = np.arange(n_answers)
    is_certain, is_correct = numbers < n_certain, numbers >= n_answers - n_correct
    return Reading(np.where(is_certain, 1, 0.5), is_certain, is_correct)


def line_picture():
    picture = Image.new("L", (60, 60), "white")
    ImageDraw.Draw(picture).line([(30, 10), (30, 50)], "black", 5)
    return picture


def test_a_share_has_its_interval():
    assert share(8, 10) == "80.00 % (49.02-94.33)"
    assert share(9941, 10000) == "99.41 % (99.24-99.54)"


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
def test_the_last_6_writers_are_unseen_by_a_model_that_held_back_as_many(metadata, is_learnt):
    assert has_learnt(metadata, 6) == is_learnt


def test_blank_pictures_are_counted_but_not_shown():
    blank = Image.new("L", (60, 60), "white")
    examples = prepare([line_picture(), blank, line_picture()], np.array([1, 2, 3], np.uint8))
    assert examples.inputs.shape == (2, 784)
    assert examples.labels.tolist() == [1, 3]
    assert examples.n_total == 3


def test_nothing_but_blank_pictures_is_read_by_nobody():
    examples = prepare([Image.new("L", (60, 60), "white")], np.array([1], np.uint8))
    row = Row("a set", examples.n_total, {"a": read(model(1), examples)})
    assert row.shares(lambda reading: reading.is_correct) == [share(0, 1)]


def test_a_reading_is_certain_from_where_the_app_calls_it_so():
    assert Settings().certain_at == comparison.CERTAIN_AT == 0.98
    examples = Examples(np.zeros((2, 784), np.float32), np.array([7, 1], np.uint8), 2)
    assert read(model(0.985), examples).is_certain.tolist() == [True, True]
    assert read(model(0.975), examples).is_certain.tolist() == [False, False]
    assert read(model(0.95), examples).is_correct.tolist() == [True, False]


def test_pictures_of_no_digits_are_never_read_correctly():
    examples = Examples(np.zeros((2, 784), np.float32), np.zeros(0, np.uint8), 2)
    assert read(model(0.95, digit=0), examples).is_correct.tolist() == [False, False]


def test_the_accuracy_table_has_a_row_a_set_and_a_column_a_model():
    rows = [
        Row(MNIST, 1000, {"small": reading(0, 8, 10), "large": reading(0, 10, 10)}),
        Row(WRITERS, 10, {"small": reading(0, 8, 10), "large": None}),
        Row(DOODLES, 10, {"small": reading(0, 0, 10), "large": reading(0, 0, 10)}),
    ]
    assert accuracy_table(rows).splitlines() == [
        "| read correctly | small | large |",
        "| --- | --- | --- |",
        f"| MNIST test (1,000) | {share(8, 1000)} | {share(10, 1000)} |",
        "| unseen writers' pen strokes (10) | 80.00 % (49.02-94.33) | (learnt) |",
    ]


def test_the_doubt_table_tells_certainty_mistakes_and_calibration():
    rows = [
        # Six certain answers of ten, five of them wrong; four others at 0.5, all right.
        Row(MNIST, 10, {"a": reading(6, 5, 10)}),
        Row(WRITERS, 10, {"a": None}),
        Row("bhmsds, photographed sheets", 10, {"a": reading(6, 5, 10)}),
        Row(DOODLES, 10, {"a": reading(8, 0, 10)}),
    ]
    assert doubt_table(rows).splitlines() == [
        "| doubt | a |",
        "| --- | --- |",
        f"| MNIST test (10): certain | {share(6, 10)} |",
        "| ... and wrong | 5 of 6 (83.33 %) |",
        "| ... expected calibration error | 70.00 % |",  # (6 * 5/6 + 4 * 1/2) / 10
        "| unseen writers' pen strokes (10): certain | (learnt) |",
        "| ... and wrong | (learnt) |",
        "| ... expected calibration error | (learnt) |",
        f"| Quick, Draw! doodles (10): certain | {share(8, 10)} |",
    ]


def test_no_certain_answers_are_no_mistakes():
    table = doubt_table([Row(MNIST, 2, {"a": reading(0, 1, 2)})])
    assert "| ... and wrong | 0 of 0 (0.00 %) |" in table


@pytest.fixture
def sets_at_hand(monkeypatch):
    """Leave one picture for every set but the phone photos, which are missing."""

    def load(name, folder):
        if "photos" in name:
            raise DataError("photos.zip is not there")
        is_digit = name in measuring.DIGITS
        return Pictures([line_picture()], np.array([7] if is_digit else [], np.uint8))

    drawn = Pictures([line_picture()], np.array([7], np.uint8))
    monkeypatch.setattr(measuring, "load", load)
    monkeypatch.setattr(measuring, "draw_last_writers", lambda n_writers, folder: drawn)


def test_all_sets_are_compared_and_what_is_missing_is_told(sets_at_hand):
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 13:16] = 255
    test = Digits(images, np.full(10, 7, np.uint8))
    models = {"seven": model(0.985), "one": model(0.5, digit=1, data={"writers_held_back": 2})}
    first, second, seven, _, *left_out = comparison.compare(models, test, None, 3).split("\n\n")
    rows = dict(line.strip("| ").split(" | ", 1) for line in first.splitlines())
    assert rows["MNIST test (10)"] == f"{share(10, 10)} | {share(0, 10)}"
    assert rows["unseen writers' pen strokes (1)"] == f"{share(1, 1)} | (learnt)"
    # Every fifth digit is changed: two of ten.
    assert rows["MNIST test, blurred (2)"] == f"{share(2, 2)} | {share(0, 2)}"
    assert f"| Quick, Draw! doodles (1): certain | {share(1, 1)} | {share(0, 1)} |" in second
    assert f"| 0.98 | {share(10, 10)} | {share(1, 1)} | {share(1, 1)} |" in seven
    assert f"| 0.99 | {share(0, 10)} | {share(0, 1)} | {share(0, 1)} |" in seven
    assert left_out[0] == "Left out: sudoku cells, phone photos. photos.zip is not there"
    assert all(line.startswith("Left out: sudoku cells, phone photos, ") for line in left_out[1:])
