"""Ink reduced to the size at which its lines are found."""

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


def to_component(digit: Ink) -> Component:
    """Return the ink (H, W) of one digit at the size at which the digits of numbers are found."""
    ink = crop(digit)
    return Component(0, 0, crop(at_working_size(ink, len(ink))))


def is_in_pieces(digit: Ink) -> bool:
    """Return whether the ink (H, W) of one digit is more than one component.

    In the network's input, narrow gaps are closed. To fill one component is quicker than to label
    all, which OpenCV does in several threads.
    """
    is_ink = (to_component(digit).ink >= INK_LEVEL).view(np.uint8)
    n_ink = int(np.count_nonzero(is_ink))
    y, x = divmod(int(is_ink.argmax()), is_ink.shape[1])
    n_filled, *_ = cv2.floodFill(is_ink, None, (x, y), 2, flags=8)
    return n_filled < n_ink
