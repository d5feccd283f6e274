"""The user's labelled pictures as arrays.

Each picture is there once, with one label.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from nn.data.digits import DIGITS, DataError, Digits
from nn.data.pictures.entries import NO_FOLDER, TABLE, Entry, Skipped, find_entries
from nn.decoding.picture_errors import PictureError
from nn.decoding.picture_files import Picture, PictureSize
from nn.reading.doubts import Doubt
from nn.reading.mnist import BLANK, DIGIT_PX, SIDE_PX, Ink, NoInk, Pixels, bounding_box
from nn.reading.page.find import Page, find_ink
from nn.reading.page.grey import to_grey
from nn.reading.page.segment import Segment
from nn.reading.page_reader import PageReader
from nn.reading.reading import Activations

Result = TypeVar("Result")
Judgement = tuple[Activations, Doubt | None]
"""The activations of an answer, and why the app would not call it certain, if it would not."""

NUMBER = re.compile(r"\d[\d,]*")
MAX_NAMED = 5  # skipped pictures of one reason that are named
PAPER_LEVEL = 0.05  # most of MNIST's paper, 0; above it is the noise of a JPEG
MIN_DARKEST_PIXEL = 0.6  # of an MNIST digit
CENTRE_PX = (13.5, 15.5)  # where an MNIST digit's centre of mass is, from the edge


def pixels_if_mnist(picture: Image.Image | Pixels) -> Image.Image | Pixels:
    """Return uint8 (28, 28) of a picture in the format of MNIST, and any other as a picture."""
    if isinstance(picture, Image.Image):
        if picture.size == (SIDE_PX, SIDE_PX) and is_in_mnist_format(pixels := to_grey(picture)):
            return pixels
        return picture
    return picture if is_in_mnist_format(picture) else Image.fromarray(picture)


def is_in_mnist_format(pixels: Pixels) -> bool:
    """Return whether pixels (H, W) are as MNIST has them.

    That is: 28x28, bright ink on dark paper, the digit within 20x20, its centre of mass in the
    middle. All of MNIST's 70,000 pictures are; inverted, off-centre or larger digits are not.
    """
    if pixels.shape != (SIDE_PX, SIDE_PX) or pixels.max() < MIN_DARKEST_PIXEL * 255:
        return False
    ink: Ink = np.divide(pixels, 255, dtype=np.float32)
    *_, width_px, height_px = bounding_box(ink)
    if max(width_px, height_px) > DIGIT_PX or np.median(ink) > PAPER_LEVEL:
        return False
    middles = np.arange(SIDE_PX) + 0.5
    centre_of_mass = [(ink.sum(axis=axis) * middles).sum() / ink.sum() for axis in (0, 1)]
    return all(CENTRE_PX[0] <= place <= CENTRE_PX[1] for place in centre_of_mass)


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


def to_input(picture: Image.Image | Pixels, segment: Segment | None = None) -> tuple[Pixels, None]:
    """Return a picture as a network's input, uint8 (28, 28), and no further result.

    Pixels are in the format of MNIST already; any other picture is brought to it, ``segment`` as
    for ``find_ink``. Raise NoInk if it is blank.
    """
    return (picture if isinstance(picture, np.ndarray) else find_ink(picture, segment).image), None


def answer(reader: PageReader, picture: Image.Image | Pixels) -> tuple[Pixels, Judgement]:
    """Return a picture as the network's input, and what the app would answer."""
    found = find_digit(reader, picture)
    if found is None:
        raise NoInk(BLANK)
    page, image = found
    (activations,) = reader.classify(image[np.newaxis])
    reading = reader.read(page, one_digit=True, refuse_several=False, activations=activations)
    return image, (activations, reading.doubt)


def find_digit(reader: PageReader, picture: Image.Image | Pixels) -> tuple[Page, Pixels] | None:
    """Return a picture's ink and its digit as the network's input, or None if it is blank.

    An array (28, 28) in the format of MNIST is the network's input as it is.
    """
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    try:
        page = reader.find_page(Picture(image, PictureSize(*image.size)))
    except PictureError:
        return None
    return page, picture if isinstance(picture, np.ndarray) else page.image


def collect(
    path: Path,
    read: Callable[[Image.Image | Pixels], tuple[Pixels, Result]],
    left_out: Mapping[str, str] = {},
) -> tuple[OwnDigits, list[Result], list[Skipped]]:
    """Return the pictures, what ``read`` results in for each, and those that are skipped.

    Of pictures whose inputs are the same, the first is kept, so that none is both learnt and
    measured; if their labels differ, none is: at most one of them is right.

    Parameters
    ----------
    path
        A folder with a folder for each class, or with a CSV table and its pictures; or a CSV table,
        or a zip archive with a folder for each class. One picture at a time is in memory.
    read
        Returns a picture's input, uint8 (28, 28), and anything else. Raises NoInk if it is blank.
    left_out
        Why other pictures are skipped, by the SHA-256 of their inputs.

    Raises
    ------
    DataError
        If the path is none of these, or cannot be read at all.
    """
    images, labelled, results, skipped = [], [], list[Result](), list[Skipped]()
    for entry in tqdm(find_entries(path), "pictures", leave=False, disable=None, delay=1):
        picture = _open(entry)
        if isinstance(picture, Skipped):
            skipped.append(picture)
            continue
        try:
            image, result = read(picture)
        except NoInk:
            skipped.append(Skipped(entry.place, "is blank", int(entry.label), entry.writer))
        else:
            images.append(image)
            labelled.append((entry.place, int(entry.label), entry.writer))
            results.append(result)
    places, labels, writers = zip(*labelled, strict=True) if labelled else ((), (), ())
    stacked = np.array(images, np.uint8).reshape(-1, SIDE_PX, SIDE_PX)
    own = OwnDigits(Digits(stacked, np.array(labels, np.uint8)), places, writers)
    repeated = find_repeated(own)
    for number, sha256 in enumerate(own.hashes()):
        if sha256 in left_out:
            repeated.setdefault(number, Skipped(places[number], left_out[sha256]))
    kept = [number for number in range(len(own)) if number not in repeated]
    skipped += repeated.values()
    return own.take(kept), [results[number] for number in kept], skipped


def _open(entry: Entry) -> Image.Image | Pixels | Skipped:
    """Return a picture, or why it is skipped: one bad file does not stop the reading of thousands.

    It is uint8 (28, 28) if it is in the format of MNIST already.
    """
    if entry.label.strip() not in DIGITS:
        got = entry.label if entry.label in (NO_FOLDER, TABLE) else repr(entry.label)
        return Skipped(entry.place, f"expected a label from 0 to 9, but got {got}")
    try:
        return pixels_if_mnist(entry.open())
    except (DataError, PictureError) as error:
        why = str(error)
    except Exception as error:  # of damaged bytes, zipfile and the system raise many types
        why = f"cannot be read ({' '.join(str(error).split())})"
    return Skipped(entry.place, why, int(entry.label), entry.writer)


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


def skipped_as_text(skipped: Sequence[Skipped]) -> Iterator[str]:
    """Yield lines that name the first skipped pictures of each kind of reason, and count the rest.

    Reasons are of a kind if they begin with the same four words, numbers left out.
    """
    by_kind = defaultdict[str, list[Skipped]](list)
    for picture in skipped:
        by_kind[" ".join(NUMBER.sub("", picture.why).split()[:4])].append(picture)
    for group in by_kind.values():
        yield from (f"skipped {picture}" for picture in group[:MAX_NAMED])
        if len(group) > MAX_NAMED:
            yield f"skipped {len(group) - MAX_NAMED:,} more for a reason of this kind"
