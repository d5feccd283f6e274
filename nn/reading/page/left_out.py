"""Ink of a digit's size that is not read, and why: cut by an edge, too pale, or rejected."""

from dataclasses import replace

import cv2
import numpy as np

from nn.reading.mnist import DIGIT_PX, INK_LEVEL, SIDE_PX, Ink, Mask
from nn.reading.page.components import (
    EDGE_PX,
    Boxes,
    Components,
    Floats,
    are_at_foot,
    are_between,
    are_in_rows,
    are_near,
    label_components,
    measure_components,
    weighted_median,
    written_part,
)
from nn.reading.page.grey import Counts
from nn.reading.page.light import (
    GREY_LEVELS,
    MIN_DRAWING_PX,
    MIN_FLAT_SHARE,
    MIN_INK_LEVELS,
    WIDEST_WINDOW,
    EvenInk,
    contrast_at,
)
from nn.reading.page.photo import Photograph
from nn.reading.page.writing import (
    MAX_LINE_WIDTH,
    MAX_SIZE,
    MIN_INK_CONTRAST,
    MIN_LINE_WIDTH,
    MIN_SIZE,
    TakenFor,
    Usual,
    Writing,
    are_lines,
    are_of_pen,
    are_of_same_ink,
    have_digit_size,
    usual_of,
)
from nn.reading.reading import LeftOut, ReasonNotRead

MAX_CROPPED = 1 / 20  # paper at the side opposite a cropped one, over the picture's side
MAX_INKED = 0.1  # share of ink in a component that is not read: resizing adds a few dark pixels

# In a picture of even light, relative to the usual component of ink:
MIN_INK_BESIDE = 0.5  # ink level in a picture of one digit; a network does not see paler ink
MIN_CUT_SIZE = 1 / 10  # longer side, over the longer side of the largest component: not a speck
MAX_OFF_MNIST = 0.02  # difference of the digit's longer side from 20 / 28 of the picture's side
MIN_FAINT_SIZE, MAX_FAINT_HEIGHT = 0.3, 2.5  # higher ones are coloured parts of a page
MIN_FAINT_LINE_PX = 3  # width; the edges of other lines have fewer pixels of such levels
MIN_MARK_SIZE, MAX_MARK_DISTANCE = 0.08, 0.5  # of a point or comma
MIN_MARK_LEVELS = 12  # of 255, from paper to a mark: a lossy format adds fewer around ink
MIN_FAINT_LEVELS = 6  # the same, from paper of one level to any faint ink
MAX_MARKED = 1 / 4  # share of a picture a little darker than its paper: more is noise

# In a photograph, relative to the usual component of ink:
OUTER_PART = 1 / 4  # of a side: ink that an edge of a photograph cuts has its middle there
MIN_PALE_WIDTH = 0.25  # of the lines of pale digits and marks: a pencil beside a broad marker
MIN_BENT_LENGTH = 1.2  # of the lines of a digit, over its longer side; a 1 is straight
MIN_BREADTH_AT_EDGE = 0.35  # shorter side of the visible part of a digit that the edge cuts
MIN_PIECE = 0.15  # longer side of a piece of a cut digit beside writing
MIN_LARGE_PIECE = 0.4  # longer side of such a piece in a cut line, above or below writing
MIN_SHADOW_WIDTH = 0.9  # of a band of shadow: rules and margins are narrower
MAX_HEIGHT = 1.3  # of a 1 at the edge, or of a pale digit: borders and shadows are higher
MAX_DISTANCE = 0.5  # from writing to a mark or a band of shadow
MAX_BAR_DISTANCE = 1.0  # from a fraction's bar to its numbers, or from a line to a cut one
MIN_BROAD_SIZE = 0.3  # longer side of what a broader pen may have written
MIN_PALE_CONTRAST = 1.4  # of a pale mark, over the threshold: grain is paler


