import numpy as np
import pytest

from nn.reading.ink import components as component_search
from nn.reading.ink import selection
from nn.reading.ink.components import (
    Components,
    label_components,
    measure_components,
    weighted_median,
    written_part,
)
from nn.reading.ink.selection import (
    find_border_blobs,
    render_ink,
    select_digit,
    select_ink,
)
from tests.nn.reading.rules import Case, assert_decides

SIDE_PX = 200
Box = tuple[int, int, int, int]
DIGITS: list[Box] = [(60, 60, 68, 140), (100, 60, 108, 140), (130, 90, 160, 98)]
NOTHING_RULED = np.zeros((SIDE_PX, SIDE_PX), bool)


def sheet(*boxes: Box, level: float = 0.5) -> np.ndarray:
    """Contrast of rectangles (left, top, right, bottom) on paper."""
    contrast = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for left, top, right, bottom in boxes:
        contrast[top:bottom, left:right] = level
    return contrast


def is_selected(contrast: np.ndarray, x: int, y: int, is_ruled: np.ndarray = NOTHING_RULED) -> bool:
    """Whether the component at a point is ink."""
    components = measure_components(contrast > 0.05, contrast)
    return bool(components.pixels(select_ink(components, is_ruled, NOTHING_RULED).is_ink)[y, x])


def is_in_digit(contrast: np.ndarray, x: int, y: int) -> bool:
    """Whether the component at a point is of the digit in the middle."""
    components = measure_components(contrast > 0.05, contrast)
    is_ink = np.ones(len(components.areas), bool)
    return bool(components.pixels(select_digit(components, is_ink))[y, x])


def corner_of_lines() -> np.ndarray:
    """Two long thin lines that meet, as the corner of a box."""
    contrast = sheet(*DIGITS)
    contrast[170:173, 20:190] = contrast[20:173, 20:23] = 0.5
    return contrast


def by_ruled_line() -> tuple[np.ndarray, np.ndarray]:
    """What is left of a ruled line below writing."""
    contrast, is_ruled = sheet(*DIGITS, (100, 151, 112, 155)), NOTHING_RULED.copy()
    is_ruled[155:158] = True
    return contrast, is_ruled


THIN_DIGITS: list[Box] = [(60, 60, 63, 140), (100, 60, 103, 140), (130, 60, 133, 140)]
DOT: Box = (110, 137, 113, 140)  # a decimal point by the same pen


def is_dot_selected(dot: Box, *more: Box, level: float = 0.5) -> bool:
    """Whether a dot beside thin digits is ink."""
    contrast = sheet(*THIN_DIGITS, *more) + sheet(dot, level=level)
    return is_selected(contrast, dot[0], dot[1])


