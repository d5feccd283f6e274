import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from PIL import Image

from nn import evaluate, promote
from nn.data.digits import Digits
from nn.data.kaggle import PIXEL_NAMES
from nn.evaluation import card, numbers, single_digits
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
            "expected the name of one network, or one of --all, --numbers, --sheets, --dev",
        ),
        (["article", "mlp"], "but got article and mlp"),
        (["--all", "--out", "tables.md"], "it takes neither --pictures nor"),
        (["--all", "--submission", "test.csv"], "it takes neither --pictures nor"),
        (["--numbers", "--submission", "test.csv"], "--numbers prints its tables: it takes"),
        (["mlp", "--pictures", "x", "--submission", "y"], "--pictures or --submission, but got"),
        (["mlp", "--pictures", "x", "--out", "a.png"], "expected a name with .html for the report"),
        (["--all", "--pictures", "x"], "it takes neither --pictures nor"),
        (["--all", "--numbers"], "--card, but got --all and --numbers"),
        (["--card"], "expected --card with --held-back FOLDER and no names, or neither of them"),
        (["mlp", "--held-back", "runs"], "expected --card with --held-back FOLDER"),
        (["--card", "mlp", "--held-back", "runs"], "expected --card with --held-back FOLDER"),
        (["--all", "--every", "2"], "--every with --dev or --card, at least 1; got 2"),
        (["--card", "--held-back", "runs", "--every", "0"], "at least 1; got 0"),
        (["--card", "--held-back", "runs", "--out", "x"], "it takes neither --pictures nor"),
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
    assert calls == [(["article", "mlp", "another"], 10_000, HeldBack(3, ("aga", "imp")))]
    assert capsys.readouterr().out == "| a table |\n"


@needs_mnist
def test_all_measures_only_the_named_networks_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = record(monkeypatch, single_digits)
    evaluate.main(["--all", "mlp", "article", "--held-back-sources", ""])
    assert calls == [(["mlp", "article"], 10_000, HeldBack(3, ()))]


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


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped networks and a model card, beside a README."""
    folder = tmp_path / "models"
    shutil.copytree("models", folder)
    pages = {tmp_path / "README.md": ["figures"], folder / "README.md": card.NAMES[:-1]}
    for page, names in pages.items():
        places = "\n".join("".join(card.marks(name)) for name in names)
        page.write_text(f"# A page\n{promote.START}{promote.END}\n{places}")
    blocks = {name: f"Figures of {name}." for name in card.NAMES}
    monkeypatch.setattr(card, "measure", lambda run: blocks)
    return folder


def write_card(models: Path, *more: str) -> None:
    evaluate.main(["--card", "--models", str(models), "--held-back", "runs", *more])


def test_the_card_and_the_readme_get_the_measured_blocks(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card_page, readme = models / "README.md", models.parent / "README.md"
    write_card(models)
    for name in card.NAMES:
        block = f"Figures of {name}.".join(card.marks(name)).replace(".<!", ".\n<!")
        assert (block in card_page.read_text()) == (name != "figures")
        assert (block in readme.read_text()) == (name == "figures")
    assert capsys.readouterr().out == f"Wrote {card_page} and {readme}\n"


def test_a_sample_is_printed_and_not_written(models: Path) -> None:
    before = (models / "README.md").read_bytes()
    write_card(models, "--every", "2")
    assert (models / "README.md").read_bytes() == before


def test_a_page_without_a_place_for_a_block_is_refused_before_anything_is_measured(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = models.parent / "README.md"
    readme.write_text(readme.read_text().replace(card.marks("figures")[1], ""))
    monkeypatch.delattr(card, "measure")
    with pytest.raises(
        SystemExit, match=r"^nn\.evaluate: .*README\.md: expected a line <!-- figures"
    ):
        write_card(models)


def test_what_is_changed_in_the_pages_while_they_are_measured_is_kept(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = card.measure

    def change(run: card.Measurement) -> card.Blocks:
        with (models / "README.md").open("a") as page:
            page.write("A new sentence.\n")
        return measure(run)

    monkeypatch.setattr(card, "measure", change)
    write_card(models)
    assert (models / "README.md").read_text().endswith("A new sentence.\n")
    assert "Figures of numbers." in (models / "README.md").read_text()


def test_ctrl_c_while_the_card_is_measured_leaves_it_as_it_was(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> NoReturn:
        raise KeyboardInterrupt

    before = (models / "README.md").read_bytes()
    monkeypatch.setattr(card, "measure", interrupted)
    with pytest.raises(SystemExit) as raised:
        write_card(models)
    assert raised.value.code == 130
    assert (models / "README.md").read_bytes() == before


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
