"""The files of a training run: NAME.npz, .json, .csv, .png, and .checkpoint until it finishes."""

import argparse
import csv
import datetime
import io
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nn import plots
from nn.arguments import program
from nn.core.network import Network
from nn.data.digits import DataError
from nn.files import write_all_atomically
from nn.models import line_network, weights
from nn.models.weights import Model, WeightsError
from nn.training.recipes import MAX_LOST_POINTS, RECIPES
from nn.training.trainer import ALL_ARCHITECTURES, Training

RUNS = Path("runs")  # each training has a folder in it, and git ignores it


class RunError(ValueError):
    """A training run is missing or unfinished, or its files do not belong together."""


def describe_run(
    options: argparse.Namespace, training: Training[Any], learnt: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the metadata of any training: which network, by which command, and on which data.

    ``learnt`` is what is said of the data, beside their number and hash.
    """
    metadata = {
        "name": options.name,
        "architecture": options.name,
        "description": training.architecture.description,
        "command": training_command(options),
        "seed": options.seed,
        "epochs": len(training.history),
        "date": datetime.date.today().isoformat(),
        "data": {
            **learnt,
            "examples": len(training.examples),
            "sha256": training.identity["examples"],
        },
    }
    if training.start:  # the network before, and those before it
        base, members = training.start.metadata, ("name", "sha256", "command", "from")
        metadata["from"] = {key: base[key] for key in members if key in base}
    return metadata


def people_held_back(options: argparse.Namespace) -> dict[str, Any]:
    """Return whose writing is held back, as the metadata of a training's data say it."""
    return {
        "writers_held_back": options.held_back_writers,
        "sources_held_back": list(options.held_back_sources),
    }


def load_base(options: argparse.Namespace) -> tuple[Path, Model]:
    """Return the network that ``--from`` names, and the file of its weights.

    It names a file, a folder of a run, or a shipped network. Raise WeightsError if the network
    cannot be read or is of another architecture, DataError if the training would overwrite it.
    """
    path = Path(options.base)
    if path.is_dir():
        path = weights.find_weights(path, options.name)
    elif path.suffix != ".npz":
        path = weights.find_weights(line_network.SHIPPED, options.base)
    if path.resolve() == (options.out / path.name).resolve():
        raise DataError(f"--out {options.out} holds the network to start from: name another folder")
    base = weights.load_trainable(path, ALL_ARCHITECTURES)
    if (architecture := base.metadata["architecture"]) != options.name:
        raise WeightsError(
            f"{path}: expected a network of architecture {options.name}, but it is of "
            f"{architecture}: {program('train')} {architecture}"
        )
    return path, base


def load_network_to_go_on_with(options: argparse.Namespace) -> Model:
    """Return the network that ``--from`` names, which has held back what this training holds back.

    Raise WeightsError and DataError as ``load_base`` does, DataError also if others are held back.
    """
    path, base = load_base(options)
    data = base.metadata.get("data", {})
    held_back = data.get("writers_held_back", 0), tuple(data.get("sources_held_back", ()))
    if held_back != (options.held_back_writers, tuple(options.held_back_sources)):
        raise DataError(
            f"{path}: expected a network that has held back what this training holds back, "
            f"--held-back-writers {options.held_back_writers} --held-back-sources "
            f"{','.join(options.held_back_sources)}, but it has held back {held_back[0]} writers "
            f"and {held_back[1]}: give the same"
        )
    return base


def training_command(options: argparse.Namespace) -> str:
    """Return the command that trains the same weights; of files and folders, the names alone."""
    writers, sources = options.held_back_writers, ",".join(options.held_back_sources)
    recipe = RECIPES[options.name]
    given = {
        "from": options.base,
        "pictures": options.pictures and options.pictures.name,
        "test-pictures": options.test_pictures and options.test_pictures.name,
        "csv": options.csv and options.csv.name,
        "epochs": options.epochs,
        "seed": options.seed,
        "rate": options.rate,
        "held-back": None if options.pictures else options.held_back,
        "held-back-writers": writers if writers or recipe.writers_held_back else None,
        "held-back-sources": sources if sources or recipe.sources_held_back else None,
        "most-lost": f"{options.most_lost:g}" if options.most_lost != MAX_LOST_POINTS else None,
    }
    words = ["python", "-m", "nn", "train", options.name]
    for name, value in given.items():
        words += [] if value is None else [f"--{name}", f"{value}"]
    if options.average:
        words += ["--average"] if options.average == 0.5 else ["--average", f"{options.average:g}"]
    return shlex.join(words)


def write_run(
    network: Network,
    metadata: dict[str, Any],
    history: Sequence[Mapping[str, float]],
    path: Path,
    lists: Mapping[str, bytes] = {},
) -> None:
    """Write the weights to ``path`` (NAME.npz), and metadata, history and curve beside it, or none.

    ``lists`` are the contents of further files, by the suffix of their name.
    """
    rows = [[round(value, 6) for value in row.values()] for row in history]
    table = to_csv([history[0].keys(), *rows])
    beside = {".csv": table, ".png": plots.learning_curve(history), **lists}
    files = {path.with_suffix(suffix): content for suffix, content in beside.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_all_atomically(weights.to_files(network, metadata, path) | files)


def to_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as a table, as the bytes of its file."""
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    return table.getvalue().encode()
