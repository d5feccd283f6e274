from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.config import Settings
from nn.decoding.picture import Picture, PictureSize
from nn.evaluation.certainty import is_certain
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import CERTAIN_AT
from nn.reading.inked_picture import with_ink
from nn.reading.left_out import LeftOut, Why
from nn.reading.number_reader import NumberReader
from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine, NumberReading

BOX = (0.0, 0.0, 10.0, 20.0)


def detected(
    confidence: float = 0.99, *, is_cut: bool = False, may_be_sign: bool = False
) -> DetectedDigit:
    activations = np.zeros(10)
    activations[7] = confidence
    return DetectedDigit(BOX, np.zeros((28, 28), np.uint8), activations, is_cut, may_be_sign)


def reading(*digits: DetectedDigit, is_mark_sure: bool = True) -> NumberReading:
    return NumberReading([NumberLine(list(digits), [Mark(BOX, ".", is_mark_sure, 1)])], [])


def test_a_number_is_certain_if_all_of_it_is() -> None:
    assert is_certain(reading(detected(), detected()), is_ink_left_out=False)


@pytest.mark.parametrize(
    "doubtful",
    [
        reading(detected(), detected(0.97)),
        reading(detected(), detected(is_cut=True)),
        reading(detected(), detected(may_be_sign=True)),
        reading(detected(), is_mark_sure=False),
        NumberReading(reading(detected()).lines, [LeftOut(BOX, Why.NOT_A_DIGIT)]),
        NumberReading([], []),
    ],
    ids=["unclear", "cut", "a sign", "a mark", "left out", "nothing"],
)
def test_a_number_is_not_certain_if_any_of_it_is_doubtful(doubtful: NumberReading) -> None:
    assert not is_certain(doubtful, is_ink_left_out=False)


def test_a_number_is_not_certain_while_ink_is_left_out() -> None:
    assert not is_certain(reading(detected()), is_ink_left_out=True)


def test_the_threshold_is_the_app_s() -> None:
    assert Settings().certain_at == CERTAIN_AT == 0.98
    assert is_certain(reading(detected(0.98)), is_ink_left_out=False)
    assert is_certain(reading(detected(0.8)), threshold=0.8, is_ink_left_out=False)
    assert not is_certain(reading(detected(0.79)), threshold=0.8, is_ink_left_out=False)


@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("may_be_sign", [False, True])
@pytest.mark.parametrize("is_sure", [False, True])
@pytest.mark.parametrize("left_out", [[], [LeftOut(BOX, Why.FAINT)]])
@pytest.mark.parametrize("confidence", [0.97, 0.99])
def test_a_number_is_certain_exactly_when_its_reader_says_so(
    is_cut: bool,
    may_be_sign: bool,
    is_sure: bool,
    left_out: list[LeftOut],
    confidence: float,
) -> None:
    digit = detected(confidence, is_cut=is_cut, may_be_sign=may_be_sign)
    read = NumberReading(reading(digit, is_mark_sure=is_sure).lines, left_out)
    picture = Image.new("L", (60, 60), "white")
    picture.paste(0, (27, 10, 33, 50))
    classify: Any = None  # all is read already
    reader = NumberReader(DigitReader(classify))
    whole = reader.number_reading(with_ink(Picture(picture, PictureSize(60, 60))), read)
    assert is_certain(read, is_ink_left_out=False) == whole.is_certain
