import hashlib
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_a_convnet_comes_back_folded_and_predicts_the_same(
    saved_convnet: Saved,
) -> None:
    network, path = saved_convnet
    loaded = weights.load(path).network
    inputs = np.random.default_rng(1).random((5, 784), np.float32)
    network.loss.temperature = 0.5
    assert not any("BatchNorm" in repr(layer) for layer in loaded.layers)
    np.testing.assert_allclose(
        loaded.feedforward(inputs), network.feedforward(inputs), rtol=1e-3, atol=1e-6
    )


def test_a_convnet_fits_into_4_megabytes(saved_convnet: Saved) -> None:
    assert saved_convnet[1].stat().st_size <= 4_000_000


@pytest.mark.parametrize("temperature", [0, -1, "warm", None, float("inf"), float("nan")])
def test_a_temperature_that_is_none_is_refused(saved_convnet: Saved, temperature: object) -> None:
    _, path = saved_convnet
    metadata = json.loads(path.with_suffix(".json").read_text()) | {"temperature": temperature}
    path.with_suffix(".json").write_text(json.dumps(metadata))
    with pytest.raises(WeightsError, match="expected a temperature above 0"):
        weights.load(path)


def test_the_metadata_describe_the_file(saved: Saved) -> None:
    _, path = saved
    metadata = weights.load(path).metadata
    assert metadata["parameters"] == 784 * 15 + 15 + 15 * 10 + 10
    assert metadata["layers"] == ["Dense(784, 15)", "Sigmoid()", "Dense(15, 10)", "Sigmoid()"]
    assert metadata["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert metadata["seed"] == 0


def test_nothing_half_written_is_left_behind(saved: Saved) -> None:
    _, path = saved
    assert sorted(file.name for file in path.parent.iterdir()) == ["article.json", "article.npz"]


def test_a_write_that_fails_leaves_the_old_file_alone(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = saved
    before = path.read_bytes()

    def full_disk(self: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space"):
        weights.save(article(np.random.default_rng(1)), {"architecture": "article"}, path)
    assert path.read_bytes() == before


def test_a_disk_that_fills_up_leaves_nothing_half_written(
    saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = saved
    before = path.read_bytes()
    write_bytes = type(path).write_bytes

    def full_disk(self: Path, content: bytes) -> None:
        write_bytes(self, content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space"):
        weights.save(article(np.random.default_rng(1)), {"architecture": "article"}, path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["article.json", "article.npz"]


@settings(deadline=None, max_examples=25)
@given(position=st.integers(0, 40_000), flip=st.integers(1, 255))
def test_any_changed_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, position: int, flip: int
) -> None:
    path = tmp_path_factory.mktemp("models") / "article.npz"
    weights.save(article(np.random.default_rng(0)), {"architecture": "article"}, path)
    content = bytearray(path.read_bytes())
    content[position] ^= flip
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="SHA-256"):
        weights.load(path)


def test_a_truncated_file_is_noticed(saved: Saved) -> None:
    _, path = saved
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="damaged or from another training"):
        weights.load(path)


def test_a_file_that_is_no_archive_is_refused_even_with_a_right_hash(
    saved: Saved,
) -> None:
    _, path = saved
    rewrite(path, b"not numpy's")
    with pytest.raises(WeightsError, match="not a file of numpy arrays"):
        weights.load(path)


def test_a_pickle_is_never_opened(saved: Saved, tmp_path: Path) -> None:
    _, path = saved
    rewrite(path, pickle.dumps({"0.weights": 1}))
    with pytest.raises(WeightsError, match="not a file of numpy arrays"):
        weights.load(path)
    rewrite_arrays(path, arrays_of_objects(), tmp_path)
    with pytest.raises(WeightsError, match="not a file of numpy arrays"):
        weights.load(path)


def arrays_of_objects() -> dict[str, np.ndarray]:
    return {"0.weights": np.array([object()], dtype=object)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a.pop("2.biases"), "needs .*2.biases"),
        (lambda a: a.update(extra=np.zeros(3)), "holds .*extra"),
        (
            lambda a: a.update({"0.weights": a["0.weights"].T}),
            r"0.weights: expected float32 \(784, 15\), but found float32 \(15, 784\)",
        ),
        (
            lambda a: a.update({"0.biases": a["0.biases"].astype("f8")}),
            r"0.biases: expected float32 \(15,\), but found float64",
        ),
        (lambda a: a["2.biases"].fill(np.nan), "2.biases: holds numbers that are not finite"),
    ],
    ids=["missing", "unknown", "shape", "dtype", "not finite"],
)
def test_arrays_that_do_not_fit_the_network_are_named(
    saved: Saved,
    tmp_path: Path,
    change: Callable[[dict[str, np.ndarray]], object],
    message: str,
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
        ("{", "is not JSON"),
    ],
)
def test_metadata_that_make_no_sense_are_refused(saved: Saved, content: str, message: str) -> None:
    _, path = saved
    path.with_suffix(".json").write_text(content)
    with pytest.raises(WeightsError, match=message):
        weights.load(path)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_missing_file_is_named(saved: Saved, suffix: str) -> None:
    _, path = saved
    path.with_suffix(suffix).unlink()
    with pytest.raises(WeightsError, match=rf"article\{suffix}: cannot be read"):
        weights.load(path)
