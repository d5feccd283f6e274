"""The ink of a cut-out, a cell or a box: grey -> maps of pen and of anything else -> ink.

The network of ink says of each pixel whether it is paper, pen, or anything else: a rule, a border,
print, the table beside the sheet. It was trained on writing from 14 to 128 pixels high.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask, Pixels, bounding_box
from nn.reading.page.components import (
    EDGE_PX,
    Components,
    are_cut,
    left_out_boxes,
    measure_components,
    weighted_median,
)
from nn.reading.reading import LeftOut

PAPER, PEN, OTHER = 0, 1, 2
EITHER = 255  # in what is learnt from, a pixel that does not count: an edge, or what cannot be seen
MULTIPLE_PX = 16  # of a picture's height and width
MIN_SIDE_PX = 128  # longer side of what the network is given: smaller pictures are enlarged
MIN_DEVIATION = 4.0  # in grey levels: less is noise of the camera, which is not amplified
PEN_LEVEL = 0.5  # probability from which a pixel is pen
OPEN_LEVEL, SURE_LEVEL = 0.3, 0.7  # from the first to the second it is open whether it is pen
MIN_AREA_PX = 6  # of a component, in pixels of what the network is given: less is noise
MIN_FAINT_SIZE = 0.6  # longer side of what may be a digit, over the usual one
OUTER_PART = 1 / 4  # of a side: ink that an edge cuts has its middle there
MAX_STROKE_DISTANCE = 1 / 4  # from a stroke to its digit, over the digit's longer side

FindInk = Callable[[Ink], Ink]
"""Takes a picture's inputs (1, H, W, 1), returns the probability of each class
(1, H/2, W/2, 3)."""


@dataclass(frozen=True)
class Segmentation:
    """What the pixels of a cut-out are.

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

    @cached_property
    def is_light(self) -> bool:
        """Whether the pen is lighter than the paper around it."""
        is_pen = self.pen >= PEN_LEVEL
        around = cv2.dilate(is_pen.view(np.uint8), np.ones((9, 9), np.uint8)) > 0
        paper = self.grey[around & (self.pen + self.other < OPEN_LEVEL)]
        return bool(is_pen.any() and len(paper) and self.grey[is_pen].mean() > paper.mean())

    @cached_property
    def components(self) -> Components:
        """The connected pen, without specks."""
        found = measure_components(self.pen >= PEN_LEVEL, self.pen)
        is_large = found.areas * self.scale**2 >= MIN_AREA_PX
        return found if is_large.all() else found.of(is_large)

    @cached_property
    def ink(self) -> Ink:
        """All writing, float32 (H, W), 0 for paper to 1 for ink."""
        return self._render(np.ones(len(self.components.areas), np.bool_))

    @cached_property
    def is_digit(self) -> Mask:
        """Which components (P,) are the digit in the middle."""
        return select_digit(self.components)

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

    @cached_property
    def _digit(self) -> Ink:
        return self._render(self.is_digit) if self.has_more_than_digit else self.ink

    def _render(self, is_chosen: Mask) -> Ink:
        """Return the ink (H, W) of chosen components (P,)."""
        chosen = self.components.pixels(is_chosen).view(np.uint8)
        is_near = cv2.dilate(chosen, np.ones((3, 3), np.uint8)) > 0
        ink = (self.pen - OPEN_LEVEL) / (SURE_LEVEL - OPEN_LEVEL)
        return np.asarray(np.where(is_near, ink.clip(0, 1), 0), np.float32)


Segment = Callable[[Pixels], Segmentation]
"""Finds the pen in a picture, uint8 (H, W)."""


def segmenter(find_ink: FindInk) -> Segment:
    """Return what finds the pen in a picture by the network of ink.

    A picture whose longer side is below ``MIN_SIDE_PX`` is enlarged before.
    """

    def segment(grey: Pixels) -> Segmentation:
        scale = max(1.0, MIN_SIDE_PX / max(grey.shape))
        rows, columns = (max(1, round(scale * side)) for side in grey.shape)
        enlarged = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_CUBIC)
        scaled = np.asarray(enlarged, np.uint8)
        padding = [(0, -side % MULTIPLE_PX) for side in (rows, columns)]
        classes = find_ink(to_ink_inputs(np.pad(scaled, padding, mode="edge")[np.newaxis]))[0]

        def in_picture(number: int) -> Ink:
            size = 2 * classes.shape[1], 2 * classes.shape[0]
            whole = cv2.resize(classes[:, :, number], size, interpolation=cv2.INTER_LINEAR)
            part, size = whole[:rows, :columns], grey.shape[::-1]
            return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32)

        return Segmentation(grey, in_picture(PEN), in_picture(OTHER), scale)

    return segment


def to_ink_inputs(greys: Pixels) -> Ink:
    """Return grey pictures (N, H, W) as inputs (N, H, W, 1) float32, of mean and deviation alike.

    ``(grey - median) / deviation`` of each picture, where the deviation is at least
    ``MIN_DEVIATION``. The median is the paper's grey in most pictures.

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
    inputs -= np.median(greys, axis=(1, 2), keepdims=True).astype(np.float32)
    inputs /= np.maximum(MIN_DEVIATION, inputs.std(axis=(1, 2), keepdims=True))
    return inputs[..., np.newaxis]


def select_digit(components: Components) -> Mask:
    """Return which components (P,) form the one digit of the picture.

    The heaviest that is not too far from the middle, and what is near it.
    """
    boxes = components.boxes
    if not len(boxes):
        return np.zeros(0, np.bool_)
    main = int(np.argmax(components.areas * components.levels * components.centrality))
    left, top, right, bottom = boxes[main]
    gaps_x = np.maximum(left - boxes[:, 2], boxes[:, 0] - right)
    gaps_y = np.maximum(top - boxes[:, 3], boxes[:, 1] - bottom)
    near_px = MAX_STROKE_DISTANCE * max(right - left, bottom - top)
    reach_px = np.where(components.are_at_edge, components.line_widths_px[main], near_px)
    is_chosen: Mask = np.maximum(gaps_x, gaps_y) < reach_px
    is_chosen[main] = True
    return is_chosen


def left_out_of_cut_out(found: Segmentation, *, is_of_one_digit: bool) -> list[LeftOut]:
    """Return writing that is cut by an edge, and what may be pen or not, of a digit's size.

    In a picture of one digit, other writing is included. Boxes are in the picture's pixels.
    """
    components = found.components
    usual_px = weighted_median(components.longer_px, components.areas.astype(np.float64))
    open_parts = measure_components(found.pen >= OPEN_LEVEL, found.pen)
    is_open = open_parts.n_pixels_in(found.pen >= SURE_LEVEL) == 0
    is_open &= open_parts.longer_px >= MIN_FAINT_SIZE * usual_px
    left_out = left_out_boxes(open_parts.boxes[is_open], ReasonNotRead.FAINT)
    if is_of_one_digit:
        is_other = ~found.is_digit & (components.longer_px >= MIN_FAINT_SIZE * usual_px)
        left_out += left_out_boxes(components.boxes[is_other], ReasonNotRead.BESIDE_THE_DIGIT)
    middles = (components.boxes[:, :2] + components.boxes[:, 2:]) / 2 / found.grey.shape[::-1]
    is_outer = np.abs(middles - 1 / 2) > 1 / 2 - OUTER_PART
    is_cut = are_cut(components.boxes, found.grey.shape, EDGE_PX) & np.tile(is_outer, 2)
    return left_out + left_out_boxes(
        components.boxes[is_cut.any(axis=1)], ReasonNotRead.CUT_BY_EDGE
    )
