import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from tests.nn.core.gradients import assert_close_to_slope


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


def test_a_channel_that_is_constant_in_a_batch_comes_out_as_its_bias() -> None:
    layer = BatchNorm(1)
    layer.biases[:] = 7
    assert layer.forward(np.float32([[3], [3]]), is_training=True).tolist() == [[7], [7]]
    assert layer.running_scale() == pytest.approx(1 / np.sqrt(0.98 + 1e-4))  # from 1 towards 0
    assert layer.mean == pytest.approx(0.06)  # a fiftieth of the way from 0 to 3


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
