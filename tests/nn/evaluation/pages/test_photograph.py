from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from nn.core.layers import Array
from nn.evaluation.pages import camera, paper
from nn.evaluation.pages.numbers import Box, Page
from nn.evaluation.pages.paper import PENS, Scene, box_corners, project
from nn.evaluation.pages.photograph import (
    CELL_PX,
    EFFECTS,
    Effect,
    photograph_cell,
    photograph_page,
    random_effects,
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


def starts(is_dark: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return where each run of dark pixels starts."""
    return np.nonzero(np.diff(is_dark.astype(int), prepend=0) == 1)[0]


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


def test_random_effects_are_of_paper_perspective_light_and_sensor() -> None:
    effects = random_effects(rng())
    assert effects[0] is paper.plain
    assert effects[-1].func is camera.noisy
    assert any(getattr(effect, "func", None) is camera.tilted for effect in effects)


def test_a_box_is_mapped_by_the_homography() -> None:
    # Twice as wide, three times as high, 5 to the right and 7 down.
    moved = replace(blank(), homography=np.array([[2.0, 0, 5], [0, 3, 7], [0, 0, 1]]))
    assert moved.map_box((10, 20, 4, 6)) == (25, 67, 8, 18)
    # A quarter to the right about the origin: x is -y, y is x.
    turned = replace(blank(), homography=np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]))
    assert turned.map_box((10, 20, 4, 6)) == (-26, 10, 6, 4)


def test_a_homography_divides_by_its_third_row() -> None:
    assert project(np.array([[4.0, 6.0]]), np.diag([1.0, 1.0, 2.0])).tolist() == [[2.0, 3.0]]


def test_a_page_much_wider_than_high_is_photographed_at_four_to_three() -> None:
    wide = page(shape=(80, 400))
    assert photograph_page(wide, rng(), effects=[], longer_side_px=800).picture.size == (800, 600)


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


def test_a_lower_quality_leaves_more_errors() -> None:
    exact, good, bad = (
        np.asarray(photograph_page(page(), rng(), effects=[], quality=quality).picture, float)
        for quality in (100, 90, 40)
    )
    assert 0 < abs(good - exact).mean() < abs(bad - exact).mean()


def test_a_quadrilateral_is_cropped_to_its_four_corners() -> None:
    light = np.ones((100, 100, 3), np.float32)
    light[30:40, 30:50] = 0
    scene = Scene(light, np.eye(3), (100, 100), 2)
    corners = np.array([[20.0, 20], [60, 20], [60, 60], [20, 60]])
    cropped = camera.crop_quadrilateral(scene, corners, (80, 80))
    assert cropped.millimetre_px == pytest.approx(4)
    assert project(np.array([[20.0, 20], [40, 40]]), cropped.homography) == pytest.approx(
        np.array([[0.0, 0], [40, 40]])
    )
    is_dark = cropped.light[..., 0] < 0.5
    rows, columns = (np.nonzero(is_dark.any(axis=axis))[0] for axis in (1, 0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (20, 39, 20, 59)


def test_faint_pencil_is_some_35_grey_levels_from_grey_paper() -> None:
    contrast = 255 * paper.PAPER_LEVELS[0] * (1 - np.array(PENS["faint pencil"]))
    assert 33 < contrast.mean() < 38


@pytest.mark.parametrize("pen", PENS)
def test_full_ink_has_the_colour_of_its_pen(pen: str) -> None:
    scene = paper.write(np.ones((50, 50), np.float32), pen, rng(), 8)
    colour = np.median(scene.light, axis=(0, 1))
    # Lines are a little uneven, pencil's more so.
    assert colour == pytest.approx(PENS[pen], abs=0.15)
    assert (paper.write(np.zeros((5, 5), np.float32), pen, rng(), 8).light == 1).all()


def test_squares_are_5_millimetres_wide() -> None:
    light = paper.square_ruled(blank(), rng()).light.mean(axis=2)
    columns = starts(light.max(axis=0) < 1)
    rows = starts(light.max(axis=1) < 1)
    assert set(np.diff(columns)) <= {39, 40, 41} and len(columns) in (7, 8)
    assert set(np.diff(rows)) <= {39, 40, 41} and len(rows) == 5


def test_lined_paper_has_lines_8_millimetres_apart_and_a_red_margin() -> None:
    scene = photograph_scene(page().ink)
    light = paper.line_ruled(scene, rng()).light
    rows = starts(light[:, -1].mean(axis=1) < 1)
    assert set(np.diff(rows)) <= {63, 64, 65}
    is_red = (light[..., 0] - light[..., 1]).min(axis=0) > 0.1
    assert len(starts(is_red)) == 1


def photograph_scene(ink: Array) -> Scene:
    """Return a sheet with room around its ink."""
    roomy = np.pad(ink, 200)
    shift = np.array([[1.0, 0, 200], [0, 1, 200], [0, 0, 1]])
    return Scene(np.ones((*roomy.shape, 3), np.float32), shift, ink.shape[::-1], 8)


def test_a_printed_box_has_two_lines_each_way() -> None:
    light = paper.bordered(photograph_scene(page().ink), rng()).light[..., 0]
    columns, rows = starts(light.max(axis=0) < 1), starts(light.max(axis=1) < 1)
    assert len(columns) == len(rows) == 2
    assert light.min() == pytest.approx(0.25)


def test_a_shadow_dims_one_part_evenly_and_leaves_the_rest() -> None:
    light = camera.shadowed(blank(), rng()).light[..., 0]
    depth = light.min()
    assert camera.SHADOW[0] <= depth <= camera.SHADOW[1]
    is_edge = (light > depth + 0.001) & (light < 0.999)
    assert 0 < is_edge.mean() < 0.1
    soft = camera.shadowed(blank(), rng(), edge=0.1).light[..., 0]
    assert ((soft > depth + 0.001) & (soft < 0.999)).mean() > 2 * is_edge.mean()


def test_uneven_light_falls_to_its_darkest() -> None:
    light = camera.unevenly_lit(blank(), rng(), darkest=0.5).light[..., 0]
    assert (light.min(), light.max()) == pytest.approx((0.5, 1))


def test_a_vignette_darkens_the_corners_alone() -> None:
    light = camera.vignetted(blank(), rng()).light[..., 0]
    assert light[[0, 0, -1, -1], [0, -1, 0, -1]] == pytest.approx(0.6)
    assert light[100, 150] == pytest.approx(1, abs=0.001)


def test_crumpled_paper_has_shades_within_7_percent_of_its_level() -> None:
    light = paper.crumpled(blank(), rng()).light[..., 0]
    assert 0.93 <= light.min() < 0.96 and 1.04 < light.max() <= 1.07


def test_noise_has_the_standard_deviation_asked_for() -> None:
    light = camera.noisy(blank(), rng(), sigma=0.02).light
    assert light.std() == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize("effect", [camera.out_of_focus, camera.motion_blurred])
def test_a_blur_spreads_a_dot_and_keeps_its_sum(effect: Effect) -> None:
    scene = blank()
    scene.light[100, 150] = 0
    dark = 1 - effect(scene, rng()).light[..., 0]
    assert dark.sum() == pytest.approx(1, abs=0.01)
    assert dark.max() < 0.5


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
    light = camera.crop_quadrilateral(scene, corners, (140, 140), table, shadow_px=2).light
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


def test_paper_around_the_ink_is_random_within_its_range() -> None:
    wide = photograph_page(page(), rng(), effects=[], surround=(1, 2))
    x, y = wide.boxes[0][0][:2]
    # The ink is 200 pixels wide; its digit starts 60 pixels from its left, 20 from its top.
    assert x - 60 >= 200
    assert y - 20 >= 200
    other = photograph_page(page(), np.random.default_rng(2), effects=[], surround=(1, 2))
    assert other.boxes != wide.boxes


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
