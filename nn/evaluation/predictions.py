"""What networks answer to pictures of single digits: each is prepared once, as the app does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.evaluation.certainty import are_no_digits
from nn.evaluation.sets import LabelledPictures
from nn.models.weights import Model
from nn.reading.doubts import CERTAIN_AT
from nn.reading.ink.extract import find_ink
from nn.reading.ink.unread import unread_ink
from nn.reading.mnist_format import NoInk, Pixels, ink_to_mnist, to_inputs
from nn.reading.numbers.components import Component
from nn.reading.numbers.struck import may_be_struck
from nn.reading.numbers.types import Activations
from nn.reading.one_digit import SecondReading, read_pieces, to_component

# A progress bar, on a terminal and if it takes over a second.
progress = partial(tqdm, leave=False, disable=None, delay=1)
NO_LABELS = np.zeros(0, np.uint8)


@dataclass(frozen=True)
class DigitPredictions:
    """A network's predictions for the M pictures of a set with ink.

    Attributes
    ----------
    activations
        float32 (M, 10), 0 to 1.
    is_correct
        bool (M,): for pictures of no digits no prediction is.
    is_doubted
        bool (M,): whether ink was left out, the pieces of a digit are read as another one, or it
        may be crossed out.
    is_no_digit
        bool (M,): whether the answer is "not a digit".
    n_total
        All the pictures. Blank ones count as read wrongly, and as not certain.
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
class PreparedDigit:
    """A picture of one digit.

    Attributes
    ----------
    image
        uint8 (28, 28): the networks' input.
    digit
        Its ink, which may be crossed out.
    is_ink_left_out
        Whether an edge cuts it, or there is other writing.
    second_readings
        By network, what the digit is read as if it is in several pieces.
    """

    image: Pixels
    digit: Component
    is_ink_left_out: bool
    second_readings: Mapping[str, SecondReading]


def predict(
    models: Mapping[str, Model], loaded: LabelledPictures | Digits, title: str = ""
) -> dict[str, DigitPredictions]:
    """Return each model's predictions for a set, with a title over the progress bar.

    Pictures in the format of MNIST are the networks' inputs as they are.
    """
    pictures = loaded.images if isinstance(loaded, Digits) else loaded.pictures
    every = [prepare(picture, models) for picture in progress(pictures, title)]
    labels = loaded.labels
    if len(labels):
        labels = labels[[each is not None for each in every]]
    digits = [each for each in every if each is not None]
    return {
        name: predict_prepared(name, model, digits, labels, len(every))
        for name, model in models.items()
    }


def prepare(picture: Image.Image | Pixels, models: Mapping[str, Model]) -> PreparedDigit | None:
    """Return a picture as the app prepares it, or None if it is blank.

    An array (28, 28) in the format of MNIST is the networks' input as it is.
    """
    try:
        if isinstance(picture, np.ndarray):
            sheet, image = find_ink(Image.fromarray(picture)), picture
        else:
            sheet = find_ink(picture)
            image = ink_to_mnist(sheet.digit)
    except NoInk:
        return None
    second_readings = {
        name: read_pieces(sheet, partial(_classify, model)) for name, model in models.items()
    }
    is_ink_left_out = bool(unread_ink(sheet, is_of_one_digit=True))
    return PreparedDigit(image, to_component(sheet.digit), is_ink_left_out, second_readings)


def _classify(model: Model, images: Pixels) -> Activations:
    """Return a model's activations (N, 10) for images (N, 28, 28)."""
    return model.network.activations(to_inputs(images))


def predict_prepared(
    name: str,
    model: Model,
    digits: Sequence[PreparedDigit],
    labels: NDArray[np.uint8] = NO_LABELS,
    n_total: int | None = None,
) -> DigitPredictions:
    """Return a model's predictions for M digits: with labels (M,), or of what is no digit.

    ``n_total`` counts blank pictures too.
    """
    activations = np.empty((0, 10), np.float32)
    if digits:
        activations = _classify(model, np.stack([each.image for each in digits]))
    answers = activations.argmax(axis=1)
    is_left_out, is_other, is_struck = np.zeros((3, len(digits)), np.bool_)
    for number, digit in enumerate(digits):
        second = digit.second_readings[name]
        is_left_out[number] = digit.is_ink_left_out or bool(second.beside)
        is_other[number] = second.digit not in (None, answers[number])
        is_struck[number] = may_be_struck(digit.digit, int(answers[number]))
    return DigitPredictions(
        activations=activations,
        is_correct=answers == labels if len(labels) else np.zeros(len(digits), np.bool_),
        is_doubted=is_left_out | is_other | is_struck,
        is_no_digit=(are_no_digits(activations) | is_struck) & ~is_left_out,
        n_total=len(digits) if n_total is None else n_total,
    )
