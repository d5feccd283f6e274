"""Pictures: untrusted bytes in and decoded, small grey images out."""

import base64
import math
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from app.errors import Problem, ProblemCode

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
FORMATS_IN_WORDS = "PNG, JPEG, WebP, GIF or BMP"

# A JPEG is decoded at a half, a quarter or an eighth of its size where its longer side stays at
# least this: a photo then costs a fraction of the time and the memory, and a digit needs no more.
LARGE_PX = 2000

# The longest side that a JPEG can have. A side takes memory of its own, however short the other.
MAX_SIDE_PX = 65_535

# How often a decoder may read. What cameras and programs write takes a few thousand reads; a file
# of a million tiny pieces keeps the interpreter busy for seconds.
MAX_READS = 100_000

# What decoding a pixel costs: plain JPEGs are decoded at a part of their size, progressive ones and
# most other formats at their full size, and WebP takes several times as long.
PLAIN_JPEG_COST, COST, WEBP_COST = 1.0, 1.6, 4.0

# A progressive JPEG comes in about ten scans, each of which goes over all the picture. They are
# counted by two bytes, which also occur by chance in other data of the file, such as a video.
MAX_SCANS = 2000
MAX_SCANNED_PIXELS = 1_200_000_000  # pixels times scans: under a second
START_OF_SCAN = b"\xff\xda"

SMALL_PX = 240  # longer side of the image of a stage

# Names in use for the media types of these formats, the registered one and older ones.
MEDIA_TYPES = frozenset(
    "image/" + subtype
    for subtype in ("png", "x-png", "jpeg", "jpg", "pjpeg", "webp", "gif", "bmp", "x-ms-bmp")
)

# Formats people send that are not read here: (offset, bytes found there, name).
_OTHER_FORMATS = (
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"%PDF", "PDF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
)

ON_ITS_SIDE = (5, 6, 7, 8)  # orientations (EXIF 2.32, tag 274) that swap width and height

# Pillow's own limit only warns, and at a size of its choosing; `_check_size` refuses.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Picture:
    """A decoded picture, and its size in the file.

    Attributes
    ----------
    image
        As it was decoded: not turned, and perhaps reduced.
    width_px, height_px
        Of the file, as it is seen upright.
    reduction
        Pixels of the file along a side of one pixel of the image: 1, 2, 4 or 8.
    """

    image: Image.Image
    width_px: int
    height_px: int
    reduction: int

    def box_in_file(self, box: tuple[float, float, float, float]) -> list[int]:
        """Return a box (x, y, width, height) of the upright image in whole pixels of the file."""
        x, y, width, height = (self.reduction * side for side in box)
        left, top = max(0, round(x)), max(0, round(y))
        right = min(self.width_px, round(x + width))
        bottom = min(self.height_px, round(y + height))
        return [left, top, right - left, bottom - top]


def open_picture(data: bytes, *, max_pixels: int, pixels_before: int = 0) -> ImageFile.ImageFile:
    """Return the picture that these bytes hold, with its header read and no pixel decoded.

    Parameters
    ----------
    data
        A file as it came from outside.
    max_pixels
        Largest width times height of a JPEG. WebP may have a quarter of it, the others and
        progressive JPEG, which are decoded as they are, five eighths.
    pixels_before
        Pixels of the pictures of the request before this one.

    Raises
    ------
    Problem
        400 when it is empty, not a picture, or damaged; 413 when it has too many pixels; 415 when
        it is in a format that is not read.
    """
    if not data:
        detail = f"The picture has 0 bytes. Send a {FORMATS_IN_WORDS} file."
        raise Problem(ProblemCode.EMPTY_PICTURE, detail)
    file = _open(data)
    _check_size(file, max_pixels, pixels_before)
    _check_coding(file, data)
    return file


def decode(file: ImageFile.ImageFile) -> Picture:
    """Return an opened picture, the first frame of an animated one, or raise Problem 400."""
    size_px = file.size
    try:
        scale = LARGE_PX / max(size_px)
        file.draft(None, (round(scale * file.width), round(scale * file.height)))
        file.load()
    except Problem:
        raise
    except Exception as error:  # Decoders raise whatever the damage makes them stumble over.
        raise _damaged(file.format) from error
    reduction = round(max(size_px) / max(file.size))
    image, orientation = _without_metadata(file)
    width_px, height_px = size_px[::-1] if orientation in ON_ITS_SIDE else size_px
    return Picture(image, width_px, height_px, reduction)


