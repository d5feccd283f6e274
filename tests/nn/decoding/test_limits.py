"""Each limit on pictures: what is just within it is read, what is just over it is refused."""

from collections.abc import Callable

import pytest
from PIL import Image

from nn.decoding.metadata import essentials
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import PictureSize, open_picture
from tests.drawing import as_file
from tests.hostile.pictures import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGBA,
    baseline_jpeg_of_scans,
    in_pieces,
    jpeg_of_scans,
    png,
)
from tests.nn.decoding.decoded import decoded

SCAN = b"\xff\xda"


def refusal(data: bytes) -> tuple[PictureFault, str]:
    """Return what is wrong with a file, and the words for it."""
    with pytest.raises(PictureError) as caught:
        decoded(data)
    return caught.value.fault, str(caught.value)


@pytest.mark.parametrize("size_px", [(65_535, 1), (1, 65_535)])
def test_a_strip_as_long_as_a_jpeg_can_be_is_read(size_px: tuple[int, int]) -> None:
    assert decoded(as_file(Image.new("L", size_px))).image.size == size_px


@pytest.mark.parametrize("n_bytes", [0, 1_000_000], ids=["small", "large"])
def test_a_png_may_have_1000_pieces_and_one_for_each_500_bytes(n_bytes: int, seven: bytes) -> None:
    file = seven + bytes(n_bytes)
    n_most = (1000 + len(file) // 500) * 500 // (500 - 12) - 10
    assert decoded(in_pieces(file, n_most)).size.width_px == 400
    fault, words = refusal(in_pieces(file, n_most + 20))
    assert fault is PictureFault.DAMAGED_PICTURE
    assert "more pieces" in words


def test_a_gif_in_thousands_of_blocks_is_read_and_of_tiny_ones_is_not() -> None:
    file = as_file(Image.new("P", (28, 28)), "GIF")
    place = file.index(b",")

    def with_comment(block: bytes) -> bytes:
        return file[:place] + b"!\xfe" + 4000 * block + b"\0" + file[place:]

    assert decoded(with_comment(b"\xff" + bytes(255))).size.width_px == 28
    assert "more pieces" in refusal(with_comment(b"\x01a"))[1]


@pytest.mark.parametrize(
    "jpeg", [jpeg_of_scans, baseline_jpeg_of_scans], ids=["progressive", "baseline"]
)
@pytest.mark.parametrize(("side_px", "n_most"), [(16, 99), (5000, 39)], ids=["small", "large"])
def test_a_jpeg_may_have_so_many_scans_and_pixels_of_all_scans_and_no_more(
    jpeg: Callable[[int, int], bytes], side_px: int, n_most: int
) -> None:
    assert decoded(jpeg(side_px, n_most)).size.width_px == side_px
    fault, words = refusal(jpeg(side_px, n_most + 1))
    assert fault is PictureFault.DAMAGED_PICTURE
    assert "more scans" in words


def test_a_scan_of_all_components_counts_for_each_of_them() -> None:
    file = as_file(Image.new("RGB", (16, 16)), "JPEG", progressive=True)
    assert file.count(SCAN) == 10
    assert essentials(file).n_passes == 1 + 3 + 4 + 1 + 3 + 3


@pytest.mark.parametrize(("mode", "n_most"), [("L", "6,250"), ("RGB", "4,166"), ("CMYK", "3,125")])
def test_a_jpeg_in_several_scans_may_have_fewer_pixels_a_component(mode: str, n_most: str) -> None:
    small, large = (
        as_file(Image.new(mode, (side_px, side_px)), "JPEG", progressive=True)
        for side_px in (55, 100)
    )
    assert decoded(small, max_pixels=10_000).size.width_px == 55
    with pytest.raises(PictureError, match=f"{n_most} are read"):
        decoded(large, max_pixels=10_000)


@pytest.mark.parametrize(
    ("colour", "depth", "is_interlaced", "n_most"),
    [
        (GREY, 1, True, 40_000),
        (GREY, 8, False, 40_000),
        (GREY, 8, True, 40_000),
        (PALETTE, 8, True, 40_000),
        (GREY, 16, False, 40_000),
        (GREY, 16, True, 26_666),
        (GREY_ALPHA, 8, False, 40_000),
        (GREY_ALPHA, 16, False, 26_666),
        (RGB, 8, False, 35_555),
        (RGB, 16, False, 17_777),
        (RGBA, 8, False, 26_666),
        (RGBA, 8, True, 13_333),
        (RGBA, 16, False, 13_333),
        (RGBA, 16, True, 6_666),
    ],
)
def test_a_png_may_have_fewer_pixels_the_more_bytes_each_has_and_half_of_them_if_it_is_interlaced(
    colour: int, depth: int, is_interlaced: bool, n_most: int
) -> None:
    def file(n_rows: int) -> bytes:
        return png((101, n_rows), depth, colour, is_interlaced=is_interlaced)

    n_rows = n_most // 101
    assert decoded(file(n_rows), max_pixels=64_000).image.size == (101, n_rows)
    with pytest.raises(PictureError, match=f"at most {n_most:,} are read"):
        decoded(file(n_rows + 1), max_pixels=64_000)


def test_a_picture_that_is_too_costly_is_refused_undecoded_with_the_size_that_is_read() -> None:
    file = png((6_324, 100), 16, RGBA, is_interlaced=True)
    with pytest.raises(PictureError) as caught:
        open_picture(file, max_pixels=64_000)
    assert caught.value.fault is PictureFault.PICTURE_TOO_LARGE
    assert "of an interlaced PNG of 8 bytes a pixel at most 6,666 are read" in str(caught.value)
    assert "this one at 649 x 10" in str(caught.value)
    assert decoded(png((649, 10), 16, RGBA, is_interlaced=True), max_pixels=64_000)


@pytest.mark.parametrize("size_px", [(4_032, 3_024), (3_024, 4_032)])
def test_a_photograph_of_twelve_megapixels_may_be_webp(size_px: tuple[int, int]) -> None:
    assert open_picture(as_file(Image.new("L", size_px), "WEBP", method=0)).image.size == size_px
    with pytest.raises(PictureError, match="a WEBP at most 12,213,740"):
        open_picture(as_file(Image.new("L", (4_032, 3_030)), "WEBP", method=0))


@pytest.mark.parametrize("megapixels", [12, 50])
def test_a_photograph_of_a_phone_is_read_as_jpeg(megapixels: int) -> None:
    size_px = {12: (4_032, 3_024), 50: (8_160, 6_120)}[megapixels]
    assert open_picture(as_file(Image.new("L", size_px), "JPEG")).image.size == size_px


def test_a_page_of_a4_in_colour_at_600_dpi_is_read_as_png() -> None:
    assert open_picture(png((4_961, 7_016), 8, RGB)).image.size == (4_961, 7_016)


@pytest.mark.parametrize(
    ("side_px", "reduction"), [(3999, 1), (4000, 2), (7999, 2), (8000, 4), (15_999, 4)]
)
def test_a_jpeg_is_reduced_as_far_as_2000_pixels_are_left(side_px: int, reduction: int) -> None:
    picture = decoded(as_file(Image.new("L", (side_px, 100)), "JPEG"))
    assert picture.size.reduction == reduction
    assert picture.image.width == -(-side_px // reduction)
    assert picture.size.width_px == side_px


@pytest.mark.parametrize(
    ("box", "in_file"),
    [
        ((10.0, 20.0, 30.0, 40.0), (20, 40, 60, 80)),
        ((10.3, 20.2, 0.5, 0.5), (21, 40, 1, 1)),
        ((-1.0, -2.0, 30.0, 40.0), (0, 0, 58, 76)),
        ((90.0, 80.0, 30.0, 40.0), (180, 160, 20, 20)),
    ],
    ids=["twice as large", "rounded", "over the upper left edge", "over the lower right edge"],
)
def test_a_box_is_in_pixels_of_the_file_and_within_it(
    box: tuple[float, float, float, float], in_file: tuple[int, int, int, int]
) -> None:
    assert PictureSize(200, 180, reduction=2).box_in_file(box) == in_file
