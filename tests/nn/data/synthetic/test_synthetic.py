"""Drawn digits, lines and other signs: the same by the same seed, and labelled as drawn."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.data.digits import NO_DIGIT, Character, Digits, Stroke
from nn.data.handwriting import NO_PICTURES, Handwriting
from nn.data.synthetic.composed import draw_composition, write_over
from nn.data.synthetic.curves import resample, trace
from nn.data.synthetic.cut_digits import draw_cut_digits, label_of, read_at
from nn.data.synthetic.drawing import draw_strokes, render_variations, vary_strokes
from nn.data.synthetic.joining import contact_distance, link_above, may_have_ligature, put_beside
from nn.data.synthetic.lines import Line, LineWriter, recorded_marks
from nn.data.synthetic.mixture import Mixture, draw_texture, draw_unvaried
from nn.data.synthetic.non_digits import (
    CROSSING_SLOPES,
    LETTERS,
    NON_DIGITS,
    PICTURES,
    cross_out,
    draw_non_digit,
    scribble_over,
)
from nn.data.synthetic.paper import photograph
from nn.data.synthetic.signs import (
    Sign,
    closing_lines,
    drawn_symbol,
    fitted,
    letter,
    reduce_last_zeros,
    symbol,
    tall,
    with_upstroke,
)
from nn.data.synthetic.styles import RARE_STYLES, STYLES, write_digit
from nn.reading.lines.divide import SignInk
from nn.reading.lines.strip import COMMA, MINUS, OTHER, POINT, to_strip
from nn.reading.mnist import Ink, Pixels

Strokes = list[Stroke]
ANGLE = np.linspace(0, 2 * np.pi, 40)
RING: Strokes = [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])]
LINE: Strokes = [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])]
CROSS: Strokes = [np.array([[0.0, 0.0], [9.0, 9.0]]), np.array([[0.0, 9.0], [9.0, 0.0]])]
ZERO, ONE = Character("0", "", "1", RING), Character("1", "", "2", LINE)
SEVEN = Character("7", "", "1", [np.array([[0.0, 0.0], [50.0, 0.0], [20.0, 100.0]])])
FOUR = Character(
    "4", "", "1", [np.array([[30.0, 0.0], [0.0, 60.0], [60.0, 60.0]]), LINE[0] + [50, 0]]
)
PEN_WIDTH = 0.1


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@st.composite
def drawings(draw_value: st.DrawFn) -> Strokes:
    """One to three strokes of one to eight points on a coarse grid, some of them twice."""
    point = st.tuples(st.integers(-4, 4), st.integers(-4, 4))
    strokes = draw_value(st.lists(st.lists(point, min_size=1, max_size=8), min_size=1, max_size=3))
    return [np.array(stroke, np.float64) for stroke in strokes]


def is_ink(strokes: Strokes, side_px: int = 96) -> Pixels:
    return np.asarray(draw_strokes(strokes, PEN_WIDTH, side_px=side_px)) < 128


def test_a_bar_fills_seven_tenths_of_the_height_and_its_pen_adds_half_a_width_at_each_end() -> None:
    rows, columns = np.nonzero(is_ink(LINE, side_px=200))
    # 140 px long about the middle, 14 px wide, 7 px more at either round end.
    assert [rows.min(), rows.max()] == pytest.approx([23, 176], abs=1)
    assert [columns.min(), columns.max()] == pytest.approx([93, 106], abs=1)


@given(drawings(), st.floats(0.01, 1000), st.floats(-1000, 1000), st.integers(0, 99))
@settings(max_examples=30)
def test_neither_place_nor_unit_changes_a_picture_and_a_variation_leaves_the_old_strokes_alone(
    strokes: Strokes, unit: float, place: float, seed: int
) -> None:
    before = [stroke.copy() for stroke in strokes]
    moved = [stroke * unit + place for stroke in strokes]
    assert (is_ink(strokes) != is_ink(moved)).mean() < 0.01
    varied = vary_strokes(strokes, rng(seed))
    assert [new.shape for new in varied] == [old.shape for old in before]
    assert all(np.isfinite(new).all() for new in varied)
    assert all(map(np.array_equal, strokes, before))


@given(st.lists(drawings(), max_size=3))
@settings(max_examples=30)
def test_every_drawing_becomes_a_picture_as_mnists(many: list[Strokes]) -> None:
    pictures = render_variations(many, rng())
    assert pictures.shape == (len(many), 28, 28)
    assert pictures.dtype == np.uint8
    assert all(picture.max() == 255 for picture in pictures)


@pytest.mark.parametrize("word", ["10", "10;20", "a,b", "10,20!!", "1.5,2"])
def test_a_joint_that_cannot_be_read_is_named(word: str) -> None:
    with pytest.raises(ValueError, match=rf"expected a joint .*, not '{word}'"):
        trace(f"0,0 {word}", rng())


@pytest.mark.parametrize("digit", STYLES)
def test_every_style_of_a_digit_gives_finite_lines_in_the_unit_box(digit: int) -> None:
    generator = rng()
    for name in (*STYLES[digit], *RARE_STYLES[digit], None):
        points = np.concatenate(write_digit(digit, generator, name))
        assert np.isfinite(points).all()
        assert points.min() == 0
        assert np.isclose(points.max(), 1)


def test_a_rare_style_is_chosen_as_often_as_is_said() -> None:
    def some(rare: float) -> set[bytes]:
        return {
            np.concatenate(write_digit(9, rng(seed), rare=rare)).tobytes() for seed in range(40)
        }

    usual = some(0)
    assert not usual & some(1)
    assert 5 < len(usual - some(0.5)) < 41


def test_zeros_in_a_chain_are_joined_from_top_to_top() -> None:
    left, right = (
        write_digit(0, rng(1)),
        [np.add(stroke, [1, 0]) for stroke in write_digit(0, rng(2))],
    )
    line = link_above(left, right, rng(3))
    for end, digit in ((line[0], left), (line[-1], right)):
        points = np.concatenate(digit)
        top = points[points[:, 1].argmin()]
        assert np.linalg.norm(end - top) < 0.25


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_every_kind_of_no_digit_gives_finite_lines_and_none_twice(kind: str) -> None:
    generator = rng()
    drawn = [np.concatenate(draw_non_digit(generator, kind)) for _ in range(30)]
    for points in drawn:
        assert np.isfinite(points).all()
        assert points.min() == 0
        assert np.isclose(points.max(), len(points) > 1)
    lines = [points for points in drawn if len(points) > 1]
    assert len(lines) > 20
    assert len({points.tobytes() for points in lines}) == len(lines)


def test_a_composition_has_a_body_and_three_more_shapes_that_are_no_specks() -> None:
    drawn = [draw_composition(rng(seed)) for seed in range(60)]
    assert {len(strokes) for strokes in drawn} == {4, 5, 6, 7, 8}
    for strokes in drawn:
        sides = [np.ptp(stroke, axis=0).max() for stroke in strokes]
        assert min(sides) > 0.05
        points = np.concatenate(strokes)
        assert (points.min(), points.max()) == (0, 1)


def test_of_digits_written_over_each_other_each_stays_visible() -> None:
    digits = [FOUR, SEVEN, ONE, ZERO]
    for seed in range(30):
        strokes = write_over(digits, rng(seed))
        assert len(strokes) > len(SEVEN.strokes)
        assert np.concatenate(strokes).max() == 1
    with pytest.raises(ValueError, match="written over"):
        write_over([ONE, SEVEN, Character("7", "", "2", SEVEN.strokes)], rng())  # a 7 with a bar
    for seed in range(30):  # the same strokes by two names
        below, above = write_over([SEVEN, Character("2", "", "1", SEVEN.strokes)], rng(seed))
        below, above = resample(below), resample(above)
        distances = np.linalg.norm(below[:, None] - above, axis=2)
        assert min((distances.min(axis=axis) > 0.1).mean() for axis in (0, 1)) > 0.35


def test_every_template_can_be_traced() -> None:
    for template in (*LETTERS.values(), *PICTURES.values()):
        strokes = trace(template, rng())
        n_required = 1 + template.count("/") - template.count("/?")
        assert n_required <= len(strokes) <= 1 + template.count("/")
        assert all(len(stroke) > 1 for stroke in strokes)


SMALL = Mixture(
    pen_copies=3, n_template_digits=40, n_cut=20, n_crossed_out=6, n_non_digits=5, n_textures=4,
    n_composed=3, n_written_over=2,
)  # fmt: skip
NONE = Mixture(
    n_template_digits=0, n_cut=0, n_crossed_out=0, n_non_digits=0, n_textures=0,
    n_composed=0, n_written_over=0,
)  # fmt: skip


def characters(sign: str, writer: str, n: int) -> list[Character]:
    """Return n of UNIPEN's characters by a writer, each another one."""
    widths = [ord(writer) + number / 10 for number in range(n)]
    hooks = [np.array([[0.0, 0.0], [width, 5.0], [20.0, 150.0]]) for width in widths]
    return [Character(sign, "apa", writer, [hook]) for hook in hooks]


