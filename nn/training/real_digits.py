"""The digits of real numbers as the reader cuts them out, for training a network of digits.

A network that has learnt MNIST's digits alone doubts what is cut out of old registers and tables:
other pens, other hands, a neighbour's stroke, the rest of a rule.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.data.numbers import RealNumber, load_registers, load_swiss_digits, load_weather
from nn.decoding.picture_errors import PictureError
from nn.decoding.picture_files import Picture, PictureSize
from nn.models import ink_network, line_network
from nn.reading.lines.signs import read_lines
from nn.reading.lines.strip import ReadStrip, strip_reader
from nn.reading.mnist import SIDE_PX, Ink, Pixels
from nn.reading.page.find import find_page
from nn.reading.page.segment import Segment, segmenter
from nn.training.drawing import draw_in_parallel
from nn.training.line_training import capped, distort, trimmed


@dataclass(frozen=True)
class CutOuts:
    """Cuts the digits out of real numbers.

    Attributes
    ----------
    numbers, single
        Cut-outs of numbers, and of single digits.
    segment, read_strip
        The networks of ink and of lines.
    """

    numbers: list[RealNumber]
    single: list[RealNumber]
    segment: Segment
    read_strip: ReadStrip

    def of_number(self, rng: np.random.Generator) -> list[tuple[Pixels, int]]:
        """Return the digits of a number as inputs (28, 28) with their labels.

        None, if the network of lines reads another number: then it is not known which is which.
        """
        number = self.numbers[rng.integers(len(self.numbers))]
        picture = to_picture(distort(trimmed(number, rng), rng))
        try:
            with threadpool_limits(1, user_api="blas"):
                page = find_page(picture, self.segment)
                found = read_lines(page, _undecided, self.read_strip).digits
        except PictureError:
            return []
        if "".join(str(digit.digit) for digit in found) != number.digits:
            return []
        return [(digit.image, digit.digit) for digit in found]

    def of_digit(self, rng: np.random.Generator) -> list[tuple[Pixels, int]]:
        """Return a single digit as an input (28, 28) with its label, or nothing."""
        number = self.single[rng.integers(len(self.single))]
        try:
            with threadpool_limits(1, user_api="blas"):
                page = find_page(to_picture(distort(number.grey, rng)), self.segment)
        except PictureError:
            return []
        return [(page.image, int(number.text))]


def cut_out_digits(
    n_numbers: int, n_swiss: int, folder: Path | None, rng: np.random.Generator
) -> Digits:
    """Return the digits of cut-outs of registers and weather sheets, and of the Swiss forms.

    Each number is slanted and turned in another way each time. Raise DataError if they are not in
    the data folder.
    """
    if not n_numbers + n_swiss:
        return Digits(np.zeros((0, SIDE_PX, SIDE_PX), np.uint8), np.zeros(0, np.uint8))
    numbers = capped([*load_registers("train", folder), *load_weather("train", folder)])
    cut_outs = CutOuts(
        numbers,
        [*load_swiss_digits("train", folder)],
        segmenter(ink_network.load().network.activations),
        strip_reader(line_network.load().network.activations),
    )
    drawn = itertools.chain(
        draw_in_parallel(cut_outs.of_number, n_numbers, rng),
        draw_in_parallel(cut_outs.of_digit, n_swiss, rng),
    )
    images, labels = list[Pixels](), list[int]()
    for image, label in itertools.chain.from_iterable(drawn):
        images.append(image)
        labels.append(label)
    return Digits(
        np.array(images, np.uint8).reshape(-1, SIDE_PX, SIDE_PX), np.array(labels, np.uint8)
    )


def to_picture(grey: Pixels) -> Picture:
    """Return grey levels (H, W) as a picture."""
    image = Image.fromarray(grey)
    return Picture(image, PictureSize(*image.size))


def _undecided(inputs: Ink) -> Array:
    """Return the same activation of each digit (N, 10): the network of lines alone reads."""
    return np.full((len(inputs), 10), 0.1, np.float32)
