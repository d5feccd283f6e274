"""Make the pictures of static/examples: ``python -m benchmarks.make.examples``.

Those of other people's handwriting are of data sets whose licences allow that; the README beside
the pictures names them. They are downloaded, or taken from the folder that INKLING_DATA names. The
others are written and drawn from the project's own templates. number.jpg was photographed with
earlier templates, and stays: many pages name what it shows.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.pages import camera, paper, perspective
from benchmarks.pages.composing import compose
from benchmarks.pages.handwriting import write_with_pen
from benchmarks.pages.perspective import Pose
from benchmarks.pages.photograph import Effect, photograph_page
from benchmarks.pages.signs import line
from benchmarks.sheets.filling import pen_hand
from benchmarks.sheets.photograph import KINDS, photograph_sheet
from nn.data import omniglot
from nn.data.digits import Character, Digits, Stroke
from nn.data.mnist import load_mnist
from nn.data.pendigits import load_pendigits
from nn.data.synthetic.drawing import draw_ink, draw_strokes
from nn.data.synthetic.styles import write_digit
from nn.evaluation.sets import ink_to_picture
from nn.reading.class_sheet.layout import pages_of

FOLDER = Path("static/examples")
SIDE_PX = 280
PEN_WIDTH = 0.1  # in parts of the drawing's longer side
SCALE, PEN_PX, MARGIN_PX = 0.5, 18, 50  # of 3.14
LETTER = "images_background_small1/Latin/character11/0693_10.png"
SQUARED: Sequence[Effect] = [
    paper.square_ruled,
    partial(perspective.tilted, degrees=4),
    camera.unevenly_lit,
    partial(camera.noisy, sigma=0.005),
]
LINED: Sequence[Effect] = [
    paper.line_ruled,
    partial(perspective.tilted, degrees=-2),
    partial(camera.shadowed, edge=0.02),
    partial(camera.noisy, sigma=0.004),
]


@dataclass(frozen=True)
class Sources:
    """The data of others: MNIST's test digits, pendigits, and a letter of Omniglot."""

    mnist: Digits
    pen: Sequence[Character]
    letter: Image.Image


def load_sources() -> Sources:
    """Return the data of others; raise DataError if they are missing or cannot be downloaded."""
    with zipfile.ZipFile(io.BytesIO(omniglot.FILE.read(None))) as files:
        letter = Image.open(io.BytesIO(files.read(LETTER))).convert("L")
    return Sources(load_mnist()[1], load_pendigits(), letter)


def own_seven(_: Sources) -> Image.Image:
    """Return a drawn 7, 280x280 pixels, dark on white."""
    return draw_strokes(write_digit(7, np.random.default_rng(1), "bar"), PEN_WIDTH, side_px=SIDE_PX)


def own_three(_: Sources) -> Image.Image:
    """Return a drawn 3, 32x32 pixels, each black or white."""
    drawing = draw_strokes(write_digit(3, np.random.default_rng(1), "round"), PEN_WIDTH, side_px=32)
    return drawing.point(lambda level: 255 * (level > 127)).convert("1")


def doodle(_: Sources) -> Image.Image:
    """Return a drawn boat."""
    hull = line((-50, 20), (50, 20), (34, 46), (-34, 46), (-50, 20))
    mast_and_sail = line((0, 20), (0, -50), (38, 8), (0, 8))
    return draw_strokes([hull, mast_and_sail], 0.08, side_px=SIDE_PX)


def from_mnist(number: int, sources: Sources) -> Image.Image:
    """Return one of MNIST's test digits, dark on white, each pixel as a square of ten."""
    small = Image.fromarray(255 - sources.mnist.images[number])
    return small.resize((SIDE_PX, SIDE_PX), Image.Resampling.NEAREST)


def from_pendigits(number: int, sources: Sources) -> Image.Image:
    """Return one of pendigits' digits, drawn as the page's pad draws."""
    return draw_strokes(sources.pen[number].strokes, PEN_WIDTH, side_px=SIDE_PX)


def from_omniglot(sources: Sources) -> Image.Image:
    """Return the letter, enlarged."""
    return sources.letter.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)


