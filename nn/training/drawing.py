"""Training examples that are drawn by several processes, from recorded handwriting."""

import argparse
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image
from tqdm import tqdm

from nn.data.digits import Digits
from nn.data.handwriting import at_most_of_writer, load_handwriting, unlike_digits, whole_digits
from nn.data.mnist import load_mnist
from nn.data.numbers import load_swiss_digits
from nn.data.synthetic.lines import LineWriter, recorded_marks
from nn.reading.page.find import to_mnist

N_TOGETHER = 1_000  # examples that are drawn with one random generator
MAX_OF_WRITER = 250  # digits, and others, of one of UNIPEN's writers

T = TypeVar("T")
Writer = tuple[LineWriter, Digits]
"""What draws lines, and the scanned digits that are drawn, too."""


def load_writers(
    options: argparse.Namespace, rng: np.random.Generator
) -> tuple[Writer, Writer | None]:
    """Return who writes the examples to learn from, and those held back, if anything is.

    Held back are MNIST's last digits, and the held-back writers and sources. Raise DataError if a
    data set cannot be loaded.
    """
    learnt, held_back = load_handwriting(
        options.data, options.held_back_writers, options.held_back_sources
    )
    scanned, last_scanned = load_mnist(options.data)[0].split(options.held_back)
    scanned = scanned.with_more([swiss_digits(options.data)])
    some = partial(at_most_of_writer, MAX_OF_WRITER, rng=rng)
    digits = [*learnt.pen_digits, *some(whole_digits(learnt.characters))]
    others, of_marks = unlike_digits(learnt.characters), recorded_marks(learnt.characters)
    writer = LineWriter(digits, some(others), scanned, some(of_marks))
    strangers = [*held_back.pen_digits, *whole_digits(held_back.characters)]
    if not strangers or not held_back.characters or not len(last_scanned):
        return (writer, scanned), None
    others, of_marks = unlike_digits(held_back.characters), recorded_marks(held_back.characters)
    stranger = LineWriter(strangers, others, last_scanned, of_marks)
    return (writer, scanned), (stranger, last_scanned)


def swiss_digits(folder: Path | None) -> Digits:
    """Return the Swiss digits to train on in the format of MNIST; errors as of the loader."""
    numbers = list(load_swiss_digits("train", folder))
    images = np.stack([to_mnist(Image.fromarray(number.grey)) for number in numbers])
    return Digits(images, np.array([int(number.text) for number in numbers], np.uint8))


def draw_in_parallel(
    draw: Callable[[np.random.Generator], T], n: int, rng: np.random.Generator
) -> Iterator[T]:
    """Yield n examples that ``draw`` returns, with a progress bar on a terminal.

    Several processes draw them. The result does not depend on their number.
    """
    rngs = rng.spawn(-(-n // N_TOGETHER))
    sizes = [min(N_TOGETHER, n - start) for start in range(0, n, N_TOGETHER)]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_set_draw, initargs=(draw,)) as pool:
        parts = pool.map(_draw_some, rngs, sizes)
        for part in tqdm(parts, "drawing", len(sizes), leave=False, disable=None):
            yield from part


_draw: Callable[[np.random.Generator], Any]  # of a process that draws


def _set_draw(draw: Callable[[np.random.Generator], Any]) -> None:
    global _draw
    _draw = draw


def _draw_some(rng: np.random.Generator, n: int) -> list[Any]:
    return [_draw(rng) for _ in range(n)]
