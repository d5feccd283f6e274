"""The signs of a line of numbers: digits, upright and about 1 high, marks, and other signs.

A mark or another sign is drawn by chance each time; x to the right, y down, the foot near y = 0.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nn.data.digits import Stroke
from nn.data.synthetic.curves import moved, trace
from nn.data.synthetic.drawing import vary_strokes
from nn.data.synthetic.non_digits import (
    CROSSING_SLOPES,
    LETTERS,
    PICTURES,
    cross_out,
    scribble_over,
)
from nn.reading.lines.strip import COMMA, MINUS, OTHER, POINT

SCRIBBLED = 0.5  # proportion of crossed-out digits that a zigzag or a cross covers, not one line
ONE_STROKE = 0.4  # proportion of the two lines that close an amount drawn without a lift
SLASHES = 0.03  # proportion of these lines that stand upright: //
LONG = 0.2  # proportion of minus signs that are as long as a line that closes an amount
# Symbols beside digits that are 1 high and stand on y = 0: the least and the greatest longer side,
# and the highest and the lowest middle.
PLACES = (
    ("+*=~<>", (0.35, 0.9), (-0.6, -0.3)),
    (":;", (0.3, 0.75), (-0.45, -0.2)),
    ('"^', (0.2, 0.45), (-1.05, -0.75)),
    ("_", (0.4, 1.0), (0.0, 0.2)),
    ("[]{}", (1.1, 1.7), (-0.65, -0.4)),
    ("?!%#$&@", (0.8, 1.3), (-0.65, -0.4)),
)
SYMBOLS = "".join(signs for signs, _, _ in PLACES)
DRAWN_SYMBOLS = {  # templates, and the signs in whose places they stand
    PICTURES["arrow right"]: "~",
    PICTURES["arrow left"]: "~",
    PICTURES["plus"]: "+",
    LETTERS["X"]: "*",
    PICTURES["equals"]: "=",
    PICTURES["asterisk"]: "*",
    PICTURES["hash"]: "#",
    PICTURES["percent"]: "%",
    PICTURES["euro"]: "$",
    PICTURES["tick"]: "?",
}
LOW_LETTERS = "acemnruvwx"  # without a stem


class Sign(NamedTuple):
    """The strokes of a sign, about 1 high, its foot near y = 0, and its class."""

    strokes: list[Stroke]
    label: int
    closes_amount: bool = False


def upright(strokes: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return strokes varied, about 1 high, their left end at x = 0 and their foot near y = 0."""
    varied = vary_strokes(strokes, rng, rotation_degrees=3, slant=0.05)
    points = np.concatenate(varied)
    low, high = points.min(axis=0), points.max(axis=0)
    height = max(high[1] - low[1], (high[0] - low[0]) / 1.6, 1e-3)
    scale = np.exp(rng.normal(0, 0.1)) / height
    foot = rng.normal(0, 0.05)
    return [(stroke - [low[0], high[1]]) * scale + [0, foot] for stroke in varied]


