"""Fits how certain answers are: weights for named features, and a threshold for each risk.

The predictions of a source, for thresholds and for the figures that are printed, come from weights
that were fitted without this source.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nn.reading.certainty import is_ruled_out, judge_digit, number_certain_from
from nn.reading.certainty_model import (
    FEATURES,
    MAX_RISK,
    MIN_RISK,
    RISK,
    Certainty,
    Features,
    Kind,
    LogisticRegression,
    digit_features,
    digit_of_number_features,
    number_features,
)
from nn.reading.reading import Reading, without_closing_marks

RISKS = (MIN_RISK, 0.002, 0.003, 0.005, 0.01, 0.02, MAX_RISK)
PENALTY = 1e-4  # of the squares of the weights of standardised features
FLATTEST = 1e-3  # least standard deviation of a feature that is used

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """A reading by a reader to which nothing is certain, and what is written.

    Attributes
    ----------
    source
        Who wrote and recorded it; a source is left out as a whole.
    reading
        With all that is doubtful; see ``trusting_nothing``.
    text
        What is written, with line breaks; "" for no digit.
    has_marks
        Whether ``text`` has the points and commas, too; else only the digits are compared.
    is_plain
        Whether a digit alone is judged without the network of lines, too.
    is_real
        Whether it counts for thresholds. Generated lines do not, as they are harder than what
        people write; nor does a number that is read in a picture of one digit or none, as few of
        such pictures are read so.
    is_counted
        Whether it is what ``read`` answers: of a picture of a digit that this reads as a number,
        the answer of ``predict`` is fitted, too.
    """

    source: str
    reading: Reading
    text: str
    has_marks: bool = False
    is_plain: bool = False
    is_real: bool = True
    is_counted: bool = True

    @property
    def is_right(self) -> bool:
        """Whether the number is read; which of its marks are points or commas is judged alone."""
        if not self.has_marks:
            return self.reading.number == self.text
        texts = self.reading.text, self.text
        read, written = (without_closing_marks(text).replace(",", ".") for text in texts)
        return read == written


@dataclass(frozen=True)
class Rows:
    """N judged things: features (N, F), whether they are right (N,), and their sources (N,)."""

    features: Floats
    is_right: Booleans
    sources: NDArray[np.str_]


def trusting_nothing() -> Certainty:
    """Return judges to which no answer is certain."""
    regressions = {}
    for kind, features in FEATURES.items():
        zeros = dict.fromkeys(features, 0.0)
        regressions[kind] = LogisticRegression(0.0, zeros, zeros, ((MIN_RISK, 2.0),))
    return Certainty(regressions)


@dataclass(frozen=True)
class Fitted:
    """The judges of all answers, and for each source those that were fitted without it."""

    certainty: Certainty
    without: Mapping[str, Certainty]


def fit_certainty(answers: Sequence[Answer]) -> Fitted:
    """Return judges of answers.

    The thresholds are the same for all: they come from the predictions of each real source by
    weights that were fitted without it.
    """
    without = dict[str, Certainty]()
    left_out: dict[Kind, list[tuple[Floats, Booleans]]] = {kind: [] for kind in Kind}
    for source in sorted({answer.source for answer in answers}):
        fitted = fit_all([answer for answer in answers if answer.source != source])
        without[source] = fitted
        own = [answer for answer in answers if answer.source == source]
        real = [answer for answer in own if answer.is_real]
        for kind in Kind:  # marks are only known where lines are drawn
            rows = rows_of(kind, own if kind is Kind.MARK else real)
            chances = probabilities(fitted.regressions[kind], kind, rows.features)
            left_out[kind].append((chances, rows.is_right))
    thresholds = {}
    for kind, predicted in left_out.items():
        chances, is_right = map(np.concatenate, zip(*predicted, strict=True))
        thresholds[kind] = tuple((risk, threshold(chances, is_right, risk)) for risk in RISKS)

    def with_thresholds(certainty: Certainty) -> Certainty:
        regressions = {
            kind: replace(regression, thresholds=thresholds[kind])
            for kind, regression in certainty.regressions.items()
        }
        return replace(certainty, regressions=regressions)

    return Fitted(
        with_thresholds(fit_all(answers)),
        {source: with_thresholds(fitted) for source, fitted in without.items()},
    )


def certain_from(answer: Answer, certainty: Certainty) -> float:
    """Return the least risk at which judges are certain of an answer, as the reader would be."""
    reading = answer.reading
    if reading.left_out:
        return inf
    if reading.is_number:
        return number_certain_from(reading.lines, certainty)
    if answer.is_plain:
        _, least = judge_digit(reading.activations, certainty)
        if least <= RISK:
            return least
    if not reading.features:
        return inf
    _, least = judge_digit(reading.activations, certainty, reading.features)
    return least


def fit_all(answers: Sequence[Answer]) -> Certainty:
    """Return judges fitted to answers, without thresholds of their own."""
    return Certainty({kind: fit(kind, rows_of(kind, answers)) for kind in Kind})


def rows_of(kind: Kind, answers: Sequence[Answer]) -> Rows:
    """Return what a kind judges in answers."""
    judged = [
        (features, is_right, answer.source)
        for answer in answers
        for features, is_right in _JUDGED[kind](answer)
    ]
    names = list(FEATURES[kind])
    return Rows(
        np.array([[features[name] for name in names] for features, _, _ in judged]).reshape(
            -1, len(names)
        ),
        np.array([is_right for _, is_right, _ in judged], np.bool_),
        np.array([source for _, _, source in judged], np.str_),
    )


Judged = list[tuple[Features, bool]]


def _digits(answer: Answer) -> Judged:
    reading = answer.reading
    if reading.is_number or not answer.is_plain:
        return []
    return [(digit_features(reading.activations), answer.is_right)]


def _checked_digits(answer: Answer) -> Judged:
    reading = answer.reading
    if reading.is_number or reading.left_out or not reading.features:
        return []
    return [(reading.features, answer.is_right)]


def _digits_of_numbers(answer: Answer) -> Judged:
    """Return the digits of numbers of which as many are read as are written."""
    digits, written = answer.reading.digits, [sign for sign in answer.text if sign.isdigit()]
    if not answer.reading.is_number or len(digits) != len(written):
        return []
    return [
        (digit_of_number_features(digit), str(digit.digit) == label)
        for digit, label in zip(digits, written, strict=True)
    ]


def _marks(answer: Answer) -> Judged:
    """Return the marks of what is read right but for points and commas, if none is missing.

    After the last digit both are the same number, so either is right.
    """
    if not (answer.reading.is_number and answer.has_marks and answer.is_right):
        return []
    marks = [
        (mark, mark.position == len(line.digits))
        for line in answer.reading.lines
        for mark in line.marks
    ]
    written = [sign for sign in answer.text if not sign.isdigit()]
    if len(marks) != len(written):
        return []
    return [
        (mark.features, is_last or mark.character == sign)
        for (mark, is_last), sign in zip(marks, written, strict=True)
    ]


def _numbers(answer: Answer) -> Judged:
    reading = answer.reading
    if not reading.is_number or reading.left_out:
        return []
    if any(is_ruled_out(line) for line in reading.lines):
        return []
    return [(number_features(reading.lines), answer.is_right)]


_JUDGED: Mapping[Kind, Callable[[Answer], Judged]] = {
    Kind.DIGIT: _digits,
    Kind.CHECKED_DIGIT: _checked_digits,
    Kind.DIGIT_OF_NUMBER: _digits_of_numbers,
    Kind.MARK: _marks,
    Kind.NUMBER: _numbers,
}


def fit(kind: Kind, rows: Rows) -> LogisticRegression:
    """Return the regression of the least cross-entropy; each source counts as its root of rows.

    The weight of a feature has the sign that ``FEATURES`` gives it, or is 0.
    """
    names = list(FEATURES[kind])
    if rows.is_right.all() or not rows.is_right.any():  # nothing to learn from
        zeros = dict.fromkeys(names, 0.0)
        return LogisticRegression(0.0, zeros, zeros)
    means, spreads = rows.features.mean(axis=0), rows.features.std(axis=0)
    spreads = np.where(spreads < FLATTEST, np.inf, spreads)
    scaled = (rows.features - means) / spreads
    _, numbers, counts = np.unique(rows.sources, return_inverse=True, return_counts=True)
    shares = (1 / np.sqrt(counts) / np.sqrt(counts).sum())[numbers]
    signs = np.where(rows.is_right, 1.0, -1.0)

    def cost(parameters: Floats) -> tuple[float, Floats]:
        bias, weights = parameters[0], parameters[1:]
        margins = signs * (scaled @ weights + bias)
        slopes = -signs * shares / (1 + np.exp(np.minimum(margins, 700)))
        value = shares @ np.logaddexp(0, -margins) + PENALTY * weights @ weights
        gradient = np.append(slopes.sum(), scaled.T @ slopes + 2 * PENALTY * weights)
        return float(value), gradient

    directions = [feature.direction for feature in FEATURES[kind].values()]
    bounds = [(None, None), *((0, None) if to > 0 else (None, 0) for to in directions)]
    found = minimize(cost, np.zeros(1 + len(names)), jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = found[1:] / spreads
    usual = rows.features[rows.is_right].mean(axis=0)
    bias = float(found[0] + weights @ (usual - means))
    return LogisticRegression(
        round(bias, 4),
        dict(zip(names, weights.round(4).tolist(), strict=True)),
        dict(zip(names, usual.round(4).tolist(), strict=True)),
    )


def probabilities(regression: LogisticRegression, kind: Kind, features: Floats) -> Floats:
    """Return the probability (N,) of features (N, F), in the order of ``FEATURES``."""
    names = list(FEATURES[kind])
    return np.array(
        [regression.probability(dict(zip(names, row, strict=True))) for row in features.tolist()]
    )


def threshold(chances: Floats, is_right: NDArray[np.bool_], risk: float) -> float:
    """Return the least probability from which at most the share ``risk`` is wrong; 2 for none."""
    order = np.argsort(-chances, kind="stable")
    n_wrong = np.cumsum(~is_right[order])
    is_safe = n_wrong <= risk * np.arange(1, len(order) + 1)
    # Answers of equal probability are certain together or not at all.
    is_safe &= np.append(chances[order][1:] < chances[order][:-1], True)
    places = np.flatnonzero(is_safe)
    return round(float(chances[order][places[-1]]) - 5e-7, 6) if len(places) else 2.0
