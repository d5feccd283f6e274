"""Train a network by name and write its weights: ``python -m nn.train article``.

Weights, metadata, history and learning curve go to ``runs/NAME``. ``python -m nn.promote NAME``
makes them the weights that the app loads.
"""

import argparse
import datetime
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from nn.core.losses import SoftmaxCrossEntropy
from nn.data.digits import DataError, Digits
from nn.data.kaggle import read_train
from nn.data.mnist import load_mnist
from nn.data.omniglot import load_omniglot
from nn.data.pendigits import load_pendigits, split_by_writer
from nn.data.synthetic.mixture import Handwriting, Mixture, draw_unvaried
from nn.data.unipen import load_unipen
from nn.data.unipen_selection import split_by_source, whole_digits
from nn.models.architectures import ARCHITECTURES
from nn.models.strings import STRINGS
from nn.reading.mnist_format import to_inputs
from nn.training import strings
from nn.training.calibration import fit_temperature
from nn.training.checkpoint import CheckpointError
from nn.training.recipes import RECIPES
from nn.training.run_files import RUNS, score, write_run
from nn.training.trainer import Training


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, load the data, train, and write the run."""
    options = parse_args(arguments)
    path = options.out / f"{options.name}.npz"
    try:
        check_writable(options.out)
        if options.name == STRINGS:
            strings.train(options)
            return
        digits, held_back, test = load_digits(options)
        print(f"{options.name}: {len(digits):,} training pictures, {len(held_back):,} held back")
        training = Training(
            options.name,
            digits,
            held_back,
            epochs=options.epochs,
            seed=options.seed,
            checkpoint_path=path.with_suffix(".checkpoint"),
            is_resumed=options.resume,
        )
    except (DataError, CheckpointError, OSError) as error:
        sys.exit(f"nn.train: {error}")
    except KeyboardInterrupt:
        sys.exit("nn.train: stopped before the training began, so nothing is written")
    try:
        train_and_write(training, options, test, path)
    except OSError as error:
        advice = "run the same command again"
        if path.with_suffix(".checkpoint").is_file():
            advice = "then the same command with --resume continues this training"
        sys.exit(f"nn.train: {error}: make {options.out} writable, with space left; {advice}")
    if len(training.history) < options.epochs:
        print("The same command with --resume continues this training")
        sys.exit(130)  # the shell's exit status after Ctrl-C


def train_and_write(
    training: Training, options: argparse.Namespace, test: Digits | None, path: Path
) -> None:
    """Train, calibrate, measure, and write the run to ``path`` and beside it."""
    training.run()
    if not training.history:
        sys.exit("nn.train: no epoch was finished, so nothing is written")
    with ignore_sigint():
        metadata = provenance(options, training) | calibrate(training)
        metadata["scores"] = measure(training, test)
        write_run(training.network, metadata, training.history, path)
        print(f"Wrote {path} (epoch {len(training.history)}) and .json, .csv, .png beside it")
        if len(training.history) == options.epochs:
            path.with_suffix(".checkpoint").unlink(missing_ok=True)


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; what is not given is the recipe's."""
    parser = argparse.ArgumentParser(prog="python -m nn.train", description=__doc__)
    parser.add_argument("name", choices=[*RECIPES, STRINGS], help="the network")
    parser.add_argument("--data", type=Path, help="folder with the data (else INKLING_DATA)")
    parser.add_argument("--csv", type=Path, help="train on Kaggle's train.csv instead of MNIST")
    parser.add_argument("--epochs", type=int_at_least(1), help="passes over the digits")
    parser.add_argument("--seed", type=int_at_least(0), default=1, help="of all random choices")
    held_back = (
        "number of MNIST's training digits to measure each epoch on instead of training on them "
        "(default: 5000, for convnet and strings 0)"
    )
    parser.add_argument("--held-back", type=int_at_least(0), help=held_back)
    writers = "number of pendigits' 30 writers to measure each epoch on likewise (default 0)"
    parser.add_argument("--held-back-writers", type=int_at_least(0), default=0, help=writers)
    sources = "comma-separated sources of UNIPEN to measure each epoch on likewise, such as apa,imp"
    parser.add_argument("--held-back-sources", type=names, default=(), help=sources)
    parser.add_argument("--resume", action="store_true", help="continue a stopped training")
    parser.add_argument("--out", type=Path, help="folder to write to (default runs/NAME)")
    options = parser.parse_args(arguments)
    if options.name == STRINGS and (options.csv or options.resume):
        parser.error(f"{STRINGS} takes neither --csv nor --resume")
    recipe = strings.RECIPE if options.name == STRINGS else RECIPES[options.name]
    if options.epochs is None:
        options.epochs = recipe.epochs
    if options.held_back is None:
        options.held_back = recipe.held_back
    if options.out is None:
        options.out = RUNS / options.name
    return options


