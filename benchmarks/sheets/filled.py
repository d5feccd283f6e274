"""Photographs of class sheets, filled in with digits of MNIST's test set that come along."""

from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.pages.perspective import Pose
from benchmarks.sheets.filling import Hand, mnist_hand
from benchmarks.sheets.photograph import SheetPhotograph, photograph_sheet
from benchmarks.sheets.printed import printed
from nn.data.lesson_set import load_lesson_set
from nn.reading.class_sheet.layout import SheetPage, pages_of

UPRIGHT = Pose(0, 0, 0, distance=1.5, filled=0.95, shift=(0.5, 0.5))
TILTED = Pose(20, 130, 5, distance=1.2, filled=0.95, shift=(0.5, 0.5))


@cache
def hand() -> Hand:
    """Return a hand that no shipped network has learnt from."""
    return mnist_hand(load_lesson_set()[1])


def photograph(
    pupils: int = 2, page: int = 1, pose: Pose = TILTED, megapixels: float = 2, **options: Any
) -> SheetPhotograph:
    """Return a photograph of a filled page."""
    rng, sheet = np.random.default_rng(1), pages_of(pupils)[page - 1]
    return photograph_sheet(sheet, hand(), rng, pose=pose, megapixels=megapixels, **options)


def scan(page: SheetPage, millimetre_px: float = 6) -> Image.Image:
    """Return an empty page as a scanner sees it."""
    return Image.fromarray(np.rint(255 * printed(page, millimetre_px)).astype(np.uint8))
