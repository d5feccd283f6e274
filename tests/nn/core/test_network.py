import copy
import pickle
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import (
    Activation,
    Array,
    Dense,
    Dropout,
    Flatten,
    Layer,
    ReLU,
    Reshape,
    Sigmoid,
    Tanh,
    walk,
)
from nn.core.losses import L2Penalty, Loss, QuadraticCost, SoftmaxCrossEntropy, one_hot
from nn.core.network import Network, ParallelNetwork
from nn.core.optimizers import SGD, Adam, Optimizer
from nn.core.skip_connection import SkipConnection
from tests.nn.core.gradients import assert_close_to_slope


def small_network(
    rng: np.random.Generator, loss: Loss, penalty: L2Penalty | None = None
) -> Network:
    dtype = np.float64
    layers = [Dense(5, 4, rng, dtype=dtype), Sigmoid(), Dense(4, 3, rng, dtype=dtype), Sigmoid()]
    return Network(layers, loss, penalty)


@pytest.mark.parametrize("penalty", [None, L2Penalty(0.1)], ids=["plain", "penalised"])
@pytest.mark.parametrize(
    "loss", [QuadraticCost(), SoftmaxCrossEntropy()], ids=lambda loss: type(loss).__name__
)
def test_backprop_gives_the_slope_by_every_parameter(loss: Loss, penalty: L2Penalty | None) -> None:
    rng = np.random.default_rng(0)
    network = small_network(rng, loss, penalty)
    network.parameters += rng.normal(size=network.parameters.shape)
    inputs, targets = rng.normal(size=(6, 5)), np.eye(3)[rng.integers(3, size=6)]
    network.backprop(inputs, targets)
    gradients = network.gradients.copy()
    assert_close_to_slope(lambda: network.backprop(inputs, targets), network.parameters, gradients)


def test_feedforward_by_hand() -> None:
    network = Network([Dense(2, 1, np.random.default_rng(0)), Sigmoid()], QuadraticCost())
    network.parameters[:] = [1, -1, 0]
    outputs = network.feedforward(np.array([[np.log(3), 0], [4, 4]], np.float32))
    assert np.allclose(outputs, [[0.75], [0.5]])


def test_update_mini_batch_takes_one_step_downhill_and_returns_the_cost_before_it() -> None:
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

    def __init__(self) -> None:
        super().__init__([Dense(1, 10, np.random.default_rng(0))], QuadraticCost())
        self.batches: list[list[float]] = []

    def update_mini_batch(
        self, inputs: Array, targets: Array, optimizer: Optimizer, learning_rate: float
    ) -> float:
        assert (inputs[:, 0] % 10 == targets.argmax(axis=1)).all(), "an input lost its label"
        self.batches.append(inputs[:, 0].tolist())
        return 1.0


@given(st.integers(1, 60), st.integers(1, 70), st.integers(1, 3), st.integers(0, 2**32))
def test_each_epoch_shows_every_example_once_with_its_label(
    n: int, batch_size: int, epochs: int, seed: int
) -> None:
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


def test_the_order_is_another_one_each_epoch_and_mixes_whole_examples() -> None:
    network = Recorder()
    inputs = np.arange(40, dtype=np.float32)[:, None]
    labels, rng = np.arange(40) % 10, np.random.default_rng(0)
    list(network.sgd(inputs, labels, epochs=2, mini_batch_size=10, learning_rate=1.0, rng=rng))
    first, second = network.batches[:4], network.batches[4:]
    assert first != second
    assert all(sorted(batch) != sorted(other) for batch in first for other in second)
    assert first[0] != list(range(10))


def test_each_mini_batch_is_scheduled_distorted_and_counted_by_the_progress_bar() -> None:
    network, shown, asked = Recorder(), list[int](), list[float]()

    def progress(starts: Iterable[int]) -> Iterator[int]:
        for start in starts:
            shown.append(start)
            yield start

    def schedule(done: float) -> float:
        asked.append(done)
        return 0.0

    costs = network.sgd(
        np.arange(20, dtype=np.float32)[:, None],
        np.arange(20) % 10,
        epochs=1,
        mini_batch_size=6,
        learning_rate=schedule,
        rng=np.random.default_rng(0),
        distort=lambda examples, rng: examples + 10 * rng.integers(5, 9, examples.shape),
        progress=progress,
    )

    assert list(costs) == [1.0]
    assert shown == [0, 6, 12, 18]
    assert asked == pytest.approx([0, 0.3, 0.6, 0.9])
    assert [len(batch) for batch in network.batches] == [6, 6, 6, 2]
    assert all(number >= 50 for batch in network.batches for number in batch)


