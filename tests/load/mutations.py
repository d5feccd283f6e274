"""Pictures of every format that is read, and what becomes of them when files are damaged.

A mutant is known by its number alone: the same number gives the same bytes, so that a number in a
report is enough to have the file again.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from app.requests.images import FORMATS
from tests.load.forged import sealed_png
from tests.load.pictures import as_file

SIDE_PX = 120
HEADER_BYTES = 64  # where a changed byte does most
# What counts and sizes in a header are when somebody means harm.
EXTREMES = (b"\0", b"\xff", b"\0\0", b"\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff")
MEDIA_TYPES = {image_format: f"image/{image_format.lower()}" for image_format in FORMATS}

Mutation = Callable[[bytearray, np.random.Generator], bytes]


def mutant(number: int) -> tuple[str, bytes]:
    """Return the name of a format, and a damaged file of it."""
    rng = np.random.default_rng(number)
    image_format, seed = _choose(rng, seeds())
    file = seed
    for _ in range(rng.integers(1, 3)):
        file = _choose(rng, MUTATIONS)(bytearray(file), rng)
    if image_format == "PNG" and rng.random() < 0.9:
        file = sealed_png(file)
    return image_format, file


def _flip_bits(file: bytearray, rng: np.random.Generator) -> bytes:
    for _ in range(rng.integers(1, 17)):
        file[_place(file, rng)] ^= 1 << int(rng.integers(8))
    return bytes(file)


def _cut_off(file: bytearray, rng: np.random.Generator) -> bytes:
    return bytes(file[: _place(file, rng)]) or b"\0"


def _cut_out(file: bytearray, rng: np.random.Generator) -> bytes:
    start = _place(file, rng)
    del file[start : start + int(rng.integers(1, 200))]
    return bytes(file) or b"\0"


def _repeat(file: bytearray, rng: np.random.Generator) -> bytes:
    start = _place(file, rng)
    part = file[start : start + int(rng.integers(1, 200))]
    return bytes(file[:start] + part * int(rng.integers(2, 20)) + file[start:])


def _write_extreme(file: bytearray, rng: np.random.Generator) -> bytes:
    value = _choose(rng, EXTREMES)
    start = _place(file, rng)
    file[start : start + len(value)] = value
    return bytes(file)


def _splice(file: bytearray, rng: np.random.Generator) -> bytes:
    """Continue the file with the rest of another, of whatever format."""
    _, other = _choose(rng, seeds())
    return bytes(file[: _place(file, rng)]) + other[int(rng.integers(len(other))) :] or b"\0"


MUTATIONS: tuple[Mutation, ...] = (
    _flip_bits,
    _cut_off,
    _cut_out,
    _repeat,
    _write_extreme,
    _splice,
)


def _place(file: bytearray, rng: np.random.Generator) -> int:
    """Return a place in a file, as often in its header as behind it."""
    end = HEADER_BYTES if rng.random() < 0.5 else len(file)
    return int(rng.integers(min(end, len(file))))


def _choose(rng: np.random.Generator, values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Return whole files to damage: each format in each of its modes and ways to be written."""
    return tuple(_seeds())


def _seeds() -> Iterator[tuple[str, bytes]]:
    grey = drawn()
    colour, clear = grey.convert("RGB"), Image.merge("LA", (grey, grey.point(lambda v: 255 - v)))
    palette = colour.quantize(16)
    exif = Image.Exif()
    exif[274] = 6
    for mode in ("1", "I;16"):
        yield "PNG", as_file(grey.convert("I").point(lambda v: v * 257).convert(mode), "PNG")
    for picture in (grey, colour, palette, clear, clear.convert("RGBA")):
        yield "PNG", as_file(picture, "PNG", exif=exif)
    yield "PNG", as_file(palette, "PNG", transparency=0, compress_level=0)
    yield "PNG", as_file(colour, "PNG", save_all=True, append_images=[colour.rotate(90)])
    for picture in (grey, colour, colour.convert("CMYK")):
        yield "JPEG", as_file(picture, "JPEG", exif=exif)
        yield "JPEG", as_file(picture, "JPEG", progressive=True, quality=30)
    yield "JPEG", as_file(colour, "JPEG", restart_marker_blocks=3, subsampling=0)
    ink = clear.convert("RGBA")
    animation = {"save_all": True, "append_images": [ink.rotate(90)]}
    for options in ({"lossless": True}, {"quality": 50}, animation):
        yield "WEBP", as_file(ink, "WEBP", exif=exif, **options)
    for interlace in (0, 1):
        yield "GIF", as_file(palette, "GIF", interlace=interlace, transparency=0)
    yield "GIF", as_file(palette, "GIF", save_all=True, append_images=[palette.rotate(90)])
    for picture in (grey.convert("1"), grey, palette, colour, clear.convert("RGBA")):
        yield "BMP", as_file(picture, "BMP")


def drawn() -> Image.Image:
    """Return a small drawn 7, dark on white, in grey."""
    picture = Image.new("L", (SIDE_PX, SIDE_PX), "white")
    ImageDraw.Draw(picture).line([(30, 25), (90, 25), (55, 100)], fill=0, width=10, joint="curve")
    return picture
