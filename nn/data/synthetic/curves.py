"""Handwriting from templates: joints that a pen passes, each time in slightly different places.

A template is text: joints ``x,y`` in percent of the height, y down, with spaces between. A slash
starts a new stroke, and ``/?`` one that is left out half the time. Of a joint,

- ``10..30,5`` lies anywhere between 10 and 30 across;
- ``10,5!`` is a corner: the line is smooth through all other joints, straight between two corners;
- ``10,5?`` is left out half the time;
- ``=`` stands for the stroke's first joint, with a random closing error.
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

POINT_DISTANCE = 0.02  # between points of a finished stroke, in parts of the drawing's height
MIN_GAP = 0.03  # between two knots of a spline: root of the least distance of joints that counts
POINTS_PER_SPAN = 16  # of the spline from joint to joint, before it is resampled
JOINT_ERROR = 0.025  # largest standard deviation of a joint about its place
CLOSING_ERROR = 0.04  # standard deviation of a closed stroke's end about its beginning
WIDTH_SPREAD = 0.18  # standard deviation of the logarithm of the width
BEND = 0.17  # standard deviation of the quadratic terms of the warp
ROUNDING = 0.05  # largest standard deviation of the Gaussian that rounds the corners


def trace(template: str, rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes of a template as one of many writers would write it.

    The joints are displaced, the corners are rounded, and all strokes together are stretched and
    bent by a random quadratic map: strokes that touch still touch.

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
        If a joint is not in the format.
    """
    joint_error, rounding = rng.uniform(0, [JOINT_ERROR, ROUNDING])
    strokes = []
    for text in template.split("/"):
        if text.startswith("?") and rng.random() < 0.5:
            continue
        joints, is_corner = _place_joints(text.removeprefix("?").split(), joint_error, rng)
        strokes.append(round_corners(interpolate(joints, is_corner), rounding))
    stretch = [np.exp(rng.normal(0, WIDTH_SPREAD)), 1]
    bends = rng.normal(0, BEND, (3, 2))
    warped = []
    for stroke in strokes:
        x, y = (stroke - [0.35, 0.5]).T
        warped.append((stroke + np.stack([x * x, x * y, y * y], axis=1) @ bends) * stretch)
    return fit_to_unit_square(warped)


def _place_joints(
    words: Sequence[str], joint_error: float, rng: np.random.Generator
) -> tuple[Stroke, list[bool]]:
    """Return random places of a stroke's joints (J, 2), and which of them are corners."""
    joints: list[Stroke] = []
    is_corner = []
    for word in words:
        if word == "=":
            joints.append(joints[0] + rng.normal(0, CLOSING_ERROR, 2))
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
        joints.append(rng.uniform(low, high) / 100 + rng.normal(0, joint_error, 2))
        is_corner.append(bool(corner))
    return np.array(joints), is_corner


def interpolate(joints: Stroke, is_corner: Sequence[bool]) -> Stroke:
    """Return a line (P, 2) through the joints (J, 2), smooth except at the corners.

    Between two corners it is the natural cubic spline. The gaps between its knots are the roots of
    the distances ("centripetal": Lee 1989, "Choosing nodes in parametric curve interpolation"), so
    that it does not overshoot between near joints.
    """
    breaks = [0, *[i for i in range(1, len(joints) - 1) if is_corner[i]], len(joints) - 1]
    parts = []
    for first, last in itertools.pairwise(breaks):
        part = joints[first : last + 1]
        if len(part) > 2:
            gaps = np.sqrt(np.linalg.norm(np.diff(part, axis=0), axis=1)).clip(MIN_GAP)
            knots = np.concatenate([[0], np.cumsum(gaps)])
            numbers = np.arange(len(knots))
            at = np.linspace(0, numbers[-1], 1 + POINTS_PER_SPAN * numbers[-1])
            spline = CubicSpline(knots, part, bc_type="natural")
            part = spline(np.interp(at, numbers, knots))
        parts.append(part)
    return np.concatenate(parts)


def resample(stroke: Stroke) -> Stroke:
    """Return the line (P, 2) with points about ``POINT_DISTANCE`` apart and the same two ends."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    if lengths[-1] == 0:
        return stroke[:1]
    places = np.linspace(0, lengths[-1], 2 + int(lengths[-1] / POINT_DISTANCE))
    return np.stack([np.interp(places, lengths, axis) for axis in stroke.T], axis=1)


def round_corners(stroke: Stroke, spread: float) -> Stroke:
    """Return the line (P, 2), resampled and smoothed by a Gaussian of that standard deviation."""
    sigma = spread / POINT_DISTANCE + 1e-6
    rounded: Stroke = gaussian_filter1d(resample(stroke), sigma, axis=0, mode="nearest")
    return rounded


def moved(strokes: Sequence[Stroke], x: float, y: float) -> list[Stroke]:
    """Return the strokes moved to the right by x and down by y."""
    return [stroke + np.array([x, y]) for stroke in strokes]


def fit_to_unit_square(strokes: list[Stroke]) -> list[Stroke]:
    """Return the strokes moved to the origin and scaled together so that their longer side is 1."""
    points = np.concatenate(strokes)
    corner = points.min(axis=0)
    side = float((points.max(axis=0) - corner).max()) or 1.0
    return [(stroke - corner) / side for stroke in strokes]
