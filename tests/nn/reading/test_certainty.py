import sys
from dataclasses import replace
from types import FrameType
from typing import Any

import numpy as np
import pytest

from nn.reading.certainty import (
    doubt_of_digit,
    doubt_of_number,
    is_number,
    is_slash,
    is_sure_digit,
    is_sure_mark,
    is_sure_match,
    likeliest_misfit,
    may_be_other,
    without_repeats,
)
from nn.reading.reading import Digit, Doubt, LeftOut, Line, Mark, Match, Misfit, ReasonNotRead

INK_LEFT_OUT, TOUCHING, NOT_A_DIGIT, UNCLEAR = Doubt


def of(by_class: dict[int, float]) -> list[float]:
    """Return ten activations, of which these are given and the others alike."""
    rest = (1 - sum(by_class.values())) / (10 - len(by_class))
    return [by_class.get(digit, rest) for digit in range(10)]


SEVEN, SEVEN_OR_ONE, NOTHING = of({7: 0.99}), of({7: 0.6, 1: 0.35}), of({7: 0.1})


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
    assert doubt_of_digit(activations, 0.98, **reasons) is doubt


@pytest.mark.parametrize(
    ("by_class", "doubt"),
    [
        ({4: 0.98}, None),
        ({4: 0.97}, UNCLEAR),
        ({4: 0.5, 9: 0.3}, UNCLEAR),
        ({4: 0.5, 9: 0.29}, NOT_A_DIGIT),  # as likely another class or none at all
        ({4: 0.3, 9: 0.3, 7: 0.3}, NOT_A_DIGIT),
        ({4: 0.79}, UNCLEAR),  # 0.81 together with any other
    ],
)
def test_of_few_likely_digits_there_is_none(
    by_class: dict[int, float], doubt: Doubt | None
) -> None:
    assert doubt_of_digit(of(by_class), 0.98) is doubt


def test_certain_is_what_the_setting_says_unless_a_part_is_read_otherwise() -> None:
    assert doubt_of_digit(of({4: 0.7}), 0.7) is None
    assert doubt_of_digit(of({4: 0.69}), 0.7) is NOT_A_DIGIT
    assert doubt_of_digit(SEVEN, 0.98, is_read_otherwise=True) is UNCLEAR
    assert doubt_of_digit(NOTHING, 0.98, is_read_otherwise=True) is NOT_A_DIGIT


def detected(activation: float = 1.0, **others: Any) -> Digit:
    activations = np.where(np.arange(10) == 7, activation, 0.0).tolist()
    return Digit(activations, np.zeros((28, 28), np.uint8), (0, 0, 9, 9), **others)


POINT = Mark((0, 0, 3, 3), ".", True, 1)


@pytest.mark.parametrize(
    ("doubts", "signs", "is_ink_left_out", "doubt"),
    [
        ([None, None], {}, False, None),
        ([None, None], {"marks": [POINT]}, False, None),
        ([None, UNCLEAR], {}, False, UNCLEAR),
        ([UNCLEAR, NOT_A_DIGIT], {}, False, NOT_A_DIGIT),
        ([NOT_A_DIGIT, TOUCHING, UNCLEAR], {}, False, TOUCHING),
        ([None, None], {"marks": [replace(POINT, is_sure=False)]}, False, UNCLEAR),
        ([None, None], {"doubtful_gaps": [1]}, False, UNCLEAR),
        ([None, TOUCHING], {"may_have_more": True}, False, TOUCHING),
        ([None, None], {"may_have_more": True}, False, UNCLEAR),
        ([None, TOUCHING], {}, True, INK_LEFT_OUT),
    ],
)
def test_a_number_has_the_gravest_doubt_of_its_digits_its_signs_and_what_is_left_out(
    doubts: list[Doubt | None], signs: dict[str, Any], is_ink_left_out: bool, doubt: Doubt | None
) -> None:
    digits = [detected(doubt=each) for each in doubts]
    lines = [Line(digits, **signs), Line([detected()])]
    assert doubt_of_number(lines, is_ink_left_out=is_ink_left_out) is doubt


