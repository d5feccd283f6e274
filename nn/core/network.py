"""The network: feed forward, back propagation and stochastic gradient descent."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from nn.core.layers import Activation, Array, Layer
from nn.core.losses import L2Penalty, Loss, one_hot
from nn.core.optimizers import SGD, Optimizer, Schedule
from nn.core.parameters import (
    bind_views,
    concatenated,
    count_weights,
    first_trainable,
    parameter_slots,
    statistic_slots,
)

EVALUATION_BATCH = 8  # examples at a time: few enough for their activations to fit into the cache

Distortion = Callable[[Array, np.random.Generator], Array]
"""Maps a mini-batch of inputs (N, I) to changed ones of the same shape."""


class Network:
    """Layers from the inputs up, the loss that trains them, and a penalty on weights, if any.

    Rows are examples: N the batch, I the inputs, C the classes. ``parameters`` (P,) is one vector
    of which all layers' parameters are views; ``gradients`` (P,) are the derivatives by them.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: Loss, penalty: L2Penalty | None = None
    ) -> None:
        self.layers, self.loss, self.penalty = list(layers), loss, penalty
        self._allocate()

    def feedforward(self, inputs: Array) -> Array:
        """Return the activation of each class (N, C), each in 0..1, for inputs (N, I)."""
        return self.loss.activations(self._outputs(inputs))

    def sgd(
        self,
        inputs: Array,
        targets: ArrayLike,
        epochs: int,
        mini_batch_size: int,
        learning_rate: float | Schedule,
        *,
        rng: np.random.Generator,
        optimizer: Optimizer | None = None,
        n_epochs_done: int = 0,
        distort: Distortion | None = None,
        progress: Callable[[Iterable[int]], Iterable[int]] = iter,
    ) -> Iterator[float]:
        """Train by stochastic gradient descent: return an iterator over the mean costs of epochs.

        An epoch is computed when its cost is asked for, as by a ``for`` loop.

        Parameters
        ----------
        inputs, targets
            (N, I) float32; and labels (N,), integers from 0 to C - 1, or targets (N, C).
        epochs, mini_batch_size
            Passes over all the examples, each in a new random order, and examples a step; the last
            step of an epoch may have fewer.
        learning_rate
            A number, or a schedule: what maps the part of the training done, 0 to 1, to a number.
        rng
            Source of the random order and of the distortions.
        optimizer
            How a gradient becomes a step; plain ``SGD`` if none is given.
        n_epochs_done
            How many of the epochs an earlier call has done.
        distort
            Changes each mini-batch before the step, if given.
        progress
            Wraps the starts of an epoch's mini-batches, for a progress bar.

        Raises
        ------
        ValueError
            At once, if there is no example, or the targets or the mini-batch size do not fit.
        """
        if mini_batch_size < 1 or epochs < 0:
            raise ValueError(
                f"Expected at least 0 epochs, and 1 example a mini-batch, but got {epochs} and "
                f"{mini_batch_size}"
            )
        rows, n_examples, optimizer = self._rows(inputs, targets), len(inputs), optimizer or SGD()
        starts = range(0, n_examples, mini_batch_size)

        def train() -> Iterator[float]:
            for epoch in range(n_epochs_done, epochs):
                order, total_cost = rng.permutation(n_examples), 0.0
                for start in progress(starts):
                    batch = order[start : start + mini_batch_size]
                    examples = inputs.take(batch, axis=0)
                    if distort is not None:
                        examples = distort(examples, rng)
                    done = (epoch + start / n_examples) / epochs
                    rate = learning_rate(done) if callable(learning_rate) else learning_rate
                    cost = self.update_mini_batch(
                        examples, rows.take(batch, axis=0), optimizer, rate
                    )
                    total_cost += cost * len(batch)
                yield total_cost / n_examples

        return train()

    def update_mini_batch(
        self, inputs: Array, targets: Array, optimizer: Optimizer, learning_rate: float
    ) -> float:
        """Take one step against the gradient of a mini-batch's cost, and return that cost."""
        cost = self.backprop(inputs, targets)
        optimizer.step(self.parameters, self.gradients, learning_rate)
        return cost

    def backprop(self, inputs: Array, targets: Array) -> float:
        """Fill ``gradients`` with the derivative of the cost by every parameter; return the cost.

        Forward through the layers, then backward: from delta, the derivative of the cost by a
        layer's outputs, each layer computes its gradients and the delta of the layer below.

        Parameters
        ----------
        inputs, targets
            (N, I) and (N, C).

        Raises
        ------
        ValueError
            If there is no example, or the targets do not have the shape of the outputs.
        """
        outputs = self._outputs(inputs, is_training=True)
        check_shape(targets, outputs.shape)
        delta = self.loss.cost_derivative(outputs, targets)
        for layer in reversed(self.layers[self.first_trainable :]):
            delta = layer.backward(delta)
        return self.loss.cost(outputs, targets) + self._add_penalty()

    def evaluate(self, inputs: Array, labels: ArrayLike) -> int:
        """Return how many examples (N, I) have their largest activation at their label (N,)."""
        check_shape(labels, (len(inputs),))
        return int((self.activations(inputs).argmax(axis=1) == labels).sum())

    def activations(self, inputs: Array) -> Array:
        """Return ``feedforward`` (N, C) of any number of examples, computed in slices."""
        starts = range(0, max(1, len(inputs)), EVALUATION_BATCH)
        slices = [self.feedforward(inputs[start : start + EVALUATION_BATCH]) for start in starts]
        return np.concatenate(slices)

    def inspect(self, inputs: Array) -> list[tuple[str, Array]]:
        """Return the name and the outputs (N, ...) of each hidden activation layer, bottom up."""
        inside = []
        for layer in self.layers[:-1]:
            inputs = layer.forward(inputs)
            if isinstance(layer, Activation):
                inside.append((repr(layer), inputs))
        return inside

    @property
    def generators(self) -> list[np.random.Generator]:
        """Random generators that the layers use while training."""
        return [layer.rng for layer in self.layers if layer.rng is not None]

    def _rows(self, inputs: Array, targets: ArrayLike) -> Array:
        """Return labels (N,) or targets (N, C) as targets, after a check of their shape."""
        shape = (len(inputs), *self.feedforward(inputs[:1]).shape[1:])
        targets = np.asarray(targets)
        check_shape(targets, shape[: max(1, targets.ndim)])
        return one_hot(targets, shape[-1]) if targets.ndim == 1 else targets

    def _outputs(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the outputs of the last layer (N, C)."""
        if not len(inputs):
            raise ValueError(f"Expected at least one example, but got inputs {inputs.shape}")
        for layer in self.layers:
            inputs = layer.forward(inputs, is_training=is_training)
        return inputs

    def _add_penalty(self) -> float:
        """Add the penalty's derivative to the gradients of all weights, and return its cost."""
        if self.penalty is None:
            return 0.0
        weights = self.parameters[: self.n_weights]
        self.gradients[: self.n_weights] += self.penalty.cost_derivative(weights)
        return self.penalty.cost(weights)

    def _allocate(self) -> None:
        """Make the vectors of parameters, gradients and statistics, and bind the layers to them."""
        self.first_trainable = first_trainable(self.layers)
        for position, layer in enumerate(self.layers):
            layer.is_first = position == self.first_trainable
        slots = parameter_slots(self.layers)
        self.n_weights = count_weights(slots)
        self.parameters = concatenated(slots)
        self.gradients = np.zeros_like(self.parameters)
        bind_views(self.parameters, slots)
        bind_views(self.gradients, slots, "_gradient")
        slots = statistic_slots(self.layers)
        self.statistics = concatenated(slots)
        bind_views(self.statistics, slots)


def check_shape(targets: ArrayLike, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless the targets, or labels, have the given shape."""
    if np.shape(targets) != shape:
        raise ValueError(f"Expected targets of shape {shape}, but got {np.shape(targets)}")
