"""The numbers of a picture: one network reads each line, another one each digit of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nn.reading.allowed import Restriction
from nn.reading.certainty import MIN_SAME_OVERLAP, LeftOut, ReasonNotRead, overlaps
from nn.reading.lines.best_match import best_match
from nn.reading.lines.components import Component
from nn.reading.lines.divide import DividedInk, SignInk, divide
from nn.reading.lines.effort import MAX_COLUMNS
from nn.reading.lines.find import PAPER_MARGIN, TextLine, find_lines
from nn.reading.lines.strip import (
    COMMA,
    MINUS,
    OTHER,
    POINT,
    ROWS,
    Sign,
    find_signs,
    most_missed,
    to_strip,
)
from nn.reading.lines.types import (
    MAX_DIGITS,
    Activations,
    Box,
    Classify,
    DetectedDigit,
    Mark,
    NumberLine,
    NumberReading,
    ReadStrip,
    TooManyDigits,
)
from nn.reading.mnist import SIDE_PX, Pixels, ink_to_mnist
from nn.reading.page.find import Sheet
from nn.reading.page.light import EvenInk

MARKS: dict[int, Literal[".", ",", "-"]] = {POINT: ".", COMMA: ",", MINUS: "-"}
MIN_SURE_MARK = 0.9  # probability of a mark
MIN_SURE_DIGIT = 0.95  # probability of a digit by the network of lines
# A cut-out is read again without paper above and below its signs if there is more than the network
# has learnt: at most half a digit's height on each side.
CLOSE_MARGIN = 0.2  # paper that remains on each side, over the height of the digits
MAX_CLOSE = 0.7  # height that remains, over that of the cut-out
MAX_MISSED = 0.2  # probability of a sign where none is read
MIN_COMPARED = 1e-3  # probability of a digit where two networks are compared
# Lengths without the pen's width, over the height of the line's digits:
MAX_SURE_POINT, MAX_POINT, MIN_SURE_COMMA = 0.12, 0.145, 0.18
MIN_SLASH_REACH = 0.05  # above and below all digits, over their height
MAX_INDEX_HEIGHT = 0.4  # of a power or an index, over the height of the highest digit
MIN_LEFT_OUT_HEIGHT = 0.6  # of ink without a sign, over the digits' height

# A gap, over the digits' height; over the other gaps; and its pitch (the gap and half of both
# digits) over the other pitches:
MIN_DOUBTFUL_GAP = (0.55, 1.7, 1.3)
MIN_WIDE_GAP = (1.0, 2.5, 1.8)  # separates two numbers
MIN_WIDE_GAP_OF_TWO = 1.5  # between two digits that are alone: they may be in boxes
MIN_USUAL_PITCH = 0.9  # over the digits' height, with which others are compared

Floats = NDArray[np.float64]


def read_lines(
    sheet: Sheet,
    classify: Classify,
    read_strip: ReadStrip,
    restriction: Restriction | None = None,
    most_columns: int = MAX_COLUMNS,
) -> NumberReading:
    """Return the numbers of a picture, and the ink that is left out.

    Parameters
    ----------
    sheet
        The picture and its ink.
    classify
        The network of digits: takes images uint8 (N, 28, 28), returns the probability of each
        digit, float (N, 10); about 0.1 for each where an image shows no digit.
    read_strip
        The network of lines.
    restriction
        Which texts a line may hold, if not any: each line is then one number, with a ``match``.
    most_columns
        Of the strips of all lines together.

    Returns
    -------
    NumberReading
        Numbers from top to bottom and from left to right.

    Raises
    ------
    TooManyDigits
        If there are more digits than ``MAX_DIGITS``, more components than they may have, or longer
        lines than ``most_columns``.
    """
    numbers: list[NumberLine] = []
    left_out: list[Box] = []
    small: list[Box] = []
    n_digits = n_columns = 0
    for line in find_lines(sheet):
        strip = to_strip(line.grey)
        n_columns += strip.shape[1]
        if n_columns > most_columns:
            raise TooManyDigits("The picture holds more lines, or longer ones, than are read.")
        read = _read(line, strip, read_strip)
        if line.is_whole:
            read = _read_closer(read, read_strip)
        n_digits += sum(sign.label < POINT for sign in read.signs)
        if n_digits > MAX_DIGITS:
            raise TooManyDigits(
                f"The picture holds more than {MAX_DIGITS} digits; at most so many are read."
            )
        others, lower = _left_out(read)
        left_out += others
        has_much_paper = read.line is not line
        # In a patterned cut-out, lower ink may be the pattern's.
        if isinstance(sheet.source, EvenInk) or not line.is_whole or has_much_paper:
            small += lower
        if number := _number(read, classify):
            may_have_more = most_missed(read.frames, read.signs) > MAX_MISSED
            if restriction:
                match = best_match(read.frames, number.read, restriction)
                number = replace(number, match=match, doubtful_gaps=_wide_gaps(number))
            numbers.append(replace(number, may_have_more=may_have_more))
    by_height = sorted(left_out, key=lambda box: box[1])
    named = [LeftOut(box, ReasonNotRead.NOT_A_DIGIT) for box in by_height]
    numbers = with_repeats_in_doubt(numbers)
    return NumberReading(numbers if restriction else split_at_wide_gaps(numbers), named, small)


@dataclass(frozen=True)
class _ReadLine:
    """A line, the network's output for it (T, 15), its signs, and their ink."""

    line: TextLine
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


