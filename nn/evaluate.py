"""Measure a trained network: ``python -m nn.evaluate article``.

Prints the accuracy on MNIST's test digits with its 95 % interval and the confusion matrix, and
writes the worst mistakes as a contact sheet. With ``--submission test.csv`` it reads Kaggle's
pictures instead.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn import plots, weights
from nn.data import DataError, Digits
from nn.data.kaggle import read_test, write_submission
from nn.data.mnist import load_mnist
from nn.layers import Array
from nn.network import Network
from nn.preprocess import to_inputs

Z_95 = 1.959964  # standard deviations either side that hold 95 % of a normal distribution


def wilson_interval(n_correct: int, n_total: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion, each bound 0..1.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference". Unlike the
    plain ``p +- 1.96 s`` it is right near 100 % and for few examples.

    Raises
    ------
    ValueError
        If there are no examples.
    """
    if n_total < 1:
        raise ValueError(f"an interval needs at least one example, but got {n_total}")
    share, z2 = n_correct / n_total, Z_95**2
    middle = share + z2 / (2 * n_total)
    spread = Z_95 * np.sqrt(share * (1 - share) / n_total + z2 / (4 * n_total**2))
    scale = 1 + z2 / n_total
    return float((middle - spread) / scale), float((middle + spread) / scale)


def confusion_matrix(
    labels: NDArray[np.integer], answers: NDArray[np.integer], n_classes: int = 10
) -> NDArray[np.int64]:
    """Return how often each digit got each answer: (C, C), a row a digit, a column an answer."""
    counts = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(counts, (labels, answers), 1)
    return counts


def worst_mistakes(
    activations: Array, labels: NDArray[np.integer], n_most: int
) -> NDArray[np.intp]:
    """Return the positions of up to ``n_most`` misread digits, the most confident mistake first.

    Parameters
    ----------
    activations, labels
        (N, C) in 0..1, and (N,).
    n_most
        How many at most.
    """
    wrong = np.nonzero(activations.argmax(axis=1) != labels)[0]
    doubt = activations[wrong, labels[wrong]] - activations[wrong].max(axis=1)
    return wrong[np.argsort(doubt, kind="stable")][:n_most]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure, or write a submission."""
    options = _parser().parse_args(arguments)
    try:
        network = weights.load(options.models / f"{options.model}.npz").network
        if options.submission:
            _submit(network, options.submission, options.out or Path("submission.csv"))
        else:
            _, test = load_mnist(options.data)
            _report(network, test, options.out or Path(f"mistakes-{options.model}.png"))
    except (DataError, weights.WeightsError, OSError) as error:
        sys.exit(f"nn.evaluate: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nn.evaluate", description=__doc__)
    parser.add_argument("model", help="name of a network in the models folder, such as article")
    parser.add_argument("--models", type=Path, default=Path("models"), help="that folder")
    parser.add_argument("--data", type=Path, help="folder with MNIST's files (else INKLING_DATA)")
    parser.add_argument("--submission", type=Path, help="Kaggle's test.csv, to answer it")
    parser.add_argument("--out", type=Path, help="file to write: the contact sheet or submission")
    return parser


def _submit(network: Network, table: Path, out: Path) -> None:
    """Read Kaggle's test pictures and write what they show."""
    labels = network.classify(to_inputs(read_test(table))).argmax(axis=1)
    write_submission(out, labels)
    print(f"Wrote {out}: {len(labels):,} answers")


def _report(network: Network, digits: Digits, out: Path) -> None:
    """Print accuracy and confusion matrix, and write the contact sheet of the worst mistakes."""
    activations = network.classify(to_inputs(digits.images))
    answers = activations.argmax(axis=1)
    n_correct = int((answers == digits.labels).sum())
    low, high = wilson_interval(n_correct, len(digits))
    worst = worst_mistakes(activations, digits.labels, 50)
    captions = [f"{digits.labels[i]} read as {answers[i]}" for i in worst]
    weights.write_whole(out, plots.contact_sheet(digits.images[worst], captions))
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
