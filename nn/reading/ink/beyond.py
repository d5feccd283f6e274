"""Writing beyond the outline of a sheet: then it is not the outline of all that is written on."""

import cv2
import numpy as np

from nn.reading.ink.components import measure_components
from nn.reading.ink.pen import contrast_at
from nn.reading.ink.rejected import LIKE_INK, THINNEST, Usual, are_of_same_ink, have_digit_size
from nn.reading.mnist_format import Ink, Mask

PEN = 2.0  # window, over the width of the pen's lines
LIKE_SHEET = 0.8  # light of another sheet, over the median light of this one
FAR = 1 / 30  # of the longer side: least distance from the outline, whose own shadow is nearer


def is_cut_by_outline(contrast: Ink, is_ruled: Mask, is_sheet: Mask, usual: Usual) -> bool:
    """Return whether anything as dark as ink lies on the rim of a sheet (H, W)."""
    inner = cv2.erode(is_sheet.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    is_dark = contrast >= LIKE_INK * usual.level
    return bool((is_dark & is_sheet & ~inner & ~is_ruled).any())


def is_written_beyond(smooth: Ink, threshold: float, is_sheet: Mask, usual: Usual) -> bool:
    """Return whether digits of the usual ink are written on something as light as a sheet (H, W).

    The picture (H, W) shows a second sheet, or one of which a patch lies in the sun.
    """
    paper, contrast = contrast_at(smooth, PEN * usual.line_px)
    side_px = 2 * round(FAR * max(smooth.shape)) + 1
    near = cv2.dilate(is_sheet.view(np.uint8), np.ones((side_px, side_px), np.uint8))
    is_light = paper >= LIKE_SHEET * np.median(paper[is_sheet])
    beyond = measure_components((contrast > threshold) & is_light & (near == 0), contrast)
    is_digit = have_digit_size(beyond, usual, THINNEST) & are_of_same_ink(beyond, usual)
    return bool((is_digit & ~beyond.are_at_edge).any())
