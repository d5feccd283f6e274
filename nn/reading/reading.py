"""What is read in a picture, as values: its digits, marks and lines, and what was left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn.reading.doubts import Doubt, DoubtfulSign, Match, ReasonNotRead, SignDoubt
from nn.reading.mnist import Pixels

MAX_MISSED = 0.5  # probability of signs where none is read, above which one may be missing

Activations = NDArray[np.floating]
Box = tuple[float, float, float, float]
"""x, y, width and height. Stages of reading measure it in pixels of the ink, a ``Reading`` in
pixels of the picture, upright."""


@dataclass(frozen=True)
class LeftOut:
    """A box of ink that was not read, and why."""

    box: Box
    why: ReasonNotRead


@dataclass(frozen=True, repr=False)
class Digit:
    """A digit that is read in a picture.

    Attributes
    ----------
    activations
        (10,): that of each class, in six decimals.
    image
        uint8 (28, 28): the network's input, which is not compared.
    box
        Of its ink.
    line
        Number of its line, from 0.
    doubt
        Why the digit is not certain; None if it is.
    by_digits, by_lines
        The probability of the digit by the network of digits, and by the network of lines.
    is_agreed
        Whether it is the likeliest digit by each of the two networks.
    is_cut
        Whether it was cut from ink that it shares with a neighbour.
    is_slash
        Whether it is a 1 like a slash: it reaches beyond the others above and below, or is a thin
        line that leans more than they do or is higher.
    may_be_other
        Whether it may be another sign: it is as low beside the others as a power or an index, or
        has ink above or below it, or is struck out, or a blot, or it is a first 1 like a bar, or it
        is read in another line, too.
    """

    activations: Sequence[float]
    image: Pixels = field(compare=False)
    box: Box
    line: int = 0
    doubt: Doubt | None = None
    by_digits: float = 1.0
    by_lines: float = 1.0
    is_agreed: bool = True
    is_cut: bool = False
    is_slash: bool = False
    may_be_other: bool = False

    @property
    def digit(self) -> int:
        """The best guess."""
        return self.activations.index(self.confidence)

    @property
    def confidence(self) -> float:
        """Its activation, 0 to 1."""
        return max(self.activations)

    @property
    def agreement(self) -> float:
        """The probability by the network of lines, 0 where the two networks differ."""
        return self.by_lines if self.is_agreed else 0.0

    @property
    def certain(self) -> bool:
        """Whether to rely on the digit."""
        return self.doubt is None

    def __repr__(self) -> str:
        kept = f"confidence={self.confidence:g}, certain={self.certain}"
        return f"Digit(digit={self.digit}, {kept})"

    def to_dict(self) -> dict[str, Any]:
        """Return what is read, as /read of the server names it, without the image."""
        return {
            "digit": self.digit,
            "confidence": self.confidence,
            "certain": self.certain,
            "doubt": self.doubt,
            "activations": list(self.activations),
            "line": self.line,
            "box": list(self.box),
        }


def without_closing_marks(text: str) -> str:
    """Return a text without a point, a comma, .- or ,- after the last digit of each line.

    With them and without them, the number is the same.
    """
    return re.sub("[.,]-?$", "", text, flags=re.MULTILINE)


def rounded(activations: Activations) -> list[float]:
    """Return a network's activations (10,) in six decimals, as a ``Digit`` keeps them."""
    return [round(float(activation), 6) for activation in activations]


@dataclass(frozen=True)
class Mark:
    """A decimal point, comma or minus sign.

    Attributes
    ----------
    box
        Of its ink.
    character
        What it is read as.
    position
        The number of digits of its line that are before it.
    features
        From which its certainty is judged: those of ``certainty_model.Kind.MARK``.
    may_be_other
        Whether it may be no mark or another one: it is improbable, has no ink, or is a comma as
        short as a point. After the last digit, whether it may be another sign: without the mark,
        the number is the same.
    is_sure
        Whether it is surely that.
    """

    box: Box
    character: Literal[".", ",", "-"]
    position: int
    features: Mapping[str, float] = field(default_factory=dict)
    may_be_other: bool = False
    is_sure: bool = True


@dataclass(frozen=True)
class Sign:
    """A sign of a line, as the network of lines reads it.

    Attributes
    ----------
    label
        Its class: a digit, or one of ``strip``'s classes after these.
    probabilities
        float64 (15,): of each class, and of no sign.
    middle_px
        Column of the strip at which the network finds it.
    frames
        Those whose likeliest class it is, from 0.
    """

    label: int
    probabilities: Activations
    middle_px: float
    frames: range


