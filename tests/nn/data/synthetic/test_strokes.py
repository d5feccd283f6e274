import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.data.synthetic.curves import (
    fit_to_unit_square,
    interpolate,
    resample,
    round_corners,
    trace,
)
from nn.data.synthetic.drawing import (
    catmull_rom,
    draw_strokes,
    ink_pen_widths,
    render_variations,
    vary_strokes,
)
from nn.data.synthetic.non_digits import NON_DIGITS, draw_non_digit
from nn.data.synthetic.shape_templates import LETTERS, PICTURES
from nn.data.synthetic.styles import STYLES, write_digit
from nn.reading.ink.extract import to_mnist

BAR = np.array([[0.0, 0.0], [0.0, 10.0]])  # straight down
SEVEN = [np.array([[0.0, 0.0], [5.0, 0.0], [2.0, 8.0]]), np.array([[1.0, 4.0], [5.0, 4.0]])]
NOTHING = {"rotation_degrees": 0, "slant": 0, "scale": 0, "bend": 0, "shift": 0, "tremor": 0}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture
def generator() -> np.random.Generator:
    return rng()


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


NAMED = [(digit, name) for digit, templates in STYLES.items() for name in templates]


def test_through_other_joints_it_is_smooth_and_symmetric() -> None:
    joints = np.array([[0, 0], [1, 1], [2, 0]], float)
    line = interpolate(joints, [False] * 3)
    for joint in joints:
        assert np.linalg.norm(line - joint, axis=1).min() < 1e-12
    assert np.allclose(line[::-1], line * [-1, 1] + [2, 0])
    steps = np.diff(resample(line), axis=0)
    turns = np.abs(np.diff(np.arctan2(steps[:, 1], steps[:, 0])))
    assert turns.max() < np.deg2rad(15)  # a corner would turn by 90 degrees at once


def test_points_are_evenly_spaced_and_the_ends_stay() -> None:
    spaced = resample(np.array([[0, 0], [0.03, 0], [1, 0]]))
    assert np.allclose(np.diff(spaced, axis=0), [1 / (len(spaced) - 1), 0])
    assert spaced[0].tolist() == [0, 0]
    assert spaced[-1].tolist() == [1, 0]


def test_rounding_cuts_corners() -> None:
    corner = np.array([[0, 0], [1, 0], [1, 1]], float)
    assert np.linalg.norm(round_corners(corner, 0) - [1, 0], axis=1).min() < 0.02
    assert np.linalg.norm(round_corners(corner, 0.1) - [1, 0], axis=1).min() > 0.05


def test_a_drawing_is_fitted_with_all_its_strokes() -> None:
    wide, dot = fit_to_unit_square([np.array([[2.0, 3], [6, 4]]), np.array([[4.0, 4]])])
    assert wide.tolist() == [[0, 0], [1, 0.25]]
    assert dot.tolist() == [[0.5, 0.25]]


def test_optional_strokes_and_joints_come_and_go(generator: np.random.Generator) -> None:
    counts = {len(trace("0,0 0,100/?0,50 50,50", generator)) for _ in range(50)}
    assert counts == {1, 2}
    widths = {round(trace("0,0 0,50 0,100 90,100?", generator)[0][:, 0].max()) for _ in range(50)}
    assert widths == {0, 1}


@pytest.mark.parametrize("word", ["10", "10;20", "a,b", "10,20!!", "1.5,2"])
def test_a_joint_that_cannot_be_read_is_named(generator: np.random.Generator, word: str) -> None:
    with pytest.raises(ValueError, match=rf"expected a joint .*, not '{word}'"):
        trace(f"0,0 {word}", generator)


