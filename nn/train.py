"""Train a network by name and write its weights: ``python -m nn train article``.

Weights, metadata, history and learning curve go to ``runs/NAME``. ``python -m nn promote NAME``
makes them the weights that the app loads. ``--from convnet --pictures FOLDER`` fine-tunes a trained
network on labelled pictures of your own; ``lines --from lines`` goes on with a network of lines.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nn.arguments import argument_parser, number, program
from nn.core.losses import SoftmaxCrossEntropy
from nn.data.digits import DataError, Digits
from nn.models.line_network import LINES, SHIPPED
from nn.models.weights import WeightsError
from nn.reading.mnist import to_inputs
from nn.training import line_trainer
from nn.training.calibration import fit_temperature
from nn.training.fine_tuning import MOST_LOST_POINTS
from nn.training.own_pictures import prepare_fine_tuning
from nn.training.recipes import RECIPES, for_fine_tuning, load_digits
from nn.training.run_files import (
    RUNS,
    PreparedTraining,
    RunError,
    describe_run,
    ignore_sigint,
    score,
    write_run,
)
from nn.training.trainer import CheckpointError, Training

PROGRAM = program("train")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, load the data, train, and write the run."""
    options = parse_args(arguments)
    path = options.out / f"{options.name}.npz"
    try:
        check_writable(options.out)
        if options.name == LINES:
            line_trainer.train(options)
            return
        prepare = prepare_fine_tuning if options.base else prepare_training
        prepared = prepare(options, path.with_suffix(".checkpoint"))
    except (DataError, CheckpointError, WeightsError, OSError) as error:
        sys.exit(f"{PROGRAM}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{PROGRAM}: stopped before the training began, so nothing is written")
    try:
        train_and_write(prepared, options.epochs, path)
    except RunError as error:
        is_stopped = len(prepared.training.history) < options.epochs
        if not is_stopped:
            path.with_suffix(".checkpoint").unlink(missing_ok=True)
        more = "; the same command with --resume continues this training" if is_stopped else ""
        sys.exit(f"{PROGRAM}: {error}{more}")
    except BrokenPipeError:
        raise
    except OSError as error:
        advice = "run the same command again"
        if path.with_suffix(".checkpoint").is_file():
            advice = "then the same command with --resume continues this training"
        sys.exit(f"{PROGRAM}: {error}; {advice}")
    if len(prepared.training.history) < options.epochs:
        print("The same command with --resume continues this training")
        sys.exit(130)  # the shell's exit status after Ctrl-C


def prepare_training(options: argparse.Namespace, checkpoint: Path) -> PreparedTraining:
    """Return a training from random weights, or from a checkpoint, with its data loaded."""
    digits, held_back, test = load_digits(options)
    print(f"{options.name}: {len(digits):,} training pictures, {len(held_back):,} held back")
    training = Training(
        options.name,
        digits,
        held_back,
        epochs=options.epochs,
        seed=options.seed,
        checkpoint_path=checkpoint,
        is_resumed=options.resume,
    )

    def describe() -> dict[str, Any]:
        metadata = provenance(options, training) | calibrate(training)
        return metadata | {"scores": measure(training, test)}

    return PreparedTraining(training, describe)


