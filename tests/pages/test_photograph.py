from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from nn.core.layers import Array
from tests.pages import camera, paper, perspective
from tests.pages.handwriting import Box, Page
from tests.pages.paper import Scene, box_corners, project
from tests.pages.photograph import (
    CELL_PX,
    EFFECTS,
    Effect,
    photograph_cell,
    photograph_page,
)

BLOB = (60, 20, 24, 40)  # box of a page's only ink
Boxes = tuple[Box, ...]


def page(ink_box: Box = BLOB, shape: tuple[int, int] = (80, 200), boxes: Boxes = (BLOB,)) -> Page:
    """Return a page of a shape with a rectangle of ink, and with boxes."""
    ink = np.zeros(shape, np.float32)
    x, y, width, height = ink_box
    ink[y : y + height, x : x + width] = 1
    return Page(ink, Image.new("L", shape[::-1]), ("1",), (boxes,), is_touching=False)


def blank(height: int = 200, width: int = 300, millimetre_px: float = 8) -> Scene:
    """Return a white sheet without ink."""
    light = np.ones((height, width, 3), np.float32)
    return Scene(light, np.eye(3), (width, height), millimetre_px)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("effects", [None, [paper.plain, camera.shadowed]])
def test_the_same_generator_gives_the_same_photograph(effects: list[Effect] | None) -> None:
    first, same = (photograph_page(page(), rng(), effects=effects) for _ in range(2))
    other = photograph_page(page(), np.random.default_rng(2), effects=effects)
    assert first.picture.tobytes() == same.picture.tobytes()
    assert first.boxes == same.boxes
    assert first.picture.tobytes() != other.picture.tobytes()


@pytest.mark.parametrize("name", EFFECTS)
def test_a_box_holds_its_ink_under_every_effect(name: str) -> None:
    taken = photograph_page(page(), rng(), pen="black", effects=[EFFECTS[name]], quality=90)
    grey = np.asarray(taken.picture.convert("L"), float)
    x, y, width, height = taken.boxes[0][0]
    # The ink's middle is darker than what is left, right, above and below the box.
    middle = grey[y + height // 2, x + width // 2]
    row, column = grey[y + height // 2], grey[:, x + width // 2]
    beside = [row[x - 8], row[x + width + 7], column[y - 8], column[y + height + 7]]
    assert middle < min(beside) - 60


@pytest.mark.parametrize("seed", range(5))
def test_random_effects_leave_all_of_the_page_in_the_picture(seed: int) -> None:
    taken = photograph_page(page(boxes=((0, 0, 200, 80),)), np.random.default_rng(seed))
    x, y, width, height = taken.boxes[0][0]
    assert x >= 0 and y >= 0
    assert x + width <= taken.picture.width and y + height <= taken.picture.height


def test_a_box_is_mapped_by_the_homography() -> None:
    # Twice as wide, three times as high, 5 to the right and 7 down.
    moved = replace(blank(), homography=np.array([[2.0, 0, 5], [0, 3, 7], [0, 0, 1]]))
    assert moved.map_box((10, 20, 4, 6)) == (25, 67, 8, 18)
    # A quarter to the right about the origin: x is -y, y is x.
    turned = replace(blank(), homography=np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]))
    assert turned.map_box((10, 20, 4, 6)) == (-26, 10, 6, 4)


def test_a_homography_divides_by_its_third_row() -> None:
    assert project(np.array([[4.0, 6.0]]), np.diag([1.0, 1.0, 2.0])).tolist() == [[2.0, 3.0]]


def test_a_larger_picture_has_the_same_page_in_it() -> None:
    small, large = (
        photograph_page(page(), rng(), effects=[], longer_side_px=side_px)
        for side_px in (400, 1200)
    )
    assert large.picture.size == tuple(3 * side_px for side_px in small.picture.size)
    for corner, larger in zip(small.boxes[0][0], large.boxes[0][0], strict=True):
        assert larger == pytest.approx(3 * corner, abs=6)


def test_a_picture_turned_by_exif_is_the_same_one_upright() -> None:
    upright, turned = (
        photograph_page(page(), rng(), effects=[], quality=90, is_turned=is_turned).picture
        for is_turned in (False, True)
    )
    assert turned.size == upright.size[::-1]
    again = np.asarray(ImageOps.exif_transpose(turned), float)
    assert abs(again - np.asarray(upright, float)).mean() < 1


