"""Train a network by name and write its weights: ``python -m nn train article``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nn import command_options
from nn.arguments import program
from nn.data.digits import DataError
from nn.models.ink_network import INK
from nn.models.line_network import CERTAINTY, LINES, SHIPPED
from nn.models.weights import WeightsError
from nn.reader import DEFAULT
from nn.training.digit_training import DigitTraining, prepare_digits
from nn.training.fine_tuning import prepare_fine_tuning
from nn.training.ink_training import InkTraining, prepare_ink
from nn.training.interrupts import ignore_sigint
from nn.training.line_training import LineTraining, prepare_lines
from nn.training.recipes import MAX_LOST_POINTS, RECIPES
from nn.training.run_files import RUNS, RunError, write_run

PROGRAM = program("train")


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, load the data, train, and write the run."""
    options = parse_args(arguments)
    if options.name == CERTAINTY:
        train_certainty(options)
        return
    path = options.out / f"{options.name}.npz"
    checkpoint = path.with_suffix(".checkpoint")
    try:
        check_writable(options.out)
        training = prepare(options)
        if options.resume:
            training.resume(checkpoint)
    except (DataError, WeightsError, OSError) as error:
        sys.exit(f"{PROGRAM}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{PROGRAM}: stopped before the training began, so nothing is written")
    try:
        training.run(checkpoint)
        if not training.history:
            sys.exit(f"{PROGRAM}: no epoch was finished, so nothing is written")
        is_stopped = len(training.history) < options.epochs
        with ignore_sigint():
            if options.average:
                training.average_with_start(options.average)
            metadata = training.finish(options)
            write_run(training.network, metadata, training.history, path, training.lists)
            n_epochs = metadata.get("kept_epoch", len(training.history))
            print(f"Wrote {path} (epoch {n_epochs}) and .json, .csv, .png beside it")
            if not is_stopped:
                checkpoint.unlink(missing_ok=True)
    except RunError as error:
        if not is_stopped:
            checkpoint.unlink(missing_ok=True)
        more = "; the same command with --resume continues this training" if is_stopped else ""
        sys.exit(f"{PROGRAM}: {error}{more}")
    except BrokenPipeError:
        raise
    except OSError as error:
        advice = "run the same command again"
        if checkpoint.is_file():
            advice = "then the same command with --resume continues this training"
        sys.exit(f"{PROGRAM}: {error}; {advice}")
    if is_stopped:
        print("The same command with --resume continues this training")
        sys.exit(130)  # the shell's exit status after Ctrl-C


def prepare(options: argparse.Namespace) -> DigitTraining | LineTraining | InkTraining:
    """Return the training that the options describe, with its data loaded."""
    if options.name == LINES:
        return prepare_lines(options)
    if options.name == INK:
        return prepare_ink(options)
    return prepare_fine_tuning(options) if options.pictures else prepare_digits(options)


def train_certainty(options: argparse.Namespace) -> None:
    """Fit how certain answers are, and print how many of each set are, fitted without it."""
    from nn.evaluation.certainty import fit_and_measure  # which the trainings need not load

    try:
        check_writable(options.out)
        print(fit_and_measure(options))
        print(f"Wrote {options.out / CERTAINTY}.json")
    except (DataError, WeightsError, OSError) as error:
        sys.exit(f"{PROGRAM}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{PROGRAM}: stopped, so nothing is written")


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options, with the recipe's defaults for those that are missing.

    Exit with a message if they contradict each other.
    """
    parser = command_options.train()
    options = parser.parse_args(arguments)
    if options.name == CERTAINTY:
        given = {name for name, value in vars(options).items() if value != parser.get_default(name)}
        if others := given - {"name", "data", "base", "out"}:
            parser.error(f"{CERTAINTY} takes --data, --from and --out, not {', '.join(others)}")
        options.base, options.out = options.base or DEFAULT, options.out or RUNS / CERTAINTY
        return options
    if refusal := find_contradiction(options):
        parser.error(refusal)
    recipe = RECIPES[options.name]
    defaults = {
        "epochs": (recipe.for_fine_tuning() if options.pictures else recipe).epochs,
        "held_back": recipe.held_back,
        "held_back_writers": recipe.writers_held_back,
        "held_back_sources": recipe.sources_held_back,
        "most_lost": MAX_LOST_POINTS,
        "out": RUNS / options.name,
    }
    missing = {key: value for key, value in defaults.items() if getattr(options, key) is None}
    return argparse.Namespace(**vars(options) | missing)


def find_contradiction(options: argparse.Namespace) -> str | None:
    """Return what is wrong with options that do not go together, if anything is."""
    is_going_on = options.base and not options.pictures
    if (options.rate is not None or options.average) and not is_going_on:
        return "--rate and --average need --from, and no --pictures: they are for going on"
    is_fine_tuning = options.test_pictures or options.most_lost is not None
    if options.name in (LINES, INK):
        if options.csv or options.pictures or is_fine_tuning:
            return f"{options.name} takes no pictures of your own, and no --csv"
        return None
    if not (options.base and options.pictures) and (options.pictures or is_fine_tuning):
        return "fine-tuning needs both: --from NETWORK and --pictures PATH"
    others = (options.csv, options.held_back, options.held_back_writers, options.held_back_sources)
    if options.pictures and any(other is not None for other in others):
        return (
            "with --pictures, your own pictures are held back by themselves, and others as in the "
            "network's first training: leave out --csv and --held-back..."
        )
    return None


def check_writable(folder: Path) -> None:
    """Raise OSError unless the folder can be written: before a long training, not after it."""
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
