"""Judges of certainty whose weights tests can compute with by hand."""

from collections.abc import Mapping
from math import log
from typing import Any

from nn.reading.certainty_model import FEATURES, LEAST, Certainty, Kind, LogisticRegression

SURE = 9.0  # logit of what is sure
FLAW = -30.0  # weight of a feature that falls: one flaw is enough
DIFFERS: Mapping[str, Any] = {
    "by_lines": 0.0,
    "is_agreed": False,
}  # of a digit that only one network reads
COUNTED = {
    Kind.CHECKED_DIGIT: ("by_both",),
    Kind.DIGIT_OF_NUMBER: ("by_digits", "by_lines"),
    Kind.NUMBER: ("by_lines",),
}


def judges(threshold: float = 0.9) -> Certainty:
    """Return judges that are certain from one probability on, at each risk.

    A digit alone has the probability of its confidence. Rising features have a weight of 1 and
    falling ones of ``FLAW``. Of logarithms only those that are named below count, once.
    """
    regressions = {}
    for kind, features in FEATURES.items():
        logarithms = {"neither", "by_both", "by_digits", "by_lines", "other_mark"}
        weights = {
            name: 1.0 if feature.direction > 0 else FLAW * (name not in logarithms)
            for name, feature in features.items()
        }
        usual = {name: SURE * (feature.direction > 0) for name, feature in features.items()}
        for name in COUNTED.get(kind, ()):
            weights[name], usual[name] = -1.0, log(LEAST)
        bias = sum(value for value in usual.values() if value > 0) or SURE
        regressions[kind] = LogisticRegression(bias, weights, usual, ((0.003, threshold),))
    return Certainty(regressions)
