"""Which texts a line may hold, by a list, a pattern, check digits ..., and the likeliest of them.

A meter has six digits, an order's number is one of those that are open, the last digit of a
barcode follows from the others.

ISO/IEC 7812-1 (Luhn), GS1 General Specifications (GTIN), ISO/IEC 7064 (MOD 97-10).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from math import ceil, exp, floor, inf
from numbers import Integral
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nn.reading.doubts import NO_MATCH, Match
from nn.reading.text_search import (
    DIGITS,
    EXACT,
    MAX_LENGTH,
    SEPARATORS,
    SIGNS,
    All,
    Amounts,
    Automaton,
    Length,
    Limits,
    Pattern,
    Place,
    TextList,
    search,
)

MAX_VALUES = 10_000  # of a list
OUTSIDE = 0.02  # probability, before anything is read, that a line holds a text that is not allowed
N_ALTERNATIVES = 3
GTIN_LENGTHS = (8, 12, 13, 14)  # digits of an EAN-8, UPC-A, EAN-13, ITF-14

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
    weighted = sum(map(int, digits[::-2])) + 3 * sum(map(int, digits[-2::-2]))
    return len(digits) in GTIN_LENGTHS and weighted % 10 == 0


def _mod97(digits: str) -> bool:
    return int(digits) % 97 == 1


CHECKS: Mapping[str, Callable[[str], bool]] = {"luhn": _luhn, "gtin": _gtin, "mod97": _mod97}
"""Whether the check digits among all digits are right, and a GTIN has as many digits as one has."""


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
        When one of them cannot be used, when no value of the list is allowed by all else, or when
        no text has as many digits as pattern, check, length and limits ask for.
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
        most = float(EXACT.add(Decimal(str(previous)), Decimal(str(more))))  # 0.7 + 0.1 is 0.8
        return cls(minimum=previous, maximum=most, length=length)

    def __post_init__(self) -> None:
        if self.check is not None and self.check not in CHECKS:
            raise RestrictionError(f"Expected one of {', '.join(CHECKS)}, got {self.check!r}")
        if self.values is not None:
            object.__setattr__(self, "values", _texts(self.values))
        for name in ("minimum", "maximum"):
            if (limit := getattr(self, name)) is not None:
                object.__setattr__(self, name, _number(name, limit))
        least, most = self._limits
        if not least <= most or least == inf or most == -inf:
            raise RestrictionError(
                f"Expected a minimum up to the maximum, got {self.minimum} and {self.maximum}"
            )
        most_digits = max(self._lengths())
        if not _has_value(most_digits, least, most):
            raise RestrictionError(
                f"Expected limits with a value of at most {most_digits} digits between them, got "
                f"{self.minimum} and {self.maximum}"
            )
        if self.values is not None and not any(map(self.allows, map(str, self.values))):
            raise RestrictionError("Expected a value with a digit that all else allows, got none")

    def _lengths(self) -> list[int]:
        """Return the numbers of digits that check, length and pattern allow, or raise."""
        lengths: Sequence[int] = range(1, MAX_LENGTH + 1)
        allowed = f"1 to {MAX_LENGTH}"
        if self.check == "gtin":
            lengths, allowed = GTIN_LENGTHS, "8, 12, 13 or 14"
        if self.length is not None:
            is_whole = isinstance(self.length, Integral) and not isinstance(self.length, bool)
            if not is_whole or self.length not in lengths:
                expected = f"Expected a length of {allowed} digits"
                raise RestrictionError(f"{expected}, got {self.length!r}")
            lengths, allowed = [int(self.length)], str(self.length)
        if self.pattern is not None:
            least, most = _n_digits(parse_pattern(self.pattern))
            lengths = [length for length in lengths if least <= length <= most]
            if not lengths:
                expected = f"Expected a pattern that allows {allowed} digits"
                raise RestrictionError(f"{expected}, got {self.pattern[:60]!r}")
        return list(lengths)

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
            automatons.append(Pattern(parse_pattern(self.pattern or f"[{SIGNS}]+")))
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


def best_match(frames: NDArray[np.floating], read: str, restriction: Restriction) -> Match:
    """Return the likeliest allowed text of a line, ``NO_MATCH`` where none has any probability.

    Bayes' theorem with the same probability before for each allowed text, and ``OUTSIDE`` for all
    others together, of which ``read`` stands for the likeliest. Texts that are one number, such as
    13524 and 13524.-, count together: the likeliest of them stands for all, with their probability.

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
    fitting: dict[str, float] = {}
    for text in filter(restriction.accepts, found):
        listed = restriction.as_listed(text)
        fitting[listed] = float(np.logaddexp(fitting.get(listed, -np.inf), found[text]))
    if not fitting:
        return NO_MATCH
    is_fitting = restriction.as_listed(read) in fitting
    others = {} if is_fitting or not read else search(frames, TextList([read]))
    greatest = max([*fitting.values(), *others.values()])
    outside = sum(OUTSIDE * exp(chance - greatest) for chance in others.values())
    chances = {text: exp(each - greatest) for text, each in fitting.items()}
    total = sum(chances.values()) + outside
    of_numbers: dict[str, tuple[str, float]] = {}  # the likeliest text, and the sum of all
    for text in sorted(chances, key=lambda text: -chances[text]):
        likeliest, together = of_numbers.get(number := _as_number(text), (text, 0.0))
        of_numbers[number] = likeliest, together + chances[text]
    order = sorted(of_numbers.values(), key=lambda found: -found[1])[: N_ALTERNATIVES + 1]
    (text, confidence), *alternatives = ((text, chance / total) for text, chance in order)
    return Match(text, confidence, outside / total, alternatives)