def drawn_of(mixture: Mixture, handwriting: Handwriting, seed: int = 0) -> tuple[Pixels, Pixels]:
    parts = list(mixture.draw(handwriting, rng(seed)))
    images = np.concatenate([part.images for part in parts])
    return images, np.concatenate([part.labels for part in parts])


def test_every_kind_is_drawn_as_often_as_asked_for_and_the_same_by_the_same_seed() -> None:
    by_two = Handwriting([SEVEN, FOUR] * 8, characters("K", "a", 2), NO_PICTURES)
    mixture = dataclasses.replace(SMALL, per_label=2)
    images, labels = drawn_of(mixture, by_two)
    assert len(images) == len(labels) == 48 + 2 + 40 + 6 + 5 + 3 + 2 + 20 + 4
    assert labels[:6].tolist() == [7, 7, 7, 4, 4, 4]
    assert labels[50:90].max() <= 9
    assert len(set(labels[50:90])) > 5
    assert set(labels[[48, 49, *range(90, 106)]]) == {NO_DIGIT}
    assert len(set(labels[106:126])) > 2
    assert (labels[126:] == NO_DIGIT).all()
    assert images.max(axis=(1, 2)).min() == 255  # ink in each
    assert np.array_equal(images, drawn_of(mixture, by_two)[0])
    assert not np.array_equal(images, drawn_of(mixture, by_two, seed=2)[0])


