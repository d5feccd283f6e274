"""Connected components of a mask, and their measures.

8-connectivity. A. Rosenfeld, J. Pfaltz, "Sequential operations in digital picture processing",
1966.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask
from nn.reading.reading import LeftOut

Labels = NDArray[np.int32]
Boxes = NDArray[np.int64]
Floats = NDArray[np.float64]

MAX_SPECK = 1 / 50  # of the picture's shorter side: the longer side of the largest speck
EDGE_PX = 2  # distance from the picture's edge up to which a component touches it
CENTRALITY_FALLOFF = 4  # exponent: weight of a component half a side off the middle is e ** -4
MAX_CROPPED = 1 / 20  # paper at the side opposite a cropped one, over the picture's side
MAX_INKED = 0.1  # share of ink in a component that is not read: resizing adds a few dark pixels
MAX_STROKE_DISTANCE = 1 / 4  # from a stroke to its digit, over the digit's longer side
MOSTLY = 0.6  # share of a component's pixels


@dataclass(frozen=True)
class Components:
    """The P connected components of a picture's dark pixels: a row each, a column each measure.

    Attributes
    ----------
    labels
        int32 (H, W): 0 for paper, p + 1 for component p.
    boxes
        (P, 4): left, top, right and bottom; the last two are exclusive.
    areas
        (P,) pixels.
    levels
        (P,) contrast in the middle of the lines, 0 to 1.
    line_widths_px
        (P,) mean width of the lines.
    """

    labels: Labels
    boxes: Boxes
    areas: NDArray[np.int64]
    levels: Floats
    line_widths_px: Floats

    @cached_property
    def sides_px(self) -> NDArray[np.int64]:
        """The width and height of each component (P, 2)."""
        return self.boxes[:, 2:] - self.boxes[:, :2]

    @property
    def heights_px(self) -> NDArray[np.int64]:
        """(P,)."""
        return self.sides_px[:, 1]

    @cached_property
    def longer_px(self) -> NDArray[np.int64]:
        """The longer side of each component (P,)."""
        longer: NDArray[np.int64] = self.sides_px.max(axis=1)
        return longer

    @cached_property
    def are_at_edge(self) -> Mask:
        """Which components (P,) touch an edge of the picture."""
        height_px, width_px = self.labels.shape
        limits = np.array([1, 1, 1 - width_px, 1 - height_px]) + EDGE_PX
        return np.asarray((self.boxes * [1, 1, -1, -1] <= limits).any(axis=1), np.bool_)

    @cached_property
    def are_specks(self) -> Mask:
        """Which components (P,) are too small for strokes of digits."""
        return np.asarray(self.longer_px < MAX_SPECK * min(self.labels.shape), np.bool_)

    @cached_property
    def centrality(self) -> Floats:
        """How near to the picture's middle each component (P,) is: 1 there, almost 0 far off."""
        size = np.array(self.labels.shape[::-1])
        off_middle = (self.boxes[:, :2] + self.boxes[:, 2:]) / size - 1
        return np.asarray(np.exp(-CENTRALITY_FALLOFF * (off_middle**2).sum(axis=1)), np.float64)

    def of(self, is_chosen: Mask) -> "Components":
        """Return the chosen components (P,) alone."""
        numbers = np.where(is_chosen, np.cumsum(is_chosen), 0)
        labels = np.concatenate([[0], numbers]).astype(np.int32)[self.labels]
        return Components(
            labels,
            self.boxes[is_chosen],
            self.areas[is_chosen],
            self.levels[is_chosen],
            self.line_widths_px[is_chosen],
        )

    def pixels(self, is_chosen: Mask) -> Mask:
        """Return the pixels (H, W) of the chosen components (P,)."""
        return np.asarray(np.take(np.concatenate([[False], is_chosen]), self.labels), np.bool_)

    def n_pixels_in(self, region: Mask | tuple[slice, slice]) -> NDArray[np.int64]:
        """Return how many pixels of each component (P,) are in a region (H, W)."""
        n_inside = np.bincount(self.labels[region].ravel(), minlength=len(self.areas) + 1)[1:]
        return np.asarray(n_inside, np.int64)

    def are_mostly_in(self, region: Mask) -> Mask:
        """Return which components (P,) have most of their pixels in a region (H, W)."""
        return np.asarray(self.n_pixels_in(region) > MOSTLY * self.areas, np.bool_)


