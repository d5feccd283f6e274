"""Strings of digits that touch, overlap, are joined by ligatures, or are close to each other.

The network that reads strings learns them with their labels alone; where a digit ends is not given.
They are drawn as strips, as the reader of numbers sees them.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from nn.data.digits import Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink, vary_strokes
from nn.data.synthetic.joining import ligature, may_have_ligature, put_beside
from nn.data.unipen import Character
from nn.reading.mnist_format import DIGIT_PX, SIDE_PX, Ink, Pixels, crop
from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import line_height
from nn.reading.numbers.strips import to_strip

LENGTHS = (0.15, 0.4, 0.25, 0.12, 0.08)  # proportions of strings of 1, 2, ... digits
HEIGHT_PX = 72  # of a usual digit: about as large as the reader of numbers reduces it
LEAST_PX = 2  # side of ink
SCALE_SPREAD = 0.07  # standard deviation of the logarithm of the estimated height's error
SCANNED = 0.25  # proportion of strings of MNIST's digits
OF_ONE_WRITER = 0.7  # proportion of the others whose digits are of one writer
LEAST_DIGITS = 5  # of such a writer
ALIKE = ((0, 1, 5), (1, 7, 9))  # labels that are often joined, and that often touch
OF_ALIKE = 0.3  # proportion of strings of such labels
JOINED = 0.4  # proportion of strings that are written without lifting the pen where it can go on
# How a digit follows another, in joined strings and in others: by a ligature, touching, close.
FOLLOWING = {True: (0.7, 0.15, 0.15), False: (0.1, 0.6, 0.3)}

# Relative to the height:
PEN_WIDTHS = (0.04, 0.09, 0.17)  # the thinnest, likeliest and thickest pen
SCANNED_PEN = 0.12  # of MNIST's digits
SIZE_SPREAD, SCANNED_SPREAD = 0.13, 0.06  # standard deviation of the logarithm of a digit's height
UNSTEADY = 0.05  # standard deviation of a digit's distance from its baseline
SLOPE = 0.05  # standard deviation of the baseline's rise from one digit to the next
LIGATURE_GAP = (0.03, 0.4)  # between digits that a ligature joins
CLOSE_GAP = (0.0, 0.3)  # between digits that are close
OVERLAP = (0.1, 1.0)  # of touching lines, relative to the pen's width
NESTED = 0.3  # greatest overlap of two digits' boxes, relative to the narrower one

# Poor pictures: their proportions, and the least and greatest of what is random.
BLURRED, BLUR_PX = 0.3, (0.5, 3.0)
NOISY, NOISE = 0.15, (0.02, 0.15)
BLACK_AND_WHITE, THRESHOLD = 0.15, (0.25, 0.6)
TURN_DEGREES, SLANT = 5, 0.08  # standard deviations of a scanned digit's rotation and slant


@dataclass(frozen=True)
class Strings:
    """Strips uint8 (40, W) and the labels of their digits, from left to right."""

    strips: list[Pixels]
    labels: list[list[int]]


class StringWriter:
    """Draws random strings.

    Parameters
    ----------
    pen_digits
        Recorded digits; writers have different numbers.
    scanned
        MNIST's digits.
    """

    def __init__(self, pen_digits: Sequence[PenDigit], scanned: Digits) -> None:
        self.pen_digits, self.scanned = pen_digits, scanned
        numbers = defaultdict(list)
        for number, digit in enumerate(pen_digits):
            numbers[digit.writer].append(number)
        self.writers = [own for own in numbers.values() if len(own) >= LEAST_DIGITS]

    def draw(self, rng: np.random.Generator, n: int) -> Iterator[tuple[Pixels, list[int]]]:
        """Yield n strips with their labels; an rng in the same state gives the same."""
        return itertools.islice(self._endless(rng), n)

    def _endless(self, rng: np.random.Generator) -> Iterator[tuple[Pixels, list[int]]]:
        while True:
            length = 1 + int(rng.choice(len(LENGTHS), p=LENGTHS))
            if rng.random() < SCANNED:
                numbers = rng.integers(len(self.scanned), size=length)
                ink = write_scanned(self.scanned.images[numbers], rng)
                labels = self.scanned.labels[numbers].tolist()
            else:
                digits = self._choose(length, rng)
                ink = write_with_pen([digit.strokes for digit in digits], rng)
                labels = [digit.label for digit in digits]
            ink = crop(degrade(ink, rng))
            if min(ink.shape) >= LEAST_PX:
                height_px = line_height([Component(0, 0, ink)])
                yield to_strip(ink, height_px * np.exp(rng.normal(0, SCALE_SPREAD))), labels

    def _choose(self, length: int, rng: np.random.Generator) -> list[PenDigit]:
        """Return random digits, most of them of one writer, some with labels of one group."""
        numbers: Sequence[int] = range(len(self.pen_digits))
        if rng.random() < OF_ONE_WRITER:
            numbers = self.writers[rng.integers(len(self.writers))]
        if rng.random() < OF_ALIKE:
            labels = ALIKE[rng.integers(len(ALIKE))]
            alike = [each for each in numbers if self.pen_digits[each].label in labels]
            numbers = alike or numbers
        return [self.pen_digits[numbers[i]] for i in rng.integers(len(numbers), size=length)]


def to_pen_digits(characters: Sequence[Character]) -> list[PenDigit]:
    """Return UNIPEN's digits with numbers of their writers, below those of pendigits: from -1."""
    writers = sorted({(each.source, each.writer) for each in characters})
    numbers = {writer: -1 - number for number, writer in enumerate(writers)}
    return [
        PenDigit(int(each.label), numbers[each.source, each.writer], each.strokes)
        for each in characters
    ]


