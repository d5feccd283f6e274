"""Photographs of class sheets as a room keeps them: decoded, small, and without anything else.

What a file has beside its pixels, such as padding, or the place where it was taken, is dropped.
"""

from io import BytesIO

from PIL import Image

from nn.decoding.picture_files import PictureFile
from nn.reading.class_sheet.boxes import WORKING_SHEET_PX
from nn.reading.page.grey import to_grey

LONGEST_PX = 1600  # of 3,232 digits on 24 made sheets as many are read as at 2,000
QUALITY = 70  # of JPEG: at most 258 kB for these sheets, 136 kB for half of them
MAX_BYTES = 250_000


def to_small_jpeg(file: PictureFile) -> bytes:
    """Return a picture upright and in grey, as a JPEG of at most ``MAX_BYTES``.

    Raises
    ------
    PictureError
        When it is damaged.
    """
    image = Image.fromarray(to_grey(file.decode().image, WORKING_SHEET_PX))
    image.thumbnail((LONGEST_PX, LONGEST_PX))
    while len(jpeg := _encode(image)) > MAX_BYTES:
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4))
    return jpeg


def _encode(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
