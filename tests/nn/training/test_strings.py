import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nn.data.synthetic.strings import Strings
from nn.models import strings as models
from nn.models.strings import ARCHITECTURES, STRINGS
from nn.training import strings as training
from nn.training.strings import (
    batches,
    calibrate,
    draw,
    epochs,
    examples,
    likeliest,
    n_right,
    train,
)


def bars(n: int, rng: np.random.Generator) -> Strings:
    """Return strips with one or two upright lines, which are 1s."""
    strips, labels = [], []
    for _ in range(n):
        columns = [6, 24][: int(rng.integers(1, 3))]
        strip = np.zeros((40, 10 + columns[-1]), np.uint8)
        for column in columns:
            strip[6:34, column : column + 3] = 255
        strips.append(strip)
        labels.append([1] * len(columns))
    return Strings(strips, labels)


def test_the_likeliest_classes_are_read_once_and_without_blanks() -> None:
    classes = [10, 3, 3, 10, 3, 7, 10]
    assert likeliest(np.eye(11)[classes]) == [3, 3, 7]


def test_a_mini_batch_has_strips_of_about_equal_width_and_each_is_in_one() -> None:
    strings = bars(200, np.random.default_rng(0))
    every = batches(strings, np.random.default_rng(1))
    assert sorted(np.concatenate(every).tolist()) == list(range(200))
    widths = [{strings.strips[number].shape[1] for number in batch} for batch in every]
    assert sum(len(each) == 1 for each in widths) >= len(widths) - 1


def test_the_inputs_of_a_mini_batch_are_moved_and_their_targets_fit_the_frames() -> None:
    strings = bars(8, np.random.default_rng(0))
    rng, batch = np.random.default_rng(2), np.arange(8)
    several = [examples(strings, batch, rng) for _ in range(6)]
    network = ARCHITECTURES[STRINGS].build(rng)
    for inputs, targets in several:
        assert network.activations(inputs).shape == targets.shape
        assert targets.sum() == sum(map(len, strings.labels))
    firsts = {int(np.flatnonzero(inputs[0, 20, :, 0])[0]) for inputs, _ in several}
    assert len(firsts) > 1
    assert firsts <= set(range(22 + 6 - 2, 22 + 6 + 3))


def test_one_line_and_two_are_learnt_and_the_same_seed_gives_the_same_weights() -> None:
    strings = bars(192, np.random.default_rng(0))
    networks = []
    for _ in range(2):
        first_weights, rng = np.random.default_rng(5).spawn(2)
        network = ARCHITECTURES[STRINGS].build(first_weights)
        costs = list(epochs(network, strings, 2, rng))
        assert costs[-1] < costs[0]
        networks.append(network)
    assert np.array_equal(networks[0].parameters, networks[1].parameters)


def test_the_temperature_is_fitted_where_strings_are_held_back() -> None:
    network = ARCHITECTURES[STRINGS].build(np.random.default_rng(0))
    assert calibrate(network, Strings([], [])) == training.RECIPE.temperature
    low, high = training.LIMITS
    assert low < calibrate(network, bars(3, np.random.default_rng(0))) <= high


def test_a_run_is_written_that_the_app_can_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strings = bars(64, np.random.default_rng(0))
    monkeypatch.setattr(
        training, "draw_strings", lambda options: (strings, bars(4, np.random.default_rng(1)))
    )
    options = argparse.Namespace(
        out=tmp_path / STRINGS,
        seed=1,
        epochs=1,
        held_back=5,
        held_back_writers=2,
        held_back_sources=("aga",),
    )
    train(options)
    model = models.load(tmp_path)
    assert model
    data = model.metadata["data"]
    assert (data["writers_held_back"], data["sources_held_back"]) == (2, ["aga"])
    assert model.metadata["scores"]["held_back"]["total"] == 4
    assert model.metadata["command"] == (
        "python -m nn.train strings --epochs 1 --seed 1 --held-back 5 --held-back-writers 2 "
        "--held-back-sources aga"
    )
    assert model.network.loss.temperature == model.metadata["temperature"]  # type: ignore[attr-defined]
    assert n_right(model.network, strings) >= 0


def test_strings_that_need_more_frames_than_there_are_are_left_out() -> None:
    narrow, wide = (np.full((40, width_px), 255, np.uint8) for width_px in (4, 12))

    class Writer:
        def draw(self, rng: np.random.Generator, n: int) -> Iterator[tuple[np.ndarray, list[int]]]:
            return iter([(narrow, [1, 1, 1]), (wide, [1, 1, 1]), (narrow, [1])])

    drawn = draw(Writer(), np.random.default_rng(0), 3)  # type: ignore[arg-type]
    assert drawn.labels == [[1, 1, 1], [1]]
