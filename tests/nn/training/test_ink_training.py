"""The training of the network of ink, on drawn bars, which are pen, and frames, which are not."""

from pathlib import Path

import numpy as np
import pytest

from nn import train
from nn.data.synthetic.forms import CUT_OUT_PX, SHEET_PX
from nn.models import ink_network
from nn.models.ink_network import ARCHITECTURES, INK
from nn.reading.page.segment import EITHER, OTHER, PAPER, PEN, to_ink_inputs
from nn.training import drawing, ink_training
from nn.training.ink_training import (
    WEIGHTS,
    Drawn,
    Forms,
    InkTraining,
    augment,
    batches,
    draw_some,
    overlap,
    to_targets,
)


class Painter:
    """Stands in for ``FormPainter``: a thick dark bar, which is pen, and a rule all across it."""

    side_px = CUT_OUT_PX

    def __init__(self, *written_by: object) -> None:
        pass

    def of_side(self, side_px: int) -> "Painter":
        other = Painter()
        other.side_px = side_px
        return other

    def paint(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        shape = np.array([self.side_px, self.side_px])
        grey, truth = np.full(shape, 220, np.uint8), np.full(shape // 2, PAPER, np.uint8)
        row, column = 2 * rng.integers(5, 40, 2)
        truth[row // 2 - 2] = OTHER
        truth[row // 2 : row // 2 + 20, column // 2 : column // 2 + 5] = PEN
        grey[row - 4 : row - 2] = 90
        grey[row : row + 40, column : column + 10] = 40
        return grey, truth


def some(n_cut_outs: int, n_sheets: int = 0, seed: int = 0) -> Forms:
    def drawn(painter: Painter, n: int) -> Drawn:
        rng, side_px = np.random.default_rng(seed), painter.side_px
        pairs = [painter.paint(rng) for _ in range(n)]
        greys = np.array([grey for grey, _ in pairs], np.uint8)
        truths = np.array([truth for _, truth in pairs], np.uint8)
        half = side_px // 2
        return Drawn(greys.reshape(-1, side_px, side_px), truths.reshape(-1, half, half))

    return Forms(drawn(Painter(), n_cut_outs), drawn(Painter().of_side(SHEET_PX), n_sheets))


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


def test_each_form_is_in_one_mini_batch_of_its_size() -> None:
    forms = some(10, 3)
    every = batches(forms, 8, np.random.default_rng(0))
    assert sorted(len(each) for each in every) == [1, 2, 2, 8]
    assert sorted(np.concatenate(every)) == [*range(13)] != [*np.concatenate(every)]
    shapes = [augment(forms, each, np.random.default_rng(0))[0].shape for each in every]
    assert {shape[:2] for shape in shapes} == {(8, 128), (2, 128), (2, 256), (1, 256)}
    last = forms.of(np.array([12]))
    assert np.array_equal(last.greys, forms.sheets.greys[2:])


def test_half_of_the_inputs_are_inverted_and_grey_gain_and_noise_vary_but_not_the_truth() -> None:
    forms = some(1)
    inputs, targets = augment(forms, np.zeros(200, np.intp), np.random.default_rng(0))
    assert (inputs.shape, inputs.dtype) == ((200, 128, 128, 1), np.float32)
    assert (targets == to_targets(forms.cut_outs.truths)).all()
    pen = inputs[:, 1::2, 1::2, 0][:, forms.cut_outs.truths[0] == PEN].mean(axis=1)
    assert 80 < (pen < 0).sum() < 120  # dark pen
    gains = inputs.std(axis=(1, 2, 3))
    assert 0.2 < np.log(gains).std() < 0.5 and 0.6 < np.median(gains) < 1.2  # of a larger picture
    assert np.median(inputs, axis=(1, 2, 3)).std() > 0.1
    assert abs(pen / gains).std() > 0.05


def test_drawn_forms_depend_on_no_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "N_TOGETHER", 3)
    drawn = []
    for n_processes in (1, 2):
        monkeypatch.setattr("os.cpu_count", lambda n=n_processes: n)
        drawn.append(draw_some(Painter(), (8, 4), np.random.default_rng(0)))  # type: ignore[arg-type]
    assert drawn[0].sha256() == drawn[1].sha256()
    assert len(np.unique(drawn[0].cut_outs.greys, axis=0)) == 8
    assert len(np.unique(drawn[0].sheets.greys, axis=0)) == 4
    assert (len(drawn[0]), len(drawn[0].first(3))) == (12, 6)


def test_pen_is_learnt_and_the_same_seed_gives_the_same_weights() -> None:
    first, second = (
        InkTraining(INK, some(64, 8), some(8, 1, seed=1), epochs=2, seed=5) for _ in range(2)
    )
    first.run()
    second.run()
    costs = [row["cost"] for row in first.history]
    assert costs[1] < 0.9 * costs[0]
    assert np.array_equal(first.network.parameters, second.network.parameters)


def test_a_form_is_read_correctly_where_its_pen_is_found() -> None:
    forms = some(3, 1)
    forms.cut_outs.truths[2, :32] = PEN  # which nothing shows

    class Exact:
        """Darker than the rule is pen."""

        n_at_once = 8

        def activations(self, inputs: np.ndarray) -> np.ndarray:
            darkness = -inputs[:, 1::2, 1::2]
            is_pen = darkness > 0.8 * darkness.max(axis=(1, 2, 3), keepdims=True)
            return np.concatenate([0 * darkness, is_pen, 0 * darkness], axis=-1)

    training = InkTraining(INK, forms, forms, epochs=1, seed=0)
    assert training.n_correct(Exact(), forms) == 3  # type: ignore[arg-type]


COMMAND = "ink --epochs 1 --seed 1 --held-back 5 --held-back-writers 2 --held-back-sources aga"


def test_a_run_is_written_that_can_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        ink_training, "draw_forms", lambda options: (some(24, 2), some(3, 1, seed=1))
    )
    train.main([*COMMAND.split(), "--out", str(tmp_path / INK)])
    model = ink_network.load(tmp_path)
    assert model.metadata["command"] == f"python -m nn train {COMMAND}"
    assert model.metadata["scores"]["held_back"]["total"] == 4
    assert model.metadata["data"]["writers_held_back"] == 2
    trained = ARCHITECTURES[INK].build(np.random.default_rng(0))
    inputs = to_ink_inputs(some(1).cut_outs.greys)
    assert model.network.feedforward(inputs).shape == trained.feedforward(inputs).shape


def test_forms_to_learn_and_forms_held_back_are_written_by_different_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written_by = []

    class Named(Painter):
        def __init__(self, *writer: object) -> None:
            written_by.append(writer[:2])

    writers = [("a", "scanned"), ("b", "last scanned")]
    monkeypatch.setattr(ink_training, "FormPainter", Named)
    monkeypatch.setattr(ink_training, "N_CUT_OUTS", 3)
    monkeypatch.setattr(ink_training, "N_SHEETS", 1)
    monkeypatch.setattr(ink_training, "N_HELD_BACK", (2, 1))
    monkeypatch.setattr(ink_training, "load_writers", lambda *_: writers)
    options = train.parse_args([INK])
    assert [*map(len, ink_training.draw_forms(options))] == [4, 3]
    assert written_by == writers
    monkeypatch.setattr(ink_training, "load_writers", lambda *_: (writers[0], None))
    assert [*map(len, ink_training.draw_forms(options))] == [4, 0]
