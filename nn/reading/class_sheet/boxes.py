"""From a picture of a filled class sheet to the ink in its boxes, without their printed borders.

Along each side of a box the median across the line is the border, which a pen crosses only here and
there. A component of ink belongs as a whole to the box that holds most of it; only a component that
two boxes share is cut between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.reading.class_sheet.contrast import render_ink
from nn.reading.class_sheet.flatten import MILLIMETRE_PX, FlatPage, Place, flatten
from nn.reading.class_sheet.layout import GAP_MM, Corner, SheetPage
from nn.reading.class_sheet.markers import (
    Points,
    SheetFault,
    UnreadableSheet,
    find_sheet_page,
    has_many_outlines,
)
from nn.reading.lines.look_alikes import is_struck_out
from nn.reading.mnist import Ink, Mask, Pixels, crop, ink_to_mnist
from nn.reading.page.components import (
    Components,
    Floats,
    Labels,
    label_components,
    measure_components,
    select_digit,
)
from nn.reading.page.grey import reduction_of, to_grey

WORKING_SHEET_PX = 2000  # longer side, about, to which larger pictures are reduced
BAND_PX = round(0.7 * MILLIMETRE_PX)  # at each side of a border: its blur, and its place's error
MIN_CONTRAST = 0.08  # share of the paper's light that even a faint line lacks
NOISE_DEVIATIONS = 4.5  # of the grain, by which the threshold is above paper
MIN_CONTRAST_RATIO = 0.35  # of ink, over the usual contrast: paler ink is a shadow, or faint
MAX_BEYOND_MM = 5.0  # beyond its box, within which a digit is read
MIN_INSIDE = 0.3  # share of a component in boxes, if it is not printed between them
MIN_OWN = 0.75  # share of a component that a box owns alone, relative to the two main boxes
MIN_SHARED = 0.25  # share from which a box owns its part of a component
GRAIN_PX = 2  # standard deviation of the blur that noise is measured against
MIN_DIGIT_MM = 3.0  # longer side: a speck is smaller
MAX_REMAINDER_CONTRAST = 0.3  # of what is left of a border in changing light
N_LEVELS = 16  # of grey, of a box for people


@dataclass(frozen=True)
class BoxInk:
    """What is in a box.

    Attributes
    ----------
    ink
        float32 (h, w), 0 for paper to 1 for ink; None if the box is empty.
    is_cut
        Whether the ink was cut from that of a neighbouring box.
    is_left_out
        Whether other ink of a digit's size in the box was not taken.
    cut_out
        uint8 (H, W): the flattened box in even light, for people.
    """

    ink: Ink | None
    is_cut: bool
    is_left_out: bool
    cut_out: Pixels

    @property
    def image(self) -> Pixels | None:
        """The network's input, uint8 (28, 28); None if the box is empty."""
        return None if self.ink is None else ink_to_mnist(self.ink)

    @cached_property
    def is_struck_out(self) -> bool:
        """Whether a long level line crosses the digit."""
        return self.ink is not None and is_struck_out(crop(self.ink))


@dataclass(frozen=True)
class FilledPage:
    """What is on a page of a class sheet.

    Attributes
    ----------
    page
        What is printed.
    boxes
        The ink in its boxes, in their order.
    corners
        float64 (N, 4, 2): the boxes' corners in pixels of the upright picture, clockwise as
        printed, from the top left.
    missing
        The corners of the page whose markers were not found.
    """

    page: SheetPage
    boxes: Sequence[BoxInk]
    corners: Points
    missing: Sequence[Corner]


def read_page(picture: Image.Image) -> FilledPage:
    """Return the filled page of a class sheet in a picture, turned by any angle, or mirrored.

    Raises
    ------
    UnreadableSheet
        When the picture shows no page that can be read.
    """
    grey = to_grey(picture, WORKING_SHEET_PX)
    reduction = reduction_of(picture, WORKING_SHEET_PX)
    if has_many_outlines(grey):
        raise UnreadableSheet(SheetFault.NO_SHEET)
    is_mirrored = False
    try:
        found = find_sheet_page(grey)
    except UnreadableSheet as error:
        if error.fault != SheetFault.NO_SHEET:
            raise
        is_mirrored = True
        grey = np.ascontiguousarray(grey[:, ::-1])
        found = find_sheet_page(grey)
    flat = flatten(grey, found)
    corners = flat.corners()
    if is_mirrored:
        corners[..., 0] = grey.shape[1] - corners[..., 0]
    return FilledPage(
        found.page,
        _read_boxes(flat),
        corners * reduction.factor + np.array(reduction.origin_px),
        [corner for corner in Corner if corner not in found.markers],
    )