def _as_number(text: str) -> str:
    """Return what texts of one number have in common: digits, and signs before the last digit."""
    return text.rstrip(SEPARATORS + "-").replace(",", ".")


def parse_pattern(pattern: str) -> list[Place]:
    r"""Return the places of a pattern such as ``\d{6}`` or ``-?\d+,\d\d``.

    Raises
    ------
    RestrictionError
        When it holds anything but digits, ``\d``, ``\.``, ``,``, ``-`` and sets of these, each
        perhaps with ``?``, ``*``, ``+``, ``{6}`` or ``{4,6}`` after it, or is too long.
    """
    places: list[Place] = []
    end, is_allowed = 0, isinstance(pattern, str)
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
        places += [Place(signs)] * least
        if most is None:
            places.append(Place(signs, is_optional=True, is_repeated=True))
        else:
            places += [Place(signs, is_optional=True)] * (most - least)
        is_set = signs and not PART.sub("", inside)  # which holds nothing else
        is_range = most is None or least <= most
        is_allowed = bool(is_set and is_range and len(places) <= MAX_LENGTH)
    if not is_allowed or end < len(pattern) or not places:
        raise RestrictionError(
            rf"Expected a pattern of at most {MAX_LENGTH} signs: digits, \d, sets as [0-4], \., "
            rf"comma, minus, each perhaps with ?, *, +, {{6}} or {{4,6}}; got {str(pattern)[:60]!r}"
        )
    return places


def _n_digits(places: Iterable[Place]) -> tuple[int, float]:
    """Return the least and the greatest number of digits of a pattern; each between is possible."""
    least, most = 0, 0.0
    for place in places:
        if not set(place.signs).isdisjoint(DIGITS):
            most += inf if place.is_repeated else 1
            least += not place.is_optional and set(DIGITS).issuperset(place.signs)
    return least, most


def _has_value(n_digits: int, least: float, most: float) -> bool:
    """Return whether a number with so many digits, wherever its point is, is within the limits."""
    greatest = 10**n_digits - 1
    for n_after_point in range(n_digits + 1):
        first, last = (EXACT.scaleb(Decimal(str(each)), n_after_point) for each in (least, most))
        if ceil(max(first, -greatest)) <= floor(min(last, greatest)):
            return True
    return False


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
