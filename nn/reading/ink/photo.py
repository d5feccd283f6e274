"""The ink of a photograph: what is darker, or lighter, than the paper just around it.

Light falls unevenly on a sheet, so no one level is paper. But a pen's line is narrow, and paper can
be seen on both sides of it. A greyscale closing fills what is dark and narrower than its window,
and leaves the edges of wider shadows where they are: it shows the paper as if nobody had written on
it. What the picture lacks of that light is ink, in sun and shadow alike. (The closing less the
picture is the "black top hat" of Serra, "Image Analysis and Mathematical Morphology", 1982.)
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from nn.reading.ink import selection as writing
from nn.reading.ink.components import Mask, Parts, find_parts
from nn.reading.ink.grey import Pixels
from nn.reading.ink.ruled_lines import find_rules
from nn.reading.mnist_format import Ink

WINDOW = 1 / 4  # of the shorter side: wider than a line of the broadest pen
LINES = 4  # widths of the usual line that a window needs, once lines are known
GRAIN = 1 / 500  # of the longer side: what is finer is the camera's noise or the paper's grain
LEAST_GRAIN_PX = 0.8
LOOKED_AT_PX = 160  # longer side of the picture that tells whether ink is dark or light
BRIDGE = 1 / 120  # of the longer side: the widest gap that a rule leaves in a line across it
LIGHT_INK = 3  # times as much that is lighter than what is darker, before ink is taken for light
DARKEST_PAPER = 32  # of 255: on a darker table, grain would pass for ink
LEAST_CONTRAST = 0.08  # of the paper's light that even a faint line lacks
NOISE = 4.5  # spreads of the grain above which hardly a pixel is paper


@dataclass(frozen=True)
class Photographed:
    """What was found on a photographed sheet.

    Attributes
    ----------
    threshold
        Contrast from which on a pixel is dark: the more, the noisier the picture is.
    paper
        uint8 (H, W): the sheet as if nobody had written on it.
    contrast
        float32 (H, W) in 0..1: how much of its light each pixel lacks.
    parts
        All connected parts of what is dark.
    is_ink
        (P,): which of them are ink.
    """

    threshold: float
    paper: Pixels
    contrast: Ink
    parts: Parts
    is_ink: Mask


def look(grey: Pixels) -> Photographed:
    """Return what is written on a photographed sheet, uint8 (H, W), in dark ink or in light."""
    grain_px = max(LEAST_GRAIN_PX, GRAIN * max(grey.shape))
    smooth = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), grain_px), np.float32)
    if _is_ink_light(smooth):
        negative = _look_for_dark(255 - smooth, grain_px)
        return replace(negative, paper=255 - negative.paper)
    return _look_for_dark(smooth, grain_px)


def _look_for_dark(smooth: Ink, grain_px: float) -> Photographed:
    """Return what is written on a sheet, grey levels (H, W), in dark ink.

    First the window is wide enough for any pen; then, where all lines are narrower, as narrow as
    they allow, for a shadow narrower than the window counts as ink.
    """
    noise = np.abs(smooth - cv2.GaussianBlur(smooth, (0, 0), 2 * grain_px))
    spread = 1.4826 * float(np.median(noise / np.maximum(smooth, DARKEST_PAPER)))
    threshold = max(LEAST_CONTRAST, NOISE * spread)
    window_px = WINDOW * min(smooth.shape)
    found = _look_through(smooth, threshold, window_px)
    if found.is_ink.any():
        narrow_px = LINES * float(np.median(found.parts.widths[found.is_ink]))
        if narrow_px < window_px / 2:
            return _look_through(smooth, threshold, narrow_px)
    return found


def _look_through(smooth: Ink, threshold: float, window_px: float) -> Photographed:
    """Return what is written on a sheet, taking what is wider than the window for paper."""
    side_px = round(window_px) | 1
    levels = np.rint(smooth).astype(np.uint8)
    window = np.ones((side_px, side_px), np.uint8)
    paper = cv2.morphologyEx(levels, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    lacking = (paper - smooth) / np.maximum(paper, DARKEST_PAPER)
    bias = float(np.median(lacking))  # the closing finds the lightest grain
    contrast: Ink = np.clip((lacking - bias) / (1 - bias), 0, 1)
    is_dark = contrast > threshold
    is_rule = find_rules(contrast, threshold)
    found = find_parts(is_dark & ~is_rule, contrast)
    is_blot = writing.find_blots(is_dark, found)
    if is_blot.any():
        found = find_parts(is_dark & ~is_rule & ~is_blot, contrast)
    is_ink = writing.are_ink(found, is_rule)
    if is_rule.any() and is_ink.any():
        is_ink_px = found.pixels(is_ink)
        is_ink_px |= _bridged(is_ink_px) & is_rule & is_dark
        found = find_parts(is_ink_px, contrast)
        is_ink = writing.are_ink(found, np.zeros_like(is_rule))
    return Photographed(threshold, np.asarray(paper, np.uint8), contrast, found, is_ink)


def _bridged(is_ink: Mask) -> Mask:
    """Return ink with the gaps filled that rules have left in the lines that cross them."""
    side_px = round(BRIDGE * max(is_ink.shape)) | 1
    window = np.ones((side_px, side_px), np.uint8)
    return cv2.morphologyEx(is_ink.astype(np.uint8), cv2.MORPH_CLOSE, window) > 0


def _is_ink_light(grey: Ink) -> bool:
    """Return whether what is narrow in the middle of a picture is lighter than what is around it.

    A median filter takes lines away and leaves what is wider, such as tables and shadows, as it is.
    """
    scale = min(1, LOOKED_AT_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    around_px = max(3, round(WINDOW * min(small.shape)) | 1)
    around = cv2.medianBlur(np.rint(small).astype(np.uint8), around_px)
    rows, columns = (np.hanning(side_px + 2)[1:-1] ** 2 for side_px in small.shape)
    difference = (small - around) / np.maximum(np.maximum(small, around), DARKEST_PAPER)
    weighted = difference**2 * rows[:, None] * columns
    lighter, darker = weighted[difference > 0].sum(), weighted[difference < 0].sum()
    return bool(lighter > LIGHT_INK * darker)
