"""Accuracy, certainty and calibration of networks on single digits, as tables in Markdown.

Each picture is prepared once, by the steps that the app takes, and then read by every network.
Sets that are not at hand are left out, with a line that says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import DataError, Digits
from nn.evaluation import corruptions, sets
from nn.evaluation.metrics import expected_calibration_error
from nn.evaluation.sets import LabelledPictures
from nn.evaluation.tables import markdown, proportion
from nn.models.weights import Model
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import SIDE_PX, NoInk, to_inputs

MNIST, WRITERS = "MNIST test", "unseen writers' pen strokes"
PHONE_PHOTOS = "sudoku cells, phone photos"  # measured with corruptions, too
CORRUPTED_EVERY = 5  # one in five of MNIST's test digits is corrupted
CERTAIN_AT = 0.98  # least confidence of an answer that the app calls certain, by default
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)  # of the certainty curve
SEED = 1  # of random corruptions

# A progress bar, on a terminal and if it takes over a second.
progress = partial(tqdm, leave=False, disable=None, delay=1)


@dataclass(frozen=True)
class PreparedSet:
    """Inputs float32 (M, 784) and labels uint8 (M,), if any, of a set's pictures with ink.

    Blank ones of the ``n_total`` pictures count as read wrongly, and as not certain.
    """

    inputs: Array
    labels: NDArray[np.uint8]
    n_total: int


@dataclass(frozen=True)
class DigitPredictions:
    """A network's confidence (M,) for each picture with ink, 0..1, and whether it is correct (M,).

    For pictures of no digits no prediction is correct.
    """

    confidences: Array
    is_correct: NDArray[np.bool_]

    def is_certain(self, threshold: float = CERTAIN_AT) -> NDArray[np.bool_]:
        """Return for each prediction (M,) whether its confidence reaches the threshold."""
        return self.confidences >= threshold


@dataclass(frozen=True)
class SetResult:
    """A set, its number of pictures, and each model's predictions: None if it was trained on it."""

    name: str
    n_total: int
    predictions: Mapping[str, DigitPredictions | None]

    @property
    def title(self) -> str:
        """The name and the number of pictures."""
        return f"{self.name} ({self.n_total:,})"

    def cells(self, format_cell: Callable[[DigitPredictions], str]) -> list[str]:
        """Return a cell for each model."""
        every = self.predictions.values()
        return ["(learnt)" if some is None else format_cell(some) for some in every]

    def proportions(self, select: Callable[[DigitPredictions], NDArray[np.bool_]]) -> list[str]:
        """Return for each model the proportion of all the pictures that are selected."""
        return self.cells(lambda some: proportion(int(select(some).sum()), self.n_total))


def measure(models: Mapping[str, Model], test: Digits, data: Path | None, n_writers: int) -> str:
    """Return tables of accuracy and certainty on each set, and each model's certainty curve.

    Each model, by name, has a column. The sets are MNIST's test digits, those in the data folder,
    or in the one that INKLING_DATA names if None, and pendigits' last ``n_writers`` writers.
    """
    mnist = PreparedSet(to_inputs(test.images), test.labels, len(test))
    results = [SetResult(MNIST, len(test), {name: predict(models[name], mnist) for name in models})]
    left_out = []
    for name, load in _loaders(test, data, n_writers).items():
        try:
            prepared = prepare(load(), name)
        except DataError as error:
            left_out.append(f"Left out: {name}. {error}")
            continue
        predictions = {
            model: None
            if name == WRITERS and has_learnt(models[model].metadata, n_writers)
            else predict(models[model], prepared)
            for model in progress(models, f"{name}, read")
        }
        results.append(SetResult(name, prepared.n_total, predictions))
    curves = [certainty_curve(results, model) for model in models]
    return "\n\n".join([accuracy_table(results), certainty_table(results), *curves, *left_out])


def has_learnt(metadata: Mapping[str, Any], n_writers: int) -> bool:
    """Return whether a model was trained on any of pendigits' last ``n_writers`` writers.

    Metadata without ``writers_held_back`` are of models that were trained on none.
    """
    held_back = metadata.get("data", {}).get("writers_held_back")
    return held_back is not None and held_back < n_writers


def prepare(loaded: LabelledPictures, title: str = "") -> PreparedSet:
    """Return pictures as the app prepares them, with a title over the progress bar."""
    images, has_ink = [], []
    for picture in progress(loaded.pictures, title):
        try:
            images.append(to_mnist(picture))
            has_ink.append(True)
        except NoInk:
            has_ink.append(False)
    inputs = to_inputs(np.stack(images)) if images else np.empty((0, SIDE_PX**2), np.float32)
    labels = loaded.labels[has_ink] if len(loaded.labels) else loaded.labels
    return PreparedSet(inputs, labels, len(has_ink))


