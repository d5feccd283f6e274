"""The lesson set: 14,000 digits of MNIST that come with the project, so that it trains offline.

``tests/make_lesson_set.py`` makes its file. The app imports this module, and no training tool.
"""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from nn.data.digits import DataError, Digits

LESSON_SET = Path(__file__).with_name("lesson_set.npz")


def load_lesson_set(path: Path = LESSON_SET) -> tuple[Digits, Digits]:
    """Return 12,000 of MNIST's training digits and 2,000 of its test digits.

    There are as many of each class, in the order 0, 1, ... 9, 0, 1, ...: so the first ``10 n``
    digits hold ``n`` of each. Raise DataError if the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            train, test = (
                Digits(arrays[f"{part}_images"], arrays[f"{part}_labels"])
                for part in ("train", "test")
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path}: expected the lesson set, but it cannot be read ({error}): copy it again"
        ) from error
    return train, test
