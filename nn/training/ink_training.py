"""The training of the network that finds ink: ``python -m nn train ink``.

Its examples are drawn forms, of which the truth is known pixel by pixel.
"""

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nn.core.layers import Array
from nn.core.network import Network
from nn.data.synthetic.forms import CUT_OUT_PX, SHEET_PX, FormPainter
from nn.models.ink_network import INK, N_CLASSES
from nn.reading.mnist import Pixels
from nn.reading.page.segment import EITHER, OTHER, PAPER, PEN, to_ink_inputs
from nn.training.drawing import draw_in_parallel, load_writers
from nn.training.recipes import RECIPES
from nn.training.run_files import describe_run, load_network_to_go_on_with, people_held_back
from nn.training.trainer import Batch, Training

N_CUT_OUTS, N_SHEETS = 40_000, 10_000  # drawn once
N_HELD_BACK = 1_500, 250  # of each, with the writing of held-back writers, sources and pictures
MIN_OVERLAP = 0.8  # intersection over union of a picture's pen, to count as found
WEIGHTS = {PAPER: 1.0, PEN: 2.0, OTHER: 1.5}  # in the cost: most pixels are paper
GAMMA = 0.25  # standard deviation of the logarithm of a picture's exponent of grey
NOISE = 0.15  # of a mini-batch at most, in deviations of a picture's grey
# The median and the deviation around a place of a page are other than of what is drawn here: the
# logarithm of a factor, mean and standard deviation, and a shift in deviations.
PAGE_GAIN, PAGE_SHIFT = (-0.1, 0.3), 0.15


@dataclass(frozen=True)
class Drawn:
    """Pictures uint8 (N, S, S), and the class of each two by two pixels uint8 (N, S/2, S/2)."""

    greys: Pixels
    truths: Pixels

    def __len__(self) -> int:
        return len(self.greys)

    def of(self, numbers: Batch | slice) -> "Drawn":
        """Return those of some numbers."""
        return Drawn(self.greys[numbers], self.truths[numbers])


@dataclass(frozen=True)
class Forms:
    """Pieces of forms as large as what is cut out, and larger sheets, numbered from first to last.

    Of a large sheet much is empty: what is not, decides its mean and deviation.
    """

    cut_outs: Drawn
    sheets: Drawn

    def __len__(self) -> int:
        return len(self.cut_outs) + len(self.sheets)

    def sha256(self) -> str:
        """Return the SHA-256 of all pictures and truths."""
        content = hashlib.sha256()
        for drawn in (self.cut_outs, self.sheets):
            content.update(drawn.greys.data)
            content.update(drawn.truths.data)
        return content.hexdigest()

    def of(self, batch: Batch) -> Drawn:
        """Return those of some numbers: all of them cut-outs, or all of them sheets."""
        n = len(self.cut_outs)
        return self.cut_outs.of(batch) if batch[0] < n else self.sheets.of(batch - n)

    def first(self, n: int) -> "Forms":
        """Return the first n of each."""
        return Forms(self.cut_outs.of(slice(n)), self.sheets.of(slice(n)))


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
        n_found = 0
        for drawn in (examples.cut_outs, examples.sheets):
            with threadpool_limits(1, user_api="blas"):
                answers = network.activations(to_ink_inputs(drawn.greys)).argmax(axis=-1)
            overlaps = np.array([*map(overlap, answers, drawn.truths)])
            n_found += int((overlaps >= MIN_OVERLAP).sum())
        return n_found

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
    training = draw_some(FormPainter(*writer, rng), (N_CUT_OUTS, N_SHEETS), rng)
    if not stranger:
        return training, training.first(0)
    return training, draw_some(FormPainter(*stranger, rng), N_HELD_BACK, rng)


def draw_some(painter: FormPainter, counts: tuple[int, int], rng: np.random.Generator) -> Forms:
    """Return so many cut-outs and sheets, painted in parallel."""
    n_cut_outs, n_sheets = counts
    return Forms(
        _draw(painter.of_side(CUT_OUT_PX), n_cut_outs, rng),
        _draw(painter.of_side(SHEET_PX), n_sheets, rng),
    )


def _draw(painter: FormPainter, n: int, rng: np.random.Generator) -> Drawn:
    side_px = painter.side_px
    greys = np.empty((n, side_px, side_px), np.uint8)
    truths = np.empty((n, side_px // 2, side_px // 2), np.uint8)
    for number, drawn in enumerate(draw_in_parallel(painter.paint, n, rng)):
        greys[number], truths[number] = drawn
    return Drawn(greys, truths)


def batches(forms: Forms, size: int, rng: np.random.Generator) -> list[Batch]:
    """Return the numbers of each mini-batch's forms, in a random order: all of one side.

    A mini-batch of sheets has about as many pixels as one of ``size`` cut-outs.
    """
    n, n_sheets = len(forms.cut_outs), max(1, size * CUT_OUT_PX**2 // SHEET_PX**2)
    of_cut_outs, of_sheets = rng.permutation(n), n + rng.permutation(len(forms.sheets))
    all_batches = [of_cut_outs[start : start + size] for start in range(0, n, size)]
    all_batches += [
        of_sheets[start : start + n_sheets] for start in range(0, len(of_sheets), n_sheets)
    ]
    return [all_batches[number] for number in rng.permutation(len(all_batches))]


def augment(forms: Forms, batch: Batch, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a mini-batch's inputs (N, S, S, 1), and targets (N, S/2, S/2, 3).

    The grey of each picture gets a random exponent, every second picture is inverted: light pen on
    dark paper is pen, too. All get noise, and the gain and shift that a larger picture around them
    would give them.
    """
    levels = np.arange(256) / 255
    tables = np.exp(rng.normal(0, GAMMA, (len(batch), 1)))
    tables = np.rint(255 * levels**tables).astype(np.uint8)  # (N, 256)
    drawn = forms.of(batch)
    inputs = to_ink_inputs(tables[np.arange(len(batch))[:, None, None], drawn.greys])
    inputs *= rng.choice((-1, 1), (len(batch), 1, 1, 1)).astype(np.float32)
    noise = rng.standard_normal(inputs.shape, np.float32)
    noise *= np.float32(rng.uniform(0, NOISE))
    inputs += noise
    inputs *= np.exp(rng.normal(*PAGE_GAIN, (len(batch), 1, 1, 1))).astype(np.float32)
    inputs += rng.normal(0, PAGE_SHIFT, (len(batch), 1, 1, 1)).astype(np.float32)
    return inputs, to_targets(drawn.truths)


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
