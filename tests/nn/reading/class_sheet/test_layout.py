"""The layout and its markers: all within what printers print, and looked for where they may be."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from nn.reading.class_sheet import boxes as module
from nn.reading.class_sheet.boxes import read_page
from nn.reading.class_sheet.layout import (
    MARGIN_MM,
    MAX_PUPILS,
    MAX_ROWS,
    PAGE_MM,
    PAGES,
    Corner,
    Rectangle,
    marker_place,
    pages_of,
)
from nn.reading.class_sheet.markers import (
    SheetFault,
    UnreadableSheet,
    has_many_outlines,
)
from nn.reading.mnist import Pixels


def overlap(one: Rectangle, other: Rectangle) -> bool:
    (x, y, width, height), (left, top, across, down) = one, other
    return x < left + across and left < x + width and y < top + down and top < y + height


@pytest.mark.parametrize(
    ("pupils", "rows"),
    [(1, [1]), (15, [15]), (16, [8, 8]), (30, [15, 15]), (31, [11, 11, 9]), (45, [15, 15, 15])],
)
def test_a_class_is_divided_into_as_few_pages_as_possible(pupils: int, rows: list[int]) -> None:
    pages = pages_of(pupils)
    assert [len(page.rows) for page in pages] == rows
    assert [pupil for page in pages for pupil in page.rows] == list(range(1, pupils + 1))


@pytest.mark.parametrize("pupils", [0, MAX_PUPILS + 1])
def test_other_numbers_of_pupils_are_refused(pupils: int) -> None:
    with pytest.raises(ValueError, match=f"expected 1 to {MAX_PUPILS} pupils, but got {pupils}"):
        pages_of(pupils)


@pytest.mark.parametrize("pupils", [1, 12, MAX_ROWS, MAX_PUPILS])
def test_boxes_and_markers_are_within_the_margins_and_apart(pupils: int) -> None:
    (page, *_) = pages_of(pupils)
    places = [box.place for box in page.boxes] + [marker_place(corner) for corner in Corner]
    assert len(places) == 10 * len(page.rows) + 4
    for x, y, width, height in places:
        assert min(x, y) >= MARGIN_MM
        assert x + width <= PAGE_MM[0] - MARGIN_MM + 1e-9
        assert y + height <= PAGE_MM[1] - MARGIN_MM + 1e-9
    assert not any(overlap(one, other) for one, other in combinations(places, 2))


def test_each_corner_of_each_page_has_a_marker_of_its_own() -> None:
    ids = [marker for page in PAGES for marker in page.markers.values()]
    assert len(ids) == len(set(ids))
    assert max(ids) < 1000


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


MANY = {
    "squares": square(36, 30),
    "holes": 255 - square(36, 30),
    "diagonals": cross(),
    "small squares with teeth": comb(),
    "texture": square(2, 1),
}


@pytest.mark.parametrize("name", MANY)
def test_among_many_outlines_no_marker_is_sought(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_sheet_page", pytest.fail)
    with pytest.raises(UnreadableSheet) as caught:
        read_page(Image.fromarray(tiled(MANY[name])))
    assert caught.value.fault == SheetFault.NO_SHEET


@pytest.mark.parametrize(
    ("picture", "has_many"),
    [
        (tiled(square(100, 80)), False),
        (tiled(square(8, 2)), False),
        (tiled(square(36, 30), 16 * 36 / SIDE_PX), False),  # 55 squares in a row
        (tiled(square(36, 30), 17 * 36 / SIDE_PX), True),  # twice as many outlines: 1,500
    ],
    ids=["large squares", "grain", "some squares", "many squares"],
)
def test_few_or_other_outlines_are_no_reason_not_to(picture: Pixels, has_many: bool) -> None:
    assert has_many_outlines(picture) == has_many
