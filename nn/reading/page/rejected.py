"""Rejected components of a digit's size, which may be writing."""

from dataclasses import dataclass

import numpy as np

from nn.reading.certainty import LeftOut, ReasonNotRead
from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import (
    EDGE_PX,
    Components,
    Floats,
    measure_components,
    weighted_median,
)
from nn.reading.page.selection import (
    Selection,
    are_at_foot,
    are_between,
    are_in_rows,
    are_lines,
    are_near,
)

# Relative to the usual component of ink.
MIN_SIZE, MAX_SIZE = 0.6, 2.5  # longer side of what has a digit's size
MIN_LINE_WIDTH, MAX_LINE_WIDTH = 0.6, 2.0  # of its lines
MIN_FAINT_WIDTH = 0.25  # width of pale lines: a pencil beside a broad marker
MIN_MARK_WIDTH = 0.25  # of a pale mark beside writing
MIN_INK_CONTRAST = 0.6  # of a line that may be a 1, or of ink in a shadow
MAX_HEIGHT_AT_EDGE = 2.5  # of a digit that reaches the edge, over the others' median
MIN_BENT_LENGTH = 1.2  # of the lines of a digit, over its longer side; a 1 is straight
MIN_BREADTH_AT_EDGE = 0.35  # shorter side of the visible part of a digit that the edge cuts
MIN_PIECE = 0.15  # longer side of a piece of a cut digit beside writing
MIN_LARGE_PIECE = 0.4  # longer side of such a piece in a cut line, above or below writing
PIECE_CONTRASTS = 0.75, 1.4  # lowest and highest of such a piece: borders are paler or darker
MIN_SHADOW_WIDTH = 0.9  # of a band of shadow: rules and margins are narrower
MAX_HEIGHT = 1.3  # of a 1 at the edge, or of a pale digit: borders and shadows are higher
MAX_MARK_DISTANCE = 0.5  # from writing to a mark
MAX_BAR_DISTANCE = 1.0  # from a fraction's bar to its numbers, or from a line to a cut one
MIN_BROAD_SIZE = 0.3  # longer side of what a broader pen may have written
MAX_INKED = 0.1  # share of ink in such a component
MIN_MARK_CONTRAST = 1.4  # of a pale mark, over the threshold: grain is paler


@dataclass(frozen=True)
class Usual:
    """The usual component of ink: its longer side and line width in pixels, and its contrast."""

    side_px: float
    line_px: float
    level: float


def usual_of(components: Components, is_ink: Mask) -> Usual:
    """Return the usual one of the components that are ink (P,), at least one."""
    weights = components.weights[is_ink]

    def middle(values: Floats) -> float:
        return weighted_median(values[is_ink].astype(np.float64), weights)

    sides_px = components.sides_px.max(axis=1).astype(np.float64)
    return Usual(middle(sides_px), middle(components.line_widths_px), middle(components.levels))


def find_rejected(
    components: Components, selection: Selection, contrast: Ink, usual: Usual, threshold: float
) -> list[LeftOut]:
    """Return the rejected components of a digit's size, from top to bottom.

    Smaller ones are included where the edge cuts them beside writing, and pale marks near writing.

    Parameters
    ----------
    components, selection
        All of a photograph, and what they are taken for.
    contrast
        float32 (H, W): the share of the light that each pixel lacks.
    usual
        The usual component of ink.
    threshold
        Contrast from which a pixel is dark.
    """
    reasons = {
        ReasonNotRead.CUT_BY_EDGE: _are_cut(components, selection, usual),
        ReasonNotRead.TAKEN_FOR_LINE: _are_strokes(components, selection, usual),
        ReasonNotRead.FAINT: _are_pale_digits(components, selection, usual)
        | _are_pale_marks(components, selection, usual, threshold),
        ReasonNotRead.NO_PAPER: _are_dark_bands(components, selection, usual),
    }
    is_rejected = ~selection.is_ink & ~np.any(list(reasons.values()), axis=0)
    left_out = [
        LeftOut(box, why)
        for why, is_chosen in reasons.items()
        for box in _boxes(components, is_chosen)
    ]
    left_out += _inked_parts(components.pixels(is_rejected), contrast, usual)
    return sorted(left_out, key=lambda each: each.box[1])


