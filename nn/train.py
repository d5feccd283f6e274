"""Train a network by name and write its weights: ``python -m nn.train article``."""

import argparse
import csv
import datetime
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from nn import plots, weights
from nn.architectures import ARCHITECTURES
from nn.data import DataError, Digits
from nn.data.kaggle import read_train
from nn.data.mnist import load_mnist
from nn.layers import Array
from nn.network import Network
from nn.preprocess import to_inputs
from nn.recipes import RECIPES

HELD_BACK = 5000  # training digits that are kept to measure on


@dataclass
class Training:
    """One training: the network, what each epoch gave, and the best weights so far.

    With digits held back, the best epoch is the one that reads most of them; without, the last.
    """

    network: Network
    held_back: Digits
    history: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = 0
    best_parameters: Array | None = None
    best_accuracy: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def on_epoch(self, epoch: int, cost: float) -> None:
        """Measure an epoch, print its line, and keep its weights if they are the best yet."""
        row: dict[str, float] = {"epoch": epoch, "cost": cost}
        accuracy = 1.0  # with nothing held back, each epoch counts as the best yet
        if len(self.held_back):
            inputs = to_inputs(self.held_back.images)
            accuracy = self.network.evaluate(inputs, self.held_back.labels) / len(self.held_back)
            row["held_back_accuracy"] = accuracy
        row["seconds"] = time.monotonic() - self.started
        if accuracy >= self.best_accuracy:
            self.best_parameters = self.network.parameters.copy()
            self.best_epoch, self.best_accuracy = epoch, accuracy
        self.history.append(row)  # last: Ctrl-C may come at any time, and a row needs its weights
        tqdm.write(_line(row))


def train(name: str, digits: Digits, held_back: Digits, *, epochs: int, seed: int) -> Training:
    """Return the training of a network by its recipe; Ctrl-C ends it early, with what it has.

    The same digits, epochs and seed give the same weights on the same machine.

    Parameters
    ----------
    name
        One of ``RECIPES``.
    digits, held_back
        To learn from, and to measure each epoch on (may be empty).
    epochs, seed
        Passes over the digits, and where all random choices start.
    """
    recipe = RECIPES[name]
    first_weights, order = np.random.default_rng(seed).spawn(2)
    training = Training(ARCHITECTURES[name].build(first_weights), held_back)

    def progress(batches: Iterable[int]) -> Iterable[int]:
        epoch = f"epoch {len(training.history) + 1} of {epochs}"
        bar: tqdm[int] = tqdm(batches, epoch, leave=False, unit="batch", disable=None)
        return bar  # shown on a terminal only

    try:
        training.network.sgd(
            to_inputs(digits.images),
            digits.labels,
            epochs=epochs,
            batch_size=recipe.batch_size,
            optimizer=recipe.optimizer(),
            schedule=recipe.schedule,
            rng=order,
            distort=recipe.distort,
            on_epoch=training.on_epoch,
            progress=progress,
        )
    except KeyboardInterrupt:
        tqdm.write(f"Stopped in epoch {len(training.history) + 1}.")
    if training.best_parameters is not None:
        training.network.parameters[:] = training.best_parameters
    return training


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, train, and write weights, metadata, history and learning curve."""
    options = _parser().parse_args(arguments)
    try:
        digits, held_back, test = _load(options)
        _check_folder(options.out)
    except (DataError, OSError) as error:
        sys.exit(f"nn.train: {error}")
    except KeyboardInterrupt:
        sys.exit("nn.train: stopped before the training began, so nothing is written")
    name, epochs = options.name, options.epochs or RECIPES[options.name].epochs
    print(f"{name}: {len(digits):,} digits to learn from, {len(held_back):,} held back")
    training = train(name, digits, held_back, epochs=epochs, seed=options.seed)
    if not training.history:
        sys.exit("nn.train: no epoch was finished, so nothing is written")
    with _unstoppable():
        metadata = {
            **_origin(options, training, epochs, digits),
            "scores": _scores(training.network, {"held_back": held_back, "mnist_test": test}),
        }
        _write(training, metadata, options.out / f"{name}.npz")
    if len(training.history) < epochs:
        sys.exit(130)  # as the shell has it after Ctrl-C


def _check_folder(folder: Path) -> None:
    """Raise OSError before a long training, not after it, if its folder cannot be written."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise OSError(f"--out {folder}: expected a folder to write to, but {nearest} is none")


