"""A network as a file for the page: what its numbers are, and which networks have one."""

import json
from typing import Any

import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Flatten, Layer, ReLU, Reshape, Sigmoid, Tanh
from nn.core.losses import QuadraticCost, SoftmaxCrossEntropy
from nn.core.network import Network
from nn.models.page_file import page_file
from nn.models.weights import round_to_half

RNG = np.random.default_rng(1)


def parts(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the description in a file, and the bytes of its numbers."""
    end = 4 + int.from_bytes(content[:4], "little")
    return json.loads(content[4:end]), content[end:]


def dense(rng: np.random.Generator) -> Network:
    return Network([Dense(784, 3, rng), Sigmoid(), Dense(3, 10, rng), Sigmoid()], QuadraticCost())


def test_a_file_has_the_kernels_scales_and_biases_of_each_layer() -> None:
    network = dense(RNG)
    described, numbers = parts(page_file(network, "mine"))
    assert (described["name"], described["temperature"]) == ("mine", None)
    assert [layer["shape"] for layer in described["layers"]] == [[28, 28, 1, 3], [1, 1, 3, 10]]
    lower, upper = network.layers[0], network.layers[2]
    assert isinstance(lower, Dense) and isinstance(upper, Dense)
    expected: list[Array] = [lower.weights.ravel(), np.ones(3), lower.biases]
    expected += [upper.weights.ravel(), np.ones(10), upper.biases]
    np.testing.assert_array_equal(np.frombuffer(numbers, "<f4"), np.concatenate(expected))


def test_kernels_that_float16_holds_exactly_take_half_of_the_bytes() -> None:
    network = dense(RNG)
    n_whole = len(parts(page_file(network, "mine"))[1])
    round_to_half(network)
    described, numbers = parts(page_file(network, "mine"))
    assert all(layer["isHalf"] for layer in described["layers"])
    assert len(numbers) == n_whole - 2 * (784 * 3 + 3 * 10)
    layer = network.layers[0]
    assert isinstance(layer, Dense)
    layer.weights[0, 0] = 70_000  # float16 ends at 65,504
    described, _ = parts(page_file(network, "mine"))
    assert [layer["isHalf"] for layer in described["layers"]] == [False, True]


def test_a_dense_layer_covers_what_is_left_after_pooling_before_or_after_the_activation() -> None:
    for above in ([MaxPool(), ReLU()], [ReLU(), MaxPool()]):
        layers = [Reshape(28, 28, 1), Conv2D(1, 2, 5, RNG), *above, Flatten(), Dense(288, 10, RNG)]
        described, _ = parts(page_file(Network(layers, SoftmaxCrossEntropy()), "mine"))
        assert described["layers"][0]["pooling"] == 2
        assert described["layers"][1]["shape"] == [12, 12, 2, 10]


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(784, 5, RNG), Dense(5, 10, RNG)],
        [Dense(784, 5, RNG), ReLU(), BatchNorm(5), Dense(5, 10, RNG)],
        [Dense(784, 5, RNG), ReLU(), ReLU(), Dense(5, 10, RNG)],
        [Dense(784, 10, RNG), Tanh()],
    ],
    ids=["no function", "scaled after the function", "two functions", "another function"],
)
def test_what_the_page_does_not_compute_is_refused(layers: list[Layer]) -> None:
    with pytest.raises(ValueError, match="the page computes no"):
        page_file(Network(layers, SoftmaxCrossEntropy()), "mine")
