"""Which components of a photograph are writing, and which of them are the digit in its middle."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import Components, are_near, weighted_median

MIN_COMPONENT_CONTRAST = 0.5  # over the usual contrast: a smudge or erased pencil is paler
MIN_CONTRAST_IN_SHADOW = 0.75  # the same along a step of the light, or in a trail
MIN_TRAIL_LENGTH = 2.5  # over the usual longer side: an arm's shadow is longer than digits
MAX_WINDING = 1.6  # length of one line over its longer side: touching digits have more
RIM_WIDTH = 1 / 6  # of a side: components that stay in it are not writing
MAX_INSIDE_RIM = 0.1  # share of such a component that is inside the frame
MIN_SLENDERNESS = 7  # length over width of a line
MAX_LINE_AREA = 1.3  # over its length times its width
MAX_CORNER_AREA = 0.08  # of a corner of two lines, over its box
MIN_OUTLINE_LENGTH = 1 / 4  # of a sheet or a box, over the longer side
MIN_BLOB_DEPTH = 1.0  # from the rim of a blob to its middle, in line widths
NEAR_RULED_PX = 3  # distance from a ruled line that counts as near
MIN_DOT_WIDTH = 0.5  # shorter side of a point, over the usual line width
MIN_DOT_CONTRAST = 0.7  # over the usual contrast
MAX_DOT_DISTANCE = 0.5  # from a point to a digit, over the digit's longer side
MAX_DOTS = 20  # of a sheet: more are dirt
MAX_HEIGHT_AT_EDGE = 2.5  # of a digit that reaches the edge, over the others' median

# Relative to the usual component of ink:
MIN_SIZE, MAX_SIZE = 0.6, 2.5  # longer side of what has a digit's size
MIN_LINE_WIDTH, MAX_LINE_WIDTH = 0.6, 2.0  # of its lines
MIN_INK_CONTRAST = 0.6  # of a line that may be a 1, or of ink in a shadow
INK_CONTRASTS = 0.75, 1.4  # lowest and highest of the same ink: borders are paler or darker

# Of the one digit:
MAX_STROKE_DISTANCE = 1 / 4  # from a stroke to its digit, over the digit's longer side
MAX_STROKE_DEPTH = 1 / 10  # from a line's rim to its middle, over the shorter side
ZERO_INK, FULL_INK = 0.3, 0.7  # of the contrast in the middle of a line: where ink is 0, and 1


class TakenFor(IntEnum):
    """What a component of a photograph is taken for."""

    WRITING = 0
    SPECK = 1
    LINE = 2  # a line, an outline, a shadow, or the remainder of a ruled line
    CUT = 3  # goes on beyond the picture's edge
    FAINT = 4  # a smudge, or a trace of erased pencil


@dataclass(frozen=True)
class Usual:
    """The usual component of ink: its longer side and line width in pixels, and its contrast."""

    side_px: float
    line_px: float
    level: float


@dataclass(frozen=True)
class Writing:
    """The components of a photograph and, as one more column, what each is taken for.

    Attributes
    ----------
    components
        All of what is dark.
    taken_for
        int8 (P,): a ``TakenFor`` of each.
    """

    components: Components
    taken_for: NDArray[np.int8]

    @cached_property
    def is_ink(self) -> Mask:
        """Which components (P,) are writing."""
        return np.asarray(self.taken_for == TakenFor.WRITING, np.bool_)

    @cached_property
    def usual(self) -> Usual:
        """The usual component of ink, of which there must be at least one."""
        return usual_of(self.components, self.is_ink)

    @cached_property
    def are_oversized(self) -> Mask:
        """Which components of ink (P,) touch the edge and are far too high.

        These are shadows; digits that a shadow touches are not read.
        """
        at_edge, heights_px = self.components.are_at_edge, self.components.heights_px
        is_inner = self.is_ink & ~at_edge
        if not is_inner.any():
            return np.zeros_like(self.is_ink)
        is_high = heights_px > MAX_HEIGHT_AT_EDGE * np.median(heights_px[is_inner])
        return np.asarray(self.is_ink & at_edge & is_high, np.bool_)

    @property
    def are_rejected(self) -> Mask:
        """Which components (P,) are lines, specks, faint or oversized; not what the edge cuts."""
        is_other = ~self.is_ink & (self.taken_for != TakenFor.CUT)
        return np.asarray(is_other | self.are_oversized, np.bool_)


def find_writing(
    components: Components, is_ruled: Mask, is_step: Mask, is_rejected: Mask | None = None
) -> Writing:
    """Return what each component of a photograph is taken for.

    Not writing are, in this order: lines along the edge or a step of the light, outlines,
    remainders of ruled lines, lines in what was rejected before, what the edge cuts, specks,
    shadows, smudges, and lines thinner than the pen. Dots near writing are: they may be points.

    Parameters
    ----------
    components
        Of what is dark.
    is_ruled
        Which pixels (H, W) are on ruled lines.
    is_step
        Which pixels (H, W) are near a step in the light.
    is_rejected
        Which pixels (H, W) were rejected at a lower threshold.
    """
    at_edge, is_speck = components.are_at_edge, components.are_specks
    longer_px, shorter_px = components.longer_px, components.shorter_px
    width_px, height_px = components.sides_px.T
    is_slim, is_winding = are_lines(components), _are_winding(components)
    near = np.ones((2 * NEAR_RULED_PX + 1,) * 2, np.uint8)
    is_near_ruled = components.are_mostly_in(cv2.dilate(is_ruled.view(np.uint8), near) > 0)
    is_outline = is_slim & (longer_px > MIN_OUTLINE_LENGTH * max(components.labels.shape))
    is_outline &= height_px < MIN_SLENDERNESS * width_px  # others may be an upright 1
    is_at_step = components.are_mostly_in(is_step)

    is_line = (is_near_ruled & _are_straight(components)) | is_outline
    is_line |= (at_edge | is_at_step) & is_slim
    if is_rejected is not None:
        is_line |= components.are_mostly_in(is_rejected) & is_winding
    rows_px, columns_px = (round(RIM_WIDTH * side_px) for side_px in components.labels.shape)
    inner = np.s_[rows_px : len(components.labels) - rows_px, columns_px : -columns_px or None]
    is_in_rim = components.n_pixels_in(inner) < MAX_INSIDE_RIM * components.areas
    taken_for = np.select(
        [is_line, at_edge & is_in_rim, is_speck],
        [TakenFor.LINE, TakenFor.CUT, TakenFor.SPECK],
        TakenFor.WRITING,
    ).astype(np.int8)
    is_ink = taken_for == TakenFor.WRITING
    if not is_ink.any():
        return Writing(components, taken_for)

    weights = components.weights[is_ink] * components.levels[is_ink] ** 2
    usual_level = weighted_median(components.levels[is_ink], weights)
    usual_px = weighted_median(components.line_widths_px[is_ink], weights)
    is_trail = is_winding & (longer_px > MIN_TRAIL_LENGTH * np.median(longer_px[is_ink]))
    is_shadow = is_at_step | is_trail
    lowest = np.where(is_shadow, MIN_CONTRAST_IN_SHADOW, MIN_COMPONENT_CONTRAST) * usual_level
    is_pale = is_ink & (components.levels < lowest)
    is_thin = is_ink & is_slim & (components.line_widths_px < MIN_LINE_WIDTH * usual_px)
    taken_for[is_thin | is_pale] = TakenFor.LINE
    taken_for[is_pale & ~is_shadow] = TakenFor.FAINT
    is_dot = (taken_for == TakenFor.SPECK) & (shorter_px >= MIN_DOT_WIDTH * usual_px)
    is_dot &= components.levels >= MIN_DOT_CONTRAST * usual_level
    if 0 < is_dot.sum() <= MAX_DOTS:
        is_ink = taken_for == TakenFor.WRITING
        reach_px = MAX_DOT_DISTANCE * longer_px[is_ink]
        taken_for[is_dot & are_near(components, is_ink, reach_px)] = TakenFor.WRITING
    return Writing(components, taken_for)


def are_lines(components: Components) -> Mask:
    """Return which components (P,) are one level or upright line, or two that meet."""
    covered = components.areas / components.sides_px.prod(axis=1)
    is_slim = components.longer_px > MIN_SLENDERNESS * components.shorter_px
    is_line: Mask = (_are_straight(components) & is_slim) | (covered < MAX_CORNER_AREA)
    return is_line


def _are_straight(components: Components) -> Mask:
    most = MAX_LINE_AREA * components.longer_px * components.line_widths_px
    return np.asarray(components.areas < most, np.bool_)


def _are_winding(components: Components) -> Mask:
    """Return which components (P,) are one line, straight or winding."""
    most = MAX_WINDING * components.longer_px * components.line_widths_px
    return np.asarray(components.areas < most, np.bool_)


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


def usual_of(components: Components, is_ink: Mask) -> Usual:
    """Return the usual one of the components that are ink (P,), at least one."""
    measures = components.longer_px, components.line_widths_px, components.levels
    weights = components.weights[is_ink]
    return Usual(*(weighted_median(measure[is_ink], weights) for measure in measures))


def have_digit_size(components: Components, usual: Usual, thinnest: float = MIN_LINE_WIDTH) -> Mask:
    """Return which components (P,) have a digit's size, and lines of about the pen's width."""
    sides_px = components.longer_px / usual.side_px
    has_size: Mask = (sides_px >= MIN_SIZE) & (sides_px <= MAX_SIZE)
    return has_size & are_of_pen(components, usual, thinnest)


def are_of_pen(components: Components, usual: Usual, thinnest: float = MIN_LINE_WIDTH) -> Mask:
    """Return which components (P,) have lines of about the pen's width."""
    lines_px = components.line_widths_px / usual.line_px
    # The depth of a stroke along the edge is measured from one side alone.
    thickest_px = np.minimum(lines_px, components.shorter_px / usual.line_px)
    return np.asarray((lines_px >= thinnest) & (thickest_px <= MAX_LINE_WIDTH), np.bool_)


def are_of_same_ink(components: Components, usual: Usual) -> Mask:
    """Return which components (P,) have lines of about the pen's width and contrast."""
    levels = components.levels / usual.level
    is_same = (levels >= INK_CONTRASTS[0]) & (levels <= INK_CONTRASTS[1])
    return is_same & are_of_pen(components, usual)


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
    is_chosen: Mask = is_ink & (np.maximum(gaps_x, gaps_y) < reach_px) & ~components.are_specks
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
