"""A photographed class sheet, flattened: its contrast, and where its boxes are.

The markers tell the perspective. Then the sheet is flattened again by the displacement of the boxes
that are found, so that lines are straight on curled paper, too.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.class_sheet.layout import PAGE_MM, Corner, Rectangle, SheetPage, marker_place
from nn.reading.class_sheet.markers import FoundPage, Points, SheetFault, UnreadableSheet
from nn.reading.class_sheet.registration import (
    MILLIMETRE_PX,
    NO_DISPLACEMENT,
    Displacement,
    fit,
    follow_boxes,
)
from nn.reading.mnist import Ink, Pixels
from nn.reading.page.light import contrast_at

SMOOTH_PX = 0.8  # standard deviation of the blur against grain
WINDOW_MM = 6.0  # in which any pen's line fits: what is wider and dark is a shadow
BORDER_WINDOW_MM = 1.2  # in which the borders of boxes fit: most of a shadow's edge is wider
STEP_PX = 15  # between points of the sheet that are mapped; those between are interpolated
MAX_OFF = 0.5  # of a marker's corner from where a flat sheet has it, over the marker's side
N_PASSES = 3  # in which the sheet is flattened by the displacement that was found before

Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the flattened sheet; the last two are exclusive."""


@dataclass(frozen=True)
class View:
    """How points of the sheet are seen: a homography (3, 3) of displaced points."""

    homography: NDArray[np.float64]
    displacement: Displacement

    def to_picture(self, points: Points) -> Points:
        """Return points (N, 2) in millimetres in pixels of the picture."""
        displaced = points + self.displacement(points)
        mapped = cv2.perspectiveTransform(displaced[None], self.homography)
        return np.asarray(mapped[0], np.float64)


@dataclass(frozen=True)
class FlatPage:
    """A flattened sheet, ``MILLIMETRE_PX`` pixels a millimetre.

    Attributes
    ----------
    page
        What is printed.
    contrast
        float32 (H, W): the share of the paper's light that each pixel lacks, 0 to 1.
    offsets_mm
        (N, 2): how far each box is from its place in the layout.
    view
        Of the sheet in the picture.
    """

    page: SheetPage
    contrast: Ink
    offsets_mm: Points
    view: View

    def places_px(self) -> list[Place]:
        """Return where each box is in whole pixels; its border's middle is on the edges."""
        return [
            _in_pixels(box.place, offset)
            for box, offset in zip(self.page.boxes, self.offsets_mm, strict=True)
        ]

    def corners(self) -> Points:
        """Return the corners of each box in the picture, (N, 4, 2), clockwise as printed."""
        flat = [
            corners_of(box.place) + offset
            for box, offset in zip(self.page.boxes, self.offsets_mm, strict=True)
        ]
        return self.view.to_picture(np.concatenate(flat)).reshape(-1, 4, 2)


def flatten(grey: Pixels, found: FoundPage) -> FlatPage:
    """Return a page that was found in a picture, uint8 (H, W), flattened.

    Raises
    ------
    UnreadableSheet
        When the markers do not fit a flat sheet, or only three are found and the boxes do not
        confirm what they say.
    """
    view = View(homography_of(found), NO_DISPLACEMENT)
    smooth = _smoothed(grey, view)
    boxes = follow_boxes(_lines(smooth), found.page)
    for _ in range(N_PASSES):
        displacement = fit(boxes, found.page, view.displacement)
        view = View(view.homography, displacement)
        smooth = _smoothed(grey, view)
        boxes = follow_boxes(_lines(smooth), found.page)
    offsets_mm = boxes.agreed_mm
    if not boxes.are_confirmed:
        if len(found.markers) < len(Corner):
            raise UnreadableSheet(SheetFault.CORNERS_MISSING, found.markers)
        # The borders cannot be seen: the markers alone tell where the boxes are.
        view = View(view.homography, NO_DISPLACEMENT)
        smooth, offsets_mm = _smoothed(grey, view), np.zeros_like(offsets_mm)
    _, contrast = contrast_at(smooth, WINDOW_MM * MILLIMETRE_PX)
    return FlatPage(found.page, contrast, offsets_mm, view)


def homography_of(found: FoundPage) -> NDArray[np.float64]:
    """Return the homography (3, 3) from millimetres to pixels that fits all markers best.

    Raise UnreadableSheet if it does not fit them.
    """
    flat = np.concatenate([corners_of(marker_place(corner)) for corner in found.markers])
    seen = np.concatenate(list(found.markers.values()))
    homography, _ = cv2.findHomography(flat, seen)
    if homography is None:
        raise UnreadableSheet(SheetFault.NOT_FLAT)
    fitted = View(np.asarray(homography, np.float64), NO_DISPLACEMENT).to_picture(flat)
    sides_px = np.linalg.norm(seen - np.roll(seen, 1, axis=0), axis=1)
    off_px = np.linalg.norm(fitted - seen, axis=1)
    if not off_px.max() < MAX_OFF * np.median(sides_px):  # nor if it is not a number
        raise UnreadableSheet(SheetFault.NOT_FLAT)
    return np.asarray(homography, np.float64)


def corners_of(place: Rectangle) -> Points:
    """Return the corners (4, 2) of a rectangle, clockwise from the top left."""
    x, y, width, height = place
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])


def _in_pixels(place: Rectangle, offset: Points) -> Place:
    (left, top), (right, bottom) = corners_of(place)[[0, 2]] + offset
    left, top, right, bottom = (round(MILLIMETRE_PX * edge) for edge in (left, top, right, bottom))
    return left, top, right, bottom


def _smoothed(grey: Pixels, view: View) -> Ink:
    """Return the grey levels of the sheet in a picture, float32 (H, W), flattened and blurred."""
    width, height = (round(MILLIMETRE_PX * side) for side in PAGE_MM)
    # Where the middles of pixels are; in OpenCV they are at whole numbers.
    x, y = (np.arange(0, side + STEP_PX, STEP_PX) for side in (width, height))
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    points_mm = np.asarray((points + 0.5) / MILLIMETRE_PX, np.float64)
    seen = view.to_picture(points_mm) - 0.5
    coarse = seen.reshape(len(y), len(x), 2).astype(np.float32)
    at = cv2.resize(coarse, None, fx=STEP_PX, fy=STEP_PX, interpolation=cv2.INTER_LINEAR)
    start = STEP_PX // 2  # the middle of the first cell
    at = at[start : start + height, start : start + width]
    map_x, map_y = at[..., 0].copy(), at[..., 1].copy()
    flat = cv2.remap(grey, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(flat.astype(np.float32), (0, 0), SMOOTH_PX), np.float32)


def _lines(smooth: Ink) -> Ink:
    """Return the contrast (H, W) of thin lines."""
    return contrast_at(smooth, BORDER_WINDOW_MM * MILLIMETRE_PX)[1]
