from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn import train
from nn.data.digits import Character, Digits
from nn.data.handwriting import Handwriting
from nn.data.numbers import RealNumber
from nn.data.synthetic.lines import LineWriter
from nn.models import line_network as models
from nn.models.ctc import frames_needed
from nn.models.line_network import ARCHITECTURES, LINES
from nn.models.weights import Model, load_trainable
from nn.reading.lines.strip import BLANK, COMMA, OTHER, POINT, n_frames
from nn.training import drawing, line_training
from nn.training.line_training import (
    MAX_OF_TEXT,
    Lines,
    LineTraining,
    augment,
    batches,
    calibrate,
    capped,
    cut_out,
    distort,
    draw_legible,
    is_read,
    stretch,
    to_labels,
    trimmed,
)
from nn.training.recipes import RECIPES


def bars(n: int, rng: np.random.Generator) -> Lines:
    """Return strips with one or two upright lines, which are 1s."""
    strips, labels = [], []
    for _ in range(n):
        columns = [10, 40][: int(rng.integers(1, 3))]
        strip = np.full((48, 20 + columns[-1]), 64, np.uint8)
        for column in columns:
            strip[8:40, column : column + 4] = 191
        strips.append(strip)
        labels.append([1] * len(columns))
    return Lines(strips, labels)


def test_a_mini_batch_has_strips_of_about_equal_width_and_each_is_in_one() -> None:
    lines = bars(200, np.random.default_rng(0))
    every = batches(lines, 32, np.random.default_rng(1))
    assert sorted(np.concatenate(every).tolist()) == list(range(200))
    widths = [{lines.strips[number].shape[1] for number in batch} for batch in every]
    assert sum(len(each) == 1 for each in widths) >= len(widths) - 1


def test_the_targets_of_a_mini_batch_fit_the_frames_of_its_stretched_strips() -> None:
    lines = bars(8, np.random.default_rng(0))
    rng = np.random.default_rng(2)
    several = [augment(lines, np.arange(8), rng) for _ in range(6)]
    network = ARCHITECTURES[LINES].build(rng)
    for inputs, targets in several:
        assert network.activations(inputs).shape == targets.shape
        assert targets.sum() == sum(map(len, lines.labels))
    assert len({inputs.shape for inputs, _ in several}) > 1


def test_a_strip_is_never_stretched_to_fewer_frames_than_its_signs_need() -> None:
    rng = np.random.default_rng(0)
    strip = np.full((48, 24), 64, np.uint8)
    for least in (3, n_frames(24)):
        frames = [n_frames(stretch(strip, least, rng).shape[1]) for _ in range(100)]
        assert min(frames) >= least
        assert max(frames) > n_frames(24)


def training_of(n: int, epochs: int, **options: Any) -> LineTraining:
    lines = bars(n, np.random.default_rng(0)), bars(4, np.random.default_rng(1))
    return LineTraining(LINES, *lines, epochs=epochs, seed=5, **options)


def test_one_bar_and_two_are_learnt_and_a_resumed_training_gets_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken = training_of(96, 3)
    unbroken.run()
    costs = [row["cost"] for row in unbroken.history]
    assert costs[2] < costs[0]

    path = tmp_path / "lines.checkpoint"
    stopped = training_of(96, 3)
    step, n_steps = stopped.network.update_mini_batch, iter(range(100))

    def interrupted(*args: Any) -> float:
        if next(n_steps) == 4:  # of three steps an epoch
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(stopped.network, "update_mini_batch", interrupted)
    stopped.run(path)
    assert len(stopped.history) == 1

    resumed = training_of(96, 3)
    resumed.resume(path)
    resumed.run(path)
    assert [row["cost"] for row in resumed.history] == costs
    assert np.array_equal(resumed.network.parameters, unbroken.network.parameters)
    assert np.array_equal(resumed.network.statistics, unbroken.network.statistics)


def test_a_training_from_another_network_gives_the_same_weights_again() -> None:
    start = Model(ARCHITECTURES[LINES].build(np.random.default_rng(0)), {"sha256": "0"})
    first, second = (training_of(96, 1, start=start) for _ in range(2))
    first.run()
    second.run()
    assert np.array_equal(first.network.parameters, second.network.parameters)
    assert not np.array_equal(first.network.parameters, start.network.parameters)


