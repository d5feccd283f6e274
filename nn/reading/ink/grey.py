"""Any picture, upright and in grey: whatever its mode, its depth or its transparency."""

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

WORKING_PX = 1000  # larger pictures are first reduced to about this, which no stroke minds

BAND_PX = 256  # rows at a time of what is reduced
WHOLE = ("I", "F")  # modes whose lightest pixel, wherever it is, tells what is white

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

Pixels = NDArray[np.uint8]


def to_grey(picture: Image.Image) -> Pixels:
    """Return the picture upright and in grey, uint8 (H, W), on a background if transparent."""
    orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    picture = _reduced(picture, max(1, round(max(picture.size) / WORKING_PX)))
    if orientation in TURNS:  # only now, when there is less to turn
        picture = picture.transpose(TURNS[orientation])
    if picture.has_transparency_data:
        return _lay_on_background(picture.convert("LA"))
    return np.asarray(picture.convert("L"))


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """Return the picture so many times smaller, by way of bands: copies of a whole are large."""
    if factor == 1 or picture.mode in WHOLE:
        return _reducible(picture).reduce(factor)
    width_px, height_px = picture.size
    band_px = factor * -(-BAND_PX // factor)
    tops = range(0, height_px, band_px)
    boxes = [(0, top, width_px, min(top + band_px, height_px)) for top in tops]
    bands = [_reducible(picture.crop(box)).reduce(factor) for box in boxes]
    reduced = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for top, band in zip(tops, bands, strict=True):
        reduced.paste(band, (0, top // factor))
    return reduced


def _reducible(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that Pillow can average pixels of and convert to grey."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _deep_to_grey(picture)
    if picture.mode == "LAB":
        return picture.getchannel("L")
    if picture.mode in ("La", "RGBa"):
        return picture.convert(picture.mode.upper())
    if picture.mode in ("1", "P", "PA") or "transparency" in picture.info:
        return picture.convert("RGBA" if picture.has_transparency_data else "L")
    return picture


def _deep_to_grey(picture: Image.Image) -> Image.Image:
    """Return a picture of over 8 bits in grey; Pillow itself would clip it to white and black."""
    levels = np.asarray(picture)
    if picture.mode.startswith("I;16"):
        return Image.fromarray((levels >> 8).astype(np.uint8))
    levels = np.nan_to_num(levels.astype(np.float32))
    white = max(1, levels.max(initial=0))
    return Image.fromarray((np.clip(levels / white, 0, 1) * 255).astype(np.uint8))


def _lay_on_background(picture: Image.Image) -> Pixels:
    """Return a transparent grey picture laid on a background that lets its ink stand out.

    Where less than half is opaque, that is ink: light ink needs a dark background, dark ink a light
    one. Else it is a page with holes or round corners, and the page's own colour fills them.
    """
    grey, alpha = (np.asarray(channel) for channel in picture.split())
    if alpha.min() == 255:
        return grey
    opacity = alpha / np.float32(255)
    is_opaque = alpha > 127
    level = float(np.median(grey[is_opaque])) if is_opaque.any() else 0.0
    if is_opaque.mean() < 0.5:
        level = 255.0 if level < 128 else 0.0
    on_background: Pixels = (grey * opacity + level * (1 - opacity)).astype(np.uint8)
    return on_background
