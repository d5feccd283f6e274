import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.data.synthetic.drawing import (
    catmull_rom,
    draw_strokes,
    ink_pen_widths,
    render_variations,
    vary_strokes,
)
from nn.reading.ink.extract import to_mnist

BAR = np.array([[0.0, 0.0], [0.0, 10.0]])  # straight down
DOT = np.array([[3.0, 4.0]])
SEVEN = [np.array([[0.0, 0.0], [5.0, 0.0], [2.0, 8.0]]), np.array([[1.0, 4.0], [5.0, 4.0]])]
NOTHING = {"rotation_degrees": 0, "slant": 0, "scale": 0, "bend": 0, "shift": 0, "tremor": 0}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def is_ink(
    strokes: list[np.ndarray], width: float | list[np.ndarray], side_px: int = 96
) -> np.ndarray:
    return np.asarray(draw_strokes(strokes, width, side_px=side_px)) < 128


@st.composite
def drawings(draw_value: st.DrawFn) -> list[np.ndarray]:
    """One to three strokes of one to eight points on a coarse grid, some of them twice."""
    point = st.tuples(st.integers(-4, 4), st.integers(-4, 4))
    strokes = draw_value(st.lists(st.lists(point, min_size=1, max_size=8), min_size=1, max_size=3))
    return [np.array(stroke, np.float64) for stroke in strokes]


def test_a_bar_fills_seven_tenths_of_the_height_and_its_pen_adds_half_a_width_at_each_end() -> None:
    rows, columns = np.nonzero(is_ink([BAR], 0.1, side_px=200))
    # 140 px long about the middle, 14 px wide, 7 px more at either round end.
    assert [rows.min(), rows.max()] == pytest.approx([23, 176], abs=1)
    assert [columns.min(), columns.max()] == pytest.approx([93, 106], abs=1)


def test_a_dot_is_a_disc() -> None:
    disc = is_ink([DOT], 0.2, side_px=200)  # 28 px across
    assert disc.sum() == pytest.approx(np.pi * 14**2, rel=0.05)
    assert disc[100, 100]
    assert not disc[89, 89]  # within the square about it, outside the disc


def test_ink_and_paper_have_the_pads_colours_and_edges_are_between() -> None:
    levels = np.unique(np.asarray(draw_strokes([BAR, np.array([[0.0, 0.0], [7.0, 9.0]])], 0.1)))
    assert levels[0] == 0x11
    assert levels[-1] == 0xFF
    assert len(levels) > 2


@given(drawings(), st.floats(0.01, 1000), st.floats(-1000, 1000))
@settings(deadline=None, max_examples=30)
def test_neither_place_nor_unit_changes_the_picture(
    strokes: list[np.ndarray], unit: float, place: float
) -> None:
    moved = [stroke * unit + place for stroke in strokes]
    assert (is_ink(strokes, 0.1) != is_ink(moved, 0.1)).mean() < 0.01


def test_a_pens_width_may_be_any_number() -> None:
    assert np.array_equal(is_ink([BAR], 1, side_px=40), is_ink([BAR], np.float32(1), side_px=40))


def test_each_point_may_have_its_own_width() -> None:
    wedge = is_ink([BAR], [np.array([0.02, 0.3])], side_px=200).sum(axis=1)
    assert wedge[40] < wedge[100] < wedge[150]


def test_a_line_passes_its_points_and_curves_between_them() -> None:
    circle = np.stack([[np.cos(angle), np.sin(angle)] for angle in np.arange(9) * np.pi / 4])
    curve = catmull_rom(circle, 0.1)
    assert len(curve) > 3 * len(circle)
    assert all(np.isclose(curve, point).all(axis=1).any() for point in circle)
    assert np.hypot(*curve.T)[len(curve) // 8 : -len(curve) // 8].min() > 0.97  # chords: 0.92


def test_a_corner_stays_a_corner() -> None:
    corner = catmull_rom(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), 0.1)
    assert np.all(np.isclose(corner[:, 1], 0) | np.isclose(corner[:, 0], 1))


@given(drawings())
def test_a_smooth_line_starts_and_ends_where_it_should_and_is_finite(
    strokes: list[np.ndarray],
) -> None:
    for stroke in strokes:
        line = catmull_rom(stroke, 0.5)
        assert np.array_equal(line[[0, -1]], stroke[[0, -1]])
        assert np.isfinite(line).all()


def test_variation_of_no_size_changes_nothing() -> None:
    for old, new in zip(SEVEN, vary_strokes(SEVEN, rng(), **NOTHING), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-12)


