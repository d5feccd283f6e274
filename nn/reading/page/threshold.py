"""The ink of an evenly lit picture, by one threshold: one grey level is paper, one is ink."""

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import BLANK, INK_LEVEL, Ink, Mask, NoInk, Pixels

MIN_CONTRAST = 24  # least grey levels of 255 from paper to ink; JPEG or a sensor add fewer
MAX_PAPER_CONTRAST = 0.1  # contrast up to which paper is still paper: grain, JPEG ringing
MIN_FULL_INK_CONTRAST = 0.9  # contrast from which ink is 1
MAX_INK_SHARE = 0.2  # share of ink in a picture up to which the median is surely paper
CORNER = 10  # a corner's side is a tenth of the picture's
GREY_LEVELS = np.arange(256)

Counts = NDArray[np.int64]


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

    def pixels_of(self, levels: Mask) -> Mask:
        """Return which pixels (H, W) are of any of these grey levels (256,)."""
        return np.asarray(cv2.LUT(self.grey, levels.view(np.uint8)).view(np.bool_), np.bool_)

    @cached_property
    def cropped(self) -> Ink:
        """The same (h, w) within its outline."""
        x, y, width_px, height_px = self.outline
        part = self.grey[y : y + height_px, x : x + width_px]
        return np.asarray(cv2.LUT(part, self.of_levels), np.float32)

    @property
    def is_at_edge(self) -> bool:
        """Whether it touches an edge of the picture."""
        x, y, width_px, height_px = self.outline
        is_at_end = y + height_px == self.grey.shape[0] or x + width_px == self.grey.shape[1]
        return is_at_end or min(x, y) == 0

    @cached_property
    def outline(self) -> tuple[int, int, int, int]:
        """x, y, width and height, as ``mnist.outline`` returns them."""
        lowest, highest = np.flatnonzero(self.of_levels >= INK_LEVEL)[[0, -1]].tolist()
        is_ink = self.grey <= highest if lowest == 0 else self.grey >= lowest
        x, y, width_px, height_px = cv2.boundingRect(is_ink.view(np.uint8))
        return x, y, width_px, height_px


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
        If no level differs from the paper's by ``MIN_CONTRAST``.
    """
    counts = histogram(grey) if counts is None else counts
    paper, ink = _paper_and_ink(grey, counts)
    if abs(ink - paper) < MIN_CONTRAST:
        raise NoInk(BLANK)
    contrast = (GREY_LEVELS - paper) / (ink - paper)
    of_levels = np.interp(contrast, (MAX_PAPER_CONTRAST, MIN_FULL_INK_CONTRAST), (0, 1))
    return EvenInk(grey, of_levels.astype(np.float32), counts)


def histogram(grey: Pixels) -> Counts:
    """Return the number of pixels of each grey level, (256,), of levels of any shape.

    Most pixels of a drawing have the paper's exact level. They are counted by comparing, because to
    count the same level again and again is slow: each addition waits for the one before.
    """
    paper = grey.flat[0]
    others = grey[grey != paper]
    counted = cv2.calcHist([others], [0], None, [256], [0, 256])  # float32: exact up to 2 ** 24
    counts: Counts = counted.ravel().astype(np.int64)
    counts[paper] += grey.size - len(others)
    return counts


def median(counts: Counts) -> int:
    """Return the median grey level of a histogram (256,)."""
    n_up_to = np.cumsum(counts)
    return int(np.searchsorted(n_up_to, n_up_to[-1] / 2))


def _paper_and_ink(grey: Pixels, counts: Counts) -> tuple[int, int]:
    """Return the grey levels of paper and ink, either of which may be the brighter.

    Paper is the median level. Ink is on the side to which the third moment about the median is
    skewed, however few its pixels are. Where ink covers so much that it may be the median itself,
    as in a picture cropped to its digit, the level of the frame is paper.
    """
    paper = median(counts)
    darkest, lightest = np.flatnonzero(counts)[[0, -1]].tolist()
    is_darker = counts @ (GREY_LEVELS - paper) ** 3 < 0
    ink = darkest if is_darker else lightest
    middle = (paper + ink) / 2
    nearer_to_ink = counts[: math.ceil(middle)] if is_darker else counts[math.floor(middle) + 1 :]
    if nearer_to_ink.sum() <= MAX_INK_SHARE * grey.size:
        return paper, ink
    is_dark = darkest + lightest > 2 * GREY_LEVELS
    if _share_in_frame(is_dark[grey]) > 0.5:
        return median(counts * is_dark), lightest
    return median(counts * ~is_dark), darkest


def _share_in_frame(is_dark: Mask) -> float:
    """Return the share, 0 to 1, of a picture's edges and corners that is dark.

    Even a thick digit that touches all four edges leaves most of them free, and more of the
    corners; only a plain 1 cropped to its ink may not.
    """
    edges = np.concatenate([is_dark[0], is_dark[-1], is_dark[1:-1, 0], is_dark[1:-1, -1]])
    n_rows, n_columns = (max(1, side_px // CORNER) for side_px in is_dark.shape)
    corners = is_dark[np.r_[:n_rows, -n_rows:0]][:, np.r_[:n_columns, -n_columns:0]]
    return float(edges.mean() + corners.mean()) / 2
