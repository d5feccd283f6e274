from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.core.layers import Dense, Dropout, ReLU, Sigmoid, Tanh
from nn.core.losses import L2Penalty, QuadraticCost, SoftmaxCrossEntropy, one_hot
from nn.core.network import Network
from nn.core.optimizers import SGD, Adam
from tests.nn.core.gradients import assert_close_to_slope


def small_network(rng, loss, penalty=None, dtype=np.float64) -> Network:
    layers = [Dense(5, 4, rng, dtype=dtype), Sigmoid(), Dense(4, 3, rng, dtype=dtype), Sigmoid()]
    return Network(layers, loss, penalty)


@pytest.mark.parametrize("penalty", [None, L2Penalty(0.1)], ids=["plain", "penalised"])
@pytest.mark.parametrize(
    "loss", [QuadraticCost(), SoftmaxCrossEntropy()], ids=lambda loss: type(loss).__name__
)
def test_backprop_gives_the_slope_of_the_whole_cost_by_every_parameter(loss, penalty):
    rng = np.random.default_rng(0)
    network = small_network(rng, loss, penalty)
    network.parameters += rng.normal(size=network.parameters.shape)
    inputs, targets = rng.normal(size=(6, 5)), np.eye(3)[rng.integers(3, size=6)]
    network.backprop(inputs, targets)
    gradients = network.gradients.copy()
    assert_close_to_slope(lambda: network.backprop(inputs, targets), network.parameters, gradients)


def test_the_penalty_spares_biases():
    network = small_network(np.random.default_rng(0), QuadraticCost(), L2Penalty(1000))
    network.layers[0].biases[:] = 7
    inputs, targets = np.zeros((1, 5)), np.zeros((1, 3))
    with_penalty = network.backprop(inputs, targets), network.layers[0].biases_gradient.copy()
    network.penalty = None
    network.backprop(inputs, targets)
    assert np.array_equal(with_penalty[1], network.layers[0].biases_gradient)


def test_the_layers_parameters_are_views_into_the_network_s_vector():
    network = small_network(np.random.default_rng(0), QuadraticCost())
    assert network.parameters.size == 5 * 4 + 4 + 4 * 3 + 3
    network.parameters[:] = 0.5
    assert (network.layers[0].weights == 0.5).all()
    network.layers[2].biases[:] = 9
    assert network.parameters[-3:].tolist() == [9, 9, 9]


def test_feedforward_by_hand():
    network = Network([Dense(2, 1, np.random.default_rng(0)), Sigmoid()], QuadraticCost())
    network.parameters[:] = [1, -1, 0]
    outputs = network.feedforward(np.array([[np.log(3), 0], [4, 4]], np.float32))
    assert np.allclose(outputs, [[0.75], [0.5]])


def test_update_mini_batch_takes_one_step_downhill_and_returns_the_cost_before_it():
    rng = np.random.default_rng(1)
    network = small_network(rng, QuadraticCost())
    inputs, targets = rng.normal(size=(6, 5)), np.eye(3)[rng.integers(3, size=6)]
    before, parameters = network.backprop(inputs, targets), network.parameters.copy()
    expected = parameters - 0.5 * network.gradients
    assert network.update_mini_batch(inputs, targets, SGD(), 0.5) == before
    assert np.allclose(network.parameters, expected)
    assert network.backprop(inputs, targets) < before