def test_a_rotation_keeps_lengths_and_the_middle() -> None:
    (turned,) = vary_strokes([BAR], rng(), **{**NOTHING, "rotation_degrees": 30})
    assert np.hypot(*(turned[1] - turned[0])) == pytest.approx(10)
    assert turned.mean(axis=0) == pytest.approx([0, 5])
    assert abs(turned[1, 0] - turned[0, 0]) > 0.01


def test_a_slant_keeps_the_height() -> None:
    (leaning,) = vary_strokes([BAR], rng(), **{**NOTHING, "slant": 0.3})
    assert leaning[:, 1].tolist() == [0, 10]
    assert leaning[0, 0] == pytest.approx(-leaning[1, 0])
    assert abs(leaning[0, 0]) > 0.01


def test_a_shift_moves_whole_strokes_against_each_other() -> None:
    varied = vary_strokes(SEVEN, rng(), **{**NOTHING, "shift": 0.1})
    moves = [new - old for old, new in zip(SEVEN, varied, strict=True)]
    for move in moves:
        np.testing.assert_allclose(move, np.broadcast_to(move[0], move.shape), atol=1e-12)
    assert not np.allclose(moves[0][0], moves[1][0])


@pytest.mark.parametrize("kind", ["bend", "tremor"])
def test_displacements_have_the_spread_asked_for_whatever_the_unit(kind: str) -> None:
    line = np.column_stack([np.linspace(0, 500, 40), np.zeros(40)])
    moves = [
        vary_strokes([line], rng(seed), **{**NOTHING, kind: 0.02})[0] - line for seed in range(300)
    ]
    # Between the knots of a tremor its spread is less: sqrt(2/3) of it on average.
    assert np.std(moves) == pytest.approx(10, rel=0.25)


def test_a_bend_moves_neighbours_together() -> None:
    near = np.array([[100.0, 100.0], [100.5, 100.0], [0.0, 0.0], [200.0, 200.0]])
    (bent,) = vary_strokes([near], rng(), **{**NOTHING, "bend": 0.05})
    move = bent - near
    assert np.hypot(*move[0]) > 1
    assert np.hypot(*(move[0] - move[1])) < 0.2


@given(drawings(), st.integers(0, 99))
@settings(deadline=None, max_examples=50)
def test_a_variation_has_the_same_strokes_point_for_point_and_leaves_the_old_alone(
    strokes: list[np.ndarray], seed: int
) -> None:
    before = [stroke.copy() for stroke in strokes]
    varied = vary_strokes(strokes, rng(seed))
    assert [new.shape for new in varied] == [old.shape for old in before]
    assert all(np.isfinite(new).all() for new in varied)
    assert all(map(np.array_equal, strokes, before))


def test_an_ink_pens_line_is_thinner_where_the_pen_was_fast() -> None:
    distances = np.repeat([1.0, 5.0], 20)
    stroke = np.column_stack([np.concatenate([[0], np.cumsum(distances)]), np.zeros(41)])
    slow, fast = np.mean([ink_pen_widths(stroke, 0.1, rng(seed)) for seed in range(20)], axis=0)[
        [5, 35]
    ]
    assert 0.05 <= fast < 0.1 < slow <= 0.125


@given(drawings())
def test_an_ink_pens_widths_stay_near_the_pens(strokes: list[np.ndarray]) -> None:
    for stroke in strokes:
        widths = ink_pen_widths(stroke, 0.1, rng())
        assert widths.shape == (len(stroke),)
        assert widths.min() >= 0.05 - 1e-9
        assert widths.max() <= 0.125 + 1e-9


@given(st.lists(drawings(), max_size=3))
@settings(deadline=None, max_examples=30)
def test_every_drawing_becomes_a_picture_as_mnists(many: list[list[np.ndarray]]) -> None:
    pictures = render_variations(many, rng())
    assert pictures.shape == (len(many), 28, 28)
    assert pictures.dtype == np.uint8
    assert all(picture.max() == 255 for picture in pictures)


def test_the_same_seed_gives_the_same_pictures_and_another_one_others() -> None:
    first, again, other = (render_variations([SEVEN] * 3, rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])


def test_pens_differ_about_that_of_the_page() -> None:
    ink = render_variations([SEVEN] * 200, rng()).mean(axis=(1, 2))
    page = to_mnist(draw_strokes(SEVEN, 0.1)).mean()
    assert ink.min() < 0.7 * page
    assert ink.max() > 1.5 * page
