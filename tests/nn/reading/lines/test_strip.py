"""Strips for the network of lines, the signs in its frames, and the text that matches best."""

from itertools import product
from math import log

import numpy as np
import pytest

from nn.models.ctc import CTC, to_targets
from nn.reading.allowed import Pattern, Restriction, State, TextList
from nn.reading.lines.best_match import OUTSIDE, best_match, search
from nn.reading.lines.strip import (
    BLANK,
    MAX_COLUMNS,
    MINUS,
    N_CLASSES,
    OTHER,
    find_signs,
    n_frames,
    to_strip,
    to_strip_inputs,
)


def line(height: int = 24, width: int = 60) -> np.ndarray:
    grey = np.full((height, width), 200, np.uint8)
    grey[4:-4, 10:14] = 40
    return grey


def test_a_strip_has_48_rows_paper_at_64_and_ink_at_191() -> None:
    strip = to_strip(line())
    assert strip.shape == (48, 120)
    assert strip[2, 60] == 64
    assert strip[24, 24] == pytest.approx(191, abs=12)  # of cubic interpolation


def test_exposure_and_contrast_make_no_difference() -> None:
    weaker = (line() * 0.4 + 30).astype(np.uint8)
    assert np.abs(to_strip(weaker).astype(int) - to_strip(line())).max() <= 3


def test_noise_on_blank_paper_is_not_raised_to_ink() -> None:
    grey = np.full((24, 60), 200, np.uint8)
    grey[::3, ::2] -= 2
    assert to_strip(grey).max() < 110


def test_strips_are_never_too_narrow_or_too_wide() -> None:
    assert to_strip(line(48, 40)[:, 8:12]).shape == (48, 16)
    assert to_strip(line(10, 2000)).shape == (48, MAX_COLUMNS)


def test_a_batch_has_the_width_of_the_widest_continued_by_its_last_columns() -> None:
    narrow, wide = np.full((48, 16), 64, np.uint8), np.full((48, 61), 191, np.uint8)
    narrow[:, -1] = 128
    inputs = to_strip_inputs([narrow, wide])
    assert inputs.shape == (2, 48, 80, 1)
    assert inputs.dtype == np.float32
    assert inputs[0, 0, :24, 0] == pytest.approx([*[0.0] * 23, 0.5], abs=0.01)
    assert inputs[0, 0, 24:, 0] == pytest.approx(0.5, abs=0.01)
    assert inputs[1] == pytest.approx(1, abs=0.01)
    assert n_frames(61) == 80 // 4 - 2


def frames(*classes: int, surely: float = 1.0) -> np.ndarray:
    rest = (1 - surely) / (N_CLASSES - 1)
    found = np.full((len(classes), N_CLASSES), rest)
    found[np.arange(len(classes)), classes] = surely
    return found


@pytest.mark.parametrize(
    ("classes", "labels"),
    [
        ((BLANK, 3, 3, BLANK, 3, 7, MINUS, BLANK), [3, 3, 7, MINUS]),
        ((BLANK, BLANK, BLANK), []),
        ((5, 5), [5]),
    ],
)
def test_blanks_and_repeated_classes_are_one_sign_each(
    classes: tuple[int, ...], labels: list[int]
) -> None:
    assert [sign.label for sign in find_signs(frames(*classes))] == labels


def test_a_sign_stands_in_the_middle_of_its_frames() -> None:
    (sign,) = find_signs(frames(BLANK, BLANK, 4, 4, 4, BLANK))
    assert sign.middle_px == 4 * 3 - 3


def test_the_probabilities_are_those_of_all_ways_to_exactly_one_sign() -> None:
    """In two frames, each 0.6 for a 1 and 0.4 for the blank: 1 1, 1 -, - 1, and no sign: - -."""
    two = np.zeros((2, N_CLASSES))
    two[:, 1], two[:, BLANK] = 0.6, 0.4
    (sign,) = find_signs(two)
    assert sign.probabilities[1] == pytest.approx(0.36 + 2 * 0.24)
    assert sign.probabilities[BLANK] == pytest.approx(0.16)
    assert sign.probabilities.sum() == pytest.approx(1)


def test_what_a_neighbour_is_makes_no_difference_to_a_sign() -> None:
    unsure = frames(BLANK, 1, BLANK, surely=0.7)
    alone = find_signs(unsure)[0].probabilities
    beside = find_signs(np.concatenate([unsure, frames(BLANK, 8, BLANK, surely=0.9)]))
    assert len(beside) == 2
    assert beside[0].probabilities == pytest.approx(alone, abs=0.1)
    assert beside[0].probabilities[1] < beside[1].probabilities[8]


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
    assert search(line, Pattern(r"\d\d"))["12"] == pytest.approx(log(0.81), abs=1e-3)


def test_of_the_allowed_texts_the_likeliest_is_found_although_another_is_read() -> None:
    line = signs_of({1: 0.99}, {7: 0.9, 1: 0.1}, {4: 0.6, 9: 0.4})
    match = best_match(line, "174", Restriction(values=["114", "119", "200"]))
    assert match.text == "114"
    assert match.alternatives[0][0] == "119"
    assert match.confidence == pytest.approx(0.06 / (0.06 + 0.04 + OUTSIDE * 0.54), rel=0.01)


def test_a_text_that_is_not_allowed_counts_a_fiftieth() -> None:
    line = signs_of({7: 0.9, 1: 0.1}, {4: 1.0})
    match = best_match(line, "74", Restriction(values=["14", "20"]))
    assert match.outside == pytest.approx(OUTSIDE * 0.9 / (OUTSIDE * 0.9 + 0.1), rel=1e-3)
    assert best_match(line, "14", Restriction(values=["14", "20"])).outside == 0


def test_check_digits_choose_between_digits_that_look_alike() -> None:
    line = signs_of({1: 0.5, 7: 0.5}, {8: 1.0})
    assert best_match(line, "18", Restriction(check="luhn")).text == "18"
    assert best_match(line, "78", Restriction(check="luhn", minimum=19)) is None


def test_nothing_matches_where_no_allowed_text_has_any_probability() -> None:
    assert best_match(signs_of({1: 1.0}), "1", Restriction(values=["22222"])) is None


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
def test_noise_asks_an_automaton_for_few_steps_whatever_is_allowed(
    restriction: Restriction,
) -> None:
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


def test_another_sign_needs_to_be_much_likelier_than_a_digit() -> None:
    frames = np.zeros((3, N_CLASSES), np.float32)
    frames[[0, 2], BLANK] = 1
    frames[1, [7, OTHER]] = 0.2, 0.8
    assert [sign.label for sign in find_signs(frames)] == [7]
    frames[1, [7, OTHER]] = 0.05, 0.95
    assert [sign.label for sign in find_signs(frames)] == [OTHER]
