"""The digits, marks and gaps of a picture's lines.

One network reads each line, another one each digit of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.allowed import Restriction, best_match
from nn.reading.certainty import are_same_ink, may_be_other
from nn.reading.certainty_model import log_of
from nn.reading.limits import MAX_COLUMNS, MAX_DIGITS, TooManyDigits
from nn.reading.lines.divide import DividedInk, SignInk, divide
from nn.reading.lines.find import PAPER_MARGIN, TextLine, find_lines
from nn.reading.lines.strip import (
    COMMA,
    MINUS,
    OTHER,
    POINT,
    ROWS,
    ReadStrip,
    find_signs,
    most_missed,
    to_strip,
)
from nn.reading.mnist import INK_LEVEL, SIDE_PX, Ink, Pixels, ink_to_mnist, to_inputs
from nn.reading.page.components import Floats
from nn.reading.page.find import Page
from nn.reading.reading import (
    Activations,
    Box,
    Digit,
    Line,
    Mark,
    Sign,
    Strip,
    rounded,
)

MARKS: dict[int, Literal[".", ",", "-"]] = {POINT: ".", COMMA: ",", MINUS: "-"}
# A cut-out is read again without paper above and below its signs if there is more than the network
# has learnt: at most half a digit's height on each side.
CLOSE_MARGIN = 0.2  # paper that remains on each side, over the height of the digits
MAX_CLOSE = 0.7  # height that remains, over that of the cut-out
MIN_COMPARED = 1e-3  # probability of a digit where two networks are compared
# UNIPEN's 130 writers of symbols draw points up to 0.13 long, and commas from 0.16 on.
MAX_POINT = 0.145  # longer side without the shorter one, over the height of the line's digits
MIN_SURE_MARK = 0.9  # probability that there is any mark
MIN_SLASH_REACH = 0.05  # of a slash, above and below all other digits, over their height
MIN_LEAN = 0.35  # of a slash: its width over its height
MAX_LINE_WIDTH = 0.3  # of a straight line, over its length
MIN_LEFT_OUT_HEIGHT = 0.6  # of ink without a sign, over the digits' height

# A gap, over the digits' height; over the other gaps; and its pitch (the gap and half of both
# digits) over the other pitches:
MIN_DOUBTFUL_GAP = (0.55, 1.7, 1.3)
MIN_WIDE_GAP = (1.0, 2.5, 1.8)  # separates two numbers
MIN_WIDE_GAP_OF_TWO = 1.5  # between two digits that are alone: they may be in boxes
MIN_USUAL_PITCH = 0.9  # over the digits' height, with which others are compared

Classify = Callable[[Ink], Activations]
"""Takes inputs (N, 784), returns the probability of each digit, float (N, 10)."""


@dataclass(frozen=True)
class ReadLines:
    """What is read in a picture; boxes are in pixels of the ink.

    Attributes
    ----------
    lines
        From top to bottom and from left to right, each of one or more digits.
    left_out
        Other signs, and ink as high as a digit of which no sign is read, from top to bottom.
    small
        Lower ink of which no sign is read.
    strips
        What the network of lines has read, also where it is no digit.
    """

    lines: Sequence[Line]
    left_out: Sequence[Box] = ()
    small: Sequence[Box] = ()
    strips: Sequence[Strip] = ()

    @property
    def digits(self) -> list[Digit]:
        """All digits, line by line."""
        return [digit for line in self.lines for digit in line.digits]


def read_lines(
    page: Page,
    classify: Classify,
    read_strip: ReadStrip,
    allowed: Restriction | None = None,
    most_columns: int = MAX_COLUMNS,
) -> ReadLines:
    """Return the numbers of a picture, and the ink that is left out.

    Parameters
    ----------
    page
        The picture and its ink.
    classify
        The network of digits; about 0.1 for each digit where an image shows none.
    read_strip
        The network of lines.
    allowed
        Which texts a line may hold, if not any: each line is then one number, with a ``match``.
    most_columns
        Of the strips of all lines together.

    Raises
    ------
    TooManyDigits
        If there are more digits than ``MAX_DIGITS``, more components than they may have, or longer
        lines than ``most_columns``.
    """
    lines: list[Line] = []
    left_out: list[Box] = []
    small: list[Box] = []
    strips: list[Strip] = []
    n_digits = n_columns = 0
    for text_line in find_lines(page):
        strip = to_strip(text_line.grey)
        n_columns += strip.shape[1]
        if n_columns > most_columns:
            raise TooManyDigits("The picture holds more lines, or longer ones, than are read.")
        signs = _signs_of(text_line, strip, read_strip)
        if text_line.is_whole:
            signs = _read_closer(signs, read_strip)
        n_digits += sum(sign.label < POINT for sign in signs.signs)
        if n_digits > MAX_DIGITS:
            raise TooManyDigits(
                f"The picture holds more than {MAX_DIGITS} digits; at most so many are read."
            )
        high, low = _left_out(signs)
        left_out += high
        has_much_paper = signs.line is not text_line
        # In a patterned cut-out, lower ink may be the pattern's.
        if page.is_even or not text_line.is_whole or has_much_paper:
            small += low
        if line := _to_line(signs, classify):
            missed = most_missed(signs.frames, signs.signs)
            if allowed:
                match = best_match(signs.frames, line.read, allowed)
                may_be_two = np.logical_or(*_judge_gaps(line))
                gaps = (np.nonzero(may_be_two)[0] + 1).tolist()
                line = replace(line, match=match, doubtful_gaps=gaps)
            lines.append(replace(line, missed=missed, strip=len(strips)))
        strips.append(Strip(signs.strip, signs.line.whole_box, signs.frames, signs.signs))
    left_out.sort(key=lambda box: box[1])
    lines = with_repeats_in_doubt(lines)
    return ReadLines(lines if allowed else split_at_wide_gaps(lines), left_out, small, strips)


@dataclass(frozen=True)
class _LineSigns:
    """A line, its strip, the network's output for it (T, 15), its signs, and their ink."""

    line: TextLine
    strip: Pixels
    frames: Activations
    signs: list[Sign]
    divided: DividedInk

    @property
    def inks(self) -> list[tuple[Sign, SignInk | None]]:
        """Each sign with its ink."""
        return list(zip(self.signs, self.divided.of_signs, strict=True))

    @property
    def digit_heights(self) -> list[int]:
        """Of the digits with ink, in pixels of the line."""
        return [len(ink.ink) for sign, ink in self.inks if ink and sign.label < POINT]

    def box(self, sign: Sign, ink: SignInk | None) -> Box:
        """Return the box of a sign in the page; without ink, a box where the sign is read."""
        if ink is None:
            height_px = len(self.line.grey)
            x = sign.middle_px * height_px / ROWS
            return self.line.box(x - height_px / 4, height_px / 4, height_px / 2, height_px / 2)
        height, width = ink.ink.shape
        return self.line.box(ink.x, ink.y, width, height)


