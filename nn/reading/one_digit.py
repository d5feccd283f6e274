"""Pictures of one digit in several pieces, read as numbers: a piece may be of something else."""

from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.ink.edge import LEAST_PX
from nn.reading.ink.extract import Sheet
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL, Pixels
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import Classify, TooManyDigits

SLIP = 0.3  # longer side of the largest slip of the pen or speck of a scan, over the digit's


@dataclass(frozen=True)
class SecondReading:
    """What a picture of one digit is if it is read as a number.

    Attributes
    ----------
    digit
        What the one digit is read as; None where the picture is not read a second time, or not as
        one digit.
    beside
        Marks and other writing beside the digit, with boxes in pixels of the ink.
    """

    digit: int | None
    beside: list[LeftOut]


def read_pieces(sheet: Sheet, image: Pixels, classify: Classify) -> SecondReading:
    """Return what a picture of one digit is as a number if its digit is in several pieces.

    Parameters
    ----------
    sheet
        Of the picture.
    image
        uint8 (28, 28): the network's input for all the pieces together.
    classify
        As of ``read_lines``.
    """
    n_components, _ = cv2.connectedComponents((image >= 255 * INK_LEVEL).view(np.uint8))
    if n_components <= 2:  # the paper and the digit
        return SecondReading(None, [])
    is_even = isinstance(sheet.source, EvenInk)
    try:
        reading = read_lines(sheet.ink if is_even else sheet.digit, classify)
    except TooManyDigits:
        return SecondReading(None, [])
    sizes_px = [max(digit.box[2:]) for digit in reading.digits]
    is_drawing = is_even and max(sheet.grey.shape) >= LEAST_PX
    least_px = 0 if is_drawing else SLIP * max(sizes_px, default=0)
    beside = [mark.box for line in reading.lines for mark in line.marks]
    beside += [each.box for each in reading.left_out if max(each.box[2:]) >= least_px]
    return SecondReading(
        int(reading.digits[0].activations.argmax()) if len(reading.digits) == 1 else None,
        [LeftOut(box, Why.BESIDE_THE_DIGIT) for box in beside],
    )