def test_unipens_digits_are_drawn_several_times_and_no_writer_has_too_many_of_them() -> None:
    recorded = [
        *characters("7", "a", 5), *characters("7", "b", 2),
        *characters("K", "a", 3), *characters("K", "b", 3), *characters("O", "b", 3),
    ]  # fmt: skip
    mixture = dataclasses.replace(NONE, unipen_copies=2, max_of_writer=4, per_label=8)
    _, labels = drawn_of(mixture, Handwriting([], recorded, NO_PICTURES))
    assert labels.tolist() == [7] * 2 * (4 + 2) + [NO_DIGIT] * 8


def test_a_share_of_handwriting_and_mixture_gives_a_share_of_the_pictures() -> None:
    recorded = [*characters("7", "a", 40), *characters("K", "b", 40)]
    foreign = Digits(np.zeros((10, 28, 28), np.uint8), np.full(10, NO_DIGIT, np.uint8))
    mixture = dataclasses.replace(SMALL, unipen_copies=2, max_of_writer=20, per_label=20)
    some = Handwriting([SEVEN, FOUR] * 20, recorded, foreign).sample(0.5, rng(1))
    _, labels = drawn_of(mixture.scaled(0.5), some)
    assert (len(some.pen_digits), len(some.characters), len(some.foreign)) == (20, 40, 5)
    n_digits = sum(each.sign == "7" for each in some.characters)
    n_unipen = 2 * min(n_digits, 10) + min(40 - n_digits, 10)
    assert len(labels) == 3 * 20 + n_unipen + 20 + 3 + 3 + 2 + 1 + 5 + 10 + 2


