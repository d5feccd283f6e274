"""Why an answer is not certain, and which ink was not read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

CERTAIN_AT = 0.98  # confidence of a digit that is certain, by default
MIN_OF_TWO = 0.8  # activation of the two likeliest digits together, where there is a digit
MIN_SAME_OVERLAP = 0.5  # of two boxes of the same ink, over the area of both together

Boxes = NDArray[np.float64]


class Doubt(StrEnum):
    """Why not to rely on an answer, the gravest reason first: an answer gives one."""

    INK_LEFT_OUT = "ink_left_out"  # the digits may be right, but are not all that is written
    TOUCHING = "touching"  # where one digit ends and the next begins is a guess
    NOT_A_DIGIT = "not_a_digit"
    UNCLEAR = "unclear"


def doubt_of_digit(
    activations: Sequence[float],
    certain_at: float = CERTAIN_AT,
    *,
    is_ink_left_out: bool = False,
    is_cut: bool = False,
    is_read_otherwise: bool = False,
    may_be_sign: bool = False,
) -> Doubt | None:
    """Return why a digit is not certain, None if it is.

    A network that is trained on digits and on other drawings answers a tenth for each class where
    it finds no digit. Digits that are hard to read are mostly one of two: of the digits by unseen
    sources of UNIPEN below 0.98, 86 % have at least 0.8 in the two likeliest classes, of the
    letters 1 %.

    Parameters
    ----------
    activations
        (10,): the calibrated activation of each class.
    certain_at
        Activation from which a digit is certain.
    is_ink_left_out
        Whether ink of a digit's size beside it was not read.
    is_cut
        Whether it was cut from ink that it shares with a neighbour.
    is_read_otherwise
        Whether the network of lines reads another digit, or is not sure.
    may_be_sign
        Whether it may be crossed out, or the network of lines reads no digit.
    """
    second, best = sorted(activations)[-2:]
    reasons = {
        Doubt.INK_LEFT_OUT: is_ink_left_out,
        Doubt.TOUCHING: is_cut,
        Doubt.NOT_A_DIGIT: may_be_sign or (best < certain_at and best + second < MIN_OF_TWO),
        Doubt.UNCLEAR: best < certain_at or is_read_otherwise,
    }
    return next((doubt for doubt, applies in reasons.items() if applies), None)


def doubt_of_number(
    digits: Iterable[Doubt | None], *, is_ink_left_out: bool, are_signs_doubtful: bool
) -> Doubt | None:
    """Return the gravest doubt of a number, None if there is none.

    Parameters
    ----------
    digits
        The doubt of each digit.
    is_ink_left_out
        Whether ink of a digit's size was not read.
    are_signs_doubtful
        Whether a point, comma, minus, gap or missing sign between the digits is doubtful.
    """
    reasons = set(digits)
    reasons |= {Doubt.INK_LEFT_OUT} if is_ink_left_out else set()
    reasons |= {Doubt.UNCLEAR} if are_signs_doubtful else set()
    return next((doubt for doubt in Doubt if doubt in reasons), None)


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
    TAKEN_FOR_LINE = "taken_for_line"  # looks like a ruled line, or was removed with one
    FAINT = "faint"  # much paler than the rest, such as erased pencil
    NO_PAPER = "no_paper"  # where no paper was found: a shadow's edge, a table, a much broader pen


@dataclass(frozen=True)
class LeftOut:
    """A box of ink that was not read: x, y, width and height in pixels, and why."""

    box: tuple[float, float, float, float]
    why: ReasonNotRead


def without_repeats(left_out: Iterable[LeftOut]) -> list[LeftOut]:
    """Return what was left out, from top to bottom, each ink once: the first of equal boxes."""
    found = list(left_out)
    boxes = np.array([each.box for each in found], np.float64).reshape(-1, 4)
    is_kept = np.zeros(len(found), np.bool_)
    for number, box in enumerate(boxes):  # against all at once: a picture may leave out thousands
        before = boxes[:number][is_kept[:number]]
        is_kept[number] = (overlaps(box, before) < MIN_SAME_OVERLAP).all()
    kept = [each for each, is_it in zip(found, is_kept.tolist(), strict=True) if is_it]
    return sorted(kept, key=lambda each: each.box[1])


def overlaps(box: Boxes, others: Boxes) -> Boxes:
    """Return the area that a box (4,) shares with each other (N, 4) over the area that both cover.

    Boxes are x, y, width and height.
    """
    starts, ends = np.maximum(box[:2], others[:, :2]), box[:2] + box[2:]
    shared = (np.minimum(ends, others[:, :2] + others[:, 2:]) - starts).clip(0).prod(axis=1)
    covered = box[2:].prod() + others[:, 2:].prod(axis=1) - shared
    return np.asarray(shared / np.maximum(covered, 1e-9), np.float64)
