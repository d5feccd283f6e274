from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import Problem
from app.requests.images import Picture
from app.service import reading as module
from app.service.answers import InkLeftOut, NumberAnswer
from app.service.number_reading import Explanation, NumberReader
from app.service.reading import Reader, open_sheet
from nn.reading.doubts import Doubt
from nn.reading.left_out import LeftOut, Why
from nn.reading.numbers.types import DetectedDigit, Mark, NumberLine, NumberReading

LETTER = LeftOut((5, 60, 20, 30), Why.NOT_A_DIGIT)


@pytest.fixture
def file() -> Any:
    """Return a file of 200 x 240 pixels that shows a bar, and is decoded at half its size."""
    image = Image.new("L", (100, 120), "white")
    image.paste(0, (45, 20, 55, 100))
    return SimpleNamespace(decode=lambda: Picture(image, 200, 240, reduction=2))


def reader(activation: float = 1.0) -> Reader:
    """Return a reader of a network that gives class 7 this activation, and 1 the rest."""
    row = np.array([[0, 1 - activation, 0, 0, 0, 0, 0, activation, 0, 0]])
    network = SimpleNamespace(activations=lambda inputs: np.repeat(row, len(inputs), 0))
    return Reader("fixed", network, 0.98)  # type: ignore[arg-type]


def number_answer(file: Any, reading: NumberReading) -> NumberAnswer:
    """Return the answer to a picture that is read as this."""
    return NumberReader(reader()).number_answer(open_sheet(file), reading, Explanation())


def detected(activation: float = 1.0, *, is_cut: bool = False) -> DetectedDigit:
    """Return a 7 with this activation."""
    activations = np.where(np.arange(10) == 7, activation, 0.0)
    return DetectedDigit((0, 0, 9, 9), np.zeros((28, 28), np.uint8), activations, is_cut)


def test_a_digit_that_was_cut_from_its_neighbour_is_never_certain(file: Any) -> None:
    digits = [detected(), detected(is_cut=True), detected(0.9)]
    answer = number_answer(file, NumberReading([NumberLine(digits, [])], []))
    doubts = [None, Doubt.TOUCHING, Doubt.UNCLEAR]
    assert [(digit.certain, digit.doubt) for digit in answer.digits] == [
        (doubt is None, doubt) for doubt in doubts
    ]
    assert (answer.certain, answer.doubt) == (False, Doubt.TOUCHING)


def test_a_number_is_not_certain_while_ink_is_left_out(file: Any) -> None:
    line = NumberLine([detected(), detected()], [])
    above = replace(LETTER, box=(10, 2, 20, 30))
    answer = number_answer(file, NumberReading([line], [LETTER, above]))
    assert (answer.number, answer.certain, answer.doubt) == ("77", False, Doubt.INK_LEFT_OUT)
    assert all(digit.certain for digit in answer.digits)
    assert answer.left_out == [  # top to bottom, in pixels of the file
        InkLeftOut([20, 4, 40, 60], Why.NOT_A_DIGIT),
        InkLeftOut([10, 120, 40, 60], Why.NOT_A_DIGIT),
    ]


@pytest.mark.parametrize(("is_sure", "doubt"), [(True, None), (False, Doubt.UNCLEAR)])
def test_the_text_has_the_marks_and_is_certain_if_they_are(
    is_sure: bool, doubt: Doubt | None, file: Any
) -> None:
    point = Mark((10, 8, 1, 1), ".", is_sure, 1)
    lines = [NumberLine([detected(), detected()], [point]), NumberLine([detected()], [])]
    answer = number_answer(file, NumberReading(lines, []))
    assert (answer.text, answer.number, answer.lines) == ("7.7\n7", "77\n7", ["77", "7"])
    assert (answer.certain, answer.doubt) == (doubt is None, doubt)
    assert "7.7, 7" in answer.message


@pytest.mark.parametrize(("second", "is_refused"), [(1.0, True), (0.5, False)])
def test_several_digits_are_refused_only_when_each_is_certain(
    second: float, is_refused: bool, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = [detected(), detected(second)]
    monkeypatch.setattr(module, "find_separate_digits", lambda *_: digits)
    prepared, activations = reader().prepare(file), np.full(10, 0.1)
    if is_refused:
        with pytest.raises(Problem, match="holds 2 digits"):
            reader().digit_answer(prepared, activations)
    else:
        assert reader().digit_answer(prepared, activations).doubt is Doubt.NOT_A_DIGIT