def _read_boxes(page: FlatPage) -> list[BoxInk]:
    """Return the ink of each box of a flattened page, in the order of its boxes."""
    places = page.places_px()
    contrast = _without_borders(page.contrast, places)
    labels, _, areas = label_components(contrast > _thresholds(contrast, places))
    components, owners, shares = _shares(labels, areas, places)
    boxes = []
    for i, (left, top, right, bottom) in enumerate(places):
        # Grey on white, in few levels, so that a file of it is small.
        levels = np.rint(page.contrast[top:bottom, left:right] * (N_LEVELS - 1))
        cut_out = np.rint(255 - levels * 255 / (N_LEVELS - 1)).astype(np.uint8)
        of_box = np.zeros(len(areas) + 1, np.float32)  # box by box: there may be many specks
        of_box[components[owners == i]] = shares[owners == i]
        boxes.append(_read_box(contrast, labels, of_box, places[i], cut_out))
    return boxes


def _without_borders(contrast: Ink, places: Sequence[Place]) -> Ink:
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


def _thresholds(contrast: Ink, places: Sequence[Place]) -> Ink:
    """Return the contrast (H, W) from which a pixel is dark; in a box it grows with the noise.

    In shadow there is more noise than in the light.
    """
    noise = np.abs(contrast - cv2.GaussianBlur(contrast, (0, 0), GRAIN_PX))
    least = np.full(contrast.shape, MIN_CONTRAST, np.float32)
    for place in places:
        around = _around(place, min(GAP_MM) / 2)
        deviation = 1.4826 * float(np.median(noise[around]))
        least[around] = max(MIN_CONTRAST, NOISE_DEVIATIONS * deviation)
    return least


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


def _read_box(contrast: Ink, labels: Labels, shares: Ink, place: Place, cut_out: Pixels) -> BoxInk:
    """Return the digit in a box that holds these shares (P + 1,) of the components.

    ``contrast`` and ``labels`` are of the whole sheet (H, W).
    """
    rows, columns = around = _around(place, MAX_BEYOND_MM)
    left, top, right, bottom = place
    contrast, share = contrast[around], shares[labels[around]]
    within = np.zeros(share.shape, np.uint8)  # 1 near the border and inside of it, 2 inside alone
    for value, distance in ((1, -BAND_PX), (2, BAND_PX)):
        y, x = top - rows.start + distance, left - columns.start + distance
        height, width = bottom - top - 2 * distance, right - left - 2 * distance
        within[y : y + height, x : x + width] = value
    is_shared = (share >= MIN_SHARED) & (share < MIN_OWN) & (within > 0)
    is_ink = (share >= MIN_OWN) | is_shared

    def are_borders(components: Components) -> Mask:
        """Return which components (P,) are remainders of the box's border."""
        is_pale = components.levels < MAX_REMAINDER_CONTRAST
        return components.are_mostly_in(within == 1) & is_pale

    def are_large(components: Components) -> Mask:
        is_large: Mask = components.longer_px >= MIN_DIGIT_MM * MILLIMETRE_PX
        return is_large & ~are_borders(components)

    empty = BoxInk(None, is_cut=False, is_left_out=False, cut_out=cut_out)
    if not is_ink.any():
        return empty
    components = measure_components(is_ink, contrast)
    usual = components.levels[np.argmax(components.areas * components.levels)]
    is_pale = are_large(components) & (components.levels <= MIN_CONTRAST_RATIO * usual)
    components = measure_components(is_ink & (contrast > MIN_CONTRAST_RATIO * usual), contrast)
    is_large = are_large(components)
    if not is_large.any():
        return empty
    is_digit = select_digit(components, ~are_borders(components))
    return BoxInk(
        ink=render_ink(components, is_digit, contrast),
        is_cut=bool((components.pixels(is_digit) & is_shared).any()),
        is_left_out=bool(is_pale.any() or (is_large & ~is_digit).any()),
        cut_out=cut_out,
    )


def _around(place: Place, reach_mm: float) -> tuple[slice, slice]:
    """Return the rows and columns of a box and of ``reach_mm`` around it."""
    left, top, right, bottom = place
    reach = round(reach_mm * MILLIMETRE_PX)
    return slice(max(0, top - reach), bottom + reach), slice(max(0, left - reach), right + reach)
