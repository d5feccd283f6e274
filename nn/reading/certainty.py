"""Every rule that makes an answer doubtful, with its thresholds.

| what | is certain, if | rule |
|---|---|---|
| a digit alone | its network is sure; the network of lines, if asked, too | `doubt_of_digit` |
| a digit of a number | both networks are sure of it, and its size is usual | `is_sure_digit` |
| a point, comma, minus | the network of lines is sure, and it is as long as one | `is_sure_mark` |
| a gap | it is clearly within a number, or clearly between two | `lines/signs.py` |
| a number | all of these, and no sign may be missing | `doubt_of_number` |
| an allowed text | both networks read it, and no other text is likely | `is_sure_match` |
| all of it | no ink of a digit's size is left out | `Doubt.INK_LEFT_OUT` |
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nn.reading.reading import Box, Digit, Doubt, LeftOut, Line, Match, Misfit

CERTAIN_AT = 0.98  # confidence of a digit that is certain, by default
MIN_OF_TWO = 0.8  # activation of the two likeliest digits together, where there is a digit

# Probability of a digit by the network of lines:
MIN_SURE_DIGIT = 0.95  # of one in pieces or in a photograph, and of each that makes several
MIN_LIKELY = 0.5  # of one that is one piece of ink
MIN_OF_DIGITS, MIN_OF_LINES = 0.6, 0.9  # of a digit of a number, by each network
MIN_MATCHED = 0.8  # of each digit of an allowed text
MAX_SHORT_LIST = 1_000  # allowed texts
MIN_OF_SHORT_LIST = 0.2  # of each digit of a text on such a list: a misread text is rarely on it

MIN_DIGIT_WIDTH = 0.35  # mean width of digits in one piece of ink, over its height
MAX_INDEX_HEIGHT = 0.4  # of a power or an index, over the height of the highest digit
MIN_SLASH_REACH = 0.05  # above and below all other digits, over their height
MIN_SAME_OVERLAP = 0.5  # of two boxes of the same ink, over the area of both together

MIN_SURE_MARK = 0.9  # probability of a mark
# Lengths of a point and a comma without the pen's width, over the height of the line's digits.
# UNIPEN's 130 writers of symbols draw points up to 0.13 long, and commas from 0.16 on.
MAX_SURE_POINT, MAX_POINT, MIN_SURE_COMMA = 0.12, 0.145, 0.18
MAX_MISSED = 0.2  # probability of a sign where none is read

Boxes = NDArray[np.float64]


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


def is_sure_digit(digit: Digit, certain_at: float = CERTAIN_AT) -> bool:
    """Return whether both networks surely read the same digit of a number, of usual height.

    The probability that both err counts: the product of their chances of error.
    """
    are_likely = digit.confidence >= MIN_OF_DIGITS and digit.agreement >= MIN_OF_LINES
    error = (1 - digit.confidence) * (1 - digit.agreement)
    return are_likely and error <= 1 - certain_at and not digit.may_be_other


def doubt_of_number(lines: Sequence[Line], *, is_ink_left_out: bool) -> Doubt | None:
    """Return the gravest doubt of numbers whose digits are judged, None if there is none."""
    reasons = {digit.doubt for line in lines for digit in line.digits}
    for line in lines:
        are_marks_sure = all(mark.is_sure for mark in line.marks)
        if line.doubtful_gaps or line.may_have_more or not are_marks_sure:
            reasons.add(Doubt.UNCLEAR)
    if is_ink_left_out:
        reasons.add(Doubt.INK_LEFT_OUT)
    return next((doubt for doubt in Doubt if doubt in reasons), None)


def are_surely_several(digits: Sequence[Digit], certain_at: float = CERTAIN_AT) -> bool:
    """Return whether a picture clearly holds several digits."""
    return len(digits) > 1 and all(
        digit.agreement >= MIN_SURE_DIGIT and doubt_of_digit(digit.activations, certain_at) is None
        for digit in digits
    )


def is_number(lines: Sequence[Line], piece_px: tuple[int, int] | None = None) -> bool:
    """Return whether what is read is a number, rather than one digit or none.

    A minus before one digit makes it a number; a point beside it does not, since it may be a speck.
    Parts of a drawing in one piece may look like digits: every eighth doodle of Quick, Draw! is
    read as several. A crossed box is read as a narrow 1, 8 and 1.

    Parameters
    ----------
    lines
        What is read.
    piece_px
        Width and height of the ink if it is one piece.
    """
    digits = [digit for line in lines for digit in line.digits]
    is_negative = any(mark.character == "-" for line in lines for mark in line.marks)
    if len(digits) + is_negative < 2 or piece_px is None:
        return len(digits) + is_negative > 1
    likely = [min(digit.confidence, digit.agreement) for digit in digits]
    return has_room(len(digits), piece_px) and sum(likely) > MIN_LIKELY * len(digits)


def has_room(n_digits: int, piece_px: tuple[int, int]) -> bool:
    """Return whether one piece of ink, of this width and height, is wide enough for digits."""
    width_px, height_px = piece_px
    return width_px >= MIN_DIGIT_WIDTH * height_px * n_digits


def is_sure_match(line: Line, match: Match, n_values: int, certain_at: float = CERTAIN_AT) -> bool:
    """Return whether to rely on the allowed text of a line: both networks must read it.

    ``n_values`` is the length of the list of allowed texts, 0 without one.
    """
    least = MIN_OF_SHORT_LIST if 0 < n_values <= MAX_SHORT_LIST else MIN_MATCHED
    is_read = match.text == line.read and not (line.doubtful_gaps or line.may_have_more)
    are_agreed = all(digit.agreement >= least for digit in line.digits)
    return is_read and are_agreed and match.confidence >= certain_at


def likeliest_misfit(match: Match) -> Misfit:
    """Return why an allowed text may be wrong."""
    is_outside = match.outside > 1 - match.confidence - match.outside
    return Misfit.NONE_FITS if is_outside else Misfit.SEVERAL_FIT


def is_sure_mark(
    probability: float, probability_of_any: float, length: float | None, n_pieces: int
) -> bool:
    """Return whether a mark is surely that.

    Parameters
    ----------
    probability, probability_of_any
        Of the mark, and of any mark, by the network of lines.
    length
        Of a point or a comma, over the height of the line's digits; None for a minus, or where that
        is not known.
    n_pieces
        Of which a point or a comma consists.
    """
    if probability_of_any < MIN_SURE_MARK:
        return False
    if length is None:
        return probability >= MIN_SURE_MARK
    return n_pieces == 1 and (length <= MAX_SURE_POINT or length >= MIN_SURE_COMMA)


def may_be_other(height_px: float, heights_px: Sequence[float]) -> bool:
    """Return whether a digit is as low beside the others of its line as a power or an index."""
    return height_px < MAX_INDEX_HEIGHT * max(heights_px)


def is_slash(rows: tuple[int, int], of_others: Sequence[tuple[int, int]]) -> bool:
    """Return whether a 1 begins above all other digits of its line and ends below them.

    ``rows`` are the first row of its ink and the first one after it.
    """
    if not of_others:
        return False
    reach_px = MIN_SLASH_REACH * float(np.median([end - start for start, end in of_others]))
    top, bottom = min(start for start, _ in of_others), max(end for _, end in of_others)
    return rows[0] < top - reach_px and rows[1] > bottom + reach_px


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
