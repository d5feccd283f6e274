from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, Flatten, Layer, ReLU
from nn.models.architectures import ARCHITECTURES
from nn.models.inference import fold, for_inference


def outputs_of(layers: list[Layer], inputs: Array) -> Array:
    for layer in layers:
        inputs = layer.forward(inputs)
    return inputs


def trained(layers: list[Layer], rng: np.random.Generator) -> list[Layer]:
    """The layers, with statistics and biases as a training might leave them."""
    for layer in layers:
        for name in [*layer.statistics, *set(layer.parameters) - {"weights"}]:
            array = getattr(layer, name)
            array[:] = rng.uniform(0.2, 2, array.shape)
    return layers


def test_folded_layers_predict_the_same_without_normalisation() -> None:
    rng = np.random.default_rng(2)
    options = {"dtype": np.float64}
    layers = [
        Conv2D(1, 4, 3, rng, padding_px=1, has_biases=False, **options),
        MaxPool(),
        BatchNorm(4, **options),
        ReLU(),
        Conv2D(4, 5, 3, rng, **options),
        BatchNorm(5, **options),
        ReLU(),
        Flatten(),
        Dropout(0.5, rng),
        Dense(20, 6, rng, **options),
        BatchNorm(6, **options),
        ReLU(),
        Dense(6, 3, rng, **options),
    ]
    trained(layers, rng)
    inputs = rng.normal(size=(7, 8, 8, 1))

    folded = fold(layers)

    assert not any(isinstance(layer, BatchNorm) for layer in folded)
    np.testing.assert_allclose(outputs_of(folded, inputs), outputs_of(layers, inputs), rtol=1e-10)


def test_folding_leaves_the_layers_that_train_as_they_were() -> None:
    rng = np.random.default_rng(3)
    layers = trained([Dense(2, 2, rng), BatchNorm(2)], rng)
    before = [layers[0].weights.copy(), layers[0].biases.copy()]

    fold(layers)

    assert (layers[0].weights == before[0]).all()
    assert (layers[0].biases == before[1]).all()


def test_a_normalisation_without_weights_below_stays() -> None:
    assert [repr(layer) for layer in fold([BatchNorm(2), ReLU(), BatchNorm(2)])] == [
        "BatchNorm(2)", "ReLU()", "BatchNorm(2)",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_for_inference_predicts_the_same_and_leaves_the_other_as_it_was(
    name: str,
) -> None:
    rng = np.random.default_rng(4)
    network = ARCHITECTURES[name].build(rng)
    inputs = rng.random((3, 784), np.float32)
    expected, parameters = network.feedforward(inputs), network.parameters.copy()

    fast = for_inference(network, inputs[:1])
    network.parameters[:] = 0  # as a later training might change them

    np.testing.assert_allclose(fast.feedforward(inputs), expected, atol=1e-5)
    assert abs(network.feedforward(inputs) - expected).max() > 0.01  # its layers are still its own
    network.parameters[:] = parameters
    np.testing.assert_array_equal(network.feedforward(inputs), expected)


@pytest.mark.parametrize("is_loaded", [False, True], ids=["as trained", "as loaded"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_threads_share_a_network_which_stays_as_it_is(name: str, is_loaded: bool) -> None:
    rng = np.random.default_rng(5)
    network = ARCHITECTURES[name].build(rng)
    if is_loaded:
        network = for_inference(network, np.zeros((1, 784), np.float32))
    batches = [rng.random((n, 784), np.float32) for n in (1, 2, 3, 5) * 4]
    expected = [(network.feedforward(batch), network.inspect(batch)) for batch in batches]
    before = [dict(vars(layer)) for layer in network.layers]

    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda each: (network.feedforward(each), network.inspect(each)), batches)
        )

    np.testing.assert_equal(found, expected)
    for layer, attributes in zip(network.layers, before, strict=True):
        assert vars(layer).keys() == attributes.keys()
        assert all(value is attributes[attribute] for attribute, value in vars(layer).items())


def test_a_network_for_inference_refuses_to_learn() -> None:
    rng = np.random.default_rng(6)
    network = for_inference(ARCHITECTURES["convnet"].build(rng), np.zeros((1, 784), np.float32))
    with pytest.raises(NotImplementedError, match=r"Conv2D\(128, 128, 3x3\) has no backward pass"):
        network.backprop(np.zeros((2, 784), np.float32), np.zeros((2, 10), np.float32))
