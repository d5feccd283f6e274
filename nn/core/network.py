"""The network: feed forward, back propagation and stochastic gradient descent."""

import copy
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nn.core.layers import Activation, Array, InPlace, Layer, walk
from nn.core.losses import L2Penalty, Loss, one_hot
from nn.core.optimizers import SGD, Optimizer, Schedule


class Network(InPlace):
    """Layers from the inputs up, the loss that trains them, and a penalty on weights, if any.

    Rows are examples: N the batch, I the inputs, C the classes. ``parameters`` (P,) is one vector
    of which all layers' parameters are views; ``gradients`` (P,) are the derivatives by them.
    Raise ValueError if no layer has parameters, or a layer is there twice or in another network.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: Loss, penalty: L2Penalty | None = None
    ) -> None:
        self._layers, self.loss, self.penalty = tuple(layers), loss, penalty
        self._allocate()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and pickled: the vectors are made again from the layers' arrays."""
        vectors = ("parameters", "gradients", "statistics")
        return {name: value for name, value in vars(self).items() if name not in vectors}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state of another network, and make new vectors for it."""
        super().__setstate__(state)
        self._allocate()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, which stay the same: the vectors are made for them."""
        return self._layers

    def feedforward(self, inputs: ArrayLike) -> Array:
        """Return the activation of each class (N, C), each in 0..1, for inputs (N, I)."""
        return self.loss.activations(self._outputs(inputs))

    def sgd(
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        epochs: int,
        mini_batch_size: int,
        learning_rate: float | Schedule,
        *,
        rng: np.random.Generator,
        optimizer: Optimizer | None = None,
        n_epochs_done: int = 0,
        distort: Callable[[Array, np.random.Generator], Array] | None = None,
        progress: Callable[[Iterable[int]], Iterable[int]] = iter,
    ) -> Iterator[float]:
        """Train by stochastic gradient descent: return an iterator over the epochs' mean costs.

        An epoch is computed when its cost is asked for, as by a ``for`` loop; without one nothing
        is learnt, and a RuntimeWarning says so. Raise ValueError at once if there is no example, or
        the targets or the mini-batch size do not fit.

        Parameters
        ----------
        inputs, targets
            (N, I) float32; and labels (N,), integers from 0 to C - 1, or targets (N, C). With one
            output, labels are 0 or 1.
        epochs, mini_batch_size
            Passes over all the examples, each in a new random order, and examples a step; the last
            step of an epoch may have fewer.
        learning_rate
            A number, or a schedule, which maps the part of the training done, 0 to 1, to one.
        rng
            Source of the random order and of the distortions.
        optimizer
            How a gradient becomes a step; plain ``SGD`` if none is given.
        n_epochs_done
            How many of the epochs an earlier call has done.
        distort
            Maps each mini-batch's inputs (N, I) to changed ones before the step, if given.
        progress
            Wraps the starts of an epoch's mini-batches, for a progress bar.
        """
        if mini_batch_size < 1 or epochs < 0:
            raise ValueError(
                f"Expected at least 0 epochs, and 1 example a mini-batch, but got {epochs} and "
                f"{mini_batch_size}"
            )
        all_inputs, optimizer = self._floats(inputs), optimizer or SGD()
        all_targets, n_examples = self._as_targets(all_inputs, targets), len(all_inputs)
        starts = range(0, n_examples, mini_batch_size)

        def train() -> Iterator[float]:
            for epoch in range(n_epochs_done, epochs):
                order, total_cost = rng.permutation(n_examples), 0.0
                for start in progress(starts):
                    batch = order[start : start + mini_batch_size]
                    examples = all_inputs.take(batch, axis=0)
                    if distort is not None:
                        examples = distort(examples, rng)
                    done = (epoch + start / n_examples) / epochs
                    rate = learning_rate(done) if callable(learning_rate) else learning_rate
                    cost = self.update_mini_batch(examples, all_targets[batch], optimizer, rate)
                    total_cost += cost * len(batch)
                yield total_cost / n_examples

        return Epochs(train())

    def update_mini_batch(
        self, inputs: ArrayLike, targets: ArrayLike, optimizer: Optimizer, learning_rate: float
    ) -> float:
        """Take one step against the gradient of a mini-batch's cost, and return that cost."""
        cost = self.backprop(inputs, targets)
        optimizer.step(self.parameters, self.gradients, learning_rate)
        return cost

    def backprop(self, inputs: ArrayLike, targets: ArrayLike) -> float:
        """Fill ``gradients`` with the derivative of the cost by every parameter; return the cost.

        Forward through the layers, then backward: from delta, the derivative of the cost by a
        layer's outputs, each layer computes its gradients and the delta of the layer below.

        Raise ValueError if there is no example in the inputs (N, I), or the targets (N, C) do not
        have the shape of the outputs.
        """
        outputs, targets = self._outputs(inputs, is_training=True), np.asarray(targets)
        check_shape(targets.shape, outputs.shape)
        delta = self.loss.cost_derivative(outputs, targets)
        for layer in reversed(self.layers[self.first_trainable :]):
            delta = layer.backward(delta)
        cost = self.loss.cost(outputs, targets)
        if self.penalty is not None:
            weights = self.parameters[: self.n_weights]
            self.gradients[: self.n_weights] += self.penalty.cost_derivative(weights)
            cost += self.penalty.cost(weights)
        return cost

    def evaluate(self, inputs: ArrayLike, labels: ArrayLike) -> int:
        """Return how many examples (N, I) have their largest activation at their label (N,).

        With one output, the answer is 1 where its activation is above 0.5, else 0.
        """
        activations = self.activations(inputs)
        check_shape(np.shape(labels), (len(activations),))
        is_one = activations.shape[1] == 1
        answers = activations[:, 0] > 0.5 if is_one else activations.argmax(axis=1)
        return int((answers == np.asarray(labels)).sum())

    def activations(self, inputs: ArrayLike) -> Array:
        """Return ``feedforward`` (N, C) of any number of examples, computed in slices."""
        inputs = self._floats(inputs)
        starts = range(0, max(1, len(inputs)), self.n_at_once)
        return np.concatenate([self.feedforward(inputs[at : at + self.n_at_once]) for at in starts])

    def inspect(self, inputs: ArrayLike) -> list[tuple[str, Array]]:
        """Return the name and the outputs (N, ...) of each hidden activation layer, bottom up."""
        inputs, inside = self._floats(inputs), []
        for layer in self.layers[:-1]:
            inputs = layer.forward(inputs)
            if isinstance(layer, Activation):
                inside.append((repr(layer), inputs))
        return inside

    @property
    def generators(self) -> list[np.random.Generator]:
        """Random generators that the layers use while training."""
        return [layer.rng for layer in walk(self.layers) if layer.rng is not None]

    def _as_targets(self, inputs: Array, targets: ArrayLike) -> Array:
        """Return labels (N,) as targets (N, C), and targets as they are; check their shape."""
        shape = (len(inputs), *self.feedforward(inputs[:1]).shape[1:])
        targets = np.asarray(targets)
        check_shape(targets.shape, shape[: max(1, targets.ndim)])
        if targets.ndim > 1:
            return targets
        return one_hot(targets, shape[-1]) if shape[-1] > 1 else one_hot(targets, 2)[:, 1:]

    def _floats(self, inputs: ArrayLike) -> Array:
        """Return inputs as an array: lists and whole numbers in the dtype of the parameters."""
        is_ready = isinstance(inputs, np.ndarray) and inputs.dtype.kind == "f"
        return np.asarray(inputs, None if is_ready else self.parameters.dtype)

    def _outputs(self, inputs: ArrayLike, *, is_training: bool = False) -> Array:
        """Return the outputs of the last layer (N, C)."""
        inputs = self._floats(inputs)
        if not len(inputs):
            raise ValueError(f"Expected at least one example, but got inputs {inputs.shape}")
        for layer in self.layers:
            inputs = layer.forward(inputs, is_training=is_training)
        return inputs

    def _allocate(self) -> None:
        """Make the vectors of parameters, gradients and statistics, and bind the layers to them."""
        layers = list(walk(self.layers))
        check_once(layers)
        self.first_trainable = first_trainable(self.layers)
        for layer in layers:
            layer.is_first = layer is self.layers[self.first_trainable]
        self.n_at_once = min(layer.n_at_once for layer in layers)
        slots = [(layer, name) for layer in layers for name in layer.parameters]
        slots.sort(key=lambda slot: slot[1] != "weights")  # first: a penalty takes one slice
        self.n_weights = sum(
            getattr(layer, name).size for layer, name in slots if name == "weights"
        )
        self.parameters = bind(slots)
        self.gradients = bind([(layer, f"{name}_gradient") for layer, name in slots])
        self.statistics = bind([(layer, name) for layer in layers for name in layer.statistics])
        self.in_place = frozenset(["parameters", "gradients", "statistics"])