def write_with_pen(digits: Sequence[Sequence[Stroke]], rng: np.random.Generator) -> Ink:
    """Return the ink (H, W) of digits varied and written side by side with one random pen."""
    pen = float(np.exp(rng.triangular(*np.log(PEN_WIDTHS))))
    ways = FOLLOWING[bool(rng.random() < JOINED)]
    slope = rng.normal(0, SLOPE)
    drawings = [_on_baseline(digits[0], rng)]
    ligatures: list[Stroke] = []
    for number, digit in enumerate(digits[1:], start=1):
        following = _moved(_on_baseline(digit, rng), 0, number * slope)
        way = rng.choice(3, p=ways)
        if way == 0:
            following = put_beside(drawings[-1], following, pen + rng.uniform(*LIGATURE_GAP))
            if may_have_ligature(drawings[-1], following):
                ligatures.append(ligature(drawings[-1][-1], following[0], rng))
        else:
            gap = -pen * rng.uniform(*OVERLAP) if way == 1 else rng.uniform(*CLOSE_GAP)
            following = put_beside(drawings[-1], following, pen + gap)
        drawings.append(_not_inside(drawings[-1], following, pen))
    strokes = [*itertools.chain(*drawings), *ligatures]
    points = np.concatenate(strokes)
    corner = points.min(axis=0) - 1.5 * pen
    size = (points.max(axis=0) + 1.5 * pen - corner) * HEIGHT_PX
    placed = [(stroke - corner) * HEIGHT_PX for stroke in strokes]
    size_px = math.ceil(size[0]), math.ceil(size[1])
    return draw_ink(placed, size_px, pen * HEIGHT_PX, CURVE_STEP * HEIGHT_PX)


def write_scanned(images: Pixels, rng: np.random.Generator) -> Ink:
    """Return the ink (H, W) of MNIST's digits (N, 28, 28), enlarged and put side by side."""
    pen_px = SCANNED_PEN * HEIGHT_PX
    ink = _enlarge(images[0], rng)
    last_px = ink.shape[1]
    for image in images[1:]:
        digit = _enlarge(image, rng)
        width_px = digit.shape[1]
        x = _contact_column(ink, digit)
        if rng.random() < FOLLOWING[False][1]:
            x -= round(rng.uniform(*OVERLAP) * pen_px)
        else:
            x += round(rng.uniform(*CLOSE_GAP) * HEIGHT_PX)
        x = max(x, ink.shape[1] - round(NESTED * min(width_px, last_px)), 0)
        ink = np.pad(ink, ((0, 0), (0, max(0, x + width_px - ink.shape[1]))))
        ink[:, x : x + width_px] = np.maximum(ink[:, x : x + width_px], digit)
        last_px = width_px
    return crop(ink)