def _read(line: TextLine, strip: Pixels, read_strip: ReadStrip) -> _ReadLine:
    """Return what the network of lines reads in a line and its strip."""
    frames = read_strip(strip)
    signs = find_signs(frames)
    scale = len(line.grey) / ROWS
    divided = divide(line.ink, [sign.middle_px * scale for sign in signs])
    return _ReadLine(line, frames, signs, divided)


def _read_closer(read: _ReadLine, read_strip: ReadStrip) -> _ReadLine:
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
    found = _read(closer, to_strip(closer.grey), read_strip)
    beyond = [
        (x, y - top, width, height)
        for x, y, width, height in read.divided.rest
        if y + height <= top or y >= bottom
    ]
    return replace(found, divided=replace(found.divided, rest=[*found.divided.rest, *beyond]))


def with_repeats_in_doubt(lines: Sequence[NumberLine]) -> list[NumberLine]:
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
            replace(digit, may_be_other=True)
            if (overlaps(np.array(digit.box), near) >= MIN_SAME_OVERLAP).any()
            else digit
            for digit in line.digits
        ]
        checked.append(replace(line, digits=digits))
    return checked


def _number(read: _ReadLine, classify: Classify) -> NumberLine | None:
    """Return the number in a line, None if it has no digit."""
    digits = [(sign, ink) for sign, ink in read.inks if sign.label < POINT]
    if not digits:
        return None
    images = np.stack([_image(ink) for _, ink in digits])
    may_be_other = _may_be_other(digits)
    detected = [
        _detected(_box(read.line, sign, ink), sign, ink, image, activations, may_be)
        for (sign, ink), image, activations, may_be in zip(
            digits, images, classify(images), may_be_other, strict=True
        )
    ]
    measures = _Measures.of([ink for _, ink in digits if ink])
    marks, position = [], 0
    for sign, ink in read.inks:
        if sign.label in MARKS:
            character, is_sure = _mark(sign, ink, measures)
            marks.append(Mark(_box(read.line, sign, ink), character, is_sure, position))
        position += sign.label < POINT
    return NumberLine(detected, marks)


@dataclass(frozen=True)
class _Measures:
    """The usual height of a line's digits in its pixels, and the width of the pen."""

    height_px: float
    pen_px: float

    @staticmethod
    def of(inks: Sequence[SignInk]) -> "_Measures":
        """Return the measures of digits' ink, 0 without any."""
        heights = [len(ink.ink) for ink in inks]
        pens = [Component(0, 0, ink.ink).pen_px for ink in inks]
        return _Measures(*(float(np.median(each)) if each else 0.0 for each in (heights, pens)))


