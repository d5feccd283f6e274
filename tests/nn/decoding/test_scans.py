"""The pages of TIFF and PDF files."""

import io
import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.decoding import scans
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.scans import PDF_PAGE_PX, count_pages, open_page, open_scan, split_page, to_png
from nn.reader import Reading, load, read_many

NUMBER = Image.open("static/examples/number.jpg").convert("L")
SEVEN = Image.open("static/examples/seven.png").convert("L")


def scan(kind: str, *pages: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    first, *others = (page.copy() for page in pages)  # which Pillow gives what the format needs
    first.save(file, kind, save_all=True, append_images=others, **options)
    return file.getvalue()


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, of which the first is the catalogue."""
    file, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in [0, *starts])
    size, end = len(starts) + 1, b"xref\n0 %d\n%strailer << /Size %d /Root 1 0 R %s>>\n"
    where = b"startxref\n%d\n%%%%EOF" % len(file)
    return file + end % (size, table, size, trailer) + where


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(content), head, content)


def of_one_picture(width_px: int, height_px: int, jpeg: bytes = b"") -> bytes:
    """Return a PDF whose page is one picture: white, however large, or a grey JPEG."""
    head = b"/Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent %d "
    head = head % (width_px, height_px, 8 if jpeg else 1)
    head += b"/Filter /DCTDecode " if jpeg else b"/Filter /FlateDecode "
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>",
        stream(b"595 0 0 842 0 0 cm /I Do"),
        stream(jpeg or zlib.compress(bytes((width_px + 7) // 8 * height_px)), head),
    )


ENCRYPTED = pdf(
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [] /Count 0 >>",
    trailer=b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> "
    % (b"11" * 32, b"22" * 32),
)
NEAT = Image.open("static/examples/neat.png").convert("1")
SCANS = {
    "PDF": scan("PDF", NUMBER, SEVEN),
    "TIFF": scan("TIFF", NUMBER, SEVEN),
    "TIFF of fax": scan("TIFF", NEAT, SEVEN.convert("1"), compression="group4"),
    "TIFF of JPEG": scan("TIFF", NUMBER.convert("RGB"), SEVEN.convert("RGB"), compression="jpeg"),
    "BigTIFF": scan("TIFF", NUMBER, SEVEN, big_tiff=True),
}


@pytest.mark.parametrize("data", SCANS.values(), ids=SCANS)
def test_each_page_of_a_scan_is_read_and_named_by_its_number(data: bytes, tmp_path: Path) -> None:
    suffix = ".pdf" if data.startswith(b"%PDF") else ".TIF"
    file = tmp_path / f"scan{suffix}"
    file.write_bytes(data)
    found = dict(read_many([file, data]))
    assert list(found) == [f"{file} page 1", f"{file} page 2", "2 page 1", "2 page 2"]
    texts = [each.text for each in found.values() if isinstance(each, Reading)]
    assert texts == (["4", "7"] if data == SCANS["TIFF of fax"] else ["5379", "7"]) * 2
    again = load().read(f"{file} page 2")
    assert (again.text, again) == ("7", found[f"{file} page 2"])


def test_a_scan_of_one_page_is_a_picture_like_another(tmp_path: Path) -> None:
    for kind in ("PDF", "TIFF"):
        data = scan(kind, NUMBER)
        assert load().read(data).text == "5379"
        (tmp_path / f"one.{kind}").write_bytes(data)
    found = dict(read_many([tmp_path]))
    assert {Path(name).name for name in found} == {"one.PDF", "one.TIFF"}


def test_a_page_of_a_pdf_is_drawn_as_large_whatever_its_size_in_millimetres() -> None:
    for dpi in (10, 1_000):
        image = open_page(scan("PDF", NUMBER, resolution=dpi)).image
        assert image.width == PDF_PAGE_PX
        assert 0 <= image.height - 0.75 * image.width <= 1


def test_a_tiff_that_lies_on_its_side_is_turned_upright() -> None:
    data = scan("TIFF", NUMBER.transpose(Image.Transpose.ROTATE_90), tiffinfo={274: 6})
    assert load().read(data).text == "5379"


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_which_page_is_meant_has_to_be_said_and_to_be_there(kind: str) -> None:
    data = SCANS[kind]
    with pytest.raises(PictureError, match=r"has 2 pages\. Name one, such as scan\.pdf page 2"):
        open_page(data)
    with pytest.raises(PictureError, match="Expected a page from 1 to 2, but got 3"):
        open_page(data, 3)


def error_of(data: bytes) -> PictureError:
    with pytest.raises(PictureError) as caught:
        open_page(data)
    return caught.value


@pytest.mark.parametrize("data", [scan("PDF", NUMBER), scan("TIFF", NUMBER)], ids=["PDF", "TIFF"])
def test_a_damaged_scan_raises_no_other_error(data: bytes) -> None:
    assert error_of(data[:50]).fault is PictureFault.DAMAGED_PICTURE
    rng = np.random.default_rng(1)
    for _ in range(40):
        broken = np.frombuffer(data, np.uint8).copy()
        places = rng.integers(8, len(broken), 20)
        broken[places] = rng.integers(0, 256, len(places))
        with suppress(PictureError):
            open_page(broken.tobytes())


def test_a_pdf_with_a_part_of_a_picture_is_damaged() -> None:
    jpeg = io.BytesIO()
    NUMBER.save(jpeg, "JPEG")
    whole = of_one_picture(*NUMBER.size, jpeg.getvalue())
    assert open_page(whole).image.getextrema()[0][0] < 128
    part = of_one_picture(*NUMBER.size, jpeg.getvalue()[: len(jpeg.getvalue()) * 2 // 3])
    assert error_of(part).fault is PictureFault.DAMAGED_PICTURE  # PDFium draws what is there
    Image.new("L", (8_000, 8_002), 255).save(jpeg := io.BytesIO(), "JPEG")
    larger_than_it_says = of_one_picture(10, 10, jpeg.getvalue())
    assert error_of(larger_than_it_says).fault is PictureFault.PICTURE_TOO_LARGE


def test_a_page_of_a_file_that_is_no_scan_has_to_be_its_only_one(tmp_path: Path) -> None:
    file = tmp_path / "named.pdf"
    SEVEN.save(file, "PNG")
    assert load().read(f"{file} page 1").text == "7"
    with pytest.raises(PictureError, match="Expected a page from 1 to 1, but got 2"):
        load().read(f"{file} page 2")
    (first, read), (second, error) = read_many([f"{file} page 1", f"{file} page 2"])
    assert (first, getattr(read, "text", read)) == (f"{file} page 1", "7")
    assert (second, f"{error}") == (f"{file} page 2", "Expected a page from 1 to 1, but got 2.")


@pytest.mark.parametrize("kind", ["TIFF", "TIFF of fax", "BigTIFF"])
def test_a_tiff_whose_page_points_back_is_damaged_and_loses_no_page_silently(kind: str) -> None:
    pages = [NEAT.convert(Image.open(io.BytesIO(SCANS[kind])).mode)] * 3
    options = {"compression": "group4"} if kind == "TIFF of fax" else {}
    data = bytearray(scan("TIFF", *pages, big_tiff=kind == "BigTIFF", **options))
    assert count_pages(bytes(data)) == 3
    link, first = link_of_page(data, 2, is_big=kind == "BigTIFF")
    data[link : link + 4] = struct.pack("<I", first)
    with pytest.raises(PictureError, match="TIFF file is cut off or damaged"):
        count_pages(bytes(data))


def link_of_page(data: bytearray, number: int, *, is_big: bool) -> tuple[int, int]:
    """Return where a little-endian TIFF says where the next page is, and where the first is."""
    head, count, entry, pointer = (8, "<Q", 20, "<Q") if is_big else (4, "<H", 12, "<I")
    (first,) = struct.unpack_from(pointer, data, head)
    directory = first
    for page in range(1, number + 1):
        (n_entries,) = struct.unpack_from(count, data, directory)
        link = directory + struct.calcsize(count) + entry * n_entries
        if page < number:
            (directory,) = struct.unpack_from(pointer, data, link)
    return link, first


def test_an_encrypted_pdf_and_one_without_pages_are_told_apart() -> None:
    assert str(error_of(ENCRYPTED)) == "The PDF is encrypted. Save it without a password."
    empty = pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    assert error_of(empty).fault is PictureFault.DAMAGED_PICTURE


def test_pages_and_pixels_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_page(of_one_picture(8_000, 7_999)).image.size == (1767, PDF_PAGE_PX)
    assert "64,016,000 pixels; at most 64,000,000" in str(error_of(of_one_picture(8_000, 8_002)))
    large = Image.new("1", (10_000, 4_001))
    assert "of a TIFF at most 40,000,000" in str(error_of(scan("TIFF", large)))
    monkeypatch.setattr(scans, "MAX_PAGES", 1)
    for kind in ("PDF", "TIFF"):
        with pytest.raises(PictureError, match="more than 1 pages"):
            count_pages(SCANS[kind])


def test_without_its_package_a_pdf_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert 'pip install "inkling-digits[scans]"' in str(error_of(SCANS["PDF"]))
    assert count_pages(SCANS["TIFF"]) == 2


def test_a_page_travels_to_other_machines_as_a_file_of_its_own() -> None:
    separated = scan("TIFF", NUMBER.convert("CMYK"), SEVEN)
    assert load().read(to_png(open_page(separated, 1))).text == "5379"
    page = open_page(SCANS["PDF"], 2)
    assert load().read(to_png(page)) == load().read(page)


@pytest.mark.parametrize("data", SCANS.values(), ids=SCANS)
def test_the_pages_of_an_open_scan_stay_as_they_were_and_come_in_any_order(data: bytes) -> None:
    with open_scan(data) as scan:
        second, first = scan.page(2), scan.page(1)
        with pytest.raises(PictureError, match="Expected a page from 1 to 2, but got 3"):
            scan.page(3)
    for number, page in ((1, first), (2, second)):
        assert page.size == open_page(data, number).size
        assert page.image.tobytes() == open_page(data, number).image.tobytes()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/scan.pdf page 12", ("a/scan.pdf", 12)),
        ("scan.pdf", ("scan.pdf", None)),
        ("scan.pdf page 0", ("scan.pdf page 0", None)),
        ("scan.pdf page 2.png", ("scan.pdf page 2.png", None)),
        ("my page 2", ("my page 2", None)),
        ("3 page 2", ("3", 2)),
        ("- page 3", ("-", 3)),
    ],
)
def test_the_name_of_a_page_has_its_file_and_its_number(
    name: str, expected: tuple[str, int | None]
) -> None:
    assert split_page(name) == expected
