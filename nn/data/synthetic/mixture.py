"""The pictures that the convnet learns beside MNIST: pen strokes, styles of writing, non-digits.

MNIST is American, and of its pictures only pixels can be moved. Strokes can be drawn with any pen,
templates give styles that no data set has, and pictures of no digit teach low confidence.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from nn.data.digits import NO_DIGIT, Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.drawing import PAD_PEN_WIDTH, draw_strokes, render_variations
from nn.data.synthetic.non_digits import draw_non_digit
from nn.data.synthetic.styles import write_digit
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import SIDE_PX

BATCH_SIZE = 1000  # pictures drawn between two steps of the progress bar
TEXTURE_PX = 64  # side of a texture, before it is prepared as an input
GRAIN_PX = (0.5, 8)  # finest and coarsest grain of a texture


@dataclass(frozen=True)
class Mixture:
    """How many pictures of each kind to draw.

    Attributes
    ----------
    pen_copies
        Variations of each recorded pen digit.
    n_template_digits
        Digits from the templates of styles, each label equally likely.
    n_non_digits, n_textures
        Drawings, and textures, that are no digit.
    """

    pen_copies: int = 4
    n_template_digits: int = 16_000
    n_non_digits: int = 10_000
    n_textures: int = 1_000

    def n_pictures(self, n_pen_digits: int) -> int:
        """Return how many pictures ``draw`` yields for that many pen digits."""
        n_drawings = n_pen_digits * self.pen_copies + self.n_template_digits + self.n_non_digits
        return n_drawings + self.n_textures

    def draw(self, pen_digits: Sequence[PenDigit], rng: np.random.Generator) -> Iterator[Digits]:
        """Yield the pictures, up to ``BATCH_SIZE`` at a time; non-digits are labelled 10.

        The same digits and an rng in the same state give the same pictures.
        """
        drawings = self._drawings(pen_digits, rng)
        while batch := list(itertools.islice(drawings, BATCH_SIZE)):
            labels = np.array([label for _, label in batch], np.uint8)
            yield Digits(render_variations([strokes for strokes, _ in batch], rng), labels)
        if self.n_textures:
            textures = np.stack([to_mnist(draw_texture(rng)) for _ in range(self.n_textures)])
            yield Digits(textures, np.full(self.n_textures, NO_DIGIT, np.uint8))

    def _drawings(
        self, pen_digits: Sequence[PenDigit], rng: np.random.Generator
    ) -> Iterator[tuple[list[Stroke], int]]:
        """Yield the strokes and the label of each drawing, kind by kind."""
        for digit in pen_digits:
            yield from itertools.repeat((digit.strokes, digit.label), self.pen_copies)
        for label in rng.integers(10, size=self.n_template_digits).tolist():
            yield write_digit(label, rng), label
        for _ in range(self.n_non_digits):
            yield draw_non_digit(rng), NO_DIGIT


def draw_unvaried(pen_digits: Sequence[PenDigit]) -> Digits:
    """Return each digit once, as the page's pad draws it and without any variation."""
    images = [to_mnist(draw_strokes(digit.strokes, PAD_PEN_WIDTH)) for digit in pen_digits]
    labels = np.array([digit.label for digit in pen_digits], np.uint8)
    return Digits(np.array(images, np.uint8).reshape(-1, SIDE_PX, SIDE_PX), labels)


def draw_texture(rng: np.random.Generator) -> Image.Image:
    """Return a picture of random blobs or grain, of random size and contrast."""
    finest, coarsest = np.log(GRAIN_PX)
    grain = gaussian_filter(
        rng.standard_normal((TEXTURE_PX, TEXTURE_PX)), np.exp(rng.uniform(finest, coarsest, 2))
    )
    threshold = np.quantile(grain, rng.uniform(0.5, 0.95))
    contrast = np.exp(rng.uniform(0, 3)) / grain.std()
    ink = (0.5 + (grain - threshold) * contrast).clip(0, 1)
    return Image.fromarray(np.rint(255 * (1 - ink)).astype(np.uint8))
