from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.core.losses import softmax
from nn.data.digits import NO_DIGIT
from nn.models.architectures import ARCHITECTURES
from nn.training.calibration import fit_temperature
from nn.training.digit_training import DigitTraining, to_targets
from tests.nn.striped import striped


def training_of(
    name: str,
    *,
    epochs: int,
    seed: int = 1,
    n: int = 200,
    n_held_back: int = 0,
) -> DigitTraining:
    held_back = striped(n_held_back, seed=1)
    return DigitTraining(name, striped(n), held_back, epochs=epochs, seed=seed)


def trained(name: str, **options: Any) -> DigitTraining:
    training = training_of(name, **options)
    training.run()
    return training


def interrupt_in_epoch(
    training: DigitTraining, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let Ctrl-C come in the middle of an epoch, counted from 1."""
    step, n_steps = training.network.update_mini_batch, []

    def interrupted(*args: Any) -> float:
        n_steps.append(len(training.history))
        if n_steps.count(number - 1) == 2:
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(training.network, "update_mini_batch", interrupted)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_each_network_learns_by_its_recipe(name: str) -> None:
    training = trained(name, epochs=8, n=250 if name == "convnet" else 800, n_held_back=60)
    assert training.history[-1]["held_back_accuracy"] > 0.95
    assert training.history[-1]["cost"] < training.history[0]["cost"] / 1.5


def test_the_target_of_a_picture_without_a_digit_is_a_tenth_for_each_digit() -> None:
    targets = to_targets(np.array([3, NO_DIGIT], np.uint8))
    assert targets[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    np.testing.assert_array_equal(targets[1], np.full(10, 0.1, np.float32))
    with pytest.raises(ValueError, match=r"from 0 to 9 as labels, but got \[11\]"):
        to_targets(np.array([3, 11], np.uint8))


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    one, same, other = (
        trained("mlp", epochs=2, seed=seed).network.parameters for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_stopped_training_is_left_as_after_its_last_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = training_of("convnet", epochs=3)
    interrupt_in_epoch(training, 3, monkeypatch)
    left = []
    costs = training.costs

    def watched() -> Iterator[float]:
        for cost in costs():
            left.append((training.network.parameters.copy(), training.network.statistics.copy()))
            yield cost

    monkeypatch.setattr(training, "costs", watched)
    training.run()

    assert len(left) == len(training.history) == 2
    assert np.array_equal(training.network.parameters, left[-1][0])
    assert np.array_equal(training.network.statistics, left[-1][1])


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_training_that_was_stopped_twice_goes_on_to_the_same_weights(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: dict[str, Any] = {"epochs": 4, "n": 150, "n_held_back": 50}
    unbroken = trained(name, **sizes)
    checkpoint = tmp_path / "n.checkpoint"
    stopped = training_of(name, **sizes)
    interrupt_in_epoch(stopped, 3, monkeypatch)
    stopped.run(checkpoint)
    assert len(stopped.history) == 2

    resumed = training_of(name, **sizes)
    resumed.resume(checkpoint)
    interrupt_in_epoch(resumed, 3, monkeypatch)
    resumed.run(checkpoint)
    assert len(resumed.history) == 2

    resumed = training_of(name, **sizes)
    resumed.resume(checkpoint)
    resumed.run(checkpoint)

    assert np.array_equal(resumed.network.parameters, unbroken.network.parameters)
    assert np.array_equal(resumed.network.statistics, unbroken.network.statistics)
    assert [row["cost"] for row in resumed.history] == [row["cost"] for row in unbroken.history]
    seconds = [row["seconds"] for row in resumed.history]
    assert seconds == sorted(seconds)


def test_the_temperature_that_made_a_network_too_sure_is_found() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 10))
    chances = softmax(logits)
    labels = (rng.random((20_000, 1)) > chances.cumsum(axis=1)).sum(axis=1)  # drawn by the chances

    too_sure = softmax(logits * 3)

    assert fit_temperature(too_sure, labels) == pytest.approx(3, rel=0.03)
    assert fit_temperature(chances, labels) == pytest.approx(1, rel=0.03)


def test_the_temperature_by_hand_and_of_activations_of_0() -> None:
    # Odds of 9 to 1 are claimed, 3 to 1 are right: log 9 / T = log 3.
    activations = np.tile([0.9, 0.1], (4, 1))
    assert fit_temperature(activations, np.array([0, 0, 0, 1])) == pytest.approx(2, rel=1e-3)
    zeros = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert np.isfinite(fit_temperature(zeros, np.array([0, 1, 1])))
