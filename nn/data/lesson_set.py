"""The lesson set: 14,000 digits of MNIST that come with the project, so that it trains offline.

``benchmarks/make/lesson_set.py`` makes its file. The app imports this module, and no training tool.
"""

from pathlib import Path

import numpy as np

from nn.data.digits import Digits, refused_if_damaged

LESSON_SET = Path(__file__).with_name("lesson_set.npz")


def load_lesson_set(path: Path = LESSON_SET) -> tuple[Digits, Digits]:
    """Return 12,000 of MNIST's training digits and 2,000 of its test digits.

    There are as many of each class, in the order 0, 1, ... 9, 0, 1, ...: so the first ``10 n``
    digits hold ``n`` of each. Raise DataError if the file is missing or damaged.
    """
    with refused_if_damaged(path, "the lesson set"), np.load(path, allow_pickle=False) as arrays:
        train, test = (
            Digits(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test")
        )
    return train, test
