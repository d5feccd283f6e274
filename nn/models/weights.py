"""Trained networks as files: NAME.npz holds the arrays, NAME.json says where they come from.

The .npz is numpy's own format and is read without pickle, which could run code. The .json beside it
names the architecture and the SHA-256 of the .npz, so that loading fails for a damaged file, or for
two files that do not belong together. Both may be forged so that the hash agrees: of each file, and
of each array in it, no more is read or inflated than the architecture needs.
"""

import hashlib
import io
import json
import reprlib
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nn.core.layers import Array, walk
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.files import write_all_atomically
from nn.models.architectures import ARCHITECTURES, Architecture
from nn.models.ctc import CTC
from nn.models.inference import for_inference

MAX_METADATA_BYTES = 1_000_000
MAX_HEADER_BYTES = 1_000  # of an array; numpy writes 128
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.001, 1000
ADVICE = "restore both files, NAME.npz and NAME.json, or train again"

_TEXTS, _OBJECTS = ("name", "description", "command"), ("scores", "data", "own")
_TYPES = dict.fromkeys(_TEXTS, str) | {"layers": list, "parameters": int}
_TYPES |= dict.fromkeys(_OBJECTS, dict)
_HELD_BACK = {"writers_held_back": int, "sources_held_back": list}  # members of "data"


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
    path.parent.mkdir(parents=True, exist_ok=True)
    write_all_atomically(to_files(network, metadata, path))


def to_files(
    network: Network, metadata: dict[str, Any], path: Path, dtype: type[np.floating] = np.float32
) -> dict[Path, bytes]:
    """Return what ``save`` writes, by path, with arrays of float32 or float16."""
    buffer = io.BytesIO()
    arrays = {name: array.astype(dtype) for name, array in named_arrays(network)}
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # numpy < 2.1 would save allow_pickle
    weights = buffer.getvalue()
    described = metadata | {
        "layers": [repr(layer) for layer in network.layers],
        "parameters": network.parameters.size,
        "sha256": hashlib.sha256(weights).hexdigest(),
    }
    text = json.dumps(described, indent=2) + "\n"
    return {path: weights, path.with_suffix(".json"): text.encode()}


def round_to_half(network: Network) -> None:
    """Round a network's arrays to float16, in which they are shipped.

    Raise WeightsError for a number above 65,504, which float16 does not hold.
    """
    for name, array in named_arrays(network):
        with np.errstate(over="ignore"):
            array[:] = array.astype(np.float16)
        if not np.isfinite(array).all():
            raise WeightsError(f"{name}: expected numbers up to 65,504, but found larger ones")


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
        If a file is missing, too large or no regular file, the metadata are not as expected, the
        hash differs, an array's name, shape or dtype is not the architecture's, or a weight is not
        finite. The message names the file and says what to do.
    """
    model = load_trainable(path, architectures)
    return Model(for_reading(model, path, architectures), model.metadata)


def for_reading(
    model: Model, path: Path, architectures: Mapping[str, Architecture] = ARCHITECTURES
) -> Network:
    """Return the network of ``load_trainable`` as ``load`` does; raise WeightsError likewise."""
    shape = architectures[model.metadata["architecture"]].example_shape
    with np.errstate(all="ignore"):  # what overflows is found below
        network = for_inference(model.network, np.zeros(shape, np.float32))
    if not np.isfinite(network.parameters).all():
        raise WeightsError(f"{path}: a variance is below 0, or weights are too large; {ADVICE}")
    return network


def load_trainable(path: Path, architectures: Mapping[str, Architecture] = ARCHITECTURES) -> Model:
    """Return the same network with its layers as they were trained; errors as of ``load``."""
    described = path.with_suffix(".json")
    metadata = _read_metadata(described)
    name = metadata.get("architecture")
    if not isinstance(name, str) or name not in architectures:
        came = f"architecture {reprlib.repr(name)} is none of {', '.join(architectures)}"
        raise WeightsError(f"{described}: {came}; {ADVICE}")
    network = architectures[name].build(np.random.default_rng())
    _read_arrays(path, metadata.get("sha256"), dict(named_arrays(network)))
    if isinstance(network.loss, SoftmaxCrossEntropy | CTC):
        network.loss.temperature = float(metadata.get("temperature", 1))
    return Model(network, metadata)


def named_arrays(network: Network) -> Iterator[tuple[str, Array]]:
    """Yield every trained array with its name in the file, such as "2.weights" for layer 2's."""
    for number, layer in enumerate(walk(network.layers)):
        for name in layer.parameters + layer.statistics:
            yield f"{number}.{name}", getattr(layer, name)


