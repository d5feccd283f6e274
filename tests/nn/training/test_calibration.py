import numpy as np
import pytest

from nn.core.losses import softmax
from nn.training.calibration import fit_temperature


def test_the_temperature_that_made_a_network_too_sure_is_found() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 10))
    chances = softmax(logits)
    labels = (rng.random((20_000, 1)) > chances.cumsum(axis=1)).sum(axis=1)  # drawn by the chances

    too_sure = softmax(logits * 3)

    assert fit_temperature(too_sure, labels) == pytest.approx(3, rel=0.03)
    assert fit_temperature(chances, labels) == pytest.approx(1, rel=0.03)


def test_by_hand_two_classes_right_three_times_of_four() -> None:
    # Odds of 9 to 1 are claimed, 3 to 1 are right: log 9 / T = log 3.
    activations = np.tile([0.9, 0.1], (4, 1))
    assert fit_temperature(activations, np.array([0, 0, 0, 1])) == pytest.approx(2, rel=1e-3)


def test_activations_of_0_do_no_harm() -> None:
    activations = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert np.isfinite(fit_temperature(activations, np.array([0, 1, 1])))
