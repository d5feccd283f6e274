"""Which texts a line may hold: by a list, a pattern, check digits, or a range of values.

A meter has six digits, an order's number is one of those that are open, the last digit of a
barcode follows from the others.

ISO/IEC 7812-1 (Luhn), GS1 General Specifications (GTIN), ISO/IEC 7064 (MOD 97-10).

The likeliest allowed text of a line is found in the network's frames: a prefix beam search extends
only what can still become one of them.

A. Graves, N. Jaitly, "Towards end-to-end speech recognition with recurrent neural networks", 2014,
section 4.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, log
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nn.reading.lines.strip import BLANK, OTHER
from nn.reading.reading import Match

DIGITS = "0123456789"
SIGNS = DIGITS + ".,-"  # that a text may have
MAX_VALUES, MAX_LENGTH = 10_000, 40  # of a list, and signs of a text

BEAM_WIDTH = 50  # texts that are kept from one frame to the next
MIN_PROBABILITY = 1e-6  # of a sign in a frame: less probable ones extend no text
OUTSIDE = 0.02  # probability, before anything is read, that a line holds a text that is not allowed
N_ALTERNATIVES = 3

ITEM = re.compile(
    r"(?P<signs>\\d|\\[.,-]|\[[^\]]+\]|[0-9,-])"
    r"(?:(?P<times>[?*+])|\{(?P<least>[0-9]{1,2})(?P<most>,[0-9]{0,2})?\})?"
)
PART = re.compile(r"([0-9])-([0-9])|\\?([0-9.,-])|\\d")


class RestrictionError(ValueError):
    """A restriction that cannot be used; the message says what was expected and what came."""


def _luhn(digits: str) -> bool:
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def _gtin(digits: str) -> bool:
    return (sum(map(int, digits[::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0


def _mod97(digits: str) -> bool:
    return int(digits) % 97 == 1


CHECKS: Mapping[str, Callable[[str], bool]] = {"luhn": _luhn, "gtin": _gtin, "mod97": _mod97}
"""Whether the check digits among all digits are right."""

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


class Pattern:
    """The texts of a pattern; bit n of a state is set if the next sign may stand at place n.

    Its steps take the same time and no memory, however many states a pattern has.

    G. Navarro, M. Raffinot, "Flexible Pattern Matching in Strings", 2002, section 4.2.
    """

    def __init__(self, pattern: str) -> None:
        places = parse_pattern(pattern)
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


@dataclass(frozen=True)
class _Place:
    """Which signs may stand at a place of a pattern."""

    signs: str
    is_optional: bool = False
    is_repeated: bool = False


def parse_pattern(pattern: str) -> list[_Place]:
    r"""Return the places of a pattern such as ``\d{6}`` or ``-?\d+,\d\d``.

    Raises
    ------
    RestrictionError
        When it holds anything but digits, ``\d``, ``\.``, ``,``, ``-`` and sets of these, each
        perhaps with ``?``, ``*``, ``+``, ``{6}`` or ``{4,6}`` after it, or is too long.
    """
    places: list[_Place] = []
    end, is_allowed = 0, True
    while is_allowed and end < len(pattern) and (item := ITEM.match(pattern, end)):
        end = item.end()
        inside = item["signs"].removeprefix("[").removesuffix("]")
        signs = ""
        for first, last, sign in PART.findall(inside):
            signs += DIGITS[int(first) : int(last) + 1] if first else sign or DIGITS
        if item["least"] is None:
            of_sign: dict[str | None, tuple[int, int | None]]
            of_sign = {"?": (0, 1), "*": (0, None), "+": (1, None), None: (1, 1)}
            least, most = of_sign[item["times"]]
        else:
            least = min(int(item["least"]), MAX_LENGTH + 1)
            upper = item["least"] if item["most"] is None else item["most"][1:]
            most = min(int(upper), MAX_LENGTH + 1) if upper else None
        places += [_Place(signs)] * least
        if most is None:
            places.append(_Place(signs, is_optional=True, is_repeated=True))
        else:
            places += [_Place(signs, is_optional=True)] * (most - least)
        is_set = signs and not PART.sub("", inside)  # which holds nothing else
        is_range = most is None or least <= most
        is_allowed = bool(is_set and is_range and len(places) <= MAX_LENGTH)
    if not is_allowed or end < len(pattern) or not places:
        raise RestrictionError(
            rf"Expected a pattern of at most {MAX_LENGTH} signs: digits, \d, sets as [0-4], \., "
            rf"comma, minus, each perhaps with ?, *, +, {{6}} or {{4,6}}; got {pattern[:60]!r}"
        )
    return places


@dataclass(frozen=True)
class Restriction:
    r"""Which texts a line may hold; all that is given must apply.

    Attributes
    ----------
    values
        A list, such as ``["1204", "1.50"]``.
    pattern
        As ``parse_pattern`` takes it, such as ``\d{6}``.
    check
        A name of ``CHECKS``: the check digits among the digits must be right.
    minimum, maximum
        Least and greatest value; a comma is a decimal point.

    Raises
    ------
    RestrictionError
        When nothing is allowed, or one of them cannot be used.
    """

    values: Sequence[str] | None = None
    pattern: str | None = None
    check: str | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if self.check is not None and self.check not in CHECKS:
            raise RestrictionError(f"Expected one of {', '.join(CHECKS)}, got {self.check!r}")
        if self.values is not None:
            if isinstance(self.values, str):
                raise RestrictionError(f"Expected a list of values, got {self.values[:60]!r}")
            object.__setattr__(self, "values", tuple(self.values))
            if not 0 < len(self.values) <= MAX_VALUES:
                came = "more" if self.values else "none"
                raise RestrictionError(f"Expected 1 to {MAX_VALUES:,} values, got {came}")
            for value in self.values:
                if not 0 < len(value) <= MAX_LENGTH or set(value) - set(SIGNS):
                    raise RestrictionError(
                        f"Expected values of 1 to {MAX_LENGTH} digits, points, commas and minus "
                        f"signs, got {value[:60]!r}"
                    )
        if self.pattern is not None:
            parse_pattern(self.pattern)
        least = -inf if self.minimum is None else self.minimum
        most = inf if self.maximum is None else self.maximum
        if not least <= most or least == inf or most == -inf:
            raise RestrictionError(
                f"Expected a minimum up to the maximum, got {self.minimum} and {self.maximum}"
            )

    @cached_property
    def automaton(self) -> Automaton:
        """Reads the allowed texts; of a pattern's, ``accepts`` tests check digits and limits."""
        pattern = Pattern(f"[{SIGNS}]+" if self.pattern is None else self.pattern)
        if self.values is None:
            return pattern
        accepted = filter(self.accepts, self.values)
        return TextList(
            [text for text in accepted if self.pattern is None or _is_of(pattern, text)]
        )

    def accepts(self, text: str) -> bool:
        """Return whether a text has a digit, right check digits, and a value within the limits."""
        digits = "".join(filter(str.isdigit, text))
        if not digits or (self.check and not CHECKS[self.check](digits)):
            return False
        if self.minimum is None and self.maximum is None:
            return True
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return False
        is_enough = self.minimum is None or value >= self.minimum
        return is_enough and (self.maximum is None or value <= self.maximum)


