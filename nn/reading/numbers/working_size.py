"""Ink reduced to the size at which its digits are separated, and boxes in the ink before that."""

import cv2
import numpy as np

from nn.reading.ink.components import label_components
from nn.reading.mnist_format import INK_LEVEL, Ink, crop
from nn.reading.numbers.components import (
    Component,
    SortedComponents,
    find_components,
    usual_height,
)
from nn.reading.numbers.types import Box

WORKING_PX = 80  # height of a usual digit to which ink is reduced
SPECK = 1 / 150  # longer side of the largest speck, over all ink's: 7 pixels of 1,000 are no digit


def components_at_working_size(ink: Ink) -> tuple[SortedComponents, tuple[int, ...]]:
    """Return the components of ink (H, W), reduced where they are large, and the reduced shape."""
    components = find_components(ink)
    reduced = at_working_size(ink, usual_height(components.digits))
    return (components if reduced is ink else find_components(reduced)), reduced.shape


def at_working_size(ink: Ink, height_px: float) -> Ink:
    """Return ink (H, W) whose digits are so high, reduced by a whole factor if they are large.

    The line of a thin pen covers only a part of the larger pixels, so what is reduced is divided by
    its maximum, as in ``mnist_format.fit``.
    """
    reduced = _reduced(ink, height_px)
    return ink if reduced is ink else reduced / reduced.max()


def is_of_specks(digit: Ink) -> bool:
    """Return whether ink (H, W) in the place of a digit is dust, which fades when it is reduced.

    A digit of a thin pen fades, too, but has a line that is longer than a speck.
    """
    ink = crop(digit)
    if _reduced(ink, max(ink.shape)).max() >= INK_LEVEL:
        return False
    _, boxes, _ = label_components(ink >= INK_LEVEL)
    return bool((boxes[:, 2:] - boxes[:, :2]).max() < SPECK * max(ink.shape))


def _reduced(ink: Ink, height_px: float) -> Ink:
    """Return ink (H, W), the mean of each square of pixels where its digits are large."""
    factor = max(1, round(height_px / WORKING_PX))
    if factor == 1:
        return ink
    height, width = (max(1, side_px // factor) for side_px in ink.shape)
    return np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def box_in(ink: Ink, digit: Component, working_shape: tuple[int, ...]) -> Box:
    """Return x, y, width and height of a digit in ink (H, W), found in the same ink reduced.

    The box is that of all ink in the digit's reduced pixels and those next to them.
    """
    if ink.shape == working_shape:
        return digit.x, digit.y, digit.width, digit.height
    scale_y, scale_x = (full / small for full, small in zip(ink.shape, working_shape, strict=True))
    top, bottom = (round(scale_y * y) for y in (max(0, digit.y - 1), digit.bottom + 1))
    left, right = (round(scale_x * x) for x in (max(0, digit.x - 1), digit.right + 1))
    around = ink[top:bottom, left:right]
    rows = np.arange(top, top + around.shape[0])
    columns = np.arange(left, left + around.shape[1])
    is_ink = (digit.ink >= INK_LEVEL).view(np.uint8)
    mask = cv2.copyMakeBorder(is_ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    mask = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    in_mask = ((rows + 0.5) / scale_y - digit.y + 1, (columns + 0.5) / scale_x - digit.x + 1)
    # Rounded, the last row or column may be just past the mask.
    y, x = (at.astype(int).clip(0, n - 1) for at, n in zip(in_mask, mask.shape, strict=True))
    own = mask.take(y, axis=0).take(x, axis=1)
    x, y, width, height = cv2.boundingRect((around >= INK_LEVEL) & own)
    return left + x, top + y, width, height
