"""Scans: the pages of TIFF and PDF files as pictures, for programs and the command.

A page is named by its file and its number, ``form.pdf page 2``. The server reads no scans.
"""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from nn.decoding.picture_errors import PictureError, PictureFault, other_format
from nn.decoding.picture_files import (
    MAX_PIXELS,
    Picture,
    PictureFile,
    PictureSize,
    damaged,
    open_picture,
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


def check_page(number: int | None, n_pages: int = 1) -> None:
    """Raise PictureError for the number of a page that a file does not have."""
    if number and number > n_pages:
        detail = f"Expected a page from 1 to {n_pages:,}, but got {number:,}."
        raise PictureError(PictureFault.NOT_A_PICTURE, detail)


def is_scan(data: bytes) -> bool:
    """Return whether a file is a scan by its first bytes."""
    return other_format(data) in ("TIFF", "PDF")


class Scan(ABC):
    """The pages of a TIFF or a PDF, which is opened once for all of them; see ``open_scan``.

    Attributes
    ----------
    n_pages
        Their number.
    """

    n_pages = 0

    @abstractmethod
    def _draw(self, number: int) -> Picture: ...

    @abstractmethod
    def close(self) -> None:
        """Close the file."""

    def page(self, number: int | None = None) -> Picture:
        """Return a page as a picture, by its number from 1; None for the only one.

        Raises
        ------
        PictureError
            When there are several pages and none is named, or no page of this number; when the page
            is damaged or has too many pixels.
        """
        if number is None and self.n_pages > 1:
            detail = (
                f"The file has {self.n_pages:,} pages. Name one, such as scan.pdf page 2, or read "
                "all with read_many."
            )
            raise PictureError(PictureFault.NOT_A_PICTURE, detail)
        check_page(number, self.n_pages)
        return self._draw(number or 1)


@contextmanager
def open_scan(data: bytes) -> Iterator[Scan]:
    """Open a scan, to be closed by ``with``.

    Raises
    ------
    PictureError
        When it is damaged, encrypted, or has more than ``MAX_PAGES``; when the package for PDF is
        missing.
    """
    with closing(_Pdf(data) if other_format(data) == "PDF" else _Tiff(data)) as scan:
        if scan.n_pages > MAX_PAGES:
            detail = f"The file has more than {MAX_PAGES:,} pages. Split it."
            raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
        yield scan


def count_pages(data: bytes) -> int:
    """Return the number of pages in a scan, from 1 to ``MAX_PAGES``; errors as of ``open_scan``."""
    with open_scan(data) as scan:
        return scan.n_pages


def open_page(data: bytes, number: int | None = None) -> Picture:
    """Return one page of a scan; errors as of ``open_scan`` and ``Scan.page``."""
    with open_scan(data) as scan:
        return scan.page(number)


def to_png(page: Picture) -> bytes:
    """Return a page of a scan as a file of its own, in a mode that PNG has."""
    image, file = page.image, BytesIO()
    (image if image.mode in PNG_MODES else image.convert("RGB")).save(file, "PNG")
    return file.getvalue()


class _Tiff(Scan):
    def __init__(self, data: bytes) -> None:
        with _damaged_on_error("TIFF"):
            self._image = Image.open(BytesIO(data), formats=["TIFF"])
            assert isinstance(self._image, TiffImageFile)
            with suppress(EOFError):
                while self.n_pages <= MAX_PAGES:
                    self._image.seek(self.n_pages)
                    self.n_pages += 1
            # Pillow ends where the last page points back to one before, and there may be more.
            if self.n_pages <= MAX_PAGES and self._image.tag_v2.next:
                raise damaged("TIFF")

    def _draw(self, number: int) -> Picture:
        with _damaged_on_error("TIFF"):
            self._image.seek(number - 1)
        # Pillow turns a TIFF upright itself.
        file = PictureFile(self._image, orientation=1, n_passes=1)
        file.refuse_too_large(MAX_PIXELS)
        page = file.decode()
        return replace(page, image=page.image.copy())  # the next page takes the place of this one

    def close(self) -> None:
        self._image.close()


class _Pdf(Scan):
    def __init__(self, data: bytes) -> None:
        try:
            import pypdfium2  # an extra
        except ImportError as error:
            detail = 'PDF needs the package pypdfium2: pip install "inkling-digits[scans]".'
            raise PictureError(PictureFault.FORMAT_NOT_SUPPORTED, detail) from error
        with _pdfium, _damaged_on_error("PDF"):
            try:
                self._document = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError as error:
                is_encrypted = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
                if not is_encrypted or b"/Encrypt" not in data:  # it may be an earlier file's code
                    raise
                detail = "The PDF is encrypted. Save it without a password."
                raise PictureError(PictureFault.FORMAT_NOT_SUPPORTED, detail) from error
            self.n_pages = len(self._document)

    def _draw(self, number: int) -> Picture:
        """Return a page as people see it; PDFium draws its pictures, of which it may have many."""
        from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

        with _pdfium, _damaged_on_error("PDF"):
            page = self._document[number - 1]
            pictures = list(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))
            n_pixels = sum(math.prod(picture.get_px_size()) for picture in pictures)
            if n_pixels > MAX_PIXELS:
                detail = (
                    f"The pictures on the page have {n_pixels:,} pixels; at most {MAX_PIXELS:,} "
                    "are read. Scan it smaller."
                )
                raise PictureError(PictureFault.PICTURE_TOO_LARGE, detail)
            for picture in pictures:
                if picture.get_filters(skip_simple=True) == ["DCTDecode"]:  # PDFium draws a part
                    open_picture(bytes(picture.get_data(decode_simple=True))).decode()
            image = page.render(scale=PDF_PAGE_PX / max(page.get_size())).to_pil().convert("RGB")
        return Picture(image, PictureSize(*image.size))

    def close(self) -> None:
        with _pdfium:
            self._document.close()


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
