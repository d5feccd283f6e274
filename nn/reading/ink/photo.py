"""The ink of a photograph: what is darker, or lighter, than the paper around it.

Light falls unevenly on a sheet, so no single grey level is paper. But a pen's line is narrow, with
paper on both sides. A greyscale closing fills what is dark and narrower than its window, and keeps
the edges of wider shadows: it estimates the blank sheet. Contrast is the share of that light that
is missing, in sun and shadow alike (closing minus picture is the black top-hat transform; J. Serra,
"Image Analysis and Mathematical Morphology", 1982).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from nn.reading.ink.components import Components, measure_components
from nn.reading.ink.ruled_lines import find_ruled_lines
from nn.reading.ink.selection import find_border_blobs, select_ink
from nn.reading.mnist_format import Ink, Mask, Pixels

WINDOW = 1 / 4  # of the shorter side: wider than a line of the broadest pen
LINES = 4  # usual line widths in the window, once lines are known
GRAIN = 1 / 500  # of the longer side: finer detail is the camera's noise or the paper's grain
LEAST_GRAIN_PX = 0.8
POLARITY_PX = 160  # longer side of the picture that decides whether ink is dark or light
BRIDGE = 1 / 120  # of the longer side: the widest gap that a ruled line leaves in a stroke
LIGHT_INK = 3  # least ratio of what is lighter to what is darker, if ink is light
DARKEST_PAPER = 32  # of 255: on a darker table, grain would pass for ink
LEAST_CONTRAST = 0.08  # share of the paper's light that even a faint line lacks
NOISE = 4.5  # standard deviations of the grain that the threshold is above paper


@dataclass(frozen=True)
class PhotoSegmentation:
    """Components and ink of a photographed sheet.

    Attributes
    ----------
    threshold
        Contrast from which a pixel is dark; it grows with the noise.
    paper
        uint8 (H, W): the estimate of the blank sheet.
    contrast
        float32 (H, W) in 0..1: the share of the light that each pixel lacks.
    components
        All components of what is dark.
    is_ink
        (P,): which of them are ink.
    """

    threshold: float
    paper: Pixels
    contrast: Ink
    components: Components
    is_ink: Mask


def segment_ink(grey: Pixels) -> PhotoSegmentation:
    """Return the ink of a photographed sheet, uint8 (H, W), dark on light or light on dark."""
    grain_px = max(LEAST_GRAIN_PX, GRAIN * max(grey.shape))
    smooth = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), grain_px), np.float32)
    if _is_ink_light(smooth):
        negative = _segment_dark_ink(255 - smooth, grain_px)
        return replace(negative, paper=255 - negative.paper)
    return _segment_dark_ink(smooth, grain_px)


def _segment_dark_ink(smooth: Ink, grain_px: float) -> PhotoSegmentation:
    """Return the dark ink of a smoothed sheet, grey levels (H, W).

    The first window is wide enough for any pen. Where all lines are much narrower, a second one is
    as narrow as they allow: a shadow narrower than the window would count as ink.
    """
    noise = np.abs(smooth - cv2.GaussianBlur(smooth, (0, 0), 2 * grain_px))
    deviation = 1.4826 * float(np.median(noise / np.maximum(smooth, DARKEST_PAPER)))
    threshold = max(LEAST_CONTRAST, NOISE * deviation)
    window_px = WINDOW * min(smooth.shape)
    found = _segment_at_window(smooth, threshold, window_px)
    if found.is_ink.any():
        narrow_px = LINES * float(np.median(found.components.line_widths_px[found.is_ink]))
        if narrow_px < window_px / 2:
            return _segment_at_window(smooth, threshold, narrow_px)
    return found


def _segment_at_window(smooth: Ink, threshold: float, window_px: float) -> PhotoSegmentation:
    """Return the ink of a sheet, where what is wider than the window counts as paper."""
    side_px = round(window_px) | 1
    levels = np.rint(smooth).astype(np.uint8)
    window = np.ones((side_px, side_px), np.uint8)
    paper = cv2.morphologyEx(levels, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    lacking = (paper - smooth) / np.maximum(paper, DARKEST_PAPER)
    bias = float(np.median(lacking))  # the closing follows the lightest grain
    contrast: Ink = np.clip((lacking - bias) / (1 - bias), 0, 1)
    is_dark = contrast > threshold
    is_ruled = find_ruled_lines(contrast, threshold)
    components = measure_components(is_dark & ~is_ruled, contrast)
    is_blob = find_border_blobs(is_dark, components)
    if is_blob.any():
        components = measure_components(is_dark & ~is_ruled & ~is_blob, contrast)
    is_ink = select_ink(components, is_ruled)
    if is_ruled.any() and is_ink.any():
        is_ink_px = components.pixels(is_ink)
        is_ink_px |= _bridged(is_ink_px) & is_ruled & is_dark
        components = measure_components(is_ink_px, contrast)
        is_ink = select_ink(components, np.zeros_like(is_ruled))
    return PhotoSegmentation(threshold, np.asarray(paper, np.uint8), contrast, components, is_ink)


def _bridged(is_ink: Mask) -> Mask:
    """Return ink with the gaps closed that ruled lines have left in strokes."""
    side_px = round(BRIDGE * max(is_ink.shape)) | 1
    window = np.ones((side_px, side_px), np.uint8)
    return cv2.morphologyEx(is_ink.view(np.uint8), cv2.MORPH_CLOSE, window) > 0


def _is_ink_light(grey: Ink) -> bool:
    """Return whether narrow detail in the picture's middle is lighter than what is around it.

    A median filter removes lines and keeps what is wider, such as tables and shadows.
    """
    scale = min(1, POLARITY_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    around_px = max(3, round(WINDOW * min(small.shape)) | 1)
    around = cv2.medianBlur(np.rint(small).astype(np.uint8), around_px)
    rows, columns = (np.hanning(side_px + 2)[1:-1] ** 2 for side_px in small.shape)
    difference = (small - around) / np.maximum(np.maximum(small, around), DARKEST_PAPER)
    weighted = difference**2 * rows[:, None] * columns
    lighter, darker = weighted[difference > 0].sum(), weighted[difference < 0].sum()
    return bool(lighter > LIGHT_INK * darker)
