"""Numbers of several digits, written with pen strokes or MNIST's pictures.

A page is written by one writer with one pen; ``composing`` arranges its digits. No network is
trained on these numbers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from nn.core.layers import Array
from nn.data.digits import Character, Digits, Stroke
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink
from nn.reading.mnist import DIGIT_PX, bounding_box, crop

HEIGHTS_PX = (48, 112)  # range of a writer's median digit height
PEN_WIDTHS = (0.05, 0.14)  # relative to that height; on the app's drawing area about 0.1
# pendigits' digits were written into boxes, one by one: in a line their sizes would differ less.
# 0 leaves the heights as they are, 1 makes them equal.
EVENNESS = 0.5
MNIST_PEN = 0.12  # relative to the height: a line of MNIST is two to three of its pixels wide

Box = tuple[int, int, int, int]
"""x, y, width and height in pixels."""


@dataclass(frozen=True)
class Glyph:
    """A digit's label, and its ink float32 (h, w), 0 for paper to 1 for ink, cropped to it.

    ``strokes`` are the pen's, in pixels of the ink; a digit of a picture has none.
    """

    label: int
    ink: Array
    strokes: Sequence[Stroke] = ()


@dataclass(frozen=True)
class Handwriting:
    """One or more lines of a writer's digits, their median height and the pen's width."""

    lines: Sequence[Sequence[Glyph]]
    height_px: float
    pen_px: float


@dataclass(frozen=True)
class Page:
    """A page's ink, a picture of the page, and its ground truth.

    Attributes
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    picture
        The ink dark on white, as on the app's drawing area, or a photograph of the page.
    lines
        The numbers, from top to bottom.
    boxes
        The box of each digit of each line, in the upright picture.
    is_touching
        Whether any two digits of a line touch, diagonally or not.
    """

    ink: Array
    picture: Image.Image
    lines: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    is_touching: bool


def write_with_pen(
    digits: Sequence[Character],
    lengths: Sequence[int],
    rng: np.random.Generator,
    *,
    degrees: float = 0,
    labels: Collection[int] = range(10),
) -> Handwriting:
    """Return lines of random digits of one of the writers, drawn with one pen.

    ``lengths`` are the numbers of digits of the lines; each digit has one of ``labels``, and is
    turned to the right by an angle, as on a falling line.
    """
    writers = sorted({digit.writer for digit in digits})
    writer = writers[rng.integers(len(writers))]
    own = [digit for digit in digits if digit.writer == writer and digit.label in labels]
    height_px = rng.uniform(*HEIGHTS_PX)
    pen_px = height_px * float(np.exp(rng.uniform(*np.log(PEN_WIDTHS))))
    heights = [float(np.ptp(np.concatenate(digit.strokes)[:, 1])) for digit in own]
    median = float(np.median(heights))
    # Points (P, 2) are multiplied from the left.
    turn = cv2.getRotationMatrix2D((0, 0), degrees, height_px / median)[:, :2]

    def write(i: int) -> Glyph:
        scale = (median / heights[i]) ** EVENNESS
        strokes = [stroke @ turn * scale for stroke in own[i].strokes]
        return draw(own[i].label, strokes, height_px, pen_px)

    lines = [[write(i) for i in rng.integers(len(own), size=length)] for length in lengths]
    return Handwriting(lines, height_px, pen_px)


def write_with_mnist(
    digits: Digits, lengths: Sequence[int], rng: np.random.Generator
) -> Handwriting:
    """Return lines of random MNIST digits, enlarged; neighbours are of different writers."""
    height_px = rng.uniform(*HEIGHTS_PX)
    lines = [
        [enlarge(digits, i, height_px) for i in rng.integers(len(digits), size=length).tolist()]
        for length in lengths
    ]
    return Handwriting(lines, height_px, MNIST_PEN * height_px)


def enlarge(digits: Digits, i: int, height_px: float) -> Glyph:
    """Return a digit in the format of MNIST, enlarged so that its longer side is a height."""
    small = (digits.images[i] / 255).astype(np.float32)
    side_px = round(len(small) * height_px / DIGIT_PX)
    large = cv2.resize(small, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    return Glyph(int(digits.labels[i]), crop(np.clip(np.asarray(large, np.float32), 0, 1)))


def draw(label: int, strokes: Sequence[Stroke], height_px: float, pen_px: float) -> Glyph:
    """Return a digit of strokes in pixels, drawn by a pen of constant width."""
    low = np.concatenate(strokes).min(axis=0) - pen_px
    high = np.concatenate(strokes).max(axis=0) + pen_px
    width_px, height_of_all_px = np.ceil(high - low).astype(int).tolist()
    moved = [stroke - low for stroke in strokes]
    ink = draw_ink(moved, (width_px, height_of_all_px), pen_px, CURVE_STEP * height_px)
    x, y, _, _ = bounding_box(ink)
    return Glyph(label, crop(ink), [stroke - [x, y] for stroke in moved])
