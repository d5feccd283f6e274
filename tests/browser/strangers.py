"""Digits of people on whom no network is measured in the page: pen strokes, to draw on pads.

Each function raises DataError where pendigits is not there.
"""

import numpy as np

from nn.data.digits import Character
from nn.data.pendigits import TABLET_SIDE, load_pendigits
from tests.browser.digits import Stroke

LOW, HIGH = 0.15, 0.7  # the part of the pad that a drawing takes
EVERY = 3  # of the points that a tablet records, each the work of an event


def drawings(count: int, seed: int) -> list[list[list[dict[str, float]]]]:
    """Return so many digits, each as strokes of points x, y in 0..1, as the pad keeps them."""
    digits = load_pendigits()
    chosen = np.random.default_rng(seed).choice(len(digits), count, replace=False)
    return [
        [[{"x": x, "y": y} for x, y in stroke / TABLET_SIDE] for stroke in digits[place].strokes]
        for place in chosen
    ]


def hands(count: int) -> list[list[list[Stroke]]]:
    """Return the digits 0 to 9 of so many writers, each digit as strokes on the pad."""
    digits = load_pendigits()
    rng = np.random.default_rng(1)
    writers = rng.permutation(sorted({digit.writer for digit in digits}))
    found = []
    for place in range(count):
        of_writer = [each for each in digits if each.writer == writers[place % len(writers)]]
        by_label = [[each for each in of_writer if each.label == label] for label in range(10)]
        found.append([_on_pad(of_label[rng.integers(len(of_label))]) for of_label in by_label])
    return found


def _on_pad(digit: Character) -> list[Stroke]:
    thinned = [np.concatenate([stroke[:-1:EVERY], stroke[-1:]]) for stroke in digit.strokes]
    return [[tuple(LOW + HIGH * point / TABLET_SIDE) for point in stroke] for stroke in thinned]
