"""What a network answers to the user's labelled pictures, read as the app reads them."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.data.pictures.entries import Skipped
from nn.data.pictures.own_digits import (
    OwnDigits,
    answer,
    collect,
    hashes_of,
    skipped_as_text,
)
from nn.data.pictures.uses import pictures_used
from nn.data.published import data_folder
from nn.evaluation.classifier_metrics import (
    Bin,
    ClassScore,
    class_scores,
    confusion_matrix,
    expected_calibration_error,
    reliability,
    worst_mistakes,
)
from nn.models import ink_network, line_network
from nn.models.weights import Model
from nn.reader import load_certainty
from nn.reading.certainty_model import RISK
from nn.reading.doubts import Doubt
from nn.reading.lines.strip import strip_reader
from nn.reading.page.segment import segmenter
from nn.reading.page_reader import PageReader

USED = {"learnt": "was learnt from", "held back": "has chosen the network's epoch"}


@dataclass(frozen=True)
class OwnResult:
    """What a network answers to N pictures of the user's.

    Attributes
    ----------
    own
        The pictures.
    activations
        float32 (N, 10).
    doubts
        Why the app would not call each answer certain; None where it would.
    unread
        Labelled pictures that cannot be read or are blank: each counts as read wrongly.
    skipped
        Pictures that do not count.
    risk
        At which the app would call an answer certain.
    """

    own: OwnDigits
    activations: Array
    doubts: Sequence[Doubt | None]
    unread: list[Skipped]
    skipped: list[Skipped]
    risk: float = RISK

    @property
    def is_certain(self) -> NDArray[np.bool_]:
        """Whether the app would call each answer certain (N,)."""
        return np.array([doubt is None for doubt in self.doubts])

    @property
    def n_counted(self) -> int:
        """The number of pictures that count."""
        return len(self.own) + len(self.unread)

    @property
    def predictions(self) -> NDArray[np.intp]:
        """The digit that each picture is read as (N,)."""
        digits: NDArray[np.intp] = self.activations.argmax(axis=1)
        return digits

    @property
    def confidences(self) -> Array:
        """The activation of that digit (N,), 0 to 1."""
        highest: Array = self.activations.max(axis=1)
        return highest

    @property
    def is_correct(self) -> NDArray[np.bool_]:
        """Whether each is read as its label (N,)."""
        are_right: NDArray[np.bool_] = self.predictions == self.own.digits.labels
        return are_right

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures are read correctly, are certain, and are certain and wrong."""
        certain = self.is_certain
        return {
            "correct": int(self.is_correct.sum()),
            "certain": int(certain.sum()),
            "certain_and_wrong": int((certain & ~self.is_correct).sum()),
        }

    @property
    def confusion(self) -> NDArray[np.int64]:
        """How often each digit was read for each label: (10, 10), a row for each label."""
        return confusion_matrix(self.own.digits.labels, self.predictions)

    @property
    def bins(self) -> list[Bin]:
        """How often answers of about the same confidence are right."""
        return reliability(self.confidences, self.is_correct)

    @property
    def calibration_error(self) -> float:
        """The expected calibration error, 0 to 1."""
        return expected_calibration_error(self.confidences, self.is_correct)

    @property
    def class_scores(self) -> list[ClassScore]:
        """The scores of each class, in which a picture that cannot be read is missed."""
        n_unread = Counter(picture.label for picture in self.unread)
        return class_scores(self.confusion, [n_unread[digit] for digit in range(10)])

    def worst(self, n_most: int) -> NDArray[np.intp]:
        """Return the numbers of the worst mistakes: certain ones first, then by confidence."""
        mistakes = worst_mistakes(self.activations, self.own.digits.labels, len(self.own))
        return mistakes[np.argsort(~self.is_certain[mistakes], kind="stable")][:n_most]


def measure_pictures(
    model: Model, path: Path, weights: Path, data: Path | None, risk: float = RISK
) -> OwnResult:
    """Return what a network answers to the pictures of a path, one in memory at a time.

    Pictures that it has learnt are left out; labelled ones that cannot be read count as wrong.
    Raise DataError if no picture is left.

    Parameters
    ----------
    path
        As of ``collect``.
    weights
        The network's file, beside which its training may have left a list of pictures.
    data
        Folder with MNIST's files, to leave out its training digits, as of ``data_folder``.
    risk
        Greatest share of errors among certain answers.
    """
    read_strip = strip_reader(line_network.load().network.activations)
    certainty = load_certainty().for_network(model.metadata).at(risk)
    segment = segmenter(ink_network.load().network.activations)
    reader = PageReader(model.network.activations, read_strip, certainty, segment)
    learnt = pictures_learnt(model, weights, data)
    own, answers, skipped = collect(path, partial(answer, reader), learnt)
    unread = [picture for picture in skipped if len(own) and picture.label is not None]
    skipped = [picture for picture in skipped if not len(own) or picture.label is None]
    for line in skipped_as_text(skipped):
        print(line, file=sys.stderr)
    if not len(own):
        raise DataError(f"{path}: expected pictures to measure on, but all are skipped")
    activations, doubts = zip(*answers, strict=True)
    return OwnResult(own, np.stack(activations), doubts, unread, skipped, risk)


def pictures_learnt(model: Model, weights: Path, data: Path | None) -> Mapping[str, str]:
    """Return why a network is not measured on pictures, by their SHA-256, as far as that is known.

    MNIST's training digits are known where a folder with the data is named.
    """
    learnt: dict[str, str] = {}
    if folder := data_folder(data):
        try:
            mnist, _ = load_mnist(folder)
            learnt = dict.fromkeys(hashes_of(mnist.images), "is one of MNIST's training digits")
        except DataError as error:
            print(f"not compared with MNIST's training digits: {error}", file=sys.stderr)
    used = pictures_used(weights, model.metadata)
    return learnt | {sha256: USED[use] for sha256, use in used.items() if use in USED}
