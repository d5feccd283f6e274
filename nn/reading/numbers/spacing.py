"""Digits that are as near to one of another line as pieces of one digit, or inside another."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nn.reading.numbers.types import NumberLine

NEAR = 0.15  # distance of such boxes in both directions, over the higher one's height

LOWER = 0.75  # height of the lower of them, over the higher one's: lines of a page are equal


def with_doubts_between(lines: Sequence[NumberLine]) -> list[NumberLine]:
    """Return lines whose digits are doubtful where one of another line is next to them.

    So are the pieces of a digit that a ruled line has cut, the upper ones in a line of their own,
    and the numbers of a fraction without its bar. Where one is inside another, both are doubtful:
    a ring around a 1 is no 0.
    """
    boxes = np.array([digit.box for line in lines for digit in line.digits], float).reshape(-1, 4)
    numbers = np.repeat(np.arange(len(lines)), [len(line.digits) for line in lines])
    starts, ends = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    gaps = np.maximum(starts[:, None] - ends, starts - ends[:, None]).max(axis=2)
    heights = np.maximum.outer(boxes[:, 3], boxes[:, 3])
    is_lower = np.minimum.outer(boxes[:, 3], boxes[:, 3]) < LOWER * heights
    is_near = (gaps < NEAR * heights) & is_lower & (numbers[:, None] != numbers)
    is_within = ((starts[:, None] > starts) & (ends[:, None] < ends)).all(axis=2)
    are_doubtful = iter((is_near | is_within | is_within.T).any(axis=1).tolist())
    return [
        replace(
            line,
            digits=[
                replace(digit, may_be_sign=digit.may_be_sign or is_doubtful)
                for digit, is_doubtful in zip(line.digits, are_doubtful, strict=False)
            ],
        )
        for line in lines
    ]
