"""Drawn digits: strokes of points (x, y) in units of the pad's side, y downwards.

Each point is the work of an event and of a frame that shows it, and so there are few.
"""

import math
from itertools import pairwise

Point = tuple[float, float]
Stroke = list[Point]


def _arc(centre: Point, radii: Point, start_degrees: float, end_degrees: float) -> Stroke:
    """Return points along an ellipse; 0 degrees is on the right, 90 at the bottom."""
    angles = [start_degrees + (end_degrees - start_degrees) * step / 12 for step in range(13)]
    return [
        (
            centre[0] + radii[0] * math.cos(math.radians(angle)),
            centre[1] + radii[1] * math.sin(math.radians(angle)),
        )
        for angle in angles
    ]


def _line(*corners: Point) -> Stroke:
    """Return points along the straight lines between corners, close to which the pad rounds."""
    points = [corners[0]]
    for (x, y), (next_x, next_y) in pairwise(corners):
        points += [(x + (next_x - x) * part, y + (next_y - y) * part) for part in (1 / 8, 7 / 8, 1)]
    return points


ZERO = [_arc((0.5, 0.5), (0.2, 0.3), -90, 270)]
ONE = [_line((0.5, 0.2), (0.5, 0.8))]
TWO = [_arc((0.5, 0.36), (0.18, 0.16), -170, 40) + _line((0.64, 0.46), (0.32, 0.8), (0.7, 0.8))]
THREE = [_arc((0.47, 0.34), (0.18, 0.14), -150, 90) + _arc((0.47, 0.65), (0.21, 0.17), -90, 150)]
FOUR = [_line((0.36, 0.2), (0.32, 0.56), (0.7, 0.56)), _line((0.62, 0.2), (0.6, 0.82))]
SEVEN = [_line((0.28, 0.22), (0.72, 0.22), (0.46, 0.82))]


def in_a_row(
    *digits: list[Stroke], left: float = 0, top: float = 0.15, height: float = 0.7, squares: int = 2
) -> list[Stroke]:
    """Return a number for a wide pad: its digits' squares overlap by a third.

    Parameters
    ----------
    digits
        Digits from left to right, for a square pad.
    left, top
        Where the first square begins, in parts of the pad's width and height.
    height
        Of the squares, in parts of the pad's height.
    squares
        Width of the pad, in parts of its height.
    """
    width = height / squares
    return [
        [(left + (place * 2 / 3 + x) * width, top + y * height) for x, y in stroke]
        for place, digit in enumerate(digits)
        for stroke in digit
    ]


NUMBER_2073 = in_a_row(TWO, ZERO, SEVEN, THREE)
NUMBER_207 = in_a_row(TWO, ZERO, SEVEN, top=0.3, height=0.42, squares=1)  # on the square pad

# No digits: a cross through a square, a letter, a star.
LETTER_K = [_line((0.35, 0.2), (0.35, 0.8)), _line((0.66, 0.22), (0.36, 0.52), (0.68, 0.8))]
STAR = [_line((0.5, 0.18), (0.7, 0.8), (0.18, 0.42), (0.82, 0.42), (0.3, 0.8), (0.5, 0.18))]
NO_DIGIT = [
    _line((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)),
    _line((0.2, 0.2), (0.8, 0.8)),
    _line((0.8, 0.2), (0.2, 0.8)),
]
