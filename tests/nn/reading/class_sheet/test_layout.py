"""The layout: everything within what printers print, and no two things in one place."""

from itertools import combinations

import numpy as np
import pytest

from nn.reading.class_sheet.layout import (
    MARGIN_MM,
    MAX_PUPILS,
    MAX_ROWS,
    PAGE_MM,
    PAGES,
    Corner,
    Rectangle,
    black_squares,
    marker_bits,
    marker_place,
    pages_of,
)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    (x, y, width, height), (left, top, across, down) = one, other
    return x < left + across and left < x + width and y < top + down and top < y + height


@pytest.mark.parametrize(
    ("pupils", "rows"),
    [(1, [1]), (15, [15]), (16, [8, 8]), (30, [15, 15]), (31, [11, 11, 9]), (45, [15, 15, 15])],
)
def test_a_class_is_divided_into_as_few_pages_as_possible_of_equal_rows(
    pupils: int, rows: list[int]
) -> None:
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


def test_the_black_squares_of_a_page_are_those_of_its_markers() -> None:
    (page,) = pages_of(3)
    area = sum(width * height for _, _, width, height in black_squares(page))
    n_black = sum(int((marker_bits(each) == 0).sum()) for each in page.markers.values())
    np.testing.assert_allclose(area, n_black * (16 / 7) ** 2)
