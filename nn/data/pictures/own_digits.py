"""Labelled pictures of one's own as arrays: each once, and each with one label."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.data.digits import Digits
from nn.data.pictures.entries import LabelledPicture, Skipped
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import SIDE_PX, NoInk, Pixels

Result = TypeVar("Result")
NUMBER = re.compile(r"\d[\d,]*")
N_NAMED = 5  # skipped pictures that are named of those of one reason


@dataclass(frozen=True)
class OwnDigits:
    """Labelled pictures as the networks' inputs.

    Attributes
    ----------
    digits
        N of them, no two the same.
    places
        (N,): the file of each, or its table and line.
    writers
        (N,): who wrote each; empty where that is not known.
    """

    digits: Digits
    places: Sequence[str]
    writers: Sequence[str]

    def __len__(self) -> int:
        return len(self.digits)

    def take(self, numbers: Sequence[int] | NDArray[np.integer]) -> "OwnDigits":
        """Return the pictures of these numbers, from 0, in this order."""
        index = np.array(numbers, np.intp)
        return OwnDigits(
            self.digits.take(index),
            [self.places[number] for number in index],
            [self.writers[number] for number in index],
        )

    def with_more(self, others: "OwnDigits") -> "OwnDigits":
        """Return these pictures, followed by the others."""
        return OwnDigits(
            self.digits.with_more([others.digits]),
            [*self.places, *others.places],
            [*self.writers, *others.writers],
        )

    def hashes(self) -> list[str]:
        """Return the SHA-256 of each picture's pixels (N,)."""
        return hashes_of(self.digits.images)


def hashes_of(images: NDArray[np.uint8]) -> list[str]:
    """Return the SHA-256 of the pixels of each image (N, 28, 28)."""
    return [hashlib.sha256(image.tobytes()).hexdigest() for image in images]


def to_input(picture: Image.Image | Pixels) -> tuple[Pixels, None]:
    """Return a picture as a network's input, uint8 (28, 28), and no further result.

    Pixels are in the format of MNIST already; any other picture is brought to it. Raise NoInk if it
    is blank.
    """
    return (picture if isinstance(picture, np.ndarray) else to_mnist(picture)), None


def collect(
    pictures: Iterable[LabelledPicture | Skipped],
    read: Callable[[Image.Image | Pixels], tuple[Pixels, Result]],
) -> tuple[OwnDigits, list[Result], list[Skipped]]:
    """Return the pictures, what ``read`` results in for each, and those that are skipped.

    Of pictures whose inputs are the same, the first is kept, so that none is both learnt and
    measured; if their labels differ, none is: at most one of them is right.

    Parameters
    ----------
    pictures
        As ``read_pictures`` yields them; one at a time is in memory.
    read
        Returns a picture's input, uint8 (28, 28), and anything else. Raises NoInk if it is blank.
    """
    images, labelled, results, skipped = [], [], list[Result](), list[Skipped]()
    for each in pictures:
        if isinstance(each, Skipped):
            skipped.append(each)
            continue
        try:
            image, result = read(each.picture)
        except NoInk:
            skipped.append(Skipped(each.place, "is blank", each.label, each.writer))
        else:
            images.append(image)
            labelled.append((each.place, each.label, each.writer))
            results.append(result)
    places, labels, writers = zip(*labelled, strict=True) if labelled else ((), (), ())
    stacked = np.array(images, np.uint8).reshape(-1, SIDE_PX, SIDE_PX)
    own = OwnDigits(Digits(stacked, np.array(labels, np.uint8)), places, writers)
    repeated = find_repeated(own)
    kept = [number for number in range(len(own)) if number not in repeated]
    skipped += repeated.values()
    return own.take(kept), [results[number] for number in kept], skipped


def find_repeated(own: OwnDigits) -> dict[int, Skipped]:
    """Return the pictures, by number, to leave out because others are the same."""
    same = defaultdict[str, list[int]](list)
    for number, sha256 in enumerate(own.hashes()):
        same[sha256].append(number)
    repeated = {}
    labels, places = own.digits.labels, own.places
    for first, *others in same.values():
        conflict = next((other for other in others if labels[other] != labels[first]), None)
        if conflict is None:
            for other in others:
                repeated[other] = Skipped(places[other], f"is the same picture as {places[first]}")
            continue
        why = (
            f"{places[first]} is labelled {labels[first]}, but {places[conflict]}, "
            f"the same picture, {labels[conflict]}: correct one of them"
        )
        repeated |= {number: Skipped(places[number], why) for number in (first, *others)}
    return repeated


def lines_of(skipped: Sequence[Skipped]) -> Iterator[str]:
    """Yield lines that name the first skipped pictures of each kind of reason, and count the rest.

    Reasons are of a kind if they begin with the same four words, numbers left out.
    """
    by_kind = defaultdict[str, list[Skipped]](list)
    for each in skipped:
        by_kind[" ".join(NUMBER.sub("", each.why).split()[:4])].append(each)
    for group in by_kind.values():
        yield from (f"skipped {each}" for each in group[:N_NAMED])
        if len(group) > N_NAMED:
            yield f"skipped {len(group) - N_NAMED:,} more for a reason of this kind"
