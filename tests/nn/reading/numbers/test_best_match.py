from itertools import product
from math import log

import numpy as np
import pytest

from nn.models.ctc import CTC, to_targets
from nn.reading.numbers.best_match import OUTSIDE, best_match, search
from nn.reading.numbers.strip import BLANK, N_CLASSES, OTHER
from nn.reading.restriction import Pattern, Restriction, TextList


def frames(*signs: dict[int, float]):
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


def test_a_text_has_the_probability_of_all_its_alignments():
    chances = np.random.default_rng(1).dirichlet(np.ones(N_CLASSES), 5)
    chances[:, OTHER] = 1e-12
    chances /= chances.sum(axis=1, keepdims=True)
    found = search(chances, TextList(["12", "11", "3"]))
    for text in ("12", "11", "3"):
        targets = to_targets([[int(digit) for digit in text]], len(chances), N_CLASSES)
        cost = CTC().cost(np.log(chances)[None], targets)
        assert found[text] == pytest.approx(-cost, abs=1e-6)


def test_other_signs_count_as_blanks():
    line = frames({1: 0.9}, {OTHER: 0.8}, {2: 0.9})
    assert search(line, Pattern(r"\d\d"))["12"] == pytest.approx(log(0.81), abs=1e-3)


def test_of_the_allowed_texts_the_likeliest_is_found_although_another_is_read():
    line = frames({1: 0.99}, {7: 0.9, 1: 0.1}, {4: 0.6, 9: 0.4})
    match = best_match(line, "174", Restriction(values=["114", "119", "200"]))
    assert match.text == "114"
    assert match.alternatives[0][0] == "119"
    assert match.confidence == pytest.approx(0.06 / (0.06 + 0.04 + OUTSIDE * 0.54), rel=0.01)


def test_a_text_that_is_not_allowed_counts_a_fiftieth():
    line = frames({7: 0.9, 1: 0.1}, {4: 1.0})
    match = best_match(line, "74", Restriction(values=["14", "20"]))
    assert match.outside == pytest.approx(OUTSIDE * 0.9 / (OUTSIDE * 0.9 + 0.1), rel=1e-3)
    assert best_match(line, "14", Restriction(values=["14", "20"])).outside == 0


def test_check_digits_choose_between_digits_that_look_alike():
    line = frames({1: 0.5, 7: 0.5}, {8: 1.0})
    assert best_match(line, "18", Restriction(check="luhn")).text == "18"
    assert best_match(line, "78", Restriction(check="luhn", minimum=19)) is None


def test_nothing_matches_where_no_allowed_text_has_any_probability():
    assert best_match(frames({1: 1.0}), "1", Restriction(values=["22222"])) is None


def test_a_long_line_neither_vanishes_nor_loses_its_text():
    line = frames(*({1: 0.5, 7: 0.4999} for _ in range(40)))
    assert best_match(line, "1" * 40, Restriction(pattern=r"\d{40}")).text == "1" * 40


def test_of_ten_thousand_values_the_one_that_is_written_is_found():
    values = ["".join(digits) for digits in product("0123456789", repeat=4)]
    line = frames({1: 0.6, 2: 0.4}, {2: 0.6, 3: 0.4}, {3: 0.6, 4: 0.4}, {4: 0.6, 5: 0.4})
    assert best_match(line, "1234", Restriction(values=values)).text == "1234"
