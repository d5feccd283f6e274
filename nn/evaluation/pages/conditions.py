"""The conditions under which reading numbers is measured: how they are written and photographed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.evaluation.pages import paper
from nn.evaluation.pages.camera import noisy
from nn.evaluation.pages.composing import SPACINGS, Spacing, compose
from nn.evaluation.pages.numbers import (
    Handwriting,
    Page,
    PagePicture,
    as_drawing,
    as_photograph,
    write_with_mnist,
    write_with_pen,
)
from nn.evaluation.pages.photograph import (
    EFFECTS,
    LARGE_PX,
    Effect,
    photograph_cell,
    photograph_page,
)

# Numbers of pictures: of mixed conditions, of single ones, of single effects, of 12 megapixels. All
# take some five minutes.
MIXED, SINGLE, EFFECT, LARGE = 300, 100, 20, 5
PHOTOGRAPH_PX = 1280  # longer side of a photograph, as messengers send it
SLANTS_DEGREES = (4, 12)  # by which slanting lines rise or fall
BEND = 0.2  # standard deviation of the sag of such lines, relative to the digits' height
FAINT_NOISE = 0.005  # standard deviation, relative to white: a camera in good light

Make = Callable[[np.random.Generator], PagePicture]
Write = Callable[..., Handwriting]
"""Takes the number of digits in each line, a generator and, for the pen's digits, the degrees."""


@dataclass(frozen=True)
class Condition:
    """A condition of the measurement.

    Attributes
    ----------
    make
        Makes a random picture.
    n_pictures
        How many are measured.
    is_pen
        Whether the digits are of pendigits' writers, on whom a network may have been trained, and
        not MNIST's test digits.
    is_split
        Whether pages with touching digits have a row of their own.
    """

    make: Make
    n_pictures: int
    is_pen: bool = True
    is_split: bool = False


@dataclass(frozen=True)
class Layout:
    """How numbers are arranged on a page.

    Attributes
    ----------
    n_digits, n_lines
        Least and greatest number of digits in a line, and of lines.
    spacings
        One is chosen at random; with "touching" alone, some digits do touch.
    slanting
        Proportion of the pages whose lines slant and bend.
    """

    n_digits: tuple[int, int] = (2, 6)
    n_lines: tuple[int, int] = (1, 1)
    spacings: tuple[Spacing, ...] = SPACINGS
    slanting: float = 0


MIXED_LAYOUT = Layout(slanting=0.25)
SEPARATE = Layout(spacings=("clear", "close"))


def conditions(digits: Sequence[PenDigit], test: Digits) -> Mapping[str, Condition]:
    """Return all conditions by name, in the order of the table.

    Parameters
    ----------
    digits
        Those of the pen's writers.
    test
        MNIST's test digits.
    """
    pen, mnist = partial(write_with_pen, digits), partial(write_with_mnist, test)
    photographs = {
        f"photographed, {name}": Condition(
            partial(make_photograph, pen, SEPARATE, pen=colour, effects=effects), EFFECT
        )
        for name, (colour, effects) in _pens_and_effects().items()
    }
    return {
        **_drawn(pen, mnist),
        **photographs,
        "photographed cells of a grid": Condition(partial(_make_cell, pen), MIXED),
        "photographs": Condition(
            partial(make_photograph, pen, MIXED_LAYOUT), SINGLE, is_split=True
        ),
        "photographs of MNIST": Condition(
            partial(make_photograph, mnist, Layout()), SINGLE, is_pen=False, is_split=True
        ),
        "photographs of 12 megapixels, turned by EXIF": Condition(
            partial(make_photograph, pen, SEPARATE, side_px=LARGE_PX, is_turned=True), LARGE
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
        if page.is_touching or layout.spacings != ("touching",):
            return page


def make_photograph(
    write: Write,
    layout: Layout,
    rng: np.random.Generator,
    *,
    pen: str | None = None,
    effects: Sequence[Effect] | None = None,
    side_px: int = PHOTOGRAPH_PX,
    is_turned: bool = False,
) -> PagePicture:
    """Return a photograph of a page of random numbers.

    Effects are added to white paper and faint noise; pen and effects are random if None. The other
    parameters are those of ``photograph_page``.
    """
    page = write_page(write, layout, rng)
    if effects is not None:
        effects = [paper.plain, *effects, partial(noisy, sigma=FAINT_NOISE)]
    photograph = photograph_page(
        page.ink, rng, pen=pen, effects=effects, longer_side_px=side_px, is_turned=is_turned
    )
    return as_photograph(page, photograph)


def _make_cell(write: Write, rng: np.random.Generator) -> PagePicture:
    """Return a photographed cell of a printed grid with a digit in it."""
    page = write_page(write, Layout(n_digits=(1, 1)), rng)
    return as_photograph(page, photograph_cell(page.ink, rng))


def _drawn(pen: Write, mnist: Write) -> dict[str, Condition]:
    """Return the conditions of pages that are drawn as on the app's drawing area, by name."""
    clear, touching = Layout(spacings=("clear",)), Layout(spacings=("touching",))

    def drawn(write: Write, layout: Layout) -> Make:
        return lambda rng: as_drawing(write_page(write, layout, rng))

    return {
        "pen, 2 to 6 digits": Condition(drawn(pen, MIXED_LAYOUT), MIXED, is_split=True),
        "pen, clear gaps": Condition(drawn(pen, clear), SINGLE),
        "pen, close": Condition(drawn(pen, Layout(spacings=("close",))), SINGLE),
        "pen, touching": Condition(drawn(pen, touching), SINGLE),
        "pen, slanting or bent": Condition(drawn(pen, replace(SEPARATE, slanting=1)), SINGLE),
        "pen, 2 to 4 lines": Condition(drawn(pen, replace(SEPARATE, n_lines=(2, 4))), SINGLE),
        "pen, 7 or 8 digits": Condition(drawn(pen, Layout(n_digits=(7, 8))), SINGLE, is_split=True),
        "MNIST, clear gaps": Condition(drawn(mnist, clear), SINGLE, is_pen=False),
        "MNIST, touching": Condition(drawn(mnist, touching), SINGLE, is_pen=False),
    }


def _pens_and_effects() -> dict[str, tuple[str, Sequence[Effect]]]:
    """Return each pen on white paper, and the blue pen with each effect, by name."""
    pens: dict[str, tuple[str, Sequence[Effect]]] = {
        f"{pen} on white": (pen, ()) for pen in paper.PENS
    }
    return pens | {name: ("blue", (effect,)) for name, effect in EFFECTS.items()}
