"""The answers from which certainty is fitted, and the command that fits it."""

import json
import pickle
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn import promote, train
from nn.data.synthetic.drawing import draw_strokes
from nn.data.synthetic.styles import write_digit
from nn.evaluation import certainty as module
from nn.evaluation.certainty import CALIBRATION, Source, all_sources, read_cheques
from nn.evaluation.sets import NUMBERS, SINGLE, Labelled
from nn.models import line_network
from nn.reading.certainty_model import Certainty


def digits(seed: int) -> Iterator[Labelled]:
    """Yield drawn digits of rare and of usual styles."""
    rng = np.random.default_rng(seed)
    for number in range(20):
        digit = number % 10
        yield Labelled(draw_strokes(write_digit(digit, rng, rare=0.5), 0.08), str(digit))


def numbers(seed: int) -> Iterator[Labelled]:
    """Yield pairs of drawn digits; the label of every fifth is another number."""
    rng = np.random.default_rng(seed)
    for number in range(20):
        pair = rng.integers(10, size=2).tolist()
        picture = Image.new("L", (192, 96), "white")
        for place, digit in enumerate(pair):
            picture.paste(draw_strokes(write_digit(digit, rng), 0.08), (96 * place, 0))
        yield Labelled(picture, "".join(map(str, pair)) if number % 5 else "123")


def cheques(folder: Path, *rows: tuple[str, str]) -> Path:
    """Write cheques for calibration with these names and labels into a data folder."""
    at = folder / "calibration" / "cheques"
    at.mkdir(parents=True)
    (at / "labels.csv").write_text("file,digits\n" + "".join(f"{a},{b}\n" for a, b in rows))
    for name, _ in rows:
        Image.new("L", (90, 40), "white").save(at / name)
    return folder


def test_each_set_is_a_source() -> None:
    sources = all_sources(Path("data"))
    assert {CALIBRATION, *NUMBERS, *SINGLE} < {source.name for source in sources}
    assert {source.name for source in sources if source.has_marks} == {
        "drawn lines of pendigits",
        "drawn lines of UNIPEN",
    }


def test_other_processes_are_given_each_source() -> None:
    sources = all_sources(Path("data"))
    names = [source.name for source in pickle.loads(pickle.dumps(sources))]
    assert names == [source.name for source in sources]


def test_wrong_labels_of_cheques_are_corrected(tmp_path: Path) -> None:
    data = cheques(tmp_path, ("1.png", "60"), ("2.png", "1111"))
    assert [labelled.digits for labelled in read_cheques(data)] == ["60", "1111"]
    source = next(each for each in all_sources(data) if each.name == CALIBRATION)
    assert [labelled.digits for labelled in source.pictures()] == ["60", "1119"]


def test_certainty_is_fitted_written_and_promoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Source(f"digits {seed}", partial(digits, seed), is_of_digits=True) for seed in (1, 2)]
    found += [Source(f"numbers {seed}", partial(numbers, seed), has_marks=True) for seed in (3, 4)]
    monkeypatch.setattr(module, "all_sources", lambda _: found)
    monkeypatch.setattr(module, "folder_of", lambda _: tmp_path)
    # One process, which has the sources of this test.
    monkeypatch.setattr(module, "ProcessPoolExecutor", InThisProcess)
    train.main(["certainty", "--out", str(tmp_path / "run")])
    printed = capsys.readouterr().out
    assert "| digits 1 |" in printed and "| numbers 4 |" in printed
    content = json.loads((tmp_path / "run" / "certainty.json").read_text())
    assert content["command"] == "python -m nn train certainty --from convnet"
    assert set(content["networks"]) == {"convnet", "lines"}
    certainty = Certainty.load(tmp_path / "run" / "certainty.json")
    promote.main(["certainty", "--run", str(tmp_path / "run"), "--models", str(tmp_path / "m")])
    assert Certainty.load(line_network.certainty_path(tmp_path / "m")) == certainty


class InThisProcess:
    """Stands in for a pool of processes."""

    def __init__(self, initializer: object = None, initargs: tuple[object, ...] = ()) -> None:
        assert callable(initializer)
        initializer(*initargs)

    def __enter__(self) -> "InThisProcess":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    map = staticmethod(lambda function, items, chunksize: map(function, items))


def test_a_number_that_is_read_in_a_picture_of_no_digit_counts_for_no_threshold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pair = Labelled(next(numbers(3)).picture, "")
    source = Source("no digits", lambda: iter([pair]), is_of_digits=True)
    monkeypatch.setattr(module, "all_sources", lambda _: [source])
    monkeypatch.setattr(module, "folder_of", lambda _: None)
    monkeypatch.setattr(module, "ProcessPoolExecutor", InThisProcess)
    answers, _ = module.collect(None, "convnet")
    found = [(each.reading.is_number, each.is_real, each.is_counted) for each in answers]
    assert found == [(True, False, True), (False, True, False)]


@pytest.mark.parametrize("options", [["--epochs", "2"], ["--resume"], ["--pictures", "x"]])
def test_options_of_trainings_are_refused(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        train.main(["certainty", *options])
    assert "certainty takes --data, --from and --out, not" in capsys.readouterr().err


def test_a_damaged_file_is_not_promoted(tmp_path: Path) -> None:
    (tmp_path / "certainty.json").write_text("{}")
    with pytest.raises(SystemExit, match="expected the weights of certainty"):
        promote.main(["certainty", "--run", str(tmp_path), "--models", str(tmp_path / "m")])
    assert not (tmp_path / "m").exists()