def label_components(mask: Mask) -> tuple[Labels, Boxes, NDArray[np.int64]]:
    """Return the labels, boxes and areas, as in ``Components``, of a mask (H, W).

    By blocks of 2x2 pixels, which takes half the time of OpenCV's default (C. Grana, D. Borghesani,
    R. Cucchiara, "Optimized block-based connected components labeling with decision trees", 2010).
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask.view(np.uint8), 8, cv2.CV_32S, cv2.CCL_GRANA
    )
    left, top, width, height, areas = stats[1:].T.astype(np.int64)
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    return np.asarray(labels, np.int32), boxes, areas


def is_one_component(mask: Mask) -> bool:
    """Return whether all of a mask (H, W), at least one pixel, is connected.

    To fill one component is quicker than to label all, which OpenCV does in several threads.
    """
    y, x = divmod(int(mask.argmax()), mask.shape[1])
    n_filled, *_ = cv2.floodFill(mask.astype(np.uint8), None, (x, y), 2, flags=8)
    return bool(n_filled == np.count_nonzero(mask))


def written_part(mask: Mask) -> tuple[slice, slice]:
    """Return the rows and columns, at least one, of a mask (H, W) that hold all of it.

    They start at even numbers: so blocks of 2x2 pixels, and the order of components, are the same.
    """
    x, y, width_px, height_px = cv2.boundingRect(mask.view(np.uint8))
    return slice(y - y % 2, max(1, y + height_px)), slice(x - x % 2, max(1, x + width_px))


def measure_components(is_dark: Mask, contrast: Ink) -> Components:
    """Return the components of dark pixels (H, W), measured in the contrast (H, W)."""
    labels, boxes, areas = label_components(is_dark)
    depth = np.asarray(cv2.distanceTransform(is_dark.view(np.uint8), cv2.DIST_L2, 3), np.float64)
    inside = labels[is_dark]
    values = contrast[is_dark].astype(np.float64)

    def total(of: Floats) -> Floats:
        return np.asarray(np.bincount(inside, of, minlength=len(areas) + 1)[1:], np.float64)

    # The mean weighted by the contrast itself is near to that in the middle of the line.
    levels = total(values**2) / np.maximum(total(values), 1e-9)
    widths_px = 4 * total(depth[is_dark]) / areas  # the mean depth is a quarter of the width
    return Components(labels, boxes, areas, levels, widths_px)


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


def weighted_median(values: NDArray[np.float64 | np.int64], weights: Floats) -> float:
    """Return the smallest value up to which half of the weight lies."""
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def are_cut(boxes: Boxes, shape: tuple[int, ...], near_px: int) -> Mask:
    """Return at which edges (N, 4), left, top, right and bottom, boxes are cut.

    Ink at an edge goes on beyond it, unless there is ink near the opposite edge too: then the
    picture was cropped to its ink.
    """
    sides_px = np.array(shape[::-1] * 2)
    margins_px = np.abs(boxes - [0, 0, *sides_px[:2]])
    least_px = margins_px.min(axis=0, initial=sides_px.max())
    is_cropped = np.roll(least_px, 2) <= MAX_CROPPED * sides_px
    return np.asarray((margins_px <= near_px) & ~is_cropped, np.bool_)


def left_out_boxes(boxes: Boxes | Floats, why: ReasonNotRead) -> list[LeftOut]:
    """Return the boxes (N, 4), left, top, right and bottom, with the reason."""
    return [
        LeftOut((left, top, right - left, bottom - top), why)
        for left, top, right, bottom in boxes.tolist()
    ]
