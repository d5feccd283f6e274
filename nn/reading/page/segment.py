"""The ink of a scan or a photograph: grey -> maps of pen and of anything else -> ink.

The network of ink says of each pixel whether it is paper, pen, or anything else: a rule, a border,
print, the table beside the sheet. It was trained on writing from 14 to 128 pixels high.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import cv2
import numpy as np

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask, Pixels, bounding_box, crop
from nn.reading.page.components import (
    EDGE_PX,
    Components,
    are_cut,
    left_out_boxes,
    measure_components,
    select_digit,
    weighted_median,
)
from nn.reading.reading import LeftOut

PAPER, PEN, OTHER = 0, 1, 2
EITHER = 255  # in what is learnt from, a pixel that does not count: an edge, or what cannot be seen
MULTIPLE_PX = 16  # of a picture's height and width
MIN_LONGER_PX = 128  # longer side of what the network is given: smaller pictures are enlarged
# Longer side of a cut-out, in which all is near the writing. The height of a larger picture's
# writing is found in an overview of this side, and the median and the deviation that its pixels are
# compared with are of squares of this side, of which every fourth pixel counts.
MAX_CUT_OUT_PX, SAMPLED_PX = 256, 4
MAX_HEIGHT_PX = 100  # of writing that the network is given: a larger picture is reduced
MAX_PIXELS = 1_000_000  # likewise, so that no picture takes longer
MIN_DEVIATION = 4.0  # in grey levels: less is noise of the camera, which is not amplified
# Probability from which a pixel is pen. In a photograph a piece without a pixel that surely is
# counts only near one that has: elsewhere it is grain, or the edge of a shadow (hysteresis, as of
# J. Canny, 1986).
PEN_LEVEL, SURE_LEVEL = 0.5, 0.8
ZERO_INK, FULL_INK = 0.3, 0.7  # probability of pen where ink is 0, and 1
AROUND = np.ones((9, 9), np.uint8)  # ink, where the paper beside it is
# A rule from edge to edge in the outer part of a cut-out is a border of the cell in its middle.
BORDER_PART = 2 / 5  # of a side
BORDER_LEVEL = 0.5  # probability from which a pixel is of a rule
MIN_BORDER = 0.8  # share of the other side along which it is found
BORDER_LEAN, BORDER_GAP = 0.03, 1 / 16  # of a side: across, and between two dots
MAX_PAIRS = 1_000_000  # of pieces whose distance is measured: noise has more
MIN_AREA_PX = 6  # of a component, in pixels of what the network is given: less is noise
# Longer side, over the usual one, of what may be a digit, and of a digit's part at the edge: of 500
# cells of logbooks 2 that lack such a part were certain and wrong.
MIN_DIGIT_SIZE, MIN_CUT_SIZE = 0.6, 0.2
OUTER_PART = 1 / 4  # of a side: ink that an edge cuts has its middle there
# Of a mark, pen or anything else in one piece: the share of it that may be pen, and that is pen, if
# it is open what it is. Of 2,200 real numbers 59 have such a mark, and 17 of these are misread.
MIN_OPEN, MAX_PEN = 0.1, 0.5

FindInk = Callable[[Ink], Ink]
"""Takes a picture's inputs (1, H, W, 1), returns the probability of each class
(1, H/2, W/2, 3)."""


@dataclass(frozen=True)
class Segmentation:
    """What the pixels of a picture are.

    Attributes
    ----------
    grey
        uint8 (H, W): the picture.
    pen, other
        float32 (H, W): the probability that a pixel is pen, and that it is anything but paper.
    scale
        Pixels that the network was given for one of the picture's.
    """

    grey: Pixels
    pen: Ink
    other: Ink
    scale: float

    @property
    def is_cut_out(self) -> bool:
        """Whether it may be a cell or a number that was cut out of a larger picture."""
        return bool(max(self.grey.shape) <= MAX_CUT_OUT_PX)

    @cached_property
    def is_light(self) -> bool:
        """Whether the pen is lighter than the paper around it."""
        is_pen = self.pen >= PEN_LEVEL
        around = cv2.dilate(is_pen.view(np.uint8), AROUND) > 0
        paper = self.grey[around & (self.pen + self.other < ZERO_INK)]
        return bool(is_pen.any() and len(paper) and self.grey[is_pen].mean() > paper.mean())

    @cached_property
    def components(self) -> Components:
        """The connected pen, without specks and without the cut writing of neighbouring cells.

        Writing beyond a border that the picture shows whole is kept: a rule may divide a number, as
        francs from centimes.
        """
        found = measure_components(self.pen >= PEN_LEVEL, self.pen)
        is_writing = found.areas * self.scale**2 >= MIN_AREA_PX
        if not self.is_cut_out:
            is_writing &= _are_near(found, found.n_pixels_in(self.pen >= SURE_LEVEL) > 0)
        is_rule = self.other >= (BORDER_LEVEL if self.is_cut_out else np.inf)
        left, right = _between_borders(is_rule)
        top, bottom = _between_borders(is_rule.T)
        is_inside = (found.boxes[:, 2:] > (left, top)) & (found.boxes[:, :2] < (right, bottom))
        is_in_cell = is_writing & is_inside.all(axis=1)
        if is_in_cell.any():
            is_writing &= is_in_cell | ~found.are_at_edge
        return found if is_writing.all() else found.of(is_writing)

    @cached_property
    def marks(self) -> Components:
        """The connected pixels that are pen or anything else, but for those of an edge."""
        level = self.pen + self.other
        found = measure_components(level >= PEN_LEVEL, level)
        return found.of(~found.are_at_edge)

    @cached_property
    def ink(self) -> Ink:
        """All writing, float32 (H, W), 0 for paper to 1 for ink."""
        return self._render(self._is_any)

    @cached_property
    def is_digit(self) -> Mask:
        """Which components (P,) are the digit in the middle."""
        return select_digit(self.components, self._is_any)

    @property
    def has_more_than_digit(self) -> bool:
        """Whether there is writing beside that digit."""
        return not self.is_digit.all()

    @cached_property
    def digit_box(self) -> tuple[int, int, int, int]:
        """x, y, width and height of that digit's ink."""
        return bounding_box(self._digit)

    @cached_property
    def digit(self) -> Ink:
        """That digit's ink (h, w) within its bounding box."""
        x, y, width_px, height_px = self.digit_box
        return self._digit[y : y + height_px, x : x + width_px]

    @property
    def crossed_digit(self) -> Ink:
        """The digit with the marks that it is part of, 0 or 1, within their bounding box."""
        digit = self.components.pixels(self.is_digit)
        is_of_digit = self.marks.n_pixels_in(digit) > 0
        return crop(np.asarray(self.marks.pixels(is_of_digit) | digit, np.float32))

    @property
    def _is_any(self) -> Mask:
        return np.ones(len(self.components.areas), np.bool_)

    @cached_property
    def _digit(self) -> Ink:
        return self._render(self.is_digit) if self.has_more_than_digit else self.ink

    def _render(self, is_chosen: Mask) -> Ink:
        """Return the ink (H, W) of chosen components (P,)."""
        chosen = self.components.pixels(is_chosen).view(np.uint8)
        is_near = cv2.dilate(chosen, np.ones((3, 3), np.uint8)) > 0
        ink = (self.pen - ZERO_INK) / (FULL_INK - ZERO_INK)
        return np.asarray(np.where(is_near, ink.clip(0, 1), 0), np.float32)