class Epochs(Iterator[float]):
    """The mean costs of epochs; each epoch is trained when its cost is asked for."""

    def __init__(self, costs: Iterator[float]) -> None:
        self._costs, self._has_begun = costs, False

    def __repr__(self) -> str:
        return "<epochs to train: for cost in network.sgd(...), or list(network.sgd(...))>"

    def __next__(self) -> float:
        """Train for one more epoch and return its mean cost."""
        self._has_begun = True
        return next(self._costs)

    def __del__(self) -> None:
        """Warn if nothing was trained, as Python does of a coroutine that was never awaited."""
        if not self._has_begun:
            advice = "loop over it (for cost in network.sgd(...)), or call list(network.sgd(...))"
            warnings.warn(f"sgd trained no epoch: {advice}", RuntimeWarning, stacklevel=2)


def check_once(layers: Sequence[Layer]) -> None:
    """Raise ValueError if a layer is there twice, or in another network."""
    for position, layer in enumerate(layers):
        if layer.in_place or layer in layers[:position]:
            raise ValueError(
                f"Expected each layer once, in one network, but got the same {layer!r} again at "
                f"position {position}: make a layer for each, or a copy by copy.deepcopy"
            )


def first_trainable(layers: Sequence[Layer]) -> int:
    """Return the position of the lowest layer that has parameters, or layers with some inside.

    Raise ValueError if there is none.
    """
    for position, layer in enumerate(layers):
        if any(each.parameters for each in walk([layer])):
            return position
    raise ValueError(f"Expected a layer with parameters, such as Dense, but got {list(layers)}")


