"""How a network reads the user's labelled pictures: as figures, as text, and as a report.

``python -m nn evaluate NAME --pictures`` writes the report, one HTML file that needs no other.
"""

import base64
import datetime
import io
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from nn.core.layers import Array
from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.data.pictures.entries import Skipped, find_entries
from nn.data.pictures.own_digits import (
    OwnDigits,
    collect,
    hashes_of,
    read_pictures,
    skipped_as_text,
)
from nn.data.published import data_folder
from nn.decoding.picture_errors import PictureError
from nn.decoding.picture_files import Picture, PictureSize
from nn.evaluation.classifier_metrics import (
    Bin,
    Row,
    confusion_matrix,
    count,
    expected_calibration_error,
    markdown,
    proportion,
    reliability,
    worst_mistakes,
)
from nn.evaluation.sets import progress
from nn.files import printable
from nn.models import line_network
from nn.models.weights import Model
from nn.reading.digit_reader import DigitReader
from nn.reading.doubts import CERTAIN_AT
from nn.reading.ink.grey import to_grey
from nn.reading.inked_picture import InkedPicture, with_ink
from nn.reading.mnist_format import BLANK, NoInk, Pixels
from nn.reading.numbers.strip import strip_reader
from nn.training.run_files import pictures_used

USED = {"learnt": "was learnt from", "held back": "has chosen the network's epoch"}
N_SHOWN = 100  # mistakes
THUMBNAIL_PX = 128  # longer side, at most


@dataclass(frozen=True)
class OwnResult:
    """What a network answers to N pictures of the user's.

    Attributes
    ----------
    own
        The pictures.
    activations
        float32 (N, 10).
    is_certain
        bool (N,): whether the app would call the answer certain.
    unread
        Labelled pictures that cannot be read or are blank: each counts as read wrongly.
    skipped
        Pictures that do not count.
    """

    own: OwnDigits
    activations: Array
    is_certain: NDArray[np.bool_]
    unread: list[Skipped]
    skipped: list[Skipped]

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
    def is_certain_and_wrong(self) -> NDArray[np.bool_]:
        """Whether each is read wrongly and called certain (N,)."""
        return self.is_certain & ~self.is_correct

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

    def worst(self, n_most: int) -> NDArray[np.intp]:
        """Return the numbers of the worst mistakes: certain ones first, then by confidence."""
        mistakes = worst_mistakes(self.activations, self.own.digits.labels, len(self.own))
        return mistakes[np.argsort(~self.is_certain[mistakes], kind="stable")][:n_most]

    def by_writer(self) -> list[Row]:
        """Return how many of each writer's pictures are read correctly, the worst writer first."""
        n_written = Counter([*self.own.writers, *(each.writer for each in self.unread)])
        n_right = Counter(np.array(self.own.writers)[self.is_correct].tolist())
        shares = {name: n_right[name] / n for name, n in n_written.items() if name}
        names = sorted(shares, key=lambda name: (shares[name], name))
        return [(name, [proportion(n_right[name], n_written[name])]) for name in names]

    def lines_of_unread(self) -> list[str]:
        """Return a line for each picture that cannot be read."""
        return [f"{each.place}, labelled {each.label}: {each.why}" for each in self.unread]


def measure_pictures(model: Model, path: Path, weights: Path, data: Path | None) -> OwnResult:
    """Return what a network answers to the pictures of a path, one in memory at a time.

    Pictures that it has learnt are left out; labelled ones that cannot be read count as wrong.
    Raise DataError if no picture is left.

    Parameters
    ----------
    path
        As of ``read_pictures``.
    weights
        The network's file, beside which its training may have left a list of pictures.
    data
        Folder with MNIST's files, to leave out its training digits, as of ``data_folder``.
    """
    pictures = progress(read_pictures(path), "pictures")
    reader = DigitReader(
        model.network.activations, strip_reader(line_network.load().network.activations)
    )
    own, answers, skipped = collect(pictures, partial(answer, reader))
    learnt = pictures_learnt(model, weights, data)
    kept = []
    for number, (place, sha256) in enumerate(zip(own.places, own.hashes(), strict=True)):
        if sha256 in learnt:
            skipped.append(Skipped(place, learnt[sha256]))
        else:
            kept.append(number)
    unread = [each for each in skipped if kept and each.label is not None]
    skipped = [each for each in skipped if not kept or each.label is None]
    for line in skipped_as_text(skipped):
        print(line, file=sys.stderr)
    if not kept:
        raise DataError(f"{path}: expected pictures to measure on, but all are skipped")
    return OwnResult(
        own.take(kept),
        np.stack([answers[number][0] for number in kept]),
        np.array([answers[number][1] for number in kept]),
        unread,
        skipped,
    )


