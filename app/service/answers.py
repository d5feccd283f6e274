"""Answers as the HTTP contract has them, in numbers and in words."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What each stage of reading a photograph is called on the page.
STAGES = {
    "grey": "In grey",
    "paper": "The paper without the writing",
    "contrast": "What stands out from the paper",
    "ink": "The ink, cleaned",
}


def digit_answer(activations: NDArray[np.floating[Any]], certain_at: float) -> dict[str, Any]:
    """Return what the network's activations (10,) say of one digit.

    ``certain_at`` is the confidence, 0 to 1, from which on it is certain.
    """
    by_class = [round(float(activation), 6) for activation in activations]
    digit = int(np.argmax(by_class))
    return {
        "digit": digit,
        "confidence": by_class[digit],
        "certain": by_class[digit] >= certain_at,
        "activations": by_class,
    }


def with_message(answer: dict[str, Any], certain_at: float) -> dict[str, Any]:
    """Return an answer to one digit, said in a sentence or two, too."""
    activations = answer.pop("activations")
    message = _digit_message(answer["digit"], activations, answer["certain"], certain_at)
    return answer | {"message": message, "activations": activations}


def _digit_message(
    digit: int, by_class: Sequence[float], is_certain: bool, certain_at: float
) -> str:
    if is_certain:
        return f"This looks like {'an' if digit == 8 else 'a'} {digit}."
    second = sorted(range(len(by_class)), key=lambda each: -by_class[each])[1]
    if by_class[digit] + by_class[second] >= certain_at:
        return f"I am not sure. My best guess is {digit}, or else {second}."
    return f"I can't tell: this may be no digit at all. My best guess is {digit}."


def number_answer(digits: Sequence[dict[str, Any]], size_px: tuple[int, int]) -> dict[str, Any]:
    """Return the answer to a number, or to several of them, from the answers to its digits.

    Parameters
    ----------
    digits
        In reading order; of each, ``line`` tells in which line it is.
    size_px
        Width and height of the picture that their boxes are in.
    """
    lines = [
        "".join(str(digit["digit"]) for digit in line)
        for _, line in groupby(digits, lambda digit: digit["line"])
    ]
    return {
        "number": "\n".join(lines),
        "lines": lines,
        "certain": all(digit["certain"] for digit in digits),
        "message": number_message(lines, digits),
        "digits": digits,
        "width": size_px[0],
        "height": size_px[1],
    }


def number_message(lines: Sequence[str], digits: Sequence[dict[str, Any]]) -> str:
    """Return an answer to a number, or to several of them, in a sentence or two."""
    number = ", ".join(lines)
    doubtful = [place for place, digit in enumerate(digits, start=1) if not digit["certain"]]
    if not doubtful:
        return f"This looks like {number}."
    if len(doubtful) > len(digits) / 2:
        return f"I can't tell: this may be no number at all. My best guess is {number}."
    places = " and ".join(filter(None, [", ".join(map(str, doubtful[:-1])), str(doubtful[-1])]))
    which = f"digit {places}" if len(doubtful) == 1 else f"digits {places}"
    return f"My best guess is {number}, but I am not sure of {which}."
