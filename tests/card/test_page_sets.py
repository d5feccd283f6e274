import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.data.unipen import Character
from nn.evaluation.dev import PAGES
from tests.card import page_sets
from tests.card.held_back import HeldBack
from tests.card.page_sets import OF_SOURCES, PageSet, all_page_sets
from tests.pages.conditions import Condition
from tests.pages.handwriting import Page

STROKE = np.array([[0.0, 0], [50, 100]])
NO_DIGITS = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace pendigits, UNIPEN and the conditions, whose pages hold the digits' labels."""

    def conditions(digits: list[PenDigit], test: Digits) -> dict[str, Condition]:
        labels = "".join(str(digit.label) for digit in digits)

        def make(rng: np.random.Generator) -> Page:
            line = f"{labels}{rng.integers(10)}"
            return Page(np.zeros((0, 0), np.float32), Image.new("L", (1, 1)), (line,), (), False)

        by_name = {name: Condition(make, 2) for name in OF_SOURCES}
        return by_name | {"MNIST": Condition(make, 3, is_pen=False)}

    writers = [PenDigit(label, label, [STROKE]) for label in (1, 2)]
    characters = [Character("5", "apa", "1", [STROKE + i]) for i in range(20)]
    characters += [Character("6", "syn", "1", [STROKE + i]) for i in range(20)]
    monkeypatch.setattr(page_sets, "load_pendigits", lambda data: writers)
    monkeypatch.setattr(page_sets, "load_unipen", lambda data: characters)
    monkeypatch.setattr(page_sets, "conditions", conditions)


def named(data: Path, *sources: str) -> dict[str, PageSet]:
    return {each.name: each for each in all_page_sets(NO_DIGITS, data, HeldBack(1, sources))}


@pytest.mark.usefixtures("pen")
def test_numbers_are_of_the_last_writers_and_of_the_sources(tmp_path: Path) -> None:
    every = named(tmp_path, "apa")
    of_writers, of_source = (
        [page.lines[0] for page in every[name].pages()]
        for name in (OF_SOURCES[0], f"{OF_SOURCES[0]}, unseen sources")
    )
    assert [line[:-1] for line in of_writers] == ["2", "2"]
    assert [line[:-1] for line in of_source] == ["5" * 20] * 2
    # Each set starts from the same seed, each time.
    assert [line[-1] for line in of_writers] == [line[-1] for line in of_source]
    assert of_writers == [page.lines[0] for page in every[OF_SOURCES[0]].pages()]


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


@pytest.mark.usefixtures("pen")
def test_drawn_and_photographed_numbers_are_counted_together_and_others_are_not(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "dev" / "pages"
    folder.mkdir(parents=True)
    (folder / "labels.json").write_text(json.dumps([{"file": "00.png", "lines": ["12", "3"]}]))
    Image.new("L", (30, 20), "white").save(folder / "00.png")
    every = named(tmp_path)
    assert every["photographs"].group == "all photographs"
    assert every["MNIST"].group == "all drawn"
    assert every[PAGES].group == ""
    assert [page.lines for page in every[PAGES].pages()] == [("12", "3")]
    assert not any("unseen sources" in name for name in every)  # none is asked for
    assert PAGES not in named(tmp_path / "another")


@pytest.mark.usefixtures("pen")
def test_numbers_with_signs_are_of_the_last_writers(tmp_path: Path) -> None:
    every = named(tmp_path)
    marks = [page.lines[0] for page in every["pen, with points, commas and minus"].pages()]
    assert len(marks) == every["pen, with points, commas and minus"].n_pages
    assert marks[:5] == ["2.22", "22.2", "2,222", "-22", "-2.2"]  # the last writer wrote a 2
    others = {page.lines[0] for page in every["pen, with other signs"].pages()}
    assert others == {"2+2", "22×2", "22=2", "2/2", "22%", "2:22"}
