import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.data.synthetic.curves import (
    trace,
)
from nn.data.synthetic.drawing import (
    draw_strokes,
    ink_pen_widths,
    render_variations,
    vary_strokes,
)
from nn.data.synthetic.non_digits import NON_DIGITS, draw_non_digit
from nn.data.synthetic.shape_templates import LETTERS, PICTURES
from nn.data.synthetic.styles import STYLES, write_digit

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


@given(drawings(), st.floats(0.01, 1000), st.floats(-1000, 1000))
@settings(deadline=None, max_examples=30)
def test_neither_place_nor_unit_changes_the_picture(
    strokes: list[np.ndarray], unit: float, place: float
) -> None:
    moved = [stroke * unit + place for stroke in strokes]
    assert (is_ink(strokes, 0.1) != is_ink(moved, 0.1)).mean() < 0.01


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
