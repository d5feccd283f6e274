"""Kaggle's "digit-recognizer": MNIST's pictures as tables, and the submission that it wants back.

train.csv has the columns label, pixel0 to pixel783, test.csv the same without label; a submission
has ImageId, counted from 1, and Label. Kaggle gives them to its members only, so the user brings
them.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DataError, Digits
from nn.files import write_atomically

N_PIXELS = 28 * 28
PIXEL_NAMES = [f"pixel{number}" for number in range(N_PIXELS)]


def read_train(path: Path) -> Digits:
    """Return the labelled pictures of a train.csv.

    Raises
    ------
    DataError
        If the file is missing, has another header, or a row has too few or too many columns, a
        label that is not 0 to 9, or a pixel that is not 0 to 255. The message names the file and
        its line.
    """
    table = _read_table(path, ["label", *PIXEL_NAMES], is_labelled=True)
    return Digits(table[:, 1:].reshape(-1, 28, 28), table[:, 0])


def read_test(path: Path) -> NDArray[np.uint8]:
    """Return the pictures of a test.csv, uint8 (N, 28, 28); errors as in ``read_train``."""
    return _read_table(path, PIXEL_NAMES, is_labelled=False).reshape(-1, 28, 28)


def write_submission(path: Path, labels: Iterable[int]) -> None:
    """Write the labels of test.csv's pictures, in their order, as Kaggle wants them."""
    rows = [f"{image_id},{label}" for image_id, label in enumerate(labels, start=1)]
    write_atomically(path, "\n".join(["ImageId,Label", *rows, ""]).encode())


def _read_table(path: Path, header: list[str], *, is_labelled: bool) -> NDArray[np.uint8]:
    """Return the numbers of a table, one row an example."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = csv.reader(file)
            _check_header(path, next(lines, []), header)
            rows = [_read_row(path, lines.line_num, row, header, is_labelled)
                    for row in _filled(lines)]  # fmt: skip
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: expected a table of numbers as text ({error})") from error
    if not rows:
        raise DataError(f"{path}: expected rows of numbers below the header, but there are none")
    return np.stack(rows)


def _check_header(path: Path, found: list[str], expected: list[str]) -> None:
    """Raise DataError unless the first line names the columns as Kaggle does."""
    if found != expected:
        raise DataError(
            f"{path} line 1: expected {len(expected)} column names, {expected[0]}, {expected[1]}, "
            f"... {expected[-1]}, but found {len(found)}, starting with {', '.join(found[:3])!r}"
        )


def _filled(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows that are not empty lines."""
    return (row for row in lines if row)


def _read_row(
    path: Path, line: int, row: list[str], header: list[str], is_labelled: bool
) -> NDArray[np.uint8]:
    """Return one row's numbers, checked."""
    if len(row) != len(header):
        raise DataError(f"{path} line {line}: expected {len(header)} columns, but found {len(row)}")
    try:
        numbers = np.array(list(map(int, row)))
    except ValueError as error:
        raise DataError(f"{path} line {line}: expected whole numbers ({error})") from error
    limits = np.full(len(header), 255)
    limits[0] = 9 if is_labelled else 255
    wrong = np.nonzero((numbers < 0) | (numbers > limits))[0]
    if len(wrong):
        column = wrong[0]
        raise DataError(
            f"{path} line {line}: expected {header[column]} from 0 to {limits[column]}, "
            f"but found {row[column]}"
        )
    return numbers.astype(np.uint8)
