"""The probability that an answer is right, and whether that is enough at a risk.

A logistic regression over named features gives the probability; ``python -m nn train certainty``
fits its weights, and a threshold for each risk.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import ceil, exp, inf, log
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from nn.reading.doubts import Doubt
from nn.reading.reading import Digit, Line

RISK = 0.003  # share of errors among certain answers, by default
MIN_RISK, MAX_RISK = 0.001, 0.05

MILLION = 1e6
LEAST = 1e-4  # of a probability in a feature, so that its logarithm is finite
MIN_READ = 0.2  # probability from which the network of digits reads a digit, too

Features = Mapping[str, float]


class Kind(StrEnum):
    """What is judged; each has weights of its own."""

    DIGIT = "digit"
    CHECKED_DIGIT = "checked_digit"
    DIGIT_OF_NUMBER = "digit_of_number"
    MARK = "mark"
    NUMBER = "number"


class Feature(NamedTuple):
    """How a feature may change the probability, and the doubt if it counts most against it.

    ``direction`` is 1 if the probability rises with the feature, -1 if it falls.
    """

    direction: int
    doubt: Doubt = Doubt.UNCLEAR


FEATURES: Mapping[Kind, Mapping[str, Feature]] = {
    Kind.DIGIT: {
        "confidence": Feature(1),  # logit
        "neither": Feature(-1),  # log of the chance of neither of the likeliest two
    },
    Kind.CHECKED_DIGIT: {
        "by_both": Feature(-1),  # log of the product of both networks' chances of error
        "neither": Feature(-1),
        "differs": Feature(-1),  # the network of lines reads another digit
        "unread": Feature(-1, Doubt.NOT_A_DIGIT),  # it reads no digit
        "several": Feature(-1),  # it reads more digits
    },
    Kind.DIGIT_OF_NUMBER: {
        "by_digits": Feature(-1),  # log of the chance of error by the network of digits
        "by_lines": Feature(-1),
    },
    Kind.MARK: {
        "other_mark": Feature(-1),  # log of the chance of another mark
    },
    Kind.NUMBER: {
        "by_both": Feature(-1),  # of the digit where it is greatest
        "by_lines": Feature(-1),  # log of the chance that the network of lines misreads any digit
        "unread": Feature(-1),  # share of digits that the network of digits does not read
        "uncovered": Feature(-1),  # height of ink that is in no sign, over that of the digits
        "lone": Feature(-1),  # of several lines one is a digit alone: of a fraction, or a colon
    },
}


def digit_features(activations: Sequence[float]) -> dict[str, float]:
    """Return the features of a digit alone, from its activations (10,)."""
    second, best = sorted(activations)[-2:]
    return {"confidence": logit(best), "neither": log_of(1 - best - second)}


def checked_features(
    activations: Sequence[float], agreement: float | None, n_digits: int
) -> dict[str, float]:
    """Return the features of a digit alone that the network of lines has read, too.

    Parameters
    ----------
    activations
        (10,): of the network of digits.
    agreement
        Probability of the digit by the network of lines; 0 if it reads another one there, None if
        it reads none, or several in a drawing.
    n_digits
        That it reads in the whole picture.
    """
    second, best = sorted(activations)[-2:]
    return {
        "by_both": log_of_both_wrong(best, agreement or 0.0),
        "neither": log_of(1 - best - second),
        "differs": float(agreement == 0),
        "unread": float(n_digits == 0),
        "several": float(n_digits > 1),
    }


def digit_of_number_features(digit: Digit) -> dict[str, float]:
    """Return the features of a digit of a number."""
    return {"by_digits": log_of(1 - digit.by_digits), "by_lines": log_of(1 - digit.by_lines)}


def number_features(lines: Sequence[Line]) -> dict[str, float]:
    """Return the features of numbers: the digits of all lines together."""
    digits = [digit for line in lines for digit in line.digits]
    return {
        "by_both": max(log_of_both_wrong(digit.by_digits, digit.by_lines) for digit in digits),
        "by_lines": log_of(1 - float(np.prod([digit.by_lines for digit in digits]))),
        "unread": sum(digit.by_digits < MIN_READ for digit in digits) / len(digits),
        "uncovered": max(line.uncovered for line in lines),
        "lone": float(len(lines) > 1 and any(len(line.digits) == 1 for line in lines)),
    }


class CertaintyError(ValueError):
    """The weights of certainty cannot be loaded; the message says why and what to do."""


@dataclass(frozen=True)
class LogisticRegression:
    """The probability that an answer of one kind is right, and when that is enough.

    Attributes
    ----------
    bias
        Logit of the probability of the usual answer.
    weights, usual
        By feature: the weight, and the mean among right answers.
    thresholds
        Pairs of a risk and the probability from which an answer is certain at it, the lowest risk
        first. Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", 2017;
        without their bound, for which there are too few answers.
    """

    bias: float
    weights: Features
    usual: Features
    thresholds: Sequence[tuple[float, float]] = ((RISK, 1.0),)

    def probability(self, features: Features) -> float:
        """Return the probability, 0 to 1, of an answer with these features."""
        return expit(self.bias + sum(self._terms(features).values()))

    def threshold(self, risk: float) -> float:
        """Return the probability from which answers are certain, interpolated in ``log(risk)``."""
        risks, thresholds = zip(*self.thresholds, strict=True)
        return float(np.interp(log(risk), np.log(risks), thresholds))

    def certain_from(self, features: Features) -> float:
        """Return the least risk at which an answer is certain, inf if it is at none.

        The inverse of ``threshold``, rounded up to six decimals.
        """
        probability = self.probability(features)
        risks, thresholds = zip(*self.thresholds, strict=True)
        place = next((n for n, least in enumerate(thresholds) if probability >= least), None)
        if place is None:
            return inf
        if place == 0:
            return MIN_RISK
        above, below = thresholds[place - 1], thresholds[place]
        part = (above - probability) / (above - below)
        least = exp((1 - part) * log(risks[place - 1]) + part * log(risks[place]))
        return (
            ceil(round(least * MILLION, 3)) / MILLION
        )  # a risk itself, whose logarithm is rounded

    def doubt(self, kind: Kind, features: Features, risk: float) -> Doubt | None:
        """Return the doubt of the feature that counts most against an answer, None if certain."""
        if self.certain_from(features) <= risk:
            return None
        terms = self._terms(features)
        return FEATURES[kind][min(terms, key=lambda name: terms[name])].doubt

    def _terms(self, features: Features) -> dict[str, float]:
        return {
            name: weight * (features[name] - self.usual[name])
            for name, weight in self.weights.items()
        }


@dataclass(frozen=True)
class Certainty:
    """Judges answers of all kinds at one risk.

    Attributes
    ----------
    regressions
        One for each kind.
    risk
        Greatest share of errors among certain answers, ``MIN_RISK`` to ``MAX_RISK``.
    is_alone
        Whether it does not matter which digit the network of lines reads in a picture of one. That
        it reads none, or several, stays a reason to doubt.
    """

    regressions: Mapping[Kind, LogisticRegression]
    risk: float = RISK
    is_alone: bool = False

    def __post_init__(self) -> None:
        if not MIN_RISK <= self.risk <= MAX_RISK:
            raise ValueError(f"risk must be from {MIN_RISK} to {MAX_RISK}, but is {self.risk}")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the judges of a file, or raise CertaintyError if it is missing or damaged."""
        try:
            return cls.from_json(path.read_bytes())
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise CertaintyError(
                f"{path}: expected the weights of certainty, but found {error!r}: restore the "
                "file, or run nn train certainty"
            ) from error

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the judges of a file; ValueError, KeyError or TypeError if it is none."""
        kinds, regressions = json.loads(text)["kinds"], {}
        for kind, features in FEATURES.items():
            values = kinds[kind]
            if not features.keys() == values["weights"].keys() == values["usual"].keys():
                raise ValueError(f"expected the weights {', '.join(features)} of {kind}")
            pairs = [(float(risk), float(least)) for risk, least in values["thresholds"]]
            regressions[kind] = LogisticRegression(
                float(values["bias"]), values["weights"], values["usual"], tuple(pairs)
            )
        return cls(regressions)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``from_json`` reads, for ``json.dumps``."""
        return {"kinds": {kind: asdict(each) for kind, each in self.regressions.items()}}

    def of_plain_digits(self) -> dict[str, Any]:
        """Return how a digit alone is judged at this risk, as JSON for the page's network."""
        regression = self.regressions[Kind.DIGIT]
        members = ("bias", "weights", "usual")
        return {
            **{name: getattr(regression, name) for name in members},
            "threshold": regression.threshold(self.risk),
        }

    def at(self, risk: float) -> Self:
        """Return the same judges at another risk."""
        return replace(self, risk=risk)

    def for_network(self, metadata: Mapping[str, Any]) -> Self:
        """Return the judges of a network of digits, by its metadata: alone if fine-tuning says so.

        See ``nn.training.own_certainty``.
        """
        is_alone = metadata.get("own", {}).get("is_judged_alone") is True
        return replace(self, is_alone=True) if is_alone else self

    def doubt(self, kind: Kind, features: Features) -> Doubt | None:
        """Return why an answer is not certain, None if it is."""
        return self.regressions[kind].doubt(kind, features, self.risk)

    def certain_from(self, kind: Kind, features: Features) -> float:
        """Return the least risk at which an answer is certain, inf if it is at none."""
        return self.regressions[kind].certain_from(features)

    def probability(self, kind: Kind, features: Features) -> float:
        """Return the probability, 0 to 1, that an answer is right."""
        return self.regressions[kind].probability(features)


def logit(probability: float) -> float:
    """Return ``log(p / (1 - p))``, at most about 9 in size."""
    return log((probability + LEAST) / (1 - probability + LEAST))


def log_of(probability: float) -> float:
    """Return the logarithm of a probability, at least about -9."""
    return log(max(probability, 0.0) + LEAST)


def log_of_both_wrong(by_digits: float, by_lines: float) -> float:
    """Return the logarithm of the chance that both networks misread a digit, if independent.

    Parameters
    ----------
    by_digits, by_lines
        Its probability by each of them.
    """
    return log_of(1 - by_digits) + log_of(1 - by_lines)


def expit(number: float) -> float:
    """Return ``1 / (1 + exp(-number))``."""
    return 1 / (1 + exp(-number)) if number > -700 else 0.0
