"""Layers: gradients against finite differences, numbers worked by hand, and what is refused."""

import pickle

import numpy as np
import pytest
from numpy.typing import DTypeLike

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import BLOCK, Conv2D, MaxPool
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
from nn.core.skip_connection import SkipConnection
from tests.nn.core.gradients import assert_close_to_slope

LayerAndInputs = tuple[Layer, Array]
SHAPES = [  # of a kernel: its size, its stride and the padding
    *((3, 1, 0), (3, 1, 1), (5, 1, 2), (3, 2, 0), (3, 2, 1)),
    *((2, 3, 1), (2, 1, 0), (1, 1, 0), (5, 2, 2)),
]


def conv(
    size_px: int = 3, stride_px: int = 1, padding_px: int = 0, dtype: DTypeLike = np.float64
) -> Conv2D:
    rng = np.random.default_rng(4)
    options = {"stride_px": stride_px, "padding_px": padding_px, "dtype": dtype}
    layer = Conv2D(2, 3, size_px, rng, **options)
    layer.biases[:] = rng.normal(size=3)
    return layer


def skip_connection(dtype: DTypeLike = np.float64) -> SkipConnection:
    rng = np.random.default_rng(5)
    lower, upper = (
        Conv2D(3, 2, 3, rng, padding_px=1, dtype=dtype),
        Conv2D(2, 3, 1, rng, dtype=dtype),
    )
    return SkipConnection([MaxPool(), lower, upper])


def every_layer(dtype: DTypeLike = np.float32) -> dict[str, LayerAndInputs]:
    """Return the layers of the core, with inputs away from kinks."""
    rng = np.random.default_rng(1)
    rows = rng.choice([-1, 1], (5, 6)) * rng.uniform(0.1, 2, (5, 6))
    images = rng.permutation(2 * 4 * 6 * 3).reshape(2, 4, 6, 3) / 10
    layers: dict[str, LayerAndInputs] = {
        "Dense": (Dense(6, 4, rng, dtype=dtype), rows),
        "Sigmoid": (Sigmoid(), rows),
        "ReLU": (ReLU(), rows),
        "Tanh": (Tanh(), rows),
        "Dropout": (Dropout(0.4, rng), rows),
        "Reshape": (Reshape(2, 3), rows),
        "Flatten": (Flatten(), images),
        "MaxPool": (MaxPool(), images),
        "BatchNorm of rows": (BatchNorm(6, dtype=dtype), rng.normal(size=(5, 6))),
        "BatchNorm of images": (BatchNorm(3, dtype=dtype), rng.normal(size=(3, 2, 4, 3))),
        "SkipConnection": (skip_connection(dtype), images),
    } | {
        f"Conv2D {shape}": (conv(*shape, dtype=dtype), rng.normal(size=(2, 7, 6, 2)))
        for shape in SHAPES
    }
    return {name: (layer, inputs.astype(dtype)) for name, (layer, inputs) in layers.items()}


@pytest.mark.parametrize("name", every_layer())
def test_backward_gives_the_slopes_by_the_inputs_and_by_each_parameter(name: str) -> None:
    layer, inputs = every_layer(np.float64)[name]
    upstream = np.random.default_rng(2).normal(size=layer.forward(inputs).shape)

    def function() -> float:
        layer.rng = np.random.default_rng(3)  # the same inputs are dropped each time
        return float((layer.forward(inputs, is_training=True) * upstream).sum())

    function()
    delta = layer.backward(upstream)

    gradients = {
        (each, parameter): getattr(each, f"{parameter}_gradient").copy()
        for each in walk([layer])
        for parameter in each.parameters
    }
    assert_close_to_slope(function, inputs, delta)
    for (each, parameter), gradient in gradients.items():
        assert_close_to_slope(function, getattr(each, parameter), gradient)


def test_a_skip_connection_by_hand() -> None:
    layer = SkipConnection([MaxPool()])
    inputs = np.array([[1.0, 2, 0, 0], [3, 4, 0, 5]]).reshape(1, 2, 4, 1)
    outputs = layer.forward(inputs, is_training=True)
    assert outputs[0, :, :, 0].tolist() == [[5, 6, 5, 5], [7, 8, 5, 10]]
    delta = layer.backward(np.array([[1.0, 1, 1, 1], [1, 1, 2, 2]]).reshape(1, 2, 4, 1))
    assert delta[0, :, :, 0].tolist() == [[1, 1, 1, 1], [1, 5, 2, 8]]


