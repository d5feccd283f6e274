"""Make the pictures of static/examples: ``python -m tests.make_examples``.

Digits are written from the project's own templates, so no one else's data is in them.
"""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from nn.data.pendigits import PenDigit
from nn.data.synthetic.drawing import draw_strokes
from nn.data.synthetic.styles import write_digit
from nn.evaluation.pages import camera, paper
from nn.evaluation.pages.composing import compose
from nn.evaluation.pages.numbers import write_with_pen
from nn.evaluation.pages.photograph import photograph_page

FOLDER = Path("static/examples")
PEN_WIDTH = 0.1  # in parts of the drawing's longer side
EFFECTS = [
    paper.rough,
    partial(camera.tilted, degrees=3),
    camera.unevenly_lit,
    camera.shadowed,
    partial(camera.noisy, sigma=0.01),
]


def seven() -> Image.Image:
    """Return a drawn 7, 280x280 pixels, dark on white."""
    return draw_strokes(write_digit(7, np.random.default_rng(1), "bar"), PEN_WIDTH, side_px=280)


def three() -> Image.Image:
    """Return a drawn 3, 32x32 pixels, each black or white."""
    drawing = draw_strokes(write_digit(3, np.random.default_rng(1), "round"), PEN_WIDTH, side_px=32)
    return drawing.point(lambda level: 255 * (level > 127)).convert("1")


def number() -> Image.Image:
    """Return a photograph of the number 5379 on rough paper, with a shadow beside it."""
    rng = np.random.default_rng(1)
    pen = [
        PenDigit(digit, 0, [100 * stroke for stroke in write_digit(digit, rng)])
        for digit in range(10)
    ]
    page = compose(write_with_pen(pen, [4], rng), rng)
    return photograph_page(
        page, rng, pen="blue", effects=EFFECTS, longer_side_px=800, quality=85
    ).picture


def main() -> None:
    """Write the three pictures."""
    FOLDER.mkdir(exist_ok=True)
    seven().save(FOLDER / "seven.png", optimize=True)
    three().save(FOLDER / "three.png", optimize=True)
    number().save(FOLDER / "number.jpg", quality=85)


if __name__ == "__main__":
    main()