def left_out_of_drawing(even: EvenInk, *, is_of_one_digit: bool) -> list[LeftOut]:
    """Return ink of a digit's size that is cut or too pale in a picture of even light.

    In a picture of one digit paler ink beside it counts, too. Boxes are in the picture's pixels.
    """
    least = MIN_INK_BESIDE if is_of_one_digit else INK_LEVEL
    return [*cut_ink_of_drawing(even), *faint_ink(even, least)]


def cut_ink_of_drawing(even: EvenInk) -> list[LeftOut]:
    """Return the components that an edge of a drawing cuts, with boxes in its pixels."""
    height_px, width_px = shape = even.grey.shape
    if not even.is_at_edge or max(shape) < MIN_DRAWING_PX:
        return []
    side = max(even.outline[2:]) / width_px
    if height_px == width_px and abs(side - DIGIT_PX / SIDE_PX) <= MAX_OFF_MNIST:
        return []  # in MNIST's format, centred by mass, a 7 may reach the edge
    _, boxes, _ = label_components(even.ink >= INK_LEVEL)
    longer_px = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    boxes = boxes[longer_px > MIN_CUT_SIZE * longer_px.max(initial=0)]
    is_cut = _are_cut(boxes, shape, 0).any(axis=1)
    return _listed(boxes[is_cut], ReasonNotRead.CUT_BY_EDGE)


def _are_cut(boxes: Boxes, shape: tuple[int, ...], near_px: int) -> Mask:
    """Return at which edges (N, 4), left, top, right and bottom, boxes are cut.

    Ink at an edge goes on beyond it, unless there is ink near the opposite edge too: then the
    picture was cropped to its ink.
    """
    sides_px = np.array(shape[::-1] * 2)
    margins_px = np.abs(boxes - [0, 0, *sides_px[:2]])
    least_px = margins_px.min(axis=0, initial=sides_px.max())
    is_cropped = np.roll(least_px, 2) <= MAX_CROPPED * sides_px
    return np.asarray((margins_px <= near_px) & ~is_cropped, np.bool_)


def faint_ink(even: EvenInk, least: float = INK_LEVEL) -> list[LeftOut]:
    """Return components paler than ``least`` that do not touch ink, with boxes in its pixels.

    Beside pale ink such components are the grain of the paper: none is returned.
    """
    is_ink_level = even.of_levels >= least
    n_pale_levels = np.count_nonzero((even.of_levels > 0) & ~is_ink_level)
    is_marked = _are_marked(even)
    n_pale = even.counts[is_marked & ~is_ink_level].sum()
    if n_pale_levels < MIN_INK_LEVELS or n_pale < MIN_FAINT_LINE_PX:
        return []
    # Faint ink wholly at the edges of ink is thinner than a line. Counting is much faster than
    # labelling components, and a clean drawing has nothing else.
    marked = even.pixels_of(is_marked)
    around = cv2.dilate(even.pixels_of(is_ink_level).view(np.uint8), np.ones((5, 5), np.uint8))
    n_apart = cv2.countNonZero(cv2.bitwise_and(marked.view(np.uint8), 1 - around))
    if n_apart < MIN_FAINT_LINE_PX:
        return []
    rows, columns = written_part(marked)
    labels, boxes, areas = label_components(marked[rows, columns])
    part = replace(even, grey=even.grey[rows, columns])

    def n_pixels(is_counted: Mask) -> Counts:
        return np.bincount(labels[is_counted], minlength=len(boxes) + 1)[1:]

    has_ink = n_pixels(part.pixels_of(is_ink_level)) > MAX_INKED * areas
    if not has_ink.any():
        return []
    longer_px = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    usual_px = weighted_median(longer_px[has_ink], areas[has_ink].astype(np.float64))
    is_faint = (longer_px >= MIN_FAINT_SIZE * usual_px) & (areas >= MIN_FAINT_LINE_PX * longer_px)
    is_faint &= boxes[:, 3] - boxes[:, 1] <= MAX_FAINT_HEIGHT * usual_px
    is_mark = longer_px >= MIN_MARK_SIZE * usual_px
    is_mark &= (longer_px < MIN_FAINT_SIZE * usual_px) & ~has_ink
    if is_mark.any():
        is_clear = np.abs(GREY_LEVELS - even.counts.argmax()) >= MIN_MARK_LEVELS
        is_mark &= n_pixels(part.pixels_of(is_clear)) >= MIN_FAINT_LINE_PX * longer_px
        side_px = 2 * round(MAX_MARK_DISTANCE * usual_px) + 1
        inked = np.concatenate([[False], has_ink])[labels].view(np.uint8)
        is_mark &= n_pixels(cv2.dilate(inked, np.ones((side_px, side_px), np.uint8)) > 0) > 0
    offset = [columns.start, rows.start] * 2
    return _listed(boxes[(~has_ink & is_faint) | is_mark] + offset, ReasonNotRead.FAINT)


