"""How likely an answer is right: a learnt probability, and rules for what is missing.

A logistic regression over named features gives the probability that all of an answer is right. The
answer is certain if that is at least the threshold of the risk that the user accepts, and no rule
forbids it. ``python -m nn train certainty`` fits weights and thresholds.

| what is judged | features from |
|---|---|
| a digit alone | the network of digits |
| a checked digit: alone, too | also what the network of lines reads there |
| a digit of a number | both networks |
| which of point, comma and minus a mark is | the network of lines |
| a number | its digits, and signs that may be missing |

| never certain | rule |
|---|---|
| ink is left out | ``Doubt.INK_LEFT_OUT`` |
| a digit that may be a power or an index, by its height and place | ``lines/look_alikes.py`` |
| a digit that is read in two lines | ``lines/signs.py`` |
| a digit that is struck out, also alone, a first 1 like a bar | ``lines/look_alikes.py`` |
| a digit alone with a second, upright piece | ``lines/look_alikes.py`` |
| a number in which a sign may be missing | ``Line.may_have_more`` |
| a 1 after the first digit that looks like a slash | ``lines/look_alikes.py`` |
| a mark that is improbable, or within a number without ink | ``lines/signs.py`` |
| two points that do not group thousands | ``lines/signs.py`` |
| a number with a mark that is not certain | ``number_certain_from`` |
| a gap that may separate two numbers, but for one that groups thousands | ``lines/gaps.py`` |
| an allowed text that both networks do not read without the list | ``judge_match`` |
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from nn.reading.allowed import Restriction
from nn.reading.certainty_model import (
    MAX_RISK,
    MIN_RISK,
    Certainty,
    Features,
    Kind,
    digit_features,
    digit_of_number_features,
    number_features,
)
from nn.reading.doubts import NO_MATCH, Doubt, Match, Misfit
from nn.reading.reading import Box, Digit, LeftOut, Line, Mark

MIN_OF_TWO = 0.8  # activation of the two likeliest digits together, where there is a digit
MIN_LIKELY = 0.3  # probability by both networks of digits in one piece of ink, in the mean
MIN_DIGIT_WIDTH = 0.35  # mean width of digits in one piece of ink, over its height
MIN_AGREEMENT = 0.5  # of the network of lines with each digit of an allowed text
MIN_SAME_OVERLAP = 0.5  # of two boxes of the same ink, over the area of both together

Boxes = NDArray[np.float64]


def judge_digit(
    activations: Sequence[float], certainty: Certainty, checked: Features | None = None
) -> tuple[Doubt | None, float]:
    """Return why a digit alone is not certain, None if it is, and the least risk at which it is.

    A network that is trained on digits and on other drawings answers a tenth for each class where
    it finds no digit. Digits that are hard to read are mostly one of two: of the digits by unseen
    sources of UNIPEN below 0.98, 86 % have at least 0.8 in the two likeliest classes, of the
    letters 1 %.

    Parameters
    ----------
    activations
        (10,): the calibrated activation of each class.
    certainty
        Judges it, by its network alone without ``checked``.
    checked
        As of ``checked_features``, if the network of lines has read it.
    """
    kind, features = Kind.CHECKED_DIGIT, checked
    if features is None:
        kind, features = Kind.DIGIT, digit_features(activations)
    doubt = certainty.doubt(kind, features)
    if doubt and _is_neither(activations):
        doubt = Doubt.NOT_A_DIGIT
    return doubt, certainty.certain_from(kind, features)


def doubt_of_digit(
    activations: Sequence[float],
    certainty: Certainty,
    *,
    is_ink_left_out: bool = False,
    is_cut: bool = False,
    is_struck_out: bool = False,
) -> Doubt | None:
    """Return the gravest doubt of the digit in a box, None if it is certain.

    Parameters
    ----------
    activations, certainty
        As of ``judge_digit``.
    is_ink_left_out
        Whether ink of a digit's size beside it was not read.
    is_cut
        Whether it was cut from ink that it shares with a neighbour.
    is_struck_out
        Whether a long level line crosses it.
    """
    if is_ink_left_out:
        return Doubt.INK_LEFT_OUT
    if is_cut:
        return Doubt.TOUCHING
    doubt, _ = judge_digit(activations, certainty)
    return doubt or (Doubt.UNCLEAR if is_struck_out else None)


def _is_neither(activations: Sequence[float]) -> bool:
    """Return whether it is probably none of the two likeliest digits."""
    return sum(sorted(activations)[-2:]) < MIN_OF_TWO


def judge_number(
    lines: Sequence[Line], certainty: Certainty
) -> tuple[list[Line], Doubt | None, float]:
    """Return lines with what is doubtful in them, the gravest doubt, and when they are certain.

    The doubt is None if they are certain, and nothing in them is doubtful. Where no digit, mark or
    gap of doubtful ones is, the least probable digit is. The last is the least risk at which they
    are certain, inf if they are at none.
    """
    certain_from = number_certain_from(lines, certainty)
    if certain_from <= certainty.risk:
        return list(lines), None, certain_from
    judged = [
        replace(
            line,
            digits=with_doubts(line.digits, certainty),
            marks=[
                replace(mark, is_sure=mark_certain_from(mark, certainty) <= certainty.risk)
                for mark in line.marks
            ],
        )
        for line in lines
    ]
    if not any(line.is_doubtful for line in judged):
        judged = _with_worst_in_doubt(judged, certainty)
    reasons = {digit.doubt for line in judged for digit in line.digits}
    reasons.add(certainty.doubt(Kind.NUMBER, number_features(lines)))
    doubt = next((each for each in Doubt if each in reasons), Doubt.UNCLEAR)
    return judged, doubt, certain_from


def number_certain_from(lines: Sequence[Line], certainty: Certainty) -> float:
    """Return the least risk at which numbers and their marks are certain, inf if at none."""
    if any(map(is_ruled_out, lines)):
        return inf
    of_marks = [mark_certain_from(mark, certainty) for line in lines for mark in line.marks]
    return max(certainty.certain_from(Kind.NUMBER, number_features(lines)), *of_marks, MIN_RISK)


def mark_certain_from(mark: Mark, certainty: Certainty) -> float:
    """Return the least risk at which it is certain which mark is read, inf if it is at none."""
    return inf if mark.may_be_other else certainty.certain_from(Kind.MARK, mark.features)


def judge_match(line: Line, certainty: Certainty, allowed: Restriction) -> tuple[Line, float]:
    """Return a line with what is doubtful in it, and when its allowed text is certain.

    That is from the least risk on at which it is, inf if it is at none. Both networks have to read
    it without the restriction, whatever its marks are alone. A misread text is rarely one of a
    list, for which the greatest risk is enough.
    """
    match, certain_from = line.match or NO_MATCH, inf
    is_read = match.text == allowed.as_listed(line.read)
    is_agreed = all(digit.agreement >= MIN_AGREEMENT for digit in line.digits)
    if is_read and is_agreed and not is_ruled_out(line):
        certain_from = certainty.certain_from(Kind.NUMBER, number_features([line]))
        if allowed.values is not None and certain_from <= MAX_RISK:
            certain_from = MIN_RISK
    if match.text and certain_from > certainty.risk:
        match = replace(match, misfit=likeliest_misfit(match))
    return replace(line, digits=with_doubts(line.digits, certainty), match=match), certain_from


def likeliest_misfit(match: Match) -> Misfit:
    """Return why an allowed text may be wrong."""
    is_outside = match.outside > 1 - match.confidence - match.outside
    return Misfit.NONE_FITS if is_outside else Misfit.SEVERAL_FIT


def is_ruled_out(line: Line) -> bool:
    """Return whether a line may be something else than one number, however probable its digits.

    A 1 that looks like a slash is one, or a bracket, unless it is the first digit.
    """
    may_be_other = any(digit.may_be_other for digit in line.digits)
    has_slash = any(digit.is_slash for digit in line.digits[1:])
    return bool(line.doubtful_gaps) or may_be_other or has_slash or line.may_have_more


def with_doubts(digits: Sequence[Digit], certainty: Certainty) -> list[Digit]:
    """Return the digits of a number, each with why it is not certain."""
    return [replace(digit, doubt=doubt_in_number(digit, certainty)) for digit in digits]


def doubt_in_number(digit: Digit, certainty: Certainty) -> Doubt | None:
    """Return why a digit of a number is not certain, None if it is."""
    doubt = certainty.doubt(Kind.DIGIT_OF_NUMBER, digit_of_number_features(digit))
    return _reason(digit) if doubt or digit.may_be_other else None


def _reason(digit: Digit) -> Doubt:
    """Return what speaks most against a doubtful digit of a number."""
    if digit.is_cut:
        return Doubt.TOUCHING
    return Doubt.NOT_A_DIGIT if _is_neither(digit.activations) else Doubt.UNCLEAR


def _with_worst_in_doubt(lines: Sequence[Line], certainty: Certainty) -> list[Line]:
    """Return the lines; the digits that are least probably right are doubtful."""
    of_lines = [
        [
            certainty.probability(Kind.DIGIT_OF_NUMBER, digit_of_number_features(digit))
            for digit in line.digits
        ]
        for line in lines
    ]
    least = min(map(min, of_lines))
    return [
        replace(
            line,
            digits=[
                replace(digit, doubt=_reason(digit)) if probability == least else digit
                for digit, probability in zip(line.digits, probabilities, strict=True)
            ],
        )
        for line, probabilities in zip(lines, of_lines, strict=True)
    ]


def are_surely_several(digits: Sequence[Digit], certainty: Certainty) -> bool:
    """Return whether a picture clearly holds several digits: a cut one may be part of another."""
    are_sure = (not digit.is_cut and not doubt_in_number(digit, certainty) for digit in digits)
    return len(digits) > 1 and all(are_sure)


def is_number(lines: Sequence[Line], piece_px: tuple[int, int] | None = None) -> bool:
    """Return whether what is read is a number, rather than one digit or none.

    A minus before one digit makes it a number; a point beside it does not, since it may be a speck.
    Parts of a drawing in one piece may look like digits: 73 of 900 doodles of Quick, Draw! are read
    as several. A crossed box is read as a narrow 1, 8 and 1.

    Parameters
    ----------
    lines
        What is read.
    piece_px
        Width and height of the ink if it is one piece and may be a drawing.
    """
    digits = [digit for line in lines for digit in line.digits]
    is_negative = any(mark.character == "-" for line in lines for mark in line.marks)
    if len(digits) + is_negative < 2 or piece_px is None:
        return len(digits) + is_negative > 1
    width_px, height_px = piece_px
    has_room = width_px >= MIN_DIGIT_WIDTH * height_px * len(digits)
    likely = [min(digit.confidence, digit.agreement) for digit in digits]
    return has_room and sum(likely) > MIN_LIKELY * len(digits)


def without_repeats(left_out: Iterable[LeftOut]) -> list[LeftOut]:
    """Return what was left out, from top to bottom, each ink once: the first of equal boxes."""
    found = list(left_out)
    boxes = np.array([ink.box for ink in found], np.float64).reshape(-1, 4)
    is_kept = np.zeros(len(found), np.bool_)
    for number, box in enumerate(boxes):  # against all at once: a picture may leave out thousands
        is_kept[number] = not are_same_ink(box, boxes[:number][is_kept[:number]]).any()
    kept = [ink for ink, is_it in zip(found, is_kept.tolist(), strict=True) if is_it]
    return sorted(kept, key=lambda ink: ink.box[1])


def are_same_ink(box: Box | Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Return which other boxes (N, 4) hold the same ink as a box (4,), by the area they share.

    Boxes are x, y, width and height.
    """
    box = np.asarray(box, np.float64)
    starts, ends = np.maximum(box[:2], others[:, :2]), box[:2] + box[2:]
    shared = (np.minimum(ends, others[:, :2] + others[:, 2:]) - starts).clip(0).prod(axis=1)
    covered = box[2:].prod() + others[:, 2:].prod(axis=1) - shared
    return np.asarray(shared / np.maximum(covered, 1e-9) >= MIN_SAME_OVERLAP, np.bool_)
