from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from nn.decoding.errors import PictureError, PictureFault
from nn.decoding.picture import Picture, PictureSize
from nn.reading import digit_reader as module
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import Doubt
from nn.reading.inked_picture import InkedPicture, with_ink
from nn.reading.left_out import LeftOut, Why
from nn.reading.number_reader import NumberReader
from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine, NumberReading
from nn.reading.readings import Reading

LETTER = LeftOut((5, 60, 20, 30), Why.NOT_A_DIGIT)


@pytest.fixture
def inked() -> InkedPicture:
    """Return a picture of 200 x 240 pixels that shows a bar, and was decoded at half its size."""
    image = Image.new("L", (100, 120), "white")
    image.paste(0, (45, 20, 55, 100))
    return with_ink(Picture(image, PictureSize(200, 240, reduction=2)))


def reader(activation: float = 1.0) -> DigitReader:
    """Return a reader of a network that gives class 7 this activation, and 1 the rest."""
    row = np.array([[0, 1 - activation, 0, 0, 0, 0, 0, activation, 0, 0]])
    return DigitReader(lambda inputs: np.repeat(row, len(inputs), 0))


def number_reading(inked: InkedPicture, found: NumberReading) -> Reading:
    """Return the reading of a picture in which these numbers were found."""
    return NumberReader(reader()).number_reading(inked, found)


def detected(activation: float = 1.0, *, is_cut: bool = False) -> DetectedDigit:
    """Return a 7 with this activation."""
    activations = np.where(np.arange(10) == 7, activation, 0.0)
    return DetectedDigit((0, 0, 9, 9), np.zeros((28, 28), np.uint8), activations, is_cut)


def test_a_digit_that_was_cut_from_its_neighbour_is_never_certain(inked: InkedPicture) -> None:
    digits = [detected(), detected(is_cut=True), detected(0.9)]
    reading = number_reading(inked, NumberReading([NumberLine(digits, [])], []))
    doubts = [None, Doubt.TOUCHING, Doubt.UNCLEAR]
    assert [(digit.is_certain, digit.doubt) for digit in reading.digits] == [
        (doubt is None, doubt) for doubt in doubts
    ]
    assert (reading.is_certain, reading.doubt) == (False, Doubt.TOUCHING)


def test_a_number_is_not_certain_while_ink_is_left_out(inked: InkedPicture) -> None:
    line = NumberLine([detected(), detected()], [])
    above = replace(LETTER, box=(10, 2, 20, 30))
    reading = number_reading(inked, NumberReading([line], [LETTER, above]))
    assert (reading.number, reading.is_certain, reading.doubt) == ("77", False, Doubt.INK_LEFT_OUT)
    assert all(digit.is_certain for digit in reading.digits)
    assert reading.left_out == [  # top to bottom, in pixels of the file
        LeftOut((20, 4, 40, 60), Why.NOT_A_DIGIT),
        LeftOut((10, 120, 40, 60), Why.NOT_A_DIGIT),
    ]


@pytest.mark.parametrize(("is_sure", "doubt"), [(True, None), (False, Doubt.UNCLEAR)])
def test_the_text_has_the_marks_and_is_certain_if_they_are(
    is_sure: bool, doubt: Doubt | None, inked: InkedPicture
) -> None:
    point = Mark((10, 8, 1, 1), ".", is_sure, 1)
    lines = [NumberLine([detected(), detected()], [point]), NumberLine([detected()], [])]
    reading = number_reading(inked, NumberReading(lines, []))
    assert (reading.text, reading.number, reading.numbers) == ("7.7\n7", "77\n7", ["77", "7"])
    assert (reading.is_certain, reading.doubt) == (doubt is None, doubt)


@pytest.mark.parametrize(("second", "is_refused"), [(1.0, True), (0.5, False)])
def test_several_digits_are_refused_only_when_each_is_certain(
    second: float, is_refused: bool, inked: InkedPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = [detected(), detected(second)]
    monkeypatch.setattr(module, "find_separate_digits", lambda *_: digits)
    prepared, activations = reader().prepare(inked), np.full(10, 0.1)
    if is_refused:
        with pytest.raises(PictureError, match="holds 2 digits") as caught:
            reader().read_prepared(prepared, activations)
        assert caught.value.fault is PictureFault.SEVERAL_DIGITS
    else:
        assert reader().read_prepared(prepared, activations).doubt is Doubt.NOT_A_DIGIT
