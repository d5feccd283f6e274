"""Measure a trained network: ``python -m nn.evaluate article``.

Prints the accuracy on MNIST's test digits with its 95 % interval and the confusion matrix, and
writes the worst mistakes as a picture. With ``--pictures PATH`` it does so for labelled pictures of
your own, and writes a report. With ``--submission test.csv`` it answers Kaggle's pictures
instead; with ``--all`` it prints tables of each network on all sets of single digits and of no
digits, with ``--numbers`` of how it reads numbers of several digits, with ``--sheets`` of how it
reads photographs of filled class sheets: what is right, what is certain, and what is certain and
wrong, with 95 % intervals. With ``--dev`` it reads all sets that are for measuring as the app does,
and prints one table. With ``--card`` it measures all of that but ``--dev`` with the shipped
networks and with trainings that hold people back, and writes it into the model card and the README.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import nn.reader
from nn.core.network import Network
from nn.data.digits import DataError, Digits
from nn.data.kaggle import read_test, write_submission
from nn.data.mnist import load_mnist
from nn.evaluation import card, dev, numbers, own_pictures, plots, single_digits
from nn.evaluation.class_sheets import measure as class_sheets
from nn.evaluation.metrics import confusion_matrix, wilson_interval, worst_mistakes
from nn.evaluation.report import to_html
from nn.evaluation.strangers import HeldBack
from nn.files import write_all_atomically, write_atomically
from nn.models import lines, weights
from nn.models.architectures import ARCHITECTURES
from nn.promote import rewrite_pages
from nn.reading.mnist_format import to_inputs
from nn.training.lines import SOURCES_HELD_BACK, WRITERS_HELD_BACK
from nn.training.run_files import RunError

# The people whom the network of lines, too, has not learnt from: pens and tablets of three kinds.
HELD_BACK = HeldBack(WRITERS_HELD_BACK, SOURCES_HELD_BACK)
N_MISTAKES = 50  # shown
TABLES = ("all", "numbers", "sheets", "dev", "card")
_LISTED = ", ".join(f"--{each}" for each in TABLES)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and report on a network, answer Kaggle's pictures or print tables."""
    options = parse_args(arguments)
    try:
        if options.card:
            write_card(options)
            return
        if options.dev:
            name = options.names[0] if options.names else nn.reader.DEFAULT
            reader = nn.reader.load(name, options.models)
            print(dev.measure(reader, options.data, options.every))
            return
        if options.all or options.numbers or options.sheets:
            print_tables(options)
            return
        (name,) = options.names
        path = weights.find_weights(options.models, name)
        model = weights.load(path)
        network = model.network
        if options.pictures:
            report_own(name, model, path, options)
        elif options.submission:
            submit(network, options.submission, options.out or Path("submission.csv"))
        else:
            _, test = load_mnist(options.data)
            report(network, test, options.out or Path(f"mistakes-{name}.png"))
    except (DataError, RunError, weights.WeightsError, OSError) as error:
        sys.exit(f"nn.evaluate: {error}")
    except KeyboardInterrupt:
        print("nn.evaluate: stopped, so nothing is written", file=sys.stderr)
        sys.exit(130)  # the shell's exit status after Ctrl-C


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; exit with a message if they contradict each other."""
    parser = argparse.ArgumentParser(prog="python -m nn.evaluate", description=__doc__)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="a network; for tables several, or none for all")
    folder = "folder with NAME.npz or NAME/NAME.npz, such as runs (default models)"
    add("--models", type=Path, default=Path("models"), help=folder)
    add("--data", type=Path, help="folder with MNIST's files (else INKLING_DATA)")
    own = "your labelled pictures: a folder for each digit, a CSV table, a zip archive, idx files"
    add("--pictures", type=Path, metavar="PATH", help=own)
    add("--submission", type=Path, help="Kaggle's test.csv, to answer it")
    add("--out", type=Path, help="file to write: the picture of mistakes, report or submission")
    add("--all", action="store_true", help="print tables of networks on all sets of digits")
    add("--numbers", action="store_true", help="print tables of networks on numbers")
    add("--sheets", action="store_true", help="print tables of networks on class sheets")
    add("--dev", action="store_true", help="print the table of all sets that are for measuring")
    add("--card", action="store_true", help="write the tables of the model card and the README")
    people = "with --card: the training of convnet that holds people back"
    add("--held-back", type=Path, metavar="FOLDER", help=people)
    sample = "with --dev or --card: print the tables of one in N pictures, and write nothing"
    add("--every", type=int, default=1, metavar="N", help=sample)
    writers = "with these tables: measure on pendigits' last N writers (default %(default)s)"
    add("--held-back-writers", type=int, default=HELD_BACK.n_writers, metavar="N", help=writers)
    sources = "likewise on these sources of UNIPEN, separated by commas (default %(default)s)"
    add("--held-back-sources", default=",".join(HELD_BACK.sources), metavar="NAMES", help=sources)
    options = parser.parse_args(arguments)
    chosen = [f"--{each}" for each in TABLES if getattr(options, each)]
    if len(chosen) > 1:
        parser.error(f"expected one of {_LISTED}, but got {' and '.join(chosen)}")
    tables = "".join(chosen)
    if tables and (options.submission or options.out or options.pictures):
        parser.error(
            f"{tables} prints its tables: it takes neither --pictures nor --submission nor --out"
        )
    if options.card != (options.held_back is not None) or (options.card and options.names):
        parser.error("expected --card with --held-back FOLDER and no names, or neither of them")
    if options.every < 1 or (options.every > 1 and not (options.card or options.dev)):
        parser.error(f"expected --every with --dev or --card, at least 1; got {options.every}")
    if options.dev and len(options.names) > 1:
        parser.error(f"expected --dev with one network at most, but got {options.names}")
    if options.pictures and options.submission:
        parser.error("expected --pictures or --submission, but got both")
    if options.pictures and options.out and options.out.suffix != ".html":
        parser.error(f"expected a name with .html for the report, but got --out {options.out}")
    if not tables and len(options.names) != 1:
        got = " and ".join(options.names) or "none"
        parser.error(f"expected the name of one network, or one of {_LISTED}, but got {got}")
    return options


def print_tables(options: argparse.Namespace) -> None:
    """Print the tables of the named networks, or of all in the folder."""
    names = options.names or list_networks(options.models)
    models = {name: weights.load(weights.find_weights(options.models, name)) for name in names}
    _, test = load_mnist(options.data)
    held_back = people_of(options)
    if options.numbers:
        of_lines = lines.load(options.models)
        print(numbers.measure(models, test, options.data, held_back, of_lines))
    elif options.sheets:
        print(class_sheets.measure(models, test, options.data, held_back))
    else:
        print(single_digits.measure(models, test, options.data, held_back))


def people_of(options: argparse.Namespace) -> HeldBack:
    """Return whose writing is measured."""
    sources = tuple(filter(None, options.held_back_sources.split(",")))
    return HeldBack(options.held_back_writers, sources)


def write_card(options: argparse.Namespace) -> None:
    """Measure the model card's blocks, and write them into it and the README."""
    run = card.Measurement(
        options.models, options.held_back, options.data, people_of(options), options.every
    )
    if options.every > 1:
        card.measure(run)
        return
    # Refuse a page without a place for a block now, and not after the measurement.
    card.fill(rewrite_pages(options.models, {}), dict.fromkeys(card.NAMES, ""))
    blocks = card.measure(run)
    pages = card.fill(rewrite_pages(options.models, {}), blocks)
    write_all_atomically(pages)
    print(f"Wrote {' and '.join(map(str, pages))}")


