"""The ink of a photograph: lines darker, or lighter, than the paper around them.

Light falls unevenly on a sheet, so no single grey level is paper. But a pen's line is narrow, with
paper on both sides. A greyscale closing fills what is dark and narrower than its window, and keeps
the edges of wider shadows: with a window that the pen's lines just fit in, it estimates the blank
sheet.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from nn.reading.certainty import LeftOut, ReasonNotRead
from nn.reading.mnist import Ink, Mask, Pixels
from nn.reading.page.components import Components, measure_components
from nn.reading.page.outline import SEARCHED_PX as OUTLINE_PX
from nn.reading.page.outline import extend_sheet, find_outline, is_cut_by_outline, is_written_beyond
from nn.reading.page.pen import MIN_PAPER_LEVEL, contrast_at, window_of_pen
from nn.reading.page.rejected import (
    Usual,
    are_oversized,
    find_broader,
    find_oversized,
    find_rejected,
    find_ruled_ones,
    usual_of,
)
from nn.reading.page.ruled_lines import SEARCHED_PX, find_ruled_lines
from nn.reading.page.selection import Selection, find_border_blobs, select_ink

WINDOW = 1 / 4  # of the shorter side: wider than a line of the broadest pen
PEN_WINDOW = 2.0  # over the width of the lines found: wider windows take shadows for ink
MIN_WIDE_WINDOW = 0.7  # of a window: a narrower one is tried
MAX_STEP = 0.65  # light beyond the edge of a sheet or in a hard shadow, over the light on the sheet
MIN_CONTRAST_RATIO = 0.35  # of ink, over the usual contrast: paler ink is a shadow, or faint
MAX_BRIDGE = 1 / 120  # gap that a ruled line leaves in a stroke, over the longer side
MIN_LIGHT_INK_RATIO = 3  # energy of lighter detail over darker detail, if ink is light
MIN_CONTRAST = 0.08  # share of the paper's light that even a faint line lacks
NOISE_DEVIATIONS = 4.5  # of the grain, by which the threshold is above paper
RULED_PX = 13  # window, in the picture reduced to SEARCHED_PX, in which any ruled line fits
STEP_WINDOWS = 2  # windows around such a step
GRAIN = 1 / 500  # of the longer side: finer detail is the camera's noise or the paper's grain
MIN_GRAIN_PX = 0.8


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
    selection
        Which of them are ink, and what the others are taken for.
    is_ruled
        Which pixels (H, W) lie on ruled lines.
    before
        The segmentation before strokes were bridged across ruled lines; None without such lines.
    first_look
        The segmentation at the lower threshold that finds pale writing; None if it is this one.
    reduced
        Grey levels (h, w), dark ink, at most ``SEARCHED_PX`` long; None in stages before the last.
    """

    threshold: float
    paper: Pixels
    contrast: Ink
    components: Components
    selection: Selection
    is_ruled: Mask
    before: "PhotoSegmentation | None" = None
    first_look: "PhotoSegmentation | None" = None
    reduced: Ink | None = None

    @property
    def is_ink(self) -> Mask:
        """Which components (P,) are ink."""
        return self.selection.is_ink

    def find_rejected(self) -> list[LeftOut]:
        """Return the rejected components of a digit's size, from top to bottom."""
        usual = usual_of(self.components, self.is_ink)
        stages = [self] if self.before is None else [self.before, self]
        left_out = [
            each
            for stage in stages
            for each in find_rejected(
                stage.components, stage.selection, self.contrast, usual, self.threshold
            )
        ]
        left_out += find_oversized(self.components, self.is_ink)
        if self.reduced is not None:
            left_out += self._find_broader(self.reduced, usual)
        if self.is_ruled.any():
            is_dark = self.is_ruled & (self.contrast > self.threshold)
            left_out += find_ruled_ones(measure_components(is_dark, self.contrast), usual)
        if self.first_look is not None:
            left_out = [each for each in left_out if each.why != ReasonNotRead.FAINT]
            pale = self.first_look.find_rejected()
            left_out += [each for each in pale if each.why == ReasonNotRead.FAINT]
        return sorted(left_out, key=lambda each: each.box[1])

    def _find_broader(self, reduced: Ink, usual: Usual) -> list[LeftOut]:
        """Return what a pen too broad for the window may have written: there it counts as paper."""
        size = reduced.shape[::-1]
        scale = size[0] / self.contrast.shape[1]
        _, contrast = contrast_at(reduced, WINDOW * min(size))
        broad = measure_components(contrast > self.threshold, contrast)
        is_ink = self.components.pixels(self.is_ink).view(np.uint8)
        is_small_ink = np.asarray(cv2.resize(is_ink, size, interpolation=cv2.INTER_NEAREST)) > 0
        return find_broader(broad, is_small_ink, usual, scale)


def segment_ink(grey: Pixels) -> PhotoSegmentation:
    """Return the ink of a photographed sheet, uint8 (H, W), dark on light or light on dark."""
    grain_px = max(MIN_GRAIN_PX, GRAIN * max(grey.shape))
    smooth = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), grain_px), np.float32)
    if _is_ink_light(smooth):
        negative = _segment_dark_ink(255 - smooth, grain_px)
        return replace(negative, paper=255 - negative.paper)
    return _segment_on_sheet(smooth, grain_px) or _segment_dark_ink(smooth, grain_px)