def test_a_skip_connection_refuses_inner_outputs_of_another_size_or_number_of_channels() -> None:
    inputs, rng = np.zeros((1, 4, 4, 3), np.float32), np.random.default_rng(0)
    for inner in ([ReLU()], [MaxPool(), Conv2D(3, 1, 1, rng)], [MaxPool(), MaxPool()]):
        with pytest.raises(ValueError, match="half the inputs' sides and as many channels, but"):
            SkipConnection(inner).forward(inputs)


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


@pytest.mark.parametrize(
    ("layer", "inputs", "outputs", "slopes"),
    [
        (Sigmoid(), [0.0, np.log(3)], [0.5, 0.75], [0.25, 0.1875]),
        (Tanh(), [0.0, np.log(3)], [0, 0.8], [1, 0.36]),  # (9 - 1) / (9 + 1)
        (ReLU(), [-2.0, 0.0, 3.0], [0, 0, 3], [0, 0, 1]),  # no slope at 0
    ],
    ids=str,
)
def test_activation_by_hand(
    layer: Layer, inputs: list[float], outputs: list[float], slopes: list[float]
) -> None:
    np.testing.assert_allclose(layer.forward(np.array([inputs]), is_training=True), [outputs])
    np.testing.assert_allclose(layer.backward(np.ones((1, len(inputs)))), [slopes])


def test_sigmoid_of_huge_numbers_neither_overflows_nor_leaves_0_to_1() -> None:
    outputs = Sigmoid().forward(np.array([[-1e9, -100, 100, 1e9]], np.float32))
    assert outputs.tolist() == [[0, 0, 1, 1]]


def test_dropout_silences_its_share_and_keeps_the_mean_in_training_alone() -> None:
    inputs, layer = np.ones((100, 1000), np.float32), Dropout(0.3, np.random.default_rng(0))
    assert layer.forward(inputs) is inputs
    outputs = layer.forward(inputs, is_training=True)
    assert abs((outputs == 0).mean() - 0.3) < 0.01
    assert abs(outputs.mean() - 1) < 0.01


@pytest.mark.parametrize("rate", [-0.1, 1, 2])
def test_dropout_refuses_a_rate_that_leaves_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match=f"got {rate}"):
        Dropout(rate, np.random.default_rng(0))


@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_the_variance_of_the_first_weights_is_the_gain_over_the_inputs(gain: float) -> None:
    rng = np.random.default_rng(0)
    dense = Dense(500, 400, rng, gain=gain)
    convolution = Conv2D(20, 400, 5, rng, gain=gain)  # 500 inputs for each output too
    for layer in (dense, convolution):
        assert layer.weights.var() == pytest.approx(gain / 500, rel=0.02)
        assert not layer.biases.any()
    assert Conv2D(20, 400, 5, rng).weights.var() == pytest.approx(2 / 500, rel=0.02)  # for a ReLU


