import copy
import pickle

import numpy as np
import pytest

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
)
from tests.nn.core.gradients import assert_close_to_slope


def away_from_kinks(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random numbers of either sign whose size is at least 0.1."""
    return rng.choice([-1, 1], shape) * rng.uniform(0.1, 2, shape)


def layers_in_float64(rng: np.random.Generator) -> list[Layer]:
    return [Dense(6, 4, rng, dtype=np.float64), Sigmoid(), ReLU(), Tanh()]


@pytest.mark.parametrize("number", range(4))
def test_the_delta_of_each_layer_is_the_slope_of_its_outputs_by_its_inputs(number: int) -> None:
    rng = np.random.default_rng(number)
    layer = layers_in_float64(rng)[number]
    inputs = away_from_kinks(rng, (5, 6))
    upstream = rng.normal(size=layer.forward(inputs, is_training=True).shape)

    delta = layer.backward(upstream)

    assert_close_to_slope(lambda: (layer.forward(inputs) * upstream).sum(), inputs, delta)


@pytest.mark.parametrize("name", ["weights", "biases"])
def test_the_gradients_of_dense_are_the_slopes_by_its_parameters(name: str) -> None:
    rng = np.random.default_rng(7)
    layer = Dense(6, 4, rng, dtype=np.float64)
    inputs, upstream = rng.normal(size=(5, 6)), rng.normal(size=(5, 4))

    layer.forward(inputs, is_training=True)
    layer.backward(upstream)

    assert_close_to_slope(
        lambda: (layer.forward(inputs) * upstream).sum(),
        getattr(layer, name),
        getattr(layer, f"{name}_gradient"),
    )


def test_dropout_scales_delta_as_it_scaled_the_inputs() -> None:
    rng = np.random.default_rng(3)
    inputs, upstream = rng.normal(size=(5, 6)), rng.normal(size=(5, 6))
    layer = Dropout(0.4, rng)
    layer.forward(inputs, is_training=True)
    (kept,) = layer.saved()

    delta = layer.backward(upstream)

    assert_close_to_slope(lambda: (inputs * kept * upstream).sum(), inputs, delta)


def test_dense_by_hand() -> None:
    layer = Dense(2, 2, np.random.default_rng(0))
    layer.weights[:] = [[1, 2], [3, 4]]
    layer.biases[:] = [10, 20]
    outputs = layer.forward(np.array([[1, 1], [0, 2]], np.float32), is_training=True)
    assert outputs.tolist() == [[14, 26], [16, 28]]
    delta = layer.backward(np.array([[1, 0], [0, 1]], np.float32))
    assert layer.weights_gradient.tolist() == [[1, 0], [1, 2]]
    assert layer.biases_gradient.tolist() == [1, 1]
    assert delta.tolist() == [[1, 3], [2, 4]]


def test_sigmoid_by_hand() -> None:
    layer = Sigmoid()
    outputs = layer.forward(np.array([[0.0, np.log(3)]]), is_training=True)
    assert np.allclose(outputs, [[0.5, 0.75]])
    assert np.allclose(layer.backward(np.ones((1, 2))), [[0.25, 0.1875]])


def test_sigmoid_of_huge_numbers_neither_overflows_nor_leaves_0_to_1() -> None:
    outputs = Sigmoid().forward(np.array([[-1e9, -100, 100, 1e9]], np.float32))
    assert outputs.tolist() == [[0, 0, 1, 1]]


def test_relu_by_hand_has_no_slope_at_zero_or_below() -> None:
    layer = ReLU()
    outputs = layer.forward(np.array([[-2.0, 0.0, 3.0]]), is_training=True)
    assert outputs.tolist() == [[0, 0, 3]]
    assert layer.backward(np.array([[5.0, 5.0, 5.0]])).tolist() == [[0, 0, 5]]


def test_dropout_leaves_everything_as_it_is_outside_training() -> None:
    inputs = np.ones((3, 4), np.float32)
    assert Dropout(0.5, np.random.default_rng(0)).forward(inputs) is inputs


def test_dropout_silences_its_share_and_keeps_the_mean() -> None:
    inputs = np.ones((100, 1000), np.float32)
    outputs = Dropout(0.3, np.random.default_rng(0)).forward(inputs, is_training=True)
    assert abs((outputs == 0).mean() - 0.3) < 0.01
    assert abs(outputs.mean() - 1) < 0.01
    assert outputs.dtype == np.float32


@pytest.mark.parametrize("rate", [-0.1, 1, 2])
def test_dropout_refuses_a_rate_that_leaves_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match=f"got {rate}"):
        Dropout(rate, np.random.default_rng(0))


@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_the_variance_of_the_first_weights_is_the_gain_over_the_inputs(gain: float) -> None:
    rng = np.random.default_rng(0)
    dense = Dense(500, 400, rng, gain=gain)
    conv = Conv2D(20, 400, 5, rng, gain=gain)  # 500 inputs for each output too
    for layer in (dense, conv):
        assert layer.weights.var() == pytest.approx(gain / 500, rel=0.02)
        assert not layer.biases.any()
    assert Conv2D(20, 400, 5, rng).weights.var() == pytest.approx(2 / 500, rel=0.02)  # for a ReLU


@pytest.mark.parametrize("name", ["Dense", "Conv2D"])
def test_the_first_layer_of_a_network_computes_no_delta_for_its_inputs(name: str) -> None:
    layer, shape = every_layer()[name]
    delta = layer.forward(np.ones(shape, np.float32), is_training=True)
    assert layer.backward(delta).shape == shape
    layer.is_first = True
    assert layer.backward(delta) is delta


def test_a_float32_network_stays_in_float32() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.random((4, 6), np.float32)
    for layer in [Dense(6, 5, rng), Sigmoid(), ReLU(), Dropout(0.5, rng)]:
        outputs = layer.forward(inputs, is_training=True)
        assert outputs.dtype == layer.backward(outputs).dtype == np.float32
        inputs = outputs


def test_reshaping_keeps_every_number_in_both_directions() -> None:
    inputs = np.arange(12.0).reshape(2, 6)
    layer = Reshape(3, 2, 1)

    outputs = layer.forward(inputs, is_training=True)

    assert outputs.shape == (2, 3, 2, 1)
    assert outputs[1, 2, 1, 0] == 11
    assert (layer.backward(outputs) == inputs).all()


def every_layer() -> dict[str, tuple[Layer, tuple[int, ...]]]:
    """Return each layer of the core by its name, with the shape of inputs that it takes."""
    rng = np.random.default_rng(0)
    rows, images = (3, 8), (3, 4, 4, 2)
    layers: list[tuple[Layer, tuple[int, ...]]] = [
        (Dense(8, 5, rng), rows),
        (Sigmoid(), rows),
        (Tanh(), rows),
        (ReLU(), rows),
        (Dropout(0.5, rng), rows),
        (Reshape(2, 4), rows),
        (Flatten(), images),
        (Conv2D(2, 3, 3, rng, padding_px=1), images),
        (MaxPool(), images),
        (BatchNorm(2), images),
    ]
    return {type(layer).__name__: (layer, shape) for layer, shape in layers}


def test_no_layer_of_the_core_is_forgotten_here() -> None:
    def subclasses(kind: type[Layer]) -> set[type[Layer]]:
        return {kind}.union(*map(subclasses, kind.__subclasses__()))

    found = {kind for kind in subclasses(Layer) if kind.__module__.startswith("nn.core.")}
    assert {kind.__name__ for kind in found - {Layer, Activation}} == set(every_layer())


@pytest.mark.parametrize("was_trained", [False, True], ids=["new", "trained"])
@pytest.mark.parametrize("name", every_layer())
def test_a_prediction_changes_nothing_in_a_layer(name: str, was_trained: bool) -> None:
    layer, shape = every_layer()[name]
    inputs = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    if was_trained:
        layer.forward(inputs, is_training=True)
    attributes, before = dict(vars(layer)), copy.deepcopy(vars(layer))

    layer.forward(2 * inputs)

    assert vars(layer).keys() == before.keys()
    for attribute, value in vars(layer).items():
        assert value is attributes[attribute]
        np.testing.assert_equal(pickle.dumps(value), pickle.dumps(before[attribute]))


@pytest.mark.parametrize("name", every_layer())
def test_backward_before_a_forward_pass_in_training_is_refused(name: str) -> None:
    layer, shape = every_layer()[name]
    outputs = layer.forward(np.ones(shape, np.float32))
    with pytest.raises(
        RuntimeError, match=r"Expected .*forward in training before backward"
    ) as raised:
        layer.backward(outputs)
    assert repr(layer) in str(raised.value)


def test_tanh_by_hand() -> None:
    layer = Tanh()
    outputs = layer.forward(np.array([[0.0, np.log(3)]]), is_training=True)  # (9 - 1) / (9 + 1)
    np.testing.assert_allclose(outputs, [[0, 0.8]])
    np.testing.assert_allclose(layer.backward(np.array([[1.0, 1.0]])), [[1, 0.36]])


def test_a_batch_comes_out_with_mean_0_and_variance_1_in_each_channel() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal([5, -3], [2, 0.5], size=(50, 4, 4, 2))

    outputs = BatchNorm(2, dtype=np.float64).forward(inputs, is_training=True)

    np.testing.assert_allclose(outputs.mean(axis=(0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(outputs.var(axis=(0, 1, 2)), 1, rtol=1e-3)


def test_normalisation_by_hand() -> None:
    layer = BatchNorm(1, epsilon=0)
    layer.biases[:] = 10

    outputs = layer.forward(np.float32([[1], [3]]), is_training=True)  # mean 2, variance 1

    assert outputs.tolist() == [[9], [11]]


def test_prediction_uses_what_training_gathered() -> None:
    layer = BatchNorm(1, momentum=0.5, epsilon=0)
    layer.forward(np.float32([[1], [5]]), is_training=True)  # mean 3, variance 4

    assert layer.mean.tolist() == [1.5]  # half way from 0
    assert layer.variance.tolist() == [2.5]  # half way from 1
    layer.mean[:], layer.variance[:] = 3, 4
    assert layer.forward(np.float32([[7]])).tolist() == [[2]]


def test_a_prediction_by_hand() -> None:
    layer = BatchNorm(2, epsilon=1)
    layer.mean[:], layer.variance[:], layer.biases[:] = [1, 2], [3, 8], [10, 20]
    assert layer.running_scale().tolist() == pytest.approx([1 / 2, 1 / 3])
    outputs = layer.forward(np.float32([[5, 2], [1, 8]]))
    np.testing.assert_allclose(outputs, [[12, 20], [10, 22]], rtol=1e-6)


@pytest.mark.parametrize("shape", [(6, 3), (3, 2, 4, 3)])
def test_the_deltas_of_normalisation_are_slopes(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    layer, inputs = BatchNorm(3, dtype=np.float64), rng.normal(size=shape)
    upstream = rng.normal(size=shape)

    def function() -> float:
        return float((layer.forward(inputs, is_training=True) * upstream).sum())

    function()
    delta = layer.backward(upstream)

    assert_close_to_slope(function, inputs, delta)
    assert_close_to_slope(function, layer.biases, layer.biases_gradient)