def _are_cut(components: Components, selection: Selection, usual: Usual) -> Mask:
    """Return which components (P,) are digits, or pieces of them, that the edge cuts."""
    longer_px, shorter_px = components.sides_px.max(axis=1), components.sides_px.min(axis=1)
    is_digit = selection.is_cut & (shorter_px >= MIN_BREADTH_AT_EDGE * usual.side_px)
    is_digit &= have_digit_size(components, usual, MIN_LINE_WIDTH) & (
        components.levels >= MIN_INK_CONTRAST * usual.level
    )
    heights_px = components.sides_px[:, 1]
    is_one = selection.is_line & components.are_at_edge & (heights_px >= MIN_SIZE * usual.side_px)
    is_one &= heights_px <= MAX_HEIGHT * usual.side_px
    is_piece = (selection.is_cut & (longer_px >= MIN_PIECE * usual.side_px)) | is_one
    is_piece &= are_of_same_ink(components, usual) & (shorter_px >= MIN_LINE_WIDTH * usual.line_px)
    is_of_line = are_in_rows(components, selection.is_ink)
    is_of_line |= _are_of_next_line(components, selection.is_ink, usual)
    is_cut: Mask = is_digit | (is_piece & is_of_line)
    return is_cut


def _are_of_next_line(components: Components, is_ink: Mask, usual: Usual) -> Mask:
    """Return which components (P,) are large, broader than a line, and closely above or below ink.

    Such are digits that the top or bottom edge cuts.
    """
    is_large: Mask = components.sides_px.max(axis=1) >= MIN_LARGE_PIECE * usual.side_px
    is_large &= components.sides_px.min(axis=1) > MAX_LINE_WIDTH * usual.line_px
    return is_large & are_near(components, is_ink, MAX_BAR_DISTANCE * usual.side_px)


def _are_strokes(components: Components, selection: Selection, usual: Usual) -> Mask:
    """Return which components (P,) taken for lines may be a 1 or a fraction's bar."""
    heights_px = components.sides_px[:, 1]
    is_dark = selection.is_line & (components.levels >= MIN_INK_CONTRAST * usual.level)
    is_dark &= ~components.are_at_edge
    is_one = have_digit_size(components, usual, MIN_LINE_WIDTH)
    is_one &= heights_px >= MIN_SIZE * usual.side_px
    is_bar = are_lines(components) & (heights_px < MIN_SIZE * usual.side_px)
    is_bar &= _are_of_pen(components, usual, MIN_LINE_WIDTH)
    is_bar &= are_between(components, selection.is_ink, MAX_BAR_DISTANCE * usual.side_px)
    return is_dark & (is_one | is_bar)


def _are_dark_bands(components: Components, selection: Selection, usual: Usual) -> Mask:
    """Return which components (P,) are long, broader than the pen, and as dark as ink, near ink.

    These are narrow shadows; a digit that one touches may not be found.
    """
    is_band = selection.is_line & (components.levels >= MIN_INK_CONTRAST * usual.level)
    is_band &= components.sides_px.max(axis=1) > MAX_SIZE * usual.side_px
    is_band &= components.line_widths_px >= MIN_SHADOW_WIDTH * usual.line_px
    return is_band & are_near(components, selection.is_ink, MAX_MARK_DISTANCE * usual.side_px)


def _are_pale_digits(components: Components, selection: Selection, usual: Usual) -> Mask:
    """Return which components (P,) are too pale for ink, but of a digit's size and shape."""
    lengths_px = components.areas / components.line_widths_px
    is_bent = lengths_px >= MIN_BENT_LENGTH * components.sides_px.max(axis=1)
    heights_px = components.sides_px[:, 1]
    is_one = (heights_px >= MIN_SIZE * usual.side_px) & are_in_rows(components, selection.is_ink)
    has_size = have_digit_size(components, usual, MIN_FAINT_WIDTH)
    has_size &= heights_px <= MAX_HEIGHT * usual.side_px
    is_pale: Mask = selection.is_faint & has_size & (is_bent | is_one)
    return is_pale


def _are_pale_marks(
    components: Components, selection: Selection, usual: Usual, threshold: float
) -> Mask:
    """Return which components (P,) may be a pale point or comma; a minus is read in grey."""
    is_mark = ~(selection.is_ink | selection.is_cut | selection.is_line | components.are_at_edge)
    is_mark &= components.levels >= MIN_MARK_CONTRAST * threshold
    is_mark &= components.sides_px.max(axis=1) < MIN_SIZE * usual.side_px
    is_mark &= _are_of_pen(components, usual, MIN_MARK_WIDTH)
    return is_mark & are_at_foot(components, selection.is_ink, MAX_MARK_DISTANCE * usual.side_px)


def find_ruled_ones(ruled: Components, usual: Usual) -> list[LeftOut]:
    """Return which components (P,) that were taken for ruled lines may be a 1.

    In a picture that is hardly higher than its digits, a 1 reaches from edge to edge.
    """
    heights_px, width_px = ruled.sides_px[:, 1], ruled.labels.shape[1]
    is_one = (heights_px >= MIN_SIZE * usual.side_px) & (heights_px <= MAX_HEIGHT * usual.side_px)
    is_inside = (ruled.boxes[:, 0] > EDGE_PX) & (ruled.boxes[:, 2] < width_px - EDGE_PX)
    is_one &= is_inside & are_of_same_ink(ruled, usual)
    return [LeftOut(box, ReasonNotRead.TAKEN_FOR_LINE) for box in _boxes(ruled, is_one)]