def blobs(rng: np.random.Generator, n: int) -> tuple[Array, NDArray[np.integer]]:
    """Three kinds of points that a network can tell apart."""
    labels = rng.integers(3, size=n)
    inputs = rng.normal(size=(n, 2)) * 0.3 + np.array([[0, 2], [2, -1], [-2, -1]])[labels]
    return inputs.astype(np.float32), labels


@pytest.mark.parametrize(
    "loss", [QuadraticCost(), SoftmaxCrossEntropy()], ids=lambda loss: type(loss).__name__
)
def test_a_network_learns_to_tell_three_kinds_of_points_apart(loss: Loss) -> None:
    rng = np.random.default_rng(5)
    layers = [Dense(2, 16, rng, gain=2), ReLU(), Dropout(0.1, rng), Dense(16, 10, rng)]
    network = Network([*layers, Sigmoid()] if isinstance(loss, QuadraticCost) else layers, loss)
    inputs, labels = blobs(rng, 300)
    list(network.sgd(inputs, labels, 20, 16, 0.01, rng=rng, optimizer=Adam()))
    fresh_inputs, fresh_labels = blobs(rng, 1500)
    assert network.evaluate(fresh_inputs, fresh_labels) > 0.98 * 1500


@pytest.mark.parametrize("activation", [Sigmoid, ReLU, Tanh])
def test_inspect_returns_the_outputs_of_hidden_activations(activation: type[Activation]) -> None:
    rng = np.random.default_rng(0)
    layers = [Dense(5, 4, rng), activation(), Dropout(0.5, rng), Dense(4, 3, rng), activation()]
    network = Network(layers, QuadraticCost())
    inputs = rng.normal(size=(2, 5)).astype(np.float32)

    inside = network.inspect(inputs)

    assert [name for name, _ in inside] == [f"{activation.__name__}()"]
    np.testing.assert_array_equal(inside[0][1], layers[1].forward(layers[0].forward(inputs)))


def test_activations_gives_the_same_in_slices_as_at_once() -> None:
    rng = np.random.default_rng(0)
    network = small_network(rng, SoftmaxCrossEntropy())
    inputs = rng.normal(size=(250, 5))
    assert np.allclose(network.activations(inputs), network.feedforward(inputs))


def train(network: Network, inputs: ArrayLike, labels: ArrayLike) -> list[float]:
    return list(network.sgd(inputs, labels, 1, 10, 1.0, rng=np.random.default_rng(0)))


@pytest.mark.parametrize("kind", [Network, ParallelNetwork])
def test_lists_are_taken_as_arrays(kind: type[Network]) -> None:
    rng = np.random.default_rng(0)
    network = kind([Reshape(2, 2, 1), Conv2D(1, 3, 2, rng), Flatten()], QuadraticCost())
    pixels, labels = [[0, 1, 2, 3], [4, 5, 6, 7]], [0, 2]
    inputs, targets = np.array(pixels, np.float32), one_hot(labels, 3)
    for numbers in (pixels, np.array(pixels), np.array(pixels, float).tolist()):
        assert np.allclose(network.feedforward(numbers), network.feedforward(inputs))
        assert network.evaluate(numbers, labels) == network.evaluate(inputs, labels)
        assert network.backprop(numbers, targets.tolist()) == pytest.approx(
            network.backprop(inputs, targets)
        )
        assert network.inspect(numbers) == []
    learnt = copy.deepcopy(network)
    train(learnt, pixels, labels)
    train(network, inputs, np.array(labels))
    assert np.allclose(learnt.parameters, network.parameters)


