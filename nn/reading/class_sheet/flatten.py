"""A photographed class sheet, flattened: its contrast, and where its boxes are.

Four markers tell the perspective of flat paper. Paper that curls up and lenses move the boxes by a
few millimetres more: smoothly, and not at the markers. So boxes are found by their printed borders,
from the markers inwards, and the sheet is flattened again by a polynomial that fits them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.class_sheet.contrast import contrast_at
from nn.reading.class_sheet.layout import (
    COLUMN_MM,
    PAGE_MM,
    Corner,
    Rectangle,
    SheetPage,
    corners_of,
    marker_place,
)
from nn.reading.class_sheet.markers import FoundPage, Points, SheetFault, UnreadableSheet
from nn.reading.mnist import Ink, Mask, Pixels

MILLIMETRE_PX = 6.0  # of the flattened sheet: a digit of 8 mm has 48 pixels
SMOOTH_PX = 0.8  # standard deviation of the blur against grain
WINDOW_MM = 6.0  # in which any pen's line fits: what is wider and dark is a shadow
BORDER_WINDOW_MM = 1.2  # in which the borders of boxes fit: most of a shadow's edge is wider
STEP_PX = 15  # between points of the sheet that are mapped; those between are interpolated
MAX_OFF = 0.5  # of a marker's corner from where a flat sheet has it, over the marker's side
N_PASSES = 3  # in which the sheet is flattened by the displacement that was found before

SEARCHED_MM = 1.5  # from where a box should be, within which it is looked for
MAX_BORDER_CONTRAST = 0.25  # most that counts for a border: a pen's line is darker
MIN_BORDER_CONTRAST = 0.025  # contrast of a border above that beside it, if it is one
NEAR_MM = 0.6  # from where a box should be to where it is, if that agrees
MIN_CONFIRMED = 0.6  # share of the boxes that are found and agree, if they confirm the places
DEGREE = 4  # of the polynomial of the displacement
MARKER_WEIGHT, RIDGE = 1.0, 1e-3  # of no displacement, where a clear border has about 0.1
FLAT = np.zeros(((DEGREE + 1) * (DEGREE + 2) // 2, 2))  # coefficients of no displacement

Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the flattened sheet; the last two are exclusive."""


@dataclass(frozen=True)
class View:
    """How points of the sheet are seen: displaced, and then in perspective.

    Attributes
    ----------
    homography
        (3, 3): from millimetres to pixels of the picture.
    coefficients
        (T, 2): of the polynomial of the displacement in x and y.
    """

    homography: NDArray[np.float64]
    coefficients: Points

    def displacement_mm(self, points: Points) -> Points:
        """Return how far points (N, 2) in millimetres are displaced."""
        return np.asarray(_terms(points) @ self.coefficients, np.float64)

    def to_picture(self, points: Points) -> Points:
        """Return points (N, 2) in millimetres in pixels of the picture."""
        displaced = points + self.displacement_mm(points)
        mapped = cv2.perspectiveTransform(displaced[None], self.homography)
        return np.asarray(mapped[0], np.float64)


@dataclass(frozen=True)
class FoundBoxes:
    """The boxes that are found on a flattened sheet.

    Attributes
    ----------
    offsets_mm
        (N, 2): how far each box is from its place, in x and y.
    clarity
        (N, 2): the contrast of its borders; 0 where it is not found.
    usual_mm
        (N, 2): the median offset of found neighbours.
    """

    offsets_mm: Points
    clarity: Points
    usual_mm: Points

    @property
    def agree(self) -> Mask:
        """Which boxes (N, 2) are found where their neighbours are."""
        is_near = abs(self.offsets_mm - self.usual_mm) < NEAR_MM
        return np.asarray((self.clarity > 0) & is_near, np.bool_)

    @property
    def agreed_mm(self) -> Points:
        """The offset of each box (N, 2): its own if its neighbours agree, else their median."""
        return np.where(self.agree, self.offsets_mm, self.usual_mm)

    @property
    def are_confirmed(self) -> bool:
        """Whether most boxes are found and agree."""
        return bool((self.agree.mean(axis=0) >= MIN_CONFIRMED).all())


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

    def corners_mm(self) -> Points:
        """Return the corners of each box on the sheet, (N, 4, 2), clockwise as printed."""
        flat = np.array([corners_of(box.place) for box in self.page.boxes])
        return np.asarray(flat + self.offsets_mm[:, None], np.float64)

    def places_px(self) -> list[Place]:
        """Return where each box is in whole pixels; its border's middle is on the edges."""
        edges_px = np.rint(MILLIMETRE_PX * self.corners_mm()[:, [0, 2]]).astype(int)
        places = edges_px.reshape(-1, 4).tolist()
        return [(left, top, right, bottom) for left, top, right, bottom in places]

    def corners(self) -> Points:
        """Return the corners of each box in the picture, (N, 4, 2), clockwise as printed."""
        return self.view.to_picture(self.corners_mm().reshape(-1, 2)).reshape(-1, 4, 2)


