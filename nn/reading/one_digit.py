"""What a picture of one digit holds besides it: a point, a minus sign, a small letter or number."""

import cv2
import numpy as np

from nn.reading.ink.extract import Sheet
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL, Pixels
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import Classify, TooManyDigits

LEAST_SIZE = 0.3  # longer side of other writing, over the digit's: smaller is a speck or a slip


def ink_beside_digit(sheet: Sheet, image: Pixels, classify: Classify) -> list[LeftOut]:
    """Return what is read as no part of the one digit on a sheet, with boxes in pixels of the ink.

    Parameters
    ----------
    sheet
        Of a picture of one digit.
    image
        uint8 (28, 28): the network's input.
    classify
        As of ``read_lines``; asked only where the input is in several pieces.
    """
    n_components, _ = cv2.connectedComponents((image >= 255 * INK_LEVEL).view(np.uint8))
    if n_components <= 2:  # the paper and the digit
        return []
    ink = sheet.ink if isinstance(sheet.source, EvenInk) else sheet.digit
    try:
        reading = read_lines(ink, classify)
    except TooManyDigits:
        return []
    least_px = LEAST_SIZE * max((max(digit.box[2:]) for digit in reading.digits), default=0)
    boxes = [mark.box for line in reading.lines for mark in line.marks]
    boxes += [each.box for each in reading.left_out if max(each.box[2:]) >= least_px]
    return [LeftOut(box, Why.BESIDE_THE_DIGIT) for box in boxes]
