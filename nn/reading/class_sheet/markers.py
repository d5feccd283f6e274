"""The markers of a photographed class sheet, and which page they are of."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.class_sheet.layout import DICTIONARY, MARKER_MM, PAGE_MM, PAGES, Corner, SheetPage
from nn.reading.mnist import Pixels

MIN_MARKERS = 3  # of the four: three tell a sheet in perspective, if the boxes confirm it
MIN_SIDE = 0.014  # of a marker, over the picture's: of a sheet that is a quarter of it
WINDOWS_PX = (15, 45)  # in which a pixel is compared with those around it
MIN_DARKER_LEVELS = 7  # of 255, below the mean of the window, of a marker's pixel
# Outlines as long as a marker's, in a window: photographs of sheets have up to 700. OpenCV compares
# all squares with each other: 3,000 in both windows take 0.4 s, 12,800 take 5 s.
MAX_OUTLINES = 1500
MAX_EDGES = 0.5  # of pixels, over the picture's size: 0.16 in noisy photographs, more in textures
MIN_SEEN = 2  # of one page, which tell a sheet that is not looked for
LOOK_PX = 640  # longer side of the picture in which they are found
MIN_MARKER_PX = 20  # side: in a smaller one, as in its sheet's digits, no detail is left

Points = NDArray[np.float64]


class SheetFault(StrEnum):
    """Why a picture shows no sheet that can be read."""

    NO_SHEET = "no_sheet"
    CORNERS_MISSING = "corners_missing"
    SEVERAL_SHEETS = "several_sheets"
    OTHER_LAYOUT = "other_layout"
    TOO_SMALL = "too_small"
    NOT_FLAT = "not_flat"  # the markers are not those of one flat sheet


class UnreadableSheet(ValueError):
    """A picture shows no sheet that can be read.

    Attributes
    ----------
    fault
        Why.
    found
        The corners that were found, if some are missing.
    """

    def __init__(self, fault: SheetFault, found: Collection[Corner] = ()) -> None:
        super().__init__(fault)
        self.fault = fault
        self.found = sorted(found)


@dataclass(frozen=True)
class FoundPage:
    """A page in a picture: its corners of markers (4, 2), clockwise as printed, by the corner."""

    page: SheetPage
    markers: Mapping[Corner, Points]


def find_sheet_page(grey: Pixels) -> FoundPage:
    """Return the page whose markers are in a picture, uint8 (H, W).

    Raises
    ------
    UnreadableSheet
        When there are no markers of one sheet of this layout, or fewer than ``MIN_MARKERS``.
    """
    found = _detect(grey)
    if not found:
        raise UnreadableSheet(SheetFault.NO_SHEET)
    counts = Counter(marker for marker, _ in found)
    numbers = Counter(marker // len(Corner) for marker in counts)
    known = [number for number in numbers if number < len(PAGES)]
    if not known:
        raise UnreadableSheet(SheetFault.OTHER_LAYOUT)
    # A single marker of another page may be misread; two of one are not.
    of_sheets = [number for number in known if numbers[number] > 1] or known
    number = max(of_sheets, key=numbers.__getitem__)
    own = [(marker % len(Corner), at) for marker, at in found if marker // len(Corner) == number]
    if len(of_sheets) > 1 or len(own) > numbers[number]:
        raise UnreadableSheet(SheetFault.SEVERAL_SHEETS)
    markers = {Corner(corner): at for corner, at in own}
    if min(_side_px(at) for at in markers.values()) < MIN_MARKER_PX:
        raise UnreadableSheet(SheetFault.TOO_SMALL)
    if len(markers) < MIN_MARKERS:
        raise UnreadableSheet(SheetFault.CORNERS_MISSING, markers)
    return FoundPage(PAGES[number], markers)


def has_many_outlines(grey: Pixels) -> bool:
    """Return whether a picture, uint8 (H, W), has too many outlines to look for markers among."""
    least_px = 4 * MIN_SIDE * max(grey.shape)
    return any(_n_outlines(grey, window_px, least_px) > MAX_OUTLINES for window_px in WINDOWS_PX)


def shows_sheet(grey: Pixels) -> bool:
    """Return whether a picture, uint8 (H, W), shows a sheet: at least two markers of one page."""
    longer_px = max(grey.shape)
    if longer_px * MARKER_MM / PAGE_MM[1] < MIN_MARKER_PX:
        return False
    if longer_px > LOOK_PX:
        scale = LOOK_PX / longer_px
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    if has_many_outlines(grey):
        return False
    pages = Counter(marker // len(Corner) for marker in {marker for marker, _ in _detect(grey)})
    return max(pages.values(), default=0) >= MIN_SEEN


def _n_outlines(grey: Pixels, window_px: int, least_px: float) -> float:
    """Return at least the number of outlines of so many pixels that are seen in a window.

    An outline of so many pixels, of a component or of a hole, has at least as many edges of pixels.
    The number of all edges is quick to count, and low enough in most photographs of sheets. Where
    it is not, the components and holes with at least half as many pixels are counted.
    """
    mean, inverted = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    is_dark = cv2.adaptiveThreshold(grey, 255, mean, inverted, window_px, MIN_DARKER_LEVELS)
    n_edges = sum(np.count_nonzero(np.diff(is_dark, axis=axis)) for axis in (0, 1))
    if n_edges <= least_px * MAX_OUTLINES or n_edges > MAX_EDGES * grey.size:
        return n_edges / least_px
    areas = [
        cv2.connectedComponentsWithStats(mask, connectivity=connectivity)[2][1:, cv2.CC_STAT_AREA]
        for mask, connectivity in ((is_dark, 8), (cv2.bitwise_not(is_dark), 4))
    ]
    return int(np.count_nonzero(np.concatenate(areas) >= least_px / 2))


def _detect(grey: Pixels) -> list[tuple[int, Points]]:
    """Return each marker's id, and its corners (4, 2) with pixels' corners at whole numbers."""
    parameters: Any = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.minMarkerPerimeterRate = 4 * MIN_SIDE
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = WINDOWS_PX
    parameters.adaptiveThreshWinSizeStep = WINDOWS_PX[1] - WINDOWS_PX[0]
    parameters.adaptiveThreshConstant = MIN_DARKER_LEVELS
    parameters.errorCorrectionRate = 1.0  # all that the dictionary allows: four must agree
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(grey)
    if ids is None:
        return []
    places = [np.asarray(at, np.float64).reshape(4, 2) + 0.5 for at in corners]
    return list(zip(map(int, np.ravel(ids)), places, strict=True))


def _side_px(corners: Points) -> float:
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).mean())