def test_one_output_is_compared_with_a_half_and_learns_labels_of_0_and_1() -> None:
    network = Network([Dense(1, 1, np.random.default_rng(0)), Sigmoid()], QuadraticCost())
    network.parameters[:] = [2, -2]  # 0.5 at an input of 1
    assert network.evaluate([[3], [1], [0.5], [4]], [1, 0, 0, 0]) == 3
    (cost,) = network.sgd([[1], [1]], [1, 0], 1, 2, 1.0, rng=np.random.default_rng(0))
    assert cost == pytest.approx(0.125)
    with pytest.raises(ValueError, match=r"integers from 0 to 1 as labels, but got \[2\]"):
        network.sgd([[1]], [2], 1, 2, 1.0, rng=np.random.default_rng(0))


def test_epochs_that_nobody_asked_for_warn_where_they_were_dropped() -> None:
    network, rng = Recorder(), np.random.default_rng(0)
    epochs = network.sgd([[1.0]], [1], 2, 1, 1.0, rng=rng)
    assert "for cost in network.sgd(...)" in repr(epochs)
    with pytest.warns(RuntimeWarning, match="sgd trained no epoch: loop over it") as warned:
        del epochs
    assert warned[0].filename == __file__
    assert next(network.sgd([[1.0]], [1], 2, 1, 1.0, rng=rng)) == 1.0  # one of two: no warning
    assert list(network.sgd([[1.0]], [1], 0, 1, 1.0, rng=rng)) == []


EMPTY, THREE, LABELS = np.zeros((0, 5)), np.zeros((3, 5)), np.zeros(3, int)


@pytest.mark.parametrize(
    "call",
    [
        lambda network: network.feedforward(EMPTY),
        lambda network: network.activations(EMPTY),
        lambda network: network.backprop(EMPTY, np.zeros((0, 3))),
        lambda network: network.evaluate(EMPTY, LABELS[:0]),
        lambda network: network.sgd(EMPTY, LABELS[:0], 1, 10, 1.0, rng=np.random.default_rng(0)),
    ],
    ids=["feedforward", "activations", "backprop", "evaluate", "sgd"],
)
@pytest.mark.parametrize("kind", [Network, ParallelNetwork])
def test_an_empty_batch_is_refused(call: Callable[[Network], object], kind: type[Network]) -> None:
    with pytest.raises(ValueError, match="Expected at least one example"):
        call(kind([Dense(5, 3, np.random.default_rng(0))], QuadraticCost()))


@pytest.mark.parametrize("labels", [LABELS[:2], LABELS[:1], LABELS[:, None]], ids=np.shape)
def test_evaluating_without_a_label_an_example_is_refused(labels: NDArray[np.integer]) -> None:
    network = Network([Dense(5, 3, np.random.default_rng(0))], QuadraticCost())
    with pytest.raises(ValueError) as raised:  # numpy would repeat the last two
        network.evaluate(THREE, labels)
    assert str(raised.value) == f"Expected targets of shape (3,), but got {labels.shape}"


@pytest.mark.parametrize(
    ("targets", "epochs", "mini_batch_size", "message"),
    [
        (LABELS, 1, -5, "at least 0 epochs, and 1 example a mini-batch, but got 1 and -5"),
        (LABELS, -1, 10, "but got -1 and 10"),
        (LABELS[:2], 1, 10, r"of shape \(3,\), but got \(2,\)"),
        (np.zeros((3, 2)), 1, 10, r"of shape \(3, 3\), but got \(3, 2\)"),
        (LABELS - 1, 1, 10, r"from 0 to 2 as labels, but got \[-1 -1 -1\]"),
    ],
)
def test_sgd_refuses_wrong_arguments_before_anybody_asks_for_an_epoch(
    targets: Array, epochs: int, mini_batch_size: int, message: str
) -> None:
    network = Network([Dense(5, 3, np.random.default_rng(0))], QuadraticCost())
    with pytest.raises(ValueError, match=message):
        network.sgd(THREE, targets, epochs, mini_batch_size, 1.0, rng=np.random.default_rng(0))


