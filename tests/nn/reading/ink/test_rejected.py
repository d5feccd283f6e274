from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nn.reading.doubts import LeftOut, Why
from nn.reading.ink import rejected
from nn.reading.ink.components import measure_components
from nn.reading.ink.rejected import (
    Usual,
    find_beside,
    find_oversized,
    find_rejected,
    find_ruled_ones,
    usual_of,
)
from nn.reading.ink.selection import Selection
from tests.nn.reading.rules import assert_decides

SIDE_PX = 200
USUAL = Usual(side_px=60, line_px=8, level=0.5)
BROAD_PEN = Usual(side_px=60, line_px=20, level=0.5)
THRESHOLD = 0.08
Box = tuple[int, int, int, int]


def sheet(*boxes: Box, level: float = 0.5) -> np.ndarray:
    """Contrast of rectangles (left, top, right, bottom) on paper."""
    contrast = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for left, top, right, bottom in boxes:
        contrast[top:bottom, left:right] = level
    return contrast


def seven(scale: float = 1, left: int = 70, level: float = 0.5, line_px: int = 8) -> np.ndarray:
    """Contrast of a seven, 60 pixels high: a bar and an upright stroke."""
    width_px, bottom = round(40 * scale), 70 + round(60 * scale)
    bar = (left, 70, left + width_px, 70 + line_px)
    stroke = (left + width_px - line_px, 70, left + width_px, bottom)
    return sheet(bar, stroke, level=level)


def reasons(contrast: np.ndarray, taken_for: str) -> list[Why]:
    """The reasons that are found for components that are all taken for the same."""
    components = measure_components(contrast > 0.05, contrast)
    masks = {
        name: np.full(len(components.areas), name == taken_for)
        for name in ("is_ink", "is_cut", "is_line", "is_faint")
    }
    found = find_rejected(components, Selection(**masks), contrast, USUAL, THRESHOLD)
    return [each.why for each in found]


def beside(
    candidate: np.ndarray, taken_for: str, *, ink: np.ndarray | None = None, usual: Usual = USUAL
) -> list[LeftOut]:
    """What is found of a candidate that is no ink, beside ink: a seven if not given."""
    ink = seven() if ink is None else ink
    contrast = np.maximum(ink, candidate)
    components = measure_components(contrast > 0.05, contrast)
    is_ink = np.isin(np.arange(1, len(components.areas) + 1), components.labels[ink > 0])
    masks = {name: np.zeros_like(is_ink) for name in ("is_cut", "is_line", "is_faint")}
    if taken_for in masks:  # otherwise it is a speck
        masks[taken_for] = ~is_ink
    return find_rejected(components, Selection(is_ink, **masks), contrast, usual, THRESHOLD)


def reasons_beside(
    candidate: np.ndarray, taken_for: str, *, ink: np.ndarray | None = None, usual: Usual = USUAL
) -> list[Why]:
    """The reasons alone."""
    return [each.why for each in beside(candidate, taken_for, ink=ink, usual=usual)]


def eight(line_px: int) -> np.ndarray:
    """Contrast of a pale angular eight right of the seven, 60 pixels high."""
    bars = [(130, top, 170, top + line_px) for top in (70, 98, 130 - line_px)]
    strokes = [(left, 70, left + line_px, 130) for left in (130, 170 - line_px)]
    return sheet(*bars, *strokes, level=0.2)


def cut_zero(side_px: int) -> np.ndarray:
    """Contrast of what the top edge leaves of an angular zero above the seven, 20 pixels high."""
    right = 60 + side_px
    return sheet((60, 0, 67, 20), (right - 7, 0, right, 20), (60, 13, right, 20))


def two_numbers() -> np.ndarray:
    """A seven, and a stroke below it."""
    return np.maximum(seven(), sheet((70, 160, 78, 190)))


def in_shadow() -> np.ndarray:
    """A seven in a shadow as long as the sheet, which reaches its edge."""
    return np.maximum(seven(), sheet((0, 60, SIDE_PX, 140), level=0.2))


