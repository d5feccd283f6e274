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
_OF_DIGITS = {  # of one, and of several
    Doubt.TOUCHING: ("seems to touch another", "seem to touch"),
    Doubt.NOT_A_DIGIT: ("does not look like one", "do not look like digits"),
    Doubt.UNCLEAR: ("is not certain", "are not certain"),
}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


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
    digits = [digit for digit in number if digit.isdigit()]
    for doubt, (one, several) in _OF_DIGITS.items():
        places = [place for place, each in enumerate(doubts) if each is doubt]
        if places:
            which = _which([digits[place] for place in places], [place + 1 for place in places])
            reasons.append(f"{which} {one if len(places) == 1 else several}.")
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


def _which(digits: Sequence[str], places: Sequence[int]) -> str:
    """Return "The 2nd digit, 7," for digits at places counted from 1."""
    noun = "digit" if len(places) == 1 else "digits"
    return f"The {_and([_ordinal(place) for place in places])} {noun}, {_and(digits)},"


def _ordinal(place: int) -> str:
    ending = "th" if place % 100 in (11, 12, 13) else _ENDINGS.get(place % 10, "th")
    return f"{place}{ending}"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
