import argparse
import csv
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

from nn import train
from nn.core.layers import Array
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.data import handwriting
from nn.data.digits import Character
from nn.data.kaggle import PIXEL_NAMES
from nn.data.synthetic.mixture import Mixture
from nn.models import weights
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import load_trainable
from nn.training import digit_training
from nn.training.checkpoint import Checkpoint
from nn.training.digit_training import DigitTraining
from nn.training.interrupts import delay_sigint
from nn.training.recipes import RECIPES, Recipe
from tests.nn.striped import striped

HELD_BACK = ["--held-back", "9"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Kaggle's train.csv with such pictures."""
    digits = striped(400)
    rows = np.column_stack([digits.labels, digits.images.reshape(-1, 784)])
    path = tmp_path / "train.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["label", *PIXEL_NAMES], *rows.tolist()])
    return path


def test_the_command_writes_weights_metadata_history_and_curve(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "models"
    train.main(["article", "--csv", str(table), "--epochs", "3", "--held-back", "100",
                "--out", str(out), "--seed", "7"])  # fmt: skip
    model = weights.load(out / "article.npz")
    assert model.metadata["command"] == (
        "python -m nn train article --csv train.csv --epochs 3 --seed 7 --held-back 100"
    )
    assert model.metadata["data"]["examples"] == 300
    correct = model.metadata["scores"]["held_back"]["correct"]
    with (out / "article.csv").open() as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == ["1", "2", "3"]
    assert float(history[-1]["held_back_accuracy"]) == correct / 100
    with Image.open(out / "article.png") as curve:
        assert curve.width > 300
    printed = capsys.readouterr().out
    assert printed.count("held back") == 4
    assert sorted(path.suffix for path in out.iterdir()) == [".csv", ".json", ".npz", ".png"]


@pytest.fixture
def few_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three writers' strokes and two sources', and a recipe that adds little to them."""
    stroke = np.array([[0.0, 0.0], [30.0, 5.0], [10.0, 100.0]])
    pen = [Character("7", "", f"{n}", [stroke + 3 * n]) for n in (1, 1, 2, 3)]
    monkeypatch.setattr(handwriting, "load_pendigits", lambda folder: pen)
    characters = [Character("7", source, "1", [stroke]) for source in ("apa", "syn")]
    monkeypatch.setattr(handwriting, "load_unipen", lambda folder: characters)
    monkeypatch.setattr(digit_training, "load_omniglot", lambda folder: striped(2))
    mixture = Mixture(
        pen_copies=2,
        unipen_copies=3,
        n_template_digits=10,
        n_cut=0,
        n_crossed_out=4,
        n_non_digits=5,
        n_textures=5,
        n_composed=3,
        n_written_over=0,
        n_numbers=0,
        n_swiss=0,
    )
    recipe = dataclasses.replace(RECIPES["convnet"], mixture=mixture)
    monkeypatch.setitem(RECIPES, "convnet", recipe)


def test_the_convnet_is_trained_on_drawings_too_and_its_metadata_say_whose(
    table: Path, tmp_path: Path, few_drawings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main(["convnet", "--csv", str(table), "--epochs", "1", "--held-back", "100",
                "--held-back-writers", "1", "--held-back-sources", "apa",
                "--out", str(tmp_path)])  # fmt: skip
    model = weights.load(tmp_path / "convnet.npz")
    assert model.metadata["data"]["examples"] == 300 + 3 * 2 + 3 + 2 + 10 + 4 + 5 + 5 + 3
    assert model.metadata["data"]["writers_held_back"] == 1
    assert model.metadata["data"]["sources_held_back"] == ["apa"]
    assert model.metadata["scores"]["held_back"]["total"] == 100 + 1 + 1
    assert model.metadata["command"].endswith(
        "--held-back 100 --held-back-writers 1 --held-back-sources apa"
    )
    assert isinstance(model.network.loss, SoftmaxCrossEntropy)
    assert model.network.loss.temperature == model.metadata["temperature"] != 1
    assert "minimises the cost on the held-back pictures" in capsys.readouterr().out
    assert not (tmp_path / "convnet.checkpoint").exists()


def test_with_nothing_held_back_the_temperature_is_the_recipes(
    table: Path, tmp_path: Path, few_drawings: None
) -> None:
    train.main(["convnet", "--csv", str(table), "--epochs", "1", "--out", str(tmp_path)])
    metadata = weights.load(tmp_path / "convnet.npz").metadata
    assert metadata["temperature"] == RECIPES["convnet"].temperature
    assert metadata["data"]["writers_held_back"] == 0


def test_a_training_goes_on_with_a_network_of_the_same_people_at_half_the_rate(
    table: Path, tmp_path: Path, few_drawings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str, *options: str) -> Path:
        command = ["convnet", "--csv", str(table), "--epochs", "1", *options]
        train.main([*command, "--out", str(tmp_path / name)])
        return tmp_path / name / "convnet.npz"

    first = run("first")
    trainings: list[tuple[Recipe, Array]] = []

    def do_nothing(training: DigitTraining) -> Iterator[float]:
        trainings.append((training.recipe, training.network.parameters.copy()))
        yield 1.0

    monkeypatch.setattr(DigitTraining, "costs", do_nothing)
    base = str(first.parent)
    metadata = weights.load(run("second", "--from", base, "--seed", "2")).metadata
    ((recipe, parameters),) = trainings
    assert recipe.schedule(0.5) == RECIPES["convnet"].schedule(0.5) / 2
    assert recipe.distort is RECIPES["convnet"].going_on_distort is not None
    assert np.array_equal(parameters, load_trainable(first, ARCHITECTURES).network.parameters)
    assert metadata["from"]["sha256"] == weights.load(first).metadata["sha256"]
    assert metadata["command"] == (
        f"python -m nn train convnet --from {base} --csv {table.name} --epochs 1 --seed 2 "
        "--held-back 0"
    )
    slow = weights.load(run("slow", "--from", base, "--rate", "0.05")).metadata
    assert trainings[1][0].schedule(0.5) == 0.05 * RECIPES["convnet"].schedule(0.5)
    assert " --rate 0.05 " in slow["command"]
    with pytest.raises(SystemExit, match="but it has held back 0 writers"):
        run("third", "--from", base, "--held-back-writers", "1")


def test_ctrl_c_writes_the_last_whole_epoch(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "models"
    command = [sys.executable, "-m", "nn", "train", "article", "--csv", str(table),
               "--epochs", "100000", "--held-back", "100", "--out", str(out)]  # fmt: skip
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        # A shell starts background jobs with SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("epoch   3"):
                break
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=200)
    assert process.returncode == 130
    assert "Stopped in epoch" in rest
    assert "The same command with --resume continues this training" in rest
    assert (out / "article.checkpoint").exists()
    assert "Traceback" not in errors
    assert weights.load(out / "article.npz").metadata["epochs"] >= 1


def test_ctrl_c_while_a_checkpoint_is_saved_stops_the_training(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python ignores what a destructor raises, as that of a ZIP archive."""
    save = Checkpoint.save

    class Interrupted:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    def interrupted(checkpoint: Checkpoint, path: Path) -> None:
        Interrupted()
        save(checkpoint, path)

    monkeypatch.setattr(Checkpoint, "save", interrupted)
    # A shell may have let it be ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit) as raised:
            train.main(["article", "--csv", str(table), *HELD_BACK, "--epochs", "3",
                        "--out", str(tmp_path / "m")])  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    assert raised.value.code == 130
    printed = capsys.readouterr().out
    assert printed.count("held back") == 2  # of the digits, and of one epoch
    assert "Stopped in epoch 2" in printed
    assert weights.load(tmp_path / "m" / "article.npz").metadata["epochs"] == 1


def test_ctrl_c_that_is_ignored_stays_ignored_while_a_checkpoint_is_saved() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with delay_sigint():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_before_the_first_epoch_ends_writes_nothing(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **kwargs: object) -> NoReturn:
        raise KeyboardInterrupt

    out = tmp_path / "m"
    monkeypatch.setattr(Network, "sgd", interrupted)
    with pytest.raises(SystemExit, match="nothing is written"):
        train.main(["article", "--csv", str(table), *HELD_BACK, "--out", str(out)])
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--csv", "train.csv", *HELD_BACK, "--resume"], "the checkpoint of a stopped training"),
        (["--data", "nowhere"], "expected the MNIST file"),
        (["--csv", "train.csv", *HELD_BACK, "--out", "train.csv/m"], "expected a folder to write"),
        (["--csv", "train.csv", "--held-back", "400"], "expected fewer digits to hold back"),
    ],
)
def test_what_keeps_a_training_from_starting_is_one_clear_line(
    options: list[str], message: str, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    with pytest.raises(SystemExit, match=f"^python -m nn train: .*{message}") as raised:
        train.main(["article", *options])
    assert "\n" not in str(raised.value)
    assert [path.name for path in table.parent.iterdir()] == ["train.csv"]


@pytest.mark.parametrize("out", ["models", "runs/../models", "shipped"])
def test_the_folder_of_the_shipped_weights_is_refused(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train, "SHIPPED", tmp_path.resolve() / "models")
    for folder in ("models", "runs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "shipped").symlink_to("models")
    with pytest.raises(SystemExit, match=r"expected another folder than models.*make promote"):
        train.main(["article", "--csv", str(table), *HELD_BACK, "--epochs", "1",
                    "--out", out])  # fmt: skip
    assert not list((tmp_path / "models").iterdir())


@pytest.mark.parametrize("suffix", [".npz", ".png"])
def test_a_run_that_cannot_be_written_is_one_clear_line_and_resume_writes_it(
    table: Path, tmp_path: Path, suffix: str
) -> None:
    options = ["article", "--csv", str(table), *HELD_BACK, "--epochs", "1"]
    target = tmp_path / "run" / f"article{suffix}"
    target.mkdir(parents=True)
    with pytest.raises(
        SystemExit, match=r"^python -m nn train: .*is a folder.*--resume continues"
    ) as raised:
        train.main([*options, "--out", str(target.parent)])
    assert "\n" not in str(raised.value)
    target.rmdir()
    train.main([*options, "--out", str(target.parent), "--resume"])
    assert weights.load(target.with_suffix(".npz")).metadata["epochs"] == 1
    assert target.is_file()


def test_ctrl_c_twice_is_safe(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish = DigitTraining.finish

    def interrupted(training: DigitTraining, options: argparse.Namespace) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGINT)
        return finish(training, options)

    monkeypatch.setattr(DigitTraining, "finish", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    train.main(["article", "--csv", str(table), *HELD_BACK, "--epochs", "1",
                "--out", str(tmp_path / "m")])  # fmt: skip
    assert weights.load(tmp_path / "m" / "article.npz")
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize("option", ["--epochs=0", "--seed=-1", "--held-back=-5", "--epochs=many"])
def test_numbers_out_of_range_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        train.main(["article", option])
    assert raised.value.code == 2
    assert option.split("=")[0] in capsys.readouterr().err


def test_the_shipped_weights_name_their_command_and_knew_all_of_mnist_s_training_digits() -> None:
    for path in sorted(Path("models").glob("*.json")):
        metadata = json.loads(path.read_text())
        assert re.match(rf"python -m nn[. ]train {path.stem} ", metadata["command"])
        n_held_back = metadata["scores"].get("held_back", {"total": 0})["total"]
        assert metadata["data"]["examples"] + n_held_back >= 60000
