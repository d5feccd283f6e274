import os
from typing import Any

import numpy as np
import pytest

from nn.data.digits import DataError
from nn.data.unipen import Character
from tests.card import held_back
from tests.card.held_back import (
    HeldBack,
    draw,
    draw_last_writers,
    has_learnt_alphabets,
    to_pen_digits,
)

needs_data = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs the data folder: set INKLING_DATA"
)
LINE = np.array([[0.0, 0.0], [0.0, 100.0]])


@pytest.mark.parametrize(
    ("metadata", "is_learnt"),
    [
        ({}, False),
        ({"data": {"name": "MNIST"}}, False),
        ({"data": {"writers_held_back": 0}}, True),
        ({"data": {"writers_held_back": 5}}, True),
        ({"data": {"writers_held_back": 6}}, False),
        ({"data": {"writers_held_back": 7}}, False),
    ],
)
def test_a_model_that_held_back_6_writers_has_not_learnt_from_them(
    metadata: dict[str, Any], is_learnt: bool
) -> None:
    assert HeldBack(6, ()).has_learnt_writers(metadata) == is_learnt


@pytest.mark.parametrize(
    ("data", "of_apa", "of_both"),
    [
        ({"name": "MNIST"}, False, False),
        ({"writers_held_back": 0}, False, False),  # trained before UNIPEN was learnt
        ({"sources_held_back": []}, True, True),
        ({"sources_held_back": ["apa"]}, False, True),
        ({"sources_held_back": ["imp"]}, True, True),
        ({"sources_held_back": ["imp", "aga", "apa"]}, False, False),
    ],
)
def test_a_model_has_learnt_from_sources_if_it_held_back_not_all_of_them(
    data: dict[str, Any], of_apa: bool, of_both: bool
) -> None:
    assert HeldBack(0, ("apa",)).has_learnt_sources({"data": data}) == of_apa
    assert HeldBack(0, ("apa", "imp")).has_learnt_sources({"data": data}) == of_both


def test_a_model_has_learnt_omniglot_if_it_was_trained_on_unipen_at_all() -> None:
    assert has_learnt_alphabets({"data": {"sources_held_back": ["apa"]}})
    assert not has_learnt_alphabets({"data": {"writers_held_back": 0}})
    assert not has_learnt_alphabets({})


def test_drawings_without_labels_are_no_digits() -> None:
    assert draw([[LINE]], [1]).labels.tolist() == [1]
    drawn = draw([[LINE], [LINE, LINE + 50]])
    assert len(drawn.pictures) == 2
    assert drawn.labels.size == 0


def test_writers_of_different_sources_are_different_and_those_of_few_digits_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held_back, "MIN_DIGITS", 2)
    of_writers = [("imp", "1"), ("apa", "1"), ("imp", "2"), ("apa", "1"), ("imp", "1")]
    digits = [Character("7", source, writer, [LINE]) for source, writer in of_writers]
    one, other, same_as_other, same_as_one = to_pen_digits(digits)
    assert one.writer == same_as_one.writer != other.writer == same_as_other.writer
    assert one.label == 7
    assert one.strokes[0] is LINE


@needs_data
def test_the_last_writers_are_drawn_without_randomness() -> None:
    first, again = draw_last_writers(1), draw_last_writers(1)
    assert 200 < len(first.pictures) < 300  # about 250 a writer
    assert len(first.labels) == len(first.pictures)
    assert set(first.labels.tolist()) == set(range(10))
    assert all(a == b for a, b in zip(first.pictures, again.pictures, strict=True))
    assert first.pictures[0].getpixel((0, 0)) == 255


@pytest.mark.parametrize("n_writers", [0, -1])
def test_at_least_one_writer_is_drawn(n_writers: int) -> None:
    with pytest.raises(DataError, match=f"expected 1 or more, but got {n_writers}"):
        draw_last_writers(n_writers)
