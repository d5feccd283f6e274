"""How long an epoch of the article's network takes: here, the article's way, and in scikit-learn.

``make bench`` runs it. Every way has the same 784-15-10 network, the same 60,000 pictures and
mini-batches of 10, and one thread.
"""

from collections.abc import Callable

import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.bench.in_turn import compare, timed
from nn.core.layers import Array
from nn.core.losses import one_hot
from nn.core.optimizers import SGD
from nn.models.architectures import article

N_EXAMPLES, BATCH_SIZE, LEARNING_RATE = 60_000, 10, 3.0


class OneExampleAtATime:
    """The article's way: column vectors in float64, each example forward and backward by itself."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weights = [rng.normal(size=(15, 784)), rng.normal(size=(10, 15))]
        self.biases = [rng.normal(size=(15, 1)), rng.normal(size=(10, 1))]

    def sgd(self, examples: list[tuple[Array, Array]]) -> None:
        """Take one step for every ten examples, pairs of inputs (784, 1) and targets (10, 1)."""
        for start in range(0, len(examples), BATCH_SIZE):
            self.update_mini_batch(examples[start : start + BATCH_SIZE])

    def update_mini_batch(self, examples: list[tuple[Array, Array]]) -> None:
        """Add up the slopes of some examples and step against their mean."""
        weight_sums = [np.zeros(weights.shape) for weights in self.weights]
        bias_sums = [np.zeros(biases.shape) for biases in self.biases]
        for inputs, targets in examples:
            weight_slopes, bias_slopes = self.backprop(inputs, targets)
            weight_sums = [a + b for a, b in zip(weight_sums, weight_slopes, strict=True)]
            bias_sums = [a + b for a, b in zip(bias_sums, bias_slopes, strict=True)]
        step = LEARNING_RATE / len(examples)
        self.weights = [w - step * s for w, s in zip(self.weights, weight_sums, strict=True)]
        self.biases = [b - step * s for b, s in zip(self.biases, bias_sums, strict=True)]

    def backprop(self, inputs: Array, targets: Array) -> tuple[list[Array], list[Array]]:
        """Return the slopes of one example's quadratic cost by the weights and by the biases."""
        sums, activations = [], [inputs]
        for weights, biases in zip(self.weights, self.biases, strict=True):
            sums.append(weights @ activations[-1] + biases)
            activations.append(sigmoid(sums[-1]))
        above = (activations[2] - targets) * sigmoid_slope(sums[1])
        below = self.weights[1].T @ above * sigmoid_slope(sums[0])
        return [below @ activations[0].T, above @ activations[1].T], [below, above]


def sigmoid(z: Array) -> Array:
    """Return sigma(z)."""
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z: Array) -> Array:
    """Return sigma'(z)."""
    return sigmoid(z) * (1 - sigmoid(z))


def ways(rng: np.random.Generator) -> dict[str, Callable[[], object]]:
    """Return what runs one more epoch, for each way by its name."""
    inputs = rng.random((N_EXAMPLES, 784), np.float32)
    labels = rng.integers(10, size=N_EXAMPLES)
    columns, targets = inputs.astype(float)[:, :, None], one_hot(labels).astype(float)[:, :, None]
    examples = list(zip(columns, targets, strict=True))
    network, optimizer = article(rng), SGD()
    one_at_a_time = OneExampleAtATime(rng)
    peer = MLPClassifier(
        (15,),
        activation="logistic",
        solver="sgd",
        batch_size=BATCH_SIZE,
        learning_rate_init=0.1,
        momentum=0,
    )
    return {
        "inkling": lambda: list(
            network.sgd(inputs, labels, 1, BATCH_SIZE, LEARNING_RATE, rng=rng, optimizer=optimizer)
        ),
        "one example at a time": lambda: one_at_a_time.sgd(
            [examples[position] for position in rng.permutation(N_EXAMPLES)]
        ),
        "scikit-learn": lambda: peer.partial_fit(inputs, labels, classes=range(10)),
    }


def main() -> None:
    """Print how long each way's epoch takes."""
    epochs = ways(np.random.default_rng(0))
    title = f"An epoch of 784-15-10, mini-batches of {BATCH_SIZE}"
    compare(title, {name: timed(epoch) for name, epoch in epochs.items()})


if __name__ == "__main__":
    main()