def int_at_least(minimum: int) -> Callable[[str], int]:
    """Return an argument type: a whole number, ``minimum`` or more."""

    def whole_number(text: str) -> int:
        number = int(text)
        if number < minimum:
            raise argparse.ArgumentTypeError(f"expected at least {minimum}, but got {number}")
        return number

    return whole_number


def names(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas."""
    return tuple(name for name in text.split(",") if name)


def check_writable(folder: Path) -> None:
    """Raise OSError if the folder is not to be written: before a long training, not after it."""
    if folder.resolve() == Path("models").resolve():
        raise OSError(
            f"--out {folder}: expected another folder than models, which holds the shipped "
            "weights: train into runs/ (the default), then run make promote"
        )
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise OSError(
            f"--out {folder}: expected a folder to write to, but {nearest} is none: "
            "choose another with --out"
        )


def load_digits(options: argparse.Namespace) -> tuple[Digits, Digits, Digits | None]:
    """Return the training pictures, those held back, and MNIST's test digits unless --csv."""
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
        drawn, written = draw_mixture(mixture, options)
        digits, held_back = digits.with_more(drawn), held_back.with_more([written])
    return digits, held_back, test


def draw_mixture(mixture: Mixture, options: argparse.Namespace) -> tuple[list[Digits], Digits]:
    """Return a mixture's pictures, and the digits of the writers and sources held back."""
    pen_digits, last = split_by_writer(load_pendigits(options.data), options.held_back_writers)
    characters, others = split_by_source(load_unipen(options.data), options.held_back_sources)
    handwriting = Handwriting(pen_digits, characters, load_omniglot(options.data))
    batches = mixture.draw(handwriting, np.random.default_rng([options.seed, 1]))
    drawn = list(tqdm(batches, "drawing", leave=False, disable=None, unit=" thousand"))
    held_back = [(digit.strokes, digit.label) for digit in last]
    held_back += [(each.strokes, int(each.label)) for each in whole_digits(others)]
    return drawn, draw_unvaried(held_back)


@contextmanager
def ignore_sigint() -> Iterator[None]:
    """Ignore Ctrl-C while a training is written: a second one would lose it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def calibrate(training: Training) -> dict[str, float]:
    """Set the temperature of a network that has one, and return it as metadata."""
    loss, held_back = training.network.loss, training.held_back
    if not isinstance(loss, SoftmaxCrossEntropy):
        return {}
    temperature = training.recipe.temperature
    if len(held_back):
        activations = training.network.activations(to_inputs(held_back.images))
        temperature = round(fit_temperature(activations, held_back.labels), 3)
        print(f"temperature {temperature} minimises the cost on the held-back pictures")
    loss.temperature = temperature
    return {"temperature": temperature}


def measure(training: Training, test: Digits | None) -> dict[str, dict[str, float]]:
    """Return the scores on the held-back pictures and on MNIST's test digits, where there are."""
    sets = {"held_back": training.held_back, "mnist_test": test}
    return {name: score(training.network, digits) for name, digits in sets.items() if digits}


def provenance(options: argparse.Namespace, training: Training) -> dict[str, Any]:
    """Return the metadata that say where the weights come from."""
    name, mixture_data = options.csv.name if options.csv else "MNIST, training part", {}
    if training.recipe.mixture:
        name += "; pendigits and UNIPEN, drawn; Omniglot; digits and others from templates"
        mixture_data = {
            "writers_held_back": options.held_back_writers,
            "sources_held_back": list(options.held_back_sources),
        }
    return {
        "name": options.name,
        "architecture": options.name,
        "description": ARCHITECTURES[options.name].description,
        "command": training_command(options),
        "seed": options.seed,
        "epochs": len(training.history),
        "date": datetime.date.today().isoformat(),
        "data": {
            "name": name,
            "examples": len(training.digits),
            "sha256": training.identity["digits"],
            **mixture_data,
        },
    }


def training_command(options: argparse.Namespace) -> str:
    """Return the command that trains the same weights, without the data's folder."""
    csv_option = f" --csv {options.csv.name}" if options.csv else ""
    writers = options.held_back_writers
    writers_option = f" --held-back-writers {writers}" if writers else ""
    if sources := ",".join(options.held_back_sources):
        writers_option += f" --held-back-sources {sources}"
    return (
        f"python -m nn.train {options.name}{csv_option} --epochs {options.epochs} "
        f"--seed {options.seed} --held-back {options.held_back}{writers_option}"
    )


if __name__ == "__main__":
    main()
