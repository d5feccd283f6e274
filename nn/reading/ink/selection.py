"""Which components of a photograph are writing, and which of them the digit in its middle."""

from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.ink.components import SPECK_SIDE, Components, Floats, weighted_median
from nn.reading.mnist_format import Ink, Mask

PALEST = 0.5  # of the usual contrast: paler is a smudge or a trace of erased pencil
PALEST_IN_SHADOW = 0.75  # the same where a shadow may be: along a step of the light, or a trail
TRAIL = 2.5  # longer side of a trail over the usual one: an arm's shadow is longer than digits
WINDING = 1.6  # length of a trail's line over its longer side: a row of touching digits has more
SLIMMEST = 0.6  # of the usual line width: a straight line that is thinner is not the pen's
RIM = 1 / 6  # of a side: components at the edge that stay in that frame are of something else
IN_RIM = 0.1  # share of such a component that may be inside the frame
SLIM = 7  # length over width of a line
ONE_LINE = 1.3  # area of a line over its length times its width
SPARSE = 0.08  # most of its box that a corner of two lines covers
LONG = 1 / 4  # of the longer side: the shortest outline of a sheet or a box
BLOB = 1.0  # line widths from the rim of a blob to its middle: no line is as thick
MOSTLY = 0.6  # share of a component near a ruled line, if it is a remainder of that line
NEAR_RULED_PX = 3  # distance that counts as near
NEAR = 1 / 4  # of the digit's longer side: most from a stroke to the rest of its digit
STROKE = 1 / 10  # of the shorter side: most from a line's rim to its middle
DOT, DOT_LEVEL = 0.5, 0.7  # shorter side over the usual line width, and least contrast, of a point
DOT_REACH = 0.5  # distance from it to a digit, over the digit's longer side
MAX_DOTS = 20  # of a sheet: more are dirt
FAINT, FULL = 0.3, 0.7  # of the contrast in the middle of a line: where ink is 0, and 1


def find_border_blobs(is_dark: Mask, components: Components) -> Mask:
    """Return the pixels (H, W) of what touches the edge and is far thicker than the lines.

    A table is, and the dark area outside of a turned picture; the lines are ``components``.
    """
    blobs = np.zeros(is_dark.shape, bool)
    if not len(components.areas):
        return blobs
    line_px = weighted_median(components.line_widths_px, components.weights)
    depth = cv2.distanceTransform(is_dark.view(np.uint8), cv2.DIST_L2, 3)
    core = (depth > BLOB * line_px).view(np.uint8)
    side_px = 2 * round(1.5 * line_px) + 1
    _, labels = cv2.connectedComponents(cv2.dilate(core, np.ones((side_px, side_px), np.uint8)))
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    is_blob: Mask = np.isin(labels, edges[edges > 0])
    return is_blob


@dataclass(frozen=True)
class Selection:
    """What each of the P components of a photograph is taken for; none for more than one thing.

    Attributes
    ----------
    is_ink
        (P,): writing.
    is_cut
        (P,): goes on beyond the picture's edge.
    is_line
        (P,): a line, an outline, or the remainder of a ruled line.
    is_faint
        (P,): a smudge, or a trace of erased pencil.
    """

    is_ink: Mask
    is_cut: Mask
    is_line: Mask
    is_faint: Mask