def degrade(ink: Ink, rng: np.random.Generator) -> Ink:
    """Return ink (H, W), some of it blurred, noisy, or without grey."""
    if rng.random() < BLURRED:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), rng.uniform(*BLUR_PX)), np.float32)
    if rng.random() < NOISY:
        noise = rng.normal(0, rng.uniform(*NOISE), ink.shape)
        ink = np.where(ink > 0, (ink + noise).clip(0, 1), 0).astype(np.float32)
    if rng.random() < BLACK_AND_WHITE:
        ink = (ink >= rng.uniform(*THRESHOLD)).astype(np.float32)
    return ink


def _on_baseline(strokes: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes varied, about 1 high, with their lowest point near y = 0."""
    varied = vary_strokes(strokes, rng)
    points = np.concatenate(varied)
    low, high = points.min(axis=0), points.max(axis=0)
    height = max(high[1] - low[1], (high[0] - low[0]) / 2, 1e-9)
    scale = np.exp(rng.normal(0, SIZE_SPREAD)) / height
    foot = [0, rng.normal(0, UNSTEADY)]
    return [(stroke - [low[0], high[1]]) * scale + foot for stroke in varied]


def _not_inside(left: Sequence[Stroke], right: Sequence[Stroke], pen: float) -> list[Stroke]:
    """Return the right digit, moved to the right if it is nested too deeply in the left one."""
    left_x, right_x = (np.concatenate(strokes)[:, 0] for strokes in (left, right))
    narrower = min(np.ptp(left_x), np.ptp(right_x))
    shift = max(0.0, left_x.max() - NESTED * narrower - pen - right_x.min())
    return _moved(right, shift, 0)


def _moved(strokes: Sequence[Stroke], x: float, y: float) -> list[Stroke]:
    return [stroke + np.array([x, y]) for stroke in strokes]


def _enlarge(image: Pixels, rng: np.random.Generator) -> Ink:
    """Return one of MNIST's digits in a strip (216, w), turned, slanted, its foot near row 180."""
    scale = HEIGHT_PX / DIGIT_PX * np.exp(rng.normal(0, SCANNED_SPREAD))
    side_px = round(SIDE_PX * HEIGHT_PX / DIGIT_PX)
    middle = (SIDE_PX - 1) / 2
    turned = cv2.getRotationMatrix2D((middle, middle), rng.normal(0, TURN_DEGREES), scale)
    matrix = np.asarray(turned, np.float64)
    matrix[0] += rng.normal(0, SLANT) * matrix[1]
    matrix[:, 2] += side_px / 2 - matrix @ [middle, middle, 1]
    small = (image / 255).astype(np.float32)
    large = cv2.warpAffine(small, matrix, (side_px, side_px), flags=cv2.INTER_CUBIC)
    digit = crop(np.asarray(large, np.float32).clip(0, 1))
    bottom = round((2.5 + rng.normal(0, UNSTEADY)) * HEIGHT_PX)
    return np.pad(digit, ((bottom - len(digit), 3 * HEIGHT_PX - bottom), (0, 0)))


def _contact_column(left: Ink, right: Ink) -> int:
    """Return the column of left (H, W) at which the ink of right (H, w) just meets its ink."""
    is_left = cv2.dilate((left >= 0.1).astype(np.uint8), np.ones((3, 1), np.uint8)) > 0
    is_right = right >= 0.1
    is_shared = is_left.any(axis=1) & is_right.any(axis=1)
    ends = left.shape[1] - is_left[:, ::-1].argmax(axis=1)
    starts = is_right.argmax(axis=1)
    return int((ends - starts)[is_shared].max()) if is_shared.any() else left.shape[1]
