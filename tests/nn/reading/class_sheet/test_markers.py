"""Pictures in which markers are looked for, and those with too much that may be one."""

import numpy as np
import pytest
from PIL import Image

from nn.reading.class_sheet import read as module
from nn.reading.class_sheet.markers import (
    SheetFault,
    UnreadableSheet,
    has_many_outlines,
)
from nn.reading.class_sheet.read import read_page
from nn.reading.mnist_format import Pixels

SIDE_PX = 2000  # the smallest marker is 28 pixels wide


def tiled(tile: Pixels, share: float = 1.0) -> Pixels:
    """Return white paper of which the upper share is full of black and white tiles."""
    n_columns, n_rows = SIDE_PX // tile.shape[1], round(share * SIDE_PX) // len(tile)
    picture = np.full((SIDE_PX, SIDE_PX), 255, np.uint8)
    tiles = np.tile(tile, (n_rows, n_columns))
    picture[: len(tiles), : tiles.shape[1]] = tiles
    return picture


def square(tile_px: int, square_px: int) -> Pixels:
    """Return a white tile with a black square at its upper left."""
    tile = np.full((tile_px, tile_px), 255, np.uint8)
    tile[:square_px, :square_px] = 0
    return tile


def nested_squares() -> Pixels:
    """Return a tile of squares in squares, their outlines 3 pixels from each other."""
    tile = square(50, 0)
    for number, start in enumerate(range(2, 24, 3)):
        tile[start:-start, start:-start] = 255 * (number % 2)
    return tile


def comb() -> Pixels:
    """Return a tile with a square of 15 pixels, whose teeth make its outline as long as 28."""
    tile = square(20, 15)
    tile[:3, :15:2] = tile[12:15, :15:2] = tile[:15:2, :3] = tile[:15:2, 12:15] = 255
    return tile


def cross() -> Pixels:
    """Return a tile with two diagonals, whose pixels touch each other at corners alone."""
    tile, diagonal = square(44, 0), np.eye(40, dtype=np.bool_)
    tile[:40, :40][diagonal | diagonal[::-1]] = 0
    return tile


def chessboard() -> Pixels:
    return np.array([[0, 255], [255, 0]], np.uint8).repeat(30, axis=0).repeat(30, axis=1)


MANY = {
    "nested squares": nested_squares(),
    "squares": square(36, 30),
    "holes": 255 - square(36, 30),
    "a chessboard": chessboard(),
    "diagonals": cross(),
    "small squares with teeth": comb(),
    "texture": square(2, 1),
}
FEW = {
    "large squares": square(100, 80),
    "grain": square(8, 2),
}


@pytest.mark.parametrize("name", MANY)
def test_among_thousands_of_outlines_no_marker_is_looked_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_page", pytest.fail)
    with pytest.raises(UnreadableSheet) as caught:
        read_page(Image.fromarray(tiled(MANY[name])))
    assert caught.value.fault == SheetFault.NO_SHEET


@pytest.mark.parametrize("name", FEW)
def test_larger_or_smaller_ones_are_no_reason_not_to(name: str) -> None:
    assert not has_many_outlines(tiled(FEW[name]))


@pytest.mark.parametrize(("n_rows", "has_many"), [(16, False), (17, True)])
def test_where_edges_are_enough_for_1500_outlines_they_are_counted(
    n_rows: int, has_many: bool
) -> None:
    """55 squares in a row have twice as many outlines: their middles are as light as around."""
    assert has_many_outlines(tiled(square(36, 30), n_rows * 36 / SIDE_PX)) == has_many
