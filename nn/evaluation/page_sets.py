"""The pages of numbers on which networks are measured: made by our generators, or by another."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from PIL import Image

from nn.data.digits import Digits
from nn.data.download import data_folder, refused_if_damaged
from nn.data.pendigits import PenDigit, load_pendigits, split_by_writer
from nn.data.unipen import load_unipen
from nn.data.unipen_selection import split_by_source, whole_digits
from nn.evaluation.corruptions import to_picture
from nn.evaluation.pages.conditions import Condition, conditions
from nn.evaluation.pages.marks import write_signed
from nn.evaluation.pages.numbers import Page
from nn.evaluation.sets import SUBFOLDER
from nn.evaluation.strangers import (
    HeldBack,
    Metadata,
    has_learnt_nothing_of_it,
    has_learnt_sources,
    has_learnt_writers,
    to_pen_digits,
)

SEED = 1  # of the pictures
N_SIGNED = 100  # pages with signs: of those that are read, and of others
# d is a digit. What is read is a part of the text; where another sign is, no text is right.
WITH_MARKS = ("d.dd", "dd.d", "d,ddd", "-dd", "-d.d")
WITH_OTHERS = ("d+d", "dd×d", "dd=d", "d/d", "dd%", "d:dd")
# Conditions under which the numbers of UNIPEN's sources are measured, too.
OF_SOURCES = ("pen, 2 to 6 digits", "pen, 7 or 8 digits", "photographs")
OTHERS = "pages by another generator"
OTHERS_FOLDER = "pages"  # in the folder of the sets that are for measuring


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
    has_learnt: Callable[[Metadata], bool] = has_learnt_nothing_of_it
    group: str = ""
    row: str = ""


def all_page_sets(test: Digits, data: Path | None, held_back: HeldBack) -> Iterator[PageSet]:
    """Yield all sets in the order of the table.

    The digits are those of the writing that is held back, and MNIST's test digits. Raise DataError
    if pendigits or UNIPEN cannot be loaded; other pages are left out where they are not at hand.
    """
    _, last = split_by_writer(load_pendigits(data), held_back.n_writers)
    has_learnt_last = partial(has_learnt_writers, n_writers=held_back.n_writers)
    for name, condition in conditions(last, test).items():
        has_learnt = has_learnt_last if condition.is_pen else has_learnt_nothing_of_it
        yield _page_set(name, condition, has_learnt)
    for name, patterns in (("points, commas and minus", WITH_MARKS), ("other signs", WITH_OTHERS)):
        pages = partial(_signed_pages, last, patterns)
        yield PageSet(f"pen, with {name}", N_SIGNED, pages, has_learnt_last)
    if held_back.sources:
        yield from _of_sources(test, data, held_back.sources)
    if others := read_pages(data):
        yield PageSet(OTHERS, len(others), partial(iter, others))


def _of_sources(test: Digits, data: Path | None, sources: tuple[str, ...]) -> Iterator[PageSet]:
    """Yield the sets of numbers of sources' digits."""
    _, characters = split_by_source(load_unipen(data), sources)
    by_name = conditions(to_pen_digits(whole_digits(characters)), test)
    has_learnt = partial(has_learnt_sources, sources=sources)
    for name in OF_SOURCES:
        yield _page_set(f"{name}, unseen sources", by_name[name], has_learnt)


def _page_set(name: str, condition: Condition, has_learnt: Callable[[Metadata], bool]) -> PageSet:
    """Return the pages made under a condition."""

    def make() -> Iterator[Page]:
        rng = np.random.default_rng(SEED)
        return (condition.make(rng) for _ in range(condition.n_pictures))

    group = "all photographs" if "photograph" in name else "all drawn"
    return PageSet(name, condition.n_pictures, make, has_learnt, group, condition.row)


def _signed_pages(digits: Sequence[PenDigit], patterns: Sequence[str]) -> Iterator[Page]:
    """Yield pages of one line of digits and signs, whose boxes are unknown."""
    rng = np.random.default_rng(SEED)
    for pattern in islice(cycle(patterns), N_SIGNED):
        line = write_signed(digits, pattern, rng)
        yield Page(line.ink, to_picture(line.ink), (line.text,), boxes=(), is_touching=False)


def read_pages(data: Path | None) -> list[Page]:
    """Return the pages of a folder of photographs, none if there is no such folder.

    Its labels.json says for each file what its lines are. Where the digits are is unknown. Raise
    DataError if a file is missing or damaged.
    """
    folder = data_folder(data)
    path = Path() if folder is None else folder / SUBFOLDER / OTHERS_FOLDER / "labels.json"
    if not path.is_file():
        return []
    with refused_if_damaged(path, "file and lines of each page"):
        return [
            _page(path.with_name(page["file"]), page["lines"])
            for page in json.loads(path.read_text())
        ]


def _page(path: Path, lines: Sequence[str]) -> Page:
    """Return a page of a file, whose ink and boxes are unknown."""
    with refused_if_damaged(path, "a picture"), Image.open(path) as picture:
        picture.load()
    ink = np.zeros((0, 0), np.float32)
    return Page(ink, picture, tuple(lines), boxes=(), is_touching=False)