def convolve_by_loops(layer: Conv2D, inputs: Array, stride_px: int, padding_px: int) -> Array:
    """The definition, one number at a time."""
    edges = [(0, 0), (padding_px, padding_px), (padding_px, padding_px), (0, 0)]
    padded = np.pad(inputs, edges)
    size_px, n_outputs = len(layer.weights), layer.weights.shape[-1]
    n_rows, n_columns = ((side - size_px) // stride_px + 1 for side in padded.shape[1:3])
    outputs = np.empty((len(inputs), n_rows, n_columns, n_outputs))
    for n, y, x, o in np.ndindex(outputs.shape):
        top, left = y * stride_px, x * stride_px
        window = padded[n, top : top + size_px, left : left + size_px]
        outputs[n, y, x, o] = (window * layer.weights[..., o]).sum() + layer.biases[o]
    return outputs


@pytest.mark.parametrize(("size_px", "stride_px", "padding_px"), SHAPES)
def test_a_convolution_is_its_definition(size_px: int, stride_px: int, padding_px: int) -> None:
    layer = conv(size_px, stride_px, padding_px)
    inputs = np.random.default_rng(1).normal(size=(4, 7, 6, 2))
    expected = convolve_by_loops(layer, inputs, stride_px, padding_px)
    np.testing.assert_allclose(layer.forward(inputs), expected)


def test_a_convolution_by_hand() -> None:
    layer = Conv2D(1, 1, 2, np.random.default_rng(0))
    layer.weights[..., 0, 0] = [[1, 2], [3, 4]]
    layer.biases[:] = 100
    outputs = layer.forward(np.float32([[0, 1, 0], [1, 0, 0], [0, 0, 1]]).reshape(1, 3, 3, 1))
    # Top left: 0*1 + 1*2 + 1*3 + 0*4; top right: 1*1; bottom left: 1*1; bottom right: 1*4.
    assert outputs[0, :, :, 0].tolist() == [[105, 101], [101, 104]]


def test_a_convolution_without_biases_learns_weights_alone() -> None:
    layer = Conv2D(2, 3, 3, np.random.default_rng(5), has_biases=False)
    assert layer.parameters == ("weights",)
    assert (layer.forward(np.zeros((1, 3, 3, 2), np.float32)) == 0).all()


def test_more_pictures_than_a_block_are_all_convolved_there_and_back() -> None:
    layer, inputs = conv(), np.random.default_rng(2).normal(size=(50, 50, 50, 2))
    outputs = layer.forward(inputs, is_training=True)
    assert outputs.size > BLOCK
    delta, gradient = layer.backward(outputs), layer.weights_gradient.copy()
    gradients = []
    for n in range(50):
        alone = layer.forward(inputs[n : n + 1], is_training=True)
        np.testing.assert_allclose(alone[0], outputs[n], atol=1e-12)
        np.testing.assert_allclose(layer.backward(alone)[0], delta[n], atol=1e-12)
        gradients.append(layer.weights_gradient.copy())
    np.testing.assert_allclose(gradient, sum(gradients))


def test_pooling_by_hand() -> None:
    picture = np.float32([[1, 2, 5, 5], [4, 3, 5, 5], [-1, -2, 0, 9], [-3, -4, 7, 8]])
    outputs = MaxPool().forward(picture.reshape(1, 4, 4, 1))
    assert outputs[0, :, :, 0].tolist() == [[4, 5], [-1, 9]]


def test_the_first_of_equal_pixels_gets_the_whole_delta() -> None:
    layer = MaxPool()
    layer.forward(np.zeros((1, 2, 2, 1)), is_training=True)
    assert layer.backward(np.full((1, 1, 1, 1), 6.0))[0, :, :, 0].tolist() == [[6, 0], [0, 0]]


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (4, 3)])
def test_pooling_refuses_odd_sides(rows: int, columns: int) -> None:
    with pytest.raises(ValueError, match=f"even sides, but got {rows} by {columns}"):
        MaxPool().forward(np.zeros((1, rows, columns, 1)))


def test_reshaping_keeps_every_number_in_both_directions() -> None:
    inputs, layer = np.arange(12.0).reshape(2, 6), Reshape(3, 2, 1)
    outputs = layer.forward(inputs, is_training=True)
    assert outputs.shape == (2, 3, 2, 1)
    assert outputs[1, 2, 1, 0] == 11
    assert (layer.backward(outputs) == inputs).all()


