"""Measure fine-tuning on one person's digits: ``python -m benchmarks.card.fine_tuning held-back``.

The network is a training that has held back pendigits' last writers. For each of them, it is
fine-tuned on 200 of the writer's digits and on remembered digits of other people, and measured on
the writer's other digits and on MNIST's test digits, which are neither learnt nor choose the epoch.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn.data.digits import Character, DataError, Digits
from nn.data.handwriting import split_by_writer
from nn.data.mnist import load_mnist
from nn.data.pendigits import load_pendigits
from nn.data.pictures.own_digits import OwnDigits
from nn.data.synthetic.mixture import draw_unvaried
from nn.evaluation.classifier_metrics import Row, markdown
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import Model, WeightsError, find_weights, load_trainable
from nn.training.digit_training import score
from nn.training.fine_tuning import FineTuning, Split, load_remembered, split
from nn.training.recipes import RECIPES

N_OWN = 200  # digits of a writer for fine-tuning; some of them choose the epoch
COLUMNS = ("right before", "right after", "MNIST's test before", "after", "epoch kept")


@dataclass(frozen=True)
class Experiment:
    """A network, what it remembers, and how it is fine-tuned."""

    base: Model
    remembered: Digits
    elsewhere: Digits
    mnist_test: Digits
    epochs: int
    seed: int

    def row(self, writer: int, digits: OwnDigits) -> Row:
        """Return a writer's row of the table, after fine-tuning on some of the digits."""
        parts = divide(digits, np.random.default_rng([self.seed, writer]))
        training = FineTuning(
            self.base,
            parts,
            self.remembered,
            self.elsewhere,
            epochs=self.epochs,
            seed=self.seed,
        )
        training.run()
        training.restore_best()
        after = training.network if training.best_epoch else self.base.network
        cells = [
            f"{scored['correct']:,} of {scored['total']:,}"
            for test in (parts.test.digits, self.mnist_test)
            for scored in (score(self.base.network, test), score(after, test))
        ]
        return f"{writer}", [*cells, f"{training.best_epoch}"]


def divide(digits: OwnDigits, rng: np.random.Generator) -> Split:
    """Return ``N_OWN`` of a writer's digits for fine-tuning, and the others as the test."""
    order = rng.permutation(len(digits))
    return split(digits.take(order[:N_OWN]), rng, digits.take(order[N_OWN:]))


def digits_of_last_writers(n_writers: int, folder: Path | None) -> dict[int, OwnDigits]:
    """Return the digits of pendigits' last writers, drawn as on the page, by the writer's number.

    Raise DataError if pendigits cannot be loaded.
    """
    by_writer = defaultdict[int, list[Character]](list)
    for digit in split_by_writer(load_pendigits(folder), n_writers)[1]:
        by_writer[int(digit.writer)].append(digit)
    return {
        writer: OwnDigits(
            draw_unvaried(own),
            [f"digit {number}" for number in range(len(own))],
            [f"{writer}"] * len(own),
        )
        for writer, own in by_writer.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, fine-tune for each writer, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.card.fine_tuning", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="the training that holds back the last writers")
    parser.add_argument("--name", default="convnet", choices=ARCHITECTURES, help="the network")
    parser.add_argument("--data", type=Path, help="the data folder (else INKLING_DATA)")
    parser.add_argument("--seed", type=int, default=1, help="of all random choices")
    parser.add_argument("--epochs", type=int, help="passes over the digits (default as nn train)")
    options = parser.parse_args(arguments)
    try:
        print(measure(options))
    except (DataError, WeightsError, OSError) as error:
        sys.exit(f"benchmarks.card.fine_tuning: {error}")


def measure(options: argparse.Namespace) -> str:
    """Return the table; raise DataError if the training has held back no writers."""
    base = load_trainable(find_weights(options.folder, options.name))
    n_writers = base.metadata.get("data", {}).get("writers_held_back", 0)
    if not n_writers:
        raise DataError(
            f"{options.folder}: expected a training that holds back writers: first "
            f"python -m nn train {options.name} --held-back-writers 6 --out {options.folder}"
        )
    mnist, mnist_test = load_mnist(options.data)
    remembered, elsewhere = load_remembered(base, mnist, options.data, options.seed)
    epochs = options.epochs or RECIPES[options.name].for_fine_tuning().epochs
    experiment = Experiment(base, remembered, elsewhere, mnist_test, epochs, options.seed)
    writers = digits_of_last_writers(n_writers, options.data)
    rows = [experiment.row(writer, digits) for writer, digits in writers.items()]
    return markdown("writer", COLUMNS, rows)


if __name__ == "__main__":
    main()