def flatten(grey: Pixels, found: FoundPage) -> FlatPage:
    """Return a page that was found in a picture, uint8 (H, W), flattened.

    Raises
    ------
    UnreadableSheet
        When the markers do not fit a flat sheet, or only three are found and the boxes do not
        confirm what they say.
    """
    flat_view = view = View(_homography_of(found), FLAT)
    smooth = _smoothed(grey, view)
    boxes = _follow_boxes(smooth, found.page)
    for _ in range(N_PASSES):
        view = replace(view, coefficients=_fit(boxes, found.page, view))
        smooth = _smoothed(grey, view)
        boxes = _follow_boxes(smooth, found.page)
    offsets_mm = boxes.agreed_mm
    if not boxes.are_confirmed:
        if len(found.markers) < len(Corner):
            raise UnreadableSheet(SheetFault.CORNERS_MISSING, found.markers)
        # The borders cannot be seen: the markers alone tell where the boxes are.
        view, offsets_mm = flat_view, np.zeros_like(offsets_mm)
        smooth = _smoothed(grey, view)
    _, contrast = contrast_at(smooth, WINDOW_MM * MILLIMETRE_PX)
    return FlatPage(found.page, contrast, offsets_mm, view)


def _homography_of(found: FoundPage) -> NDArray[np.float64]:
    """Return the homography (3, 3) from millimetres to pixels that fits all markers best.

    Raise UnreadableSheet if it does not fit them.
    """
    flat = np.concatenate([corners_of(marker_place(corner)) for corner in found.markers])
    seen = np.concatenate(list(found.markers.values()))
    homography, _ = cv2.findHomography(flat, seen)
    if homography is None:
        raise UnreadableSheet(SheetFault.NOT_FLAT)
    fitted = View(np.asarray(homography, np.float64), FLAT).to_picture(flat)
    sides_px = np.linalg.norm(seen - np.roll(seen, 1, axis=0), axis=1)
    off_px = np.linalg.norm(fitted - seen, axis=1)
    if not off_px.max() < MAX_OFF * np.median(sides_px):  # false for NaN, too
        raise UnreadableSheet(SheetFault.NOT_FLAT)
    return np.asarray(homography, np.float64)


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


def _follow_boxes(smooth: Ink, page: SheetPage) -> FoundBoxes:
    """Return the boxes of a flattened page (H, W), however far they are from their places.

    The search goes from the markers, where little is displaced, inwards: each box is looked for
    where its neighbours were found.
    """
    _, lines = contrast_at(smooth, BORDER_WINDOW_MM * MILLIMETRE_PX)
    places = [box.place for box in page.boxes]
    middles = _middles(places)
    beside_mm = 1.6 * max(COLUMN_MM, page.row_mm)
    is_beside = np.linalg.norm(middles[:, None] - middles, axis=2) < beside_mm
    np.fill_diagonal(is_beside, False)
    offsets_mm, clarity = np.zeros((len(places), 2)), np.zeros((len(places), 2))

    def usual_mm(i: int) -> Points:
        """Return the median offset (2,) of found neighbours; 0 where none is found."""
        is_found = (clarity > 0) & is_beside[i, :, None]
        of_axes = [offsets_mm[is_found[:, axis], axis] for axis in range(2)]
        return np.array([np.median(each) if len(each) else 0.0 for each in of_axes])

    to_marker_mm = np.linalg.norm(
        middles[:, None] - _middles(map(marker_place, Corner)), axis=2
    ).min(axis=1)
    for i in np.argsort(to_marker_mm).tolist():
        offsets_mm[i], clarity[i] = _find_box(lines, places[i], usual_mm(i))
    return FoundBoxes(offsets_mm, clarity, np.array([usual_mm(i) for i in range(len(places))]))


