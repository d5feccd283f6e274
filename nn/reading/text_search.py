"""Texts that are read sign by sign: which may still become an allowed one, and how likely each is.

An automaton reads the texts of a list, of a pattern, of a length, or within limits. A prefix beam
search over the frames of the network of lines extends only what an automaton can still read.

A. Graves, N. Jaitly, "Towards end-to-end speech recognition with recurrent neural networks", 2014,
section 4.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from math import log
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nn.reading.lines.strip import BLANK, OTHER

DIGITS = "0123456789"
SIGNS = DIGITS + ".,-"  # that a text may have
MAX_LENGTH = 40  # signs of a text
SEPARATORS, GROUP_DIGITS = ".,", 3  # of the digits of an amount
AMOUNT_ENDS = (".", ",", "-", ".-", ",-")

BEAM_WIDTH = 50  # texts that are kept from one frame to the next
MIN_PROBABILITY = 1e-6  # of a sign in a frame: less probable ones extend no text

EXACT = Context(prec=MAX_LENGTH)  # of a value, whatever the program's own precision

State = Any  # what an automaton has read; None where no allowed text begins so


class Automaton(Protocol):
    """Reads a text sign by sign, from the state ``start``."""

    start: State

    def step(self, state: State, sign: str) -> State:
        """Return the state after another sign, None where no allowed text begins so."""

    def is_whole(self, state: State) -> bool:
        """Return whether what has been read is an allowed text."""


class TextList:
    """The texts of a list; a state is what has been read, the beginning of a text.

    They are sorted, so that a text that begins so is found by bisection. A tree of their signs
    would take 90 MB for ten thousand long texts.
    """

    start = ""

    def __init__(self, values: Sequence[str]) -> None:
        self._texts = sorted(set(values))

    def step(self, state: State, sign: str) -> State:
        """Return the longer text, None if none of the list begins so."""
        text = state + sign
        return text if self._first_from(text).startswith(text) else None

    def is_whole(self, state: State) -> bool:
        """Return whether the state is a text of the list."""
        return bool(state) and self._first_from(state) == state

    def _first_from(self, text: str) -> str:
        """Return the first text that is not before this one, empty if there is none."""
        place = bisect_left(self._texts, text)
        return self._texts[place] if place < len(self._texts) else ""


@dataclass(frozen=True)
class Place:
    """Which signs may stand at a place of a pattern."""

    signs: str
    is_optional: bool = False
    is_repeated: bool = False


class Pattern:
    """The texts of a pattern; bit n of a state is set if the next sign may stand at place n.

    Its steps take the same time and no memory, however many states a pattern has.

    G. Navarro, M. Raffinot, "Flexible Pattern Matching in Strings", 2002, section 4.2.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._end = 1 << len(places)
        self._repeated = _bits(place.is_repeated for place in places)
        self._taking = {sign: _bits(sign in place.signs for place in places) for sign in SIGNS}
        # Places from which 1, 2, 4 ... optional ones follow, themselves included.
        self._passed: list[tuple[int, int]] = []
        shift, optional = 1, _bits(place.is_optional for place in places)
        while optional:
            self._passed.append((shift, optional))
            shift, optional = 2 * shift, optional & optional >> shift
        self.start = self._with_passed(1)

    def step(self, state: State, sign: str) -> State:
        """Return the places where the sign after the next may be."""
        taken = state & self._taking[sign]
        repeated = taken & self._repeated
        return self._with_passed(repeated | (taken ^ repeated) << 1) or None

    def _with_passed(self, state: int) -> int:
        """Return the places, and those after them that are reached without a sign."""
        for shift, optional in self._passed:
            state |= (state & optional) << shift
        return state

    def is_whole(self, state: State) -> bool:
        """Return whether no further sign is needed."""
        return bool(state & self._end)


def _bits(are_set: Iterable[bool]) -> int:
    """Return a number whose bit n says whether the nth is set."""
    return sum(1 << place for place, is_set in enumerate(are_set) if is_set)


class Length:
    """The texts with so many digits; a state is how many have been read."""

    start = 0

    def __init__(self, n_digits: int) -> None:
        self._n_digits = n_digits

    def step(self, state: State, sign: str) -> State:
        """Return the count with another sign, None for a digit too many."""
        n_digits = state + sign.isdigit()
        return n_digits if n_digits <= self._n_digits else None

    def is_whole(self, state: State) -> bool:
        """Return whether there are as many digits as there must be."""
        return bool(state == self._n_digits)


class Amounts:
    """Whole numbers as amounts are written: 1204 may also be "1.204", "1,204" or "1204.-".

    A text has one separator before each three digits or none, and may end with a mark that says
    that nothing follows. The digits are read by another automaton. A state holds its state, the
    count of digits since the separator, the separator, and the marks after the last digit.
    """

    def __init__(self, numbers: Automaton) -> None:
        self._numbers = numbers
        self.start = (numbers.start, 0, "", "")

    def step(self, state: State, sign: str) -> State:
        """Return the state after another sign, None where no amount begins so."""
        number, n_digits, separator, end = state
        if not sign.isdigit():
            is_end = end + sign in AMOUNT_ENDS
            return (number, n_digits, separator, end + sign) if is_end else None
        is_full = n_digits == GROUP_DIGITS
        if end:  # a mark before a digit separates
            is_first = not separator and 0 < n_digits <= GROUP_DIGITS
            if end not in SEPARATORS or not (is_first or (is_full and end == separator)):
                return None
            n_digits, separator = 0, end
        elif separator and is_full:
            return None
        number = self._numbers.step(number, sign)
        return None if number is None else (number, n_digits + 1, separator, "")

    def is_whole(self, state: State) -> bool:
        """Return whether the digits are allowed, and the last group is full."""
        number, n_digits, separator, _ = state
        is_full = not separator or n_digits == GROUP_DIGITS
        return is_full and self._numbers.is_whole(number)


