import numpy as np
import pytest

from nn.data.digits import DataError
from nn.data.unipen import Character
from nn.data.unipen_selection import (
    at_most,
    equally,
    split_by_source,
    unlike_digits,
    whole_digits,
)


def drawn(
    label: str, source: str = "apa", *strokes: list[list[float]], writer: str = "1"
) -> Character:
    return Character(label, source, writer, [np.array(stroke) for stroke in strokes])


BAR = [[0.0, 0.0], [10.0, 1.0]]
HOOK = [[0.0, 0.0], [8.0, 0.0], [4.0, 9.0]]
UPRIGHT = [[0.0, 0.0], [1.0, 10.0]]


@pytest.mark.parametrize(
    "digit",
    [
        drawn("1", "ibm", BAR),
        drawn("7", "apa", UPRIGHT),
        drawn("4", "ibm", HOOK),
        drawn("0", "val"),
        drawn("5", "apa", [[3.0, 3.0]]),
    ],
    ids=["bar", "upright line", "one stroke of a four", "no ink", "point"],
)
def test_a_digit_that_lacks_strokes_is_not_learnt(digit: Character) -> None:
    assert whole_digits([digit]) == []


def test_whole_digits_are_kept_and_a_repeated_one_once() -> None:
    four, one = drawn("4", "apa", HOOK), drawn("1", "apa", UPRIGHT)
    letter = drawn("K", "apa", HOOK)
    assert whole_digits([four, letter, one, four]) == [four, one]


@pytest.mark.parametrize("label", list("OoliI|/\\.,'`()SZbgqszBDG"))
def test_what_is_written_like_a_digit_is_no_example_of_no_digit(label: str) -> None:
    assert unlike_digits([drawn(label, "apa", HOOK)]) == []


def test_letters_are_examples_of_no_digit_unless_only_an_upright_line_is_left_of_them() -> None:
    letter, dash = drawn("K", "apa", HOOK), drawn("-", "apa", BAR)
    others = [drawn("K", "apa", UPRIGHT), drawn("K", "apa", [[1.0, 1.0]]), drawn("K", "apa")]
    assert unlike_digits([letter, *others, dash, drawn("@", "kai", HOOK)]) == [letter, dash]


def test_no_writer_has_more_than_the_limit_and_the_others_keep_all_in_order() -> None:
    many = [drawn("K", "apa", [[float(n), 0.0]], writer="1") for n in range(10)]
    few = [drawn("K", "apa", HOOK, writer="2") for _ in range(2)]
    chosen = at_most(3, [*many, *few], lambda each: each.writer, np.random.default_rng(0))
    assert [each.writer for each in chosen] == ["1", "1", "1", "2", "2"]
    x = [each.strokes[0][0, 0] for each in chosen[:3]]
    assert x == sorted(x)
    assert x != [0, 1, 2]


def test_each_label_is_drawn_equally_often_and_none_twice_before_each_was_once() -> None:
    a, b, k = drawn("a", "apa", HOOK), drawn("a", "apa", BAR), drawn("K", "apa", HOOK)
    chosen = list(equally(5, [a, k, b], np.random.default_rng(0)))
    assert [each.label for each in chosen] == ["K"] * 5 + ["a"] * 5
    of_a = [each.strokes[0].tolist() for each in chosen[5:]]
    assert sorted(of_a[:2]) == sorted([HOOK, BAR])
    assert of_a[2:4] == of_a[:2]


def test_no_source_is_on_both_sides() -> None:
    characters = [drawn("1", source, UPRIGHT) for source in ("apa", "syn", "apa", "val")]
    train, held_back = split_by_source(characters, ("apa", "val"))
    assert [each.source for each in train] == ["syn"]
    assert [each.source for each in held_back] == ["apa", "apa", "val"]
    with pytest.raises(DataError, match="apple"):
        split_by_source(characters, ("apple",))