def _mark(
    sign: Sign, ink: SignInk | None, measures: _Measures
) -> tuple[Literal[".", ",", "-"], bool]:
    """Return what a mark is, and whether it is surely that: a comma is longer than a point.

    UNIPEN's 130 writers of symbols draw points up to 0.13 of a line's height long, without the
    pen's width, and commas from 0.16 on.
    """
    character = MARKS[sign.label]
    if ink is None:  # a shadow's edge may look like one
        return character, False
    is_sure = bool(sign.probabilities[list(MARKS)].sum() >= MIN_SURE_MARK)
    if sign.label == MINUS or not measures.height_px:
        return character, is_sure and bool(sign.probabilities[sign.label] >= MIN_SURE_MARK)
    height, width = (max(0.0, side - measures.pen_px) for side in ink.ink.shape)
    length = float(np.hypot(height, width)) / measures.height_px
    is_clear = length <= MAX_SURE_POINT or length >= MIN_SURE_COMMA
    return "." if length <= MAX_POINT else ",", is_sure and is_clear and ink.n_pieces == 1


def _may_be_other(digits: Sequence[tuple[Sign, SignInk | None]]) -> list[bool]:
    """Return of each digit whether its size allows that it is another sign."""
    inks = [ink for _, ink in digits]
    heights = [len(ink.ink) for ink in inks if ink]
    return [
        ink is not None
        and (
            len(ink.ink) < MAX_INDEX_HEIGHT * max(heights)
            or (
                sign.label == 1
                and _is_beyond(ink, [each for each in inks if each not in (None, ink)])
            )
        )
        for sign, ink in digits
    ]


def _is_beyond(ink: SignInk, others: Sequence[SignInk]) -> bool:
    """Return whether ink begins above all others of a line and ends below them."""
    if not others:
        return False
    reach_px = MIN_SLASH_REACH * float(np.median([len(each.ink) for each in others]))
    top, bottom = min(each.y for each in others), max(each.y + len(each.ink) for each in others)
    return ink.y < top - reach_px and ink.y + len(ink.ink) > bottom + reach_px


def _image(ink: SignInk | None) -> Pixels:
    """Return a digit's ink as the digit network's input, empty without ink."""
    return np.zeros((SIDE_PX, SIDE_PX), np.uint8) if ink is None else ink_to_mnist(ink.ink)


def _detected(
    box: Box,
    sign: Sign,
    ink: SignInk | None,
    image: Pixels,
    activations: Activations,
    may_be_other: bool,
) -> DetectedDigit:
    """Return a digit; if the networks differ, the likeliest by both together."""
    of_line = sign.probabilities[:POINT]
    is_same = int(activations.argmax()) == sign.label
    if not is_same:
        both = np.sqrt(np.maximum(activations, MIN_COMPARED) * np.maximum(of_line, MIN_COMPARED))
        activations = both / both.sum()
    agreement = float(of_line[sign.label]) if is_same else 0.0
    is_cut = ink is not None and ink.is_cut
    return DetectedDigit(box, image, activations, is_cut, agreement, may_be_other)


def _box(line: TextLine, sign: Sign, ink: SignInk | None) -> Box:
    """Return the box of a sign in the sheet; without ink, a box where the sign is read."""
    if ink is None:
        height_px = len(line.grey)
        x = sign.middle_px * height_px / ROWS
        return line.box(x - height_px / 4, height_px / 4, height_px / 2, height_px / 2)
    height, width = ink.ink.shape
    return line.box(ink.x, ink.y, width, height)


def _left_out(read: _ReadLine) -> tuple[list[Box], list[Box]]:
    """Return the boxes of other signs and of high ink without a sign, and boxes of lower ink.

    Without digits to compare with, all ink without a sign counts as lower.
    """
    line, heights = read.line, read.digit_heights
    others = [_box(line, sign, ink) for sign, ink in read.inks if sign.label == OTHER]
    least_px = MIN_LEFT_OUT_HEIGHT * float(np.median(heights)) if heights else 0.0
    rest = [each for each in read.divided.rest if not line.goes_on(each[1], each[3])]
    high = [line.box(*each) for each in rest if each[3] >= least_px]
    low = [line.box(*each) for each in rest if each[3] < least_px]
    return ([*others, *high], low) if heights else (others, high)


def is_written(grey: Pixels, box: Box, read_strip: ReadStrip) -> bool:
    """Return whether the network of lines reads any sign in a box of a sheet, grey (H, W)."""
    x, y, width, height = box
    margin = PAPER_MARGIN * height
    rows = slice(max(0, round(y - margin)), round(y + height + margin))
    columns = slice(max(0, round(x - margin)), round(x + width + margin))
    return bool(find_signs(read_strip(to_strip(grey[rows, columns]))))


