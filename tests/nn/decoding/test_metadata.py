"""What Pillow never gets to see of a file: metadata, which it would read at length."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from nn.decoding.metadata import essentials, orientation_of
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import open_picture
from tests.drawing import as_file
from tests.hostile.pictures import jpeg_of_scans, png, png_chunk, segment
from tests.nn.decoding.decoded import decoded

SCAN, END = b"\xff\xda", b"\xff\xd9"
ON_ITS_SIDE = Image.Exif()
ON_ITS_SIDE[ExifTags.Base.Orientation] = 6


@pytest.fixture
def picture() -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    return Image.fromarray(pixels)


def jpeg_with(picture: Image.Image, *segments: bytes) -> bytes:
    """Return a JPEG with these segments behind its start."""
    file = as_file(picture, "JPEG")
    return file[:2] + b"".join(segments) + file[2:]


def png_with(*chunks: bytes) -> bytes:
    """Return a PNG with these chunks before its pixels, and again behind them."""
    file = png((28, 28))
    pixels, end = file.index(b"IDAT") - 4, file.index(b"IEND") - 4
    extra = b"".join(chunks)
    return file[:pixels] + extra + file[pixels:end] + extra + file[end:]


@pytest.mark.parametrize(
    ("image_format", "mode", "options"),
    [
        *(("PNG", mode, {}) for mode in ("L", "RGB", "P", "1", "LA", "RGBA", "I;16")),
        ("PNG", "P", {"transparency": 3}),
        ("PNG", "RGB", {"transparency": (1, 2, 3)}),
        *(("JPEG", mode, {"comment": "by hand"}) for mode in ("L", "RGB", "CMYK")),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "RGB", {"keep_rgb": True}),
        ("JPEG", "RGB", {"restart_marker_blocks": 1}),
        ("JPEG", "RGB", {"restart_marker_rows": 1, "progressive": True}),
        ("JPEG", "RGB", {"quality": 100, "subsampling": 0, "icc_profile": bytes(100_000)}),
    ],
    ids=str,
)
def test_a_picture_has_the_same_pixels_without_its_metadata(
    image_format: str, mode: str, options: dict[str, Any], picture: Image.Image
) -> None:
    image = picture.convert("L").convert(mode) if mode == "I;16" else picture.convert(mode)
    if image_format == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", "x" * 1000, zip=True)
        options = options | {"pnginfo": notes}
    file = as_file(image, image_format, exif=ON_ITS_SIDE, **options)
    bare = essentials(file)
    assert len(bare.data) < len(file)
    assert orientation_of(bare.exif) == 6
    with Image.open(BytesIO(file)) as whole, Image.open(BytesIO(bare.data)) as without:
        assert without.mode == whole.mode
        assert without.tobytes() == whole.tobytes()
        assert without.info.get("transparency") == whole.info.get("transparency")


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "BMP"])
def test_a_file_of_another_format_is_left_as_it_is(image_format: str, picture: Image.Image) -> None:
    file = as_file(picture, image_format)
    assert essentials(file).data is file


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_the_orientation_is_kept(orientation: int, image_format: str, picture: Image.Image) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = as_file(picture, image_format, exif=exif)
    assert open_picture(file, max_pixels=20_000).orientation == orientation
    size, is_on_its_side = decoded(file).size, orientation >= 5
    assert (size.width_px, size.height_px) == ((40, 60) if is_on_its_side else (60, 40))
    as_pillow_turns_it = ImageOps.exif_transpose(Image.open(BytesIO(file)))
    as_we_turn_it = ImageOps.exif_transpose(decoded(file).image)
    assert as_we_turn_it.tobytes() == as_pillow_turns_it.tobytes()


@pytest.mark.parametrize(
    ("exif", "orientation"),
    [
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", 6),
        (b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0", 6),
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0", 1),
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x01\0\0\0\x06\0\0\0", 1),
        (b"II*\0\x08\0\0\0\x01\0\x13\x01\x03\0\x01\0\0\0\x06\0\0\0", 1),
        (b"II*\0\x08\0\0\0\x01\0\x12\x01", 1),
        (b"II*\0\xff\xff\xff\xff", 1),
        (b"", 1),
        (b"a comment", 1),
    ],
    ids=[
        *("little-endian", "big-endian", "not 1 to 8", "text", "another tag", "cut off"),
        *("nowhere", "empty", "no EXIF"),
    ],
)
def test_the_orientation_is_the_entry_of_that_tag(exif: bytes, orientation: int) -> None:
    assert orientation_of(exif) == orientation
    assert orientation_of(b"Exif\0\0" + exif) == orientation


@pytest.mark.parametrize(
    ("name", "head"),
    [(b"zTXt", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0"), (b"iCCP", b"name\0\0"), (b"tEXt", b"k\0")],
)
def test_text_and_profiles_of_a_png_are_never_unpacked(name: bytes, head: bytes) -> None:
    chunk = png_chunk(name, head + zlib.compress(bytes(900_000)))
    assert essentials(png_with(*[chunk] * 500)).data == png((28, 28))


def test_an_animated_png_is_its_first_picture_alone(picture: Image.Image) -> None:
    others = [picture.rotate(angle) for angle in range(1, 50)]
    file = as_file(picture, "PNG", save_all=True, append_images=others)
    assert b"fdAT" in file
    assert len(essentials(file).data) < len(file) / 10
    assert decoded(file).image.tobytes() == picture.tobytes()


def test_the_entries_of_exif_metadata_are_not_copied_out_of_the_file(picture: Image.Image) -> None:
    """Each of 60,000 entries says that the whole of the metadata is its value."""
    n_entries, n_bytes = 60_000, 1_000_000
    entries = (struct.pack("<HHII", tag, 7, n_bytes, 0) for tag in range(n_entries))
    exif = b"II*\0" + struct.pack("<IH", 8, n_entries) + b"".join(entries)
    exif += bytes(n_bytes - len(exif))
    assert orientation_of(exif) == 1
    assert decoded(png_with(png_chunk(b"eXIf", exif))).size.width_px == 28
    webp = as_file(picture, "WEBP", exif=exif)
    assert decoded(webp).size.width_px == 60


def test_exif_metadata_in_thousands_of_segments_are_not_put_together(picture: Image.Image) -> None:
    pieces = [segment(0xE1, b"Exif\0\0" + bytes(600))] * 10_000
    assert essentials(jpeg_with(picture, *pieces)) == essentials(
        jpeg_with(picture, segment(0xE1, b"Exif\0\0" + bytes(600)))
    )


@pytest.mark.parametrize(
    ("piece", "n_read", "n_refused"),
    [(segment(0xDB, (b"\0" + b"\1" * 64) * 1000), 3, 4), (segment(0xFE, b""), 990, 1030)],
    ids=["tables", "tiny segments"],
)
def test_a_jpeg_whose_segments_are_repeated_without_end_is_refused(
    piece: bytes, n_read: int, n_refused: int, picture: Image.Image
) -> None:
    assert decoded(jpeg_with(picture, *[piece] * n_read)).size.width_px == 60
    with pytest.raises(PictureError, match="more pieces"):
        essentials(jpeg_with(picture, *[piece] * n_refused))


@pytest.mark.parametrize("marker", [0xC3, 0xC9, 0xCA])
def test_a_lossless_or_arithmetic_jpeg_is_not_read(marker: int, picture: Image.Image) -> None:
    file = jpeg_with(picture).replace(b"\xff\xc0", bytes((0xFF, marker)))
    with pytest.raises(PictureError, match="arithmetically coded JPEG") as caught:
        essentials(file)
    assert caught.value.fault is PictureFault.FORMAT_NOT_SUPPORTED


def test_scans_are_counted_up_to_the_end_of_the_first_picture(picture: Image.Image) -> None:
    thumbnail = segment(0xE1, b"Exif\0\0" + jpeg_with(picture))
    file = jpeg_with(picture, thumbnail, segment(0xFE, 99 * SCAN)) + 99 * SCAN
    assert essentials(file).n_passes == 1
    assert essentials(file).data == jpeg_with(picture)


def test_an_end_within_a_comment_hides_no_scan() -> None:
    file = jpeg_of_scans(16, 5)
    place = file.rindex(SCAN)
    hidden = file[:place] + segment(0xFE, END) + file[place:]
    assert essentials(hidden) == essentials(file)
    assert essentials(hidden).n_passes == 6
