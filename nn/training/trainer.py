"""A training from its first epoch to its last: measured, saved, stopped and resumed.

A checkpoint is the state of an unfinished training as a file of numpy arrays, read without pickle.
"""

import io
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.core.layers import Array
from nn.core.losses import one_hot
from nn.core.network import Network, ParallelNetwork
from nn.data.digits import NO_DIGIT, Digits
from nn.files import write_atomically
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import Model
from nn.reading.mnist import to_inputs
from nn.training.recipes import RECIPES, Recipe

RATES_AT = (0, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 1)  # of a training, to compare schedules
N_SHOWN = 4  # differences to another training


class CheckpointError(ValueError):
    """A checkpoint is missing, damaged, or of another training."""


@dataclass(frozen=True)
class Checkpoint:
    """All that the next epoch depends on: a resumed training gives the same weights as one run.

    Attributes
    ----------
    training
        Name, seed, data and settings of the training; a checkpoint is resumed only by the same.
    facts
        The history, and the states of the random generators.
    arrays
        By name, such as the parameters.
    """

    training: dict[str, Any]
    facts: dict[str, Any]
    arrays: dict[str, Array]

    def save(self, path: Path) -> None:
        """Write the file atomically."""
        buffer = io.BytesIO()
        facts = np.array(json.dumps({"training": self.training, "facts": self.facts}))
        np.savez(buffer, facts=facts, **self.arrays)  # type: ignore[arg-type]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())


