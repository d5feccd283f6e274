import sys
from types import FrameType

import pytest

from nn.reading.certainty import (
    Doubt,
    LeftOut,
    ReasonNotRead,
    doubt_of_digit,
    doubt_of_number,
    without_repeats,
)

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
def test_where_no_two_digits_are_likely_there_is_none(
    by_class: dict[int, float], doubt: Doubt | None
) -> None:
    assert doubt_of_digit(of(by_class), 0.98) is doubt


def test_certain_is_what_the_setting_says_unless_a_part_is_read_otherwise() -> None:
    assert doubt_of_digit(of({4: 0.7}), 0.7) is None
    assert doubt_of_digit(of({4: 0.69}), 0.7) is NOT_A_DIGIT
    assert doubt_of_digit(SEVEN, 0.98, is_read_otherwise=True) is UNCLEAR
    assert doubt_of_digit(NOTHING, 0.98, is_read_otherwise=True) is NOT_A_DIGIT


@pytest.mark.parametrize(
    ("digits", "is_ink_left_out", "are_signs_doubtful", "doubt"),
    [
        ([None, None], False, False, None),
        ([None, UNCLEAR], False, False, UNCLEAR),
        ([UNCLEAR, NOT_A_DIGIT], False, False, NOT_A_DIGIT),
        ([NOT_A_DIGIT, TOUCHING, UNCLEAR], False, False, TOUCHING),
        ([None, None], False, True, UNCLEAR),
        ([None, TOUCHING], False, True, TOUCHING),
        ([None, TOUCHING], True, False, INK_LEFT_OUT),
        ([None, None], True, False, INK_LEFT_OUT),
    ],
)
def test_a_number_has_the_gravest_doubt_of_its_digits_its_marks_and_what_is_left_out(
    digits: list[Doubt | None], is_ink_left_out: bool, are_signs_doubtful: bool, doubt: Doubt | None
) -> None:
    reasons = {"is_ink_left_out": is_ink_left_out, "are_signs_doubtful": are_signs_doubtful}
    assert doubt_of_number(digits, **reasons) is doubt


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
