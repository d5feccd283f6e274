"""Digits written into the boxes of a class sheet, a pen for each pupil."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.evaluation.pages import paper
from nn.evaluation.pages.numbers import Glyph, draw
from nn.reading.class_sheet.layout import Box, SheetPage
from nn.reading.mnist_format import DIGIT_PX, crop

# Millimetres, but for the share of the box that the tallest digit fills.
HEIGHTS_MM, TALLEST = (5.5, 11.0), 1.05
TIPS_MM = {"ball pen": (0.4, 0.7), "fineliner": (0.3, 0.6), "felt pen": (0.9, 2.0)}
PENCIL_TIP_MM = (0.4, 0.9)
OFFSET = 0.09  # standard deviation of a digit's middle off its box's, over the box's sides
UNEVEN = 0.1  # standard deviation of the logarithm of the height of one pupil's digits
EMPTY_BOXES, SPECKED = 0.1, 0.4  # shares: of the boxes, and of the empty ones
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


def pen_hand(digits: Sequence[PenDigit]) -> Hand:
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
    """Return hands that write MNIST's pictures of a label, enlarged, each of another writer."""
    by_label = [np.flatnonzero(digits.labels == label) for label in range(10)]

    def choose(rng: np.random.Generator) -> Write:
        def write(label: int, height_px: float, pen_px: float) -> Glyph:
            small = digits.images[rng.choice(by_label[label])].astype(np.float32) / 255
            side_px = round(len(small) * height_px / DIGIT_PX)
            large = cv2.resize(small, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
            return Glyph(label, crop(np.clip(np.asarray(large, np.float32), 0, 1)))

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
    empty: float = EMPTY_BOXES,
) -> Sheet:
    """Return a printed page, light (H, W), with digits in its boxes.

    Parameters
    ----------
    page
        What is printed.
    light
        As of ``printed.printed``.
    hand
        Whose digits.
    rng
        Chooses writers, pens, sizes and places.
    pen
        A key of ``paper.PENS``; for each pupil another everyday one if None.
    tip
        A key of ``TIPS_MM``; likewise.
    empty
        Share of the boxes that stay empty; some of them get specks.
    """
    millimetre_px = light.shape[0] / 297
    coloured = np.repeat(light[..., None], 3, axis=2)
    written: list[WrittenBox] = []
    for pupil in page.rows:
        own = _Pupil(hand(rng), pen, tip, rng)
        for box in (each for each in page.boxes if each.pupil == pupil):
            is_empty = rng.random() < empty
            glyph = None if is_empty else own.write(box, millimetre_px)
            if glyph is not None:
                _put(coloured, glyph.ink, _place(box, glyph.ink, rng, millimetre_px), own, rng)
            elif rng.random() < SPECKED:
                for _ in range(rng.integers(*SPECKS, endpoint=True)):
                    ink = _speck(rng, millimetre_px)
                    _put(coloured, ink, _anywhere(box, rng, millimetre_px), own, rng)
            written.append(WrittenBox(box, glyph))
    return Sheet(page, coloured, written, millimetre_px)


class _Pupil:
    """Who writes a row: a hand, a pen, and how large the digits are."""

    def __init__(
        self, write: Write, pen: str | None, tip: str | None, rng: np.random.Generator
    ) -> None:
        self._write, self._rng = write, rng
        self.pen = pen or str(rng.choice(paper.EVERYDAY_PENS))
        tips = TIPS_MM[tip or str(rng.choice(list(TIPS_MM)))]
        self._tip_mm = rng.uniform(*(PENCIL_TIP_MM if "pencil" in self.pen else tips))
        self._height_mm = rng.uniform(*HEIGHTS_MM)

    def write(self, box: Box, millimetre_px: float) -> Glyph:
        """Return a digit, hardly taller than its box."""
        height_mm = self._height_mm * float(np.exp(self._rng.normal(0, UNEVEN)))
        height_mm = min(height_mm, TALLEST * box.place[3])
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
    millimetre_px = light.shape[0] / 297
    part = light[top : top + ink.shape[0], left : left + ink.shape[1]]
    part *= paper.write(ink, own.pen, rng, millimetre_px).light[: len(part), : part.shape[1]]
