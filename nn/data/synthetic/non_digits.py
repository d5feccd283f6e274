"""Drawings that are no digit: letters, pictures, scribbles, numbers of several digits.

A network trained on digits alone answers with a digit for every picture. These teach it low
confidence, so none of them may be what a person writes as a digit.
"""

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from nn.data.digits import Stroke
from nn.data.synthetic.curves import fit_to_unit_square, round_corners, trace
from nn.data.synthetic.shape_templates import LETTERS, PICTURES
from nn.data.synthetic.styles import write_digit


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
        weights = np.array([each.weight for each in NON_DIGITS.values()])
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
    """Return a digit under a zigzag or a cross: a single line would cross a 7 or slash a 0."""
    strokes = write_digit(int(rng.integers(0, 10)), rng)
    right, bottom = np.concatenate(strokes).max(axis=0)
    n_turns = rng.integers(5, 10)
    across = np.linspace(-0.15, right + 0.15, n_turns)
    down = np.where(np.arange(n_turns) % 2, 0.05, bottom - 0.05) + rng.normal(0, 0.08, n_turns)
    zigzag = np.stack([across, down], axis=1)
    if rng.random() < 0.5:
        return [*strokes, zigzag]
    corners = np.array([[[-0.2, 0], [right + 0.2, bottom]], [[right + 0.2, 0], [-0.2, bottom]]])
    return [*strokes, *(corners + rng.normal(0, 0.05, corners.shape))]


def _pieces(rng: np.random.Generator) -> list[Stroke]:
    """Return short lines, hooks and dots, scattered."""
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
