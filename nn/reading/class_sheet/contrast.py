"""The contrast of a class sheet in its light.

Light falls unevenly, and no single grey level is paper. But a pen's line is narrow, with paper on
both sides: a greyscale closing fills what is dark and narrower than its window.
"""

import cv2
import numpy as np

from nn.reading.mnist import Ink, Mask, Pixels
from nn.reading.page.components import Components

MIN_PAPER_LEVEL = 32  # of 255: on a darker table, grain would pass for ink
MAX_STROKE_DEPTH = 1 / 10  # from a line's rim to its middle, over the shorter side
ZERO_INK, FULL_INK = 0.3, 0.7  # of the contrast in the middle of a line: where ink is 0, and 1


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
