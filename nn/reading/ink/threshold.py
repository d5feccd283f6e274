"""The ink of an evenly lit picture, by one threshold: one grey level is paper, one is ink."""

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import BLANK, Ink, Mask, NoInk, Pixels

MIN_CONTRAST = 24  # least grey levels of 255 from paper to ink; JPEG or a sensor add fewer
BACKGROUND_LEVEL = 0.1  # contrast up to which paper is still paper: grain, JPEG ringing
FULL_INK_LEVEL = 0.9  # contrast from which ink is 1
MOST_INK = 0.2  # share of ink in a picture up to which the median is surely paper
CORNER = 10  # a corner's side is a tenth of the picture's
GREY_LEVELS = np.arange(256)

Counts = NDArray[np.int64]


def ink_by_global_threshold(grey: Pixels, counts: Counts | None = None) -> Ink:
    """Return the ink of each pixel, uint8 (H, W) to float32 (H, W), 0 for paper to 1.

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
    paper, ink = _paper_and_ink(grey, histogram(grey) if counts is None else counts)
    if abs(ink - paper) < MIN_CONTRAST:
        raise NoInk(BLANK)
    contrast = (GREY_LEVELS.astype(np.float32) - paper) / (ink - paper)
    scaled = (contrast - BACKGROUND_LEVEL) / (FULL_INK_LEVEL - BACKGROUND_LEVEL)
    return np.asarray(cv2.LUT(grey, np.clip(scaled, 0, 1)), np.float32)


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
    return int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))


def _paper_and_ink(grey: Pixels, counts: Counts) -> tuple[int, int]:
    """Return the grey levels of paper and ink, either of which may be the brighter.

    Paper is the median level. Ink is on the side to which the third moment about the median is
    skewed, however few its pixels are. Where ink covers so much that it may be the median itself,
    as in a picture cropped to its digit, the level of the frame is paper.
    """
    paper = median(counts)
    is_darker = (counts * (GREY_LEVELS - paper) ** 3).sum() < 0
    darkest, lightest = np.nonzero(counts)[0][[0, -1]].tolist()
    ink = darkest if is_darker else lightest
    is_ink = abs(GREY_LEVELS - ink) < abs(paper - ink) / 2
    if counts[is_ink].sum() <= MOST_INK * grey.size:
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