def split_at_wide_gaps(lines: Sequence[NumberLine]) -> list[NumberLine]:
    """Return lines of one number each, from left to right where several were one line.

    A line with a gap that is not clearly wide remains, and the gap is in ``doubtful_gaps``.
    """
    return [number for line in lines for number in _split(line)]


def _wide_gaps(line: NumberLine) -> tuple[int, ...]:
    """Return the counts of digits before each gap that separates two numbers, or may do so."""
    is_wide, is_doubtful = _judge_gaps(line.digits, line.marks)
    return tuple((np.nonzero(is_wide | is_doubtful)[0] + 1).tolist())


def _split(line: NumberLine) -> list[NumberLine]:
    """Return the numbers of a line."""
    is_wide, is_doubtful = _judge_gaps(line.digits, line.marks)
    ends = [0, *(np.nonzero(is_wide)[0] + 1).tolist(), len(line.digits)]
    numbers = []
    for start, end in pairwise(ends):
        marks = [
            replace(mark, position=mark.position - start)
            for mark in line.marks
            if _is_of(mark, line.digits, start, end)
        ]
        gaps = tuple((np.nonzero(is_doubtful[start : end - 1])[0] + 1).tolist())
        numbers.append(NumberLine(line.digits[start:end], marks, gaps, line.may_have_more))
    return numbers


def _judge_gaps(
    digits: Sequence[DetectedDigit], marks: Sequence[Mark]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which gaps (N - 1,) separate two numbers, and which may do so."""
    height_px = float(np.median([digit.box[3] for digit in digits]))
    widths = np.array([digit.box[2] for digit in digits]) / height_px
    gaps = np.array(
        [
            _widest_gap([digits[at - 1].box, *_boxes_at(marks, at), digits[at].box]) / height_px
            for at in range(1, len(digits))
        ]
    )
    pitches = gaps + (widths[:-1] + widths[1:]) / 2
    if (gaps <= MIN_DOUBTFUL_GAP[0]).all():
        return np.zeros(len(gaps), np.bool_), np.zeros(len(gaps), np.bool_)
    other_gaps = _medians_of_others(gaps)
    other_pitches = np.maximum(_medians_of_others(pitches), MIN_USUAL_PITCH)

    def are_above(gap: float, over_gaps: float, over_pitches: float) -> NDArray[np.bool_]:
        is_uneven = gaps > over_gaps * other_gaps
        return (gaps > gap) & is_uneven & (pitches > over_pitches * other_pitches)

    is_wide = are_above(
        MIN_WIDE_GAP_OF_TWO if len(gaps) == 1 else MIN_WIDE_GAP[0], *MIN_WIDE_GAP[1:]
    )
    return is_wide, are_above(*MIN_DOUBTFUL_GAP) & ~is_wide


def _boxes_at(marks: Sequence[Mark], position: int) -> list[Box]:
    """Return the boxes of the marks at a position between digits."""
    return [mark.box for mark in marks if mark.position == position]


def _widest_gap(boxes: Sequence[Box]) -> float:
    """Return the widest part between boxes, from left to right, without any."""
    return max(0.0, *(right[0] - left[0] - left[2] for left, right in pairwise(boxes)))


def _medians_of_others(values: Floats) -> Floats:
    """Return for each value (N,) the median of the other values, 0 if there is none."""
    if len(values) < 2:
        return np.zeros(len(values))
    listed = values.tolist()
    return np.array([median(listed[:at] + listed[at + 1 :]) for at in range(len(listed))])


def _is_of(mark: Mark, digits: Sequence[DetectedDigit], start: int, end: int) -> bool:
    """Return whether a mark belongs to a number; between two it belongs to the nearer one."""
    before, after = mark.position == start > 0, mark.position == end < len(digits)
    if not (before or after):
        return start <= mark.position <= end
    left, right = digits[mark.position - 1].box, digits[mark.position].box
    is_nearer_to_left = mark.box[0] - left[0] - left[2] < right[0] - mark.box[0] - mark.box[2]
    return is_nearer_to_left == after
