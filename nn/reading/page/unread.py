"""Writing that was not read: cut by an edge, too pale, or rejected."""

from dataclasses import replace

import cv2
import numpy as np

from nn.reading.certainty import LeftOut, ReasonNotRead
from nn.reading.mnist import DIGIT_PX, INK_LEVEL, SIDE_PX, Mask
from nn.reading.page.components import (
    EDGE_PX,
    Boxes,
    Components,
    Labels,
    label_components,
    weighted_median,
    written_part,
)
from nn.reading.page.extract import MIN_FLAT_SHARE, Sheet
from nn.reading.page.threshold import GREY_LEVELS, MIN_CONTRAST, Counts, EvenInk

MAX_CROPPED = 1 / 20  # paper at the side opposite a cropped one, over the picture's side
MIN_DRAWING_PX = 80  # longer side: smaller ones were cut out of others and prepared
MAX_SPECK = 1 / 10  # longer side, over the longer side of the largest component
MAX_OFF_MNIST = 0.02  # difference of the digit's longer side from 20 / 28 of the picture's side
OUTER_PART = 1 / 4  # of a side: ink that an edge of a photograph cuts has its middle there

MIN_INK_BESIDE = 0.5  # ink level in a picture of one digit; a network does not see paler ink
MIN_SIZE = 0.3  # longer side, over the longer side of the usual component of ink
MIN_LINE_PX = 3  # width; the edges of other lines have fewer pixels of such levels
MIN_MARK_SIZE, MAX_MARK_DISTANCE = 0.08, 0.5  # of a point or comma, likewise
MIN_MARK_CONTRAST = 12  # grey levels of 255: a lossy format adds fewer around ink
MAX_INKED = 0.1  # share of a pale component that is ink: resizing adds a few dark pixels
MAX_HEIGHT = 2.5  # of a pale component, likewise; higher ones are coloured parts of a page
MAX_MARKED = 1 / 4  # share of a picture a little darker than its paper: more is noise
MIN_FAINT_CONTRAST = 6  # grey levels of 255 from paper of one level; lossy formats add fewer


def unread_ink(sheet: Sheet, *, is_of_one_digit: bool = False) -> list[LeftOut]:
    """Return ink of a digit's size that was rejected, cut by an edge, or too pale to be read.

    Boxes are in pixels of the ink. In a picture of one digit, other writing is included.
    """
    source = sheet.source
    if isinstance(source, EvenInk):
        least = MIN_INK_BESIDE if is_of_one_digit else INK_LEVEL
        return [*ink_cut_in_drawing(source), *faint_ink(source, least)]
    rejected = sheet.digit_left_out if is_of_one_digit else sheet.left_out
    return [*rejected, *ink_cut_in_photograph(source.components, source.is_ink)]


def ink_cut_in_drawing(source: EvenInk) -> list[LeftOut]:
    """Return the components that an edge of a drawing cuts, with boxes in its pixels."""
    if not source.is_at_edge or max(source.grey.shape) < MIN_DRAWING_PX or _is_as_mnist(source):
        return []
    _, boxes, _ = label_components(source.ink >= INK_LEVEL)
    longer_px = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    boxes = boxes[longer_px > MAX_SPECK * longer_px.max(initial=0)]
    return _cut(boxes, _are_cut(boxes, source.grey.shape, 0))


def ink_cut_in_photograph(components: Components, is_ink: Mask) -> list[LeftOut]:
    """Return the components that are ink (P,) and that an edge cuts, with boxes in pixels.

    A digit that fills its photograph may touch an edge, if its middle is not near it.
    """
    boxes, shape = components.boxes[is_ink], components.labels.shape
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 / shape[::-1]
    is_outer = np.abs(middles - 1 / 2) > 1 / 2 - OUTER_PART
    return _cut(boxes, _are_cut(boxes, shape, EDGE_PX) & np.tile(is_outer, 2))


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


def _cut(boxes: Boxes, are_cut: Mask) -> list[LeftOut]:
    """Return the boxes (N, 4) that are cut at any of their edges (N, 4)."""
    return [
        LeftOut((left, top, right - left, bottom - top), ReasonNotRead.CUT_BY_EDGE)
        for left, top, right, bottom in boxes[are_cut.any(axis=1)].tolist()
    ]