def _signs_of(line: TextLine, strip: Pixels, read_strip: ReadStrip) -> _LineSigns:
    frames = read_strip(strip)
    signs = find_signs(frames)
    scale = len(line.grey) / ROWS
    divided = divide(line.ink, [sign.middle_px * scale for sign in signs])
    return _LineSigns(line, strip, frames, signs, divided)


def _read_closer(read: _LineSigns, read_strip: ReadStrip) -> _LineSigns:
    """Return what is read without the paper above and below the signs, if there is much of it."""
    if not read.digit_heights:
        return read
    inks = [ink for _, ink in read.inks if ink]
    n_rows = len(read.line.grey)
    margin = CLOSE_MARGIN * float(np.median(read.digit_heights))
    top = max(0, round(min(ink.y for ink in inks) - margin))
    bottom = min(n_rows, round(max(ink.y + len(ink.ink) for ink in inks) + margin))
    if bottom - top > MAX_CLOSE * n_rows:
        return read
    closer = read.line.rows(top, bottom)
    found = _signs_of(closer, to_strip(closer.grey), read_strip)
    beyond = [
        (x, y - top, width, height)
        for x, y, width, height in read.divided.rest
        if y + height <= top or y >= bottom
    ]
    return replace(found, divided=replace(found.divided, rest=[*found.divided.rest, *beyond]))


def _left_out(read: _LineSigns) -> tuple[list[Box], list[Box]]:
    """Return the boxes of other signs and of high ink without a sign, and boxes of lower ink.

    Without digits to compare with, all ink without a sign counts as lower.
    """
    line, heights = read.line, read.digit_heights
    others = [read.box(sign, ink) for sign, ink in read.inks if sign.label == OTHER]
    least_px = MIN_LEFT_OUT_HEIGHT * float(np.median(heights)) if heights else np.inf
    rest = [box for box in read.divided.rest if not line.goes_on(box[1], box[3])]
    high = [line.box(*box) for box in rest if box[3] >= least_px]
    low = [line.box(*box) for box in rest if box[3] < least_px]
    return [*others, *high], low


