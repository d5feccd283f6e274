"""Pictures of one digit that may show something else: in several pieces, or crossed out."""

from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.ink.edge import LEAST_PX
from nn.reading.ink.extract import Sheet
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import INK_LEVEL, Ink, crop, outline
from nn.reading.numbers.components import Component
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.struck import may_be_struck
from nn.reading.numbers.types import Classify, NumberReading, TooManyDigits
from nn.reading.numbers.working_size import at_working_size

SLIP = 0.3  # longer side of the largest slip of the pen or speck of a scan, over the digit's
REACH = 1.0  # distance from the digit within which a photograph is read, over the digit's size


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


def read_pieces(
    sheet: Sheet, classify: Classify, reading: NumberReading | None = None
) -> SecondReading:
    """Return what a picture of one digit is as a number if there are several pieces of ink.

    Parameters
    ----------
    sheet
        Of the picture.
    classify
        As of ``read_lines``.
    reading
        Of all the ink of the sheet, if that has been read.
    """
    if not is_in_pieces(sheet) and not sheet.has_more_than_digit:
        return SecondReading(None, [])
    is_even = isinstance(sheet.source, EvenInk)
    left, top, ink = (0, 0, sheet.ink) if is_even else _around_digit(sheet)
    if reading is None or not is_even:
        try:
            reading = read_lines(ink, classify)
        except TooManyDigits:
            return SecondReading(None, [])
    least_px = SLIP * max((max(digit.box[2:]) for digit in reading.digits), default=0)
    if is_even and max(sheet.grey.shape) >= LEAST_PX:
        least_px = 0  # in a drawing there are no specks
    beside = [mark.box for line in reading.lines for mark in line.marks]
    beside += [each.box for each in reading.left_out if max(each.box[2:]) >= least_px]
    return SecondReading(
        int(reading.digits[0].activations.argmax()) if len(reading.digits) == 1 else None,
        [
            LeftOut((left + x, top + y, width, height), Why.BESIDE_THE_DIGIT)
            for x, y, width, height in beside
        ],
    )


def may_be_crossed_out(sheet: Sheet, label: int) -> bool:
    """Return whether the one digit of a picture, which is read as ``label``, may be crossed out."""
    return may_be_struck(to_component(sheet.digit), label)


def to_component(digit: Ink) -> Component:
    """Return the ink (H, W) of one digit at the size at which the digits of numbers are read."""
    ink = crop(digit)
    return Component(0, 0, crop(at_working_size(ink, len(ink))))


def is_in_pieces(sheet: Sheet) -> bool:
    """Return whether the ink of a picture's one digit is more than one component.

    In the network's input, narrow gaps are closed. To fill one component is quicker than to label
    all, which OpenCV does in several threads.
    """
    is_ink = (to_component(sheet.digit).ink >= INK_LEVEL).view(np.uint8)
    n_ink = int(np.count_nonzero(is_ink))
    y, x = divmod(int(is_ink.argmax()), is_ink.shape[1])
    n_filled, *_ = cv2.floodFill(is_ink, None, (x, y), 2, flags=8)
    return n_filled < n_ink


def _around_digit(sheet: Sheet) -> tuple[int, int, Ink]:
    """Return the ink (h, w) around the digit of a photograph, and its left and top."""
    x, y, width_px, height_px = outline(sheet.digit)
    reach_px = round(REACH * max(width_px, height_px))
    left, top = max(0, x - reach_px), max(0, y - reach_px)
    return left, top, sheet.ink[top : y + height_px + reach_px, left : x + width_px + reach_px]
