import base64
import json
from typing import Any

import msgspec
import numpy as np
import pytest

from nn.training.recorded.options import Options


def decode(**members: Any) -> Options:
    return msgspec.json.decode(json.dumps(members), type=Options)


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_all_may_be_left_out() -> None:
    assert decode() == Options()


@pytest.mark.parametrize("hidden", [1, 100])
def test_parameters_must_be_as_many_as_the_neurons_need(hidden: int) -> None:
    n = 784 * hidden + hidden * 10 + hidden + 10
    zeros = base64_of(bytes(4 * n))
    assert not decode(hidden=hidden, start="given", parameters=zeros).start_parameters().any()
    for length in (0, 4 * n - 4, 4 * n - 1, 4 * n + 4):
        with pytest.raises(msgspec.ValidationError, match=f"parameters must be {n:,} float32"):
            decode(hidden=hidden, start="given", parameters=base64_of(bytes(length)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.1e6])
def test_a_parameter_that_no_sum_could_hold_is_refused(value: float) -> None:
    numbers = np.zeros(805, "<f4")
    numbers[7] = value
    with pytest.raises(msgspec.ValidationError, match="from -1,000,000 to 1,000,000"):
        decode(hidden=1, start="given", parameters=base64_of(numbers.tobytes()))


def test_parameters_for_another_start_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match='start is "random"'):
        decode(hidden=1, parameters=base64_of(bytes(4 * 805)))


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"images": base64_of(bytes(783)), "labels": [1]}, "784 bytes for each"),
        ({"images": base64_of(bytes(1568)), "labels": [1]}, "784 bytes for each"),
        ({"images": base64_of(bytes(784)), "labels": [10]}, "<= 9"),
        ({"images": base64_of(bytes(784)), "labels": [True]}, "got `bool`"),
        ({"images": "", "labels": []}, "length >= 1"),
        ({"images": "*", "labels": [1]}, "base64"),
        ({"images": base64_of(bytes(784)), "labels": [1], "held_back": [0]}, "got `int`"),
        (
            {"images": base64_of(bytes(784)), "labels": [1], "held_back": [True, True]},
            "one value for each",
        ),
        ({"images": base64_of(bytes(784 * 1001)), "labels": [1] * 1001}, "length <= 1000"),
        ({"images": base64_of(bytes(784)), "labels": [1], "names": ["Ann"]}, "unknown field"),
    ],
)
def test_own_digits_that_do_not_fit_each_other_are_refused(
    own: dict[str, Any], problem: str
) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        decode(own=own)


def test_there_must_be_something_to_learn_from() -> None:
    digit = {"images": base64_of(bytes(784)), "labels": [1]}
    decode(own=digit, remember=False, examples=0)
    for members in (
        {"remember": False},
        {"remember": False, "own": digit | {"held_back": [True]}},
        {"examples": 9},
        {"examples": 0, "own": digit},
    ):
        with pytest.raises(msgspec.ValidationError, match="must"):
            decode(**members)
