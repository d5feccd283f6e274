"""A photographed class sheet, flattened: its paper, its contrast, and where its boxes are.

Four markers tell the perspective of flat paper. Paper that curls up and lenses move the boxes by a
millimetre or two, so each box is looked for near its place by its printed border, and a smooth
displacement is fitted to what is found.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.class_sheet.layout import PAGE_MM, Rectangle, SheetPage, marker_place
from nn.reading.class_sheet.markers import Fault, FoundPage, Points, UnreadableSheet
from nn.reading.ink.pen import contrast_at
from nn.reading.mnist_format import Ink, Pixels

MILLIMETRE_PX = 6.0  # of the flattened sheet: a digit of 8 mm has 48 pixels
SMOOTH_PX = 0.8  # standard deviation of the blur against grain
WINDOW_MM = 6.0  # in which any pen's line fits: what is wider and dark is a shadow
SEARCHED_MM = 3.0  # farthest that a box is looked for
LINE_CONTRAST = 0.5  # most that counts for a border: a pen's line is darker
LEAST_LINE = 0.03  # contrast of a border above that beside it, if it is one
NEAR_MM = 0.6  # from the fitted place of a box to that where its border was found
CONFIRMED = 0.6  # share of the boxes with such a border, if they confirm the places


@dataclass(frozen=True)
class FlatPage:
    """A flattened sheet, ``MILLIMETRE_PX`` pixels a millimetre.

    Attributes
    ----------
    page
        What is printed.
    grey
        uint8 (H, W).
    contrast
        float32 (H, W): the share of the paper's light that each pixel lacks, 0 to 1.
    offsets_mm
        (N, 2): how far each box is from its place in the layout.
    homography
        (3, 3): maps millimetres of the sheet to pixels of the picture.
    """

    page: SheetPage
    grey: Pixels
    contrast: Ink
    offsets_mm: Points
    homography: NDArray[np.float64]

    def places_px(self) -> list[tuple[int, int, int, int]]:
        """Return left, top, right and bottom of each box in whole pixels, without its border."""
        places = []
        for box, (x, y) in zip(self.page.boxes, self.offsets_mm, strict=True):
            left, top, width, height = box.place
            edges = (left + x, top + y, left + x + width, top + y + height)
            places.append(tuple(round(MILLIMETRE_PX * edge) for edge in edges))
        return places

    def corners(self) -> Points:
        """Return the corners of each box in the picture, (N, 4, 2), clockwise as printed."""
        flat = np.concatenate(
            [
                corners_of(box.place) + offset
                for box, offset in zip(self.page.boxes, self.offsets_mm, strict=True)
            ]
        )
        return to_picture(flat, self.homography).reshape(-1, 4, 2)


def flatten(grey: Pixels, found: FoundPage) -> FlatPage:
    """Return a sheet that was found in a picture, uint8 (H, W), flattened.

    Raises
    ------
    UnreadableSheet
        When only three markers tell the perspective, and the boxes do not confirm it.
    """
    homography = homography_of(found)
    flat = _warp(grey, homography)
    smooth = cv2.GaussianBlur(flat.astype(np.float32), (0, 0), SMOOTH_PX)
    _, contrast = contrast_at(np.asarray(smooth, np.float32), WINDOW_MM * MILLIMETRE_PX)
    offsets_mm, is_confirmed = register(contrast, found.page)
    if not is_confirmed and len(found.markers) < 4:
        raise UnreadableSheet(Fault.CORNERS_MISSING, found.markers)
    return FlatPage(found.page, flat, contrast, offsets_mm, homography)


def homography_of(found: FoundPage) -> NDArray[np.float64]:
    """Return the homography (3, 3) from millimetres to pixels that fits all markers best."""
    flat = np.concatenate([corners_of(marker_place(corner)) for corner in found.markers])
    seen = np.concatenate(list(found.markers.values()))
    homography, _ = cv2.findHomography(flat, seen)
    return np.asarray(homography, np.float64)


def corners_of(place: Rectangle) -> Points:
    """Return the corners (4, 2) of a rectangle, clockwise from the top left."""
    x, y, width, height = place
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])


def to_picture(points: Points, homography: NDArray[np.float64]) -> Points:
    """Return points (N, 2) mapped by a homography."""
    mapped = cv2.perspectiveTransform(points[None].astype(np.float64), homography)
    return np.asarray(mapped[0], np.float64)


def _warp(grey: Pixels, homography: NDArray[np.float64]) -> Pixels:
    """Return the sheet in a picture, flattened."""
    # In OpenCV whole coordinates are the middles of pixels, here their corners.
    to_corner = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    scale = np.diag([1 / MILLIMETRE_PX, 1 / MILLIMETRE_PX, 1])
    size_px = tuple(round(MILLIMETRE_PX * side) for side in PAGE_MM)
    flat = cv2.warpPerspective(
        grey,
        np.linalg.inv(to_corner) @ homography @ scale @ to_corner,
        size_px,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(flat, np.uint8)


def register(contrast: Ink, page: SheetPage) -> tuple[Points, bool]:
    """Return how far each box is from its place in millimetres, (N, 2), and whether that is sure.

    It is if the borders of most boxes are where the fitted displacement says. A box whose border is
    not clear is where that says.
    """
    boxes = [box.place for box in page.boxes]
    lines = np.minimum(contrast, LINE_CONTRAST)
    found = np.array([_find_box(lines, place) for place in boxes])  # x, y and their clarity
    middles = np.array([[x + width / 2, y + height / 2] for x, y, width, height in boxes])
    shifts_mm, clarity = found[:, :2], np.maximum(found[:, 2:], 0)
    terms = _polynomial(middles)
    offsets_mm = np.zeros_like(shifts_mm)
    is_near = np.zeros_like(shifts_mm, np.bool_)
    for axis in range(2):
        weights = clarity[:, axis] * (clarity[:, axis] > LEAST_LINE)
        for _ in range(4):
            offsets_mm[:, axis] = _fit(terms, shifts_mm[:, axis], weights)
            is_near[:, axis] = abs(shifts_mm[:, axis] - offsets_mm[:, axis]) < NEAR_MM
            weights = clarity[:, axis] * (is_near[:, axis] & (clarity[:, axis] > LEAST_LINE))
    is_clear = is_near & (clarity > LEAST_LINE)
    is_confirmed = bool((is_clear.mean(axis=0) >= CONFIRMED).all())
    if not is_confirmed:
        return np.zeros_like(offsets_mm), False
    return np.where(is_clear, shifts_mm, offsets_mm), True


def _fit(terms: Points, values: Points, weights: Points) -> Points:
    """Return the values (N,) of the polynomial of terms (N, T) that fits best."""
    roots = np.sqrt(weights)[:, None]
    # A little ridge: without clear boxes, in a corner of the page, nothing is displaced.
    ridge = 1e-3 * np.eye(terms.shape[1])
    rows = np.concatenate([terms * roots, ridge])
    targets = np.concatenate([values * roots[:, 0], np.zeros(len(ridge))])
    solution, *_ = np.linalg.lstsq(rows, targets, rcond=None)
    return np.asarray(terms @ solution, np.float64)


def _polynomial(points: Points) -> Points:
    """Return the terms up to the third power of points (N, 2) in millimetres."""
    x, y = (points / np.array(PAGE_MM) * 2 - 1).T
    powers = [(i, j) for i in range(4) for j in range(4 - i)]
    return np.stack([x**i * y**j for i, j in powers], axis=1)


def _find_box(lines: Ink, place: Rectangle) -> tuple[float, float, float, float]:
    """Return how far a box's border is from its place in x and y, and how clear it is in both."""
    left, top, right, bottom = (
        round(MILLIMETRE_PX * edge)
        for edge in (place[0], place[1], place[0] + place[2], place[1] + place[3])
    )
    reach = round(SEARCHED_MM * MILLIMETRE_PX)
    rows, columns = slice(top, bottom), slice(left, right)
    beside = [lines[rows, edge - reach : edge + reach + 1].mean(axis=0) for edge in (left, right)]
    above = [lines[edge - reach : edge + reach + 1, columns].mean(axis=1) for edge in (top, bottom)]
    x, x_clarity = _peak(np.minimum(*beside))
    y, y_clarity = _peak(np.minimum(*above))
    return x, y, x_clarity, y_clarity


def _peak(scores: Ink) -> tuple[float, float]:
    """Return the place of the greatest score off the middle, in millimetres, and its clarity."""
    best = int(scores.argmax())
    # In pixels' middles a border whose middle is on a pixel's edge has two.
    place = best - len(scores) // 2 + 0.5
    if 0 < best < len(scores) - 1:
        before, at, after = scores[best - 1 : best + 2].tolist()
        place += 0.5 * (before - after) / min(before - 2 * at + after, -1e-9)
    return place / MILLIMETRE_PX, float(scores[best] - np.median(scores))
