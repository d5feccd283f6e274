"""Numbers of several digits with their ground truth, written with pen strokes or MNIST's pictures.

A page is written by one writer with one pen; ``composing`` arranges its digits. For measuring only:
no network is trained on these numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nn.core.layers import Array
from nn.data.digits import Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.drawing import CURVE_STEP, INK, OVERSAMPLING, PAPER, catmull_rom, draw_line
from nn.evaluation.corruptions import to_picture
from nn.evaluation.pages.photograph import Box, Photograph
from nn.reading.mnist_format import DIGIT_PX, crop

HEIGHTS_PX = (48, 112)  # range of a writer's median digit height
PEN_WIDTHS = (0.05, 0.14)  # relative to that height; on the app's drawing area about 0.1
# pendigits were written into boxes, one by one: in a line their sizes would differ less. 0 leaves
# the heights as they are, 1 makes them equal.
EVENNESS = 0.5
MNIST_PEN = 0.12  # relative to the height: a line of MNIST is two to three of its pixels wide


@dataclass(frozen=True)
class Glyph:
    """One written digit.

    Attributes
    ----------
    label
        0 to 9.
    ink
        float32 (h, w), 0 for paper to 1 for ink, cropped to the digit.
    """

    label: int
    ink: Array


@dataclass(frozen=True)
class Handwriting:
    """Digits of one writer, one number in each line, before they are arranged on a page.

    Attributes
    ----------
    lines
        One or more, each of one or more digits.
    height_px, pen_px
        Height of a median digit, and width of the pen.
    """

    lines: Sequence[Sequence[Glyph]]
    height_px: float
    pen_px: float


@dataclass(frozen=True)
class Page:
    """The ink of a page and its ground truth.

    Attributes
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    lines
        The numbers, from top to bottom.
    boxes
        For each line each digit's x, y, width and height in pixels.
    is_touching
        Whether any two digits of a line touch, diagonally or not.
    """

    ink: Array
    lines: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    is_touching: bool


@dataclass(frozen=True)
class PagePicture:
    """A picture of a page with its ground truth; boxes are in pixels of the upright picture."""

    picture: Image.Image
    lines: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    is_touching: bool


def as_drawing(page: Page) -> PagePicture:
    """Return the page dark on white, as the app's drawing area draws it."""
    return PagePicture(to_picture(page.ink), page.lines, page.boxes, page.is_touching)


def as_photograph(page: Page, photograph: Photograph) -> PagePicture:
    """Return a photograph of the page's ink with its ground truth."""
    boxes = tuple(tuple(map(photograph.box, line)) for line in page.boxes)
    return PagePicture(photograph.picture, page.lines, boxes, page.is_touching)


def write_with_pen(
    digits: Sequence[PenDigit],
    lengths: Sequence[int],
    rng: np.random.Generator,
    *,
    degrees: float = 0,
) -> Handwriting:
    """Return random digits of one of the writers, drawn with one pen.

    Parameters
    ----------
    digits
        Of one or more writers.
    lengths
        Number of digits of each line.
    rng
        The random generator.
    degrees
        Angle by which each digit is turned to the right, as on a falling line.
    """
    writers = sorted({digit.writer for digit in digits})
    writer = writers[rng.integers(len(writers))]
    own = [digit for digit in digits if digit.writer == writer]
    height_px = rng.uniform(*HEIGHTS_PX)
    pen_px = height_px * float(np.exp(rng.uniform(*np.log(PEN_WIDTHS))))
    median = float(np.median([_height(digit) for digit in own]))
    turn = height_px / median * _rotation(degrees)

    def write(digit: PenDigit) -> Glyph:
        scale = (median / _height(digit)) ** EVENNESS
        strokes = [stroke @ turn * scale for stroke in digit.strokes]
        return Glyph(digit.label, _draw(strokes, height_px, pen_px))

    lines = [[write(own[i]) for i in rng.integers(len(own), size=length)] for length in lengths]
    return Handwriting(lines, height_px, pen_px)


def write_with_mnist(
    digits: Digits, lengths: Sequence[int], rng: np.random.Generator
) -> Handwriting:
    """Return random MNIST digits, enlarged; neighbours are of different writers.

    Parameters
    ----------
    digits
        Of which some are chosen.
    lengths
        Number of digits of each line.
    rng
        The random generator.
    """
    height_px = rng.uniform(*HEIGHTS_PX)
    side_px = round(digits.images.shape[1] * height_px / DIGIT_PX)

    def enlarge(i: int) -> Glyph:
        small = (digits.images[i] / 255).astype(np.float32)
        large = cv2.resize(small, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
        ink = np.clip(np.asarray(large, np.float32), 0, 1)
        return Glyph(int(digits.labels[i]), crop(ink))

    lines = [
        [enlarge(i) for i in rng.integers(len(digits), size=length).tolist()] for length in lengths
    ]
    return Handwriting(lines, height_px, MNIST_PEN * height_px)


def _height(digit: PenDigit) -> float:
    """Return a digit's height on the tablet."""
    return float(np.ptp(np.concatenate(digit.strokes)[:, 1]))


def _draw(strokes: Sequence[Stroke], height_px: float, pen_px: float) -> Array:
    """Return the ink of strokes in pixels, cropped, of a pen of constant width."""
    low = np.concatenate(strokes).min(axis=0) - pen_px
    size_px = np.ceil(np.concatenate(strokes).max(axis=0) + pen_px - low).astype(int)
    picture = Image.new("L", tuple((size_px * OVERSAMPLING).tolist()), PAPER)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = np.column_stack([stroke - low, np.full(len(stroke), pen_px)])
        draw_line(pen, catmull_rom(points, CURVE_STEP * height_px) * OVERSAMPLING)
    grey = np.asarray(picture.reduce(OVERSAMPLING), np.float32)
    return crop(np.asarray((PAPER - grey) / (PAPER - INK), np.float32))


def _rotation(degrees: float) -> NDArray[np.float64]:
    """Return the matrix M for which points (P, 2) @ M are turned to the right, y pointing down."""
    sine, cosine = np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))
    return np.array([[cosine, sine], [-sine, cosine]])
