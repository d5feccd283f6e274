"""What a recorded training learns from and is measured on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.data.lesson_set import load_lesson_set
from nn.reading.mnist_format import to_inputs
from nn.training.recorded.options import Options


@dataclass(frozen=True)
class Examples:
    """Inputs of the network with their labels.

    Attributes
    ----------
    inputs
        float32 (N, 784), each in 0..1.
    labels
        uint8 (N,), each 0 to 9.
    """

    inputs: Array
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, n: int) -> "Examples":
        """Return the first ``n``, or all where there are fewer."""
        return Examples(self.inputs[:n], self.labels[:n])


@dataclass(frozen=True)
class Sets:
    """The examples of a training.

    Attributes
    ----------
    train
        To learn from: MNIST's, then the user's own. Some labels may be wrong on purpose.
    test
        2,000 of MNIST's test digits.
    own_held_back
        The user's own digits that are not learnt from.
    n_own
        How many of the user's own are learnt from.
    """

    train: Examples
    test: Examples
    own_held_back: Examples
    n_own: int


def choose_sets(options: Options, rng: np.random.Generator) -> Sets:
    """Return the examples for these options; ``rng`` chooses the wrong labels."""
    mnist, test = load_lesson_set()
    own, held_back = options.own.split() if options.own else (mnist.split(0)[1],) * 2
    n_mnist = options.n_mnist
    train = Digits(mnist.images[:n_mnist], mnist.labels[:n_mnist]).with_more([own])
    labels = with_wrong_labels(train.labels, options.wrong_labels, rng)
    return Sets(
        Examples(to_inputs(train.images), labels),
        as_examples(test),
        as_examples(held_back),
        len(own),
    )


def as_examples(digits: Digits) -> Examples:
    """Return digits as inputs of the network."""
    return Examples(to_inputs(digits.images), digits.labels)


def with_wrong_labels(
    labels: NDArray[np.uint8], share: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return labels (N,) of which a share, 0 to 1, is replaced by another digit each."""
    changed = labels.copy()
    places = rng.choice(len(labels), round(share * len(labels)), replace=False)
    changed[places] = (labels[places] + rng.integers(1, 10, len(places))) % 10
    return changed