def _is_of(automaton: Automaton, text: str) -> bool:
    """Return whether an automaton reads a text to its end."""
    state = automaton.start
    for sign in text:
        state = automaton.step(state, sign)
        if state is None:
            return False
    return automaton.is_whole(state)


def best_match(frames: NDArray[np.floating], read: str, restriction: Restriction) -> Match | None:
    """Return the likeliest allowed text of a line, None where none has any probability.

    Bayes' theorem with the same probability before for each allowed text, and ``OUTSIDE`` for all
    others together, of which ``read`` stands for the likeliest.

    Parameters
    ----------
    frames
        (T, 15): the probability of each class and of the blank in each frame.
    read
        What is read without a restriction.
    restriction
        What is allowed.
    """
    found = search(frames, restriction.automaton)
    fitting = {text: found[text] for text in found if restriction.accepts(text)}
    if not fitting:
        return None
    others = search(frames, TextList([read])) if read and read not in fitting else {}
    greatest = max([*fitting.values(), *others.values()])
    outside = sum(OUTSIDE * exp(chance - greatest) for chance in others.values())
    chances = {text: exp(each - greatest) for text, each in fitting.items()}
    total = sum(chances.values()) + outside
    order = sorted(chances, key=lambda text: -chances[text])[: N_ALTERNATIVES + 1]
    (text, confidence), *alternatives = ((text, chances[text] / total) for text in order)
    return Match(text, confidence, outside / total, alternatives)


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
