"""What the ink of a digit or mark may be besides, by its shape and place in the line.

A 1 may be a slash, a low digit an index, a comma a short 1 or an index, and flat lines only close
an amount.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from nn.reading.lines.divide import SignInk
from nn.reading.lines.find import MAX_STACK_HEIGHT
from nn.reading.lines.strip import COMMA
from nn.reading.mnist import INK_LEVEL, Ink
from nn.reading.reading import Box, Sign

STEMS = (1, 7)  # digits that lean more than the writing, or may be slashes
# UNIPEN's 130 writers of symbols draw points up to 0.13 long, and commas from 0.16 on.
MAX_POINT = 0.145  # longer side without the shorter one, over the height of the line's digits
MIN_COMMA_DROP = 0.05  # of its foot below the last digit's, over the digits' height
# A wider comma after the last digit may be an index or a letter; a higher one has other ink, too.
MAX_COMMA_WIDTH, MAX_COMMA_HEIGHT = 0.27, 0.75  # over the digits' height
MIN_SLASH_REACH = 0.05  # of a slash, above and below all other digits, over their height
MAX_LINE_WIDTH = 0.2  # of a slash, over its length
# Its slant without the digits' slant, and its height over theirs without 1, together.
MIN_LEAN_AND_HEIGHT = 0.28
# Of a power or an index, over the highest digit; the higher ones by their place alone.
MAX_INDEX_HEIGHT, MAX_HALF_HEIGHT, MAX_POWER_HEIGHT = 0.4, 0.6, 0.85
# Steps up and down from the digit before, over the highest digit, of:
SMALL_ZERO = (-0.2, 0.12)
ON_THE_LINE = (-0.25, 0.2)  # a digit lower than MAX_HALF_HEIGHT, if it is no power or index
NEAR_THE_LINE = (-0.4, 0.4)  # likewise, one lower than MAX_POWER_HEIGHT
# Lines that close an amount are lower than its digits, wider than high, and flat. Of 150 lower-case
# letters by UNIPEN's writers at most 95 % of the columns are.
MAX_CLOSING_HEIGHT, MIN_CLOSING_WIDTH = 0.6, 1.2  # over the digits' height, and over its height
MAX_FLAT = 2.0  # height of a column's ink in one piece, over the width of the pen's line
MIN_FLAT_COLUMNS = 0.96  # proportion


def closes_amount(ink: Ink, height_px: float, pen_px: float) -> bool:
    """Return whether the last sign of a line (h, w) is one or two lines that close an amount.

    ``height_px`` is that of the digits before it, ``pen_px`` the width of the pen's line.
    """
    rows, columns = ink.shape
    if rows > MAX_CLOSING_HEIGHT * height_px or columns < MIN_CLOSING_WIDTH * rows:
        return False
    is_ink = np.pad(ink >= INK_LEVEL, ((1, 1), (0, 0))).astype(np.int8)
    n_flat = 0
    for steps in np.diff(is_ink, axis=0).T:
        heights = np.flatnonzero(steps < 0) - np.flatnonzero(steps > 0)
        n_flat += bool(heights.max(initial=0) <= MAX_FLAT * pen_px)
    return bool(n_flat >= MIN_FLAT_COLUMNS * columns)


def line_width(digits: Sequence[SignInk]) -> float:
    """Return the width of the pen's line in the ink of digits, in pixels.

    Across a line of width w the distance to its edge is w / 4 in the mean.
    """
    inks = [np.pad(digit.ink >= INK_LEVEL, 1).astype(np.uint8) for digit in digits]
    distances = [cv2.distanceTransform(ink, cv2.DIST_L2, 5)[ink > 0] for ink in inks]
    return 4 * (float(np.concatenate(distances).mean()) - 0.5)  # from the middle of a pixel


def may_be_index(boxes: Sequence[Box], place: int, *, is_zero: bool) -> bool:
    """Return whether a digit may be a power or an index, by the boxes of a line's digits.

    It is low, but no small zero of an amount; or it is half as high as the others, and raised or
    lowered from the digit before it, as raised cents are; or less low, and more raised or lowered.
    """
    highest = max(box[3] for box in boxes)
    share = boxes[place][3] / highest
    is_low = share < MAX_INDEX_HEIGHT
    if place == 0:
        return is_low
    (_, top, _, height), (_, top_before, _, height_before) = boxes[place], boxes[place - 1]
    step = (top + height - top_before - height_before) / highest
    if is_low:
        return not (is_zero and SMALL_ZERO[0] <= step <= SMALL_ZERO[1])
    least, most = ON_THE_LINE if share < MAX_HALF_HEIGHT else NEAR_THE_LINE
    return share < MAX_POWER_HEIGHT and not least <= step <= most


def is_stack(digit: SignInk, digits: Sequence[SignInk]) -> bool:
    """Return whether a digit's ink is higher than the others', and an empty row divides it.

    Then a carried or an inserted digit may stand above or below it.
    """
    others = [len(other.ink) for other in digits if other is not digit]
    is_high = others and len(digit.ink) > MAX_STACK_HEIGHT * float(np.median(others))
    return bool(is_high and (digit.ink < INK_LEVEL).all(axis=1).any())


def is_slash(one: SignInk, digits: Sequence[SignInk], bodies: Sequence[SignInk]) -> bool:
    """Return whether a 1 looks like a slash.

    It begins above all other digits of its line and ends below them; or it is a straight thin line
    that leans more than they do, or is higher.

    Parameters
    ----------
    one, digits
        The 1, and all digits of its line.
    bodies
        Those whose slant is that of the writing: a 7 leans more, and another 1 may be a slash, too.
    """
    others = [other for other in digits if other is not one]
    height = 1.0  # over the others'
    if others:
        median_px = float(np.median([len(other.ink) for other in others]))
        reach_px = MIN_SLASH_REACH * median_px
        is_above = one.y < min(other.y for other in others) - reach_px
        if is_above and one.bottom > max(other.bottom for other in others) + reach_px:
            return True
        height = len(one.ink) / median_px
    points = np.argwhere(one.ink >= INK_LEVEL).astype(np.float32)
    short, long = sorted(cv2.minAreaRect(points)[1])
    usual = max(0.0, float(np.median([slant(body.ink) for body in bodies]))) if bodies else 0.0
    lean = abs(slant(one.ink) - usual)
    is_thin = short <= MAX_LINE_WIDTH * long
    return bool(is_thin and lean + max(0.0, height - 1) >= MIN_LEAN_AND_HEIGHT)


def slant(ink: Ink) -> float:
    """Return how many columns to the right ink (h, w) leans for each row upwards."""
    moments = cv2.moments((ink >= INK_LEVEL).astype(np.uint8), binaryImage=True)
    return -moments["mu11"] / max(moments["mu02"], 1e-9)


def may_be_other_sign(sign: Sign, ink: SignInk, of_digits: Sequence[SignInk]) -> bool:
    """Return whether a comma after the last digit may be a short 1, an index, or a letter.

    A short 1 does not go below the digit; an index or a letter is wider than a comma.
    """
    if sign.label != COMMA or not of_digits:
        return False
    height_px = float(np.median([len(digit.ink) for digit in of_digits]))
    rows, columns = ink.ink.shape
    is_wide = columns > MAX_COMMA_WIDTH * height_px and rows < MAX_COMMA_HEIGHT * height_px
    return is_wide or bool(ink.bottom - of_digits[-1].bottom < MIN_COMMA_DROP * height_px)


def is_short_comma(sign: Sign, ink: SignInk | None, of_digits: Sequence[SignInk]) -> bool:
    """Return whether the ink of a comma is as short as a point."""
    if sign.label != COMMA or ink is None or not of_digits:
        return False
    height_px = float(np.median([len(digit.ink) for digit in of_digits]))
    _, sides_px, _ = cv2.minAreaRect(np.argwhere(ink.ink >= INK_LEVEL).astype(np.float32))
    return bool(abs(sides_px[0] - sides_px[1]) <= MAX_POINT * height_px)
