"""Make a finished training the weights that the app loads: ``python -m nn promote article``."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nn import command_options
from nn.arguments import program
from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.data.pictures.uses import PICTURES_SUFFIX
from nn.evaluation.classifier_metrics import proportion
from nn.files import write_all_atomically
from nn.models.architectures import ARCHITECTURES, Architecture
from nn.models.ink_network import ARCHITECTURES as INK_ARCHITECTURES
from nn.models.line_network import ARCHITECTURES as LINE_ARCHITECTURES
from nn.models.line_network import CERTAINTY, LINES
from nn.models.weights import Model, WeightsError, load, load_trainable, round_to_half, to_files
from nn.reading.certainty_model import Certainty, CertaintyError
from nn.training.digit_training import score
from nn.training.run_files import RUNS, RunError

PROGRAM = program("promote")
SUFFIXES = (".npz", ".json", ".csv", ".png")  # of a run's files
START = "<!-- shipped networks: nn promote writes this table -->\n"
END = "<!-- end of the shipped networks -->\n"
HEAD = (
    "| network | MNIST test (10,000) | parameters | file | SHA-256 | trained by |",
    "|---|---|---|---|---|---|",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, check and measure the run, and write it into the models folder."""
    options = command_options.promote().parse_args(arguments)
    if options.name == CERTAINTY:
        promote_certainty(options)
        return
    name, of_others = options.name, {**LINE_ARCHITECTURES, **INK_ARCHITECTURES}
    # Networks that read no single digit have folders of their own, and no row.
    reads_digits = name not in of_others
    folder = options.models if reads_digits else options.models / name
    path = (options.run or RUNS / name) / f"{name}.npz"
    try:
        model = read_finished_run(path, ARCHITECTURES if reads_digits else of_others)
        round_to_half(model.network)
        scores = model.metadata["scores"]
        if reads_digits:
            _, test = load_mnist(options.data)
            scores["mnist_test"] = score(model.network, test)
        beside = [path.with_suffix(suffix) for suffix in (".csv", ".png", PICTURES_SUFFIX)]
        if not beside[-1].is_file():  # it is of a fine-tuning
            beside.pop()
        contents = to_files(model.network, model.metadata, folder / path.name, np.float16)
        contents |= {folder / file.name: file.read_bytes() for file in beside}
        pages = rewrite_pages(folder, contents) if reads_digits else {}
        folder.mkdir(parents=True, exist_ok=True)
        write_all_atomically(contents | pages)
    except (DataError, RunError, WeightsError, OSError) as error:
        sys.exit(f"{PROGRAM}: {error}")
    if not reads_digits:
        sha256 = json.loads(contents[folder / f"{name}.json"])["sha256"]
        print(f"Wrote {folder}. Its SHA-256 in the model card: {sha256[:8]}")
        return
    share = proportion(scores["mnist_test"]["correct"], scores["mnist_test"]["total"])
    print(
        f"{name} reads {share} of MNIST's test digits.\n"
        f"Wrote {', '.join(str(written) for written in contents | pages)}.\n"
        "The other tables of the model card are of the weights before: "
        "python -m benchmarks.card measures them again."
    )


def promote_certainty(options: argparse.Namespace) -> None:
    """Copy the weights of certainty of a run into the models folder."""
    path = (options.run or RUNS / CERTAINTY) / f"{CERTAINTY}.json"
    written = options.models / LINES / path.name
    try:
        Certainty.load(path)
        written.parent.mkdir(parents=True, exist_ok=True)
        write_all_atomically({written: path.read_bytes()})
    except (CertaintyError, OSError) as error:
        sys.exit(f"{PROGRAM}: {error}")
    print(f"Wrote {written}.")


