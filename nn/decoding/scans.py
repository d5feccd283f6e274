"""Scans: the pages of TIFF and PDF files as pictures, for programs and the command.

A page is named by its file and its number, ``form.pdf page 2``. The server reads no scans.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from PIL import Image

from nn.decoding.picture_errors import PictureError, PictureFault, other_format
from nn.decoding.picture_files import (
    MAX_PIXELS,
    Picture,
    PictureFile,
    PictureSize,
    damaged,
    too_many_pixels,
)

SUFFIXES = frozenset((".tif", ".tiff", ".pdf"))
MAX_PAGES = 1_000  # of a file
PDF_PAGE_PX = 2_500  # longer side of a page of a PDF: 214 dots an inch of A4
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")

# Pictures without a file of their own have a number, or are on standard input.
_PAGE = re.compile(
    r"(.+\.(?:pdf|tiff?)|[0-9]+|-) page ([1-9][0-9]{0,5})", re.DOTALL | re.IGNORECASE
)
_pdfium = Lock()  # which several threads must not use at the same time, also for different files


def page_name(file: str, number: int) -> str:
    """Return the name of a page."""
    return f"{file} page {number}"


def split_page(name: str) -> tuple[str, int | None]:
    """Return the file and the number in the name of a page; of another name, that and None."""
    match = _PAGE.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, None)


def has_scan_suffix(name: str) -> bool:
    """Return whether a file is a scan by its name."""
    return Path(name).suffix.lower() in SUFFIXES


def is_scan(data: bytes) -> bool:
    """Return whether a file is a scan by its first bytes."""
    return other_format(data) in ("TIFF", "PDF")


def count_pages(data: bytes) -> int:
    """Return the number of pages in a scan, from 1 to ``MAX_PAGES``; errors as of ``open_page``."""
    if _is_pdf(data):
        with _open_pdf(data) as document:
            n_pages = len(document)
    else:
        image = _open_tiff(data)
        n_pages = sum(1 for _ in _pages(image))
    if n_pages > MAX_PAGES:
        detail = f"The file has more than {MAX_PAGES:,} pages. Split it."
        raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
    return n_pages


def open_page(data: bytes, number: int | None = None) -> Picture:
    """Return a page of a scan as a picture.

    Parameters
    ----------
    data
        The file.
    number
        Of the page, from 1; None for the only one.

    Raises
    ------
    PictureError
        When there are several pages and none is named, or no page of this number; when the file is
        damaged, encrypted, or has too many pages or pixels; when the package for PDF is missing.
    """
    n_pages = count_pages(data)
    if number is None and n_pages > 1:
        detail = (
            f"The file has {n_pages:,} pages. Name one, such as scan.pdf page 2, or read all with "
            "read_many."
        )
        raise PictureError(PictureFault.NOT_A_PICTURE, detail)
    number = number or 1
    if number > n_pages:
        detail = f"Expected a page from 1 to {n_pages:,}, but got {number:,}."
        raise PictureError(PictureFault.NOT_A_PICTURE, detail)
    if _is_pdf(data):
        return _open_pdf_page(data, number)
    image = _open_tiff(data)
    with _damaged_on_error("TIFF"):
        image.seek(number - 1)
    file = PictureFile(image, orientation=1, n_passes=1)  # Pillow turns a TIFF upright itself
    file.refuse_too_large(MAX_PIXELS)
    return file.decode()


def page_as_png(data: bytes, number: int) -> bytes:
    """Return a page of a scan as a file of its own, in a mode that PNG has."""
    image, file = open_page(data, number).image, BytesIO()
    (image if image.mode in PNG_MODES else image.convert("RGB")).save(file, "PNG")
    return file.getvalue()


def _is_pdf(data: bytes) -> bool:
    return other_format(data) == "PDF"


def _open_tiff(data: bytes) -> Any:
    with _damaged_on_error("TIFF"):
        return Image.open(BytesIO(data), formats=["TIFF"])


def _pages(image: Any) -> Iterator[int]:
    """Yield the numbers of a TIFF's pages, from 1, at most one more than are read."""
    for number in count(1):
        with _damaged_on_error("TIFF"):
            try:
                image.seek(number - 1)
            except EOFError:
                return
        yield number
        if number > MAX_PAGES:
            return


@contextmanager
def _open_pdf(data: bytes) -> Iterator[Any]:
    """Open a PDF while no other thread uses PDFium."""
    try:
        import pypdfium2  # an extra
    except ImportError as error:
        detail = 'PDF needs the package pypdfium2: pip install "inkling-digits[scans]".'
        raise PictureError(PictureFault.FORMAT_NOT_SUPPORTED, detail) from error
    with _pdfium, _damaged_on_error("PDF"):
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            is_encrypted = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
            if not is_encrypted or b"/Encrypt" not in data:  # the code may be an earlier file's
                raise
            detail = "The PDF is encrypted. Save it without a password."
            raise PictureError(PictureFault.FORMAT_NOT_SUPPORTED, detail) from error
        try:
            yield document
        finally:
            document.close()


def _open_pdf_page(data: bytes, number: int) -> Picture:
    """Return a page as people see it; PDFium draws its pictures, of which a page may have many."""
    with _open_pdf(data) as document:
        from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

        page = document[number - 1]
        pictures = page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])
        n_pixels = sum(width_px * height_px for width_px, height_px in map(_size_px, pictures))
        if n_pixels > MAX_PIXELS:
            detail = (
                f"The pictures on the page have {n_pixels:,} pixels; at most {MAX_PIXELS:,} are "
                "read. Scan it smaller."
            )
            raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
        image = page.render(scale=PDF_PAGE_PX / max(page.get_size())).to_pil().convert("RGB")
    return Picture(image, PictureSize(*image.size))


def _size_px(picture: Any) -> tuple[int, int]:
    width_px, height_px = picture.get_px_size()
    return width_px, height_px


@contextmanager
def _damaged_on_error(format_name: str) -> Iterator[None]:
    """Turn errors of decoders, which are of many types, into PictureError."""
    try:
        yield
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels() from error
    except Exception as error:
        raise damaged(format_name) from error
