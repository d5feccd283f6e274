import numpy as np
import pytest

from nn.data.digits import DataError
from nn.data.pictures.own_digits import OwnDigits
from nn.training.own_pictures import split
from tests.nn.data.pictures.making import slanted


def own(n: int, writers: list[str] | None = None) -> OwnDigits:
    return OwnDigits(slanted(n), [f"{number}.png" for number in range(n)], writers or [""] * n)


@pytest.mark.parametrize("has_test", [False, True])
def test_each_picture_is_in_one_part_and_each_label_in_all(has_test: bool) -> None:
    pictures, test = own(280), own(30) if has_test else None
    parts = split(pictures, np.random.default_rng(1), test)
    held_back = [parts.held_back] if has_test else [parts.held_back, parts.test]
    places = [place for part in (parts.learnt, *held_back) for place in part.places]
    assert sorted(places) == sorted(pictures.places)
    for part in held_back:
        assert len(part) == 40
        assert set(part.digits.labels.tolist()) == set(range(10))
    assert not parts.is_by_writer
    assert test is None or parts.test is test


def test_no_writer_is_in_two_parts() -> None:
    writers = [f"writer {number % 9}" for number in range(90)]
    parts = split(own(90, writers), np.random.default_rng(1))
    in_part = [set(part.writers) for part in (parts.learnt, parts.held_back, parts.test)]
    assert parts.is_by_writer
    assert set.union(*in_part) == set(writers)
    assert sum(map(len, in_part)) == 9
    assert min(map(len, in_part)) >= 1
    assert len(in_part[0]) == 5


@pytest.mark.parametrize(
    ("writers", "is_by_writer"),
    [
        (["ann"] * 40, False),
        (["ann"] * 39 + ["ben"], False),
        (["ann"] * 38 + ["ben", "cem"], True),
        (["ann"] * 20 + ["ben"] * 19 + [""], False),
    ],
)
def test_where_there_are_too_few_writers_the_labels_decide(
    writers: list[str], is_by_writer: bool
) -> None:
    parts = split(own(40, writers), np.random.default_rng(1))
    assert parts.is_by_writer == is_by_writer
    assert min(len(parts.learnt), len(parts.held_back), len(parts.test)) >= 1


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(DataError, match="expected at least 20 labelled pictures"):
        split(own(19), np.random.default_rng(1))