def shrink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a grey image, uint8 (H, W), reduced to at most ``SMALL_PX`` a side."""
    picture = Image.fromarray(image)
    picture.thumbnail((SMALL_PX, SMALL_PX))
    return np.asarray(picture)


def to_data_url(image: NDArray[np.uint8]) -> str:
    """Return a grey image, uint8 (H, W), as a PNG in a data URL."""
    png = BytesIO()
    Image.fromarray(image).save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")


def check_media_type(media_type: str) -> None:
    """Raise Problem 415 unless a media type is that of a format that is read."""
    if media_type.lower() not in MEDIA_TYPES:
        raise _wrong_format(media_type)


class _CountedReads(BytesIO):
    """Bytes that may be read in at most ``MAX_READS`` pieces."""

    n_left = MAX_READS

    def read(self, size: int | None = -1) -> bytes:
        self.n_left -= 1
        if self.n_left < 0:
            detail = "The file is cut into more pieces than any program needs. Save it again."
            raise Problem(ProblemCode.DAMAGED_PICTURE, detail)
        return super().read(size)


def _open(data: bytes) -> ImageFile.ImageFile:
    """Return the file with its header alone read."""
    try:
        return Image.open(_CountedReads(data), formats=FORMATS)
    except Problem:
        raise
    except UnidentifiedImageError as error:
        if other := _other_format(data):
            raise _wrong_format(other) from error
        detail = f"The {len(data):,} bytes are not a picture. Send a {FORMATS_IN_WORDS} file."
        raise Problem(ProblemCode.NOT_A_PICTURE, detail) from error
    except Exception as error:  # A header can be as damaged as what follows it.
        raise _damaged("picture") from error


def _without_metadata(image: Image.Image) -> tuple[Image.Image, int]:
    """Return an image with its orientation and transparent colour alone, and the orientation.

    The rest of the metadata may be damaged in ways that later steps do not expect.
    """
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)  # which the image keeps
    except Exception:  # Damaged metadata does not make the picture unreadable.
        orientation = None
    if orientation not in range(1, 9):
        image, orientation = image.copy(), 1  # which has none
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    return image, orientation


def _check_size(picture: Image.Image, max_pixels: int, pixels_before: int) -> None:
    """Refuse a picture that would fill the memory, before its pixels are decoded."""
    width_px, height_px = picture.size
    most = int(max_pixels / _pixel_cost(picture))
    if width_px * height_px > most or max(width_px, height_px) > MAX_SIDE_PX:
        detail = (
            f"The picture is {width_px:,} x {height_px:,} pixels; of a {picture.format} at most "
            f"{most:,} are read, {MAX_SIDE_PX:,} a side. Make it smaller or cut the digit out."
        )
        raise Problem(ProblemCode.PICTURE_TOO_LARGE, detail)
    if width_px * height_px + pixels_before > max_pixels:
        detail = (
            f"The pictures up to this one have more than {max_pixels:,} pixels together, which is "
            "the most of one request. Send this one in another."
        )
        raise Problem(ProblemCode.PICTURES_TOO_LARGE, detail)


def _pixel_cost(picture: Image.Image) -> float:
    """Return the cost of decoding a pixel of a picture, relative to a plain JPEG's."""
    if picture.format == "WEBP":
        return WEBP_COST
    is_jpeg = isinstance(picture, JpegImageFile)
    return PLAIN_JPEG_COST if is_jpeg and not _is_progressive(picture) else COST


def _is_progressive(picture: Image.Image) -> bool:
    return isinstance(picture, JpegImageFile) and "progressive" in picture.info


def _check_coding(picture: ImageFile.ImageFile, data: bytes) -> None:
    """Refuse small files that take a decoder minutes."""
    if _is_progressive(picture):
        n_scans = data.count(START_OF_SCAN)
        if n_scans > min(MAX_SCANS, MAX_SCANNED_PIXELS / math.prod(picture.size)):
            detail = "The JPEG is in more scans than any program needs. Save it again."
            raise Problem(ProblemCode.DAMAGED_PICTURE, detail)
    if any(tile.codec_name == "bmp_rle" for tile in picture.tile):
        raise _wrong_format("a run-length encoded BMP")


def _other_format(data: bytes) -> str | None:
    """Return the name of a known format that is not read here."""
    for offset, signature, name in _OTHER_FORMATS:
        if data.startswith(signature, offset):
            return name
    return "SVG" if b"<svg" in data[:1000].lower() else None


def _wrong_format(name: str) -> Problem:
    detail = f"The file is {name}, which is not read here. Send a picture: {FORMATS_IN_WORDS}."
    return Problem(ProblemCode.FORMAT_NOT_SUPPORTED, detail)


def _damaged(format_name: Any) -> Problem:
    detail = (
        f"The {format_name} file is cut off or damaged: it ends or breaks before the picture is "
        "complete. Save or send it again."
    )
    return Problem(ProblemCode.DAMAGED_PICTURE, detail)