def decimal(sources: Sources) -> Image.Image:
    """Return 3.14, its digits by one writer, with a drawn point."""
    three, one, four = (sources.pen[number].strokes for number in (429, 655, 821))
    point = [line((0, 0), (8, 4))]
    placed: list[Stroke] = []
    right = 0.0
    for strokes, gap in ((three, 0), (point, 60), (one, 60), (four, 70)):
        points = np.concatenate(strokes)
        shift = [right + gap - points[:, 0].min(), -points[:, 1].max()]  # onto the baseline
        placed += [stroke + shift for stroke in strokes]
        right = float(np.concatenate(placed)[:, 0].max())
    points = np.concatenate(placed)
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = [SCALE * (stroke - low) + MARGIN_PX for stroke in placed]
    width_px, height_px = np.rint(SCALE * (high - low) + 2 * MARGIN_PX).astype(int).tolist()
    return ink_to_picture(draw_ink(scaled, (width_px, height_px), PEN_PX, 4))


def photograph(
    digits: Sequence[Character],
    lengths: Sequence[int],
    rng: np.random.Generator,
    **options: Any,
) -> Image.Image:
    """Return a photograph of a page of random numbers of these lengths, by one of the writers."""
    page = compose(write_with_pen(digits, lengths, rng), rng)
    return photograph_page(page, rng, quality=85, **options).picture


def photographed_digit(sources: Sources) -> Image.Image:
    """Return a photograph of a 5 on squared paper."""
    pen = [digit for digit in sources.pen if digit.writer == "16" and digit.label == 5]
    rng = np.random.default_rng(1)
    return photograph(pen, [1], rng, pen="blue", effects=SQUARED, longer_side_px=480)


def photographed_page(sources: Sources) -> Image.Image:
    """Return a photograph of 2927, 109 and 5139 on lined paper, with a shadow across it."""
    pen = [digit for digit in sources.pen if digit.writer == "18"]
    options = {"pen": "black", "effects": LINED, "surround": (0.15, 0.35), "longer_side_px": 800}
    return photograph(pen, [4, 3, 4], np.random.default_rng(1), **options)


def photographed_sheet(sources: Sources) -> Image.Image:
    """Return a photograph of a class sheet that 12 of the writers filled in, with a shadow."""
    return photograph_sheet(
        pages_of(12)[0],
        pen_hand(sources.pen),
        np.random.default_rng(5),
        kind=KINDS["soft shadow"],
        megapixels=2.4,
        pose=Pose(12, 100, -6, distance=1.3, filled=0.96, shift=(0.5, 0.5)),
        empty=0.03,
    ).picture


PICTURES: Mapping[str, Callable[[Sources], Image.Image]] = {
    "seven.png": own_seven,
    "three.png": own_three,
    "neat.png": partial(from_mnist, 748),
    "messy.png": partial(from_mnist, 8322),
    "angular.png": partial(from_mnist, 8277),
    "looped.png": partial(from_mnist, 3422),
    "tailed.png": partial(from_mnist, 4874),
    "flag.png": partial(from_pendigits, 3874),
    "bar.png": partial(from_pendigits, 896),
    "letter.png": from_omniglot,
    "doodle.png": doodle,
    "decimal.png": decimal,
    "photograph.webp": photographed_digit,
    "page.webp": photographed_page,
    "sheet.webp": photographed_sheet,
}
IN_SIGHT: Mapping[str, int] = {  # on the page's first screen; pixels of a side
    "neat.png": 28,
    "flag.png": 84,
    "bar.png": 84,
    "messy.png": 28,
    "angular.png": 28,
    "tailed.png": 28,
}
GREYS = 16  # of a small picture, which the page itself holds
SAVED: Mapping[str, dict[str, Any]] = {
    ".png": {"optimize": True},
    ".webp": {"quality": 60, "method": 6},
}


def small(picture: Image.Image, side_px: int) -> Image.Image:
    """Return a small copy with few levels of grey, of half a kilobyte."""
    levels = picture.convert("L").resize((side_px, side_px), Image.Resampling.BOX)
    reduced = np.rint(np.asarray(levels) / 255 * (GREYS - 1)).astype(np.uint8)
    indexed = Image.fromarray(reduced).convert("P")
    indexed.putpalette([255 * grey // (GREYS - 1) for grey in range(GREYS) for _ in "RGB"])
    return indexed


def main() -> None:
    """Write the pictures."""
    sources = load_sources()
    (FOLDER / "small").mkdir(parents=True, exist_ok=True)
    for name, make in PICTURES.items():
        picture = make(sources)
        picture.save(FOLDER / name, **SAVED[Path(name).suffix])
        if side_px := IN_SIGHT.get(name):
            small(picture, side_px).save(FOLDER / "small" / name, optimize=True, bits=4)


if __name__ == "__main__":
    main()
