import cv2
import numpy as np
import pytest

from nn.reading.mnist_format import INK_LEVEL, Ink
from nn.reading.numbers.components import (
    MAX_COMPONENTS,
    WORKING_PX,
    Component,
    at_working_size,
    find_components,
    is_of_specks,
)
from nn.reading.numbers.dividing import divide
from nn.reading.numbers.lines import group_into_lines
from nn.reading.numbers.types import TooManyDigits


def ink_in(*boxes, shape=(200, 400)):
    """Full ink in boxes of x, y, width, height."""
    ink = np.zeros(shape, np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return ink


def boxes_of(components):
    return sorted((each.x, each.y, each.width, each.height) for each in components)


def component(x, y, width=20, height=60):
    return Component(x, y, np.ones((height, width), np.float32))


def places_of(lines):
    return [[(each.x, each.y) for each in line] for line in lines]


def test_connected_ink_is_one_component_with_its_own_ink_alone() -> None:
    ink = ink_in((10, 10, 40, 5), (10, 10, 5, 60), (30, 40, 6, 30))
    around, inside = sorted(find_components(ink).digits, key=lambda each: each.x)
    assert (around.x, around.y, around.width, around.height) == (10, 10, 40, 60)
    assert around.ink.sum() == 40 * 5 + 5 * 55
    assert (inside.x, inside.y, inside.ink.sum()) == (30, 40, 6 * 30)


def test_many_specks_do_not_make_a_digit_large() -> None:
    digits = [(10, 10, 20, 60), (50, 10, 20, 60)]
    specks = [(x, y, 2, 2) for x in range(100, 390, 6) for y in range(10, 190, 12)]
    assert boxes_of(find_components(ink_in(*digits, *specks)).digits) == digits


def test_a_slanting_line_is_left_out() -> None:
    ink = ink_in((10, 10, 20, 60), (50, 10, 20, 60))
    cv2.line(ink, (10, 100), (200, 125), 1.0, 3)
    assert boxes_of(find_components(ink).digits) == [(10, 10, 20, 60), (50, 10, 20, 60)]


def test_a_long_row_of_digits_that_touch_is_not_a_ruled_line() -> None:
    row = (10, 10, 380, 30)
    assert boxes_of(find_components(ink_in(row)).digits) == [row]


def test_a_zero_around_its_slash_is_kept() -> None:
    ink = ink_in()
    cv2.ellipse(ink, (60, 60), (30, 45), 0, 0, 360, 1.0, 4)
    cv2.line(ink, (50, 80), (70, 40), 1.0, 4)
    assert len(find_components(ink).digits) == 2


def test_ink_in_more_components_than_numbers_have_is_refused() -> None:
    n_rows = MAX_COMPONENTS // 20 + 1
    boxes = [(10 * column, 10 * row, 3, 6) for column in range(20) for row in range(n_rows)]
    with pytest.raises(TooManyDigits, match=f"{20 * n_rows} separate pieces .* {MAX_COMPONENTS}"):
        find_components(ink_in(*boxes))


def test_lines_across_the_whole_picture_are_refused_before_each_gets_a_copy_of_it() -> None:
    x, y = np.meshgrid(np.arange(300), np.arange(300))
    with pytest.raises(TooManyDigits, match="long lines across each other"):
        find_components(((x + y) % 20 < 5).astype(np.float32))
    assert len(find_components(((x + y) % 100 < 25).astype(np.float32)[:100]).digits) > 1


def test_the_pens_width_is_that_of_its_lines() -> None:
    line = np.zeros((100, 100), np.float32)
    cv2.line(line, (10, 50), (90, 50), 1.0, 9)
    assert Component(0, 0, line).pen_px == pytest.approx(9, rel=0.15)


def test_two_rows_of_digits_are_two_lines_from_the_top_each_from_the_left() -> None:
    lower, upper = (
        [component(90, 100), component(10, 104)],
        [component(50, 4), component(10, 0), component(90, 8)],
    )
    assert places_of(group_into_lines(lower + upper)) == [
        [(10, 0), (50, 4), (90, 8)],
        [(10, 104), (90, 100)],
    ]


def test_lines_that_slant_are_followed_past_where_others_begin() -> None:
    slope = np.tan(np.deg2rad(10))
    rows = [
        [component(x, round(top + slope * x)) for x in range(0, 800, 50)] for top in (0, 90, 180)
    ]
    assert places_of(group_into_lines([each for row in rows[::-1] for each in row])) == places_of(
        rows
    )


def test_a_line_that_bends_is_one_line() -> None:
    line = [component(x, round(100 + 60 * np.sin(x / 150))) for x in range(0, 600, 45)]
    assert places_of(group_into_lines(line)) == places_of([line])


def test_numbers_far_apart_on_a_slanting_line_are_one_line() -> None:
    slope = np.tan(np.deg2rad(8))
    line = [component(x, round(slope * x)) for x in (0, 40, 80, 500, 540, 580)]
    below = [component(x, round(120 + slope * x)) for x in (0, 40, 80, 500, 540, 580)]
    assert places_of(group_into_lines(below + line)) == places_of([line, below])


def test_small_digits_below_large_ones_are_a_line_of_their_own() -> None:
    large, small = (
        [component(0, 0, 50, 150), component(80, 0, 50, 150)],
        [component(0, 210), component(40, 210)],
    )
    assert places_of(group_into_lines(small + large)) == places_of([large, small])


@pytest.mark.parametrize(
    "stroke",
    [
        component(70, -4, 30, 6),  # flag of a 5, right above it
        component(45, 30, 30, 6),  # bar of a 7
        component(58, 10, 8, 25),  # slash of a zero
    ],
)
def test_a_stroke_of_a_digit_goes_with_its_line(stroke) -> None:
    line = [component(0, 0, 40), component(50, 4, 40), component(110, 2, 40)]
    below = [component(0, 100, 40), component(50, 100, 40)]
    lines = group_into_lines([*below, stroke, *line])
    assert [len(components) for components in lines] == [4, 2]
    assert stroke in lines[0]


@pytest.mark.parametrize("height", [27, 29])
def test_the_halves_of_a_digit_that_do_not_meet_share_a_line(height: int) -> None:
    halves = [component(50, 0, 30, 29), component(50, 33, 30, height)]
    line = [component(0, 0), *halves, component(100, 2)]
    assert places_of(group_into_lines(line)) == places_of([line])


def blank(side_px: int = 900) -> Ink:
    return np.zeros((side_px, side_px), np.float32)


def ring(pen_px: int) -> Ink:
    """Return a ring that fills 900 pixels, of a pen without antialiasing."""
    return np.asarray(cv2.circle(blank(), (450, 450), 449, 1.0, pen_px), np.float32)


def dashes(length_px: int) -> Ink:
    """Return two upright dashes, one pixel wide, from the top and from the bottom of 900 pixels."""
    ink = blank()
    ink[:length_px, 0] = ink[-length_px:, -1] = 1
    return ink


@pytest.mark.parametrize("pen_px", [1, 2, 9])
def test_the_line_of_a_pen_remains_whole_at_the_working_size(pen_px: int) -> None:
    reduced = at_working_size(ring(pen_px), 900)
    assert reduced.shape == (81, 81)
    assert reduced.max() == 1
    pieces, _ = cv2.connectedComponents((reduced >= INK_LEVEL).view(np.uint8))
    assert pieces - 1 == 1


def test_ink_of_the_working_size_stays_as_it_is() -> None:
    ink = 0.5 * ring(1)
    assert at_working_size(ink, WORKING_PX) is ink


@pytest.mark.parametrize(("length_px", "is_dust"), [(5, True), (6, False)])
def test_specks_are_shorter_than_a_150th_of_all_ink(length_px: int, is_dust: bool) -> None:
    assert is_of_specks(dashes(length_px)) == is_dust


def test_a_thin_line_is_no_speck() -> None:
    assert not is_of_specks(ring(1))


def test_specks_that_are_near_each_other_make_grey_ink() -> None:
    halftone, dust = blank(), blank()
    halftone[::2, ::2] = 1  # a quarter of the pixels
    dust[::3, ::3] = 1  # a ninth
    assert (is_of_specks(halftone), is_of_specks(dust)) == (False, True)


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