@pytest.mark.parametrize(("digit", "name"), NAMED)
def test_every_style_gives_finite_lines_in_the_unit_box(
    digit: int, name: str, generator: np.random.Generator
) -> None:
    for _ in range(5):
        strokes = write_digit(digit, generator, name)
        points = np.concatenate(strokes)
        assert np.isfinite(points).all()
        assert points.min() == 0
        assert np.isclose(points.max(), 1)
        n_dots = sum(len(stroke) == 1 for stroke in strokes)
        assert n_dots == (name == "dotted")


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 9), st.integers(0, 2**32))
def test_the_same_seed_writes_the_same(digit: int, seed: int) -> None:
    first, second = (write_digit(digit, np.random.default_rng(seed)) for _ in range(2))
    assert all(map(np.array_equal, first, second))
    other = write_digit(digit, np.random.default_rng(seed + 1))
    assert len(first) != len(other) or not all(map(np.array_equal, first, other))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The templates that are traced."""
    templates = set[str]()
    monkeypatch.setattr(
        "nn.data.synthetic.styles.trace", lambda template, rng: templates.add(template)
    )
    return templates


def test_all_styles_of_all_ten_digits_are_written(
    generator: np.random.Generator, written: set[str]
) -> None:
    assert list(STYLES) == list(range(10))
    for digit in STYLES:
        for _ in range(300):
            write_digit(digit, generator)
    assert written == {template for templates in STYLES.values() for template in templates.values()}


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_every_kind_gives_finite_lines_in_the_unit_box_and_no_line_twice(
    kind: str, generator: np.random.Generator
) -> None:
    drawings = [draw_non_digit(generator, kind) for _ in range(30)]
    for strokes in drawings:
        points = np.concatenate(strokes)
        assert np.isfinite(points).all()
        assert points.min() == 0
        assert np.isclose(points.max(), len(points) > 1)
        assert min(len(stroke) for stroke in strokes) >= (1 if kind in ("dash", "number") else 2)
    lines = [strokes for strokes in drawings if len(np.concatenate(strokes)) > 1]
    assert len(lines) > 20
    assert len({np.concatenate(strokes).tobytes() for strokes in lines}) == len(lines)


@pytest.mark.parametrize("template", [*LETTERS.values(), *PICTURES.values()])
def test_every_template_can_be_traced(template: str, generator: np.random.Generator) -> None:
    strokes = trace(template, generator)
    n_required = 1 + template.count("/") - template.count("/?")
    assert n_required <= len(strokes) <= 1 + template.count("/")
    assert all(len(stroke) > 1 for stroke in strokes)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32))
def test_the_same_seed_draws_the_same(seed: int) -> None:
    first, second = (draw_non_digit(np.random.default_rng(seed)) for _ in range(2))
    assert all(map(np.array_equal, first, second))


def test_each_kind_is_drawn_in_proportion_to_its_weight(
    generator: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = dict.fromkeys(NON_DIGITS, 0)

    def count(kind: str) -> list[np.ndarray]:
        drawn[kind] += 1
        return [np.zeros((1, 2))]

    counting = {
        name: kind._replace(draw=lambda rng, name=name: count(name))
        for name, kind in NON_DIGITS.items()
    }
    monkeypatch.setattr("nn.data.synthetic.non_digits.NON_DIGITS", counting)
    for _ in range(2500):
        draw_non_digit(generator)
    total = sum(kind.weight for kind in NON_DIGITS.values())
    for name, kind in NON_DIGITS.items():
        expected = 2500 * kind.weight / total
        assert abs(drawn[name] - expected) < 4.5 * np.sqrt(expected), name


def test_a_bend_moves_neighbours_together() -> None:
    near = np.array([[100.0, 100.0], [100.5, 100.0], [0.0, 0.0], [200.0, 200.0]])
    (bent,) = vary_strokes([near], rng(), **{**NOTHING, "bend": 0.05})
    move = bent - near
    assert np.hypot(*move[0]) > 1
    assert np.hypot(*(move[0] - move[1])) < 0.2


def test_pens_differ_about_that_of_the_page() -> None:
    ink = render_variations([SEVEN] * 200, rng()).mean(axis=(1, 2))
    page = to_mnist(draw_strokes(SEVEN, 0.1)).mean()
    assert ink.min() < 0.7 * page
    assert ink.max() > 1.5 * page
