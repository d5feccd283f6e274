"""Any kind of picture -> a decoded one: paths, bytes, open files, Pillow pictures, arrays."""

import errno
import os
import re
from collections.abc import Iterable
from io import TextIOBase
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from nn.decoding.files import MAX_BYTES, read_bytes
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import ON_ITS_SIDE, Picture, PictureSize, open_picture
from nn.decoding.scans import check_page, is_scan, open_page, split_page

AnyPicture = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | BinaryIO
    | Image.Image
    | NDArray[Any]
    | Picture
)
"""A path, or the page of a scan, such as "form.pdf page 2"; the bytes of a file, or the file, open
for reading bytes; a Pillow picture; an array (H, W), (H, W, 1), (H, W, 3), (H, W, 4), in grey, RGB
or RGBA: uint8, uint16, bool, or float from 0 to 1; or what ``to_picture`` returns."""


def check_list(pictures: object) -> None:
    """Raise TypeError for one picture, and for what is no list."""
    is_one = isinstance(
        pictures, str | bytes | bytearray | memoryview | os.PathLike | Image.Image | Picture
    )
    if isinstance(pictures, np.ndarray):
        is_one = pictures.ndim < 3 or (pictures.ndim == 3 and pictures.shape[2] in (1, 3, 4))
    if is_one or hasattr(pictures, "read"):
        found = f"one picture ({type(pictures).__name__})"
        raise TypeError(f"Expected a list of pictures, but got {found}: put it into a list.")
    if not isinstance(pictures, Iterable):
        raise TypeError(f"Expected a list of pictures, but got {type(pictures).__name__}.")


def refuse_address(path: str) -> None:
    """Raise OSError for an address of the web or of a store."""
    if re.match(r"https?:/|[a-z][a-z0-9+.-]+://", path, re.IGNORECASE):
        advice = "download the picture, and give its bytes or its path"
        raise OSError(errno.EINVAL, f"Addresses are not opened: {advice}", path)


def to_picture(picture: AnyPicture) -> Picture:
    """Return any kind of picture decoded; errors as of ``Reader.read``."""
    if isinstance(picture, np.ndarray):
        picture = _from_array(picture)
    if isinstance(picture, Image.Image):
        if 0 in picture.size:
            raise PictureError(PictureFault.EMPTY_PICTURE, "The picture has 0 pixels.")
        is_on_its_side = picture.getexif().get(ExifTags.Base.Orientation) in ON_ITS_SIDE
        return Picture(picture, PictureSize(*picture.size[:: -1 if is_on_its_side else 1]))
    if isinstance(picture, Picture):
        return picture
    page = None
    if isinstance(picture, str | os.PathLike):
        path = os.fspath(picture)
        refuse_address(path)
        file, page = split_page(path)
        content = read_bytes(file)
    elif isinstance(picture, bytes | bytearray | memoryview):
        content = bytes(picture)
    else:
        content = read_open_file(picture)
    if is_scan(content):
        return open_page(content, page)
    check_page(page)
    return open_picture(content).decode()


def read_open_file(file: Any) -> bytes:
    """Return the bytes of an open file, or raise TypeError."""
    is_readable = hasattr(file, "read") and not isinstance(file, TextIOBase)
    content = file.read(MAX_BYTES) if is_readable else None
    if not isinstance(content, bytes):
        expected = "a path, bytes, a file of bytes, a Pillow picture or a numpy array"
        advice = ": read_many reads several" if isinstance(file, list | tuple) else ""
        raise TypeError(f"Expected {expected}, but got {type(file).__name__}{advice}.")
    if not content and getattr(file, "seekable", bool)() and file.tell():  # as Pillow leaves it
        detail = "The file was read or written to its end before: seek(0) goes back to its start."
        raise PictureError(PictureFault.EMPTY_PICTURE, detail)
    return content


def _from_array(array: NDArray[Any]) -> Image.Image:
    """Return an array as a picture, or raise PictureError if it is none."""
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    kind, found = array.dtype.kind, f"{array.dtype} {array.shape}"
    is_picture &= kind in "bf" or (kind == "u" and array.dtype.itemsize <= 2)
    if is_picture and array.size and kind == "f" and not ((array >= 0) & (array <= 1)).all():
        # Outside 0 to 1, or not a number.
        is_picture, found = False, f"{array.dtype} from {array.min():g} to {array.max():g}"
    if not is_picture or not array.size:
        detail = (
            "Expected an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), of uint8, uint16, bool, "
            f"or float from 0 to 1, but got {found}."
        )
        raise PictureError(PictureFault.NOT_A_PICTURE, detail)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if kind == "f":
        array = np.rint(255 * array.astype(np.float32))
    elif kind == "b":
        array = np.where(array, 255, 0)
    elif array.dtype.itemsize == 2:
        array = array >> 8
    return Image.fromarray(array.astype(np.uint8))
