"""The components of a photograph: which of them are writing, and why the others are not.

Of what has a digit's size and is no writing, the reason is said.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import (
    EDGE_PX,
    Components,
    Floats,
    are_cut,
    left_out_boxes,
    measure_components,
    weighted_median,
)
from nn.reading.reading import LeftOut

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
NEAR_RULED_PX = 3  # distance from a ruled line that counts as near
MIN_DOT_WIDTH = 0.5  # shorter side of a point, over the usual line width
MIN_DOT_CONTRAST = 0.7  # over the usual contrast
MAX_DOT_DISTANCE = 0.5  # from a point to a digit, over the digit's longer side
MAX_DOTS = 20  # of a sheet: more are dirt
OUTER_PART = 1 / 4  # of a side: ink that an edge of a photograph cuts has its middle there
MAX_HEIGHT_AT_EDGE = 2.5  # of a digit that reaches the edge, over the others' median

# Relative to the usual component of ink:
MIN_SIZE, MAX_SIZE = 0.6, 2.5  # longer side of what has a digit's size
MIN_LINE_WIDTH, MAX_LINE_WIDTH = 0.6, 2.0  # of its lines
MIN_INK_CONTRAST = 0.6  # of a line that may be a 1, or of ink in a shadow
INK_CONTRASTS = 0.75, 1.4  # lowest and highest of the same ink: borders are paler or darker
# The same, of what is left out:
MIN_PALE_WIDTH = 0.25  # of the lines of pale digits and marks: a pencil beside a broad marker
MIN_BENT_LENGTH = 1.2  # of the lines of a digit, over its longer side; a 1 is straight
MIN_BREADTH_AT_EDGE = 0.35  # shorter side of the visible part of a digit that the edge cuts
MIN_PIECE = 0.15  # longer side of a piece of a cut digit beside writing
MIN_LARGE_PIECE = 0.4  # longer side of such a piece in a cut line, above or below writing
MIN_SHADOW_WIDTH = 0.9  # of a band of shadow: rules and margins are narrower
MAX_HEIGHT = 1.3  # of a 1 at the edge, or of a pale digit: borders and shadows are higher
MAX_DISTANCE = 0.5  # from writing to a mark or a band of shadow
MAX_BAR_DISTANCE = 1.0  # from a fraction's bar to its numbers, or from a line to a cut one
MIN_PALE_CONTRAST = 1.4  # of a pale mark, over the threshold: grain is paler


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


def cut_ink_of_photograph(writing: Writing) -> list[LeftOut]:
    """Return the components of ink that an edge of a photograph cuts, with boxes in its pixels.

    A digit that fills its photograph may touch an edge, if its middle is not near it.
    """
    boxes, shape = writing.components.boxes[writing.is_ink], writing.components.labels.shape
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 / shape[::-1]
    is_outer = np.abs(middles - 1 / 2) > 1 / 2 - OUTER_PART
    is_cut = (are_cut(boxes, shape, EDGE_PX) & np.tile(is_outer, 2)).any(axis=1)
    return left_out_boxes(boxes[is_cut], ReasonNotRead.CUT_BY_EDGE)


def rejected(writing: Writing, usual: Usual, threshold: float, contrast: Ink) -> list[LeftOut]:
    """Return the rejected components of a digit's size, each with the first reason that applies.

    Smaller ones are included where the edge cuts them beside writing, and pale marks near writing.

    Parameters
    ----------
    writing
        All components of a photograph.
    usual
        The usual component of ink.
    threshold
        Contrast from which a pixel is dark.
    contrast
        float32 (H, W): the share of the light that each pixel lacks.
    """
    components, is_ink = writing.components, writing.is_ink
    reasons = {
        ReasonNotRead.CUT_BY_EDGE: _are_cut_digits(writing, usual),
        ReasonNotRead.TAKEN_FOR_LINE: _are_strokes(writing, usual),
        ReasonNotRead.FAINT: are_pale(writing, usual, threshold),
        ReasonNotRead.NO_PAPER: _are_dark_bands(writing, usual),
    }
    found, is_open = [], ~is_ink
    for why, applies in reasons.items():
        found += left_out_boxes(components.boxes[is_open & applies], why)
        is_open &= ~applies
    # Parts of the rest that are as dark as ink: digits in a shadow.
    is_dark = components.pixels(is_open) & (contrast >= MIN_INK_CONTRAST * usual.level)
    parts = measure_components(is_dark, contrast)
    is_digit = have_digit_size(parts, usual) & ~are_lines(parts) & ~parts.are_at_edge
    return found + left_out_boxes(parts.boxes[is_digit], ReasonNotRead.NO_PAPER)


def _are_cut_digits(writing: Writing, usual: Usual) -> Mask:
    """Return which components (P,) are digits, or pieces of them, that the edge cuts."""
    components, is_cut = writing.components, writing.taken_for == TakenFor.CUT
    longer_px, shorter_px = components.longer_px, components.shorter_px
    is_digit = is_cut & (shorter_px >= MIN_BREADTH_AT_EDGE * usual.side_px)
    is_digit &= have_digit_size(components, usual) & are_dark(components, usual)
    is_one = (writing.taken_for == TakenFor.LINE) & components.are_at_edge
    is_one &= (components.heights_px >= MIN_SIZE * usual.side_px) & _are_low(components, usual)
    is_piece = (is_cut & (longer_px >= MIN_PIECE * usual.side_px)) | is_one
    is_piece &= are_of_same_ink(components, usual) & (shorter_px >= MIN_LINE_WIDTH * usual.line_px)
    # Of a line that the top or bottom edge cuts, pieces are large and broader than a line.
    is_of_next_line = longer_px >= MIN_LARGE_PIECE * usual.side_px
    is_of_next_line &= shorter_px > MAX_LINE_WIDTH * usual.line_px
    is_of_next_line &= are_near(components, writing.is_ink, MAX_BAR_DISTANCE * usual.side_px)
    is_of_line: Mask = are_in_rows(components, writing.is_ink) | is_of_next_line
    return np.asarray(is_digit | (is_piece & is_of_line), np.bool_)


def _are_strokes(writing: Writing, usual: Usual) -> Mask:
    """Return which components (P,) taken for lines may be a 1 or a fraction's bar."""
    components = writing.components
    is_high = components.heights_px >= MIN_SIZE * usual.side_px
    is_one = have_digit_size(components, usual) & is_high
    is_bar = are_lines(components) & ~is_high & are_of_pen(components, usual)
    is_bar &= are_between(components, writing.is_ink, MAX_BAR_DISTANCE * usual.side_px)
    is_line = (writing.taken_for == TakenFor.LINE) & ~components.are_at_edge
    return np.asarray(is_line & are_dark(components, usual) & (is_one | is_bar), np.bool_)


