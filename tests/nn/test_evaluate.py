from pathlib import Path

import pytest
from PIL import Image

from nn import evaluate
from nn.data.kaggle import PIXEL_NAMES
from nn.evaluation import sets
from nn.models import weights
from tests.data_sets import needs_data

MODELS = sorted(path.stem for path in Path("models").glob("*.npz"))


def test_a_submission_has_every_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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


def test_a_wrong_table_and_an_unknown_network_end_in_one_clear_line(tmp_path: Path) -> None:
    table, out = tmp_path / "test.csv", tmp_path / "submission.csv"
    table.write_text("ink\n1\n")
    with pytest.raises(SystemExit, match=r"^python -m nn evaluate: .*expected 784 column names"):
        evaluate.main(["article", "--submission", str(table), "--out", str(out)])
    assert not out.exists()
    with pytest.raises(SystemExit, match=r"^python -m nn evaluate: .*unknown\.json: cannot be"):
        evaluate.main(["unknown"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected the name of a network, --dev or --attack, but got none"),
        (["--dev", "--submission", "y"], "not allowed with argument --dev"),
        (["--dev", "--out", "tables.md"], "expected --dev or --attack without --out"),
        (["--attack", "--out", "tables.md"], "expected --dev or --attack without --out"),
        (["--dev", "--attack"], "not allowed with argument --dev"),
        (["--dev", "--seed", "2"], "--seed and --count are about --attack"),
        (["mlp", "--count", "9"], "--seed and --count are about --attack"),
        (["mlp", "--pictures", "x", "--out", "a.png"], "expected a name with .html for the report"),
        (["mlp", "--format", "json"], "--compare, --risk and --format are about --pictures"),
        (["mlp", "--pictures", "x", "--format", "json", "--out", "a.html"], "without --out: it is"),
        (["mlp", "--pictures", "x", "--risk", "nan"], "expected a number from 0.001 to 0.05"),
        (["mlp", "--pictures", "x", "--compare", "mlp"], "expected another network than 'mlp'"),
        (["mlp", "--every", "2"], "expected --every with --dev; got 2"),
    ],
)
def test_contradictory_options_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_info:
        evaluate.main(arguments)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


def test_the_sets_for_measuring_are_read_by_the_named_network_or_the_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[object] = []
    monkeypatch.setattr(evaluate, "load", lambda name, models: name)
    monkeypatch.setattr(sets, "measure_all_sets", lambda *arguments: calls.append(arguments))
    evaluate.main(["--dev"])
    evaluate.main(["mlp", "--dev", "--every", "9", "--data", "sets"])
    assert calls == [("convnet", None, 1), ("mlp", Path("sets"), 9)]


def test_pictures_of_more_than_a_number_are_drawn_by_a_seed_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[object] = []
    monkeypatch.setattr(evaluate, "load", lambda name, models: name)
    monkeypatch.setattr(sets, "measure_attack", lambda *arguments: calls.append(arguments))
    evaluate.main(["--attack"])
    evaluate.main(["mlp", "--attack", "--seed", "0", "--count", "3", "--data", "sets"])
    assert calls == [("convnet", None, 1, 20), ("mlp", Path("sets"), 0, 3)]


def test_a_network_is_found_in_the_folder_or_in_its_run(tmp_path: Path) -> None:
    files = [tmp_path / "article.npz", tmp_path / "article" / "article.npz"]
    assert weights.find_weights(tmp_path, "article") == files[0]
    files[1].parent.mkdir()
    files[1].touch()
    assert weights.find_weights(tmp_path, "article") == files[1]


@needs_data
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
