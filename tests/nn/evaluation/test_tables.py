import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nn import plots
from nn.evaluation.classifier_metrics import (
    ClassScore,
    class_scores,
    confusion_matrix,
    expected_calibration_error,
    mistakes_by_pair,
    paired_counts,
    proportion,
    reliability,
    wilson_interval,
    worst_mistakes,
)
from nn.plots import learning_curve


def test_a_proportion_has_wilson_s_interval() -> None:
    # p = 0.8, n = 10, z = 1.96, 1 + z^2 / n = 1.38415: the middle is (p + z^2 / 2n) / 1.38415
    # = 0.71674, half the width z sqrt(p (1 - p) / n + z^2 / 4n^2) / 1.38415 = 0.22659.
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert proportion(8, 10) == "80.00 % (49.02-94.33)"
    assert proportion(9941, 10000) == "99.41 % (99.24-99.54)"


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_proportion(n_total: int, data: st.DataObject) -> None:
    n_correct = data.draw(st.integers(0, n_total))
    low, high = wilson_interval(n_correct, n_total)
    assert 0 <= low <= n_correct / n_total <= high <= 1
    assert low < high


def test_the_confusion_matrix_has_a_row_for_each_label_and_a_column_for_each_prediction() -> None:
    counts = confusion_matrix(np.array([0, 1, 1, 2]), np.array([0, 2, 2, 1]), 3)
    assert counts.tolist() == [[1, 0, 0], [0, 0, 2], [0, 1, 0]]


def test_precision_and_recall_by_hand() -> None:
    counts = np.array([[3, 1], [2, 2]])
    zero, one = class_scores(counts, [0, 4])
    assert zero == ClassScore(label=0, support=4, n_predicted=5, n_correct=3)
    assert (zero.precision, zero.recall, zero.f1) == (0.6, 0.75, 2 / 3)
    assert one.recall == 0.25  # of the four that were read, and four that were not


def test_a_score_without_examples_is_not_defined() -> None:
    (score,) = class_scores(np.array([[0]]))
    assert (score.precision, score.recall, score.f1) == (None, None, None)


def test_the_most_frequent_mistake_comes_first() -> None:
    counts = np.array([[3, 1, 0], [0, 2, 5], [0, 0, 9]])
    assert mistakes_by_pair(counts) == [(1, 2, 5), (0, 1, 1)]


def test_mcnemars_test_by_hand() -> None:
    # Of 5 that only one reads, the first reads 5: two of 2^5 equally likely outcomes are so uneven.
    counts = paired_counts([True] * 6 + [False], [True] + [False] * 6)
    assert counts == pytest.approx((1, 5, 0, 1, 2 / 32))
    with pytest.raises(ValueError, match="shorter"):  # of other examples
        paired_counts([True] * 6, [True] * 5)


def test_a_bin_has_the_interval_of_its_share() -> None:
    (found,) = reliability(np.full(10, 0.97), np.arange(10) < 8)
    assert (found.n_correct, found.accuracy) == (8, 0.8)
    assert found.interval == wilson_interval(8, 10)


def test_the_worst_mistakes_are_the_most_confident_ones() -> None:
    activations = np.array([[0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.95, 0.05]])
    labels = np.array([1, 1, 1, 1])
    assert worst_mistakes(activations, labels, 5).tolist() == [3, 0, 1]
    assert worst_mistakes(activations, labels, 2).tolist() == [3, 0]


@pytest.mark.parametrize(
    ("confidences", "is_correct", "error"),
    [
        # Bin 0..0.5: means 0.4 and accuracy 1/2, off by 0.1 for 2 of 6. Bin 0.5..1: means 0.8 and
        # accuracy 1/4, off by 0.55 for 4 of 6. (2 * 0.1 + 4 * 0.55) / 6 = 0.4.
        ([0.3, 0.5, 0.7, 0.8, 0.8, 0.9], [1, 0, 0, 1, 0, 0], 0.4),
        # A bin holds its upper bound: in one bin, the errors partly cancel: |0.5 - 0.375|.
        ([0.25, 0.5], [0, 1], 0.125),
    ],
)
def test_the_calibration_error_of_two_bins_by_hand(
    confidences: list[float], is_correct: list[int], error: float
) -> None:
    found = expected_calibration_error(np.array(confidences), np.array(is_correct, bool), 2)
    assert found == pytest.approx(error)


def pixels_of(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB"), int)


def is_somewhere(png: bytes, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(pixels_of(png) - colour).max(axis=2) < 30).any())


ORANGE = (194, 65, 12)


def test_the_learning_curve_shows_the_held_back_error_only_where_there_is_one() -> None:
    plain = [{"epoch": n, "cost": 1 / n} for n in range(1, 5)]
    held_back = [row | {"held_back_accuracy": 1 - row["cost"] / 9} for row in plain]
    assert not is_somewhere(learning_curve(plain), ORANGE)
    assert is_somewhere(learning_curve(held_back), ORANGE)


@pytest.mark.parametrize(("n_images", "n_rows"), [(0, 1), (10, 1), (11, 2)])
def test_a_contact_sheet_has_as_many_rows_as_its_pictures_need(n_images: int, n_rows: int) -> None:
    images = np.zeros((n_images, 28, 28), np.uint8)
    sheet = pixels_of(plots.contact_sheet(images, ["?"] * n_images))
    assert sheet.shape[:2] == (n_rows * 150, 1200)
