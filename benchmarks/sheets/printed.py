"""The printed page of a class sheet as light, from the layout that the page and reader use."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nn.core.layers import Array
from nn.reading.class_sheet.layout import (
    BORDER_GREY,
    BORDER_MM,
    MARGIN_MM,
    MARKER_MM,
    PAGE_MM,
    Label,
    Rectangle,
    SheetPage,
    black_squares,
)

BLACK = 0.08  # light of printed black, relative to the paper
CAP_HEIGHT = 0.72  # height of digits over the font's size
TITLES = ("Inkling: a row for each pupil, a digit in each box", "Page {page}: pupils {rows}")


def printed(page: SheetPage, millimetre_px: float) -> Array:
    """Return the light, float32 (H, W), of a printed page with so many pixels a millimetre."""
    width, height = (round(side * millimetre_px) for side in PAGE_MM)
    lines = [line for box in page.boxes for line in _outline(box.place)]
    light = 1 - (1 - BORDER_GREY) * _covered(lines, (height, width), millimetre_px)
    light *= 1 - (1 - BLACK) * _covered(black_squares(page), (height, width), millimetre_px)
    paper = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(paper)
    for label in [*page.labels, *_titles(page)]:
        size = label.height_mm / CAP_HEIGHT * millimetre_px
        at = (label.x * millimetre_px, label.y * millimetre_px)
        font = ImageFont.load_default(size)
        pen.text(at, label.text, round(255 * label.grey), font, anchor="rs")
    return light * (np.asarray(paper, np.float32) / 255)


def _titles(page: SheetPage) -> list[Label]:
    """Return lines of text between the upper markers, as the printed page has some."""
    rows = f"{page.rows[0]} to {page.rows[-1]}"
    right, top = PAGE_MM[0] - MARGIN_MM - MARKER_MM - 6, MARGIN_MM + 5
    return [
        Label(text.format(page=page.page, rows=rows), right, top + 6 * line, 2.6, 0.15)
        for line, text in enumerate(TITLES)
    ]


def _outline(place: Rectangle) -> list[Rectangle]:
    """Return the four lines around a box, their middles on its edges."""
    x, y, width, height = place
    half = BORDER_MM / 2
    across, down = width + BORDER_MM, height - BORDER_MM
    return [
        *((x - half, edge - half, across, BORDER_MM) for edge in (y, y + height)),
        *((edge - half, y + half, BORDER_MM, down) for edge in (x, x + width)),
    ]


def _covered(places: Iterable[Rectangle], shape: tuple[int, int], millimetre_px: float) -> Array:
    """Return how much of each pixel (H, W) rectangles cover that do not overlap, 0 to 1."""
    covered = np.zeros(shape, np.float32)
    for place in places:
        x, y, width, height = (value * millimetre_px for value in place)
        left, across = _coverage(x, width)
        top, down = _coverage(y, height)
        covered[top : top + len(down), left : left + len(across)] += np.outer(down, across)
    return np.minimum(covered, 1)


def _coverage(start: float, length: float) -> tuple[int, Array]:
    """Return the first pixel of an interval, and how much of each pixel it covers, 0 to 1."""
    first, last = int(np.floor(start)), int(np.ceil(start + length))
    edges = np.clip(np.arange(first, last + 1), start, start + length)
    return first, np.diff(edges).astype(np.float32)