@contextmanager
def _unstoppable() -> Iterator[None]:
    """Let nobody lose a training who hits Ctrl-C once more while it is being written."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _origin(
    options: argparse.Namespace, training: Training, epochs: int, digits: Digits
) -> dict[str, object]:
    """Return what the metadata tell of where the weights come from."""
    return {
        "name": options.name,
        "architecture": options.name,
        "description": ARCHITECTURES[options.name].description,
        "command": _command(options, epochs),
        "seed": options.seed,
        "epochs": training.best_epoch,
        "date": datetime.date.today().isoformat(),
        "data": {
            "name": options.csv.name if options.csv else "MNIST, training part",
            "examples": len(digits),
            "sha256": digits.sha256(),
        },
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nn.train", description=__doc__)
    parser.add_argument("name", choices=RECIPES, help="the network")
    parser.add_argument("--data", type=Path, help="folder with MNIST's files (else INKLING_DATA)")
    parser.add_argument("--csv", type=Path, help="learn from Kaggle's train.csv instead of MNIST")
    parser.add_argument("--epochs", type=_count(1), help="passes over the digits")
    parser.add_argument("--seed", type=_count(0), default=1, help="start of all random choices")
    parser.add_argument(
        "--held-back",
        type=_count(0),
        default=HELD_BACK,
        help="digits kept from training, to measure each epoch on (default %(default)s)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("models"), help="folder to write to (default models)"
    )
    return parser


def _count(least: int) -> Callable[[str], int]:
    """Return the reader of a whole number that is at least so much."""

    def whole_number(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"expected at least {least}, but got {number}")
        return number

    return whole_number


def _load(options: argparse.Namespace) -> tuple[Digits, Digits, Digits | None]:
    """Return the digits to learn from, those held back, and the test digits if there are any."""
    if options.csv:
        digits, test = read_train(options.csv), None
    else:
        digits, test = load_mnist(options.data)
    if options.held_back >= len(digits):
        raise DataError(
            f"expected fewer digits to hold back than there are, {len(digits):,}, "
            f"but got --held-back {options.held_back}"
        )
    return *digits.split(options.held_back), test


def _command(options: argparse.Namespace, epochs: int) -> str:
    """Return the command that trains this again, without where its data lay on this machine."""
    csv_option = f" --csv {options.csv.name}" if options.csv else ""
    return (
        f"python -m nn.train {options.name}{csv_option} --epochs {epochs} "
        f"--seed {options.seed} --held-back {options.held_back}"
    )


def _scores(network: Network, sets: dict[str, Digits | None]) -> dict[str, dict[str, float]]:
    """Return how many digits of each set the network reads."""
    scores = {}
    for name, digits in sets.items():
        if digits is not None and len(digits):
            correct = network.evaluate(to_inputs(digits.images), digits.labels)
            scores[name] = {
                "correct": correct,
                "total": len(digits),
                "accuracy": round(correct / len(digits), 6),
            }
    return scores


def _line(row: dict[str, float]) -> str:
    """Return an epoch's numbers as a line."""
    held_back = row.get("held_back_accuracy")
    shown = "" if held_back is None else f"  held back {held_back:8.3%}"
    return f"epoch {row['epoch']:3}  cost {row['cost']:.5f}{shown}  {row['seconds']:7.1f} s"


def _write(training: Training, metadata: dict[str, object], path: Path) -> None:
    """Write the weights and, beside them, the history of their training as a table and a plot."""
    weights.save(training.network, metadata, path)
    table = io.StringIO()
    writer = csv.DictWriter(table, training.history[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {key: round(value, 6) for key, value in row.items()} for row in training.history
    )
    weights.write_whole(path.with_suffix(".csv"), table.getvalue().encode())
    weights.write_whole(path.with_suffix(".png"), plots.learning_curve(training.history))
    print(f"Wrote {path} (epoch {training.best_epoch}) and .json, .csv, .png beside it")


if __name__ == "__main__":
    main()
