"""The network itself: feed forward, back propagation, and stochastic gradient descent."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array, Layer
from nn.core.losses import L2Penalty, Loss
from nn.core.optimizers import Optimizer, Schedule

EVALUATION_BATCH = 200  # examples at a time: few enough for what is inside to stay in the cache

Change = Callable[[Array, np.random.Generator], Array]
"""Maps a batch of inputs (N, I) to changed ones of the same shape."""


def one_hot(labels: NDArray[np.integer], n_classes: int = 10) -> Array:
    """Return labels (N,) as targets (N, C) float32: a row of zeros with a one at its label.

    The label C stands for a picture of no class at all: its row gives every class ``1 / C``.
    """
    rows = np.eye(n_classes + 1, n_classes, dtype=np.float32)
    rows[n_classes] = 1 / n_classes
    targets: Array = rows[labels]
    return targets


def _joined(places: Sequence[tuple[Layer, str]]) -> Array:
    """Return the named arrays of some layers as one vector."""
    arrays: list[Array] = [getattr(layer, name).ravel() for layer, name in places]
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)


def _share(vector: Array, places: Sequence[tuple[Layer, str]], ending: str = "") -> None:
    """Make each named array of some layers a view into its part of a vector."""
    start = 0
    for layer, name in places:
        array = getattr(layer, name)
        part = vector[start : start + array.size].reshape(array.shape)
        setattr(layer, f"{name}{ending}", part)
        start += array.size


class Network:
    """Layers one after the other, and the loss that trains them.

    All parameters live in one vector, ``parameters`` (P,), their gradients in ``gradients`` (P,);
    each layer's arrays are views into them. An optimizer then steps them all at once. All weights
    lie before all other parameters, so that a penalty takes them in one slice. What layers gather
    rather than learn, such as the means of a batch normalisation, is in ``statistics`` likewise.

    Parameters
    ----------
    layers
        From the inputs up.
    loss
        Compares what the last layer gives with what it should.
    penalty
        A cost on every layer's weights, if any.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: Loss, penalty: L2Penalty | None = None
    ) -> None:
        self.layers = list(layers)
        self.n_fixed = next(n for n, layer in enumerate(self.layers) if layer.parameters)
        self.layers[self.n_fixed].is_first = True
        self.loss = loss
        self.penalty = penalty
        places = [(layer, name) for layer in self.layers for name in layer.parameters]
        self._places = sorted(places, key=lambda place: place[1] != "weights")
        self._gathered = [(layer, name) for layer in self.layers for name in layer.statistics]
        self.parameters: Array = _joined(self._places)
        self.gradients: Array = np.zeros_like(self.parameters)
        self.statistics: Array = _joined(self._gathered)
        self._share_out()

    def _share_out(self) -> None:
        """Make every layer's arrays views into the network's vectors."""
        _share(self.parameters, self._places)
        _share(self.gradients, self._places, "_gradient")
        _share(self.statistics, self._gathered)
        n_weights = sum(getattr(*place).size for place in self._places if place[1] == "weights")
        self.weights = self.parameters[:n_weights]
        self.weights_gradient = self.gradients[:n_weights]

    @property
    def generators(self) -> list[np.random.Generator]:
        """Where the layers' random choices come from while training."""
        return [layer.rng for layer in self.layers if layer.rng is not None]

    def feedforward(self, inputs: Array) -> Array:
        """Return the activation of each class (N, C), each in 0..1, for inputs (N, I)."""
        return self.loss.activations(self._outputs(inputs))

    def inspect(self, inputs: Array) -> list[tuple[str, Array]]:
        """Return what happens inside: the name and outputs (N, O) of each layer below the last.

        Layers that only training needs, such as dropout, pass their inputs on and are left out.
        """
        inside = []
        for layer in self.layers[:-1]:
            outputs = layer.forward(inputs)
            if outputs is not inputs:
                inside.append((repr(layer), outputs))
            inputs = outputs
        return inside

    def sgd(
        self,
        inputs: Array,
        labels: NDArray[np.integer],
        *,
        epochs: int,
        batch_size: int,
        optimizer: Optimizer,
        schedule: Schedule,
        rng: np.random.Generator,
        n_epochs_done: int = 0,
        distort: Change | None = None,
        on_epoch: Callable[[int, float], None] = lambda epoch, cost: None,
        progress: Callable[[Iterable[int]], Iterable[int]] = iter,
    ) -> None:
        """Train by stochastic gradient descent: each epoch, all examples in a new random order.

        Parameters
        ----------
        inputs, labels
            (N, I) float32 and (N,) integers.
        epochs, batch_size
            Passes over all the examples, and examples a step; the last step of an epoch may have
            fewer.
        optimizer, schedule
            How a gradient becomes a step, and the learning rate at each time.
        rng
            Where the order, and the distortions, come from.
        n_epochs_done
            How many of the epochs an earlier call has done.
        distort
            Changes each mini-batch before it is learnt, if given.
        on_epoch
            Called after each epoch with its number, from 1, and its mean training cost.
        progress
            Wraps the starts of an epoch's mini-batches, to show how far it is.
        """
        n_examples = len(inputs)
        targets = one_hot(labels)
        for epoch in range(n_epochs_done, epochs):
            order = rng.permutation(n_examples)
            total_cost = 0.0
            for start in progress(range(0, n_examples, batch_size)):
                batch = order[start : start + batch_size]
                examples = inputs.take(batch, axis=0)
                if distort is not None:
                    examples = distort(examples, rng)
                learning_rate = schedule((epoch + start / n_examples) / epochs)
                cost = self.update_mini_batch(
                    examples, targets.take(batch, axis=0), optimizer, learning_rate
                )
                total_cost += cost * len(batch)
            on_epoch(epoch + 1, total_cost / n_examples)

    def update_mini_batch(
        self, inputs: Array, targets: Array, optimizer: Optimizer, learning_rate: float
    ) -> float:
        """Take one step against the gradient of a mini-batch's cost, and return that cost."""
        cost = self.backprop(inputs, targets)
        optimizer.step(self.parameters, self.gradients, learning_rate)
        return cost

    def backprop(self, inputs: Array, targets: Array) -> float:
        """Fill ``gradients`` with the derivative of the cost by every parameter; return the cost.

        Forward through the layers, then backward: each layer turns the delta of the one above into
        its own gradients and the delta of the one below, by the chain rule.

        Parameters
        ----------
        inputs, targets
            (N, I) and (N, C).
        """
        outputs = self._outputs(inputs, is_training=True)
        delta = self.loss.cost_derivative(outputs, targets)
        for layer in reversed(self.layers[self.n_fixed :]):
            delta = layer.backward(delta)
        return self.loss.cost(outputs, targets) + self._penalise()

    def evaluate(self, inputs: Array, labels: NDArray[np.integer]) -> int:
        """Return how many examples (N, I) have their largest activation at their label (N,)."""
        return int((self.classify(inputs).argmax(axis=1) == labels).sum())

    def classify(self, inputs: Array) -> Array:
        """Return the activations (N, C) of any number of examples, a slice at a time."""
        slices = range(0, len(inputs), EVALUATION_BATCH)
        return np.concatenate(
            [self.feedforward(inputs[start : start + EVALUATION_BATCH]) for start in slices]
        )

    def _outputs(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return what the last layer gives (N, C)."""
        for layer in self.layers:
            inputs = layer.forward(inputs, is_training=is_training)
        return inputs

    def _penalise(self) -> float:
        """Add the penalty's derivative to the gradients of all weights, and return its cost."""
        if self.penalty is None:
            return 0.0
        self.weights_gradient += self.penalty.cost_derivative(self.weights)
        return self.penalty.cost(self.weights)
