"""Each rule has ink that is read differently when it is switched off."""

import numpy as np
import pytest
from PIL import Image

from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.numbers import components, dividing, lines
from nn.reading.numbers.components import Component, find_components
from nn.reading.numbers.lines import find_lines, group_into_lines, ink_of_line
from tests.nn.reading.rules import Case, assert_decides

Box = tuple[int, int, int, int]


def component(x: int, y: int, width: int = 20, height: int = 60) -> Component:
    return Component(x, y, np.ones((height, width), np.float32))


def line_sizes(*boxes: Box) -> list[int]:
    """How many components each line has."""
    return [len(line) for line in group_into_lines([component(*box) for box in boxes])]


def n_components(*boxes: Box) -> int:
    ink = np.zeros((300, 400), np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return len(find_components(ink).digits)


def frame(x: int, y: int, width: int, height: int) -> list[Box]:
    """The four sides of a box."""
    sides = [(x, y, width, 4), (x, y, 4, height)]
    return [*sides, (x, y + height - 4, width, 4), (x + width - 4, y, 4, height)]


def working_height() -> int:
    """The height of the images of ink that is 400 px high, as it is cut and read."""
    ink = np.zeros((500, 200), np.float32)
    ink[50:450, 80:120] = 1
    return components.components_at_working_size(ink)[1][0]


DIGITS: list[Box] = [(10, 10, 20, 60), (50, 10, 20, 60), (90, 10, 20, 60)]

# Of the number 191022, its 0 with a stroke inside, on a line that is not quite level.
PHOTOGRAPHED: list[Box] = [
    *[(151, 226, 42, 47), (210, 220, 47, 56), (274, 215, 46, 61), (328, 216, 59, 60)],
    *[(340, 228, 36, 37), (404, 225, 39, 49), (451, 202, 39, 74)],
]

CASES: dict[str, Case] = {
    "a speck": (components, "MAX_SPECK", 0, lambda: n_components(*DIGITS, (130, 60, 9, 9)), 3),
    "an underline": (components, "is_straight_line", lambda ink, usual_px: False,
        lambda: n_components(*DIGITS, (10, 100, 100, 3)), 3),
    "a table": (components, "are_frames", lambda boxes: np.zeros(len(boxes), bool),
        lambda: n_components(*DIGITS[1:], *frame(30, 2, 120, 80)), 2),
    "a small stroke": (
        lines,
        "MAX_STROKE_HEIGHT",
        0,
        lambda: line_sizes(
            *[(0, 0, 40, 60), (50, 4, 40, 60), (110, 2, 40, 60), (92, -12, 20, 6)],
            *[(0, 100, 40, 60), (50, 100, 40, 60)],
        ),
        [4, 2],
    ),
    "a 1 before a 7 that is higher": (
        lines,
        "FULLY_SHARED",
        1.0,
        lambda: line_sizes(
            *[(44, 53, 46, 101), (131, 57, 63, 98), (221, 54, 37, 101)],
            *[(296, 67, 12, 94), (305, 44, 65, 111)],
        ),
        [5],
    ),
    "a dot of another line": (lines, "MAX_STROKE_DISTANCE", 9,
        lambda: line_sizes((0, 0, 20, 60), (40, 0, 20, 60), (15, 90, 5, 5)), [2, 1]),
    "a stroke inside a 0": (lines, "MAX_STACK_HEIGHT", 0, lambda: line_sizes(*PHOTOGRAPHED), [7]),
    "a stroke above a 0": (lines, "MIN_STACK_OVERLAP", 9, lambda: line_sizes(*PHOTOGRAPHED), [7]),
    "two lines that overlap a little": (lines, "MIN_SHARED_HEIGHT", 0,
        lambda: line_sizes((0, 0, 20, 60), (40, 50, 20, 60)), [1, 1]),
    "digits far to the right of a number that slants": (
        lines,
        "MAX_GAP",
        np.inf,
        lambda: line_sizes(
            *[(0, 0, 20, 60), (40, 12, 20, 60), (80, 24, 20, 60)],
            *[(400, 24, 20, 60), (720, 24, 20, 60), (1040, 24, 20, 60)],
        ),
        [1, 1, 1, 3],
    ),
    "large ink": (components, "WORKING_PX", 1000, working_height, 100),
}  # fmt: skip


def sheet_of(*boxes: Box, shape: tuple[int, int] = (300, 500)) -> Sheet:
    """A drawing of black boxes (x, y, width, height)."""
    picture = np.full(shape, 255, np.uint8)
    for x, y, width, height in boxes:
        picture[y : y + height, x : x + width] = 0
    return find_ink(Image.fromarray(picture))


def sizes(*boxes: Box, shape: tuple[int, int] = (300, 500)) -> list[tuple[int, ...]]:
    """The height and width of each line that is found."""
    return [line.grey.shape for line in find_lines(sheet_of(*boxes, shape=shape))]


def are_turned(*boxes: Box) -> list[bool]:
    return [bool(line.to_sheet[0, 1]) for line in find_lines(sheet_of(*boxes))]


def ink_on(paper: np.ndarray) -> float:
    """How much ink a line has."""
    return round(float(ink_of_line(paper.astype(np.uint8)).sum()))


def shaded_line(rule: int = 0) -> np.ndarray:
    """A bar on paper with a broad shadow, and a rule so long at its foot."""
    paper = np.full((48, 200), 230.0)
    paper[:, 100:180] = 70
    paper[10:38, 30:34] = 40
    paper[42:44, :rule] = 40
    return paper


PAIR: list[Box] = [(100, 100, 20, 60), (140, 100, 20, 60)]
LINE_CASES: dict[str, Case] = {
    "paper around a line": (lines, "PAPER_MARGIN", 0, lambda: sizes(*PAIR), [(96, 96)]),
    "a point beside a line": (lines, "MAX_MARK_DISTANCE", 0, lambda: sizes(*PAIR, (210, 154, 6, 6)),
        [(96, 152)]),
    "strokes too low for a line": (lines, "MIN_DIGIT_HEIGHT", 0.1,
        lambda: len(sizes(*PAIR, (40, 60, 20, 12), (70, 62, 20, 12))), 1),
    "a bar too long for a minus": (lines, "MAX_MINUS_WIDTH", 9,
        lambda: sizes(*PAIR, (220, 128, 240, 4)), [(96, 96)]),
    "a line that is hardly uneven": (lines, "MIN_SLOPE", 0,
        lambda: are_turned(*PAIR, (180, 101, 20, 60), (220, 102, 20, 60)), [False]),
    "a slope between two digits": (lines, "MIN_WIDTH_WITH_SLOPE", 0,
        lambda: are_turned((100, 100, 20, 60), (140, 110, 20, 60)), [False]),
    "large digits": (lines, "MAX_HEIGHT_PX", 1000,
        lambda: sizes((100, 40, 60, 200), (200, 40, 60, 200)), [(144, 135)]),
    "a picture as low as a line": (lines, "MAX_CUT_OUT_PX", 0,
        lambda: sizes((60, 20, 10, 40), shape=(90, 200)), [(90, 200)]),
    "a low picture that is no line": (lines, "MIN_CUT_OUT_WIDTH", 0,
        lambda: sizes((30, 20, 10, 40), shape=(90, 80)), [(64, 34)]),
    "a shadow": (lines, "PAPER_WINDOW", 0, lambda: ink_on(shaded_line()), 112),
    "a rule": (lines, "MIN_RULE_LENGTH", 9, lambda: ink_on(shaded_line(rule=90)), 112),
}  # fmt: skip


def inks(*middles: float, boxes: tuple[Box, ...], height: int = 60) -> list[tuple[int, ...] | None]:
    """The height and width of each sign's ink in a line of boxes."""
    line = np.zeros((height, 160), np.float32)
    for x, y, width, box_height in boxes:
        line[y : y + box_height, x : x + width] = 1
    return [each and each.ink.shape for each in dividing.divide(line, middles).of_signs]


STEM: Box = (20, 10, 6, 40)
DIVIDING_CASES: dict[str, Case] = {
    "a stroke near a sign": (dividing, "MAX_NEAR", 0.01,
        lambda: inks(23.0, boxes=(STEM, (30, 10, 12, 8))), [(40, 22)]),
    "a speck near a sign": (dividing, "MAX_SPECK", 0,
        lambda: inks(23.0, boxes=(STEM, (28, 46, 4, 4))), [(40, 6)]),
    "ink far from a sign": (dividing, "MIN_FAR", 9, lambda: inks(80.0, boxes=(STEM,)), [None]),
    "a piece that a seam grazes": (dividing, "MAX_GRAZED", 0,
        lambda: inks(30.0, 83.0, boxes=((20, 10, 20, 40), (20, 10, 66, 2))), [(40, 66), None]),
    "a seam beside a sign": (dividing, "MIN_SEAM_DISTANCE", 0,
        lambda: inks(23.0, 63.0, boxes=((20, 10, 46, 40), (26, 14, 36, 32))), [(40, 23), (40, 23)]),
}  # fmt: skip


ALL_CASES = CASES | LINE_CASES | DIVIDING_CASES


@pytest.mark.parametrize("case", ALL_CASES.values(), ids=ALL_CASES)
def test_a_rule_decides(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_decides(case, monkeypatch)
