from itertools import pairwise

import pytest

from app.service.training.estimate import expected_seconds
from nn.training.recorded.options import Options, OwnDigits
from nn.training.recorded.process import MAX_CPU_S


@pytest.mark.parametrize(
    "options",
    [
        [Options(epochs=n) for n in (1, 3, 30)],
        [Options(hidden=n) for n in (1, 15, 100)],
        [Options(batch=n) for n in (1000, 10, 1)],
        [Options(examples=n) for n in (10, 1000, 12_000)],
    ],
    ids=["epochs", "hidden", "batch", "examples"],
)
def test_what_computes_more_is_expected_to_take_longer(options: list[Options]) -> None:
    seconds = [expected_seconds(each) for each in options]
    assert all(less < more for less, more in pairwise(seconds))


def test_nothing_takes_longer_than_it_may() -> None:
    assert expected_seconds(Options(hidden=100, batch=1, epochs=30)) == MAX_CPU_S


def test_only_what_is_learnt_counts() -> None:
    own = OwnDigits(images=bytes(7840), labels=[1] * 10, held_back=[True] * 5 + [False] * 5)
    alone = Options(own=own, remember=False)
    assert expected_seconds(alone) < expected_seconds(Options(own=own)) / 1.2
    assert expected_seconds(alone) < expected_seconds(Options(examples=100))
