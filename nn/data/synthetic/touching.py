"""Pieces of touching digits: whole digits, and no digit.

A network that has learnt single digits alone reads a digit and a half, or two digits, as some digit
with confidence. So it is trained to reject pieces that are cut wrongly: Y. LeCun, L. Bottou, Y.
Bengio, P. Haffner, "Gradient-based learning applied to document recognition", 1998, sections V and
VI. Digits are joined, drawn with one pen and cut; whose ink is in a piece gives its label. A part
of a single digit is left out: half of a 0 is a 1, half of an 8 a 3.

A cut runs from top to bottom. Where two digits touch at a point, it is the path that crosses the
least ink, found by dynamic programming. Where two lines run side by side into each other, as the
sides of two zeros, such a path would avoid the place; a straight cut follows the lines instead.
R. Casey, E. Lecolinet, "A survey of methods and strategies in character segmentation", 1996.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nn.data.digits import NO_DIGIT, Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink, vary_strokes
from nn.data.synthetic.joining import join
from nn.reading.ink.components import label_components
from nn.reading.mnist_format import INK_LEVEL, SIDE_PX, Ink, Pixels, ink_to_mnist, outline
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

# Of cuts:
ROWS = 64  # of a line's height, to which a component is reduced
STEPS = np.array([0, -1, 1], np.int8)  # sideways, to the column in the row above
DIAGONAL = 1.4  # length of a diagonal step
BEND = 0.01  # cost of a diagonal step, in ink: of equal paths the straighter
LEVELS = (0.2, 0.5, 0.8)  # heights at which the shortest paths are chosen, over the component's
SLOPES = (-0.25, 0.0, 0.25)  # of straight cuts: columns to the right a row up
REACH = 0.07  # distance within which a local minimum is the least, over the line's height
MIN_DISTANCE = 0.09  # mean distance of two cuts, over the line's height
MOST_CROSSED = 12.0  # most ink that a cut crosses, in pen widths
NARROWEST_CUT = 0.25  # component that is cut, over the line's height

Floats = NDArray[np.float64]
Columns = NDArray[np.intp]
Cut = Floats
"""A path from top to bottom: its column in each row of the component, (h,)."""


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


def find_cuts(component: Component, line_height_px: float, pen_px: float) -> list[Cut]:
    """Return the paths along which a component may be cut, from left to right."""
    if component.width < NARROWEST_CUT * line_height_px:
        return []
    scale = min(1.0, ROWS / line_height_px)
    size = (max(3, round(component.width * scale)), max(3, round(component.height * scale)))
    ink = cv2.resize(component.ink, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    height, width = ink.shape
    reach = max(1, round(REACH * line_height_px * scale))
    straight = _straight_paths(ink, 2 * reach, pen_px * scale)
    paths = np.concatenate([_shortest_paths(ink, reach), straight])  # (P, h)
    crossed = _crossed(ink, paths)
    is_good = crossed <= MOST_CROSSED * pen_px * scale
    paths, crossed = paths[is_good], crossed[is_good]
    cuts = []
    rows = (np.arange(component.height) + 0.5) * height / component.height - 0.5
    min_distance = MIN_DISTANCE * line_height_px * scale
    for number in _non_maximum_suppression(paths, crossed, min_distance):
        columns = np.interp(rows, np.arange(height), paths[number] + 0.5) * component.width / width
        cuts.append(columns)
    return sorted(cuts, key=lambda cut: float(cut.mean()))


def ink_between_cuts(component: Component, left: Cut | None, right: Cut | None) -> Component | None:
    """Return a component's ink between two cuts, or its ends; None if there is none."""
    start = 0 if left is None else max(0, int(left.min()))
    end = component.width
    if right is not None:
        end = min(end, int(right.max()) + 1)
    if end <= start:
        return None
    columns = np.arange(start, end) + 0.5
    ink = component.ink[:, start:end]
    if left is not None:
        ink = ink * (columns >= left[:, None])
    if right is not None:
        ink = ink * (columns < right[:, None])
    x, y, width, height = outline(ink)
    if not width:
        return None
    ink = ink[y : y + height, x : x + width]
    return Component(component.x + start + x, component.y + y, ink)


