"""The ink of a photograph: lines darker, or lighter, than the paper around them.

With a window that the pen's lines just fit in, a greyscale closing estimates the blank sheet.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask, Pixels, bounding_box
from nn.reading.page.components import (
    MAX_INKED,
    Components,
    left_out_boxes,
    measure_components,
    select_digit,
    weighted_median,
)
from nn.reading.page.light import (
    MIN_PAPER_LEVEL,
    PEN_WINDOW,
    WIDEST_WINDOW,
    contrast_at,
    find_light_steps,
    is_ink_light,
    window_of_pen,
)
from nn.reading.page.outline import extend_sheet, find_outline, is_cut_by_outline, is_written_beyond
from nn.reading.page.ruled_lines import SEARCHED_PX, find_ruled_lines
from nn.reading.page.writing import (
    MAX_SIZE,
    Writing,
    are_dark,
    are_lines,
    are_pale,
    cut_ink_of_photograph,
    find_writing,
    have_digit_size,
    rejected,
    ruled_ones,
    usual_of,
)
from nn.reading.reading import LeftOut

MIN_CONTRAST = 0.08  # share of the paper's light that even a faint line lacks
NOISE_DEVIATIONS = 4.5  # of the grain, by which the threshold is above paper
MIN_CONTRAST_RATIO = 0.35  # of ink, over the usual contrast: paler ink is a shadow, or faint
MIN_WIDE_WINDOW = 0.7  # of a window: a narrower one is tried
MAX_BRIDGE = 1 / 120  # gap that a ruled line leaves in a stroke, over the longer side
RULED_PX = 13  # window, in the picture reduced to SEARCHED_PX, in which any ruled line fits
GRAIN = 1 / 500  # of the longer side: finer detail is the camera's noise or the paper's grain
MIN_GRAIN_PX = 0.8
MIN_BLOB_DEPTH = 1.0  # from the rim of a blob to its middle, in line widths
# Of the one digit:
MAX_STROKE_DEPTH = 1 / 10  # from a line's rim to its middle, over the shorter side
ZERO_INK, FULL_INK = 0.3, 0.7  # of the contrast in the middle of a line: where ink is 0, and 1
MIN_BROAD_SIZE = 0.3  # longer side of what a broader pen may have written


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

    @cached_property
    def has_more_than_digit(self) -> bool:
        """Whether there is writing beside that digit."""
        return not np.array_equal(self.is_digit, self.writing.is_ink)

    @cached_property
    def digit_box(self) -> tuple[int, int, int, int]:
        """x, y, width and height of that digit's ink."""
        return bounding_box(self._digit)

    @cached_property
    def digit(self) -> Ink:
        """That digit's ink (h, w) within its bounding box."""
        x, y, width_px, height_px = self.digit_box
        return self._digit[y : y + height_px, x : x + width_px]

    @cached_property
    def _digit(self) -> Ink:
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


def find_border_blobs(is_dark: Mask, components: Components) -> Mask:
    """Return the pixels (H, W) of dark areas at the edge that are far thicker than a line.

    These are a table, or the corners of a picture that was turned. ``components`` has the lines.
    """
    blobs = np.zeros(is_dark.shape, bool)
    if not len(components.areas):
        return blobs
    line_px = weighted_median(components.line_widths_px, components.weights)
    depth = cv2.distanceTransform(is_dark.view(np.uint8), cv2.DIST_L2, 3)
    core = (depth > MIN_BLOB_DEPTH * line_px).view(np.uint8)
    side_px = 2 * round(1.5 * line_px) + 1
    _, labels = cv2.connectedComponents(cv2.dilate(core, np.ones((side_px, side_px), np.uint8)))
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    is_blob: Mask = np.isin(labels, edges[edges > 0])
    return is_blob


def render_ink(components: Components, is_chosen: Mask, contrast: Ink) -> Ink:
    """Return the ink (H, W) in 0..1 of the chosen components, 1 in each line's middle."""
    chosen = np.where(components.pixels(is_chosen), contrast, np.float32(0))
    side_px = round(MAX_STROKE_DEPTH * min(contrast.shape)) | 1
    levels = np.rint(255 * chosen).astype(np.uint8)
    middle = cv2.dilate(levels, np.ones((side_px, side_px), np.uint8))
    middle = cv2.blur(middle, (side_px, side_px)).astype(np.float32) / 255
    share = chosen / np.maximum(middle, 1 / 255)
    ink: Ink = np.clip((share - ZERO_INK) / (FULL_INK - ZERO_INK), 0, 1)
    return ink


def left_out_of_photograph(photo: Photograph, *, is_of_one_digit: bool) -> list[LeftOut]:
    """Return ink of a digit's size that was rejected or is cut in a photograph.

    In a picture of one digit, other writing is included. Boxes are in the picture's pixels.
    """
    writing, usual = photo.writing, photo.writing.usual
    found: list[LeftOut] = []
    for each in [photo.unbridged] * (photo.unbridged is not writing) + [writing]:
        found += rejected(each, usual, photo.threshold, photo.contrast)
    found += left_out_boxes(writing.components.boxes[writing.are_oversized], ReasonNotRead.NO_PAPER)
    found += _of_broader_pen(photo)
    if photo.is_ruled.any():
        is_dark = photo.is_ruled & (photo.contrast > photo.threshold)
        found += ruled_ones(measure_components(is_dark, photo.contrast), usual)
    # Pale writing is found at the lowest threshold alone.
    found = [each for each in found if each.why != ReasonNotRead.FAINT]
    is_pale = are_pale(photo.faint, photo.faint.usual, photo.threshold)
    found += left_out_boxes(photo.faint.components.boxes[is_pale], ReasonNotRead.FAINT)
    if is_of_one_digit:
        components = writing.components
        is_other = have_digit_size(components, usual_of(components, photo.is_digit))
        is_other &= writing.is_ink & ~photo.is_digit
        found += left_out_boxes(components.boxes[is_other], ReasonNotRead.BESIDE_THE_DIGIT)
    return sorted(found, key=lambda each: each.box[1]) + cut_ink_of_photograph(writing)


def _of_broader_pen(photo: Photograph) -> list[LeftOut]:
    """Return what a pen too broad for the window may have written: there it counts as paper.

    At the widest window it has a digit's size, is as dark as ink and hardly any of the ink, and is
    no level line.
    """
    usual, size = photo.writing.usual, photo.small.shape[::-1]
    scale = size[0] / photo.contrast.shape[1]
    _, contrast = contrast_at(photo.small, WIDEST_WINDOW * min(size))
    broad = measure_components(contrast > photo.threshold, contrast)
    is_ink = photo.writing.components.pixels(photo.writing.is_ink).view(np.uint8)
    is_small_ink = np.asarray(cv2.resize(is_ink, size, interpolation=cv2.INTER_NEAREST)) > 0
    sides_px = broad.longer_px / scale / usual.side_px
    is_left_out = broad.n_pixels_in(is_small_ink) <= MAX_INKED * broad.areas
    is_left_out &= ~broad.are_at_edge & are_dark(broad, usual)
    is_left_out &= (sides_px >= MIN_BROAD_SIZE) & (sides_px <= MAX_SIZE)
    is_left_out &= ~are_lines(broad) | (broad.sides_px[:, 1] > broad.sides_px[:, 0])
    return left_out_boxes(broad.boxes[is_left_out] / scale, ReasonNotRead.NO_PAPER)
