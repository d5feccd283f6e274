"""The state of an unfinished training as a file of numpy arrays, which is read without pickle."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from nn.core.layers import Array
from nn.data.digits import DataError, refused_if_damaged
from nn.files import write_atomically

N_SHOWN = 4  # differences to another training


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
    DataError
        If the file is missing, damaged, or of a training that differs in anything.
    """
    expected, advice = "the checkpoint of a stopped training", "start one without --resume"
    if not path.exists():
        raise DataError(f"{path}: expected {expected}, but there is none: {advice}")
    with refused_if_damaged(path, expected, advice):
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = dict(archive)
        facts = json.loads(str(arrays.pop("facts")))
        checkpoint = Checkpoint(facts["training"], facts["facts"], arrays)
    old = checkpoint.training
    names = [name for name in {**training, **old} if old.get(name) != training.get(name)]
    if names:
        shown = [
            f"{name} {old.get(name)!r}, but now it is {training.get(name)!r}" for name in names
        ]
        more = f"; and {len(names) - N_SHOWN} others" if len(names) > N_SHOWN else ""
        raise DataError(
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
        members = getattr(value, "__dict__", {})
        value = {key: member for key, member in members.items() if key[0] != "_"}
    for key, member in value.items():
        settings |= settings_of(f"{name}.{key}", member)
    return settings
