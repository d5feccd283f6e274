"""Kaggle's "digit-recognizer": MNIST's pictures as tables, and the table of a submission.

train.csv has the columns label, pixel0 to pixel783, test.csv the same without label; a submission
has ImageId, counted from 1, and Label. The user downloads them: Kaggle asks for a login.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DataError, Digits
from nn.files import write_atomically

PIXEL_NAMES = [f"pixel{number}" for number in range(28 * 28)]


def read_train(path: Path) -> Digits:
    """Return the labelled pictures of a train.csv.

    Raise DataError with the file and its line if the file is missing, has another header, or a row
    has another number of columns, a label that is not 0 to 9, or a pixel that is not 0 to 255.
    """
    table = _read_table(path, ["label", *PIXEL_NAMES])
    return Digits(table[:, 1:].reshape(-1, 28, 28), table[:, 0])


def read_test(path: Path) -> NDArray[np.uint8]:
    """Return the pictures of a test.csv, uint8 (N, 28, 28); errors as in ``read_train``."""
    return _read_table(path, PIXEL_NAMES).reshape(-1, 28, 28)


def write_submission(path: Path, labels: Iterable[int]) -> None:
    """Write the labels of test.csv's pictures, in their order."""
    rows = [f"{image_id},{label}" for image_id, label in enumerate(labels, start=1)]
    write_atomically(path, "\n".join(["ImageId,Label", *rows, ""]).encode())


def parse_pixels(cells: Sequence[str]) -> NDArray[np.uint8]:
    """Return the 784 pixels of a row; raise DataError if there are not as many, from 0 to 255."""
    return _parse_row(cells, PIXEL_NAMES, "its pixels")


def _read_table(path: Path, header: list[str]) -> NDArray[np.uint8]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = csv.reader(file)
            found = next(lines, [])
            if found != header:
                raise DataError(
                    f"{path} line 1: expected {len(header)} column names, {header[0]}, "
                    f"{header[1]}, ... {header[-1]}, but found {len(found)}, starting with "
                    f"{', '.join(found[:3])!r}"
                )
            rows = [
                _parse_row(row, header, f"{path} line {lines.line_num}") for row in lines if row
            ]
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: expected a table of numbers as text ({error})") from error
    if not rows:
        raise DataError(f"{path}: expected rows of numbers below the header, but there are none")
    return np.stack(rows)


def _parse_row(row: Sequence[str], header: list[str], where: str) -> NDArray[np.uint8]:
    """Return the numbers of a row, or raise DataError with where it is."""
    if len(row) != len(header):
        raise DataError(f"{where}: expected {len(header)} columns, but found {len(row)}")
    try:
        numbers = np.array(list(map(int, row)))
    except ValueError as error:
        raise DataError(f"{where}: expected whole numbers ({error})") from error
    limits = np.full(len(header), 255)
    if header[0] == "label":
        limits[0] = 9
    wrong = np.nonzero((numbers < 0) | (numbers > limits))[0]
    if len(wrong):
        at = wrong[0]
        raise DataError(
            f"{where}: expected {header[at]} from 0 to {limits[at]}, but found {row[at]}"
        )
    return numbers.astype(np.uint8)
