"""Accuracy, certainty and calibration of networks on single digits, as tables in Markdown.

Sets that are not at hand are left out, with a line that says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn.data.digits import DataError, Digits
from nn.evaluation.all_sets import MeasuredSet, all_sets
from nn.evaluation.metrics import expected_calibration_error
from nn.evaluation.predictions import DigitPredictions, predict
from nn.evaluation.strangers import HeldBack
from nn.evaluation.tables import count, markdown, proportion
from nn.models.weights import Model

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)  # of the certainty curve
OF_DIGITS = ("read correctly", "certain", "certain and wrong", "calibration error")
OF_NO_DIGITS = ("not certain", 'answered "not a digit"', "certain and wrong")
LEARNT = "(learnt)"  # instead of figures of a model that was trained on the set


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


def measure(
    models: Mapping[str, Model], test: Digits, data: Path | None, held_back: HeldBack
) -> str:
    """Return tables for each model, by name: of digits, of no digits, and its certainty curve.

    Of several models, a table of their accuracies side by side comes first.
    """
    results, left_out = predict_all(models, test, data, held_back)
    tables = [
        table(results, name)
        for name in models
        for table in (digits_table, no_digits_table, certainty_curve)
    ]
    side_by_side = [accuracy_table(results, list(models))] if len(models) > 1 else []
    return "\n\n".join([*side_by_side, *tables, *left_out])


def predict_all(
    models: Mapping[str, Model],
    test: Digits,
    data: Path | None,
    held_back: HeldBack,
    every: int = 1,
) -> tuple[list[SetResult], list[str]]:
    """Return the models' predictions on the sets of ``all_sets``, and why others are left out.

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


def accuracy_table(results: Sequence[SetResult], models: Sequence[str]) -> str:
    """Return the accuracy of each model on each set of digits as a table."""
    rows = [
        (result.title, [_cells_of_digits(result.predictions[name])[0] for name in models])
        for result in results
        if result.measured.is_of_digits
    ]
    return markdown(OF_DIGITS[0], [f"`{name}`" for name in models], rows)


def digits_table(results: Sequence[SetResult], model: str) -> str:
    """Return a model's accuracy, certainty and calibration on each set of digits as a table."""
    rows = [
        (result.title, _cells_of_digits(result.predictions[model]))
        for result in results
        if result.measured.is_of_digits
    ]
    return markdown(f"`{model}`, digits", OF_DIGITS, rows)


def no_digits_table(results: Sequence[SetResult], model: str) -> str:
    """Return how many pictures of no digits a model refuses, of each set, as a table."""
    rows = [
        (result.title, _cells_of_no_digits(result.predictions[model]))
        for result in results
        if not result.measured.is_of_digits
    ]
    return markdown(f"`{model}`, no digits", OF_NO_DIGITS, rows)


def certainty_curve(results: Sequence[SetResult], model: str) -> str:
    """Return the certain predictions at each threshold, and the wrong ones of them, as a table."""
    shown = [result for result in results if result.measured.is_in_curve]
    rows = [
        (f"{threshold:g}", [_certain_at(threshold, result, model) for result in shown])
        for threshold in THRESHOLDS
    ]
    return markdown(f"`{model}` is certain from", [result.title for result in shown], rows)


def _cells_of_digits(some: DigitPredictions | None) -> list[str]:
    if some is None:
        return [LEARNT] * len(OF_DIGITS)
    error = "-"
    if len(some.confidences):
        error = f"{100 * expected_calibration_error(some.confidences, some.is_correct):.2f} %"
    return [
        proportion(int(some.is_correct.sum()), some.n_total),
        proportion(some.n_certain(), some.n_total),
        count(some.n_certain_and_wrong(), some.n_total),
        error,
    ]


def _cells_of_no_digits(some: DigitPredictions | None) -> list[str]:
    if some is None:
        return [LEARNT] * len(OF_NO_DIGITS)
    return [
        proportion(some.n_total - some.n_certain(), some.n_total),
        proportion(int(some.is_no_digit.sum()), some.n_total),
        count(some.n_certain_and_wrong(), some.n_total),
    ]


def _certain_at(threshold: float, result: SetResult, model: str) -> str:
    """Return the share of certain predictions and the number of wrong ones: of no digits, all."""
    some = result.predictions[model]
    if some is None:
        return LEARNT
    share = f"{100 * some.n_certain(threshold) / some.n_total:.2f} %"
    if not result.measured.is_of_digits:
        return share
    return f"{share}, {some.n_certain_and_wrong(threshold):,} wrong"
