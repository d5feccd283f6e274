import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn import evaluate
from nn.data.kaggle import PIXEL_NAMES
from nn.evaluate import confusion_matrix, wilson_interval, worst_mistakes

MODELS = sorted(path.stem for path in Path("models").glob("*.npz"))
needs_mnist = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA"
)


def test_the_interval_by_the_paper_s_formula_worked_by_hand():
    # 8 of 10, z = 1.96: middle (0.8 + 0.19207) / 1.38414, spread 1.96 sqrt(0.016 + 0.0096036) / ...
    low, high = wilson_interval(8, 10)
    assert abs(low - 0.4902) < 1e-4
    assert abs(high - 0.9433) < 1e-4


@pytest.mark.parametrize(("correct", "total"), [(0, 5), (5, 5), (9999, 10000)])
def test_the_interval_holds_the_share_and_stays_within_0_to_1(correct, total):
    low, high = wilson_interval(correct, total)
    assert 0 <= low <= correct / total <= high <= 1
    assert low < high


def test_no_examples_have_no_interval():
    with pytest.raises(ValueError, match="at least one"):
        wilson_interval(0, 0)


def test_the_confusion_matrix_counts_answers_by_digit():
    counts = confusion_matrix(np.array([0, 1, 1, 2]), np.array([0, 2, 2, 1]), 3)
    assert counts.tolist() == [[1, 0, 0], [0, 0, 2], [0, 1, 0]]


def test_the_worst_mistakes_are_the_most_confident_ones():
    activations = np.array([[0.9, 0.1], [0.6, 0.4], [0.1, 0.9], [0.95, 0.05]])
    labels = np.array([1, 1, 1, 1])
    assert worst_mistakes(activations, labels, 5).tolist() == [3, 0, 1]
    assert worst_mistakes(activations, labels, 2).tolist() == [3, 0]


def test_a_network_without_mistakes_has_no_worst_ones():
    assert worst_mistakes(np.eye(3), np.arange(3), 5).size == 0


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
