"""Pieces of ink and the lines of writing that they make."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.reading.limits import MAX_COMPONENTS, TooManyDigits
from nn.reading.lines.find import (
    TextLine,
    find_components,
    find_lines,
    group_into_lines,
)
from nn.reading.mnist import Ink
from nn.reading.page.find import find_ink
from tests.segmenting import segment

Box = tuple[int, int, int, int]  # x, y, width, height


def ink_in(*boxes: Box, shape: tuple[int, int] = (300, 400)) -> Ink:
    ink = np.zeros(shape, np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return ink


def found_in(*boxes: Box, ink: Ink | None = None) -> list[Box]:
    """Return the boxes of the components that may be digits."""
    found = find_components(ink_in(*boxes) if ink is None else ink).digits.tolist()
    return sorted((left, top, right - left, bottom - top) for left, top, right, bottom in found)


def with_curve(ink: Ink, *points: tuple[int, int], width_px: int = 3) -> Ink:
    cv2.polylines(ink, [np.array(points)], False, 1.0, width_px)
    return ink


DIGITS: list[Box] = [(10, 10, 20, 60), (50, 10, 20, 60), (90, 10, 20, 60)]
SPECKS: list[Box] = [(x, y, 2, 2) for x in range(130, 390, 6) for y in range(10, 190, 12)]
TABLE: list[Box] = [(30, 2, 120, 4), (30, 2, 4, 80), (30, 78, 120, 4), (146, 2, 4, 80)]
ROW_THAT_TOUCHES = (10, 10, 380, 30)
KEPT: dict[str, tuple[Ink, list[Box]]] = {
    "a speck": (ink_in(*DIGITS, (130, 60, 9, 9)), DIGITS),
    "many specks": (ink_in(*DIGITS, *SPECKS), DIGITS),
    "an underline": (ink_in(*DIGITS, (10, 100, 100, 3)), DIGITS),
    "a slanting line": (with_curve(ink_in(*DIGITS), (10, 100), (200, 125)), DIGITS),
    "a table": (ink_in(*DIGITS[1:], *TABLE), DIGITS[1:]),
    "digits that touch": (ink_in(ROW_THAT_TOUCHES), [ROW_THAT_TOUCHES]),
}


@pytest.mark.parametrize(("ink", "expected"), KEPT.values(), ids=KEPT)
def test_specks_lines_and_tables_are_no_digits(ink: Ink, expected: list[Box]) -> None:
    assert found_in(ink=ink) == expected


def test_connected_ink_is_one_component_and_what_it_surrounds_another() -> None:
    angle, inside = (10, 10, 40, 60), (30, 40, 6, 30)
    assert found_in((10, 10, 40, 5), (10, 10, 5, 60), inside) == [angle, inside]


def test_a_zero_around_its_slash_is_kept() -> None:
    ink = with_curve(ink_in(), (50, 80), (70, 40), width_px=4)
    cv2.ellipse(ink, (60, 60), (30, 45), 0, 0, 360, 1.0, 4)
    assert len(found_in(ink=ink)) == 2


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


def component(x: float, y: float, width: int = 20, height: int = 60) -> Box:
    return round(x), round(y), width, height


def row(top: float, *, slope: float = 0, starts: tuple[int, ...] = (0, 50, 100, 150)) -> list[Box]:
    return [component(x, top + slope * x) for x in starts]


def grouped(boxes: list[Box]) -> list[list[Box]]:
    """Return boxes, x, y, width and height, grouped into lines."""
    sides = np.array(boxes) + [[0, 0, *box[:2]] for box in boxes]
    lines = [line - np.tile(line[:, :2], 2) * [0, 0, 1, 1] for line in group_into_lines(sides)]
    return [[tuple(box) for box in line.tolist()] for line in lines]


def slope_of(degrees: float) -> float:
    return float(np.tan(np.deg2rad(degrees)))


FAR_APART = (0, 40, 80, 500, 540, 580)
LONG = tuple(range(0, 800, 50))
HALVES = [component(50, 0, 30, 29), component(50, 33, 30, 27)]
FIVE = [component(0, 0, 40), component(50, 4, 40), component(70, -4, 30, 6), component(110, 2, 40)]
# Of the number 191022, its 0 with a stroke inside, on a line that is not quite level.
PHOTOGRAPHED: list[Box] = [
    *[(151, 226, 42, 47), (210, 220, 47, 56), (274, 215, 46, 61), (328, 216, 59, 60)],
    *[(340, 228, 36, 37), (404, 225, 39, 49), (451, 202, 39, 74)],
]
HIGHER_SEVEN: list[Box] = [
    *[(44, 53, 46, 101), (131, 57, 63, 98), (221, 54, 37, 101)],
    *[(296, 67, 12, 94), (305, 44, 65, 111)],
]
OPEN_EIGHT: list[Box] = [
    *[(106, 110, 72, 129), (226, 106, 63, 67), (216, 178, 65, 65), (334, 130, 93, 112)],
]
LINES: dict[str, list[list[Box]]] = {
    "two rows": [row(0), row(100)],
    "rows that slant": [row(top, slope=slope_of(10), starts=LONG) for top in (0, 90, 180)],
    "a line that bends": [[component(x, 100 + 60 * np.sin(x / 150)) for x in range(0, 600, 45)]],
    "numbers far apart on a slanting line": [
        row(top, slope=slope_of(8), starts=FAR_APART) for top in (0, 120)
    ],
    "small digits below large ones": [
        [component(0, 0, 50, 150), component(80, 0, 50, 150)],
        [component(0, 210), component(40, 210)],
    ],
    "the flag of a 5": [FIVE, row(100)],
    "the bar of a 7": [[*row(0), component(45, 30, 30, 6)], row(100)],
    "the slash of a 0": [[*row(0), component(58, 10, 8, 25)], row(100)],
    "halves that do not meet": [[component(0, 0), *HALVES, component(100, 2)]],
    "a 1 before a 7 that is higher": [HIGHER_SEVEN],
    "circles of an open 8": [OPEN_EIGHT],
    "a stroke inside a 0": [PHOTOGRAPHED],
    "a dot of another line": [row(0, starts=(0, 40)), [component(15, 90, 5, 5)]],
    "two lines that overlap a little": [[component(0, 0)], [component(40, 50)]],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_components_are_grouped_into_lines_from_the_top(lines: list[list[Box]]) -> None:
    found = grouped([each for line in lines[::-1] for each in line[::-1]])
    assert [sorted(line) for line in found] == [sorted(line) for line in lines]
    middles = [[x + width / 2 for x, _, width, _ in line] for line in found]
    assert all(np.diff(line).min(initial=0) > -20 for line in middles)


def test_digits_far_to_the_right_of_a_number_that_slants_are_not_on_its_line() -> None:
    near = row(0, slope=0.3, starts=(0, 40, 80))
    far = row(24, starts=(400, 720, 1040))
    assert sorted(map(len, grouped([*near, *far]))) == [1, 1, 1, 3]


def lines_of(*boxes: Box, shape: tuple[int, int] = (300, 500)) -> list[TextLine]:
    """Return the lines that are found in a drawing of black boxes."""
    return list(
        find_lines(find_ink(Image.fromarray(np.uint8(255 * (1 - ink_in(*boxes, shape=shape))))))
    )


PAIR: list[Box] = [(100, 100, 20, 60), (140, 100, 20, 60)]
SIZES: dict[str, tuple[list[Box], tuple[int, int], list[tuple[int, int]]]] = {
    "two digits with paper around": (PAIR, (300, 500), [(96, 96)]),
    "a point beside them": ([*PAIR, (210, 154, 6, 6)], (300, 500), [(96, 152)]),
    "strokes too low for a line": (
        [*PAIR, (40, 60, 20, 12), (70, 62, 20, 12)],
        (300, 500),
        [(132, 152)],
    ),
    "a bar too long for a minus": ([*PAIR, (220, 128, 240, 4)], (300, 500), [(96, 96)]),
    "large digits": ([(100, 40, 60, 200), (200, 40, 60, 200)], (300, 500), [(144, 135)]),
    "a picture as low as a line": ([(60, 20, 10, 40)], (90, 200), [(90, 200)]),
    "a low picture that is no line": ([(30, 20, 10, 40)], (90, 80), [(64, 34)]),
}


@pytest.mark.parametrize(("boxes", "shape", "sizes"), SIZES.values(), ids=SIZES)
def test_a_line_is_cut_out_with_paper_around_it(
    boxes: list[Box], shape: tuple[int, int], sizes: list[tuple[int, int]]
) -> None:
    assert [line.grey.shape for line in lines_of(*boxes, shape=shape)] == sizes


def test_a_photographed_line_has_more_paper_at_its_sides_for_what_is_too_pale_for_ink() -> None:
    light = np.linspace(220, 110, 500)
    grey = light * (1 - 0.6 * ink_in(*PAIR, shape=(300, 500)))
    (line,) = find_lines(find_ink(Image.fromarray(grey.astype(np.uint8)), segment()))
    height_px, width_px = line.grey.shape
    assert height_px == pytest.approx(60 * (1 + 2 * 0.3), abs=8)
    assert width_px == pytest.approx(60 * (1 + 2 * 0.9), abs=8)


@pytest.mark.parametrize(
    "boxes",
    [[*PAIR, (180, 101, 20, 60), (220, 102, 20, 60)], [(100, 100, 20, 60), (140, 110, 20, 60)]],
    ids=["hardly uneven", "two digits"],
)
def test_a_line_that_is_hardly_uneven_or_of_two_digits_is_not_turned(boxes: list[Box]) -> None:
    (line,) = lines_of(*boxes)
    assert line.to_page[0, 1] == 0
