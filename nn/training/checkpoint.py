"""The state of an unfinished training as a file of numpy arrays, read without pickle."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nn.core.layers import Array
from nn.files import write_atomically


class CheckpointError(ValueError):
    """A checkpoint is missing, damaged, or of another training."""


@dataclass(frozen=True)
class Checkpoint:
    """All that the next epoch depends on: a resumed training gives the same weights as one run.

    Attributes
    ----------
    training
        Name, epochs, seed and data of the training; a checkpoint is resumed only by the same.
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
        np.savez(buffer, allow_pickle=False, facts=facts, **self.arrays)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())


def load(path: Path, training: dict[str, Any]) -> Checkpoint:
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
    for name, value in training.items():
        if checkpoint.training.get(name) != value:
            raise CheckpointError(
                f"{path}: is of a training with {name} {checkpoint.training.get(name)!r}, but now "
                f"it is {value!r}: give the same options, or start again without --resume"
            )
    return checkpoint