def predict(model: Model, prepared: PreparedSet) -> DigitPredictions:
    """Return a model's predictions for a set."""
    if not len(prepared.inputs):
        return DigitPredictions(np.empty(0, np.float32), np.empty(0, np.bool_))
    activations = model.network.activations(prepared.inputs)
    is_correct = np.zeros(len(activations), np.bool_)
    if len(prepared.labels):
        is_correct = activations.argmax(axis=1) == prepared.labels
    return DigitPredictions(activations.max(axis=1), is_correct)


def accuracy_table(results: Sequence[SetResult]) -> str:
    """Return each model's accuracy on each set of digits as a table."""
    rows = [
        (result.title, result.proportions(lambda some: some.is_correct))
        for result in results
        if result.name not in sets.NO_DIGITS
    ]
    return markdown("read correctly", list(results[0].predictions), rows)


def certainty_table(results: Sequence[SetResult]) -> str:
    """Return the certain predictions, the wrong ones of them and the calibration as a table."""
    rows = []
    for result in _with_certainty(results):
        certain = result.proportions(DigitPredictions.is_certain)
        rows.append((f"{result.title}: certain", certain))
        if result.name not in sets.NO_DIGITS:
            rows.append(("... and wrong", result.cells(_certain_and_wrong)))
            rows.append(("... expected calibration error", result.cells(_calibration_error)))
    return markdown("certainty", list(results[0].predictions), rows)


def certainty_curve(results: Sequence[SetResult], model: str) -> str:
    """Return the proportion of confidences above each threshold, for one model, as a table."""
    shown = _with_certainty(results)
    position = list(results[0].predictions).index(model)
    rows = []
    for threshold in THRESHOLDS:
        is_certain = partial(DigitPredictions.is_certain, threshold=threshold)
        cells = [result.proportions(is_certain)[position] for result in shown]
        rows.append((f"{threshold:g}", cells))
    return markdown(f"{model} is certain from", [result.title for result in shown], rows)


def _loaders(
    test: Digits, data: Path | None, n_writers: int
) -> dict[str, Callable[[], LabelledPictures]]:
    """Return the function that loads each set but MNIST, by name, in the order of the table."""

    def corrupt_photos(corrupt: corruptions.PhotoCorruption) -> LabelledPictures:
        rng, loaded = np.random.default_rng(SEED), sets.load(PHONE_PHOTOS, data)
        return replace(loaded, pictures=[corrupt(picture, rng) for picture in loaded.pictures])

    def corrupt_mnist(corrupt: corruptions.InkCorruption) -> LabelledPictures:
        rng, images = np.random.default_rng(SEED), test.images[::CORRUPTED_EVERY]
        inks = (corrupt(corruptions.enlarge(image), rng) for image in images)
        pictures = [corruptions.to_picture(ink) for ink in inks]
        return LabelledPictures(pictures, test.labels[::CORRUPTED_EVERY])

    photos, inks = corruptions.PHOTO_CORRUPTIONS.items(), corruptions.INK_CORRUPTIONS.items()
    return {
        WRITERS: partial(sets.draw_last_writers, n_writers, data),
        **{name: partial(sets.load, name, data) for name in sets.DIGITS},
        **{f"{PHONE_PHOTOS}, {name}": partial(corrupt_photos, change) for name, change in photos},
        **{f"{MNIST}, {name}": partial(corrupt_mnist, change) for name, change in inks},
        **{name: partial(sets.load, name, data) for name in sets.NO_DIGITS},
    }


def _with_certainty(results: Sequence[SetResult]) -> list[SetResult]:
    """Return the sets whose certainty is measured."""
    return [result for result in results if result.name in (MNIST, WRITERS, *sets.NO_DIGITS)]


def _certain_and_wrong(some: DigitPredictions) -> str:
    """Return how many of the certain predictions are wrong."""
    n_certain = int(some.is_certain().sum())
    n_wrong = int((some.is_certain() & ~some.is_correct).sum())
    return f"{n_wrong:,} of {n_certain:,} ({100 * n_wrong / max(1, n_certain):.2f} %)"


def _calibration_error(some: DigitPredictions) -> str:
    """Return the expected calibration error in percent."""
    return f"{100 * expected_calibration_error(some.confidences, some.is_correct):.2f} %"
