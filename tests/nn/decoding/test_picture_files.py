import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps

from nn.decoding.picture_errors import FORMATS, PictureError, PictureFault
from tests.drawing import as_file, draw
from tests.nn.decoding.decoded import decoded

MAX_PIXELS = 1_000_000
OTHER = PictureFault.FORMAT_NOT_SUPPORTED

PAST_DAMAGE = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, where it reads on


def error_of(data: bytes, max_pixels: int = MAX_PIXELS) -> PictureError:
    with pytest.raises(PictureError) as caught:
        decoded(data, max_pixels)
    return caught.value


@pytest.mark.parametrize("image_format", FORMATS)
def test_each_format_is_read(image_format: str) -> None:
    picture = decoded(as_file(draw(7), image_format), MAX_PIXELS).image
    assert picture.size == (400, 400)
    assert picture.convert("L").getpixel((200, 90)) < 20  # type: ignore[operator]


@pytest.mark.parametrize("image_format", FORMATS)
def test_a_file_that_is_cut_off_is_refused(image_format: str) -> None:
    file = as_file(draw(7), image_format)
    error = error_of(file[: len(file) // 2])
    assert error.fault is PictureFault.DAMAGED_PICTURE
    assert "cut off or damaged" in str(error)


def test_a_png_whose_palette_is_missing_is_damaged() -> None:
    file = as_file(draw(7).convert("P"))
    start = file.index(b"PLTE") - 4
    end = start + 12 + int.from_bytes(file[start : start + 4])
    assert decoded(file).image.mode == "P"
    assert "damaged" in str(error_of(file[:start] + file[end:]))


def test_of_an_animation_the_first_frame_is_read() -> None:
    blank = Image.new("L", (400, 400), "white")
    for image_format in ("GIF", "WEBP", "PNG"):
        file = as_file(draw(7), image_format, save_all=True, append_images=[blank, draw(1)])
        picture = decoded(file, MAX_PIXELS).image
        assert picture.convert("L").getpixel((200, 90)) < 20  # type: ignore[operator]


@pytest.mark.parametrize(
    ("data", "fault", "words"),
    [
        (b"", PictureFault.EMPTY_PICTURE, "0 bytes"),
        (b"This is a text file.\n", PictureFault.NOT_A_PICTURE, "not a picture"),
        (np.random.default_rng(1).bytes(5000), PictureFault.NOT_A_PICTURE, "not a picture"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', OTHER, "is SVG"),
        (b"II*\0" + bytes(100), OTHER, "is TIFF"),
        (b"MM\0*" + bytes(100), OTHER, "is TIFF"),
        (b"%PDF-1.7\n", OTHER, "is PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(100), OTHER, "is HEIC"),
        (b"\0\0\0\x18ftypavif" + bytes(100), OTHER, "is AVIF"),
    ],
    ids=["empty", "text", "noise", "SVG", "TIFF", "big-endian TIFF", "PDF", "HEIC", "AVIF"],
)
def test_another_file_says_what_it_is(data: bytes, fault: PictureFault, words: str) -> None:
    error = error_of(data)
    assert error.fault is fault
    assert words in str(error)
    assert "PNG, JPEG, WebP, GIF or BMP" in str(error)


def test_one_row_more_is_refused_and_both_sizes_are_named() -> None:
    error = error_of(as_file(Image.new("L", (100, 51))), max_pixels=8000)
    assert error.fault is PictureFault.PICTURE_TOO_LARGE
    assert "100 x 51" in str(error)
    assert "5,000 are read" in str(error)


@pytest.mark.parametrize("image_format", ["PNG", "GIF", "BMP"])
def test_a_size_that_would_fill_the_memory_is_refused_by_its_header(image_format: str) -> None:
    file = bytearray(as_file(Image.new("L", (10, 10)), image_format))
    place, number = {"PNG": (16, ">II"), "GIF": (6, "<HH"), "BMP": (18, "<ii")}[image_format]
    struct.pack_into(number, file, place, 60_000, 60_000)
    if image_format == "PNG":
        struct.pack_into(">I", file, 29, zlib.crc32(file[12:29]))
    assert error_of(bytes(file)).fault is PictureFault.PICTURE_TOO_LARGE


@PAST_DAMAGE
@pytest.mark.parametrize("field_type", range(16))
def test_damaged_metadata_does_not_stand_in_the_way_of_the_picture(field_type: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Software] = "pen and ink"
    file = bytearray(as_file(draw(7).resize((400, 200)), "JPEG", exif=exif))
    entry = file.index(struct.pack(">H", ExifTags.Base.Software))
    struct.pack_into(">H", file, entry + 2, field_type)
    picture = decoded(bytes(file), MAX_PIXELS)
    assert ImageOps.exif_transpose(picture.image).size == (200, 400)
    assert (picture.size.width_px, picture.size.height_px) == (200, 400)


@PAST_DAMAGE
@pytest.mark.parametrize("image_format", FORMATS)
def test_damage_anywhere_gives_a_picture_or_its_error(image_format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    options = {} if image_format in ("GIF", "BMP") else {"exif": exif}
    file = as_file(draw(7).resize((40, 40)), image_format, **options)

    @given(st.data())
    def check(data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(file) - 1))
        damage = data.draw(st.binary(min_size=1, max_size=8))
        damaged = file[:start] + damage + file[start + len(damage) :]
        with suppress(PictureError):
            ImageOps.exif_transpose(decoded(damaged, MAX_PIXELS).image)

    check()


@pytest.mark.parametrize("limit", [2000, 4000], ids=["error", "warning"])
def test_a_picture_pillow_refuses_is_too_large(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs other than the app leave Pillow's own limit on, and may make its warnings errors."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    error = error_of(as_file(Image.new("L", (100, 51))))
    assert error.fault is PictureFault.PICTURE_TOO_LARGE
    assert str(error).startswith("The picture has more than the 64,000,000 pixels")