def test_the_vectors_have_all_weights_before_all_biases_and_are_the_layers_own() -> None:
    rng = np.random.default_rng(0)
    lower, norm, upper = Dense(2, 3, rng), BatchNorm(3), Dense(3, 1, rng)
    arrays = [lower.weights, upper.weights, lower.biases, norm.biases, upper.biases]
    before = [array.copy() for array in arrays]

    network = Network([ReLU(), lower, norm, upper], QuadraticCost())

    assert network.n_weights == 2 * 3 + 3 * 1
    np.testing.assert_array_equal(network.parameters, np.concatenate([a.ravel() for a in before]))
    assert network.statistics.tolist() == [0, 0, 0, 1, 1, 1]  # mean, variance
    network.parameters[:], network.gradients[:] = range(16), range(100, 116)
    network.statistics[:] = range(6)
    assert lower.weights.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert upper.weights.tolist() == [[6], [7], [8]]
    assert upper.weights_gradient.tolist() == [[106], [107], [108]]
    assert (norm.biases.tolist(), upper.biases.tolist()) == ([12, 13, 14], [15])
    assert (norm.mean.tolist(), norm.variance.tolist()) == ([0, 1, 2], [3, 4, 5])
    upper.biases[:] = 9
    assert network.parameters[-1] == 9


def refused_layers() -> dict[str, tuple[list[Layer], str]]:
    rng = np.random.default_rng(0)
    dense, sigmoid, other = Dense(3, 3, rng), Sigmoid(), Dense(3, 3, rng)
    in_float64 = Dense(3, 1, rng, dtype=np.float64)
    no_parameters = "layer with parameters, such as Dense, but got"
    return {
        "none": ([], no_parameters),
        "no parameters": ([ReLU(), sigmoid], rf"{no_parameters} \[ReLU\(\), Sigmoid\(\)\]"),
        "a Dense twice": ([dense, sigmoid, other, dense], r"the same Dense\(.*again at position 3"),
        "a Sigmoid twice": ([dense, sigmoid, other, sigmoid], r"same Sigmoid\(\) again"),
        "two dtypes": ([dense, in_float64], r"one dtype, but got Dense\(3, 3\) in float32, Dense"),
    }


@pytest.mark.parametrize("name", refused_layers())
def test_layers_that_make_no_network_are_refused(name: str) -> None:
    layers, message = refused_layers()[name]
    with pytest.raises(ValueError, match=message):
        Network(layers, QuadraticCost())


def test_only_the_first_trainable_layer_of_a_network_leaves_out_the_delta_below() -> None:
    rng = np.random.default_rng(0)
    lower, upper = Dense(2, 2, rng), Dense(2, 2, rng)
    Network([upper, Sigmoid()], QuadraticCost())

    network = Network([ReLU(), lower, Sigmoid(), copy.deepcopy(upper)], QuadraticCost())

    assert [layer.is_first for layer in network.layers] == [False, True, False, False]
    assert upper.is_first


def deep_network(kind: type[Network] = Network) -> Network:
    rng = np.random.default_rng(0)
    layers = [Dense(5, 8, rng), BatchNorm(8), ReLU(), Dropout(0.3, rng), Dense(8, 3, rng)]
    return kind(layers, SoftmaxCrossEntropy())


def some_examples() -> tuple[Array, NDArray[np.integer]]:
    rng = np.random.default_rng(1)
    return rng.normal(size=(40, 5)).astype(np.float32), rng.integers(3, size=40)


def everything(network: Network) -> Array:
    """Return all that a network has learnt, and what it answers."""
    outputs = network.feedforward(some_examples()[0])
    return np.concatenate([network.parameters, network.statistics, outputs.ravel()])


@pytest.mark.parametrize("kind", [Network, ParallelNetwork])
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_a_copy_of_a_network_learns_by_itself_what_the_original_would(
    kind: type[Network], copied: Callable[[Network], Network]
) -> None:
    network = deep_network(kind)
    train(network, *some_examples())
    before = everything(network)

    twin = copied(network)
    np.testing.assert_array_equal(twin.gradients, network.gradients)
    train(twin, *some_examples())

    np.testing.assert_array_equal(everything(network), before)
    assert abs(everything(twin) - before).max() > 0.1
    train(network, *some_examples())
    np.testing.assert_array_equal(everything(twin), everything(network))


