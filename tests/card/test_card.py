import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import DataError, Digits
from nn.models import weights
from tests.card import card, numbers
from tests.card import digits as single_digits
from tests.card.card import Blocks, Measurement, commit_of, figures, fill, in_processes, marks
from tests.card.digit_sets import MeasuredSet
from tests.card.held_back import HeldBack
from tests.card.page_sets import PageSet
from tests.pages.handwriting import Page

ACCURACIES = """| read correctly | `article` | `mlp` |
| --- | --- | --- |
| MNIST test (10,000) | 95.00 % (94.41-95.28) | 99.00 % (98.10-99.20) |
| bhmsds, photographed sheets (5,000) | 74.58 % (73.35-75.77) | (learnt) |
| sudoku cells, phone photos (450) | 85.11 % (81.53-88.10) | 100.00 % (99.15-100.00) |
| sudoku cells, phone photos, in a shadow (450) | 81.33 % (77.47-84.66) | 97.78 % (95.96-98.79) |"""
NUMBERS = """| `convnet*` reads | whole right | certain |
| --- | --- | --- |
| pen, 2 to 6 digits (300) | 95.67 % (92.73-97.45) | 65.00 % (59.44-70.18) |
| pen, 2 to 6 digits, unseen sources (300) | 94.67 % (91.51-96.69) | 63.67 % (58.08-68.90) |"""


@pytest.fixture
def held_back(tmp_path: Path) -> Path:
    """The shipped convnet, whose metadata say that it holds people back."""
    path = tmp_path / "held-back" / "convnet"
    path.parent.mkdir()
    shutil.copy("models/convnet.npz", path.with_suffix(".npz"))
    metadata = json.loads(Path("models/convnet.json").read_text())
    metadata["data"] |= {"writers_held_back": 6, "sources_held_back": ["apa"]}
    path.with_suffix(".json").write_text(json.dumps(metadata))
    return tmp_path / "held-back"


@pytest.fixture
def run(held_back: Path) -> Measurement:
    return Measurement(Path("models"), held_back, None, HeldBack(6, ("apa",)), every=2)


@pytest.fixture(autouse=True)
def digits(monkeypatch: pytest.MonkeyPatch) -> Digits:
    """Four pictures of a vertical stroke in the place of MNIST's test digits."""
    images = np.zeros((4, 28, 28), np.uint8)
    images[:, 4:24, 13:16] = 255
    digits = Digits(images, np.array([1, 1, 7, 1], np.uint8))
    monkeypatch.setattr(card, "load_mnist", lambda folder: (digits, digits))
    return digits


