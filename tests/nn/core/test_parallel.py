import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.layers import Dense, Dropout, ReLU
from nn.core.losses import L2Penalty, SoftmaxCrossEntropy
from nn.core.network import Network, one_hot
from nn.core.optimizers import SGD, constant
from nn.core.parallel import ParallelNetwork


def layers(rng):
    return [Dense(4, 6, rng), ReLU(), Dense(6, 10, rng)]


def batch(n):
    rng = np.random.default_rng(0)
    return rng.random((n, 4), np.float32), one_hot(rng.integers(3, size=n))


@pytest.mark.parametrize("n_examples", [6, 7])
def test_the_parts_give_the_gradient_and_cost_of_the_whole(n_examples):
    inputs, targets = batch(n_examples)
    networks = [
        kind(layers(np.random.default_rng(1)), SoftmaxCrossEntropy(), L2Penalty(0.1))
        for kind in (Network, ParallelNetwork)
    ]

    costs = [network.backprop(inputs, targets) for network in networks]

    assert costs[0] == pytest.approx(costs[1], rel=1e-6)
    np.testing.assert_allclose(networks[0].gradients, networks[1].gradients, rtol=1e-4, atol=1e-7)


def test_training_in_parts_changes_the_network_itself():
    inputs, targets = batch(60)
    labels = targets.argmax(axis=1)
    network = ParallelNetwork(layers(np.random.default_rng(1)), SoftmaxCrossEntropy())
    costs = []

    network.sgd(
        inputs,
        labels,
        epochs=60,
        batch_size=20,
        optimizer=SGD(0.9),
        schedule=constant(0.3),
        rng=np.random.default_rng(2),
        on_epoch=lambda epoch, cost: costs.append(cost),
    )

    assert costs[-1] < costs[0] / 2
    assert network.backprop(inputs, targets) < costs[0] / 2


def test_replicas_silence_different_inputs_and_agree_on_statistics():
    rng = np.random.default_rng(3)
    network = ParallelNetwork(
        [Dense(4, 50, rng), BatchNorm(50), Dropout(0.5, rng), Dense(50, 10, rng)],
        SoftmaxCrossEntropy(),
    )

    network.backprop(*batch(8))

    first, second = network.replicas
    assert (first.layers[2].mask != second.layers[2].mask).any()
    assert (first.layers[1].mean == network.layers[1].mean).all()
    assert (second.layers[1].mean == network.layers[1].mean).all()
    assert (network.layers[1].mean != 0).all()


def test_a_last_batch_with_fewer_examples_than_parts_is_learnt_too():
    rng = np.random.default_rng(5)
    network = ParallelNetwork(
        [Dense(4, 6, rng), BatchNorm(6), ReLU(), Dense(6, 10, rng)],
        SoftmaxCrossEntropy(),
        n_parts=3,
    )

    costs = [network.backprop(*batch(n_examples)) for n_examples in (4, 2, 1)]

    assert np.isfinite(costs).all()
    assert np.isfinite(network.gradients).all()
    assert np.isfinite(network.statistics).all()
    assert network.gradients.any()


def test_the_result_does_not_depend_on_which_part_is_done_first():
    inputs, targets = batch(64)

    def trained():
        rng = np.random.default_rng(4)
        network = ParallelNetwork(
            [Dense(4, 30, rng), BatchNorm(30), ReLU(), Dropout(0.3, rng), Dense(30, 10, rng)],
            SoftmaxCrossEntropy(),
            n_parts=3,
        )
        for _ in range(20):
            network.update_mini_batch(inputs, targets, SGD(), 0.1)
        return network

    assert (trained().parameters == trained().parameters).all()
    assert (trained().statistics == trained().statistics).all()