def test_an_unvaried_digit_is_drawn_once_upright_and_a_texture_has_ink_and_paper() -> None:
    digits = draw_unvaried([ONE, SEVEN])
    assert digits.labels.tolist() == [1, 7]
    ink = digits.images[0] > 127
    assert 2 <= ink.any(axis=0).sum() <= 4  # as wide as the pen
    assert ink.any(axis=1).sum() >= 18
    assert len(draw_unvaried([])) == 0
    for seed in range(20):
        texture = np.asarray(draw_texture(rng(seed)))
        assert texture.shape == (64, 64)
        assert np.ptp(texture) > 100


SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[5:23, 8:20] = 255
OTHERS = [Character("x", "apa", "1", CROSS)] * 3


def writer() -> LineWriter:
    scanned = Digits(SQUARE[np.newaxis], np.array([7], np.uint8))
    return LineWriter([ZERO, ONE] * 10, OTHERS, scanned)


@cache
def written(n: int) -> list[Line]:
    generator = rng()
    return [writer().write(generator) for _ in range(n)]


def test_lines_hold_digits_marks_and_other_signs_the_same_by_the_same_seed() -> None:
    lines = written(300)
    labels = [line.labels for line in lines]
    found = {label for each in labels for label in each}
    assert found == {*range(10), POINT, COMMA, MINUS, OTHER}  # some digits are from templates
    assert {len([label for label in each if label < POINT]) for each in labels} >= set(range(10))
    assert all(each[0] not in (POINT, COMMA) for each in labels if each)
    for first, again in zip(lines, written(20), strict=False):
        assert np.array_equal(first.ink, again.ink)
        assert first.labels == again.labels


def test_lines_that_close_an_amount_are_the_last_sign_of_a_number() -> None:
    closed = [line.labels for line in written(300) if line.is_closed]
    assert closed
    assert all(labels[-1] == OTHER and min(labels) < POINT for labels in closed)
    of_letters = [line for line in written(300) if line.labels[-1] == OTHER and not line.is_closed]
    assert of_letters


def test_one_of_twenty_numbers_has_a_minus_between_digits_as_telephone_numbers_have() -> None:
    numbers = [line.labels for line in written(2_000) if sum(n < POINT for n in line.labels) > 1]
    between = [
        labels
        for labels in numbers
        if any(
            before < POINT and label == MINUS and after < POINT
            for before, label, after in zip(labels, labels[1:], labels[2:], strict=False)
        )
    ]
    assert 0.03 * len(numbers) < len(between) < 0.08 * len(numbers)


def marked_after(labels: list[int]) -> tuple[int, list[int]]:
    """Return the number of digits, and how many of them follow each point or comma."""
    n_after, places = 0, []
    for label in reversed(labels):
        n_after += label < POINT
        places += [n_after] if label in (POINT, COMMA) and n_after else []
    return n_after, places[::-1]


