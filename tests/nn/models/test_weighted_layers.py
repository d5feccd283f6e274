"""Single neurons of the shipped networks: their sums are those that inference computes."""

from dataclasses import replace

import numpy as np
import pytest

from app.config import ROOT
from nn.core.convolution import Conv2D
from nn.core.layers import Array, Dense, ReLU, Reshape
from nn.models import weights
from nn.models.weighted_layers import WeightedLayer, shape_as_image, strongest_path, weighted_layers

BLANK = np.zeros((1, 784), np.float32)


def digit_one() -> Array:
    """Return a thick line down the middle, float32 (1, 784)."""
    image = np.zeros((28, 28), np.float32)
    image[4:24, 13:16] = 1
    return image.reshape(1, 784)


def sum_at(layer: WeightedLayer, inputs: Array, row: int, column: int, channel: int) -> float:
    """Return the sum of a neuron, written out from the definition, the largest where pooled."""
    n_rows, n_columns = layer.weights.shape[:2]
    edge, sums = layer.padding_px, []
    for down, right in np.ndindex(layer.pool_px, layer.pool_px):
        total = float(layer.biases[channel])
        for i, j in np.ndindex(n_rows, n_columns):
            y = (layer.pool_px * row + down) * layer.stride_px + i - edge
            x = (layer.pool_px * column + right) * layer.stride_px + j - edge
            if 0 <= y < inputs.shape[0] and 0 <= x < inputs.shape[1]:
                total += float(inputs[y, x] @ layer.weights[i, j, :, channel])
        sums.append(total)
    return max(sums)


@pytest.mark.parametrize("name", ["convnet", "mlp"])
def test_the_sum_of_a_neuron_of_any_layer_is_the_one_of_inference(name: str) -> None:
    network = weights.load(ROOT / "models" / f"{name}.npz").network
    layers = weighted_layers(network.layers, BLANK)
    hidden = [outputs[0] for _, outputs in network.inspect(digit_one())]
    assert len(layers) == len(hidden) + 1
    inputs = digit_one().reshape(28, 28, 1)
    for layer, outputs in zip(layers, hidden, strict=False):
        image = outputs.reshape(shape_as_image(outputs.shape))
        corner, largest = (0, 0, 5), np.unravel_index(image.argmax(), image.shape)
        for row, column, channel in (corner, tuple(map(int, largest))):
            computed = max(sum_at(layer, inputs, row, column, channel), 0)
            assert computed == pytest.approx(image[row, column, channel], abs=1e-5)
        inputs = image
    sums = layers[-1].sums(hidden[-1])
    activations = network.loss.activations(sums[np.newaxis])
    np.testing.assert_allclose(activations, network.activations(digit_one()), atol=1e-6)


def pooled_convolution() -> WeightedLayer:
    """Return one 2x2 kernel of 1, 2, 3, 4 for channel 0 and of 0.1 for channel 1, then pooling."""
    kernel = np.full((2, 2, 2, 1), 0.1)
    kernel[..., 0, 0] = [[1, 2], [3, 4]]
    return WeightedLayer(kernel, np.zeros(1), (5, 5, 2), is_convolution=True, pool_px=2)


def test_the_strongest_input_is_in_the_channel_that_adds_most_and_in_the_window_that_is_kept() -> (
    None
):
    layer = pooled_convolution()
    inputs = np.zeros((5, 5, 2), np.float32)
    inputs[3, 4, 0] = 1  # times 4 in the window of rows 2 and 3, columns 3 and 4
    inputs[..., 1] = 8  # 0.8 each, 3.2 in all: less than 4
    assert layer.strongest_input(inputs, (1, 1, 0)) == np.ravel_multi_index((3, 4, 0), (5, 5, 2))
    inputs[..., 1] = 11  # 1.1 each, 4.4 in all: more than 4, though no product is
    found = np.unravel_index(layer.strongest_input(inputs, (1, 1, 0)), (5, 5, 2))
    assert found[2] == 1


def test_a_padded_place_is_never_the_strongest() -> None:
    rng = np.random.default_rng(1)
    convolution = Conv2D(1, 1, 3, rng, padding_px=1)
    convolution.weights[:] = -1
    layers = [Reshape(28, 28, 1), convolution, ReLU()]
    [layer] = weighted_layers(layers, BLANK)
    ones = np.ones((28, 28, 1), np.float32)
    assert layer.strongest_input(ones, (27, 27, 0)) == 26 * 28 + 27  # not column 28, of zeros


def test_the_strongest_path_of_a_dense_network_follows_the_largest_products() -> None:
    rng = np.random.default_rng(1)
    lower, upper, last = Dense(784, 3, rng), Dense(3, 2, rng), Dense(2, 10, rng)
    upper.weights[:] = [[1, 0], [-5, 2], [0, 3]]
    last.weights[:] = 0
    last.weights[:, 7] = [4, 1]
    layers = weighted_layers([lower, ReLU(), upper, ReLU(), last], BLANK)
    hidden = [np.array([2.0, 1.0, 0.5]), np.array([0.5, 3.0])]
    # Output 7: 4 * 0.5 = 2 and 1 * 3 = 3. Neuron 1 below: 0 * 2, 2 * 1 = 2, 3 * 0.5 = 1.5.
    assert strongest_path(layers, hidden, 7) == [1, 1]


def test_the_products_of_a_layer_are_its_weights_at_each_place_of_the_kernel() -> None:
    pooled = pooled_convolution()  # 2x2 kernels for 2 channels, at 4x4 places of 5x5 pixels
    assert pooled.n_products == 8 * 16
    assert replace(pooled, padding_px=1).n_products == 8 * 36
    assert replace(pooled, stride_px=2).n_products == 8 * 4
    assert WeightedLayer(np.zeros((5, 5, 2, 3)), np.zeros(3), (5, 5, 2)).n_products == 150
