"""Drawn digits, lines and other signs: the same by the same seed, and labelled as drawn."""

import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.data.digits import NO_DIGIT, Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.curves import trace
from nn.data.synthetic.drawing import draw_strokes, render_variations, vary_strokes
from nn.data.synthetic.joining import contact_distance, join
from nn.data.synthetic.lines import Line, LineWriter, to_pen_digits, with_upstroke
from nn.data.synthetic.mixture import Handwriting, Mixture, draw_texture, draw_unvaried
from nn.data.synthetic.non_digits import LETTERS, NON_DIGITS, PICTURES, draw_non_digit
from nn.data.synthetic.paper import photograph
from nn.data.synthetic.styles import STYLES, write_digit
from nn.data.synthetic.touching import (
    cut_into_pieces,
    draw_pieces,
    draw_touching,
    find_cuts,
    ink_between_cuts,
    kind_of_piece,
)
from nn.data.unipen import Character
from nn.reading.mnist_format import Pixels
from nn.reading.numbers.components import Component
from nn.reading.numbers.strip import COMMA, MINUS, OTHER, POINT, to_strip

Strokes = list[Stroke]
ANGLE = np.linspace(0, 2 * np.pi, 40)
RING: Strokes = [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])]
LINE: Strokes = [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])]
CROSS: Strokes = [np.array([[0.0, 0.0], [9.0, 9.0]]), np.array([[0.0, 9.0], [9.0, 0.0]])]
ZERO, ONE = PenDigit(0, 1, RING), PenDigit(1, 2, LINE)
SEVEN = PenDigit(7, 1, [np.array([[0.0, 0.0], [50.0, 0.0], [20.0, 100.0]])])
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
@settings(deadline=None, max_examples=30)
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
@settings(deadline=None, max_examples=30)
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
    for name in (*STYLES[digit], None):
        points = np.concatenate(write_digit(digit, generator, name))
        assert np.isfinite(points).all()
        assert points.min() == 0
        assert np.isclose(points.max(), 1)


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


def test_every_template_can_be_traced() -> None:
    for template in (*LETTERS.values(), *PICTURES.values()):
        strokes = trace(template, rng())
        n_required = 1 + template.count("/") - template.count("/?")
        assert n_required <= len(strokes) <= 1 + template.count("/")
        assert all(len(stroke) > 1 for stroke in strokes)


NO_PICTURES = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
SMALL = Mixture(pen_copies=3, n_template_digits=40, n_pieces=20, n_non_digits=5, n_textures=4)
NONE = Mixture(n_template_digits=0, n_pieces=0, n_non_digits=0, n_textures=0)


def characters(label: str, writer: str, n: int) -> list[Character]:
    """Return n of UNIPEN's characters by a writer, each another one."""
    widths = [ord(writer) + number / 10 for number in range(n)]
    hooks = [np.array([[0.0, 0.0], [width, 5.0], [20.0, 150.0]]) for width in widths]
    return [Character(label, "apa", writer, [hook]) for hook in hooks]


def drawn_of(mixture: Mixture, handwriting: Handwriting, seed: int = 0) -> tuple[Pixels, Pixels]:
    parts = list(mixture.draw(handwriting, rng(seed)))
    images = np.concatenate([part.images for part in parts])
    return images, np.concatenate([part.labels for part in parts])


def test_every_kind_is_drawn_as_often_as_asked_for_and_the_same_by_the_same_seed() -> None:
    by_two = Handwriting([SEVEN, ONE], [], NO_PICTURES)
    images, labels = drawn_of(SMALL, by_two)
    assert len(images) == len(labels) == 6 + 40 + 5 + 20 + 4
    assert labels[:6].tolist() == [7, 7, 7, 1, 1, 1]
    assert labels[6:46].max() <= 9
    assert len(set(labels[6:46])) > 5
    assert (labels[46:51] == NO_DIGIT).all()
    assert set(labels[51:71].tolist()) <= {1, 7, NO_DIGIT}  # pieces of sevens and ones that touch
    assert (labels[71:] == NO_DIGIT).all()
    assert images.max(axis=(1, 2)).min() == 255  # ink in each
    assert np.array_equal(images, drawn_of(SMALL, by_two)[0])
    assert not np.array_equal(images, drawn_of(SMALL, by_two, seed=2)[0])


