"""The kinds of pictures of numbers that are measured: how they are written, and photographed."""

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
    NumberPicture,
    Page,
    Writing,
    drawn,
    seen,
    write_with_pen,
    write_with_pictures,
)
from nn.evaluation.pages.photograph import EFFECTS, LARGE_PX, Effect, cell, photograph

# Pictures of a kind: of mixtures, of what is drawn, of single effects, of 12 megapixels. All take
# some five minutes.
MIXED, DRAWN, PHOTOGRAPHED, LARGE = 300, 100, 20, 5
PHOTOGRAPH_PX = 1280  # longer side of a photograph, as messengers send it
SLANTS = (4, 12)  # degrees by which slanting lines rise or fall
BEND = 0.2  # spread of how far such lines hang or arch, in parts of the height
FAINT_NOISE = 0.005  # spread of the noise of a camera in good light, of white

Make = Callable[[np.random.Generator], NumberPicture]
Write = Callable[..., Writing]
"""Takes the number of digits of each line, a generator, and for the pen's digits the degrees."""


@dataclass(frozen=True)
class Kind:
    """A kind of pictures of numbers.

    Attributes
    ----------
    make
        Makes a picture.
    n_pictures
        How many are measured.
    is_pen
        Whether pendigits' writers wrote, from whom a network may have learnt; else MNIST's did.
    is_split
        Whether pictures with digits that touch are told apart from the others.
    """

    make: Make
    n_pictures: int
    is_pen: bool = True
    is_split: bool = False


@dataclass(frozen=True)
class Style:
    """How a page is written.

    Attributes
    ----------
    n_digits, n_lines
        The fewest and most in a line, and on the page.
    spacings
        Any of which a page has; where they are but "touching", some digits do touch.
    slanting
        Part of the pages whose lines slant and bend.
    """

    n_digits: tuple[int, int] = (2, 6)
    n_lines: tuple[int, int] = (1, 1)
    spacings: tuple[Spacing, ...] = SPACINGS
    slanting: float = 0


@dataclass(frozen=True)
class Shot:
    """How a page is photographed.

    Attributes
    ----------
    pen
        A key of ``paper.PENS``; a random one if None.
    effects
        What happens beside white paper and a little noise; a random mixture if None.
    """

    pen: str | None
    effects: tuple[Effect, ...] | None


ANYHOW = Style(slanting=0.25)
SEPARATE = Style(spacings=("apart", "close"))
ANY = Shot(None, None)


def kinds(digits: Sequence[PenDigit], test: Digits) -> Mapping[str, Kind]:
    """Return what is measured, by name, in the order of the table.

    Parameters
    ----------
    digits
        Those of the pen's writers.
    test
        MNIST's test digits.
    """
    pen, pictures = partial(write_with_pen, digits), partial(write_with_pictures, test)
    photographs = {
        name: Kind(partial(_photograph, pen, SEPARATE, shot), PHOTOGRAPHED)
        for name, shot in _shots().items()
    }
    return {
        **_drawn_kinds(pen, pictures),
        **photographs,
        "photographed cells of a grid": Kind(partial(_cell, pen), MIXED),
        "photographs": Kind(partial(_photograph, pen, ANYHOW, ANY), DRAWN, is_split=True),
        "photographs of MNIST": Kind(
            partial(_photograph, pictures, Style(), ANY), DRAWN, is_pen=False, is_split=True
        ),
        "photographs of 12 megapixels, turned by EXIF": Kind(
            partial(_photograph, pen, SEPARATE, ANY, side_px=LARGE_PX, is_turned=True), LARGE
        ),
    }


def write_page(write: Write, style: Style, rng: np.random.Generator) -> Page:
    """Return a page of random numbers in a style."""
    lengths = rng.integers(
        *style.n_digits, size=rng.integers(*style.n_lines, endpoint=True), endpoint=True
    )
    spacing = style.spacings[rng.integers(len(style.spacings))]
    degrees, bend = 0.0, 0.0
    if rng.random() < style.slanting:
        degrees = float(rng.choice([-1, 1]) * rng.uniform(*SLANTS))
        bend = rng.normal(0, BEND)
        if rng.random() < 0.5:  # else the digits stay upright
            write = partial(write, degrees=degrees)
    while True:
        writing = write(lengths.tolist(), rng)
        page = compose(writing, rng, spacing=spacing, degrees=degrees, bend=bend)
        if page.is_touching or style.spacings != ("touching",):
            return page


def _drawn_kinds(pen: Write, pictures: Write) -> dict[str, Kind]:
    """Return the kinds that are drawn as on the page's pad, by name."""
    clear, close = Style(spacings=("apart",)), Style(spacings=("close",))
    touching = Style(spacings=("touching",))
    slanting = replace(SEPARATE, slanting=1)
    several = replace(SEPARATE, n_lines=(2, 4))

    def draw(write: Write, style: Style) -> Make:
        return lambda rng: drawn(write_page(write, style, rng))

    return {
        "pen, 2 to 6 digits": Kind(draw(pen, ANYHOW), MIXED, is_split=True),
        "pen, clear gaps": Kind(draw(pen, clear), DRAWN),
        "pen, close": Kind(draw(pen, close), DRAWN),
        "pen, touching": Kind(draw(pen, touching), DRAWN),
        "pen, slanting or bent": Kind(draw(pen, slanting), DRAWN),
        "pen, 2 to 4 lines": Kind(draw(pen, several), DRAWN),
        "pen, 7 or 8 digits": Kind(draw(pen, Style(n_digits=(7, 8))), DRAWN, is_split=True),
        "MNIST, clear gaps": Kind(draw(pictures, clear), DRAWN, is_pen=False),
        "MNIST, touching": Kind(draw(pictures, touching), DRAWN, is_pen=False),
    }


def _shots() -> dict[str, Shot]:
    """Return a pen on white paper each, and then each effect on a blue pen, by name."""
    pens = {f"{pen} on white": Shot(pen, ()) for pen in paper.PENS}
    effects = {name: Shot("blue", (effect,)) for name, effect in EFFECTS.items()}
    return {f"photographed, {name}": shot for name, shot in {**pens, **effects}.items()}


def _cell(write: Write, rng: np.random.Generator) -> NumberPicture:
    """Return a photographed cell of a printed grid with a digit in it."""
    page = write_page(write, Style(n_digits=(1, 1)), rng)
    return seen(page, cell(page.ink, rng))


def _photograph(
    write: Write,
    style: Style,
    shot: Shot,
    rng: np.random.Generator,
    *,
    side_px: int = PHOTOGRAPH_PX,
    is_turned: bool = False,
) -> NumberPicture:
    """Return a photograph of a page."""
    page = write_page(write, style, rng)
    effects: Sequence[Effect] | None = None
    if shot.effects is not None:
        effects = [paper.plain, *shot.effects, partial(noisy, strength=FAINT_NOISE)]
    photographed = photograph(
        page.ink, rng, pen=shot.pen, effects=effects, longer_side_px=side_px, is_turned=is_turned
    )
    return seen(page, photographed)
