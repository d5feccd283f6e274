import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nn.data import mnist
from nn.data.digits import DataError
from nn.data.mnist import load_mnist, parse_idx


def idx(array: np.ndarray) -> bytes:
    """The idx file of an array of bytes."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """What four small files hold, in the place of MNIST's, in the folder ``tmp_path``."""
    rng = np.random.default_rng(0)
    arrays, hashes = {}, {}
    for name in mnist.HASHES:
        shape = (6, 28, 28) if "images" in name else (6,)
        arrays[name] = rng.integers(0, 10, shape, np.uint8)
        content = idx(arrays[name])
        (tmp_path / name).write_bytes(content)
        hashes[name] = (hashlib.sha256(content).hexdigest(), "")
    monkeypatch.setattr(mnist, "HASHES", hashes)
    return arrays


@settings(deadline=None)
@given(
    arrays(np.uint8, st.one_of(st.tuples(st.integers(0, 9)), st.tuples(*[st.integers(0, 5)] * 3)))
)
def test_what_was_written_is_read_back(array: np.ndarray) -> None:
    assert np.array_equal(parse_idx(idx(array)), array)


@pytest.mark.parametrize("is_compressed", [False, True])
def test_the_four_files_become_two_sets(
    small_mnist: dict[str, np.ndarray], tmp_path: Path, is_compressed: bool
) -> None:
    if is_compressed:
        (tmp_path / "mnist").mkdir()
        for name in small_mnist:
            content = (tmp_path / name).read_bytes()
            (tmp_path / "mnist" / f"{name}.gz").write_bytes(gzip.compress(content))
            (tmp_path / name).unlink()
    train, test = load_mnist(tmp_path)
    assert np.array_equal(train.images, small_mnist["train-images-idx3-ubyte"])
    assert np.array_equal(train.labels, small_mnist["train-labels-idx1-ubyte"])
    assert np.array_equal(test.images, small_mnist["t10k-images-idx3-ubyte"])
    assert np.array_equal(test.labels, small_mnist["t10k-labels-idx1-ubyte"])


@pytest.mark.usefixtures("small_mnist")
def test_one_wrong_pixel_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "t10k-images-idx3-ubyte"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="t10k-images-idx3-ubyte: is not the MNIST file"):
        load_mnist(tmp_path)


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA")
def test_the_real_mnist_is_read_completely() -> None:
    train, test = load_mnist()
    assert train.images.shape == (60000, 28, 28)
    assert test.images.shape == (10000, 28, 28)
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
