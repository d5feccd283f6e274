"""Train the article's network on the lesson set, and record how it learns."""

import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from nn.core.layers import Array, Dense, Sigmoid
from nn.core.losses import L2Penalty, QuadraticCost, one_hot
from nn.core.network import Network
from nn.core.optimizers import SGD, Optimizer
from nn.training.recorded.backprop import work_out
from nn.training.recorded.examples import Examples, Sets, choose_sets
from nn.training.recorded.options import PIXELS, Options
from nn.training.recorded.plan import planned_steps
from nn.training.recorded.recording import (
    Correct,
    Counts,
    Frame,
    ReadDigit,
    Recording,
    WeightPictures,
)
from nn.training.recorded.rounding import finite, rounded, to_int8, to_pixels

N_MEASURED = 2_000  # of the examples learnt from, on which each frame is measured
N_WORST = 12
MAX_WEIGHT_BYTES = 600_000  # of the pictures of all weights: 51 frames of 15 neurons


class WeightsOnly:
    """An optimizer that leaves the biases, the end of the parameters, as they are."""

    state: tuple[str, ...] = ()

    def __init__(self, n_weights: int) -> None:
        self._n_weights, self._sgd = n_weights, SGD()

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the weights in place, against their gradients."""
        weights = slice(self._n_weights)
        self._sgd.step(parameters[weights], gradients[weights], learning_rate)


def build_network(options: Options, rng: np.random.Generator) -> Network:
    """Return the article's network with these options: 784 inputs, sigmoid neurons, 10 outputs."""
    layers = [
        Dense(PIXELS, options.hidden, rng),
        Sigmoid(),
        Dense(options.hidden, 10, rng),
        Sigmoid(),
    ]
    penalty = L2Penalty(options.penalty) if options.penalty else None
    network = Network(layers, QuadraticCost(), penalty)
    if options.start == "zero":
        network.parameters[:] = 0
    if options.start == "given":
        network.parameters[:] = options.start_parameters()
    if not options.biases:
        network.parameters[network.n_weights :] = 0
    return network


