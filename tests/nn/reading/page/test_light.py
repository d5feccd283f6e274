"""The window that is a little wider than the pen."""

import cv2
import numpy as np
import pytest

from nn.reading.mnist import Ink
from nn.reading.page.light import window_of_pen
from tests.nn.reading.page.test_photo import blank, seven


def three_sevens(width_px: int) -> Ink:
    """Return grey levels, without grain, of sevens written with a pen of a width."""
    ink = np.max([seven(left, 100, width_px=width_px) for left in (90, 170, 250)], axis=0)
    return np.asarray(200 * (1 - 0.5 * cv2.GaussianBlur(ink, (0, 0), 1)), np.float32)


@pytest.mark.parametrize("width_px", [4, 8, 16, 30])
def test_the_window_is_a_little_wider_than_the_pen(width_px: int) -> None:
    nothing_ruled = blank() > 0
    assert width_px < window_of_pen(three_sevens(width_px), nothing_ruled, 75) < 2 * width_px + 8
    assert window_of_pen(blank(200), nothing_ruled, 75) == 75