def are_pale(writing: Writing, usual: Usual, threshold: float) -> Mask:
    """Return which components (P,) are too pale for ink, but of a digit's size and shape.

    Or they may be a point or comma; a minus is read in grey.
    """
    components, taken_for = writing.components, writing.taken_for
    lengths_px = components.areas / components.line_widths_px
    is_bent = lengths_px >= MIN_BENT_LENGTH * components.longer_px
    is_one = components.heights_px >= MIN_SIZE * usual.side_px
    is_one &= are_in_rows(components, writing.is_ink)
    is_digit = (taken_for == TakenFor.FAINT) & (is_bent | is_one) & _are_low(components, usual)
    is_digit &= have_digit_size(components, usual, MIN_PALE_WIDTH)
    is_mark = (taken_for == TakenFor.FAINT) | (taken_for == TakenFor.SPECK)
    is_mark &= ~components.are_at_edge & (components.longer_px < MIN_SIZE * usual.side_px)
    is_mark &= components.levels >= MIN_PALE_CONTRAST * threshold
    is_mark &= are_of_pen(components, usual, MIN_PALE_WIDTH)
    is_mark &= are_at_foot(components, writing.is_ink, MAX_DISTANCE * usual.side_px)
    return np.asarray(is_digit | is_mark, np.bool_)


