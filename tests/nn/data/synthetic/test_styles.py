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
from nn.data.synthetic.styles import STYLES, write_digit

NAMED = [(digit, name) for digit, templates in STYLES.items() for name in templates]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_between_two_corners_the_line_is_straight() -> None:
    line = interpolate(np.array([[0, 0], [1, 0], [1, 1]], float), [False, True, False])
    assert np.array_equal(np.unique(line, axis=0), [[0, 0], [1, 0], [1, 1]])


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


def test_a_stroke_without_length_is_one_point() -> None:
    assert resample(np.array([[0.3, 0.3], [0.3, 0.3]])).tolist() == [[0.3, 0.3]]


def test_rounding_cuts_corners() -> None:
    corner = np.array([[0, 0], [1, 0], [1, 1]], float)
    assert np.linalg.norm(round_corners(corner, 0) - [1, 0], axis=1).min() < 0.02
    assert np.linalg.norm(round_corners(corner, 0.1) - [1, 0], axis=1).min() > 0.05


def test_a_drawing_is_fitted_with_all_its_strokes() -> None:
    wide, dot = fit_to_unit_square([np.array([[2.0, 3], [6, 4]]), np.array([[4.0, 4]])])
    assert wide.tolist() == [[0, 0], [1, 0.25]]
    assert dot.tolist() == [[0.5, 0.25]]


def test_optional_strokes_and_joints_come_and_go(rng: np.random.Generator) -> None:
    counts = {len(trace("0,0 0,100/?0,50 50,50", rng)) for _ in range(50)}
    assert counts == {1, 2}
    widths = {round(trace("0,0 0,50 0,100 90,100?", rng)[0][:, 0].max()) for _ in range(50)}
    assert widths == {0, 1}


@pytest.mark.parametrize("word", ["10", "10;20", "a,b", "10,20!!", "1.5,2"])
def test_a_joint_that_cannot_be_read_is_named(rng: np.random.Generator, word: str) -> None:
    with pytest.raises(ValueError, match=rf"expected a joint .*, not '{word}'"):
        trace(f"0,0 {word}", rng)


@pytest.mark.parametrize(("digit", "name"), NAMED)
def test_every_style_gives_finite_lines_in_the_unit_box(
    digit: int, name: str, rng: np.random.Generator
) -> None:
    for _ in range(5):
        strokes = write_digit(digit, rng, name)
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
    rng: np.random.Generator, written: set[str]
) -> None:
    assert list(STYLES) == list(range(10))
    for digit in STYLES:
        for _ in range(300):
            write_digit(digit, rng)
    assert written == {template for templates in STYLES.values() for template in templates.values()}


def tangent_angle(start: np.ndarray, end: np.ndarray) -> float:
    return float(np.rad2deg(np.arctan2(*(end - start)[::-1])))


@pytest.mark.parametrize("name", [name for name in STYLES[1] if "flag" in name])
def test_the_flag_of_a_1_comes_back_down_at_an_acute_angle(
    rng: np.random.Generator, name: str
) -> None:
    for _ in range(50):
        stroke = write_digit(1, rng, name)[0]
        top = stroke[:, 1].argmin()
        between = tangent_angle(stroke[top], stroke[0]) - tangent_angle(stroke[top], stroke[-1])
        assert 0 < between < 75


@pytest.mark.parametrize("name", ["plain", "bar", "short bar", "steep"])
def test_the_top_of_a_7_is_nearly_level_and_wide(rng: np.random.Generator, name: str) -> None:
    for _ in range(50):
        stroke = write_digit(7, rng, name)[0]
        right = stroke[stroke[:, 0].argmax()]
        assert abs(stroke[0, 1] - right[1]) < 0.5 * (right[0] - stroke[0, 0])


def test_an_unknown_style_is_an_error(rng: np.random.Generator) -> None:
    with pytest.raises(KeyError, match="gothic"):
        write_digit(1, rng, "gothic")
