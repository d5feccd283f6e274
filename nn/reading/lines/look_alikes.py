"""What the ink of a digit or mark may be besides, by its shape and place in the line.

A 1 may be a slash, a low digit an index, and flat lines only close an amount. A level line strikes
digits out.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

import cv2
import numpy as np

from nn.reading.lines.divide import SignInk
from nn.reading.mnist import INK_LEVEL, Ink, Pixels
from nn.reading.page.components import label_components
from nn.reading.reading import Box

STEMS = (1, 7)  # digits that lean more than the writing, or may be slashes
MIN_SLASH_REACH = 0.05  # of a slash, above and below all other digits, over their height
MAX_LINE_WIDTH = 0.2  # of a slash, over its length
# Its slant without the digits' slant, and its height over theirs without 1, together.
MIN_LEAN_AND_HEIGHT = 0.28
# A first 1 may be a backslash if it leans further to the left of the writing's slant, a bar or a
# slash if it is higher than the other digits and thin for its length.
MIN_LEAN_BACK, MIN_BAR_HEIGHT, MAX_BAR_WIDTH = 0.45, 1.25, 0.1
# Of a line that strikes digits out: its length, over the highest digit; the columns of a digit that
# it crosses, over all of them; the rows in which it does, over the digit's height; how many rows it
# rises for each column.
MIN_STRIKE_LENGTH, MIN_STRIKE_WIDTH, STRIKE_BAND = 1.2, 0.8, (0.35, 0.65)
STRIKE_BAND_ALONE = (0.2, 0.85)  # of a digit alone, where no joint of two digits may be the line
STRIKE_SLOPES = np.arange(-5, 6) / 20
STRIKE_ROWS = 48  # height to which the highest digit is reduced, so that the search is fast
MIN_PIECE_HEIGHT = 0.3  # of an upright piece beside a digit's largest one, over its height
MIN_STRUCK_HEIGHT = 0.6  # of a digit, over the highest: the line may be the bottom of small zeros
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
    distances = np.concatenate([digit.distances_to_edge_px for digit in digits])
    return 4 * (float(distances.mean()) - 0.5)  # from the middle of a pixel


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


def _rows_together(ink: Ink | Pixels) -> int:
    """Return the most rows with ink (h, w) one below the other."""
    empty = np.flatnonzero((ink < INK_LEVEL).all(axis=1))
    return int(np.diff(empty, prepend=-1, append=len(ink)).max()) - 1


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
        median_px = median(len(other.ink) for other in others)
        reach_px = MIN_SLASH_REACH * median_px
        is_above = one.y < min(other.y for other in others) - reach_px
        if is_above and one.bottom > max(other.bottom for other in others) + reach_px:
            return True
        height = len(one.ink) / median_px
    lean = abs(slant(one.ink) - max(0.0, usual_slant(bodies)))
    return is_thin(one) and bool(lean + max(0.0, height - 1) >= MIN_LEAN_AND_HEIGHT)


def is_bar(one: SignInk, digits: Sequence[SignInk], bodies: Sequence[SignInk]) -> bool:
    """Return whether a first 1 may be a backslash, a bar or a slash; parameters of ``is_slash``.

    It is a straight thin line that leans far to the left, or is much higher than the other digits.
    Of 932 certain numbers by people, 3 begin with such a 1.
    """
    others = [len(other.ink) for other in digits if other is not one]
    is_high = bool(others) and len(one.ink) >= MIN_BAR_HEIGHT * median(others)
    leans_back = slant(one.ink) - usual_slant(bodies) < -MIN_LEAN_BACK
    return (leans_back and is_thin(one)) or (is_high and is_thin(one, MAX_BAR_WIDTH))


def is_thin(one: SignInk, max_width: float = MAX_LINE_WIDTH) -> bool:
    """Return whether the ink is a straight line, at most so wide over its length."""
    points = np.argwhere(one.ink >= INK_LEVEL).astype(np.float32)
    short, long = sorted(cv2.minAreaRect(points)[1])
    return bool(short <= max_width * long)


def usual_slant(bodies: Sequence[SignInk]) -> float:
    """Return the median slant of digits, 0 without any."""
    return median(slant(body.ink) for body in bodies) if bodies else 0.0


def slant(ink: Ink) -> float:
    """Return how many columns to the right ink (h, w) leans for each row upwards."""
    moments = cv2.moments((ink >= INK_LEVEL).astype(np.uint8), binaryImage=True)
    return -moments["mu11"] / max(moments["mu02"], 1e-9)


def is_struck_out(digit: Ink) -> bool:
    """Return whether a long level line crosses a digit alone, its ink (h, w), but for its ends."""
    height_px, width_px = digit.shape
    if width_px < MIN_STRIKE_LENGTH * height_px:
        return False
    return are_struck_out([SignInk(0, 0, digit, is_cut=False)])[0]


def may_be_two(digit: Ink) -> bool:
    """Return whether a digit alone, its ink (h, w), has a second piece that is upright, as a 1 is.

    Of 548 certain digits that are read alone in registers, 7 have one: 6 of them are a 17. Of 3,134
    digits of sudokus, sheets and photographs 10 have one: their upright piece is no digit.
    """
    _, boxes, _ = label_components(digit >= INK_LEVEL)
    widths, heights = (boxes[:, 2:] - boxes[:, :2]).T
    second = np.argsort(np.maximum(widths, heights))[-2:-1]
    is_upright = (heights > widths) & (heights >= MIN_PIECE_HEIGHT * len(digit))
    return bool(is_upright[second].any())


def are_struck_out(digits: Sequence[SignInk | None]) -> list[bool]:
    """Return which digits of a line a long level line crosses, in their middle if they are several.

    The line is found by morphological opening with a thin line of each slope. Digits without ink
    are not crossed.
    """
    inks = [digit for digit in digits if digit]
    if not inks:
        return [False] * len(digits)
    band = STRIKE_BAND if len(inks) > 1 else STRIKE_BAND_ALONE
    highest_px = max(len(digit.ink) for digit in inks)
    together = np.zeros(
        (max(ink.bottom for ink in inks), max(ink.right for ink in inks)), np.float32
    )
    for ink in inks:
        place = together[ink.y : ink.bottom, ink.x : ink.right]
        np.maximum(place, ink.ink, out=place)
    scale = min(1.0, STRIKE_ROWS / highest_px)
    size = [max(1, round(scale * side_px)) for side_px in reversed(together.shape)]
    small = cv2.resize(together, size, interpolation=cv2.INTER_AREA)
    is_ink = (small >= INK_LEVEL).astype(np.uint8)
    length_px = round(MIN_STRIKE_LENGTH * scale * highest_px)
    if _rows_together(is_ink.T) < length_px:  # a line has ink in so many columns
        return [False] * len(digits)
    opened = (_opened(is_ink, length_px, slope) for slope in STRIKE_SLOPES.tolist())
    lines = [line for line in opened if line.any()]

    def is_struck(digit: SignInk) -> bool:
        rows = slice(*(round(scale * (digit.y + share * len(digit.ink))) for share in band))
        columns = slice(round(scale * digit.x), round(scale * digit.right))
        crossed = [line[rows, columns].any(axis=0) for line in lines]
        return any(
            is_crossed.mean() >= MIN_STRIKE_WIDTH for is_crossed in crossed if is_crossed.size
        )

    least_px = MIN_STRUCK_HEIGHT * highest_px
    return [bool(digit and len(digit.ink) >= least_px and is_struck(digit)) for digit in digits]


def _opened(ink: Pixels, length_px: int, slope: float) -> Pixels:
    """Return the ink (h, w), 0 or 1, in which a line of this length and slope has room."""
    rise_px = round(abs(slope) * length_px)
    line = np.zeros((rise_px + 1, length_px), np.uint8)
    left, right = (rise_px, 0) if slope > 0 else (0, rise_px)
    cv2.line(line, (0, left), (length_px - 1, right), 1)
    border: dict[str, Any] = {"borderType": cv2.BORDER_CONSTANT, "borderValue": 0}
    room = cv2.erode(ink, line, **border)
    # Opening is erosion and dilation; mostly nothing is left to dilate.
    return np.asarray(cv2.dilate(room, line, **border) if room.any() else room, np.uint8)
