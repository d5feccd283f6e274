import pickle
import re
import tracemalloc
from decimal import Decimal, localcontext
from itertools import product
from math import log

import numpy as np
import pytest

from nn.models.ctc import CTC, to_targets
from nn.reading.allowed import (
    MAX_VALUES,
    OUTSIDE,
    Restriction,
    RestrictionError,
    best_match,
    parse_pattern,
)
from nn.reading.doubts import NO_MATCH
from nn.reading.lines.strip import BLANK, CLASSES, COMMA, MINUS, N_CLASSES, OTHER, POINT
from nn.reading.text_search import (
    BEAM_WIDTH,
    MAX_LENGTH,
    SIGNS,
    Limits,
    Pattern,
    State,
    TextList,
    search,
    value_of,
)


def allows(text, **given) -> bool:
    return Restriction(**given).allows(text)


def walked(automaton, text) -> State:
    state = automaton.start
    for sign in text:
        state = automaton.step(state, sign)
        if state is None:
            return None
    return state


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


@pytest.mark.parametrize("length", range(1, 20))
def test_a_gtin_has_8_12_13_or_14_digits(length):
    assert allows("0" * length, check="gtin") == (length in (8, 12, 13, 14))


def test_a_range_compares_values_and_reads_a_comma_as_a_decimal_point():
    assert allows("12,5", minimum=12.4, maximum=12.5)
    assert allows("0012", minimum=12)
    assert not allows("12.6", maximum=12.5)
    assert not allows("-13", minimum=-12)
    assert not allows("1.2.3", minimum=0)  # is no number


@pytest.mark.parametrize("least", [-120.5, -7, 0, 0.35, 12, 999])
@pytest.mark.parametrize("width", [0, 0.2, 5, 1_000])
def test_the_beginnings_that_a_range_takes_are_those_of_texts_with_a_value_in_it(least, width):
    limits = Limits(least, least + width)
    texts = ["".join(signs) for n in range(1, 5) for signs in product("059.-", repeat=n)]
    within = {
        text
        for text in texts
        if (value := value_of(text)) is not None and least <= value <= least + width
    }
    taken = {text for text in texts if walked(limits, text) is not None}
    assert {text for text in taken if limits.is_whole(text)} == within
    assert {text[:n] for text in within for n in range(1, len(text) + 1)} <= taken


@pytest.mark.parametrize("text", ["4", "43", "0043", "4217", "45", "4300."])
def test_a_beginning_is_taken_if_further_signs_can_bring_it_into_the_range(text):
    assert walked(Limits(4_217, 4_517), text) is not None


@pytest.mark.parametrize("text", ["-", "1.", "4.2.", "4215.", "4600."])
def test_a_beginning_is_not_taken_if_nothing_can(text):
    assert walked(Limits(4_217, 4_517), text) is None


def test_a_length_counts_digits_alone():
    assert allows("1.50", length=3)
    assert not allows("150", length=4)
    assert not allows("1500", length=3)


def test_a_meter_shows_no_less_than_before_and_not_much_more():
    meter = Restriction.of_meter("4217", 300, length=6)
    assert [
        text for text in ("004216", "004217", "004517", "004518", "4300") if meter.allows(text)
    ] == [
        "004217",
        "004517",
    ]


@pytest.mark.parametrize("cents", range(29, 60))
def test_the_limits_of_a_range_are_in_it_although_floats_are_not_decimal(cents):
    value = cents / 100
    assert allows(f"{value:.2f}", minimum=value, maximum=value)
    assert Restriction.of_meter(cents / 10, 0.3).allows(f"{(cents + 3) / 10:.1f}")
    assert allows(f"{value:.2f}", minimum=value, maximum=10**30)
    assert not allows(f"{value:.2f}1", maximum=value)


def test_no_limit_depends_on_the_precision_of_the_programs_decimals():
    with localcontext(prec=2):
        assert Restriction.of_meter(4217.5, 300.2).allows("4517.7")
        assert not Restriction.of_meter(4217.5, 300.2).allows("4517.8")


