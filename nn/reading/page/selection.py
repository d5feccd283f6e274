"""Which components of a photograph are writing, and which of them the digit in its middle."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import MAX_SPECK, Components, Floats, weighted_median

Gaps = NDArray[np.int32]

MIN_CONTRAST_RATIO = 0.5  # over the usual contrast: a smudge or erased pencil is paler
MIN_CONTRAST_RATIO_IN_SHADOW = 0.75  # the same along a step of the light, or in a trail
MIN_TRAIL_LENGTH = 2.5  # over the usual longer side: an arm's shadow is longer than digits
MAX_TRAIL_WINDING = 1.6  # length of its line over its longer side: touching digits have more
MIN_LINE_WIDTH = 0.6  # over the usual width: a thinner straight line is not the pen's
RIM_WIDTH = 1 / 6  # of a side: components that stay in it are not writing
MAX_INSIDE_RIM = 0.1  # share of such a component that is inside the frame
MIN_SLENDERNESS = 7  # length over width of a line
MAX_LINE_AREA = 1.3  # over its length times its width
MAX_CORNER_AREA = 0.08  # of a corner of two lines, over its box
MIN_OUTLINE_LENGTH = 1 / 4  # of a sheet or a box, over the longer side
MIN_BLOB_DEPTH = 1.0  # from the rim of a blob to its middle, in line widths
MIN_NEAR_RULED = 0.6  # share near a ruled line of a component that is a remainder of it
NEAR_RULED_PX = 3  # distance that counts as near
MAX_STROKE_DISTANCE = 1 / 4  # from a stroke to its digit, over the digit's longer side
MAX_STROKE_DEPTH = 1 / 10  # from a line's rim to its middle, over the shorter side
MIN_DOT_WIDTH = 0.5  # shorter side of a point, over the usual line width
MIN_DOT_CONTRAST = 0.7  # over the usual contrast
MAX_DOT_DISTANCE = 0.5  # from a point to a digit, over the digit's longer side
MAX_DOTS = 20  # of a sheet: more are dirt
ZERO_INK, FULL_INK = 0.3, 0.7  # of the contrast in the middle of a line: where ink is 0, and 1


def find_border_blobs(is_dark: Mask, components: Components) -> Mask:
    """Return the pixels (H, W) of dark areas at the edge that are far thicker than a line.

    These are a table, or the corners of a picture that was turned. ``components`` has the lines.
    """
    blobs = np.zeros(is_dark.shape, bool)
    if not len(components.areas):
        return blobs
    line_px = weighted_median(components.line_widths_px, components.weights)
    depth = cv2.distanceTransform(is_dark.view(np.uint8), cv2.DIST_L2, 3)
    core = (depth > MIN_BLOB_DEPTH * line_px).view(np.uint8)
    side_px = 2 * round(1.5 * line_px) + 1
    _, labels = cv2.connectedComponents(cv2.dilate(core, np.ones((side_px, side_px), np.uint8)))
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    is_blob: Mask = np.isin(labels, edges[edges > 0])
    return is_blob


@dataclass(frozen=True)
class Selection:
    """What each of the P components of a photograph is taken for: at most one of these.

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

    Not writing are, in this order: specks, lines along the edge or a step of the light, outlines,
    remainders of ruled lines (H, W), lines in what was rejected at a lower threshold (H, W), what
    the edge cuts, shadows, smudges, and lines thinner than the pen. Points near writing are.
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
        palest = np.where(is_shadow, MIN_CONTRAST_RATIO_IN_SHADOW, MIN_CONTRAST_RATIO) * usual_level
        is_pale = is_ink & (components.levels < palest)
        is_line |= is_pale & is_shadow
        is_faint = is_pale & ~is_shadow
        is_not_pen = is_slim & (components.line_widths_px < MIN_LINE_WIDTH * usual_px)
        is_line |= is_ink & is_not_pen & ~is_faint
        is_ink &= ~is_faint & ~is_line
        is_dot = is_speck & (components.levels >= MIN_DOT_CONTRAST * usual_level)
        is_dot &= components.sides_px.min(axis=1) >= MIN_DOT_WIDTH * usual_px
        is_ink |= _are_near_dots(components, is_dot & ~is_line & ~is_cut, is_ink)
    return Selection(is_ink, is_cut, is_line, is_faint)


def _are_specks(components: Components) -> Mask:
    """Return which components (P,) are too small for strokes of digits."""
    least_px = MAX_SPECK * min(components.labels.shape)
    return np.asarray(components.sides_px.max(axis=1) < least_px, np.bool_)


def _are_near_dots(components: Components, is_dot: Mask, is_ink: Mask) -> Mask:
    """Return which dots (P,) are near ink, like decimal points; none where there are many."""
    if not 0 < is_dot.sum() <= MAX_DOTS:
        return np.zeros_like(is_dot)
    reach_px = MAX_DOT_DISTANCE * components.sides_px[is_ink].max(axis=1)
    return is_dot & are_near(components, is_ink, reach_px)


def _are_in_rim(components: Components) -> Mask:
    """Return which components (P,) lie almost wholly along the picture's edges."""
    labels = components.labels
    rows_px, columns_px = (round(RIM_WIDTH * side_px) for side_px in labels.shape)
    inner = labels[rows_px : len(labels) - rows_px, columns_px : -columns_px or None]
    n_inner = np.bincount(inner.ravel(), minlength=len(components.areas) + 1)[1:]
    return np.asarray(n_inner < MAX_INSIDE_RIM * components.areas, np.bool_)


