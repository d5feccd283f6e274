import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nn.reading.lines.signs import read_lines
from nn.reading.lines.strip import BLANK, N_CLASSES, n_frames
from nn.reading.page.find import find_ink
from nn.reading.page.grey import Reduction, reduction_of
from tests.drawing import turned_file

PAPER = 235
Box = tuple[int, int, int, int]

SIZES_PX = [(997, 760), (761, 1201), (1501, 2003), (2501, 1777)]  # reduced by 1, 1, 2 and 3


def zero(size_px: tuple[int, int], box: Box) -> Image.Image:
    """A ring that fills a box (x, y, width, height) of a picture."""
    picture = Image.new("L", size_px, PAPER)
    x, y, width, height = box
    ends = (x, y, x + width - 1, y + height - 1)
    ImageDraw.Draw(picture).ellipse(ends, outline=20, width=max(4, width // 6))
    return picture


def place(size_px: tuple[int, int], x: float, y: float, side: float) -> Box:
    """A box whose side and place are shares of the picture."""
    height = round(side * min(size_px))
    width = round(0.7 * height)
    return round(x * (size_px[0] - width)), round(y * (size_px[1] - height)), width, height


def unlit(picture: Image.Image) -> Image.Image:
    """The same in light that falls off, with grain: it is segmented as a photograph."""
    down, across = np.mgrid[0 : 1 : picture.height * 1j, 0 : 1 : picture.width * 1j]
    grain = np.random.default_rng(1).normal(0, 1, down.shape)
    levels = np.asarray(picture) * (1 - 0.4 * (down + across) / 2) + grain
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def stored(picture: Image.Image, orientation: int) -> Image.Image:
    """A JPEG turned as a camera stores it, with its EXIF orientation."""
    return Image.open(io.BytesIO(turned_file(picture, orientation, quality=90)))


FORMS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "plain": lambda picture: picture,
    "photographed": unlit,
    "upside down": lambda picture: stored(picture, 3),
    "turned to the left": lambda picture: stored(picture, 6),
    "turned to the right": lambda picture: stored(unlit(picture), 8),
}


def zeros(images: np.ndarray) -> np.ndarray:
    return np.tile(np.eye(10)[0], (len(images), 1))


def one_zero(strip: np.ndarray) -> np.ndarray:
    frames = np.eye(N_CLASSES)[[BLANK] * n_frames(strip.shape[1])]
    frames[len(frames) // 2] = np.eye(N_CLASSES)[0]
    return frames


def errors_in_ink_pixels(picture: Image.Image, box: Box) -> list[float]:
    """How far the edges of the one digit's box are from the truth, in pixels of the ink."""
    page = find_ink(picture)
    (digit,) = read_lines(page, zeros, one_zero).digits
    x, y, width, height = page.reduction.to_picture(digit.box)
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    edges = [x - left, y - top, x + width - right, y + height - bottom]
    return [abs(edge) / page.reduction.factor for edge in edges]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size_px", SIZES_PX)
def test_a_box_is_that_of_the_digit_in_the_picture(size_px: tuple[int, int], form: str) -> None:
    box = place(size_px, 0.85, 0.8, 0.3)
    assert max(errors_in_ink_pixels(FORMS[form](zero(size_px, box)), box)) <= 1.5


@pytest.mark.parametrize(
    ("orientation", "size_px", "origin_px"),
    [
        (1, (3001, 2000), (0, 0)),
        (3, (3001, 2000), (-2, -1)),  # 3001 = 1001 * 3 - 2 and 2000 = 667 * 3 - 1
        (6, (2000, 3001), (-1, 0)),
        (8, (2000, 3001), (0, -2)),
    ],
)
def test_the_first_pixels_of_a_turned_picture_may_be_partly_covered(
    orientation: int, size_px: tuple[int, int], origin_px: tuple[int, int]
) -> None:
    picture = Image.new("L", (3001, 2000))
    picture.getexif()[0x0112] = orientation
    assert reduction_of(picture) == Reduction(size_px, 3, origin_px)
