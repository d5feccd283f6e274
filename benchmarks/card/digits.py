"""Accuracy, certainty and calibration of networks on single digits, as tables in Markdown.

The pictures are read as in the app. Sets that are not at hand are left out, with a line that says
why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.card.digit_sets import MeasuredSet, all_sets
from benchmarks.card.held_back import LEARNT, HeldBack
from nn.core.layers import Array
from nn.data.digits import DataError, Digits
from nn.data.pictures.own_digits import find_digit
from nn.evaluation.classifier_metrics import count, expected_calibration_error, markdown, proportion
from nn.evaluation.sets import Labelled, progress
from nn.models import ink_network, line_network
from nn.models.weights import Model
from nn.reader import load_certainty
from nn.reading.doubts import Doubt
from nn.reading.lines.strip import strip_reader
from nn.reading.mnist import Pixels
from nn.reading.page.find import Page
from nn.reading.page.segment import segmenter
from nn.reading.page_reader import PageReader

OF_DIGITS = ("certain", "certain and wrong", "calibration error")
OF_NO_DIGITS = ('answered "not a digit"', "certain and wrong")


@dataclass(frozen=True)
class Prediction:
    """A network's prediction for a picture with ink.

    Attributes
    ----------
    activations
        float32 (10,), 0 to 1.
    is_correct
        False for a picture without a digit.
    is_certain
        Whether the answer is certain at the usual risk.
    is_no_digit
        Whether the answer is "not a digit".
    """

    activations: Array
    is_correct: bool
    is_certain: bool
    is_no_digit: bool

    @property
    def confidence(self) -> float:
        """The largest activation, 0 to 1."""
        return float(self.activations.max())


@dataclass(frozen=True)
class SetResult:
    """A set of ``n_total`` pictures, and each model's predictions: None if it was trained on it.

    Blank pictures have no prediction: they count as read wrongly, and as not certain.
    """

    measured: MeasuredSet
    n_total: int
    predictions: Mapping[str, Sequence[Prediction] | None]

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
            [*(_accuracy(result, name) for name in others), *_cells_of_digits(result, last)],
        )
        for result in results
        if result.measured.is_of_digits
    ]
    return markdown("read correctly", [*(f"`{name}`" for name in models), *OF_DIGITS], rows)


def no_digits_table(results: Sequence[SetResult], model: str) -> str:
    """Return how many pictures without a digit a model refuses, for each set, as a table."""
    rows = [
        (result.title, _cells_of_no_digits(result, model))
        for result in results
        if not result.measured.is_of_digits
    ]
    return markdown(f"`{model}`, no digits", OF_NO_DIGITS, rows)


def _accuracy(result: SetResult, model: str) -> str:
    some = result.predictions[model]
    if some is None:
        return LEARNT
    return f"{100 * sum(each.is_correct for each in some) / result.n_total:.2f} %"


def _cells_of_digits(result: SetResult, model: str) -> list[str]:
    some, n_total = result.predictions[model], result.n_total
    if some is None:
        return [LEARNT] * (1 + len(OF_DIGITS))
    confidences = np.array([each.confidence for each in some], np.float32)
    is_correct = np.array([each.is_correct for each in some], np.bool_)
    error = f"{100 * expected_calibration_error(confidences, is_correct):.2f} %" if some else "-"
    n_certain, n_wrong = _n_certain(some)
    return [
        proportion(int(is_correct.sum()), n_total),
        f"{100 * n_certain / n_total:.2f} %",
        count(n_wrong, n_total),
        error,
    ]


def _cells_of_no_digits(result: SetResult, model: str) -> list[str]:
    some = result.predictions[model]
    if some is None:
        return [LEARNT] * len(OF_NO_DIGITS)
    return [
        proportion(sum(each.is_no_digit for each in some), result.n_total),
        count(_n_certain(some)[1], result.n_total),
    ]


def _n_certain(some: Sequence[Prediction]) -> tuple[int, int]:
    """Return how many predictions are certain, and how many of these are wrong."""
    certain = [each for each in some if each.is_certain]
    return len(certain), sum(not each.is_correct for each in certain)


def predict(
    models: Mapping[str, Model],
    loaded: Sequence[Labelled] | Digits,
    title: str = "",
    every: int = 1,
) -> dict[str, list[Prediction]]:
    """Return each model's predictions for one in ``every`` so many pictures of a set.

    Pictures in the format of MNIST are the networks' inputs as they are. The progress bar has a
    title.
    """
    labelled: list[tuple[Pixels | Image.Image, str]]
    if isinstance(loaded, Digits):
        labelled = list(zip(loaded.images, map(str, loaded.labels.tolist()), strict=True))
    else:
        labelled = [(each.picture, each.digits) for each in loaded]
    read_strip = strip_reader(line_network.load().network.activations)
    segment = segmenter(ink_network.load().network.activations)
    first = next(iter(models))
    readers = {
        name: PageReader(model.network.activations, read_strip, load_certainty(), segment)
        for name, model in models.items()
    }
    predictions: dict[str, list[Prediction]] = {name: [] for name in models}
    for picture, label in progress(labelled[::every], title):
        if found := find_digit(readers[first], picture):
            for name, reader in readers.items():
                predictions[name].append(_predict_one(reader, *found, label))
    return predictions


def _predict_one(reader: PageReader, page: Page, image: Pixels, label: str) -> Prediction:
    """Return a network's prediction for the digit of a picture, whose input is this image."""
    (activations,) = reader.classify(image[np.newaxis])
    reading = reader.read(page, one_digit=True, refuse_several=False, activations=activations)
    is_correct = f"{activations.argmax()}" == label
    is_no_digit = reading.doubt is Doubt.NOT_A_DIGIT
    return Prediction(activations, is_correct, reading.certain, is_no_digit)
