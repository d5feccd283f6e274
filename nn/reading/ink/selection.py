"""Which dark parts of a photograph are writing, and which of them the digit in the middle."""

import cv2
import numpy as np

from nn.reading.ink.components import LEAST_SIDE, Mask, Numbers, Parts
from nn.reading.mnist_format import Ink

PALEST = 0.45  # of the usual contrast of parts: a paler one is a smudge, a trace of erased pencil
BROADEST = 3.0  # of the usual width of lines: a broader part is a shadow, a stain, a fold
SLIMMEST = 0.6  # of the usual width: a straight line that is slimmer is not the pen's
RIM = 1 / 6  # of a side: what the edge cuts and lies in that frame is of something else
IN_RIM = 0.1  # of such a part that may be within the frame
SLIM = 7  # times as long as wide is a line
ONE_LINE = 1.3  # times its length and width is the area of a line with nothing on it
SPARSE = 0.08  # of its box that a corner of two lines covers, at most
LONG = 1 / 4  # of the longer side: an outline, which an upright 1 may be like, is longer
BLOT = 1.0  # widths of a line from the rim of what is dark to its middle: no line is so thick
MOSTLY = 0.6  # of a part that lies by a rule if it is that rule's fringe
BY_RULE_PX = 3  # how far from a rule its own fringe may be
CUT = 0.3  # how much a part counts for that the edge cuts
NEAR = 1 / 4  # of the digit's longer side: how far a stroke may be from the rest of its digit
LIKE = 0.6  # least ratio of the contrasts, or the widths, of a digit's strokes
LEAST_STROKE = 0.03  # of the digit's area
STROKE = 1 / 10  # of the shorter side: a line's middle is not farther from its rim
FAINT, FULL = 0.3, 0.7  # of the contrast in the middle of a line: where ink begins, and is full


def find_blots(is_dark: Mask, parts: Parts) -> Mask:
    """Return the pixels (H, W) of what is far thicker than the lines and touches the edge.

    A table is, and the dark outside of a turned picture; the lines are those of ``parts``.
    """
    blots = np.zeros(is_dark.shape, np.uint8)
    if not len(parts.areas):
        return blots > 0
    line_px = _weighted_median(parts.widths, parts.weights)
    depth = cv2.distanceTransform(is_dark.astype(np.uint8), cv2.DIST_L2, 3)
    side_px = 2 * round(1.5 * line_px) + 1
    core = (depth > BLOT * line_px).astype(np.uint8)
    _, labels = cv2.connectedComponents(cv2.dilate(core, np.ones((side_px, side_px), np.uint8)))
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    is_blot: Mask = np.isin(labels, edges[edges > 0])
    return is_blot


def are_ink(parts: Parts, is_rule: Mask) -> Mask:
    """Return which parts (P,) may be writing: neither specks nor smudges, nor edges nor rules."""
    shorter_px = min(parts.labels.shape)
    is_ink = parts.sides_px.max(axis=1) >= LEAST_SIDE * shorter_px
    is_ink &= ~(parts.are_at_edge & (_are_in_rim(parts) | _are_lines(parts)))
    is_ink &= ~_are_fringes(parts, is_rule) & ~_are_outlines(parts)
    if is_ink.any():
        weights = parts.weights[is_ink]
        usual_level, usual_width = (
            _weighted_median(of[is_ink], weights) for of in (parts.levels, parts.widths)
        )
        is_ink &= (parts.levels >= PALEST * usual_level) & (parts.widths <= BROADEST * usual_width)
        is_ink &= ~_are_lines(parts) | (parts.widths >= SLIMMEST * usual_width)
    return np.asarray(is_ink, np.bool_)


def _are_in_rim(parts: Parts) -> Mask:
    """Return which parts (P,) lie, nearly all of them, along the picture's edges."""
    rows_px, columns_px = (round(RIM * side_px) for side_px in parts.labels.shape)
    inner = parts.labels[rows_px : len(parts.labels) - rows_px, columns_px : -columns_px or None]
    n_inner = np.bincount(inner.ravel(), minlength=len(parts.areas) + 1)[1:]
    return np.asarray(n_inner < IN_RIM * parts.areas, np.bool_)


