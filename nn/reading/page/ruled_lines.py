"""Lines that are not writing: ruled and squared paper, borders of cells, tables and forms.

In a photograph a ruled line is nearly level or upright, straight, and about equally dark from one
edge of the picture to the other. Such lines are found by the Hough transform (R. Duda, P. Hart,
"Use of the Hough transformation to detect lines and curves in pictures", 1972). Lines that end on
the sheet, and tables, are told from digits by the shape of their components.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import INK_LEVEL, Ink, Mask, Pixels
from nn.reading.page.components import Boxes

Indices = NDArray[np.int64]

SEARCHED_PX = 640  # longer side to which the picture is reduced: bent lines become straight
MAX_TILT_DEGREES = 14  # by which a line is off level or upright
ANGLE_STEP = 1.5  # pixels by which the far ends of two neighbouring directions differ
MIN_DARK = 0.85  # share of a line's pixels that are dark
MIN_DARK_IN_MIDDLE = 0.95  # in the picture's middle, where a long stroke of a digit may be
MIDDLE = 0.25  # of the side, about the picture's middle
SEGMENTS = 12  # of a line, which must be about equally dark
MIN_OF_SEGMENT = 0.4  # of the line's contrast, for all segments but the palest
MIN_OF_SEGMENT_IN_MIDDLE = 0.65  # for each segment of a line in the middle
THIN_DISTANCE = 1 / 50  # of the longer side: a line with paper at that distance is thin
MIN_PAPER_BESIDE = 0.6  # share of a thin line's pixels that have paper on both sides
MIN_CROSSING_CONTRAST = 1.6  # of a stroke that crosses a ruled line, over the line's contrast
MIN_SHEET_LENGTH = 0.6  # of the part on the sheet of a line from edge to edge
MIN_INSIDE_LENGTH = 0.6  # of its part inside the picture
SHEET_QUANTILE = 0.8  # of the light along a line: the sheet's light
MIN_SHEET_LIGHT = 0.65  # over the sheet's light: it is darker beyond the sheet, and in a shadow
MAX_LINES = 800

MIN_LEVEL_LENGTH = 1.3  # of the shortest level line, over the usual height: a minus, not a 7's bar
MIN_UPRIGHT_LENGTH = 2.0  # of any other line: longer than a 1
MAX_SLENDERNESS = 0.15  # of the thickest line, over its length
MAX_THICKNESS = 0.3  # of the thickest line, over the usual height: digits that touch are thicker

MAX_FRAMES = 20  # components that are looked at, the highest ones
MIN_FRAMED = 0.05  # least height of a component that counts as inside, over the frame's
MAX_FRAMED = 0.3  # summed height of components inside that a 0 may have, over the frame's


def find_ruled_lines(contrast: Ink, threshold: float, paper: Pixels | None = None) -> Mask:
    """Return which pixels (H, W) lie on straight lines that are dark from edge to edge.

    The edges are the picture's, or the sheet's where the paper gets much darker. Pixels much darker
    than the line belong to a stroke that crosses it and are left out.

    Parameters
    ----------
    contrast
        float32 (H, W), 0 for paper to 1.
    threshold
        Contrast from which a pixel is dark.
    paper
        uint8 (H, W): the estimate of the blank sheet; evenly light if None.
    """
    scale = min(1, SEARCHED_PX / max(contrast.shape))
    size = tuple(max(1, round(side_px * scale)) for side_px in contrast.shape[::-1])
    small = np.asarray(cv2.resize(contrast, size, interpolation=cv2.INTER_AREA), np.float32)
    light = None if paper is None else cv2.resize(paper, size)
    is_dark = small > threshold * max(scale, 1 / 2)  # thin lines are paler when reduced
    levels = np.zeros(contrast.shape, np.float32)  # of the ruled line that a pixel is on
    for x, y in _dark_lines(is_dark, light):
        level = _level(small, is_dark, x, y)
        if level:
            ends = [(int((x[end] + 0.5) / scale), int((y[end] + 0.5) / scale)) for end in (0, -1)]
            cv2.line(levels, ends[0], ends[1], level, max(2, round(3 / scale)))
    is_ruled: Mask = (levels > 0) & (contrast < MIN_CROSSING_CONTRAST * levels / max(scale, 1 / 2))
    return is_ruled


def _dark_lines(is_dark: Mask, paper: NDArray[Any] | None) -> Iterator[tuple[Indices, Indices]]:
    """Yield the pixels, x and y (P,), of lines that are dark all over the sheet."""
    step = ANGLE_STEP / max(is_dark.shape)
    tilt = round(np.deg2rad(MAX_TILT_DEGREES) / step) * step  # so that exactly level is included
    light = np.ones(is_dark.shape, np.uint8) if paper is None else paper
    least = 1 if paper is None else MIN_SHEET_LENGTH
    for is_turned in (False, True):
        dark, sheet = (is_dark.T, light.T) if is_turned else (is_dark, light)
        picture = np.ascontiguousarray(dark).view(np.uint8)
        votes = max(1, round(0.8 * MIN_DARK * least * picture.shape[1]))
        found = cv2.HoughLines(
            picture, 1, step, votes, min_theta=np.pi / 2 - tilt, max_theta=np.pi / 2 + tilt
        )
        if found is None:
            continue
        rho, theta = found.reshape(-1, found.shape[-1])[:MAX_LINES, :2, None].transpose(1, 0, 2)
        x = np.arange(picture.shape[1])
        y = np.rint((rho - x * np.cos(theta)) / np.sin(theta)).astype(int)  # (lines, columns)
        is_inside = (y >= 0) & (y < len(picture))
        is_long = is_inside.sum(axis=1) >= MIN_INSIDE_LENGTH * len(x)
        y, is_inside = y[is_long].clip(0, len(picture) - 1), is_inside[is_long]
        lights = np.where(is_inside, sheet[y, x], 0)
        lightest = int(SHEET_QUANTILE * len(x))
        sheet_light = np.partition(lights, lightest, axis=1)[:, lightest]
        is_sheet = is_inside & (lights >= MIN_SHEET_LIGHT * sheet_light[:, None])
        is_whole = (dark[y, x] & is_inside).sum(axis=1) >= MIN_DARK * is_inside.sum(axis=1)
        is_sheet |= is_whole[:, None] & is_inside
        n_sheet = is_sheet.sum(axis=1)
        is_long = n_sheet >= max(SEGMENTS, least * MIN_INSIDE_LENGTH * len(x))
        covered = (dark[y, x] & is_sheet).sum(axis=1) / np.maximum(n_sheet, 1)
        for line in np.flatnonzero(is_long & (covered >= MIN_DARK)):
            at = x[is_sheet[line]], y[line, is_sheet[line]]
            yield at[::-1] if is_turned else at


def _level(contrast: Ink, is_dark: Mask, x: Indices, y: Indices) -> float:
    """Return the contrast of a line (P,) that is about equally dark everywhere; otherwise 0.

    A line is surely ruled if it avoids the picture's middle, where its digit is, or is thin: most
    of its points have paper on both sides.
    """
    height_px, width_px = is_dark.shape
    from_middle = [np.abs(at / side - 0.5).min() for at, side in ((x, width_px), (y, height_px))]
    is_sure = max(from_middle) >= MIDDLE
    if not is_sure:
        distance_px = max(2, round(THIN_DISTANCE * max(is_dark.shape)))
        across_x, across_y = (0, distance_px) if np.ptp(x) > np.ptp(y) else (distance_px, 0)
        one, other = (
            is_dark[
                (y + sign * across_y).clip(0, height_px - 1),
                (x + sign * across_x).clip(0, width_px - 1),
            ]
            for sign in (-1, 1)
        )
        is_sure = (~one & ~other).mean() >= MIN_PAPER_BESIDE
    if not is_sure and is_dark[y, x].mean() < MIN_DARK_IN_MIDDLE:
        return 0
    starts = np.arange(SEGMENTS) * len(x) // SEGMENTS
    sums = np.add.reduceat(contrast[y, x], starts)
    levels = np.sort(sums / np.diff(starts, append=len(x)))
    level = float(levels[SEGMENTS // 2])
    least = MIN_OF_SEGMENT if is_sure else MIN_OF_SEGMENT_IN_MIDDLE
    return level if levels[1 if is_sure else 0] >= least * level else 0


def is_straight_line(ink: Ink, usual_px: float) -> bool:
    """Return whether a component's ink (h, w) is a straight line longer than any stroke of a digit.

    Length and thickness are taken along the principal axes.

    Parameters
    ----------
    ink
        float32 (h, w), cropped to the component.
    usual_px
        The usual height of the components.
    """
    if max(ink.shape) < MIN_LEVEL_LENGTH * usual_px:
        return False
    points = np.argwhere(ink >= INK_LEVEL)[:, ::-1].astype(np.float32)
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    thickness_px, length_px = np.ptp(centred @ axes, axis=0) + 1
    is_level = abs(axes[0, 1]) > abs(axes[1, 1])
    least = (MIN_LEVEL_LENGTH if is_level else MIN_UPRIGHT_LENGTH) * usual_px
    most = min(MAX_SLENDERNESS * length_px, MAX_THICKNESS * usual_px)
    return bool(length_px > least and thickness_px < most)


def are_frames(boxes: Boxes) -> Mask:
    """Return which boxes (N, 4) surround several others, like tables; a 0 surrounds one, its slash.

    Parameters
    ----------
    boxes
        left, top, right and bottom of components.
    """
    left, top, right, bottom = boxes.T
    heights = bottom - top
    is_frame = np.zeros(len(boxes), bool)
    for number in np.argsort(heights)[-MAX_FRAMES:].tolist():
        is_inside = (left > left[number]) & (right < right[number])
        is_inside &= (top > top[number]) & (bottom < bottom[number])
        inside = heights[is_inside & (heights > MIN_FRAMED * heights[number])]
        is_frame[number] = len(inside) > 1 and inside.sum() > MAX_FRAMED * heights[number]
    return is_frame
