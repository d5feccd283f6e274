"""Each rule of marks has ink that is sorted differently when it is switched off.

Digits are bars 60 px high and 6 wide, between 0 and 60.
"""

import cv2
import numpy as np
import pytest

from nn.reading.numbers import frames, joined, marks, places, signs, sorting
from nn.reading.numbers.components import Component, SortedComponents, join
from nn.reading.numbers.frames import ink_on_frames
from nn.reading.numbers.joined import needless_components
from nn.reading.numbers.marks import sort_line
from nn.reading.numbers.places import Measures
from nn.reading.numbers.signs import may_be_signs
from nn.reading.numbers.sorting import sort_lines, without_underlines
from tests.nn.reading.rules import Case, assert_decides


def bar(x: int, y: int, width: int, height: int) -> Component:
    return Component(x, y, np.ones((height, width), np.float32))


def ring(x: int, y: int, width: int, height: int, line_px: int = 3) -> Component:
    hollow = bar(x, y, width, height)
    hollow.ink[line_px:-line_px, line_px:-line_px] = 0
    return hollow


def slanting(x: int, top: int, bottom: int, lean: int = 30) -> Component:
    """A stroke from the lower left to the upper right."""
    ink = np.zeros((bottom - top, lean), np.float32)
    cv2.line(ink, (lean - 4, 3), (3, bottom - top - 4), 1.0, 5)
    rows, columns = np.nonzero(ink.any(axis=1))[0], np.nonzero(ink.any(axis=0))[0]
    assert (rows[0], rows[-1]) == (0, bottom - top - 1)
    return Component(x, top, ink[:, columns[0] : columns[-1] + 1])


DIGITS = [bar(x, 0, 6, 60) for x in (0, 100, 120)]


def kind(component: Component, *others: Component) -> str:
    """What a component in a line of digits is: a mark, with ? if it is not sure, or else."""
    components = sorted([*DIGITS, component, *others], key=lambda each: each.x + each.width / 2)
    line = sort_line(components, [], Measures(components))
    for mark in line.marks:
        if mark.component is component:
            return mark.character + "?" * (not mark.is_sure)
    return "other" if component in line.others else "digit"


def is_sign(*digits: Component) -> bool:
    """Whether the last but one of a line's digits may be a sign."""
    return may_be_signs([*digits, bar(100, 0, 6, 60)])[-2]


def bracket(x: int, top: int, bottom: int, bulge: int) -> Component:
    """A parabola whose middle is to the right of its ends, or to the left."""
    ink = np.zeros((bottom - top, abs(bulge) + 8), np.float32)
    y = np.linspace(3, bottom - top - 4, 20)
    across = bulge * (1 - np.linspace(-1, 1, 20) ** 2) + 3 + max(0, -bulge)
    cv2.polylines(ink, [np.stack([across, y], axis=1).astype(np.int32)], False, 1.0, 5)
    return Component(x, top, ink)


def bent_7() -> Component:
    """A parabola with a bar above."""
    seven = bracket(150, 0, 60, 16)
    seven.ink[:8] = 1
    return seven


def ends_with_sign(*digits: Component) -> bool:
    """Whether what is after some digits may be a sign."""
    return may_be_signs([*DIGITS[1:], *digits])[-1]


def begins_with_dash(top: int, bottom: int, length: int, rise: int = 0) -> bool:
    """Whether the first digit, a bar with a level stroke left of it, may be a minus and a digit."""
    digit = bar(0, 0, length + 6, 60)
    digit.ink[:, :length] = 0
    for x in range(length):
        lift = rise * x // length
        digit.ink[top - lift : bottom - lift, x] = 1
    return may_be_signs([digit])[0]


def n_lines(*components: Component) -> int:
    return len(sort_lines(SortedComponents([*DIGITS, *components], [], [], []))[0])


def n_left_out(line: Component) -> int:
    """How much is left out where there is a long line beside digits."""
    return len(sort_lines(SortedComponents(DIGITS, [], [line], []))[1])


def n_needless(confidence: float) -> int:
    """How many strokes beside a 1 are needless for it, which alone is a 1 with that confidence."""
    main, rest = bar(0, 0, 6, 60), bar(10, 20, 12, 12)
    ink = np.zeros((60, 22), np.float32)
    ink[:, :6] = ink[20:32, 10:] = 1
    digit = Component(0, 0, ink)
    certain = {digit: np.eye(10)[1], main: confidence * np.eye(10)[1], rest: np.full(10, 0.1)}
    return len(needless_components(digit, [main, rest], certain))


