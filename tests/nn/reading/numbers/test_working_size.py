import cv2
import numpy as np
import pytest

from nn.reading.mnist_format import INK_LEVEL, Ink
from nn.reading.numbers.working_size import WORKING_PX, at_working_size, is_of_specks


def blank(side_px: int = 900) -> Ink:
    return np.zeros((side_px, side_px), np.float32)


def ring(pen_px: int) -> Ink:
    """Return a ring that fills 900 pixels, of a pen without antialiasing."""
    return np.asarray(cv2.circle(blank(), (450, 450), 449, 1.0, pen_px), np.float32)


def dashes(length_px: int) -> Ink:
    """Return two upright dashes, one pixel wide, from the top and from the bottom of 900 pixels."""
    ink = blank()
    ink[:length_px, 0] = ink[-length_px:, -1] = 1
    return ink


@pytest.mark.parametrize("pen_px", [1, 2, 9])
def test_the_line_of_a_pen_remains_whole_at_the_working_size(pen_px: int) -> None:
    reduced = at_working_size(ring(pen_px), 900)
    assert reduced.shape == (81, 81)
    assert reduced.max() == 1
    pieces, _ = cv2.connectedComponents((reduced >= INK_LEVEL).view(np.uint8))
    assert pieces - 1 == 1


def test_ink_of_the_working_size_stays_as_it_is() -> None:
    ink = 0.5 * ring(1)
    assert at_working_size(ink, WORKING_PX) is ink


@pytest.mark.parametrize(("length_px", "is_dust"), [(5, True), (6, False)])
def test_specks_are_shorter_than_a_150th_of_all_ink(length_px: int, is_dust: bool) -> None:
    assert is_of_specks(dashes(length_px)) == is_dust


def test_a_thin_line_is_no_speck() -> None:
    assert not is_of_specks(ring(1))


def test_specks_that_are_near_each_other_make_grey_ink() -> None:
    halftone, dust = blank(), blank()
    halftone[::2, ::2] = 1  # a quarter of the pixels
    dust[::3, ::3] = 1  # a ninth
    assert (is_of_specks(halftone), is_of_specks(dust)) == (False, True)