def test_unipens_digits_are_drawn_several_times_and_no_writer_has_too_many_of_them() -> None:
    recorded = [
        *characters("7", "a", 5), *characters("7", "b", 2),
        *characters("K", "a", 3), *characters("K", "b", 3), *characters("O", "b", 3),
    ]  # fmt: skip
    mixture = dataclasses.replace(NONE, unipen_copies=2, most_of_writer=4, per_label=8)
    _, labels = drawn_of(mixture, Handwriting([], recorded, NO_PICTURES))
    assert labels.tolist() == [7] * 2 * (4 + 2) + [NO_DIGIT] * 8


def test_a_share_of_handwriting_and_mixture_gives_a_share_of_the_pictures() -> None:
    recorded = [*characters("7", "a", 40), *characters("K", "b", 40)]
    foreign = Digits(np.zeros((10, 28, 28), np.uint8), np.full(10, NO_DIGIT, np.uint8))
    mixture = dataclasses.replace(SMALL, unipen_copies=2, most_of_writer=20, per_label=20)
    some = Handwriting([SEVEN, ONE] * 20, recorded, foreign).sample(0.5, rng(1))
    _, labels = drawn_of(mixture.scaled(0.5), some)
    assert (len(some.pen_digits), len(some.characters), len(some.foreign)) == (20, 40, 5)
    n_digits = sum(each.label == "7" for each in some.characters)
    n_unipen = 2 * min(n_digits, 10) + min(40 - n_digits, 10)
    assert len(labels) == 3 * 20 + n_unipen + 20 + 3 + 5 + 10 + 2


def test_an_unvaried_digit_is_drawn_once_upright_and_a_texture_has_ink_and_paper() -> None:
    digits = draw_unvaried([(ONE.strokes, 1), (SEVEN.strokes, 7)])
    assert digits.labels.tolist() == [1, 7]
    ink = digits.images[0] > 127
    assert 2 <= ink.any(axis=0).sum() <= 4  # as wide as the pen
    assert ink.any(axis=1).sum() >= 18
    assert len(draw_unvaried([])) == 0
    for seed in range(20):
        texture = np.asarray(draw_texture(rng(seed)))
        assert texture.shape == (64, 64)
        assert np.ptp(texture) > 100


@pytest.mark.parametrize(
    ("own", "ligature", "kind"),
    [
        ((1.0, 0.0), 0, 0),
        ((0.0, 1.0), 0, 1),
        ((1.0, 0.1), 0, 0),
        ((1.0, 1.0), 0, 2),  # both
        ((1.0, 0.5), 0, 2),  # one and a half
        ((0.5, 0.5), 0, 2),  # two halves
        ((0.8, 0.0), 0, None),  # perhaps still the digit
        ((1.0, 0.2), 0, None),  # perhaps still the digit
        ((0.5, 0.0), 0, None),  # half a digit is often another digit
        ((1.0, 0.0), 0.2, 0),
        ((1.0, 0.0), 0.3, None),
    ],
)
def test_a_piece_is_what_its_ink_is_of(
    own: tuple[float, float], ligature: float, kind: int | None
) -> None:
    assert kind_of_piece(np.array(own), np.ones(2), sum(own), ligature) == kind


def test_pieces_of_touching_digits_are_each_of_them_and_of_no_digit() -> None:
    generator = rng()
    labels = [
        [label for _, label in cut_into_pieces(draw_touching([ZERO, ZERO], generator), generator)]
        for _ in range(40)
    ]
    assert {label for each in labels for label in each} == {0, NO_DIGIT}
    assert max(each.count(0) for each in labels) == 2
    pieces = draw_pieces([ZERO, ONE, SEVEN], generator, 200)
    assert pieces.images.shape == (200, 28, 28)
    assert set(pieces.labels.tolist()) == {0, 1, 7, NO_DIGIT}
    assert pieces.images.max(axis=(1, 2)).min() == 255
    assert 0.3 < (pieces.labels == NO_DIGIT).mean() < 0.7


SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[5:23, 8:20] = 255
OTHERS = [Character("x", "apa", "1", CROSS)] * 3


def writer() -> LineWriter:
    scanned = Digits(SQUARE[np.newaxis], np.array([7], np.uint8))
    return LineWriter([ZERO, ONE] * 10, OTHERS, scanned)


def written(n: int, seed: int = 0) -> list[Line]:
    generator = rng(seed)
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


def test_photographs_of_lines_are_dark_on_light_and_can_be_strips() -> None:
    generator = rng()
    for line in written(60):
        grey = photograph(line, writer(), generator)
        assert grey.dtype == np.uint8
        assert min(grey.shape) >= 8
        assert len(to_strip(grey)) == 48


def test_a_long_upstroke_starts_left_of_and_below_the_top_of_a_1() -> None:
    for seed in range(20):
        upstroke, stem = with_upstroke(LINE, rng(seed))
        assert stem is LINE[0]
        assert upstroke[0, 0] < 0
        assert 20 < upstroke[0, 1] <= 101
        assert upstroke[-1] == pytest.approx([0, 0])


