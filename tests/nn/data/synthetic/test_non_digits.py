import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.data.synthetic.curves import trace
from nn.data.synthetic.non_digits import NON_DIGITS, draw_non_digit
from nn.data.synthetic.shape_templates import LETTERS, PICTURES


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("kind", NON_DIGITS)
def test_every_kind_gives_finite_lines_in_the_unit_box_and_no_line_twice(
    kind: str, rng: np.random.Generator
) -> None:
    drawings = [draw_non_digit(rng, kind) for _ in range(30)]
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
def test_every_template_can_be_traced(template: str, rng: np.random.Generator) -> None:
    strokes = trace(template, rng)
    n_required = 1 + template.count("/") - template.count("/?")
    assert n_required <= len(strokes) <= 1 + template.count("/")
    assert all(len(stroke) > 1 for stroke in strokes)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32))
def test_the_same_seed_draws_the_same(seed: int) -> None:
    first, second = (draw_non_digit(np.random.default_rng(seed)) for _ in range(2))
    assert all(map(np.array_equal, first, second))


def test_each_kind_is_drawn_in_proportion_to_its_weight(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
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
        draw_non_digit(rng)
    total = sum(kind.weight for kind in NON_DIGITS.values())
    for name, kind in NON_DIGITS.items():
        expected = 2500 * kind.weight / total
        assert abs(drawn[name] - expected) < 4.5 * np.sqrt(expected), name


def test_a_number_is_wider_than_one_digit(rng: np.random.Generator) -> None:
    for _ in range(30):
        width, _height = np.concatenate(draw_non_digit(rng, "number")).max(axis=0)
        assert width > 0.3


def test_a_dash_is_far_from_upright(rng: np.random.Generator) -> None:
    for _ in range(200):
        strokes = draw_non_digit(rng, "dash")
        across, down = np.abs(strokes[-1][-1] - strokes[0][0])
        assert down < across or len(strokes[0]) == len(strokes) == 1


def test_an_unknown_kind_is_an_error(rng: np.random.Generator) -> None:
    with pytest.raises(KeyError, match="sonnet"):
        draw_non_digit(rng, "sonnet")