def select_ink(
    components: Components, is_ruled: Mask, at_step: Mask, is_rejected: Mask | None = None
) -> Selection:
    """Return which components (P,) may be writing, and what the others are taken for.

    Writing is what is no speck, is not cut by the edge, is no outline, no smudge, no remainder of
    ruled lines (H, W), and no piece of a line in what was rejected at a lower threshold (H, W).
    """
    is_speck = _are_specks(components)
    is_ink = ~is_speck
    is_slim = are_lines(components)
    is_line = _are_remainders(components, is_ruled) | _are_outlines(components)
    is_line |= components.are_at_edge & is_slim
    if is_rejected is not None:
        is_line |= are_mostly_in(components, is_rejected) & _are_winding(components)
    is_at_step = are_mostly_in(components, at_step)
    is_line |= is_at_step & is_slim
    is_cut = components.are_at_edge & _are_in_rim(components) & ~is_line
    is_faint = np.zeros_like(is_ink)
    is_ink &= ~is_cut & ~is_line
    if is_ink.any():
        weights = components.weights[is_ink] * components.levels[is_ink] ** 2
        usual_level, usual_px = (
            weighted_median(of[is_ink], weights)
            for of in (components.levels, components.line_widths_px)
        )
        is_shadow = is_at_step | _are_trails(components, is_ink)
        palest = np.where(is_shadow, PALEST_IN_SHADOW, PALEST) * usual_level
        is_pale = is_ink & (components.levels < palest)
        is_line |= is_pale & is_shadow
        is_faint = is_pale & ~is_shadow
        is_not_pen = is_slim & (components.line_widths_px < SLIMMEST * usual_px)
        is_line |= is_ink & is_not_pen & ~is_faint
        is_ink &= ~is_faint & ~is_line
        is_dot = is_speck & (components.levels >= DOT_LEVEL * usual_level)
        is_dot &= components.sides_px.min(axis=1) >= DOT * usual_px
        is_ink |= _are_near_dots(components, is_dot & ~is_line & ~is_cut, is_ink)
    return Selection(is_ink, is_cut, is_line, is_faint)


def _are_specks(components: Components) -> Mask:
    """Return which components (P,) are too small for strokes of digits."""
    least_px = SPECK_SIDE * min(components.labels.shape)
    return np.asarray(components.sides_px.max(axis=1) < least_px, np.bool_)


def _are_near_dots(components: Components, is_dot: Mask, is_ink: Mask) -> Mask:
    """Return which dots (P,) are near ink, as decimal points are; none where there are many."""
    if not 0 < is_dot.sum() <= MAX_DOTS:
        return np.zeros_like(is_dot)
    reach_px = DOT_REACH * components.sides_px[is_ink].max(axis=1)
    return is_dot & are_near(components, is_ink, reach_px)


def _are_in_rim(components: Components) -> Mask:
    """Return which components (P,) lie almost wholly along the picture's edges."""
    labels = components.labels
    rows_px, columns_px = (round(RIM * side_px) for side_px in labels.shape)
    inner = labels[rows_px : len(labels) - rows_px, columns_px : -columns_px or None]
    n_inner = np.bincount(inner.ravel(), minlength=len(components.areas) + 1)[1:]
    return np.asarray(n_inner < IN_RIM * components.areas, np.bool_)


def are_lines(components: Components) -> Mask:
    """Return which components (P,) are one level or upright line, or two that meet."""
    covered = components.areas / components.sides_px.prod(axis=1)
    longer_px, shorter_px = components.sides_px.max(axis=1), components.sides_px.min(axis=1)
    is_one = components.areas < ONE_LINE * longer_px * components.line_widths_px
    is_slim = is_one & (longer_px > SLIM * shorter_px)
    is_line: Mask = is_slim | (covered < SPARSE)
    return is_line


def _are_trails(components: Components, is_ink: Mask) -> Mask:
    """Return which components (P,) are one line, straight or winding, much longer than the ink."""
    longer_px = components.sides_px.max(axis=1)
    is_long = longer_px > TRAIL * np.median(longer_px[is_ink])
    return np.asarray(_are_winding(components) & is_long, np.bool_)


def _are_winding(components: Components) -> Mask:
    """Return which components (P,) are one line, straight or winding."""
    longer_px = components.sides_px.max(axis=1)
    is_winding = components.areas < WINDING * longer_px * components.line_widths_px
    return np.asarray(is_winding, np.bool_)


def _are_outlines(components: Components) -> Mask:
    """Return which components (P,) are lines as long as a sheet's edges; an upright 1 is not."""
    width_px, height_px = components.sides_px.T
    is_long = np.maximum(width_px, height_px) > LONG * max(components.labels.shape)
    is_outline: Mask = is_long & are_lines(components) & (height_px < SLIM * width_px)
    return is_outline


