"""The ink of a drawing by one threshold, and what is left out of it.

On even paper one grey level is paper and one is ink.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import DIGIT_PX, INK_LEVEL, SIDE_PX, Ink, Mask, NoInk, Pixels
from nn.reading.page.components import (
    MAX_INKED,
    are_cut,
    is_one_component,
    label_components,
    left_out_boxes,
    weighted_median,
    written_part,
)
from nn.reading.page.grey import Counts, histogram, median
from nn.reading.reading import LeftOut

MIN_DRAWING_PX = 80  # longer side: smaller pictures were cut out of others and prepared
MIN_SIDE_PX = 8  # shorter side: thinner strips show no paper
MIN_FLAT_SHARE = 0.4  # of a flat picture's pixels that have exactly the same level
MIN_INK_LEVELS = 24  # of 255 from paper to ink; JPEG or a sensor add fewer
MAX_PAPER_CONTRAST = 0.1  # contrast up to which paper is still paper: grain, JPEG ringing
MIN_FULL_INK_CONTRAST = 0.9  # contrast from which ink is 1
MAX_INK_SHARE = 0.2  # share of ink in a picture up to which the median is surely paper
CORNER = 10  # a corner's side is a tenth of the picture's
GREY_LEVELS = np.arange(256)
EDGE_PX = 2  # around ink, in which its antialiased edge lies
EDGE = np.ones((2 * EDGE_PX + 1,) * 2, np.uint8)

# Of ink that is left out, relative to the usual component of ink:
MIN_INK_BESIDE = 0.5  # ink level in a picture of one digit; a network does not see paler ink
MIN_CUT_SIZE = 1 / 10  # longer side, over the longer side of the largest component: not a speck
MAX_OFF_MNIST = 0.02  # difference of the digit's longer side from 20 / 28 of the picture's side
MIN_FAINT_SIZE, MAX_FAINT_HEIGHT = 0.3, 2.5  # higher ones are coloured parts of a page
MIN_FAINT_LINE_PX = 3  # width; the edges of other lines have fewer pixels of such levels
MIN_MARK_SIZE, MAX_MARK_DISTANCE = 0.08, 0.5  # of a point or comma
MIN_MARK_LEVELS = 12  # of 255, from paper to a mark: a lossy format adds fewer around ink
MIN_FAINT_LEVELS = 6  # the same, from paper of one level to any faint ink
MAX_MARKED = 1 / 4  # share of a picture a little darker than its paper: more is noise


@dataclass(frozen=True)
class EvenInk:
    """The ink of an evenly lit picture: each grey level is one amount of ink.

    Attributes
    ----------
    grey
        uint8 (H, W): the picture.
    of_levels
        float32 (256,): the ink of each grey level, 0 for paper to 1.
    counts
        int64 (256,): the number of pixels of each grey level.
    """

    grey: Pixels
    of_levels: Ink
    counts: Counts

    @cached_property
    def ink(self) -> Ink:
        """The ink of each pixel, float32 (H, W)."""
        return np.asarray(cv2.LUT(self.grey, self.of_levels), np.float32)

    @cached_property
    def digit_box(self) -> tuple[int, int, int, int]:
        """x, y, width and height, as ``mnist.bounding_box`` returns them."""
        lowest, highest = np.flatnonzero(self.of_levels >= INK_LEVEL)[[0, -1]].tolist()
        is_ink = self.grey <= highest if lowest == 0 else self.grey >= lowest
        x, y, width_px, height_px = cv2.boundingRect(is_ink.view(np.uint8))
        return x, y, width_px, height_px

    @cached_property
    def digit(self) -> Ink:
        """The same (h, w) within its bounding box."""
        x, y, width_px, height_px = self.digit_box
        return self.within(slice(y, y + height_px), slice(x, x + width_px)).ink

    @property
    def is_flat(self) -> bool:
        """Whether most of the paper has exactly the same level, as only software paints it."""
        return bool(self.counts.max() >= MIN_FLAT_SHARE * self.grey.size)

    @property
    def is_at_edge(self) -> bool:
        """Whether it touches an edge of the picture."""
        x, y, width_px, height_px = self.digit_box
        is_at_end = y + height_px == self.grey.shape[0] or x + width_px == self.grey.shape[1]
        return is_at_end or min(x, y) == 0

    def within(self, rows: slice, columns: slice) -> "EvenInk":
        """Return a part of the picture, with the levels and counts of all of it."""
        return replace(self, grey=self.grey[rows, columns])

    def pixels_of(self, levels: Mask) -> Mask:
        """Return which pixels (H, W) are of any of these grey levels (256,)."""
        return np.asarray(cv2.LUT(self.grey, levels.view(np.uint8)).view(np.bool_), np.bool_)


def even_ink(grey: Pixels) -> EvenInk | None:
    """Return the ink of a drawing; None for a scan or a photograph.

    In a drawing most pixels have exactly the same level, as only software paints paper. In a scan
    of two levels, too; but there a border or a rule goes from edge to edge beside other ink.
    """
    counts = histogram(grey)
    if counts.max() < MIN_FLAT_SHARE * grey.size:
        return None
    try:
        found = ink_by_global_threshold(grey, counts)
    except NoInk:
        return None
    if found.is_at_edge and max(grey.shape) > SIDE_PX and _has_border(found):
        return None
    return found


def _has_border(even: EvenInk) -> bool:
    """Return whether a component goes from one edge of the picture to another, beside others."""
    _, boxes, _ = label_components(even.ink >= INK_LEVEL)
    height_px, width_px = even.grey.shape
    n_edges = (boxes == [0, 0, width_px, height_px]).sum(axis=1)
    return len(boxes) > 1 and bool((n_edges > 1).any())


def ink_by_global_threshold(grey: Pixels, counts: Counts | None = None) -> EvenInk:
    """Return the ink of a picture, uint8 (H, W).

    Parameters
    ----------
    grey
        Dark ink on light paper, or light on dark.
    counts
        The histogram of ``grey``, if the caller has it already.

    Raises
    ------
    NoInk
        If no level differs from the paper's by ``MIN_INK_LEVELS``.
    """
    counts = histogram(grey) if counts is None else counts
    paper, ink = _paper_and_ink(grey, counts)
    if abs(ink - paper) < MIN_INK_LEVELS:
        raise NoInk
    contrast = (GREY_LEVELS - paper) / (ink - paper)
    of_levels = np.interp(contrast, (MAX_PAPER_CONTRAST, MIN_FULL_INK_CONTRAST), (0, 1))
    return EvenInk(grey, of_levels.astype(np.float32), counts)


def _paper_and_ink(grey: Pixels, counts: Counts) -> tuple[int, int]:
    """Return the grey levels of paper and ink, either of which may be the brighter.

    Paper is the median level. Ink is on the side to which the third moment about the median is
    skewed, however few its pixels are. Where ink covers so much that it may be the median itself,
    as in a picture cropped to its digit, paper is the level of most edges and corners: even a thick
    digit that touches all four edges leaves most of them free, and more of the corners; only a
    plain 1 cropped to its ink may not.
    """
    paper = median(counts)
    darkest, lightest = np.flatnonzero(counts)[[0, -1]].tolist()
    is_darker = counts @ (GREY_LEVELS - paper) ** 3 < 0
    ink = darkest if is_darker else lightest
    middle = (paper + ink) / 2
    nearer_to_ink = counts[: math.ceil(middle)] if is_darker else counts[math.floor(middle) + 1 :]
    if nearer_to_ink.sum() <= MAX_INK_SHARE * grey.size:
        return paper, ink
    is_dark_level = darkest + lightest > 2 * GREY_LEVELS
    is_dark = is_dark_level[grey]
    edges = np.concatenate([is_dark[0], is_dark[-1], is_dark[1:-1, 0], is_dark[1:-1, -1]])
    n_rows, n_columns = (max(1, side_px // CORNER) for side_px in is_dark.shape)
    corners = is_dark[np.r_[:n_rows, -n_rows:0]][:, np.r_[:n_columns, -n_columns:0]]
    if float(edges.mean() + corners.mean()) / 2 > 0.5:
        return median(counts * is_dark_level), lightest
    return median(counts * ~is_dark_level), darkest


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
    side = max(even.digit_box[2:]) / width_px
    if height_px == width_px and abs(side - DIGIT_PX / SIDE_PX) <= MAX_OFF_MNIST:
        return []  # in MNIST's format, centred by mass, a 7 may reach the edge
    _, boxes, _ = label_components(even.ink >= INK_LEVEL)
    longer_px = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    boxes = boxes[longer_px > MIN_CUT_SIZE * longer_px.max(initial=0)]
    is_cut = are_cut(boxes, shape, 0).any(axis=1)
    return left_out_boxes(boxes[is_cut], ReasonNotRead.CUT_BY_EDGE)


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
    marked = even.pixels_of(is_marked)
    if is_one_component(marked):
        return []
    # Faint ink wholly at the edges of ink is thinner than a line. Counting is much faster than
    # labelling components, and a clean drawing has nothing else.
    x, y, width_px, height_px = even.digit_box
    part = even.within(
        slice(max(0, y - EDGE_PX), y + height_px + EDGE_PX),
        slice(max(0, x - EDGE_PX), x + width_px + EDGE_PX),
    )
    around = cv2.dilate(part.pixels_of(is_ink_level).view(np.uint8), EDGE)
    near = cv2.bitwise_and(part.pixels_of(is_marked).view(np.uint8), around)
    if even.counts[is_marked].sum() - cv2.countNonZero(near) < MIN_FAINT_LINE_PX:
        return []
    rows, columns = written_part(marked)
    labels, boxes, areas = label_components(marked[rows, columns])
    part = even.within(rows, columns)

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
    return left_out_boxes(boxes[(~has_ink & is_faint) | is_mark] + offset, ReasonNotRead.FAINT)


def _are_marked(even: EvenInk) -> Mask:
    """Return which grey levels (256,) are not of the paper, which in a drawing has one level."""
    is_ink: Mask = even.of_levels > 0
    if not even.is_flat:
        return is_ink
    is_apart: Mask = np.abs(GREY_LEVELS - even.counts.argmax()) >= MIN_FAINT_LEVELS
    is_noise = even.counts[is_apart & ~is_ink].sum() > MAX_MARKED * even.grey.size
    return is_ink if is_noise else is_ink | is_apart
