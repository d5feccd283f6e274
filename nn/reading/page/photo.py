"""The ink of a photograph: lines darker, or lighter, than the paper around them.

With a window that the pen's lines just fit in, a greyscale closing estimates the blank sheet.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from nn.reading.mnist import Ink, Mask, Pixels
from nn.reading.page.components import measure_components
from nn.reading.page.light import (
    MIN_PAPER_LEVEL,
    WIDEST_WINDOW,
    contrast_at,
    find_light_steps,
    is_ink_light,
)
from nn.reading.page.outline import extend_sheet, find_outline, is_cut_by_outline, is_written_beyond
from nn.reading.page.pen import window_of_pen
from nn.reading.page.ruled_lines import SEARCHED_PX, find_ruled_lines
from nn.reading.page.writing import (
    Writing,
    find_border_blobs,
    find_writing,
    render_ink,
    select_digit,
)

MIN_CONTRAST = 0.08  # share of the paper's light that even a faint line lacks
NOISE_DEVIATIONS = 4.5  # of the grain, by which the threshold is above paper
MIN_CONTRAST_RATIO = 0.35  # of ink, over the usual contrast: paler ink is a shadow, or faint
PEN_WINDOW = 2.0  # over the width of the lines found: wider windows take shadows for ink
MIN_WIDE_WINDOW = 0.7  # of a window: a narrower one is tried
MAX_BRIDGE = 1 / 120  # gap that a ruled line leaves in a stroke, over the longer side
RULED_PX = 13  # window, in the picture reduced to SEARCHED_PX, in which any ruled line fits
GRAIN = 1 / 500  # of the longer side: finer detail is the camera's noise or the paper's grain
MIN_GRAIN_PX = 0.8


@dataclass(frozen=True)
class Photograph:
    """The writing on a photographed sheet.

    Attributes
    ----------
    small
        Grey levels (h, w), dark ink, at most ``SEARCHED_PX`` long.
    threshold
        Contrast from which a pixel is dark; it grows with the noise.
    paper
        uint8 (H, W): the estimate of the blank sheet.
    contrast
        float32 (H, W) in 0..1: the share of the light that each pixel lacks.
    is_ruled
        Which pixels (H, W) lie on ruled lines.
    faint
        The components at the threshold, which finds pale writing.
    unbridged
        The components as dark as ink, or the same where the first are no ink.
    writing
        These with strokes bridged across ruled lines, or the same without such lines.
    """

    small: Ink
    threshold: float
    paper: Pixels
    contrast: Ink
    is_ruled: Mask
    faint: Writing
    unbridged: Writing
    writing: Writing

    @cached_property
    def ink(self) -> Ink:
        """All writing, float32 (H, W), 0 for paper to 1 for ink."""
        return render_ink(self.writing.components, self.writing.is_ink, self.contrast)

    @cached_property
    def is_digit(self) -> Mask:
        """Which components of the writing (P,) are the digit in the middle."""
        return select_digit(self.writing.components, self.writing.is_ink)

    @property
    def has_more_than_digit(self) -> bool:
        """Whether there is writing beside that digit."""
        return not np.array_equal(self.is_digit, self.writing.is_ink)

    @cached_property
    def digit(self) -> Ink:
        """The ink (H, W) of that digit."""
        if not self.has_more_than_digit:
            return self.ink
        return render_ink(self.writing.components, self.is_digit, self.contrast)


def segment_ink(grey: Pixels) -> Photograph:
    """Return the writing on a photographed sheet, uint8 (H, W), dark on light or light on dark.

    A sheet whose outline is found is extended to the picture's edges, if that contains all writing.
    """
    grain_px = max(MIN_GRAIN_PX, GRAIN * max(grey.shape))
    smooth = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), grain_px), np.float32)
    if is_ink_light(smooth):
        negative = _segment_dark_ink(255 - smooth, grain_px)
        return replace(negative, paper=255 - negative.paper)
    if (corners := find_outline(smooth)) is not None:
        extended, is_sheet = extend_sheet(smooth, corners)
        found = _segment_dark_ink(extended, grain_px)
        if (
            found.writing.is_ink.any()
            and not is_cut_by_outline(found.contrast, found.is_ruled, is_sheet, found.writing.usual)
            and not is_written_beyond(smooth, found.threshold, is_sheet, found.writing.usual)
        ):
            return found
    return _segment_dark_ink(smooth, grain_px)


def _segment_dark_ink(smooth: Ink, grain_px: float) -> Photograph:
    """Return the dark ink of a smoothed sheet, grey levels (H, W)."""
    noise = np.abs(smooth - cv2.GaussianBlur(smooth, (0, 0), 2 * grain_px))
    deviation = 1.4826 * float(np.median(noise / np.maximum(smooth, MIN_PAPER_LEVEL)))
    threshold = max(MIN_CONTRAST, NOISE_DEVIATIONS * deviation)
    scale = min(1, SEARCHED_PX / max(smooth.shape))
    reduced = cv2.resize(smooth, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.asarray(reduced, np.float32)
    light, fine = contrast_at(small, RULED_PX)
    is_ruled = find_ruled_lines(fine, threshold * max(scale, 1 / 2), light)
    is_ruled = cv2.dilate(is_ruled.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    window_px = window_of_pen(small, is_ruled, WIDEST_WINDOW * min(small.shape)) / scale
    found = _segment_at_window(smooth, small, threshold, window_px)
    if found.faint.is_ink.any():
        narrower_px = PEN_WINDOW * found.faint.usual.line_px
        if narrower_px < MIN_WIDE_WINDOW * window_px:
            again = _segment_at_window(smooth, small, threshold, narrower_px)
            return again if again.writing.is_ink.any() else found
    return found


def _segment_at_window(smooth: Ink, small: Ink, threshold: float, window_px: float) -> Photograph:
    """Return the ink of a sheet; dark areas wider than the window count as paper.

    Writing is found three times: at the threshold; among what is about as dark as that; and with
    strokes bridged across ruled lines.
    """
    paper, contrast = contrast_at(smooth, window_px)
    is_ruled = find_ruled_lines(contrast, threshold, paper)
    is_step = find_light_steps(paper, window_px)
    is_dark = (contrast > threshold) & ~is_ruled
    components = measure_components(is_dark, contrast)
    is_blob = find_border_blobs(contrast > threshold, components)
    if is_blob.any():
        is_dark &= ~is_blob
        components = measure_components(is_dark, contrast)
    faint = find_writing(components, is_ruled, is_step)
    found = Photograph(small, threshold, paper, contrast, is_ruled, faint, faint, faint)
    if not faint.is_ink.any():
        return found

    darker = contrast > MIN_CONTRAST_RATIO * faint.usual.level
    is_dark &= cv2.dilate(darker.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    components = measure_components(is_dark, contrast)
    is_rejected = faint.components.pixels(faint.are_rejected)
    unbridged = find_writing(components, is_ruled, is_step, is_rejected)
    found = replace(found, unbridged=unbridged, writing=unbridged)
    if not is_ruled.any() or not unbridged.is_ink.any():
        return found

    is_ink = components.pixels(unbridged.is_ink)
    gap_px = round(MAX_BRIDGE * max(is_ink.shape)) | 1
    window = np.ones((gap_px, gap_px), np.uint8)
    is_closed = cv2.morphologyEx(is_ink.view(np.uint8), cv2.MORPH_CLOSE, window) > 0
    is_ink |= is_closed & is_ruled & (contrast > threshold)
    bridged = measure_components(is_ink, contrast)
    return replace(found, writing=find_writing(bridged, np.zeros_like(is_ruled), is_step))
