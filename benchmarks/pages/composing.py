"""Arrange written digits on a page, beside and below each other.

The distance of two digits is measured between their ink, row by row, not between their boxes: a 1
may stand under the arm of a 7 without touching it.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pages.handwriting import Glyph, Handwriting, Page
from nn.core.layers import Array
from nn.data.digits import Stroke
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink
from nn.data.synthetic.joining import LIGATURE_GAP, may_have_ligature
from nn.data.synthetic.joining import ligature as draw_ligature
from nn.evaluation.sets import ink_to_picture

MIN_INK = 0.1  # of a pixel that counts as inked

Spacing = Literal["clear", "close", "touching", "joined"]
SPACINGS: tuple[Spacing, ...] = get_args(Spacing)
# Lengths are relative to the digits' height unless said otherwise.
CLEAR = (0.15, 0.5)  # gap between boxes
CLOSE = (1.0, 2.5)  # gap between ink, relative to the width of the pen
OVERLAP = (0.2, 1.0)  # of touching ink, likewise
TOUCHING_SHARE = 0.5  # of the neighbours, which are moved together until they touch
JOINED_SHARE = 0.7  # of the neighbours, which a ligature joins where the pen can go on
MAX_BOX_OVERLAP = 0.3  # of two neighbours, relative to the narrower box
BASELINE_DEVIATION = 0.04  # standard deviation of a digit's distance from its baseline
LINE_GAPS = (0.3, 0.9)  # between two lines
INDENTS = (0.0, 0.5)  # of lines after the first
MARGINS = (0.3, 1.0)  # of the page

Boxes = NDArray[np.int64]
"""x, y, width and height of each digit, (N, 4)."""


def compose(
    writing: Handwriting,
    rng: np.random.Generator,
    *,
    spacing: Spacing = "clear",
    degrees: float = 0,
    bend: float = 0,
) -> Page:
    """Return a page with one number in each line.

    Digits have clear gaps between them, are close, touch, or are joined by ligatures. With
    "touching", ``TOUCHING_SHARE`` of the neighbours are moved together and the others are close;
    with "joined", ``JOINED_SHARE`` have a ligature. Whether any touch depends on their shapes: see
    the page's ``is_touching``. Its boxes hold the digits without ligatures. Lines fall by an angle,
    and their middles are below their ends by ``bend``, relative to the digits' height.
    """
    rows = []
    for line in writing.lines:
        tops = _tops(line, writing.height_px, rng, degrees, bend)
        rows.append(_row(line, tops, writing, rng, spacing))
    ink, boxes, _ = rows[0]
    every = [boxes]
    for row, row_boxes, _ in rows[1:]:
        indent_px = round(rng.uniform(*INDENTS) * writing.height_px)
        width = max(ink.shape[1], indent_px + row.shape[1])
        ink = np.pad(ink, ((0, 0), (0, width - ink.shape[1])))
        row = np.pad(row, ((0, 0), (indent_px, width - indent_px - row.shape[1])))
        gap_px = round(rng.uniform(*LINE_GAPS) * writing.height_px)
        top_px = max(0, contact_column(ink.T, row.T) + gap_px)
        ink = overlay(ink.T, row.T, top_px).T
        every.append(np.add(row_boxes, (indent_px, top_px, 0, 0)))
    margin_px = round(rng.uniform(*MARGINS) * writing.height_px)
    ink = np.pad(ink, margin_px)
    placed = [np.add(line, (margin_px, margin_px, 0, 0)).tolist() for line in every]
    return Page(
        ink,
        ink_to_picture(ink),
        tuple("".join(str(glyph.label) for glyph in line) for line in writing.lines),
        tuple(tuple(map(tuple, line)) for line in placed),
        any(is_touching for _, _, is_touching in rows),
    )


def contact_column(left: Array, right: Array, slack_px: int = 0) -> int:
    """Return the least column at which ink can be placed right of other ink without overlap.

    It is a column of the left ink (H, W) for the first one of the right ink (H, w), and W if no row
    has ink of both. The left ink is extended by ``slack_px`` rows upwards and downwards.
    """
    tall = np.ones((2 * slack_px + 1, 1), np.uint8)
    is_left = cv2.dilate((left >= MIN_INK).astype(np.uint8), tall) > 0
    is_right = right >= MIN_INK
    is_shared = is_left.any(axis=1) & is_right.any(axis=1)
    width: int = left.shape[1]
    ends = width - is_left[:, ::-1].argmax(axis=1)
    starts = is_right.argmax(axis=1)
    return int((ends - starts)[is_shared].max()) if is_shared.any() else width


def are_touching(left: Array, right: Array, x: int) -> bool:
    """Return whether ink (H, W) and other ink (H, w) placed at column x are 8-connected."""
    is_left = np.pad(left >= MIN_INK, ((0, 0), (0, x + right.shape[1]))).astype(np.uint8)
    is_near = cv2.dilate(is_left, np.ones((3, 3), np.uint8)) > 0
    return bool((is_near[:, x : x + right.shape[1]] & (right >= MIN_INK)).any())


def overlay(left: Array, right: Array, x: int) -> Array:
    """Return the maximum of ink (H, W) and other ink (H, w) placed at column x, 0 or more."""
    both = np.pad(left, ((0, 0), (0, max(0, x + right.shape[1] - left.shape[1]))))
    covered = both[:, x : x + right.shape[1]]
    np.maximum(covered, right, out=covered)
    return both


def _row(
    line: Sequence[Glyph],
    tops: Sequence[int],
    writing: Handwriting,
    rng: np.random.Generator,
    spacing: Spacing,
) -> tuple[Array, Boxes, bool]:
    """Return a line's ink, its digits' boxes in it, and whether any of them touch."""
    height = max(top + len(glyph.ink) for top, glyph in zip(tops, line, strict=True))
    ink: Array = np.zeros((height, 0), np.float32)
    boxes: list[list[int]] = []
    last_strokes: list[Stroke] = []
    is_touching = False
    for top, glyph in zip(tops, line, strict=True):
        digit_height, digit_width = glyph.ink.shape
        strip = np.pad(glyph.ink, ((top, height - top - digit_height), (0, 0)))
        x = _column(ink, strip, writing, rng, spacing) if boxes else 0
        is_touching = is_touching or are_touching(ink, strip, x)
        ink = overlay(ink, strip, x)
        strokes = [np.add(stroke, (x, top)) for stroke in glyph.strokes]
        if spacing == "joined" and boxes and rng.random() < JOINED_SHARE:
            ligature = _ligature(last_strokes, strokes, writing, ink.shape, rng)
            is_touching = is_touching or bool(ligature.any())
            ink = np.maximum(ink, ligature)
        last_strokes = strokes
        boxes.append([x, top, digit_width, digit_height])
    return ink, np.array(boxes), is_touching


def _tops(
    line: Sequence[Glyph], height_px: float, rng: np.random.Generator, degrees: float, bend: float
) -> list[int]:
    """Return the first row of each digit of a line that falls and bends, 0 or more."""
    widths = np.array([glyph.ink.shape[1] for glyph in line]) + 0.2 * height_px
    along = np.linspace(0, 1, len(line))
    sag = 4 * bend * along * (1 - along) + rng.normal(0, BASELINE_DEVIATION, len(line))
    bottoms = np.tan(np.deg2rad(degrees)) * np.cumsum(widths) + sag * height_px
    tops = np.rint(bottoms - [len(glyph.ink) for glyph in line]).astype(int)
    first_rows: list[int] = (tops - tops.min()).tolist()
    return first_rows


def _column(
    ink: Array, strip: Array, writing: Handwriting, rng: np.random.Generator, spacing: Spacing
) -> int:
    """Return the column at which the next digit of a line is placed."""
    width: int = ink.shape[1]
    if spacing == "clear":
        return width + round(rng.uniform(*CLEAR) * writing.height_px)
    if spacing == "joined":
        gap = rng.uniform(*LIGATURE_GAP)
        return contact_column(ink, strip) + max(2, round(gap * writing.height_px))
    leftmost: int = width - round(MAX_BOX_OVERLAP * min(width, strip.shape[1]))
    if spacing == "touching" and rng.random() < TOUCHING_SHARE:
        overlap_px = max(1, round(rng.uniform(*OVERLAP) * writing.pen_px))
        return max(leftmost, contact_column(ink, strip) - overlap_px)
    gap_px = max(2, round(rng.uniform(*CLOSE) * writing.pen_px))
    return max(leftmost, contact_column(ink, strip, slack_px=gap_px) + gap_px)


def _ligature(
    left: Sequence[Stroke],
    right: Sequence[Stroke],
    writing: Handwriting,
    shape: tuple[int, ...],
    rng: np.random.Generator,
) -> Array:
    """Return the ink of a ligature in a line's ink of that shape (H, W), none if there is none."""
    if not left or not right:  # pictures have no strokes
        return np.zeros(shape, np.float32)
    before, after = ([stroke / writing.height_px for stroke in part] for part in (left, right))
    if not may_have_ligature(before, after):
        return np.zeros(shape, np.float32)
    height, width = shape
    edge_px = writing.pen_px / 2
    line = draw_ligature(before[-1], after[0], rng) * writing.height_px
    line = line.clip(edge_px, [width - edge_px, height - edge_px])
    return draw_ink([line], (width, height), writing.pen_px, CURVE_STEP * writing.height_px)
