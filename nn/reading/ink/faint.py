"""Faint writing in an evenly lit picture, which the one threshold takes for paper."""

from dataclasses import replace

import cv2
import numpy as np

from nn.reading.ink.components import Labels, label_components, weighted_median, written_part
from nn.reading.ink.extract import FLAT_SHARE
from nn.reading.ink.threshold import GREY_LEVELS, MIN_CONTRAST, Counts, EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL, Mask

LEAST_BESIDE = 0.5  # ink of the digit in a picture of one; paler ink beside it is lost to a network
SMALLEST = 0.3  # longer side, over that of the usual component of ink
THINNEST_PX = 3  # width of its lines; the edges of other lines have fewer pixels of such levels
SMALLEST_MARK, REACH = 0.08, 0.5  # of a point or comma: its longer side, and most from ink to it
MARK = 12  # grey levels of 255 from paper: a lossy format adds fewer around ink
INKED = 0.1  # share of a component that is ink: resizing adds a few dark pixels to a pale one
HIGHEST = 2.5  # height, likewise; higher ones are coloured parts of a page
MOST_MARKED = 1 / 4  # of a picture, by what is hardly darker than its paper: more is noise
FAINTEST = 6  # grey levels of 255 from paper of exactly one level; a lossy format adds fewer


def faint_ink(source: EvenInk, least: float = INK_LEVEL) -> list[LeftOut]:
    """Return what is apart from ink and paler than ``least``, with boxes in pixels of the picture.

    Beside ink that is pale itself they are the grain of the paper.
    """
    is_marked = _are_marked(source)
    is_pale = is_marked & (source.of_levels < least)
    is_grain = np.count_nonzero((source.of_levels > 0) & (source.of_levels < least)) < MIN_CONTRAST
    if is_grain or source.counts[is_pale].sum() < THINNEST_PX:
        return []
    marked = source.pixels_of(is_marked)
    if _n_apart(source, marked, least) < THINNEST_PX:
        return []
    rows, columns = written_part(marked)
    labels, boxes, areas = label_components(marked[rows, columns])
    part = replace(source, grey=source.grey[rows, columns])
    is_inked = part.pixels_of(source.of_levels >= least)
    n_inked = np.bincount(labels[is_inked], minlength=len(boxes) + 1)[1:]
    has_ink = n_inked > INKED * areas
    if not has_ink.any():
        return []
    sides_px = boxes[:, 2:] - boxes[:, :2]
    longer_px = sides_px.max(axis=1).astype(np.float64)
    usual_px = weighted_median(longer_px[has_ink], areas[has_ink].astype(np.float64))
    is_large = (longer_px >= SMALLEST * usual_px) & (areas >= THINNEST_PX * longer_px)
    is_large &= sides_px[:, 1] <= HIGHEST * usual_px
    is_mark = (longer_px >= SMALLEST_MARK * usual_px) & (longer_px < SMALLEST * usual_px)
    is_mark &= ~has_ink
    if is_mark.any():
        is_mark &= _n_clear(part, labels, len(boxes)) >= THINNEST_PX * longer_px
        is_mark &= _are_near(labels, has_ink, REACH * usual_px)
    return [
        LeftOut((columns.start + left, rows.start + top, right - left, bottom - top), Why.FAINT)
        for left, top, right, bottom in boxes[(~has_ink & is_large) | is_mark].tolist()
    ]


def _n_apart(source: EvenInk, marked: Mask, least: float) -> int:
    """Return how many of the pixels that are marked (H, W) are not at the edges of ink.

    What is faint and wholly at them is thinner than ``THINNEST_PX``. To count is much faster than
    to label the components, and in a clean drawing there is nothing else.
    """
    is_ink = source.pixels_of(source.of_levels >= least).view(np.uint8)
    around = cv2.dilate(is_ink, np.ones((5, 5), np.uint8))
    return cv2.countNonZero(cv2.bitwise_and(marked.view(np.uint8), 1 - around))


def _n_clear(source: EvenInk, labels: Labels, n_components: int) -> Counts:
    """Return how many pixels of each component (P,) are clearly not of the paper's level."""
    is_clear = np.abs(GREY_LEVELS - source.counts.argmax()) >= MARK
    counts: Counts = np.bincount(labels[source.pixels_of(is_clear)], minlength=n_components + 1)[1:]
    return counts


def _are_near(labels: Labels, has_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) are at most so far from one that has ink (P,)."""
    side_px = 2 * round(reach_px) + 1
    is_ink = np.concatenate([[False], has_ink])[labels]
    reached = cv2.dilate(is_ink.view(np.uint8), np.ones((side_px, side_px), np.uint8)) > 0
    is_near: Mask = np.bincount(labels[reached], minlength=len(has_ink) + 1)[1:] > 0
    return is_near


def _are_marked(source: EvenInk) -> Mask:
    """Return which grey levels (256,) are not paper's, of which a drawing has exactly one."""
    is_ink: Mask = source.of_levels > 0
    if source.counts.max() < FLAT_SHARE * source.grey.size:
        return is_ink
    is_apart: Mask = np.abs(GREY_LEVELS - source.counts.argmax()) >= FAINTEST
    is_noise = source.counts[is_apart & ~is_ink].sum() > MOST_MARKED * source.grey.size
    return is_ink if is_noise else is_ink | is_apart
