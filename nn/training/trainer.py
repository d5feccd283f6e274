"""A training from its first epoch to its last: measured, saved, stopped and resumed."""

import argparse
import time
from abc import ABC, abstractmethod
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.core.layers import Array
from nn.core.network import Network, ParallelNetwork
from nn.models.architectures import ARCHITECTURES
from nn.models.ink_network import ARCHITECTURES as INK_ARCHITECTURES
from nn.models.line_network import ARCHITECTURES as LINE_ARCHITECTURES
from nn.models.weights import Model
from nn.training.checkpoint import Checkpoint, load_checkpoint, settings_of
from nn.training.interrupts import delay_sigint
from nn.training.recipes import RECIPES, Recipe

RATES_AT = (0, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 1)  # of a training, to compare schedules

ALL_ARCHITECTURES = ChainMap(ARCHITECTURES, LINE_ARCHITECTURES, INK_ARCHITECTURES)

T = TypeVar("T")
Batch = NDArray[np.intp]
"""The numbers of a mini-batch's examples."""


class HasHash(Protocol):
    """Examples to learn from, which a hash tells from others."""

    def __len__(self) -> int: ...

    def sha256(self) -> str:
        """Return the SHA-256 of all of them."""


Examples = TypeVar("Examples", bound=HasHash)