def test_a_quadrilateral_is_cropped_to_its_four_corners() -> None:
    light = np.ones((100, 100, 3), np.float32)
    light[30:40, 30:50] = 0
    scene = Scene(light, np.eye(3), (100, 100), 2)
    corners = np.array([[20.0, 20], [60, 20], [60, 60], [20, 60]])
    cropped = perspective.crop_quadrilateral(scene, corners, (80, 80))
    assert cropped.millimetre_px == pytest.approx(4)
    assert project(np.array([[20.0, 20], [40, 40]]), cropped.homography) == pytest.approx(
        np.array([[0.0, 0], [40, 40]])
    )
    is_dark = cropped.light[..., 0] < 0.5
    rows, columns = (np.nonzero(is_dark.any(axis=axis))[0] for axis in (1, 0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (20, 39, 20, 59)


def photograph_scene(ink: Array) -> Scene:
    """Return a sheet with room around its ink."""
    roomy = np.pad(ink, 200)
    shift = np.array([[1.0, 0, 200], [0, 1, 200], [0, 0, 1]])
    return Scene(np.ones((*roomy.shape, 3), np.float32), shift, ink.shape[::-1], 8)


def test_a_table_is_beside_the_sheet_at_one_to_four_sides() -> None:
    scene, n_sides = photograph_scene(page().ink), set()
    for seed in range(30):
        taken = EFFECTS["dark table"](scene, np.random.default_rng(seed))
        height, width = taken.light.shape[:2]
        top_left, top_right, bottom_right, bottom_left = project(
            box_corners((0, 0, scene.light.shape[1], height)), moved(taken, scene)
        )
        beside_px = [top_left[1], width - top_right[0], height - bottom_right[1], bottom_left[0]]
        assert max(beside_px) < 0.2 * max(height, width)
        n_sides.add(sum(strip_px > 1 for strip_px in beside_px))
        is_table = (taken.light < 0.5).all(axis=2)
        assert is_table.mean() < 0.5
        assert taken.light.min() >= 0
    assert n_sides == {1, 2, 3, 4}


def moved(taken: Scene, scene: Scene) -> NDArray[np.float64]:
    """Return the homography from pixels of a scene to those of another that was made of it."""
    return taken.homography @ np.linalg.inv(scene.homography)


def test_a_sheet_casts_a_shadow_on_the_table_beside_it() -> None:
    corners = np.array([[-20.0, -20], [120, -20], [120, 120], [-20, 120]])
    scene, table = blank(100, 100), np.full((140, 140, 3), 0.4, np.float32)
    light = perspective.crop_quadrilateral(scene, corners, (140, 140), table, shadow_px=2).light
    row = light[70, :, 0]
    assert row[0] == pytest.approx(0.4, abs=0.01)
    assert row[18] < 0.36
    assert row[22:118].min() == pytest.approx(1, abs=0.01)


def test_a_narrow_shadow_winds_from_edge_to_edge() -> None:
    for seed in range(10):
        light = camera.crossed_by_shadow(blank(), np.random.default_rng(seed)).light[..., 0]
        is_dark = light < 0.99
        assert camera.SHADOW[0] <= light.min() <= camera.SHADOW[1]
        assert 0.005 < is_dark.mean() < 0.6
        edges = np.concatenate([is_dark[0], is_dark[-1], is_dark[:, 0], is_dark[:, -1]])
        assert edges.any() and not edges.all()


@pytest.mark.parametrize("seed", range(5))
def test_a_cell_has_dark_lines_at_its_edge_and_its_digit_within(seed: int) -> None:
    digit = (40, 20, 10, 20)
    cell = page(digit, (60, 90), (digit,))
    taken = photograph_cell(cell, np.random.default_rng(seed), pen="black")
    assert taken.picture.size == (CELL_PX, CELL_PX)
    grey = np.asarray(taken.picture.convert("L"), float)
    x, y, width, height = taken.boxes[0][0]
    assert grey[y + height // 2, x + width // 2] < 100
    frame = np.concatenate([grey[:6].ravel(), grey[-6:].ravel(), grey[:, :6].ravel()])
    assert frame.min() < 110 < grey[y - 10, x - 10]
