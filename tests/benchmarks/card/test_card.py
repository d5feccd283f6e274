import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.card import __main__ as command
from benchmarks.card import card, page_sets
from benchmarks.card.digit_sets import (
    LETTERS,
    SOURCES,
    SYMBOLS,
    WRITERS,
    all_sets,
)
from benchmarks.card.fine_tuning import divide
from benchmarks.card.held_back import (
    HeldBack,
)
from benchmarks.card.page_sets import OF_SOURCES, PageSet, all_page_sets
from benchmarks.pages.conditions import Condition
from benchmarks.pages.handwriting import Page
from nn import promote
from nn.data.digits import Character, Digits
from nn.data.pictures.own_digits import OwnDigits
from tests.nn.data.pictures.making import slanted


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
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


def test_card_and_readme_get_the_blocks(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card_page, readme = models / "README.md", models.parent / "README.md"
    write_card(models)
    for name in card.NAMES:
        block = f"Figures of {name}.".join(card.marks(name)).replace(".<!", ".\n<!")
        assert (block in card_page.read_text()) == (name != "figures")
        assert (block in readme.read_text()) == (name == "figures")
    assert capsys.readouterr().out == f"Wrote {card_page} and {readme}\n"


def test_a_page_without_a_place_for_a_block_is_refused_before_anything_is_measured(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = models.parent / "README.md"
    readme.write_text(readme.read_text().replace(card.marks("figures")[1], ""))
    monkeypatch.delattr(card, "measure")
    with pytest.raises(
        SystemExit, match=r"^benchmarks\.card: .*README\.md: expected a line <!-- figures"
    ):
        write_card(models)


@pytest.mark.parametrize(
    ("metadata", "is_learnt"),
    [
        ({}, False),
        ({"data": {"name": "MNIST"}}, False),
        ({"data": {"writers_held_back": 0}}, True),
        ({"data": {"writers_held_back": 5}}, True),
        ({"data": {"writers_held_back": 6}}, False),
        ({"data": {"writers_held_back": 7}}, False),
    ],
)
def test_writers_held_back_are_not_learnt_from(metadata: dict[str, Any], is_learnt: bool) -> None:
    assert HeldBack(6, ()).has_learnt_writers(metadata) == is_learnt


TEST = Digits(np.full((10, 28, 28), 255, np.uint8), np.arange(10, dtype=np.uint8))
LEARNT_ALL = {"data": {"writers_held_back": 0, "sources_held_back": []}}
HELD_BACK = {"data": {"writers_held_back": 6, "sources_held_back": ["apa", "imp"]}}


def test_a_set_is_learnt_by_a_training_that_held_none_of_it_back() -> None:
    sets = all_sets(TEST, None, HeldBack(6, ("apa", "imp")))
    every = {each.name: each for each in sets}
    learnt = {name for name, each in every.items() if each.has_learnt(LEARNT_ALL)}
    assert learnt == {WRITERS, SOURCES, LETTERS, SYMBOLS}
    assert not any(each.has_learnt(HELD_BACK) for each in every.values())
    assert not any(each.has_learnt({}) for each in every.values())


STROKE = np.array([[0.0, 0], [50, 100]])
NO_DIGITS = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace pendigits, UNIPEN and the conditions, whose pages hold the digits' labels."""

    def conditions(digits: list[Character], test: Digits) -> dict[str, Condition]:
        labels = "".join(str(digit.label) for digit in digits)

        def make(rng: np.random.Generator) -> Page:
            line = f"{labels}{rng.integers(10)}"
            return Page(np.zeros((0, 0), np.float32), Image.new("L", (1, 1)), (line,), (), False)

        by_name = {name: Condition(make, 2) for name in OF_SOURCES}
        return by_name | {"MNIST": Condition(make, 3, is_pen=False)}

    writers = [Character(digit, "", digit, [STROKE]) for digit in "12"]
    characters = [Character("5", "apa", "1", [STROKE + i]) for i in range(20)]
    characters += [Character("6", "syn", "1", [STROKE + i]) for i in range(20)]
    monkeypatch.setattr(page_sets, "load_pendigits", lambda data: writers)
    monkeypatch.setattr(page_sets, "load_unipen", lambda data: characters)
    monkeypatch.setattr(page_sets, "conditions", conditions)


def named(data: Path, *sources: str) -> dict[str, PageSet]:
    return {each.name: each for each in all_page_sets(NO_DIGITS, data, HeldBack(1, sources))}


@pytest.mark.usefixtures("pen")
def test_numbers_are_learnt_where_the_people_were_not_held_back(tmp_path: Path) -> None:
    every = named(tmp_path, "apa")
    of_all = {"data": {"writers_held_back": 0, "sources_held_back": []}}
    without_apa = {"data": {"writers_held_back": 0, "sources_held_back": ["apa"]}}
    of_sources = {name for name in every if "unseen sources" in name}
    of_writers = {name for name in every if name.startswith("p")} - of_sources
    assert len(of_sources) == len(OF_SOURCES)
    assert {name for name in every if every[name].has_learnt(of_all)} == set(every) - {"MNIST"}
    assert {name for name in every if every[name].has_learnt(without_apa)} == of_writers


def own(n: int) -> OwnDigits:
    return OwnDigits(slanted(n), [f"digit {number}" for number in range(n)], ["30"] * n)


def test_the_digits_that_are_measured_are_neither_learnt_nor_choose_the_epoch() -> None:
    parts = divide(own(250), np.random.default_rng(1))
    used = {*parts.learnt.places, *parts.held_back.places}
    assert len(used) == 200
    assert len(parts.test) == 50
    assert not used & set(parts.test.places)