Segment = Callable[[Pixels], Segmentation]
"""Finds the pen in a picture, uint8 (H, W)."""


def segmenter(find_ink: FindInk) -> Segment:
    """Return what finds the pen in a picture by the network of ink.

    A picture whose longer side is below ``MIN_LONGER_PX`` is enlarged before; one with higher
    writing than ``MAX_HEIGHT_PX``, as an overview has it, is reduced.
    """

    def segment(grey: Pixels) -> Segmentation:
        longer_px = max(grey.shape)
        if longer_px <= MAX_CUT_OUT_PX:
            return _segment_at(max(1.0, MIN_LONGER_PX / longer_px), grey, find_ink)
        scale = MAX_CUT_OUT_PX / longer_px
        overview = _segment_at(scale, grey, find_ink)
        components = overview.components
        closer = min(1.0, sqrt(MAX_PIXELS / grey.size))
        if len(components.areas):
            weights = components.areas.astype(np.float64)
            closer = min(closer, MAX_HEIGHT_PX / weighted_median(components.heights_px, weights))
        return overview if closer <= scale else _segment_at(closer, grey, find_ink)

    return segment


def _segment_at(scale: float, grey: Pixels, find_ink: FindInk) -> Segmentation:
    """Return what a picture, uint8 (H, W), shows where the network is given it at a scale."""
    rows, columns = (max(1, round(scale * side)) for side in grey.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(grey, (columns, rows), interpolation=way), np.uint8)
    padding = [(0, -side % MULTIPLE_PX) for side in (rows, columns)]
    classes = find_ink(to_ink_inputs(np.pad(scaled, padding, mode="edge")[np.newaxis]))[0]

    def in_picture(number: int) -> Ink:
        size = 2 * classes.shape[1], 2 * classes.shape[0]
        whole = cv2.resize(classes[:, :, number], size, interpolation=cv2.INTER_LINEAR)
        part, size = whole[:rows, :columns], grey.shape[::-1]
        way = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_AREA
        return np.asarray(cv2.resize(part, size, interpolation=way), np.float32)

    return Segmentation(grey, in_picture(PEN), in_picture(OTHER), scale)


