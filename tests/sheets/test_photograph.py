"""The generator of class sheets: what it says is on a photograph is there."""

import cv2
import numpy as np

from tests.sheets.filled import TILTED, photograph


def test_ink_is_in_the_boxes_that_have_some_and_nowhere_else() -> None:
    filled = photograph(3, pose=TILTED)
    grey = np.asarray(filled.picture.convert("L"), np.float32)
    for written, corners in zip(filled.boxes, filled.corners, strict=True):
        mask = np.zeros(grey.shape, np.uint8)
        middle = corners.mean(axis=0)
        inner = (middle + 0.85 * (corners - middle)).astype(np.int32)
        cv2.fillConvexPoly(mask, inner, 1)
        levels = grey[mask > 0]
        is_dark = levels < 0.75 * np.median(levels)
        assert bool(is_dark.sum() > 40) is (written.glyph is not None)
