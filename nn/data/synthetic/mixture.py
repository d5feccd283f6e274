"""What the convnet learns beside MNIST: pen strokes, more styles of writing, and what is no digit.

MNIST is American, and in its pictures only pixels can be moved. Strokes can be written anew with
any pen, and templates give the styles that no set holds. Pictures of no digit teach doubt.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from nn.data.digits import NO_DIGIT, Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic.drawing import PAD_PEN_WIDTH, draw, to_pictures
from nn.data.synthetic.non_digits import scrawl
from nn.data.synthetic.styles import write
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import SIDE_PX

N_AT_ONCE = 1000  # pictures between two signs of progress
CANVAS_PX = 64  # side of a pattern, before it is made an input
GRAIN_PX = (0.5, 8)  # finest and coarsest pattern on it

Drawing = tuple[list[Stroke], int]
"""The strokes of a drawing, and its label."""


@dataclass(frozen=True)
class Mixture:
    """How many pictures of each kind to draw.

    Attributes
    ----------
    pen_copies
        Of each digit that a pen was recorded writing; each copy is varied.
    written
        Digits from the templates of styles, about as many of each digit.
    scrawled, textured
        Drawings, and patterns, that are no digit.
    """

    pen_copies: int = 4
    written: int = 16_000
    scrawled: int = 10_000
    textured: int = 1_000

    def size(self, n_pen: int) -> int:
        """Return how many pictures are drawn if a pen was recorded writing ``n_pen`` digits."""
        return n_pen * self.pen_copies + self.written + self.scrawled + self.textured

    def draw(self, pen: Sequence[PenDigit], rng: np.random.Generator) -> Iterator[Digits]:
        """Yield the pictures, up to ``N_AT_ONCE`` at a time; those of no digit are labelled 10.

        The same digits and an rng in the same state give the same pictures.
        """
        drawings = self._drawings(pen, rng)
        while some := list(itertools.islice(drawings, N_AT_ONCE)):
            labels = np.array([label for _, label in some], np.uint8)
            yield Digits(to_pictures([strokes for strokes, _ in some], rng), labels)
        if self.textured:
            patterns = np.stack([to_mnist(texture(rng)) for _ in range(self.textured)])
            yield Digits(patterns, np.full(self.textured, NO_DIGIT, np.uint8))

    def _drawings(self, pen: Sequence[PenDigit], rng: np.random.Generator) -> Iterator[Drawing]:
        """Yield the drawings kind by kind."""
        for digit in pen:
            yield from itertools.repeat((digit.strokes, digit.label), self.pen_copies)
        for label in rng.integers(10, size=self.written).tolist():
            yield write(label, rng), label
        for _ in range(self.scrawled):
            yield scrawl(rng), NO_DIGIT


def as_written(pen: Sequence[PenDigit]) -> Digits:
    """Return each digit once, as the page's pad draws it and without any variation."""
    images = [to_mnist(draw(digit.strokes, PAD_PEN_WIDTH)) for digit in pen]
    labels = np.array([digit.label for digit in pen], np.uint8)
    return Digits(np.array(images, np.uint8).reshape(-1, SIDE_PX, SIDE_PX), labels)


def texture(rng: np.random.Generator) -> Image.Image:
    """Return a picture of random blobs or grain, of any size and contrast."""
    finest, coarsest = np.log(GRAIN_PX)
    grain = gaussian_filter(
        rng.standard_normal((CANVAS_PX, CANVAS_PX)), np.exp(rng.uniform(finest, coarsest, 2))
    )
    threshold = np.quantile(grain, rng.uniform(0.5, 0.95))
    contrast = np.exp(rng.uniform(0, 3)) / grain.std()
    ink = (0.5 + (grain - threshold) * contrast).clip(0, 1)
    return Image.fromarray(np.rint(255 * (1 - ink)).astype(np.uint8))
