import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.layers import Dense, Layer, ReLU, Sigmoid
from nn.core.losses import QuadraticCost
from nn.core.network import Network
from nn.core.parameters import (
    bind_views,
    concatenated,
    count_weights,
    first_trainable,
    parameter_slots,
    statistic_slots,
)


def stack() -> list[Layer]:
    rng = np.random.default_rng(0)
    return [ReLU(), Dense(2, 3, rng), BatchNorm(3), Dense(3, 1, rng)]


def test_all_weights_are_in_front_of_all_biases() -> None:
    layers = stack()
    slots = parameter_slots(layers)
    assert [(layers.index(layer), name) for layer, name in slots] == [
        (1, "weights"), (3, "weights"), (1, "biases"), (2, "biases"), (3, "biases"),
    ]  # fmt: skip
    assert count_weights(slots) == 2 * 3 + 3 * 1
    assert [(layers.index(layer), name) for layer, name in statistic_slots(layers)] == [
        (2, "mean"), (2, "variance"),
    ]  # fmt: skip


def test_bound_arrays_are_views_with_the_values_and_shapes_that_they_had() -> None:
    layers = stack()
    slots = parameter_slots(layers)
    before = [getattr(layer, name).copy() for layer, name in slots]
    vector = concatenated(slots)

    bind_views(vector, slots)

    for (layer, name), array in zip(slots, before, strict=True):
        np.testing.assert_array_equal(getattr(layer, name), array)
    vector[:] = 7
    assert all((getattr(layer, name) == 7).all() for layer, name in slots)


def test_the_lowest_layer_with_parameters_is_found() -> None:
    assert first_trainable(stack()) == 1


@pytest.mark.parametrize("layers", [[], [Sigmoid()], [ReLU(), Sigmoid()]], ids=str)
def test_a_network_without_parameters_is_refused(layers: list[Layer]) -> None:
    with pytest.raises(ValueError, match="layer with parameters, such as Dense, but got") as raised:
        Network(layers, QuadraticCost())
    assert str(layers) in str(raised.value)


@pytest.mark.parametrize("position", [0, 1])
def test_a_layer_that_is_used_twice_is_refused(position: int) -> None:
    rng = np.random.default_rng(0)
    layers = [Dense(3, 3, rng), Sigmoid()]
    again = [*layers, Dense(3, 3, rng), layers[position]]
    with pytest.raises(ValueError, match=r"the same \w+\(.*\) again at position 3"):
        Network(again, QuadraticCost())


def test_only_the_first_trainable_layer_of_a_network_leaves_out_the_delta_below() -> None:
    rng = np.random.default_rng(0)
    lower, upper = Dense(2, 2, rng), Dense(2, 2, rng)
    Network([upper, Sigmoid()], QuadraticCost())

    Network([lower, Sigmoid(), upper], QuadraticCost())  # upper was the first of another network

    assert (lower.is_first, upper.is_first) == (True, False)
