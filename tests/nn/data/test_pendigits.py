import os

import numpy as np
import pytest

from nn.data.pendigits import PenDigit, load_pendigits, parse_pendigits, split_by_writer

HEADER = '.INCLUDE dene.doc\n\n.LEXICON "0" "1"\n.HIERARCHY DIGIT\n'
SEVEN = """
.SEGMENT DIGIT    0-1 ? "7"
.COMMENT 7 12  224
.PEN_DOWN
 100  400
 300  400
 200  100
.PEN_UP
.DT 100
.PEN_DOWN
 150  250
 250  250
.PEN_UP
.DT 100
"""
DOT = """
.SEGMENT DIGIT    2 ? "1"
.COMMENT 1 3  9
.PEN_DOWN
 0  500
.PEN_UP
.DT 100
"""


def test_a_crossed_seven_has_two_strokes_and_its_bar_on_top() -> None:
    (seven,) = parse_pendigits(HEADER + SEVEN)
    assert (seven.label, seven.writer) == (7, 12)
    assert [stroke.tolist() for stroke in seven.strokes] == [
        [[100, 100], [300, 100], [200, 400]],  # y, pointing up in the file, points down
        [[150, 250], [250, 250]],
    ]


def test_digits_keep_their_order_and_a_point_is_a_stroke() -> None:
    seven, dot = parse_pendigits(HEADER + SEVEN + DOT)
    assert (seven.label, dot.label, dot.writer) == (7, 1, 3)
    assert dot.strokes[0].tolist() == [[0, 0]]
    assert dot.strokes[0].dtype == np.float64


def by_writers(*writers: int) -> list[PenDigit]:
    return [PenDigit(number % 10, writer, []) for number, writer in enumerate(writers)]


def test_no_writer_is_on_both_sides_and_no_digit_is_lost() -> None:
    digits = by_writers(5, 2, 5, 9, 2, 7)
    train, held_back = split_by_writer(digits, 2)
    assert [digit.writer for digit in train] == [5, 2, 5, 2]
    assert [digit.writer for digit in held_back] == [9, 7]


def test_with_no_writer_held_back_all_digits_are_for_training() -> None:
    digits = by_writers(1, 2)
    assert split_by_writer(digits, 0) == (digits, [])


@pytest.mark.parametrize("n_held_back", [-1, 2, 3])
def test_a_writer_must_be_left_to_train_on(n_held_back: int) -> None:
    with pytest.raises(ValueError, match="expected to hold back 0 to 1 of 2 writers, but got"):
        split_by_writer(by_writers(1, 2), n_held_back)


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs pendigits: set INKLING_DATA")
def test_the_real_pendigits_is_parsed_completely() -> None:
    digits = load_pendigits()
    assert len(digits) == 7494
    assert len({digit.writer for digit in digits}) == 30
    assert [digit.label for digit in digits[:5]] == [8, 2, 1, 4, 1]
    assert np.bincount([digit.label for digit in digits]).tolist() == [
        780, 779, 780, 719, 780, 720, 720, 778, 719, 719,
    ]  # fmt: skip
    points = np.concatenate([stroke for digit in digits for stroke in digit.strokes])
    assert points.min() >= 0
    assert points.max() <= 500
