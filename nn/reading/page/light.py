"""The light and the paper of a photograph, around each pixel, and the width of its pen.

Light falls unevenly, and no single grey level is paper. But a pen's line is narrow, with paper on
both sides: a greyscale closing fills what is dark and narrower than its window. As the window
grows, more of the ink is filled, until it is wider than the pen's lines; then nothing more until it
is as wide as a shadow or a table (the pattern spectrum; P. Maragos, "Pattern spectrum and
multiscale shape representation", 1989).
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

# Of the pen:
PEN_WINDOW = 2.0  # over the width of the lines found: wider windows take shadows for ink
MIN_WINDOW_PX = 5  # of the windows
WINDOW_GROWTH = 1.25  # from one window to the next
MAX_STEADY_SLOPE = 0.2  # slope of the energy up to which no more ink is found
MAX_SLOPE_AT_MINIMUM = 1.7  # likewise at its minimum, where a shadow is hardly wider than the pen
MIN_INNER_SHARE = 0.5  # of what a wider window fills within the picture: otherwise the pen is wider
MIN_FILLED_CONTRAST = 0.1  # contrast from which what a window fills counts


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


def window_of_pen(grey: Ink, is_ruled: Mask, widest_px: float) -> float:
    """Return the narrowest window in pixels that is wider than the pen's lines.

    Parameters
    ----------
    grey
        float32 (H, W), 0 to 255.
    is_ruled
        (H, W): pixels that are not looked at.
    widest_px
        The window of the widest pen.
    """
    sharpness = np.where(is_ruled, np.float32(0), _sharpness(grey))
    energy, slope, last_px, side_px = 0.0, np.inf, MIN_WINDOW_PX, MIN_WINDOW_PX
    while side_px < widest_px:
        _, contrast = contrast_at(grey, side_px)
        filled = contrast[~is_ruled & (contrast > MIN_FILLED_CONTRAST)]
        before, energy = energy, float(filled @ filled)
        slope_before, slope = slope, _slope(before, energy, side_px / last_px)
        found_px = last_px if slope_before <= min(slope, MAX_SLOPE_AT_MINIMUM) else side_px
        is_steady = slope <= MAX_STEADY_SLOPE or found_px == last_px < side_px
        if is_steady and _is_most_ink(grey, sharpness, found_px, widest_px):
            return found_px
        last_px, side_px = side_px, max(side_px + 2, round(WINDOW_GROWTH * side_px) | 1)
    return widest_px


def _slope(before: float, energy: float, growth: float) -> float:
    """Return the slope of the energy over the window, both logarithmic."""
    if not before > 0:  # also of the first window, before which there is none
        return np.inf
    return float(np.log(energy / before) / np.log(growth)) if energy > 0 else -np.inf


def _sharpness(grey: Ink) -> Ink:
    """Return the squared gradient (H, W), relative to the light: high at the edges of ink."""
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *axes, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    light = cv2.dilate(grey, np.ones((5, 5), np.uint8))
    return np.asarray((across**2 + down**2) / np.maximum(light, MIN_PAPER_LEVEL) ** 2, np.float32)


def _is_most_ink(grey: Ink, sharpness: Ink, side_px: int, widest_px: float) -> bool:
    """Return whether no wider window fills much more that is as sharp, off the picture's edge."""
    inner = _inner_sharpness(grey, sharpness, side_px)
    return all(
        inner >= MIN_INNER_SHARE * _inner_sharpness(grey, sharpness, wider_px)
        for wider_px in (2 * side_px, 4 * side_px, round(widest_px))
        if side_px < wider_px <= widest_px
    )


def _inner_sharpness(grey: Ink, sharpness: Ink, side_px: int) -> float:
    """Return the sharpness of what a window fills, without what touches the picture's edge."""
    _, contrast = contrast_at(grey, side_px)
    is_filled = (contrast > MIN_FILLED_CONTRAST) & (sharpness > 0)
    _, labels = cv2.connectedComponents(is_filled.view(np.uint8))
    of_components = np.bincount(labels.ravel(), sharpness.ravel())
    of_components[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = 0
    of_components[0] = 0
    return float(of_components.sum())
