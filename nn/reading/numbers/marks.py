"""Decimal points, commas and minus signs: told from digits' strokes by their shape and place.

Lengths are relative to the line's height. UNIPEN's 130 writers of symbols draw points 0 to 0.13
long and wide (without the pen's width), commas 0.16 to 0.7 high, minus signs 0.25 to 0.9 long,
slashes 0.75 to 1.7 high.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nn.reading.mnist_format import INK_LEVEL
from nn.reading.numbers.components import Component
from nn.reading.numbers.lattice import LOWEST
from nn.reading.numbers.places import Measures, Place, Stroke, is_bar, is_within, measure
from nn.reading.numbers.signs import is_slash

HIGHEST_MARK = 0.9  # height of the highest comma, with the pen's width
LEAST_PEN = 0.6  # width of a mark's line, over the pen's: a speck or a ruled line is thinner
FINE_PEN, FINE_SHAPE = 0.3, 0.4  # of a point that may be a speck: width; shorter over longer side
POINT, SURE_POINT = 0.2, 0.14  # longer side of a point, without the pen's width
LARGE_POINT, ROUND, FILLED = 0.4, 0.75, 0.7  # a disc: size; shorter side, area over the box's
POINT_LEVELS, SURE_LEVELS = (-0.32, 0.3), (-0.25, 0.15)  # of a point's middle below the baseline
SHORT_COMMA = 0.1  # least length below the baseline of a comma that is as short as a point
DOT_LEVELS = (-1.4, 0.6)  # of the middle of any other dot that is no speck

COMMA_TOPS = (-0.45, 0.25)  # of a comma's upper end below the baseline
SURE_COMMA = 0.1  # length below the baseline
STEEP_DEGREES = 30  # least angle of a comma
THICK, BENT = 1.8, 0.5  # of a comma: thickness over the pen's width, or over its length

MINUS, SURE_MINUS, LONG_MINUS = 0.1, 0.2, 1.0  # length of a minus sign without the pen's width
MINUS_LEVELS = (-0.75, -0.25)  # of its middle below the baseline
LEVEL_DEGREES = 25  # most of a minus sign

BELOW = 0.06  # distance from the baseline of a level stroke that is no foot of a digit
MOST_GAP = 0.8  # from a mark to the next digit
FLAG_LEVEL, FLAG_GAP, FLAG_SHAPE = -0.6, 0.15, 1.5  # a 5's bar: lower end; gaps to the rest; shape

Character = Literal[".", ",", "-"]


@dataclass(frozen=True)
class FoundMark:
    """A component that is a mark, and whether it can be nothing else."""

    component: Component
    character: Character
    is_sure: bool


@dataclass(frozen=True)
class SortedLine:
    """A line's components.

    Attributes
    ----------
    digits
        Digits, and strokes of digits, from left to right.
    marks
        Points, commas and minus signs.
    others
        What is neither, and no speck.
    """

    digits: list[Component]
    marks: list[FoundMark]
    others: list[Component]


def sort_line(
    components: Sequence[Component], dots: Sequence[Component], measures: Measures
) -> SortedLine:
    """Return a line's components, and the dots near it, as digits, marks, and others."""
    line = SortedLine([], [], [])
    for component in [*components, *dots]:
        is_dot = component in dots
        is_fine = min(component.ink.shape) < LEAST_PEN * measures.pen_px
        place = measures.place(component)
        mark = find_mark(component, place, measures)
        if mark:
            line.marks.append(mark)
        elif is_dot and is_fine:
            continue
        elif _is_near(place) if is_dot else _is_sign(component, place, measures):
            line.others.append(component)
        elif not is_dot:
            line.digits.append(component)
    return _without_conflicts(line, measures)


def find_mark(component: Component, place: Place, measures: Measures) -> FoundMark | None:
    """Return a component as the mark that it may be."""
    if component.height > HIGHEST_MARK * measures.height_px:
        return None
    if not (place.left or place.right) or place.gap > MOST_GAP or not place.is_beside:
        return None
    stroke = measure(component)
    least_px = LEAST_PEN * measures.pen_px
    if point := _point(component, place, measures):
        return point
    if stroke.pen_px < least_px:
        return None
    return _comma(component, stroke, place, measures) or _minus(component, stroke, place, measures)


