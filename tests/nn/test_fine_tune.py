"""The command that fine-tunes: ``python -m nn train NAME --from NETWORK --pictures PATH``."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn import promote, train
from nn.core.network import Network
from nn.data.digits import Digits
from nn.models import weights
from nn.reading.mnist import to_inputs
from nn.training import fine_tuning
from nn.training.fine_tuning import FineTuning
from nn.training.own_certainty import Judged
from tests.drawing import as_file
from tests.nn.data.pictures.making import slanted, write_files
from tests.nn.striped import striped

MNIST = striped(4100), striped(400, 5)


@pytest.fixture(scope="module")
def base(striped_article: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of an article's network that has learnt stripes."""
    folder = tmp_path_factory.mktemp("base")
    for suffix in (".npz", ".json"):
        shutil.copy(striped_article.with_suffix(suffix), folder)
    return folder / "article.npz"


@pytest.fixture(scope="module", autouse=True)
def stripes_for_mnist() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nn.training.fine_tuning.N_REMEMBERED", 3_000)
        patch.setattr("nn.training.fine_tuning.N_ELSEWHERE", 1_000)
        patch.setattr(fine_tuning, "load_mnist", lambda folder: MNIST)
        yield


def folder_of(digits: Digits, path: Path) -> Path:
    files = {
        f"{label}/{number}.png": as_file(Image.fromarray(image))
        for number, (image, label) in enumerate(zip(digits.images, digits.labels, strict=True))
    }
    return write_files(path, files)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return folder_of(slanted(280), tmp_path / "my digits")


def fine_tune(base: Path, pictures: Path, out: Path, *options: str) -> None:
    train.main(["article", "--from", str(base), "--pictures", str(pictures),
                "--out", str(out), *options])  # fmt: skip