@pytest.mark.parametrize(
    ("digit", "is_sure"),
    [
        (detected(), True),
        (detected(0.6, agreement=0.96), True),
        (detected(0.9, agreement=0.9), True),
        (detected(is_cut=True), True),
        (detected(0.59), False),  # one network is not sure
        (detected(agreement=0.89), False),
        (detected(0.7, agreement=0.93), False),  # both are nearly
        (detected(may_be_other=True), False),
    ],
)
def test_a_digit_of_a_number_is_certain_where_both_networks_are_sure_of_it(
    digit: Digit, is_sure: bool
) -> None:
    assert is_sure_digit(digit) == is_sure


def number(*digits: Digit, mark: str = ".") -> list[Line]:
    return [Line(digits, [replace(POINT, character=mark, position=0)])]  # type: ignore[arg-type]


def test_two_digits_are_a_number_and_so_is_one_with_a_minus_but_not_with_a_point() -> None:
    assert is_number(number(detected(), detected(agreement=0.0)))
    assert is_number(number(detected(), mark="-"))
    assert not is_number(number(detected()))
    assert not is_number([])


def test_one_piece_of_ink_is_a_number_if_its_parts_are_likely_and_wide_enough_for_digits() -> None:
    sure, unsure = detected(), detected(agreement=0.0)
    assert is_number(number(sure, sure, unsure), (110, 100))
    assert not is_number(number(sure, unsure), (110, 100))
    assert not is_number(number(sure, sure, sure), (100, 100))


@pytest.mark.parametrize(
    ("agreement", "n_values", "confidence", "text", "others", "is_sure"),
    [
        (0.8, 0, 0.98, "77", {}, True),
        (0.79, 0, 0.98, "77", {}, False),
        (0.79, 1_001, 0.98, "77", {}, False),
        (0.2, 1_000, 0.98, "77", {}, True),  # a misread text is rarely on a short list
        (0.19, 1_000, 0.98, "77", {}, False),
        (1.0, 0, 0.97, "77", {}, False),
        (1.0, 0, 0.98, "71", {}, False),  # another text is read
        (1.0, 0, 0.98, "77", {"doubtful_gaps": [1]}, False),
        (1.0, 0, 0.98, "77", {"may_have_more": True}, False),
    ],
)
def test_an_allowed_text_is_certain_if_both_networks_read_it_in_one_number(
    agreement: float,
    n_values: int,
    confidence: float,
    text: str,
    others: dict[str, Any],
    is_sure: bool,
) -> None:
    line = Line([detected(agreement=agreement), detected()], **others)
    assert is_sure_match(line, Match(text, confidence, 0.0, []), n_values) == is_sure


@pytest.mark.parametrize(
    ("probability", "of_any", "length", "n_pieces", "is_sure"),
    [
        (0.9, 0.9, None, 1, True),  # a minus
        (0.89, 0.9, None, 1, False),
        (0.5, 0.9, 0.12, 1, True),  # a point or a comma, by its length
        (0.5, 0.89, 0.12, 1, False),
        (0.5, 0.9, 0.13, 1, False),
        (0.5, 0.9, 0.17, 1, False),
        (0.5, 0.9, 0.18, 1, True),
        (0.5, 0.9, 0.18, 2, False),
    ],
)
def test_a_mark_is_sure_by_its_probability_or_by_its_length(
    probability: float, of_any: float, length: float | None, n_pieces: int, is_sure: bool
) -> None:
    assert is_sure_mark(probability, of_any, length, n_pieces) == is_sure


def test_a_digit_may_be_an_index_if_it_is_low_and_a_slash_if_it_reaches_beyond_the_others() -> None:
    assert may_be_other(39, [39, 100])
    assert not may_be_other(40, [40, 100])
    assert is_slash((4, 116), [(10, 110), (10, 110)])
    assert not is_slash((5, 116), [(10, 110), (10, 110)])
    assert not is_slash((4, 115), [(10, 110), (10, 110)])
    assert not is_slash((4, 116), [])


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
