"""The sets of single digits, and of pictures without a digit, on which networks are measured."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import cycle
from pathlib import Path

import numpy as np

from benchmarks.card import corruptions, held_back
from benchmarks.card.held_back import HeldBack, Metadata, has_learnt_none
from nn.data.digits import Character, Digits
from nn.data.handwriting import split_by_source, unlike_digits, whole_digits
from nn.data.unipen import load_unipen
from nn.evaluation import sets
from nn.evaluation.sets import Labelled

MNIST, WRITERS = "MNIST test", "unseen writers' pen strokes"
SOURCES = "unseen sources' pen strokes"
LETTERS, SYMBOLS = "unseen sources' letters", "unseen sources' symbols"
PHONE_PHOTOS = "sudoku cells, phone photos"  # measured with corruptions, too
CORRUPTED_EVERY = 5  # one in five of MNIST's test digits is corrupted
SEED = 1  # of random corruptions


@dataclass(frozen=True)
class MeasuredSet:
    """A set of pictures on which networks are measured.

    Attributes
    ----------
    name
        In the tables.
    load
        Returns the pictures, or raises DataError.
    has_learnt
        Returns from the metadata of a model whether it was trained on any of them.
    is_of_digits
        Whether each picture shows a digit; otherwise none does.
    """

    name: str
    load: Callable[[], Sequence[Labelled] | Digits]
    has_learnt: Callable[[Metadata], bool] = has_learnt_none
    is_of_digits: bool = True


def all_sets(test: Digits, data: Path | None, people: HeldBack) -> list[MeasuredSet]:
    """Return all sets in the order of the tables.

    They are MNIST's test digits, the sets of the data folder (or of the one that INKLING_DATA names
    if None), and the writing of the people.
    """
    draw_last = partial(held_back.draw_last_writers, people.n_writers, data)
    of_sources = list(_of_sources(people, data))
    return [
        MeasuredSet(MNIST, lambda: test),
        MeasuredSet(WRITERS, draw_last, people.has_learnt_writers),
        *(each for each in of_sources if each.is_of_digits),
        *(MeasuredSet(name, partial(sets.load, name, data)) for name in sets.DIGITS),
        *_corrupted(test, data),
        *(each for each in of_sources if not each.is_of_digits),
        *(
            MeasuredSet(name, partial(sets.load, name, data), is_of_digits=False)
            for name in sets.NO_DIGITS
        ),
    ]


def _of_sources(people: HeldBack, data: Path | None) -> Iterator[MeasuredSet]:
    """Yield the sets of the sources' digits, and of their letters and symbols."""

    @cache
    def characters() -> list[Character]:
        return split_by_source(load_unipen(data), people.sources)[1]

    def draw_digits() -> list[Labelled]:
        digits = whole_digits(characters())
        return held_back.draw([each.strokes for each in digits], [each.sign for each in digits])

    def draw_others(*, are_letters: bool) -> list[Labelled]:
        others = unlike_digits(characters())
        return held_back.draw(
            [each.strokes for each in others if each.sign.isalpha() == are_letters]
        )

    if not people.sources:
        return
    has_learnt = people.has_learnt_sources
    yield MeasuredSet(SOURCES, draw_digits, has_learnt)
    for name, are_letters in ((LETTERS, True), (SYMBOLS, False)):
        load = partial(draw_others, are_letters=are_letters)
        yield MeasuredSet(name, load, has_learnt, is_of_digits=False)


def _corrupted(test: Digits, data: Path | None) -> Iterator[MeasuredSet]:
    """Yield the sets of phone photos, each with one corruption, and of MNIST with all in turn."""

    def corrupt_photos(corrupt: corruptions.PhotoCorruption) -> list[Labelled]:
        rng, loaded = np.random.default_rng(SEED), sets.load(PHONE_PHOTOS, data)
        return [replace(each, picture=corrupt(each.picture, rng)) for each in loaded]

    def corrupt_mnist() -> list[Labelled]:
        rng, every = np.random.default_rng(SEED), slice(None, None, CORRUPTED_EVERY)
        in_turn = cycle(corruptions.INK_CORRUPTIONS.values())
        digits = zip(test.images[every], test.labels[every], in_turn, strict=False)
        return [
            Labelled(sets.ink_to_picture(corrupt(corruptions.enlarge(image), rng)), f"{label}")
            for image, label, corrupt in digits
        ]

    for name, corrupt_photo in corruptions.PHOTO_CORRUPTIONS.items():
        yield MeasuredSet(f"... {name}", partial(corrupt_photos, corrupt_photo))
    yield MeasuredSet(f"{MNIST}, changed", corrupt_mnist)