def _is_as_mnist(source: EvenInk) -> bool:
    """Return whether a picture is in MNIST's format: centred by mass, a 7 may reach the edge."""
    height_px, width_px = source.grey.shape
    share = max(source.outline[2:]) / width_px
    return bool(height_px == width_px and abs(share - DIGIT_PX / SIDE_PX) <= MAX_OFF_MNIST)


def faint_ink(source: EvenInk, least: float = INK_LEVEL) -> list[LeftOut]:
    """Return components paler than ``least`` that do not touch ink, with boxes in its pixels.

    Beside pale ink such components are the grain of the paper: none is returned.
    """
    is_marked = _are_marked(source)
    is_pale = is_marked & (source.of_levels < least)
    is_grain = np.count_nonzero((source.of_levels > 0) & (source.of_levels < least)) < MIN_CONTRAST
    if is_grain or source.counts[is_pale].sum() < MIN_LINE_PX:
        return []
    marked = source.pixels_of(is_marked)
    if _n_apart(source, marked, least) < MIN_LINE_PX:
        return []
    rows, columns = written_part(marked)
    labels, boxes, areas = label_components(marked[rows, columns])
    part = replace(source, grey=source.grey[rows, columns])
    is_inked = part.pixels_of(source.of_levels >= least)
    n_inked = np.bincount(labels[is_inked], minlength=len(boxes) + 1)[1:]
    has_ink = n_inked > MAX_INKED * areas
    if not has_ink.any():
        return []
    sides_px = boxes[:, 2:] - boxes[:, :2]
    longer_px = sides_px.max(axis=1).astype(np.float64)
    usual_px = weighted_median(longer_px[has_ink], areas[has_ink].astype(np.float64))
    is_large = (longer_px >= MIN_SIZE * usual_px) & (areas >= MIN_LINE_PX * longer_px)
    is_large &= sides_px[:, 1] <= MAX_HEIGHT * usual_px
    is_mark = (longer_px >= MIN_MARK_SIZE * usual_px) & (longer_px < MIN_SIZE * usual_px)
    is_mark &= ~has_ink
    if is_mark.any():
        is_mark &= _n_clear(part, labels, len(boxes)) >= MIN_LINE_PX * longer_px
        is_mark &= _are_near(labels, has_ink, MAX_MARK_DISTANCE * usual_px)
    return [
        LeftOut(
            (columns.start + left, rows.start + top, right - left, bottom - top),
            ReasonNotRead.FAINT,
        )
        for left, top, right, bottom in boxes[(~has_ink & is_large) | is_mark].tolist()
    ]


def _n_apart(source: EvenInk, marked: Mask, least: float) -> int:
    """Return how many of the marked pixels (H, W) are not at the edges of ink.

    Faint ink wholly at such edges is thinner than ``MIN_LINE_PX``. Counting is much faster than
    labelling components, and a clean drawing has nothing else.
    """
    is_ink = source.pixels_of(source.of_levels >= least).view(np.uint8)
    around = cv2.dilate(is_ink, np.ones((5, 5), np.uint8))
    return cv2.countNonZero(cv2.bitwise_and(marked.view(np.uint8), 1 - around))


def _n_clear(source: EvenInk, labels: Labels, n_components: int) -> Counts:
    """Return how many pixels of each component (P,) are clearly not of the paper's level."""
    is_clear = np.abs(GREY_LEVELS - source.counts.argmax()) >= MIN_MARK_CONTRAST
    counts: Counts = np.bincount(labels[source.pixels_of(is_clear)], minlength=n_components + 1)[1:]
    return counts


def _are_near(labels: Labels, has_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) are at most ``reach_px`` from one that has ink (P,)."""
    side_px = 2 * round(reach_px) + 1
    is_ink = np.concatenate([[False], has_ink])[labels]
    reached = cv2.dilate(is_ink.view(np.uint8), np.ones((side_px, side_px), np.uint8)) > 0
    is_near: Mask = np.bincount(labels[reached], minlength=len(has_ink) + 1)[1:] > 0
    return is_near


def _are_marked(source: EvenInk) -> Mask:
    """Return which grey levels (256,) are not of the paper, which in a drawing has one level."""
    is_ink: Mask = source.of_levels > 0
    if source.counts.max() < MIN_FLAT_SHARE * source.grey.size:
        return is_ink
    is_apart: Mask = np.abs(GREY_LEVELS - source.counts.argmax()) >= MIN_FAINT_CONTRAST
    is_noise = source.counts[is_apart & ~is_ink].sum() > MAX_MARKED * source.grey.size
    return is_ink if is_noise else is_ink | is_apart
