"""Digits are 100 px high and stand on the row 100; lines are drawn with a pen of 8 px."""

import cv2
import numpy as np
import pytest

from nn.reading.numbers import touching_marks
from nn.reading.numbers.components import Component
from nn.reading.numbers.touching_marks import may_hold_mark

FIVE = [(60, 4), (14, 4), (10, 45), (40, 40), (62, 60), (60, 80), (40, 96), (4, 90)]
EIGHT = [(30, 4), (6, 26), (54, 70), (30, 96), (6, 70), (54, 26), (30, 4)]
POINT = [(63, 92), (68, 94)]
COMMA = [(45, 95), (36, 126)]
NEIGHBOUR = Component(100, 0, np.ones((100, 20), np.float32))
Stroke = list[tuple[int, int]]


def draw(*strokes: Stroke) -> Component:
    ink = np.zeros((150, 150), np.float32)
    for stroke in strokes:
        cv2.polylines(ink, [np.array(stroke, np.int32)], False, 1.0, 8)
    rows, columns = (np.nonzero(ink.any(axis=axis))[0] for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    return Component(left, top, ink[top : rows[-1] + 1, left : columns[-1] + 1])


def may_hold(label: int, *strokes: Stroke) -> bool:
    return may_hold_mark(draw(*strokes), label, [NEIGHBOUR], 100)


@pytest.mark.parametrize("mark", [POINT, COMMA])
def test_a_digit_whose_lower_right_a_mark_touches_may_hold_it(mark: Stroke) -> None:
    assert may_hold(5, FIVE, mark)
    assert not may_hold(5, FIVE)
    assert not may_hold(8, EIGHT)


def test_the_foot_of_a_2_and_others_goes_to_the_right_itself() -> None:
    two = [(10, 20), (30, 4), (50, 20), (8, 94), (60, 94)]
    assert not may_hold(2, two)
    assert may_hold(3, two)


def test_a_digit_alone_may_hang_as_low_as_it_likes() -> None:
    assert not may_hold_mark(draw(FIVE, COMMA), 5, [], 100)


def test_a_digit_hangs_below_the_lower_of_its_neighbours() -> None:
    low = Component(100, 20, NEIGHBOUR.ink)
    assert not may_hold_mark(draw(FIVE, COMMA), 5, [NEIGHBOUR, low], 100)


@pytest.mark.parametrize(
    ("constant", "neutral", "label", "strokes"),
    [
        ("FOOT", 0.9, 3, [[(10, 4), (50, 12), (30, 45), (60, 50), (40, 96), (4, 92)]]),
        ("JUMP", 0.0, 0, [[(30, 4), (54, 60), (58, 84), (30, 96), (6, 50), (30, 4)]]),  # low belly
        ("STEEP", 2.0, 9, [[(20, 4), (4, 24), (20, 36), (20, 4), (70, 96)]]),  # leans backwards
        ("HANGING", 0.0, 5, [[(x, y + 10) for x, y in FIVE]]),  # lower than its neighbour
    ],
)
def test_each_measure_decides(
    constant: str,
    neutral: float,
    label: int,
    strokes: list[Stroke],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not may_hold(label, *strokes)
    monkeypatch.setattr(touching_marks, constant, neutral)
    assert may_hold(label, *strokes)