def number(text: str, *, has_marks: bool = True) -> RealNumber:
    """Return a picture of 60x40 pixels with a black box of 20x20 in its middle."""
    grey = np.full((40, 60), 200, np.uint8)
    grey[10:30, 20:40] = 0
    return RealNumber(grey, text, (20, 10, 40, 30), has_marks)


def test_a_mark_that_nobody_transcribed_may_be_any_or_missing() -> None:
    assert to_labels(number("3 75.)")) == [3, 7, 5, POINT, OTHER]
    assert to_labels(number("3.7", has_marks=False)) == [3, (POINT, COMMA, BLANK), 7]


def test_open_labels_are_read_where_the_digits_are() -> None:
    for found in ([3, 7], [3, POINT, 7], [3, COMMA, 7]):
        assert is_read(found, [3, (POINT, COMMA, BLANK), 7])
    assert not is_read([3, 1], [3, (POINT, COMMA, BLANK), 7])
    assert not is_read([3, POINT, 7], [3, COMMA, 7])


def test_at_most_so_many_real_numbers_of_one_text_are_learnt() -> None:
    numbers = [number("2.20")] * (MAX_OF_TEXT + 5) + [number("3")]
    assert len(capped(numbers)) == MAX_OF_TEXT + 1
    assert capped(numbers)[-1].text == "3"


def test_a_real_number_is_cut_out_in_other_ways_that_hold_its_box() -> None:
    rng, shapes = np.random.default_rng(0), set()
    for _ in range(50):
        cut = trimmed(number("8"), rng)
        assert (cut == 0).sum() == 20 * 20
        shapes.add(cut.shape)
        moved = distort(cut, rng)
        assert moved.min() < 60 and moved.max() > 180
    assert len(shapes) > 20
    lines = cut_out([number("8")] * 3, 4, rng)
    assert lines.labels == [[8]] * 12
    assert len({strip.tobytes() for strip in lines.strips}) == 12


def test_lines_are_learnt_from_one_split_of_real_numbers_and_held_back_from_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bar = Character("1", "aga", "1", [np.array([[0.0, 0.0], [3.0, 50.0]])])
    handwriting = Handwriting([bar], [bar, Character("x", "aga", "1", bar.strokes)])
    digits = Digits(np.full((9, 28, 28), 255, np.uint8), np.arange(9, dtype=np.uint8))
    writers, texts = list[LineWriter](), {"train": "12", "calibrate": "34"}

    def draw(writer: LineWriter, n: int, rng: np.random.Generator) -> Lines:
        writers.append(writer)
        return Lines([], [])

    def of_split(split: str, folder: Path | None) -> list[RealNumber]:
        return [number(texts[split])]

    monkeypatch.setattr(drawing, "load_handwriting", lambda *_: (handwriting, handwriting))
    monkeypatch.setattr(drawing, "load_mnist", lambda _: (digits, digits))
    monkeypatch.setattr(line_training, "draw_legible", draw)
    for name in ("load_registers", "load_weather"):
        monkeypatch.setattr(line_training, name, of_split)
    monkeypatch.setattr(drawing, "load_swiss_digits", lambda *_: [number("8")])
    options = train.parse_args(["lines", "--held-back", "2"])
    examples, held_back = line_training.draw_lines(options)
    assert examples.labels == [[1, 2]] * 2 * line_training.N_OF_REAL
    assert held_back.labels == [[3, 4]] * 2
    scanned = [writer.scanned.labels.tolist() for writer in writers if writer.scanned]
    assert scanned == [[0, 1, 2, 3, 4, 5, 6, 8], [7, 8]]  # the last of the first is Swiss


def test_only_a_training_that_goes_on_has_weights_before_it_to_average_with() -> None:
    with pytest.raises(ValueError, match="that goes on with a network"):
        training_of(96, 1).average_with_start(0.5)


def test_the_temperature_is_fitted_where_lines_are_held_back() -> None:
    network = ARCHITECTURES[LINES].build(np.random.default_rng(0))
    assert calibrate(network, Lines([], [])) == RECIPES[LINES].temperature
    low, high = line_training.LIMITS
    assert low < calibrate(network, bars(3, np.random.default_rng(0))) <= high


