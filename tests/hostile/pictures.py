"""Hostile pictures: files that Pillow reads but does not write, and decompression bombs.

A bomb is a small file that takes much memory or time to decode. By default bombs are as large as
the limits of a body and of a picture allow, so that no limit refuses them before they are decoded.
"""

import math
import struct
import zlib
from collections.abc import Iterator
from itertools import count, repeat

import numpy as np
from PIL import Image

from tests.drawing import as_file

JPEG_END = b"\xff\xd9"
PNG_START = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # PNG's types of colour
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}


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
    rows = rows or repeat(bytes((width_px * depth * CHANNELS[colour] + 7) // 8))
    compress = zlib.compressobj(1)
    # An interlaced picture has more and shorter rows; extra zeros are ignored.
    n_rows = 2 * height_px if is_interlaced else height_px
    pixels = b"".join(compress.compress(b"\0" + next(rows)) for _ in range(n_rows))
    palette = png_chunk(b"PLTE", bytes(range(256)) * 3) if colour == PALETTE else b""
    image = png_chunk(b"IDAT", pixels + compress.flush())
    end = png_chunk(b"IEND", b"")
    header = png_header(size_px, depth, colour, is_interlaced=is_interlaced)
    return PNG_START + header + palette + image + end


def png_header(
    size_px: tuple[int, int], depth: int = 8, colour: int = GREY, *, is_interlaced: bool = False
) -> bytes:
    """Return the first chunk of a PNG file."""
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", *size_px, depth, colour, 0, 0, is_interlaced))


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG file: length, name, body and checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def in_pieces(file: bytes, n_pieces: int) -> bytes:
    """Return a PNG with so many empty texts, of two or three reads each, behind its header."""
    return file[:33] + n_pieces * png_chunk(b"teXt", b"") + file[33:]


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


Bomb = tuple[str, bytes]

MAX_BYTES, MAX_PIXELS = 9_900_000, 64_000_000
MAX_SIDE_PX = 65_535
# Weight of a pixel against MAX_PIXELS; that of a baseline JPEG is 1.
COST, COMPONENT_COST, WEBP_COST, PNG_BYTE_COST = 1.6, 0.8, 5.24, 0.6


def all_bombs(max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Iterator[Bomb]:
    """Yield the name and the file of each bomb, within these limits of bytes and pixels."""
    side_px = math.isqrt(int(max_pixels / COST))
    yield from png_sizes(max_pixels)
    yield from png_contents(side_px)
    yield from png_chunks(max_bytes)
    yield from jpegs(max_pixels)
    yield from jpeg_markers(max_bytes)
    yield from gifs(side_px, max_bytes)
    yield from bmps(side_px, max_bytes)
    yield from webps(math.isqrt(int(max_pixels / WEBP_COST)))


def png_sizes(max_pixels: int) -> Iterator[Bomb]:
    """Yield PNG files of each bit depth, interlaced or not, and very narrow and very low ones."""
    for name, depth, colour in (
        ("1-bit", 1, GREY),
        ("grey", 8, GREY),
        ("palette", 8, PALETTE),
        ("grey with alpha", 8, GREY_ALPHA),
        ("RGB", 8, RGB),
        ("RGBA", 8, RGBA),
        ("16-bit grey", 16, GREY),
        ("16-bit RGBA", 16, RGBA),
    ):
        for is_interlaced in (False, True):
            n_bytes = CHANNELS[colour] * max(1, depth // 8) * (1 + is_interlaced)
            side_px = math.isqrt(int(max_pixels / max(COST, PNG_BYTE_COST * n_bytes)))
            file = png((side_px, side_px), depth, colour, is_interlaced=is_interlaced)
            yield f"PNG, {name}{', interlaced' * is_interlaced}", file
    side_px = math.isqrt(int(max_pixels / COST))
    long_px = min(side_px**2, MAX_SIDE_PX)
    for thin_px in (1, 2, side_px**2 // long_px):
        for size_px in ((thin_px, long_px), (long_px, thin_px)):
            rows = repeat(bytes(size_px[0] // 2) + b"\xff" * (size_px[0] - size_px[0] // 2))
            yield "PNG, {} x {}".format(*size_px), png(size_px, rows=rows)


def png_contents(side_px: int) -> Iterator[Bomb]:
    """Yield PNG files with much ink: noise, dots, bars."""
    rng = np.random.default_rng(0)
    noise = (rng.bytes((side_px + 7) // 8) for _ in count())
    yield "PNG, noise", png((side_px, side_px), 1, rows=noise)
    paper = np.full((24, side_px), 255, np.uint8)
    paper[:12, np.arange(side_px) % 24 < 12] = 0
    dots = (row.tobytes() for _ in count() for row in paper)
    yield "PNG, dots", png((side_px, side_px), rows=dots)
    for name, period_px, bar_px in (("two bars", 500, 200), ("four bars", 250, 125)):
        paper = np.full((1000, 1000), 255, np.uint8)
        is_bar = (np.arange(1000) + bar_px // 2 - period_px // 2) % period_px < bar_px
        paper[is_bar, 50:-50] = 0
        yield f"PNG, {name}", png((1000, 1000), rows=(row.tobytes() for row in paper))


def png_chunks(max_bytes: int) -> Iterator[Bomb]:
    """Yield PNG files with large or many chunks before their pixels."""
    small = png((28, 28))
    place = small.index(b"IDAT") - 4
    text = zlib.compress(bytes(4_000_000))
    for name, head in (("zTXt", b"k\0\0"), ("iTXt", b"k\0\1\0\0\0"), ("iCCP", b"name\0\0")):
        chunk = png_chunk(name.encode(), head + text)
        yield f"PNG, a large {name}", small[:place] + chunk + small[place:]
    profile = zlib.compress(bytes(1_000_000))
    n_entries = max_bytes // 24
    entries = b"".join(
        struct.pack("<HHII", n % 65_536, 7, max_bytes // 2, 0) for n in range(n_entries)
    )
    exif = (
        b"II*\0" + struct.pack("<IH", 8, min(n_entries, 65_535)) + entries + bytes(max_bytes // 3)
    )
    chunk = png_chunk(b"eXIf", exif)
    yield "PNG, overlapping EXIF", small[:place] + chunk + small[place:]
    for name, body in (
        ("tEXt", b"k\0"),
        ("vpAg", b""),
        ("iCCP", b"name\0\0" + profile),
        ("zTXt", b"k\0\0" + profile[:-4] + bytes(4)),
    ):
        chunk = png_chunk(name.encode(), body)
        yield f"PNG, many {name}", small[:place] + chunk * (max_bytes // len(chunk)) + small[place:]


def jpegs(max_pixels: int) -> Iterator[Bomb]:
    """Yield JPEG files of each colour mode, and with many scans."""
    side_px = math.isqrt(max_pixels)
    for mode, n_components in (("L", 1), ("RGB", 3), ("CMYK", 4)):
        cost = max(COST, n_components * COMPONENT_COST)
        progressive_px = math.isqrt(int(max_pixels / cost))
        picture = Image.new(mode, (side_px, side_px))
        file = as_file(picture, "JPEG", quality=1)
        yield f"JPEG, {mode}", file
        smaller = picture.crop((0, 0, progressive_px, progressive_px))
        yield f"JPEG, progressive {mode}", as_file(smaller, "JPEG", quality=1, progressive=True)
    yield "JPEG, cut off after few blocks", file[:5000] + b"\xff\xd9"
    for n_scans in (3, 20, 1000):
        grey_px = math.isqrt(int(max_pixels / COST))
        yield f"JPEG, progressive, {n_scans:,} scans", jpeg_of_scans(grey_px, n_scans)
        colour_px = math.isqrt(int(max_pixels / (3 * COMPONENT_COST)))
        file = baseline_jpeg_of_scans(colour_px, n_scans)
        yield f"JPEG, baseline, {n_scans:,} scans", file


def jpeg_markers(max_bytes: int) -> Iterator[Bomb]:
    """Yield JPEG files with many markers before their pixels."""
    small = as_file(Image.new("L", (28, 28)), "JPEG")
    for name, filler in (
        ("comments", b"\xff\xfe\0\2"),
        ("application data", b"\xff\xe1\0\2"),
        ("EXIF in pieces", segment(0xE1, b"Exif\0\0" + bytes(600))),
        ("tables", segment(0xDB, (b"\0" + bytes(64)) * 1000)),
        ("fill bytes", b"\xff"),
        ("junk", b"\xff\xfe\0\2" + bytes(1000)),
    ):
        yield f"JPEG, {name}", small[:2] + filler * (max_bytes // len(filler)) + small[2:]


def gifs(side_px: int, max_bytes: int) -> Iterator[Bomb]:
    """Yield GIF files: large, animated on a large canvas, with many blocks."""
    frames = [Image.new("P", (side_px, side_px), level) for level in (0, 1)]
    for interlace in (0, 1):
        yield f"GIF, interlace {interlace}", as_file(frames[0], "GIF", interlace=interlace)
    yield "GIF, animated", as_file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    small = as_file(Image.new("P", (28, 28)), "GIF")
    canvas = struct.pack("<HH", side_px, side_px)
    yield "GIF, a small frame on a large canvas", small[:6] + canvas + small[10:]
    place = small.index(b",")
    frame = small[place:].replace(struct.pack("<HH", 28, 28), b"\xff" * 4)
    yield "GIF, a frame larger than its canvas", small[:place] + frame
    blocks = (("comments", b"!\xfe\0"), ("extensions", b"!\1\1\0\0"))
    for name, filler in blocks:
        yield f"GIF, {name}", small[:place] + filler * (max_bytes // 5) + small[place:]
    comment = b"!\xfe" + b"\1a" * (max_bytes // 2) + b"\0"
    yield "GIF, a comment in many blocks", small[:place] + comment + small[place:]


def bmps(side_px: int, max_bytes: int) -> Iterator[Bomb]:
    """Yield BMP files: of one bit a pixel, and run-length encoded."""
    yield "BMP, 1-bit", as_file(Image.new("1", (side_px, side_px)), "BMP")
    row = b"\xff\0" * (side_px // 255) + bytes((side_px % 255, 0)) + b"\0\0"
    for depth in (8, 4):
        yield f"BMP, runs of {depth} bits", bmp(side_px, depth, row * side_px)
    yield "BMP, short rows", bmp(side_px, 8, b"\1\0\0\0" * side_px)
    yield "BMP, single pixels", bmp(side_px, 8, b"\1\0" * (max_bytes // 2))


def webps(side_px: int) -> Iterator[Bomb]:
    """Yield WebP files: lossless, lossy, animated on a large canvas."""
    picture = Image.new("RGB", (side_px, side_px))
    yield "WebP, lossless", as_file(picture, "WEBP", lossless=True, method=0)
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (side_px // 8, side_px // 8, 3), np.uint8))
    noise = noise.resize((side_px, side_px), Image.Resampling.BICUBIC)
    yield "WebP, lossy", as_file(noise, "WEBP", method=0, quality=20)
    frames = [Image.new("RGBA", (28, 28), (level, 0, 0, 255)) for level in (0, 99)]
    animated = as_file(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    place = animated.index(b"VP8X") + 12
    for name, canvas_px in (("large", side_px), ("huge", 60_000)):
        canvas = (canvas_px - 1).to_bytes(3, "little") * 2
        file = animated[:place] + canvas + animated[place + 6 :]
        yield f"WebP, a small frame on a {name} canvas", file