@pytest.fixture(scope="module")
def finished(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    mine = folder_of(slanted(280), folder / "my digits")
    write_files(mine, {"3/cut.png": b"cut"})
    fine_tune(base, mine, folder / "run")
    return folder / "run"


def test_it_writes_a_run_that_says_where_it_comes_from(base: Path, finished: Path) -> None:
    metadata = weights.load(finished / "article.npz").metadata
    assert metadata["from"] == {
        "name": "article",
        "command": "the first training",
        "sha256": hashlib.sha256(base.read_bytes()).hexdigest(),
    }
    assert metadata["command"] == (
        f"python -m nn train article --from {base} --pictures 'my digits' --epochs 6 --seed 1"
    )
    assert metadata["description"].endswith("fine-tuned on 200 pictures")
    own, scores = metadata["own"], metadata["scores"]
    assert (own["learnt"], own["held_back"], own["test"]) == (200, 40, 40)
    assert own["test_before"]["total"] == own["test_after"]["total"] == 40
    assert own["test_after"]["correct"] == scores["own_test"]["correct"]
    assert own["test_after"]["certain_and_wrong"] <= own["test_after"]["certain"]
    assert own["is_judged_alone"] in (True, False)
    assert scores["own_test"]["correct"] > scores["own_test_before"]["correct"] + 10
    assert scores["mnist_test"]["total"] == 400


def test_the_list_of_pictures_names_each_once_and_no_file(finished: Path) -> None:
    content = (finished / "article.pictures.csv").read_bytes()
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert len({row["sha256"] for row in rows}) == 280
    assert [row["used"] for row in rows] == ["learnt"] * 200 + ["held back"] * 40 + ["test"] * 40
    metadata = json.loads((finished / "article.json").read_text())
    assert metadata["own"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_run_is_promoted(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"README.md": f"{promote.START}{promote.END}".encode()})
    monkeypatch.setattr(promote, "load_mnist", lambda folder: MNIST)
    promote.main(["article", "--run", str(finished), "--models", str(tmp_path)])
    assert "own_test" in json.loads((tmp_path / "article.json").read_text())["scores"]
    assert "--pictures 'my digits'" in (tmp_path / "README.md").read_text()
    assert (tmp_path / "article.pictures.csv").is_file()


def test_progress_is_printed_and_what_is_skipped_is_named(
    base: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(pictures, {"3/cut.png": b"cut"})
    fine_tune(base, pictures, tmp_path / "run", "--epochs", "2")
    captured = capsys.readouterr()
    assert "280 labelled pictures, 1 skipped" in captured.out
    assert captured.out.count("elsewhere") == 1 + 2
    assert "skipped 3/cut.png: The 3 bytes are not a picture" in captured.err


def test_a_test_of_ones_own_is_kept_out_of_what_is_learnt(
    base: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test = slanted(50, seed=7).with_more([Digits(slanted(280).images[:3], slanted(280).labels[:3])])
    folder = folder_of(test, tmp_path / "test")
    run = tmp_path / "run"
    fine_tune(base, pictures, run, "--test-pictures", str(folder), "--epochs", "2")
    own = json.loads((tmp_path / "run/article.json").read_text())["own"]
    assert own["learnt"] + own["held_back"] == 277
    assert own["test"] == 53
    assert capsys.readouterr().err.count("is in the test too") == 3


def test_what_a_first_fine_tuning_has_learnt_is_not_measured_by_a_second_one(
    finished: Path, pictures: Path, tmp_path: Path
) -> None:
    more = folder_of(slanted(100, seed=8), tmp_path / "more")
    for path in more.rglob("*.png"):
        path.rename(pictures / path.parent.name / f"new-{path.name}")
    fine_tune(finished, pictures, tmp_path / "second", "--seed", "2", "--epochs", "2")
    first, second = (
        {row["sha256"]: row["used"] for row in csv.DictReader(file.read_text().splitlines())}
        for file in (run / "article.pictures.csv" for run in (finished, tmp_path / "second"))
    )
    assert len(second) == 380
    assert {second[each] for each, used in first.items() if used != "test"} == {"learnt"}
    assert list(second.values()).count("test") == 20


@pytest.mark.parametrize("n_wrong", [0, 1])
def test_a_network_that_is_certain_of_what_it_misreads_is_not_judged_alone(
    n_wrong: int, base: Path, pictures: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    judged = []

    def judge(network: Network, path: Path, hashes: set[str], *, is_alone: bool = False) -> Judged:
        judged.append(is_alone)
        return Judged(40, 30, 20, n_wrong)

    monkeypatch.setattr(fine_tuning, "judge", judge)
    fine_tune(base, pictures, tmp_path / "run", "--epochs", "2")
    is_alone = not n_wrong
    metadata = json.loads((tmp_path / "run/article.json").read_text())
    assert metadata["own"]["is_judged_alone"] is is_alone
    assert judged == [True, False, is_alone]  # what is held back, and the test before and after
    assert f"20 after, {n_wrong} of them wrong" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "a", "--most-lost", "0"], "needs both: --from NETWORK and --pictures PATH"),
        (["--pictures", "x"], "needs both: --from NETWORK and --pictures PATH"),
        (["--most-lost", "0"], "needs both: --from NETWORK and --pictures PATH"),
        (["--from", "a", "--pictures", "x", "--csv", "y"], "leave out --csv and --held-back"),
        (["--from", "a", "--pictures", "x", "--rate", "1"], "need --from, and no --pictures"),
        (["--average"], "--rate and --average need --from"),
    ],
)
def test_contradictory_options_are_refused(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        train.main(["article", *options])
    assert raised.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--pictures=x", "--csv=x", "--most-lost=1"])
def test_lines_go_on_without_pictures(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train.main(["lines", "--from", "lines", option])
    assert "lines takes no pictures of your own" in capsys.readouterr().err


def test_other_networks_to_start_from_fail(base: Path, pictures: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    other.write_bytes(b"no network")
    with pytest.raises(SystemExit, match=r"^python -m nn train: .*other\.json: cannot be read"):
        fine_tune(other, pictures, tmp_path / "run")
    with pytest.raises(
        SystemExit, match=r"^python -m nn train: .*models/gone\.json: cannot be read"
    ):
        fine_tune(Path("gone"), pictures, tmp_path / "run")
    with pytest.raises(SystemExit, match="of architecture article, but it is of mlp"):
        fine_tune(Path("mlp"), pictures, tmp_path / "run")
    with pytest.raises(SystemExit, match="holds the network to start from: name another"):
        fine_tune(base, pictures, base.parent)
    assert not (tmp_path / "run").exists()


def test_too_few_pictures_or_the_tests_own_ones_are_refused(base: Path, tmp_path: Path) -> None:
    few = folder_of(slanted(6), tmp_path / "few")
    with pytest.raises(SystemExit, match=r"at least 20 labelled pictures, .* but got 6"):
        fine_tune(base, few, tmp_path / "run")
    with pytest.raises(SystemExit, match=r"at least 20 labelled pictures, .* but got 0"):
        fine_tune(base, few, tmp_path / "run", "--test-pictures", str(few))
    empty = write_files(tmp_path / "empty", {"1/notes.txt": b""})
    with pytest.raises(SystemExit, match="expected pictures to test on, but got none"):
        fine_tune(base, few, tmp_path / "run", "--test-pictures", str(empty))


def test_what_loses_too_much_elsewhere_is_not_written_unless_it_may(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    images = slanted(1_000, seed=4).images  # all are right before, and most are wrong later
    read = weights.load(base).network.activations(to_inputs(images)).argmax(axis=1)
    mnist = striped(3_100).with_more([Digits(images, read.astype(np.uint8))])
    monkeypatch.setattr(fine_tuning, "load_mnist", lambda folder: (mnist, striped(400, 5)))
    pictures = folder_of(slanted(280), tmp_path / "mine")
    run = tmp_path / "run"
    with pytest.raises(SystemExit, match=r"over 0\.1 points elsewhere \(--most-lost\), so nothing"):
        fine_tune(base, pictures, run, "--most-lost", "0.1")
    assert not list(run.glob("*"))
    fine_tune(base, pictures, run, "--most-lost", "100")
    metadata = json.loads((run / "article.json").read_text())
    assert metadata["command"].endswith("--seed 1 --most-lost 100")
    tested = [
        line.split(":")[0] for line in capsys.readouterr().out.splitlines() if " after" in line
    ]
    assert tested == ["own_test", "mnist_test", "certain"]


def test_where_none_was_better_yet_a_stopped_fine_tuning_can_be_resumed(
    base: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = FineTuning.costs

    def stop_after_the_first(training: FineTuning) -> Iterator[float]:
        yield next(costs(training))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FineTuning, "best_epoch", 0)
        patch.setattr(FineTuning, "costs", stop_after_the_first)
        with pytest.raises(SystemExit, match=r"with --resume continues this training$"):
            fine_tune(base, pictures, tmp_path / "run")
    fine_tune(base, pictures, tmp_path / "run", "--resume")
    assert json.loads((tmp_path / "run/article.json").read_text())["epochs"] == 6


def test_mnists_digits_are_none_of_ones_own(
    base: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    test = slanted(280).take(np.arange(40))
    monkeypatch.setattr(fine_tuning, "load_mnist", lambda folder: (striped(4100), test))
    fine_tune(base, pictures, tmp_path / "run", "--epochs", "2")
    own = json.loads((tmp_path / "run/article.json").read_text())["own"]
    assert own["learnt"] + own["held_back"] + own["test"] == 240
    assert "is one of MNIST's digits" in capsys.readouterr().err
