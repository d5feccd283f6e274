import pickle
import tracemalloc

import numpy as np
import pytest

from nn.reading.allowed import (
    MAX_LENGTH,
    MAX_VALUES,
    SIGNS,
    Match,
    Misfit,
    Restriction,
    RestrictionError,
)
from nn.reading.lines.strip import CLASSES, OTHER


def allows(text, **given) -> bool:
    restriction = Restriction(**given)
    state = restriction.automaton.start
    for sign in text:
        state = restriction.automaton.step(state, sign)
        if state is None:
            return False
    return restriction.automaton.is_whole(state) and restriction.accepts(text)


def test_the_signs_are_those_that_the_network_reads():
    assert tuple(SIGNS) == CLASSES[:OTHER]


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        (r"\d{6}", ["012345"], ["", "12345", "1234567", "12345-"]),
        (r"\d{2,4}", ["12", "123", "1234"], ["1", "12345"]),
        (r"\d{2,}", ["12", "1" * 30], ["1"]),
        (r"-?\d+,\d\d", ["3,50", "-12,00"], ["3.50", "--3,50", ",50"]),
        (r"[0-4]7*\.5", ["3.5", "2777.5"], ["5.5", "37", "325"]),
        (r"[0-13-5,]9", ["09", "49", ",9"], ["29", "69"]),
        (r"1?2?3?", ["13", "2"], ["", "31", "11"]),
    ],
)
def test_a_pattern_allows_what_a_regular_expression_would(pattern, fitting, others):
    for text in fitting:
        assert allows(text, pattern=pattern), text
    for text in others:
        assert not allows(text, pattern=pattern), text


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "(12)+",
        "a",
        r"\w",
        "[a-c]",
        "[]",
        "{3}",
        r"\d{6",
        "1|2",
        r"\d{50}",
        r"\d{9}" * 9,
        "*",
        "1[x]{0}",
        r"\d{4,2}",
        "[٣-٩]",
        r"\d{٤}",
        r"\d{" + "9" * 4_400 + "}",
        "1**",
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused_with_what_was_expected(pattern):
    with pytest.raises(RestrictionError, match=r"Expected a pattern .*\\d"):
        Restriction(pattern=pattern)


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("luhn", "79927398713", "79927398710"),  # of ISO/IEC 7812-1's common example
        ("luhn", "4539 1488 0343 6467".replace(" ", ""), "4539148803436468"),
        ("gtin", "4006381333931", "4006381333932"),
        ("gtin", "96385074", "96385073"),
        ("mod97", "3214282912345698765432161182", "3214282912345698765432161183"),
    ],
)
def test_check_digits_tell_a_text_with_one_wrong_digit(check, right, wrong):
    assert allows(right, check=check)
    assert not allows(wrong, check=check)


def test_a_range_compares_values_and_reads_a_comma_as_a_decimal_point():
    assert allows("12,5", minimum=12.4, maximum=12.5)
    assert allows("0012", minimum=12)
    assert not allows("12.6", maximum=12.5)
    assert not allows("-13", minimum=-12)
    assert not allows("1.2.3", minimum=0)  # is no number


def test_a_text_without_a_digit_is_never_allowed():
    assert not allows("", pattern=r"\d?")
    assert not allows("-", values=["-", "1"])


def test_all_that_is_given_must_apply():
    given = {
        "values": ["18", "26", "34", "118"],
        "pattern": r"\d\d",
        "check": "luhn",
        "minimum": 20,
    }
    assert [text for text in given["values"] if allows(text, **given)] == ["26", "34"]


@pytest.mark.parametrize(
    "given",
    [
        {"values": []},
        {"values": ["12", "twelve"]},
        {"values": [""]},
        {"values": "17"},
        {"values": ["1" * (MAX_LENGTH + 1)]},
        {"values": ["1"] * (MAX_VALUES + 1)},
        {"check": "crc"},
        {"minimum": 2, "maximum": 1},
        {"minimum": float("nan")},
        {"minimum": float("inf")},
    ],
)
def test_a_restriction_that_allows_nothing_or_cannot_be_used_is_refused(given):
    with pytest.raises(RestrictionError, match="Expected"):
        Restriction(**given)


def test_a_list_is_copied():
    values = ["12"]
    restriction = Restriction(values)
    values[0] = "abc"
    assert restriction.values == ("12",)
    assert len({restriction}) == 1


def test_an_ambiguous_pattern_with_a_long_list_is_read_at_once():
    restriction = Restriction(["1" * 40] * 10_000, pattern=r"\d*" * 40)
    assert allows("1" * 40, pattern=r"\d*" * 40)
    assert restriction.automaton.is_whole(restriction.automaton.start) is False


def test_the_states_of_a_pattern_and_the_texts_of_a_list_take_no_memory_as_they_are_read() -> None:
    """This pattern has 2 ** 39 states, and a tree of these texts 390,000 nodes."""
    rng = np.random.default_rng(1)
    texts = ["".join(map(str, digits)) for digits in rng.integers(0, 10, (10_000, 40))]
    restrictions = [Restriction(pattern=r"\d*[0-5]\d{38}"), Restriction(values=texts)]
    tracemalloc.start()
    for restriction in restrictions:
        automaton = restriction.automaton
        for text in texts[:2000]:
            state = automaton.start
            for sign in text:
                state = automaton.step(state, sign)
            assert automaton.is_whole(state) or restriction.pattern
    n_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_bytes < 1_000_000


def test_a_restriction_can_be_sent_to_another_process():
    restriction = Restriction(values=["12"], check="luhn")
    assert restriction.automaton
    assert pickle.loads(pickle.dumps(restriction)) == restriction


def test_what_may_stand_instead_of_a_text_is_another_that_is_allowed_or_one_that_is_not():
    assert Match("12", 0.7, 0.05, [("13", 0.25)]).likeliest_misfit is Misfit.SEVERAL_FIT
    assert Match("12", 0.7, 0.25, [("13", 0.05)]).likeliest_misfit is Misfit.NONE_FITS
