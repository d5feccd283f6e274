"""The training of the network that finds ink: ``python -m nn train ink``.

Its examples are drawn forms, of which the truth is known pixel by pixel.
"""

import argparse
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nn.core.layers import Array
from nn.core.network import Network
from nn.data.synthetic.forms import TRUTH_PX, FormPainter
from nn.data.synthetic.printed import SIDE_PX
from nn.models.ink_network import INK, N_CLASSES
from nn.reading.mnist import Pixels
from nn.reading.page.segment import EITHER, OTHER, PAPER, PEN, to_ink_inputs
from nn.training.drawing import draw_in_parallel, load_writers
from nn.training.recipes import RECIPES
from nn.training.run_files import describe_run, load_network_to_go_on_with, people_held_back
from nn.training.trainer import Batch, Training

N_PICTURES = 60_000  # drawn once
N_HELD_BACK = 2_000  # pictures with the writing of held-back writers, sources and pictures
MIN_OVERLAP = 0.8  # intersection over union of a picture's pen, to count as found
WEIGHTS = {PAPER: 1.0, PEN: 2.0, OTHER: 1.5}  # in the cost: most pixels are paper
GAMMA = 0.25  # standard deviation of the logarithm of a picture's exponent of grey
NOISE = 0.15  # of a mini-batch at most, in deviations of a picture's grey
# Of a whole page, the median and the deviation are other than of the piece that is drawn here: the
# logarithm of a factor, mean and standard deviation, and a shift in deviations.
PAGE_GAIN, PAGE_SHIFT = (-0.1, 0.5), 0.2

Paint = Callable[[np.random.Generator], tuple[Pixels, Pixels]]
"""Returns a form's grey (128, 128), and the class of each two by two pixels (64, 64)."""


@dataclass(frozen=True)
class Forms:
    """Pictures uint8 (N, 128, 128), and the class of each two by two pixels uint8 (N, 64, 64)."""

    greys: Pixels
    truths: Pixels

    def __len__(self) -> int:
        return len(self.greys)

    def sha256(self) -> str:
        """Return the SHA-256 of all pictures, then all truths."""
        content = hashlib.sha256(self.greys.data)
        content.update(self.truths.data)
        return content.hexdigest()

    def first(self, n: int) -> "Forms":
        """Return the first n of them."""
        return Forms(self.greys[:n], self.truths[:n])


class InkTraining(Training[Forms]):
    """The training of a network on forms; parameters as of ``Training``."""

    def costs(self) -> Iterator[float]:
        """Do the epochs that are not done yet, and yield the mean cost of each."""
        return self.descend(batches, augment)

    def n_correct(self, network: Network, examples: Forms) -> int:
        """Return in how many pictures the pen is found.

        There, the intersection of the pixels that are pen and those that the network calls pen is
        at least ``MIN_OVERLAP`` of their union.
        """
        with threadpool_limits(1, user_api="blas"):
            answers = network.activations(to_ink_inputs(examples.greys)).argmax(axis=-1)
        overlaps = np.array([*map(overlap, answers, examples.truths)])
        return int((overlaps >= MIN_OVERLAP).sum())

    def finish(self, options: argparse.Namespace) -> dict[str, Any]:
        """Return the network's metadata."""
        name = "forms with pendigits, UNIPEN, MNIST's training part and Swiss digits, drawn"
        metadata = describe_run(options, self, {"name": name} | people_held_back(options))
        return metadata | {"scores": self.scores()}


def prepare_ink(options: argparse.Namespace) -> InkTraining:
    """Return a training with its forms drawn, that starts from ``options.base`` if it names one.

    Raise WeightsError if that cannot be read, DataError if it has learnt from others than are to be
    held back, or data are missing.
    """
    base = load_network_to_go_on_with(options) if options.base else None
    examples, held_back = draw_forms(options)
    print(f"{INK}: {len(examples):,} pictures, {len(held_back):,} held back")
    return InkTraining(
        INK,
        examples,
        held_back,
        epochs=options.epochs,
        seed=options.seed,
        recipe=RECIPES[INK].for_going_on(options.rate) if base else None,
        start=base,
    )


def draw_forms(options: argparse.Namespace) -> tuple[Forms, Forms]:
    """Return forms to train on, and forms held back, of other writers, sources and pictures.

    Raise DataError if a data set cannot be loaded.
    """
    rng = np.random.default_rng([options.seed, 1])
    writer, stranger = load_writers(options, rng)
    training = draw_some(FormPainter(*writer, rng).paint, N_PICTURES, rng)
    if not stranger:
        return training, training.first(0)
    return training, draw_some(FormPainter(*stranger, rng).paint, N_HELD_BACK, rng)


def draw_some(paint: Paint, n: int, rng: np.random.Generator) -> Forms:
    """Return n forms, painted in parallel."""
    greys = np.empty((n, SIDE_PX, SIDE_PX), np.uint8)
    truths = np.empty((n, TRUTH_PX, TRUTH_PX), np.uint8)
    for number, drawn in enumerate(draw_in_parallel(paint, n, rng)):
        greys[number], truths[number] = drawn
    return Forms(greys, truths)


def batches(forms: Forms, size: int, rng: np.random.Generator) -> list[Batch]:
    """Return the numbers of the forms of each mini-batch, in a random order."""
    order = rng.permutation(len(forms))
    return [order[start : start + size] for start in range(0, len(order), size)]


def augment(forms: Forms, batch: Batch, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a mini-batch's inputs (N, 128, 128, 1), and targets (N, 64, 64, 3).

    The grey of each picture gets a random exponent, every second picture is inverted: light pen on
    dark paper is pen, too. All get noise, and the gain and shift that a larger picture around them
    would give them.
    """
    levels = np.arange(256) / 255
    tables = np.exp(rng.normal(0, GAMMA, (len(batch), 1)))
    tables = np.rint(255 * levels**tables).astype(np.uint8)  # (N, 256)
    greys = forms.greys[batch]
    inputs = to_ink_inputs(tables[np.arange(len(batch))[:, None, None], greys])
    inputs *= rng.choice((-1, 1), (len(batch), 1, 1, 1)).astype(np.float32)
    noise = rng.standard_normal(inputs.shape, np.float32)
    noise *= np.float32(rng.uniform(0, NOISE))
    inputs += noise
    inputs *= np.exp(rng.normal(*PAGE_GAIN, (len(batch), 1, 1, 1))).astype(np.float32)
    inputs += rng.normal(0, PAGE_SHIFT, (len(batch), 1, 1, 1)).astype(np.float32)
    return inputs, to_targets(forms.truths[batch])


def to_targets(truths: Pixels) -> Array:
    """Return classes (N, H, W) as targets (N, H, W, 3): the class's weight; EITHER does not count.

    See ``SoftmaxCrossEntropy``.
    """
    rows = np.zeros((EITHER + 1, N_CLASSES), np.float32)
    for number, weight in WEIGHTS.items():
        rows[number, number] = weight
    return rows[truths]


def overlap(answer: Array, truth: Pixels) -> float:
    """Return the intersection over union of pen; 1 where there is none in either.

    Pixels that are EITHER do not count.
    """
    is_counted = truth != EITHER
    is_found, is_pen = (answer == PEN) & is_counted, truth == PEN
    union = np.count_nonzero(is_found | is_pen)
    return np.count_nonzero(is_found & is_pen) / union if union else 1.0
