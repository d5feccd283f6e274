"""From pen strokes to 28x28 pictures: varied, then drawn as the page's pad draws.

Strokes allow what pictures do not: the same line with any pen, and movements of the hand instead of
pixels. So one recorded drawing gives many pictures.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nn.data.digits import Stroke
from nn.reading.mnist import SIDE_PX, Ink
from nn.reading.page.find import to_mnist

Array = NDArray[np.float64]

INK, PAPER = 17, 255  # grey levels of the pad's #111 and #fff
DRAWING_SHARE = 0.7  # the drawing's longer side, in parts of the picture's side
OVERSAMPLING = 2  # Pillow draws without antialiasing: draw larger, then reduce
CORNER_COSINE = np.cos(np.deg2rad(60))  # a line that turns by more than 60 degrees has a corner
CURVE_STEP = 0.05  # longest step along a curve, of the drawing's longer side

# Of the drawing's longer side: the thinnest, likeliest and thickest pen. MNIST's are 0.07 to 0.3,
# the pad's is 0.1 on a drawing that fills most of it, a pen's on paper is less.
PEN_WIDTHS = (1 / 40, 1 / 8, 1 / 4)
PAD_PEN_WIDTH = 1 / 14 / DRAWING_SHARE  # 1/14 of the page's pad, on a drawing that fills 70 % of it
INK_PEN_SHARE = 0.2  # of the drawings, by a pen whose line is wider where it is slow
INK_PEN_LIMITS = (0.5, 1.25)  # least and largest width of such a line, over that of the pen
SCALE = 0.08  # standard deviation of the logarithms of a drawing's scales, of x and of y
# Standard deviations, in parts of the drawing's longer side:
BEND = 0.025  # of a smooth displacement of all points
SHIFT = 0.02  # of each whole stroke's displacement
TREMOR = 0.006  # of the pen's displacement along its line
TREMOR_STEP = 0.15  # between changes of the tremor, in parts of the drawing's longer side
N_WAVES = 3  # that add up to one bend


def vary_strokes(
    strokes: Sequence[Stroke],
    rng: np.random.Generator,
    *,
    rotation_degrees: float = 5,
    slant: float = 0.12,
) -> list[Stroke]:
    """Return the strokes, point for point, as the same writer might write them another time.

    They are turned, slanted, scaled, bent and displaced, and the pen trembles.

    Parameters
    ----------
    strokes
        One or more, each float64 (P, 2), P >= 1, in any unit, which the result keeps.
    rotation_degrees, slant
        Standard deviations of the angle, and of the shear of x by y.
    """
    lengths = np.cumsum([len(stroke) for stroke in strokes])[:-1]
    points, centre, side = _normalise(np.concatenate(strokes))
    # Smooth displacements: waves no shorter than the drawing's side.
    frequencies = rng.uniform(-1, 1, (2, 2 * N_WAVES)) * 2 * np.pi
    waves = np.sin(points @ frequencies + rng.uniform(0, 2 * np.pi, 2 * N_WAVES))
    waves = waves.reshape(-1, 2, N_WAVES)  # (P, 2, N_WAVES)
    points += waves @ rng.normal(0, BEND * np.sqrt(2 / N_WAVES), N_WAVES)

    spreads = [np.deg2rad(rotation_degrees), slant, SCALE, SCALE]
    angle, lean, x_scale, y_scale = rng.normal(0, spreads)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = points @ (turn @ np.array([[1, -lean], [0, 1]]) * np.exp([x_scale, y_scale])).T

    varied = []
    for part in np.split(points, lengths):
        moved = part + rng.normal(0, SHIFT, 2)
        at = _arc_lengths(part) / TREMOR_STEP
        knots = np.arange(int(at[-1]) + 2)
        x, y = rng.normal(0, TREMOR, (2, len(knots)))
        trembling = np.column_stack([np.interp(at, knots, x), np.interp(at, knots, y)])
        varied.append((moved + trembling) * side + centre)
    return varied


def draw_strokes(
    strokes: Sequence[Stroke], width: float | Sequence[Array], *, side_px: int = 96
) -> Image.Image:
    """Return a picture of the strokes as the page's pad draws them: dark on white, round ends.

    Parameters
    ----------
    strokes
        One or more, each float64 (P, 2), P >= 1, in any unit. Lines are smooth except at corners; a
        single point is a disc.
    width
        Of the pen, in parts of the drawing's longer side; or for each stroke its widths (P,).
    side_px
        Of the square picture, of mode L. The drawing is in its middle, its longer side 70 % of it.
    """
    large_px = side_px * OVERSAMPLING
    points, _, _ = _normalise(np.concatenate(strokes))
    lengths = np.cumsum([len(stroke) for stroke in strokes])[:-1]
    lines = []
    for number, part in enumerate(np.split(points, lengths)):
        widths = width[number] if isinstance(width, Sequence) else np.full(len(part), width)
        line = catmull_rom(np.column_stack([part, widths]), CURVE_STEP) * (DRAWING_SHARE * large_px)
        line[:, :2] += large_px / 2
        lines.append(line)
    return _draw_lines(lines, (side_px, side_px))


def draw_ink(
    strokes: Sequence[Stroke], size_px: tuple[int, int], pen_px: float, step_px: float
) -> Ink:
    """Return the ink, float32 (H, W), of strokes drawn with a pen of constant width.

    Parameters
    ----------
    strokes
        Each float64 (P, 2), P >= 1, in pixels.
    size_px
        The picture's width and height.
    pen_px
        The pen's width.
    step_px
        Longest step along a curve.
    """
    points = [np.column_stack([stroke, np.full(len(stroke), pen_px)]) for stroke in strokes]
    lines = [catmull_rom(each, step_px) * OVERSAMPLING for each in points]
    grey = np.asarray(_draw_lines(lines, size_px), np.float32)
    return np.asarray((PAPER - grey) / (PAPER - INK), np.float32)


def render_variations(
    drawings: Sequence[Sequence[Stroke]], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return each of N drawings varied, drawn with a random pen, as MNIST has its digits.

    The result is uint8 (N, 28, 28), 0 for paper to 255 for ink.
    """
    pictures = np.empty((len(drawings), SIDE_PX, SIDE_PX), np.uint8)
    for number, strokes in enumerate(drawings):
        varied = vary_strokes(strokes, rng)
        width = float(np.exp(rng.triangular(*np.log(PEN_WIDTHS))))
        is_ink_pen = rng.random() < INK_PEN_SHARE
        widths = [ink_pen_widths(stroke, width, rng) for stroke in varied] if is_ink_pen else width
        pictures[number] = to_mnist(draw_strokes(varied, widths))
    return pictures