@dataclass(frozen=True, eq=False, repr=False)
class Strip:
    """What the network of lines takes and computes of a line of writing.

    Attributes
    ----------
    image
        uint8 (48, W): the network's input, without the paper that is added beside it.
    box
        Of it.
    frames
        float (T, 15): the probability of each class and of the blank in each frame.
    signs
        From left to right.
    """

    image: Pixels
    box: Box
    frames: Activations
    signs: Sequence[Sign]


@dataclass(frozen=True, repr=False)
class Line:
    """A number: its digits and its marks, both from left to right.

    Attributes
    ----------
    digits, marks
        At least one digit.
    doubtful_gaps
        The counts of digits before each gap so wide that it may separate two numbers.
    missed
        The highest probability by the network of lines that there is a sign where none is read.
    uncovered
        The height of the highest ink that is in no sign, over that of the digits.
    match
        The likeliest allowed text where only some are allowed, or ``NO_MATCH``.
    strip
        Number of the ``Strip`` from which it is read, from 0.
    """

    digits: Sequence[Digit]
    marks: Sequence[Mark] = ()
    doubtful_gaps: Sequence[int] = ()
    missed: float = 0.0
    uncovered: float = 0.0
    match: Match | None = None
    strip: int = 0

    @property
    def may_have_more(self) -> bool:
        """Whether there may be another sign between those that are read."""
        return self.missed > MAX_MISSED

    @property
    def is_doubtful(self) -> bool:
        """Whether a digit, a mark or a gap of it is doubtful, or a sign may be missing."""
        are_sure = all(mark.is_sure for mark in self.marks)
        is_spaced = not (self.doubtful_gaps or self.may_have_more)
        return not (are_sure and is_spaced and all(digit.certain for digit in self.digits))

    @property
    def certain(self) -> bool:
        """Whether to rely on the number."""
        return not self.is_doubtful if self.match is None else self.match.misfit is None

    @property
    def confidence(self) -> float:
        """The least of its digits' confidences, or the allowed text's, 0 to 1."""
        if self.match:
            return self.match.confidence
        return min(digit.confidence for digit in self.digits)

    @property
    def box(self) -> Box:
        """Of its digits and marks."""
        boxes = [*(digit.box for digit in self.digits), *(mark.box for mark in self.marks)]
        left, top = (min(box[axis] for box in boxes) for axis in (0, 1))
        right, bottom = (max(box[axis] + box[axis + 2] for box in boxes) for axis in (0, 1))
        return left, top, right - left, bottom - top

    def __repr__(self) -> str:
        kept = f"confidence={self.confidence:g}, certain={self.certain}"
        return f"Line(text={self.text!r}, {kept})"

    @property
    def number(self) -> str:
        """The digits of the text alone."""
        return "".join(filter(str.isdigit, self.text))

    @property
    def text(self) -> str:
        """The text that is read, or the likeliest allowed one, empty if none fits."""
        return self.match.text if self.match else self.read

    @property
    def read(self) -> str:
        """The digits and marks, such as "3.14", "-72" or "1,000"."""
        number = "".join(str(digit.digit) for digit in self.digits)
        ends = [0, *(mark.position for mark in self.marks), len(number)]
        digits = [number[start:end] for start, end in pairwise(ends)]
        marks = ["", *(mark.character for mark in self.marks)]
        return "".join(mark + part for mark, part in zip(marks, digits, strict=True))

    @property
    def texts_apart(self) -> list[str]:
        """The parts of the text that its doubtful gaps separate; all of it without any.

        A point or comma in a gap stays with the digit before it, a minus goes with the one after.
        """
        gaps = set(self.doubtful_gaps)
        parts, n_digits = [""], 0
        for character in self.text:
            if n_digits in gaps and character not in ".,":
                gaps.remove(n_digits)
                parts.append("")
            parts[-1] += character
            n_digits += character.isdigit()
        return parts


