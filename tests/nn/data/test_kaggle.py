from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nn.data.digits import DataError
from nn.data.kaggle import PIXEL_NAMES, read_test, read_train, write_submission

HEADER = ["label", *PIXEL_NAMES]


def table(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> Path:
    """Write a table as Kaggle does."""
    lines = [",".join(map(str, row)) for row in [header, *rows]]
    path.write_text("\n".join([*lines, ""]))
    return path


@settings(deadline=None, max_examples=20)
@given(arrays(np.uint8, st.tuples(st.integers(1, 4), st.just(785))))
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, numbers: np.ndarray
) -> None:
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


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([10, *[0] * 784], "line 3: expected label from 0 to 9, but found 10"),
        ([1, *[0] * 783, 256], "line 3: expected pixel783 from 0 to 255, but found 256"),
        ([1, -1, *[0] * 783], "line 3: expected pixel0 from 0 to 255, but found -1"),
        ([1, *[0] * 782], "line 3: expected 785 columns, but found 783"),
        ([1, "ink", *[0] * 783], "line 3: expected whole numbers .*'ink'"),
        ([1, 0.5, *[0] * 783], "line 3: expected whole numbers .*'0.5'"),
        ([1, "", *[0] * 783], "line 3: expected whole numbers"),
        ([1, 10**30, *[0] * 783], "line 3: expected pixel0 from 0 to 255, but found 1000"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: list[object], message: str) -> None:
    path = table(tmp_path / "train.csv", HEADER, [GOOD, row, GOOD])
    with pytest.raises(DataError, match=rf"train\.csv {message}"):
        read_train(path)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (PIXEL_NAMES, "line 1: expected 785 column names, label, .* found 784"),
        (["label", *PIXEL_NAMES[:-1]], "found 784"),
        (["digit", *PIXEL_NAMES], "starting with 'digit"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, header: list[str], message: str) -> None:
    path = table(tmp_path / "train.csv", header, [])
    with pytest.raises(DataError, match=message):
        read_train(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: expected 785 column names"),
        ((",".join(HEADER) + "\n").encode(), "there are none"),
        (b"\xff\xfe\0\0", "expected a table of numbers as text"),
    ],
    ids=["empty", "header only", "not text"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_train(path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train\.csv: cannot be read"):
        read_train(tmp_path / "train.csv")


def test_a_submission_counts_pictures_from_1(tmp_path: Path) -> None:
    path = tmp_path / "submission.csv"
    write_submission(path, [7, 0, 3])
    assert path.read_text() == "ImageId,Label\n1,7\n2,0\n3,3\n"
    assert list(tmp_path.iterdir()) == [path]