def list_networks(folder: Path) -> list[str]:
    """Return the names of the networks in a folder, known architectures first."""
    of_runs = {path.stem for path in folder.glob("*/*.npz") if path.stem == path.parent.name}
    found = {path.stem for path in folder.glob("*.npz")} | of_runs - {lines.LINES}
    if not found:
        raise weights.WeightsError(
            f"{folder}: expected NAME.npz or NAME/NAME.npz in it, but found none: "
            "name a folder with networks with --models"
        )
    known = [name for name in ARCHITECTURES if name in found]
    return known + sorted(found - set(known))


def submit(network: Network, table: Path, out: Path) -> None:
    """Write the network's predictions for Kaggle's test pictures."""
    labels = network.activations(to_inputs(read_test(table))).argmax(axis=1)
    write_submission(out, labels)
    print(f"Wrote {out}: {len(labels):,} answers")


def report(network: Network, digits: Digits, out: Path) -> None:
    """Print accuracy and confusion matrix, and write the picture of the worst mistakes."""
    activations = network.activations(to_inputs(digits.images))
    predictions = activations.argmax(axis=1)
    n_correct = int((predictions == digits.labels).sum())
    low, high = wilson_interval(n_correct, len(digits))
    worst = worst_mistakes(activations, digits.labels, N_MISTAKES)
    captions = [f"{digits.labels[i]} read as {predictions[i]}" for i in worst]
    write_atomically(out, plots.contact_sheet(digits.images[worst], captions))
    print(
        f"{n_correct:,} of {len(digits):,} read correctly: {n_correct / len(digits):.2%}\n"
        f"95 % interval: {low:.2%} to {high:.2%}\n\n"
        f"{format_matrix(confusion_matrix(digits.labels, predictions))}\n\n"
        f"Wrote {out}: the {len(worst)} worst mistakes, the most confident one first"
    )


def report_own(name: str, model: weights.Model, path: Path, options: argparse.Namespace) -> None:
    """Print how a network reads one's own pictures, and write the report and the worst mistakes."""
    out = options.out or Path(f"report-{name}.html")
    result = own_pictures.measure(model, options.pictures, path, options.data)
    print(f"{own_pictures.to_text(result)}\n\n{format_matrix(result.confusion)}\n")
    worst = result.worst(N_MISTAKES)
    digits, read = result.own.digits.take(worst), result.predictions[worst]
    captions = [f"{a} read as {b}" for a, b in zip(digits.labels, read, strict=True)]
    picture = out.with_suffix(".png")
    write_all_atomically(
        {
            out: to_html(name, model, options.pictures, result),
            picture: plots.contact_sheet(digits.images, captions),
        }
    )
    print(f"Wrote {out}, and {picture} of the {len(worst)} worst mistakes")


def format_matrix(counts: NDArray[np.int64]) -> str:
    """Return a confusion matrix as text."""
    classes = range(len(counts))
    lines = ["digit   read as " + "".join(f"{c:6}" for c in classes)]
    lines += [f"{c:5}           " + "".join(f"{n:6}" for n in counts[c]) for c in classes]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
