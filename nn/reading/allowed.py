"""Which texts a line may hold: by a list, a pattern, check digits, a length, a range of values.

A meter has six digits, an order's number is one of those that are open, the last digit of a
barcode follows from the others.

ISO/IEC 7812-1 (Luhn), GS1 General Specifications (GTIN), ISO/IEC 7064 (MOD 97-10).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import inf
from numbers import Integral
from typing import Any, Protocol, Self

DIGITS = "0123456789"
SIGNS = DIGITS + ".,-"  # that a text may have
MAX_VALUES, MAX_LENGTH = 10_000, 40  # of a list, and signs of a text
SEPARATORS, GROUP_DIGITS = ".,", 3  # of the digits of an amount
AMOUNT_ENDS = (".", ",", "-", ".-", ",-")

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
    """The texts with a value from a least to a greatest one; a state is what has been read."""

    start = ""

    def __init__(self, least: float, most: float) -> None:
        self._least, self._most = least, most

    def step(self, state: State, sign: str) -> State:
        """Return the longer text, None if no text that begins so has a value within the limits."""
        text = state + sign
        return text if any(map(self._reaches, _values_from(text))) else None

    def is_whole(self, state: State) -> bool:
        """Return whether the text is a number within the limits."""
        value = value_of(state)
        return value is not None and self._least <= value <= self._most

    def _reaches(self, values: tuple[float, float]) -> bool:
        return values[0] <= self._most and values[1] >= self._least


def value_of(text: str) -> float | None:
    """Return the value of a text, a comma as a decimal point; None if it is no number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _values_from(text: str) -> Iterator[tuple[float, float]]:
    """Yield the ranges of the values that a text may get by further signs."""
    is_negative, digits = text.startswith("-"), text.removeprefix("-")
    whole, point, part = digits.replace(",", ".").partition(".")
    if not (whole + part).isdigit():
        if digits in ("", "."):  # all is open but the sign and the first digit
            yield (-inf, 0) if is_negative else (0, 1 if point else inf)
        return
    n_more = 0 if point else MAX_LENGTH - len(whole)
    least = int(whole + part)
    for n_digits in range(n_more + 1):
        first, last = (each * 10.0 ** (n_digits - len(part)) for each in (least, least + 1))
        yield (-last, -first) if is_negative else (first, last)


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


@dataclass(frozen=True)
class Restriction:
    r"""Which texts a line may hold; all that is given must apply.

    Attributes
    ----------
    values
        A list, such as ``["1204", "1.50"]``; whole numbers may be integers. Of whole numbers alone,
        1204 may be written as 1.204, 1,204 or 1204.-
    pattern
        As ``parse_pattern`` takes it, such as ``\d{6}``.
    check
        A name of ``CHECKS``: the check digits among the digits must be right.
    minimum, maximum
        Least and greatest value; a comma is a decimal point.
    length
        Number of digits.

    Raises
    ------
    RestrictionError
        When nothing is allowed, or one of them cannot be used.
    """

    values: Sequence[str | int] | None = None
    pattern: str | None = None
    check: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    length: int | None = None

    @classmethod
    def of_meter(cls, previous: float, at_most_more: float, length: int | None = None) -> Self:
        """Return what a meter may show: not less than before, and at most so much more."""
        previous, more = _number("previous", previous), _number("at_most_more", at_most_more)
        return cls(minimum=previous, maximum=previous + more, length=length)

    def __post_init__(self) -> None:
        if self.check is not None and self.check not in CHECKS:
            raise RestrictionError(f"Expected one of {', '.join(CHECKS)}, got {self.check!r}")
        if self.values is not None:
            object.__setattr__(self, "values", _texts(self.values))
        if self.pattern is not None:
            parse_pattern(self.pattern)
        for name in ("minimum", "maximum"):
            if (limit := getattr(self, name)) is not None:
                object.__setattr__(self, name, _number(name, limit))
        least, most = self._limits
        if not least <= most or least == inf or most == -inf:
            raise RestrictionError(
                f"Expected a minimum up to the maximum, got {self.minimum} and {self.maximum}"
            )
        is_whole = isinstance(self.length, Integral) and not isinstance(self.length, bool)
        if self.length is not None and not (is_whole and 0 < self.length <= MAX_LENGTH):
            expected = f"Expected a length of 1 to {MAX_LENGTH} digits"
            raise RestrictionError(f"{expected}, got {self.length!r}")

    @property
    def _limits(self) -> tuple[float, float]:
        least = -inf if self.minimum is None else self.minimum
        return least, inf if self.maximum is None else self.maximum

    @cached_property
    def automaton(self) -> Automaton:
        """Reads the allowed texts, of which ``accepts`` tests the check digits."""
        automatons: list[Automaton] = []
        if self.values is not None:
            automatons.append(TextList(list(filter(self.accepts, map(str, self.values)))))
        if self.pattern is not None or self.values is None:
            automatons.append(Pattern(self.pattern or f"[{SIGNS}]+"))
        if self.length is not None:
            automatons.append(Length(self.length))
        if self._limits != (-inf, inf):
            automatons.append(Limits(*self._limits))
        automaton = automatons[0] if len(automatons) == 1 else All(automatons)
        return Amounts(automaton) if self._is_of_whole_numbers else automaton

    @cached_property
    def _is_of_whole_numbers(self) -> bool:
        return self.values is not None and all(map(str.isdigit, map(str, self.values)))

    def accepts(self, text: str) -> bool:
        """Return whether a text that the automaton reads has a digit, and right check digits."""
        digits = "".join(filter(str.isdigit, text))
        return bool(digits) and (self.check is None or CHECKS[self.check](digits))

    def allows(self, text: str) -> bool:
        """Return whether a line may hold a text."""
        state = self.automaton.start
        for sign in text:
            state = self.automaton.step(state, sign)
            if state is None:
                return False
        return self.automaton.is_whole(state) and self.accepts(text)

    def as_listed(self, text: str) -> str:
        """Return a text that is allowed as the list has it, and any other one as it is."""
        if self._is_of_whole_numbers and self.allows(text):
            return "".join(filter(str.isdigit, text))
        return text


def _texts(values: Iterable[str | int]) -> tuple[str, ...]:
    """Return a list's values as texts, or raise RestrictionError."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise RestrictionError(f"Expected a list of values, got {str(values)[:60]!r}")
    texts: list[str] = []
    for value in islice(values, MAX_VALUES + 1):
        if not isinstance(value, str | Integral):
            raise RestrictionError(
                f"Expected values as texts or whole numbers, got {value!r}: 1.5 may be written 1.5 "
                'or 1.50, so write it as it is written, as "1.50"'
            )
        texts.append(str(value))
    if not 0 < len(texts) <= MAX_VALUES:
        came = "more" if texts else "none"
        raise RestrictionError(f"Expected 1 to {MAX_VALUES:,} values, got {came}")
    for text in texts:
        if not 0 < len(text) <= MAX_LENGTH or set(text) - set(SIGNS):
            raise RestrictionError(
                f"Expected values of 1 to {MAX_LENGTH} digits, points, commas and minus signs, got "
                f"{text[:60]!r}"
            )
    return tuple(texts)


def _number(name: str, value: float | str) -> float:
    """Return a limit as a number, or raise RestrictionError."""
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise RestrictionError(f"Expected a number as {name}, got {value!r}") from error
