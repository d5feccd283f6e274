"""Lines of paper, borders and tables: what is one of them, and which strokes are not."""

import numpy as np
import pytest

from nn.reading.mnist import Ink, Pixels
from nn.reading.page.ruled_lines import are_frames, find_ruled_lines, is_straight_line

SIDE_PX = 120


def sheet(shape: tuple[int, int] = (SIDE_PX, SIDE_PX)) -> Ink:
    """Return contrast without ink."""
    return np.zeros(shape, np.float32)


def line(level: float = 0.5, *, tilt: float = 0, top: int = 30, start: int = 0) -> Ink:
    """Return the contrast of a line, 3 px high, from a column to the right edge."""
    contrast = sheet()
    for x in range(start, SIDE_PX):
        y = round(top + tilt * x)
        contrast[y : y + 3, x] = level
    return contrast


def partly_paler() -> Ink:
    contrast = line()
    contrast[:, 40:60] *= 0.3
    return contrast


def broad_stroke() -> Ink:
    """Return a broad line in the middle, of which three pieces are missing."""
    contrast = sheet()
    contrast[55:65] = 0.5
    for x in (33, 63, 93):
        contrast[:, x : x + 3] = 0
    return contrast


def sagging() -> Ink:
    """Return a line, 4 px high and 1280 long, whose middle is 5 px lower than its ends."""
    contrast = sheet((300, 1280))
    for x in range(1280):
        top = 100 + round(20 * (x / 1280) * (1 - x / 1280))
        contrast[top : top + 4, x] = 0.5
    return contrast


def stroke() -> Ink:
    contrast = sheet()
    contrast[10:, 50:60] = 0.5
    return contrast


LINES = {
    "a line off level": (line(tilt=0.15), True),
    "a long line that sags": (sagging(), True),
    "a stroke that ends on the sheet": (stroke(), False),
    "a broad stroke with gaps in the middle": (broad_stroke(), False),
    "a line of which a sixth is paler": (partly_paler(), False),
}


@pytest.mark.parametrize(("contrast", "is_line"), LINES.values(), ids=LINES)
def test_a_ruled_line_is_straight_and_evenly_dark_throughout(contrast: Ink, is_line: bool) -> None:
    share = find_ruled_lines(contrast, 0.1)[contrast > 0].mean()
    assert share > 0.8 if is_line else share < 0.3
    assert not find_ruled_lines(np.zeros_like(contrast), 0.1).any()


def test_a_stroke_across_a_pale_ruled_line_stays() -> None:
    contrast = line(0.2, top=100)
    contrast[60:115, 40:48] = 0.8
    is_ruled = find_ruled_lines(contrast, 0.1)
    assert not is_ruled[:, 42:46].any()
    assert is_ruled[101, :36].all()


def lit_strip(width_px: int) -> tuple[Ink, Pixels]:
    """Return a line on paper that is light in a strip and dark beside it, and the paper."""
    contrast, paper = sheet(), np.full((SIDE_PX, SIDE_PX), 60, np.uint8)
    contrast[100:103, 20 : 20 + width_px] = 0.5
    paper[:, 20 : 20 + width_px] = 200
    return contrast, paper


@pytest.mark.parametrize(("width_px", "is_ruled"), [(80, True), (30, False)])
def test_a_line_from_edge_to_edge_of_the_sheet_is_ruled_and_one_of_a_narrow_strip_is_not(
    width_px: int, is_ruled: bool
) -> None:
    contrast, paper = lit_strip(width_px)
    assert find_ruled_lines(contrast, 0.1, paper)[101, 40] == is_ruled
    assert not find_ruled_lines(contrast, 0.1)[101, 40]  # evenly lit, it ends on the sheet


def test_a_line_across_a_corner_of_the_picture_is_none() -> None:
    contrast = line(tilt=0.25, top=-15, start=60)[:40]
    paper = np.full(contrast.shape, 200, np.uint8)
    assert not find_ruled_lines(contrast, 0.1, paper).any()


@pytest.mark.parametrize(
    ("width", "height", "is_line"),
    [(100, 3, True), (70, 5, False), (5, 100, False), (80, 14, False), (400, 20, False)],
    ids=["an underline", "the bar of a 7", "a long 1", "a short thick bar", "digits that touch"],
)
def test_a_component_is_a_line_beside_digits(width: int, height: int, is_line: bool) -> None:
    assert is_straight_line(np.ones((height, width), np.float32), 60) == is_line


@pytest.mark.parametrize(
    ("heights", "is_table"),
    [((20, 20), True), ((40, 3), False), ((10, 12), False)],
    ids=["a table", "a 0 with specks", "a 0 with two short strokes"],
)
def test_a_component_around_others_is_a_table(heights: tuple[int, ...], is_table: bool) -> None:
    inner = [(10 + 20 * n, 10, 20 + 20 * n, 10 + high) for n, high in enumerate(heights)]
    assert are_frames(np.array([(0, 0, 100, 100), *inner]))[0] == is_table
