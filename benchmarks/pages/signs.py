"""Numbers with decimal points, commas, minus signs and other signs, written with a pen.

Points, commas and minus signs have the sizes that about 130 writers of UNIPEN's symbols gave them,
relative to the height of their digits. I. Guyon and others, "UNIPEN project of on-line data
exchange and recognizer benchmarks", 1994.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks.pages.composing import BASELINE_DEVIATION, contact_column, overlay
from benchmarks.pages.handwriting import draw, write_with_pen
from nn.core.layers import Array
from nn.data.digits import Character, Stroke

# Lengths are relative to the digits' height. The baseline is at 0, y points down.
GAPS = (0.04, 0.3)  # between the ink of neighbours
MAX_BOX_OVERLAP = 0.5  # of two neighbours, relative to the narrower box
MARGIN = 0.5

Strokes = list[Stroke]


def line(*points: tuple[float, float]) -> Stroke:
    """Return a stroke through points."""
    return np.array(points, np.float64)


def _point(rng: np.random.Generator) -> Strokes:
    x, y = rng.uniform(0, (0.11, 0.13)) * rng.choice([-1, 1], 2)
    top = rng.normal(0, 0.04) - abs(y) / 2
    return [line((0, top), (x / 2, top + y / 2), (x, top + y))]


def _comma(rng: np.random.Generator) -> Strokes:
    height, lean, bow = rng.uniform(0.18, 0.6), rng.uniform(0, 0.25), rng.uniform(0, 0.1)
    top = rng.normal(-0.08, 0.05)
    middle = (bow - lean / 2, top + height / 2)
    return [line((0, top), middle, (-lean, top + height))]


def _minus(rng: np.random.Generator) -> Strokes:
    return [_bar(rng, rng.uniform(0.25, 0.7), rng.uniform(-0.6, -0.35))]


def _bar(rng: np.random.Generator, width: float, y: float) -> Stroke:
    """Return a level stroke."""
    rise = width * np.tan(np.deg2rad(rng.normal(0, 5)))
    return line((0, y + rise / 2), (width / 2, y + rng.normal(0, 0.01)), (width, y - rise / 2))


def _plus(rng: np.random.Generator) -> Strokes:
    size = rng.uniform(0.4, 0.9)
    upright = line((size / 2, -0.45 - size / 2), (size / 2, -0.45 + size / 2))
    return [_bar(rng, size, -0.45), upright]


def _times(rng: np.random.Generator) -> Strokes:
    size = rng.uniform(0.3, 0.7)
    return [line((0, -0.1 - size), (size, -0.1)), line((size, -0.1 - size), (0, -0.1))]


def _equals(rng: np.random.Generator) -> Strokes:
    width, gap = rng.uniform(0.4, 0.8), rng.uniform(0.2, 0.4)
    return [_bar(rng, width, -0.45 + gap / 2), _bar(rng, width, -0.45 - gap / 2)]


def _colon(rng: np.random.Generator) -> Strokes:
    return [*_point(rng), *(stroke - (0, rng.uniform(0.35, 0.6)) for stroke in _point(rng))]


def _slash(rng: np.random.Generator) -> Strokes:
    height, width = rng.uniform(1.1, 1.6), rng.uniform(0.35, 0.8)
    return [line((width, -0.5 - height / 2), (0, -0.5 + height / 2))]


def _percent(rng: np.random.Generator) -> Strokes:
    angles = np.linspace(0, 2 * np.pi, 12)
    ring = 0.16 * np.column_stack([np.cos(angles), np.sin(angles)])
    rings = [ring + np.array(middle) for middle in ((0.16, -0.8), (0.75, -0.2))]
    return [*rings, line((0.75, -1), (0.1, 0))]


SIGNS: Mapping[str, Callable[[np.random.Generator], Strokes]] = {
    ".": _point,
    ",": _comma,
    "-": _minus,
    "+": _plus,
    "×": _times,
    "=": _equals,
    ":": _colon,
    "/": _slash,
    "%": _percent,
}


def write_signed(
    digits: Sequence[Character], pattern: str, rng: np.random.Generator
) -> tuple[Array, str]:
    """Return the ink (H, W) and the text of a line of random digits of one writer, and signs.

    Parameters
    ----------
    digits
        The digits of one or more writers.
    pattern
        Keys of ``SIGNS``, and "d" for each digit, of which there is at least one.
    """
    writing = write_with_pen(digits, [pattern.count("d")], rng)
    height_px, pen_px = writing.height_px, writing.pen_px
    glyphs = iter(writing.lines[0])
    pieces, text = [], ""
    for character in pattern:
        if character == "d":
            glyph = next(glyphs)
            pieces.append((glyph.ink, rng.normal(0, BASELINE_DEVIATION) * height_px))
            text += str(glyph.label)
        else:
            strokes = [stroke * height_px for stroke in SIGNS[character](rng)]
            bottom_px = max(stroke[:, 1].max() for stroke in strokes)
            pieces.append((draw(0, strokes, height_px, pen_px).ink, bottom_px))
            text += character
    ink = _in_line(pieces, rng, height_px)
    return np.pad(ink, round(MARGIN * height_px)), text


def _in_line(
    pieces: Sequence[tuple[Array, float]], rng: np.random.Generator, height_px: float
) -> Array:
    """Return the ink of pieces beside each other.

    A piece is its ink, and by how many pixels its bottom is below the baseline.
    """
    bottoms = [round(bottom) for _, bottom in pieces]
    baseline = max(len(ink) - bottom for (ink, _), bottom in zip(pieces, bottoms, strict=True))
    height = baseline + max(0, *bottoms)
    row: Array = np.zeros((height, 0), np.float32)
    for (ink, _), bottom in zip(pieces, bottoms, strict=True):
        top = baseline + bottom - len(ink)
        strip = np.pad(ink, ((top, height - top - len(ink)), (0, 0)))
        gap_px = max(2, round(rng.uniform(*GAPS) * height_px))
        nearest = row.shape[1] - round(MAX_BOX_OVERLAP * min(row.shape[1], ink.shape[1]))
        column = contact_column(row, strip, slack_px=gap_px) + gap_px if row.shape[1] else 0
        row = overlay(row, strip, max(nearest, column) if row.shape[1] else 0)
    return row