def _point(component: Component, place: Place, measures: Measures) -> FoundMark | None:
    """Return a component as a point, or as a comma that is as short."""
    if not POINT_LEVELS[0] <= place.middle <= POINT_LEVELS[1]:
        return None
    longer_px, shorter_px = max(component.ink.shape), min(component.ink.shape)
    is_fine = shorter_px < LEAST_PEN * measures.pen_px
    is_level = SURE_LEVELS[0] <= place.middle <= SURE_LEVELS[1]
    least_px = max(FINE_PEN * measures.pen_px, FINE_SHAPE * longer_px)
    if is_fine and (shorter_px < least_px or not is_level):
        return None
    longer = _without_pen(longer_px, measures)
    covered = float((component.ink >= INK_LEVEL).mean())
    is_disc = shorter_px >= ROUND * longer_px and covered >= FILLED
    if longer <= SURE_POINT or (is_disc and longer <= LARGE_POINT):
        is_thin = covered * shorter_px < LEAST_PEN * measures.pen_px  # may be a comma
        return FoundMark(component, ".", is_level and not is_thin)
    if longer <= POINT:
        return FoundMark(component, "," if place.bottom > SHORT_COMMA else ".", False)
    return None


def _comma(
    component: Component, stroke: Stroke, place: Place, measures: Measures
) -> FoundMark | None:
    """Return a component as a comma."""
    is_comma = (
        place.left is not None
        and stroke.thickness_px <= max(THICK * measures.pen_px, BENT * stroke.length_px)
        and abs(stroke.degrees) >= STEEP_DEGREES
        and COMMA_TOPS[0] <= place.top <= COMMA_TOPS[1]
        and place.bottom >= 0
    )
    return FoundMark(component, ",", place.bottom >= SURE_COMMA) if is_comma else None


def _minus(
    component: Component, stroke: Stroke, place: Place, measures: Measures
) -> FoundMark | None:
    """Return a component as the minus sign of a number, left of its digits."""
    length = _without_pen(stroke.length_px, measures)
    is_minus = (
        place.left is None
        and place.is_clear
        and stroke.is_straight
        and MINUS <= length <= LONG_MINUS
        and abs(stroke.degrees) <= LEVEL_DEGREES
        and MINUS_LEVELS[0] <= place.middle <= MINUS_LEVELS[1]
    )
    return FoundMark(component, "-", length >= SURE_MINUS) if is_minus else None


def _without_pen(length_px: float, measures: Measures) -> float:
    """Return the length of a stroke's middle line."""
    return (length_px - measures.pen_px) / measures.height_px


def _is_near(place: Place) -> bool:
    """Return whether a dot that is no mark is too near to a line for a speck."""
    return place.gap <= MOST_GAP and DOT_LEVELS[0] <= place.middle <= DOT_LEVELS[1]


def _is_sign(component: Component, place: Place, measures: Measures) -> bool:
    """Return whether a component is surely no stroke of a digit."""
    if is_bar(component) and (place.top > BELOW or _is_underline(component, measures)):
        return True
    if not place.is_clear:
        return _without_pen(max(component.ink.shape), measures) <= SURE_POINT
    if _is_ring(component, measures):
        return True
    if component.height < LOWEST * measures.height_px or is_bar(component):
        return not is_flag(component, place, measures)
    beside = [each for each in (place.left, place.right) if each]
    return is_slash(component, beside, measures.height_px)


def _is_underline(bar: Component, measures: Measures) -> bool:
    """Return whether a bar is below the digits in its columns: a foot touches its digit."""
    near = [each for each in measures.digits if each is not bar and _are_stacked(bar, each)]
    return bool(near) and all(bar.y >= each.bottom for each in near)


def is_flag(component: Component, place: Place, measures: Measures) -> bool:
    """Return whether a component may be the upper bar of a 5, above or right of the rest."""
    if place.bottom > FLAG_LEVEL or component.width < FLAG_SHAPE * component.height:
        return False
    near_px = FLAG_GAP * measures.height_px
    return any(
        digit.x < component.x
        and component.x - digit.right <= near_px
        and component.y - digit.y <= near_px
        for digit in measures.digits
    )


def _is_ring(component: Component, measures: Measures) -> bool:
    """Return whether a component is drawn around a digit; the slash in a 0 is one line."""
    return any(
        is_within(digit, component) and not measure(digit).is_one_line for digit in measures.digits
    )


def _without_conflicts(line: SortedLine, measures: Measures) -> SortedLine:
    """Return a line whose marks stand alone; colons and signs of several strokes are others."""
    lefts = [measures.place(mark.component).left for mark in line.marks]
    marks = []
    for mark, left in zip(line.marks, lefts, strict=True):
        same = [each for each, at in zip(line.marks, lefts, strict=True) if at is left]
        is_alone = len(same) == 1 or sorted(each.character for each in same) == ["-", "."]
        if is_alone and not any(_are_stacked(each, mark.component) for each in line.others):
            marks.append(mark)
    rest = [mark.component for mark in line.marks if mark not in marks]
    return replace(line, marks=marks, others=[*line.others, *rest])


def _are_stacked(one: Component, other: Component) -> bool:
    """Return whether one component is above the other."""
    return one.x < other.right and other.x < one.right
