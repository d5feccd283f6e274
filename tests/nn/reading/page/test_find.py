"""What is ink on a page, and what only dust."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize
from nn.reading.mnist import Ink, Pixels
from nn.reading.page.drawing import EvenInk
from nn.reading.page.find import Page, find_drawn_page, find_page
from nn.reading.page.grey import Reduction, histogram
from nn.reading.page.segment import Segmentation
from tests.segmenting import segment


def ink_in(*boxes: tuple[int, int, int, int]) -> Ink:
    ink = np.zeros((900, 900), np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return ink


def ring(pen_px: int) -> Ink:
    """Return a ring that fills 900 pixels, of a pen without antialiasing."""
    ink = cv2.circle(np.zeros((900, 900), np.float32), (450, 450), 449, 1.0, pen_px)
    return np.asarray(ink, np.float32)


def dashes(length_px: int) -> Ink:
    """Return two upright dashes, one pixel wide, from the top and from the bottom of 900 pixels."""
    return ink_in((0, 0, 1, length_px), (899, 900 - length_px, 1, length_px))


def dots(spacing_px: int) -> Ink:
    ink = np.zeros((900, 900), np.float32)
    ink[::spacing_px, ::spacing_px] = 1
    return ink


@pytest.mark.parametrize(
    ("ink", "is_of_specks"),
    [(dashes(5), True), (dashes(6), False), (ring(1), False), (dots(2), False), (dots(3), True)],
    ids=["short dashes", "longer dashes", "a thin line", "grey of a halftone", "dust"],
)
def test_specks_are_shorter_than_a_150th_of_all_ink_and_apart(ink: Ink, is_of_specks: bool) -> None:
    grey = np.uint8(255 * ink)
    even = EvenInk(grey, np.linspace(0, 1, 256, dtype=np.float32), histogram(grey))
    page = Page(grey, Reduction((900, 900), 1, (0, 0)), even, PictureSize(900, 900))
    assert page.is_of_specks == is_of_specks


def test_a_picture_of_dust_is_refused_like_a_blank_one() -> None:
    dust = Image.fromarray(np.uint8(255 * (1 - dashes(5))))
    with pytest.raises(PictureError, match="Nothing in the picture but specks") as caught:
        find_page(Picture(dust, PictureSize(900, 900)))
    assert caught.value.fault is PictureFault.NO_DIGIT_FOUND
    find_page(Picture(Image.fromarray(np.uint8(255 * (1 - dashes(6)))), PictureSize(900, 900)))


@pytest.mark.parametrize("is_high", [False, True])
def test_a_narrow_gap_parts_ink_only_where_it_is_narrow_beside_the_height(is_high: bool) -> None:
    levels = np.full((200, 500), 255, np.uint8)
    levels[50:150, 50:200] = levels[50:150, 203:400] = 0
    picture = Image.fromarray(levels.T if is_high else levels)
    page = find_page(Picture(picture, PictureSize(*picture.size)))
    assert page.is_in_pieces != is_high


def grainy(side_px: int) -> Picture:
    """Return a scan of a bar on grainy paper."""
    levels = np.random.default_rng(0).integers(195, 205, (side_px, side_px))
    levels[side_px // 4 : -side_px // 4, side_px // 2 : side_px // 2 + 12] = 40
    return Picture(Image.fromarray(levels.astype(np.uint8)), PictureSize(side_px, side_px))


@pytest.mark.parametrize("side_px", [100, 256, 257, 600])
def test_the_network_of_ink_reads_scans_of_every_size(side_px: int) -> None:
    page = find_page(grainy(side_px), segment())
    assert isinstance(page.source, Segmentation)
    assert find_drawn_page(grainy(side_px)) is None
    assert not isinstance(find_page(grainy(side_px)).source, Segmentation)


def test_a_drawing_and_a_thin_strip_need_no_network() -> None:
    def refuse(grey: Pixels) -> Segmentation:
        raise AssertionError

    drawn = np.full((200, 200), 255, np.uint8)
    drawn[50:150, 95:105] = 0
    strip = np.random.default_rng(0).integers(190, 210, (7, 200)).astype(np.uint8)
    strip[:, 80:100] = 40
    for levels in (drawn, strip):
        picture = Picture(Image.fromarray(levels), PictureSize(*levels.shape[::-1]))
        assert isinstance(find_page(picture, refuse).source, EvenInk)
