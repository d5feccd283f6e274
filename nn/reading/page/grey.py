"""Any Pillow picture as an upright greyscale image, whatever its mode, bit depth or transparency.

Large pictures are reduced by a whole factor: a box filter over squares of pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from nn.decoding.picture_files import ON_ITS_SIDE
from nn.reading.mnist import Pixels

WORKING_PX = 1000  # longer side, about, to which larger pictures are reduced

BAND_PIXELS = 1_600_000  # reduced at a time: copies of a whole picture are large
WHOLE = ("I", "F")  # modes of unknown range: the maximum of the whole picture is white

# How a picture is turned upright, by its orientation (EXIF 2.32, tag 274).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
FROM_RIGHT, FROM_BOTTOM = (2, 3, 6, 7), (3, 4, 7, 8)  # upright, the file's first pixel is there

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Reduction:
    """How pixels of the upright picture map to pixels of its reduced greyscale image.

    Attributes
    ----------
    size_px
        Width and height of the upright picture.
    factor
        Pixels of the picture along a side of one pixel of the image, the same in x and y.
    origin_px
        x and y, in the picture, of the image's upper left corner: 0, or less where the image's
        first pixels are only partly covered by the picture.
    """

    size_px: tuple[int, int]
    factor: int
    origin_px: tuple[int, int]

    def to_picture(self, box: tuple[float, ...]) -> tuple[float, float, float, float]:
        """Return a box (x, y, width, height) of the image in pixels of the upright picture."""
        x, y, width, height = (self.factor * side for side in box)
        return x + self.origin_px[0], y + self.origin_px[1], width, height


def reduction_of(picture: Image.Image, working_px: int = WORKING_PX) -> Reduction:
    """Return how ``to_grey`` reduces and turns a picture."""
    orientation = _orientation(picture)
    factor = max(1, round(max(picture.size) / working_px))
    width, height = picture.size[::-1] if orientation in ON_ITS_SIDE else picture.size
    x = -(-width % factor) if orientation in FROM_RIGHT else 0
    y = -(-height % factor) if orientation in FROM_BOTTOM else 0
    return Reduction((width, height), factor, (x, y))


def to_grey(picture: Image.Image, working_px: int = WORKING_PX) -> Pixels:
    """Return the picture upright and in grey, uint8 (H, W), on a background if transparent.

    A larger one is reduced to about ``working_px``, its longer side, a band of rows at a time.
    """
    orientation, factor = _orientation(picture), reduction_of(picture, working_px).factor
    if factor == 1:
        picture = _reducible(picture)
    elif picture.mode in WHOLE:
        picture = _reducible(picture).reduce(factor)
    else:
        width_px, height_px = picture.size
        band_px = factor * max(1, BAND_PIXELS // (factor * width_px))
        tops = range(0, height_px, band_px)
        boxes = [(0, top, width_px, min(top + band_px, height_px)) for top in tops]
        bands = [_reducible(picture.crop(box)).reduce(factor) for box in boxes]
        picture = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
        for top, band in zip(tops, bands, strict=True):
            picture.paste(band, (0, top // factor))
    if orientation in TURNS:  # after the reduction: fewer pixels to turn
        picture = picture.transpose(TURNS[orientation])
    if picture.has_transparency_data:
        return _on_background(picture)
    return np.asarray(picture if picture.mode == "L" else picture.convert("L"))


def _orientation(picture: Image.Image) -> int:
    return int(picture.getexif().get(ExifTags.Base.Orientation, 1))


def _reducible(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that Pillow can average and convert to grey.

    Pillow itself would clip levels of more than 8 bits to white and black.
    """
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode.startswith("I") or picture.mode == "F":
        levels = np.nan_to_num(np.asarray(picture).astype(np.float32))
        white = max(1, levels.max(initial=0))
        return Image.fromarray((np.clip(levels / white, 0, 1) * 255).astype(np.uint8))
    if picture.mode == "LAB":
        return picture.getchannel("L")
    if picture.mode in ("La", "RGBa"):
        return picture.convert(picture.mode.upper())
    if picture.mode in ("1", "P", "PA") or "transparency" in picture.info:
        return picture.convert("RGBA" if picture.has_transparency_data else "L")
    return picture


def _on_background(picture: Image.Image) -> Pixels:
    """Return a transparent picture in grey on a background that contrasts with its ink.

    Where less than half is opaque, that is ink: light ink needs a dark background, dark ink a light
    one. Otherwise it is a page with holes or round corners, which get the page's own level.
    """
    grey, alpha = picture.convert("L"), picture.getchannel("A")
    opacity = np.asarray(alpha)
    if opacity.min() == 255:
        return np.asarray(grey)
    opaque = np.asarray(grey)[opacity > 127]
    level = median(histogram(opaque)) if len(opaque) else 0
    if len(opaque) < opacity.size / 2:
        level = 255 if level < 128 else 0
    on_background = Image.new("L", picture.size, level)
    on_background.paste(grey, mask=alpha)
    return np.asarray(on_background)


def histogram(grey: Pixels) -> Counts:
    """Return the number of pixels of each grey level, (256,), of levels of any shape.

    Most pixels of a drawing have the paper's exact level. They are counted by comparing, because to
    count the same level again and again is slow: each addition waits for the one before.
    """
    paper = grey.flat[0]
    others = grey[grey != paper]
    counted = cv2.calcHist([others], [0], None, [256], [0, 256])  # float32: exact up to 2 ** 24
    counts: Counts = counted.ravel().astype(np.int64)
    counts[paper] += grey.size - len(others)
    return counts


def median(counts: Counts) -> int:
    """Return the median grey level of a histogram (256,)."""
    n_up_to = np.cumsum(counts)
    return int(np.searchsorted(n_up_to, n_up_to[-1] / 2))
