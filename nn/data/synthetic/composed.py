"""Drawings of several shapes, and digits written over each other: neither is a digit.

People who draw instead of writing put simple shapes together: a ring with lines about it, boxes
with rings below them. None of these may be what a person writes as a digit: a drawing has a body
and at least three more shapes, and of two digits over each other much of each stays visible.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.spatial import KDTree

from nn.data.digits import Character, Stroke
from nn.data.synthetic.curves import fit_to_unit_square, resample, round_corners

MIN_MORE_SHAPES, MAX_MORE_SHAPES = 3, 7  # beside the body
PART_SIZE = (0.3, 0.8)  # smallest and largest: smaller ones may be specks beside a 0
MIN_APART = 0.15  # from another digit's ink, over the height, where a point counts as visible
MIN_VISIBLE = 0.4  # share of each digit's points that the other one leaves visible
MAX_TRIALS = 200  # pairs of digits

# Which digits are written over each: no 1, which may be the bar or the slash of the other, and none
# with which it might be a digit, such as a 3 in an 8.
WRITTEN_OVER: Mapping[int, Sequence[int]] = {
    0: (2, 3, 4, 5),
    2: (0, 3, 4, 5, 6, 7, 8, 9),
    3: (0, 2, 4, 5, 6, 7),
    4: (0, 2, 3, 5, 6, 7, 8, 9),
    5: (0, 2, 3, 4, 7, 8, 9),
    6: (2, 3, 4, 7, 9),
    7: (2, 3, 4, 5, 6, 8),
    8: (2, 4, 5, 7),
    9: (2, 4, 5, 6),
}


def draw_composition(rng: np.random.Generator) -> list[Stroke]:
    """Return a body and three to seven smaller shapes inside it, on its outline or beside it.

    Returns
    -------
    list of float64 (P, 2)
        Points in 0..1, y down, the longer side exactly 1.
    """
    width = float(np.exp(rng.uniform(-0.4, 0.6)))
    body = _unsteady(BODIES[int(rng.integers(len(BODIES)))](rng), (width, 1.0), rng)
    middle = body.mean(axis=0)
    strokes = [body]
    is_alike = rng.random() < 0.5  # wheels, legs, windows: one shape several times
    size, part = _part_size(rng), PARTS[int(rng.integers(len(PARTS)))]
    for _ in range(rng.integers(MIN_MORE_SHAPES, MAX_MORE_SHAPES + 1)):
        if not is_alike:
            size, part = _part_size(rng), PARTS[int(rng.integers(len(PARTS)))]
        place = body[rng.integers(len(body))]
        inwards = rng.choice([0.0, rng.uniform(0, 1), rng.uniform(-0.4, 0)])
        strokes.append(_unsteady(part(rng), size, rng) + place + inwards * (middle - place))
    return fit_to_unit_square(strokes)


def _part_size(rng: np.random.Generator) -> tuple[float, float]:
    """Return the width and height of a shape, over the height of the body."""
    low, high = np.log(PART_SIZE)
    width, height = np.exp(rng.uniform(low, high, 2))
    return width, height


def _unsteady(shape: Stroke, size: tuple[float, float], rng: np.random.Generator) -> Stroke:
    """Return a shape in a width and height, turned a little, with round corners, uneven lines."""
    angle = rng.normal(0, 0.15)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rounded = round_corners((resample(shape) * size) @ turn, rng.uniform(0, 0.03))
    noise = rng.normal(0, rng.uniform(0, 0.3), rounded.shape)
    n_points = max(3, len(rounded) // 6)
    window = np.ones(n_points) / n_points
    drift = np.stack([np.convolve(axis, window, mode="same") for axis in noise.T], axis=1)
    return rounded + drift / 4


def _ellipse(rng: np.random.Generator) -> Stroke:
    start = rng.uniform(0, 2 * np.pi)
    angle = np.linspace(start, start + 2 * np.pi * rng.uniform(0.95, 1.08), 60)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2


def _half_disc(rng: np.random.Generator) -> Stroke:
    """Return half an ellipse and its diameter, which is level: an upright one may be a D or a 0."""
    angle = np.linspace(0, np.pi, 40) + np.pi * rng.integers(2)
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    return np.concatenate([arc, arc[:1]])


def _box(_: np.random.Generator) -> Stroke:
    return np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]])


def _polygon(rng: np.random.Generator) -> Stroke:
    """Return three to six corners about the middle."""
    n_corners = rng.integers(3, 7)
    angle = 2 * np.pi * (np.arange(n_corners) + rng.uniform(-0.3, 0.3, n_corners)) / n_corners
    angle = angle + rng.uniform(0, 2 * np.pi)
    corners = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    return np.concatenate([corners, corners[:1]])


def _cloud(rng: np.random.Generator) -> Stroke:
    """Return a closed smooth outline of random waves."""
    angle = np.linspace(0, 2 * np.pi, 120)
    radius = np.ones_like(angle)
    for n_waves in range(2, 7):
        radius += rng.normal(0, 0.12) * np.cos(n_waves * angle + rng.uniform(0, 2 * np.pi))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None] / 2


def _line(rng: np.random.Generator) -> Stroke:
    angle = rng.uniform(0, np.pi)
    end = np.array([[np.cos(angle), np.sin(angle)]]) / 2
    return np.concatenate([-end, end])


def _arc(rng: np.random.Generator) -> Stroke:
    start = rng.uniform(0, 2 * np.pi)
    angle = np.linspace(start, start + rng.uniform(0.3, 1.3) * np.pi, 40)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2


def _zigzag(rng: np.random.Generator) -> Stroke:
    n_turns = rng.integers(4, 9)
    down = 0.5 * (-1.0) ** np.arange(n_turns)
    return np.stack([np.linspace(-0.5, 0.5, n_turns), down * rng.uniform(0.3, 1)], axis=1)


Shape = Callable[[np.random.Generator], Stroke]
BODIES: Sequence[Shape] = (_ellipse, _half_disc, _box, _polygon, _cloud)
PARTS: Sequence[Shape] = (_ellipse, _half_disc, _box, _polygon, _line, _line, _arc, _zigzag)


def write_over(digits: Sequence[Character], rng: np.random.Generator) -> list[Stroke]:
    """Return two different digits at one place, of which much stays visible.

    Returns
    -------
    list of float64 (P, 2)
        Points in 0..1, y down, the longer side exactly 1.

    Raises
    ------
    ValueError
        If no such pair is found.
    """
    for _ in range(MAX_TRIALS):
        one, other = (digits[number] for number in rng.integers(len(digits), size=2))
        if other.label not in WRITTEN_OVER.get(one.label, ()):
            continue
        below, above = (fit_to_unit_square(list(digit.strokes)) for digit in (one, other))
        size = rng.uniform(0.85, 1.15)
        extent, other_extent = (np.concatenate(d).max(axis=0) for d in (below, above))
        shift = (extent - size * other_extent) / 2 + rng.normal(0, 0.08, 2)
        above = [stroke * size + shift for stroke in above]
        if min(_visible(below, above), _visible(above, below)) >= MIN_VISIBLE:
            return fit_to_unit_square([*below, *above])
    raise ValueError("expected digits of which one can be written over another, but found none")


def _visible(strokes: Sequence[Stroke], others: Sequence[Stroke]) -> float:
    """Return the share of points that are further than ``MIN_APART`` from the other strokes."""
    points, taken = (
        np.concatenate([resample(stroke) for stroke in drawn]) for drawn in (strokes, others)
    )
    distances, _ = KDTree(taken).query(points)
    return float(np.mean(distances > MIN_APART))