def test_three_of_ten_numbers_of_four_digits_and_more_have_a_mark_at_each_thousand() -> None:
    of_numbers = [line.labels for line in written(2_000) if OTHER not in line.labels[:-1]]
    marked = [marked_after(labels) for labels in of_numbers]
    long = [(n, places) for n, places in marked if 4 <= n <= 9]
    grouped = [n for n, places in long if places == list(range(3 * ((n - 1) // 3), 0, -3))]
    assert 0.2 * len(long) < len(grouped) < 0.45 * len(long)
    assert set(grouped) == {4, 5, 6, 7, 8, 9}


def test_recorded_marks_are_points_commas_minus_and_equals_signs_with_strokes() -> None:
    found = [Character(sign, "apa", "1", LINE) for sign in ".,-="]
    others = [Character(sign, "apa", "1", LINE) for sign in "':;_/1i"]
    assert recorded_marks([Character(".", "apa", "1", []), *found, *others]) == found


def test_half_of_the_marks_are_as_somebody_wrote_them() -> None:
    upright_minus = Character("-", "apa", "1", LINE)
    marked = LineWriter([ZERO, ONE] * 10, OTHERS, marks=[upright_minus])
    generator, heights = rng(), list[float]()
    while len(heights) < 60:
        line = marked.write_signs(generator)
        for label, ink in zip(line.labels, line.of_signs, strict=True):
            if label == MINUS:
                width, height = (np.ptp(np.nonzero(ink > 0.5)[axis]) for axis in (1, 0))
                heights.append(height / (width + 1))
    assert 15 <= sum(height > 1 for height in heights) <= 45


def test_a_recorded_mark_is_as_long_as_the_drawn_one_and_in_its_place() -> None:
    place = [np.array([[1.0, -2.0], [3.0, -1.0]])]
    (line,) = fitted(LINE, place)
    assert line.tolist() == [[2, -2.5], [2, -1.5], [2, -0.5]]
    (point,) = fitted([np.zeros((1, 2))], place)
    assert point.tolist() == [[2, -1.5]]


@pytest.mark.parametrize(
    ("sign", "top", "bottom"),
    [
        ("+", (-1.05, -0.4), (-0.5, 0.15)),  # between the digits' top, -1, and the line, 0
        (":", (-0.85, -0.3), (-0.35, 0.2)),
        ('"', (-1.3, -0.8), (-1.0, -0.5)),
        ("_", (-0.5, 0.05), (0.15, 0.75)),
        ("[", (-1.55, -0.8), (-0.3, 0.5)),
    ],
)
def test_a_symbol_stands_where_people_write_it(
    sign: str, top: tuple[float, float], bottom: tuple[float, float]
) -> None:
    signs = [symbol(sign, CROSS, rng(seed)) for seed in range(200)]
    assert {each.label for each in signs} == {OTHER}
    heights = [np.concatenate(each.strokes)[:, 1] for each in signs]
    assert all(top[0] <= y.min() <= top[1] for y in heights)
    assert all(bottom[0] <= y.max() <= bottom[1] for y in heights)


def test_drawn_symbols_are_other_signs_no_longer_than_a_digit_and_a_third() -> None:
    signs = [drawn_symbol(rng(seed)) for seed in range(100)]
    sides = [np.ptp(np.concatenate(sign.strokes), axis=0).max() for sign in signs]
    assert {sign.label for sign in signs} == {OTHER}
    assert 0.3 < min(sides) < 0.6 < 1 < max(sides) < 1.4


def test_a_letter_without_a_stem_is_lower() -> None:
    low, high = (
        np.mean([np.ptp(letter(sign, RING, rng(seed)).strokes[0][:, 1]) for seed in range(100)])
        for sign in "ek"
    )
    assert 0.6 * high < low < 0.8 * high


def test_what_is_higher_than_the_digits_may_rise_fall_or_be_bent() -> None:
    ends = [tall(rng(seed)).strokes[0][[-1, 0], 0] for seed in range(200)]
    leans = [round(float(top - bottom), 6) for top, bottom in ends]
    assert {np.sign(lean) for lean in leans} == {-1, 0, 1}


def test_recorded_minus_signs_are_no_other_signs() -> None:
    others = [Character(sign, "apa", "1", CROSS) for sign in "x+-~"]
    recorded = LineWriter([ZERO, ONE] * 10, others)
    assert [each.sign for each in recorded.letters] == ["x"]
    assert set(recorded.symbols) == {"+", "~"}


def test_a_1_that_a_number_begins_with_is_more_often_a_long_slash() -> None:
    firsts, others = list[float](), list[float]()
    generator = rng()
    while len(firsts) < 150:
        line = writer().write_signs(generator)
        for place, (label, ink) in enumerate(zip(line.labels, line.of_signs, strict=True)):
            if label == 1 and line.height_px < 60:
                height = np.ptp(np.nonzero(ink > 0.5)[0]) / line.height_px
                (others if place else firsts).append(float(height))
    long_firsts, long_others = (
        np.mean([height > 1.5 for height in heights]) for heights in (firsts, others)
    )
    assert long_firsts > 1.5 * long_others


def test_photographs_of_lines_are_dark_on_light_and_can_be_strips() -> None:
    generator = rng()
    for line in written(60):
        grey = photograph(line, writer(), generator).grey
        assert grey.dtype == np.uint8
        assert min(grey.shape) >= 8
        assert len(to_strip(grey)) == 48


def test_a_photograph_has_the_ink_of_each_sign_at_its_place() -> None:
    generator = rng()
    for _ in range(20):
        line = writer().write_signs(generator)
        of_signs = photograph(line, writer(), generator).of_signs
        assert len(of_signs) == len(line.labels)
        assert np.abs(line.ink - line.of_signs.max(axis=0)).mean() < 0.02  # but for ligatures


def test_a_long_upstroke_starts_left_of_and_below_the_top_of_a_1() -> None:
    for seed in range(20):
        upstroke, stem = with_upstroke(LINE, rng(seed))
        assert stem is LINE[0]
        assert upstroke[0, 0] < 0
        assert 20 < upstroke[0, 1] <= 101
        assert upstroke[-1] == pytest.approx([0, 0])


def test_the_zeros_that_a_number_ends_in_become_lower_together_but_not_its_first_digit() -> None:
    ring = [RING[0] / 100]
    for seed in range(20):
        zeros = [Sign(ring, 0) for _ in range(4)]
        reduce_last_zeros(zeros, rng(seed))
        first, *others = (float(np.ptp(sign.strokes[0][:, 1])) for sign in zeros)
        assert others == pytest.approx([others[0]] * 3)
        assert 0.44 < others[0] < first
        number = [Sign(ring, 0), Sign(LINE, 1)]
        reduce_last_zeros(number, rng(seed))
        assert number[0].strokes is ring


def test_an_amount_is_closed_by_two_lines_with_a_lift_between_them_or_without_one() -> None:
    rises = []
    for strokes in (closing_lines(rng(seed)) for seed in range(20)):
        starts_and_ends = np.concatenate(strokes).reshape(2, 2, 2)
        upper, lower = starts_and_ends
        assert (upper[:, 1] < lower[:, 1]).all()
        assert lower[0, 1] < 0  # both begin above the foot
        assert upper[1, 1] - upper[0, 1] == pytest.approx(lower[1, 1] - lower[0, 1], abs=0.2)
        rises.append(upper[0, 1] - upper[1, 1])
    assert np.median(rises) > 0.02  # of pens that go up
    assert {len(closing_lines(rng(seed))) for seed in range(20)} == {1, 2}


def test_of_a_flat_line_the_edges_leave_ink() -> None:
    ink = np.zeros((300, 300), np.float32)
    ink[150:156, 100:140] = 1
    flat = Line(ink, [MINUS], 60.0, 170.0, ink[np.newaxis])
    generator = rng()
    for _ in range(200):
        assert photograph(flat, writer(), generator).of_signs.max() > 0.5


def test_ink_meets_the_left_edge_of_three_photographs_in_ten() -> None:
    generator = rng()
    lines = [writer().write_signs(generator) for _ in range(200)]
    of_signs = [photograph(line, writer(), generator).of_signs for line in lines]
    assert 40 < sum(bool((each[:, :, 0] > 0.3).any()) for each in of_signs) < 80


def bar(x: float, top: float = 0.0) -> Strokes:
    return [np.array([[x, top], [x, 1.0]])]


ROOF = [*bar(0), np.array([[0.0, 0.0], [1.0, 0.0]])]  # ends at its right
HOOK = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.3, 1.0]])]  # ends at its left