def _are_lines(parts: Parts) -> Mask:
    """Return which parts (P,) are one level or upright line, or two that meet."""
    covered = parts.areas / parts.sides_px.prod(axis=1)
    longer_px, shorter_px = parts.sides_px.max(axis=1), parts.sides_px.min(axis=1)
    is_one = parts.areas < ONE_LINE * longer_px * parts.widths
    is_slim = is_one & (longer_px > SLIM * shorter_px)
    is_line: Mask = is_slim | (covered < SPARSE)
    return is_line


def _are_outlines(parts: Parts) -> Mask:
    """Return which parts (P,) are lines as long as a sheet's edges, or those of a box on it."""
    width_px, height_px = parts.sides_px.T
    is_long = np.maximum(width_px, height_px) > LONG * max(parts.labels.shape)
    is_outline: Mask = is_long & _are_lines(parts) & (height_px < SLIM * width_px)
    return is_outline


def _are_fringes(parts: Parts, is_rule: Mask) -> Mask:
    """Return which parts (P,) are for the most part just by a rule: what was left of it."""
    side_px = 2 * BY_RULE_PX + 1
    by_rule = cv2.dilate(is_rule.astype(np.uint8), np.ones((side_px, side_px), np.uint8))
    n_by_rule = np.bincount(parts.labels[by_rule > 0], minlength=len(parts.areas) + 1)[1:]
    return np.asarray(n_by_rule > MOSTLY * parts.areas, np.bool_)


def digit_in_the_middle(parts: Parts, is_ink: Mask) -> Mask:
    """Return which of the parts that are ink (P,) make the one digit that the picture is of.

    The heaviest part that is not too far from the middle, and what is near it and about as dark.
    """
    if not is_ink.any():
        return is_ink
    is_cut = parts.are_at_edge
    weights = parts.areas * parts.levels * parts.centrality * np.where(is_cut, CUT, 1)
    main = int(np.argmax(np.where(is_ink, weights, -1)))
    left, top, right, bottom = parts.boxes[main]
    gaps_x = np.maximum(left - parts.boxes[:, 2], parts.boxes[:, 0] - right)
    gaps_y = np.maximum(top - parts.boxes[:, 3], parts.boxes[:, 1] - bottom)
    reach = np.where(is_cut, parts.widths[main], NEAR * max(right - left, bottom - top))
    is_near = np.maximum(gaps_x, gaps_y) < reach
    alike = np.minimum(parts.levels / parts.levels[main], parts.levels[main] / parts.levels)
    is_like = alike >= LIKE
    is_stroke = parts.areas >= LEAST_STROKE * parts.areas[main]
    is_stroke &= ~is_cut | (parts.widths >= LIKE * parts.widths[main])
    chosen: Mask = is_ink & is_near & is_like & is_stroke
    chosen[main] = True
    return chosen


def ink_of(parts: Parts, is_chosen: Mask, contrast: Ink) -> Ink:
    """Return the ink (H, W) in 0..1 of some parts, each line full in its middle however pale."""
    chosen = np.where(parts.pixels(is_chosen), contrast, np.float32(0))
    side_px = round(STROKE * min(contrast.shape)) | 1
    levels = np.rint(255 * chosen).astype(np.uint8)
    middle = cv2.dilate(levels, np.ones((side_px, side_px), np.uint8))
    middle = cv2.blur(middle, (side_px, side_px)).astype(np.float32) / 255
    ink: Ink = np.clip((chosen / np.maximum(middle, 1 / 255) - FAINT) / (FULL - FAINT), 0, 1)
    return ink


def _weighted_median(values: Numbers, weights: Numbers) -> float:
    """Return the value that half of the weight does not exceed."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
