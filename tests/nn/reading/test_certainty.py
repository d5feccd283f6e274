import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import numpy as np
import pytest

from nn.reader import load_certainty
from nn.reading.allowed import Restriction
from nn.reading.certainty import (
    doubt_in_number,
    doubt_of_digit,
    is_number,
    judge_digit,
    judge_match,
    judge_number,
    likeliest_misfit,
    number_certain_from,
    without_repeats,
)
from nn.reading.certainty_model import (
    FEATURES,
    LEAST,
    Certainty,
    Kind,
    LogisticRegression,
    checked_features,
    number_features,
)
from nn.reading.doubts import Doubt, Match, Misfit, ReasonNotRead
from nn.reading.reading import Digit, LeftOut, Line, Mark
from tests.judging import DIFFERS, judges

INK_LEFT_OUT, TOUCHING, NOT_A_DIGIT, UNCLEAR = Doubt


def of(by_class: dict[int, float]) -> list[float]:
    """Return ten activations, of which these are given and the others alike."""
    rest = (1 - sum(by_class.values())) / (10 - len(by_class))
    return [by_class.get(digit, rest) for digit in range(10)]


SEVEN, SEVEN_OR_ONE, NOTHING = of({7: 0.99}), of({7: 0.6, 1: 0.35}), of({7: 0.1})


def test_a_probability_is_the_sigmoid_of_weighted_features() -> None:
    weights, usual = {"confidence": 2.0, "neither": -1.0}, {"confidence": 3.0, "neither": -2.0}
    regression = LogisticRegression(0.5, weights, usual)
    features = {"confidence": 4.0, "neither": -1.0}
    assert regression.probability(features) == pytest.approx(1 / (1 + math.exp(-1.5)))
    assert regression.probability(features | {"confidence": -1e6}) == 0.0


def test_an_answer_is_certain_from_the_risk_on_whose_threshold_it_reaches() -> None:
    thresholds = ((0.001, 0.99), (0.003, 0.9), (0.01, 0.9), (0.05, 0.6))

    def least(probability: float) -> float:
        bias = math.log(probability / (1 - probability))
        return LogisticRegression(bias, {}, {}, thresholds).certain_from({})

    assert [least(each) for each in (0.995, 0.9001, 0.6001)] == [0.001, 0.002997, 0.049974]
    for risk in (0.003, 0.05):  # exactly on a threshold
        on_it = LogisticRegression(0.0, {}, {}, ((0.001, 0.9), (risk, 0.5)))
        assert on_it.certain_from({}) == risk
    assert least(0.59) == math.inf
    middle = (math.log(0.001) + math.log(0.003)) / 2
    assert least(0.945) == pytest.approx(math.exp(middle), abs=1e-6)


def test_a_threshold_lies_between_those_of_two_risks_by_the_logarithm() -> None:
    regression = LogisticRegression(0.0, {}, {}, ((0.001, 0.99), (0.01, 0.9)))
    assert regression.threshold(0.001) == pytest.approx(0.99)
    assert regression.threshold(math.sqrt(0.001 * 0.01)) == pytest.approx(0.945)
    assert regression.threshold(0.05) == pytest.approx(0.9)


def test_the_doubt_is_that_of_the_feature_that_counts_most_against_an_answer() -> None:
    certainty = judges()
    features = dict.fromkeys(FEATURES[Kind.CHECKED_DIGIT], 0.0) | {"by_both": math.log(LEAST)}
    assert certainty.doubt(Kind.CHECKED_DIGIT, features) is None
    assert certainty.doubt(Kind.CHECKED_DIGIT, features | {"unread": 1.0}) is NOT_A_DIGIT
    assert certainty.doubt(Kind.CHECKED_DIGIT, features | {"differs": 1.0}) is UNCLEAR


@pytest.mark.parametrize("risk", [0.0009, 0.051, math.nan])
def test_a_risk_outside_its_limits_is_refused(risk: float) -> None:
    with pytest.raises(ValueError, match=r"risk must be from 0\.001 to 0\.05"):
        judges().at(risk)


def test_a_network_that_has_learnt_a_hand_is_judged_alone() -> None:
    shipped = load_certainty()
    assert shipped.for_network({"own": {"is_judged_alone": True}}).is_alone
    for other in ({}, {"own": {}}, {"own": {"is_judged_alone": 1}}):
        assert shipped.for_network(other) is shipped and not shipped.is_alone


def test_judges_are_the_same_after_they_are_written() -> None:
    certainty = judges()
    assert Certainty.from_json(json.dumps(certainty.to_dict())) == certainty