def _find_box(lines: Ink, place: Rectangle, near_mm: Points) -> tuple[Points, Points]:
    """Return how far a box is from its place in x and y (2,), and how clear its border is (2,).

    It is looked for near an offset (2,). If it is not found, this offset and 0 are returned.
    """
    x, y = np.add(place[:2], near_mm)
    left, top, right, bottom = (
        round(MILLIMETRE_PX * edge) for edge in (x, y, x + place[2], y + place[3])
    )
    reach = round(SEARCHED_MM * MILLIMETRE_PX)
    beside = [lines[top:bottom, edge - reach : edge + reach + 1] for edge in (left, right)]
    above = [lines[edge - reach : edge + reach + 1, left:right] for edge in (top, bottom)]
    scores = (
        np.minimum(*(np.minimum(part, MAX_BORDER_CONTRAST).mean(axis=axis) for part in parts))
        for axis, parts in enumerate((beside, above))
    )
    peaks = np.array([_peak(each) for each in scores])
    clarity = np.where(peaks[:, 1] > MIN_BORDER_CONTRAST, peaks[:, 1], 0)
    searched_mm = np.array([left, top]) / MILLIMETRE_PX - place[:2]
    return np.where(clarity > 0, searched_mm + peaks[:, 0], near_mm), clarity


def _peak(scores: Ink) -> tuple[float, float]:
    """Return the place of the greatest score off the middle, in millimetres, and its clarity."""
    best = int(scores.argmax())
    place = best - len(scores) // 2 + 0.5  # a line is found in the middle of a pixel
    if 0 < best < len(scores) - 1:
        before, at, after = scores[best - 1 : best + 2].tolist()
        place += 0.5 * (before - after) / min(before - 2 * at + after, -1e-9)
    return place / MILLIMETRE_PX, float(scores[best] - np.median(scores))


def _fit(found: FoundBoxes, page: SheetPage, view: View) -> Points:
    """Return the coefficients (T, 2) that fit best the boxes found on a sheet flattened by a view.

    There is no displacement at the markers. Outliers are left out.
    """
    boxes = _middles(box.place for box in page.boxes)
    terms = _terms(np.concatenate([boxes, _middles(map(marker_place, Corner))]))
    at_markers = np.zeros((len(Corner), 2))
    total_mm = np.concatenate([found.offsets_mm + view.displacement_mm(boxes), at_markers])
    weights = np.concatenate([found.clarity * found.agree, at_markers + MARKER_WEIGHT])
    ridge = RIDGE * np.eye(terms.shape[1])  # for pages of few boxes
    coefficients = np.zeros_like(FLAT)
    for axis in range(2):
        kept = weights[:, axis]
        for within_mm in (SEARCHED_MM, 2 * NEAR_MM, NEAR_MM, 0):
            roots = np.sqrt(kept)
            rows = np.concatenate([terms * roots[:, None], ridge])
            targets = np.concatenate([total_mm[:, axis] * roots, np.zeros(len(ridge))])
            coefficients[:, axis], *_ = np.linalg.lstsq(rows, targets, rcond=None)
            off_mm = abs(total_mm[:, axis] - terms @ coefficients[:, axis])
            kept = weights[:, axis] * (off_mm < within_mm)
    return coefficients


def _terms(points: Points) -> Points:
    """Return the terms (N, T) up to a power of ``DEGREE`` of points (N, 2) in millimetres."""
    x, y = (points / np.array(PAGE_MM) * 2 - 1).T
    powers = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    return np.stack([x**i * y**j for i, j in powers], axis=1)


def _middles(places: Iterable[Rectangle]) -> Points:
    return np.array([[x + width / 2, y + height / 2] for x, y, width, height in places])