def _are_near(components: Components, is_sure: Mask) -> Mask:
    """Return which components (P,) are sure, or at most a digit's height from one that is."""
    boxes, sure = components.boxes, components.boxes[is_sure]
    if is_sure.all() or not is_sure.any() or len(boxes) * len(sure) > MAX_PAIRS:
        return is_sure
    areas = components.areas[is_sure].astype(np.float64)
    reach_px = weighted_median(components.heights_px[is_sure], areas)
    gaps = np.maximum(boxes[:, None, :2] - sure[:, 2:], sure[:, :2] - boxes[:, None, 2:])
    return np.asarray(gaps.max(axis=2).min(axis=1) <= reach_px, np.bool_)


def _between_borders(is_rule: Mask) -> tuple[int, int]:
    """Return the first column between the upright borders of the middle of (H, W), and the last.

    The last is exclusive. Without borders these are the picture's.
    """
    rows, columns = is_rule.shape
    lean_px, gap_px = max(1, round(BORDER_LEAN * columns)), max(1, round(BORDER_GAP * rows))
    window = np.ones((2 * (gap_px // 2) + 1, 2 * lean_px + 1), np.uint8)
    widened = cv2.dilate(np.ascontiguousarray(is_rule).view(np.uint8), window)
    is_border = widened.mean(axis=0) >= MIN_BORDER
    inner = round((1 - BORDER_PART) * columns) + lean_px
    on_left = np.flatnonzero(is_border[: columns - inner])
    on_right = np.flatnonzero(is_border[inner:]) + inner
    first = int(on_left[-1]) + 1 - lean_px if len(on_left) else 0
    return first, int(on_right[0]) + lean_px if len(on_right) else columns


def to_ink_inputs(greys: Pixels) -> Ink:
    """Return grey pictures (N, H, W) as inputs (N, H, W, 1) float32, of level and contrast alike.

    ``(grey - median) / deviation``, where the deviation is at least ``MIN_DEVIATION``. They are of
    the whole picture; where it is larger than a cut-out, of the square around each pixel, for its
    light may vary. The median is the paper's grey in most pictures.

    Raises
    ------
    ValueError
        If a side is no multiple of 16.
    """
    if greys.ndim != 3 or any(side % MULTIPLE_PX for side in greys.shape[1:]):
        raise ValueError(
            f"Expected pictures (N, H, W) with sides of multiples of {MULTIPLE_PX} pixels, "
            f"but got {greys.shape}"
        )
    inputs: Ink = greys.astype(np.float32)
    if max(greys.shape[1:]) > MAX_CUT_OUT_PX:
        for grey, each in zip(greys, inputs, strict=True):
            level, deviation = _around(grey)
            each -= level
            each /= np.maximum(MIN_DEVIATION, deviation)
        return inputs[..., np.newaxis]
    inputs -= np.median(greys, axis=(1, 2), keepdims=True).astype(np.float32)
    inputs /= np.maximum(MIN_DEVIATION, inputs.std(axis=(1, 2), keepdims=True))
    return inputs[..., np.newaxis]


def _around(grey: Pixels) -> tuple[Ink, Ink]:
    """Return the median and the deviation around each pixel of uint8 (H, W), both (H, W)."""
    window_px = MAX_CUT_OUT_PX // SAMPLED_PX + 1
    size = grey.shape[::-1]
    sampled = np.ascontiguousarray(grey[::SAMPLED_PX, ::SAMPLED_PX])
    margins = (window_px // 2,) * 4
    widened = cv2.copyMakeBorder(sampled, *margins, cv2.BORDER_REFLECT)
    medians = cv2.medianBlur(widened, window_px)[(slice(margins[0], -margins[0]),) * 2]
    level = np.asarray(cv2.resize(medians.astype(np.float32), size), np.float32)
    squares = cv2.resize((grey - level) ** 2, sampled.shape[::-1], interpolation=cv2.INTER_AREA)
    deviation = np.sqrt(cv2.blur(squares, (window_px, window_px), borderType=cv2.BORDER_REFLECT))
    return level, np.asarray(cv2.resize(deviation, size), np.float32)


def left_out_of_segmentation(found: Segmentation, *, is_of_one_digit: bool) -> list[LeftOut]:
    """Return digits, or parts of them, that an edge cuts, and marks that may be digits or not.

    In a picture of one digit, other writing is included. Boxes are in the picture's pixels.
    """
    components, boxes = found.components, found.components.boxes
    usual_px = weighted_median(components.longer_px, components.areas.astype(np.float64))
    is_cut = are_cut(boxes, found.grey.shape, EDGE_PX if found.is_cut_out else 0)
    if found.is_cut_out:
        middles = (boxes[:, :2] + boxes[:, 2:]) / 2 / found.grey.shape[::-1]
        is_cut &= np.tile(np.abs(middles - 1 / 2) > 1 / 2 - OUTER_PART, 2)
    is_cut_digit = is_cut.any(axis=1) & (components.longer_px >= MIN_CUT_SIZE * usual_px)
    marks = found.marks
    is_open = marks.n_pixels_in(found.pen >= ZERO_INK) >= MIN_OPEN * marks.areas
    is_open &= marks.n_pixels_in(found.pen >= PEN_LEVEL) < MAX_PEN * marks.areas
    # A page has many pieces of rules.
    sizes_px = marks.longer_px if found.is_cut_out else marks.heights_px
    is_open &= sizes_px >= MIN_DIGIT_SIZE * usual_px
    left_out = left_out_boxes(boxes[is_cut_digit], ReasonNotRead.CUT_BY_EDGE)
    left_out += left_out_boxes(marks.boxes[is_open], ReasonNotRead.TAKEN_FOR_LINE)
    if not is_of_one_digit:
        return left_out
    is_other = ~found.is_digit & (components.longer_px >= MIN_DIGIT_SIZE * usual_px)
    return left_out_boxes(boxes[is_other], ReasonNotRead.BESIDE_THE_DIGIT) + left_out
