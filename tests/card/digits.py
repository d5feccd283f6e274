"""Accuracy, certainty and calibration of networks on single digits, as tables in Markdown.

The pictures are read as in the app. Sets that are not at hand are left out, with a line that says
why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.data.digits import DataError, Digits
from nn.evaluation.classifier_metrics import count, expected_calibration_error, markdown, proportion
from nn.evaluation.own_pictures import find_digit
from nn.evaluation.sets import LabelledPictures, progress
from nn.models import line_network
from nn.models.weights import Model
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import CERTAIN_AT, Doubt, doubt_of_digit
from nn.reading.inked_picture import InkedPicture
from nn.reading.mnist_format import Pixels
from nn.reading.numbers.strip import strip_reader
from tests.card.digit_sets import MeasuredSet, all_sets
from tests.card.held_back import LEARNT, HeldBack

THRESHOLDS = (0.5, 0.9, 0.95, 0.98, 0.995)  # of the certainty curve
OF_DIGITS = ("certain", "certain and wrong", "calibration error")
OF_NO_DIGITS = ('answered "not a digit"', "certain and wrong")


@dataclass(frozen=True)
class DigitPredictions:
    """A network's predictions for the M pictures of a set with ink.

    Attributes
    ----------
    activations
        float32 (M, 10), 0 to 1.
    is_correct
        bool (M,): False for all pictures without a digit.
    is_doubted
        bool (M,): whether ink was left out, the pieces of a digit are read as another one, or it
        may be crossed out.
    is_no_digit
        bool (M,): whether the answer is "not a digit".
    n_total
        The number of all pictures. Blank ones count as read wrongly, and as not certain.
    """

    activations: Array
    is_correct: NDArray[np.bool_]
    is_doubted: NDArray[np.bool_]
    is_no_digit: NDArray[np.bool_]
    n_total: int

    @property
    def confidences(self) -> Array:
        """The largest activation of each prediction (M,), 0 to 1."""
        highest: Array = self.activations.max(axis=1)
        return highest

    def is_certain(self, threshold: float = CERTAIN_AT) -> NDArray[np.bool_]:
        """Return for each prediction (M,) whether it is certain from this confidence on."""
        return (self.confidences >= threshold) & ~self.is_doubted

    def n_certain(self, threshold: float = CERTAIN_AT) -> int:
        """Return how many predictions are certain."""
        return int(self.is_certain(threshold).sum())

    def n_certain_and_wrong(self, threshold: float = CERTAIN_AT) -> int:
        """Return how many predictions are certain and wrong."""
        return int((self.is_certain(threshold) & ~self.is_correct).sum())


@dataclass(frozen=True)
class Prediction:
    """A network's prediction for one picture: a row of the fields of ``DigitPredictions``."""

    activations: Array
    is_doubted: bool
    is_no_digit: bool


@dataclass(frozen=True)
class SetResult:
    """A set, and each model's predictions: None if it was trained on it."""

    measured: MeasuredSet
    n_total: int
    predictions: Mapping[str, DigitPredictions | None]

    @property
    def title(self) -> str:
        """The name and the number of pictures."""
        return f"{self.measured.name} ({self.n_total:,})"


def predict_all(
    models: Mapping[str, Model],
    test: Digits,
    data: Path | None,
    held_back: HeldBack,
    every: int = 1,
) -> tuple[list[SetResult], list[str]]:
    """Return the models' predictions on the sets of ``all_sets``, and a line for each missing set.

    One in ``every`` so many pictures of a set is measured.
    """
    results, left_out = [], []
    for measured in all_sets(test, data, held_back):
        try:
            loaded = measured.load()
        except DataError as error:
            left_out.append(f"Left out: {measured.name}. {error}")
            continue
        readers = {
            name: model for name, model in models.items() if not measured.has_learnt(model.metadata)
        }
        predictions = predict(readers, loaded, measured.name, every) if readers else {}
        by_model = {name: predictions.get(name) for name in models}
        results.append(SetResult(measured, len(range(0, len(loaded), every)), by_model))
    return results, left_out


def digits_table(results: Sequence[SetResult], models: Sequence[str]) -> str:
    """Return the accuracy of each model on each set of digits as a table.

    The interval, certainty and calibration are those of the last model.
    """
    *others, last = models
    rows = [
        (
            result.title,
            [
                *(_accuracy(result.predictions[name]) for name in others),
                *_cells_of_digits(result.predictions[last]),
            ],
        )
        for result in results
        if result.measured.is_of_digits
    ]
    return markdown("read correctly", [*(f"`{name}`" for name in models), *OF_DIGITS], rows)