@pytest.mark.parametrize(
    "change",
    [
        lambda kinds: kinds.pop("mark"),
        lambda kinds: kinds["mark"]["weights"].pop("other_mark"),
        lambda kinds: kinds["mark"]["usual"].update(more=1),
        lambda kinds: kinds["mark"].update(thresholds=[[0.003]]),
        lambda kinds: kinds["mark"].update(bias=None),
    ],
)
def test_judges_without_a_weight_are_refused(change: Callable[[Any], object]) -> None:
    content = json.loads(json.dumps(judges().to_dict()))
    change(content["kinds"])
    with pytest.raises((ValueError, KeyError, TypeError)):
        Certainty.from_json(json.dumps(content))


def test_the_shipped_judges_trust_more_at_a_higher_risk_and_where_features_say_so() -> None:
    certainty = load_certainty()
    for kind, regression in certainty.regressions.items():
        risks = [risk for risk, _ in regression.thresholds]
        thresholds = [least for _, least in regression.thresholds]
        assert risks == sorted(risks) and thresholds == sorted(thresholds, reverse=True)
        for name, feature in FEATURES[kind].items():
            assert regression.weights[name] * feature.direction >= 0


@pytest.mark.parametrize(
    ("activations", "is_ink_left_out", "is_cut", "doubt"),
    [
        (SEVEN, False, False, None),
        (SEVEN_OR_ONE, False, False, UNCLEAR),
        (NOTHING, False, False, NOT_A_DIGIT),
        (SEVEN, False, True, TOUCHING),
        (NOTHING, False, True, TOUCHING),
        (SEVEN, True, False, INK_LEFT_OUT),
        (SEVEN_OR_ONE, True, True, INK_LEFT_OUT),
        (NOTHING, True, True, INK_LEFT_OUT),
    ],
)
def test_a_digit_has_its_gravest_doubt(
    activations: list[float], is_ink_left_out: bool, is_cut: bool, doubt: Doubt | None
) -> None:
    reasons = {"is_ink_left_out": is_ink_left_out, "is_cut": is_cut}
    assert doubt_of_digit(activations, judges(), **reasons) is doubt


def test_a_digit_that_is_struck_out_is_unclear_if_nothing_graver_is() -> None:
    assert doubt_of_digit(SEVEN, judges(), is_struck_out=True) is UNCLEAR
    assert doubt_of_digit(NOTHING, judges(), is_struck_out=True) is NOT_A_DIGIT


@pytest.mark.parametrize(
    ("by_class", "doubt"),
    [
        ({4: 0.91}, None),
        ({4: 0.89}, UNCLEAR),
        ({4: 0.5, 9: 0.31}, UNCLEAR),
        ({4: 0.5, 9: 0.29}, NOT_A_DIGIT),  # as likely another class or none at all
        ({4: 0.3, 9: 0.3, 7: 0.3}, NOT_A_DIGIT),
        ({4: 0.79}, UNCLEAR),  # 0.81 together with any other
    ],
)
def test_of_few_likely_digits_there_is_none(
    by_class: dict[int, float], doubt: Doubt | None
) -> None:
    assert doubt_of_digit(of(by_class), judges()) is doubt


@pytest.mark.parametrize(
    ("agreement", "n_digits", "doubt"),
    [
        (0.9, 1, None),
        (0.0, 1, UNCLEAR),  # it reads another digit
        (None, 0, NOT_A_DIGIT),
        (0.9, 2, UNCLEAR),
    ],
)
def test_a_digit_is_certain_if_the_network_of_lines_reads_it_alone(
    agreement: float | None, n_digits: int, doubt: Doubt | None
) -> None:
    checked = checked_features(SEVEN, agreement, n_digits)
    found_doubt, certain_from = judge_digit(SEVEN, judges(), checked)
    assert found_doubt is doubt
    assert (certain_from < math.inf) == (doubt is None)


def detected(activation: float = 1.0, **others: Any) -> Digit:
    activations = np.where(np.arange(10) == 7, activation, 0.0).tolist()
    return Digit(activations, np.zeros((28, 28), np.uint8), (0, 0, 9, 9), **others)


SURE = {"other_mark": -9.0}
POINT = Mark((0, 0, 3, 3), ".", 1, SURE)
FAINT_POINT = replace(POINT, may_be_other=True)


