from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.data.unipen import Character
from nn.evaluation import sets
from nn.evaluation.sets import LabelledPictures
from tests.card import digit_sets, held_back
from tests.card.digit_sets import (
    ALPHABETS,
    LETTERS,
    MNIST,
    PHONE_PHOTOS,
    SOURCES,
    SYMBOLS,
    WRITERS,
    MeasuredSet,
    all_sets,
)
from tests.card.held_back import HeldBack

HOOK = np.array([[0.0, 0.0], [40.0, 5.0], [20.0, 90.0]])
TEST = Digits(np.full((10, 28, 28), 255, np.uint8), np.arange(10, dtype=np.uint8))
LEARNT_ALL = {"data": {"writers_held_back": 0, "sources_held_back": []}}
HELD_BACK = {"data": {"writers_held_back": 6, "sources_held_back": ["apa", "imp"]}}


def character(label: str, source: str, side: float) -> Character:
    return Character(label, source, "1", [HOOK * side])


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace UNIPEN by a few characters; return a name for each time that it is loaded."""
    loaded: list[str] = []
    labels = [
        ("3", "apa"),
        ("7", "imp"),
        ("5", "syn"),
        ("K", "apa"),
        ("m", "imp"),
        ("&", "apa"),
        ("R", "syn"),
    ]

    def load_unipen(folder: Path | None) -> list[Character]:
        loaded.append("UNIPEN")
        return [character(*each, side) for side, each in enumerate(labels, start=1)]

    monkeypatch.setattr(digit_sets, "load_unipen", load_unipen)
    return loaded


def by_name(sources: tuple[str, ...] = ("apa", "imp")) -> dict[str, MeasuredSet]:
    return {each.name: each for each in all_sets(TEST, None, HeldBack(6, sources))}


def test_the_sources_that_are_held_back_have_digits_letters_and_symbols(loaded: list[str]) -> None:
    every = by_name()
    n_pictures = {}
    for name in (SOURCES, LETTERS, SYMBOLS):
        found = every[name].load()
        assert isinstance(found, LabelledPictures)
        assert len(found.labels) == (len(found.pictures) if every[name].is_of_digits else 0)
        n_pictures[name] = len(found.pictures)
    assert list(n_pictures.values()) == [2, 2, 1]
    assert loaded == ["UNIPEN"]  # once


def test_a_set_is_learnt_by_a_training_that_held_none_of_it_back() -> None:
    every = by_name()
    learnt = {name for name, each in every.items() if each.has_learnt(LEARNT_ALL)}
    assert learnt == {WRITERS, ALPHABETS, SOURCES, LETTERS, SYMBOLS}
    assert {name for name, each in every.items() if each.has_learnt(HELD_BACK)} == {ALPHABETS}
    assert not any(each.has_learnt({}) for each in every.values())


def test_sets_of_the_folder_are_measured_and_the_phone_photos_with_corruptions_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture = Image.new("L", (60, 60), "white")
    photos = LabelledPictures([picture], np.array([4], np.uint8))
    monkeypatch.setattr(sets, "load", lambda name, folder: photos)
    every = by_name()
    assert {*sets.DIGITS, *sets.NO_DIGITS} <= set(every)
    assert not every["Quick, Draw! doodles"].is_of_digits
    blurred = every[f"{PHONE_PHOTOS}, out of focus"].load()
    assert isinstance(blurred, LabelledPictures)
    assert blurred.labels.tolist() == [4]


def test_every_fifth_of_mnist_s_test_digits_is_corrupted() -> None:
    every = by_name()
    assert every[MNIST].load() is TEST
    assert every[f"{MNIST}, blurred"].load().labels.tolist() == [0, 5]


def test_the_last_writers_are_those_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, Path | None]] = []
    drawn = LabelledPictures([], np.zeros(0, np.uint8))

    def draw_last_writers(n_writers: int, folder: Path | None) -> LabelledPictures:
        asked.append((n_writers, folder))
        return drawn

    monkeypatch.setattr(held_back, "draw_last_writers", draw_last_writers)
    assert by_name()[WRITERS].load() is drawn
    assert asked == [(6, None)]
