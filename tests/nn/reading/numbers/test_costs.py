import numpy as np
import pytest

from nn.reading.numbers.components import Component
from nn.reading.numbers.costs import (
    cut_cost,
    join_cost,
    left_out_cost,
    recognition_cost,
    shape_cost,
)
from nn.reading.numbers.cuts import Cut


def component(x: int, width: int, height: int = 10) -> Component:
    return Component(x, 0, np.ones((height, width), np.float32))


def activations(highest: float) -> np.ndarray:
    return np.array([highest, *[(1 - highest) / 9] * 9])


@pytest.mark.parametrize(
    ("highest", "cost"),
    [
        (1.0, 0.0),
        (0.1 + 0.9 / np.e, 1.0),  # confidence 1/e, whose negative logarithm is 1
        (0.1 + 0.9 / np.e**4, 2.0),  # its square root
        (0.1, np.sqrt(9 * np.log(10))),  # no digit: the confidence 1e-9
    ],
)
def test_the_recognition_cost_is_the_root_of_the_negative_log_likelihood(
    highest: float, cost: float
) -> None:
    assert recognition_cost(activations(highest)) == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize(("height", "cost"), [(50, 0.45), (95, 0.0), (120, 0.0)])
def test_a_digit_costs_the_height_that_it_lacks_to_that_of_its_line(
    height: int, cost: float
) -> None:
    assert shape_cost(component(0, 30, height), 100) == pytest.approx(cost)


@pytest.mark.parametrize(("width", "cost"), [(40, 0.0), (90, 0.0), (140, 0.15)])
def test_a_digit_costs_its_width_beyond_the_usual_one(width: int, cost: float) -> None:
    assert shape_cost(component(0, width, 100), 100) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("boxes", "cost"),
    [
        ([(0, 10)], 0.0),
        ([(0, 10), (0, 10)], 0.0),  # one above the other
        ([(0, 10), (10, 10)], 0.3),  # side by side
        ([(0, 10), (5, 10)], 0.15),  # half of each
        ([(0, 20), (15, 10)], 0.15),  # half of the narrower one
        ([(0, 10), (20, 10), (40, 10)], 0.6),
    ],
)
def test_joining_costs_the_share_of_a_component_that_is_beside_the_others(
    boxes: list[tuple[int, int]], cost: float
) -> None:
    assert join_cost([component(*box) for box in boxes]) == pytest.approx(cost)


@pytest.mark.parametrize(("runs", "cost"), [(0, 0.0), (1, 0.0), (2, 0.1), (4, 0.3)])
def test_a_cut_costs_each_crossing_but_the_first(runs: int, cost: float) -> None:
    assert cut_cost(Cut(np.zeros(3), 1.0, runs)) == pytest.approx(cost)
    assert cut_cost(None) == 0


def test_ink_left_out_costs_twice_its_longer_side_in_line_heights() -> None:
    assert left_out_cost(component(0, 30, 10), 100) == pytest.approx(0.6)
    assert left_out_cost(component(0, 10, 40), 100) == pytest.approx(0.8)
