import dataclasses
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.data.digits import Digits
from nn.data.pictures.own_digits import OwnDigits
from nn.models import weights
from nn.models.weights import Model
from nn.reading.mnist import to_inputs
from nn.training.fine_tuning import (
    FineTuning,
    Split,
    best_epoch,
    copies,
    load_remembered,
    split,
)
from tests.nn.data.pictures.making import slanted
from tests.nn.striped import striped


def row(held_back: float, cost: float, elsewhere: float) -> dict[str, float]:
    return {
        "held_back_accuracy": held_back,
        "held_back_cost": cost,
        "elsewhere_accuracy": elsewhere,
    }


BEST_EPOCHS: dict[str, tuple[list[dict[str, float]], int]] = {
    "most read": ([row(0.95, 0.1, 0.99), row(0.96, 0.2, 0.99)], 2),
    "lost elsewhere": ([row(0.95, 0.1, 0.988), row(0.99, 0.1, 0.9879)], 1),
    "lower cost": ([row(0.9, 0.25, 0.99), row(0.9, 0.2, 0.99), row(0.9, 0.2, 0.99)], 2),
    "best elsewhere": ([row(0.95, 0.2, 0.989), row(0.95, 0.25, 0.99), row(0.95, 0.1, 0.9885)], 2),
    "none better": ([row(0.9, 0.3, 0.99), row(0.8, 0.1, 1.0)], 0),
    "all lost": ([row(1.0, 0.0, 0.98)], 0),
    "no epoch": ([], 0),
}


@pytest.mark.parametrize(("rows", "best"), BEST_EPOCHS.values(), ids=BEST_EPOCHS)
def test_the_best_epoch_reads_most_and_loses_little(
    rows: list[dict[str, float]], best: int
) -> None:
    assert best_epoch(rows, row(0.9, 0.3, 0.99)) == best


@pytest.mark.parametrize(("points", "best"), [(0, 0), (1.99, 1), (2, 2), (100, 3)])
def test_how_much_may_be_lost_elsewhere_is_a_choice(points: float, best: int) -> None:
    rows = [row(0.95, 0.1, 0.9899), row(0.96, 0.1, 0.97), row(1.0, 0.1, 0.5)]
    assert best_epoch(rows, row(0.9, 0.3, 0.99), points) == best


@pytest.mark.parametrize(("n_own", "expected"), [(20, 25), (150, 7), (3000, 1), (90_000, 1)])
def test_few_pictures_are_repeated(n_own: int, expected: int) -> None:
    assert copies(n_own, 3000) == expected


def named(digits: Digits) -> OwnDigits:
    """Return digits as the user's pictures."""
    return OwnDigits(digits, [f"{n}.png" for n in range(len(digits))], [""] * len(digits))


@pytest.mark.parametrize("has_test", [False, True])
def test_each_picture_is_in_one_part_and_each_label_in_all(has_test: bool) -> None:
    pictures, test = named(slanted(280)), named(slanted(30, seed=5)) if has_test else None
    parts = split(pictures, np.random.default_rng(1), test)
    held_back = [parts.held_back] if has_test else [parts.held_back, parts.test]
    places = [place for part in (parts.learnt, *held_back) for place in part.places]
    assert sorted(places) == sorted(pictures.places)
    for part in held_back:
        assert len(part) == 40
        assert set(part.digits.labels.tolist()) == set(range(10))
    assert test is None or parts.test is test


@pytest.fixture(scope="module")
def base(striped_article: Path) -> Model:
    return weights.load_trainable(striped_article)


def fine_tune(base: Model, own: Digits, **options: Any) -> FineTuning:
    learnt, held_back = map(named, own.split(60))
    elsewhere = options.pop("elsewhere", striped(300, 3))
    return FineTuning(
        base, Split(learnt, held_back, held_back), striped(600, 2), elsewhere,
        epochs=4, seed=1, **options,
    )  # fmt: skip


def test_it_learns_ones_own_digits_keeps_the_others_and_is_left_as_after_its_best_epoch(
    base: Model,
) -> None:
    training, parameters = fine_tune(base, slanted(300)), []
    costs = training.costs

    def record() -> Iterator[float]:
        for cost in costs():
            parameters.append(training.network.parameters.copy())
            yield cost

    training.costs = record  # type: ignore[method-assign]
    training.run()
    training.network.parameters[:] = 0
    training.restore_best()
    assert np.array_equal(training.network.parameters, parameters[training.best_epoch - 1])
    best = training.history[training.best_epoch - 1]
    assert best["held_back_accuracy"] > training.before["held_back_accuracy"] + 0.3
    assert best["elsewhere_accuracy"] >= training.before["elsewhere_accuracy"] - 0.002
    test = slanted(200, seed=9)
    n_before = base.network.evaluate(to_inputs(test.images), test.labels)
    assert training.network.evaluate(to_inputs(test.images), test.labels) > n_before + 60


def test_a_stopped_fine_tuning_is_resumed_to_the_same_weights(base: Model, tmp_path: Path) -> None:
    unbroken = fine_tune(base, slanted(300))
    unbroken.run()
    unbroken.restore_best()
    stopped, checkpoint = fine_tune(base, slanted(300)), tmp_path / "article.checkpoint"
    costs = stopped.costs

    def stop_after_the_second() -> Iterator[float]:
        yield from islice(costs(), 2)
        raise KeyboardInterrupt

    stopped.costs = stop_after_the_second  # type: ignore[method-assign]
    stopped.run(checkpoint)
    assert len(stopped.history) == 2
    resumed = fine_tune(base, slanted(300))
    resumed.resume(checkpoint)
    resumed.run(checkpoint)
    resumed.restore_best()
    assert np.array_equal(resumed.network.parameters, unbroken.network.parameters)
    assert [each["cost"] for each in resumed.history] == [each["cost"] for each in unbroken.history]


def test_a_fine_tuning_of_another_network_limit_or_measurement_is_not_resumed(
    base: Model, tmp_path: Path
) -> None:
    path, own = tmp_path / "article.checkpoint", slanted(300)
    fine_tune(base, own).snapshot.save(path)
    fine_tune(base, own).resume(path)
    other = dataclasses.replace(base, metadata=base.metadata | {"sha256": "0" * 64})
    with pytest.raises(ValueError, match="is of a training with from"):
        fine_tune(other, own).resume(path)
    with pytest.raises(ValueError, match=r"with max_lost_points 0\.2, but now it is 1"):
        fine_tune(base, own, max_lost_points=1).resume(path)
    with pytest.raises(ValueError, match=r"with elsewhere '\w+', but now it is '\w+'"):
        fine_tune(base, own, elsewhere=striped(300, 8)).resume(path)


def test_what_is_remembered_is_not_measured(base: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.training.fine_tuning.N_ELSEWHERE", 100)
    monkeypatch.setattr("nn.training.fine_tuning.N_REMEMBERED", 150)
    mnist = striped(400)
    remembered, elsewhere = load_remembered(base, mnist, None, 1)
    assert (len(remembered), len(elsewhere)) == (150, 100)
    images = {image.tobytes() for image in remembered.images}
    assert len(images) == 150
    assert not images & {image.tobytes() for image in elsewhere.images}