def load_checkpoint(path: Path, training: dict[str, Any]) -> Checkpoint:
    """Return the checkpoint of a training.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, or of a training that differs in anything.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = dict(archive)
        facts = json.loads(str(arrays.pop("facts")))
        checkpoint = Checkpoint(facts["training"], facts["facts"], arrays)
    except FileNotFoundError as error:
        raise CheckpointError(
            f"{path}: expected the checkpoint of a stopped training, but there is none: "
            "start one without --resume"
        ) from error
    except Exception as error:  # of damaged bytes, numpy and zipfile raise errors of many types
        found = " ".join(str(error).split()) or type(error).__name__
        raise CheckpointError(
            f"{path}: is not a checkpoint, or is damaged ({found}): start without --resume"
        ) from error
    old = checkpoint.training
    names = [name for name in {**training, **old} if old.get(name) != training.get(name)]
    if names:
        shown = [
            f"{name} {old.get(name)!r}, but now it is {training.get(name)!r}" for name in names
        ]
        more = f"; and {len(names) - N_SHOWN} others" if len(names) > N_SHOWN else ""
        raise CheckpointError(
            f"{path}: is of a training with {'; '.join(shown[:N_SHOWN])}{more}: "
            "give the same options, or start again without --resume"
        )
    return checkpoint


def settings_of(name: str, value: object) -> dict[str, Any]:
    """Return all that an object is made of by its path, such as ``network.layers.1.rate``.

    A class or a function is its name. An array is its shape and its largest value in three digits,
    in which processors agree, and which tell what it was computed from.
    """
    if value is None or isinstance(value, str | int | float):
        return {name: value}
    if isinstance(value, type | FunctionType):
        return {name: value.__qualname__}
    if isinstance(value, np.ndarray):
        return {name: [*value.shape, float(f"{np.abs(value).max(initial=0):.3g}")]}
    settings: dict[str, Any] = {}
    if isinstance(value, list | tuple):
        value = dict(enumerate(value))
    if not isinstance(value, Mapping):
        settings[name] = type(value).__name__
        value = {key: each for key, each in getattr(value, "__dict__", {}).items() if key[0] != "_"}
    for key, each in value.items():
        settings |= settings_of(f"{name}.{key}", each)
    return settings


class Training:
    """A network, its recipe, and what each epoch gave.

    The last epoch is the result: to choose the epoch that is best on held-back digits would make
    their figure too good. The same digits, epochs and seed give the same weights on the same
    machine, in one run or in several.

    Parameters
    ----------
    name
        One of ``RECIPES``.
    digits, held_back
        To learn from, and to measure each epoch on (may be empty).
    epochs, seed
        Passes over the digits, and the seed of all random choices.
    checkpoint_path
        File to save each epoch's end to, if any.
    is_resumed
        Whether to start from the checkpoint instead of the first weights.
    recipe
        How it is trained, if not by the one of that name.
    start
        The network to start from, as it was trained, instead of random weights.

    Attributes
    ----------
    network
        The network, as the last whole epoch left it.
    snapshot
        What the next epoch depends on, copied at the end of the last one.

    Raises
    ------
    CheckpointError
        If ``is_resumed`` and there is no checkpoint, or it is of another training.
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
        is_resumed: bool = False,
        recipe: Recipe | None = None,
        start: Model | None = None,
    ) -> None:
        self.recipe = recipe or RECIPES[name]
        first_weights, self.shuffle_rng = np.random.default_rng(seed).spawn(2)
        self.network = ARCHITECTURES[name].build(first_weights)
        self.optimizer = self.recipe.optimizer()
        self.digits, self.held_back, self.epochs = digits, held_back, epochs
        self.identity = {"name": name, "seed": seed} | self._settings()
        if start:
            self.identity["from"] = start.metadata["sha256"]
            self.network.parameters[:] = start.network.parameters
            self.network.statistics[:] = start.network.statistics
        self.checkpoint_path = checkpoint_path
        if is_resumed:
            assert checkpoint_path is not None  # as the command gives it
            self._restore(load_checkpoint(checkpoint_path, self.identity))
        else:
            self.snapshot = self._snapshot([])

    @property
    def history(self) -> list[dict[str, float]]:
        """A row of numbers for each epoch that is done."""
        rows: list[dict[str, float]] = self.snapshot.facts["history"]
        return rows

    def run(self) -> None:
        """Do the epochs that are not done yet; Ctrl-C ends this after the last whole one."""
        self.started_s = time.monotonic() - (self.history[-1]["seconds"] if self.history else 0)
        # A network with threads of its own needs each matrix product to use one; None is no limit.
        n_threads = 1 if isinstance(self.network, ParallelNetwork) else None
        try:
            with threadpool_limits(n_threads, user_api="blas"):
                for cost in self.network.sgd(
                    to_inputs(self.digits.images),
                    to_targets(self.digits.labels),
                    self.epochs,
                    self.recipe.batch_size,
                    self.recipe.schedule,
                    rng=self.shuffle_rng,
                    optimizer=self.optimizer,
                    n_epochs_done=len(self.history),
                    distort=self.recipe.distort,
                    progress=self._progress,
                ):
                    self.end_epoch(cost)
        except KeyboardInterrupt:
            tqdm.write(f"Stopped in epoch {len(self.history) + 1}.")
            self._restore(self.snapshot)

    def end_epoch(self, cost: float) -> None:
        """Measure an epoch of the given mean cost, save its snapshot, and print its line."""
        row: dict[str, float] = {"epoch": len(self.history) + 1, "cost": cost}
        row |= self.measure(self.network)
        row["seconds"] = time.monotonic() - self.started_s
        # In one assignment: Ctrl-C may come at any time, and a row belongs to its weights.
        self.snapshot = self._snapshot([*self.history, row])
        if self.checkpoint_path:
            self.snapshot.save(self.checkpoint_path)
        tqdm.write(_epoch_as_text(row, self.epochs))

    def measure(self, network: Network) -> dict[str, float]:
        """Return what the row of an epoch says of its network, by name."""
        if not len(self.held_back):
            return {}
        return {"held_back_accuracy": n_correct(network, self.held_back) / len(self.held_back)}

    def _settings(self) -> dict[str, Any]:
        """Return all that decides the weights, and which are kept, beside name, seed and start."""
        network = self.network
        settings: dict[str, Any] = {"epochs": self.epochs}
        for name, digits in {"digits": self.digits, "held_back": self.held_back}.items():
            settings |= {name: digits.sha256(), f"n_{name}": len(digits)}
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
        states = [rng.bit_generator.state for rng in self._generators()]
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
        for rng, state in zip(self._generators(), snapshot.facts["generators"], strict=True):
            rng.bit_generator.state = state

    def _generators(self) -> list[np.random.Generator]:
        return [self.shuffle_rng, *self.network.generators]

    def _progress(self, batches: Iterable[int]) -> Iterable[int]:
        """Show a progress bar of an epoch, on a terminal only."""
        epoch = f"epoch {len(self.history) + 1} of {self.epochs}"
        bar: tqdm[int] = tqdm(batches, epoch, leave=False, unit="batch", disable=None)
        return bar


def to_targets(labels: NDArray[np.uint8]) -> Array:
    """Return labels (N,) as targets (N, 10): where no digit is shown, a tenth for each digit."""
    is_digit = labels != NO_DIGIT
    targets: Array = np.full((len(labels), 10), 0.1, np.float32)
    targets[is_digit] = one_hot(labels[is_digit])
    return targets


def n_correct(network: Network, digits: Digits) -> int:
    """Return how many digits a network reads correctly.

    Its products for a few pictures at a time are too small to be shared among threads.
    """
    with threadpool_limits(1, user_api="blas"):
        return network.evaluate(to_inputs(digits.images), digits.labels)


def _epoch_as_text(row: dict[str, float], epochs: int) -> str:
    """Return an epoch's numbers as a line."""
    shares = {"held back": "held_back_accuracy", "elsewhere": "elsewhere_accuracy"}
    shown = "".join(f"  {name} {row[key]:8.3%}" for name, key in shares.items() if key in row)
    left = row["seconds"] / row["epoch"] * (epochs - row["epoch"]) / 60
    remaining = f", about {left:.0f} min left" if left >= 1 else ""
    return (
        f"epoch {row['epoch']:3}  cost {row['cost']:.5f}{shown}  {row['seconds']:7.1f} s{remaining}"
    )
