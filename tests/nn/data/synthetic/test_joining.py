import numpy as np
import pytest

from nn.data.synthetic.joining import contact_distance, join, ligature, put_beside

PEN = 0.1


def bar(x: float, top: float = 0.0, bottom: float = 1.0) -> list[np.ndarray]:
    return [np.array([[x, top], [x, bottom]])]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_bar_meets_another_where_it_stands() -> None:
    assert contact_distance(bar(3), bar(1)) == pytest.approx(2)


def test_the_distance_is_measured_in_the_rows_that_both_have() -> None:
    roof_and_stem = [np.array([[0.0, 0.0], [0.8, 0.0], [0.8, 0.1]]), *bar(0.2)]
    low = bar(0, top=0.5)

    assert contact_distance(roof_and_stem, low) == pytest.approx(0.2)  # under the roof
    assert contact_distance(roof_and_stem, bar(0)) == pytest.approx(0.8)


def test_digits_without_a_common_row_are_compared_by_their_boxes() -> None:
    assert contact_distance(bar(1, bottom=0.3), bar(0, top=0.7)) == pytest.approx(1)


def test_a_digit_is_put_beside_another_with_a_gap() -> None:
    (moved,) = put_beside(bar(3), bar(1), gap=0.5)

    assert moved[:, 0].tolist() == pytest.approx([3.5, 3.5])
    assert moved[:, 1].tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(20))
def test_lines_that_touch_overlap_by_at_most_the_pens_width(seed: int) -> None:
    moved, line = join(bar(0), bar(0), PEN, False, rng(seed))

    assert line is None
    assert 0 <= moved[0][0, 0] < PEN


@pytest.mark.parametrize("seed", range(20))
def test_a_ligature_goes_from_the_last_end_to_the_next_start_across_a_gap(seed: int) -> None:
    moved, line = join(bar(0), bar(0), PEN, True, rng(seed))

    assert line is not None
    assert line[0].tolist() == [0, 1]
    assert line[-1].tolist() == moved[0][0].tolist()
    assert moved[0][0, 0] > PEN  # the lines themselves do not touch


def test_a_ligature_goes_on_in_the_direction_of_the_pen() -> None:
    before = np.array([[0.0, 0.0], [0.0, 1.0]])  # down
    after = np.array([[1.0, 0.0], [2.0, 0.0]])  # to the right
    steps = np.diff(ligature(before, after, rng()), axis=0)

    assert steps[0] / np.linalg.norm(steps[0]) == pytest.approx([0, 1], abs=0.3)
    assert steps[-1] / np.linalg.norm(steps[-1]) == pytest.approx([1, 0], abs=0.3)


def test_dots_are_joined_by_a_straight_line() -> None:
    line = ligature(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), rng())

    assert line[:, 1].tolist() == [0] * len(line)
    assert (np.diff(line[:, 0]) > 0).all()


ROOF = [*bar(0), np.array([[0.0, 0.0], [1.0, 0.0]])]  # ends at its right
HOOK = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.3, 1.0]])]  # ends at its left
STEM = bar(0)


@pytest.mark.parametrize(
    ("left", "right", "is_joined"),
    [
        (ROOF, STEM, True),
        (ROOF, [np.array([[0.0, 1.0], [0.5, 1.0]])], False),  # under the roof: it would go back
        (STEM, [np.array([[0.6, 0.0], [0.0, 1.0], [1.0, 1.0]])], True),
        (STEM, [np.array([[0.8, 0.0], [0.0, 1.0], [1.0, 1.0]])], False),  # starts at its right
        (STEM, [np.array([[1.5, 0.0], [0.0, 1.0], [9.0, 1.0]])], False),  # too far
        (HOOK, STEM, False),
    ],
)
def test_digits_have_a_ligature_where_the_pen_can_go_on_and_touch_elsewhere(
    left: list[np.ndarray], right: list[np.ndarray], is_joined: bool
) -> None:
    moved, line = join(left, right, PEN, True, rng())

    assert (line is not None) == is_joined
    assert (contact_distance(left, moved) < -PEN) == is_joined