def test_a_range_is_searched_and_not_filtered_from_the_likeliest_texts():
    """More likely texts outside the range than the search keeps do not hide the one inside."""
    line = signs_of(*({1: 0.3, 7: 0.3, 2: 0.3, 4: 0.05} for _ in range(6)))
    assert len(search(line, Pattern(parse_pattern(r"\d+")))) <= BEAM_WIDTH
    assert (
        best_match(line, "111111", Restriction(minimum=444_443, maximum=444_446)).text == "444444"
    )


def test_values_may_be_whole_numbers_and_limits_texts():
    assert Restriction(values=np.array([1204, 7])).values == ("1204", "7")
    assert allows("150", length=np.int64(3))
    assert allows("1" * 40, length=np.int64(40), minimum=1)
    assert Restriction(minimum="5", maximum=" 7.5 ") == Restriction(minimum=5.0, maximum=7.5)


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
        {"values": b"17"},
        {"values": 17},
        {"values": [1.5]},
        {"values": [None]},
        {"minimum": "few"},
        {"maximum": [2]},
        {"length": 0},
        {"length": MAX_LENGTH + 1},
        {"length": 2.5},
        {"length": True},
        {"values": ["1" * (MAX_LENGTH + 1)]},
        {"values": ["1"] * (MAX_VALUES + 1)},
        {"check": "crc"},
        {"values": ["-,-,-,-"]},
        {"pattern": 5},
        {"pattern": re.compile(r"\d")},
        {"pattern": "-?[.,]*"},
        {"values": ["18", "26"], "length": 3},
        {"values": ["18", "26"], "check": "luhn", "maximum": 17},
        {"minimum": 2, "maximum": 1},
        {"minimum": float("nan")},
        {"minimum": float("inf")},
        {"minimum": 1e50},
        {"minimum": 1000, "length": 3},
        {"maximum": -1000, "pattern": r"-?\d{0,3}"},
        {"check": "gtin", "length": 6},
        {"check": "gtin", "pattern": r"\d{9,11}"},
        {"check": "gtin", "minimum": 10**14},
        {"check": "gtin", "values": ["0", "1234567"]},
    ],
)
def test_a_restriction_that_allows_nothing_or_cannot_be_used_is_refused(given):
    with pytest.raises(RestrictionError, match="Expected"):
        Restriction(**given)


@pytest.mark.parametrize("pattern", [r"\d{2}", "1?-[1-]{1,2}", "[1-]-*1?", r"1+\.", "-1{0,2}"])
def test_a_pattern_is_refused_exactly_where_it_allows_no_text_of_the_length(pattern):
    texts = ["".join(signs) for n_signs in range(1, 7) for signs in product("1-.", repeat=n_signs)]
    found = {text.count("1") for text in texts if allows(text, pattern=pattern)}
    for length in range(1, 5):
        if length in found:
            Restriction(pattern=pattern, length=length)
        else:
            with pytest.raises(RestrictionError, match=f"allows {length} digits"):
                Restriction(pattern=pattern, length=length)


@pytest.mark.parametrize("length", [1, 2])
def test_limits_are_refused_exactly_where_no_text_of_the_length_is_within_them(length):
    texts = ["".join(signs) for n in range(1, length + 3) for signs in product(SIGNS, repeat=n)]
    of_length = [text for text in texts if sum(map(str.isdigit, text)) == length]
    values = {value for text in of_length if (value := value_of(text)) is not None}
    for least in ("-120.5", "-9.9", "-0.25", "0", "0.25", "9.01", "9.95", "99"):
        for width in ("0", "0.01", "0.04", "1", "30"):
            most = Decimal(least) + Decimal(width)
            given = {"length": length, "minimum": least, "maximum": str(most)}
            if any(Decimal(least) <= value <= most for value in values):
                Restriction(**given)
            else:
                with pytest.raises(RestrictionError, match=f"at most {length} digits between"):
                    Restriction(**given)