def _are_dark_bands(writing: Writing, usual: Usual) -> Mask:
    """Return which components (P,) are long, broader than the pen, and as dark as ink, near ink.

    These are narrow shadows; a digit that one touches may not be found.
    """
    components = writing.components
    is_band = (writing.taken_for == TakenFor.LINE) & are_dark(components, usual)
    is_band &= components.longer_px > MAX_SIZE * usual.side_px
    is_band &= components.line_widths_px >= MIN_SHADOW_WIDTH * usual.line_px
    is_near = are_near(components, writing.is_ink, MAX_DISTANCE * usual.side_px)
    return np.asarray(is_band & is_near, np.bool_)


def are_dark(components: Components, usual: Usual) -> Mask:
    """Return which components (P,) are about as dark as ink."""
    return np.asarray(components.levels >= MIN_INK_CONTRAST * usual.level, np.bool_)


def _are_low(components: Components, usual: Usual) -> Mask:
    return np.asarray(components.heights_px <= MAX_HEIGHT * usual.side_px, np.bool_)


def ruled_ones(ruled: Components, usual: Usual) -> list[LeftOut]:
    """Return which components (P,) that were taken for ruled lines may be a 1.

    In a picture that is hardly higher than its digits, a 1 reaches from edge to edge.
    """
    is_inside = ruled.boxes[:, 0] > EDGE_PX
    is_inside &= ruled.boxes[:, 2] < ruled.labels.shape[1] - EDGE_PX
    is_one = (ruled.heights_px >= MIN_SIZE * usual.side_px) & _are_low(ruled, usual)
    is_one &= is_inside & are_of_same_ink(ruled, usual)
    return left_out_boxes(ruled.boxes[is_one], ReasonNotRead.TAKEN_FOR_LINE)


def are_in_rows(components: Components, is_ink: Mask) -> Mask:
    """Return which components (P,) have their middle at the height of one that is ink (P,)."""
    tops, bottoms = components.boxes[is_ink, 1], components.boxes[is_ink, 3]
    middles = _middles(components)[:, None]
    return np.asarray(((tops < middles) & (middles < bottoms)).any(axis=1), np.bool_)


def are_near(components: Components, is_ink: Mask, reach_px: float | Floats) -> Mask:
    """Return which components (P,) are at most ``reach_px`` from one that is ink (P,).

    ``reach_px`` may be a number for each of the components that are ink.
    """
    gaps_x, gaps_y = _gaps(components, is_ink)
    return np.asarray((np.maximum(gaps_x, gaps_y) <= reach_px).any(axis=1), np.bool_)


def are_at_foot(components: Components, is_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) are where points and commas are beside ink (P,).

    They are in its lowest third or below, at most ``reach_px`` from it and from its foot.
    """
    gaps_x, _ = _gaps(components, is_ink)
    tops, feet = components.boxes[is_ink, 1], components.boxes[is_ink, 3]
    middles = _middles(components)[:, None]
    is_low = (middles > feet - (feet - tops) / 3) & (middles < feet + reach_px)
    return np.asarray((is_low & (gaps_x > 0) & (gaps_x <= reach_px)).any(axis=1), np.bool_)


def are_between(components: Components, is_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) have ink (P,) closely above and closely below them."""
    gaps_x, gaps_y = _gaps(components, is_ink)
    is_close = (gaps_x <= 0) & (gaps_y <= reach_px)
    middles = _middles(components)
    is_above = middles[is_ink] < middles[:, None]
    has_above, has_below = (is_close & is_above).any(axis=1), (is_close & ~is_above).any(axis=1)
    return np.asarray(has_above & has_below, np.bool_)


def _middles(components: Components) -> Floats:
    """Return the height (P,) of each component's middle."""
    return np.asarray((components.boxes[:, 1] + components.boxes[:, 3]) / 2, np.float64)


def _gaps(components: Components, is_ink: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the gaps across and down, in pixels, of components to the ones that are ink (P, I).

    In four bytes each: a picture full of strokes has a million of them.
    """
    boxes = components.boxes.astype(np.int32)
    left, top, right, bottom = boxes.T[..., None]
    of_ink = boxes[is_ink].T
    gaps_x = np.maximum(left - of_ink[2], of_ink[0] - right).clip(0)
    gaps_y = np.maximum(top - of_ink[3], of_ink[1] - bottom).clip(0)
    return gaps_x, gaps_y