def ink_pen_widths(stroke: Stroke, width: float, rng: np.random.Generator) -> Array:
    """Return the width (P,) of a stroke's line, thinner where the pen is fast.

    Points are assumed to be evenly spaced in time. Random pressure varies the width of strokes
    whose points are evenly spaced in length.
    """
    distances = np.diff(_arc_lengths(stroke))
    if len(stroke) < 3 or not distances.any():
        return np.full(len(stroke), width)
    speed = np.convolve(np.pad(distances, (3, 3), mode="edge"), np.full(6, 1 / 6), mode="valid")
    slowness = speed.mean() / np.maximum(speed, speed.mean() / 100)
    knots = np.linspace(0, len(stroke) - 1, 5)
    pressure = np.interp(np.arange(len(stroke)), knots, rng.normal(0, 0.15, len(knots)))
    widths: Array = width * np.clip(slowness**0.4 * np.exp(pressure), *INK_PEN_LIMITS)
    return widths


def catmull_rom(line: Array, step: float) -> Array:
    """Return the Catmull-Rom spline (P', D) through the points of a line (P, D).

    Between two points it is the cubic whose slope at each is parallel to the chord of its two
    neighbours. A slope is limited to the length of the shorter adjacent piece, so that the spline
    does not overshoot, and is 0 at corners, which stay sharp.

    Parameters
    ----------
    line
        float64 (P, D), P >= 1, D >= 2: x, y and other values along the line.
    step
        Largest distance between two points of the result, approximately.
    """
    is_new = np.any(line[1:, :2] != line[:-1, :2], axis=1)
    line = line[np.concatenate([[True], is_new])]
    if len(line) < 2:
        return line
    chords = np.diff(line, axis=0)  # (P-1, D)
    distances = np.hypot(chords[:, 0], chords[:, 1])
    directions = chords[:, :2] / distances[:, None]
    cosines = (directions[1:] * directions[:-1]).sum(axis=1)
    along = chords[1:] + chords[:-1]
    length = np.hypot(along[:, 0], along[:, 1])
    shorter = np.minimum(distances[1:], distances[:-1])
    factor = np.where(cosines > CORNER_COSINE, shorter / np.maximum(length, shorter), 0)
    slopes = np.concatenate([chords[:1], along * factor[:, None], chords[-1:]])  # (P, D)
    n_pieces = np.ceil(distances / step).astype(int)
    piece = np.repeat(np.arange(len(chords)), n_pieces)  # (P'-1,)
    first = np.cumsum(n_pieces) - n_pieces
    t = ((np.arange(len(piece)) - first[piece]) / n_pieces[piece])[:, None]
    u = 1 - t
    curve = line[piece] + t * t * (1 + 2 * u) * chords[piece]
    curve += t * u * (u * slopes[piece] - t * slopes[piece + 1])
    return np.concatenate([curve, line[-1:]])


def _draw_lines(lines: Sequence[Array], size_px: tuple[int, int]) -> Image.Image:
    """Return a picture of lines (P, 3) of x, y and width, with round ends and joints.

    They are in pixels of a larger picture, which is reduced by ``OVERSAMPLING`` to the given width
    and height. Points closer than a quarter of the width are left out: the discs on the others hide
    that.
    """
    width_px, height_px = size_px
    picture = Image.new("L", (width_px * OVERSAMPLING, height_px * OVERSAMPLING), PAPER)
    pen = ImageDraw.Draw(picture)
    for line in lines:
        stops = np.floor(_arc_lengths(line[:, :2]) / (line[:, 2] / 4)).astype(int)
        is_stop = np.concatenate([[True], stops[1:] != stops[:-1]])
        is_stop[-1] = True
        x, y, width = line[is_stop].T
        if np.ptp(width) == 0:
            pen.line(np.column_stack([x, y]).ravel().tolist(), INK, round(width[0]))
        else:
            ends = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]]).tolist()
            for piece, piece_px in zip(ends, np.rint(width[1:]).astype(int).tolist(), strict=True):
                pen.line(piece, INK, piece_px)
        radius = (width - 1) / 2
        for box in np.column_stack([x - radius, y - radius, x + radius, y + radius]).tolist():
            pen.ellipse(box, INK)
    return picture.reduce(OVERSAMPLING)


def _normalise(points: Array) -> tuple[Array, Array, float]:
    """Return points (P, 2) scaled to -1/2..1/2, longer side 1; and their old centre and side."""
    low, high = points.min(axis=0), points.max(axis=0)
    centre, side = (low + high) / 2, float((high - low).max()) or 1.0
    return (points - centre) / side, centre, side


def _arc_lengths(line: Array) -> Array:
    """Return the arc length (P,) from the start of a line (P, 2) to each of its points."""
    steps = np.diff(line, axis=0)
    return np.concatenate([[0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
