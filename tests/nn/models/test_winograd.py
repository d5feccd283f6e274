import copy

import numpy as np
import pytest

from nn.core.convolution import Conv2D
from nn.core.layers import ReLU
from nn.core.network import Network
from nn.models.architectures import ARCHITECTURES
from nn.models.inference import fold
from nn.models.winograd import WinogradConv2D, transforms, use_winograd

# Every tile that the points suffice for, by the size of its kernel.
TILES = [(size_px, tile_px) for size_px in range(1, 7) for tile_px in range(1, 8 - size_px)]


def trained(size_px, n_inputs, n_outputs, rng, dtype=np.float64, **options):
    layer = Conv2D(n_inputs, n_outputs, size_px, rng, dtype=dtype, **options)
    layer.biases[:] = rng.normal(size=n_outputs)
    return layer


def test_two_outputs_of_three_weights_by_hand():
    from_products, kernel_to_values, to_values = transforms(2, 3)

    # The kernel as 3 + 4x + 5x^2: its values at 0, 1 and -1, and what leads at infinity.
    assert (kernel_to_values @ [3, 4, 5]).tolist() == [3, 12, 4, 5]
    outputs = from_products @ ((kernel_to_values @ [3, 4, 5]) * (to_values @ [1, 0, 2, 10]))
    # 1*3 + 0*4 + 2*5 and 0*3 + 2*4 + 10*5, by four products in place of six.
    np.testing.assert_allclose(outputs, [13, 58])


@pytest.mark.parametrize(("size_px", "tile_px"), TILES)
def test_products_at_points_convolve_in_one_direction(size_px, tile_px):
    rng = np.random.default_rng(0)
    from_products, kernel_to_values, to_values = transforms(tile_px, size_px)
    kernel, inputs = rng.normal(size=size_px), rng.normal(size=tile_px + size_px - 1)

    outputs = from_products @ ((kernel_to_values @ kernel) * (to_values @ inputs))

    np.testing.assert_allclose(outputs, np.correlate(inputs, kernel, "valid"), atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("size_px", "tile_px"), TILES)
def test_tiles_predict_what_the_convolution_does_whatever_the_sizes(size_px, tile_px, seed):
    rng = np.random.default_rng(seed)
    n, height_px, width_px = rng.integers([1, size_px, size_px], [5, 16, 16])
    n_inputs, n_outputs, padding_px = rng.integers([1, 1, 0], [5, 5, 3])
    layer = trained(size_px, n_inputs, n_outputs, rng, padding_px=padding_px)
    inputs = rng.normal(size=(n, height_px, width_px, n_inputs))

    outputs = WinogradConv2D(layer, tile_px).forward(inputs)

    np.testing.assert_allclose(outputs, layer.forward(inputs), rtol=0, atol=1e-10)


@pytest.mark.parametrize("tile_px", [2, 3, 4])
def test_tiles_lose_no_more_than_the_last_digits_of_float32(tile_px):
    rng = np.random.default_rng(1)
    layer = trained(3, 64, 64, rng, np.float32, padding_px=1)
    inputs = np.maximum(rng.normal(size=(3, 12, 12, 64)), 0).astype(np.float32)

    outputs = WinogradConv2D(layer, tile_px).forward(inputs)

    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, layer.forward(inputs), rtol=0, atol=2e-5)


def test_more_pictures_than_a_block_are_all_predicted(monkeypatch):
    rng = np.random.default_rng(2)
    layer, inputs = trained(3, 2, 3, rng), rng.normal(size=(5, 8, 8, 2))
    monkeypatch.setattr("nn.models.winograd.BLOCK", 600)  # the numbers of two pictures

    outputs = WinogradConv2D(layer, 4).forward(inputs)

    np.testing.assert_allclose(outputs, layer.forward(inputs), atol=1e-12)


def test_inputs_that_lie_apart_in_memory_are_read_right():
    rng = np.random.default_rng(3)
    layer, inputs = trained(3, 2, 3, rng), rng.normal(size=(2, 9, 9, 4))[:, ::-1, :, ::2]

    outputs = WinogradConv2D(layer, 4).forward(inputs)

    np.testing.assert_allclose(outputs, layer.forward(inputs), atol=1e-12)


def test_tiles_refuse_strides_and_more_points_than_there_are():
    rng = np.random.default_rng(4)
    with pytest.raises(ValueError, match="stride of 1 pixel, but got 2"):
        WinogradConv2D(Conv2D(1, 1, 3, rng, stride_px=2), 4)
    with pytest.raises(ValueError, match="at most 6 points, but got 7"):
        WinogradConv2D(Conv2D(1, 1, 3, rng), 5)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_by_winograd_predicts_the_same_and_shows_the_same_inside(name):
    rng = np.random.default_rng(5)
    network = ARCHITECTURES[name].build(rng)
    folded = Network(fold(network.layers), network.loss)
    inputs = rng.random((7, 784), np.float32)

    quick = Network(use_winograd(folded.layers, np.zeros((1, 784), np.float32)), network.loss)

    np.testing.assert_allclose(quick.feedforward(inputs), folded.feedforward(inputs), atol=1e-5)
    assert list(map(repr, quick.layers)) == list(map(repr, folded.layers))
    for (_, outputs), (_, expected) in zip(
        quick.inspect(inputs), folded.inspect(inputs), strict=True
    ):
        np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-4)


def test_tiles_cover_each_layer_of_the_convnet_in_the_fewest_products():
    network = ARCHITECTURES["convnet"].build(np.random.default_rng(6))

    quick = use_winograd(fold(network.layers), np.zeros((1, 784), np.float32))

    # Outputs of 12 by 12 twice, 6 by 6, 4 by 4; the lowest has too few channels to gain from it.
    tiles_px = [len(layer.from_products) for layer in quick if isinstance(layer, WinogradConv2D)]
    assert tiles_px == [4, 4, 3, 4]


@pytest.mark.parametrize(
    ("n_channels", "size_px", "stride_px"), [(1, 3, 1), (64, 3, 2), (64, 7, 1), (64, 1, 1)]
)
def test_a_convolution_that_would_not_gain_stays(n_channels, size_px, stride_px):
    layer = Conv2D(n_channels, n_channels, size_px, np.random.default_rng(7), stride_px=stride_px)
    layers = [layer, ReLU()]

    assert use_winograd(layers, np.zeros((1, 16, 16, n_channels), np.float32)) == layers


def test_neither_a_faster_layer_nor_the_one_that_trains_changes_the_other():
    rng = np.random.default_rng(8)
    layer, inputs = trained(3, 16, 16, rng), rng.normal(size=(2, 8, 8, 16))
    before = layer.weights.copy(), layer.biases.copy()

    quick = use_winograd([layer], inputs[:1])[0]
    predicted = quick.forward(inputs)

    assert isinstance(quick, WinogradConv2D)
    np.testing.assert_array_equal(layer.weights, before[0])
    np.testing.assert_array_equal(layer.biases, before[1])
    layer.weights[:], layer.biases[:] = 0, 0  # as a later step of training might
    np.testing.assert_array_equal(quick.forward(inputs), predicted)


def test_a_prediction_in_tiles_leaves_nothing_behind_for_other_threads_to_meet():
    rng = np.random.default_rng(9)
    layer = WinogradConv2D(trained(3, 2, 3, rng), 4)
    before = copy.deepcopy(vars(layer))

    layer.forward(rng.normal(size=(2, 8, 8, 2)))

    assert vars(layer).keys() == before.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(layer, name), value)
