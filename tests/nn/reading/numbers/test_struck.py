"""Digits are 100 px high; lines are drawn with a pen of 5 px."""

import cv2
import numpy as np
import pytest

from nn.reading.numbers import struck
from nn.reading.numbers.components import Component
from nn.reading.numbers.struck import may_be_struck

THREE = [(10, 5), (45, 0), (55, 25), (25, 48), (60, 70), (40, 100), (5, 92)]
ONE = [(10, 25), (35, 0), (30, 105)]
Stroke = list[tuple[int, int]]


def draw(*strokes: Stroke) -> Component:
    ink = np.zeros((180, 180), np.float32)
    for stroke in strokes:
        cv2.polylines(ink, [np.add(stroke, 40).astype(np.int32)], False, 1.0, 5)
    rows, columns = (np.nonzero(ink.any(axis=axis))[0] for axis in (1, 0))
    return Component(0, 0, ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


LEVEL, RISING = [(-12, 50), (77, 48)], [(-10, 108), (75, -8)]
FALLING = [(-10, -8), (75, 108)]


@pytest.mark.parametrize("line", [LEVEL, RISING, FALLING])
def test_a_line_through_a_digit_and_beyond_it_may_cross_it_out(line: Stroke) -> None:
    assert may_be_struck(draw(THREE, line), 3)
    assert not may_be_struck(draw(THREE), 3)


@pytest.mark.parametrize(
    ("label", "line", "expected"),
    [
        *((4, LEVEL, False), (4, RISING, False), (4, FALLING, False)),
        *((7, LEVEL, False), (7, RISING, False), (7, FALLING, True)),
        *((0, LEVEL, True), (0, RISING, False), (0, FALLING, True)),
        *((8, LEVEL, True), (8, RISING, True), (8, FALLING, True)),
    ],
)
def test_digits_that_have_such_a_line_are_not_crossed_out(
    label: int, line: Stroke, expected: bool
) -> None:
    assert may_be_struck(draw(THREE, line), label) is expected


@pytest.mark.parametrize(
    ("constant", "neutral", "strokes"),
    [
        ("MIN_TIP", 0.2, [THREE, [(2, 49), (77, 49)]]),  # hardly longer at the left
        ("MIN_SIDE", 0.0, [ONE, [(-5, 88), (70, 88)]]),  # the foot of a 1
        ("MIN_FILLED", 0.0, [THREE, [(-12, 50), (15, 50)], [(50, 50), (77, 50)]]),
    ],
)
def test_each_measure_decides(
    constant: str, neutral: float, strokes: list[Stroke], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not may_be_struck(draw(*strokes), 3)
    monkeypatch.setattr(struck, constant, neutral)
    assert may_be_struck(draw(*strokes), 3)


def test_a_thick_stroke_is_no_line_through_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = np.zeros((100, 100), np.float32)
    cv2.ellipse(ink, (50, 50), (40, 22), -50, 0, 360, 1.0, -1)
    assert not may_be_struck(Component(0, 0, ink), 1)
    monkeypatch.setattr(struck, "MIN_SIDE_PEN", 0.0)
    assert may_be_struck(Component(0, 0, ink), 1)
