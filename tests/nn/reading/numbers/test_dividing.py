import numpy as np
import pytest

from nn.reading.numbers.dividing import divide

PEN = 3


def ink(*columns: int, height: int = 30, width: int = 60) -> np.ndarray:
    """Return upright lines that begin at these columns."""
    line = np.zeros((height, width), np.float32)
    for column in columns:
        line[5:25, column : column + PEN] = 1
    return line


def test_each_piece_is_of_the_nearest_sign() -> None:
    left, right = divide(ink(10, 40), [14.0, 38.0]).of_signs
    assert left and right
    assert (left.x, left.y, *left.ink.shape) == (10, 5, 20, PEN)
    assert right.x == 40
    assert not left.is_cut
    assert not right.is_cut


def test_touching_signs_are_cut_where_there_is_least_ink() -> None:
    line = ink(10, 40)
    line[23:25, 10:43] = 1  # a thin bridge at the foot
    left, right = divide(line, [11.0, 41.0]).of_signs
    assert left and right
    assert left.is_cut and right.is_cut
    assert left.ink[:18].sum() == right.ink[:18].sum() == 18 * PEN
    assert left.ink.sum() + right.ink.sum() == line.sum()


def test_slanted_neighbours_whose_columns_overlap_are_not_cut() -> None:
    line = np.zeros((40, 60), np.float32)
    for row in range(5, 35):
        x = 40 - row
        line[row, x : x + PEN] = 1
        line[row, x + 14 : x + 14 + PEN] = 1
    left, right = divide(line, [20.0, 34.0]).of_signs
    assert left and right
    assert not left.is_cut and not right.is_cut
    assert left.ink.sum() == right.ink.sum() == 30 * PEN


def test_a_stroke_that_reaches_over_a_neighbour_stays_whole() -> None:
    line = np.zeros((60, 60), np.float32)
    line[8:50, 10 : 10 + PEN] = line[34:50, 40 : 40 + PEN] = 1
    line[8, 10:44] = 1  # the flag of the left one, above the right one
    left, right = divide(line, [11.0, 41.0]).of_signs
    assert left and right
    assert left.ink.shape == (42, 34)
    assert not left.is_cut and not right.is_cut


def test_separate_strokes_of_a_sign_are_joined_and_specks_far_from_it_are_not() -> None:
    line = ink(10, 40)
    line[5:8, 14:22] = 1  # a stroke beside the left one, not connected
    line[20:22, 56:58] = 1
    left, right = divide(line, [12.0, 41.0]).of_signs
    assert left and right
    assert left.ink.shape == (20, 12)
    assert right.ink.shape == (20, PEN)


@pytest.mark.parametrize("middles", [[], [5.0], [5.0, 20.0]])
def test_without_ink_no_sign_has_any(middles: list[float]) -> None:
    assert divide(np.zeros((30, 40), np.float32), middles).of_signs == [None] * len(middles)


def test_a_sign_without_ink_near_it_has_none() -> None:
    assert divide(ink(10), [11.0, 50.0]).of_signs[1] is None


def test_what_is_of_no_sign_is_listed() -> None:
    divided = divide(ink(10, 40), [11.0])
    assert divided.rest == [(40, 5, PEN, 20)]
    assert divide(ink(10), []).rest == [(10, 5, PEN, 20)]
