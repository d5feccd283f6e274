import hashlib
import io
import json
import os
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.core.losses import one_hot
from nn.core.network import Network
from nn.models import weights
from nn.models.architectures import article, convnet
from nn.models.weights import WeightsError

Saved = tuple[Network, Path]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Return a network with random weights, and the file that it was written to."""
    network = article(np.random.default_rng(0))
    path = tmp_path / "models" / "article.npz"
    weights.save(network, {"architecture": "article", "seed": 0}, path)
    return network, path


def rewrite(path: Path, content: bytes) -> None:
    """Give a weights file another content, and its metadata the hash that goes with it."""
    path.write_bytes(content)
    metadata = json.loads(path.with_suffix(".json").read_text())
    metadata["sha256"] = hashlib.sha256(content).hexdigest()
    path.with_suffix(".json").write_text(json.dumps(metadata))


def rewrite_metadata(path: Path, changes: Mapping[str, object]) -> None:
    described = path.with_suffix(".json")
    described.write_text(json.dumps(json.loads(described.read_text()) | changes))


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as archive:
        return dict(archive)


def rewrite_arrays(path: Path, arrays: dict[str, np.ndarray], folder: Path) -> None:
    np.savez(folder / "other.npz", **arrays)
    rewrite(path, (folder / "other.npz").read_bytes())


def test_a_network_comes_back_as_it_was_saved(saved: Saved) -> None:
    network, path = saved
    model = weights.load(path)
    assert np.array_equal(model.network.parameters, network.parameters)
    inputs = np.random.default_rng(1).random((5, 784), np.float32)
    assert np.array_equal(model.network.feedforward(inputs), network.feedforward(inputs))


@pytest.fixture
def saved_convnet(tmp_path: Path) -> Saved:
    """Return a convnet after a few training steps, and the file that it was written to."""
    rng = np.random.default_rng(0)
    network = convnet(rng)
    for _ in range(3):
        network.backprop(rng.random((8, 784), np.float32), one_hot(rng.integers(10, size=8)))
        network.parameters -= network.gradients
    path = tmp_path / "convnet.npz"
    weights.save(network, {"architecture": "convnet", "temperature": 0.5}, path)
    return network, path


def test_a_convnet_comes_back_folded_and_predicts_the_same(saved_convnet: Saved) -> None:
    network, path = saved_convnet
    loaded = weights.load(path).network
    inputs = np.random.default_rng(1).random((5, 784), np.float32)
    network.loss.temperature = 0.5
    assert not any("BatchNorm" in repr(layer) for layer in loaded.layers)
    np.testing.assert_allclose(
        loaded.feedforward(inputs), network.feedforward(inputs), rtol=1e-3, atol=1e-6
    )


@pytest.mark.parametrize(
    "temperature",
    [0, "warm", None, True, float("inf"), float("nan"), 0.0009, 1001, 10**400],
    ids=lambda temperature: f"{temperature!s:.8}",
)
def test_a_temperature_that_is_none_is_refused(saved_convnet: Saved, temperature: object) -> None:
    _, path = saved_convnet
    rewrite_metadata(path, {"temperature": temperature})
    with pytest.raises(WeightsError, match=r"expected a temperature from 0\.001 to 1000"):
        weights.load(path)


def test_infinite_folded_weights_are_refused(saved_convnet: Saved, tmp_path: Path) -> None:
    _, path = saved_convnet
    arrays = arrays_of(path)
    arrays["3.variance"].fill(-1)
    rewrite_arrays(path, arrays, tmp_path)
    with pytest.raises(WeightsError, match="a variance is below 0"):
        weights.load(path)


def test_the_metadata_describe_the_file(saved: Saved) -> None:
    _, path = saved
    metadata = weights.load(path).metadata
    assert metadata["parameters"] == 784 * 15 + 15 + 15 * 10 + 10
    assert metadata["layers"] == ["Dense(784, 15)", "Sigmoid()", "Dense(15, 10)", "Sigmoid()"]
    assert metadata["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert metadata["seed"] == 0


def test_a_pickle_is_never_opened(saved: Saved, tmp_path: Path) -> None:
    _, path = saved
    arrays = arrays_of(path) | {"0.weights": np.array([object()], dtype=object)}
    rewrite(path, pickle.dumps({"0.weights": 1}))
    with pytest.raises(WeightsError, match="not a file of numpy arrays"):
        weights.load(path)
    rewrite_arrays(path, arrays, tmp_path)
    with pytest.raises(WeightsError, match=r"0.weights: expected float32 .*, but found object"):
        weights.load(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a.pop("2.biases"), "expected 4 arrays, but it holds 3; missing are .*2.biases"),
        (lambda a: a.update(extra=np.zeros(3)), "expected 4 arrays, but it holds 5; .*extra"),
        (lambda a: a.update({"0.weights": a["0.weights"].T}),
         r"0.weights: expected float32 or float16 \(784, 15\) .*, but found float32 \(15, 784\)"),
        (lambda a: a.update({"0.biases": a["0.biases"].astype("f8")}),
         r"0.biases: expected float32 or float16 \(15,\) .*, but found float64"),
        (lambda a: a["2.biases"].fill(np.nan), "2.biases: holds numbers that are not finite"),
    ],
    ids=["missing", "unknown", "shape", "dtype", "not finite"],
)  # fmt: skip
def test_arrays_that_do_not_fit_the_network_are_named(
    saved: Saved, tmp_path: Path, change: Callable[[dict[str, np.ndarray]], object], message: str
) -> None:
    _, path = saved
    arrays = arrays_of(path)
    change(arrays)
    rewrite_arrays(path, arrays, tmp_path)
    with pytest.raises(WeightsError, match=message):
        weights.load(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"architecture": "transformer"}', "architecture 'transformer' is none of article, mlp"),
        ("{}", "architecture None is none of"),
        ("[1]", "expected a JSON object, but it holds list"),
        ("[" * 100_000, "is not JSON"),
        (f'{{"architecture": "{"x" * 900_000}"}}', "architecture 'xxx.{1,40}' is none of"),
        (f'{{"architecture": "{"x" * 1_000_000}"}}', "expected 1,000,000 bytes at most"),
    ],
    ids=range(6),
)
def test_metadata_that_make_no_sense_are_refused(saved: Saved, content: str, message: str) -> None:
    _, path = saved
    path.with_suffix(".json").write_text(content)
    with pytest.raises(WeightsError, match=message):
        weights.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 3}, "name: expected str, but found 3"),
        ({"layers": ["Dense(784, 15)", 3]}, "layers: expected list, but found"),
        ({"parameters": True}, "parameters: expected int, but found True"),
        ({"data": [1]}, r"data: expected dict, but found \[1\]"),
        ({"data": {"writers_held_back": "6"}}, "writers_held_back: expected int, but found '6'"),
        ({"data": {"sources_held_back": [["aga"]]}}, "sources_held_back: expected list, but found"),
        ({"scores": {"mnist_test": 3}}, "scores as correct of total digits, but found 3"),
        ({"scores": {"a": {"correct": 0, "total": 0}}}, "scores as correct of total digits"),
        ({"scores": {"a": {"correct": 2, "total": 1}}}, "scores as correct of total digits"),
        ({"scores": {"a": {"correct": 1}}}, "scores as correct of total digits"),
        ({"sha256": ["x" * 100_000]}, r"expects \['xxx.{1,60}\]; the file is damaged"),
    ],
)
def test_wrong_types_are_refused(saved: Saved, changes: Mapping[str, object], message: str) -> None:
    _, path = saved
    rewrite_metadata(path, changes)
    with pytest.raises(WeightsError, match=message):
        weights.load(path)


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npy_that_says(shape: str, numbers: bytes) -> bytes:
    """Return an array's file whose header gives any shape."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + numbers


