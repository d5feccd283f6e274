"""Where the boxes of a flattened class sheet are, by their printed borders.

Four markers tell the perspective of flat paper. Paper that curls up and lenses move the boxes by a
few millimetres more: smoothly, and not at the markers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn.reading.class_sheet.layout import (
    COLUMN_MM,
    PAGE_MM,
    Corner,
    Rectangle,
    SheetPage,
    marker_place,
)
from nn.reading.class_sheet.markers import Points
from nn.reading.mnist import Ink, Mask

MILLIMETRE_PX = 6.0  # of the flattened sheet: a digit of 8 mm has 48 pixels
SEARCHED_MM = 1.5  # from where a box should be, within which it is looked for
MAX_BORDER_CONTRAST = 0.25  # most that counts for a border: a pen's line is darker
MIN_BORDER_CONTRAST = 0.025  # contrast of a border above that beside it, if it is one
NEAR_MM = 0.6  # from where a box should be to where it is, if that agrees
MIN_CONFIRMED = 0.6  # share of the boxes that are found and agree, if they confirm the places
DEGREE = 4  # of the polynomial of the displacement
MARKER_WEIGHT, RIDGE = 1.0, 1e-3  # of no displacement, where a clear border has about 0.1


@dataclass(frozen=True)
class Displacement:
    """A smooth displacement of the sheet's points: a polynomial's coefficients (T, 2)."""

    coefficients: Points

    def __call__(self, points: Points) -> Points:
        """Return the displacement (N, 2) of points (N, 2), all in millimetres."""
        return np.asarray(_terms(points) @ self.coefficients, np.float64)


NO_DISPLACEMENT = Displacement(np.zeros(((DEGREE + 1) * (DEGREE + 2) // 2, 2)))


@dataclass(frozen=True)
class FoundBoxes:
    """The boxes that are found on a flattened sheet.

    Attributes
    ----------
    offsets_mm
        (N, 2): how far each is from its place, in x and y.
    clarity
        (N, 2): the contrast of its borders; 0 where it is not found.
    usual_mm
        (N, 2): the median offset of those beside each that are found.
    """

    offsets_mm: Points
    clarity: Points
    usual_mm: Points

    @property
    def agree(self) -> Mask:
        """Which boxes (N, 2) are found where those beside them say."""
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


def follow_boxes(lines: Ink, page: SheetPage) -> FoundBoxes:
    """Return the boxes of a page by thin lines (H, W), however far they are from their places.

    The search goes from the markers, where little is displaced, inwards: each box is looked for
    where its neighbours were found.
    """
    places = [box.place for box in page.boxes]
    middles = _middles(places)
    beside_mm = 1.6 * max(COLUMN_MM, page.row_mm)
    is_beside = np.linalg.norm(middles[:, None] - middles, axis=2) < beside_mm
    np.fill_diagonal(is_beside, False)
    offsets_mm = np.zeros((len(places), 2))
    clarity = np.zeros((len(places), 2))
    for i in _from_markers(middles):
        near_mm = _medians(offsets_mm, (clarity > 0) & is_beside[i, :, None])
        offsets_mm[i], clarity[i] = _find_box(lines, places[i], near_mm)
    usual_mm = [_medians(offsets_mm, (clarity > 0) & each[:, None]) for each in is_beside]
    return FoundBoxes(offsets_mm, clarity, np.array(usual_mm))


def fit(found: FoundBoxes, page: SheetPage, before: Displacement) -> Displacement:
    """Return the displacement that fits best the boxes found on a sheet flattened by ``before``.

    There is none at the markers. Outliers are left out.
    """
    boxes = _middles([box.place for box in page.boxes])
    points = np.concatenate([boxes, _marker_middles()])
    total_mm = np.concatenate([found.offsets_mm + before(boxes), np.zeros((len(Corner), 2))])
    weights = np.concatenate(
        [found.clarity * found.agree, np.full((len(Corner), 2), MARKER_WEIGHT)]
    )
    axes = [_fit_axis(_terms(points), *each) for each in zip(total_mm.T, weights.T, strict=True)]
    return Displacement(np.stack(axes, axis=1))


def _fit_axis(terms: Points, values: Points, weights: Points) -> Points:
    """Return the coefficients (T,) that fit values (N,) with weights (N,) but for outliers."""
    ridge = RIDGE * np.eye(terms.shape[1])  # for pages of few boxes
    kept, solution = weights, np.zeros(terms.shape[1])
    for within_mm in (SEARCHED_MM, 2 * NEAR_MM, NEAR_MM, 0):
        roots = np.sqrt(kept)
        rows = np.concatenate([terms * roots[:, None], ridge])
        targets = np.concatenate([values * roots, np.zeros(len(ridge))])
        solution, *_ = np.linalg.lstsq(rows, targets, rcond=None)
        kept = weights * (abs(values - terms @ solution) < within_mm)
    return np.asarray(solution, np.float64)


def _terms(points: Points) -> Points:
    """Return the terms (N, T) up to a power of ``DEGREE`` of points (N, 2) in millimetres."""
    x, y = (points / np.array(PAGE_MM) * 2 - 1).T
    powers = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    return np.stack([x**i * y**j for i, j in powers], axis=1)


def _middles(places: Sequence[Rectangle]) -> Points:
    return np.array([[x + width / 2, y + height / 2] for x, y, width, height in places])


def _marker_middles() -> Points:
    return _middles([marker_place(corner) for corner in Corner])


def _from_markers(middles: Points) -> list[int]:
    """Return the order of boxes with these middles (N, 2), the nearest to a marker first."""
    distances = np.linalg.norm(middles[:, None] - _marker_middles(), axis=2).min(axis=1)
    order: list[int] = np.argsort(distances).tolist()
    return order


def _medians(offsets_mm: Points, is_counted: Mask) -> Points:
    """Return the medians (2,) of the offsets (N, 2) that are counted; 0 where none is."""
    columns = zip(offsets_mm.T, is_counted.T, strict=True)
    return np.array([np.median(each[counts]) if counts.any() else 0.0 for each, counts in columns])


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
