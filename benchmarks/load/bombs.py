"""Decompression bombs: small files that take much memory or time to decode.

By default they are as large as the limits of a body and of a picture allow, so that no limit
refuses them before they are decoded.
"""

import math
import struct
import zlib
from collections.abc import Iterator
from itertools import count, repeat

import numpy as np
from PIL import Image

from benchmarks.load.forged import (
    GREY,
    PALETTE,
    RGB,
    RGBA,
    baseline_jpeg_of_scans,
    bmp,
    jpeg_of_scans,
    png,
    png_chunk,
    segment,
)
from benchmarks.load.pictures import as_file

Bomb = tuple[str, bytes]

MAX_BYTES, MAX_PIXELS = 9_900_000, 64_000_000
MAX_SIDE_PX = 65_535
# Weight of a pixel against MAX_PIXELS; that of a baseline JPEG is 1.
COST, COMPONENT_COST, WEBP_COST = 1.6, 0.8, 5


def all_bombs(max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Iterator[Bomb]:
    """Yield the name and the file of each bomb, within these limits of bytes and pixels."""
    side_px = math.isqrt(int(max_pixels / COST))
    yield from png_sizes(side_px)
    yield from png_contents(side_px)
    yield from png_chunks(max_bytes)
    yield from jpegs(max_pixels)
    yield from jpeg_markers(max_bytes)
    yield from gifs(side_px, max_bytes)
    yield from bmps(side_px, max_bytes)
    yield from webps(math.isqrt(max_pixels // WEBP_COST))


def png_sizes(side_px: int) -> Iterator[Bomb]:
    """Yield PNG files of each bit depth, and very narrow and very low ones."""
    for name, depth, colour in (
        ("1-bit", 1, GREY),
        ("grey", 8, GREY),
        ("palette", 8, PALETTE),
        ("RGB", 8, RGB),
        ("RGBA", 8, RGBA),
        ("16-bit grey", 16, GREY),
        ("16-bit RGBA", 16, RGBA),
    ):
        yield f"PNG, {name}", png((side_px, side_px), depth, colour)
    yield "PNG, interlaced", png((side_px, side_px), 8, RGBA, is_interlaced=True)
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
