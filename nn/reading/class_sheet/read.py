"""A picture of a filled class sheet to what is in its boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nn.reading.class_sheet.boxes import BoxInk, read_boxes
from nn.reading.class_sheet.flatten import flatten
from nn.reading.class_sheet.layout import Corner, SheetPage
from nn.reading.class_sheet.markers import (
    Points,
    SheetFault,
    UnreadableSheet,
    find_page,
    has_many_outlines,
)
from nn.reading.ink.grey import reduction_of, to_grey

WORKING_PX = 2000  # longer side, about, to which larger pictures are reduced


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
    """Return what is on a page of a class sheet in a picture, turned by any angle, or mirrored.

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