class Limits:
    """The texts with a value from a least to a greatest one; a state is what has been read.

    Values are decimal, as written: of floats, 3 * 0.1 is greater than 0.3.
    """

    start = ""

    def __init__(self, least: float, most: float) -> None:
        self._least, self._most = Decimal(str(least)), Decimal(str(most))

    def step(self, state: State, sign: str) -> State:
        """Return the longer text, None if no text that begins so has a value within the limits."""
        text = state + sign
        return text if any(map(self._reaches, _values_from(text))) else None

    def is_whole(self, state: State) -> bool:
        """Return whether the text is a number within the limits."""
        value = value_of(state)
        return value is not None and self._least <= value <= self._most

    def _reaches(self, values: tuple[Decimal, Decimal]) -> bool:
        return values[0] <= self._most and values[1] >= self._least


def value_of(text: str) -> Decimal | None:
    """Return the value of a text, a comma as a decimal point; None if it is no number."""
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _values_from(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the ranges of the values that a text may get by further signs."""
    is_negative, digits = text.startswith("-"), text.removeprefix("-")
    whole, point, part = digits.replace(",", ".").partition(".")
    if not (whole + part).isdigit():
        if digits in ("", "."):  # all is open but the sign and the first digit
            zero, most = Decimal(0), Decimal(1 if point else "inf")
            yield (-most, zero) if is_negative else (zero, most)
        return
    n_more = 0 if point else MAX_LENGTH - len(whole)
    least = int(whole + part)
    for n_digits in range(n_more + 1):
        first, last = Decimal(least * 10**n_digits), Decimal((least + 1) * 10**n_digits)
        if part:
            first, last = (each.scaleb(-len(part), EXACT) for each in (first, last))
        yield (last.copy_negate(), first.copy_negate()) if is_negative else (first, last)


class All:
    """The texts that each of several automatons reads; a state holds the state of each."""

    def __init__(self, automatons: Sequence[Automaton]) -> None:
        self._automatons = automatons
        self.start = tuple(automaton.start for automaton in automatons)

    def step(self, state: State, sign: str) -> State:
        """Return the state of each after another sign, None where one has none."""
        states = []
        for automaton, each in zip(self._automatons, state, strict=True):
            following = automaton.step(each, sign)
            if following is None:
                return None
            states.append(following)
        return tuple(states)

    def is_whole(self, state: State) -> bool:
        """Return whether each has read an allowed text."""
        parts = zip(self._automatons, state, strict=True)
        return all(automaton.is_whole(each) for automaton, each in parts)


def search(frames: NDArray[np.floating], automaton: Automaton) -> dict[str, float]:
    """Return the texts that an automaton reads, with the logarithm of the probability of each.

    A prefix beam search. Other signs count as blanks: they are not of the text.
    """
    blanks = np.maximum(frames[:, BLANK] + frames[:, OTHER], MIN_PROBABILITY)
    beams = {"": (1.0, 0.0)}  # the probability that a text ends with a blank, with its last sign
    states = {"": automaton.start}
    following: dict[str, dict[str, State]] = {}  # the states after each sign that may be next
    logarithm = 0.0  # of the factor by which the beams are divided: their products would vanish
    for chances, blank in zip(frames[:, :OTHER].tolist(), blanks.tolist(), strict=True):
        chance_of = dict(zip(SIGNS, chances, strict=True))
        longer = {}
        for text, (with_blank, with_sign) in beams.items():
            either = with_blank + with_sign
            again = with_sign * chance_of[text[-1]] if text else 0.0
            if text[:-1] in beams and chance_of.get(text[-1:], 0.0) >= MIN_PROBABILITY:
                again += _before(text[:-1], text[-1], beams) * chance_of[text[-1]]
            longer[text] = (either * blank, again)
        # What is less probable than all of a full beam will not be kept.
        least = min(map(sum, longer.values())) if len(beams) == BEAM_WIDTH else 0.0
        likely = sorted(((chance, sign) for sign, chance in chance_of.items()), reverse=True)
        for text, (with_blank, with_sign) in beams.items():
            if (with_blank + with_sign) * likely[0][0] < least:
                break
            if text not in following:
                signs = SIGNS if len(text) < MAX_LENGTH else ""
                after = {sign: automaton.step(states[text], sign) for sign in signs}
                following[text] = {
                    sign: state for sign, state in after.items() if state is not None
                }
            for chance, sign in likely:
                if chance < MIN_PROBABILITY or (with_blank + with_sign) * chance < least:
                    break
                probability = _before(text, sign, beams) * chance
                if sign in following[text] and probability >= least and text + sign not in beams:
                    states[text + sign] = following[text][sign]
                    longer[text + sign] = (0.0, probability)
        kept = sorted(longer, key=lambda text: -sum(longer[text]))[:BEAM_WIDTH]
        largest = sum(longer[kept[0]])
        logarithm += log(largest)
        beams = {text: (longer[text][0] / largest, longer[text][1] / largest) for text in kept}
        states = {text: states[text] for text in kept}
        following = {text: following[text] for text in kept if text in following}
    return {
        text: logarithm + log(with_blank + with_sign)
        for text, (with_blank, with_sign) in beams.items()
        if automaton.is_whole(states[text]) and with_blank + with_sign
    }


def _before(text: str, sign: str, beams: Mapping[str, tuple[float, float]]) -> float:
    """Return the probability of a text before another sign: between two equal ones is a blank."""
    with_blank, with_sign = beams[text]
    return with_blank if text.endswith(sign) else with_blank + with_sign
