"""How long the convnet takes to read pictures and to learn: here, and in its peers.

``make bench`` runs it. The peers, PyTorch and ONNX Runtime, have the same layers, the same weights
and the same number of threads, and must have given the same outputs before anything is timed.
"""

import copy
from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.bench.in_turn import compare, timed
from benchmarks.bench.onnx_peer import onnx_session
from benchmarks.bench.torch_peer import freeze, to_torch
from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D
from nn.core.layers import Array, Dropout
from nn.core.losses import SoftmaxCrossEntropy, one_hot
from nn.core.network import Network
from nn.core.optimizers import Adam
from nn.export.onnx_model import to_onnx
from nn.models.architectures import convnet
from nn.models.inference import fold, for_inference

ROUNDS = 25
CALLS = {1: 40, 64: 2}  # so often a round, by the number of pictures: enough for the clock
BATCH_SIZE, N_THREADS, LEARNING_RATE, DECAY = 128, 2, 1e-3, 0.01


def plausible(rng: np.random.Generator) -> Network:
    """Return the convnet with statistics and biases such as training leaves, random ones."""
    network = convnet(rng)
    for layer in network.layers:
        if isinstance(layer, BatchNorm):
            n_channels = len(layer.biases)
            layer.mean[:] = rng.normal(0, 0.3, n_channels)
            layer.variance[:] = rng.uniform(0.5, 2, n_channels)
            layer.biases[:] = rng.normal(0, 0.3, n_channels)
    return network


def reading(network: Network, inputs: Array) -> dict[str, Callable[[], Array]]:
    """Return what reads pictures (N, I), one thread each, for each way by its name.

    Inkling folds its batch normalisations when it loads a network, and computes its convolutions by
    Winograd's products. PyTorch gets the layers as they were trained, which is what most people
    run, and once more folded and frozen, which is the fastest that it can do without a compiler;
    ONNX Runtime gets the folded ones.
    """
    folded = Network(fold([copy.copy(layer) for layer in network.layers]), network.loss)
    quick = for_inference(network, inputs[:1])
    as_trained = to_torch(network.layers).append(torch.nn.Softmax(1)).eval()
    as_folded = to_torch(folded.layers).append(torch.nn.Softmax(1)).eval()
    session = onnx_session(to_onnx(folded))
    tensor = torch.from_numpy(inputs)
    frozen = freeze(as_folded, tensor)

    def read_by(module: torch.nn.Module) -> Callable[[], Array]:
        def read() -> Array:
            with torch.inference_mode():
                outputs: Array = module(tensor).numpy()
                return outputs

        return read

    return {
        "inkling": lambda: quick.activations(inputs),
        "PyTorch": read_by(as_trained),
        "PyTorch, frozen": read_by(frozen),
        "ONNX Runtime": lambda: session.run(None, {"inputs": inputs})[0],
    }


def learning(
    network: Network, inputs: Array, labels: NDArray[np.int64]
) -> dict[str, Callable[[], object]]:
    """Return what takes a step of training with a mini-batch (N, I), two threads each.

    Inkling's threads take half of the mini-batch each; PyTorch's share out each layer's work, and
    wait for each other so often that this ratio means something only while the machine is idle.
    """
    module, loss = to_torch(network.layers).train(), smoothed_loss(network)
    learnt = [parameter for parameter in module.parameters() if parameter.requires_grad]
    adamw = torch.optim.AdamW(learnt, lr=LEARNING_RATE, weight_decay=DECAY, fused=True)
    tensor, label_tensor = torch.from_numpy(inputs), torch.from_numpy(labels)
    adam, targets = Adam(decay=DECAY), one_hot(labels)

    def step() -> None:
        adamw.zero_grad()
        loss(module(tensor), label_tensor).backward()
        adamw.step()

    return {
        "inkling": lambda: network.update_mini_batch(inputs, targets, adam, LEARNING_RATE),
        "PyTorch": step,
    }


def smoothed_loss(network: Network) -> torch.nn.Module:
    """Return PyTorch's loss for a network's."""
    assert isinstance(network.loss, SoftmaxCrossEntropy)
    return torch.nn.CrossEntropyLoss(label_smoothing=network.loss.smoothing)


def assert_equal(ways: Mapping[str, Callable[[], Array]]) -> None:
    """Fail if the ways do not give the same: to time different functions tells nothing."""
    expected = ways["inkling"]()
    for way in ways.values():
        np.testing.assert_allclose(way(), expected, rtol=1e-3, atol=1e-5)


def assert_equal_slopes(network: Network, inputs: Array, labels: NDArray[np.int64]) -> None:
    """Fail if the cost, or its slopes by the lowest kernels, are not PyTorch's.

    Dropout is left out, for its choices are random, and the mini-batch is taken in one part.
    """
    layers = [copy.copy(layer) for layer in network.layers if not isinstance(layer, Dropout)]
    module = to_torch(layers).train()
    cost = Network(layers, network.loss).backprop(inputs, one_hot(labels))
    peer_cost = smoothed_loss(network)(module(torch.from_numpy(inputs)), torch.from_numpy(labels))
    peer_cost.backward()
    np.testing.assert_allclose(cost, peer_cost.item(), rtol=1e-4)
    place, lowest = next((n, layer) for n, layer in enumerate(layers) if isinstance(layer, Conv2D))
    slopes = module[place].weight.grad.permute(2, 3, 1, 0).numpy()
    # Where two pixels all but tie for the largest, rounding chooses, and not everywhere the same.
    tolerance = 0.01 * abs(slopes).max()
    np.testing.assert_allclose(lowest.weights_gradient, slopes, rtol=0, atol=tolerance)


def compare_times(title: str, ways: Mapping[str, Callable[[], object]], calls: int = 1) -> None:
    """Print how long a call of each way takes."""
    compare(title, {name: timed(way, calls) for name, way in ways.items()}, ROUNDS)


def main() -> None:
    """Measure reading one picture and many, and a step of training."""
    rng = np.random.default_rng(0)
    network = plausible(rng)
    with threadpool_limits(limits=1, user_api="blas"):
        torch.set_num_threads(1)
        for n_pictures, calls in CALLS.items():
            ways = reading(network, rng.random((n_pictures, 784), np.float32))
            assert_equal(ways)
            compare_times(f"The convnet reads {n_pictures} at once, one thread", ways, calls)
        torch.set_num_threads(N_THREADS)
        inputs = rng.random((BATCH_SIZE, 784), np.float32)
        labels = rng.integers(10, size=BATCH_SIZE)
        assert_equal_slopes(network, inputs, labels)
        title = f"The convnet learns from {BATCH_SIZE} at once, {N_THREADS} threads"
        compare_times(title, learning(network, inputs, labels))


if __name__ == "__main__":
    main()