def test_unipens_writers_get_numbers_that_pendigits_do_not_have() -> None:
    digits = [Character("3", "apa", "1", LINE), Character("4", "aga", "1", LINE)]
    assert [(each.label, each.writer) for each in to_pen_digits(digits)] == [(3, -2), (4, -1)]


def bar(x: float, top: float = 0.0) -> Strokes:
    return [np.array([[x, top], [x, 1.0]])]


ROOF = [*bar(0), np.array([[0.0, 0.0], [1.0, 0.0]])]  # ends at its right
HOOK = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.3, 1.0]])]  # ends at its left


@pytest.mark.parametrize(
    ("left", "right", "is_joined"),
    [
        (ROOF, bar(0), True),
        (ROOF, [np.array([[0.0, 1.0], [0.5, 1.0]])], False),  # under the roof: it would go back
        (bar(0), [np.array([[0.6, 0.0], [0.0, 1.0], [1.0, 1.0]])], True),
        (bar(0), [np.array([[0.8, 0.0], [0.0, 1.0], [1.0, 1.0]])], False),  # starts at its right
        (bar(0), [np.array([[1.5, 0.0], [0.0, 1.0], [9.0, 1.0]])], False),  # too far
        (HOOK, bar(0), False),
    ],
)
def test_digits_have_a_ligature_where_the_pen_can_go_on_and_touch_elsewhere(
    left: Strokes, right: Strokes, is_joined: bool
) -> None:
    moved, line = join(left, right, PEN_WIDTH, True, rng())
    assert (line is not None) == is_joined
    assert (contact_distance(left, moved) < -PEN_WIDTH) == is_joined


@pytest.mark.parametrize("seed", range(10))
def test_lines_that_touch_overlap_by_at_most_the_pens_width_and_a_ligature_fills_a_gap(
    seed: int,
) -> None:
    moved, line = join(bar(0), bar(0), PEN_WIDTH, False, rng(seed))
    assert line is None
    assert 0 <= moved[0][0, 0] < PEN_WIDTH
    moved, line = join(bar(0), bar(0), PEN_WIDTH, True, rng(seed))
    assert line is not None
    assert (line[0].tolist(), line[-1].tolist()) == ([0, 1], moved[0][0].tolist())
    assert moved[0][0, 0] > PEN_WIDTH  # the lines themselves do not touch


def lines_between(*ends: tuple[int, int, int, int], width_px: int = 6) -> Component:
    ink = np.zeros((100, 120), np.float32)
    for left, top, right, bottom in ends:
        cv2.line(ink, (left, top), (right, bottom), 1.0, width_px)
    return Component(5, 7, ink)


@pytest.mark.parametrize(
    ("component", "first", "last"),
    [
        (
            lines_between((15, 2, 15, 97), (105, 2, 105, 97), (15, 50, 105, 50)),
            (20, 100),
            (20, 100),
        ),
        (lines_between((45, 2, 10, 97), (110, 2, 75, 97), (28, 50, 92, 50)), (48, 107), (13, 72)),
    ],
    ids=["upright strokes", "slanting strokes"],
)
def test_a_cut_crosses_the_thin_line_between_two_strokes_once_and_leans_with_them(
    component: Component, first: tuple[int, int], last: tuple[int, int]
) -> None:
    rows = np.arange(component.height)
    crossing = [
        cut
        for cut in find_cuts(component, 100, 6)
        if component.ink[rows, cut.astype(int).clip(0, component.width - 1)].sum() < 9
    ]
    assert any(first[0] < cut[0] < first[1] and last[0] < cut[-1] < last[1] for cut in crossing)


def test_the_pieces_between_cuts_hold_all_ink_once_and_lie_where_it_was() -> None:
    component = lines_between((15, 2, 15, 97), (105, 2, 105, 97), (15, 50, 105, 50))
    cut = find_cuts(component, 100, 6)[0]
    left, right = (
        ink_between_cuts(component, None, cut),
        ink_between_cuts(component, cut, None),
    )
    assert left and right
    assert left.ink.sum() + right.ink.sum() == component.ink.sum()
    assert left.x + left.width < right.x + right.width
    ink = np.zeros((4, 8), np.float32)
    ink[1:3] = 1
    piece = ink_between_cuts(Component(10, 20, ink), np.full(4, 2.0), np.full(4, 5.0))
    assert piece
    assert (piece.x, piece.y, piece.width, piece.height) == (12, 21, 3, 2)