def answer(reader: DigitReader, picture: Image.Image | Pixels) -> tuple[Pixels, tuple[Array, bool]]:
    """Return a picture as the network's input, and the activations and certainty of the app."""
    found = find_digit(picture)
    if found is None:
        raise NoInk(BLANK)
    inked, image = found
    activations = reader.activations_of(image)
    reading = reader.digit_reading(reader.prepare(inked), activations)
    return image, (activations, reading.certain)


def find_digit(picture: Image.Image | Pixels) -> tuple[InkedPicture, Pixels] | None:
    """Return a picture's ink and its digit as the network's input, or None if it is blank.

    An array (28, 28) in the format of MNIST is the network's input as it is.
    """
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    try:
        inked = with_ink(Picture(image, PictureSize(*image.size)))
    except PictureError:
        return None
    return inked, picture if isinstance(picture, np.ndarray) else inked.image


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


def figures_as_text(result: OwnResult) -> str:
    """Return the figures as text."""
    n_counted, n_right = result.n_counted, int(result.is_correct.sum())
    bins = [
        (
            f"{each.low:.2f} to {each.high:.2f}",
            [f"{each.n:,}", f"{each.confidence:.3f}", f"{each.accuracy:.3f}"],
        )
        for each in result.bins
    ]
    lines = [
        f"{n_right:,} of {n_counted:,} read correctly: {proportion(n_right, n_counted)}",
        f"certain (from {CERTAIN_AT:g} on): {count(int(result.is_certain.sum()), n_counted)}",
        f"certain and wrong: {count(int(result.is_certain_and_wrong.sum()), n_counted)}",
        f"expected calibration error: {100 * result.calibration_error:.2f} %",
        f"skipped: {len(result.skipped):,}",
        f"not read, and counted as wrong: {len(result.unread):,}",
        *(f"  {line}" for line in result.lines_of_unread()),
        "",
        markdown("confidence", ["pictures", "mean confidence", "share read correctly"], bins),
    ]
    if writers := result.by_writer():
        lines += ["", markdown("writer", ["read correctly"], writers)]
    return "\n".join(lines)


def to_html(name: str, model: Model, path: Path, result: OwnResult) -> bytes:
    """Return the report.

    Parameters
    ----------
    name, model
        The network.
    path
        Where the pictures are, from which those read wrongly are opened again.
    result
        What it answered.
    """
    templates = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined)
    numbers = result.worst(N_SHOWN)
    pictures = thumbnails(path, {result.own.places[number] for number in numbers})
    document = environment.get_template("report.html").render(
        name=name,
        source=printable(path.name or path),
        description=model.metadata.get("description", ""),
        sha256=model.metadata["sha256"],
        date=datetime.date.today().isoformat(),
        figures=_figures(result),
        calibration_error=f"{100 * result.calibration_error:.2f} %",
        confusion=result.confusion.tolist(),
        bins=result.bins,
        writers=result.by_writer(),
        n_wrong=f"{int((~result.is_correct).sum()):,}",
        mistakes=[_mistake(result, number, pictures) for number in numbers.tolist()],
        unread=result.lines_of_unread(),
        skipped=list(skipped_as_text(result.skipped)),
    )
    return document.encode()


def thumbnails(path: Path, places: Collection[str]) -> Mapping[str, str]:
    """Return the pictures at some places, made small, as PNG in base64."""
    found = {}
    for entry in find_entries(path):
        if entry.place in places:
            opened = entry.open()
            grey = opened if isinstance(opened, np.ndarray) else to_grey(opened)
            small = Image.fromarray(grey)
            small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
            found[entry.place] = _png(small)
    return found


def _figures(result: OwnResult) -> list[tuple[str, str, str]]:
    """Return the title, the value, and what explains it, of each figure."""
    n_counted = result.n_counted
    shares = {
        "read correctly": (result.is_correct, "read as labelled"),
        "certain": (result.is_certain, f"confidence of {CERTAIN_AT:g} or more, and no doubt"),
        "certain and wrong": (result.is_certain_and_wrong, "the answers that mislead"),
    }
    figures = []
    for title, (is_so, meaning) in shares.items():
        n_so = int(is_so.sum())
        share, _, interval = proportion(n_so, n_counted).partition(" (")
        figures.append(
            (title, share, f"{meaning}: {n_so:,} of {n_counted:,}, 95 % interval {interval[:-1]}")
        )
    return [
        *figures,
        ("expected calibration error", f"{100 * result.calibration_error:.2f} %", "0 is best"),
        ("not read", f"{len(result.unread):,}", "counted as wrong, and named below"),
        ("skipped", f"{len(result.skipped):,}", "named at the end"),
    ]


def _mistake(result: OwnResult, number: int, pictures: Mapping[str, str]) -> dict[str, Any]:
    place = result.own.places[number]
    return {
        "place": place,
        "label": int(result.own.digits.labels[number]),
        "read": int(result.predictions[number]),
        "confidence": float(result.confidences[number]),
        "is_certain": bool(result.is_certain[number]),
        "picture": pictures.get(place),
        "input": _png(Image.fromarray(255 - result.own.digits.images[number])),
    }


def _png(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
