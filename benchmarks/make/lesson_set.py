"""Choose the lesson set from MNIST and write its file: ``python -m benchmarks.make.lesson_set``.

The same seed gives the same digits, and with zlib itself (not zlib-ng) a file of the same bytes.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nn.data.digits import DataError, Digits
from nn.data.lesson_set import LESSON_SET
from nn.data.mnist import load_mnist
from nn.files import write_atomically

SEED = 1
N_TRAIN, N_TEST = 12_000, 2_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, read MNIST, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make.lesson_set")
    parser.add_argument("--data", type=Path, help="folder with the data (else INKLING_DATA)")
    parser.add_argument("--out", type=Path, default=LESSON_SET, help="file to write")
    options = parser.parse_args(arguments)
    try:
        write_atomically(options.out, as_file(*choose_lesson_set(*load_mnist(options.data))))
    except (DataError, OSError) as error:
        sys.exit(f"benchmarks.make.lesson_set: {error}")
    print(f"Wrote {options.out}: {N_TRAIN:,} digits to learn from, {N_TEST:,} to test on")


def choose_lesson_set(train: Digits, test: Digits, seed: int = SEED) -> tuple[Digits, Digits]:
    """Return ``N_TRAIN`` and ``N_TEST`` digits of MNIST's two parts, chosen at random."""
    rng = np.random.default_rng(seed)
    return choose_balanced(train, N_TRAIN, rng), choose_balanced(test, N_TEST, rng)


def choose_balanced(digits: Digits, n: int, rng: np.random.Generator) -> Digits:
    """Return ``n`` digits, a tenth of each class, in the order 0, 1, ... 9, 0, 1, ..."""
    by_class = [
        rng.choice(np.flatnonzero(digits.labels == label), n // 10, replace=False)
        for label in range(10)
    ]
    chosen = np.stack(by_class, axis=1).ravel()
    return Digits(digits.images[chosen], digits.labels[chosen])


def as_file(train: Digits, test: Digits) -> bytes:
    """Return the two sets as a compressed .npz, which ``load_lesson_set`` reads."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        train_images=train.images,
        train_labels=train.labels,
        test_images=test.images,
        test_labels=test.labels,
    )
    return buffer.getvalue()


if __name__ == "__main__":
    main()
