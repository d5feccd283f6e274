"""The fit of certainty: gradients, directions, sources left out, and thresholds by hand."""

from typing import Any

import numpy as np
import pytest

from nn.reading.certainty_model import FEATURES, RISK, Kind
from nn.reading.doubts import Doubt, ReasonNotRead
from nn.reading.reading import Digit, LeftOut, Line, Mark, Reading
from nn.training.certainty_training import (
    Answer,
    Rows,
    certain_from,
    fit,
    fit_all,
    fit_certainty,
    probabilities,
    rows_of,
    threshold,
)

IMAGE = np.zeros((28, 28), np.uint8)
SURE = {"other_mark": -9.0}
CHECKED = dict.fromkeys(FEATURES[Kind.CHECKED_DIGIT], 0.0)


def digit(label: int, confidence: float = 0.99, **others: Any) -> Digit:
    activations = np.full(10, (1 - confidence) / 9)
    activations[label] = confidence
    return Digit(activations.tolist(), IMAGE, (0, 0, 20, 30), **others)


def number(*digits: Digit, **others: Any) -> Reading:
    line = Line(digits, **others)
    return Reading([line], Doubt.UNCLEAR, [], 99, 99, is_number=True)


def alone(label: int, confidence: float, **features: float) -> Reading:
    lines = [Line([digit(label, confidence)])]
    found = CHECKED | {"by_both": -9 * confidence} | features
    return Reading(lines, Doubt.UNCLEAR, [], 99, 99, is_number=False, features=found)


def rows(n: int, seed: int) -> Rows:
    """Return rows of digits of which the confident ones are right more often."""
    rng = np.random.default_rng(seed)
    features = np.column_stack([rng.normal(3, 2, n), rng.normal(-3, 2, n)])
    is_right = rng.random(n) < 1 / (1 + np.exp(-features[:, 0]))
    return Rows(features, is_right, np.array(["a", "b"])[rng.integers(2, size=n)])


def test_the_fit_finds_the_weights_that_made_the_answers() -> None:
    regression = fit(Kind.DIGIT, rows(20_000, 1))
    assert regression.weights["confidence"] == pytest.approx(1, abs=0.1)
    assert regression.weights["neither"] == pytest.approx(0, abs=0.05)


def test_no_weight_has_another_sign_than_its_feature() -> None:
    some = rows(2_000, 2)
    turned = Rows(-some.features, some.is_right, some.sources)
    regression = fit(Kind.DIGIT, turned)
    assert regression.weights["confidence"] == 0
    assert regression.weights["neither"] <= 0


def test_the_usual_answer_has_the_probability_of_the_bias() -> None:
    regression = fit(Kind.DIGIT, rows(2_000, 3))
    (usual,) = probabilities(
        regression,
        Kind.DIGIT,
        np.array([[regression.usual[name] for name in FEATURES[Kind.DIGIT]]]),
    )
    assert usual == pytest.approx(1 / (1 + np.exp(-regression.bias)))


def test_from_answers_that_are_all_right_nothing_is_learnt() -> None:
    some = rows(100, 4)
    regression = fit(Kind.DIGIT, Rows(some.features, np.ones(100, np.bool_), some.sources))
    assert set(regression.weights.values()) == {0.0}


@pytest.mark.parametrize(
    ("risk", "least"),
    [(0.0, 0.8), (0.24, 0.8), (0.25, 0.6), (0.32, 0.6), (0.34, 0.5), (0.5, 0.4)],
)
def test_a_threshold_leaves_at_most_its_share_wrong(risk: float, least: float) -> None:
    chances = np.array([0.4, 0.9, 0.8, 0.7, 0.6, 0.5])
    is_right = np.array([False, True, True, False, True, True])
    if risk == 0.34:
        is_right[5] = False  # 2 of 5
        risk, least = 0.4, 0.5
    found = threshold(chances, is_right, risk)
    assert found == pytest.approx(0.4 if risk == 0.32 else least, abs=1e-6) or (found <= least)
    n_certain = int((chances >= found).sum())
    assert int((~is_right[chances >= found]).sum()) <= risk * n_certain


def test_equal_probabilities_are_certain_together_and_a_threshold_may_be_out_of_reach() -> None:
    chances, is_right = np.array([0.9, 0.9, 0.8]), np.array([True, False, True])
    assert threshold(chances, is_right, 0.3) == 2.0
    assert threshold(chances, is_right, 0.34) == pytest.approx(0.8, abs=1e-6)


