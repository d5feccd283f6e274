"""Numbers of several digits with the truth about them, composed of pen strokes or MNIST's pictures.

A page is written by one hand with one pen; ``composing`` sets its digits apart, close or
touching, on lines that may slant and bend. For measuring only: nothing is learnt from these
numbers.
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
from nn.evaluation.corruptions import show
from nn.evaluation.pages.photograph import Box, Photograph
from nn.reading.mnist_format import DIGIT_PX, crop

HEIGHTS_PX = (48, 112)  # of a hand's usual digit
PEN_WIDTHS = (0.05, 0.14)  # in parts of that height; the page's pad has about 0.1
# pendigits were written into boxes, one by one: in a line their sizes would differ less. 0 leaves
# them as they are, 1 makes all of one height.
EVENNESS = 0.5
MNIST_PEN = 0.12  # in the same: a line of MNIST is two to three of its pixels wide


@dataclass(frozen=True)
class Glyph:
    """One written digit.

    Attributes
    ----------
    label
        0 to 9.
    ink
        float32 (h, w), 0 for paper to 1, cut to the digit.
    """

    label: int
    ink: Array


@dataclass(frozen=True)
class Writing:
    """Digits of one hand, a line a number, before they stand on a page.

    Attributes
    ----------
    lines
        One or more, each of one or more digits.
    height_px, pen_px
        Of a usual digit, and the width of its lines.
    """

    lines: Sequence[Sequence[Glyph]]
    height_px: float
    pen_px: float


@dataclass(frozen=True)
class Page:
    """What somebody wrote.

    Attributes
    ----------
    ink
        float32 (H, W), 0 for paper to 1.
    lines
        The numbers, from top to bottom.
    boxes
        For each line each digit's x, y, width and height in pixels.
    is_touching
        Whether ink of any two digits of a line meets, at corners at least.
    """

    ink: Array
    lines: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    is_touching: bool


@dataclass(frozen=True)
class NumberPicture:
    """A picture of a page, drawn or photographed, with what is written on it as in ``Page``.

    Its boxes are in pixels of the picture as seen upright.
    """

    picture: Image.Image
    lines: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    is_touching: bool


def drawn(page: Page) -> NumberPicture:
    """Return the page dark on white, as the page's pad draws it."""
    return NumberPicture(show(page.ink), page.lines, page.boxes, page.is_touching)


def seen(page: Page, photograph: Photograph) -> NumberPicture:
    """Return a photograph of the page's ink with what is written on it."""
    boxes = tuple(tuple(map(photograph.box, line)) for line in page.boxes)
    return NumberPicture(photograph.picture, page.lines, boxes, page.is_touching)


def write_with_pen(
    digits: Sequence[PenDigit],
    lengths: Sequence[int],
    rng: np.random.Generator,
    *,
    degrees: float = 0,
) -> Writing:
    """Return random digits of one of the writers, drawn with one pen.

    Parameters
    ----------
    digits
        Of one or more writers.
    lengths
        How many digits each line has.
    rng
        The same one gives the same digits.
    degrees
        By which each digit is turned to the right, as those on a falling line may be.
    """
    writers = sorted({digit.writer for digit in digits})
    writer = writers[rng.integers(len(writers))]
    own = [digit for digit in digits if digit.writer == writer]
    height_px = rng.uniform(*HEIGHTS_PX)
    pen_px = height_px * float(np.exp(rng.uniform(*np.log(PEN_WIDTHS))))
    usual = float(np.median([_height(digit) for digit in own]))
    turn = height_px / usual * _turn(degrees)

    def write(digit: PenDigit) -> Glyph:
        strokes = [stroke @ turn * (usual / _height(digit)) ** EVENNESS for stroke in digit.strokes]
        return Glyph(digit.label, _draw(strokes, height_px, pen_px))

    lines = [
        [write(own[number]) for number in rng.integers(len(own), size=length)] for length in lengths
    ]
    return Writing(lines, height_px, pen_px)


def write_with_pictures(
    digits: Digits, lengths: Sequence[int], rng: np.random.Generator
) -> Writing:
    """Return random ones of MNIST's pictures, enlarged: each digit has a hand of its own.

    Parameters
    ----------
    digits
        To choose from.
    lengths
        How many digits each line has.
    rng
        The same one gives the same digits.
    """
    height_px = rng.uniform(*HEIGHTS_PX)
    side_px = round(digits.images.shape[1] * height_px / DIGIT_PX)

    def enlarge(number: int) -> Glyph:
        small = (digits.images[number] / 255).astype(np.float32)
        large = cv2.resize(small, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
        ink = np.clip(np.asarray(large, np.float32), 0, 1)
        return Glyph(int(digits.labels[number]), crop(ink))

    lines = [
        [enlarge(number) for number in rng.integers(len(digits), size=length).tolist()]
        for length in lengths
    ]
    return Writing(lines, height_px, MNIST_PEN * height_px)


def _height(digit: PenDigit) -> float:
    """Return how high a digit is on the tablet."""
    return float(np.ptp(np.concatenate(digit.strokes)[:, 1]))


def _draw(strokes: Sequence[Stroke], height_px: float, pen_px: float) -> Array:
    """Return the ink of strokes in pixels, of a pen of one width, cut to it."""
    low = np.concatenate(strokes).min(axis=0) - pen_px
    size_px = np.ceil(np.concatenate(strokes).max(axis=0) + pen_px - low).astype(int)
    picture = Image.new("L", tuple((size_px * OVERSAMPLING).tolist()), PAPER)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = np.column_stack([stroke - low, np.full(len(stroke), pen_px)])
        draw_line(pen, catmull_rom(points, CURVE_STEP * height_px) * OVERSAMPLING)
    grey = np.asarray(picture.reduce(OVERSAMPLING), np.float32)
    return crop(np.asarray((PAPER - grey) / (PAPER - INK), np.float32))


def _turn(degrees: float) -> NDArray[np.float64]:
    """Return what turns points (P, 2) to the right, y pointing down, when they are multiplied."""
    sine, cosine = np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))
    return np.array([[cosine, sine], [-sine, cosine]])