@pytest.mark.parametrize(
    ("number", "written", "others"),
    [
        (
            1204,
            ["1204", "1.204", "1,204", "1204.-", "1.204,-", "1204-"],
            ["12.04", "-1204", "1204--"],
        ),
        (3141, ["3.141", "3,141."], ["3.14", "3.1415", "31.41", "3.1.41", ".3141"]),
        (1000000, ["1.000.000", "1,000,000-"], ["1.000,000", "1000.000", "1.0000.00", "1-000-000"]),
        (57, ["57", "57.", "57,-"], ["5.7", ".57", "57.00", "57-."]),
    ],
)
def test_a_whole_number_of_a_list_may_be_written_as_an_amount(number, written, others) -> None:
    restriction = Restriction(values=[number])
    for text in written:
        assert restriction.allows(text), text
        assert restriction.as_listed(text) == str(number)
    for text in others:
        assert not restriction.allows(text), text
        assert restriction.as_listed(text) == text


def test_where_a_list_has_marks_a_separator_may_be_a_decimal_point() -> None:
    restriction = Restriction(values=["1204", "1.50"])
    assert not restriction.allows("1.204")
    assert restriction.as_listed("1.50") == "1.50"
    assert not allows("1.204", pattern=r"\d{4}")


def test_an_amount_has_the_probability_of_all_ways_to_write_it() -> None:
    line = signs_of({1: 1.0}, {POINT: 0.6, COMMA: 0.3}, {2: 1.0}, {0: 1.0}, {4: 0.7, 9: 0.3})
    match = best_match(line, "1.204", Restriction(values=["1204", "1209"]))
    assert (match.text, match.outside) == ("1204", 0)
    assert match.confidence == pytest.approx(0.7)
    assert best_match(line, "1.204", Restriction(values=["1209"])).outside == pytest.approx(
        OUTSIDE * 0.6 * 0.7 / (OUTSIDE * 0.6 * 0.7 + 1.0 * 0.3), rel=0.02
    )


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
    restriction = Restriction(values=["18"], check="luhn")
    assert restriction.automaton
    assert pickle.loads(pickle.dumps(restriction)) == restriction


def signs_of(*signs: dict[int, float]) -> np.ndarray:
    """The probabilities of the classes of each sign, with a blank frame after it."""
    rows = []
    for sign in signs:
        row, blank = np.full((2, N_CLASSES), 1e-9)
        for label, probability in sign.items():
            row[label] = probability
        row[BLANK] = max(1e-9, 1 - sum(sign.values()))
        blank[BLANK] = 1
        rows += [row, blank]
    return np.array(rows)


def test_a_text_has_the_probability_of_all_its_alignments() -> None:
    chances = np.random.default_rng(1).dirichlet(np.ones(N_CLASSES), 5)
    chances[:, OTHER] = 1e-12
    chances /= chances.sum(axis=1, keepdims=True)
    found = search(chances, TextList(["12", "11", "3"]))
    for text in ("12", "11", "3"):
        targets = to_targets([[int(digit) for digit in text]], len(chances), N_CLASSES)
        cost = CTC().cost(np.log(chances)[None], targets)
        assert found[text] == pytest.approx(-cost, abs=1e-6)


def test_other_signs_count_as_blanks() -> None:
    line = signs_of({1: 0.9}, {OTHER: 0.8}, {2: 0.9})
    assert search(line, Pattern(parse_pattern(r"\d\d")))["12"] == pytest.approx(log(0.81), abs=1e-3)


def test_of_the_allowed_texts_the_likeliest_is_found_although_another_is_read() -> None:
    line = signs_of({1: 0.99}, {7: 0.9, 1: 0.1}, {4: 0.6, 9: 0.4})
    match = best_match(line, "174", Restriction(values=["114", "119", "200"]))
    assert match.text == "114"
    assert match.alternatives[0][0] == "119"
    assert match.confidence == pytest.approx(0.06 / (0.06 + 0.04 + OUTSIDE * 0.54), rel=0.01)


