import cv2
import numpy as np
import pytest

from nn.reading.numbers.components import Component
from nn.reading.numbers.cuts import find_cuts, ink_between_cuts


def two_uprights(bridge_px=6):
    """Two strokes 10 px wide, 60 px apart, joined by a level line at half their height."""
    ink = np.zeros((100, 80), np.float32)
    ink[:, :10] = ink[:, 70:] = 1
    ink[50 : 50 + bridge_px] = 1
    return Component(5, 7, ink)


def test_a_cut_crosses_the_thin_line_between_two_strokes_once():
    part = two_uprights()
    cuts = find_cuts(part, 100, 6)
    middle = min(cuts, key=lambda cut: abs(cut.columns.mean() - 40))
    assert middle.crossed == pytest.approx(1, abs=0.1)
    assert middle.runs == 1
    assert ((middle.columns > 10) & (middle.columns < 70)).all()


def test_a_cut_leans_with_slanting_strokes():
    ink = np.zeros((100, 120), np.float32)
    cv2.line(ink, (45, 2), (10, 97), 1.0, 6)
    cv2.line(ink, (110, 2), (75, 97), 1.0, 6)
    cv2.line(ink, (28, 50), (92, 50), 1.0, 6)
    cuts = find_cuts(Component(0, 0, ink), 100, 6)
    assert any(cut.crossed < 1.5 and cut.columns[0] > 48 and cut.columns[-1] < 72 for cut in cuts)


def test_two_strokes_that_run_into_each_other_are_cut_straight_between_them():
    ink = np.zeros((100, 95), np.float32)
    cv2.ellipse(ink, (24, 50), (20, 46), 0, 0, 360, 1.0, 6)
    cv2.ellipse(ink, (69, 50), (20, 46), 0, 0, 360, 1.0, 6)
    cuts = find_cuts(Component(0, 0, ink[:, 1:-2]), 100, 6)
    assert any(np.abs(cut.columns - 45.5).max() < 3 and cut.crossed > 2 for cut in cuts)


def test_a_narrow_stroke_is_not_cut():
    assert find_cuts(Component(0, 0, np.ones((100, 20), np.float32)), 100, 20) == []


def test_the_pieces_between_cuts_hold_all_ink_once_and_lie_where_it_was():
    part = two_uprights()
    cuts = sorted(find_cuts(part, 100, 6), key=lambda cut: cut.crossed)[:1]
    pieces = [ink_between_cuts(part, None, cuts[0]), ink_between_cuts(part, cuts[0], None)]
    assert sum(piece.ink.sum() for piece in pieces) == part.ink.sum()
    assert (pieces[0].x, pieces[0].y) == (5, 7)
    assert pieces[1].right == part.right
    assert pieces[1].bottom == part.bottom


def test_there_is_nothing_between_a_cut_and_itself():
    part = two_uprights()
    cut = find_cuts(part, 100, 6)[0]
    assert ink_between_cuts(part, cut, cut) is None
