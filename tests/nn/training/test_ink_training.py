"""The training of the network of ink, on drawn bars, which are pen, and frames, which are not."""

from pathlib import Path

import numpy as np
import pytest

from nn import train
from nn.models import ink_network
from nn.models.ink_network import ARCHITECTURES, INK
from nn.reading.page.segment import EITHER, OTHER, PAPER, PEN, to_ink_inputs
from nn.training import drawing, ink_training
from nn.training.ink_training import (
    WEIGHTS,
    Forms,
    InkTraining,
    augment,
    batches,
    draw_some,
    overlap,
    to_targets,
)


def paint(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a form with a thick dark bar, which is pen, and a rule all across it."""
    grey, truth = np.full((128, 128), 220, np.uint8), np.full((64, 64), PAPER, np.uint8)
    row, column = 2 * rng.integers(5, 40, 2)
    truth[row // 2 - 2] = OTHER
    truth[row // 2 : row // 2 + 20, column // 2 : column // 2 + 5] = PEN
    grey[row - 4 : row - 2] = 90
    grey[row : row + 40, column : column + 10] = 40
    return grey, truth


def some(n: int, seed: int = 0) -> Forms:
    rng = np.random.default_rng(seed)
    greys, truths = zip(*(paint(rng) for _ in range(n)), strict=True)
    return Forms(np.stack(greys), np.stack(truths))


def test_targets_are_the_weights_of_the_classes_and_what_may_be_either_does_not_count() -> None:
    targets = to_targets(np.array([[[PAPER, PEN], [OTHER, EITHER]]], np.uint8))
    paper, pen, other = (WEIGHTS[each] for each in (PAPER, PEN, OTHER))
    assert targets.tolist() == [[[[paper, 0, 0], [0, pen, 0]], [[0, 0, other], [0, 0, 0]]]]
    assert targets.dtype == np.float32


def test_the_overlap_of_pen_by_hand() -> None:
    truth = np.array([[PEN, PEN, PEN, EITHER], [PAPER, OTHER, PAPER, PAPER]], np.uint8)
    answer = np.array([[PEN, PEN, OTHER, PEN], [PEN, OTHER, PAPER, PAPER]])
    assert overlap(answer, truth) == 2 / 4
    nothing = np.full_like(truth, PAPER)
    assert (overlap(answer, nothing), overlap(nothing, nothing)) == (0, 1)


def test_each_form_is_in_one_mini_batch() -> None:
    every = batches(some(10), 4, np.random.default_rng(0))
    assert [len(each) for each in every] == [4, 4, 2]
    assert sorted(np.concatenate(every)) == [*range(10)] != [*np.concatenate(every)]


def test_half_of_the_inputs_are_inverted_and_grey_gain_and_noise_vary_but_not_the_truth() -> None:
    forms = some(1)
    inputs, targets = augment(forms, np.zeros(200, np.intp), np.random.default_rng(0))
    assert (inputs.shape, inputs.dtype) == ((200, 128, 128, 1), np.float32)
    assert (targets == to_targets(forms.truths)).all()
    pen = inputs[:, 1::2, 1::2, 0][:, forms.truths[0] == PEN].mean(axis=1)
    assert 80 < (pen < 0).sum() < 120  # dark pen
    gains = inputs.std(axis=(1, 2, 3))
    assert 0.3 < np.log(gains).std() < 0.7 and 0.6 < np.median(gains) < 1.2  # of a larger picture
    assert np.median(inputs, axis=(1, 2, 3)).std() > 0.1
    assert abs(pen / gains).std() > 0.05


def test_drawn_forms_depend_on_no_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "N_TOGETHER", 3)
    drawn = []
    for n_processes in (1, 2):
        monkeypatch.setattr("os.cpu_count", lambda n=n_processes: n)
        drawn.append(draw_some(paint, 8, np.random.default_rng(0)))
    assert drawn[0].sha256() == drawn[1].sha256()
    assert len(np.unique(drawn[0].greys, axis=0)) == 8
    assert len(drawn[0].first(3)) == 3


def test_pen_is_learnt_and_the_same_seed_gives_the_same_weights() -> None:
    first, second = (InkTraining(INK, some(96), some(8, 1), epochs=2, seed=5) for _ in range(2))
    first.run()
    second.run()
    costs = [row["cost"] for row in first.history]
    assert costs[1] < 0.9 * costs[0]
    assert np.array_equal(first.network.parameters, second.network.parameters)


def test_a_form_is_read_correctly_where_its_pen_is_found() -> None:
    forms = some(3)
    forms.truths[2, :32] = PEN  # which nothing shows

    class Exact:
        """Darker than the rule is pen."""

        n_at_once = 8

        def activations(self, inputs: np.ndarray) -> np.ndarray:
            darkness = -inputs[:, 1::2, 1::2]
            return np.concatenate([0 * darkness, darkness > 5, 0 * darkness], axis=-1)

    training = InkTraining(INK, forms, forms, epochs=1, seed=0)
    assert training.n_correct(Exact(), forms) == 2  # type: ignore[arg-type]


COMMAND = "ink --epochs 1 --seed 1 --held-back 5 --held-back-writers 2 --held-back-sources aga"


def test_a_run_is_written_that_can_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ink_training, "draw_forms", lambda options: (some(32), some(4, seed=1)))
    train.main([*COMMAND.split(), "--out", str(tmp_path / INK)])
    model = ink_network.load(tmp_path)
    assert model.metadata["command"] == f"python -m nn train {COMMAND}"
    assert model.metadata["scores"]["held_back"]["total"] == 4
    assert model.metadata["data"]["writers_held_back"] == 2
    trained = ARCHITECTURES[INK].build(np.random.default_rng(0))
    inputs = to_ink_inputs(some(1).greys)
    assert model.network.feedforward(inputs).shape == trained.feedforward(inputs).shape


def test_forms_to_learn_and_forms_held_back_are_written_by_different_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painters = []

    class Painter:
        def __init__(self, name: str, scanned: str, rng: np.random.Generator) -> None:
            painters.append((name, scanned))

        paint = staticmethod(paint)

    writers = [("a", "scanned"), ("b", "last scanned")]
    monkeypatch.setattr(ink_training, "FormPainter", Painter)
    monkeypatch.setattr(ink_training, "N_PICTURES", 3)
    monkeypatch.setattr(ink_training, "N_HELD_BACK", 2)
    monkeypatch.setattr(ink_training, "load_writers", lambda *_: writers)
    options = train.parse_args([INK])
    assert [*map(len, ink_training.draw_forms(options))] == [3, 2]
    assert painters == writers
    monkeypatch.setattr(ink_training, "load_writers", lambda *_: (writers[0], None))
    assert [*map(len, ink_training.draw_forms(options))] == [3, 0]