@pytest.mark.parametrize(
    ("digits", "signs", "doubt"),
    [
        ([{}, {}], {}, None),
        ([{}, {}], {"marks": [POINT]}, None),
        ([{}, DIFFERS], {}, UNCLEAR),
        ([DIFFERS, {"activation": 0.1, **DIFFERS}], {}, NOT_A_DIGIT),
        ([{}, {"is_cut": True}], {}, None),
        ([{}, {"is_cut": True, **DIFFERS}], {}, TOUCHING),
        ([{}, {"may_be_other": True}], {}, UNCLEAR),
        ([{}, {}], {"marks": [FAINT_POINT]}, UNCLEAR),
        ([{}, {}], {"doubtful_gaps": [1]}, UNCLEAR),
    ],
)
def test_a_number_has_the_gravest_doubt_of_its_digits_and_its_signs(
    digits: list[dict[str, Any]], signs: dict[str, Any], doubt: Doubt | None
) -> None:
    lines = [Line([detected(**each) for each in digits], **signs), Line([detected()] * 2)]
    judged, found, certain_from = judge_number(lines, judges())
    assert found is doubt
    assert any(line.is_doubtful for line in judged) == (doubt is not None)
    assert (certain_from <= 0.003) == (doubt is None)


@pytest.mark.parametrize(
    ("digits", "signs", "doubt"),
    [
        ([{}, {}], {}, None),
        ([{"is_slash": True}, {}, {}], {}, None),  # a first 1 may be a long line
        ([{}, {"is_slash": True}, {}], {}, UNCLEAR),
        ([{}, {"is_slash": True}], {}, UNCLEAR),  # a bracket
        ([{}, {"may_be_other": True}], {}, UNCLEAR),
        ([{}, {}], {"doubtful_gaps": [1]}, UNCLEAR),
        ([{}, {}], {"missed": 0.5}, None),
        ([{}, {}], {"missed": 0.51}, UNCLEAR),
        ([{}, {}], {"marks": [POINT]}, None),
        ([{}, {}], {"marks": [replace(POINT, character=",", may_be_other=True)]}, UNCLEAR),
    ],
)
def test_some_numbers_are_doubtful_however_probable(
    digits: list[dict[str, Any]], signs: dict[str, Any], doubt: Doubt | None
) -> None:
    line = Line([detected(**each) for each in digits], **signs)
    _, found, certain_from = judge_number([line], judges(threshold=0.0))
    assert found is doubt
    assert certain_from == (0.001 if doubt is None else math.inf)


def test_a_number_is_as_doubtful_as_the_digit_that_both_networks_read_worst() -> None:
    worst = detected(by_digits=0.9, by_lines=0.8)
    others = detected(by_digits=0.99, by_lines=0.5), detected(by_digits=0.3, by_lines=0.99)
    features = number_features([Line([detected(), worst]), Line(others)])
    assert features["by_both"] == pytest.approx(math.log(0.1 * 0.2), abs=0.01)
    assert features["by_lines"] == pytest.approx(math.log(1 - 0.8 * 0.5 * 0.99), abs=0.001)


def test_digits_that_the_network_of_digits_does_not_read_count_against_a_number() -> None:
    read, unread = detected(by_digits=0.2), detected(by_digits=0.1)
    assert number_features([Line([read, read])])["unread"] == 0
    assert number_features([Line([read, unread]), Line([read, read])])["unread"] == 0.25


def test_the_highest_ink_in_no_sign_of_any_line_counts_against_a_number() -> None:
    lines = [Line([detected()], uncovered=0.2), Line([detected()], uncovered=0.5)]
    assert number_features(lines)["uncovered"] == 0.5
    certain, doubtful = (Line([detected()] * 2, uncovered=share) for share in (0.0, 0.5))
    assert number_certain_from([certain], judges()) < number_certain_from([doubtful], judges())


def test_a_digit_alone_in_one_of_several_lines_counts_against_a_number() -> None:
    pair, lone = Line([detected()] * 2), Line([detected()])
    assert number_features([pair, pair])["lone"] == number_features([lone])["lone"] == 0
    assert number_features([pair, lone])["lone"] == 1


def test_of_a_doubtful_number_at_least_the_least_probable_digit_is_doubtful() -> None:
    lines = [Line([detected(by_digits=chance) for chance in (0.99, 0.97, 0.98)], missed=0.1)]
    strict = judges()
    number = replace(strict.regressions[Kind.NUMBER], thresholds=((0.003, 2.0),))
    strict = Certainty({**strict.regressions, Kind.NUMBER: number})
    (line,), doubt, _ = judge_number(lines, strict)
    assert doubt is UNCLEAR
    assert [digit.doubt for digit in line.digits] == [None, UNCLEAR, None]


@pytest.mark.parametrize(
    ("digit", "doubt"),
    [
        (detected(), None),
        (detected(**DIFFERS), UNCLEAR),
        (detected(**DIFFERS, is_cut=True), TOUCHING),
        (detected(0.1, **DIFFERS), NOT_A_DIGIT),
        (detected(may_be_other=True), UNCLEAR),
    ],
)
def test_a_digit_of_a_number_is_certain_where_both_networks_read_it(
    digit: Digit, doubt: Doubt | None
) -> None:
    assert doubt_in_number(digit, judges()) is doubt


