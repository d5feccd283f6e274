from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nn.data.digits import NO_DIGIT, DataError, Digits
from nn.decoding.picture_files import Picture, PictureSize
from nn.evaluation.metrics import count, proportion
from nn.evaluation.report import find_digit
from nn.evaluation.sets import LabelledPictures
from nn.models import lines
from nn.models.weights import Model
from nn.reading import digit_reader
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import Doubt
from nn.reading.inked_picture import with_ink
from nn.reading.numbers.strip import strip_reader
from nn.reading.numbers.types import DetectedDigit, NumberLine, NumberReading
from tests.card import digits as single_digits
from tests.card.digit_sets import MeasuredSet
from tests.card.digits import (
    DigitPredictions,
    SetResult,
    accuracy_table,
    certainty_curve,
    digits_table,
    measure,
    no_digits_table,
    predict,
    predict_all,
)
from tests.card.held_back import HeldBack

NO_LABELS = np.zeros(0, np.uint8)
Line = tuple[tuple[int, int], tuple[int, int]]
WHOLE: Line = ((60, 20), (60, 100))
CUT: Line = ((60, 20), (119, 20))
BESIDE: Line = ((20, 20), (20, 100))
BLANK = Image.new("L", (60, 60), "white")


def model(
    confidence: float, digit: int = 7, others: Mapping[int, float] | None = None, **metadata: Any
) -> Model:
    """Return a model that reads one digit everywhere, with one confidence, and otherwise a 1."""
    activations = np.zeros(10, np.float32)
    for other, activation in (others or {1: 1 - confidence}).items():
        activations[other] = activation
    activations[digit] = confidence
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


def predicted(some: Model, *pictures: Image.Image, labels: Any = NO_LABELS) -> DigitPredictions:
    loaded = LabelledPictures(pictures, np.array(labels, np.uint8))
    return predict({"a": some}, loaded)["a"]


def test_blank_pictures_are_counted_but_not_predicted() -> None:
    line = drawing(WHOLE)
    some = predicted(model(0.99), line, BLANK, line, BLANK, labels=[7, 7, 3, 3])
    assert some.is_correct.tolist() == [True, False]
    assert some.n_total == 4
    only_blank = predicted(model(0.99), BLANK, labels=[7])
    assert (len(only_blank.confidences), only_blank.n_total) == (0, 1)


def predictions(n_certain: int, n_correct: int, n_total: int, n_blank: int = 0) -> DigitPredictions:
    """Return predictions of confidence 1 first, then 0.5; the last ones are correct.

    The first one of those that are not certain is "not a digit".
    """
    numbers = np.arange(n_total)
    return DigitPredictions(
        activations=np.where(numbers < n_certain, np.float32(1), np.float32(0.5))[:, None],
        is_correct=numbers >= n_total - n_correct,
        is_doubted=np.zeros(n_total, np.bool_),
        is_no_digit=numbers == n_certain,
        n_total=n_total + n_blank,
    )


def result(
    some: DigitPredictions | None, name: str = "a set", n_total: int = 0, **options: bool
) -> SetResult:
    measured = MeasuredSet(name, lambda: LabelledPictures([], NO_LABELS), **options)
    return SetResult(measured, some.n_total if some else n_total, {"a": some})


def test_a_set_of_blank_pictures_is_read_wrongly() -> None:
    row = digits_table([result(predictions(0, 0, 0, n_blank=1))], "a").splitlines()[-1]
    none = proportion(0, 1)
    assert row == f"| a set (1) | {none} | {none} | {count(0, 1)} | - |"


def test_the_table_of_digits_has_right_certain_and_wrong_ones_and_the_calibration_error() -> None:
    rows = [
        # Six certain predictions of ten, five of them wrong; four others at 0.5, all right. Ten
        # more pictures are blank.
        result(predictions(6, 5, 10, n_blank=10)),
        result(None, "another", 1000),
        result(predictions(8, 0, 10), "doodles", is_of_digits=False),
    ]
    assert digits_table(rows, "a").splitlines() == [
        "| `a`, digits | read correctly | certain | certain and wrong | calibration error |",
        "| --- | --- | --- | --- | --- |",
        # The error: (6 * 5/6 + 4 * 1/2) / 10.
        f"| a set (20) | {proportion(5, 20)} | {proportion(6, 20)} | {count(5, 20)} | 70.00 % |",
        "| another (1,000) | (learnt) | (learnt) | (learnt) | (learnt) |",
    ]


def test_the_table_of_no_digits_has_those_refused_called_no_digit_and_certain() -> None:
    rows = [
        result(predictions(3, 3, 10), "MNIST"),
        # One of the ten is blank: it is refused, too.
        result(predictions(2, 0, 9, n_blank=1), "doodles", is_of_digits=False),
        result(None, "letters", 5, is_of_digits=False),
    ]
    assert no_digits_table(rows, "a").splitlines() == [
        '| `a`, no digits | not certain | answered "not a digit" | certain and wrong |',
        "| --- | --- | --- | --- |",
        f"| doodles (10) | {proportion(8, 10)} | {proportion(1, 10)} | {count(2, 10)} |",
        "| letters (5) | (learnt) | (learnt) | (learnt) |",
    ]


