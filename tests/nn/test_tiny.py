"""The network in one sitting computes the numbers of ``nn/core``."""

import numpy as np
import pytest

from nn import tiny
from nn.core.layers import Dense, Sigmoid
from nn.core.losses import QuadraticCost
from nn.core.network import Network
from tests.data_sets import needs_data

N_EXAMPLES = 205  # the last mini-batch is smaller


def of_tiny(seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return [tiny.new_layer(784, 15, rng), tiny.new_layer(15, 10, rng)]


def of_core(seed: int) -> Network:
    rng = np.random.default_rng(seed)
    dense = [Dense(784, 15, rng, dtype=np.float64), Dense(15, 10, rng, dtype=np.float64)]
    return Network([dense[0], Sigmoid(), dense[1], Sigmoid()], QuadraticCost())


@pytest.fixture
def examples() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    inputs = rng.random((N_EXAMPLES, 784)) * (rng.random((N_EXAMPLES, 784)) < 0.2)
    return inputs, rng.integers(0, 10, N_EXAMPLES)


def test_it_starts_with_the_same_weights_and_computes_the_same_outputs_cost_and_gradients(
    examples: tuple[np.ndarray, np.ndarray],
) -> None:
    (inputs, labels), network, core = examples, of_tiny(3), of_core(3)
    targets = np.eye(10)[labels]
    outputs = tiny.feedforward(network, inputs)
    np.testing.assert_allclose(outputs, core.feedforward(inputs), rtol=0, atol=1e-14)
    assert tiny.cost(outputs, targets) == pytest.approx(core.backprop(inputs, targets), abs=1e-14)
    assert tiny.evaluate(network, inputs, labels) == core.evaluate(inputs, labels)
    dense = core.layers[::2]
    for layer, gradients in zip(dense, tiny.backprop(network, inputs, targets), strict=True):
        for name, gradient in zip(("weights", "biases"), gradients, strict=True):
            expected = getattr(layer, f"{name}_gradient")
            np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-14)


def test_after_five_epochs_its_weights_are_the_same(
    examples: tuple[np.ndarray, np.ndarray],
) -> None:
    (inputs, labels), network, core = examples, of_tiny(4), of_core(4)
    rng = np.random.default_rng(5)
    for _ in range(5):
        tiny.sgd(network, inputs, np.eye(10)[labels], 3.0, rng)
    for _ in core.sgd(inputs, labels, 5, 10, 3.0, rng=np.random.default_rng(5)):
        pass
    for layer, parameters in zip(core.layers[::2], network, strict=True):
        for name, parameter in zip(("weights", "biases"), parameters, strict=True):
            np.testing.assert_allclose(parameter, getattr(layer, name), rtol=0, atol=1e-10)


@pytest.mark.trains
@needs_data
def test_it_trains_on_mnist_and_says_how_many_digits_it_reads(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tiny.main(epochs=2)
    first, second, result = capsys.readouterr().out.splitlines()
    assert float(first.split()[-1]) > float(second.split()[-1])
    assert int(result.split()[0].replace(",", "")) > 9_200