def number(*digits: Digit, mark: str = ".") -> list[Line]:
    return [Line(digits, [replace(POINT, character=mark, position=0)])]  # type: ignore[arg-type]


def test_two_digits_are_a_number_and_so_is_one_with_a_minus_but_not_with_a_point() -> None:
    assert is_number(number(detected(), detected(**DIFFERS)))
    assert is_number(number(detected(), mark="-"))
    assert not is_number(number(detected()))
    assert not is_number([])


def test_one_piece_of_ink_is_a_number_if_its_parts_are_likely_and_wide_enough_for_digits() -> None:
    sure, unsure = detected(), detected(**DIFFERS)
    assert is_number(number(sure, sure, unsure), (110, 100))
    assert is_number(number(sure, unsure), (110, 100))
    assert not is_number(number(sure, unsure, unsure, unsure), (200, 100))
    assert not is_number(number(sure, sure, sure), (100, 100))


@pytest.mark.parametrize(
    ("text", "agreement", "others", "is_certain"),
    [
        ("77", 1.0, {}, True),
        ("71", 1.0, {}, False),  # another text is read
        ("77", 0.0, {}, False),  # the networks differ
        ("77", 0.4, {}, False),  # the network of lines hardly reads it
        ("77", 1.0, {"doubtful_gaps": [1]}, False),
        ("77", 1.0, {"missed": 0.5}, True),
        ("77", 1.0, {"missed": 0.51}, False),
    ],
)
def test_an_allowed_text_is_certain_if_both_networks_read_it_in_one_number(
    text: str, agreement: float, others: dict[str, Any], is_certain: bool
) -> None:
    match = Match(text, 0.99, 0.0, [])
    line = Line(
        [detected(), detected(by_lines=agreement, is_agreed=agreement > 0)], match=match, **others
    )
    judged, least = judge_match(line, judges(), Restriction(length=2))
    assert (least < math.inf) == judged.certain == is_certain


def test_a_slash_is_no_digit_of_an_allowed_text() -> None:
    digits = [detected(), detected(is_slash=True), detected()]
    line = Line(digits, match=Match("777", 0.99, 0.0, []))
    assert judge_match(line, judges(), Restriction(["777"]))[1] == math.inf


def test_of_a_list_the_greatest_risk_is_enough() -> None:
    line = Line([detected(), detected()], match=Match("77", 0.99, 0.0, []))
    certainty = judges()
    number = replace(certainty.regressions[Kind.NUMBER], thresholds=((0.003, 2.0), (0.05, 0.5)))
    certainty = Certainty({**certainty.regressions, Kind.NUMBER: number})
    assert judge_match(line, certainty, Restriction(["77"]))[1] == 0.001
    assert judge_match(line, certainty, Restriction(length=2))[1] > 0.003


def test_what_may_stand_instead_of_a_text_is_another_that_is_allowed_or_one_that_is_not() -> None:
    assert likeliest_misfit(Match("12", 0.7, 0.05, [("13", 0.25)])) is Misfit.SEVERAL_FIT
    assert likeliest_misfit(Match("12", 0.7, 0.25, [("13", 0.05)])) is Misfit.NONE_FITS


def test_the_same_ink_found_twice_is_listed_once_and_the_rest_from_top_to_bottom() -> None:
    low = LeftOut((0, 50, 10, 20), ReasonNotRead.FAINT)
    again = LeftOut(
        (1, 51, 10, 20), ReasonNotRead.BESIDE_THE_DIGIT
    )  # 171 of 229 pixels are in both
    high = LeftOut((0, 10, 10, 20), ReasonNotRead.NOT_A_DIGIT)
    beside = LeftOut((5, 50, 10, 20), ReasonNotRead.CUT_BY_EDGE)  # 100 of 300
    assert without_repeats([low, again, high, beside]) == [high, low, beside]
    point = LeftOut((3, 3, 0, 0), ReasonNotRead.FAINT)  # without an area it repeats nothing
    assert without_repeats([point, point]) == [point, point]


def test_thousands_of_pieces_left_out_are_not_compared_one_by_one() -> None:
    boxes = [(float(9 * x), float(9 * y), 3.0, 8.0) for y in range(40) for x in range(40)]
    left_out = [LeftOut(box, ReasonNotRead.FAINT) for box in 2 * boxes]
    n_calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal n_calls
        n_calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        kept = without_repeats(left_out)
    finally:
        sys.setprofile(None)
    assert len(kept) == len(boxes)
    assert n_calls < 100 * len(left_out)
