"""All networks on all sets that are for measuring, as tables in Markdown.

Each set goes through the app's own way from a picture to what the network sees, once, and then
through every network. A set that cannot be had is left out, with a line that says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import DataError, Digits
from nn.evaluation import sets as measuring
from nn.evaluation.corruptions import CAMERA_CHANGES, CHANGES, enlarge, show
from nn.evaluation.metrics import expected_calibration_error
from nn.evaluation.tables import markdown, share
from nn.models.weights import Model
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import SIDE_PX, NoInk, to_inputs

MNIST, WRITERS = "MNIST test", "unseen writers' pen strokes"
CHANGED_EVERY = 5  # of MNIST's test digits, one in five is changed
CERTAIN_AT = 0.98  # confidence from which on the app calls an answer certain, unless it is told
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)  # of the curve
PHONE_PHOTOS = "sudoku cells, phone photos"  # are spoilt, too
SEED = 1  # of the changes that are random

Item = TypeVar("Item")


@dataclass(frozen=True)
class Examples:
    """A set as the networks take it.

    Attributes
    ----------
    inputs
        float32 (M, 784), of the pictures that hold ink.
    labels
        uint8 (M,); empty if the pictures show no digits.
    n_total
        How many pictures there are, blank ones too: those are read wrong, and never certain.
    """

    inputs: Array
    labels: NDArray[np.uint8]
    n_total: int


@dataclass(frozen=True)
class Reading:
    """What one network made of one set.

    Attributes
    ----------
    confidences
        (M,) in 0..1, of the pictures that hold ink.
    is_certain, is_correct
        (M,); where there are no digits, nothing is correct.
    """

    confidences: Array
    is_certain: NDArray[np.bool_]
    is_correct: NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """A set, how many pictures it has, and each model's reading: None if it learnt from them."""

    name: str
    n_total: int
    readings: Mapping[str, Reading | None]

    @property
    def title(self) -> str:
        """The name and the number of pictures."""
        return f"{self.name} ({self.n_total:,})"

    def cells(self, text: Callable[[Reading], str]) -> list[str]:
        """Return a text for each model's reading."""
        readings = self.readings.values()
        return ["(learnt)" if reading is None else text(reading) for reading in readings]

    def shares(self, of: Callable[[Reading], NDArray[np.bool_]]) -> list[str]:
        """Return for each model in which share of all the pictures something is so."""
        return self.cells(lambda reading: share(int(of(reading).sum()), self.n_total))


def compare(models: Mapping[str, Model], test: Digits, data: Path | None, n_writers: int) -> str:
    """Return tables: how much each model reads of each set, how well it doubts, and its curves.

    Parameters
    ----------
    models
        By name, a column each.
    test
        MNIST's test digits.
    data
        The data folder, else the one that INKLING_DATA names.
    n_writers
        How many of pendigits' writers, the last ones, are read.
    """
    rows, left_out = [], []
    for name, load in _loaders(test, data, n_writers).items():
        try:
            examples = load()
        except DataError as error:
            left_out.append(f"Left out: {name}. {error}")
            continue
        readings = {
            model: None
            if name == WRITERS and has_learnt(models[model].metadata, n_writers)
            else read(models[model], examples)
            for model in _watched(list(models), f"{name}, read")
        }
        rows.append(Row(name, examples.n_total, readings))
    curves = [curve_table(rows, model) for model in models]
    return "\n\n".join([accuracy_table(rows), doubt_table(rows), *curves, *left_out])


def has_learnt(metadata: Mapping[str, Any], n_writers: int) -> bool:
    """Return whether a model learnt from any of pendigits' last ``n_writers`` writers.

    Its metadata's data tell how many ``writers_held_back``; if they do not, it learnt from none.
    """
    held_back = metadata.get("data", {}).get("writers_held_back")
    return held_back is not None and held_back < n_writers


def prepare(pictures: Iterable[Image.Image], labels: NDArray[np.uint8]) -> Examples:
    """Return pictures, and labels (N,) if they show digits, as the app lets networks see them."""
    images, has_ink = [], []
    for picture in pictures:
        try:
            images.append(to_mnist(picture))
            has_ink.append(True)
        except NoInk:
            has_ink.append(False)
    inputs = to_inputs(np.stack(images)) if images else np.empty((0, SIDE_PX**2), np.float32)
    return Examples(inputs, labels[has_ink] if len(labels) else labels, len(has_ink))