def test_what_is_assigned_to_a_layer_of_a_network_is_trained_and_kept() -> None:
    network = deep_network()
    lower, norm = network.layers[:2]
    lower.weights = np.full((5, 8), 0.5)  # float64
    lower.biases = [1] * 8
    norm.mean = norm.mean + 2

    assert lower.weights.dtype == np.float32
    assert network.parameters[:40].tolist() == [0.5] * 40
    assert network.statistics[:8].tolist() == [2] * 8
    train(network, *some_examples())
    assert (lower.weights != 0.5).all()
    np.testing.assert_array_equal(network.parameters[:40], lower.weights.ravel())
    with pytest.raises(ValueError, match=r"Expected biases of shape \(8,\), but got \(\)"):
        lower.biases = 0


def test_the_layers_of_a_network_are_in_no_other_one_and_stay_the_same() -> None:
    network = deep_network()
    message = (
        r"Dense\(5, 8\) again at position 0: make a layer for each, or a copy by copy.deepcopy"
    )
    with pytest.raises(ValueError, match=message):
        Network(network.layers, QuadraticCost())
    with pytest.raises(ValueError, match=message):
        copy.copy(network)
    with pytest.raises(TypeError, match="does not support item assignment"):
        network.layers[0] = Dense(5, 8, np.random.default_rng(0))
    with pytest.raises(AttributeError, match="'layers'"):
        network.layers = []
    before = network.layers[0].weights.copy()
    train(network, *some_examples())
    assert (network.layers[0].weights != before).any()
    Network(copy.deepcopy(network.layers), QuadraticCost())


def shallow_network(kind: type[Network], penalty: L2Penalty | None = None) -> Network:
    rng = np.random.default_rng(1)
    return kind([Dense(5, 6, rng), ReLU(), Dense(6, 3, rng)], SoftmaxCrossEntropy(), penalty)


def batch(n: int) -> tuple[Array, Array]:
    inputs, labels = some_examples()
    return inputs[:n], one_hot(labels[:n], 3)


@pytest.mark.parametrize("n_examples", [6, 7])
def test_the_parts_give_the_gradient_and_cost_of_the_whole(n_examples: int) -> None:
    networks = [shallow_network(kind, L2Penalty(0.1)) for kind in (Network, ParallelNetwork)]

    costs = [network.backprop(*batch(n_examples)) for network in networks]

    assert costs[0] == pytest.approx(costs[1], rel=1e-6)
    np.testing.assert_allclose(networks[0].gradients, networks[1].gradients, rtol=1e-4, atol=1e-7)


def test_replicas_drop_different_inputs_and_start_from_the_same_statistics() -> None:
    network = deep_network(ParallelNetwork)

    network.backprop(*batch(8))
    network.statistics[:] = 100  # as a checkpoint that is read now might set them
    network.backprop(*batch(8))

    first, second = network.replicas
    assert (first.layers[3].saved()[0] != second.layers[3].saved()[0]).any()
    means = np.array([first.layers[1].mean, second.layers[1].mean])
    assert (abs(means - 98) < 1).all()  # a fiftieth of the way from 100 to the means of the batch
    np.testing.assert_allclose(network.layers[1].mean, means.mean(axis=0), rtol=1e-6)


class ThreeParts(ParallelNetwork):
    n_parts = 3


def test_a_last_batch_with_fewer_examples_than_parts_is_learnt_too() -> None:
    network = deep_network(ThreeParts)

    costs = [network.backprop(*batch(n_examples)) for n_examples in (4, 2, 1)]

    assert np.isfinite([*costs, *network.gradients, *network.statistics]).all()
    assert network.gradients.any()


def test_a_penalty_counts_weights_alone_also_when_it_is_changed_between_two_steps() -> None:
    network = shallow_network(ParallelNetwork)
    network.parameters[network.n_weights :] = 7  # biases, which no penalty counts
    without = network.backprop(*batch(8))

    network.penalty = L2Penalty(2.0)

    weights = network.parameters[: network.n_weights]
    assert network.backprop(*batch(8)) == pytest.approx(without + (weights**2).sum(), rel=1e-5)


def test_the_result_does_not_depend_on_which_part_is_done_first() -> None:
    def trained() -> Network:
        network = deep_network(ThreeParts)
        for _ in range(20):
            network.update_mini_batch(*batch(40), SGD(), 0.1)
        return network

    assert (everything(trained()) == everything(trained())).all()


