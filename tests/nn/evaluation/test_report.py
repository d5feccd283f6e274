import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn import evaluate
from nn.data.mnist import load_mnist
from nn.data.pictures.entries import Skipped
from nn.data.pictures.own_digits import OwnDigits, hashes_of
from nn.evaluation.own_pictures import OwnResult
from nn.evaluation.report import as_text, tables, to_html, to_json
from nn.models import weights
from nn.models.weights import Model
from nn.reading.doubts import Doubt
from tests.data_sets import needs_data
from tests.drawing import as_file
from tests.nn.data.pictures.making import drawn, slanted, write_files

ARTICLE = Path("models/article.npz")
A, B = (as_file(drawn(left)) for left in (30, 45))


@pytest.fixture(scope="module")
def article() -> Model:
    return weights.load(ARTICLE)


def result(writers: list[str] | None = None) -> OwnResult:
    """Four pictures labelled 1: one read as 7 and certain, two less so, and one right."""
    digits = slanted(4)
    activations = np.zeros((4, 10), np.float32)
    activations[[0, 1, 2, 3], [7, 7, 7, 1]] = [0.5, 0.99, 0.7, 0.9]
    labelled = OwnDigits(
        type(digits)(digits.images, np.ones(4, np.uint8)),
        [f"<script>{number}</script>.png" for number in range(4)],
        writers or [""] * 4,
    )
    doubts = [None, Doubt.UNCLEAR, Doubt.NOT_A_DIGIT, None]
    unread = Skipped("<u>.png", "is blank", 1, writers[-1] if writers else "")
    return OwnResult(labelled, activations, doubts, [unread], [Skipped("<b>.png", "is twice")])


def test_the_tables_have_each_class_pair_doubt_and_writer_and_certain_mistakes_come_first() -> None:
    assert result().worst(10).tolist() == [0, 1, 2]  # certain ones first, then most confident ones
    assert result().worst(1).tolist() == [0]
    text = as_text(tables(result(["ann", "ben", "ben", "ben"])))
    assert "| 1 | 5 | 100.00 % (20.65-100.00) | 20.00 % (3.62-62.45) | 0.3333 |" in text
    assert "| 7 read as" not in text
    assert "| 1 read as 7 | 3 |" in text
    assert "| unclear | 1 | 0.00 % (0.00-79.35) |" in text
    assert text.index("| ann | 0.00 %") < text.index("| ben | 25.00 %")


def test_two_networks_are_compared_on_what_each_reads() -> None:
    document = json.loads(to_json({"mlp": result(), "convnet": result()}))
    assert [each["name"] for each in document["networks"]] == ["mlp", "convnet"]
    assert document["networks"][0]["classes"][1]["recall"] == 0.2
    assert document["networks"][0]["mistakes"] == [{"label": 1, "read": 7, "pictures": 3}]
    assert document["paired"] == {
        "both_right": 1, "only_first_right": 0, "only_second_right": 0, "both_wrong": 3,
        "p_value": 1.0,
    }  # fmt: skip
    answers = document["networks"][0]["answers"]
    assert answers[0]["file"] == "<script>0</script>.png"
    assert [each["doubt"] for each in answers] == [None, "unclear", "not_a_digit", None]
    assert document["networks"][0]["unread"][0]["why"] == "is blank"


def test_the_report_is_one_document_with_names_as_text(article: Model, tmp_path: Path) -> None:
    write_files(tmp_path, {"1/a.png": as_file(drawn(30))})
    results = {"article": result(["<i>"] * 4), "mlp": result()}
    document = to_html(article, tmp_path, results).decode()
    assert "&lt;script&gt;0&lt;/script&gt;.png" in document
    assert "read as labelled: 1 of 5," in document
    assert "<li>&lt;u&gt;.png, labelled 1: is blank</li>" in document
    for text in ("<script", "<b>", "<i>", "<u>", "http:", "https:"):
        assert text not in document
    assert document.count('alt="The 28x28 pixels"') == 3
    assert "article and mlp (McNemar&#39;s exact test: p = 1)" in document
    assert "<td>20.00 % (3.62-62.45)</td><td>20.00 % (3.62-62.45)</td>" in document


