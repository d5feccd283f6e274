"""The ink of a line divided among its signs."""

import numpy as np
import pytest

from nn.reading.lines.divide import divide
from nn.reading.mnist import Ink

Box = tuple[int, int, int, int]  # x, y, width, height
PEN_PX = 3


def line_of(*boxes: Box, shape: tuple[int, int] = (60, 160)) -> Ink:
    ink = np.zeros(shape, np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return ink


def upright(*columns: int) -> list[Box]:
    """Return upright lines that begin at these columns."""
    return [(column, 5, PEN_PX, 20) for column in columns]


STEM: Box = (20, 10, 6, 40)
INKS: dict[str, tuple[list[Box], list[float], list[tuple[int, int] | None], bool]] = {
    "each piece is of the nearest sign": (upright(10, 40), [14, 38], [(20, 3), (20, 3)], False),
    "touching signs are cut": (
        [*upright(10, 40), (10, 23, 33, 2)],
        [11, 41],
        [(20, 16), (20, 17)],
        True,
    ),
    "a stroke that reaches over a neighbour stays whole": (
        [(10, 8, 3, 42), (40, 34, 3, 16), (10, 8, 34, 1)],
        [11, 41],
        [(42, 34), (16, 3)],
        False,
    ),
    "separate strokes are joined and specks are not": (
        [*upright(10, 40), (12, 28, 8, 3), (56, 20, 2, 2)],
        [12, 41],
        [(26, 10), (20, 3)],
        False,
    ),
    "a stroke that shares columns": ([STEM, (10, 28, 12, 8)], [23], [(40, 16)], False),
    "a stroke beside a sign": ([STEM, (30, 28, 12, 4)], [23], [(40, 6)], False),
    "a speck near a sign": ([STEM, (28, 46, 4, 4)], [23], [(40, 6)], False),
    "a sign without ink near it": ([STEM], [80], [None], False),
    "one of two signs without ink": (upright(10), [11, 50], [(20, 3), None], False),
    "a piece that a seam grazes": (
        [(20, 10, 20, 40), (20, 10, 66, 2)],
        [30, 83],
        [(40, 66), None],
        False,
    ),
    "a broad piece": (
        [(20, 10, 46, 40), (26, 14, 36, 32)],
        [23, 63],
        [(40, 23), (40, 23)],
        True,
    ),
    "no ink": ([], [5, 20], [None, None], False),
    "neither ink nor signs": ([], [], [], False),
}


@pytest.mark.parametrize(("boxes", "middles", "sizes", "is_cut"), INKS.values(), ids=INKS)
def test_ink_is_divided_among_signs(
    boxes: list[Box], middles: list[float], sizes: list[tuple[int, int] | None], is_cut: bool
) -> None:
    signs = divide(line_of(*boxes), middles).of_signs
    assert [sign and sign.ink.shape for sign in signs] == sizes
    assert all(sign.is_cut == is_cut for sign in signs if sign)


@pytest.mark.parametrize("top", [5, 0])
def test_touching_signs_are_cut_where_there_is_least_ink(top: int) -> None:
    line = line_of(*((x, top, PEN_PX, 20) for x in (10, 40)), (10, top + 18, 33, 2))
    left, right = divide(line, [11.0, 41.0]).of_signs
    assert left and right
    assert left.ink[:18].sum() == right.ink[:18].sum() == 18 * PEN_PX
    assert left.ink.sum() + right.ink.sum() == line.sum()
    assert (left.x, left.y) == (10, top)


def test_slanted_neighbours_whose_columns_overlap_are_not_cut() -> None:
    strokes = [(40 - y + side, y, PEN_PX, 1) for y in range(5, 35) for side in (0, 14)]
    line = line_of(*strokes, shape=(40, 60))
    left, right = divide(line, [20.0, 34.0]).of_signs
    assert left and right
    assert not left.is_cut and not right.is_cut
    assert left.ink.sum() == right.ink.sum() == 30 * PEN_PX


def test_what_is_of_no_sign_is_listed() -> None:
    assert divide(line_of(*upright(10, 40)), [11.0]).rest == [(40, 5, PEN_PX, 20)]
    assert divide(line_of(*upright(10)), []).rest == [(10, 5, PEN_PX, 20)]
    dash = (30, 28, 12, 4)
    assert divide(line_of(STEM, dash, (46, 10, 6, 40)), [23, 49]).rest == [dash]
