"""Lines that are no writing: ruled and squared paper, the borders of a cell or a form.

Such a line is nearly level or upright, straight, and as dark at one edge of the picture as at the
other, which no stroke of a digit is. Lines are found by the Hough transform (Duda and Hart, "Use of
the Hough transformation to detect lines and curves in pictures", 1972).
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import Ink

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]
Point = tuple[float, float]

SEARCHED_PX = 640  # longer side of the picture that is searched: bent lines are straight in it
TILT_DEGREES = 14  # of a picture taken askew
ANGLE_STEP = 1.5  # pixels by which the far ends of two neighbouring directions differ
COVERED = 0.85  # of a line's way across the picture that must be dark
COVERED_IN_MIDDLE = 0.95  # there, a long stroke of a digit may lie on the line
MIDDLE = 0.25  # of the side, about the picture's middle
PIECES = 12  # of that way, which must be about equally dark
LEAST_OF_PIECE = 0.4  # of the line's contrast that each piece must have, but for one
LEAST_IN_MIDDLE = 0.65  # that each piece must have, without exception
THIN = 1 / 50  # of the longer side: paper that far from a line shows that it is thin
PAPER_BESIDE = 0.6  # of a thin line's way that has paper on both sides
DARKER = 1.6  # times a rule's contrast: what is darker on it is a pen's line that crosses it
MOST_LINES = 800  # that are looked at


def find_rules(contrast: Ink, threshold: float) -> Mask:
    """Return which pixels (H, W) lie on straight lines that are dark from edge to edge.

    What is much darker than the line that it lies on does not belong to it.

    Parameters
    ----------
    contrast
        float32 (H, W), 0 for paper to 1.
    threshold
        Contrast from which on a pixel is dark.
    """
    frame = (contrast[0], contrast[-1], contrast[:, 0], contrast[:, -1])
    if max(edge.max() for edge in frame) <= threshold:
        return np.zeros(contrast.shape, bool)  # no line reaches an edge
    scale = min(1, SEARCHED_PX / max(contrast.shape))
    size = tuple(max(1, round(side_px * scale)) for side_px in contrast.shape[::-1])
    small = np.asarray(cv2.resize(contrast, size, interpolation=cv2.INTER_AREA), np.float32)
    is_dark = small > threshold * max(scale, 1 / 2)  # thin lines are paler when reduced
    levels = np.zeros(contrast.shape, np.float32)  # of the rule that a pixel is on
    for start, end in _lines(is_dark.astype(np.uint8)):
        level = _level(small, is_dark, start, end)
        if level:
            ends = [(int((x + 0.5) / scale), int((y + 0.5) / scale)) for x, y in (start, end)]
            cv2.line(levels, ends[0], ends[1], level, max(2, round(3 / scale)))
    is_rule: Mask = (levels > 0) & (contrast < DARKER * levels / max(scale, 1 / 2))
    return is_rule


def _lines(is_dark: NDArray[np.uint8]) -> Iterator[tuple[Point, Point]]:
    """Yield both ends of lines that are mostly dark, from one edge to the opposite one."""
    step = ANGLE_STEP / max(is_dark.shape)
    tilt = round(np.deg2rad(TILT_DEGREES) / step) * step  # so that exactly level is looked at
    for picture, is_turned in ((is_dark, False), (np.ascontiguousarray(is_dark.T), True)):
        last = picture.shape[1] - 1.0
        votes = max(1, round(0.8 * COVERED * picture.shape[1]))
        found = cv2.HoughLines(
            picture, 1, step, votes, min_theta=np.pi / 2 - tilt, max_theta=np.pi / 2 + tilt
        )
        if found is None:
            continue
        for rho, theta in found.reshape(-1, found.shape[-1])[:MOST_LINES, :2].tolist():
            start, end = ((x, (rho - x * np.cos(theta)) / np.sin(theta)) for x in (0.0, last))
            yield (start[::-1], end[::-1]) if is_turned else (start, end)


def _level(contrast: Ink, is_dark: Mask, start: Point, end: Point) -> float:
    """Return a line's contrast if it is dark all along, and about equally; else 0."""
    height_px, width_px = contrast.shape
    n_points = int(np.hypot(end[0] - start[0], end[1] - start[1])) + 1
    x, y = (
        np.rint(np.linspace(*ends, n_points)).astype(int) for ends in zip(start, end, strict=True)
    )
    is_inside = (x >= 0) & (x < width_px) & (y >= 0) & (y < height_px)
    x, y = x[is_inside], y[is_inside]
    if len(x) < max(PIECES, 0.6 * n_points):
        return 0
    is_sure = _is_off_middle(x, y, is_dark.shape) or _is_thin(x, y, is_dark)
    if is_dark[y, x].mean() < (COVERED if is_sure else COVERED_IN_MIDDLE):
        return 0
    starts = np.arange(PIECES) * len(x) // PIECES
    sums = np.add.reduceat(contrast[y, x], starts)
    levels = np.sort(sums / np.diff(starts, append=len(x)))
    level = float(levels[PIECES // 2])
    least = LEAST_OF_PIECE * level if is_sure else LEAST_IN_MIDDLE * level
    return level if levels[1 if is_sure else 0] >= least else 0


def _is_off_middle(x: Places, y: Places, shape: tuple[int, ...]) -> bool:
    """Return whether points keep away from the picture's middle, where its digit is."""
    from_middle = [
        np.abs(at / side_px - 0.5).min() for at, side_px in ((x, shape[1]), (y, shape[0]))
    ]
    return bool(max(from_middle) >= MIDDLE)


def _is_thin(x: Places, y: Places, is_dark: Mask) -> bool:
    """Return whether most points of a line have paper on both sides: a pen's line is broader."""
    way_px = max(2, round(THIN * max(is_dark.shape)))
    is_level = np.ptp(x) > np.ptp(y)
    across = (way_px, 0) if is_level else (0, way_px)
    limits = [side_px - 1 for side_px in is_dark.shape]
    sides = [
        is_dark[
            (y + sign * across[0]).clip(0, limits[0]), (x + sign * across[1]).clip(0, limits[1])
        ]
        for sign in (-1, 1)
    ]
    return bool((~sides[0] & ~sides[1]).mean() >= PAPER_BESIDE)
