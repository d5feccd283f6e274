"""The conditions under which reading numbers is measured: how they are written and photographed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.pages import paper
from benchmarks.pages.camera import noisy
from benchmarks.pages.composing import SPACINGS, Spacing, compose
from benchmarks.pages.handwriting import Handwriting, Page, write_with_mnist, write_with_pen
from benchmarks.pages.photograph import (
    EFFECTS,
    LARGE_PX,
    Effect,
    photograph_cell,
    photograph_page,
)
from nn.data.digits import Character, Digits

# Numbers of pictures: of mixed conditions, of single ones, of single effects, of 12 megapixels. All
# take some five minutes.
MIXED, SINGLE, EFFECT, LARGE = 300, 100, 20, 5
PHOTOGRAPH_PX = 1280  # longer side of a photograph, as messengers send it
SLANTS_DEGREES = (4, 12)  # by which slanting lines rise or fall
BEND = 0.2  # standard deviation of the sag of such lines, relative to the digits' height
FAINT_NOISE = partial(noisy, sigma=0.005)  # relative to white: a camera in good light

Write = Callable[..., Handwriting]
"""Takes the number of digits in each line, a generator and, for the pen's digits, the degrees."""


@dataclass(frozen=True)
class Condition:
    """A condition of the measurement: a function that makes a random page, and how many it makes.

    ``is_pen`` says whether the digits are of pendigits' writers, on whom a network may have been
    trained, and not MNIST's test digits. ``row`` names those that share a row of the table.
    """

    make: Callable[[np.random.Generator], Page]
    n_pictures: int
    is_pen: bool = True
    row: str = ""


@dataclass(frozen=True)
class Layout:
    """How numbers are arranged on a page."""

    n_digits: tuple[int, int] = (2, 6)  # least and greatest number in a line
    n_lines: tuple[int, int] = (1, 1)
    # Random; with those that touch alone, some digits do touch.
    spacings: tuple[Spacing, ...] = ("clear", "close", "touching")
    slanting: float = 0  # proportion of the pages whose lines slant and bend


MIXED_LAYOUT = Layout(slanting=0.25)
EMPTY_LAYOUT = Layout(n_lines=(1, 3), spacings=("clear", "close"), slanting=0.25)
EMPTY = (0.1, 1.5)  # paper at each side of the ink, relative to the ink's longer side
SEPARATE = Layout(spacings=("clear", "close"))
MUST_TOUCH = (("touching",), ("joined",))
CLEAR, CLOSE, TOUCHING, JOINED = (Layout(spacings=(spacing,)) for spacing in SPACINGS)
ROUND, DENSE = (0, 1, 5), (1, 7, 9)  # digits that are often joined, and that often touch
# Rows of the table that several conditions share.
PENS = f"photographed, {len(paper.PENS)} pens and pencils on white"
LIGHTS = f"photographed, {len(EFFECTS)} papers, lights and cameras"
APART, TOGETHER = "pen, clear gaps or close", "pen, touching or joined"
HARDER = "pen, slanting, in several lines, or 7 or 8 digits"
WITH_MNIST, SHEETS = "MNIST, clear gaps or touching", "photographs of sheets"


def conditions(digits: Sequence[Character], test: Digits) -> Mapping[str, Condition]:
    """Return all conditions by name, in the order of the table, of the pen's and MNIST's digits."""
    pen, mnist = partial(write_with_pen, digits), partial(write_with_mnist, test)

    def drawn(
        layout: Layout, n_pictures: int = SINGLE, write: Write = pen, row: str = ""
    ) -> Condition:
        return Condition(partial(write_page, write, layout), n_pictures, write is not mnist, row)

    def photographed(
        layout: Layout, n_pictures: int = SINGLE, write: Write = pen, row: str = "", **options: Any
    ) -> Condition:
        def make(rng: np.random.Generator) -> Page:
            page = write_page(write, layout, rng)
            return photograph_page(page, rng, **({"longer_side_px": PHOTOGRAPH_PX} | options))

        return Condition(make, n_pictures, write is not mnist, row)

    def make_cell(rng: np.random.Generator) -> Page:
        return photograph_cell(write_page(pen, Layout(n_digits=(1, 1)), rng), rng)

    def with_effects(row: str, colour: str, *effects: Effect) -> Condition:
        every = [paper.plain, *effects, FAINT_NOISE]
        return photographed(SEPARATE, EFFECT, row=row, pen=colour, effects=every)

    return {
        "pen, 2 to 6 digits": drawn(MIXED_LAYOUT, MIXED),
        "pen, clear gaps": drawn(CLEAR, row=APART),
        "pen, close": drawn(CLOSE, row=APART),
        "pen, touching": drawn(TOUCHING, row=TOGETHER),
        "pen, 1, 7 and 9 touching": drawn(TOUCHING, write=partial(pen, labels=DENSE), row=TOGETHER),
        "pen, joined by ligatures": drawn(JOINED, row=TOGETHER),
        "pen, 0, 1 and 5 joined": drawn(JOINED, write=partial(pen, labels=ROUND), row=TOGETHER),
        "pen, slanting or bent": drawn(replace(SEPARATE, slanting=1), row=HARDER),
        "pen, 2 to 4 lines": drawn(replace(SEPARATE, n_lines=(2, 4)), row=HARDER),
        "pen, 7 or 8 digits": drawn(Layout(n_digits=(7, 8)), row=HARDER),
        "MNIST, clear gaps": drawn(CLEAR, write=mnist, row=WITH_MNIST),
        "MNIST, touching": drawn(TOUCHING, write=mnist, row=WITH_MNIST),
        **{f"photographed, {name} on white": with_effects(PENS, name) for name in paper.PENS},
        **{
            f"photographed, {name}": with_effects(LIGHTS, "blue", EFFECTS[name]) for name in EFFECTS
        },
        "photographed cells of a grid": Condition(make_cell, MIXED),
        "photographs": photographed(MIXED_LAYOUT, row=SHEETS),
        "photographs of mostly empty sheets": photographed(
            EMPTY_LAYOUT, row=SHEETS, surround=EMPTY
        ),
        "photographs of MNIST": photographed(Layout(), write=mnist, row=SHEETS),
        "photographs of 12 megapixels, turned by EXIF": photographed(
            SEPARATE, LARGE, row=SHEETS, longer_side_px=LARGE_PX, is_turned=True
        ),
    }


def write_page(write: Write, layout: Layout, rng: np.random.Generator) -> Page:
    """Return a page of random numbers in a layout."""
    n_lines = rng.integers(*layout.n_lines, endpoint=True)
    lengths = rng.integers(*layout.n_digits, size=n_lines, endpoint=True)
    spacing = layout.spacings[rng.integers(len(layout.spacings))]
    degrees, bend = 0.0, 0.0
    if rng.random() < layout.slanting:
        degrees = float(rng.choice([-1, 1]) * rng.uniform(*SLANTS_DEGREES))
        bend = rng.normal(0, BEND)
        if rng.random() < 0.5:  # otherwise the digits stay upright
            write = partial(write, degrees=degrees)
    while True:
        handwriting = write(lengths.tolist(), rng)
        page = compose(handwriting, rng, spacing=spacing, degrees=degrees, bend=bend)
        if page.is_touching or layout.spacings not in MUST_TOUCH:
            return page
