"""The light and the paper of a photograph, around each pixel.

Light falls unevenly, and no single grey level is paper. But a pen's line is narrow, with paper on
both sides.
"""

import cv2
import numpy as np

from nn.reading.mnist import Ink, Mask, Pixels

WIDEST_WINDOW = 1 / 4  # of the shorter side: a line of the broadest pen is narrower
MIN_PAPER_LEVEL = 32  # of 255: on a darker table, grain would pass for ink
MAX_STEP = 0.65  # light beyond the edge of a sheet or in a hard shadow, over the light on the sheet
STEP_WINDOWS = 2  # windows around such a step
LIGHT_INK_PX = 256  # longer side at which light ink is told from dark ink
MIN_LIGHT_INK_RATIO = 3  # energy of lighter detail over darker detail, if ink is light


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