def _read(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file; pipes and devices may have no end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise WeightsError(f"{path}: expected a file, but it is a folder or a device; {ADVICE}")
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read ({error.strerror}); {ADVICE}") from error
    if len(content) > max_bytes:
        raise WeightsError(
            f"{path}: expected {max_bytes:,} bytes at most, but it has more; {ADVICE}"
        )
    return content


def _read_metadata(path: Path) -> dict[str, Any]:
    """Return the JSON object in a metadata file, its members of the types that are written."""
    content = _read(path, MAX_METADATA_BYTES)
    try:
        metadata = json.loads(content)
    except (ValueError, RecursionError) as error:  # RecursionError: of lists within lists
        raise WeightsError(f"{path}: is not JSON ({error!s:.200}); {ADVICE}") from error
    if not isinstance(metadata, dict):
        came = type(metadata).__name__
        raise WeightsError(f"{path}: expected a JSON object, but it holds {came}; {ADVICE}")
    for expected, found in _wrong_members(metadata):
        raise WeightsError(f"{path}: {expected}, but found {reprlib.repr(found)}; {ADVICE}")
    return metadata


def _wrong_members(metadata: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield what was expected and what was found, where these differ; lists must be of texts."""
    typed = {key: (metadata.get(key, kind()), kind) for key, kind in _TYPES.items()}
    data, scores = typed["data"][0], typed["scores"][0]
    if isinstance(data, dict):
        typed |= {key: (data.get(key, kind()), kind) for key, kind in _HELD_BACK.items()}
    for key, (value, kind) in typed.items():
        is_list_of_others = isinstance(value, list) and not all(type(each) is str for each in value)
        if type(value) is not kind or is_list_of_others:
            yield f"{key}: expected {kind.__name__}", value
    for score in scores.values() if isinstance(scores, dict) else ():
        members = score if isinstance(score, dict) else {}
        correct, total = members.get("correct"), members.get("total")
        if not (type(correct) is int and type(total) is int and 0 <= correct <= total > 0):
            yield "expected scores as correct of total digits", score
    temperature = metadata.get("temperature", 1.0)
    is_number = type(temperature) in (int, float)
    if not is_number or not MIN_TEMPERATURE <= temperature <= MAX_TEMPERATURE:
        yield f"expected a temperature from {MIN_TEMPERATURE} to {MAX_TEMPERATURE}", temperature


def _read_arrays(path: Path, sha256: object, targets: Mapping[str, Array]) -> None:
    """Copy the arrays of a weights file, which must have the given hash, into the targets."""
    # Twice as many, so that an array too much or of another dtype is named.
    content = _read(path, 2 * sum(each.nbytes + MAX_HEADER_BYTES for each in targets.values()))
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise WeightsError(
            f"{path}: its SHA-256 is {found}, but {path.stem}.json expects {reprlib.repr(sha256)}; "
            f"the file is damaged or from another training: {ADVICE}"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_names(archive.namelist(), [f"{key}.npy" for key in targets], path)
            for key, target in targets.items():
                target[:] = _read_array(archive, key, target, f"{path}: {key}")
    except WeightsError:
        raise
    except Exception as error:  # zipfile, zlib and numpy raise errors of many kinds.
        what = f"{type(error).__name__} {error!s:.200}".strip()
        raise WeightsError(f"{path}: is not a file of numpy arrays ({what}); {ADVICE}") from error


def _check_names(found: Sequence[str], expected: Sequence[str], path: Path) -> None:
    """Raise WeightsError unless the archive has these files, each once."""
    if sorted(found) != sorted(expected):
        missing, others = ([*set(a) - set(b)] for a, b in ((expected, found), (found, expected)))
        raise WeightsError(
            f"{path}: expected {len(expected)} arrays, but it holds {len(found)}; missing are "
            f"{reprlib.repr(sorted(missing))}, others {reprlib.repr(sorted(others))}; {ADVICE}"
        )


def _read_array(archive: zipfile.ZipFile, key: str, target: Array, where: str) -> Array:
    """Return an array of the target's shape, all finite; no more of it is inflated.

    It is of the target's dtype, or of float16, as networks are shipped.
    """
    entry = archive.getinfo(f"{key}.npy")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise WeightsError(f"{where}: expected numpy's compression or none; {ADVICE}")
    max_bytes = target.nbytes + MAX_HEADER_BYTES
    with archive.open(entry) as file:
        stream = io.BytesIO(file.read(max_bytes + 1))
    np.lib.format.read_magic(stream)
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    numbers = stream.read()
    expected_bytes = target.size * dtype.itemsize
    is_known = shape == target.shape and dtype in (target.dtype, np.float16)
    if not is_known or len(numbers) != expected_bytes:
        raise WeightsError(
            f"{where}: expected {target.dtype} or float16 {target.shape} in {expected_bytes} "
            f"bytes, but found {dtype} {shape} in {len(numbers)}; {ADVICE}"
        )
    array = np.frombuffer(numbers, dtype).reshape(target.shape, order="F" if is_fortran else "C")
    if not np.isfinite(array).all():
        raise WeightsError(f"{where}: holds numbers that are not finite; {ADVICE}")
    return array
