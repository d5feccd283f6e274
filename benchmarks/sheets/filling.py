"""Digits written into the boxes of a class sheet, a pen for each pupil."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.pages import paper
from benchmarks.pages.handwriting import Glyph, draw, enlarge
from nn.core.layers import Array
from nn.data.digits import Character, Digits
from nn.reading.class_sheet.layout import PAGE_MM, Box, SheetPage

HEIGHTS_MM = (5.5, 11.0)  # of a pupil's digits
MAX_HEIGHT = 1.05  # of a digit, over the height of its box
TIPS_MM = {"ball pen": (0.4, 0.7), "fineliner": (0.3, 0.6), "felt pen": (0.9, 2.0)}
PENCIL_TIP_MM = (0.4, 0.9)
OFFSET = 0.09  # standard deviation of a digit's distance from its box's middle, over its sides
HEIGHT_DEVIATION = 0.1  # standard deviation of the logarithm of the height of one pupil's digits
EMPTY_SHARE = 0.1  # of the boxes
SPECKED_SHARE = 0.4  # of the empty boxes
SPECKS, SPECK_MM = (1, 3), (0.15, 1.0)  # in such a box: how many, and their diameters

Write = Callable[[int, float, float], Glyph]
"""Returns a glyph of a label, its height and the pen's width in pixels."""
Hand = Callable[[np.random.Generator], Write]
"""Chooses a writer at random."""


@dataclass(frozen=True)
class WrittenBox:
    """A box, and the glyph in it; None if it is empty."""

    box: Box
    glyph: Glyph | None


@dataclass(frozen=True)
class Sheet:
    """A written page: its light float32 (H, W, 3), and what is in its boxes, in their order."""

    page: SheetPage
    light: Array = field(repr=False)
    boxes: Sequence[WrittenBox] = field(repr=False)
    millimetre_px: float


def pen_hand(digits: Sequence[Character]) -> Hand:
    """Return the hands of writers of pen strokes."""
    writers = sorted({digit.writer for digit in digits})

    def choose(rng: np.random.Generator) -> Write:
        writer = writers[rng.integers(len(writers))]
        own = [digit for digit in digits if digit.writer == writer]
        heights = [float(np.ptp(np.concatenate(digit.strokes)[:, 1])) for digit in own]
        median = float(np.median(heights))

        def write(label: int, height_px: float, pen_px: float) -> Glyph:
            of_label = [i for i, digit in enumerate(own) if digit.label == label]
            i = of_label[rng.integers(len(of_label))]
            scale = height_px / np.sqrt(median * max(heights[i], median / 4))
            return draw(label, [stroke * scale for stroke in own[i].strokes], height_px, pen_px)

        return write

    return choose


def mnist_hand(digits: Digits) -> Hand:
    """Return a hand that writes MNIST's pictures, enlarged, each digit by another writer."""
    by_label = [np.flatnonzero(digits.labels == label) for label in range(10)]

    def choose(rng: np.random.Generator) -> Write:
        def write(label: int, height_px: float, pen_px: float) -> Glyph:
            return enlarge(digits, int(rng.choice(by_label[label])), height_px)

        return write

    return choose


def write_sheet(
    page: SheetPage,
    light: Array,
    hand: Hand,
    rng: np.random.Generator,
    *,
    pen: str | None = None,
    tip: str | None = None,
    empty: float = EMPTY_SHARE,
) -> Sheet:
    """Return a printed page, light (H, W), with digits in its boxes.

    Parameters
    ----------
    page
        What is printed.
    light
        What ``printed.printed`` returns.
    hand
        Whose digits are written.
    rng
        Chooses writers, pens, sizes and places.
    pen
        A key of ``paper.PENS``; a random everyday pen for each pupil if None.
    tip
        A key of ``TIPS_MM``; random for each pupil if None.
    empty
        Share of the boxes that stay empty; some of these get specks.
    """
    millimetre_px = light.shape[0] / PAGE_MM[1]
    coloured = np.repeat(light[..., None], 3, axis=2)
    written: list[WrittenBox] = []
    for pupil in page.rows:
        own = _Pupil(hand(rng), pen, tip, rng)
        for box in (each for each in page.boxes if each.pupil == pupil):
            is_empty = rng.random() < empty
            glyph = None if is_empty else own.write(box, millimetre_px)
            if glyph is not None:
                _put(coloured, glyph.ink, _place(box, glyph.ink, rng, millimetre_px), own, rng)
            elif rng.random() < SPECKED_SHARE:
                for _ in range(rng.integers(*SPECKS, endpoint=True)):
                    ink = _speck(rng, millimetre_px)
                    _put(coloured, ink, _anywhere(box, rng, millimetre_px), own, rng)
            written.append(WrittenBox(box, glyph))
    return Sheet(page, coloured, written, millimetre_px)


class _Pupil:
    """Who writes a row: a hand, a pen, and the size of the digits."""

    def __init__(
        self, write: Write, pen: str | None, tip: str | None, rng: np.random.Generator
    ) -> None:
        self._write, self._rng = write, rng
        self.pen = pen or str(rng.choice(paper.EVERYDAY_PENS))
        tips = TIPS_MM[tip or str(rng.choice(list(TIPS_MM)))]
        self._tip_mm = rng.uniform(*(PENCIL_TIP_MM if "pencil" in self.pen else tips))
        self._height_mm = rng.uniform(*HEIGHTS_MM)

    def write(self, box: Box, millimetre_px: float) -> Glyph:
        """Return a digit, at most ``MAX_HEIGHT`` times as high as its box."""
        height_mm = self._height_mm * float(np.exp(self._rng.normal(0, HEIGHT_DEVIATION)))
        height_mm = min(height_mm, MAX_HEIGHT * box.place[3])
        return self._write(box.label, height_mm * millimetre_px, self._tip_mm * millimetre_px)


def _place(box: Box, ink: Array, rng: np.random.Generator, millimetre_px: float) -> tuple[int, int]:
    """Return x and y of a digit near the middle of its box."""
    x, y, width, height = box.place
    middle = np.array([x + width / 2, y + height / 2])
    middle += rng.normal(0, OFFSET, 2) * [width, height]
    left, top = np.rint(middle * millimetre_px - np.array(ink.shape[::-1]) / 2).astype(int)
    return int(left), int(top)


def _anywhere(box: Box, rng: np.random.Generator, millimetre_px: float) -> tuple[int, int]:
    x, y, width, height = box.place
    left, top = x + width * rng.uniform(0.05, 0.9), y + height * rng.uniform(0.05, 0.9)
    return round(left * millimetre_px), round(top * millimetre_px)


def _speck(rng: np.random.Generator, millimetre_px: float) -> Array:
    """Return the ink of a dot: dirt, or a pen that was put down."""
    diameter_px = rng.uniform(*SPECK_MM) * millimetre_px
    side = int(np.ceil(diameter_px)) + 2
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    ink = np.clip(diameter_px / 2 - np.hypot(x, y) + 0.5, 0, 1)
    return np.asarray(ink, np.float32)


def _put(
    light: Array, ink: Array, place: tuple[int, int], own: _Pupil, rng: np.random.Generator
) -> None:
    """Multiply the light (H, W, 3) by a pupil's ink."""
    left, top = max(0, place[0]), max(0, place[1])
    millimetre_px = light.shape[0] / PAGE_MM[1]
    part = light[top : top + ink.shape[0], left : left + ink.shape[1]]
    part *= paper.write(ink, own.pen, rng, millimetre_px).light[: len(part), : part.shape[1]]