def with_trail(level: float = 0.3) -> np.ndarray:
    """Writing, and a long slanting shadow on the sheet that is paler than the ink."""
    contrast = sheet((60, 60, 68, 110), (100, 60, 108, 110), (130, 60, 138, 110))
    for x in range(10, 190):
        contrast[144 + x // 4 : 152 + x // 4, x] = level
    return contrast


def by_ruled_lines() -> tuple[np.ndarray, np.ndarray]:
    """A bent stroke that lies on two ruled lines."""
    contrast, is_ruled = (
        sheet(*DIGITS, (10, 150, 40, 158), (10, 150, 18, 190)),
        NOTHING_RULED.copy(),
    )
    is_ruled[148:160] = is_ruled[:, 8:20] = True
    return contrast, is_ruled


CASES: dict[str, Case] = {
    "a speck": (selection, "MAX_SPECK", 0,
        lambda: is_selected(sheet(*DIGITS, (20, 20, 23, 23)), 21, 21), False),
    "a smudge": (selection, "MIN_CONTRAST_RATIO", 0,
        lambda: is_selected(sheet(*DIGITS) + sheet((20, 20, 60, 30), level=0.2), 30, 25), False),
    "a slim line": (selection, "MIN_LINE_WIDTH", 0,
        lambda: is_selected(sheet(*DIGITS, (40, 60, 43, 104)), 41, 80), False),
    "a remainder of a ruled line": (selection, "MIN_NEAR_RULED", 2,
        lambda: is_selected(by_ruled_line()[0], 105, 153, by_ruled_line()[1]), False),
    "a remainder near a ruled line": (selection, "NEAR_RULED_PX", 0,
        lambda: is_selected(by_ruled_line()[0], 105, 153, by_ruled_line()[1]), False),
    "a bent stroke on ruled lines": (selection, "MAX_LINE_AREA", 9,
        lambda: is_selected(by_ruled_lines()[0], 12, 180, by_ruled_lines()[1]), True),
    "a long shadow": (selection, "MIN_TRAIL_LENGTH", 99,
        lambda: is_selected(with_trail(), 100, 172), False),
    "a long winding shadow": (selection, "MAX_TRAIL_WINDING", 0,
        lambda: is_selected(with_trail(), 100, 172), False),
    "a shadow that is paler than the ink": (selection, "MIN_CONTRAST_RATIO_IN_SHADOW", 0,
        lambda: is_selected(with_trail(), 100, 172), False),
    "an outline": (selection, "MIN_OUTLINE_LENGTH", 2,
        lambda: is_selected(corner_of_lines(), 21, 100), False),
    "the corner of two lines": (selection, "MAX_CORNER_AREA", 0,
        lambda: is_selected(corner_of_lines(), 21, 100), False),
    "a stroke in the rim that the edge cuts": (selection, "RIM_WIDTH", 0,
        lambda: is_selected(sheet(*DIGITS, (0, 40, 20, 52)), 5, 45), False),
    "a stroke that the edge touches almost": (component_search, "EDGE_PX", -1,
        lambda: is_selected(sheet(*DIGITS, (2, 40, 20, 52)), 5, 45), False),
    "a stroke far from the digit": (selection, "MAX_STROKE_DISTANCE", 9,
        lambda: is_in_digit(sheet((90, 60, 100, 140), (150, 60, 160, 80)), 155, 70), False),
    "a dot thinner than the pen": (selection, "MIN_DOT_WIDTH", 0,
        lambda: is_dot_selected((110, 139, 113, 140)), False),
    "a pale dot": (selection, "MIN_DOT_CONTRAST", 0, lambda: is_dot_selected(DOT, level=0.3),
        False),
    "a dot far from the digits": (selection, "MAX_DOT_DISTANCE", 9,
        lambda: is_dot_selected((180, 137, 183, 140)), False),
    "dots everywhere": (
        selection,
        "MAX_DOTS",
        99,
        lambda: is_dot_selected(
            DOT, *[(x, y, x + 3, y + 3) for x in range(60, 135, 6) for y in (150, 156)]
        ),
        False,
    ),
    "a larger component far from the middle": (component_search, "CENTRALITY_FALLOFF", 0,
        lambda: is_in_digit(sheet((95, 80, 105, 120), (5, 5, 30, 60)), 10, 10), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_component_is_chosen_by_a_rule_and_otherwise_without_it(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_decides(case, monkeypatch)


@pytest.mark.parametrize(("gap_px", "is_near"), [(19, True), (20, False)])
def test_a_stroke_belongs_to_its_digit_up_to_a_quarter_of_its_height(
    gap_px: int, is_near: bool
) -> None:
    contrast = sheet((90, 60, 100, 140), (100 + gap_px, 60, 110 + gap_px, 80))
    assert is_in_digit(contrast, 105 + gap_px, 70) is is_near


def test_a_decimal_point_is_ink_but_not_of_the_one_digit() -> None:
    assert is_dot_selected(DOT)
    assert not is_in_digit(sheet(*THIN_DIGITS, DOT), 111, 138)


def test_writing_is_ink() -> None:
    assert all(is_selected(sheet(*DIGITS), x, y) for x, y in [(62, 100), (102, 100), (140, 92)])


@pytest.mark.parametrize(("thickness_px", "is_blob"), [(8, False), (30, True)])
def test_only_what_is_thicker_than_twice_the_lines_is_a_blob(
    thickness_px: int, is_blob: bool
) -> None:
    contrast = sheet(*DIGITS)
    lines = measure_components(contrast > 0, contrast)
    contrast[:, -thickness_px:] = 0.5
    assert find_border_blobs(contrast > 0, lines)[:, -4:].all() == is_blob


def test_what_is_thick_but_inside_the_picture_is_no_border_blob() -> None:
    contrast = sheet(*DIGITS)
    lines = measure_components(contrast > 0, contrast)
    assert not find_border_blobs(sheet((60, 60, 140, 140)) > 0, lines).any()


@pytest.mark.parametrize(("share", "ink"), [(0.25, 0.0), (0.5, 0.5), (0.75, 1.0)])
def test_ink_rises_from_three_to_seven_tenths_of_the_contrast_of_the_line(
    share: float, ink: float
) -> None:
    contrast = sheet((40, 40, 160, 160), level=0.4)
    contrast[100, 100] = share * 0.4
    components = measure_components(contrast > 0, contrast)
    rendered = render_ink(components, np.array([True]), contrast)
    assert rendered[100, 100] == pytest.approx(ink, abs=0.03)
    assert rendered[80, 80] == 1


def test_aweighted_median_has_half_of_the_weight_up_to_it() -> None:
    assert weighted_median(np.array([3.0, 1, 2]), np.array([1.0, 1, 1])) == 2
    assert weighted_median(np.array([3.0, 1, 2]), np.array([5.0, 1, 1])) == 3
    assert weighted_median(np.array([1.0, 2]), np.array([1.0, 1])) == 1


def test_components_have_sides_edges_and_places() -> None:
    contrast = sheet((3, 90, 13, 110), (90, 90, 110, 110), (197, 10, 199, 12))
    components: Components = measure_components(contrast > 0, contrast)
    assert components.boxes.tolist() == [
        [197, 10, 199, 12],
        [3, 90, 13, 110],
        [90, 90, 110, 110],
    ]
    assert components.are_at_edge.tolist() == [True, True, False]
    assert components.sides_px.tolist() == [[2, 2], [10, 20], [20, 20]]
    assert components.centrality[2] == 1
    assert components.centrality[1] == pytest.approx(np.exp(-4 * 0.92**2))
    assert components.weights[0] == 1e-6


def of(*boxes: Box) -> tuple[Components, np.ndarray]:
    """Components of rectangles (left, top, right, bottom), and which are ink: all but the first."""
    contrast = np.zeros((200, 200), np.float32)
    for left, top, right, bottom in boxes:
        contrast[top:bottom, left:right] = 0.5
    components = measure_components(contrast > 0, contrast)
    return components, ~(components.boxes == boxes[0]).all(axis=1)


def test_components_are_measured() -> None:
    contrast = sheet((20, 30, 28, 80)) + sheet((60, 10, 70, 20), level=0.25)
    components = measure_components(contrast > 0.1, contrast)
    assert components.boxes.tolist() == [[60, 10, 70, 20], [20, 30, 28, 80]]
    assert components.areas.tolist() == [100, 400]
    assert np.allclose(components.levels, [0.25, 0.5])
    assert abs(components.line_widths_px[1] - 8) < 2
    assert components.pixels(np.array([False, True])).sum() == 400
    assert not components.are_at_edge.any()


def test_a_part_from_even_pixels_has_its_components_in_the_same_order() -> None:
    rng = np.random.default_rng(1)
    mask = np.zeros((SIDE_PX, SIDE_PX), np.bool_)
    mask[33:71, 21:83] = rng.random((38, 62)) < 0.2
    rows, columns = written_part(mask)
    labels, _, _ = label_components(mask)
    of_part, _, _ = label_components(mask[rows, columns])
    assert np.array_equal(of_part, labels[rows, columns])
    assert np.count_nonzero(of_part) == np.count_nonzero(labels)


def test_the_written_part_of_an_empty_mask_is_one_pixel() -> None:
    rows, columns = written_part(np.zeros((SIDE_PX, SIDE_PX), np.bool_))
    assert (rows, columns) == (slice(0, 1), slice(0, 1))
