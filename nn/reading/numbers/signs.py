"""Digits that may as well be signs: slashes, brackets, upright lines, powers, and a glued minus.

Lengths are relative to the usual height of a line's digits.
"""

from collections.abc import Sequence

import numpy as np

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component
from nn.reading.numbers.places import THIN, measure

BEYOND = 0.05  # how much higher and lower than the digits beside it a bracket or a line is
BOW, BOW_SHORT = 0.08, 0.1  # bulge of a bracket over its height; shorter than digits at one end
ENDS = 0.1  # of a line's height, at each end: there a round pen is wider than its line
INDEX = 0.85  # height of the highest index, over the usual height of the other digits
RAISED, LOWERED = -0.3, -0.1  # lower end of a power, middle of an index below the baseline
DASH = 0.2  # length of a minus sign that touches the first digit, before it
DASH_RISE = 0.35  # most rise over its length: the first stroke of a 1 is steeper
DASH_LEVELS = (0.3, 0.7)  # of its middle, over the digit's height
SLASH_DEGREES = 15  # least angle of a slash to the upright
SLASH_BEYOND, SLASH_SHORT = 0.02, 0.05  # how much longer a slash is than digits; shorter at one end


def is_slash(component: Component, beside: Sequence[Component], height_px: float) -> bool:
    """Return whether a component is a slash between two digits, longer than both."""
    return len(beside) == 2 and _is_slash_of_length(
        component, *_beyond(component, beside), height_px
    )


def _is_slash_of_length(
    component: Component, above_px: float, below_px: float, height_px: float
) -> bool:
    """Return whether a component is a leaning straight stroke that is longer than digits."""
    if min(above_px, below_px) < -SLASH_SHORT * height_px:
        return False
    if above_px + below_px < SLASH_BEYOND * height_px:
        return False
    stroke = measure(component)
    return stroke.is_straight and 0 < stroke.degrees <= 90 - SLASH_DEGREES


def may_be_signs(digits: Sequence[Component]) -> list[bool]:
    """Return which digits of a line, from left to right, may be brackets, lines or powers."""
    heights = np.array([each.height for each in digits])
    beside = [[*digits[max(0, at - 1) : at], *digits[at + 1 : at + 2]] for at in range(len(digits))]
    are_signs = [
        bool(others) and _may_be_sign(each, others, float(np.median(np.delete(heights, at))))
        for at, (each, others) in enumerate(zip(digits, beside, strict=True))
    ]
    height_px = float(np.median(heights))
    are_brackets = _are_brackets(digits[0], digits[-1], beside, height_px)
    are_signs[0] = are_signs[0] or are_brackets[0] or _begins_with_dash(digits[0], height_px)
    are_signs[-1] = are_signs[-1] or are_brackets[1]
    return are_signs


def _are_brackets(
    first: Component, last: Component, beside: Sequence[Sequence[Component]], height_px: float
) -> tuple[bool, bool]:
    """Return whether the ends of a line may be brackets or a pair of upright lines.

    A bracket bulges away from the digits. Two lines, each higher and lower than the digit beside
    it, are a pair.
    """
    if not (beside[0] and beside[-1]):
        return False, False
    least = min(_beyond(first, beside[0])), min(_beyond(last, beside[-1]))
    are_long = min(least) > 0 and len(beside) > 2
    if are_long and all(measure(each).is_one_line for each in (first, last)):
        return True, True
    is_left, is_right = (
        short_px > -BOW_SHORT * height_px and bulge > BOW and measure(each).is_one_line
        for short_px, bulge, each in zip(
            least, (-_bulge(first), _bulge(last)), (first, last), strict=True
        )
    )
    return is_left, is_right


def _bulge(component: Component) -> float:
    """Return how far the middle of a thin upright line is right of its ends, over its height.

    0 where a tenth of the rows or more are wide: 3, 5 and 7 and the first stroke of a 1 are so.
    """
    is_ink = component.ink >= INK_LEVEL
    first = is_ink.argmax(axis=1)
    last = component.width - 1 - is_ink[:, ::-1].argmax(axis=1)
    if np.quantile(last - first + 1, 1 - ENDS) > THIN * component.pen_px:
        return 0.0
    middles = (first + last) / 2
    n_end, n_third = max(1, round(ENDS * len(middles))), len(middles) // 3
    ends = (middles[:n_end].mean() + middles[-n_end:].mean()) / 2
    return float(middles[n_third : len(middles) - n_third].mean() - ends) / component.height


def _begins_with_dash(digit: Component, height_px: float) -> bool:
    """Return whether a digit's left part is level and thin at half its height: a minus sign."""
    is_ink = digit.ink >= INK_LEVEL
    first = is_ink.argmax(axis=0)
    last = digit.height - 1 - is_ink[::-1].argmax(axis=0)
    middle = (first + last + 1) / (2 * digit.height)
    is_thin = (last - first + 1 <= THIN * digit.pen_px) & is_ink.any(axis=0)
    is_dash = is_thin & (middle > DASH_LEVELS[0]) & (middle < DASH_LEVELS[1])
    length_px = digit.width if is_dash.all() else int(is_dash.argmin())
    if length_px <= DASH * height_px:
        return False
    rise_px = abs(middle[0] - middle[length_px - 1]) * digit.height
    return bool(rise_px < DASH_RISE * length_px)


def _may_be_sign(digit: Component, beside: Sequence[Component], height_px: float) -> bool:
    """Return whether a digit is one line, higher and lower than those beside it.

    Or low, and raised as a power or lowered as an index; or a slash longer than their mean.
    """
    baseline = float(np.mean([each.bottom for each in beside]))
    is_raised = (digit.bottom - baseline) / height_px < RAISED
    is_lowered = (digit.y + digit.height / 2 - baseline) / height_px > LOWERED
    if digit.height < INDEX * height_px and (is_raised or is_lowered):
        return True
    least_px = min(_beyond(digit, beside))
    if least_px > BEYOND * height_px and measure(digit).is_one_line:
        return True
    if least_px > 0 and _is_slash_of_length(digit, least_px, least_px, height_px):
        return True
    top = float(np.mean([each.y for each in beside]))
    lengths = top - digit.y, digit.bottom - baseline
    return len(beside) == 2 and _is_slash_of_length(digit, *lengths, height_px)


def _beyond(component: Component, beside: Sequence[Component]) -> tuple[int, int]:
    """Return by how many pixels a component is higher and lower than the digits beside it."""
    above = min(each.y - component.y for each in beside)
    below = min(component.bottom - each.bottom for each in beside)
    return above, below
