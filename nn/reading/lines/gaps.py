"""Gaps between the digits of a line: which separate two numbers, and which may do so."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from nn.reading.page.components import Floats
from nn.reading.reading import Digit, Line, Mark

# A gap, over the digits' height; over the other gaps; and its pitch (the gap and half of both
# digits) over the other pitches:
MIN_DOUBTFUL_GAP = (0.55, 1.7, 1.3)
MIN_WIDE_GAP = (1.0, 2.5, 1.8)  # separates two numbers
MIN_WIDE_GAP_OF_TWO = 1.5  # between two digits that are alone: they may be in boxes
MIN_USUAL_PITCH = 0.9  # over the digits' height, with which others are compared


def split_at_wide_gaps(lines: Sequence[Line]) -> list[Line]:
    """Return lines of one number each, from left to right where several were one line.

    A line with a gap that is not clearly wide remains, and the gap is in ``doubtful_gaps``. A gap
    that groups thousands is neither, as in 12 345.
    """
    numbers = []
    for line in lines:
        is_wide, is_doubtful = judge_gaps(line)
        groups = _group_thousands(line, is_wide | is_doubtful)
        is_wide, is_doubtful = is_wide & ~groups, is_doubtful & ~groups
        ends = [0, *(np.nonzero(is_wide)[0] + 1).tolist(), len(line.digits)]
        for start, end in pairwise(ends):
            marks = [
                replace(mark, position=mark.position - start)
                for mark in line.marks
                if _is_of(mark, line.digits, start, end)
            ]
            gaps = (np.nonzero(is_doubtful[start : end - 1])[0] + 1).tolist()
            digits = line.digits[start:end]
            numbers.append(replace(line, digits=digits, marks=marks, doubtful_gaps=gaps))
    return numbers


def _group_thousands(line: Line, is_gap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of the gaps (N - 1,) have three digits after them, and one to three before.

    None does if one of the gaps does not. Digits are counted up to the next gap, mark or end. A gap
    wider than the digits are high groups only zeros: 000 is no number.
    """
    gaps = (np.nonzero(is_gap)[0] + 1).tolist()
    places = sorted({0, *gaps, *(mark.position for mark in line.marks), len(line.digits)})
    is_close = _gaps(line) <= MIN_WIDE_GAP[0]
    groups = np.zeros(len(is_gap), np.bool_)
    for gap in gaps:
        at = places.index(gap)
        is_group = places[at + 1] - gap == 3 and gap - places[at - 1] <= 3
        are_zeros = not any(digit.digit for digit in line.digits[gap : gap + 3])
        groups[gap - 1] = is_group and (is_close[gap - 1] or are_zeros)
    return groups if groups.sum() == len(gaps) else np.zeros_like(groups)


def judge_gaps(line: Line) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which gaps (N - 1,) separate two numbers, and which may do so."""
    widths = np.array([digit.box[2] for digit in line.digits]) / _height_px(line)
    gaps = _gaps(line)
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


def _gaps(line: Line) -> Floats:
    """Return the gaps (N - 1,), the widest part without a mark of each, over the digits' height."""
    gaps = np.zeros(len(line.digits) - 1)
    for place, (left, right) in enumerate(pairwise(line.digits)):
        marks = [mark.box for mark in line.marks if mark.position == place + 1]
        row = pairwise([left.box, *marks, right.box])
        gaps[place] = max(0.0, *(after[0] - box[0] - box[2] for box, after in row))
    return gaps / _height_px(line)


def _height_px(line: Line) -> float:
    return median(digit.box[3] for digit in line.digits)


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