def test_answers_are_judged_by_kind() -> None:
    seven = Answer("a", alone(7, 0.9), "7", is_plain=True)
    letter = Answer("a", alone(7, 0.3), "")
    left_out = Reading(
        seven.reading.lines, None, [LeftOut((0, 0, 9, 9), ReasonNotRead.FAINT)], 9, 9,
        is_number=False, features=CHECKED,
    )  # fmt: skip
    answers = [seven, letter, Answer("a", left_out, "7")]
    assert rows_of(Kind.DIGIT, answers).is_right.tolist() == [True]
    assert rows_of(Kind.CHECKED_DIGIT, answers).is_right.tolist() == [True, False]
    signed = number(digit(3), digit(1), marks=[Mark((0, 0, 2, 2), ".", 1, SURE)])
    lines = [
        Answer("a", signed, "31"),
        Answer("a", signed, "3,7", has_marks=True),
        Answer("a", signed, "3.144", has_marks=True),
        Answer("a", number(digit(3), digit(1, may_be_other=True)), "31"),
    ]
    of_digits = rows_of(Kind.DIGIT_OF_NUMBER, lines)
    assert of_digits.is_right.tolist() == [True, True, True, False, True, True]
    assert rows_of(Kind.MARK, lines).is_right.tolist() == []  # a digit is wrong, too
    assert rows_of(Kind.NUMBER, lines).is_right.tolist() == [True, False, False]


def test_which_of_point_and_comma_is_written_is_left_to_the_marks() -> None:
    signed = number(digit(3), digit(1), marks=[Mark((0, 0, 2, 2), ".", 1, SURE)])
    assert Answer("a", signed, "3,1", has_marks=True).is_right
    assert not Answer("a", signed, "31", has_marks=True).is_right
    answers = [Answer("a", signed, text, has_marks=True) for text in ("3,1", "3.1", "3.7")]
    found = rows_of(Kind.MARK, answers)
    assert found.is_right.tolist() == [False, True]


@pytest.mark.parametrize(
    ("written", "is_right"),
    [("31", True), ("31,", True), ("31.-", True), ("31-", False), ("3.1", False)],
)
def test_a_point_after_the_last_digit_is_the_same_number(written: str, is_right: bool) -> None:
    closed = number(digit(3), digit(1), marks=[Mark((0, 0, 2, 2), ".", 2, SURE)])
    answer = Answer("a", closed, written, has_marks=True)
    assert answer.is_right == is_right
    assert len(rows_of(Kind.MARK, [answer]).is_right) == (written == "31,")  # else not as many


@pytest.mark.parametrize(("written", "is_right"), [("3,1,-", False), ("3.1,-", True)])
def test_after_the_last_digit_a_point_is_right_where_a_comma_is_written(
    written: str, is_right: bool
) -> None:
    marks = [
        Mark((0, 0, 2, 2), sign, place, SURE) for sign, place in ((".", 1), (".", 2), ("-", 2))
    ]
    answer = Answer("a", number(digit(3), digit(1), marks=marks), written, has_marks=True)
    assert rows_of(Kind.MARK, [answer]).is_right.tolist() == [is_right, True, True]


def answers_of(source: str, n: int, share_wrong: float, seed: int) -> list[Answer]:
    """Return digits alone, of which the doubtful ones are wrong."""
    rng = np.random.default_rng(seed)
    answers = []
    for wrong in rng.random(n) < share_wrong:
        confidence = rng.uniform(0.3, 0.8) if wrong else rng.uniform(0.7, 1.0)
        reading = alone(7, confidence)
        answers.append(Answer(source, reading, "1" if wrong else "7", is_plain=True))
    return answers


def test_a_source_is_judged_by_weights_that_it_has_no_part_in() -> None:
    some, others = answers_of("a", 300, 0.2, 1), answers_of("b", 300, 0.2, 2)
    fitted = fit_certainty([*some, *others])
    assert set(fitted.without) == {"a", "b"}
    alone_b = fit_all(others).regressions[Kind.DIGIT]
    assert fitted.without["a"].regressions[Kind.DIGIT].weights == alone_b.weights
    for risk in (0.003, 0.02):
        certainty = fitted.without["a"].at(risk)
        certain = [answer for answer in some if certain_from(answer, certainty) <= certainty.risk]
        assert len(certain) > 100
        assert sum(not answer.is_right for answer in certain) <= 3


def test_nothing_is_certain_while_ink_is_left_out() -> None:
    fitted = fit_certainty([*answers_of("a", 300, 0.2, 1), *answers_of("b", 300, 0.2, 2)])
    sure = alone(7, 1.0)
    assert certain_from(Answer("a", sure, "7", is_plain=True), fitted.certainty) <= RISK
    left_out = Reading(
        sure.lines, None, [LeftOut((0, 0, 9, 9), ReasonNotRead.FAINT)], 9, 9, is_number=False
    )
    assert certain_from(Answer("a", left_out, "7", is_plain=True), fitted.certainty) > RISK
