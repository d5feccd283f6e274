import os
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from PIL import Image

from nn import evaluate
from nn.data.digits import Digits
from nn.data.kaggle import PIXEL_NAMES
from nn.evaluation import numbers, single_digits
from nn.evaluation.strangers import HeldBack
from nn.models import weights
from nn.models.weights import Model

MODELS = sorted(path.stem for path in Path("models").glob("*.npz"))
needs_mnist = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA"
)


def test_a_submission_answers_every_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "test.csv"
    rows = [",".join(PIXEL_NAMES), ",".join(["0"] * 784), ",".join(["255"] * 784)]
    table.write_text("\n".join(rows))
    out = tmp_path / "submission.csv"
    evaluate.main(["article", "--submission", str(table), "--out", str(out)])
    lines = out.read_text().splitlines()
    assert lines[0] == "ImageId,Label"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]
    assert all(line.split(",")[1] in "0123456789" for line in lines[1:])
    assert "2 answers" in capsys.readouterr().out


def test_a_wrong_table_writes_nothing(tmp_path: Path) -> None:
    table = tmp_path / "test.csv"
    table.write_text("ink\n1\n")
    out = tmp_path / "submission.csv"
    with pytest.raises(SystemExit, match=r"^nn\.evaluate: .*expected 784 column names"):
        evaluate.main(["article", "--submission", str(table), "--out", str(out)])
    assert not out.exists()


def test_an_unknown_model_ends_in_one_clear_line() -> None:
    with pytest.raises(SystemExit, match=r"^nn\.evaluate: .*unknown\.json: cannot be read"):
        evaluate.main(["unknown"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [],
            "expected the name of one network, or one of --all, --numbers, --sheets, but",
        ),
        (["article", "mlp"], "but got article and mlp"),
        (["--all", "--out", "tables.md"], "it takes neither --pictures nor"),
        (["--all", "--submission", "test.csv"], "it takes neither --pictures nor"),
        (["--numbers", "--submission", "test.csv"], "--numbers prints its tables: it takes"),
        (["mlp", "--pictures", "x", "--submission", "y"], "--pictures or --submission, but got"),
        (["mlp", "--pictures", "x", "--out", "a.png"], "expected a name with .html for the report"),
        (["--all", "--pictures", "x"], "it takes neither --pictures nor"),
        (["--all", "--numbers"], "--sheets, but got --all and --numbers"),
    ],
)
def test_contradictory_options_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_info:
        evaluate.main(arguments)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_networks_ends_in_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(
        SystemExit, match=r"^nn\.evaluate: .*expected NAME.npz or NAME/NAME.npz in it"
    ):
        evaluate.main(["--all", "--models", str(tmp_path)])


Call = tuple[list[str], int, HeldBack]


def record(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> list[Call]:
    """Replace a module's measurement; return the names, digits and people of each call."""
    calls: list[Call] = []

    def measure(
        models: dict[str, Model], test: Digits, data: Path | None, held_back: HeldBack, *_: object
    ) -> str:
        calls.append((list(models), len(test), held_back))
        return "| a table |"

    monkeypatch.setattr(module, "measure", measure)
    return calls


def copy_network(name: str, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    for suffix in (".npz", ".json"):
        path.with_suffix(suffix).write_bytes(Path(f"models/{name}{suffix}").read_bytes())


@needs_mnist
def test_all_measures_every_network_of_a_folder_known_ones_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = record(monkeypatch, single_digits)
    copy_network("article", tmp_path / "another.npz")
    copy_network("mlp", tmp_path / "mlp" / "mlp.npz")  # as a training leaves it
    copy_network("article", tmp_path / "article.npz")
    evaluate.main(["--all", "--models", str(tmp_path)])
    assert calls == [(["article", "mlp", "another"], 10_000, HeldBack(6, ("aga", "apa", "imp")))]
    assert capsys.readouterr().out == "| a table |\n"


@needs_mnist
def test_all_measures_only_the_named_networks_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = record(monkeypatch, single_digits)
    evaluate.main(["--all", "mlp", "article", "--held-back-sources", ""])
    assert calls == [(["mlp", "article"], 10_000, HeldBack(6, ()))]


@needs_mnist
def test_numbers_are_measured_with_the_named_networks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = record(monkeypatch, numbers)
    people = ["--held-back-writers", "3", "--held-back-sources", "syn,apb"]
    evaluate.main(["--numbers", "article", *people])
    assert calls == [(["article"], 10_000, HeldBack(3, ("syn", "apb")))]
    assert capsys.readouterr().out == "| a table |\n"


def test_a_network_is_found_in_the_folder_or_in_its_run(tmp_path: Path) -> None:
    assert weights.find_weights(tmp_path, "article") == tmp_path / "article.npz"
    copy_network("article", tmp_path / "article" / "article.npz")
    assert weights.find_weights(tmp_path, "article") == tmp_path / "article" / "article.npz"


@needs_mnist
@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_networks_read_mnist_as_their_metadata_say(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mistakes.png"
    evaluate.main([name, "--out", str(out)])
    printed = capsys.readouterr().out
    model = evaluate.weights.load(Path("models") / f"{name}.npz")
    score = model.metadata["scores"]["mnist_test"]
    n_printed = int(printed.split(" of ")[0].replace(",", ""))
    # Another processor may round a tie the other way.
    assert abs(n_printed - score["correct"]) <= 2
    assert "95 % interval" in printed
    with Image.open(out) as sheet:
        assert sheet.width > 500


def test_ctrl_c_ends_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate, "report_own", interrupted)
    with pytest.raises(SystemExit) as raised:
        evaluate.main(["article", "--pictures", "mine"])
    assert raised.value.code == 130
    assert capsys.readouterr().err == "nn.evaluate: stopped, so nothing is written\n"
