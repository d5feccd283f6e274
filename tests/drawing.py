"""Drawn digits, and pictures as files and data URLs."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageOps

STROKES = {
    1: [(210, 70), (190, 330)],
    7: [(100, 90), (300, 90), (180, 330)],
}
# How a picture is stored whose EXIF orientation is this number.
STORED = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}


def draw(digit: int) -> Image.Image:
    """Return a digit, dark on white, 400 x 400, as a pen would draw it."""
    picture = Image.new("L", (400, 400), "white")
    pen = ImageDraw.Draw(picture)
    pen.line(STROKES[digit], fill=0, width=32, joint="curve")
    for x, y in (STROKES[digit][0], STROKES[digit][-1]):
        pen.ellipse((x - 16, y - 16, x + 16, y + 16), fill=0)
    return picture


def draw_number(*digits: int) -> Image.Image:
    """Return digits beside each other, dark on white, 400 high."""
    picture = Image.new("L", (150 + 250 * len(digits), 400), "white")
    for place, digit in enumerate(digits):
        picture.paste("black", (250 * place, 0), ImageOps.invert(draw(digit)))
    return picture


def as_file(picture: Image.Image, image_format: str = "PNG", **options: Any) -> bytes:
    """Return a picture as the bytes of a file."""
    file = BytesIO()
    picture.save(file, image_format, **options)
    return file.getvalue()


def turned_file(
    picture: Image.Image, orientation: int = 6, image_format: str = "JPEG", **options: Any
) -> bytes:
    """Return a picture as a camera stores it that is turned: on its side, with its orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = picture.transpose(STORED[orientation])
    return as_file(stored, image_format, exif=exif, **options)


def data_url(file: bytes, media_type: str = "image/png") -> str:
    """Return a file as a data URL."""
    return f"data:{media_type};base64,{base64.b64encode(file).decode()}"


def picture_in(url: str) -> Image.Image:
    """Return the picture in a data URL."""
    return Image.open(BytesIO(base64.b64decode(url.partition(",")[2])))
