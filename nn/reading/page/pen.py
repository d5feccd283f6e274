"""The width of the pen, by granulometry: how much is darker than around it, window by window.

A greyscale closing fills what is dark and narrower than its window. As the window grows, more of
the ink is filled, until it is wider than the pen's lines; then nothing more until it is as wide as
a shadow or a table (the pattern spectrum; P. Maragos, "Pattern spectrum and multiscale shape
representation", 1989).
"""

import cv2
import numpy as np

from nn.reading.mnist import Ink, Mask
from nn.reading.page.light import MIN_PAPER_LEVEL, contrast_at

PEN_WINDOW = 2.0  # over the width of the lines found: wider windows take shadows for ink
MIN_WINDOW_PX = 5  # of the windows
WINDOW_GROWTH = 1.25  # from one window to the next
MAX_STEADY_SLOPE = 0.2  # slope of the energy up to which no more ink is found
MAX_SLOPE_AT_MINIMUM = 1.7  # likewise at its minimum, where a shadow is hardly wider than the pen
MIN_INNER_SHARE = 0.5  # of what a wider window fills within the picture: otherwise the pen is wider
MIN_FILLED_CONTRAST = 0.1  # contrast from which what a window fills counts


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