def _to_line(read: _LineSigns, classify: Classify) -> Line | None:
    """Return the digits and marks of a line, None if it has no digit.

    Where the networks differ, a digit is the likeliest by both together.
    """
    of_digits = [(sign, ink) for sign, ink in read.inks if sign.label < POINT]
    if not of_digits:
        return None
    inks, heights = [ink for _, ink in of_digits if ink], read.digit_heights
    blank = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    images = np.stack([ink_to_mnist(ink.ink) if ink else blank for _, ink in of_digits])
    by_network = classify(to_inputs(images))
    digits = []
    for (sign, ink), image, activations in zip(of_digits, images, by_network, strict=True):
        of_line = sign.probabilities[:POINT]
        is_same = int(activations.argmax()) == sign.label
        if not is_same:
            both = np.maximum(activations, MIN_COMPARED) * np.maximum(of_line, MIN_COMPARED)
            activations = np.sqrt(both) / np.sqrt(both).sum()
        digit = Digit(
            rounded(activations),
            image,
            read.box(sign, ink),
            agreement=float(of_line[sign.label]) if is_same else 0.0,
            is_cut=ink is not None and ink.is_cut,
            is_slash=ink is not None and sign.label == 1 and is_slash(ink, inks),
            may_be_other=ink is not None and may_be_other(len(ink.ink), heights),
        )
        digits.append(digit)
    marks, position = [], 0
    for sign, ink in read.inks:
        if sign.label in MARKS:
            marks.append(_to_mark(sign, ink, inks, read.box(sign, ink), position))
        position += sign.label < POINT
    return Line(digits, marks)


def is_slash(one: SignInk, digits: Sequence[SignInk]) -> bool:
    """Return whether a 1 looks like a slash: by its reach beyond the other digits, or its lean.

    It begins above all others of its line and ends below them, or is one straight line that leans.
    """
    others = [(other.y, other.y + len(other.ink)) for other in digits if other is not one]
    if others:
        reach_px = MIN_SLASH_REACH * float(np.median([end - start for start, end in others]))
        is_above = one.y < min(start for start, _ in others) - reach_px
        if is_above and one.y + len(one.ink) > max(end for _, end in others) + reach_px:
            return True
    points = np.argwhere(one.ink >= INK_LEVEL).astype(np.float32)
    corners = cv2.boxPoints(cv2.minAreaRect(points))  # rows and columns
    sides = np.abs(corners[1:3] - corners[:2])  # two neighbouring ones
    short, long = sorted(np.hypot(*sides.T).tolist())
    rows, columns = sides[np.hypot(*sides.T).argmax()].tolist()
    return bool(short <= MAX_LINE_WIDTH * long and columns >= MIN_LEAN * rows)


def _to_mark(
    sign: Sign, ink: SignInk | None, of_digits: Sequence[SignInk], box: Box, position: int
) -> Mark:
    """Return a mark, and whether its ink or the network speaks against any mark there."""
    others = [label for label in MARKS if label != sign.label]
    of_any = float(sign.probabilities[list(MARKS)].sum())
    return Mark(
        box,
        MARKS[sign.label],
        position,
        {"other_mark": log_of(float(sign.probabilities[others].sum()))},
        may_be_other=ink is None  # a shadow's edge may look like a mark
        or of_any < MIN_SURE_MARK
        or _is_short_comma(sign, ink, of_digits),
    )


def _is_short_comma(sign: Sign, ink: SignInk | None, of_digits: Sequence[SignInk]) -> bool:
    """Return whether the ink of a comma is as short as a point."""
    if sign.label != COMMA or ink is None or not of_digits:
        return False
    height_px = float(np.median([len(digit.ink) for digit in of_digits]))
    _, sides_px, _ = cv2.minAreaRect(np.argwhere(ink.ink >= INK_LEVEL).astype(np.float32))
    return bool(abs(sides_px[0] - sides_px[1]) <= MAX_POINT * height_px)


