"""The files of a training run: NAME.npz, .json, .csv, .png, and .checkpoint until it finishes."""

import argparse
import csv
import datetime
import hashlib
import io
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nn import plots
from nn.arguments import program
from nn.core.network import Network
from nn.data.digits import Digits
from nn.files import write_atomically
from nn.models import line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.training.trainer import Training, n_correct

PICTURES_SUFFIX = ".pictures.csv"  # of what own pictures were used for, in a fine-tuning
RUNS = Path("runs")  # each training has a folder in it, and git ignores it


class RunError(ValueError):
    """A training run is missing or unfinished, or its files do not belong together."""


@contextmanager
def ignore_sigint() -> Iterator[None]:
    """Ignore Ctrl-C while a training is written: a second one would lose it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True)
class PreparedTraining:
    """A training with its data loaded.

    Attributes
    ----------
    training
        To be run.
    describe
        Returns the metadata of its network, when it was run. Raises RunError if that is not worth
        to be written.
    lists
        Contents of further files to write, by the suffix of their name.
    """

    training: Training
    describe: Callable[[], dict[str, Any]]
    lists: Mapping[str, bytes] = field(default_factory=dict)


def score(network: Network, digits: Digits) -> dict[str, float]:
    """Return how many digits the network reads correctly: ``correct``, ``total``, ``accuracy``."""
    correct = n_correct(network, digits)
    return {
        "correct": correct,
        "total": len(digits),
        "accuracy": round(correct / len(digits), 6),
    }


def describe_run(
    options: argparse.Namespace, n_epochs: int, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the metadata of any training: which network, by which command, and on which data."""
    architecture = {**ARCHITECTURES, **line_network.ARCHITECTURES}[options.name]
    return {
        "name": options.name,
        "architecture": options.name,
        "description": architecture.description,
        "command": training_command(options),
        "seed": options.seed,
        "epochs": n_epochs,
        "date": datetime.date.today().isoformat(),
        "data": data,
    }


def training_command(options: argparse.Namespace) -> str:
    """Return the command that trains the same weights, without the data's folder."""
    command = f"python -m nn train {options.name}"
    if options.csv:
        command += f" --csv {options.csv.name}"
    command += f" --epochs {options.epochs} --seed {options.seed} --held-back {options.held_back}"
    holds_back_by_default = options.name == line_network.LINES
    if options.held_back_writers or holds_back_by_default:
        command += f" --held-back-writers {options.held_back_writers}"
    if options.held_back_sources or holds_back_by_default:
        command += f" --held-back-sources {','.join(options.held_back_sources)}"
    return command


def write_run(
    network: Network,
    metadata: dict[str, Any],
    history: Sequence[Mapping[str, float]],
    path: Path,
    lists: Mapping[str, bytes] | None = None,
) -> None:
    """Write the weights to ``path`` (NAME.npz), and metadata, history and curve beside it.

    ``lists`` are the contents of further files, by the suffix of their name.
    """
    table = io.StringIO()
    writer = csv.DictWriter(table, history[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: round(value, 6) for key, value in row.items()} for row in history)
    weights.save(network, metadata, path)
    write_atomically(path.with_suffix(".csv"), table.getvalue().encode())
    write_atomically(path.with_suffix(".png"), plots.learning_curve(history))
    for suffix, content in (lists or {}).items():
        write_atomically(path.with_suffix(suffix), content)


def pictures_used(path: Path, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return what own pictures were used for, by their SHA-256: learnt, held back or test.

    It is empty for a network that is not fine-tuned, or whose list is missing or of another one.
    ``path`` is the file of the weights.
    """
    table = path.with_suffix(PICTURES_SUFFIX)
    expected = metadata.get("own", {}).get("sha256")
    if expected is None or not table.is_file():
        return {}
    content = table.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        return {}
    return {row["sha256"]: row["used"] for row in csv.DictReader(content.decode().splitlines())}


def read_finished_run(path: Path) -> weights.Model:
    """Return the network and metadata of the run whose weights are ``path`` (NAME.npz).

    Raises
    ------
    RunError
        If a file is missing, the training is unfinished, or the files are of different trainings.
    WeightsError
        If the weights are damaged, or their SHA-256 is not the one in the metadata.
    """
    command = f"{program('train')} {path.stem}"
    suffixes = (".npz", ".json", ".csv", ".png")
    missing = [path.stem + suffix for suffix in suffixes if not path.with_suffix(suffix).is_file()]
    if missing:
        raise RunError(
            f"{path.parent}: expected a finished training of {path.stem}, but there is no "
            f"{', no '.join(missing)}: run {command} first"
        )
    model = weights.load(path)
    kinds = {"name": str, "command": str, "epochs": int, "scores": dict}
    for key, kind in kinds.items():
        if not isinstance(model.metadata.get(key), kind):
            raise RunError(
                f"{path.with_suffix('.json')}: expected {key}, {kind.__name__}, but found "
                f"{model.metadata.get(key)!r}: run {command} again"
            )
    n_epochs = model.metadata["epochs"]
    name, architecture = model.metadata["name"], model.metadata["architecture"]
    if (name, architecture) != (path.stem, path.stem):
        raise RunError(
            f"{path}: expected a network named {path.stem} of that architecture, but its metadata "
            f"name {name!r} and architecture {architecture!r}: run {command} again"
        )
    is_stopped = path.with_suffix(".checkpoint").exists()
    if is_stopped or f"--epochs {n_epochs} " not in model.metadata["command"]:
        raise RunError(
            f"{path.parent}: expected a finished training, but this one was stopped (epoch "
            f"{n_epochs} is written): finish it with --resume, or run {command} again"
        )
    n_rows = len(path.with_suffix(".csv").read_text().splitlines()) - 1
    if n_rows != n_epochs:
        raise RunError(
            f"{path.with_suffix('.csv')}: expected a row for each of {n_epochs} epochs, but found "
            f"{n_rows}: it is of another training than {path.name}; run {command} again"
        )
    return model