def _segment_on_sheet(smooth: Ink, grain_px: float) -> PhotoSegmentation | None:
    """Return the ink on a sheet whose outline is found and contains all of the writing, or None."""
    corners = find_outline(smooth)
    if corners is None:
        return None
    extended, is_sheet = extend_sheet(smooth, corners)
    found = _segment_dark_ink(extended, grain_px)
    if not found.is_ink.any():
        return None
    usual = usual_of(found.components, found.is_ink)
    if is_cut_by_outline(found.contrast, found.is_ruled, is_sheet, usual):
        return None
    return None if is_written_beyond(smooth, found.threshold, is_sheet, usual) else found


def _segment_dark_ink(smooth: Ink, grain_px: float) -> PhotoSegmentation:
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
    window_px = window_of_pen(small, is_ruled, WINDOW * min(small.shape)) / scale
    found = _segment_at_window(smooth, threshold, window_px)
    narrower_px = PEN_WINDOW * _line_px(found)
    if 0 < narrower_px < MIN_WIDE_WINDOW * window_px:
        again = _segment_at_window(smooth, threshold, narrower_px)
        found = again if again.is_ink.any() else found
    return replace(found, reduced=small)


def _line_px(found: PhotoSegmentation) -> float:
    """Return the usual width of the lines of ink in pixels, 0 without ink."""
    first = found.first_look or found
    return usual_of(first.components, first.is_ink).line_px if first.is_ink.any() else 0


def _segment_at_window(smooth: Ink, threshold: float, window_px: float) -> PhotoSegmentation:
    """Return the ink of a sheet; dark areas wider than the window count as paper."""
    paper, contrast = contrast_at(smooth, window_px)
    is_ruled = find_ruled_lines(contrast, threshold, paper)
    is_step = find_light_steps(paper, window_px)
    is_dark = (contrast > threshold) & ~is_ruled
    components = measure_components(is_dark, contrast)
    is_blob = find_border_blobs(contrast > threshold, components)
    if is_blob.any():
        is_dark &= ~is_blob
        components = measure_components(is_dark, contrast)
    selection = select_ink(components, is_ruled, is_step)
    found = PhotoSegmentation(threshold, paper, contrast, components, selection, is_ruled)
    if not selection.is_ink.any():
        return found
    darker = contrast > MIN_CONTRAST_RATIO * usual_of(components, selection.is_ink).level
    is_dark &= cv2.dilate(darker.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    components = measure_components(is_dark, contrast)
    is_shadow = ~selection.is_ink & ~selection.is_cut
    is_shadow |= are_oversized(found.components, selection.is_ink)
    selection = select_ink(components, is_ruled, is_step, found.components.pixels(is_shadow))
    found = replace(found, components=components, selection=selection, first_look=found)
    if not is_ruled.any() or not selection.is_ink.any():
        return found
    is_ink_px = components.pixels(selection.is_ink)
    is_ink_px |= _bridged(is_ink_px) & is_ruled & (contrast > threshold)
    bridged = measure_components(is_ink_px, contrast)
    selection = select_ink(bridged, np.zeros_like(is_ruled), is_step)
    return replace(found, components=bridged, selection=selection, before=found)


def find_light_steps(paper: Pixels, window_px: float) -> Mask:
    """Return which pixels (H, W) are near a step in the light: the edge of a sheet or a shadow."""
    small = cv2.resize(paper, None, fx=1 / 4, fy=1 / 4, interpolation=cv2.INTER_AREA)
    window = np.ones((round(STEP_WINDOWS * window_px / 4) | 1,) * 2, np.uint8)
    is_step = cv2.erode(small, window) < MAX_STEP * cv2.dilate(small, window)
    size = paper.shape[::-1]
    return np.asarray(cv2.resize(is_step.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)) > 0


def _bridged(is_ink: Mask) -> Mask:
    """Return ink with the gaps closed that ruled lines have left in strokes."""
    side_px = round(MAX_BRIDGE * max(is_ink.shape)) | 1
    window = np.ones((side_px, side_px), np.uint8)
    return cv2.morphologyEx(is_ink.view(np.uint8), cv2.MORPH_CLOSE, window) > 0


def _is_ink_light(grey: Ink) -> bool:
    """Return whether narrow detail in the picture's middle is lighter than its surroundings.

    A median filter removes lines and keeps what is wider, such as tables and shadows.
    """
    scale = min(1, OUTLINE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    around_px = max(3, round(WINDOW * min(small.shape)) | 1)
    around = cv2.medianBlur(np.rint(small).astype(np.uint8), around_px)
    rows, columns = (np.hanning(side_px + 2)[1:-1] ** 2 for side_px in small.shape)
    difference = (small - around) / np.maximum(np.maximum(small, around), MIN_PAPER_LEVEL)
    weighted = difference**2 * rows[:, None] * columns
    lighter, darker = weighted[difference > 0].sum(), weighted[difference < 0].sum()
    return bool(lighter > MIN_LIGHT_INK_RATIO * darker)
