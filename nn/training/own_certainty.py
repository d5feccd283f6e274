"""Which answers to the user's pictures are certain, before and after fine-tuning.

The network of lines has not learnt the user's hand. Where it reads another digit than a network
that has learnt it, that is no reason to doubt: a fine-tuned network is judged alone, unless it is
then certain of a picture held back that it misreads.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from nn.core.network import Network
from nn.data.pictures.own_digits import answer, collect, hashes_of, to_input
from nn.models import line_network
from nn.reading.doubts import Doubt
from nn.reading.lines.strip import ReadStrip, strip_reader
from nn.reading.mnist import Pixels
from nn.reading.reader import PageReader
from nn.reading.reading import Activations
from nn.reading.risk import Certainty

Answer = tuple[Activations, Doubt | None]


@dataclass(frozen=True)
class Judged:
    """How many pictures are read right, are certain, and are certain and read wrong."""

    total: int
    correct: int
    certain: int
    certain_and_wrong: int


class Judge:
    """Reads the user's pictures as the app does, with the shipped network of lines and certainty.

    Parameters
    ----------
    path
        As of ``collect``.
    hashes
        SHA-256 of the inputs of the pictures that are read.
    """

    def __init__(self, path: Path, hashes: Collection[str]) -> None:
        self._path, self._hashes = path, frozenset(hashes)
        self._read_strip: ReadStrip = strip_reader(line_network.load().network.activations)
        self._certainty = Certainty.load(line_network.certainty_path())

    def judge(self, network: Network, *, is_alone: bool = False) -> Judged:
        """Return the counts of a network of digits, which may be judged alone."""
        certainty = self._certainty.without_lines() if is_alone else self._certainty
        reader = PageReader(network.activations, self._read_strip, certainty)

        def read(picture: Image.Image | Pixels) -> tuple[Pixels, Answer | None]:
            image, _ = to_input(picture)
            if hashes_of(image[None])[0] not in self._hashes:
                return image, None
            return answer(reader, picture)

        own, answers, _ = collect(self._path, read)
        found = [
            (activations.argmax() == label, doubt is None)
            for label, each in zip(own.digits.labels, answers, strict=True)
            if each is not None
            for activations, doubt in [each]
        ]
        return Judged(
            len(found),
            sum(bool(is_right) for is_right, _ in found),
            sum(is_certain for _, is_certain in found),
            sum(is_certain and not is_right for is_right, is_certain in found),
        )