COMMAND = "lines --epochs 1 --seed 1 --held-back 5 --held-back-writers 2 --held-back-sources aga"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Return the lines that a command trains on, in place of those of the data sets."""
    drawn = bars(64, np.random.default_rng(0))
    monkeypatch.setattr(
        line_training, "draw_lines", lambda options: (drawn, bars(4, np.random.default_rng(1)))
    )
    return drawn


def run(command: str, out: Path) -> Model:
    train.main([*command.split(), "--out", str(out / LINES)])
    return load_trainable(models.weights_path(out), ARCHITECTURES)


def test_a_run_is_written_that_the_app_can_load(tmp_path: Path, lines: Lines) -> None:
    run(COMMAND, tmp_path)
    model = models.load(tmp_path)
    data = model.metadata["data"]
    assert (data["writers_held_back"], data["sources_held_back"]) == (2, ["aga"])
    assert model.metadata["scores"]["held_back"]["total"] == 4
    assert model.metadata["command"] == f"python -m nn train {COMMAND}"
    assert model.network.loss.temperature == model.metadata["temperature"]  # type: ignore[attr-defined]
    assert not (tmp_path / LINES / "lines.checkpoint").exists()


def test_a_training_goes_on_with_a_network_at_half_the_rate(
    tmp_path: Path, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(COMMAND, tmp_path / "first")
    recipes = []

    def add_some(training: LineTraining) -> Iterator[float]:
        recipes.append(training.recipe)
        training.network.parameters += 0.01
        yield 1.0

    monkeypatch.setattr(LineTraining, "costs", add_some)
    command = COMMAND.replace("lines", f"lines --from {tmp_path / 'first'}")
    second = run(command, tmp_path / "second")
    assert np.allclose(second.network.parameters, first.network.parameters + 0.01)
    assert recipes[0].schedule(0.5) == RECIPES[LINES].schedule(0.5) / 2
    assert second.metadata["from"]["sha256"] == first.metadata["sha256"]
    assert second.metadata["command"] == f"python -m nn train {command}"
    slow = run(f"{command} --rate 0.1 --average", tmp_path / "slow")
    assert recipes[1].schedule(0.5) == 0.1 * RECIPES[LINES].schedule(0.5)
    assert np.allclose(slow.network.parameters, first.network.parameters + 0.005)
    assert " --rate 0.1 " in slow.metadata["command"]
    assert slow.metadata["command"].endswith(" --average")
    near = run(f"{command} --rate 0.1 --average 0.75", tmp_path / "near")
    assert np.allclose(near.network.parameters, first.network.parameters + 0.0075)
    assert near.metadata["command"].endswith(" --average 0.75")
    third = run(command.replace("first", "second"), tmp_path / "third")
    assert third.metadata["from"]["from"] == second.metadata["from"]


def test_a_training_goes_on_with_no_other_network_or_people_or_in_its_own_folder(
    tmp_path: Path, lines: Lines
) -> None:
    run(COMMAND, tmp_path)
    others = COMMAND.replace("--held-back-writers 2", "--held-back-writers 3")
    with pytest.raises(SystemExit, match="held back 2 writers"):
        run(others.replace("lines", f"lines --from {tmp_path}"), tmp_path / "more")
    with pytest.raises(SystemExit, match="of architecture lines, but it is of article"):
        run(COMMAND.replace("lines", "lines --from article"), tmp_path / "more")
    with pytest.raises(SystemExit, match="holds the network to start from"):
        run(COMMAND.replace("lines", f"lines --from {tmp_path}"), tmp_path)


def test_drawn_lines_depend_on_no_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    stroke = np.array([[0.0, 0.0], [3.0, 50.0], [0.0, 100.0]])
    square = np.zeros((28, 28), np.uint8)
    square[5:23, 8:20] = 255
    writer = LineWriter(
        [Character("1", "", "1", [stroke])] * 10,
        [Character("x", "apa", "1", [stroke])],
        Digits(square[np.newaxis], np.array([7], np.uint8)),
    )
    monkeypatch.setattr(drawing, "N_TOGETHER", 5)
    drawn = []
    for n_processes in (1, 2):
        monkeypatch.setattr("os.cpu_count", lambda n=n_processes: n)
        drawn.append(draw_legible(writer, 12, np.random.default_rng(0)))
    first, second = drawn
    assert first.labels == second.labels
    assert all(np.array_equal(*each) for each in zip(first.strips, second.strips, strict=True))
    for strip, labels in zip(first.strips, first.labels, strict=True):
        assert frames_needed(labels) <= n_frames(strip.shape[1])
