from itertools import chain

import numpy as np
import pytest

from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import Hypothesis, Lattice, cheapest_path, line_height

SURE, UNSURE = np.eye(10)[1], np.full(10, 0.1)


def component(x: int, width: int = 20, height: int = 100, y: int = 0) -> Component:
    return Component(x, y, np.ones((height, width), np.float32))


def hypothesis(start: int, end: int, cost: float, *, is_digit: bool = True) -> Hypothesis:
    return Hypothesis(start, end, component(10 * start), is_digit, False, cost)


def spans(lattice: Lattice) -> list[tuple[int, int, bool]]:
    return [(each.start, each.end, each.is_digit) for each in chain.from_iterable(lattice.pairs())]


def test_the_cheapest_path_is_found_through_all_costs() -> None:
    one_by_one = [hypothesis(0, 1, 0.2), hypothesis(1, 2, 0.2)]
    joined = hypothesis(0, 2, 0.5)
    line = [*one_by_one, joined]
    assert cheapest_path(line, [0, 0, 0]) == one_by_one
    assert cheapest_path(line, [0.1, 0.1, 0]) == [joined]


def test_recognition_costs_nothing_where_ink_is_left_out() -> None:
    read, left_out = hypothesis(0, 1, 0.2), hypothesis(0, 1, 0.5, is_digit=False)
    assert cheapest_path([read, left_out], [0.1, 0]) == [read]
    assert cheapest_path([read, left_out], [0.4, 0]) == [left_out]


def test_a_path_follows_nodes_not_the_order_of_hypotheses() -> None:
    first, second, third = hypothesis(0, 1, 1), hypothesis(1, 2, 1), hypothesis(2, 3, 1)
    assert cheapest_path([third, second, first], [0, 0, 0]) == [first, second, third]


def test_each_component_is_a_digit_and_near_ones_may_be_one() -> None:
    apart = Lattice([component(0), component(60)], [SURE, SURE])
    near = Lattice([component(0), component(49)], [SURE, SURE])
    assert spans(apart) == [(0, 1, True), (1, 2, True)]  # the gap of 40 is over 30
    assert spans(near) == [(0, 1, True), (0, 2, True), (1, 2, True)]


def test_a_digit_has_at_most_four_components() -> None:
    five = [component(10 * number, 5) for number in range(5)]
    widest = max(end - start for start, end, _ in spans(Lattice(five, [SURE] * 5)))
    assert widest == 4


@pytest.mark.parametrize(("width", "is_one"), [(60, True), (61, False)])
def test_several_components_are_one_digit_up_to_a_width(width: int, is_one: bool) -> None:
    two = [component(0, 70), component(80, width)]
    assert ((0, 2, True) in spans(Lattice(two, [SURE] * 2))) is is_one  # 140 of 100


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (39, [False]),  # too low for a digit
        (40, [True, False]),  # small, but high enough
        (44, [True, False]),
        (45, [True]),  # too large to be left out
    ],
)
def test_a_low_component_is_left_out_and_a_high_one_read(height: int, expected: list[bool]) -> None:
    lattice = Lattice([component(0), component(200, 20, height)], [SURE, SURE])
    assert [is_digit for start, _, is_digit in spans(lattice) if start == 1] == expected


@pytest.mark.parametrize(("can_cut", "n_doubtful"), [(True, 1), (False, 0)])
def test_only_doubtful_components_are_cut(can_cut: bool, n_doubtful: int) -> None:
    bar = np.zeros((100, 120), np.float32)
    bar[:, :10] = bar[:, -10:] = bar[48:54] = 1
    line = [component(0), Component(60, 0, bar)]
    lattice = Lattice(line, [SURE, UNSURE], can_cut)
    assert len(lattice.doubtful) == n_doubtful
    assert any(each.is_cut for each in chain.from_iterable(lattice.pairs())) is can_cut


@pytest.mark.parametrize(("middle", "n"), [(2, 1), (12, 0), (40, 0)])
def test_a_low_thin_line_between_two_cuts_may_be_a_ligature(middle: int, n: int) -> None:
    ink = np.zeros((100, 80), np.float32)
    ink[:, :8] = ink[:, -8:] = ink[50 - middle : 50 + middle, 8:-8] = 1
    if middle == 40:  # high, but thin
        ink[:, 8:-8] = 0
        for x in range(8, 72):
            ink[10 + x : 15 + x, x] = 1
    found = chain.from_iterable(Lattice([Component(0, 0, ink)], [UNSURE]).pairs())
    ligatures = [each for each in found if each.is_cut and not each.is_digit]
    assert len([each for each in ligatures if each.ink.width > 50]) == n
    assert not any(each.is_left_out for each in ligatures)


def test_doubtful_ink_is_measured_in_widths_of_a_digit() -> None:
    line = [component(0), component(50, 250), component(400, 20)]
    assert Lattice(line, [SURE, UNSURE, UNSURE]).doubtful_width == pytest.approx(2.5 + 1)


def test_the_height_of_a_line_is_that_of_its_digits_though_it_slants() -> None:
    ink = np.zeros((180, 280), np.float32)
    for number in range(4):  # four digits 60 high that touch, each 40 lower than the one before
        ink[40 * number : 40 * number + 60, 70 * number : 70 * number + 70] = 1
    assert line_height([Component(0, 0, ink)]) == pytest.approx(100, abs=40)
    assert line_height([component(0, 40, 60), component(50, 40, 62), component(95, 5, 8)]) == 61