def are_oversized(components: Components, is_ink: Mask) -> Mask:
    """Return which of the components that are ink (P,) touch the edge and are far too high.

    These are shadows; digits that a shadow touches are not read.
    """
    heights_px = components.sides_px[:, 1]
    is_inner = is_ink & ~components.are_at_edge
    if not is_inner.any():
        return np.zeros_like(is_ink)
    is_high = heights_px > MAX_HEIGHT_AT_EDGE * np.median(heights_px[is_inner])
    return np.asarray(is_ink & components.are_at_edge & is_high, np.bool_)


def find_oversized(components: Components, is_ink: Mask) -> list[LeftOut]:
    """Return the oversized components among those that are ink (P,)."""
    is_high = are_oversized(components, is_ink)
    return [LeftOut(box, ReasonNotRead.NO_PAPER) for box in _boxes(components, is_high)]


def find_broader(broad: Components, is_ink: Mask, usual: Usual, scale: float) -> list[LeftOut]:
    """Return which components (P,) of the widest window may be writing by a broader pen.

    They hold hardly any of the ink (h, w), are of a digit's size and as dark, and no level line.
    Components and ink are reduced by ``scale``.
    """
    n_ink = np.bincount(broad.labels[is_ink], minlength=len(broad.areas) + 1)[1:]
    is_apart = (n_ink <= MAX_INKED * broad.areas) & ~broad.are_at_edge
    sides_px = broad.sides_px.max(axis=1) / scale / usual.side_px
    is_apart &= (sides_px >= MIN_BROAD_SIZE) & (sides_px <= MAX_SIZE)
    is_apart &= broad.levels >= MIN_INK_CONTRAST * usual.level
    is_apart &= ~are_lines(broad) | (broad.sides_px[:, 1] > broad.sides_px[:, 0])
    return [LeftOut(box, ReasonNotRead.NO_PAPER) for box in _boxes(broad, is_apart, scale)]


def find_beside(components: Components, is_digit: Mask, is_beside: Mask) -> list[LeftOut]:
    """Return the components of a digit's size beside the one digit of a picture (P,)."""
    if not is_digit.any():
        return []
    has_size = have_digit_size(components, usual_of(components, is_digit), MIN_LINE_WIDTH)
    return [
        LeftOut(box, ReasonNotRead.BESIDE_THE_DIGIT)
        for box in _boxes(components, is_beside & has_size)
    ]


def have_digit_size(components: Components, usual: Usual, thinnest: float = MIN_LINE_WIDTH) -> Mask:
    """Return which components (P,) have a digit's size, and lines of about the pen's width."""
    sides_px = components.sides_px.max(axis=1) / usual.side_px
    has_size: Mask = (sides_px >= MIN_SIZE) & (sides_px <= MAX_SIZE)
    return has_size & _are_of_pen(components, usual, thinnest)


def _are_of_pen(components: Components, usual: Usual, thinnest: float) -> Mask:
    """Return which components (P,) have lines of about the pen's width."""
    lines_px = components.line_widths_px / usual.line_px
    # The depth of a stroke along the edge is measured from one side alone.
    thickest_px = np.minimum(lines_px, components.sides_px.min(axis=1) / usual.line_px)
    return np.asarray((lines_px >= thinnest) & (thickest_px <= MAX_LINE_WIDTH), np.bool_)


def are_of_same_ink(components: Components, usual: Usual) -> Mask:
    """Return which components (P,) have lines of about the pen's width and contrast."""
    levels = components.levels / usual.level
    is_same = (levels >= PIECE_CONTRASTS[0]) & (levels <= PIECE_CONTRASTS[1])
    return is_same & _are_of_pen(components, usual, MIN_LINE_WIDTH)


def _inked_parts(is_rejected: Mask, contrast: Ink, usual: Usual) -> list[LeftOut]:
    """Return the parts of a digit's size of rejected pixels (H, W) that are as dark as ink."""
    is_dark = is_rejected & (contrast >= MIN_INK_CONTRAST * usual.level)
    parts = measure_components(is_dark, contrast)
    has_size = have_digit_size(parts, usual, MIN_LINE_WIDTH)
    has_size &= ~are_lines(parts) & ~parts.are_at_edge
    return [LeftOut(box, ReasonNotRead.NO_PAPER) for box in _boxes(parts, has_size)]


def _boxes(
    components: Components, is_chosen: Mask, scale: float = 1.0
) -> list[tuple[float, float, float, float]]:
    """Return the boxes, x, y, width and height, of the chosen components, reduced by ``scale``."""
    boxes = np.hstack([components.boxes[:, :2], components.sides_px])[is_chosen] / scale
    return [(x, y, width, height) for x, y, width, height in boxes.tolist()]
