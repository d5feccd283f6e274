"""Answers in words."""

from collections.abc import Sequence

from nn.reading.doubts import Doubt
from nn.reading.left_out import Why

_WHY = {
    Why.NOT_A_DIGIT: "something that does not look like a digit",
    Why.BESIDE_THE_DIGIT: "something beside the digit",
    Why.CUT_BY_EDGE: "what goes on beyond the picture's edge",
    Why.TAKEN_FOR_LINE: "a line that may be a 1",
    Why.FAINT: "something pale",
    Why.NO_PAPER: "something in a shadow or off the paper",
}
_OF_DIGITS = {
    Doubt.TOUCHING: ("Digit {} seems to touch another.", "Digits {} seem to touch."),
    Doubt.NOT_A_DIGIT: ("Digit {} does not look like one.", "Digits {} do not look like digits."),
    Doubt.UNCLEAR: ("Digit {} is not certain.", "Digits {} are not certain."),
}


def digit_message(
    activations: Sequence[float], doubt: Doubt | None, left_out: Sequence[Why]
) -> str:
    """Return what to say of one digit with these activations (10,)."""
    second, best = sorted(range(10), key=lambda digit: (activations[digit], -digit))[-2:]
    match doubt:
        case None:
            return f"This looks like {_a(best)}."
        case Doubt.UNCLEAR:
            return f"Not certain: {_a(best)}, or perhaps {_a(second)}."
        case Doubt.NOT_A_DIGIT:
            return f"This does not look like a digit. Best guess: {best}."
        case _:
            return f"Best guess: {best}. {_not_read(left_out)}"


def number_message(
    lines: Sequence[str],
    doubts: Sequence[Doubt | None],
    left_out: Sequence[Why],
    *,
    are_marks_sure: bool,
) -> str:
    """Return what to say of lines of digits and marks.

    Parameters
    ----------
    lines
        The text of each line.
    doubts
        Of each digit, None if it is certain; the digits are counted from 1, through all lines.
    left_out
        Why each piece of ink was left out.
    are_marks_sure
        Whether each point, comma and minus is surely one, and no gap may separate two numbers.
    """
    number = ", ".join(lines)
    if doubts.count(Doubt.NOT_A_DIGIT) > len(doubts) / 2:
        return f"This does not look like a number. Best guess: {number}."
    reasons = [_not_read(left_out)] if left_out else []
    for doubt, (one, several) in _OF_DIGITS.items():
        places = [str(place) for place, each in enumerate(doubts, 1) if each is doubt]
        if places:
            reasons.append(
                one.format(*places) if len(places) == 1 else several.format(_and(places))
            )
    if not are_marks_sure:
        reasons.append("A point, comma, minus or gap is not certain.")
    if not reasons:
        return f"This looks like {number}."
    return f"Best guess: {number}. {' '.join(reasons)}"


def _not_read(left_out: Sequence[Why]) -> str:
    """Return what was not read, each kind once."""
    return f"Not read: {'; '.join(_WHY[why] for why in dict.fromkeys(left_out))}."


def _a(digit: int) -> str:
    return f"{'an' if digit == 8 else 'a'} {digit}"


def _and(places: Sequence[str]) -> str:
    return f"{', '.join(places[:-1])} and {places[-1]}"
