"""The pictures that the convnet learns beside MNIST: pen strokes, styles of writing, non-digits.

MNIST is American, and of its pictures only pixels can be moved. Strokes can be drawn with any pen,
templates give styles that no data set has, and pictures of no digit teach low confidence.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from nn.data.digits import NO_DIGIT, Character, Digits, Stroke
from nn.data.handwriting import (
    Handwriting,
    at_most_of_writer,
    equally,
    unlike_digits,
    whole_digits,
)
from nn.data.synthetic.composed import draw_composition, write_over
from nn.data.synthetic.cut_digits import draw_cut_digits
from nn.data.synthetic.drawing import PAD_PEN_WIDTH, draw_strokes, render_variations
from nn.data.synthetic.lines import LineWriter
from nn.data.synthetic.non_digits import CROSSING_SLOPES, cross_out, draw_non_digit
from nn.data.synthetic.styles import write_digit
from nn.reading.mnist import SIDE_PX
from nn.reading.page.find import to_mnist

BATCH_SIZE = 1000  # pictures drawn between two steps of the progress bar
TEXTURE_PX = 64  # side of a texture, before it is prepared as an input
GRAIN_PX = (0.5, 8)  # finest and coarsest grain of a texture


@dataclass(frozen=True)
class Mixture:
    """How many pictures of each kind to draw.

    Attributes
    ----------
    pen_copies, unipen_copies
        Variations of each recorded digit of pendigits, and of UNIPEN.
    max_of_writer
        Digits by one of UNIPEN's writers, and letters and symbols: some wrote a tenth of all.
    per_label
        UNIPEN's letters and symbols of each label.
    n_template_digits
        Digits from the templates of styles, each label equally likely.
    n_cut
        Digits, and wrong cuts, out of photographed lines.
    n_crossed_out, n_non_digits, n_textures
        Recorded digits crossed out by a line, drawings from templates, and textures.
    n_composed, n_written_over
        Drawings of several shapes, and recorded digits written over each other.
    n_numbers, n_swiss
        Cut-outs of real numbers, of which each gives several digits, and of Swiss digits.
    """

    pen_copies: int = 4
    unipen_copies: int = 3
    max_of_writer: int = 250
    per_label: int = 300
    n_template_digits: int = 24_000
    n_cut: int = 16_000
    n_crossed_out: int = 4_000
    n_non_digits: int = 10_000
    n_textures: int = 1_000
    n_composed: int = 8_000
    n_written_over: int = 2_000
    n_numbers: int = 24_000
    n_swiss: int = 24_000

    def scaled(self, share: float) -> "Mixture":
        """Return the mixture of which a share of the handwriting gives a share of the pictures."""
        copies = {"pen_copies", "unipen_copies"}
        counts = {key: value for key, value in asdict(self).items() if key not in copies}
        return replace(self, **{key: math.ceil(share * value) for key, value in counts.items()})

    def draw(self, handwriting: Handwriting, rng: np.random.Generator) -> Iterator[Digits]:
        """Yield the drawn pictures, up to ``BATCH_SIZE`` at a time; non-digits are labelled 10.

        The same handwriting and an rng in the same state give the same pictures.
        """
        drawings = self._drawings(handwriting, rng)
        while batch := list(itertools.islice(drawings, BATCH_SIZE)):
            labels = np.array([label for _, label in batch], np.uint8)
            yield Digits(render_variations([strokes for strokes, _ in batch], rng), labels)
        yield handwriting.foreign
        characters = at_most_of_writer(self.max_of_writer, handwriting.characters, rng)
        digits = [*handwriting.pen_digits, *whole_digits(characters)]
        writer = LineWriter(digits, unlike_digits(characters))
        for start in range(0, self.n_cut, BATCH_SIZE):
            n_pictures = min(BATCH_SIZE, self.n_cut - start)
            yield draw_cut_digits(writer, rng, n_pictures)
        if self.n_textures:
            textures = np.stack([to_mnist(draw_texture(rng)) for _ in range(self.n_textures)])
            yield Digits(textures, np.full(self.n_textures, NO_DIGIT, np.uint8))

    def _drawings(
        self, handwriting: Handwriting, rng: np.random.Generator
    ) -> Iterator[tuple[Sequence[Stroke], int]]:
        """Yield the strokes and the label of each drawing."""
        for digit in handwriting.pen_digits:
            yield from itertools.repeat((digit.strokes, digit.label), self.pen_copies)
        most, characters = self.max_of_writer, handwriting.characters
        for character in at_most_of_writer(most, whole_digits(characters), rng):
            labelled = character.strokes, character.label
            yield from itertools.repeat(labelled, self.unipen_copies)
        others = at_most_of_writer(most, unlike_digits(characters), rng)
        for character in equally(self.per_label, others, rng):
            yield character.strokes, NO_DIGIT
        for label in rng.integers(10, size=self.n_template_digits).tolist():
            yield write_digit(label, rng), label
        crossable = [digit for digit in handwriting.pen_digits if digit.label in CROSSING_SLOPES]
        for number in rng.integers(len(crossable), size=self.n_crossed_out).tolist():
            digit = crossable[number]
            yield cross_out(digit.strokes, digit.label, rng), NO_DIGIT
        for _ in range(self.n_non_digits):
            yield draw_non_digit(rng), NO_DIGIT
        for _ in range(self.n_composed):
            yield draw_composition(rng), NO_DIGIT
        for _ in range(self.n_written_over):
            yield write_over(handwriting.pen_digits, rng), NO_DIGIT


def draw_unvaried(digits: Sequence[Character]) -> Digits:
    """Return each digit once, as the page's pad draws it and without any variation."""
    images = [to_mnist(draw_strokes(digit.strokes, PAD_PEN_WIDTH)) for digit in digits]
    labels = np.array([digit.label for digit in digits], np.uint8)
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
