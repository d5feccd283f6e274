"""Drawings that are no digit: letters, pictures, scribbles, numbers of several digits.

A network trained on digits alone answers with a digit for every picture. These teach it low
confidence, so none of them may be what a person writes as a digit: there is no O or I, Z, S, b or
q, no circle, upright line, or slashed or barred ring such as theta, and no digit of other scripts.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from nn.data.digits import Stroke
from nn.data.synthetic.curves import fit_to_unit_square, round_corners, trace
from nn.data.synthetic.styles import write_digit

# Templates in the format of ``curves``.
LETTERS: Mapping[str, str] = {
    "A": "0..6,100! 34,0! 66..74,100!/14..20,56..66! 50..56,56..66!",
    "E": "8,0! 8,100!/8,2! 54..64,0..4!/8,48! 44..56,46..52!/8,98! 56..66,96..102!",
    "F": "8,0! 8,100!/8,2! 56..66,0..4!/8,48! 40..52,44..52!",
    "H": "6,0! 6,100!/62,0! 62,100!/6,48..54! 62,46..54!",
    "K": "8,0! 8,100!/58..64,0! 10,52! 60..68,100!",
    "M": "0..6,100! 10,0! 40,60..90! 70,0! 76..84,100!",
    "N": "6,100! 8,0! 60,100! 62,0!",
    "P": "8,0! 8,100!/8,2 44,0 62,24 44,48 8,50",
    "R": "8,0! 8,100!/8,2 42,0 60,22 42,46 10,50! 60..70,100!",
    "T": "0,0..4! 76..84,0..4!/39..41,2! 38..42,100!",
    "W": "0,0! 22,100! 44,20..50! 64,100! 88,0!",
    "X": "0..6,0! 64..72,100!/64..72,0! 0..6,100!",
    "e": "6,52! 66,46 60,14 34,2 6,30 6,72 34,98 62..72,78..86",
    "f": "62..70,10..18 46,0 30,24 30,100!/8..14,40..46! 54..62,38..44!",
    "h": "6,0! 6,100!/6,66 26,46 46,52 52,70 52,100!",
    "k": "6,0! 6,100!/46..52,38..44! 8,70! 50..58,100!",
    "m": "4,0! 4,100!/4,40 26,4 44,30 46,100!/46,40 68,4 88,30 92,100..104!",
    "n": "6,0! 6,100!/6,40 34,2 64,26 66,100!",
    "r": "10,0! 10,100!/10,36 26,8 44,2 60..70,8..18",
    "t": "24,0! 24,76 36,100 56,90/0..6,28..34! 50..58,26..32!",
    "w": "0,0 14,90 30,96 44,20..40! 54,92 72,96 88,0",
    "x": "0,0..6 20,20 60,90 80,94..100/76,0..6! 0..6,94..100!",
    "ae": "2,14 22,0 38,20 36,96!/38,46 12,44 0,72 14,98 38,80"
    "/38,48 80,44 70,4 44,10 40,60 56,98 84,84",
    "Pi": "0,2..8! 90,0..6!/18..24,6! 14..20,100!/66..72,6! 66..76,100!",
    "Psi": "4,4 8,44 40,60 74,44 78,4/40,0! 40,100!",
    "Omega": "0,100! 24,98! 4,60 10,14 42,0 76,14 80,60 60,98! 86,100!",
    "lambda": "8,2 22,10 64..74,98!/36,44! 2..8,100!",
    "omega": "14,0 0,50 14,96 34,94 42,50! 52,94 74,94 84,50 70,0",
    "Zhe": "44,0! 44,100!/0,0! 42,48! 88,100!/88,0! 46,48! 0,100!",
    "Sha": "4,0! 4,98! 88,98! 88,0!/46,0! 46,98!",
    "I, Cyrillic": "4,0! 4,100! 62,0! 62,100!",
    "Yu": "4,0! 4,100!/4,50! 36,50!/64,0 38,30 38,70 64,100 92,70 92,30 =",
    "De": "0,100! 0,78! 84,78! 84,100!/12,78! 32,2! 68,2! 68,78!",
    "alef": "4,0! 74,100!/66,2 64,30 48,56/22,34 4,60 8,100",
    "shin": "2,2! 14,94! 76,90 88,2/44,2! 42,60 14,70",
    "tree, Chinese": "0,30! 90,28!/45,0! 45,100!/42,32! 2..10,84!/48,32! 82..90,84!",
    "big, Chinese": "2,34! 90,32!/46,0! 40,50 2,98!/46,40 90,98!",
    "king, Chinese": "8,4! 82,2!/12,48! 78,48!/0,98! 90,98!/45,4! 45,98!",
    "mountain, Chinese": "45,0! 45,96!/4,36! 4,96! 86,96! 86,34!",
    "fire, Chinese": "45,0! 40,50 4,98!/46,44 88,98!/14,24! 22,50!/76,20! 64,46!",
    "ke": "4,4 0,50 8,98!/30,30! 84,28!/62,0! 64,60 44,100",
    "ki": "10,18! 76,10!/8,38! 80,30!/34,0! 66,62!/16,66 20,90 48,100 72,96",
}

PICTURES: Mapping[str, str] = {
    "star": "50,0! 80,96! 2,36! 98,36! 20,96! 50,0!",
    "star outline": "50,0! 62,36! 98,36! 68,58! 80,96! 50,72! 20,96! 32,58! 2,36! 38,36! 50,0!",
    "triangle": "50,0..6! 0,96..102! 100,94..102! 50,0..4!",
    "house": "8,100! 8,44! 92,44! 92,100! 8,100!/0,46! 50,0! 100,46!"
    "/?40,100! 40,66! 60,66! 60,100!",
    "heart": "50,24! 36,2 10,4 0,30 14,62 50,100! 86,62 100,30 90,4 64,2 50,24!",
    "arrow right": "0,48..54! 100,50!/60..76,14..30! 100,50! 60..76,70..86!",
    "arrow left": "100,46..54! 0,50!/24..40,14..30! 0,50! 24..40,70..86!",
    "arrow down": "50,0! 50,100!/14..26,60..72! 50,100! 74..86,60..72!",
    "plus": "50,0..6! 50,100!/0,46..54! 100,46..54!",
    "tick": "0,50..66! 28..36,100! 100,0!",
    "equals": "0,0..4! 90,0..4!/0,36..48! 90,36..48!",
    "hash": "30,0! 24,100!/68,0! 62,100!/0,34! 96,30!/0,70! 96,66!",
    "grid": "0,0! 100,0! 100,100! 0,100! 0,0!/50,0! 50,100!/0,50! 100,50!",
    "envelope": "0,0! 100,0! 100,70! 0,70! 0,0! 50,40! 100,0!",
    "face": "50,0 14,14 0,50 14,86 50,100 86,86 100,50 86,14 ="
    "/32,36 32,40!/68,36 68,40!/28,64 50,80 72,64",
    "stick figure": "50,0 38,12 50,26 62,12 =/50,26! 50,66!/16..24,30..56! 50,40! 76..84,30..56!"
    "/24..30,100! 50,66! 70..76,100!",
    "tree": "44,100! 44,62!/56,100! 56,62!"
    "/44,62 20,66 8,44 24,30 28,8 50,0 72,8 78,30 92,44 80,66 56,62",
    "fir": "50,0! 26,32! 40,32! 14,62! 36,62! 4,86! 96,86! 64,62! 86,62! 60,32! 74,32! 50,0!"
    "/50,86! 50,100!",
    "fish": "100,20! 60,60 24,66 0,40 24,14 60,20 100,62! 100,20!/18..22,34 20,36",
    "umbrella": "0,44 16,12 50,0 84,12 100,44! 75,36! 50,44! 25,36! 0,44!/50,0! 50,90 40,100 32,90",
    "cube": "0,30! 66,30! 66,100! 0,100! 0,30! 32,0! 98,0! 98,68! 66,100!/66,30! 98,0!",
    "cup": "6,10! 14,96 60,96 68,10! 6,10!/67,26 96,24 92,64 62,66",
    "key": "24,30 4,36 0,54 20,66 36,54 34,36 =/36,48! 100,48! 100,66!/82,48! 82,62!",
    "sun": "50,30 32,40 32,60 50,70 68,60 68,40 ="
    "/50,0! 50,18!/50,82! 50,100!/0,50! 18,50!/82,50! 100,50!"
    "/16,16! 26,26!/84,84! 74,74!/84,16! 74,26!/16,84! 26,74!",
    "boat": "0,70! 100,70! 78,100! 22,100! 0,70!/50,70! 50,0! 88,58! 50,58!",
    "percent": "18,0 2,14 16,36 34,16 =/84,64 66,80 82,100 98,80 =/86,0! 12,100!",
    "infinity": "50,28 26,2 0,26 24,52 50,28 76,2 100,28 76,54 =",
    "euro": "70..78,10 44,0 14,24 8,56 24,90 52,100 72..80,88/0,40! 56,38!/0,60! 52,58!",
    "at": "66,36 44,28 34,50 46,68 64,56 68,32! 70,66 90,64 98,36 70,4 30,4 2,40 9,82 52,99 86,88",
    "asterisk": "50,0! 50,100!/6,24! 94,76!/94,24! 6,76!",
    "brackets": "20,0 0,30 0,70 20,100/60,0 80,30 80,70 60,100",
}


# How steeply a line falls that crosses a digit out: its height over its width. A line that rises
# may be the slash of a 0, any that does not fall the bar of a 7; a 4 has most of them itself.
CROSSING_SLOPES = dict.fromkeys((2, 3, 5, 6, 8, 9), (-1.6, 1.6)) | {
    0: (-0.2, 1.6),
    1: (0.5, 1.6),
    7: (0.5, 1.6),
}


class NonDigit(NamedTuple):
    """A kind of drawing: its relative frequency, and the function that draws one."""

    weight: float
    draw: Callable[[np.random.Generator], list[Stroke]]


def draw_non_digit(rng: np.random.Generator, kind: str | None = None) -> list[Stroke]:
    """Return the strokes of a drawing that shows no digit, or more than one.

    Parameters
    ----------
    kind
        One of ``NON_DIGITS``, else KeyError; chosen by their weights if None.

    Returns
    -------
    list of float64 (P, 2)
        Points in 0..1, y down, the longer side exactly 1. A dot is one point.
    """
    if kind is None:
        weights = np.array([kind.weight for kind in NON_DIGITS.values()])
        kind = list(NON_DIGITS)[rng.choice(len(NON_DIGITS), p=weights / weights.sum())]
    return fit_to_unit_square(NON_DIGITS[kind].draw(rng))


def _template(templates: Mapping[str, str], rng: np.random.Generator) -> list[Stroke]:
    return trace(list(templates.values())[rng.integers(len(templates))], rng)


def _spiral(rng: np.random.Generator) -> list[Stroke]:
    """Return at least two and a half turns: fewer might be a 6, a 9 or a zero."""
    turns = np.linspace(0, rng.uniform(2.5, 4), 200)
    angle = rng.uniform(0, 2 * np.pi) + rng.choice([-1, 1]) * 2 * np.pi * turns
    radius = turns + rng.uniform(0, 0.4)
    spiral = np.stack([np.cos(angle) * rng.uniform(0.7, 1.4), np.sin(angle)], axis=1)
    return [spiral * radius[:, None]]


def _rosette(rng: np.random.Generator) -> list[Stroke]:
    """Return a flower, cloud or gear: a ring of petals, perhaps with a middle."""
    angle = np.linspace(0, 2 * np.pi, 300)
    petals = np.abs(np.sin(angle * rng.integers(4, 10) / 2)) ** rng.uniform(0.5, 1.5)
    radius = 1 + rng.uniform(0.5, 3) * petals
    rosette = np.stack([np.cos(angle) * rng.uniform(0.8, 1.6), np.sin(angle)], axis=1)
    ring = rosette * radius[:, None]
    return [ring, rosette * rng.uniform(0.3, 0.8)][: rng.integers(1, 3)]


def _wave(rng: np.random.Generator) -> list[Stroke]:
    """Return one to three waves or zigzags, one below the other."""
    across = np.linspace(0, 1, 300)
    phase = 2 * np.pi * (rng.uniform(2.5, 6) * across + rng.random())
    height = rng.uniform(0.05, 0.25) * (1 + rng.uniform(-0.6, 0.6) * across)
    shape = np.sin(phase) if rng.random() < 0.5 else 2 / np.pi * np.arcsin(np.sin(phase))
    wave = np.stack([across, height * shape], axis=1)
    below = np.array([0, rng.uniform(0.2, 0.4)])
    return [wave + row * below for row in range(rng.integers(1, 4))]


def _scribble(rng: np.random.Generator) -> list[Stroke]:
    """Return random walks that end where they start, from angular to round."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        jumps = rng.normal(0, 1, (rng.integers(150, 500), 2))
        walk = np.cumsum(jumps - jumps.mean(axis=0), axis=0)
        walk += rng.normal(0, 8, 2)
        strokes.append(round_corners(walk / np.abs(walk).max(), rng.uniform(0.08, 0.2)))
    return strokes