def test_texts_that_are_one_number_count_together_as_the_likeliest_of_them() -> None:
    line = signs_of({1: 1.0}, {3: 0.6, 8: 0.4}, {POINT: 0.5, COMMA: 0.2}, {MINUS: 0.3})
    match = best_match(line, "13.", Restriction(length=2))
    texts = [match.text, *(text for text, _ in match.alternatives)]
    assert texts == ["13.", "18."]
    assert match.confidence == pytest.approx(0.6, abs=1e-3)
    assert match.alternatives[0][1] == pytest.approx(0.4, abs=1e-3)


@pytest.mark.parametrize(
    ("one", "other", "is_one_number"),
    [("1.5", "1,5", True), ("7", "7.-", True), ("1.5", "15", False), ("07", "7", False)],
)
def test_a_number_has_the_same_digits_and_the_same_place_of_its_point(
    one: str, other: str, is_one_number: bool
) -> None:
    labels = [SIGNS.index(sign) for sign in one]
    line = signs_of(*({label: 0.9} for label in labels))
    line[:, :BLANK] += 1e-3
    match = best_match(line, one, Restriction(values=[one, other]))
    assert match.text == one
    assert [text for text, _ in match.alternatives] == ([] if is_one_number else [other])


def test_a_text_that_is_not_allowed_counts_a_fiftieth() -> None:
    line = signs_of({7: 0.9, 1: 0.1}, {4: 1.0})
    match = best_match(line, "74", Restriction(values=["14", "20"]))
    assert match.outside == pytest.approx(OUTSIDE * 0.9 / (OUTSIDE * 0.9 + 0.1), rel=1e-3)
    assert best_match(line, "14", Restriction(values=["14", "20"])).outside == 0


def test_check_digits_choose_between_digits_that_look_alike() -> None:
    line = signs_of({1: 0.5, 7: 0.5}, {8: 1.0})
    assert best_match(line, "18", Restriction(check="luhn")).text == "18"
    assert best_match(line, "78", Restriction(check="luhn", minimum=19)) is NO_MATCH


def test_nothing_matches_where_no_allowed_text_has_any_probability() -> None:
    assert best_match(signs_of({1: 1.0}), "1", Restriction(values=["22222"])) is NO_MATCH


def test_a_long_line_neither_vanishes_nor_loses_its_text() -> None:
    line = signs_of(*({1: 0.5, 7: 0.4999} for _ in range(40)))
    assert best_match(line, "1" * 40, Restriction(pattern=r"\d{40}")).text == "1" * 40


@pytest.mark.parametrize(
    "restriction",
    [
        Restriction(pattern="[0-9.,-]*"),
        Restriction(pattern=r"\d*[0-5]\d{38}"),
        Restriction(values=[str(number) for number in range(5000)]),
        Restriction(check="luhn"),
    ],
    ids=["any text", "many states", "a list", "check digits"],
)
def test_noise_asks_an_automaton_for_few_steps(restriction: Restriction) -> None:
    n_steps = 0

    class Counting:
        start = restriction.automaton.start
        is_whole = staticmethod(restriction.automaton.is_whole)

        def step(self, state: State, sign: str) -> State:
            nonlocal n_steps
            n_steps += 1
            return restriction.automaton.step(state, sign)

    noise = np.random.default_rng(1).dirichlet(np.ones(N_CLASSES), 400)
    search(noise, Counting())
    assert n_steps < 100 * len(noise)


def test_of_ten_thousand_values_the_one_that_is_written_is_found() -> None:
    values = ["".join(digits) for digits in product("0123456789", repeat=4)]
    line = signs_of({1: 0.6, 2: 0.4}, {2: 0.6, 3: 0.4}, {3: 0.6, 4: 0.4}, {4: 0.6, 5: 0.4})
    assert best_match(line, "1234", Restriction(values=values)).text == "1234"
