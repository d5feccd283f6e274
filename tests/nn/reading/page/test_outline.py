"""The outline of a sheet on a table, and writing that is cut by it or lies beyond it."""

from typing import Any

import cv2
import numpy as np
import pytest

from nn.reading.page.outline import find_outline
from nn.reading.page.photo import segment_ink

WIDTH_PX, HEIGHT_PX = 400, 300
CORNERS = np.array([(60, 40), (350, 30), (340, 260), (50, 250)], float)

Levels = np.ndarray[Any, np.dtype[np.float32]]


def table(level: float = 60) -> Levels:
    return np.full((HEIGHT_PX, WIDTH_PX), level, np.float32)


def put(picture: Levels, corners: np.ndarray = CORNERS, level: float = 200) -> Levels:
    cv2.fillConvexPoly(picture, np.rint(corners).astype(np.int32), level)
    return picture


def shade(picture: Levels, start: tuple[int, int], end: tuple[int, int], width_px: int) -> Levels:
    light = np.ones_like(picture)
    cv2.line(light, start, end, 0.5, width_px)
    return np.asarray(picture * light, np.float32)


def seven(picture: Levels, left: int, top: int, level: float = 50) -> Levels:
    corners = np.array([(left, top), (left + 30, top), (left + 12, top + 50)])
    cv2.polylines(picture, [corners], False, level, 4)
    return picture


def photographed(picture: Levels) -> np.ndarray[Any, np.dtype[np.uint8]]:
    noise = np.random.default_rng(1).normal(0, 1, picture.shape)
    return np.asarray((cv2.GaussianBlur(picture, (0, 0), 1) + noise).clip(0, 255), np.uint8)


def boxes(picture: Levels) -> list[list[int]]:
    """The boxes of what is read as ink, from left to right."""
    found = segment_ink(photographed(picture))
    return sorted(found.writing.components.boxes[found.writing.is_ink].tolist())


def worst(picture: Levels) -> float:
    """The distance of the farthest corner, infinite if no outline is found."""
    found = find_outline(cv2.GaussianBlur(picture, (0, 0), 1))
    return np.inf if found is None else float(np.abs(found - CORNERS).max())


@pytest.mark.parametrize(
    "picture",
    [
        put(table()),
        shade(put(table()), (0, 100), (400, 180), 30),  # a narrow shadow across sheet and table
        shade(put(table()), (0, 300), (100, 0), 160),  # one over a whole side
        seven(put(table()), 150, 100),
    ],
    ids=["plain", "narrow shadow", "wide shadow", "writing"],
)
def test_the_outline_of_a_sheet_is_found_to_two_pixels(picture: Levels) -> None:
    assert worst(picture) < 2


def test_the_picture_s_edge_is_the_side_of_a_sheet_that_it_cuts() -> None:
    corners = np.array([(60, 40), (450, 40), (450, 260), (50, 250)], float)
    found = find_outline(put(table(), corners))
    assert found is not None
    assert found[[1, 2], 0] == pytest.approx(WIDTH_PX - 1, abs=2)


def striped() -> Levels:
    """Light between two shadows: two edges, which go on to the edges of the picture."""
    return shade(shade(table(200), (60, 0), (60, 300), 60), (330, 0), (330, 300), 60)


def half_hidden() -> Levels:
    """A sheet whose upper and lower edges are mostly hidden by something as light."""
    picture = put(table())
    picture[:, 120:280] = 200
    return picture


NO_OUTLINE = {
    "a phone's shadow": put(table(200), level=110),
    "no table": table(200),
    "light between two shadows": striped(),
    "a step in the light that a fold makes": put(table(184)),
    "edges that are mostly hidden": half_hidden(),
    "a small sheet": put(table(), CORNERS / 4),
    "a square on its corner": put(table(), np.array([(200, 9), (330, 139), (200, 269), (70, 139)])),
}


@pytest.mark.parametrize("picture", NO_OUTLINE.values(), ids=NO_OUTLINE)
def test_what_is_no_sheet_lighter_than_around_it_has_no_outline(picture: Levels) -> None:
    assert find_outline(picture) is None


def test_thick_writing_is_no_edge_of_a_sheet() -> None:
    picture = put(table())
    cv2.rectangle(picture, (90, 70), (310, 220), 50, 9)
    assert worst(picture) < 2


def test_the_edges_of_a_sheet_and_a_pattern_beyond_it_are_no_ink() -> None:
    picture = table(130)
    for x in range(10, WIDTH_PX, 40):
        cv2.line(picture, (x, 0), (x, HEIGHT_PX), 60.0, 8)
    picture = shade(put(picture), (0, 240), (400, 280), 12)
    assert boxes(seven(picture, 150, 100)) == [pytest.approx([148, 98, 182, 152], abs=4)]


def test_writing_on_a_table_darker_than_the_sheet_is_no_ink() -> None:
    picture = put(table(140), CORNERS - [30, 0])
    assert len(boxes(seven(seven(picture, 100, 100), 352, 200))) == 1


def test_writing_on_a_second_sheet_is_ink() -> None:
    second = np.array([(350, 20), (395, 20), (395, 120), (350, 120)])
    corners = CORNERS - [30, 0]
    picture = seven(seven(put(put(table(), corners), second), 100, 100), 357, 45)
    assert len(boxes(picture)) == 2


def test_writing_that_goes_on_beyond_a_patch_of_light_is_ink() -> None:
    paper = seven(seven(table(220), 150, 100), 325, 100)
    picture = np.asarray(paper * put(table(0.5), level=0.9), np.float32)
    assert [right - left for left, _, right, _ in boxes(picture)] == [pytest.approx(36, abs=3)] * 2
