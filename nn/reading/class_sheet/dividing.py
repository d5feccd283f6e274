"""The ink of a flattened class sheet without its printed borders, divided among the boxes.

Along each side of a box the median across the line is the border, which a pen crosses only here and
there. A component of ink belongs as a whole to the box that holds most of it; only a component that
two boxes share is cut between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.class_sheet.flatten import Place
from nn.reading.class_sheet.layout import GAP_MM
from nn.reading.class_sheet.registration import MILLIMETRE_PX
from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import Floats, Labels, label_components
from nn.reading.page.photo import MIN_CONTRAST, NOISE_DEVIATIONS

BAND_PX = round(0.7 * MILLIMETRE_PX)  # at each side of a border: its blur, and its place's error
MAX_BEYOND_MM = 5.0  # beyond its box, within which a digit is read
MIN_INSIDE = 0.3  # share of a component in boxes, if it is not printed between them
MIN_OWN = 0.75  # share of a component that a box owns alone, relative to the two main boxes
MIN_SHARED = 0.25  # share from which a box owns its part of a component
GRAIN_PX = 2  # standard deviation of the blur that noise is measured against


@dataclass(frozen=True)
class InkOfBox:
    """The ink that belongs to a box, in a part of the sheet (h, w) around it.

    Attributes
    ----------
    contrast
        float32, without the printed borders.
    is_own
        Which pixels are of components that are the box's alone.
    is_shared
        Which are its part of components that other boxes share.
    is_border
        Which are near its border.
    """

    contrast: Ink
    is_own: Mask
    is_shared: Mask
    is_border: Mask


def divide(contrast: Ink, places: Sequence[Place]) -> list[InkOfBox]:
    """Return the ink that belongs to each box of a sheet's contrast (H, W)."""
    cleared = without_borders(contrast, places)
    labels, _, areas = label_components(cleared > thresholds(cleared, places))
    components, boxes, shares = _shares(labels, areas, places)
    divided = []
    for i, place in enumerate(places):
        of_box = np.zeros(len(areas) + 1, np.float32)
        of_box[components[boxes == i]] = shares[boxes == i]
        divided.append(_ink_of_box(cleared, labels, of_box, place))
    return divided


def _shares(
    labels: Labels, areas: NDArray[np.int64], places: Sequence[Place]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return the labels of components (S,), a box that holds a part of each, and its share.

    The share is relative to this box and the other one that holds most of the component.
    """
    box_of_pixel = np.full(labels.shape, -1, np.int16)
    for i, (left, top, right, bottom) in enumerate(places):
        box_of_pixel[top:bottom, left:right] = i
    is_inside = (labels > 0) & (box_of_pixel >= 0)
    pairs, n_inside = np.unique(
        labels[is_inside].astype(np.int64) * len(places) + box_of_pixel[is_inside],
        return_counts=True,
    )
    components, boxes = np.divmod(pairs, len(places))
    most = np.zeros((2, len(areas) + 1), np.int64)  # in one box, and in another
    order = np.argsort(n_inside, kind="stable")  # the last one of a component stays
    most[0, components[order]] = n_inside[order]
    place_of_most = np.full(len(areas) + 1, -1, np.int64)
    place_of_most[components[order]] = order
    is_most = place_of_most[components] == np.arange(len(pairs))
    np.maximum.at(most[1], components[~is_most], n_inside[~is_most])
    other = np.where(is_most, most[1, components], most[0, components])
    is_printed = np.bincount(components, n_inside, len(areas) + 1)[1:] < MIN_INSIDE * areas
    shares = n_inside / (n_inside + other)
    shares[is_printed[components - 1]] = 0
    return components, boxes, shares


def without_borders(contrast: Ink, places: Sequence[Place]) -> Ink:
    """Return the contrast (H, W) with the printed borders removed."""
    cleared = contrast.copy()
    for left, top, right, bottom in places:
        columns = slice(left - BAND_PX, right + BAND_PX)
        rows = slice(top - BAND_PX, bottom + BAND_PX)
        for edge in (top, bottom):
            _subtract_line(cleared[edge - BAND_PX : edge + BAND_PX, columns])
        for edge in (left, right):
            _subtract_line(cleared[rows, edge - BAND_PX : edge + BAND_PX].T)
    return cleared


def _subtract_line(band: Ink) -> None:
    """Remove from a band (B, L), in place, the median of each row, less that of the outer rows."""
    line = np.median(band, axis=1, keepdims=True)
    line = np.maximum(line - min(line[0, 0], line[-1, 0]), 0)
    np.clip((band - line) / np.maximum(1 - line, 0.1), 0, 1, out=band)


def thresholds(contrast: Ink, places: Sequence[Place]) -> Ink:
    """Return the contrast (H, W) from which a pixel is dark; in a box it grows with the noise.

    In shadow there is more noise than in the light.
    """
    noise = np.abs(contrast - cv2.GaussianBlur(contrast, (0, 0), GRAIN_PX))
    least = np.full(contrast.shape, MIN_CONTRAST, np.float32)
    for place in places:
        rows, columns = _around(place, min(GAP_MM) / 2)
        deviation = 1.4826 * float(np.median(noise[rows, columns]))
        least[rows, columns] = max(MIN_CONTRAST, NOISE_DEVIATIONS * deviation)
    return least


def _ink_of_box(contrast: Ink, labels: Labels, shares: Ink, place: Place) -> InkOfBox:
    """Return the ink of a box that holds these shares (P + 1,) of paper and the components."""
    rows, columns = around = _around(place, MAX_BEYOND_MM)
    share = shares[labels[around]]
    left, top, right, bottom = place
    within = np.zeros(share.shape, np.uint8)  # 1 near the border and inside of it, 2 inside alone
    for value, distance in ((1, -BAND_PX), (2, BAND_PX)):
        y, x = top - rows.start + distance, left - columns.start + distance
        height, width = bottom - top - 2 * distance, right - left - 2 * distance
        within[y : y + height, x : x + width] = value
    return InkOfBox(
        contrast=contrast[around],
        is_own=np.asarray(share >= MIN_OWN, np.bool_),
        is_shared=np.asarray((share >= MIN_SHARED) & (share < MIN_OWN) & (within > 0), np.bool_),
        is_border=np.asarray(within == 1, np.bool_),
    )


def _around(place: Place, reach_mm: float) -> tuple[slice, slice]:
    """Return the rows and columns of a box and so far around it."""
    left, top, right, bottom = place
    reach = round(reach_mm * MILLIMETRE_PX)
    return slice(max(0, top - reach), bottom + reach), slice(max(0, left - reach), right + reach)
