import numpy as np
import pytest

from nn.reading.numbers.components import Component
from nn.reading.numbers.costs import left_out_cost, recognition_cost, width_cost


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


def test_ink_left_out_costs_twice_its_longer_side_in_line_heights() -> None:
    assert left_out_cost(component(0, 30, 10), 100) == pytest.approx(0.6)
    assert left_out_cost(component(0, 10, 40), 100) == pytest.approx(0.8)


@pytest.mark.parametrize(("width", "cost"), [(40, 0.0), (120, 0.0), (200, 0.8)])
def test_a_digit_costs_what_it_is_wider_than_digits_are(width: int, cost: float) -> None:
    assert width_cost(component(0, width, 90), 100) == pytest.approx(cost)
