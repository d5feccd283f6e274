from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nn.data.digits import NO_DIGIT, Digits
from nn.decoding.picture import Picture, PictureSize
from nn.evaluation.predictions import DigitPredictions, find_digit, predict
from nn.evaluation.sets import LabelledPictures
from nn.models import lines
from nn.models.weights import Model
from nn.reading import digit_reader
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import Doubt
from nn.reading.inked_picture import with_ink
from nn.reading.numbers.strip import strip_reader
from nn.reading.numbers.types import DetectedDigit, NumberLine, NumberReading

NO_LABELS = np.zeros(0, np.uint8)
Line = tuple[tuple[int, int], tuple[int, int]]
WHOLE: Line = ((60, 20), (60, 100))
CUT: Line = ((60, 20), (119, 20))
BESIDE: Line = ((20, 20), (20, 100))
BLANK = Image.new("L", (60, 60), "white")


def drawing(*lines: Line, faint: Line | None = None) -> Image.Image:
    picture = Image.new("L", (120, 120), "white")
    for line in lines:
        ImageDraw.Draw(picture).line(line, "black", 9)
    if faint:
        ImageDraw.Draw(picture).line(faint, 210, 9)
    return picture


def model(confidence: float, digit: int = 7) -> Model:
    """Return a model that reads one digit everywhere, with one confidence, and otherwise a 1."""
    activations = np.zeros(10, np.float32)
    activations[1] = 1 - confidence
    activations[digit] = confidence
    network: Any = SimpleNamespace(
        activations=lambda inputs: np.tile(activations, (len(inputs), 1))
    )
    return Model(network, {})


def unlikely() -> Model:
    """Return a model that gives three digits about the same activation."""
    activations = np.zeros(10, np.float32)
    activations[[1, 4, 7]] = 0.3, 0.3, 0.4
    network: Any = SimpleNamespace(
        activations=lambda inputs: np.tile(activations, (len(inputs), 1))
    )
    return Model(network, {})


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


def test_every_model_has_its_predictions() -> None:
    loaded = LabelledPictures([drawing(WHOLE)], np.array([1], np.uint8))
    both = predict({"seven": model(0.99), "one": model(0.99, digit=1)}, loaded)
    assert {name: some.is_correct.tolist() for name, some in both.items()} == {
        "seven": [False],
        "one": [True],
    }


def test_a_prediction_is_certain_from_the_threshold_on() -> None:
    for confidence, is_certain in ((0.985, True), (0.975, False)):
        some = predicted(model(confidence), drawing(WHOLE))
        assert some.is_certain().tolist() == [is_certain]
        assert some.is_certain(0.97).tolist() == [True]


def test_certain_predictions_are_counted_and_the_wrong_ones_of_them() -> None:
    some = predicted(model(0.99), *[drawing(WHOLE)] * 3, labels=[7, 1, 2])
    assert (some.n_certain(), some.n_certain_and_wrong()) == (3, 2)
    assert (some.n_certain(0.995), some.n_certain_and_wrong(0.995)) == (0, 0)


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
