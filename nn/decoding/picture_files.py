"""Files of pictures: the header is read and checked first, then the pixels are decoded."""

import math
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from nn.decoding.metadata import essentials, max_pieces, orientation_of, too_many_pieces
from nn.decoding.picture_errors import (
    FORMATS,
    FORMATS_IN_WORDS,
    PictureError,
    PictureFault,
    other_format,
    wrong_format,
)

# Largest width times height of a JPEG in one scan, if the caller sets none: about 64 MB.
MAX_PIXELS = 64_000_000

# A JPEG is decoded at a half, a quarter or an eighth of its size where its longer side stays at
# least this: a photo then costs a fraction of the time and the memory, and a digit needs no more.
LARGE_PX = 2000

# The longest side that a JPEG can have. A side takes memory of its own, even if the other is short.
MAX_SIDE_PX = 65_535

READS_OF_PIECE = 5  # by Pillow, of each chunk, segment or block of a file

# What decoding a pixel costs in time or memory: JPEGs in one scan are decoded at a part of their
# size, others and most formats at their full size. Those in several scans are kept in memory as 16
# bits for each component until the last scan; WebP is slow, and is kept four times. A PNG costs 9
# ns for each byte of a pixel, twice where it is interlaced. The dearest pictures within
# ``MAX_PIXELS`` take 1 s and 200 MB; A4 in colour at 600 dpi as PNG and a photograph of 12
# megapixels as WebP are within it.
ONE_PASS_JPEG_COST, COST, COMPONENT_COST, WEBP_COST, PNG_BYTE_COST = 1.0, 1.6, 0.8, 5.24, 0.6

# A progressive JPEG comes in about ten scans, some of one of its components and some of all.
MAX_PASSES = 100
MAX_PASSED_PIXELS = 1_000_000_000  # pixels times passes: about half a second

ON_ITS_SIDE = (5, 6, 7, 8)  # orientations (EXIF 2.32, tag 274) that swap width and height