class Recorder:
    """Measures a network between the mini-batches of its training.

    Parameters
    ----------
    network
        In training.
    sets
        What it learns from, and is measured on.
    steps
        After which to record a frame.
    steps_per_epoch
        Mini-batches of an epoch.
    is_over
        Whether the training must end now; asked after each step.
    """

    def __init__(
        self,
        network: Network,
        sets: Sets,
        steps: list[int],
        steps_per_epoch: int,
        is_over: Callable[[], bool],
    ) -> None:
        self.network, self.sets = network, sets
        self.frames: list[Frame] = []
        self.pictures: list[tuple[bytes, float]] = []
        self.is_stopped = False
        self._step, self._last = 0, steps[-1]
        self._due, self._steps_per_epoch = set(steps), steps_per_epoch
        self._measured = sets.train.first(N_MEASURED)
        self._is_over = is_over
        self._record()

    def watch(self, starts: Iterable[int]) -> Iterator[int]:
        """Yield the starts of an epoch's mini-batches, and record the frames that are due."""
        for start in starts:
            yield start
            self._step += 1
            self.is_stopped = self._step < self._last and self._is_over()
            if self._step in self._due or self.is_stopped:
                self._record()
            if self.is_stopped:
                return

    def _record(self) -> None:
        """Measure the network, and keep its hidden neurons' weights."""
        cost, train_accuracy = self._measure(self._measured)
        test_cost, test_accuracy = self._measure(self.sets.test)
        own = self.sets.own_held_back
        own_accuracy = self._measure(own)[1] if len(own) else None
        epoch = self._step / self._steps_per_epoch
        self.frames.append(
            Frame(
                self._step,
                round(epoch, 4),
                finite(cost),
                finite(test_cost),
                train_accuracy,
                test_accuracy,
                own_accuracy,
            )
        )
        hidden = self.network.layers[0]
        assert isinstance(hidden, Dense)
        self.pictures.append(to_int8(hidden.weights.T))

    def _measure(self, examples: Examples) -> tuple[float, float]:
        """Return the mean cost and the accuracy."""
        activations = self.network.feedforward(examples.inputs)
        n_correct = (activations.argmax(axis=1) == examples.labels).sum()
        cost = self.network.loss.cost(activations, one_hot(examples.labels))
        return cost, float(n_correct / len(examples))

    def weight_pictures(self, max_bytes: int) -> WeightPictures:
        """Return the weights of as many frames as fit, the first and the last among them."""
        n = min(len(self.pictures), max(2, max_bytes // len(self.pictures[0][0])))
        chosen = np.unique(np.linspace(0, len(self.pictures) - 1, n).round().astype(int)).tolist()
        content = b"".join(self.pictures[position][0] for position in chosen)
        scales = [float(f"{self.pictures[position][1]:.6g}") for position in chosen]
        return WeightPictures(chosen, scales, content)


def record(
    options: Options,
    *,
    is_over: Callable[[], bool] = lambda: False,
    max_weight_bytes: int = MAX_WEIGHT_BYTES,
) -> Recording:
    """Return the training that the options describe, recorded.

    The same options give the same parameters, in whatever process, as ``Network.sgd`` alone does.

    Parameters
    ----------
    options
        What to train, and on what.
    is_over
        Whether the training must end now, with what was learnt so far; asked after each step.
    max_weight_bytes
        Most bytes of the pictures of the hidden neurons' weights.
    """
    first_weights, shuffle_rng, label_rng = np.random.default_rng(options.seed).spawn(3)
    network = build_network(options, first_weights)
    sets = choose_sets(options, label_rng)
    optimizer: Optimizer = SGD() if options.biases else WeightsOnly(network.n_weights)
    backprop = work_out(network, sets.train.first(1), optimizer, options.rate)
    steps_per_epoch = -(-len(sets.train) // options.batch)
    steps = planned_steps(steps_per_epoch, options.epochs)
    recorder = Recorder(network, sets, steps, steps_per_epoch, is_over)
    for _ in network.sgd(
        sets.train.inputs,
        sets.train.labels,
        options.epochs,
        options.batch,
        options.rate,
        rng=shuffle_rng,
        optimizer=optimizer,
        progress=recorder.watch,
    ):
        if recorder.is_stopped:
            break
    activations = network.feedforward(sets.test.inputs)
    return Recording(
        settings=options.knobs(),
        frames=recorder.frames,
        weights=recorder.weight_pictures(max_weight_bytes),
        parameters=network.parameters.astype("<f4").tobytes(),
        counts=Counts(len(sets.train), len(sets.test), sets.n_own, len(sets.own_held_back)),
        correct=correct(recorder.frames, sets),
        worst=worst(sets.test, activations),
        backprop=backprop,
        confusion=confusion(sets.test.labels, activations.argmax(axis=1)),
        seconds=round(time.process_time(), 3),
        stopped="time" if recorder.is_stopped else None,
    )


def correct(frames: list[Frame], sets: Sets) -> Correct:
    """Return how many digits the first and the last frame read right."""
    counts = [
        round(accuracy * len(examples))
        for frame in (frames[-1], frames[0])
        for accuracy, examples in (
            (frame.test_accuracy, sets.test),
            (frame.own_accuracy or 0, sets.own_held_back),
        )
    ]
    return Correct(*counts)


def worst(test: Examples, activations: Array) -> list[ReadDigit]:
    """Return the test digits whose activations (N, 10) have the highest cost, that one first."""
    costs = np.square(activations - one_hot(test.labels)).sum(axis=1)
    return [
        ReadDigit(to_pixels(test.inputs[n]), int(test.labels[n]), rounded(activations[n]))
        for n in np.argsort(-costs, kind="stable")[:N_WORST]
    ]


def confusion(labels: np.ndarray, digits: np.ndarray) -> list[list[int]]:
    """Return how many examples of each label (row) are read as each digit (column)."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (labels, digits), 1)
    rows: list[list[int]] = table.tolist()
    return rows