def n_on_frame(*parts: tuple[int, int, int, int]) -> int:
    """How many parts of a frame, with more ink in boxes, may be digits 60 px high."""
    frame = ring(0, 0, 300, 200)
    for x, y, width, height in parts:
        frame.ink[y : y + height, x : x + width] = 1
    return len(ink_on_frames([frame], 60))


def n_of_drawn_frame(*points: tuple[int, int]) -> int:
    """How much of a frame of strokes is listed beside digits 60 px high."""
    ink = np.zeros((200, 300), np.float32)
    cv2.polylines(ink, [np.array(points, np.int32)], False, 1.0, 5)
    return len(ink_on_frames([Component(0, 0, ink)], 60))


WIDE = (-9, 9)
CASES: dict[str, Case] = {
    "a long stroke across the baseline": (
        *(marks, "HIGHEST_MARK", 9),
        *(lambda: kind(bar(50, 40, 7, 58)), "digit"),
    ),
    "a thin dash": (marks, "LEAST_PEN", 0, lambda: kind(bar(50, 57, 13, 3)), "other"),
    "a fine point": (marks, "FINE_PEN", 9, lambda: kind(bar(50, 57, 3, 3)), ".?"),
    "a speck": (marks, "FINE_PEN", 0, lambda: kind(bar(50, 58, 1, 1)), "other"),
    "a short thin dash": (marks, "FINE_SHAPE", 0, lambda: kind(bar(50, 57, 9, 3)), "other"),
    "a high fine point": (marks, "SURE_LEVELS", WIDE, lambda: kind(bar(50, 42, 3, 3)), "other"),
    "a long point": (marks, "POINT", 0.14, lambda: kind(bar(50, 44, 7, 16)), ".?"),
    "a square as a point": (marks, "LARGE_POINT", 9, lambda: kind(bar(40, 36, 36, 36)), "digit"),
    "a small ring": (marks, "FILLED", 0, lambda: kind(ring(45, 42, 18, 18)), "other"),
    "a high point": (marks, "SURE_LEVELS", WIDE, lambda: kind(bar(50, 40, 7, 7)), ".?"),
    "a short comma": (marks, "SHORT_COMMA", 9, lambda: kind(bar(50, 52, 7, 16)), ",?"),
    "a point at the baseline": (marks, "SHORT_COMMA", -9, lambda: kind(bar(50, 44, 7, 16)), ".?"),
    "a small 1": (marks, "COMMA_TOPS", WIDE, lambda: kind(bar(50, 20, 7, 42)), "digit"),
    "a stroke below": (marks, "COMMA_TOPS", WIDE, lambda: kind(bar(50, 80, 7, 22)), "other"),
    "a comma at the baseline": (marks, "SURE_COMMA", -9, lambda: kind(bar(50, 38, 7, 26)), ",?"),
    "a low dash": (marks, "STEEP_DEGREES", 0, lambda: kind(bar(40, 58, 24, 7)), "other"),
    "a short thick comma": (marks, "THICK", 0, lambda: kind(bar(50, 50, 10, 18)), ","),
    "a long thick comma": (marks, "BENT", 0, lambda: kind(bar(50, 48, 11, 26)), ","),
    "a block": (marks, "BENT", 9, lambda: kind(bar(45, 44, 16, 22)), "other"),
    "a dot before digits": (marks, "MINUS", -1, lambda: kind(bar(-30, 27, 9, 7)), "other"),
    "a short minus": (marks, "SURE_MINUS", 0, lambda: kind(bar(-30, 27, 14, 6)), "-?"),
    "a long dash": (marks, "LONG_MINUS", 9, lambda: kind(bar(-90, 27, 80, 6)), "other"),
    "a low minus": (marks, "MINUS_LEVELS", WIDE, lambda: kind(bar(-30, 50, 25, 6)), "other"),
    "an upright stroke": (marks, "LEVEL_DEGREES", 90, lambda: kind(bar(-30, 15, 7, 22)), "other"),
    "a far point": (marks, "MOST_GAP", 99, lambda: kind(bar(-80, 54, 7, 7)), "other"),
    "a 5's bar": (marks, "FLAG_LEVEL", -9, lambda: kind(bar(8, 0, 20, 6)), "digit"),
    "a thick 5's bar": (marks, "FLAG_LEVEL", 9, lambda: kind(bar(8, 5, 32, 21)), "other"),
    "a 5's bar near it": (marks, "FLAG_GAP", 0, lambda: kind(bar(8, 0, 20, 6)), "digit"),
    "a bar far from it": (marks, "FLAG_GAP", 9, lambda: kind(bar(30, 0, 20, 6)), "other"),
    "a 5's long bar": (marks, "FLAG_SHAPE", 99, lambda: kind(bar(8, 0, 20, 6)), "digit"),
    "a tall 1": (signs, "SLASH_DEGREES", 0, lambda: kind(slanting(50, -2, 64, 9)), "digit"),
    "a slanting 1": (signs, "SLASH_BEYOND", -9, lambda: kind(slanting(40, 1, 59)), "digit"),
    "a low 1": (signs, "SLASH_SHORT", 9, lambda: kind(slanting(40, 5, 75)), "digit"),
    "a low slash": (signs, "SLASH_SHORT", 0, lambda: kind(slanting(40, 2, 75)), "other"),
    "a slash beside a high digit": (
        *(signs, "SLASH_BEYOND", 9),
        *(lambda: is_sign(bar(0, -10, 6, 70), slanting(40, -4, 70)), True),
    ),
    "a 7's bar": (signs, "DASH", 0, lambda: begins_with_dash(25, 35, 10), False),
    "a low bar": (signs, "DASH_LEVELS", WIDE, lambda: begins_with_dash(50, 60, 20), False),
    "a steep first stroke": (
        *(signs, "DASH_RISE", 9),
        *(lambda: begins_with_dash(30, 36, 20, rise=12), False),
    ),
    "a bracket": (signs, "BOW", 9, lambda: ends_with_sign(bracket(150, 0, 60, 12)), True),
    "a bent 1": (signs, "BOW", 0, lambda: ends_with_sign(bracket(150, 0, 60, 3)), False),
    "a low bent 1": (signs, "BOW_SHORT", 9, lambda: ends_with_sign(bracket(150, 8, 60, 12)), False),
    "a bent 7": (signs, "ENDS", 0.2, lambda: ends_with_sign(bent_7()), False),
    "a line higher and lower": (
        *(signs, "BEYOND", 9),
        *(lambda: is_sign(DIGITS[0], bar(50, -4, 6, 68)), True),
    ),
    "a high 1": (signs, "BEYOND", 0, lambda: is_sign(DIGITS[0], bar(50, -2, 6, 64)), False),
    "a power of one digit": (
        *(signs, "INDEX", 0.7),
        *(lambda: may_be_signs([DIGITS[0], bar(15, -10, 20, 48)])[1], True),
    ),
    "a power": (signs, "RAISED", -9, lambda: is_sign(DIGITS[0], bar(50, 0, 20, 30)), True),
    "a low digit": (signs, "RAISED", 9, lambda: is_sign(DIGITS[0], bar(50, 25, 20, 35)), False),
    "a digit's foot": (
        signs,
        "LOWERED",
        -9,
        lambda: is_sign(DIGITS[0], bar(50, 25, 20, 35)),
        False,
    ),
    "a high 8": (places, "ONE_LINE", 9, lambda: is_sign(DIGITS[0], ring(50, -10, 20, 80)), False),
    "a stroke before a minus": (
        *(places, "HIGH", 0),
        *(lambda: kind(bar(-30, 27, 25, 6), bar(-50, 40, 7, 14)), "-"),
    ),
    "a line far above": (sorting, "REACH", 9, lambda: n_left_out(bar(0, -300, 200, 4)), 0),
    "a line of small digits": (
        *(sorting, "FEW", 9),
        *(lambda: n_lines(*[bar(x, 90, 6, 20) for x in (0, 20, 40)]), 2),
    ),
    "a line below a digit": (
        *(sorting, "SHARED", 0),
        *(
            lambda: len(
                without_underlines([bar(0, 70, 40, 4)], [bar(0, 0, 30, 60), bar(39, 0, 6, 80)])
            ),
            0,
        ),
    ),
    "a stroke that makes a digit": (joined, "ENOUGH", 0, lambda: n_needless(0.5), 0),
    "a table": (frames, "LINE", 9, lambda: n_on_frame((150, 20, 3, 160)), 0),
    "a root's sign": (
        *(frames, "CLOSED", 0),
        *(lambda: n_of_drawn_frame((3, 120), (20, 110), (45, 196), (70, 3), (296, 8)), 1),
    ),
    "an outline with a gap": (
        *(frames, "CLOSED", 4),
        *(lambda: n_of_drawn_frame((296, 20), (150, 3), (3, 100), (150, 196), (296, 180)), 0),
    ),
    "a line close below a digit": (
        *(marks, "_is_underline", lambda *_: False),
        *(lambda: kind(bar(38, 61, 30, 3), bar(35, 0, 36, 60)), "other"),
    ),
    "a dash of a line far below a digit": (
        *(sorting, "BELOW", 9),
        *(lambda: len(without_underlines([bar(0, 200, 8, 3)], [bar(0, 0, 6, 60)])), 1),
    ),
    "a small piece on a frame": (
        *(frames, "LOWEST", 0),
        *(lambda: n_on_frame((150, 180, 6, 20), (140, 175, 20, 5)), 0),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_decides(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_decides(case, monkeypatch)


@pytest.mark.parametrize(("side", "found"), [(3, [(".", False)]), (1, []), (6, [(".", True)])])
def test_a_dot_that_is_thinner_than_the_pen_may_be_a_point(
    side: int, found: list[tuple[str, bool]]
) -> None:
    line = sort_line(DIGITS, [bar(50, 56, side, side)], Measures(DIGITS))
    assert [(mark.character, mark.is_sure) for mark in line.marks] == found
    assert line.others == []


def test_a_small_mark_whose_line_is_thinner_than_the_pen_may_be_a_comma() -> None:
    ink = np.zeros((13, 7), np.float32)
    cv2.line(ink, (5, 1), (1, 11), 1.0, 2)
    assert kind(Component(50, 54, ink)) == ".?"
    assert kind(bar(50, 54, 6, 12)) == "."


def test_what_bulges_towards_the_digits_is_no_bracket() -> None:
    assert not ends_with_sign(bracket(150, 0, 60, -12))
    assert may_be_signs([bracket(-40, 0, 60, -12), *DIGITS]) == [True, False, False, False]


def test_two_lines_around_digits_are_signs_if_each_is_higher_and_lower_than_its_neighbour() -> None:
    middle, first, last = bar(50, 0, 30, 60), bar(20, -1, 6, 62), bar(100, -1, 6, 62)
    assert may_be_signs([first, middle, last]) == [True, False, True]
    assert may_be_signs([bar(20, 0, 6, 62), middle, last]) == [False, False, False]
    assert may_be_signs([first, last]) == [False, False]


def test_a_leaning_line_after_a_digit_is_a_slash_if_it_is_longer_at_both_ends() -> None:
    assert ends_with_sign(slanting(140, -2, 62))
    assert not ends_with_sign(slanting(140, -2, 60))


def test_a_power_is_compared_with_the_digit_before_it_alone() -> None:
    assert may_be_signs([bar(0, 0, 6, 60), bar(15, -5, 20, 36)]) == [False, True]


@pytest.mark.parametrize(
    ("x", "label", "n_needless"),
    [(-4, 3, 1), (4, 5, 0), (-4, 5, 1)],  # a bar of a fraction or a period, a 5's, one over a 5
)
def test_a_bar_over_a_digit_that_is_one_without_it_is_needless_unless_it_is_of_a_5(
    x: int, label: int, n_needless: int
) -> None:
    left, main, part = bar(-30, 0, 20, 60), bar(0, 10, 30, 50), bar(x, 0, 36, 6)
    digit = join([main, part])
    activations = {each: np.eye(10)[label] for each in (main, part, digit)}
    assert len(needless_components(digit, [left, main, part], activations)) == n_needless


@pytest.mark.parametrize(("top", "label", "n_needless"), [(15, 0, 1), (0, 0, 0), (15, 4, 0)])
def test_a_ring_around_a_1_is_no_0_but_a_stroke_that_reaches_its_edge_may_be_a_slash(
    top: int, label: int, n_needless: int
) -> None:
    zero, one = ring(0, 0, 60, 80), bar(27, top, 6, 50)
    digit = Component(0, 0, zero.ink.copy())
    digit.ink[top : top + 50, 27:33] = 1
    activations = {zero: np.eye(10)[label], digit: np.eye(10)[label], one: np.eye(10)[1]}
    needless = needless_components(digit, [zero, one], activations)
    assert needless == [one][:n_needless]
