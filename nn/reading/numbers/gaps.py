"""Numbers side by side: a wide gap in a line separates two of them.

Gaps and pitches are relative to the height of a line's digits, and compared with the median of
the line's other ones: digits in boxes are far from each other, but evenly so.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from nn.reading.numbers.types import Box, DetectedDigit, Mark, NumberLine

USUAL_PITCH = 0.9  # the least one that others are compared with; a gap and half of both digits
DOUBTFUL = (0.55, 1.7, 1.3)  # gap, over the other gaps, and its pitch over the other pitches
WIDE = (1.0, 2.5, 1.8)  # likewise, of a gap that separates two numbers
WIDE_ALONE = 1.5  # such a gap between two digits that are alone: they may be in boxes

Floats = NDArray[np.float64]


def split_at_wide_gaps(lines: Sequence[NumberLine]) -> list[NumberLine]:
    """Return lines of one number each, from left to right where several were one line.

    A line with a gap that is not clearly wide remains, and ``may_be_two`` is set.
    """
    return [number for line in lines for number in _split(line)]


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
        may_be_two = bool(is_doubtful[start : end - 1].any())
        numbers.append(NumberLine(line.digits[start:end], marks, may_be_two, line.may_have_more))
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
    if (gaps <= DOUBTFUL[0]).all():
        return np.zeros(len(gaps), np.bool_), np.zeros(len(gaps), np.bool_)
    other_gaps = _medians_of_others(gaps)
    other_pitches = np.maximum(_medians_of_others(pitches), USUAL_PITCH)

    def are_above(gap: float, over_gaps: float, over_pitches: float) -> NDArray[np.bool_]:
        is_uneven = gaps > over_gaps * other_gaps
        return (gaps > gap) & is_uneven & (pitches > over_pitches * other_pitches)

    is_wide = are_above(WIDE_ALONE if len(gaps) == 1 else WIDE[0], *WIDE[1:])
    return is_wide, are_above(*DOUBTFUL) & ~is_wide


def _boxes_at(marks: Sequence[Mark], position: int) -> list[Box]:
    """Return the boxes of the marks at a position between digits."""
    return [mark.box for mark in marks if mark.position == position]


def _widest_gap(boxes: Sequence[Box]) -> float:
    """Return the widest part between boxes, from left to right, without any."""
    return max(0.0, *(right[0] - left[0] - left[2] for left, right in pairwise(boxes)))


def _medians_of_others(values: Floats) -> Floats:
    """Return for each value (N,) the median of the others, 0 if there is no other."""
    if len(values) < 2:
        return np.zeros(len(values))
    listed = values.tolist()
    return np.array([median(listed[:at] + listed[at + 1 :]) for at in range(len(listed))])


def _is_of(mark: Mark, digits: Sequence[DetectedDigit], start: int, end: int) -> bool:
    """Return whether a mark is of a number; in a gap between two it is of the nearer one."""
    before, after = mark.position == start > 0, mark.position == end < len(digits)
    if not (before or after):
        return start <= mark.position <= end
    left, right = digits[mark.position - 1].box, digits[mark.position].box
    is_nearer_to_left = mark.box[0] - left[0] - left[2] < right[0] - mark.box[0] - mark.box[2]
    return is_nearer_to_left == after