def with_upstroke(strokes: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return a 1 with a long line from the lower left up to its top."""
    points = np.concatenate(strokes)
    top = points[points[:, 1].argmin()]
    height = np.ptp(points[:, 1]) + 1e-3
    down = rng.uniform(0.25, 1.0) * height
    left = rng.uniform(0.2, 0.9) * height * (0.4 + 0.6 * down / height)
    along = np.linspace(0, 1, 8)[:, None]
    bend = rng.normal(0, 0.06) * height * np.sin(np.pi * along)
    line = top + (1 - along) * np.array([-left, down]) + np.column_stack([np.zeros(8), bend])
    return [line, *strokes]


def reduce_last_zeros(signs: list[Sign], rng: np.random.Generator) -> None:
    """Make the zeros at the end of a number, not its first digit, smaller and flatter."""
    height = rng.uniform(0.45, 1)
    size = np.array([height * rng.uniform(1, 1.6), height])
    for place in range(len(signs) - 1, 0, -1):
        if signs[place].label:
            break
        signs[place] = Sign([stroke * size for stroke in signs[place].strokes], 0)


def crossed_out(sign: Sign, rng: np.random.Generator) -> Sign:
    """Return a digit under a line, a zigzag or a cross."""
    if sign.label not in CROSSING_SLOPES or rng.random() < SCRIBBLED:
        return Sign(scribble_over(sign.strokes, rng), OTHER)
    return Sign(cross_out(sign.strokes, sign.label, rng), OTHER)


def tall(rng: np.random.Generator) -> Sign:
    """Return a bracket, a slash or a backslash: it begins above the digits and ends below them."""
    height, below, kind = rng.uniform(1.35, 1.8), rng.uniform(0.1, 0.35), rng.random()
    along = np.linspace(0, 1, 7)
    y = below - height * along
    if kind < 0.25:
        x = height * rng.uniform(0.25, 0.7) * along
    elif kind < 0.35:
        x = -height * rng.uniform(0.35, 0.7) * along
    else:
        x = rng.choice((-1, 1)) * height * rng.uniform(0.1, 0.25) * (1 - (2 * along - 1) ** 2)
    return Sign([np.column_stack([x, y])], OTHER)


def letter(sign: str, strokes: Sequence[Stroke], rng: np.random.Generator) -> Sign:
    """Return a recorded letter, as high as the digits or about two thirds of it."""
    size = rng.uniform(0.45, 0.9) if sign in LOW_LETTERS else rng.uniform(0.7, 1.2)
    return Sign([stroke * size for stroke in upright(strokes, rng)], OTHER)


def symbol(sign: str, strokes: Sequence[Stroke], rng: np.random.Generator) -> Sign:
    """Return a recorded symbol of ``SYMBOLS``, of the size and height of its place."""
    size, middle = next(ranges for signs, *ranges in PLACES if sign in signs)
    length, y = rng.uniform(*size), rng.uniform(*middle)
    place = np.array([[0, y - length / 2], [0, y + length / 2]])
    return Sign(fitted(vary_strokes(strokes, rng), [place]), OTHER)


def drawn_symbol(rng: np.random.Generator) -> Sign:
    """Return an arrow, a plus or another symbol, drawn from its template."""
    template = list(DRAWN_SYMBOLS)[rng.integers(len(DRAWN_SYMBOLS))]
    return symbol(DRAWN_SYMBOLS[template], trace(template, rng), rng)


def draw_mark(label: int, rng: np.random.Generator) -> Sign:
    """Return a point, a comma, a minus, or the lines that close an amount."""
    if label == POINT:
        end = rng.uniform(0, 0.1) * np.array([rng.choice([-1, 1]), rng.uniform(-1, 1)])
        return Sign(moved([np.array([[0, 0], end])], 0, rng.normal(0, 0.06)), POINT)
    if label == COMMA:
        length, lean = rng.uniform(0.15, 0.4), rng.uniform(0, 0.6)
        foot = [-lean * length, length]
        stroke = np.array([[0, rng.normal(-0.08, 0.06)], foot])
        return Sign(moved([stroke], lean * length, 0), COMMA)
    if label == MINUS:
        y = -rng.uniform(0.25, 0.65)
        width = rng.uniform(0.8, 3) if rng.random() < LONG else rng.uniform(0.25, 0.8)
        tilt, bend = rng.normal(0, 0.05, 2)
        middle = [width / 2, y + tilt / 2 + bend]
        return Sign([np.array([[0, y], middle, [width, y + tilt]])], MINUS)
    return Sign(closing_lines(rng), OTHER, closes_amount=True)


def fitted(strokes: Sequence[Stroke], place: Sequence[Stroke]) -> list[Stroke]:
    """Return strokes in the middle of where others are, their longer side as long as theirs."""
    boxes = [np.concatenate(each) for each in (strokes, place)]
    (low, high), (first, last) = ((box.min(axis=0), box.max(axis=0)) for box in boxes)
    scale = (last - first).max() / max((high - low).max(), 1e-3)
    return [(stroke - (low + high) / 2) * scale + (first + last) / 2 for stroke in strokes]


def closing_lines(rng: np.random.Generator) -> list[Stroke]:
    """Return the two lines that close an amount, drawn with a lift or without one, or as //."""
    if rng.random() < SLASHES:
        height, apart = rng.uniform(0.8, 1.5), rng.uniform(0.12, 0.45)
        lean, below = rng.uniform(0, 0.6) * height, rng.uniform(0, 0.3)
        slash = np.array([[lean, below - height], [0, below]])
        return [slash, slash + np.array([apart, 0]) + rng.normal(0, 0.05, (2, 2))]
    top, width, apart = -rng.uniform(0.4, 0.95), rng.uniform(0.2, 1), rng.uniform(0.15, 0.35)
    rise = rng.normal(0.1, 0.12) * width
    both = []
    for y in (top, top + apart):
        left, right = rng.normal(0, 0.03), width * rng.uniform(0.8, 1.2)
        both.append(np.array([[left, y], [right, y - rise + rng.normal(0, 0.02)]]))
    return [np.concatenate(both)] if rng.random() < ONE_STROKE else both