def no_digits_table(results: Sequence[SetResult], model: str) -> str:
    """Return how many pictures without a digit a model refuses, for each set, as a table."""
    rows = [
        (result.title, _cells_of_no_digits(result.predictions[model]))
        for result in results
        if not result.measured.is_of_digits
    ]
    return markdown(f"`{model}`, no digits", OF_NO_DIGITS, rows)


def certainty_curve(results: Sequence[SetResult], model: str) -> str:
    """Return the share of certain predictions at each threshold, and how many of them are wrong."""
    shown = [result for result in results if result.measured.is_in_curve]
    rows = [
        (f"{threshold:g}", [_certain_at(threshold, result, model) for result in shown])
        for threshold in THRESHOLDS
    ]
    return markdown(f"`{model}` is certain from", [result.title for result in shown], rows)


def _accuracy(some: DigitPredictions | None) -> str:
    return LEARNT if some is None else f"{100 * some.is_correct.sum() / some.n_total:.2f} %"


def _cells_of_digits(some: DigitPredictions | None) -> list[str]:
    if some is None:
        return [LEARNT] * (1 + len(OF_DIGITS))
    error = "-"
    if len(some.confidences):
        error = f"{100 * expected_calibration_error(some.confidences, some.is_correct):.2f} %"
    return [
        proportion(int(some.is_correct.sum()), some.n_total),
        f"{100 * some.n_certain() / some.n_total:.2f} %",
        count(some.n_certain_and_wrong(), some.n_total),
        error,
    ]


def _cells_of_no_digits(some: DigitPredictions | None) -> list[str]:
    if some is None:
        return [LEARNT] * len(OF_NO_DIGITS)
    return [
        proportion(int(some.is_no_digit.sum()), some.n_total),
        count(some.n_certain_and_wrong(), some.n_total),
    ]


def _certain_at(threshold: float, result: SetResult, model: str) -> str:
    """Return the share of certain predictions; for a set of digits, how many are wrong, too."""
    some = result.predictions[model]
    if some is None:
        return LEARNT
    share = f"{100 * some.n_certain(threshold) / some.n_total:.2f} %"
    if not result.measured.is_of_digits:
        return share
    return f"{share}, {some.n_certain_and_wrong(threshold):,} wrong"


def predict(
    models: Mapping[str, Model],
    loaded: LabelledPictures | Digits,
    title: str = "",
    every: int = 1,
) -> dict[str, DigitPredictions]:
    """Return each model's predictions for one in ``every`` so many pictures of a set.

    Pictures in the format of MNIST are the networks' inputs as they are. The progress bar has a
    title.
    """
    pictures = (loaded.images if isinstance(loaded, Digits) else loaded.pictures)[::every]
    read_strip = strip_reader(line_network.load().network.activations)
    readers = {
        name: DigitReader(model.network.activations, read_strip) for name, model in models.items()
    }
    has_ink = np.zeros(len(pictures), np.bool_)
    predictions: dict[str, list[Prediction]] = {name: [] for name in models}
    for number, picture in enumerate(progress(pictures, title)):
        if found := find_digit(picture):
            has_ink[number] = True
            for name, reader in readers.items():
                predictions[name].append(_predict_one(reader, *found))
    labels = loaded.labels[::every][has_ink] if len(loaded.labels) else None
    return {name: _of_set(predictions[name], labels, len(pictures)) for name in models}


def _predict_one(reader: DigitReader, inked: InkedPicture, image: Pixels) -> Prediction:
    """Return a network's prediction for the digit of a picture, whose input is this image."""
    digit, activations = reader.prepare(inked), reader.activations_of(image)
    circumstances = {
        "is_ink_left_out": bool(digit.left_out),
        **digit.circumstances(int(activations.argmax())),
    }
    doubt = doubt_of_digit(activations.tolist(), **circumstances)
    return Prediction(activations, any(circumstances.values()), doubt is Doubt.NOT_A_DIGIT)


def _of_set(
    predictions: Sequence[Prediction], labels: NDArray[np.uint8] | None, n_total: int
) -> DigitPredictions:
    """Return the predictions for M pictures with labels (M,), or without a digit if None."""
    activations = np.array([each.activations for each in predictions], np.float32).reshape(-1, 10)
    return DigitPredictions(
        activations=activations,
        is_correct=(
            np.zeros(len(activations), np.bool_)
            if labels is None
            else activations.argmax(axis=1) == labels
        ),
        is_doubted=np.array([each.is_doubted for each in predictions], np.bool_),
        is_no_digit=np.array([each.is_no_digit for each in predictions], np.bool_),
        n_total=n_total,
    )