@pytest.mark.parametrize(
    ("left", "right", "may_have"),
    [
        (ROOF, bar(1.1), True),
        (ROOF, [np.array([[0.0, 1.0], [0.5, 1.0]])], False),  # under the roof: it would go back
        (bar(0), [np.array([[0.7, 0.0], [0.1, 1.0], [1.1, 1.0]])], True),
        (bar(0), [np.array([[0.9, 0.0], [0.1, 1.0], [1.1, 1.0]])], False),  # starts at its right
        (bar(0), [np.array([[1.6, 0.0], [0.1, 1.0], [9.0, 1.0]])], False),  # too far
        (HOOK, bar(1.1), False),
    ],
)
def test_the_pen_goes_on_in_ligatures(left: Strokes, right: Strokes, may_have: bool) -> None:
    assert may_have_ligature(left, right) == may_have


@pytest.mark.parametrize("gap", [-0.1, 0.0, 0.3])
def test_digits_stand_side_by_side_with_a_gap_between_their_middles(gap: float) -> None:
    moved = put_beside(ROOF, bar(5), gap)
    assert moved[0][0, 0] == pytest.approx(1 + gap)
    assert contact_distance(ROOF, moved) == pytest.approx(-gap)


def layers(*boxes: tuple[int, int]) -> Ink:
    """Return the ink of upright bars, first column and first after it, (K, 40, 100)."""
    ink = np.zeros((len(boxes), 40, 100), np.float32)
    for layer, (start, end) in zip(ink, boxes, strict=True):
        layer[5:35, start:end] = 1
    return ink