# A rule, a value that switches it off, the outcome, and the reasons with the rule.
CASES: dict[str, tuple[str, Any, Callable[[], list[Why]], list[Why]]] = {
    "a small stroke": ("MIN_SIZE", 0, lambda: reasons(seven(0.5), "is_faint"), []),
    "a thin line": ("MIN_LINE_WIDTH", 0, lambda: reasons(sheet((70, 70, 72, 130)), "is_line"), []),
    "a smudge": ("MAX_LINE_WIDTH", 9, lambda: reasons(seven(line_px=25), "is_faint"), []),
    "a faint straight stroke": ("MIN_BENT_LENGTH", 0,
        lambda: reasons(sheet((70, 70, 79, 130), level=0.2), "is_faint"), []),
    "a strip at the edge": ("MIN_BREADTH_AT_EDGE", 0,
        lambda: reasons(sheet((0, 70, 60, 80)), "is_cut"), []),
    "a pale shape at the edge": ("MIN_INK_CONTRAST", 0,
        lambda: reasons(seven(left=0, level=0.2), "is_cut"), []),
    "a speck at the edge": ("MIN_PIECE", 0,
        lambda: reasons_beside(sheet((0, 95, 8, 103)), "is_cut"), []),
    "a pale piece at the edge": ("PIECE_CONTRASTS", (0, 2),
        lambda: reasons_beside(sheet((0, 90, 16, 106), level=0.3), "is_cut"), []),
    "a piece at the edge that is darker than the ink": ("PIECE_CONTRASTS", (0, 2),
        lambda: reasons_beside(sheet((0, 90, 16, 106), level=0.8), "is_cut"), []),
    "a border at the edge": ("MAX_HEIGHT", 9,
        lambda: reasons_beside(sheet((0, 50, 8, 140)), "is_line"), []),
    "a narrow border at the edge": ("MIN_LINE_WIDTH", 0,
        lambda: reasons_beside(sheet((0, 70, 4, 130)), "is_line"), []),
    "a line far from writing": ("MAX_MARK_DISTANCE", 9,
        lambda: reasons_beside(sheet((145, 95, 190, 101)), "is_line"), []),
    "a fraction's bar": ("MAX_BAR_DISTANCE", 0,
        lambda: reasons_beside(sheet((60, 140, 110, 146)), "is_line", ink=two_numbers()),
        [Why.TAKEN_FOR_LINE]),
    "a line far below a number": (
        "MAX_BAR_DISTANCE",
        9,
        lambda: reasons_beside(
            sheet((60, 110, 110, 116)), "is_line", ink=sheet((70, 0, 78, 40), (70, 150, 78, 190))
        ),
        [],
    ),
    "a thin line between numbers": ("MIN_LINE_WIDTH", 0,
        lambda: reasons_beside(sheet((60, 140, 110, 142)), "is_line", ink=two_numbers()), []),
    "a digit by a finer pen that is pale": ("MIN_FAINT_WIDTH", 0.4,
        lambda: reasons_beside(eight(4), "is_faint", usual=BROAD_PEN), [Why.FAINT]),
    "a hair": ("MIN_FAINT_WIDTH", 0, lambda: reasons_beside(eight(2), "is_faint", usual=BROAD_PEN),
        []),
    "a thin 1 beside digits by a broad pen": ("MIN_ONE_WIDTH", 0.6,
        lambda: reasons_beside(sheet((130, 70, 135, 130)), "is_line", usual=BROAD_PEN),
        [Why.TAKEN_FOR_LINE]),
    "a crease beside digits": ("MIN_ONE_WIDTH", 0,
        lambda: reasons_beside(sheet((130, 70, 134, 130)), "is_line", usual=BROAD_PEN), []),
    "a margin beside digits": ("MAX_HEIGHT", 9,
        lambda: reasons_beside(sheet((130, 50, 135, 150)), "is_line", usual=BROAD_PEN), []),
    "a pale comma by a finer pen": ("MIN_MARK_WIDTH", 0.4,
        lambda: reasons_beside(sheet((114, 122, 119, 140), level=0.2), "is_faint", usual=BROAD_PEN),
        [Why.FAINT]),
    "a pale speck that is thinner than any pen": ("MIN_MARK_WIDTH", 0,
        lambda: reasons_beside(sheet((114, 122, 116, 140), level=0.2), "is_faint", usual=BROAD_PEN),
        []),
    "a line cut by the top edge": ("MIN_LARGE_PIECE", 9,
        lambda: reasons_beside(cut_zero(40), "is_cut"), [Why.CUT_BY_EDGE]),
    "a speck at the top edge": ("MIN_LARGE_PIECE", 0,
        lambda: reasons_beside(cut_zero(22), "is_cut"), []),
    "what is cut far above writing": ("MAX_BAR_DISTANCE", 9,
        lambda: reasons_beside(cut_zero(40), "is_cut", ink=sheet((70, 90, 78, 150))), []),
    "a shadow higher than digits": ("MAX_HEIGHT", 9,
        lambda: reasons(seven(1.5, level=0.2), "is_faint"), []),
    "grain near writing": ("MIN_MARK_CONTRAST", 0,
        lambda: reasons_beside(sheet((114, 122, 122, 130), level=0.1), "nothing"), []),
    "a pale mark far from writing": ("MAX_MARK_DISTANCE", 9,
        lambda: reasons_beside(sheet((150, 122, 158, 130), level=0.2), "nothing"), []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_decides_what_may_be_a_digit(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_decides((rejected, *case), monkeypatch)


def test_what_is_larger_than_a_digit_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(seven(2), "is_cut") == [Why.CUT_BY_EDGE]
    monkeypatch.setattr(rejected, "MAX_SIZE", 1.5)
    assert reasons(seven(2), "is_cut") == []


@pytest.mark.parametrize(
    ("taken_for", "why"),
    [("is_faint", Why.FAINT), ("is_cut", Why.CUT_BY_EDGE), ("is_ink", None)],
)
def test_a_rejected_digit_is_left_out(taken_for: str, why: Why | None) -> None:
    assert reasons(seven(), taken_for) == ([why] if why else [])


def test_an_upright_stroke_taken_for_a_line_may_be_a_1() -> None:
    assert reasons(sheet((70, 70, 78, 130)), "is_line") == [Why.TAKEN_FOR_LINE]
    assert reasons(sheet((70, 70, 130, 78)), "is_line") == []


def test_a_line_at_the_edge_is_a_border() -> None:
    assert reasons(sheet((0, 70, 8, 130)), "is_line") == []


@pytest.mark.parametrize("level", [0.1, 0.2])
def test_a_digit_beside_ink_is_left_out_however_pale_it_is(level: float) -> None:
    assert reasons(seven(level=level), "is_faint") == [Why.FAINT]


def test_a_pale_upright_stroke_in_a_row_of_writing_may_be_a_1_and_a_level_one_is_none() -> None:
    assert reasons_beside(sheet((140, 70, 149, 130), level=0.2), "is_faint") == [Why.FAINT]
    assert reasons_beside(sheet((140, 140, 149, 199), level=0.2), "is_faint") == []
    assert reasons_beside(sheet((130, 95, 190, 104), level=0.2), "is_faint") == []


def test_pieces_of_a_digit_at_the_edge_are_cut_if_they_are_in_a_row_of_writing() -> None:
    assert reasons_beside(sheet((0, 72, 16, 84)), "is_cut") == [Why.CUT_BY_EDGE]
    assert reasons_beside(sheet((0, 20, 16, 32)), "is_cut") == []


def test_a_thin_1_is_one_line_in_a_row_of_writing() -> None:
    below, corner = sheet((130, 140, 135, 199)), seven(left=130, line_px=5)
    assert reasons_beside(below, "is_line", usual=BROAD_PEN) == []
    assert reasons_beside(corner, "is_line", usual=BROAD_PEN) == []


def test_a_line_along_the_edge_above_writing_is_a_border() -> None:
    assert reasons_beside(sheet((60, 0, 120, 16)), "is_cut") == []


def test_a_stroke_at_the_edge_that_is_as_high_as_the_digits_is_a_1() -> None:
    assert reasons_beside(sheet((0, 70, 8, 130)), "is_line") == [Why.CUT_BY_EDGE]
    assert reasons_beside(sheet((0, 70, 20, 130)), "is_line") == []


def test_a_dash_beside_writing_is_left_out_and_an_underline_is_not() -> None:
    assert reasons_beside(sheet((120, 95, 180, 101)), "is_line") == [Why.TAKEN_FOR_LINE]
    assert reasons_beside(sheet((60, 140, 120, 146)), "is_line") == []


@pytest.mark.parametrize("box", [(114, 122, 122, 130), (120, 95, 150, 103)])
def test_a_pale_mark_near_writing_is_left_out(box: Box) -> None:
    assert reasons_beside(sheet(box, level=0.2), "is_faint") == [Why.FAINT]
    assert reasons_beside(sheet(box, level=0.2), "is_line") == []


@pytest.mark.parametrize(
    ("box", "is_one"),
    [
        ((60, 70, 68, 130), True),
        ((60, 40, 68, 130), False),  # higher than digits
        ((60, 70, 68, 90), False),
        ((0, 70, 8, 130), False),  # a border
        ((192, 70, 200, 130), False),
        ((60, 70, 62, 130), False),  # thinner than the pen
    ],
)
def test_a_ruled_line_as_high_as_a_digit_may_be_a_1(box: Box, is_one: bool) -> None:
    contrast = sheet(box)
    found = find_ruled_ones(measure_components(contrast > 0.05, contrast), USUAL)
    assert [each.why for each in found] == [Why.TAKEN_FOR_LINE] * is_one


def test_a_digit_in_a_rejected_shadow_is_left_out() -> None:
    contrast = in_shadow()
    assert reasons(contrast, "is_line") == [Why.NO_PAPER]
    assert reasons(sheet((0, 60, SIDE_PX, 140), level=0.2), "is_line") == []


def test_boxes_are_x_y_width_and_height_from_top_to_bottom() -> None:
    contrast = np.maximum(seven(), sheet((10, 10, 18, 60)))
    components = measure_components(contrast > 0.05, contrast)
    none, all_of_it = np.zeros(2, bool), np.ones(2, bool)
    selection = Selection(is_ink=none, is_cut=none, is_line=all_of_it, is_faint=none)
    found = find_rejected(components, selection, contrast, USUAL, THRESHOLD)
    assert found == [
        LeftOut((10, 10, 8, 50), Why.TAKEN_FOR_LINE),
        LeftOut((70, 70, 40, 60), Why.TAKEN_FOR_LINE),
    ]


def test_writing_of_a_digits_size_beside_the_digit_is_left_out_and_a_dot_is_not() -> None:
    contrast = np.maximum(seven(), sheet((150, 70, 158, 130), (20, 70, 28, 80)))
    components = measure_components(contrast > 0.05, contrast)
    is_digit = components.sides_px[:, 0] == 40
    assert find_beside(components, is_digit, ~is_digit) == [
        LeftOut((150, 70, 8, 60), Why.BESIDE_THE_DIGIT)
    ]
    assert find_beside(components, np.zeros(3, bool), ~is_digit) == []


def test_the_usual_component_is_the_middle_one_by_length() -> None:
    contrast = np.maximum(sheet((60, 70, 68, 130), (100, 70, 108, 130)), sheet((130, 90, 134, 100)))
    components = measure_components(contrast > 0.05, contrast)
    usual = usual_of(components, np.ones(3, bool))
    assert usual.side_px == 60
    assert usual.level == pytest.approx(0.5)


@pytest.mark.parametrize(("top", "is_left_out"), [(0, True), (60, False)])
def test_a_shadow_that_reaches_the_edge_and_is_far_higher_than_the_digits_is_left_out(
    top: int, is_left_out: bool
) -> None:
    contrast = np.maximum(
        sheet((60, 70, 68, 110), (100, 70, 108, 110)), sheet((150, top, 160, 180))
    )
    components = measure_components(contrast > 0.05, contrast)
    found = find_oversized(components, np.ones(3, bool))
    assert found == ([LeftOut((150, 0, 10, 180), Why.NO_PAPER)] if is_left_out else [])


def test_a_digit_at_the_edge_that_is_as_high_as_the_others_is_not_oversized(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contrast = sheet((60, 70, 68, 110), (0, 70, 8, 140))
    components = measure_components(contrast > 0.05, contrast)
    assert find_oversized(components, np.ones(2, bool)) == []
    monkeypatch.setattr(rejected, "MAX_HEIGHT_AT_EDGE", 0)
    assert len(find_oversized(components, np.ones(2, bool))) == 1
    assert find_oversized(components, components.are_at_edge) == []  # nothing to compare with
