import os
from pathlib import Path

import pytest
from PIL import Image

from nn import evaluate
from nn.data.kaggle import PIXEL_NAMES

MODELS = sorted(path.stem for path in Path("models").glob("*.npz"))
needs_mnist = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA"
)


def test_a_submission_answers_every_picture(tmp_path, capsys):
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


def test_a_wrong_table_writes_nothing(tmp_path):
    table = tmp_path / "test.csv"
    table.write_text("ink\n1\n")
    out = tmp_path / "submission.csv"
    with pytest.raises(SystemExit, match=r"^nn\.evaluate: .*expected 784 column names"):
        evaluate.main(["article", "--submission", str(table), "--out", str(out)])
    assert not out.exists()


def test_an_unknown_model_ends_in_one_clear_line():
    with pytest.raises(SystemExit, match=r"^nn\.evaluate: .*nobody\.json: cannot be read"):
        evaluate.main(["nobody"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected the name of one network, --all or --numbers, but got none"),
        (["article", "mlp"], "but got article and mlp"),
        (["--all", "--out", "tables.md"], "it takes neither --submission nor --out"),
        (["--all", "--submission", "test.csv"], "it takes neither --submission nor --out"),
        (["--numbers", "--submission", "test.csv"], "--numbers prints its tables: it takes"),
        (["--all", "--numbers"], "expected --all or --numbers, but got both"),
    ],
)
def test_a_command_line_that_means_nothing_is_refused(arguments, message, capsys):
    with pytest.raises(SystemExit) as exit_info:
        evaluate.main(arguments)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


def test_all_networks_of_no_networks_end_in_one_clear_line(tmp_path):
    with pytest.raises(SystemExit, match=r"^nn\.evaluate: .*expected networks in it"):
        evaluate.main(["--all", "--models", str(tmp_path)])


@pytest.fixture
def compared(monkeypatch):
    """Return what is compared, instead of comparing it."""
    calls = []

    def compare(models, test, data, n_writers):
        calls.append((list(models), len(test), n_writers))
        return "| a table |"

    monkeypatch.setattr(evaluate.comparison, "compare", compare)
    return calls


@needs_mnist
def test_all_compares_every_network_from_small_to_large(compared, tmp_path, capsys):
    for path in Path("models").glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for ending in ("npz", "json"):
        content = Path(f"models/article.{ending}").read_bytes()
        (tmp_path / f"another.{ending}").write_bytes(content)
    evaluate.main(["--all", "--models", str(tmp_path)])
    ((names, n_digits, n_writers),) = compared
    assert names[:2] == ["article", "mlp"]
    assert names[-1] == "another"
    assert (n_digits, n_writers) == (10_000, evaluate.HELD_BACK_WRITERS)
    assert capsys.readouterr().out == "| a table |\n"


@needs_mnist
def test_all_compares_only_the_networks_named_in_their_order(compared):
    evaluate.main(["--all", "mlp", "article", "--held-back-writers", "3"])
    assert compared == [(["mlp", "article"], 10_000, 3)]


@needs_mnist
def test_numbers_are_measured_with_the_networks_named(monkeypatch, capsys):
    calls = []

    def measure(models, test, data, n_writers):
        calls.append((list(models), len(test), n_writers))
        return "| numbers |"

    monkeypatch.setattr(evaluate.number_bench, "measure", measure)
    evaluate.main(["--numbers", "article", "--held-back-writers", "3"])
    assert calls == [(["article"], 10_000, 3)]
    assert capsys.readouterr().out == "| numbers |\n"


@needs_mnist
@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_networks_read_mnist_as_their_metadata_say(name, tmp_path, capsys):
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