def _are_remainders(components: Components, is_ruled: Mask) -> Mask:
    """Return which components (P,) are straight and near a ruled line: what its removal left."""
    side_px = 2 * NEAR_RULED_PX + 1
    is_near = cv2.dilate(is_ruled.view(np.uint8), np.ones((side_px, side_px), np.uint8)) > 0
    longer_px = components.sides_px.max(axis=1)
    is_straight = components.areas < ONE_LINE * longer_px * components.line_widths_px
    is_remainder: Mask = are_mostly_in(components, is_near) & is_straight
    return is_remainder


def are_mostly_in(components: Components, region: Mask) -> Mask:
    """Return which components (P,) have most of their pixels in a region (H, W)."""
    n_inside = np.bincount(components.labels[region], minlength=len(components.areas) + 1)[1:]
    return np.asarray(n_inside > MOSTLY * components.areas, np.bool_)


def select_digit(components: Components, is_ink: Mask) -> Mask:
    """Return which of the components that are ink (P,) form the one digit of the picture.

    The heaviest component that is not too far from the middle, and what is near it.
    """
    if not is_ink.any():
        return is_ink
    boxes = components.boxes
    weights = components.areas * components.levels * components.centrality
    main = int(np.argmax(np.where(is_ink, weights, -1)))
    left, top, right, bottom = boxes[main]
    gaps_x = np.maximum(left - boxes[:, 2], boxes[:, 0] - right)
    gaps_y = np.maximum(top - boxes[:, 3], boxes[:, 1] - bottom)
    near_px = NEAR * max(right - left, bottom - top)
    reach_px = np.where(components.are_at_edge, components.line_widths_px[main], near_px)
    is_chosen: Mask = is_ink & (np.maximum(gaps_x, gaps_y) < reach_px) & ~_are_specks(components)
    is_chosen[main] = True
    return is_chosen


def render_ink(components: Components, is_chosen: Mask, contrast: Ink) -> Ink:
    """Return the ink (H, W) in 0..1 of the chosen components, 1 in each line's middle."""
    chosen = np.where(components.pixels(is_chosen), contrast, np.float32(0))
    side_px = round(STROKE * min(contrast.shape)) | 1
    levels = np.rint(255 * chosen).astype(np.uint8)
    middle = cv2.dilate(levels, np.ones((side_px, side_px), np.uint8))
    middle = cv2.blur(middle, (side_px, side_px)).astype(np.float32) / 255
    ink: Ink = np.clip((chosen / np.maximum(middle, 1 / 255) - FAINT) / (FULL - FAINT), 0, 1)
    return ink


def are_in_rows(components: Components, is_ink: Mask) -> Mask:
    """Return which components (P,) have their middle at the height of one that is ink (P,)."""
    tops, bottoms = components.boxes[is_ink, 1], components.boxes[is_ink, 3]
    middles = (components.boxes[:, 1] + components.boxes[:, 3])[:, None] / 2
    return np.asarray(((tops < middles) & (middles < bottoms)).any(axis=1), np.bool_)


def are_near(components: Components, is_ink: Mask, reach_px: float | Floats) -> Mask:
    """Return which components (P,) are at most so far from one that is ink (P,).

    The reach is the same around all ink, or of each of the components that are ink.
    """
    gaps_x, gaps_y = _gaps(components, is_ink)
    return np.asarray((np.maximum(gaps_x, gaps_y) <= reach_px).any(axis=1), np.bool_)


def are_between(components: Components, is_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) have ink (P,) closely above and closely below them."""
    gaps_x, gaps_y = _gaps(components, is_ink)
    is_close = (gaps_x <= 0) & (gaps_y <= reach_px)
    middles = (components.boxes[:, 1] + components.boxes[:, 3]) / 2
    is_above = middles[is_ink] < middles[:, None]
    has_above, has_below = (is_close & is_above).any(axis=1), (is_close & ~is_above).any(axis=1)
    return np.asarray(has_above & has_below, np.bool_)


def _gaps(components: Components, is_ink: Mask) -> tuple[Floats, Floats]:
    """Return the gaps across and down, in pixels, of components to those that are ink (P, I)."""
    boxes, ink = components.boxes[:, None], components.boxes[is_ink]
    gaps = np.maximum(boxes[..., :2] - ink[:, 2:], ink[:, :2] - boxes[..., 2:]).clip(0)
    return gaps[..., 0].astype(np.float64), gaps[..., 1].astype(np.float64)
