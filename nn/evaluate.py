"""Measure a trained network: ``python -m nn.evaluate article``.

Prints the accuracy on MNIST's test digits with its 95 % interval and the confusion matrix, and
writes the worst mistakes as a contact sheet. With ``--submission test.csv`` it reads Kaggle's
pictures instead; with ``--all`` it prints tables of all networks on all sets for measuring, with
``--numbers`` a table of how each network named reads numbers of several digits.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.core.network import Network
from nn.data.digits import DataError, Digits
from nn.data.kaggle import read_test, write_submission
from nn.data.mnist import load_mnist
from nn.evaluation import numbers as number_bench
from nn.evaluation import plots
from nn.evaluation import single_digits as comparison
from nn.evaluation.metrics import confusion_matrix, wilson_interval, worst_mistakes
from nn.files import write_atomically
from nn.models import weights
from nn.models.architectures import ARCHITECTURES
from nn.reading.mnist_format import to_inputs

HELD_BACK_WRITERS = 6  # of pendigits' 30: a fifth of them


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure, write a submission, or print tables of networks."""
    options = _options(arguments)
    try:
        if options.all or options.numbers:
            _compare(options)
            return
        name = options.names[0]
        network = weights.load(options.models / f"{name}.npz").network
        if options.submission:
            _submit(network, options.submission, options.out or Path("submission.csv"))
        else:
            _, test = load_mnist(options.data)
            _report(network, test, options.out or Path(f"mistakes-{name}.png"))
    except (DataError, weights.WeightsError, OSError) as error:
        sys.exit(f"nn.evaluate: {error}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line asks for, or exit with what is wrong with it."""
    parser = argparse.ArgumentParser(prog="python -m nn.evaluate", description=__doc__)
    named = "a network in the models folder, such as article; for tables several, or all of them"
    parser.add_argument("names", nargs="*", metavar="NAME", help=named)
    parser.add_argument("--models", type=Path, default=Path("models"), help="that folder")
    parser.add_argument("--data", type=Path, help="folder with MNIST's files (else INKLING_DATA)")
    parser.add_argument("--submission", type=Path, help="Kaggle's test.csv, to answer it")
    parser.add_argument("--out", type=Path, help="file to write: the contact sheet or submission")
    parser.add_argument("--all", action="store_true", help="print tables of networks and sets")
    numbers = "print tables of how numbers of several digits are read, drawn and photographed"
    parser.add_argument("--numbers", action="store_true", help=numbers)
    writers = "read the pen strokes of the last N writers, with --all and --numbers"
    parser.add_argument(
        "--held-back-writers", type=int, default=HELD_BACK_WRITERS, metavar="N", help=writers
    )
    options = parser.parse_args(arguments)
    if options.all and options.numbers:
        parser.error("expected --all or --numbers, but got both")
    tables = "--all" if options.all else "--numbers" if options.numbers else None
    if tables and (options.submission or options.out):
        parser.error(f"{tables} prints its tables: it takes neither --submission nor --out")
    if not tables and len(options.names) != 1:
        got = " and ".join(options.names) or "none"
        parser.error(f"expected the name of one network, --all or --numbers, but got {got}")
    return options


def _compare(options: argparse.Namespace) -> None:
    """Print the tables of the networks named, or of all."""
    names = options.names or _names(options.models)
    models = {name: weights.load(options.models / f"{name}.npz") for name in names}
    _, test = load_mnist(options.data)
    tables_of = number_bench.measure if options.numbers else comparison.compare
    print(tables_of(models, test, options.data, options.held_back_writers))


def _names(folder: Path) -> list[str]:
    """Return the names of the networks in a folder, the known ones first, from small to large."""
    found = {path.stem for path in folder.glob("*.npz")}
    if not found:
        raise weights.WeightsError(f"{folder}: expected networks in it, NAME.npz, but found none")
    known = [name for name in ARCHITECTURES if name in found]
    return known + sorted(found - set(known))


def _submit(network: Network, table: Path, out: Path) -> None:
    """Read Kaggle's test pictures and write what they show."""
    labels = network.activations(to_inputs(read_test(table))).argmax(axis=1)
    write_submission(out, labels)
    print(f"Wrote {out}: {len(labels):,} answers")


def _report(network: Network, digits: Digits, out: Path) -> None:
    """Print accuracy and confusion matrix, and write the contact sheet of the worst mistakes."""
    activations = network.activations(to_inputs(digits.images))
    answers = activations.argmax(axis=1)
    n_correct = int((answers == digits.labels).sum())
    low, high = wilson_interval(n_correct, len(digits))
    worst = worst_mistakes(activations, digits.labels, 50)
    captions = [f"{digits.labels[i]} read as {answers[i]}" for i in worst]
    write_atomically(out, plots.contact_sheet(digits.images[worst], captions))
    print(
        f"{n_correct:,} of {len(digits):,} read correctly: {n_correct / len(digits):.2%}\n"
        f"95 % interval: {low:.2%} to {high:.2%}\n\n"
        f"{_table(confusion_matrix(digits.labels, answers))}\n\n"
        f"Wrote {out}: the {len(worst)} worst mistakes, the most confident one first"
    )


def _table(counts: NDArray[np.int64]) -> str:
    """Return a confusion matrix as text."""
    classes = range(len(counts))
    lines = ["digit   read as " + "".join(f"{c:6}" for c in classes)]
    lines += [f"{c:5}           " + "".join(f"{n:6}" for n in counts[c]) for c in classes]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