def read(model: Model, examples: Examples) -> Reading:
    """Return what a model makes of a set."""
    if not len(examples.inputs):
        return Reading(np.empty(0, np.float32), np.empty(0, np.bool_), np.empty(0, np.bool_))
    activations = model.network.activations(examples.inputs)
    confidences: Array = activations.max(axis=1)
    is_correct = np.zeros(len(activations), np.bool_)
    if len(examples.labels):
        is_correct = activations.argmax(axis=1) == examples.labels
    return Reading(confidences, confidences >= CERTAIN_AT, is_correct)


def accuracy_table(rows: Sequence[Row]) -> str:
    """Return as Markdown which share of each set each model reads correctly."""
    lines = [
        (row.title, row.shares(lambda reading: reading.is_correct))
        for row in rows
        if row.name not in measuring.NO_DIGITS
    ]
    return markdown("read correctly", list(rows[0].readings), lines)


def doubt_table(rows: Sequence[Row]) -> str:
    """Return as Markdown of what each model is certain, how rightly, and how well calibrated."""
    lines = []
    for row in rows:
        if row.name not in (MNIST, WRITERS, *measuring.NO_DIGITS):
            continue
        certain = row.shares(lambda reading: reading.is_certain)
        lines.append((f"{row.title}: certain", certain))
        if row.name not in measuring.NO_DIGITS:
            lines.append(("... and wrong", row.cells(_certain_and_wrong)))
            lines.append(("... expected calibration error", row.cells(_calibration)))
    return markdown("doubt", list(rows[0].readings), lines)


def curve_table(rows: Sequence[Row], model: str) -> str:
    """Return as Markdown of which share of each set a model is certain, from any threshold on."""
    shown = [row for row in rows if row.name in (MNIST, WRITERS, *measuring.NO_DIGITS)]
    lines: list[tuple[str, list[str]]] = []
    for threshold in THRESHOLDS:
        cells = []
        for row in shown:
            reading = row.readings[model]
            n_certain = 0 if reading is None else int((reading.confidences >= threshold).sum())
            cells.append("(learnt)" if reading is None else share(n_certain, row.n_total))
        lines.append((f"{threshold:g}", cells))
    return markdown(f"{model} is certain from", [row.title for row in shown], lines)


def _loaders(test: Digits, data: Path | None, n_writers: int) -> dict[str, Callable[[], Examples]]:
    """Return for each set, by name and in the order of the table, what loads and prepares it."""

    def load_mnist() -> Examples:
        return Examples(to_inputs(test.images), test.labels, len(test))

    def load_writers() -> Examples:
        drawn = measuring.draw_last_writers(n_writers, data)
        return prepare(_watched(drawn.pictures, WRITERS), drawn.labels)

    def load_set(name: str) -> Examples:
        loaded = measuring.load(name, data)
        return prepare(_watched(loaded.pictures, name), loaded.labels)

    def change(name: str) -> Examples:
        rng = np.random.default_rng(SEED)
        images = _watched(list(test.images[::CHANGED_EVERY]), f"{MNIST}, {name}")
        pictures = (show(CHANGES[name](enlarge(image), rng)) for image in images)
        return prepare(pictures, test.labels[::CHANGED_EVERY])

    def spoil(name: str) -> Examples:
        rng = np.random.default_rng(SEED)
        loaded = measuring.load(PHONE_PHOTOS, data)
        pictures = (CAMERA_CHANGES[name](picture, rng) for picture in loaded.pictures)
        return prepare(_watched(pictures, f"{PHONE_PHOTOS}, {name}"), loaded.labels)

    return {
        MNIST: load_mnist,
        WRITERS: load_writers,
        **{name: partial(load_set, name) for name in measuring.DIGITS},
        **{f"{PHONE_PHOTOS}, {name}": partial(spoil, name) for name in CAMERA_CHANGES},
        **{f"{MNIST}, {name}": partial(change, name) for name in CHANGES},
        **{name: partial(load_set, name) for name in measuring.NO_DIGITS},
    }


def _watched(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Yield the items, with a progress bar on a terminal if they take over a second."""
    yield from tqdm(items, what, leave=False, disable=None, delay=1)


def _certain_and_wrong(reading: Reading) -> str:
    """Return how many of the certain answers are wrong."""
    n_certain = int(reading.is_certain.sum())
    n_wrong = int((reading.is_certain & ~reading.is_correct).sum())
    return f"{n_wrong:,} of {n_certain:,} ({100 * n_wrong / max(1, n_certain):.2f} %)"


def _calibration(reading: Reading) -> str:
    """Return the expected calibration error in percent."""
    return f"{100 * expected_calibration_error(reading.confidences, reading.is_correct):.2f} %"