def with_repeats_in_doubt(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; a digit that is read in two of them may be another sign in both."""
    of_lines = [[digit.box for digit in line.digits] for line in lines]
    checked = []
    for line, own in zip(lines, of_lines, strict=True):
        others = [box for boxes in of_lines if boxes is not own for box in boxes]
        low, high = min(box[1] for box in own), max(box[1] + box[3] for box in own)
        near = np.array(
            [box for box in others if box[1] < high and box[1] + box[3] > low], np.float64
        ).reshape(-1, 4)
        digits = [
            replace(digit, may_be_other=True) if are_same_ink(digit.box, near).any() else digit
            for digit in line.digits
        ]
        checked.append(replace(line, digits=digits))
    return checked


def is_written(grey: Pixels, box: Box, read_strip: ReadStrip) -> bool:
    """Return whether the network of lines reads any sign in a box of a page, grey (H, W)."""
    x, y, width, height = box
    margin = PAPER_MARGIN * height
    rows = slice(max(0, round(y - margin)), round(y + height + margin))
    columns = slice(max(0, round(x - margin)), round(x + width + margin))
    return bool(find_signs(read_strip(to_strip(grey[rows, columns]))))


def split_at_wide_gaps(lines: Sequence[Line]) -> list[Line]:
    """Return lines of one number each, from left to right where several were one line.

    A line with a gap that is not clearly wide remains, and the gap is in ``doubtful_gaps``.
    """
    numbers = []
    for line in lines:
        is_wide, is_doubtful = _judge_gaps(line)
        ends = [0, *(np.nonzero(is_wide)[0] + 1).tolist(), len(line.digits)]
        for start, end in pairwise(ends):
            marks = [
                replace(mark, position=mark.position - start)
                for mark in line.marks
                if _is_of(mark, line.digits, start, end)
            ]
            gaps = (np.nonzero(is_doubtful[start : end - 1])[0] + 1).tolist()
            digits = line.digits[start:end]
            numbers.append(Line(digits, marks, gaps, line.missed, strip=line.strip))
    return numbers


def _judge_gaps(line: Line) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which gaps (N - 1,) separate two numbers, and which may do so.

    A gap is the widest part between two digits without a mark.
    """
    height_px = float(np.median([digit.box[3] for digit in line.digits]))
    widths = np.array([digit.box[2] for digit in line.digits]) / height_px
    gaps = np.zeros(len(widths) - 1)
    for place, (left, right) in enumerate(pairwise(line.digits)):
        marks = [mark.box for mark in line.marks if mark.position == place + 1]
        row = pairwise([left.box, *marks, right.box])
        gaps[place] = max(0.0, *(after[0] - box[0] - box[2] for box, after in row)) / height_px
    if (gaps <= MIN_DOUBTFUL_GAP[0]).all():
        return np.zeros(len(gaps), np.bool_), np.zeros(len(gaps), np.bool_)
    pitches = gaps + (widths[:-1] + widths[1:]) / 2
    other_gaps = _medians_of_others(gaps)
    other_pitches = np.maximum(_medians_of_others(pitches), MIN_USUAL_PITCH)

    def are_above(gap: float, over_gaps: float, over_pitches: float) -> NDArray[np.bool_]:
        is_uneven = gaps > over_gaps * other_gaps
        return (gaps > gap) & is_uneven & (pitches > over_pitches * other_pitches)

    least = MIN_WIDE_GAP_OF_TWO if len(gaps) == 1 else MIN_WIDE_GAP[0]
    is_wide = are_above(least, *MIN_WIDE_GAP[1:])
    return is_wide, are_above(*MIN_DOUBTFUL_GAP) & ~is_wide


def _medians_of_others(values: Floats) -> Floats:
    """Return for each value (N,) the median of the other values, 0 if there is none."""
    if len(values) < 2:
        return np.zeros(len(values))
    listed = values.tolist()
    return np.array([median(listed[:at] + listed[at + 1 :]) for at in range(len(listed))])


def _is_of(mark: Mark, digits: Sequence[Digit], start: int, end: int) -> bool:
    """Return whether a mark belongs to a number; between two it belongs to the nearer one."""
    before, after = mark.position == start > 0, mark.position == end < len(digits)
    if not (before or after):
        return start <= mark.position <= end
    left, right = digits[mark.position - 1].box, digits[mark.position].box
    is_nearer_to_left = mark.box[0] - left[0] - left[2] < right[0] - mark.box[0] - mark.box[2]
    return is_nearer_to_left == after
