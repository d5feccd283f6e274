import cv2
import numpy as np
import pytest

from nn.data.synthetic.cuts import (
    Cut,
    _crossed,
    _least_ink,
    _local_minima,
    _non_maximum_suppression,
    _trace,
    find_cuts,
    ink_between_cuts,
)
from nn.reading.numbers.components import Component


def two_uprights(bridge_px=6):
    """Two strokes 10 px wide, 60 px apart, joined by a level line at half their height."""
    ink = np.zeros((100, 80), np.float32)
    ink[:, :10] = ink[:, 70:] = 1
    ink[50 : 50 + bridge_px] = 1
    return Component(5, 7, ink)


def crossed_px(component: Component, cut: Cut) -> float:
    """How much ink a cut crosses."""
    columns = cut.columns.astype(int).clip(0, component.width - 1)
    return float(component.ink[np.arange(component.height), columns].sum())


def test_a_cut_crosses_the_thin_line_between_two_strokes_once() -> None:
    component = two_uprights()
    cuts = find_cuts(component, 100, 6)
    middle = min(cuts, key=lambda cut: abs(cut.columns.mean() - 40))
    assert crossed_px(component, middle) == pytest.approx(6, abs=1)
    assert ((middle.columns > 10) & (middle.columns < 70)).all()


def test_a_cut_leans_with_slanting_strokes() -> None:
    ink = np.zeros((100, 120), np.float32)
    cv2.line(ink, (45, 2), (10, 97), 1.0, 6)
    cv2.line(ink, (110, 2), (75, 97), 1.0, 6)
    cv2.line(ink, (28, 50), (92, 50), 1.0, 6)
    component = Component(0, 0, ink)
    cuts = [cut for cut in find_cuts(component, 100, 6) if crossed_px(component, cut) < 9]
    assert any(cut.columns[0] > 48 and cut.columns[-1] < 72 for cut in cuts)


def test_two_strokes_that_run_into_each_other_are_cut_straight_between_them() -> None:
    ink = np.zeros((100, 95), np.float32)
    cv2.ellipse(ink, (24, 50), (20, 46), 0, 0, 360, 1.0, 6)
    cv2.ellipse(ink, (69, 50), (20, 46), 0, 0, 360, 1.0, 6)
    component = Component(0, 0, ink[:, 1:-2])
    cuts = [cut for cut in find_cuts(component, 100, 6) if crossed_px(component, cut) > 12]
    assert any(np.abs(cut.columns - 45.5).max() < 3 for cut in cuts)


def test_a_narrow_stroke_is_not_cut() -> None:
    assert find_cuts(Component(0, 0, np.ones((100, 20), np.float32)), 100, 20) == []


def test_the_pieces_between_cuts_hold_all_ink_once_and_lie_where_it_was() -> None:
    component = two_uprights()
    cut = find_cuts(component, 100, 6)[0]
    pieces = [ink_between_cuts(component, None, cut), ink_between_cuts(component, cut, None)]
    assert sum(piece.ink.sum() for piece in pieces) == component.ink.sum()
    assert (pieces[0].x, pieces[0].y) == (5, 7)
    assert pieces[1].right == component.right
    assert pieces[1].bottom == component.bottom


def test_there_is_nothing_between_a_cut_and_itself() -> None:
    component = two_uprights()
    cut = find_cuts(component, 100, 6)[0]
    assert ink_between_cuts(component, cut, cut) is None


def test_the_least_ink_to_each_pixel_is_by_dynamic_programming() -> None:
    ink = np.array([[0.0, 1, 1], [1, 0, 1], [1, 1, 0]])
    costs, steps = _least_ink(ink)
    # The way down the empty diagonal costs BEND a step; a full pixel costs 1, 1.4 diagonally.
    assert costs == pytest.approx(np.array([[0, 1, 1], [1, 0.01, 2], [1.41 + 0.01, 1.01, 0.02]]))
    assert steps.tolist() == [[0, 0, 0], [0, -1, 0], [1, 0, -1]]
    assert _trace(steps, np.array([2])).ravel().tolist() == [0, 1, 2]


def test_local_minima_are_the_middle_of_equals_and_not_at_the_ends() -> None:
    costs = np.array([0.0, 5, 5, 1, 1, 1, 5, 5, 3, 5, 5, 0])
    assert _local_minima(costs, 2).tolist() == [4, 8]
    assert _local_minima(costs, 4).tolist() == [5]  # the others are within 4 of the first


def test_of_paths_nearer_than_the_distance_the_cheapest_is_kept() -> None:
    paths = np.array([[0, 0], [3, 3], [4, 4], [8, 8]])
    costs = np.array([3.0, 1, 2, 4])
    assert _non_maximum_suppression(paths, costs, 3) == [1, 0, 3]
    assert _non_maximum_suppression(paths, costs, 3.5) == [1, 3]


def test_a_path_crosses_the_ink_on_it_and_none_outside() -> None:
    ink = np.zeros((5, 2))
    ink[[0, 1, 3], 0] = [1, 0.75, 1]
    assert _crossed(ink, np.array([[0] * 5, [1] * 5, [-1, 0, 0, 0, 2]])).tolist() == [2.75, 0, 1.75]


def test_ink_between_two_cuts_is_cropped_to_its_outline() -> None:
    ink = np.zeros((4, 8), np.float32)
    ink[1:3] = 1
    left, right = (Cut(np.full(4, column)) for column in (2.0, 5.0))
    piece = ink_between_cuts(Component(10, 20, ink), left, right)
    assert piece is not None
    assert (piece.x, piece.y, piece.width, piece.height) == (12, 21, 3, 2)
    assert piece.ink.min() == 1
