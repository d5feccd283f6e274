"""Trained networks as files: NAME.npz holds the arrays, NAME.json says where they come from.

The .npz is numpy's own format and is read without pickle, which could run code. The .json beside it
names the architecture and the SHA-256 of the .npz, so that loading fails for a damaged file, or for
two files that do not belong together.
"""

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nn.core.layers import Array
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.files import write_atomically
from nn.models.architectures import ARCHITECTURES, Architecture
from nn.models.ctc import CTC
from nn.models.inference import for_inference


class WeightsError(ValueError):
    """A weights file is missing, damaged, or does not fit its network."""


@dataclass(frozen=True)
class Model:
    """A trained network and its metadata."""

    network: Network
    metadata: dict[str, Any]


def save(network: Network, metadata: dict[str, Any], path: Path) -> None:
    """Write the weights to ``path`` (NAME.npz) and their metadata beside it (NAME.json).

    Both are written under other names first and then renamed, so that no reader finds half a file.
    """
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **dict(named_arrays(network)))
    weights = buffer.getvalue()
    described = metadata | {
        "layers": [repr(layer) for layer in network.layers],
        "parameters": network.parameters.size,
        "sha256": hashlib.sha256(weights).hexdigest(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, weights)
    write_atomically(path.with_suffix(".json"), (json.dumps(described, indent=2) + "\n").encode())


def find_weights(folder: Path, name: str) -> Path:
    """Return the path of a network: NAME.npz, or NAME/NAME.npz as a training writes it."""
    of_run = folder / name / f"{name}.npz"
    return of_run if of_run.is_file() else folder / f"{name}.npz"


def load(path: Path, architectures: Mapping[str, Architecture] = ARCHITECTURES) -> Model:
    """Return the network of ``path`` (NAME.npz), by the architecture that NAME.json names.

    It is made for inference (see ``for_inference``) and cannot be trained further.

    Parameters
    ----------
    path
        NAME.npz, with NAME.json beside it.
    architectures
        Those that it may have: by default of single digits.

    Raises
    ------
    WeightsError
        If a file is missing, the hash differs, or an array's name, shape or dtype is not the
        architecture's, a weight is not finite, or the temperature not above 0. The message names
        the file and says what to do.
    """
    model = load_trainable(path, architectures)
    shape = architectures[model.metadata["architecture"]].example_shape
    return Model(for_inference(model.network, np.zeros(shape, np.float32)), model.metadata)


def load_trainable(path: Path, architectures: Mapping[str, Architecture] = ARCHITECTURES) -> Model:
    """Return the same network with its layers as they were trained; errors as of ``load``."""
    metadata = _read_metadata(path.with_suffix(".json"))
    name = metadata.get("architecture")
    if not isinstance(name, str) or name not in architectures:
        known = ", ".join(architectures)
        raise WeightsError(f"{path.with_suffix('.json')}: architecture {name!r} is none of {known}")
    network = architectures[name].build(np.random.default_rng())
    arrays = _read_arrays(path, metadata.get("sha256"))
    expected = dict(named_arrays(network))
    if arrays.keys() != expected.keys():
        raise WeightsError(f"{path}: holds {sorted(arrays)}, but {name} needs {sorted(expected)}")
    for key, target in expected.items():
        _copy_checked(arrays[key], target, f"{path}: {key}")
    if isinstance(network.loss, SoftmaxCrossEntropy | CTC):
        network.loss.temperature = _temperature(metadata, path.with_suffix(".json"))
    return Model(network, metadata)


def named_arrays(network: Network) -> Iterator[tuple[str, Array]]:
    """Yield every trained array with its name in the file, such as "2.weights" for layer 2's."""
    for number, layer in enumerate(network.layers):
        for name in layer.parameters + layer.statistics:
            yield f"{number}.{name}", getattr(layer, name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror})") from error


def _read_metadata(path: Path) -> dict[str, Any]:
    """Return the JSON object in a metadata file."""
    try:
        metadata = json.loads(_read(path))
    except (UnicodeError, json.JSONDecodeError) as error:
        raise WeightsError(f"{path}: is not JSON ({error})") from error
    if not isinstance(metadata, dict):
        raise WeightsError(
            f"{path}: expected a JSON object, but it holds {type(metadata).__name__}"
        )
    return metadata


def _temperature(metadata: dict[str, Any], path: Path) -> float:
    """Return the temperature in the metadata, or 1 if there is none."""
    temperature = metadata.get("temperature", 1.0)
    if not isinstance(temperature, int | float) or not 0 < temperature < math.inf:
        raise WeightsError(f"{path}: expected a temperature above 0, but found {temperature!r}")
    return float(temperature)


def _read_arrays(path: Path, sha256: object) -> dict[str, Array]:
    """Return the arrays of a weights file that must have the given hash."""
    content = _read(path)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise WeightsError(
            f"{path}: its SHA-256 is {found}, but {path.stem}.json expects {sha256}; "
            "the file is damaged or from another training: restore both, or train again"
        )
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return dict(archive)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{path}: is not a file of numpy arrays ({error})") from error


def _copy_checked(array: Array, target: Array, where: str) -> None:
    """Copy an array into the network's if its shape and dtype are the same, and all is finite."""
    if array.shape != target.shape or array.dtype != target.dtype:
        raise WeightsError(
            f"{where}: expected {target.dtype} {target.shape}, but "
            f"found {array.dtype} {array.shape}"
        )
    if not np.isfinite(array).all():
        raise WeightsError(f"{where}: holds numbers that are not finite")
    target[:] = array
