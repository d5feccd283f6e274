import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.evaluation.metrics import (
    confusion_matrix,
    expected_calibration_error,
    wilson_interval,
    worst_mistakes,
)


def test_the_interval_by_the_paper_s_formula_worked_by_hand():
    # 8 of 10, z = 1.96: middle (0.8 + 0.19207) / 1.38414, spread 1.96 sqrt(0.016 + 0.0096036) / ...
    low, high = wilson_interval(8, 10)
    assert abs(low - 0.4902) < 1e-4
    assert abs(high - 0.9433) < 1e-4


@pytest.mark.parametrize(("correct", "total"), [(0, 5), (5, 5), (9999, 10000)])
def test_the_interval_holds_the_share_and_stays_within_0_to_1(correct, total):
    low, high = wilson_interval(correct, total)
    assert 0 <= low <= correct / total <= high <= 1
    assert low < high


def test_no_examples_have_no_interval():
    with pytest.raises(ValueError, match="at least one"):
        wilson_interval(0, 0)


def test_the_confusion_matrix_counts_answers_by_digit():
    counts = confusion_matrix(np.array([0, 1, 1, 2]), np.array([0, 2, 2, 1]), 3)
    assert counts.tolist() == [[1, 0, 0], [0, 0, 2], [0, 1, 0]]


def test_the_worst_mistakes_are_the_most_confident_ones():
    activations = np.array([[0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.95, 0.05]])
    labels = np.array([1, 1, 1, 1])
    assert worst_mistakes(activations, labels, 5).tolist() == [3, 0, 1]
    assert worst_mistakes(activations, labels, 2).tolist() == [3, 0]


def test_a_network_without_mistakes_has_no_worst_ones():
    assert worst_mistakes(np.eye(3), np.arange(3), 5).size == 0


def test_the_calibration_error_of_two_bins_by_hand():
    # Bin 0..0.5: means 0.4 and accuracy 1/2, off by 0.1 for 2 of 6. Bin 0.5..1: means 0.8 and
    # accuracy 1/4, off by 0.55 for 4 of 6. (2 * 0.1 + 4 * 0.55) / 6 = 0.4.
    confidences = np.array([0.3, 0.5, 0.7, 0.8, 0.8, 0.9])
    is_correct = np.array([True, False, False, True, False, False])
    assert abs(expected_calibration_error(confidences, is_correct, 2) - 0.4) < 1e-12


def test_a_bin_holds_its_upper_bound():
    # Both in one bin, the errors cancel; had 0.5 its bin above, they would not.
    confidences, is_correct = np.array([0.25, 0.5]), np.array([False, True])
    assert abs(expected_calibration_error(confidences, is_correct, 2) - 0.125) < 1e-12


def test_certainty_that_is_always_right_or_never_has_error_0_or_1():
    sure = np.ones(3, np.float32)
    assert expected_calibration_error(sure, np.ones(3, np.bool_)) == 0
    assert expected_calibration_error(sure, np.zeros(3, np.bool_)) == 1
    assert expected_calibration_error(np.zeros(3), np.zeros(3, np.bool_)) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_the_calibration_error_lies_between_the_overall_gap_and_1(answers, n_bins):
    confidences, is_correct = (np.array(column) for column in zip(*answers, strict=True))
    error = expected_calibration_error(confidences, is_correct, n_bins)
    overall = abs(confidences.mean() - is_correct.mean())
    assert overall - 1e-9 <= error <= 1 + 1e-9


def test_no_answers_have_no_calibration_error():
    with pytest.raises(ValueError, match="at least one answer"):
        expected_calibration_error(np.empty(0), np.empty(0, np.bool_))