def read_finished_run(path: Path, architectures: Mapping[str, Architecture]) -> Model:
    """Return the network, as it was trained, of the run whose weights are ``path`` (NAME.npz).

    Raises
    ------
    RunError
        If a file is missing, the training is unfinished, or the files are of different trainings.
    WeightsError
        If the weights are damaged, or their SHA-256 is not the one in the metadata.
    """
    command = f"{program('train')} {path.stem}"
    missing = [path.stem + suffix for suffix in SUFFIXES if not path.with_suffix(suffix).is_file()]
    if missing:
        raise RunError(
            f"{path.parent}: expected a finished training of {path.stem}, but there is no "
            f"{', no '.join(missing)}: run {command} first"
        )
    load(path, architectures)  # as the app does
    model = load_trainable(path, architectures)
    metadata, n_epochs = model.metadata, model.metadata.get("epochs")
    n_rows = len(path.with_suffix(".csv").read_text().splitlines()) - 1
    is_finished = f"--epochs {n_epochs} " in metadata.get("command", "")
    expected = {
        f"the name and architecture {path.stem}": (
            metadata.get("name") == metadata["architecture"] == path.stem
        ),
        "scores": "scores" in metadata,
        f"a finished training, but it was stopped (epoch {n_epochs} is written)": (
            is_finished and not path.with_suffix(".checkpoint").exists()
        ),
        f"a row of its history for each of {n_epochs} epochs, not {n_rows}": n_rows == n_epochs,
    }
    for what, is_so in expected.items():
        if not is_so:
            raise RunError(
                f"{path}: expected {what}: finish it with --resume, or run {command} again"
            )
    return model


def rewrite_pages(models: Path, contents: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Return the pages with the table of shipped networks, brought up to date.

    These are the model card in ``models``, with its front matter, and, if it holds the table, the
    README beside that folder, where there are such pages. ``contents`` are files of networks that
    are to be written. Raises DataError when a page does not hold the two lines around the table
    once each and in order, and RunError when the metadata of a network do not give its row.
    """
    rows, networks = [], {}
    for path in (models / f"{name}.json" for name in ARCHITECTURES):
        if path not in contents and not path.exists():
            continue
        text, binary = (
            contents[file] if file in contents else file.read_bytes()
            for file in (path, path.with_suffix(".npz"))
        )
        try:
            metadata = networks[path.stem] = json.loads(text)
            score_on_mnist = metadata["scores"]["mnist_test"]
            rows.append(
                f"| `{metadata['name']}` | "
                f"{proportion(score_on_mnist['correct'], score_on_mnist['total'])} | "
                f"{metadata['parameters']:,} | {len(binary) / 1e6:.2f} MB | "
                f"`{metadata['sha256'][:8]}` | {trained_by(metadata)} |"
            )
        except (ArithmeticError, KeyError, TypeError, ValueError) as error:
            raise RunError(
                f"{path}: expected metadata with name, scores on mnist_test, parameters, sha256 "
                f"and command, but found {error!r}: restore the file, or train and promote "
                f"{path.stem}"
            ) from error
    table = "\n".join([*HEAD, *rows, ""])
    pages = {}
    for page in (models / "README.md", models.parent / "README.md"):
        if not page.exists():  # in a folder of the user's own
            continue
        card = page.read_text()
        if page.parent != models and START.strip() not in card and END.strip() not in card:
            continue
        card = replace_between(page, card, START, END, table)
        pages[page] = card.encode()
    return pages


def trained_by(metadata: Mapping[str, Any]) -> str:
    """Return a network's command, and those of the networks that it went on with, if any."""
    text = f"`{metadata['command']}`"
    if base := metadata.get("from"):
        text += f", from `{base['sha256'][:8]}`: {trained_by(base)}"
    return text


def replace_between(page: Path, text: str, start: str, end: str, content: str) -> str:
    """Return the text of a page with other content between two lines.

    Raise DataError unless it holds each of these lines once, the first one above the second.
    """
    n_lines = [text.count(line.strip()) for line in (start, end)]
    before, found_start, rest = text.partition(start)
    _, found_end, after = rest.partition(end)
    if n_lines != [1, 1] or not found_start or not found_end:
        raise DataError(
            f"{page}: expected a line {start.strip()} and below it a line {end.strip()}, once "
            f"each, but found {n_lines[0]} and {n_lines[1]}, or another order: correct the page"
        )
    return before + start + content + end + after
