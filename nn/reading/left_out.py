"""Ink that was not read, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why ink of a digit's size was not read."""

    NOT_A_DIGIT = "not_a_digit"  # a letter, a sign, a drawing, a crossed-out digit
    BESIDE_THE_DIGIT = "beside_the_digit"  # other writing in a picture of one digit
    CUT_BY_EDGE = "cut_by_edge"  # goes on beyond the picture
    TAKEN_FOR_LINE = "taken_for_line"  # looks like a ruled line, or was removed with one
    FAINT = "faint"  # much paler than the rest, such as erased pencil
    NO_PAPER = "no_paper"  # lies where the paper could not be found: a shadow's edge, a table


@dataclass(frozen=True)
class LeftOut:
    """A box of ink that was not read: x, y, width and height in pixels, and why."""

    box: tuple[float, float, float, float]
    why: Why
