import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.layers import Array, Dense, Dropout, Layer, ReLU
from nn.core.losses import L2Penalty, SoftmaxCrossEntropy, one_hot
from nn.core.network import Network, ParallelNetwork
from nn.core.optimizers import SGD


def layers(rng: np.random.Generator) -> list[Layer]:
    return [Dense(4, 6, rng), ReLU(), Dense(6, 10, rng)]


def batch(n: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    return rng.random((n, 4), np.float32), one_hot(rng.integers(3, size=n))


@pytest.mark.parametrize("n_examples", [6, 7])
def test_the_parts_give_the_gradient_and_cost_of_the_whole(n_examples: int) -> None:
    inputs, targets = batch(n_examples)
    networks = [
        kind(layers(np.random.default_rng(1)), SoftmaxCrossEntropy(), L2Penalty(0.1))
        for kind in (Network, ParallelNetwork)
    ]

    costs = [network.backprop(inputs, targets) for network in networks]

    assert costs[0] == pytest.approx(costs[1], rel=1e-6)
    np.testing.assert_allclose(networks[0].gradients, networks[1].gradients, rtol=1e-4, atol=1e-7)


def test_replicas_drop_different_inputs_and_start_from_the_same_statistics() -> None:
    rng = np.random.default_rng(3)
    network = ParallelNetwork(
        [Dense(4, 50, rng), BatchNorm(50), Dropout(0.5, rng), Dense(50, 10, rng)],
        SoftmaxCrossEntropy(),
    )

    network.backprop(*batch(8))
    network.statistics[:] = 100  # as a checkpoint that is read now might set them
    network.backprop(*batch(8))

    first, second = network.replicas
    assert (first.layers[2].saved()[0] != second.layers[2].saved()[0]).any()
    means = np.array([first.layers[1].mean, second.layers[1].mean])
    assert (abs(means - 98) < 1).all()  # a fiftieth of the way from 100 to the means of the batch
    np.testing.assert_allclose(network.layers[1].mean, means.mean(axis=0), rtol=1e-6)


class ThreeParts(ParallelNetwork):
    n_parts = 3


def test_a_last_batch_with_fewer_examples_than_parts_is_learnt_too() -> None:
    rng = np.random.default_rng(5)
    network = ThreeParts(
        [Dense(4, 6, rng), BatchNorm(6), ReLU(), Dense(6, 10, rng)], SoftmaxCrossEntropy()
    )

    costs = [network.backprop(*batch(n_examples)) for n_examples in (4, 2, 1)]

    assert np.isfinite(costs).all()
    assert np.isfinite(network.gradients).all()
    assert np.isfinite(network.statistics).all()
    assert network.gradients.any()


def test_a_penalty_that_is_changed_between_two_steps_counts() -> None:
    network = ParallelNetwork(layers(np.random.default_rng(1)), SoftmaxCrossEntropy())
    without = network.backprop(*batch(8))

    network.penalty = L2Penalty(2.0)

    weights = network.parameters[: network.n_weights]
    assert network.backprop(*batch(8)) == pytest.approx(without + (weights**2).sum(), rel=1e-5)


def test_the_result_does_not_depend_on_which_part_is_done_first() -> None:
    inputs, targets = batch(64)

    def trained() -> Network:
        rng = np.random.default_rng(4)
        network = ThreeParts(
            [Dense(4, 30, rng), BatchNorm(30), ReLU(), Dropout(0.3, rng), Dense(30, 10, rng)],
            SoftmaxCrossEntropy(),
        )
        for _ in range(20):
            network.update_mini_batch(inputs, targets, SGD(), 0.1)
        return network

    assert (trained().parameters == trained().parameters).all()
    assert (trained().statistics == trained().statistics).all()
