"""Small grey images as PNG (ISO/IEC 15948), in data URLs or as they are.

Pillow takes five times as long to write 28x28 pixels.
"""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SMALL_PX = 240  # longer side of the image of a stage

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8_BITS = bytes((8, 0, 0, 0, 0))  # depth, colour type, compression, filter, interlace


def to_data_url(image: NDArray[np.uint8]) -> str:
    """Return a grey image, uint8 (H, W), as a PNG in a data URL."""
    return "data:image/png;base64," + base64.b64encode(to_png(image)).decode("ascii")


def to_png(image: NDArray[np.uint8]) -> bytes:
    """Return a grey image, uint8 (H, W), as a PNG."""
    height_px, width_px = image.shape
    rows = np.zeros((height_px, width_px + 1), np.uint8)  # the first byte of a row: no filter
    rows[:, 1:] = image
    header = struct.pack(">2I", width_px, height_px) + _GREY_8_BITS
    chunks = (
        _chunk(b"IHDR", header),
        _chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)),
        _chunk(b"IEND", b""),
    )
    return _SIGNATURE + b"".join(chunks)


def shrink(image: NDArray[np.uint8], most_px: int = SMALL_PX) -> NDArray[np.uint8]:
    """Return a grey image, uint8 (H, W), reduced to at most so many pixels a side."""
    picture = Image.fromarray(image)
    picture.thumbnail((most_px, most_px))
    return np.asarray(picture)


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
