"""The pages of numbers on which networks are measured: made by our generators, or by another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from benchmarks.card.held_back import HeldBack, Metadata, by_frequent_writers, has_learnt_none
from benchmarks.pages.conditions import Condition, conditions
from benchmarks.pages.handwriting import Page
from benchmarks.pages.signs import write_signed
from nn.data.digits import Character, Digits
from nn.data.handwriting import split_by_source, split_by_writer, whole_digits
from nn.data.pendigits import load_pendigits
from nn.data.published import data_folder
from nn.data.unipen import load_unipen
from nn.evaluation import sets
from nn.evaluation.sets import ink_to_picture

SEED = 1  # of the pictures
N_SIGNED = 100  # pages with signs that are read, and as many with other signs
# d is a digit. What is read is a part of the text; where another sign is, no text is right.
WITH_MARKS = ("d.dd", "dd.d", "d,ddd", "-dd", "-d.d")
WITH_OTHERS = ("d+d", "dd×d", "dd=d", "d/d", "dd%", "d:dd")
# Conditions under which the numbers of UNIPEN's sources are measured, too.
OF_SOURCES = ("pen, 2 to 6 digits", "pen, 7 or 8 digits", "photographs")


@dataclass(frozen=True)
class PageSet:
    """A set of pages of numbers on which networks are measured.

    Attributes
    ----------
    name
        In the tables.
    n_pages
        How many there are.
    pages
        Returns them, the same each time.
    has_learnt
        Returns from the metadata of a model whether it was trained on any of their writers.
    group
        The name of the sets that are counted together, if any.
    row
        The name of the sets next to each other that share a row of the table, if any.
    """

    name: str
    n_pages: int
    pages: Callable[[], Iterator[Page]]
    has_learnt: Callable[[Metadata], bool] = has_learnt_none
    group: str = ""
    row: str = ""


def all_page_sets(test: Digits, data: Path | None, people: HeldBack) -> Iterator[PageSet]:
    """Yield all sets in the order of the table.

    The digits are by the people who were held back, and MNIST's test digits. Raise DataError if
    pendigits or UNIPEN cannot be loaded; other pages are left out where they are not at hand.
    """
    _, last = split_by_writer(load_pendigits(data), people.n_writers)
    for name, condition in conditions(last, test).items():
        has_learnt = people.has_learnt_writers if condition.is_pen else has_learnt_none
        yield _page_set(name, condition, has_learnt)
    for name, patterns in (("points, commas and minus", WITH_MARKS), ("other signs", WITH_OTHERS)):
        pages = partial(_signed_pages, last, patterns)
        yield PageSet(f"pen, with {name}", N_SIGNED, pages, people.has_learnt_writers)
    if people.sources:
        yield from _of_sources(test, data, people)
    folder = data_folder(data)
    if folder and sets.pages_table(folder).is_file():
        others = [_photographed(each) for each in sets.read_pages(folder)]
        yield PageSet(sets.PAGES, len(others), partial(iter, others))


def _of_sources(test: Digits, data: Path | None, people: HeldBack) -> Iterator[PageSet]:
    """Yield the sets of numbers of the sources' digits."""
    _, characters = split_by_source(load_unipen(data), people.sources)
    by_name = conditions(by_frequent_writers(whole_digits(characters)), test)
    for name in OF_SOURCES:
        condition = replace(by_name[name], row="drawn and photographed, unseen sources")
        yield _page_set(f"{name}, unseen sources", condition, people.has_learnt_sources)


def _page_set(name: str, condition: Condition, has_learnt: Callable[[Metadata], bool]) -> PageSet:
    """Return the pages made under a condition."""

    def make() -> Iterator[Page]:
        rng = np.random.default_rng(SEED)
        return (condition.make(rng) for _ in range(condition.n_pictures))

    group = "all photographs" if "photograph" in name else "all drawn"
    return PageSet(name, condition.n_pictures, make, has_learnt, group, condition.row)


def _signed_pages(digits: Sequence[Character], patterns: Sequence[str]) -> Iterator[Page]:
    """Yield pages of one line of digits and signs, whose boxes are unknown."""
    rng = np.random.default_rng(SEED)
    for pattern in islice(cycle(patterns), N_SIGNED):
        ink, text = write_signed(digits, pattern, rng)
        yield Page(ink, ink_to_picture(ink), (text,), boxes=(), is_touching=False)


def _photographed(labelled: sets.Labelled) -> Page:
    """Return a photographed page, whose ink and boxes are unknown."""
    ink = np.zeros((0, 0), np.float32)
    lines = tuple(labelled.digits.split("\n"))
    return Page(ink, labelled.picture, lines, boxes=(), is_touching=False)
