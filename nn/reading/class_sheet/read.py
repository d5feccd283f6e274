"""From a picture of a filled class sheet to the ink in its boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nn.reading.class_sheet.dividing import InkOfBox, divide
from nn.reading.class_sheet.flatten import FlatPage, flatten
from nn.reading.class_sheet.layout import Corner, SheetPage
from nn.reading.class_sheet.markers import (
    Points,
    SheetFault,
    UnreadableSheet,
    find_page,
    has_many_outlines,
)
from nn.reading.class_sheet.registration import MILLIMETRE_PX
from nn.reading.mnist import Ink, Mask, Pixels, ink_to_mnist
from nn.reading.page.components import Components, measure_components
from nn.reading.page.grey import reduction_of, to_grey
from nn.reading.page.writing import render_ink, select_digit

WORKING_PX = 2000  # longer side, about, to which larger pictures are reduced
MIN_DIGIT_MM = 3.0  # longer side: a speck is smaller
MIN_CONTRAST_RATIO = 0.35  # of ink, over the contrast of the box's largest ink
MAX_BORDER_CONTRAST = 0.3  # of a border's remainder in changing light
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
    grey, reduction = to_grey(picture, WORKING_PX), reduction_of(picture, WORKING_PX)
    if has_many_outlines(grey):
        raise UnreadableSheet(SheetFault.NO_SHEET)
    is_mirrored = False
    try:
        found = find_page(grey)
    except UnreadableSheet as error:
        if error.fault != SheetFault.NO_SHEET:
            raise
        is_mirrored = True
        grey = np.ascontiguousarray(grey[:, ::-1])
        found = find_page(grey)
    flat = flatten(grey, found)
    corners = flat.corners()
    if is_mirrored:
        corners[..., 0] = grey.shape[1] - corners[..., 0]
    return FilledPage(
        found.page,
        read_boxes(flat),
        corners * reduction.factor + np.array(reduction.origin_px),
        [corner for corner in Corner if corner not in found.markers],
    )


def read_boxes(page: FlatPage) -> list[BoxInk]:
    """Return the ink of each box of a flattened page, in the order of its boxes."""
    places = page.places_px()
    return [
        _select(ink, _in_even_light(page.contrast[top:bottom, left:right]))
        for ink, (left, top, right, bottom) in zip(
            divide(page.contrast, places), places, strict=True
        )
    ]


def _select(of_box: InkOfBox, cut_out: Pixels) -> BoxInk:
    """Return the digit among the ink of a box."""
    empty = BoxInk(None, is_cut=False, is_left_out=False, cut_out=cut_out)
    is_ink, contrast = of_box.is_own | of_box.is_shared, of_box.contrast
    if not is_ink.any():
        return empty
    components = measure_components(is_ink, contrast)
    usual = components.levels[np.argmax(components.areas * components.levels)]
    is_pale = _are_large(components, of_box) & (components.levels <= MIN_CONTRAST_RATIO * usual)
    components = measure_components(is_ink & (contrast > MIN_CONTRAST_RATIO * usual), contrast)
    is_border = _are_borders(components, of_box)
    is_large = _are_large(components, of_box)
    if not is_large.any():
        return empty
    is_digit = select_digit(components, ~is_border)
    return BoxInk(
        ink=render_ink(components, is_digit, contrast),
        is_cut=bool((components.pixels(is_digit) & of_box.is_shared).any()),
        is_left_out=bool(is_pale.any() or (is_large & ~is_digit).any()),
        cut_out=cut_out,
    )


def _are_borders(components: Components, of_box: InkOfBox) -> Mask:
    """Return which components (P,) are remainders of the box's border."""
    is_pale = components.levels < MAX_BORDER_CONTRAST
    return components.are_mostly_in(of_box.is_border) & is_pale


def _are_large(components: Components, of_box: InkOfBox) -> Mask:
    """Return which components (P,) have a digit's size and are not border remainders."""
    is_large = components.sides_px.max(axis=1) >= MIN_DIGIT_MM * MILLIMETRE_PX
    return np.asarray(is_large & ~_are_borders(components, of_box), np.bool_)


def _in_even_light(contrast: Ink) -> Pixels:
    """Return contrast as a grey image on white, in few levels, so that a file of it is small."""
    levels = np.rint(contrast * (N_LEVELS - 1))
    return np.rint(255 - levels * 255 / (N_LEVELS - 1)).astype(np.uint8)
