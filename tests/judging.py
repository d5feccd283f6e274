"""Judges of certainty whose weights tests can compute with by hand."""

from math import log

from nn.reading.certainty_model import FEATURES, LEAST, Certainty, Kind, LogisticRegression

SURE = 9.0  # logit of what is sure
FLAW = -30.0  # weight of a feature that falls: one flaw is enough


def judges(threshold: float = 0.9) -> Certainty:
    """Return judges that are certain from one probability on, at each risk.

    A digit alone has the probability of its confidence. Rising features have a weight of 1 and
    falling ones of ``FLAW``; of logarithms only that of a misread digit of a number counts.
    """
    regressions = {}
    for kind, features in FEATURES.items():
        logarithms = {"neither", "missed", "both_wrong", "by_lines", "other_mark"}
        weights = {
            name: 1.0 if feature.direction > 0 else FLAW * (name not in logarithms)
            for name, feature in features.items()
        }
        usual = {name: SURE * (feature.direction > 0) for name, feature in features.items()}
        if kind is Kind.NUMBER:
            weights["by_lines"], usual["by_lines"] = -1.0, log(LEAST)
        bias = sum(value for value in usual.values() if value > 0) or SURE
        regressions[kind] = LogisticRegression(bias, weights, usual, ((0.003, threshold),))
    return Certainty(regressions)