def archive(path: Path, entry: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return the weights file with another content of its largest array."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as written:
        for key, array in arrays_of(path).items():
            written.writestr(f"{key}.npy", entry if key == "0.weights" else npy(array))
    return buffer.getvalue()


def patched(content: bytes, position: int, new: bytes) -> bytes:
    """Return a ZIP file with other bytes at a position of its first entry's directory record."""
    at = content.index(b"PK\1\2") + position
    return content[:at] + new + content[at + len(new) :]


NUMBERS = bytes(784 * 15 * 4)
GOOD = npy(np.zeros((784, 15), np.float32))
BOMB = npy(np.zeros(20_000_000, np.float32))
NO_ARCHIVE, OTHER = (
    "is not a file of numpy arrays",
    r"0.weights: expected float32 or float16 \(784, 15\)",
)
FORGED: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "no entry": (lambda path: b"PK\5\6" + bytes(18), "expected 4 arrays, but it holds 0"),
    "the first half": (lambda path: archive(path, GOOD)[:20_000], NO_ARCHIVE),
    "a wrong CRC": (lambda path: patched(archive(path, GOOD), 16, bytes(4)), NO_ARCHIVE),
    "encrypted": (lambda path: patched(archive(path, GOOD), 8, b"\1"), NO_ARCHIVE),
    "a size that lies": (
        lambda path: patched(archive(path, GOOD), 20, 2 * bytes([255, 255, 255, 127])),
        f"{OTHER}|{NO_ARCHIVE}"),  # newer versions of Python find that entries overlap
    "an array twice": (lambda path: twice(path), "expected 4 arrays, but it holds 5"),
    "a sum as shape": (lambda path: archive(path, npy_that_says("(784, 10+5)", NUMBERS)),
        NO_ARCHIVE),
    "a huge shape": (lambda path: archive(path, npy_that_says(f"({10**14},)", NUMBERS)), OTHER),
    "a deep header": (lambda path: archive(path, npy_that_says("(" * 900, b"")), NO_ARCHIVE),
    "a byte too few": (lambda path: archive(path, GOOD[:-1]), OTHER),
    "infinite": (lambda path: archive(path, npy(np.full((784, 15), np.inf, np.float32))),
        "0.weights: holds numbers that are not finite"),
    "a bomb": (lambda path: archive(path, BOMB, zipfile.ZIP_DEFLATED), OTHER),
    "a bomb by bzip2": (lambda path: archive(path, BOMB, zipfile.ZIP_BZIP2), "compression"),
    "a bomb by LZMA": (lambda path: archive(path, BOMB, zipfile.ZIP_LZMA), "compression"),
    "a megabyte": (lambda path: bytes(1_000_000), "expected 103,480 bytes at most"),
}  # fmt: skip