def test_a_batch_comes_out_with_mean_0_and_variance_1_in_each_channel() -> None:
    inputs = np.random.default_rng(0).normal([5, -3], [2, 0.5], size=(50, 4, 4, 2))
    outputs = BatchNorm(2, dtype=np.float64).forward(inputs, is_training=True)
    np.testing.assert_allclose(outputs.mean(axis=(0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(outputs.var(axis=(0, 1, 2)), 1, rtol=1e-3)


def test_normalisation_by_hand() -> None:
    layer = BatchNorm(1, momentum=0.5, epsilon=0)
    layer.biases[:] = 10
    outputs = layer.forward(np.float32([[1], [5]]), is_training=True)  # mean 3, variance 4
    assert outputs.tolist() == [[9], [11]]
    assert layer.mean.tolist() == [1.5]  # half way from 0
    assert layer.variance.tolist() == [2.5]  # half way from 1
    layer.mean[:], layer.variance[:] = 3, 4
    assert layer.forward(np.float32([[7]])).tolist() == [[12]]


def test_epsilon_is_added_to_the_variance() -> None:
    layer = BatchNorm(2, epsilon=1)
    layer.mean[:], layer.variance[:] = [1, 2], [3, 8]
    assert layer.running_scale().tolist() == pytest.approx([1 / 2, 1 / 3])
    np.testing.assert_allclose(layer.forward(np.float32([[5, 8]])), [[2, 2]], rtol=1e-6)


def test_no_layer_of_the_core_is_forgotten_here() -> None:
    def subclasses(kind: type[Layer]) -> set[type[Layer]]:
        return {kind}.union(*map(subclasses, kind.__subclasses__()))

    found = {kind for kind in subclasses(Layer) if kind.__module__.startswith("nn.core.")}
    assert found - {Layer, Activation} == {type(layer) for layer, _ in every_layer().values()}


@pytest.mark.parametrize("name", every_layer())
def test_a_layer_stays_in_float32(name: str) -> None:
    layer, inputs = every_layer()[name]
    outputs = layer.forward(inputs, is_training=True)
    assert outputs.dtype == layer.backward(outputs).dtype == np.float32


@pytest.mark.parametrize("name", ["Dense", "Conv2D (3, 1, 1)"])
def test_the_first_layer_of_a_network_computes_no_delta_for_its_inputs(name: str) -> None:
    layer, inputs = every_layer()[name]
    delta = layer.forward(inputs, is_training=True)
    assert layer.backward(delta).shape == inputs.shape
    layer.is_first = True
    assert layer.backward(delta) is delta


@pytest.mark.parametrize("was_trained", [False, True], ids=["new", "trained"])
@pytest.mark.parametrize("name", every_layer())
def test_a_prediction_changes_nothing_in_a_layer(name: str, was_trained: bool) -> None:
    layer, inputs = every_layer()[name]
    if was_trained:
        layer.forward(inputs, is_training=True)
    attributes = dict(vars(layer))
    before = {attribute: pickle.dumps(value) for attribute, value in attributes.items()}

    layer.forward(2 * inputs)

    assert vars(layer).keys() == before.keys()
    for attribute, value in vars(layer).items():
        assert value is attributes[attribute]
        assert pickle.dumps(value) == before[attribute]


@pytest.mark.parametrize("name", every_layer())
def test_backward_before_a_forward_pass_in_training_is_refused(name: str) -> None:
    layer, inputs = every_layer()[name]
    outputs = layer.forward(inputs)
    with pytest.raises(RuntimeError, match="forward in training before backward") as raised:
        layer.backward(outputs)
    *_, uppermost = walk([layer])
    assert repr(uppermost) in str(raised.value)


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("Dense", (5, 4), "Dense(6, 4) takes inputs of shape (N, 6), but got (5, 4)"),
        ("Dense", (6,), "Dense(6, 4) takes inputs of shape (N, 6), but got (6,)"),
        ("BatchNorm of rows", (5, 1), "BatchNorm(6) takes inputs of shape (N, 6), but got (5, 1)"),
        (
            "BatchNorm of images",
            (3, 2, 4, 2),
            "BatchNorm(3) takes inputs of shape (N, H, W, 3), but got (3, 2, 4, 2)",
        ),
        *(
            (
                "Conv2D (3, 1, 0)",
                shape,
                f"Conv2D(2, 3, 3x3) takes inputs of shape (N, H, W, 2), but got {shape}",
            )
            for shape in [(2, 84), (2, 7, 6, 1), (7, 6, 2)]
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused_by_the_layer_and_both_shapes(
    name: str, shape: tuple[int, ...], expected: str
) -> None:
    layer, _ = every_layer()[name]
    with pytest.raises(ValueError) as raised:
        layer.forward(np.zeros(shape, np.float32))
    assert str(raised.value) == expected