def _crossed(ink: Floats, paths: Columns) -> Floats:
    """Return how much of the ink (h, w) each path (P, h) crosses (P,)."""
    height, width = ink.shape
    along = ink[np.arange(height), paths.clip(0, width - 1)]
    along *= (paths >= 0) & (paths < width)
    crossed: Floats = along.sum(axis=1)
    return crossed


def _shortest_paths(ink: Floats, reach: int) -> Columns:
    """Return paths (P, h) that cross less ink (h, w) than those beside them at some height."""
    down, down_steps = _least_ink(ink)
    up, up_steps = _least_ink(ink[::-1])
    least = down + up[::-1] - ink  # of all paths through a pixel
    paths = []
    for level in LEVELS:
        row = int(level * len(ink))
        seeds = _local_minima(least[row], reach)
        above = _trace(down_steps[: row + 1], seeds)
        below = _trace(up_steps[: len(ink) - row], seeds)[::-1]
        paths.append(np.concatenate([above, below[1:]]).T)
    return np.concatenate(paths)


def _least_ink(ink: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """Return the least ink on a path from the first row to each pixel, and its last sideways step.

    Both are (h, w). A path goes down one row at a time, straight or diagonally.
    """
    costs, steps = ink.copy(), np.zeros(ink.shape, np.int8)
    above = np.full(ink.shape[1] + 2, np.inf)
    for row in range(1, len(ink)):
        above[1:-1] = costs[row - 1]
        diagonal = DIAGONAL * ink[row] + BEND
        options = np.stack([above[1:-1] + ink[row], above[:-2] + diagonal, above[2:] + diagonal])
        steps[row] = STEPS[options.argmin(axis=0)]
        costs[row] = options.min(axis=0)
    return costs, steps


def _trace(steps: NDArray[np.int8], seeds: Columns) -> Columns:
    """Return the columns (h, S), from the first row, of the paths to seeds (S,) in the last."""
    path = [seeds]
    for row in range(len(steps) - 1, 0, -1):
        path.append(path[-1] + steps[row, path[-1]])
    return np.stack(path[::-1])


def _straight_paths(ink: Floats, reach: int, pen_px: float) -> Columns:
    """Return straight paths (P, h) that cross less ink (h, w) than those beside them, or more.

    The latter follow a line, or the middle of two lines that run into each other.
    """
    height, width = ink.shape
    rows = np.arange(height)
    padded = np.pad(ink, ((0, 0), (height, height)))
    paths = []
    for slope in SLOPES:
        shifts = np.rint(slope * (height / 2 - rows)).astype(int)
        crossed = padded[rows, height + np.arange(width)[:, None] + shifts].sum(axis=1)
        broad = np.convolve(crossed, np.ones(2 * round(pen_px) + 1), mode="same")
        paths += [_local_minima(costs, reach)[:, None] + shifts for costs in (crossed, -broad)]
    return np.concatenate(paths)


def _local_minima(costs: Floats, reach: int) -> Columns:
    """Return the columns of the least cost within reach, the middle one of equals."""
    windows = sliding_window_view(np.pad(costs, reach, constant_values=np.inf), 2 * reach + 1)
    is_least = costs <= windows.min(axis=1)
    edges = np.diff(is_least.astype(np.int8), prepend=0, append=0)
    starts, ends = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    columns: Columns = (starts + ends - 1) // 2
    return columns[(columns >= reach) & (columns < len(costs) - reach)]


def _non_maximum_suppression(paths: Columns, costs: Floats, distance: float) -> Sequence[int]:
    """Return the numbers of the cheapest paths (P, h) whose mean distance is at least that."""
    chosen: list[int] = []
    for number in np.argsort(costs, kind="stable").tolist():
        distances = np.abs(paths[chosen] - paths[number]).mean(axis=1)
        if not len(distances) or distances.min() >= distance:
            chosen.append(number)
    return chosen