def train_and_write(prepared: PreparedTraining, n_epochs: int, path: Path) -> None:
    """Train, calibrate, measure, and write the run to ``path`` and beside it."""
    training = prepared.training
    training.run()
    if not training.history:
        sys.exit(f"{PROGRAM}: no epoch was finished, so nothing is written")
    with ignore_sigint():
        metadata = prepared.describe()
        write_run(training.network, metadata, training.history, path, prepared.lists)
        n_epochs_done = metadata.get("kept_epoch", len(training.history))
        print(f"Wrote {path} (epoch {n_epochs_done}) and .json, .csv, .png beside it")
        if len(training.history) == n_epochs:
            path.with_suffix(".checkpoint").unlink(missing_ok=True)


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; what is not given is the recipe's."""
    parser = argument_parser("train", __doc__)
    parser.add_argument("name", choices=[*RECIPES, LINES], help="the network")
    parser.add_argument("--data", type=Path, help="folder with the data (else INKLING_DATA)")
    parser.add_argument("--csv", type=Path, help="train on Kaggle's train.csv instead of MNIST")
    base = "go on with this network: a shipped one's name, or the file or folder of a run"
    parser.add_argument("--from", dest="base", metavar="NETWORK", help=base)
    own = "your labelled pictures: a folder for each digit, a CSV table, a zip archive"
    parser.add_argument("--pictures", type=Path, metavar="PATH", help=own)
    test = "others of them, to measure once in the end (default: a seventh of --pictures)"
    parser.add_argument("--test-pictures", type=Path, metavar="PATH", help=test)
    lost = (
        "percentage points of the accuracy elsewhere that fine-tuning may lose "
        f"(default {MOST_LOST_POINTS})"
    )
    parser.add_argument("--most-lost", type=number(float, 0, 100), metavar="POINTS", help=lost)
    parser.add_argument("--epochs", type=number(int, 1), help="passes over the digits")
    parser.add_argument("--seed", type=number(int, 0), default=1, help="of all random choices")
    held_back = (
        "number of MNIST's training digits to measure each epoch on instead of training on them "
        "(default: 5000, for convnet 0, for lines 2000)"
    )
    parser.add_argument("--held-back", type=number(int, 0), help=held_back)
    writers = "number of pendigits' 30 writers to measure each epoch on, too (default 0)"
    parser.add_argument("--held-back-writers", type=number(int, 0), help=writers)
    sources = "comma-separated sources of UNIPEN to measure each epoch on, such as apa,imp"
    parser.add_argument("--held-back-sources", type=comma_separated, help=sources)
    parser.add_argument("--resume", action="store_true", help="continue a stopped training")
    parser.add_argument("--out", type=Path, help="folder to write to (default runs/NAME)")
    options = parser.parse_args(arguments)
    if refusal := find_contradiction(options):
        parser.error(refusal)
    return with_defaults(options)


def find_contradiction(options: argparse.Namespace) -> str | None:
    """Return what is wrong with options that do not go together, if anything is."""
    is_fine_tuning = options.test_pictures or options.most_lost is not None
    if options.name == LINES:
        if options.csv or options.resume or options.pictures or is_fine_tuning:
            return f"{LINES} takes no pictures of your own, and neither --csv nor --resume"
        return None
    if bool(options.base) != bool(options.pictures) or (is_fine_tuning and not options.base):
        return "fine-tuning needs both: --from NETWORK and --pictures PATH"
    others = (options.csv, options.held_back, options.held_back_writers, options.held_back_sources)
    if options.base and any(other is not None for other in others):
        return (
            "with --from, your own pictures are held back by themselves, and others as in the "
            "network's first training: leave out --csv and --held-back..."
        )
    return None


def with_defaults(options: argparse.Namespace) -> argparse.Namespace:
    """Return the options; what is not given is the recipe's."""
    recipe = {**RECIPES, LINES: line_trainer.RECIPE}[options.name]
    if options.base:
        recipe = for_fine_tuning(recipe)
    defaults = {
        "epochs": recipe.epochs,
        "held_back": recipe.held_back,
        "held_back_writers": line_trainer.WRITERS_HELD_BACK if options.name == LINES else 0,
        "held_back_sources": line_trainer.SOURCES_HELD_BACK if options.name == LINES else (),
        "most_lost": MOST_LOST_POINTS,
        "out": RUNS / options.name,
    }
    missing = {key: value for key, value in defaults.items() if getattr(options, key) is None}
    return argparse.Namespace(**vars(options) | missing)


def comma_separated(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas."""
    return tuple(name for name in text.split(",") if name)


def check_writable(folder: Path) -> None:
    """Raise OSError if the folder is not to be written: before a long training, not after it."""
    if folder.resolve() == SHIPPED:
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
    data = {"name": name, "examples": len(training.digits), "sha256": training.identity["digits"]}
    return describe_run(options, len(training.history), data | mixture_data)
