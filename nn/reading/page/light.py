"""Light, paper and ink: of even light by one threshold, of a photograph around each pixel.

In a drawing, a scan or a cut-out one grey level is paper and one is ink. In a photograph light
falls unevenly, and no single level is paper. But a pen's line is narrow, with paper on both sides.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from nn.reading.mnist import BLANK, INK_LEVEL, Ink, Mask, NoInk, Pixels
from nn.reading.page.grey import Counts, histogram, median
from nn.reading.page.ruled_lines import find_ruled_lines

# Of even light:
MIN_DRAWING_PX = 80  # longer side: smaller pictures were cut out of others and prepared
MIN_SIDE_PX = 8  # shorter side: thinner strips show no paper
MIN_FLAT_SHARE = 0.4  # of a flat picture's pixels that have exactly the same level
FRAME_WIDTH = 1 / 20  # of the shorter side: width of the frame that shows the paper
MAX_UNEVEN_LEVELS = 6  # of 255: difference of the paper along an evenly lit picture's frame
MAX_FRAME_INK = 0.02  # mean ink of an empty frame: noise
N_TILES = 64  # of a side
MAX_EDGE_INK = 0.1  # mean ink of a tile at the edge: shadows reach the edge
MAX_INK = 0.25  # mean ink of a picture with an empty frame; a sheet on a table has more
MIN_BROAD_LINE = 1 / 25  # of the shorter side: a ruled line is thinner
MIN_INK_LEVELS = 24  # of 255 from paper to ink; JPEG or a sensor add fewer
MAX_PAPER_CONTRAST = 0.1  # contrast up to which paper is still paper: grain, JPEG ringing
MIN_FULL_INK_CONTRAST = 0.9  # contrast from which ink is 1
MAX_INK_SHARE = 0.2  # share of ink in a picture up to which the median is surely paper
CORNER = 10  # a corner's side is a tenth of the picture's
GREY_LEVELS = np.arange(256)

# Of a photograph:
WIDEST_WINDOW = 1 / 4  # of the shorter side: a line of the broadest pen is narrower
MIN_PAPER_LEVEL = 32  # of 255: on a darker table, grain would pass for ink
MAX_STEP = 0.65  # light beyond the edge of a sheet or in a hard shadow, over the light on the sheet
STEP_WINDOWS = 2  # windows around such a step
LIGHT_INK_PX = 256  # longer side at which light ink is told from dark ink
MIN_LIGHT_INK_RATIO = 3  # energy of lighter detail over darker detail, if ink is light


@dataclass(frozen=True)
class EvenInk:
    """The ink of an evenly lit picture: each grey level is one amount of ink.

    Attributes
    ----------
    grey
        uint8 (H, W): the picture.
    of_levels
        float32 (256,): the ink of each grey level, 0 for paper to 1.
    counts
        int64 (256,): the number of pixels of each grey level.
    """

    grey: Pixels
    of_levels: Ink
    counts: Counts

    @cached_property
    def ink(self) -> Ink:
        """The ink of each pixel, float32 (H, W)."""
        return np.asarray(cv2.LUT(self.grey, self.of_levels), np.float32)

    @cached_property
    def digit(self) -> Ink:
        """The same (h, w) within its outline."""
        x, y, width_px, height_px = self.outline
        part = self.grey[y : y + height_px, x : x + width_px]
        return np.asarray(cv2.LUT(part, self.of_levels), np.float32)

    @cached_property
    def outline(self) -> tuple[int, int, int, int]:
        """x, y, width and height, as ``mnist.outline`` returns them."""
        lowest, highest = np.flatnonzero(self.of_levels >= INK_LEVEL)[[0, -1]].tolist()
        is_ink = self.grey <= highest if lowest == 0 else self.grey >= lowest
        x, y, width_px, height_px = cv2.boundingRect(is_ink.view(np.uint8))
        return x, y, width_px, height_px

    @property
    def is_at_edge(self) -> bool:
        """Whether it touches an edge of the picture."""
        x, y, width_px, height_px = self.outline
        is_at_end = y + height_px == self.grey.shape[0] or x + width_px == self.grey.shape[1]
        return is_at_end or min(x, y) == 0

    def pixels_of(self, levels: Mask) -> Mask:
        """Return which pixels (H, W) are of any of these grey levels (256,)."""
        return np.asarray(cv2.LUT(self.grey, levels.view(np.uint8)).view(np.bool_), np.bool_)


def even_ink(grey: Pixels) -> EvenInk | None:
    """Return the ink of a picture that was drawn, scanned or cut out; None for a photograph.

    One threshold is enough if the picture is small or thin; if most of it has exactly the same
    level, as only software paints paper; or if its frame is empty paper, evenly lit.

    Raises
    ------
    NoInk
        If a small or thin picture is blank.
    """
    if max(grey.shape) < MIN_DRAWING_PX or min(grey.shape) < MIN_SIDE_PX:
        return ink_by_global_threshold(grey)
    counts = histogram(grey)
    is_flat = counts.max() >= MIN_FLAT_SHARE * grey.size
    frame_px = max(1, round(FRAME_WIDTH * min(grey.shape)))
    if not is_flat:
        sides = [grey[:frame_px], grey[-frame_px:], grey[:, :frame_px].T, grey[:, -frame_px:].T]
        halves = [np.median(half) for side in sides for half in np.array_split(side, 2, axis=1)]
        if max(halves) - min(halves) > MAX_UNEVEN_LEVELS:
            return None
    try:
        found = ink_by_global_threshold(grey, counts)
    except NoInk:
        return None
    if not is_flat:
        ink, within = found.ink, found.ink[frame_px:-frame_px, frame_px:-frame_px]
        tiles = cv2.resize(ink, (N_TILES, N_TILES), interpolation=cv2.INTER_AREA)
        is_edge_clear = tiles[[0, -1]].max() <= MAX_EDGE_INK >= tiles[:, [0, -1]].max()
        frame_ink, n_frame = ink.sum() - within.sum(), ink.size - within.size
        is_framed = frame_ink <= MAX_FRAME_INK * n_frame and ink.mean() <= MAX_INK
        if not (is_edge_clear and is_framed):
            return None
    return None if _is_ruled(found) else found


def _is_ruled(even: EvenInk) -> bool:
    """Return whether thin lines cross a picture; a broad one belongs to a digit that fills it."""
    if not even.is_at_edge:
        return False
    is_ruled = find_ruled_lines(even.ink, INK_LEVEL).view(np.uint8)
    side_px = max(3, round(MIN_BROAD_LINE * min(is_ruled.shape)))
    is_broad = cv2.erode(is_ruled, np.ones((side_px, side_px), np.uint8)).any()
    return bool(is_ruled.any() and not is_broad)


def ink_by_global_threshold(grey: Pixels, counts: Counts | None = None) -> EvenInk:
    """Return the ink of a picture, uint8 (H, W).

    Parameters
    ----------
    grey
        Dark ink on light paper, or light on dark.
    counts
        The histogram of ``grey``, if the caller has it already.

    Raises
    ------
    NoInk
        If no level differs from the paper's by ``MIN_INK_LEVELS``.
    """
    counts = histogram(grey) if counts is None else counts
    paper, ink = _paper_and_ink(grey, counts)
    if abs(ink - paper) < MIN_INK_LEVELS:
        raise NoInk(BLANK)
    contrast = (GREY_LEVELS - paper) / (ink - paper)
    of_levels = np.interp(contrast, (MAX_PAPER_CONTRAST, MIN_FULL_INK_CONTRAST), (0, 1))
    return EvenInk(grey, of_levels.astype(np.float32), counts)


def _paper_and_ink(grey: Pixels, counts: Counts) -> tuple[int, int]:
    """Return the grey levels of paper and ink, either of which may be the brighter.

    Paper is the median level. Ink is on the side to which the third moment about the median is
    skewed, however few its pixels are. Where ink covers so much that it may be the median itself,
    as in a picture cropped to its digit, paper is the level of most edges and corners: even a thick
    digit that touches all four edges leaves most of them free, and more of the corners; only a
    plain 1 cropped to its ink may not.
    """
    paper = median(counts)
    darkest, lightest = np.flatnonzero(counts)[[0, -1]].tolist()
    is_darker = counts @ (GREY_LEVELS - paper) ** 3 < 0
    ink = darkest if is_darker else lightest
    middle = (paper + ink) / 2
    nearer_to_ink = counts[: math.ceil(middle)] if is_darker else counts[math.floor(middle) + 1 :]
    if nearer_to_ink.sum() <= MAX_INK_SHARE * grey.size:
        return paper, ink
    is_dark_level = darkest + lightest > 2 * GREY_LEVELS
    is_dark = is_dark_level[grey]
    edges = np.concatenate([is_dark[0], is_dark[-1], is_dark[1:-1, 0], is_dark[1:-1, -1]])
    n_rows, n_columns = (max(1, side_px // CORNER) for side_px in is_dark.shape)
    corners = is_dark[np.r_[:n_rows, -n_rows:0]][:, np.r_[:n_columns, -n_columns:0]]
    if float(edges.mean() + corners.mean()) / 2 > 0.5:
        return median(counts * is_dark_level), lightest
    return median(counts * ~is_dark_level), darkest


def contrast_at(grey: Ink, window_px: float) -> tuple[Pixels, Ink]:
    """Return the paper and the contrast (H, W), 0 to 1, of grey levels (H, W) at a window.

    Paper is the greyscale closing, which fills what is dark and narrower than the window, and keeps
    the edges of wider shadows. Contrast is the share of its light that each pixel lacks, in sun and
    shadow alike (closing minus picture is the black top-hat transform; J. Serra, "Image Analysis
    and Mathematical Morphology", 1982).
    """
    side_px = round(window_px) | 1
    levels = np.rint(grey).astype(np.uint8)
    window = np.ones((side_px, side_px), np.uint8)
    paper = cv2.morphologyEx(levels, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    lacking = (paper - grey) / np.maximum(paper, MIN_PAPER_LEVEL)
    bias = float(np.median(lacking[::3, ::3]))  # the closing follows the lightest grain
    contrast: Ink = np.clip((lacking - bias) / (1 - bias), 0, 1)
    return np.asarray(paper, np.uint8), contrast


def find_light_steps(paper: Pixels, window_px: float) -> Mask:
    """Return which pixels (H, W) are near a step in the light: the edge of a sheet or a shadow."""
    small = cv2.resize(paper, None, fx=1 / 4, fy=1 / 4, interpolation=cv2.INTER_AREA)
    window = np.ones((round(STEP_WINDOWS * window_px / 4) | 1,) * 2, np.uint8)
    is_step = cv2.erode(small, window) < MAX_STEP * cv2.dilate(small, window)
    size = paper.shape[::-1]
    return np.asarray(cv2.resize(is_step.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)) > 0


def is_ink_light(grey: Ink) -> bool:
    """Return whether narrow detail in the middle of a photograph is lighter than around it.

    A median filter removes lines and keeps what is wider, such as tables and shadows. Grey levels
    are float32 (H, W), 0 to 255.
    """
    scale = min(1, LIGHT_INK_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    around_px = max(3, round(WIDEST_WINDOW * min(small.shape)) | 1)
    around = cv2.medianBlur(np.rint(small).astype(np.uint8), around_px)
    rows, columns = (np.hanning(side_px + 2)[1:-1] ** 2 for side_px in small.shape)
    difference = (small - around) / np.maximum(np.maximum(small, around), MIN_PAPER_LEVEL)
    weighted = difference**2 * rows[:, None] * columns
    lighter, darker = weighted[difference > 0].sum(), weighted[difference < 0].sum()
    return bool(lighter > MIN_LIGHT_INK_RATIO * darker)