def _are_marked(even: EvenInk) -> Mask:
    """Return which grey levels (256,) are not of the paper, which in a drawing has one level."""
    is_ink: Mask = even.of_levels > 0
    if even.counts.max() < MIN_FLAT_SHARE * even.grey.size:
        return is_ink
    is_apart: Mask = np.abs(GREY_LEVELS - even.counts.argmax()) >= MIN_FAINT_LEVELS
    is_noise = even.counts[is_apart & ~is_ink].sum() > MAX_MARKED * even.grey.size
    return is_ink if is_noise else is_ink | is_apart


def left_out_of_photograph(photo: Photograph, *, is_of_one_digit: bool) -> list[LeftOut]:
    """Return ink of a digit's size that was rejected or is cut in a photograph.

    In a picture of one digit, other writing is included. Boxes are in the picture's pixels.
    """
    writing, usual = photo.writing, photo.writing.usual
    found: list[LeftOut] = []
    for each in [photo.unbridged] * (photo.unbridged is not writing) + [writing]:
        found += rejected(each, usual, photo.threshold, photo.contrast)
    found += _listed(writing.components.boxes[writing.are_oversized], ReasonNotRead.NO_PAPER)
    found += _of_broader_pen(photo)
    if photo.is_ruled.any():
        is_dark = photo.is_ruled & (photo.contrast > photo.threshold)
        found += ruled_ones(measure_components(is_dark, photo.contrast), usual)
    # Pale writing is found at the lowest threshold alone.
    found = [each for each in found if each.why != ReasonNotRead.FAINT]
    is_pale = _are_pale(photo.faint, photo.faint.usual, photo.threshold)
    found += _listed(photo.faint.components.boxes[is_pale], ReasonNotRead.FAINT)
    if is_of_one_digit:
        found += other_writing(writing.components, photo.is_digit, writing.is_ink & ~photo.is_digit)
    return sorted(found, key=lambda each: each.box[1]) + cut_ink_of_photograph(writing)


def cut_ink_of_photograph(writing: Writing) -> list[LeftOut]:
    """Return the components of ink that an edge of a photograph cuts, with boxes in its pixels.

    A digit that fills its photograph may touch an edge, if its middle is not near it.
    """
    boxes, shape = writing.components.boxes[writing.is_ink], writing.components.labels.shape
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 / shape[::-1]
    is_outer = np.abs(middles - 1 / 2) > 1 / 2 - OUTER_PART
    is_cut = (_are_cut(boxes, shape, EDGE_PX) & np.tile(is_outer, 2)).any(axis=1)
    return _listed(boxes[is_cut], ReasonNotRead.CUT_BY_EDGE)


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
        ReasonNotRead.FAINT: _are_pale(writing, usual, threshold),
        ReasonNotRead.NO_PAPER: _are_dark_bands(writing, usual),
    }
    found, is_open = [], ~is_ink
    for why, applies in reasons.items():
        found += _listed(components.boxes[is_open & applies], why)
        is_open &= ~applies
    # Parts of the rest that are as dark as ink: digits in a shadow.
    is_dark = components.pixels(is_open) & (contrast >= MIN_INK_CONTRAST * usual.level)
    parts = measure_components(is_dark, contrast)
    is_digit = have_digit_size(parts, usual) & ~are_lines(parts) & ~parts.are_at_edge
    return found + _listed(parts.boxes[is_digit], ReasonNotRead.NO_PAPER)


