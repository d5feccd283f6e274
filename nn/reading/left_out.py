"""Ink that was not read, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SAME = 0.5  # overlap of two boxes of the same ink, over the area of both together


class Why(StrEnum):
    """Why ink of a digit's size was not read."""

    NOT_A_DIGIT = "not_a_digit"  # a letter, a sign, a drawing, a crossed-out digit
    BESIDE_THE_DIGIT = "beside_the_digit"  # other writing in a picture of one digit
    CUT_BY_EDGE = "cut_by_edge"  # goes on beyond the picture
    TAKEN_FOR_LINE = "taken_for_line"  # looks like a ruled line, or was removed with one
    FAINT = "faint"  # much paler than the rest, such as erased pencil
    NO_PAPER = "no_paper"  # lies where the paper could not be found: a shadow's edge, a table


@dataclass(frozen=True)
class LeftOut:
    """A box of ink that was not read: x, y, width and height in pixels, and why."""

    box: tuple[float, float, float, float]
    why: Why


def without_repeats(left_out: Iterable[LeftOut]) -> list[LeftOut]:
    """Return what was left out, from top to bottom, each ink once: the first of equal boxes."""
    kept: list[LeftOut] = []
    for each in left_out:
        if all(_overlap(each.box, other.box) < SAME for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.box[1])


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the area that two boxes share over the area that either covers."""
    (x, y, width, height), (left, top, across, down) = one, other
    shared_width = min(x + width, left + across) - max(x, left)
    shared_height = min(y + height, top + down) - max(y, top)
    shared = max(0.0, shared_width) * max(0.0, shared_height)
    return shared / max(width * height + across * down - shared, 1e-9)