TWO = layers((10, 30), (40, 60))
EIGHT_NINE = np.array([8, 9])


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        (10, 30, 8),
        (40, 60, 9),
        (10, 60, NO_DIGIT),  # both
        (10, 51, NO_DIGIT),  # one and a half
        (20, 50, NO_DIGIT),  # two halves
        (14, 30, None),  # perhaps still the digit
        (10, 46, None),  # perhaps still the digit
        (10, 20, None),  # half a digit is often another digit
    ],
)
def test_a_piece_is_what_its_ink_is_of(start: int, end: int, label: int | None) -> None:
    piece = SignInk(start, 5, TWO.max(axis=0)[5:35, start:end], True)
    assert label_of(piece, TWO, EIGHT_NINE) == label


@pytest.mark.parametrize(("n_columns", "label"), [(3, 8), (9, None)])
def test_a_digit_may_have_some_ink_of_other_things(n_columns: int, label: int | None) -> None:
    piece = SignInk(0, 5, np.ones((30, 30), np.float32), False)
    piece.ink[:, n_columns:9] = 0
    assert label_of(piece, layers((10, 30)), np.array([8])) == label


def test_signs_are_read_about_where_they_are() -> None:
    middles = np.array([read_at(TWO, rng(seed)) for seed in range(300)])
    assert middles.mean(axis=0) == pytest.approx([19.5, 49.5], abs=0.5)
    assert 1 < middles.std() < 30


def test_cut_digits_are_digits_and_wrong_cuts_the_same_by_the_same_seed() -> None:
    digits = draw_cut_digits(writer(), rng(), 150)
    assert digits.images.shape == (150, 28, 28)
    assert set(digits.labels.tolist()) == {*range(10), NO_DIGIT}
    assert 0.1 < (digits.labels == NO_DIGIT).mean() < 0.5
    assert digits.sha256() == draw_cut_digits(writer(), rng(), 150).sha256()


@pytest.mark.parametrize("label", sorted(CROSSING_SLOPES))
def test_a_digit_is_crossed_out_by_a_line_that_is_longer_at_both_ends(label: int) -> None:
    for seed in range(20):
        *digit, line = cross_out(SEVEN.strokes, label, rng(seed))
        across, down = line[1] - line[0]
        low, high = CROSSING_SLOPES[label]
        assert low <= down / across <= high
        assert digit == SEVEN.strokes
        assert line[0, 0] < 0 < 50 < line[1, 0] or line[0, 1] < 0 < 100 < line[1, 1]


def test_a_zigzag_or_a_cross_covers_a_digit() -> None:
    digit = [stroke / 100 for stroke in SEVEN.strokes]
    high = np.concatenate(digit).max(axis=0)
    for seed in range(20):
        drawn = scribble_over(digit, rng(seed))
        points = np.concatenate(drawn[len(digit) :])
        assert (points.min(axis=0) < 0.3 * high).all()
        assert (points.max(axis=0) > 0.7 * high).all()
        assert np.ptp(points[:, 0]) > high[0]
