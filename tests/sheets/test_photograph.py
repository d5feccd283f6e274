"""The generator of class sheets: what it says is on a photograph is there."""

import cv2
import numpy as np
import pytest

from nn.data.pendigits import PenDigit
from nn.reading.class_sheet.layout import PAGE_MM, black_squares, pages_of
from tests.pages import perspective
from tests.pages.paper import Scene
from tests.pages.perspective import Pose, picture_size, sheet_corners
from tests.sheets.filled import TILTED, UPRIGHT, hand, photograph
from tests.sheets.filling import pen_hand, write_sheet
from tests.sheets.printed import printed


def test_the_printed_page_is_black_where_the_markers_are() -> None:
    (page,) = pages_of(2)
    light = printed(page, 7 * 7 / 16)  # 7 pixels for each of a marker's squares
    assert light.shape == (910, 643)
    for x, y, width, height in black_squares(page):
        middle = (np.array([y + height / 2, x + width / 2]) * 7 * 7 / 16).astype(int)
        assert light[tuple(middle)] < 0.1
    assert light[5, 5] == 1


def test_a_sheet_seen_from_above_is_a_rectangle_that_fills_the_picture() -> None:
    corners = sheet_corners(UPRIGHT, PAGE_MM, (900, 1200))
    np.testing.assert_allclose(corners[1] - corners[0], corners[2] - corners[3])
    sides = np.ptp(corners, axis=0)
    np.testing.assert_allclose(sides[0] / sides[1], PAGE_MM[0] / PAGE_MM[1])
    assert sides[1] == pytest.approx(0.95 * 1200)


def test_a_tilted_sheet_is_shorter_where_it_is_farther() -> None:
    pose = Pose(25, 0, 0, 1.2, 0.95, (0.5, 0.5))
    left, right, below, left_below = sheet_corners(pose, PAGE_MM, (900, 1200))
    widths = np.linalg.norm(right - left), np.linalg.norm(below - left_below)
    assert max(widths) > 1.2 * min(widths)


@pytest.mark.parametrize(("roll", "is_wide"), [(0, False), (90, True), (180, False), (200, False)])
def test_the_phone_is_held_as_the_sheet_lies(roll: float, is_wide: bool) -> None:
    width, height = picture_size(2e6, Pose(0, 0, roll, 1.5, 0.9, (0, 0)))
    assert (width > height) is is_wide
    assert width * height == pytest.approx(2e6, rel=0.01)


def test_what_is_moved_is_where_the_move_says() -> None:
    light = np.ones((400, 300, 3), np.float32)
    light[48:53, 38:43] = 0
    scene = Scene(light, np.eye(3), (300, 400), 1)
    rng = np.random.default_rng(3)
    pose = Pose(25, 30, 0, 1, 0.9, (0.5, 0.5))
    for moved, move in (perspective.distorted(scene, rng), perspective.curled(scene, pose, rng)):
        (expected,) = move(np.array([[40.5, 50.5]]))
        assert np.linalg.norm(expected - [40.5, 50.5]) > 0.3
        dark = 1 - moved.light[..., 0]
        mass = dark / dark.sum()
        y, x = np.mgrid[:400, :300] + 0.5
        found = (mass * x).sum(), (mass * y).sum()
        np.testing.assert_allclose(found, expected, atol=0.6)


def test_ink_is_in_the_boxes_that_have_some_and_nowhere_else() -> None:
    filled = photograph(3, pose=TILTED)
    grey = np.asarray(filled.picture.convert("L"), np.float32)
    for written, corners in zip(filled.boxes, filled.corners, strict=True):
        mask = np.zeros(grey.shape, np.uint8)
        middle = corners.mean(axis=0)
        inner = (middle + 0.85 * (corners - middle)).astype(np.int32)
        cv2.fillConvexPoly(mask, inner, 1)
        levels = grey[mask > 0]
        is_dark = levels < 0.75 * np.median(levels)
        assert bool(is_dark.sum() > 40) is (written.glyph is not None)


def test_a_page_of_empty_boxes_may_be_made_and_one_of_full_ones() -> None:
    (page,) = pages_of(2)
    light = printed(page, 3)
    for empty, n_written in ((1, 0), (0, 20)):
        sheet = write_sheet(page, light, hand(), np.random.default_rng(1), empty=empty)
        assert sum(box.glyph is not None for box in sheet.boxes) == n_written


def test_a_row_is_written_by_one_hand_that_has_its_digits() -> None:
    strokes = {label: [np.array([[0, 0], [label, 10]], float)] for label in range(10)}
    digits = [PenDigit(label, 1, strokes[label]) for label in range(10)]
    write = pen_hand(digits)(np.random.default_rng(1))
    assert [write(label, 20, 2).label for label in range(10)] == list(range(10))
