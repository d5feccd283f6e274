"""Which answers to the user's pictures are certain, before and after fine-tuning.

The network of lines has not learnt the user's hand. Where it reads another digit than a network
that has learnt it, that is no reason to doubt: a fine-tuned network is judged alone, unless it is
then certain of a picture held back that it misreads.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from nn.core.network import Network
from nn.data.pictures.own_digits import Judgement, answer, collect, hashes_of, to_input
from nn.models import ink_network, line_network
from nn.reading.certainty_model import Certainty
from nn.reading.lines.strip import strip_reader
from nn.reading.mnist import Pixels
from nn.reading.page.segment import segmenter
from nn.reading.page_reader import PageReader


@dataclass(frozen=True)
class Judged:
    """How many pictures are read right, are certain, and are certain and read wrong."""

    total: int
    correct: int
    certain: int
    certain_and_wrong: int


def judge(
    network: Network, path: Path, hashes: Collection[str], *, is_alone: bool = False
) -> Judged:
    """Return what the app, with the shipped network of lines, would say of the user's pictures.

    Parameters
    ----------
    network
        Reads digits.
    path
        As of ``collect``.
    hashes
        SHA-256 of the inputs of the pictures that are judged.
    is_alone
        Whether the network is judged alone.
    """
    read_strip = strip_reader(line_network.load().network.activations)
    certainty = replace(Certainty.load(line_network.certainty_path()), is_alone=is_alone)
    segment = segmenter(ink_network.load().network.activations)
    reader = PageReader(network.activations, read_strip, certainty, segment)

    def read(picture: Image.Image | Pixels) -> tuple[Pixels, Judgement | None]:
        image, _ = to_input(picture, segment)
        is_judged = hashes_of(image[np.newaxis])[0] in hashes
        return answer(reader, picture) if is_judged else (image, None)

    own, answers, _ = collect(path, read)
    judged = [
        (answered[0].argmax() == label, answered[1] is None)
        for label, answered in zip(own.digits.labels, answers, strict=True)
        if answered is not None
    ]
    is_right, is_certain = np.array(judged, np.bool_).reshape(-1, 2).T
    n_wrong = int((is_certain & ~is_right).sum())
    return Judged(len(judged), int(is_right.sum()), int(is_certain.sum()), n_wrong)
