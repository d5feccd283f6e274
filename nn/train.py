"""Train a network by name and write its weights: ``python -m nn.train article``."""

import argparse
import csv
import datetime
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tqdm import tqdm

from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.data.digits import DataError, Digits
from nn.data.kaggle import read_train
from nn.data.mnist import load_mnist
from nn.data.pendigits import load_pen, split_by_writer
from nn.data.synthetic.mixture import N_AT_ONCE, Mixture, as_written
from nn.files import write_atomically
from nn.models import weights
from nn.models.architectures import ARCHITECTURES
from nn.reading.mnist_format import to_inputs
from nn.training import plots
from nn.training.calibration import fit_temperature
from nn.training.checkpoint import CheckpointError
from nn.training.recipes import RECIPES
from nn.training.trainer import Training


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, train, and write weights, metadata, history and learning curve."""
    options = _read(arguments)
    path = options.out / f"{options.name}.npz"
    try:
        _check_folder(options.out)
        digits, held_back, test = _load(options)
        print(
            f"{options.name}: {len(digits):,} pictures to learn from, {len(held_back):,} held back"
        )
        training = Training(
            options.name,
            digits,
            held_back,
            epochs=options.epochs,
            seed=options.seed,
            checkpoint_path=path.with_suffix(".checkpoint"),
        )
        if options.resume:
            training.resume()
    except (DataError, CheckpointError, OSError) as error:
        sys.exit(f"nn.train: {error}")
    except KeyboardInterrupt:
        sys.exit("nn.train: stopped before the training began, so nothing is written")
    training.run()
    if not training.history:
        sys.exit("nn.train: no epoch was finished, so nothing is written")
    with _unstoppable():
        _finish(training, options, test, path)
    if len(training.history) < options.epochs:
        print("The same command with --resume goes on from there")
        sys.exit(130)  # as the shell has it after Ctrl-C


def _finish(
    training: Training, options: argparse.Namespace, test: Digits | None, path: Path
) -> None:
    """Make the network as sure as it is right, measure it, and write all there is to know."""
    temperature = _calibrate(training)
    metadata = {
        **_origin(options, training),
        **temperature,
        "scores": _scores(training.network, {"held_back": training.held_back, "mnist_test": test}),
    }
    _write(training, metadata, path)
    if len(training.history) == options.epochs and training.checkpoint_path:
        training.checkpoint_path.unlink(missing_ok=True)


def _calibrate(training: Training) -> dict[str, float]:
    """Set the temperature of a network that has one, and return it for the metadata."""
    loss, held_back = training.network.loss, training.held_back
    if not isinstance(loss, SoftmaxCrossEntropy):
        return {}
    loss.temperature = 1.0
    temperature = training.recipe.temperature
    if len(held_back):
        activations = training.network.classify(to_inputs(held_back.images))
        temperature = round(fit_temperature(activations, held_back.labels), 3)
        print(f"temperature {temperature} makes it as sure as it is right on what was held back")
    loss.temperature = temperature
    return {"temperature": temperature}


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


def _origin(options: argparse.Namespace, training: Training) -> dict[str, object]:
    """Return what the metadata tell of where the weights come from."""
    data: dict[str, object] = {
        "name": options.csv.name if options.csv else "MNIST, training part",
        "examples": len(training.digits),
        "sha256": training.identity["digits"],
    }
    if training.recipe.mixture:
        data["name"] = f"{data['name']}; pendigits, drawn; digits and others from templates"
        data["writers_held_back"] = options.held_back_writers
    return {
        "name": options.name,
        "architecture": options.name,
        "description": ARCHITECTURES[options.name].description,
        "command": _command(options),
        "seed": options.seed,
        "epochs": len(training.history),
        "date": datetime.date.today().isoformat(),
        "data": data,
    }


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; those not given are the recipe's."""
    options = _parser().parse_args(arguments)
    recipe = RECIPES[options.name]
    if options.epochs is None:
        options.epochs = recipe.epochs
    if options.held_back is None:
        options.held_back = recipe.held_back
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nn.train", description=__doc__)
    parser.add_argument("name", choices=RECIPES, help="the network")
    parser.add_argument("--data", type=Path, help="folder with the data (else INKLING_DATA)")
    parser.add_argument("--csv", type=Path, help="learn from Kaggle's train.csv instead of MNIST")
    parser.add_argument("--epochs", type=_count(1), help="passes over the digits")
    parser.add_argument("--seed", type=_count(0), default=1, help="start of all random choices")
    parser.add_argument(
        "--held-back",
        type=_count(0),
        help="of MNIST's training digits, how many are kept to measure each epoch on "
        "(default: 5000, for convnet 0)",
    )
    parser.add_argument(
        "--held-back-writers",
        type=_count(0),
        default=0,
        help="of the 30 writers of pen strokes, how many are kept to measure on (default 0)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the training that was stopped"
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
    """Return the pictures to learn from, those held back, and the test digits if there are any."""
    if options.csv:
        mnist, test = read_train(options.csv), None
    else:
        mnist, test = load_mnist(options.data)
    if options.held_back >= len(mnist):
        raise DataError(
            f"expected fewer digits to hold back than there are, {len(mnist):,}, "
            f"but got --held-back {options.held_back}"
        )
    digits, held_back = mnist.split(options.held_back)
    mixture = RECIPES[options.name].mixture
    if mixture:
        drawn, written = _draw(mixture, options)
        digits, held_back = digits.with_more(drawn), held_back.with_more([written])
    return digits, held_back, test


def _draw(mixture: Mixture, options: argparse.Namespace) -> tuple[list[Digits], Digits]:
    """Return a mixture's pictures, and the held-back writers' digits."""
    pen, held_back = split_by_writer(load_pen(options.data), options.held_back_writers)
    n_turns = -(-mixture.size(len(pen)) // N_AT_ONCE)
    turns = mixture.draw(pen, np.random.default_rng([options.seed, 1]))
    drawn = list(tqdm(turns, "drawing", total=n_turns, leave=False, disable=None, unit="thousand"))
    return drawn, as_written(held_back)


def _command(options: argparse.Namespace) -> str:
    """Return the command that trains this again, without where its data lay on this machine."""
    csv_option = f" --csv {options.csv.name}" if options.csv else ""
    writers = options.held_back_writers
    writers_option = f" --held-back-writers {writers}" if writers else ""
    return (
        f"python -m nn.train {options.name}{csv_option} --epochs {options.epochs} "
        f"--seed {options.seed} --held-back {options.held_back}{writers_option}"
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


def _write(training: Training, metadata: dict[str, object], path: Path) -> None:
    """Write the weights and, beside them, the history of their training as a table and a plot."""
    weights.save(training.network, metadata, path)
    table = io.StringIO()
    writer = csv.DictWriter(table, training.history[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {key: round(value, 6) for key, value in row.items()} for row in training.history
    )
    write_atomically(path.with_suffix(".csv"), table.getvalue().encode())
    write_atomically(path.with_suffix(".png"), plots.learning_curve(training.history))
    print(f"Wrote {path} (epoch {len(training.history)}) and .json, .csv, .png beside it")


if __name__ == "__main__":
    main()
