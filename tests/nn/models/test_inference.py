from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, Flatten, Layer, ReLU, walk
from nn.core.losses import QuadraticCost
from nn.core.network import Network
from nn.core.skip_connection import SkipConnection
from nn.models.architectures import ARCHITECTURES
from nn.models.inference import WinogradConv2D, fold, for_inference, transforms, use_winograd


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

    before = [layers[0].weights.copy(), layers[4].biases.copy()]

    folded = fold(layers)

    assert (layers[0].weights == before[0]).all()
    assert (layers[4].biases == before[1]).all()
    assert not any(isinstance(layer, BatchNorm) for layer in folded)
    np.testing.assert_allclose(outputs_of(folded, inputs), outputs_of(layers, inputs), rtol=1e-10)


def test_a_normalisation_without_weights_below_stays() -> None:
    assert [repr(layer) for layer in fold([BatchNorm(2), ReLU(), BatchNorm(2)])] == [
        "BatchNorm(2)", "ReLU()", "BatchNorm(2)",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_for_inference_predicts_the_same_and_leaves_the_other(name: str) -> None:
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


def test_two_outputs_of_three_weights_by_hand() -> None:
    from_products, kernel_to_values, to_values = transforms(2)

    # The kernel as 3 + 4x + 5x^2: its values at 0, 1 and -1, and its last coefficient.
    assert (kernel_to_values @ [3, 4, 5]).tolist() == [3, 12, 4, 5]
    outputs = from_products @ ((kernel_to_values @ [3, 4, 5]) * (to_values @ [1, 0, 2, 10]))
    # 1*3 + 0*4 + 2*5 and 0*3 + 2*4 + 10*5, by four multiplications instead of six.
    np.testing.assert_allclose(outputs, [13, 58])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tile_px", [1, 2, 3, 4])
def test_tiles_predict_a_convolutions_outputs_for_all_sizes(tile_px: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, height_px, width_px = rng.integers([1, 3, 3], [5, 16, 16])
    n_inputs, n_outputs, padding_px = rng.integers([1, 1, 0], [5, 5, 3])
    layer = Conv2D(n_inputs, n_outputs, 3, rng, dtype=np.float64, padding_px=padding_px)
    layer.biases[:] = rng.normal(size=n_outputs)
    inputs = rng.normal(size=(n, height_px, width_px, n_inputs))

    outputs = WinogradConv2D(layer, tile_px).forward(inputs)

    np.testing.assert_allclose(outputs, layer.forward(inputs), rtol=0, atol=1e-10)


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
def test_a_convolution_without_a_gain_stays(n_channels: int, size_px: int, stride_px: int) -> None:
    layer = Conv2D(n_channels, n_channels, size_px, np.random.default_rng(7), stride_px=stride_px)
    layers = [layer, ReLU()]

    assert use_winograd(layers, np.zeros((1, 16, 16, n_channels), np.float32)) == layers


def test_layers_inside_skip_connections_are_folded_and_take_winograds_method() -> None:
    rng = np.random.default_rng(8)
    options = {"padding_px": 1, "has_biases": False}
    deepest = [MaxPool(), Conv2D(16, 16, 3, rng, **options), BatchNorm(16), ReLU()]
    inner = [MaxPool(), SkipConnection(deepest), Conv2D(16, 16, 3, rng, **options), BatchNorm(16)]
    layers = [Conv2D(1, 16, 1, rng), SkipConnection(inner), BatchNorm(16)]
    trained([*walk(layers)], rng)
    network = Network(layers, QuadraticCost())
    inputs = rng.normal(size=(2, 8, 12, 1)).astype(np.float32)
    expected = network.feedforward(inputs)

    fast = for_inference(network, inputs[:1])

    np.testing.assert_allclose(fast.feedforward(inputs), expected, rtol=1e-4, atol=1e-4)
    kinds = [type(layer) for layer in walk(fast.layers)]
    # What normalises the sum of a skip connection stays: no one layer below computes it.
    assert (kinds.count(WinogradConv2D), kinds.count(BatchNorm)) == (2, 1)
    np.testing.assert_array_equal(network.feedforward(inputs), expected)
