"""The digits, marks and gaps of a picture's lines.

One network reads each line, another one each digit of it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median
from typing import Literal

import numpy as np

from nn.reading.allowed import Restriction, best_match
from nn.reading.certainty import are_same_ink
from nn.reading.certainty_model import log_of
from nn.reading.limits import MAX_COLUMNS, MAX_DIGITS, TooManyDigits
from nn.reading.lines.divide import DividedInk, SignInk, divide
from nn.reading.lines.find import TextLine, find_lines
from nn.reading.lines.gaps import judge_gaps, split_at_wide_gaps
from nn.reading.lines.look_alikes import (
    STEMS,
    are_struck_out,
    closes_amount,
    is_bar,
    is_slash,
    line_width,
    may_be_index,
)
from nn.reading.lines.strip import (
    BLANK,
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
from nn.reading.mnist import SIDE_PX, Ink, Pixels, ink_to_mnist, to_inputs
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
    without_closing_marks,
)

MARKS: dict[int, Literal[".", ",", "-"]] = {POINT: ".", COMMA: ",", MINUS: "-"}
# A cut-out is read again without paper above and below its signs if there is more than the network
# has learnt: at most half a digit's height on each side.
CLOSE_MARGIN = 0.2  # paper that remains on each side, over the height of the digits
MAX_CLOSE = 0.7  # height that remains, over that of the cut-out
MIN_COMPARED = 1e-3  # probability of a digit where two networks are compared
# Weight of the network of lines where the two differ. Of 165 such digits of cheques that share ink
# it reads 150, the network of digits 9; of 36 others 23 and 9.
WEIGHT, WEIGHT_OF_CUT = 0.5, 0.7
MIN_SURE_MARK = 0.9  # probability of any mark, or of nothing where that is the same number
MIN_LEFT_OUT_HEIGHT = 0.6  # of ink without a sign, over the digits' height
# Longer side of a dot, over the width of the pen's line. Smaller ink is a speck: if it counted, 54
# of 836 numbers of weather sheets would be certain instead of 95.
MIN_DOT = 0.8
# Numbers with at most one point or comma, or with one at each thousand and another one after these.
IN_GROUPS = re.compile(r"[^.,]*[.,]?[^.,]*|-?\d{1,3}([.,])\d{3}(\1\d{3})*((?!\1)[.,]\d+)?")

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
        Lower ink of which no sign is read, in a photograph without specks.
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
        high, low = _left_out(signs, is_drawing=page.is_even)
        left_out += high
        small += low
        if line := _to_line(signs, classify):
            if allowed:
                match = best_match(signs.frames, line.read, allowed)
                may_be_two = np.logical_or(*judge_gaps(line))
                gaps = (np.nonzero(may_be_two)[0] + 1).tolist()
                line = replace(line, match=match, doubtful_gaps=gaps)
            missed = most_missed(signs.frames, signs.signs)
            number = len(strips)
            lines.append(replace(line, missed=missed, uncovered=signs.uncovered, strip=number))
        strips.append(Strip(signs.strip, signs.line.whole_box, signs.frames, signs.signs))
    left_out.sort(key=lambda box: box[1])
    lines = with_repeats_in_doubt(lines)
    if not allowed:
        lines = [with_points_in_doubt(line) for line in split_at_wide_gaps(lines)]
    return ReadLines(lines, left_out, small, strips)


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
    def digit_inks(self) -> list[SignInk]:
        """Of the digits with ink."""
        return [ink for sign, ink in self.inks if ink and sign.label < POINT]

    @property
    def height_px(self) -> float:
        """The usual height of these digits, in pixels of the line; inf without any."""
        return median([float(len(ink.ink)) for ink in self.digit_inks] or [inf])

    @property
    def uncovered(self) -> float:
        """The height of the highest ink that is in no sign, over that of the digits, at most 1."""
        rest = [height for _, y, _, height in self.divided.rest if not self.line.goes_on(y, height)]
        return min(1.0, max(rest, default=0) / self.height_px)

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
    """Return what is read without the paper above and below the signs, if there is much of it.

    Of 500 cells of logbooks 428 are right with it, and 412 without.
    """
    if not read.digit_inks:
        return read
    inks = [ink for _, ink in read.inks if ink]
    n_rows = len(read.line.grey)
    margin = CLOSE_MARGIN * read.height_px
    top = max(0, round(min(ink.y for ink in inks) - margin))
    bottom = min(n_rows, round(max(ink.bottom for ink in inks) + margin))
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


def _left_out(read: _LineSigns, *, is_drawing: bool) -> tuple[list[Box], list[Box]]:
    """Return the boxes of other signs and of high ink without a sign, and boxes of lower ink.

    Lines that close an amount are no part of it, nor are specks, of which a drawing has none.
    Without digits to compare with, all ink without a sign counts as lower.
    """
    line, signs, height_px, pen_px = read.line, read.inks, read.height_px, 0.0
    if read.digit_inks:
        last, last_ink = signs[-1]
        pen_px = line_width(read.digit_inks)
        if last.label == OTHER and last_ink and closes_amount(last_ink.ink, height_px, pen_px):
            signs = signs[:-1]
    others = [read.box(sign, ink) for sign, ink in signs if sign.label == OTHER]
    rest = [box for box in read.divided.rest if not line.goes_on(box[1], box[3])]
    least_px = MIN_LEFT_OUT_HEIGHT * height_px
    high = [line.box(*box) for box in rest if box[3] >= least_px]
    dot_px = 0.0 if is_drawing else MIN_DOT * pen_px
    lower = [box for box in rest if box[3] < least_px and max(box[2:]) >= dot_px]
    return [*others, *high], [line.box(*box) for box in lower]


def _to_line(read: _LineSigns, classify: Classify) -> Line | None:
    """Return the digits and marks of a line, None if it has no digit.

    Where the networks differ, a digit is the likeliest by both together.
    """
    of_digits = [(sign, ink) for sign, ink in read.inks if sign.label < POINT]
    if not of_digits:
        return None
    inks = read.digit_inks
    bodies = [ink for sign, ink in of_digits if ink and sign.label not in STEMS]
    boxes = [read.box(sign, ink) for sign, ink in of_digits]
    blank = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    images = np.stack([ink_to_mnist(ink.ink) if ink else blank for _, ink in of_digits])
    by_network = classify(to_inputs(images))
    may_be_other = _which_may_be_other(read, of_digits, boxes)
    digits = []
    for place, ((sign, ink), image, by_digits) in enumerate(
        zip(of_digits, images, by_network, strict=True)
    ):
        by_lines, both = sign.probabilities[:POINT], by_digits
        is_agreed = int(by_digits.argmax()) == sign.label
        if not is_agreed:
            weight = WEIGHT_OF_CUT if ink and ink.is_cut else WEIGHT
            both = np.maximum(by_digits, MIN_COMPARED) ** (1 - weight)
            both = both * np.maximum(by_lines, MIN_COMPARED) ** weight
            both = both / both.sum()
        label = int(both.argmax())
        digit = Digit(
            rounded(both),
            image,
            boxes[place],
            by_digits=float(by_digits[label]),
            by_lines=float(by_lines[label]),
            is_agreed=is_agreed,
            is_cut=ink is not None and ink.is_cut,
            is_slash=ink is not None and sign.label == 1 and is_slash(ink, inks, bodies),
            may_be_other=may_be_other[place],
        )
        digits.append(digit)
    marks, position = list[Mark](), 0
    for sign, ink in read.inks:
        if sign.label in MARKS:
            is_after_point = bool(marks) and marks[-1].position == position
            closes = position == len(digits) and (sign.label != MINUS or is_after_point)
            marks.append(_to_mark(read, sign, ink, position, closes_number=closes))
        position += sign.label < POINT
    return Line(digits, marks)


def _which_may_be_other(
    read: _LineSigns, of_digits: Sequence[tuple[Sign, SignInk | None]], boxes: Sequence[Box]
) -> list[bool]:
    """Return which digits of a line may be another sign, by their ink; none without it."""
    inks = [ink for _, ink in of_digits]
    may_be = are_struck_out(inks)
    for place, (sign, ink) in enumerate(of_digits):
        if ink:
            may_be[place] |= may_be_index(boxes, place, is_zero=sign.label == 0)
    first, first_ink = of_digits[0]
    if first.label == 1 and first_ink:
        bodies = [ink for sign, ink in of_digits if ink and sign.label not in STEMS]
        may_be[0] |= is_bar(first_ink, [ink for ink in inks if ink], bodies)
    return may_be


def _to_mark(
    read: _LineSigns, sign: Sign, ink: SignInk | None, position: int, *, closes_number: bool
) -> Mark:
    """Return a mark, and whether it has no ink or the network speaks against it.

    After the last digit, as in 1.204,- a point, a comma, or nothing is the same number.
    """
    same = {sign.label, POINT, COMMA, BLANK} if closes_number else {sign.label}
    others = [label for label in MARKS if label not in same]
    of_marks = float(sign.probabilities[[*(MARKS.keys() | same)]].sum())
    is_without_ink = ink is None and not closes_number  # as a shadow's edge that looks like a mark
    return Mark(
        read.box(sign, ink),
        MARKS[sign.label],
        position,
        {"other_mark": log_of(float(sign.probabilities[others].sum()))},
        may_be_other=is_without_ink or of_marks < MIN_SURE_MARK,
    )


def with_points_in_doubt(line: Line) -> Line:
    """Return a line; its marks may be other signs if two points or more do not group thousands.

    They may be dots of a rule under the digits, by which 5065 is read as 5.0.6.5.
    """
    if IN_GROUPS.fullmatch(without_closing_marks(line.read)):
        return line
    return replace(line, marks=[replace(mark, may_be_other=True) for mark in line.marks])


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
