import gzip
import hashlib
import os
import struct
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nn.data import mnist
from nn.data.digits import DataError
from nn.data.mnist import load_mnist, read_idx


def idx(array: np.ndarray) -> bytes:
    """The idx file of an array of bytes."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


@pytest.fixture
def small_mnist(tmp_path, monkeypatch):
    """A folder with four small files in the place of MNIST's, and what they hold."""
    rng = np.random.default_rng(0)
    contents, hashes = {}, {}
    for name in mnist.HASHES:
        shape = (6, 28, 28) if "images" in name else (6,)
        contents[name] = rng.integers(0, 10, shape, np.uint8)
        content = idx(contents[name])
        (tmp_path / name).write_bytes(content)
        hashes[name] = (hashlib.sha256(content).hexdigest(), "")
    monkeypatch.setattr(mnist, "HASHES", hashes)
    monkeypatch.delenv("INKLING_DATA", raising=False)
    return tmp_path, contents


@settings(deadline=None)
@given(
    arrays(np.uint8, st.one_of(st.tuples(st.integers(0, 9)), st.tuples(*[st.integers(0, 5)] * 3))),
    st.booleans(),
)
def test_what_was_written_is_read_back(tmp_path_factory, array, is_zipped):
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx(array)) if is_zipped else idx(array))
    assert np.array_equal(read_idx(path), array)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends within its header"),
        (b"\0\0\x08\x03\0\0", "ends within its header"),
        (b"PK\x03\x04....", "starts with 50 4b 03 04"),
        (b"\0\0\x0d\x03....", "starts with 00 00 0d 03"),
        (idx(np.zeros((2, 3, 3), np.uint8))[:10], "but it holds 10"),
        (idx(np.zeros((2, 3, 3), np.uint8))[:-1], r"2 x 3 x 3 bytes, 34 with .*it holds 33"),
        (idx(np.zeros(5, np.uint8)) + b"!", "13 with the header, but it holds 14"),
        (gzip.compress(idx(np.zeros(5, np.uint8)))[:-6], "is damaged"),
        (b"\x1f\x8b garbage", "is damaged"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path, content, message):
    path = tmp_path / "train-labels-idx1-ubyte"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as raised:
        read_idx(path)
    assert str(path) in str(raised.value)


def test_the_four_files_become_two_sets(small_mnist):
    folder, contents = small_mnist
    train, test = load_mnist(folder)
    assert np.array_equal(train.images, contents["train-images-idx3-ubyte"])
    assert np.array_equal(train.labels, contents["train-labels-idx1-ubyte"])
    assert np.array_equal(test.images, contents["t10k-images-idx3-ubyte"])
    assert np.array_equal(test.labels, contents["t10k-labels-idx1-ubyte"])


def test_the_folder_may_be_named_by_the_environment_and_hold_a_folder_mnist(
    small_mnist, monkeypatch
):
    folder, _ = small_mnist
    (folder / "mnist").mkdir()
    for name in mnist.HASHES:
        zipped = gzip.compress((folder / name).read_bytes())
        (folder / "mnist" / f"{name}.gz").write_bytes(zipped)
        (folder / name).unlink()
    monkeypatch.setenv("INKLING_DATA", str(folder))
    train, _ = load_mnist()
    assert len(train) == 6


def test_one_wrong_pixel_is_noticed(small_mnist):
    folder, _ = small_mnist
    path = folder / "t10k-images-idx3-ubyte"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="t10k-images-idx3-ubyte: is not MNIST's file"):
        load_mnist(folder)


def test_a_missing_file_is_named_with_what_to_do(small_mnist):
    folder, _ = small_mnist
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(
        DataError, match=r"expected MNIST's file train-labels-idx1-ubyte .* copy it"
    ):
        load_mnist(folder)


def test_without_network_the_error_names_the_file_and_says_what_to_do(
    small_mnist, monkeypatch, tmp_path
):
    monkeypatch.setattr(mnist, "MIRRORS", ("http://127.0.0.1:9/", "http://127.0.0.1:9/other/"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz could not .*--data or INK"):
        load_mnist()


def test_the_second_mirror_serves_when_the_first_does_not_and_files_are_kept(
    small_mnist, monkeypatch, tmp_path
):
    folder, contents = small_mnist
    served = tmp_path / "served"
    served.mkdir()
    hashes = {}
    for name, (sha256, _) in mnist.HASHES.items():
        archive = gzip.compress((folder / name).read_bytes())
        (served / f"{name}.gz").write_bytes(archive)
        hashes[name] = (sha256, hashlib.sha256(archive).hexdigest())
    monkeypatch.setattr(mnist, "HASHES", hashes)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    handler = partial(SimpleHTTPRequestHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        mirrors = ("http://127.0.0.1:9/", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setattr(mnist, "MIRRORS", mirrors)
        train, _ = load_mnist()
        server.shutdown()
    assert np.array_equal(train.images, contents["train-images-idx3-ubyte"])
    kept, _ = load_mnist()  # from the cache: the server is gone
    assert np.array_equal(kept.labels, train.labels)


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA")
def test_the_real_mnist_is_read_whole():
    train, test = load_mnist()
    assert train.images.shape == (60000, 28, 28)
    assert test.images.shape == (10000, 28, 28)
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
