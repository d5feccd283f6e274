import os
from pathlib import Path

import numpy as np
import pytest

from nn.data.pictures.own_digits import OwnDigits
from nn.models import weights
from nn.models.weights import load_trainable
from nn.training.fine_tuning import FineTuning
from nn.training.trainer import Training
from tests.card import fine_tuning
from tests.card.fine_tuning import Experiment, digits_of_last_writers, divide
from tests.nn.data.pictures.making import slanted
from tests.nn.striped import striped

needs_data = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs pendigits: set INKLING_DATA"
)


def own(n: int) -> OwnDigits:
    return OwnDigits(slanted(n), [f"digit {number}" for number in range(n)], ["30"] * n)


def test_the_digits_that_are_measured_are_neither_learnt_nor_choose_the_epoch() -> None:
    parts = divide(own(250), np.random.default_rng(1))
    used = {*parts.learnt.places, *parts.held_back.places}
    assert len(used) == 200
    assert len(parts.test) == 50
    assert not used & set(parts.test.places)


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment:
    training = Training("article", striped(800), striped(0), epochs=8, seed=1)
    training.run()
    path = tmp_path / "article.npz"
    weights.save(training.network, {"architecture": "article"}, path)
    return Experiment(
        load_trainable(path), striped(600, 2), striped(300, 3), striped(100, 4), epochs=3, seed=1
    )


def test_a_writers_row_says_what_is_read_before_and_after(experiment: Experiment) -> None:
    title, (before, after, mnist_before, _, epoch) = experiment.row(30, own(250))
    assert title == "30"
    assert before.endswith(" of 50")
    assert int(after.split()[0]) > int(before.split()[0])
    assert mnist_before == "100 of 100"
    assert 1 <= int(epoch) <= 3


def test_where_no_epoch_is_kept_the_network_stays_as_it_was(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FineTuning, "best_epoch", 0)
    _, (before, after, mnist_before, mnist_after, epoch) = experiment.row(30, own(250))
    assert (before, mnist_before, epoch) == (after, mnist_after, "0")


@needs_data
def test_each_of_the_last_writers_has_digits_to_learn_and_others() -> None:
    writers = digits_of_last_writers(6, None)
    assert len(writers) == 6
    assert min(map(len, writers.values())) > 220


def test_a_training_that_has_held_back_no_writers_is_refused() -> None:
    with pytest.raises(SystemExit, match="expected a training that holds back writers"):
        fine_tuning.main(["models"])