def network_of_pixels(
    kind: type[Network] = Network, dtype: DTypeLike = np.float32, rate: float = 0.0
) -> Network:
    """Return a network with layers two skip connections deep, from (N, 4, 8, 1) to 3 classes."""
    rng = np.random.default_rng(3)
    deepest = SkipConnection([MaxPool(), Conv2D(2, 2, 3, rng, padding_px=1, dtype=dtype), Tanh()])
    inner = [MaxPool(), Dropout(rate, rng), deepest, BatchNorm(2, dtype=dtype)]
    layers = [Conv2D(1, 2, 1, rng, dtype=dtype), SkipConnection(inner)]
    return kind([*layers, Conv2D(2, 3, 1, rng, dtype=dtype)], SoftmaxCrossEntropy())


def pixels(dtype: DTypeLike = np.float32) -> tuple[Array, Array]:
    rng = np.random.default_rng(4)
    targets = np.eye(4, 3, dtype=dtype)[rng.integers(4, size=(6, 4, 8))]  # some do not count
    return rng.normal(size=(6, 4, 8, 1)).astype(dtype), targets


def test_backprop_through_skip_connections_gives_the_slope_by_every_parameter() -> None:
    network, (inputs, targets) = network_of_pixels(dtype=np.float64), pixels(np.float64)
    assert network.parameters.size == 4 + 38 + 2 + 9
    assert network.statistics.size == 4
    network.backprop(inputs, targets)
    gradients = network.gradients.copy()
    assert_close_to_slope(lambda: network.backprop(inputs, targets), network.parameters, gradients)


def test_the_lowest_layers_with_parameters_may_be_inside_a_skip_connection() -> None:
    rng, (inputs, _) = np.random.default_rng(0), pixels(np.float64)
    convolution = Conv2D(1, 1, 3, rng, padding_px=1, dtype=np.float64)
    layers = [Tanh(), SkipConnection([MaxPool(), convolution])]
    network = Network(layers, QuadraticCost())
    assert (network.first_trainable, convolution.is_first) == (1, False)
    targets = rng.normal(size=inputs.shape)
    network.backprop(inputs, targets)
    gradients = network.gradients.copy()
    assert_close_to_slope(lambda: network.backprop(inputs, targets), network.parameters, gradients)


def test_replicas_have_layers_of_their_own_inside_skip_connections() -> None:
    network = network_of_pixels(ParallelNetwork, rate=0.5)
    network.backprop(*pixels())
    nets = [network, *network.replicas]
    assert len({id(layer) for net in nets for layer in walk(net.layers)}) == 3 * 10
    first, second = (replica.layers[1].layers[1].saved()[0] for replica in network.replicas)
    assert (first != second).any()  # dropped by generators of their own
    assert len(network.generators) == 2
    for replica in network.replicas:
        assert np.shares_memory(
            replica.gradients, replica.layers[1].layers[2].layers[1].weights_gradient
        )


@pytest.mark.parametrize("kind", [Network, ParallelNetwork])
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_a_copy_of_a_network_with_skip_connections_learns_by_itself(
    kind: type[Network], copied: Callable[[Network], Network]
) -> None:
    network, (inputs, targets) = network_of_pixels(kind, rate=0.2), pixels()
    network.update_mini_batch(inputs, targets, SGD(), 0.1)
    before = network.parameters.copy()
    twin = copied(network)
    for _ in range(3):
        twin.update_mini_batch(inputs, targets, SGD(), 0.1)
    np.testing.assert_array_equal(network.parameters, before)
    for _ in range(3):
        network.update_mini_batch(inputs, targets, SGD(), 0.1)
    np.testing.assert_array_equal(network.parameters, twin.parameters)
    np.testing.assert_array_equal(network.feedforward(inputs), twin.feedforward(inputs))
    assert abs(network.parameters - before).max() > 0.01


def test_a_layer_that_is_inside_a_skip_connection_too_is_refused() -> None:
    layer = Conv2D(1, 1, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"the same Conv2D\(1, 1, 1x1\) again at position 3"):
        Network([layer, SkipConnection([MaxPool(), layer])], QuadraticCost())