def _loops(rng: np.random.Generator) -> list[Stroke]:
    """Return an epicycloid of three or more loops, in a random affine view."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(0.9, 1.4), 400)
    speed = rng.choice([-1, 1]) * rng.uniform(4, 7)
    size = rng.uniform(0.4, 1.2)
    x = np.cos(angle) + size * np.cos(speed * angle)
    y = np.sin(angle) + size * np.sin(speed * angle)
    return [np.stack([x, y], axis=1) @ rng.normal(np.eye(2), 0.15)]


def _hatching(rng: np.random.Generator) -> list[Stroke]:
    """Return parallel lines in any direction, separate or in one stroke, perhaps crossed."""
    strokes = []
    turn = rng.uniform(0, np.pi)
    for layer in range(rng.integers(1, 3)):
        n_lines = rng.integers(7, 12)  # fewer in one stroke are an S or a 2
        ends = np.zeros((n_lines, 2, 2))
        ends[..., 0] = np.linspace(-0.5, 0.5, n_lines)[:, None]
        ends[:, :, 1] = [-0.5, 0.5]
        ends += rng.normal(0, 0.04, ends.shape)
        ends[1::2] = ends[1::2, ::-1]
        angle = turn + layer * rng.uniform(0.8, 1.6)
        ends @= np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        strokes += list(ends) if rng.random() < 0.5 else [ends.reshape(-1, 2)]
    return strokes


def _number(rng: np.random.Generator) -> list[Stroke]:
    """Return two or three digits beside each other, with gaps, touching or overlapping a little.

    A 1 never touches: with its neighbour it might make one other digit.
    """
    digits = rng.integers(0, 10, rng.choice([2, 2, 3]))
    strokes = write_digit(int(digits[0]), rng)
    for left, digit in itertools.pairwise(digits.tolist()):
        right = max(float(stroke[:, 0].max()) for stroke in strokes)
        gap = rng.uniform(0.1 if 1 in (left, digit) else -0.08, 0.3)
        size = rng.uniform(0.8, 1.1)
        shift = [right + gap, rng.normal(0, 0.05)]
        strokes += [stroke * size + shift for stroke in write_digit(digit, rng)]
    return strokes


def _crossed_out(rng: np.random.Generator) -> list[Stroke]:
    return scribble_over(write_digit(int(rng.integers(0, 10)), rng), rng)


def scribble_over(strokes: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return a digit, about 1 high, under a zigzag or a cross."""
    points = np.concatenate(strokes)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    left, right = left - 0.15, right + 0.15
    if rng.random() < 0.5:
        n_turns = rng.integers(5, 10)
        down = np.where(np.arange(n_turns) % 2, top + 0.05, bottom - 0.05)
        across = np.linspace(left, right, n_turns)
        return [*strokes, np.stack([across, down + rng.normal(0, 0.08, n_turns)], axis=1)]
    corners = np.array([[[left, top], [right, bottom]], [[right, top], [left, bottom]]])
    return [*strokes, *(corners + rng.normal(0, 0.05, corners.shape))]