def _are_cut_digits(writing: Writing, usual: Usual) -> Mask:
    """Return which components (P,) are digits, or pieces of them, that the edge cuts."""
    components, is_cut = writing.components, writing.taken_for == TakenFor.CUT
    longer_px, shorter_px = components.longer_px, components.shorter_px
    is_digit = is_cut & (shorter_px >= MIN_BREADTH_AT_EDGE * usual.side_px)
    is_digit &= have_digit_size(components, usual) & _are_dark(components, usual)
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
    return np.asarray(is_line & _are_dark(components, usual) & (is_one | is_bar), np.bool_)


def _are_pale(writing: Writing, usual: Usual, threshold: float) -> Mask:
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
    is_band = (writing.taken_for == TakenFor.LINE) & _are_dark(components, usual)
    is_band &= components.longer_px > MAX_SIZE * usual.side_px
    is_band &= components.line_widths_px >= MIN_SHADOW_WIDTH * usual.line_px
    is_near = are_near(components, writing.is_ink, MAX_DISTANCE * usual.side_px)
    return np.asarray(is_band & is_near, np.bool_)


def _are_dark(components: Components, usual: Usual) -> Mask:
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
    return _listed(ruled.boxes[is_one], ReasonNotRead.TAKEN_FOR_LINE)


def _of_broader_pen(photo: Photograph) -> list[LeftOut]:
    """Return what a pen too broad for the window may have written: there it counts as paper.

    At the widest window it has a digit's size, is as dark as ink and hardly any of the ink, and is
    no level line.
    """
    usual, size = photo.writing.usual, photo.small.shape[::-1]
    scale = size[0] / photo.contrast.shape[1]
    _, contrast = contrast_at(photo.small, WIDEST_WINDOW * min(size))
    broad = measure_components(contrast > photo.threshold, contrast)
    is_ink = photo.writing.components.pixels(photo.writing.is_ink).view(np.uint8)
    is_small_ink = np.asarray(cv2.resize(is_ink, size, interpolation=cv2.INTER_NEAREST)) > 0
    sides_px = broad.longer_px / scale / usual.side_px
    is_left_out = broad.n_pixels_in(is_small_ink) <= MAX_INKED * broad.areas
    is_left_out &= ~broad.are_at_edge & _are_dark(broad, usual)
    is_left_out &= (sides_px >= MIN_BROAD_SIZE) & (sides_px <= MAX_SIZE)
    is_left_out &= ~are_lines(broad) | (broad.sides_px[:, 1] > broad.sides_px[:, 0])
    return _listed(broad.boxes[is_left_out] / scale, ReasonNotRead.NO_PAPER)


def other_writing(components: Components, is_digit: Mask, is_other: Mask) -> list[LeftOut]:
    """Return the other components (P,) of a digit's size beside the one digit of a picture (P,)."""
    if not is_digit.any():
        return []
    has_size = have_digit_size(components, usual_of(components, is_digit))
    return _listed(components.boxes[is_other & has_size], ReasonNotRead.BESIDE_THE_DIGIT)


def _listed(boxes: Boxes | Floats, why: ReasonNotRead) -> list[LeftOut]:
    """Return the boxes (N, 4), left, top, right and bottom, with the reason."""
    return [
        LeftOut((left, top, right - left, bottom - top), why)
        for left, top, right, bottom in boxes.tolist()
    ]