def test_the_command_measures_a_folder_and_writes_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models = Path("models").resolve()
    folder = write_files(
        tmp_path / "mine",
        {"1/a.png": A, "1/b.png": B, "4/wrong.png": as_file(drawn(60)), "1/cut.png": b"cut",
         "7/blank.png": as_file(Image.new("L", (60, 60), 255)), "ten/c.png": as_file(drawn(50))},
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INKLING_DATA", raising=False)
    evaluate.main(["convnet", "--models", str(models), "--pictures", str(folder)])
    captured = capsys.readouterr()
    assert "read correctly: 40.00 % (read as labelled: 2 of 5, " in captured.out
    assert "\nnot read: 2 (counted as wrong)\n" in captured.out
    unread = ["1/cut.png, labelled 1: The 3 bytes are not a", "7/blank.png, labelled 7: is blank"]
    assert "skipped ten/c.png: expected a label from 0 to 9, but got 'ten'" in captured.err
    document = Path("report-convnet.html").read_text()
    assert "4/wrong.png" in document
    assert all(f"<li>{line}" in document for line in unread)
    assert 'alt="The picture"' in document
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "report-convnet.html"]


def test_programs_get_two_networks_on_standard_output_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models = str(Path("models").resolve())
    folder = write_files(tmp_path / "mine", {"1/a.png": A, "4/b.png": B})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INKLING_DATA", raising=False)
    options = ["article", "--models", models, "--pictures", str(folder), "--compare", "mlp"]
    evaluate.main([*options, "--format", "json", "--risk", "0.001"])
    document = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in document["networks"]] == ["article", "mlp"]
    assert document["networks"][0]["risk"] == 0.001
    assert sum(value for name, value in document["paired"].items() if name != "p_value") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    evaluate.main(options)
    printed = capsys.readouterr().out
    assert "| pictures | article | mlp |" in printed
    assert "| only it is right | " in printed


def test_learnt_pictures_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digits = slanted(12)
    folder = write_files(
        tmp_path / "mine",
        {f"{label}/{number}.png": as_file(Image.fromarray(image))
         for number, (image, label) in enumerate(zip(digits.images, digits.labels, strict=True))},
    )  # fmt: skip
    used = ["learnt", "held back", *["test"] * 10]
    rows = zip(hashes_of(digits.images), digits.labels.tolist(), used, strict=True)
    table = tmp_path / "article.pictures.csv"
    with table.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["sha256", "label", "used"], *rows])
    metadata = json.loads(ARTICLE.with_suffix(".json").read_text())
    metadata["own"] = {"sha256": hashlib.sha256(table.read_bytes()).hexdigest()}
    (tmp_path / "article.npz").write_bytes(ARTICLE.read_bytes())
    (tmp_path / "article.json").write_text(json.dumps(metadata))
    options = ["article", "--models", str(tmp_path), "--pictures", str(folder),
               "--out", str(tmp_path / "a.html")]  # fmt: skip

    evaluate.main(options)
    captured = capsys.readouterr()
    assert " of 10, " in captured.out
    assert f"{digits.labels[0]}/0.png: was learnt from" in captured.err
    assert f"{digits.labels[1]}/1.png: has chosen the network's epoch" in captured.err

    table.write_text(table.read_text() + "0,0,learnt\n")  # of another training
    evaluate.main(options)
    assert " of 12, " in capsys.readouterr().out


@needs_data
def test_training_digits_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mnist, test = load_mnist()
    files = {
        f"{mnist.labels[0]}/train.png": mnist.images[0],
        f"{test.labels[0]}/t.png": test.images[0],
    }
    write_files(tmp_path, {name: as_file(Image.fromarray(image)) for name, image in files.items()})
    evaluate.main(["article", "--pictures", str(tmp_path), "--out", str(tmp_path / "a.html")])
    captured = capsys.readouterr()
    assert " of 1, " in captured.out
    assert "train.png: is one of MNIST's training digits" in captured.err


@pytest.mark.parametrize(
    ("named", "message"), [("mine", "but all are skipped"), ("", "expected folders named 0 to 9")]
)
def test_a_folder_of_which_nothing_is_left_is_one_clear_line_and_no_report(
    named: str, message: str, tmp_path: Path
) -> None:
    write_files(tmp_path / "mine", {"1/cut.png": b"cut"})
    out = tmp_path / "a.html"
    with pytest.raises(SystemExit, match=rf"^python -m nn evaluate: .*{message}"):
        evaluate.main(["article", "--pictures", str(tmp_path / named), "--out", str(out)])
    assert not out.exists()