def cross_out(strokes: Sequence[Stroke], label: int, rng: np.random.Generator) -> list[Stroke]:
    """Return a digit with a straight line through it that is longer than it at both ends."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    side = max(width, height)
    slope = rng.uniform(*CROSSING_SLOPES[label])
    middle = (low + high) / 2 + rng.uniform(-0.15, 0.15, 2) * (width, height)
    half = np.array([1, slope])
    half *= max(width / 2, 0.1 * side) + rng.uniform(0.1, 0.4) * side
    half *= min(1.0, (0.6 + rng.uniform(0, 0.15)) * height / max(abs(half[1]), 1e-9))
    return [*strokes, np.array([middle - half, middle + half])]


def _pieces(rng: np.random.Generator) -> list[Stroke]:
    strokes = []
    for place in rng.uniform(0, 1, (rng.integers(3, 9), 2)):
        turn, bend, length = rng.uniform([0, -2, 0], [2 * np.pi, 2, 0.3])
        angle = turn + bend * np.linspace(0, 1, 8)[:, None]
        steps = length / 8 * np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
        strokes.append(place + np.cumsum(steps, axis=0))
    return strokes


def _dash(rng: np.random.Generator) -> list[Stroke]:
    """Return a line too level to be a 1, straight or bent, or one to five dots."""
    if rng.random() < 0.3:
        places = np.linspace(0, 1, rng.integers(1, 6))
        return [np.array([[x, rng.normal(0, 0.06)]]) for x in places]
    slope, bend = rng.normal(0, [0.25, 0.3])
    across = np.linspace(0, 1, 20)
    return [np.stack([across, slope * across + bend * across * (1 - across)], axis=1)]


def _blot(rng: np.random.Generator) -> list[Stroke]:
    """Return a filled box or ellipse: upright slim ones might be a 1."""
    n_rows = 50  # closer to each other than the thinnest pen is wide
    down = np.linspace(-1, 1, n_rows)
    half_widths = np.sqrt(1 - down**2) if rng.random() < 0.5 else np.ones(n_rows)
    across = half_widths * np.where(np.arange(n_rows) % 2, 1, -1)
    blot = np.stack([across * np.exp(rng.uniform(-0.4, 0.7)), down], axis=1)
    angle = rng.uniform(-0.3, 0.3)
    return [blot @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])]


def _word(rng: np.random.Generator) -> list[Stroke]:
    """Return a cursive word: arches and loops of several heights on one line."""
    n_letters = rng.integers(3, 8)
    letters = np.arange(n_letters + 1)
    time = np.linspace(0, n_letters, 40 * n_letters)
    heights = np.interp(time, letters, rng.choice([0.4, 0.5, 0.9, 1.2], len(letters)))
    swings = np.interp(time, letters, rng.uniform(-0.1, 0.35, len(letters)))
    across = time * rng.uniform(0.3, 0.6) + swings * np.sin(2 * np.pi * time)
    up = heights * (1 - np.cos(2 * np.pi * time)) / 2
    return [np.stack([across, -up], axis=1)]


NON_DIGITS: Mapping[str, NonDigit] = {
    "letter": NonDigit(6, partial(_template, LETTERS)),
    "picture": NonDigit(5, partial(_template, PICTURES)),
    "number": NonDigit(3, _number),
    "crossed out": NonDigit(1, _crossed_out),
    "scribble": NonDigit(2, _scribble),
    "loops": NonDigit(1, _loops),
    "spiral": NonDigit(1, _spiral),
    "rosette": NonDigit(1, _rosette),
    "wave": NonDigit(1, _wave),
    "hatching": NonDigit(1, _hatching),
    "pieces": NonDigit(1, _pieces),
    "dash": NonDigit(1, _dash),
    "blot": NonDigit(1, _blot),
    "word": NonDigit(1, _word),
}
