"""Files of pictures that Pillow can read but not write."""

import struct
import zlib
from collections.abc import Iterator
from itertools import repeat

JPEG_END = b"\xff\xd9"
PNG_START = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, RGBA = 0, 2, 3, 6  # PNG's types of colour
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, RGBA: 4}


def png(
    size_px: tuple[int, int],
    depth: int = 8,
    colour: int = GREY,
    *,
    rows: Iterator[bytes] | None = None,
    is_interlaced: bool = False,
) -> bytes:
    """Return a PNG file of these rows, or of zeros, without holding all its pixels in memory.

    ``depth`` is in bits a channel, ``colour`` is one of the types above.
    """
    width_px, height_px = size_px
    header = struct.pack(">IIBBBBB", width_px, height_px, depth, colour, 0, 0, is_interlaced)
    rows = rows or repeat(bytes((width_px * depth * CHANNELS[colour] + 7) // 8))
    compress = zlib.compressobj(1)
    # An interlaced picture has more and shorter rows; extra zeros are ignored.
    n_rows = 2 * height_px if is_interlaced else height_px
    pixels = b"".join(compress.compress(b"\0" + next(rows)) for _ in range(n_rows))
    palette = png_chunk(b"PLTE", bytes(range(256)) * 3) if colour == PALETTE else b""
    image = png_chunk(b"IDAT", pixels + compress.flush())
    end = png_chunk(b"IEND", b"")
    return PNG_START + png_chunk(b"IHDR", header) + palette + image + end


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG file: length, name, body and checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bmp(side_px: int, depth: int, runs: bytes) -> bytes:
    """Return a run-length encoded BMP file of a square picture, 4 or 8 bits deep."""
    colours = b"".join(bytes((grey, grey, grey ^ 1, 0)) for grey in range(2**depth))
    offset = 54 + len(colours)
    compression = {8: 1, 4: 2}[depth]
    file = struct.pack("<2sIHHI", b"BM", offset + len(runs), 0, 0, offset)
    sizes = (40, side_px, side_px, 1, depth, compression, len(runs), 0, 0, 0, 0)
    return file + struct.pack("<IiiHHIIiiII", *sizes) + colours + runs


def jpeg_of_scans(side_px: int, n_scans: int) -> bytes:
    """Return a progressive JPEG file that codes the same coefficients, all zero, in every scan."""
    # The only symbol of each table: same as the block before; end of 2**14 blocks.
    head = _jpeg_head(0xC2, side_px, 1, b"\0\xe0")
    n_blocks = ((side_px + 7) // 8) ** 2
    ends = "0" + "1" * 14  # of 32,767 blocks at once
    scans = [_scan(0, 0, "0" * n_blocks)]
    scans += [_scan(1, 63, ends * (n_blocks // 32_767 + 1))] * (n_scans - 1)
    return head + b"".join(scans) + JPEG_END


def baseline_jpeg_of_scans(side_px: int, n_scans: int) -> bytes:
    """Return a baseline JPEG file with a scan for each of three colours, the last one repeated."""
    head = _jpeg_head(0xC0, side_px, 3, b"\0\0")  # same as the block before; end of the block
    bits = "00" * ((side_px + 7) // 8) ** 2
    scans = [_scan(0, 63, bits, min(component, 3)) for component in range(1, n_scans + 1)]
    return head + b"".join(scans) + JPEG_END


def _jpeg_head(frame: int, side_px: int, n_components: int, symbols: bytes) -> bytes:
    """Return the tables and the frame of a JPEG file, each Huffman table of one symbol."""
    size = struct.pack(">BHHB", 8, side_px, side_px, n_components)
    size += b"".join(bytes((number, 0x11, 0)) for number in range(1, n_components + 1))
    parts = [segment(0xDB, b"\0" + b"\1" * 64), segment(frame, size)]  # quantization, frame
    parts += [
        segment(0xC4, bytes((table, 1)) + bytes(15) + bytes((symbol,)))
        for table, symbol in zip((0x00, 0x10), symbols, strict=True)
    ]
    return b"\xff\xd8" + b"".join(parts)


def _scan(first: int, last: int, bits: str, component: int = 1) -> bytes:
    """Return a scan of a JPEG file: coefficients ``first`` to ``last`` of one component."""
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return segment(0xDA, bytes((1, component, 0, first, last, 0))) + data


def segment(marker: int, body: bytes) -> bytes:
    """Return a segment of a JPEG file: marker, length and body."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
