"""Digits that a point or a comma may touch, at their lower right.

What touches a digit is its ink, and the digit is read with it: 3.14 as 314. A point beside the foot
of a digit makes its right edge jump to the right on the way down; a comma hangs below it. Lengths
are relative to the usual height of a line's digits, except where said otherwise.
"""

from collections.abc import Sequence

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component

WITH_FOOT = (1, 2, 4, 6, 7)  # digits whose lower stroke may go to the right itself
FOOT = 0.25  # of the digit, from below, in which a point is looked for
JUMP = 0.7  # of its right edge, over the pen's width
STEEP = 0.5  # height within which it jumps, likewise
HANGING = 0.2  # length of a comma below the digits on both sides


def may_hold_mark(
    digit: Component, label: int, beside: Sequence[Component], height_px: float
) -> bool:
    """Return whether a point or a comma may touch ink that is read as a digit.

    Parameters
    ----------
    digit
        The ink.
    label
        What it is read as.
    beside
        The digits left and right of it, if any.
    height_px
        The usual height of the line's digits.
    """
    if beside and digit.bottom - max(each.bottom for each in beside) > HANGING * height_px:
        return True
    if label in WITH_FOOT:
        return False
    foot = digit.ink[-max(1, round(FOOT * height_px)) :] >= INK_LEVEL
    ends = digit.width - foot[:, ::-1].argmax(axis=1)
    n_rows = max(1, round(STEEP * digit.pen_px))
    jumps = ends[n_rows:] - ends[:-n_rows]
    return bool(jumps.size and jumps.max() > JUMP * digit.pen_px)