def are_lines(components: Components) -> Mask:
    """Return which components (P,) are one level or upright line, or two that meet."""
    covered = components.areas / components.sides_px.prod(axis=1)
    longer_px, shorter_px = components.sides_px.max(axis=1), components.sides_px.min(axis=1)
    is_one = components.areas < MAX_LINE_AREA * longer_px * components.line_widths_px
    is_slim = is_one & (longer_px > MIN_SLENDERNESS * shorter_px)
    is_line: Mask = is_slim | (covered < MAX_CORNER_AREA)
    return is_line


def _are_trails(components: Components, is_ink: Mask) -> Mask:
    """Return which components (P,) are one line, straight or winding, much longer than the ink."""
    longer_px = components.sides_px.max(axis=1)
    is_long = longer_px > MIN_TRAIL_LENGTH * np.median(longer_px[is_ink])
    return np.asarray(_are_winding(components) & is_long, np.bool_)


def _are_winding(components: Components) -> Mask:
    """Return which components (P,) are one line, straight or winding."""
    longer_px = components.sides_px.max(axis=1)
    is_winding = components.areas < MAX_TRAIL_WINDING * longer_px * components.line_widths_px
    return np.asarray(is_winding, np.bool_)


def _are_outlines(components: Components) -> Mask:
    """Return which components (P,) are lines as long as a sheet's edges, but for an upright 1."""
    width_px, height_px = components.sides_px.T
    is_long = np.maximum(width_px, height_px) > MIN_OUTLINE_LENGTH * max(components.labels.shape)
    is_outline: Mask = is_long & are_lines(components) & (height_px < MIN_SLENDERNESS * width_px)
    return is_outline


def _are_remainders(components: Components, is_ruled: Mask) -> Mask:
    """Return which components (P,) are straight and near a ruled line: remainders of it."""
    side_px = 2 * NEAR_RULED_PX + 1
    is_near = cv2.dilate(is_ruled.view(np.uint8), np.ones((side_px, side_px), np.uint8)) > 0
    longer_px = components.sides_px.max(axis=1)
    is_straight = components.areas < MAX_LINE_AREA * longer_px * components.line_widths_px
    is_remainder: Mask = are_mostly_in(components, is_near) & is_straight
    return is_remainder


def are_mostly_in(components: Components, region: Mask) -> Mask:
    """Return which components (P,) have most of their pixels in a region (H, W)."""
    n_inside = np.bincount(components.labels[region], minlength=len(components.areas) + 1)[1:]
    return np.asarray(n_inside > MIN_NEAR_RULED * components.areas, np.bool_)


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
    near_px = MAX_STROKE_DISTANCE * max(right - left, bottom - top)
    reach_px = np.where(components.are_at_edge, components.line_widths_px[main], near_px)
    is_chosen: Mask = is_ink & (np.maximum(gaps_x, gaps_y) < reach_px) & ~_are_specks(components)
    is_chosen[main] = True
    return is_chosen


def render_ink(components: Components, is_chosen: Mask, contrast: Ink) -> Ink:
    """Return the ink (H, W) in 0..1 of the chosen components, 1 in each line's middle."""
    chosen = np.where(components.pixels(is_chosen), contrast, np.float32(0))
    side_px = round(MAX_STROKE_DEPTH * min(contrast.shape)) | 1
    levels = np.rint(255 * chosen).astype(np.uint8)
    middle = cv2.dilate(levels, np.ones((side_px, side_px), np.uint8))
    middle = cv2.blur(middle, (side_px, side_px)).astype(np.float32) / 255
    share = chosen / np.maximum(middle, 1 / 255)
    ink: Ink = np.clip((share - ZERO_INK) / (FULL_INK - ZERO_INK), 0, 1)
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


def are_at_foot(components: Components, is_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) are beside one that is ink (P,), in its lowest third or below.

    There stand points and commas. They are at most so far from it, and from its foot.
    """
    gaps_x, _ = _gaps(components, is_ink)
    tops, feet = components.boxes[is_ink, 1], components.boxes[is_ink, 3]
    middles = (components.boxes[:, 1] + components.boxes[:, 3])[:, None] / 2
    is_low = (middles > feet - (feet - tops) / 3) & (middles < feet + reach_px)
    return np.asarray((is_low & (gaps_x > 0) & (gaps_x <= reach_px)).any(axis=1), np.bool_)


def are_between(components: Components, is_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) have ink (P,) closely above and closely below them."""
    gaps_x, gaps_y = _gaps(components, is_ink)
    is_close = (gaps_x <= 0) & (gaps_y <= reach_px)
    middles = (components.boxes[:, 1] + components.boxes[:, 3]) / 2
    is_above = middles[is_ink] < middles[:, None]
    has_above, has_below = (is_close & is_above).any(axis=1), (is_close & ~is_above).any(axis=1)
    return np.asarray(has_above & has_below, np.bool_)


def _gaps(components: Components, is_ink: Mask) -> tuple[Gaps, Gaps]:
    """Return the gaps across and down, in pixels, of components to those that are ink (P, I).

    In four bytes each: a picture full of strokes has a million of them.
    """
    boxes = components.boxes.astype(np.int32)
    left, top, right, bottom = boxes.T[..., None]
    of_ink = boxes[is_ink].T
    gaps_x = np.maximum(left - of_ink[2], of_ink[0] - right).clip(0)
    gaps_y = np.maximum(top - of_ink[3], of_ink[1] - bottom).clip(0)
    return gaps_x, gaps_y
