"""What networks answer to pictures of single digits, as the app would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.decoding.errors import PictureError
from nn.decoding.picture import Picture, PictureSize
from nn.evaluation.sets import LabelledPictures
from nn.models import lines
from nn.models.weights import Model
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import CERTAIN_AT, Doubt, doubt_of_digit
from nn.reading.inked_picture import InkedPicture, with_ink
from nn.reading.mnist_format import Pixels
from nn.reading.numbers.strip import strip_reader

# A progress bar, on a terminal and if it takes over a second.
progress = partial(tqdm, leave=False, disable=None, delay=1)


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
class Prediction:
    """A network's prediction for one picture: the fields are those of ``DigitPredictions``."""

    activations: Array
    is_doubted: bool
    is_no_digit: bool


def predict(
    models: Mapping[str, Model],
    loaded: LabelledPictures | Digits,
    title: str = "",
    every: int = 1,
) -> dict[str, DigitPredictions]:
    """Return each model's predictions for a set, with a title over the progress bar.

    Pictures in the format of MNIST are the networks' inputs as they are. One in ``every`` so many
    pictures is taken.
    """
    pictures = (loaded.images if isinstance(loaded, Digits) else loaded.pictures)[::every]
    read_strip = strip_reader(lines.load().network.activations)
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


def find_digit(picture: Image.Image | Pixels) -> tuple[InkedPicture, Pixels] | None:
    """Return a picture's ink and its digit as the networks' input, or None if it is blank.

    An array (28, 28) in the format of MNIST is the networks' input as it is.
    """
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    try:
        inked = with_ink(Picture(image, PictureSize(*image.size)))
    except PictureError:
        return None
    return inked, picture if isinstance(picture, np.ndarray) else inked.image


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
    """Return the predictions for M pictures: with labels (M,), or None for what is no digit."""
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