@dataclass(frozen=True)
class PictureSize:
    """The size of a picture in its file, upright.

    Attributes
    ----------
    width_px, height_px
        Of the file, as it is seen upright.
    reduction
        Pixels of the file along a side of one pixel of the decoded image: 1, 2, 4 or 8.
    """

    width_px: int
    height_px: int
    reduction: int = 1

    def box_in_file(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """Return a box (x, y, width, height) of the upright image in whole pixels of the file."""
        x, y, width, height = (self.reduction * side for side in box)
        left, top = max(0, round(x)), max(0, round(y))
        right = min(self.width_px, round(x + width))
        bottom = min(self.height_px, round(y + height))
        return left, top, right - left, bottom - top


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    image
        As it was decoded: not turned upright; large JPEGs are reduced.
    size
        Of the picture in the file.
    """

    image: Image.Image
    size: PictureSize


@dataclass(frozen=True)
class PictureFile:
    """A picture file of which the header is read, and no pixel decoded.

    Attributes
    ----------
    image
        What is to be decoded.
    orientation
        How it is turned upright, 1 to 8 (EXIF 2.32, tag 274).
    n_passes
        How often a decoder goes over the picture's components.
    """

    image: ImageFile.ImageFile
    orientation: int
    n_passes: int

    @property
    def n_pixels(self) -> int:
        """Width times height."""
        return math.prod(self.image.size)

    @property
    def pixel_cost(self) -> float:
        """What decoding a pixel costs, over its cost in a JPEG in one scan."""
        if self.image.format == "JPEG":
            if self.n_passes == 1:
                return ONE_PASS_JPEG_COST
            return max(COST, COMPONENT_COST * len(self.image.getbands()))
        if self.image.format == "PNG":
            n_bytes = self._bytes_per_pixel * (2 if self._is_interlaced else 1)
            return max(COST, PNG_BYTE_COST * n_bytes)
        return WEBP_COST if self.image.format == "WEBP" else COST

    @property
    def _bytes_per_pixel(self) -> int:
        """How many bytes a PNG has for a pixel, at least 1: of a raw mode such as "RGBA;16B"."""
        raw_mode = next((str(tile.args) for tile in self.image.tile), "")
        channels, _, depth = raw_mode.partition(";")
        return max(1, len(channels)) * (2 if depth.startswith("16") else 1)

    @property
    def _is_interlaced(self) -> bool:
        return self.image.format == "PNG" and bool(self.image.info.get("interlace"))

    def refuse_too_large(self, max_pixels: int) -> None:
        """Raise PictureError for more pixels than ``open_picture`` opens."""
        most = int(max_pixels / self.pixel_cost)
        width_px, height_px = self.image.size
        scale = min(math.sqrt(most / self.n_pixels), MAX_SIDE_PX / max(width_px, height_px))
        if scale < 1:
            kind = f"a{'n interlaced' if self._is_interlaced else ''} {self.image.format}"
            if self.image.format == "PNG" and (n_bytes := self._bytes_per_pixel) > 1:
                kind += f" of {n_bytes} bytes a pixel"
            read_px = [max(1, int(scale * side_px)) for side_px in (width_px, height_px)]
            detail = (
                f"The picture is {width_px:,} x {height_px:,} pixels; of {kind} at most {most:,} "
                f"are read, {MAX_SIDE_PX:,} a side: this one at {read_px[0]:,} x {read_px[1]:,}. "
                "Make it smaller or cut the digit out."
            )
            raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)

    def decode(self) -> Picture:
        """Return the picture, the first frame of an animated one; PictureError if it is damaged."""
        image, size_px = self.image, self.image.size
        try:
            scale = LARGE_PX / max(size_px)
            image.draft(None, (round(scale * size_px[0]), round(scale * size_px[1])))
            image.load()
        except PictureError:
            raise
        except Exception as error:  # Decoders raise many types on damaged bytes.
            raise damaged(image.format) from error
        if image.mode == "P" and image.palette is None:
            raise damaged(image.format)
        reduction = round(max(size_px) / max(image.size))
        image.info = {key: value for key, value in image.info.items() if key == "transparency"}
        image.getexif()[ExifTags.Base.Orientation] = self.orientation
        width_px, height_px = size_px[::-1] if self.orientation in ON_ITS_SIDE else size_px
        return Picture(image, PictureSize(width_px, height_px, reduction))


def open_picture(data: bytes, *, max_pixels: int = MAX_PIXELS) -> PictureFile:
    """Return the picture file that these bytes are, when it is not too costly to decode.

    Parameters
    ----------
    data
        A file as it came from outside.
    max_pixels
        Largest width times height of a JPEG in one scan. WebP may have 19 % of it, progressive
        JPEG in colour and PNG with 4 bytes a pixel five twelfths, PNG with 8 bytes 5/24,
        half of that if interlaced, the others five eighths.

    Raises
    ------
    PictureError
        When it is empty, not a picture, damaged, has too many pixels, or is in a format that is
        not read.
    """
    if not data:
        detail = f"The picture has 0 bytes. Expected a {FORMATS_IN_WORDS} file."
        raise PictureError(PictureFault.EMPTY_PICTURE, detail)
    found = essentials(data)
    try:
        image = Image.open(_CountedReads(found.data), formats=FORMATS)  # reads the header alone
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        if other := other_format(data):
            raise wrong_format(other) from error
        detail = f"The {len(data):,} bytes are not a picture. Expected a {FORMATS_IN_WORDS} file."
        raise PictureError(PictureFault.NOT_A_PICTURE, detail) from error
    # Pillow's own limit, unless it is switched off; a program may take its warnings for errors.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels() from error
    except Exception as error:  # A header can be as damaged as what follows it.
        raise damaged("picture") from error
    orientation = orientation_of(found.exif or image.info.get("exif", b""))
    file = PictureFile(image, orientation, found.n_passes)
    file.refuse_too_large(max_pixels)
    if file.n_passes > MAX_PASSES or file.n_passes * file.n_pixels > MAX_PASSED_PIXELS:
        detail = "The JPEG is in more scans than any program needs. Save it again."
        raise PictureError(PictureFault.DAMAGED_PICTURE, detail)
    if any(tile.codec_name == "bmp_rle" for tile in image.tile):
        raise wrong_format("a run-length encoded BMP")
    return file


class _CountedReads(BytesIO):
    """A file that Pillow may read only so often: tiny pieces would keep the interpreter busy."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.n_left = READS_OF_PIECE * max_pieces(data)

    def read(self, size: int | None = -1) -> bytes:
        self.n_left -= 1
        if self.n_left < 0:
            raise too_many_pieces()
        return super().read(size)


def damaged(format_name: Any) -> PictureError:
    """Return the error of a file that is not whole."""
    detail = (
        f"The {format_name} file is cut off or damaged: it ends or breaks before the picture is "
        "complete. Save or send it again."
    )
    return PictureError(PictureFault.DAMAGED_PICTURE, detail)


def too_many_pixels() -> PictureError:
    """Return the error of a picture that Pillow itself refuses for its size."""
    detail = (
        f"The picture has more than the {MAX_PIXELS:,} pixels that are read. Make it smaller or "
        "cut the digit out."
    )
    return PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
