"""Digits set on a page, beside and below each other.

How near two digits are is decided by their ink, row by row, not by their boxes: a 1 may stand under
the arm of a 7 and touch nothing. For measuring only.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import cv2
import numpy as np

from nn.core.layers import Array
from nn.evaluation.pages.numbers import Glyph, Page, Writing
from nn.evaluation.pages.photograph import Box

OUTLINE = 0.1  # least ink of a pixel by which a line is seen

Spacing = Literal["apart", "close", "touching"]
SPACINGS: tuple[Spacing, ...] = get_args(Spacing)
APART = (0.15, 0.5)  # between digits' boxes, in parts of the height
CLOSE = (1.0, 2.5)  # between digits' lines, in widths of the pen
OVERLAPPING = (0.2, 1.0)  # of digits' lines that touch, in widths of the pen
TOUCHING_PAIRS = 0.5  # part of the neighbours that are to touch where digits do
NESTED = 0.3  # most that a digit reaches under or over its neighbour, in parts of the narrower
UNSTEADY = 0.04  # spread of a digit's distance from its line, in parts of the height
LINE_GAPS = (0.3, 0.9)  # between two lines, in parts of the height
INDENTS = (0.0, 0.5)  # of lines after the first, in parts of the height
MARGINS = (0.3, 1.0)  # of the page, in parts of the height


def compose(
    writing: Writing,
    rng: np.random.Generator,
    *,
    spacing: Spacing = "apart",
    degrees: float = 0,
    bend: float = 0,
) -> Page:
    """Return a page of numbers, one a line.

    Parameters
    ----------
    writing
        The digits.
    rng
        The same one gives the same page.
    spacing
        Whether digits have clear gaps between them, come close, or touch. Where they touch,
        ``TOUCHING_PAIRS`` of the neighbours are to and the others come close; whether any do
        depends on their shapes, and the page tells.
    degrees
        By which the lines fall.
    bend
        How far a line's middle hangs below its ends, in parts of the digits' height.
    """
    rows = [_row(line, writing, rng, spacing, (degrees, bend)) for line in writing.lines]
    ink, boxes, is_touching = rows[0]
    every = [boxes]
    for row, row_boxes, is_row_touching in rows[1:]:
        indent_px = round(rng.uniform(*INDENTS) * writing.height_px)
        width = max(ink.shape[1], indent_px + row.shape[1])
        ink = np.pad(ink, ((0, 0), (0, width - ink.shape[1])))
        row = np.pad(row, ((0, 0), (indent_px, width - indent_px - row.shape[1])))
        gap_px = round(rng.uniform(*LINE_GAPS) * writing.height_px)
        top_px = max(0, contact(ink.T, row.T) + gap_px)
        ink = overlay(ink.T, row.T, top_px).T
        every.append(_moved(row_boxes, indent_px, top_px))
        is_touching |= is_row_touching
    margin_px = round(rng.uniform(*MARGINS) * writing.height_px)
    return Page(
        np.pad(ink, margin_px),
        tuple("".join(str(glyph.label) for glyph in line) for line in writing.lines),
        tuple(tuple(_moved(line, margin_px, margin_px)) for line in every),
        is_touching,
    )


def contact(left: Array, right: Array, slack_px: int = 0) -> int:
    """Return where to put ink right of other ink so that they share a row's edge, but no pixel.

    Parameters
    ----------
    left, right
        float32 (H, W) and (H, w), 0 for paper to 1.
    slack_px
        Rows above and below that the left ink counts for, too.

    Returns
    -------
    int
        Column of the left picture for the first one of the right; W if they share no row.
    """
    tall = np.ones((2 * slack_px + 1, 1), np.uint8)
    is_left = cv2.dilate((left >= OUTLINE).astype(np.uint8), tall) > 0
    is_right = right >= OUTLINE
    is_shared = is_left.any(axis=1) & is_right.any(axis=1)
    width: int = left.shape[1]
    if not is_shared.any():
        return width
    ends = width - is_left[:, ::-1].argmax(axis=1)
    starts = is_right.argmax(axis=1)
    return int((ends - starts)[is_shared].max())


def meet(left: Array, right: Array, x: int) -> bool:
    """Return whether ink (H, W) meets other ink (H, w) put at column x, at corners at least."""
    is_left = np.pad(left >= OUTLINE, ((0, 0), (0, x + right.shape[1]))).astype(np.uint8)
    is_near = cv2.dilate(is_left, np.ones((3, 3), np.uint8)) > 0
    return bool((is_near[:, x : x + right.shape[1]] & (right >= OUTLINE)).any())


def overlay(left: Array, right: Array, x: int) -> Array:
    """Return ink (H, W) with other ink (H, w) over it, put at column x, 0 or more."""
    both = np.pad(left, ((0, 0), (0, max(0, x + right.shape[1] - left.shape[1]))))
    there = both[:, x : x + right.shape[1]]
    np.maximum(there, right, out=there)
    return both


def _row(
    line: Sequence[Glyph],
    writing: Writing,
    rng: np.random.Generator,
    spacing: Spacing,
    slope_and_bend: tuple[float, float],
) -> tuple[Array, list[Box], bool]:
    """Return a line's ink, its digits' boxes in it, and whether any of them touch."""
    tops = _tops(line, writing, rng, *slope_and_bend)
    height = max(top + len(glyph.ink) for top, glyph in zip(tops, line, strict=True))
    ink: Array = np.zeros((height, 0), np.float32)
    boxes: list[Box] = []
    is_touching = False
    for top, glyph in zip(tops, line, strict=True):
        digit_height, digit_width = glyph.ink.shape
        strip = np.pad(glyph.ink, ((top, height - top - digit_height), (0, 0)))
        x = _column(ink, strip, writing, rng, spacing) if boxes else 0
        is_touching = is_touching or meet(ink, strip, x)
        ink = overlay(ink, strip, x)
        boxes.append((x, top, digit_width, digit_height))
    return ink, boxes, is_touching


def _tops(
    line: Sequence[Glyph], writing: Writing, rng: np.random.Generator, degrees: float, bend: float
) -> list[int]:
    """Return the first row of each digit, 0 or more, as the line falls and bends."""
    widths = np.array([glyph.ink.shape[1] for glyph in line]) + 0.2 * writing.height_px
    along = np.linspace(0, 1, len(line))
    hanging = 4 * bend * along * (1 - along) + rng.normal(0, UNSTEADY, len(line))
    bottoms = np.tan(np.deg2rad(degrees)) * np.cumsum(widths) + hanging * writing.height_px
    tops = np.rint(bottoms - [len(glyph.ink) for glyph in line]).astype(int)
    first_rows: list[int] = (tops - tops.min()).tolist()
    return first_rows


def _column(
    ink: Array, strip: Array, writing: Writing, rng: np.random.Generator, spacing: Spacing
) -> int:
    """Return the column at which a digit goes on with a line."""
    width: int = ink.shape[1]
    if spacing == "apart":
        return width + round(rng.uniform(*APART) * writing.height_px)
    deepest: int = width - round(NESTED * min(width, strip.shape[1]))
    if spacing == "touching" and rng.random() < TOUCHING_PAIRS:
        overlap_px = max(1, round(rng.uniform(*OVERLAPPING) * writing.pen_px))
        return max(deepest, contact(ink, strip) - overlap_px)
    gap_px = max(2, round(rng.uniform(*CLOSE) * writing.pen_px))
    return max(deepest, contact(ink, strip, slack_px=gap_px) + gap_px)


def _moved(boxes: Sequence[Box], right_px: int, down_px: int) -> list[Box]:
    """Return boxes moved."""
    return [(x + right_px, y + down_px, width, height) for x, y, width, height in boxes]
