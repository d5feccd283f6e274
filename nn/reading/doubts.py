"""Why an answer is not certain, and what else may be written there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal


class Doubt(StrEnum):
    """Why not to rely on an answer, the gravest reason first: an answer gives one."""

    INK_LEFT_OUT = "ink_left_out"  # the digits may be right, but are not all that is written
    TOUCHING = "touching"  # where one digit ends and the next begins is a guess
    NOT_A_DIGIT = "not_a_digit"
    UNCLEAR = "unclear"


class SignDoubt(StrEnum):
    """What is doubtful between the digits of a number."""

    MARK = "mark"  # a point, comma or minus may be another sign, or none
    GAP = "gap"  # it may separate two numbers
    MISSING_SIGN = "missing_sign"  # there may be one more than is read


@dataclass(frozen=True)
class DoubtfulSign:
    """A mark, a gap or a missing sign that makes a number doubtful.

    Attributes
    ----------
    what
        Which of them it is.
    line
        The number, from 0.
    position
        The count of its digits that are before the mark or gap; None for a missing sign.
    sign
        What a mark is read as; None for the others.
    """

    what: SignDoubt
    line: int
    position: int | None = None
    sign: Literal[".", ",", "-"] | None = None


class ReasonNotRead(StrEnum):
    """Why ink of a digit's size was not read."""

    NOT_A_DIGIT = "not_a_digit"  # a letter, a sign, a drawing, a crossed-out digit
    BESIDE_THE_DIGIT = "beside_the_digit"  # other writing in a picture of one digit
    CUT_BY_EDGE = "cut_by_edge"  # goes on beyond the picture
    TAKEN_FOR_LINE = "taken_for_line"  # looks like a rule or print, but may be writing
    FAINT = "faint"  # much paler than the rest, such as erased pencil


class Misfit(StrEnum):
    """Why the likeliest allowed text is not certain."""

    SEVERAL_FIT = "several_fit"
    NONE_FITS = "none_fits"  # another text, which is not allowed, is likelier


@dataclass(frozen=True)
class Match:
    """The likeliest allowed text of a line.

    Attributes
    ----------
    text, confidence
        The text, and its probability, 0 to 1.
    outside
        The probability that the line holds a text that is not allowed.
    alternatives
        The next texts with their probabilities, the likeliest first.
    misfit
        Why the text is not certain; None if it is.
    """

    text: str
    confidence: float
    outside: float
    alternatives: Sequence[tuple[str, float]]
    misfit: Misfit | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the text and what else may stand there, as /read of the server names it."""
        others = [{"text": text, "confidence": chance} for text, chance in self.alternatives]
        found = {"text": self.text, "confidence": self.confidence, "misfit": self.misfit}
        return found | {"alternatives": others}


NO_MATCH = Match("", 0.0, 1.0, (), Misfit.NONE_FITS)
"""Of a line in which no allowed text has any probability."""
