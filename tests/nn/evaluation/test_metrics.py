import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.evaluation.metrics import (
    confusion_matrix,
    count,
    expected_calibration_error,
    markdown,
    proportion,
    wilson_interval,
    worst_mistakes,
)


def test_wilson_s_interval_worked_by_hand() -> None:
    # p = 0.8, n = 10, z = 1.96, 1 + z^2 / n = 1.38415: the middle is (p + z^2 / 2n) / 1.38415
    # = 0.71674, half the width z sqrt(p (1 - p) / n + z^2 / 4n^2) / 1.38415 = 0.22659.
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_wilson_s_interval_of_no_mistakes_ends_at_1_and_has_a_width() -> None:
    # p = 1: from n / (n + z^2) = 5 / 8.8415 to 1.
    assert wilson_interval(5, 5) == pytest.approx((0.5655, 1), abs=1e-4)
    assert wilson_interval(0, 5) == pytest.approx((0, 0.4345), abs=1e-4)


@settings(deadline=None)
@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_proportion_and_stays_within_0_to_1(
    n_total: int, data: st.DataObject
) -> None:
    n_correct = data.draw(st.integers(0, n_total))
    low, high = wilson_interval(n_correct, n_total)
    assert 0 <= low <= n_correct / n_total <= high <= 1
    assert low < high


def test_no_examples_have_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one"):
        wilson_interval(0, 0)


def test_the_confusion_matrix_has_a_row_for_each_label_and_a_column_for_each_prediction() -> None:
    counts = confusion_matrix(np.array([0, 1, 1, 2]), np.array([0, 2, 2, 1]), 3)
    assert counts.tolist() == [[1, 0, 0], [0, 0, 2], [0, 1, 0]]


def test_the_worst_mistakes_are_the_most_confident_ones() -> None:
    activations = np.array([[0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.95, 0.05]])
    labels = np.array([1, 1, 1, 1])
    assert worst_mistakes(activations, labels, 5).tolist() == [3, 0, 1]
    assert worst_mistakes(activations, labels, 2).tolist() == [3, 0]


def test_a_network_without_mistakes_has_no_worst_ones() -> None:
    assert worst_mistakes(np.eye(3), np.arange(3), 5).size == 0


def test_the_calibration_error_of_two_bins_by_hand() -> None:
    # Bin 0..0.5: means 0.4 and accuracy 1/2, off by 0.1 for 2 of 6. Bin 0.5..1: means 0.8 and
    # accuracy 1/4, off by 0.55 for 4 of 6. (2 * 0.1 + 4 * 0.55) / 6 = 0.4.
    confidences = np.array([0.3, 0.5, 0.7, 0.8, 0.8, 0.9])
    is_correct = np.array([True, False, False, True, False, False])
    assert abs(expected_calibration_error(confidences, is_correct, 2) - 0.4) < 1e-12


def test_a_bin_holds_its_upper_bound() -> None:
    # Both in one bin, the errors partly cancel: |0.5 - 0.375|. In two bins they would not.
    confidences, is_correct = np.array([0.25, 0.5]), np.array([False, True])
    assert abs(expected_calibration_error(confidences, is_correct, 2) - 0.125) < 1e-12


def test_full_confidence_that_is_always_right_has_error_0_and_always_wrong_error_1() -> None:
    sure = np.ones(3, np.float32)
    assert expected_calibration_error(sure, np.ones(3, np.bool_)) == 0
    assert expected_calibration_error(sure, np.zeros(3, np.bool_)) == 1
    assert expected_calibration_error(np.zeros(3), np.zeros(3, np.bool_)) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_the_calibration_error_lies_between_the_overall_gap_and_1(
    answers: list[tuple[float, bool]], n_bins: int
) -> None:
    confidences, is_correct = (np.array(column) for column in zip(*answers, strict=True))
    error = expected_calibration_error(confidences, is_correct, n_bins)
    overall = abs(confidences.mean() - is_correct.mean())
    assert overall - 1e-9 <= error <= 1 + 1e-9


def test_no_predictions_have_no_calibration_error() -> None:
    with pytest.raises(ValueError, match="at least one prediction"):
        expected_calibration_error(np.empty(0), np.empty(0, np.bool_))


def test_a_proportion_has_its_interval() -> None:
    assert proportion(8, 10) == "80.00 % (49.02-94.33)"
    assert proportion(9941, 10000) == "99.41 % (99.24-99.54)"


def test_a_count_is_followed_by_its_proportion() -> None:
    assert count(1500, 10000) == f"1,500: {proportion(1500, 10000)}"


def test_a_table_has_a_heading_for_its_titles_and_for_each_column() -> None:
    table = markdown("network", ["digits", "seconds"], [("article", ["8", "0.1"])])
    assert table == "| network | digits | seconds |\n| --- | --- | --- |\n| article | 8 | 0.1 |"