class Training(ABC, Generic[Examples]):
    """A network, its recipe, and what each epoch gave.

    The last epoch is the result: to choose the epoch that is best on held-back examples would make
    their figure too good. The same examples, epochs and seed give the same weights on the same
    machine, in one run or in several.

    Parameters
    ----------
    name
        One of ``RECIPES``.
    examples, held_back
        To learn from, and to measure each epoch on (may be empty).
    epochs, seed
        Passes over the examples, and the seed of all random choices.
    recipe
        How it is trained, if not by the one of that name.
    start
        The network to start from, as it was trained, instead of random weights.
    tests
        Examples to measure once in the end, by the name of their score.

    Attributes
    ----------
    network
        The network, as the last whole epoch left it.
    snapshot
        What the next epoch depends on, copied at the end of the last one.
    lists
        The contents of further files of the run, by the suffix of their name.
    """

    lists: Mapping[str, bytes] = {}

    def __init__(
        self,
        name: str,
        examples: Examples,
        held_back: Examples,
        *,
        epochs: int,
        seed: int,
        recipe: Recipe | None = None,
        start: Model | None = None,
        tests: Mapping[str, Examples] = {},
    ) -> None:
        self.recipe = recipe or RECIPES[name]
        first_weights, self.rng = np.random.default_rng(seed).spawn(2)
        self.architecture = ALL_ARCHITECTURES[name]
        self.network = self.architecture.build(first_weights)
        self.optimizer = self.recipe.optimizer()
        self.examples, self.held_back, self.tests = examples, held_back, tests
        self.start, self.epochs = start, epochs
        self.identity = {"name": name, "seed": seed} | self._settings()
        if start:
            self.identity["from"] = start.metadata["sha256"]
            self.network.parameters[:] = start.network.parameters
            self.network.statistics[:] = start.network.statistics
        self.snapshot = self._snapshot([])

    @abstractmethod
    def costs(self) -> Iterator[float]:
        """Do the epochs that are not done yet, and yield the mean cost of each."""

    @abstractmethod
    def n_correct(self, network: Network, examples: Examples) -> int:
        """Return how many examples a network reads correctly."""

    @abstractmethod
    def finish(self, options: argparse.Namespace) -> dict[str, Any]:
        """Give the network its temperature, and return its metadata.

        Raise RunError if it is not worth being written.
        """

    def descend(
        self,
        batches: Callable[[Examples, int, np.random.Generator], Sequence[Batch]],
        augment: Callable[[Examples, Batch, np.random.Generator], tuple[Array, Array]],
    ) -> Iterator[float]:
        """Do the epochs that are not done yet, as ``Network.sgd`` does, and yield their mean costs.

        ``batches`` returns an epoch's mini-batches of a size, ``augment`` the inputs and targets of
        one: for examples of which not all can be inputs at once.
        """
        for epoch in range(len(self.history), self.epochs):
            order, total = batches(self.examples, self.recipe.batch_size, self.rng), 0.0
            for number, batch in enumerate(self.progress(order)):
                inputs, targets = augment(self.examples, batch, self.rng)
                rate = self.recipe.schedule((epoch + number / len(order)) / self.epochs)
                cost = self.network.update_mini_batch(inputs, targets, self.optimizer, rate)
                total += len(batch) * cost
            yield total / len(self.examples)

    def average_with_start(self, share: float) -> None:
        """Set the weights to a mean of those that the training started from and the trained ones.

        ``share``, 0 to 1, is that of the trained ones.

        M. Wortsman and others, "Robust fine-tuning of zero-shot models", 2022: on data unlike those
        learnt, the mean is often more accurate than either.

        Raises
        ------
        ValueError
            If it started from random weights.
        """
        if self.start is None:
            raise ValueError("expected a training that goes on with a network")
        trained, start = self.network, self.start.network
        trained.parameters += (1 - share) * (start.parameters - trained.parameters)
        trained.statistics += (1 - share) * (start.statistics - trained.statistics)

    @property
    def history(self) -> list[dict[str, float]]:
        """A row of numbers for each epoch that is done."""
        rows: list[dict[str, float]] = self.snapshot.facts["history"]
        return rows

    def resume(self, checkpoint: Path) -> None:
        """Continue from a checkpoint; raise DataError if it is missing or of another training."""
        self._restore(load_checkpoint(checkpoint, self.identity))

    def run(self, checkpoint: Path | None = None) -> None:
        """Do the epochs that are not done yet, and save the end of each to a checkpoint, if named.

        Ctrl-C ends this after the last whole epoch.
        """
        started_s = time.monotonic() - (self.history[-1]["seconds"] if self.history else 0)
        # A network with threads of its own needs each matrix product to use one; None is no limit.
        n_threads = 1 if isinstance(self.network, ParallelNetwork) else None
        try:
            with threadpool_limits(n_threads, user_api="blas"):
                for cost in self.costs():
                    row: dict[str, float] = {"epoch": len(self.history) + 1, "cost": cost}
                    row |= self.measure(self.network)
                    row["seconds"] = time.monotonic() - started_s
                    with delay_sigint():
                        self.snapshot = self._snapshot([*self.history, row])
                        if checkpoint:
                            self.snapshot.save(checkpoint)
                        tqdm.write(line_of(row, self.epochs))
        except KeyboardInterrupt:
            tqdm.write(f"Stopped in epoch {len(self.history) + 1}.")
            self._restore(self.snapshot)

    def measure(self, network: Network) -> dict[str, float]:
        """Return what the row of an epoch says of its network, by name."""
        if not len(self.held_back):
            return {}
        return {"held_back_accuracy": self.n_correct(network, self.held_back) / len(self.held_back)}

    def scores(self) -> dict[str, dict[str, float]]:
        """Return how many examples held back, and of each test, the network reads correctly."""
        return {
            name: as_score(self.n_correct(self.network, examples), len(examples))
            for name, examples in {"held_back": self.held_back, **self.tests}.items()
            if len(examples)
        }

    def progress(self, batches: Iterable[T]) -> Iterable[T]:
        """Show a progress bar of an epoch, on a terminal only."""
        epoch = f"epoch {len(self.history) + 1} of {self.epochs}"
        bar: tqdm[T] = tqdm(batches, epoch, leave=False, unit="batch", disable=None)
        return bar

    def _settings(self) -> dict[str, Any]:
        """Return all that decides the weights, and which are kept, beside name, seed and start."""
        network = self.network
        settings: dict[str, Any] = {"epochs": self.epochs}
        for name, examples in {"examples": self.examples, "held_back": self.held_back}.items():
            settings |= {name: examples.sha256(), f"n_{name}": len(examples)}
        rates = {f"{done:g}": float(f"{self.recipe.schedule(done):.6g}") for done in RATES_AT}
        settings |= settings_of("learning_rate", rates)
        settings |= settings_of("recipe", self.recipe) | settings_of("optimizer", self.optimizer)
        parts = {"layers": network.layers, "loss": network.loss, "penalty": network.penalty}
        return settings | settings_of("network", parts)

    def _snapshot(self, history: list[dict[str, float]]) -> Checkpoint:
        """Return a copy of all that the next epoch depends on."""
        network = self.network
        arrays = {"parameters": network.parameters.copy(), "statistics": network.statistics.copy()}
        for name in self.optimizer.state:
            if (value := getattr(self.optimizer, name)) is not None:
                arrays[f"optimizer.{name}"] = np.array(value)
        states = [rng.bit_generator.state for rng in (self.rng, *network.generators)]
        return Checkpoint(self.identity, {"generators": states, "history": history}, arrays)

    def _restore(self, snapshot: Checkpoint) -> None:
        """Continue from a snapshot, and forget what was computed since."""
        self.snapshot = snapshot
        self.network.parameters[:] = snapshot.arrays["parameters"]
        self.network.statistics[:] = snapshot.arrays["statistics"]
        self.optimizer = self.recipe.optimizer()
        for name in self.optimizer.state:
            if (value := snapshot.arrays.get(f"optimizer.{name}")) is not None:
                setattr(self.optimizer, name, value.copy() if value.ndim else value.item())
        generators = (self.rng, *self.network.generators)
        for rng, state in zip(generators, snapshot.facts["generators"], strict=True):
            rng.bit_generator.state = state


def as_score(correct: int, total: int) -> dict[str, float]:
    """Return a score as metadata have it: ``correct``, ``total``, ``accuracy``."""
    return {"correct": correct, "total": total, "accuracy": round(correct / total, 6)}


def line_of(row: Mapping[str, float], n_epochs: int) -> str:
    """Return what is printed of an epoch."""
    shares = {"held back": "held_back_accuracy", "elsewhere": "elsewhere_accuracy"}
    shown = "".join(f"  {name} {row[key]:8.3%}" for name, key in shares.items() if key in row)
    minutes = row["seconds"] / row["epoch"] * (n_epochs - row["epoch"]) / 60
    left = f", about {minutes:.0f} min left" if minutes >= 1 else ""
    return f"epoch {row['epoch']:3}  cost {row['cost']:.5f}{shown}  {row['seconds']:7.1f} s{left}"
