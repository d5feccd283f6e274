"""The components that a digit was joined of, and those that it does not need."""

from collections.abc import Mapping, Sequence

from nn.reading.numbers.components import Component
from nn.reading.numbers.marks import is_flag
from nn.reading.numbers.places import Measures, is_bar, is_clear, is_within
from nn.reading.numbers.types import Activations

RING = 0  # what a ring around a digit is read as
ENOUGH = 0.9  # activation of a component alone from which it needs no others


def components_of(digit: Component, components: Sequence[Component]) -> list[Component]:
    """Return those of a line's components that are whole in a digit, the one of most ink last."""
    inside = []
    for each in components:
        top, left = each.y - digit.y, each.x - digit.x
        own = digit.ink[max(0, top) : top + each.height, max(0, left) : left + each.width]
        if top >= 0 and left >= 0 and own.shape == each.ink.shape and (own >= each.ink).all():
            inside.append(each)
    return sorted(inside, key=lambda each: float(each.ink.sum()))


def needless_components(
    digit: Component, line: Sequence[Component], activations: Mapping[Component, Activations]
) -> list[Component]:
    """Return the components that were joined with a digit but are hardly strokes of it.

    Digits are seldom written in three strokes that do not touch, and hardly ever in two of which
    one stands beside the other, or is a bar above it, which alone is read as the same digit, or of
    which one is inside the other and alone is a digit: a ring around a 7 or a 1 is no 0. The slash
    of a 0 touches it. A 5 has a bar at its upper right; that of a fraction or of a period is wider.

    Parameters
    ----------
    digit
        Joined of some components of a line.
    line
        All components of that line.
    activations
        Of the digit and of each component of the line, float (10,).
    """
    *rest, main = components_of(digit, line) or [digit]
    if len(rest) != 1:
        return rest
    measures = Measures(line)
    part = rest[0]
    is_same = activations[main].argmax() == activations[digit].argmax()
    is_ring = is_same and activations[main].argmax() == RING and is_within(part, main)
    if is_ring and activations[part].max() >= ENOUGH:
        return rest
    is_apart = is_clear(part, main) or (is_bar(part) and part.bottom <= main.y)
    is_needed = not is_same or activations[main].max() < ENOUGH or not is_apart
    is_own_flag = part.x > main.x and is_flag(part, measures.place(part), measures)
    return [] if is_needed or is_own_flag else rest
