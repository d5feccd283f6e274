"""Answers in a sentence or two, for people."""

from collections.abc import Sequence


def digit_message(activations: Sequence[float], certain_at: float) -> str:
    """Return what the activations (10,) say of one digit, certain from ``certain_at`` on."""
    best, second = sorted(range(len(activations)), key=lambda digit: -activations[digit])[:2]
    if activations[best] >= certain_at:
        return f"This looks like {'an' if best == 8 else 'a'} {best}."
    if activations[best] + activations[second] >= certain_at:
        return f"Not certain. Best guess {best}, or else {second}."
    return f"Not certain: this may be no digit at all. Best guess {best}."


def number_message(lines: Sequence[str], are_certain: Sequence[bool]) -> str:
    """Return the digits of some lines, and which of them, counted from 1, are not certain."""
    number = ", ".join(lines)
    doubtful = [str(place) for place, is_certain in enumerate(are_certain, 1) if not is_certain]
    if not doubtful:
        return f"This looks like {number}."
    if len(doubtful) > len(are_certain) / 2:
        return f"Not certain: this may be no number at all. Best guess {number}."
    if len(doubtful) == 1:
        return f"Best guess {number}. Digit {doubtful[0]} is not certain."
    places = f"{', '.join(doubtful[:-1])} and {doubtful[-1]}"
    return f"Best guess {number}. Digits {places} are not certain."