def twice(path: Path) -> bytes:
    buffer = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(buffer, "a") as written, pytest.warns(UserWarning, match="Duplicate"):
        written.writestr("0.weights.npy", GOOD)
    return buffer.getvalue()


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_file_is_refused_before_it_takes_memory(saved: Saved, forged: str) -> None:
    _, path = saved
    make, message = FORGED[forged]
    rewrite(path, make(path))
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match=message) as refusal:
            weights.load(path)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert str(refusal.value).startswith(str(path))
    assert "or train again" in str(refusal.value)
    assert len(str(refusal.value)) < len(str(path)) + 400


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("change", [np.ascontiguousarray, np.asfortranarray])
def test_arrays_are_read_compressed_and_in_either_order(
    saved: Saved, method: int, change: Callable[..., Any]
) -> None:
    network, path = saved
    expected = network.layers[0].weights
    rewrite(path, archive(path, npy(change(expected)), method))
    assert np.array_equal(weights.load(path).network.layers[0].weights, expected)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
@pytest.mark.parametrize(
    ("replace", "message"),
    [
        (lambda path: None, r"article\.(npz|json): cannot be read"),
        (Path.mkdir, "expected a file, but it is a folder or a device"),
        (os.mkfifo, "expected a file, but it is a folder or a device"),
        (lambda path: path.symlink_to("/dev/zero"), "expected a file, but it is a folder or a dev"),
        (lambda path: large(path), "bytes at most, but it has more"),
    ],
    ids=["nothing", "a folder", "a pipe", "a device", "100 megabytes"],
)
def test_what_is_no_file_is_not_opened_and_of_a_large_one_little_is_read(
    saved: Saved, suffix: str, replace: Callable[[Path], object], message: str
) -> None:
    path = saved[1].with_suffix(suffix)
    path.unlink()
    replace(path)
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match=message):
            weights.load(saved[1])
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def large(path: Path) -> None:
    path.touch()
    os.truncate(path, 100_000_000)
