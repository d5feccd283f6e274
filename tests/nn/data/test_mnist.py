import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pooch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.make.lesson_set import choose_lesson_set
from nn.data import mnist
from nn.data.digits import NO_DIGIT, DataError
from nn.data.kaggle import PIXEL_NAMES, read_test, read_train, write_submission
from nn.data.lesson_set import LESSON_SET, load_lesson_set
from nn.data.mnist import load_mnist, parse_idx
from nn.data.omniglot import is_unlike_digits, load_omniglot
from nn.data.published import download
from tests.data_sets import needs_data


def idx(array: np.ndarray) -> bytes:
    """Return the bytes of an idx file of an array."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """What four small files hold, in the place of MNIST's, in the folder ``tmp_path``."""
    rng = np.random.default_rng(0)
    arrays, files = {}, []
    for file in mnist.FILES:
        shape = (6, 28, 28) if "images" in file.name else (6,)
        arrays[file.name] = rng.integers(0, 10, shape, np.uint8)
        content = idx(arrays[file.name])
        (tmp_path / file.name).write_bytes(content)
        files.append(replace(file, sha256=hashlib.sha256(content).hexdigest()))
    monkeypatch.setattr(mnist, "FILES", files)
    return arrays


@given(
    arrays(np.uint8, st.one_of(st.tuples(st.integers(0, 9)), st.tuples(*[st.integers(0, 5)] * 3)))
)
def test_a_written_idx_file_is_read_back(array: np.ndarray) -> None:
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
def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(6, np.uint8)))
    with pytest.raises(DataError, match="is not the MNIST file: expected SHA-256"):
        load_mnist(tmp_path)


@needs_data
def test_the_real_mnist_is_read_completely() -> None:
    train, test = load_mnist()
    assert train.images.shape == (60000, 28, 28)
    assert test.images.shape == (10000, 28, 28)
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip


HEADER = ["label", *PIXEL_NAMES]


def table(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> Path:
    """Write a table as Kaggle does."""
    lines = [",".join(map(str, row)) for row in [header, *rows]]
    path.write_text("\n".join([*lines, ""]))
    return path


@settings(max_examples=20)
@given(arrays(np.uint8, st.tuples(st.integers(1, 4), st.just(785))))
def test_a_table_comes_back(tmp_path_factory: pytest.TempPathFactory, numbers: np.ndarray) -> None:
    numbers[:, 0] %= 10
    path = table(tmp_path_factory.mktemp("kaggle") / "train.csv", HEADER, numbers)
    digits = read_train(path)
    assert np.array_equal(digits.labels, numbers[:, 0])
    assert np.array_equal(digits.images.reshape(-1, 784), numbers[:, 1:])
    assert digits.images.dtype == np.uint8


def test_a_test_table_has_no_labels(tmp_path: Path) -> None:
    path = table(tmp_path / "test.csv", PIXEL_NAMES, [[255, *[0] * 783]])
    images = read_test(path)
    assert images.shape == (1, 28, 28)
    assert images[0, 0, 0] == 255


def test_windows_line_ends_a_byte_order_mark_and_empty_lines_are_fine(tmp_path: Path) -> None:
    path = table(tmp_path / "train.csv", HEADER, [[3, *[7] * 784]])
    text = path.read_text().replace("\n", "\r\n") + "\r\n"
    path.write_bytes(text.encode("utf-8-sig"))
    assert read_train(path).labels.tolist() == [3]


GOOD = [1, *[0] * 784]


WRONG_ROWS = {
    "a label above 9": ([10, *[0] * 784], "line 3: expected label from 0 to 9, but found 10"),
    "a pixel below 0": ([1, -1, *[0] * 783], "line 3: expected pixel0 from 0 to 255, but found -1"),
    "two columns less": ([1, *[0] * 782], "line 3: expected 785 columns, but found 783"),
    "a word": ([1, "ink", *[0] * 783], "line 3: expected whole numbers .*'ink'"),
    "a huge number": (
        [1, 10**30, *[0] * 783],
        "line 3: expected pixel0 from 0 to 255, but found 1",
    ),
}


@pytest.mark.parametrize(("row", "message"), WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: list[object], message: str) -> None:
    path = table(tmp_path / "train.csv", HEADER, [GOOD, row, GOOD])
    with pytest.raises(DataError, match=rf"train\.csv {message}"):
        read_train(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (",".join(PIXEL_NAMES).encode(), "line 1: expected 785 column names, label, .* found 784"),
        (",".join(["digit", *PIXEL_NAMES]).encode(), "starting with 'digit"),
        (b"", "line 1: expected 785 column names"),
        ((",".join(HEADER) + "\n").encode(), "there are none"),
        (b"\xff\xfe\0\0", "expected a table of numbers as text"),
    ],
    ids=["no label", "another name", "empty", "header only", "not text"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_train(path)


def test_a_submission_counts_pictures_from_1(tmp_path: Path) -> None:
    path = tmp_path / "submission.csv"
    write_submission(path, [7, 0, 3])
    assert path.read_text() == "ImageId,Label\n1,7\n2,0\n3,3\n"
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_digits_hold_as_many_of_each_class() -> None:
    train, test = load_lesson_set()
    assert (len(train), len(test)) == (12_000, 2_000)
    for digits in (train, test):
        assert digits.images.shape == (len(digits), 28, 28) and digits.images.dtype == np.uint8
        assert digits.labels.tolist() == [*range(10)] * (len(digits) // 10)


@needs_data
def test_the_file_is_what_the_command_makes() -> None:
    for shipped, chosen in zip(load_lesson_set(), choose_lesson_set(*load_mnist()), strict=True):
        assert shipped.sha256() == chosen.sha256()


CHANGED = bytearray(LESSON_SET.read_bytes())
CHANGED[len(CHANGED) // 2] ^= 255


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", None, bytes(CHANGED)],
    ids=["empty", "cut off", "missing", "a changed byte"],
)
def test_a_missing_or_damaged_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "set.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"set\.npz: expected the lesson set.*: copy or download"):
        load_lesson_set(path)


def test_the_model_card_has_the_hash_of_the_file() -> None:
    card = Path("models/README.md").read_text()
    assert hashlib.sha256(LESSON_SET.read_bytes()).hexdigest() in card


@pytest.mark.parametrize(
    ("name", "is_unlike"),
    [
        ("images_background_small1/Latin/character11/0001_01.png", True),  # k
        ("images_background_small1/Latin/character15/0001_01.png", False),  # o
        ("images_background_small1/Greek/character24/0001_01.png", True),  # omega
        ("images_background_small1/Greek/character14/0001_01.png", False),  # xi, as a 3
        ("images_background_small1/Greek/character14/", False),
    ],
)
def test_characters_that_look_like_a_digit_are_left_out(name: str, is_unlike: bool) -> None:
    assert is_unlike_digits(name) is is_unlike


@needs_data
def test_omniglot_has_96_such_characters_by_twenty_people() -> None:
    pictures = load_omniglot()
    assert len(pictures) == 96 * 20
    assert set(pictures.labels.tolist()) == {NO_DIGIT}
    assert (pictures.images.max(axis=(1, 2)) == 255).all()


def test_a_download_that_fails_is_one_short_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise next(errors)

    errors = iter([ConnectionError("HTTPSConnectionPool: " + 400 * "x"), ValueError("SHA-256")])
    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(DataError) as caught:
        download("MNIST", "a.gz", None, ["https://a.org/", "https://b.org/"])
    reasons = "(https://a.org/: ConnectionError; https://b.org/: another SHA-256). With no network"
    assert reasons in str(caught.value)
    assert len(str(caught.value)) < 300