def test_single_digits_are_measured_with_the_shipped_networks_and_the_one_that_holds_people_back(
    run: Measurement, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Digits:
        raise DataError("photos.zip is not there")

    sets = [
        MeasuredSet(
            "strangers", lambda: digits, lambda each: each["data"].get("writers_held_back") == 0
        ),
        MeasuredSet("photos", missing),
        MeasuredSet("doodles", lambda: digits, is_of_digits=False, is_in_curve=True),
    ]
    monkeypatch.setattr(single_digits, "all_sets", lambda *_: sets)
    blocks = card.measure_digits(run)
    assert list(blocks) == ["accuracies", "held back", "thresholds"]
    head, _, strangers, _, left_out = blocks["accuracies"].splitlines()
    assert head == "| read correctly | `article` | `mlp` | `convnet` |"
    assert strangers.startswith("| strangers (2) | ")  # one in two
    assert strangers.endswith(" | (learnt) |")
    assert left_out == "Left out: photos. photos.zip is not there"
    assert "| strangers (2) | 50.00 % " in blocks["held back"]
    assert "| `convnet*`, no digits |" in blocks["held back"]
    assert blocks["thresholds"].startswith("| `convnet*` is certain from | doodles (2) |")


def test_numbers_are_measured_with_the_two_networks_that_hold_people_back(
    run: Measurement, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = Image.new("L", (100, 60), "white")
    page = Page(np.zeros((60, 100), np.float32), picture, ("17",), (((9, 9, 9, 9),),), False)
    used: list[object] = []

    def has_learnt(metadata: Any) -> bool:
        used.append(metadata["data"]["writers_held_back"])
        return False

    pages = PageSet("pen, 2 to 6 digits", 4, partial(iter, [page] * 4), has_learnt, "all drawn")
    monkeypatch.setattr(numbers, "all_page_sets", lambda *_: [pages])
    block = card.measure_numbers(run)["numbers"]
    assert used == [6, 3]
    assert "| `convnet*` reads |" in block
    assert "| pen, 2 to 6 digits (2) | 0.00 % " in block
    assert block.endswith("- all drawn: 0: 0.00 % (0.00-65.76)")


def test_the_first_block_names_the_commit_and_all_networks(run: Measurement) -> None:
    text = card.describe(run, "`abcdef12` with changes")
    assert "with the code of commit `abcdef12` with changes, seconds on one core of " in text
    for path in (*Path("models").glob("*.json"), Path("models/lines/lines.json")):
        assert f"`{json.loads(path.read_text())['sha256'][:8]}`" in text
    assert "| `python -m nn.train lines " in text


def part_that_fails(_: Measurement) -> Blocks:
    raise DataError("there are no pictures")


def part_that_takes_minutes(_: Measurement) -> Blocks:
    time.sleep(300)
    return {}


def part_that_ends_its_process(_: Measurement) -> Blocks:
    os._exit(1)


@pytest.mark.parametrize(
    ("part", "error", "message"),
    [
        (part_that_fails, DataError, "there are no pictures"),
        (part_that_ends_its_process, OSError, "a process was ended, perhaps for lack of memory"),
    ],
)
def test_a_part_that_fails_ends_the_others(
    run: Measurement, part: Any, error: type[Exception], message: str
) -> None:
    start = time.monotonic()
    with pytest.raises(error, match=message):
        list(in_processes([part_that_takes_minutes, part], run))
    assert time.monotonic() - start < 200


def part_that_prints(run: Measurement) -> Blocks:
    print("measuring", flush=True)
    return part_that_takes_minutes(run)


def test_a_command_that_is_killed_leaves_no_process_that_measures() -> None:
    program = f"from {__name__} import *; list(in_processes([part_that_prints], None))"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as command:
        assert command.stdout
        assert command.stdout.readline() == b"measuring\n"
        command.kill()
        start = time.monotonic()
        command.stdout.read()  # returns when all processes have ended that could write to it
    assert time.monotonic() - start < 200


def test_every_block_is_measured_and_printed(
    run: Measurement, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [{"numbers": NUMBERS, "class sheets": "sheets"}]
    parts += [{"accuracies": ACCURACIES, "held back": "people", "thresholds": "curve"}]
    monkeypatch.setattr(card, "in_processes", lambda *_: iter(parts))
    monkeypatch.setattr(card, "commit_of", lambda folder: "`abcdef12`")
    blocks = card.measure(run)
    assert sorted(blocks) == sorted(card.NAMES)
    printed = capsys.readouterr()
    assert all(block in printed.out for block in blocks.values())
    assert "tests.card: numbers, class sheets measured after " in printed.err


def test_the_readmes_block_has_rows_of_the_card_without_intervals() -> None:
    blocks = {"accuracies": f"{ACCURACIES}\n\nLeft out: photos.", "numbers": NUMBERS}
    assert figures(blocks).splitlines() == [
        "| read correctly | `article` | `mlp` |",
        "| --- | --- | --- |",
        "| bhmsds, photographed sheets (5,000) | 74.58 % | (learnt) |",
        "| sudoku cells, phone photos (450) | 85.11 % | 100.00 % |",
        "| numbers of 2 to 6 digits by unseen writers, whole (300) | | | 95.67 % |",
    ]


def test_blocks_are_written_between_their_lines_and_the_rest_stays() -> None:
    (a, end_of_a), (b, end_of_b) = marks("a"), marks("b")
    pages = {
        Path("card"): f"# Card\n{a}old\n{end_of_a}Text.\n{b}{end_of_b}".encode(),
        Path("first"): f"# First\n{b}old\n{end_of_b}".encode(),
    }
    assert fill(pages, {"a": "new", "b": "| 1 |\n| 2 |"}) == {
        Path("card"): f"# Card\n{a}new\n{end_of_a}Text.\n{b}| 1 |\n| 2 |\n{end_of_b}".encode(),
        Path("first"): f"# First\n{b}| 1 |\n| 2 |\n{end_of_b}".encode(),
    }


@pytest.mark.parametrize(
    "text", ["# Card\n", marks("a")[0], marks("a")[1], "".join(marks("a")) * 2]
)
def test_a_page_without_the_lines_around_a_block_is_refused(text: str) -> None:
    with pytest.raises(DataError, match=r"card: expected a line <!-- a: tests.card"):
        fill({Path("card"): text.encode()}, {"a": "new"})


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_the_commit_is_that_of_the_code_and_says_whether_it_is_changed(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        person = ["-c", "user.name=a", "-c", "user.email=b"]
        command = ["git", "-C", str(tmp_path), *person, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    with pytest.raises(DataError, match="expected a checkout of git"):
        commit_of(tmp_path)
    code, page = tmp_path / "nn" / "code.py", tmp_path / "README.md"
    code.parent.mkdir()
    code.write_text("a")
    page.write_text("b")
    git("init")
    git("add", ".")
    git("commit", "-m", "c")
    commit = f"`{git('rev-parse', 'HEAD')[:8]}`"
    page.write_text("changed")
    (tmp_path / "report.html").write_text("of no interest")
    assert commit_of(code.parent) == commit
    code.write_text("changed")
    assert commit_of(code.parent) == f"{commit} with changes"
    git("add", ".")
    assert commit_of(code.parent) == f"{commit} with changes"


def test_a_folder_without_the_training_is_refused(run: Measurement) -> None:
    (run.held_back / "convnet.npz").unlink()
    with pytest.raises(weights.WeightsError, match=r"convnet\.npz"):
        card.describe(run, "`abcdef12`")
