"""A training from its first epoch to its last: measured, kept safe, stopped and taken up again."""

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.core.layers import Array
from nn.core.network import Network
from nn.core.parallel import ParallelNetwork
from nn.data.digits import Digits
from nn.models.architectures import ARCHITECTURES
from nn.reading.mnist_format import to_inputs
from nn.training import checkpoint
from nn.training.checkpoint import Checkpoint
from nn.training.recipes import RECIPES


class Training:
    """A network that learns by its recipe, and what each epoch gave.

    The last epoch counts, whose learning rate is next to nothing; to choose the epoch that reads
    most held-back digits would flatter what is measured on them. The same digits, epochs and seed
    give the same weights on the same machine, in one go or in several.

    Parameters
    ----------
    name
        One of ``RECIPES``.
    digits, held_back
        To learn from, and to measure each epoch on (may be empty).
    epochs, seed
        Passes over the digits, and where all random choices start.
    checkpoint_path
        File that each epoch's end is kept in, if any.

    Attributes
    ----------
    network
        What learns.
    history
        A row of numbers for each epoch that is done.
    """

    def __init__(
        self,
        name: str,
        digits: Digits,
        held_back: Digits,
        *,
        epochs: int,
        seed: int,
        checkpoint_path: Path | None = None,
    ) -> None:
        self.recipe = RECIPES[name]
        first_weights, self.order = np.random.default_rng(seed).spawn(2)
        self.network = ARCHITECTURES[name].build(first_weights)
        self.optimizer = self.recipe.optimizer()
        self.digits, self.held_back, self.epochs = digits, held_back, epochs
        self.identity = {"name": name, "epochs": epochs, "seed": seed, "digits": digits.sha256()}
        self.checkpoint_path = checkpoint_path
        self.history: list[dict[str, float]] = []
        self.started = time.monotonic()

    def run(self) -> None:
        """Do the epochs that are not done yet; Ctrl-C ends this early, after the last whole one."""
        self._keep()
        self.started = time.monotonic() - (self.history[-1]["seconds"] if self.history else 0)
        try:
            with _threads_for(self.network):
                self.network.sgd(
                    to_inputs(self.digits.images),
                    self.digits.labels,
                    epochs=self.epochs,
                    n_epochs_done=len(self.history),
                    batch_size=self.recipe.batch_size,
                    optimizer=self.optimizer,
                    schedule=self.recipe.schedule,
                    rng=self.order,
                    distort=self.recipe.distort,
                    on_epoch=self.on_epoch,
                    progress=self._progress,
                )
        except KeyboardInterrupt:
            tqdm.write(f"Stopped in epoch {len(self.history) + 1}.")
            for name, array in self._arrays().items():
                array[:] = self.kept[name]

    def on_epoch(self, epoch: int, cost: float) -> None:
        """Measure an epoch, keep what it gave, and print its line."""
        row: dict[str, float] = {"epoch": epoch, "cost": cost}
        if len(self.held_back):
            inputs = to_inputs(self.held_back.images)
            n_correct = self.network.evaluate(inputs, self.held_back.labels)
            row["held_back_accuracy"] = n_correct / len(self.held_back)
        row["seconds"] = time.monotonic() - self.started
        self._keep()
        self.history.append(row)  # last: Ctrl-C may come at any time, and a row needs its weights
        if self.checkpoint_path:
            self._checkpoint().save(self.checkpoint_path)
        tqdm.write(_line(row, self.epochs))

    def _keep(self) -> None:
        """Copy what an epoch has left, before the next one changes it."""
        self.kept = {name: array.copy() for name, array in self._arrays().items()}

    def resume(self) -> None:
        """Take up the training that left the checkpoint.

        Raises
        ------
        CheckpointError
            If there is none, or it is of another training.
        """
        assert self.checkpoint_path is not None
        found = checkpoint.load(self.checkpoint_path, self.identity)
        for name, array in self._arrays().items():
            array[:] = found.arrays[name]
        for name in self.optimizer.state:
            if (value := found.arrays.get(f"optimizer.{name}")) is not None:
                setattr(self.optimizer, name, value if value.ndim else value.item())
        for rng, state in zip(self._generators(), found.facts["generators"], strict=True):
            rng.bit_generator.state = state
        self.history = found.facts["history"]

    def _checkpoint(self) -> Checkpoint:
        """Return all that the next epoch depends on."""
        arrays = self._arrays()
        for name in self.optimizer.state:
            if (value := getattr(self.optimizer, name)) is not None:
                arrays[f"optimizer.{name}"] = np.asarray(value)
        facts: dict[str, Any] = {
            "generators": [rng.bit_generator.state for rng in self._generators()],
            "history": self.history,
        }
        return Checkpoint(self.identity, facts, arrays)

    def _arrays(self) -> dict[str, Array]:
        return {"parameters": self.network.parameters, "statistics": self.network.statistics}

    def _generators(self) -> list[np.random.Generator]:
        return [self.order, *self.network.generators]

    def _progress(self, batches: Iterable[int]) -> Iterable[int]:
        """Show how far an epoch is, on a terminal only."""
        epoch = f"epoch {len(self.history) + 1} of {self.epochs}"
        bar: tqdm[int] = tqdm(batches, epoch, leave=False, unit="batch", disable=None)
        return bar


def _threads_for(network: Network) -> AbstractContextManager[object]:
    """Return what keeps a matrix product to one thread if the network has threads of its own."""
    if isinstance(network, ParallelNetwork):
        limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
        return limits
    return nullcontext()


def _line(row: dict[str, float], epochs: int) -> str:
    """Return an epoch's numbers as a line."""
    held_back = row.get("held_back_accuracy")
    shown = "" if held_back is None else f"  held back {held_back:8.3%}"
    left = row["seconds"] / row["epoch"] * (epochs - row["epoch"]) / 60
    remaining = f", about {left:.0f} min left" if left >= 1 else ""
    return (
        f"epoch {row['epoch']:3}  cost {row['cost']:.5f}{shown}  {row['seconds']:7.1f} s{remaining}"
    )
