"""The ink of a flattened class sheet without its printed borders, divided among the boxes.

Along each side of a box the median across the line is the border, which a pen crosses only here and
there. A component of ink belongs, all of it, to the box that holds most of it; only what two boxes
share is cut between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.class_sheet.flatten import Place
from nn.reading.class_sheet.layout import GAP_MM
from nn.reading.class_sheet.registration import MILLIMETRE_PX
from nn.reading.ink.components import Floats, Labels, label_components
from nn.reading.ink.photo import LEAST_CONTRAST, NOISE
from nn.reading.mnist_format import Ink, Mask

BAND_PX = round(0.7 * MILLIMETRE_PX)  # at each side of a border: its blur, and its place's error
REACH_MM = 5.0  # beyond its box, within which a digit is read
INSIDE = 0.3  # share of a component in boxes, if it is not printed between them
OWN = 0.75  # share in a box, of what boxes hold of a component, that has it alone
SHARED = 0.25  # the same of a box that has a part of it
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
    n_inside = np.stack(
        [
            np.bincount(labels[top:bottom, left:right].ravel(), minlength=len(areas) + 1)[1:]
            for left, top, right, bottom in places
        ],
        axis=1,
    )
    n_in_boxes = n_inside.sum(axis=1, keepdims=True)
    shares = n_inside / np.maximum(n_in_boxes, 1)
    shares[n_in_boxes[:, 0] < INSIDE * areas] = 0
    return [
        _ink_of_box(cleared, labels, of_box, place)
        for of_box, place in zip(shares.T, places, strict=True)
    ]


def without_borders(contrast: Ink, places: Sequence[Place]) -> Ink:
    """Return the contrast (H, W) without that of the printed borders."""
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
    """Remove, in place, what the rows of a band (B, L) have in common beyond its outer rows."""
    line = np.median(band, axis=1, keepdims=True)
    line = np.maximum(line - min(line[0, 0], line[-1, 0]), 0)
    np.clip((band - line) / np.maximum(1 - line, 0.1), 0, 1, out=band)


def thresholds(contrast: Ink, places: Sequence[Place]) -> Ink:
    """Return the contrast (H, W) from which a pixel is dark; in a box it grows with the noise.

    In shadow there is more noise than in the light.
    """
    noise = np.abs(contrast - cv2.GaussianBlur(contrast, (0, 0), GRAIN_PX))
    least = np.full(contrast.shape, LEAST_CONTRAST, np.float32)
    for place in places:
        rows, columns = _around(place, min(GAP_MM) / 2)
        deviation = 1.4826 * float(np.median(noise[rows, columns]))
        least[rows, columns] = max(LEAST_CONTRAST, NOISE * deviation)
    return least


def _ink_of_box(contrast: Ink, labels: Labels, shares: Floats, place: Place) -> InkOfBox:
    """Return the ink of a box that has these shares (P,) of the components."""
    rows, columns = around = _around(place, REACH_MM)
    share = np.concatenate([[0], shares])[labels[around]]
    left, top, right, bottom = place
    within = np.zeros(share.shape, np.uint8)  # 1 near the border and inside of it, 2 inside alone
    for value, distance in ((1, -BAND_PX), (2, BAND_PX)):
        y, x = top - rows.start + distance, left - columns.start + distance
        height, width = bottom - top - 2 * distance, right - left - 2 * distance
        within[y : y + height, x : x + width] = value
    return InkOfBox(
        contrast=contrast[around],
        is_own=np.asarray(share >= OWN, np.bool_),
        is_shared=np.asarray((share >= SHARED) & (share < OWN) & (within > 0), np.bool_),
        is_border=np.asarray(within == 1, np.bool_),
    )


def _around(place: Place, reach_mm: float) -> tuple[slice, slice]:
    """Return the rows and columns of a box and so far around it."""
    left, top, right, bottom = place
    reach = round(reach_mm * MILLIMETRE_PX)
    return slice(max(0, top - reach), bottom + reach), slice(max(0, left - reach), right + reach)
