"""Accuracy, certainty and calibration of networks on single digits, as tables in Markdown.

Each picture is prepared once, by the steps that the app takes, and then read by every network.
Sets that are not at hand are left out, with a line that says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import DataError, Digits
from nn.evaluation.all_sets import MeasuredSet, all_sets
from nn.evaluation.certainty import CERTAIN_AT, are_no_digits
from nn.evaluation.metrics import expected_calibration_error
from nn.evaluation.sets import LabelledPictures
from nn.evaluation.strangers import HeldBack
from nn.evaluation.tables import count, markdown, proportion
from nn.models.weights import Model
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import SIDE_PX, NoInk, to_inputs

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)  # of the certainty curve
OF_DIGITS = ("read correctly", "certain", "certain and wrong", "expected calibration error")
OF_NO_DIGITS = ("not certain", 'answered "not a digit"', "certain and wrong")
LEARNT = "(learnt)"  # instead of figures of a model that was trained on the set

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
    """A network's predictions for the M pictures with ink.

    Attributes
    ----------
    confidences
        float32 (M,), 0 to 1.
    is_correct
        bool (M,): for pictures of no digits no prediction is.
    is_no_digit
        bool (M,): whether the answer is "not a digit".
    """

    confidences: Array
    is_correct: NDArray[np.bool_]
    is_no_digit: NDArray[np.bool_]

    def is_certain(self, threshold: float = CERTAIN_AT) -> NDArray[np.bool_]:
        """Return for each prediction (M,) whether its confidence reaches the threshold."""
        return self.confidences >= threshold

    def n_certain(self, threshold: float = CERTAIN_AT) -> int:
        """Return how many predictions are certain."""
        return int(self.is_certain(threshold).sum())

    def n_certain_and_wrong(self, threshold: float = CERTAIN_AT) -> int:
        """Return how many predictions are certain and wrong."""
        return int((self.is_certain(threshold) & ~self.is_correct).sum())


@dataclass(frozen=True)
class SetResult:
    """A set, its number of pictures, and each model's predictions: None if it was trained on it."""

    measured: MeasuredSet
    n_total: int
    predictions: Mapping[str, DigitPredictions | None]

    @property
    def title(self) -> str:
        """The name and the number of pictures."""
        return f"{self.measured.name} ({self.n_total:,})"


def measure(
    models: Mapping[str, Model], test: Digits, data: Path | None, held_back: HeldBack
) -> str:
    """Return tables for each model, by name: of digits, of no digits, and its certainty curve.

    The sets are those of ``all_sets``.
    """
    results, left_out = [], []
    for measured in all_sets(test, data, held_back):
        try:
            prepared = prepare(measured.load(), measured.name)
        except DataError as error:
            left_out.append(f"Left out: {measured.name}. {error}")
            continue
        predictions = {
            name: None if measured.has_learnt(model.metadata) else predict(model, prepared)
            for name, model in progress(models.items(), f"{measured.name}, read")
        }
        results.append(SetResult(measured, prepared.n_total, predictions))
    tables = [
        table(results, name)
        for name in models
        for table in (digits_table, no_digits_table, certainty_curve)
    ]
    return "\n\n".join([*tables, *left_out])


def prepare(loaded: LabelledPictures | Digits, title: str = "") -> PreparedSet:
    """Return pictures as the app prepares them, with a title over the progress bar."""
    if isinstance(loaded, Digits):
        return PreparedSet(to_inputs(loaded.images), loaded.labels, len(loaded))
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
    activations = np.empty((0, 10), np.float32)
    if len(prepared.inputs):
        activations = model.network.activations(prepared.inputs)
    is_correct = np.zeros(len(activations), np.bool_)
    if len(prepared.labels):
        is_correct = activations.argmax(axis=1) == prepared.labels
    return DigitPredictions(activations.max(axis=1), is_correct, are_no_digits(activations))


def digits_table(results: Sequence[SetResult], model: str) -> str:
    """Return a model's accuracy, certainty and calibration on each set of digits as a table."""
    rows = [
        (result.title, _cells_of_digits(result.predictions[model], result.n_total))
        for result in results
        if result.measured.is_of_digits
    ]
    return markdown(f"{model}, digits", OF_DIGITS, rows)


def no_digits_table(results: Sequence[SetResult], model: str) -> str:
    """Return how many pictures of no digits a model refuses, of each set, as a table."""
    rows = [
        (result.title, _cells_of_no_digits(result.predictions[model], result.n_total))
        for result in results
        if not result.measured.is_of_digits
    ]
    return markdown(f"{model}, no digits", OF_NO_DIGITS, rows)


def certainty_curve(results: Sequence[SetResult], model: str) -> str:
    """Return the certain predictions at each threshold, and the wrong ones of them, as a table."""
    shown = [result for result in results if result.measured.is_in_curve]
    rows = [
        (f"{threshold:g}", [_certain_at(threshold, result, model) for result in shown])
        for threshold in THRESHOLDS
    ]
    return markdown(f"{model} is certain from", [result.title for result in shown], rows)


def _cells_of_digits(some: DigitPredictions | None, n_total: int) -> list[str]:
    if some is None:
        return [LEARNT] * len(OF_DIGITS)
    error = "-"
    if len(some.confidences):
        error = f"{100 * expected_calibration_error(some.confidences, some.is_correct):.2f} %"
    return [
        proportion(int(some.is_correct.sum()), n_total),
        proportion(some.n_certain(), n_total),
        count(some.n_certain_and_wrong(), n_total),
        error,
    ]


def _cells_of_no_digits(some: DigitPredictions | None, n_total: int) -> list[str]:
    if some is None:
        return [LEARNT] * len(OF_NO_DIGITS)
    return [
        proportion(n_total - some.n_certain(), n_total),
        proportion(int(some.is_no_digit.sum()), n_total),
        count(some.n_certain_and_wrong(), n_total),
    ]


def _certain_at(threshold: float, result: SetResult, model: str) -> str:
    """Return the share of certain predictions and the number of wrong ones: of no digits, all."""
    some = result.predictions[model]
    if some is None:
        return LEARNT
    share = f"{100 * some.n_certain(threshold) / result.n_total:.2f} %"
    if not result.measured.is_of_digits:
        return share
    return f"{share}, {some.n_certain_and_wrong(threshold):,} wrong"