def test_the_certainty_curve_counts_confidences_from_each_threshold_on() -> None:
    some = DigitPredictions(
        activations=np.array([[0.5], [0.85], [0.98], [0.985], [1]]),
        is_correct=np.array([True, False, True, False, False]),
        is_doubted=np.array([False, False, False, False, True]),
        is_no_digit=np.zeros(5, np.bool_),
        n_total=10,
    )
    results = [
        result(some, "one", is_in_curve=True),
        result(None, "two", 4, is_in_curve=True),
        result(some, "doodles", is_of_digits=False, is_in_curve=True),
        result(some, "three"),
    ]
    head, _, *rows = certainty_curve(results, "a").splitlines()
    assert head == "| `a` is certain from | one (10) | two (4) | doodles (10) |"
    # What is doubted is never certain.
    assert rows[0] == "| 0.5 | 40.00 %, 2 wrong | (learnt) | 40.00 % |"
    assert rows[2] == "| 0.9 | 20.00 %, 1 wrong | (learnt) | 20.00 % |"
    assert rows[5] == "| 0.98 | 20.00 %, 1 wrong | (learnt) | 20.00 % |"
    assert rows[6] == "| 0.99 | 0.00 %, 0 wrong | (learnt) | 0.00 % |"


def test_every_model_has_its_tables_and_missing_sets_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load() -> LabelledPictures:
        return LabelledPictures([drawing(WHOLE)], np.array([7], np.uint8))

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
    side_by_side, of_seven, _, curve, of_one, _, _, left_out = parts
    assert asked == [held_back]
    right, wrong = proportion(1, 1), proportion(0, 1)
    assert side_by_side.splitlines() == [
        "| read correctly | `seven` | `one` |",
        "| --- | --- | --- |",
        f"| one (1) | {right} | {wrong} |",
        f"| three (1) | {right} | (learnt) |",
    ]
    assert f"| one (1) | {right} | {right} | {count(0, 1)} | 1.50 % |" in of_seven
    assert f"| three (1) | {right} | {right} | {count(0, 1)} | 1.50 % |" in of_seven
    assert f"| one (1) | {wrong} | {wrong} | {count(0, 1)} | 50.00 % |" in of_one
    assert "| three (1) | (learnt) | (learnt) | (learnt) | (learnt) |" in of_one
    assert "| 0.98 | 100.00 %, 0 wrong |" in curve
    assert len(measure({"seven": models["seven"]}, test, None, held_back).split("\n\n")) == 4
    assert left_out == "Left out: two. photos.zip is not there"


@pytest.mark.parametrize(("every", "n_measured", "n_right"), [(1, 5, 3), (2, 3, 2), (9, 1, 1)])
def test_one_in_so_many_pictures_is_measured(
    monkeypatch: pytest.MonkeyPatch, every: int, n_measured: int, n_right: int
) -> None:
    images = np.zeros((5, 28, 28), np.uint8)
    images[:, 8:20, 14] = 255
    images[2] = 0  # blank
    digits = Digits(images, np.array([7, 7, 7, 1, 7], np.uint8))
    sets = [MeasuredSet("one", lambda: digits)]
    monkeypatch.setattr(single_digits, "all_sets", lambda *_: sets)
    [found], _ = predict_all({"seven": model(0.985)}, digits, None, HeldBack(1, ()), every)
    assert found.title == f"one ({n_measured})"
    assert proportion(n_right, n_measured) in accuracy_table([found], ["seven"])


def test_a_prediction_is_certain_from_the_threshold_on() -> None:
    for confidence, is_certain in ((0.985, True), (0.975, False)):
        some = predicted(model(confidence), drawing(WHOLE))
        assert some.is_certain().tolist() == [is_certain]
        assert some.is_certain(0.97).tolist() == [True]


def test_predictions_for_pictures_of_no_digits_are_never_correct() -> None:
    assert predicted(model(0.95, digit=0), drawing(WHOLE)).is_correct.tolist() == [False]
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 4:24, 13:16] = 255
    foreign = Digits(images, np.full(1, NO_DIGIT, np.uint8))
    assert predict({"a": model(0.95)}, foreign)["a"].is_correct.tolist() == [False]


def test_pictures_in_the_format_of_mnist_are_inputs_as_they_are() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[2:8, 3:6] = 200  # neither large nor in the middle
    found = find_digit(image)
    assert found is not None
    assert found[1] is image


def test_a_digit_is_doubted_where_ink_is_left_out() -> None:
    every = [drawing(WHOLE), drawing(CUT), drawing(WHOLE, faint=BESIDE)]
    assert predicted(model(0.99), *every).is_doubted.tolist() == [False, True, True]


@pytest.mark.parametrize(("digit", "is_doubted"), [(1, False), (7, True)])
def test_a_digit_in_pieces_is_doubted_where_the_network_of_lines_reads_another(
    digit: int, is_doubted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, activations = np.zeros((28, 28), np.uint8), np.eye(10)[1]
    found = DetectedDigit((55, 20, 9, 80), image, activations, False, 1.0)
    reading = NumberReading([NumberLine([found], [])], [])
    monkeypatch.setattr(digit_reader, "read_lines", lambda *_: reading)
    broken = drawing(((60, 20), (60, 56)), ((60, 66), (60, 100)))
    assert predicted(model(0.99, digit), broken).is_doubted.tolist() == [is_doubted]


def test_where_no_class_is_likely_the_answer_is_not_a_digit_unless_ink_is_left_out() -> None:
    some = predicted(unlikely(), drawing(WHOLE), drawing(CUT))
    assert some.is_no_digit.tolist() == [True, False]
    assert predicted(model(0.9), drawing(WHOLE)).is_no_digit.tolist() == [False]


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
def test_a_digit_is_certain_exactly_when_its_reader_says_so(
    picture: Image.Image, some: Model
) -> None:
    inked = with_ink(Picture(picture, PictureSize(120, 120)))
    read_strip = strip_reader(lines.load().network.activations)
    reading = DigitReader(some.network.activations, read_strip).read(inked)
    ours = predicted(some, picture)
    assert ours.is_certain().tolist() == [reading.is_certain]
    assert ours.is_no_digit.tolist() == [reading.doubt is Doubt.NOT_A_DIGIT]
