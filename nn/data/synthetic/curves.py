"""Handwriting from templates: rows of joints that a pen passes, a little differently every time.

A template is text: joints ``x,y`` in percent of the height, y down, with spaces between. A slash
starts a new stroke, and ``/?`` one that is missing half the time. Of a joint,

- ``10..30,5`` lies anywhere between 10 and 30 across;
- ``10,5!`` is a corner: the line is smooth through all other joints, straight between two corners;
- ``10,5?`` is missing half the time;
- ``=`` stands for the stroke's first joint, which a hand meets only roughly.
"""

import itertools
import re
from collections.abc import Sequence

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from nn.data.digits import Stroke

RANGE = r"(-?\d+)(?:\.\.(-?\d+))?"
JOINT = re.compile(rf"{RANGE},{RANGE}(!?)(\??)")

STEP = 0.02  # between points of a finished stroke, of the drawing's height
NEAR = 0.03  # root of the least distance of joints that counts
POINTS_A_SPAN = 16  # of the curve from joint to joint, before it is spaced evenly
SHAKE = 0.025  # at most, spread of a joint about its place
MISSED_BY = 0.04  # spread of a closed stroke's end about its beginning
STRETCH = 0.18  # spread of the logarithm of the width
BEND = 0.17  # spread of the quadratic terms of the warp
ROUNDING = 0.05  # at most, width of the Gaussian that rounds the corners


def trace(template: str, rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes of a template as one of many hands would write it.

    The joints shake, the corners are rounded more or less, and all strokes together are stretched
    and bent by a random quadratic map, which keeps together what touches.

    Parameters
    ----------
    template
        Joints, as this module's docstring says.

    Returns
    -------
    list of float64 (P, 2)
        Evenly spaced points in 0..1, the longer side of all exactly 1. A dot is one point.

    Raises
    ------
    ValueError
        If a joint cannot be read.
    """
    shake, rounding = rng.uniform(0, [SHAKE, ROUNDING])
    strokes = []
    for text in template.split("/"):
        if text.startswith("?") and rng.random() < 0.5:
            continue
        joints, is_corner = _place(text.removeprefix("?").split(), shake, rng)
        strokes.append(soften(curve(joints, is_corner), rounding))
    return fit(_warp(strokes, rng))


def _place(
    words: Sequence[str], shake: float, rng: np.random.Generator
) -> tuple[Stroke, list[bool]]:
    """Return where the joints of a stroke are this time (J, 2), and which are corners."""
    joints: list[Stroke] = []
    is_corner = []
    for word in words:
        if word == "=":
            joints.append(joints[0] + rng.normal(0, MISSED_BY, 2))
            is_corner.append(False)
            continue
        match = JOINT.fullmatch(word)
        if match is None:
            raise ValueError(
                f"expected a joint such as 10,20 or 5..15,20! in a template, not {word!r}"
            )
        left, right, top, bottom, corner, optional = match.groups()
        if optional and rng.random() < 0.5:
            continue
        low = np.array([left, top], float)
        high = np.array([right or left, bottom or top], float)
        joints.append(rng.uniform(low, high) / 100 + rng.normal(0, shake, 2))
        is_corner.append(bool(corner))
    return np.array(joints), is_corner


def curve(joints: Stroke, is_corner: Sequence[bool]) -> Stroke:
    """Return a line (P, 2) through the joints (J, 2), smooth but at the corners."""
    breaks = [0, *[i for i in range(1, len(joints) - 1) if is_corner[i]], len(joints) - 1]
    pieces = [_smooth(joints[a : b + 1]) for a, b in itertools.pairwise(breaks)]
    return np.concatenate(pieces)


def _smooth(joints: Stroke) -> Stroke:
    """Return the cubic spline through the joints (J, 2).

    Its knots are as far apart as the roots of the distances ("centripetal": Lee 1989, "Choosing
    nodes in parametric curve interpolation"), which keeps it from swinging out where they are near.
    """
    if len(joints) < 3:
        return joints
    gaps = np.sqrt(np.linalg.norm(np.diff(joints, axis=0), axis=1)).clip(NEAR)
    knots = np.concatenate([[0], np.cumsum(gaps)])
    numbers = np.arange(len(knots))
    times = np.interp(np.linspace(0, numbers[-1], 1 + POINTS_A_SPAN * numbers[-1]), numbers, knots)
    line: Stroke = CubicSpline(knots, joints, bc_type="natural")(times)
    return line


def space(stroke: Stroke) -> Stroke:
    """Return the same line (P, 2) with points about ``STEP`` apart, its ends where they were."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    if lengths[-1] == 0:
        return stroke[:1]
    places = np.linspace(0, lengths[-1], 2 + int(lengths[-1] / STEP))
    return np.stack([np.interp(places, lengths, axis) for axis in stroke.T], axis=1)


def soften(stroke: Stroke, rounding: float) -> Stroke:
    """Return the line (P, 2) evenly spaced, its corners rounded by a Gaussian of that spread."""
    spaced = space(stroke)
    softened: Stroke = gaussian_filter1d(spaced, rounding / STEP + 1e-6, axis=0, mode="nearest")
    return softened


def _warp(strokes: list[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes narrower or wider, and bent as a whole."""
    stretch = [np.exp(rng.normal(0, STRETCH)), 1]
    bends = rng.normal(0, BEND, (3, 2))
    warped = []
    for stroke in strokes:
        x, y = (stroke - [0.35, 0.5]).T
        warped.append((stroke + np.stack([x * x, x * y, y * y], axis=1) @ bends) * stretch)
    return warped


def fit(strokes: list[Stroke]) -> list[Stroke]:
    """Return the strokes moved to the origin and scaled together so that their longer side is 1."""
    points = np.concatenate(strokes)
    corner = points.min(axis=0)
    side = float((points.max(axis=0) - corner).max()) or 1.0
    return [(stroke - corner) / side for stroke in strokes]
