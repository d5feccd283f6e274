"""The result of reading numbers, and its limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nn.reading.allowed import Match
from nn.reading.certainty import DoubtfulSign, LeftOut, SignDoubt
from nn.reading.mnist import Pixels

MAX_DIGITS = 100  # in one picture: a full sudoku has 81

Box = tuple[float, float, float, float]
"""x, y, width and height in pixels of the ink."""

Activations = NDArray[np.floating]
Classify = Callable[[Pixels], Activations]
"""Takes images uint8 (N, 28, 28), returns the probability of each digit, float (N, 10)."""
ReadStrip = Callable[[Pixels], Activations]
"""Takes a strip uint8 (48, W), returns for each frame the probability of each class of ``strip``
and of the blank, float (T, 15)."""


class TooManyDigits(ValueError):
    """The picture holds more digits, or more pieces of ink, than numbers that are read may have."""


@dataclass(frozen=True)
class DetectedDigit:
    """One digit of a picture.

    Attributes
    ----------
    box
        Of its ink.
    image
        uint8 (28, 28): the digit network's input.
    activations
        float (10,): the probability of each digit.
    is_cut
        Whether it was cut from ink that it shares with a neighbour.
    agreement
        The probability of the digit by the network of lines, 0 if that reads another one.
    may_be_other
        Whether it may be another sign: it is as low beside the others as a power or an index, or a
        1 that reaches beyond them above and below like a slash, or it is read in another line, too.
    """

    box: Box
    image: Pixels
    activations: Activations
    is_cut: bool
    agreement: float
    may_be_other: bool = False


@dataclass(frozen=True)
class Mark:
    """A decimal point, comma or minus sign.

    Attributes
    ----------
    box
        Of its ink.
    character
        What it is read as.
    is_sure
        Whether the network of lines is sure of it.
    position
        The number of digits of its line that are before it.
    """

    box: Box
    character: Literal[".", ",", "-"]
    is_sure: bool
    position: int


@dataclass(frozen=True)
class NumberLine:
    """A number: its digits and its marks, both from left to right.

    ``doubtful_gaps`` are the counts of digits before each gap so wide that it may separate two
    numbers; ``may_have_more`` says whether the network of lines finds another sign possible between
    those that are read; ``match`` is the likeliest allowed text where only some are allowed.
    """

    digits: list[DetectedDigit]
    marks: list[Mark]
    doubtful_gaps: tuple[int, ...] = ()
    may_have_more: bool = False
    match: Match | None = None

    @property
    def number(self) -> str:
        """The digits of the text alone."""
        return "".join(filter(str.isdigit, self.text))

    @property
    def text(self) -> str:
        """The likeliest allowed text, or else the text that is read."""
        return self.match.text if self.match else self.read

    @property
    def read(self) -> str:
        """The digits and marks, such as "3.14", "-72" or "1,000"."""
        number = "".join(str(digit.activations.argmax()) for digit in self.digits)
        ends = [0, *(mark.position for mark in self.marks), len(number)]
        digits = [number[start:end] for start, end in pairwise(ends)]
        marks = ["", *(mark.character for mark in self.marks)]
        return "".join(mark + part for mark, part in zip(marks, digits, strict=True))


@dataclass(frozen=True)
class NumberReading:
    """What is read in a picture.

    Attributes
    ----------
    lines
        From top to bottom and from left to right, each of one or more digits.
    left_out
        Other signs, and ink as high as a digit of which no sign is read, from top to bottom; boxes
        are in pixels of the ink.
    small
        The boxes of lower ink of which no sign is read.
    """

    lines: list[NumberLine]
    left_out: list[LeftOut]
    small: list[Box] = field(default_factory=list)

    @property
    def digits(self) -> list[DetectedDigit]:
        """All digits, line by line."""
        return [digit for line in self.lines for digit in line.digits]

    @property
    def doubtful_signs(self) -> list[DoubtfulSign]:
        """What is doubtful between the digits, line by line: marks, gaps, then a missing sign."""
        doubtful = []
        for number, line in enumerate(self.lines):
            doubtful += [
                DoubtfulSign(SignDoubt.MARK, number, mark.position, mark.character)
                for mark in line.marks
                if not mark.is_sure
            ]
            doubtful += [DoubtfulSign(SignDoubt.GAP, number, gap) for gap in line.doubtful_gaps]
            doubtful += [DoubtfulSign(SignDoubt.MISSING_SIGN, number)] * line.may_have_more
        return doubtful
