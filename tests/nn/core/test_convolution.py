import numpy as np
import pytest

from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array
from tests.nn.core.gradients import assert_close_to_slope


def convolve_by_loops(
    inputs: Array, weights: Array, biases: Array, stride_px: int, padding_px: int
) -> Array:
    """The definition, one number at a time."""
    edges = [(0, 0), (padding_px, padding_px), (padding_px, padding_px), (0, 0)]
    padded = np.pad(inputs, edges)
    size_px, n_outputs = len(weights), weights.shape[-1]
    n_rows, n_columns = ((side - size_px) // stride_px + 1 for side in padded.shape[1:3])
    outputs = np.empty((len(inputs), n_rows, n_columns, n_outputs))
    for n, y, x, o in np.ndindex(outputs.shape):
        top, left = y * stride_px, x * stride_px
        window = padded[n, top : top + size_px, left : left + size_px]
        outputs[n, y, x, o] = (window * weights[..., o]).sum() + biases[o]
    return outputs


def conv(
    rng: np.random.Generator,
    size_px: int = 3,
    stride_px: int = 1,
    padding_px: int = 0,
    has_biases: bool = True,
) -> Conv2D:
    layer = Conv2D(
        2,
        3,
        size_px,
        rng,
        stride_px=stride_px,
        padding_px=padding_px,
        has_biases=has_biases,
        dtype=np.float64,
    )
    layer.biases[:] = rng.normal(size=3)
    return layer


SHAPES = [
    (3, 1, 0),
    (3, 1, 1),
    (5, 1, 2),
    (3, 2, 0),
    (3, 2, 1),
    (2, 3, 1),
    (2, 1, 0),
    (1, 1, 0),
    (5, 2, 2),
]


def test_a_convolution_by_hand() -> None:
    layer = Conv2D(1, 1, 2, np.random.default_rng(0))
    layer.weights[..., 0, 0] = [[1, 2], [3, 4]]
    layer.biases[:] = 100
    picture = np.float32([[0, 1, 0], [1, 0, 0], [0, 0, 1]]).reshape(1, 3, 3, 1)

    outputs = layer.forward(picture)

    # Top left: 0*1 + 1*2 + 1*3 + 0*4; top right: 1*1; bottom left: 1*1; bottom right: 1*4.
    assert outputs[0, :, :, 0].tolist() == [[105, 101], [101, 104]]


@pytest.mark.parametrize(("size_px", "stride_px", "padding_px"), SHAPES)
def test_a_convolution_is_its_definition(size_px: int, stride_px: int, padding_px: int) -> None:
    rng = np.random.default_rng(1)
    layer = conv(rng, size_px, stride_px, padding_px)
    inputs = rng.normal(size=(4, 7, 6, 2))

    expected = convolve_by_loops(inputs, layer.weights, layer.biases, stride_px, padding_px)

    np.testing.assert_allclose(layer.forward(inputs), expected)


@pytest.mark.parametrize("block", [1, 100, 600])  # numbers: of less than one, one or two pictures
def test_more_pictures_than_a_block_are_all_convolved_there_and_back(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(2)
    layer, inputs = conv(rng), rng.normal(size=(5, 6, 6, 2))
    at_once = layer.forward(inputs, is_training=True)
    delta_at_once = layer.backward(at_once)
    gradient_at_once = layer.weights_gradient.copy()
    monkeypatch.setattr("nn.core.convolution.BLOCK", block)

    np.testing.assert_allclose(layer.forward(inputs), at_once)
    np.testing.assert_allclose(layer.backward(at_once), delta_at_once)
    np.testing.assert_allclose(layer.weights_gradient, gradient_at_once)  # and not added to it


@pytest.mark.parametrize(("size_px", "stride_px", "padding_px"), SHAPES)
def test_the_delta_below_a_convolution_is_the_slope_by_its_inputs(
    size_px: int, stride_px: int, padding_px: int
) -> None:
    rng = np.random.default_rng(3)
    layer, inputs = conv(rng, size_px, stride_px, padding_px), rng.normal(size=(2, 7, 6, 2))
    upstream = rng.normal(size=layer.forward(inputs, is_training=True).shape)

    delta = layer.backward(upstream)

    assert_close_to_slope(lambda: (layer.forward(inputs) * upstream).sum(), inputs, delta)


@pytest.mark.parametrize("name", ["weights", "biases"])
@pytest.mark.parametrize(("size_px", "stride_px", "padding_px"), SHAPES)
def test_the_gradients_of_a_convolution_are_the_slopes_by_its_parameters(
    name: str, size_px: int, stride_px: int, padding_px: int
) -> None:
    rng = np.random.default_rng(4)
    layer, inputs = conv(rng, size_px, stride_px, padding_px), rng.normal(size=(2, 7, 6, 2))
    upstream = rng.normal(size=layer.forward(inputs, is_training=True).shape)

    layer.backward(upstream)

    assert_close_to_slope(
        lambda: (layer.forward(inputs) * upstream).sum(),
        getattr(layer, name),
        getattr(layer, f"{name}_gradient"),
    )


def test_a_convolution_without_biases_learns_weights_alone() -> None:
    layer = conv(np.random.default_rng(5), has_biases=False)

    assert layer.parameters == ("weights",)
    assert (layer.forward(np.zeros((1, 3, 3, 2))) == 0).all()


def test_pooling_by_hand() -> None:
    picture = np.float32([[1, 2, 5, 5], [4, 3, 5, 5], [-1, -2, 0, 9], [-3, -4, 7, 8]])

    outputs = MaxPool().forward(picture.reshape(1, 4, 4, 1))

    assert outputs[0, :, :, 0].tolist() == [[4, 5], [-1, 9]]


def test_the_first_of_equal_pixels_gets_the_whole_delta() -> None:
    layer = MaxPool()
    layer.forward(np.zeros((1, 2, 2, 1)), is_training=True)

    assert layer.backward(np.full((1, 1, 1, 1), 6.0))[0, :, :, 0].tolist() == [[6, 0], [0, 0]]


def test_the_delta_below_pooling_is_the_slope_by_its_inputs() -> None:
    rng = np.random.default_rng(6)
    layer, inputs = MaxPool(), rng.permutation(2 * 4 * 6 * 3).reshape(2, 4, 6, 3) / 10
    upstream = rng.normal(size=layer.forward(inputs, is_training=True).shape)

    delta = layer.backward(upstream)

    assert_close_to_slope(lambda: (layer.forward(inputs) * upstream).sum(), inputs, delta)


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (4, 3)])
def test_pooling_refuses_odd_sides(rows: int, columns: int) -> None:
    with pytest.raises(ValueError, match=f"even sides, but got {rows} by {columns}"):
        MaxPool().forward(np.zeros((1, rows, columns, 1)))