class Recorder(Network):
    """Notes which mini-batches it is given instead of learning from them."""

    def __init__(self):
        super().__init__([Dense(1, 10, np.random.default_rng(0))], QuadraticCost())
        self.batches = []

    def update_mini_batch(self, inputs, targets, optimizer, learning_rate):
        assert (inputs[:, 0] % 10 == targets.argmax(axis=1)).all(), "an input lost its label"
        self.batches.append(inputs[:, 0].tolist())
        return 1.0


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(1, 3), st.integers(0, 2**32))
def test_each_epoch_shows_every_example_once_with_its_label(n, batch_size, epochs, seed):
    network = Recorder()
    inputs = np.arange(n, dtype=np.float32)[:, None]
    labels, rng = np.arange(n) % 10, np.random.default_rng(seed)
    costs = list(network.sgd(inputs, labels, epochs, batch_size, 1.0, rng=rng))
    shown = [example for batch in network.batches for example in batch]
    for epoch in range(epochs):
        assert sorted(shown[epoch * n : (epoch + 1) * n]) == list(range(n))
    assert all(len(batch) <= batch_size for batch in network.batches)
    assert len(network.batches) == epochs * -(-n // batch_size)
    assert costs == pytest.approx([1.0] * epochs)


def test_the_order_is_another_one_each_epoch_and_mixes_whole_examples():
    network = Recorder()
    inputs = np.arange(40, dtype=np.float32)[:, None]
    labels, rng = np.arange(40) % 10, np.random.default_rng(0)
    list(network.sgd(inputs, labels, epochs=2, mini_batch_size=10, learning_rate=1.0, rng=rng))
    first, second = network.batches[:4], network.batches[4:]
    assert first != second
    assert all(sorted(batch) != sorted(other) for batch in first for other in second)
    assert first[0] != list(range(10))


def blobs(rng, n):
    """Three kinds of points that a network can tell apart."""
    labels = rng.integers(3, size=n)
    inputs = rng.normal(size=(n, 2)) * 0.3 + np.array([[0, 2], [2, -1], [-2, -1]])[labels]
    return inputs.astype(np.float32), labels


@pytest.mark.parametrize(
    "loss", [QuadraticCost(), SoftmaxCrossEntropy()], ids=lambda loss: type(loss).__name__
)
def test_a_network_learns_to_tell_three_kinds_of_points_apart(loss):
    rng = np.random.default_rng(5)
    layers = [Dense(2, 16, rng, gain=2), ReLU(), Dropout(0.1, rng), Dense(16, 10, rng)]
    network = Network([*layers, Sigmoid()] if isinstance(loss, QuadraticCost) else layers, loss)
    inputs, labels = blobs(rng, 300)
    list(network.sgd(inputs, labels, 20, 16, 0.01, rng=rng, optimizer=Adam()))
    fresh_inputs, fresh_labels = blobs(rng, 1500)
    assert network.evaluate(fresh_inputs, fresh_labels) > 0.98 * 1500


def test_the_schedule_is_asked_from_0_to_nearly_1():
    asked = []

    def schedule(done):
        asked.append(done)
        return 0.0

    inputs, labels, rng = np.zeros((4, 1), np.float32), np.zeros(4, int), np.random.default_rng(0)
    list(Recorder().sgd(inputs, labels, 2, 2, schedule, rng=rng))
    assert asked == [0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize("activation", [Sigmoid, ReLU, Tanh])
def test_inspect_returns_the_outputs_of_the_hidden_activation_layers(activation):
    rng = np.random.default_rng(0)
    layers = [Dense(5, 4, rng), activation(), Dropout(0.5, rng), Dense(4, 3, rng), activation()]
    network = Network(layers, QuadraticCost())
    inputs = rng.normal(size=(2, 5)).astype(np.float32)

    inside = network.inspect(inputs)

    assert [name for name, _ in inside] == [f"{activation.__name__}()"]
    np.testing.assert_array_equal(inside[0][1], layers[1].forward(layers[0].forward(inputs)))


def test_activations_gives_the_same_in_slices_as_at_once():
    rng = np.random.default_rng(0)
    network = small_network(rng, SoftmaxCrossEntropy())
    inputs = rng.normal(size=(2500, 5))
    assert np.allclose(network.activations(inputs), network.feedforward(inputs))


def test_one_hot_by_hand():
    assert one_hot(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_threads_that_share_a_network_do_not_mix_up_their_answers():
    rng = np.random.default_rng(0)
    network = small_network(rng, QuadraticCost())
    batches = [rng.normal(size=(50, 5)) for _ in range(200)]
    expected = [network.feedforward(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(network.feedforward, batches))
    assert all(map(np.array_equal, found, expected))


def test_a_picture_of_no_class_wants_all_classes_equally():
    assert one_hot(np.array([10, 3]))[0] == pytest.approx(np.full(10, 0.1))
