import copy

import numpy as np
import pytest
from numpy.typing import DTypeLike

from nn.core.convolution import Conv2D
from nn.core.layers import ReLU
from nn.core.network import Network
from nn.models.architectures import ARCHITECTURES
from nn.models.inference import fold
from nn.models.winograd import WinogradConv2D, transforms, use_winograd

TILES_PX = [1, 2, 3, 4]


def trained(
    n_inputs: int,
    n_outputs: int,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float64,
    padding_px: int = 0,
) -> Conv2D:
    layer = Conv2D(n_inputs, n_outputs, 3, rng, dtype=dtype, padding_px=padding_px)
    layer.biases[:] = rng.normal(size=n_outputs)
    return layer


def test_two_outputs_of_three_weights_by_hand() -> None:
    from_products, kernel_to_values, to_values = transforms(2)

    # The kernel as 3 + 4x + 5x^2: its values at 0, 1 and -1, and its last coefficient.
    assert (kernel_to_values @ [3, 4, 5]).tolist() == [3, 12, 4, 5]
    outputs = from_products @ ((kernel_to_values @ [3, 4, 5]) * (to_values @ [1, 0, 2, 10]))
    # 1*3 + 0*4 + 2*5 and 0*3 + 2*4 + 10*5, by four multiplications instead of six.
    np.testing.assert_allclose(outputs, [13, 58])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("tile_px", TILES_PX)
def test_tiles_predict_the_outputs_of_the_convolution_for_all_sizes(
    tile_px: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    n, height_px, width_px = rng.integers([1, 3, 3], [5, 16, 16])
    n_inputs, n_outputs, padding_px = rng.integers([1, 1, 0], [5, 5, 3])
    layer = trained(n_inputs, n_outputs, rng, padding_px=padding_px)
    inputs = rng.normal(size=(n, height_px, width_px, n_inputs))

    outputs = WinogradConv2D(layer, tile_px).forward(inputs)

    np.testing.assert_allclose(outputs, layer.forward(inputs), rtol=0, atol=1e-10)


@pytest.mark.parametrize("tile_px", [2, 3, 4])
def test_tiles_lose_no_more_than_the_last_digits_of_float32(tile_px: int) -> None:
    rng = np.random.default_rng(1)
    layer = trained(64, 64, rng, np.float32, padding_px=1)
    inputs = np.maximum(rng.normal(size=(3, 12, 12, 64)), 0).astype(np.float32)

    outputs = WinogradConv2D(layer, tile_px).forward(inputs)

    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, layer.forward(inputs), rtol=0, atol=2e-5)


def test_inputs_may_be_views_of_any_strides() -> None:
    rng = np.random.default_rng(3)
    layer, inputs = trained(2, 3, rng), rng.normal(size=(2, 9, 9, 4))[:, ::-1, :, ::2]

    outputs = WinogradConv2D(layer, 4).forward(inputs)

    np.testing.assert_allclose(outputs, layer.forward(inputs), atol=1e-12)


@pytest.mark.parametrize(("size_px", "stride_px"), [(3, 2), (5, 1)])
def test_other_kernels_and_strides_are_refused(size_px: int, stride_px: int) -> None:
    layer = Conv2D(1, 1, size_px, np.random.default_rng(4), stride_px=stride_px)
    with pytest.raises(ValueError, match="Expected a 3x3 kernel and stride 1, but got Conv2D"):
        WinogradConv2D(layer, 4)


@pytest.mark.parametrize("tile_px", [0, 5])
def test_tiles_of_other_sides_are_refused(tile_px: int) -> None:
    with pytest.raises(ValueError, match=f"tiles of 1 to 4 pixels, but got {tile_px}"):
        WinogradConv2D(Conv2D(1, 1, 3, np.random.default_rng(4)), tile_px)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_by_winograd_predicts_and_shows_the_same(name: str) -> None:
    rng = np.random.default_rng(5)
    network = ARCHITECTURES[name].build(rng)
    layers = fold(network.layers)
    folded = Network(copy.deepcopy(layers), network.loss)
    inputs = rng.random((7, 784), np.float32)

    quick_layers = use_winograd(layers, np.zeros((1, 784), np.float32))
    quick = Network(copy.deepcopy(quick_layers), network.loss)

    np.testing.assert_allclose(quick.feedforward(inputs), folded.feedforward(inputs), atol=1e-5)
    assert list(map(repr, quick.layers)) == list(map(repr, folded.layers))
    for (_, outputs), (_, expected) in zip(
        quick.inspect(inputs), folded.inspect(inputs), strict=True
    ):
        np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-4)


def test_tiles_of_the_convnet_are_the_fastest_for_one_picture() -> None:
    network = ARCHITECTURES["convnet"].build(np.random.default_rng(6))

    quick = use_winograd(fold(network.layers), np.zeros((1, 784), np.float32))

    # Outputs of 12x12 twice, 6x6, 4x4; the lowest convolution has a 5x5 kernel. One tile of 4x4
    # would take the fewest multiplications, but 36 weights where four of 2x2 take 16.
    tiles_px = [len(layer.from_products) for layer in quick if isinstance(layer, WinogradConv2D)]
    assert tiles_px == [4, 4, 3, 2]


@pytest.mark.parametrize(
    ("n_channels", "size_px", "stride_px"),
    [(1, 3, 1), (15, 3, 1), (64, 3, 2), (64, 7, 1), (64, 1, 1)],
)
def test_a_convolution_that_would_not_gain_stays(
    n_channels: int, size_px: int, stride_px: int
) -> None:
    layer = Conv2D(n_channels, n_channels, size_px, np.random.default_rng(7), stride_px=stride_px)
    layers = [layer, ReLU()]

    assert use_winograd(layers, np.zeros((1, 16, 16, n_channels), np.float32)) == layers


def test_neither_a_faster_layer_nor_the_one_that_trains_changes_the_other() -> None:
    rng = np.random.default_rng(8)
    layer, inputs = trained(16, 16, rng), rng.normal(size=(2, 8, 8, 16))
    before = layer.weights.copy(), layer.biases.copy()

    quick = use_winograd([layer], inputs[:1])[0]
    predicted = quick.forward(inputs)

    assert isinstance(quick, WinogradConv2D)
    np.testing.assert_array_equal(layer.weights, before[0])
    np.testing.assert_array_equal(layer.biases, before[1])
    layer.weights[:], layer.biases[:] = 0, 0  # as a later step of training might
    np.testing.assert_array_equal(quick.forward(inputs), predicted)
