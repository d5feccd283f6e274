"""What is measured between the mini-batches of a training."""

from collections.abc import Callable, Iterable, Iterator
from math import ceil

import numpy as np

from nn.core.layers import Dense
from nn.core.losses import one_hot
from nn.core.network import Network
from nn.training.recorded.examples import Examples, Sets
from nn.training.recorded.options import Options
from nn.training.recorded.plan import planned_steps
from nn.training.recorded.recording import Frame, WeightPictures
from nn.training.recorded.rounding import finite, to_int8

N_MEASURED = 2_000  # of the examples learnt from, on which each frame is measured


class Recorder:
    """Records frames of a network in training, the first one at once.

    Parameters
    ----------
    network
        In training.
    sets
        What it learns from, and is measured on.
    options
        Of the training.
    is_over
        Whether the training must end now; asked after each step.

    Attributes
    ----------
    frames
        Those so far.
    is_stopped
        Whether the training ended before its last step.
    """

    def __init__(
        self, network: Network, sets: Sets, options: Options, is_over: Callable[[], bool]
    ) -> None:
        self.frames: list[Frame] = []
        self.is_stopped = False
        self._network, self._sets, self._is_over = network, sets, is_over
        self._learnt = sets.train.first(N_MEASURED)
        self._pictures: list[tuple[bytes, float]] = []
        self._step, self._steps_per_epoch = 0, ceil(len(sets.train) / options.batch)
        self._last_step = self._steps_per_epoch * options.epochs
        self._planned = set(planned_steps(self._steps_per_epoch, options.epochs))
        self._record()

    def watch(self, starts: Iterable[int]) -> Iterator[int]:
        """Yield the starts of an epoch's mini-batches; record a frame after those that have one."""
        for start in starts:
            yield start
            self._step += 1
            self.is_stopped = self._step < self._last_step and self._is_over()
            if self._step in self._planned or self.is_stopped:
                self._record()
            if self.is_stopped:
                return

    def weight_pictures(self, max_bytes: int) -> WeightPictures:
        """Return the weights of as many frames as fit, the first and the last among them."""
        n = min(len(self._pictures), max(2, max_bytes // len(self._pictures[0][0])))
        chosen = np.unique(np.linspace(0, len(self._pictures) - 1, n).round().astype(int)).tolist()
        pictures, scales = zip(*(self._pictures[position] for position in chosen), strict=True)
        return WeightPictures(chosen, [float(f"{each:.6g}") for each in scales], b"".join(pictures))

    def _record(self) -> None:
        """Measure the network, and keep its hidden neurons' weights."""
        cost, train_accuracy = self._measure(self._learnt)
        test_cost, test_accuracy = self._measure(self._sets.test)
        own = self._sets.own_held_back
        frame = Frame(
            step=self._step,
            epoch=round(self._step / self._steps_per_epoch, 4),
            cost=finite(cost),
            test_cost=finite(test_cost),
            train_accuracy=train_accuracy,
            test_accuracy=test_accuracy,
            own_accuracy=self._measure(own)[1] if len(own) else None,
        )
        self.frames.append(frame)
        hidden = self._network.layers[0]
        assert isinstance(hidden, Dense)
        self._pictures.append(to_int8(hidden.weights.T))

    def _measure(self, examples: Examples) -> tuple[float, float]:
        """Return the mean cost and the accuracy."""
        activations = self._network.feedforward(examples.inputs)
        n_correct = (activations.argmax(axis=1) == examples.labels).sum()
        cost = self._network.loss.cost(activations, one_hot(examples.labels))
        return cost, float(n_correct / len(examples))