@dataclass(frozen=True, repr=False)
class Reading:
    """What is read in a picture of one digit, or of numbers.

    Attributes
    ----------
    lines
        The numbers from top to bottom and from left to right; a digit alone is a line, too.
    doubt
        Why not to rely on all of it; None if it is certain.
    left_out
        Ink of a digit's size that was not read.
    width, height
        Of the picture, upright, in pixels.
    is_number
        Whether it is read as numbers, and not as one digit.
    features
        From which the certainty of one digit is judged, as ``certainty_model.FEATURES`` names them.
    certain_from
        The least risk at which it is certain, inf if it is at none: at another risk the same is
        read, and certain from here on.
    strips
        What the network of lines has read, none where one digit is plain without it; they are not
        compared.
    """

    lines: Sequence[Line]
    doubt: Doubt | None
    left_out: Sequence[LeftOut]
    width: int
    height: int
    is_number: bool
    features: Mapping[str, float] = field(default_factory=dict)
    certain_from: float = inf
    strips: Sequence[Strip] = field(default=(), compare=False)

    @property
    def is_restricted(self) -> bool:
        """Whether each line is read as the likeliest allowed text: its ``match``."""
        return any(line.match for line in self.lines)

    @property
    def digits(self) -> list[Digit]:
        """In reading order; at least one."""
        return [digit for line in self.lines for digit in line.digits]

    @property
    def digit(self) -> int:
        """The digit of a picture of one, as its ``activations`` and ``image``."""
        return self._one_digit.digit

    @property
    def activations(self) -> Sequence[float]:
        """(10,): of each class, of a picture of one digit."""
        return self._one_digit.activations

    @property
    def image(self) -> Pixels:
        """uint8 (28, 28): the network's input, of a picture of one digit."""
        return self._one_digit.image

    @property
    def _one_digit(self) -> Digit:
        if len(self.digits) > 1:
            raise ValueError(f"The picture holds {len(self.digits)} digits: digits lists them.")
        return self.digits[0]

    @property
    def text(self) -> str:
        """What is written, such as "-3.14", lines joined by line breaks."""
        return "\n".join(line.text for line in self.lines)

    @property
    def number(self) -> str:
        """The digits of it alone."""
        return "\n".join(line.number for line in self.lines)

    @property
    def text_apart(self) -> str | None:
        """The text if each gap that may separate two numbers does; None without such a gap."""
        if self.is_restricted:  # each line is one number
            return None
        if not any(line.doubtful_gaps for line in self.lines):
            return None
        return "\n".join(part for line in self.lines for part in line.texts_apart)

    @property
    def doubtful_signs(self) -> list[DoubtfulSign]:
        """What is doubtful between the digits, line by line: marks, gaps, then a missing sign.

        Of a certain reading nothing is, nor of lines that are read as allowed texts.
        """
        doubtful = list[DoubtfulSign]()
        if self.is_restricted:
            return doubtful
        for number, line in enumerate(self.lines):
            doubtful += [
                DoubtfulSign(SignDoubt.MARK, number, mark.position, mark.character)
                for mark in line.marks
                if not mark.is_sure
            ]
            doubtful += [DoubtfulSign(SignDoubt.GAP, number, gap) for gap in line.doubtful_gaps]
            doubtful += [DoubtfulSign(SignDoubt.MISSING_SIGN, number)] * line.may_have_more
        return doubtful

    @property
    def matches(self) -> list[Match]:
        """The likeliest allowed text of each line where only some are allowed."""
        return [line.match for line in self.lines if line.match]

    @property
    def certain(self) -> bool:
        """Whether to rely on all of it."""
        return self.doubt is None

    @property
    def confidence(self) -> float:
        """The least of its lines' confidences."""
        return min(line.confidence for line in self.lines)

    def __repr__(self) -> str:
        kept = f"confidence={self.confidence:g}, certain={self.certain}"
        return f"Reading(text={self.text!r}, {kept})"

    def to_dict(self) -> dict[str, Any]:
        """Return what is read, as /read of the server names it, without images and messages."""
        allowed = [match.to_dict() if match.text else None for match in self.matches]
        numbers = [line.number for line in self.lines]
        return {
            "number": "\n".join(numbers),
            "text": self.text,
            "lines": numbers,
            "certain": self.certain,
            "doubt": self.doubt,
            "certain_from": self.certain_from if self.certain_from < inf else None,
            "digits": [digit.to_dict() for digit in self.digits],
            "doubtful_signs": [vars(sign) for sign in self.doubtful_signs],
            "text_apart": self.text_apart,
            "left_out": [{"box": list(ink.box), "why": ink.why} for ink in self.left_out],
            "width": self.width,
            "height": self.height,
            **({"allowed": allowed} if allowed else {}),
        }
