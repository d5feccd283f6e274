import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from app.config import ROOT
from nn.record import main
from nn.training.recorded.options import Knobs, Options
from nn.training.recorded.record import record
from nn.training.recorded.recording import Recording

RECORDED_RUN = Path("static/lesson/run.json")
SMALL = ["--hidden", "2", "--epochs", "2", "--examples", "100"]


def read(path: Path) -> Recording:
    return msgspec.json.decode(path.read_bytes(), type=Recording)


def test_it_prints_each_epoch_and_writes_the_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*SMALL, "--rate", "1.5", "--biases", "false", "--out", str(tmp_path / "run.json")])
    recording = read(tmp_path / "run.json")
    assert recording.settings == Knobs(hidden=2, epochs=2, examples=100, rate=1.5, biases=False)
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in printed[:3]] == ["0.00", "1.00", "2.00"]
    assert f"{recording.frames[-1].test_accuracy:.2%}" in printed[2]
    assert printed[3].startswith("Wrote ")


def test_without_a_file_it_writes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    main(SMALL)
    assert not list(tmp_path.iterdir())


def test_on_any_number_of_cores_the_parameters_are_those_of_one(tmp_path: Path) -> None:
    """Products that several threads share are summed in another order, and rounded otherwise."""
    options = ["--hidden", "100", "--batch", "1000", "--epochs", "1", "--examples", "2000"]
    command = [sys.executable, "-m", "nn.record", *options, "--out", str(tmp_path / "run.json")]
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    one = subprocess.run(
        [sys.executable, "-m", "nn.training.recorded.process", str(os.getpid())],
        cwd=ROOT,
        env=environment | {"OPENBLAS_NUM_THREADS": "1"},
        input=b'{"hidden": 100, "batch": 1000, "epochs": 1, "examples": 2000}',
        check=True,
        capture_output=True,
    )
    expected = msgspec.json.decode(gzip.decompress(one.stdout), type=Recording)
    assert expected.stopped is None
    assert read(tmp_path / "run.json").parameters == expected.parameters


def test_a_request_is_trained_as_the_server_would_with_the_options_given_beside_it(
    tmp_path: Path,
) -> None:
    own = {"images": "AAAA" * 261 + "AA==", "labels": [7], "held_back": [False]}
    (tmp_path / "request.json").write_text(json.dumps({"hidden": 3, "rate": 2, "own": own}))
    arguments = ["--request", str(tmp_path / "request.json"), "--out", str(tmp_path / "run.json")]
    main([*arguments, *SMALL])
    recording = read(tmp_path / "run.json")
    assert recording.settings == Knobs(hidden=2, epochs=2, examples=100, rate=2.0)
    assert recording.counts.own == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--hidden", "0"], ">= 1"),
        (["--rate", "nan"], "> 0"),
        (["--biases", "maybe"], "bool"),
        (["--request", "nowhere.json"], "nowhere.json"),
        (["--request", "pyproject.toml"], "malformed"),
        ([*SMALL, "--out", "nowhere/run.json"], "nowhere"),
    ],
)
def test_what_it_cannot_do_it_says_in_one_line(arguments: list[str], expected: str) -> None:
    with pytest.raises(SystemExit, match=f"^nn.record: .*{expected}"):
        main(arguments)


@pytest.mark.trains
def test_the_recorded_run_is_what_the_command_records() -> None:
    shipped, recorded = read(RECORDED_RUN), record(Options(), max_weight_bytes=180_000)
    assert shipped.settings == recorded.settings
    assert shipped.backprop.image == recorded.backprop.image
    assert [frame.step for frame in shipped.frames] == [frame.step for frame in recorded.frames]
    # Another machine rounds otherwise, and small differences grow with each step.
    first, same = (
        np.frombuffer(each.weights.bytes[: 15 * 784], np.int8) for each in (shipped, recorded)
    )
    assert np.abs(first.astype(int) - same).max() <= 1
    assert abs(shipped.correct.test - recorded.correct.test) < 20
    assert shipped.frames[-1].test_accuracy > 0.9


def test_the_recorded_run_is_small_and_has_the_weights_often() -> None:
    assert RECORDED_RUN.stat().st_size <= 400_000
    assert len(read(RECORDED_RUN).weights.frames) >= 12
