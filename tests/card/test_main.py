import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from nn import promote
from nn.data.digits import Digits
from nn.models.weights import Model
from tests.card import __main__ as command
from tests.card import card, digits, numbers
from tests.card.held_back import HeldBack

needs_mnist = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA"
)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "one of the arguments --held-back --digits --numbers --sheets is required"),
        (["--digits", "--numbers"], "not allowed with argument --digits"),
        (["mlp", "--held-back", "runs"], "expected no names with --held-back, but got mlp"),
        (["--digits", "--every", "2"], "--every with --held-back, at least 1; got 2"),
        (["--held-back", "runs", "--every", "0"], "at least 1; got 0"),
    ],
)
def test_contradictory_options_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_info:
        command.main(arguments)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_networks_ends_in_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^tests\.card: .*expected NAME.npz or NAME/NAME.npz"):
        command.main(["--digits", "--models", str(tmp_path)])


def copy_network(name: str, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    for suffix in (".npz", ".json"):
        path.with_suffix(suffix).write_bytes(Path(f"models/{name}{suffix}").read_bytes())


Call = tuple[list[str], int, HeldBack]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """The names, digits and people of each measurement, which prints a table."""
    calls: list[Call] = []

    def measure(
        models: dict[str, Model], test: Digits, data: Path | None, people: HeldBack, *_: object
    ) -> str:
        calls.append((list(models), len(test), people))
        return "| a table |"

    for module in (digits, numbers):
        monkeypatch.setattr(module, "measure", measure)
    return calls


@needs_mnist
def test_every_network_of_a_folder_is_measured_known_ones_first(
    calls: list[Call], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_network("article", tmp_path / "another.npz")
    copy_network("mlp", tmp_path / "mlp" / "mlp.npz")  # as a training leaves it
    copy_network("article", tmp_path / "article.npz")
    command.main(["--digits", "--models", str(tmp_path)])
    assert calls == [(["article", "mlp", "another"], 10_000, HeldBack(3, ("aga", "imp")))]
    assert capsys.readouterr().out == "| a table |\n"


@needs_mnist
def test_the_named_networks_are_measured_on_the_named_people(calls: list[Call]) -> None:
    command.main(["--digits", "mlp", "article", "--held-back-sources", ""])
    people = ["--held-back-writers", "4", "--held-back-sources", "syn,apb"]
    command.main(["--numbers", "article", *people])
    assert calls == [
        (["mlp", "article"], 10_000, HeldBack(3, ())),
        (["article"], 10_000, HeldBack(4, ("syn", "apb"))),
    ]


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
    command.main(["--held-back", "runs", "--models", str(models), *more])


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
        SystemExit, match=r"^tests\.card: .*README\.md: expected a line <!-- figures"
    ):
        write_card(models)


def test_a_page_that_is_changed_during_the_measurement_keeps_its_change(
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


def test_ctrl_c_leaves_the_card_as_it_was_and_ends_in_one_line(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(run: card.Measurement) -> NoReturn:
        raise KeyboardInterrupt

    before = (models / "README.md").read_bytes()
    monkeypatch.setattr(card, "measure", interrupted)
    with pytest.raises(SystemExit) as raised:
        write_card(models)
    assert raised.value.code == 130
    assert (models / "README.md").read_bytes() == before
    assert capsys.readouterr().err == "tests.card: stopped, so nothing is written\n"