def bind(slots: Sequence[tuple[Layer, str]]) -> Array:
    """Return the layers' arrays of these names as one vector, and make them views into it."""
    arrays: list[Array] = [getattr(layer, name) for layer, name in slots]
    if len({array.dtype for array in arrays}) > 1:
        dtypes = [f"{layer!r} in {getattr(layer, name).dtype}" for layer, name in slots]
        raise ValueError(f"Expected layers of one dtype, but got {', '.join(dtypes)}")
    vector = np.concatenate([a.ravel() for a in arrays]) if arrays else np.zeros(0, np.float32)
    start = 0
    for (layer, name), array in zip(slots, arrays, strict=True):
        setattr(layer, name, vector[start : start + array.size].reshape(array.shape))
        layer.in_place |= {name}
        start += array.size
    return vector


def check_shape(found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Raise ValueError unless the shape of targets, or of labels, is the expected one."""
    if found != expected:
        raise ValueError(f"Expected targets of shape {expected}, but got {found}")


class ParallelNetwork(Network):
    """A ``Network`` whose ``backprop`` gives each of its replicas a part of the mini-batch.

    Numpy releases the GIL while it computes, so that the parts use several cores, as long as each
    matrix product uses one thread. The result depends on the number of parts, but neither on the
    machine nor on the order in which the threads finish. A batch normalisation uses the statistics
    of its own part.
    """

    n_parts = 2  # of a mini-batch

    @cached_property
    def replicas(self) -> list[Network]:
        """Networks of the same layers, with arrays and random generators of their own."""
        replicas = []
        for _ in range(self.n_parts):
            layers = [copy.copy(layer) for layer in self.layers]
            for layer in walk(layers):
                layer.rng = layer.rng.spawn(1)[0] if layer.rng else None
            replicas.append(Network(layers, self.loss))
        return replicas

    @property
    def generators(self) -> list[np.random.Generator]:
        """Random generators that the replicas' layers use while training."""
        return [rng for replica in self.replicas for rng in replica.generators]

    def backprop(self, inputs: ArrayLike, targets: ArrayLike) -> float:
        """Fill ``gradients`` and return the cost, as ``Network.backprop`` does, part by part."""
        inputs, targets = self._floats(inputs), np.asarray(targets)
        replicas = self.replicas[: max(1, len(inputs))]  # no part without an example
        for replica in replicas:
            replica.loss, replica.penalty = self.loss, self.penalty
            replica.parameters, replica.statistics = self.parameters, self.statistics
        input_parts = np.array_split(inputs, len(replicas))
        target_parts = np.array_split(targets, len(replicas))
        with ThreadPoolExecutor(len(replicas)) as pool:  # leaves no thread at work after Ctrl-C
            costs = list(pool.map(Network.backprop, replicas, input_parts, target_parts))
        self.gradients[:] = 0
        cost = 0.0
        for replica, part, part_cost in zip(replicas, input_parts, costs, strict=True):
            share = len(part) / len(inputs)
            self.gradients += share * replica.gradients
            cost += share * part_cost
        self.statistics[:] = np.mean([replica.statistics for replica in replicas], axis=0)
        return cost
