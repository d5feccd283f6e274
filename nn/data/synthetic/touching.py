"""Pieces of touching digits: whole digits, and no digit.

A network that has learnt single digits alone reads a digit and a half, or two digits, as some digit
with confidence. So it is trained to reject pieces that are cut wrongly: Y. LeCun, L. Bottou, Y.
Bengio, P. Haffner, "Gradient-based learning applied to document recognition", 1998, sections V and
VI. Digits are joined, drawn with one pen and cut; whose ink is in a piece gives its label. A part
of a single digit is left out: half of a 0 is a 1, half of an 8 a 3.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import NO_DIGIT, Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.cuts import Cut, find_cuts, ink_between_cuts
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink, vary_strokes
from nn.data.synthetic.joining import join
from nn.reading.ink.components import label_components
from nn.reading.mnist_format import INK_LEVEL, SIDE_PX, Ink, Pixels, ink_to_mnist
from nn.reading.numbers.components import Component

HEIGHT_PX = 72  # of a usual digit
# Relative to that height:
PEN_WIDTHS = (0.05, 0.1, 0.16)  # the thinnest, likeliest and thickest pen
SIZE_SPREAD = 0.1  # standard deviation of the logarithm of a digit's height
UNSTEADY = 0.05  # standard deviation of a digit's distance from its baseline

TRIPLES = 0.25  # proportion of drawings that have three digits; the others have two
LIGATURES = 0.4  # proportion of neighbours that are joined by one
# Of the ink of a digit:
MOST_ERROR = 0.15  # its own ink missing, and other digits' ink, in a piece that is this digit
MOST_LIGATURE = 0.25  # ink of ligatures in such a piece
LEAST_ERROR = 0.35  # own ink missing and others' ink, in a piece that is no digit
LEAST_SECOND = 0.35  # of a second digit, in a piece that is no digit
NARROWEST = 0.7  # piece that is no digit, over its height: 1 beside 1 may be another 1
MOST_REJECTED = 2  # pieces of a drawing that are no digit


@dataclass(frozen=True, eq=False)
class TouchingDigits:
    """Digits side by side in one drawing.

    Attributes
    ----------
    labels
        (K,) of the digits, from left to right.
    layers
        float32 (K, H, W): the ink of each digit, 0 for paper to 1.
    ink
        float32 (H, W): the ink of all, with their ligatures.
    pen_px
        The pen's width.
    """

    labels: Sequence[int]
    layers: Ink
    ink: Ink
    pen_px: float


def draw_pieces(pen_digits: Sequence[PenDigit], rng: np.random.Generator, n: int) -> Digits:
    """Return n pictures of pieces of touching digits; more than half are labelled ``NO_DIGIT``.

    The same digits and an rng in the same state give the same pictures.

    Parameters
    ----------
    pen_digits
        Recorded digits, of which any may stand beside each other.
    """
    pieces = itertools.islice(_endless_pieces(pen_digits, rng), n)
    examples = [(ink_to_mnist(piece.ink), label) for piece, label in pieces]
    images: Pixels = np.array([image for image, _ in examples], np.uint8)
    labels = np.array([label for _, label in examples], np.uint8)
    return Digits(images.reshape(-1, SIDE_PX, SIDE_PX), labels)


def _endless_pieces(
    pen_digits: Sequence[PenDigit], rng: np.random.Generator
) -> Iterator[tuple[Component, int]]:
    """Yield pieces and their labels without end."""
    while True:
        n_digits = 3 if rng.random() < TRIPLES else 2
        chosen = [pen_digits[number] for number in rng.integers(len(pen_digits), size=n_digits)]
        yield from cut_into_pieces(draw_touching(chosen, rng), rng)


def draw_touching(digits: Sequence[PenDigit], rng: np.random.Generator) -> TouchingDigits:
    """Return digits varied and joined, from left to right, drawn with one random pen."""
    pen_width = float(np.exp(rng.triangular(*np.log(PEN_WIDTHS))))
    drawings = [_on_baseline(digits[0].strokes, rng)]
    ligatures: list[Stroke] = []
    for digit in digits[1:]:
        following = _on_baseline(digit.strokes, rng)
        has_ligature = bool(rng.random() < LIGATURES)
        moved, ligature = join(drawings[-1], following, pen_width, has_ligature, rng)
        drawings.append(moved)
        ligatures += [] if ligature is None else [ligature]
    points = np.concatenate([*itertools.chain(*drawings), *ligatures])
    corner = points.min(axis=0) - 1.5 * pen_width
    size = points.max(axis=0) + 1.5 * pen_width - corner
    size_px = math.ceil(size[0] * HEIGHT_PX), math.ceil(size[1] * HEIGHT_PX)

    def draw(strokes: Sequence[Stroke]) -> Ink:
        placed = [(stroke - corner) * HEIGHT_PX for stroke in strokes]
        return draw_ink(placed, size_px, pen_width * HEIGHT_PX, CURVE_STEP * HEIGHT_PX)

    layers = np.array([draw(strokes) for strokes in [*drawings, ligatures]])
    labels = [digit.label for digit in digits]
    return TouchingDigits(labels, layers[:-1], layers.max(axis=0), pen_width * HEIGHT_PX)


def cut_into_pieces(
    touching: TouchingDigits, rng: np.random.Generator
) -> Iterator[tuple[Component, int]]:
    """Yield pieces of the largest component in random order, with their labels.

    They are at most one of each digit, and ``MOST_REJECTED`` of no digit.
    """
    component, layers = _largest_component(touching)
    inner = find_cuts(component, HEIGHT_PX, touching.pen_px)
    amounts = _ink_left_of(inner, np.array([*layers, layers.max(axis=0), component.ink]))
    cuts = [None, *inner, None]
    whole = touching.layers.sum(axis=(1, 2))
    n_left = [1] * len(layers) + [MOST_REJECTED]
    pairs = np.argwhere(np.triu(np.ones((len(cuts), len(cuts))), 1))
    for start, end in rng.permutation(pairs).tolist():
        *own, digits, everything = amounts[end] - amounts[start]
        kind = kind_of_piece(np.array(own), whole, digits, everything - digits)
        if kind is None or not n_left[kind]:
            continue
        piece = ink_between_cuts(component, cuts[start], cuts[end])
        if piece is None or (kind == len(layers) and piece.width < NARROWEST * piece.height):
            continue
        n_left[kind] -= 1
        yield piece, [*touching.labels, NO_DIGIT][kind]


def kind_of_piece(
    own: NDArray[np.floating], whole: NDArray[np.floating], digits: float, ligatures: float
) -> int | None:
    """Return the number of the digit that a piece is, K for none, or None if it is neither.

    Parameters
    ----------
    own, whole
        (K,) the ink of each digit in the piece, and in all.
    digits, ligatures
        Ink of any digit, and of ligatures alone, in the piece.
    """
    errors = ((whole - own) + (digits - own)) / whole
    if errors.min() <= MOST_ERROR:
        number = int(errors.argmin())
        return number if ligatures <= MOST_LIGATURE * whole[number] else None
    second = np.sort(own / whole)[-2]
    is_none = errors.min() >= LEAST_ERROR and second >= LEAST_SECOND
    return len(own) if is_none else None


def _on_baseline(strokes: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes varied, about 1 high, with their lowest point near y = 0."""
    varied = vary_strokes(strokes, rng)
    points = np.concatenate(varied)
    low, high = points.min(axis=0), points.max(axis=0)
    height = max(high[1] - low[1], (high[0] - low[0]) / 2)
    scale = np.exp(rng.normal(0, SIZE_SPREAD)) / max(height, 1e-9)
    base = [0, rng.normal(0, UNSTEADY)]
    return [(stroke - [low[0], high[1]]) * scale + base for stroke in varied]


def _largest_component(touching: TouchingDigits) -> tuple[Component, Ink]:
    """Return the component of most ink, and each digit's ink in it (K, h, w)."""
    labels, boxes, _ = label_components(touching.ink >= INK_LEVEL)
    largest = int(np.bincount(labels.ravel(), touching.ink.ravel())[1:].argmax())
    left, top, right, bottom = boxes[largest].tolist()
    box = np.s_[top:bottom, left:right]
    is_own = (labels[box] == largest + 1).astype(np.float32)
    return Component(0, 0, touching.ink[box] * is_own), touching.layers[:, *box] * is_own


def _ink_left_of(inner: Sequence[Cut], layers: Ink) -> NDArray[np.floating]:
    """Return the ink of each layer (L, h, w) left of the start, of each cut, and of the end."""
    n_layers, _, width = layers.shape
    columns = np.arange(width) + 0.5
    left = [(layers * (columns < cut[:, None])).sum(axis=(1, 2)) for cut in inner]
    return np.array([np.zeros(n_layers), *left, layers.sum(axis=(1, 2))])
