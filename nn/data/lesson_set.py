"""The lesson set: 14,000 digits of MNIST that come with the project, so that it trains offline.

``python -m nn.data.choose_lesson_set`` makes its file, ``lesson_set.npz``.
"""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from nn.data.digits import DataError, Digits

LESSON_SET = Path(__file__).with_name("lesson_set.npz")
N_TRAIN, N_TEST = 12_000, 2_000


def load_lesson_set(path: Path = LESSON_SET) -> tuple[Digits, Digits]:
    """Return 12,000 of MNIST's training digits and 2,000 of its test digits.

    There are as many of each class, in the order 0, 1, ... 9, 0, 1, ...: so the first ``10 n``
    digits hold ``n`` of each.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            train, test = (
                Digits(arrays[f"{part}_images"], arrays[f"{part}_labels"])
                for part in ("train", "test")
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path}: expected the lesson set, but it cannot be read ({error}): copy it again, or "
            "make it with python -m nn.data.choose_lesson_set"
        ) from error
    return train, test
