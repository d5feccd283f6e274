"""Measure networks on all sets and generated pages: ``python -m tests.card --held-back FOLDER``.

Writes the tables of the model card and the README, measured with the shipped networks and with the
training in FOLDER, which holds people back. With ``--digits``, ``--numbers`` or ``--sheets`` it
prints tables of any networks instead: on single digits and pictures without a digit, on numbers of
several digits, and on photographs of filled class sheets. The tables say what is right, what is
certain, and what is certain and wrong, with 95 % intervals.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.files import write_all_atomically
from nn.models import lines, weights
from nn.models.architectures import ARCHITECTURES
from nn.promote import rewrite_pages
from nn.training.line_trainer import SOURCES_HELD_BACK, WRITERS_HELD_BACK
from nn.training.run_files import RunError
from tests.card import card, digits, numbers, sheets
from tests.card.held_back import HeldBack

# The people whom the network of lines has not learnt from either: pens and tablets of three kinds.
HELD_BACK = HeldBack(WRITERS_HELD_BACK, SOURCES_HELD_BACK)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, and write the card or print tables."""
    options = parse_args(arguments)
    try:
        if options.held_back:
            write_card(options)
        else:
            print(tables(options))
    except (DataError, RunError, weights.WeightsError, OSError) as error:
        sys.exit(f"tests.card: {error}")
    except KeyboardInterrupt:
        print("tests.card: stopped, so nothing is written", file=sys.stderr)
        sys.exit(130)  # the shell's exit status after Ctrl-C


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; exit with a message if they contradict each other."""
    parser = argparse.ArgumentParser(prog="python -m tests.card", description=__doc__)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="networks for the tables, or none for all")
    what = parser.add_mutually_exclusive_group(required=True)
    people = "write the card; FOLDER has the training of convnet that holds people back"
    what.add_argument("--held-back", type=Path, metavar="FOLDER", help=people)
    what.add_argument("--digits", action="store_true", help="print tables of all sets of digits")
    what.add_argument("--numbers", action="store_true", help="print tables of numbers")
    what.add_argument("--sheets", action="store_true", help="print tables of class sheets")
    folder = "folder with NAME.npz or NAME/NAME.npz, such as runs (default models)"
    add("--models", type=Path, default=Path("models"), help=folder)
    add("--data", type=Path, help="the data folder (else INKLING_DATA)")
    sample = "with --held-back: print the tables of one in N pictures, and write nothing"
    add("--every", type=int, default=1, metavar="N", help=sample)
    writers = "measure on pendigits' last N writers (default %(default)s)"
    add("--held-back-writers", type=int, default=HELD_BACK.n_writers, metavar="N", help=writers)
    sources = "and on these sources of UNIPEN, separated by commas (default %(default)s)"
    add("--held-back-sources", default=",".join(HELD_BACK.sources), metavar="NAMES", help=sources)
    options = parser.parse_args(arguments)
    if options.held_back and options.names:
        parser.error(f"expected no names with --held-back, but got {' and '.join(options.names)}")
    if options.every < 1 or (options.every > 1 and not options.held_back):
        parser.error(f"expected --every with --held-back, at least 1; got {options.every}")
    return options


def people_of(options: argparse.Namespace) -> HeldBack:
    """Return whose writing is measured."""
    sources = tuple(filter(None, options.held_back_sources.split(",")))
    return HeldBack(options.held_back_writers, sources)


def write_card(options: argparse.Namespace) -> None:
    """Measure the blocks, and write them into the model card and the README."""
    run = card.Measurement(
        options.models, options.held_back, options.data, people_of(options), options.every
    )
    if options.every > 1:
        card.measure(run)
        return
    # Refuse a page that has no place for a block before the measurement, not after it.
    card.fill(rewrite_pages(options.models, {}), dict.fromkeys(card.NAMES, ""))
    blocks = card.measure(run)
    pages = card.fill(rewrite_pages(options.models, {}), blocks)
    write_all_atomically(pages)
    print(f"Wrote {' and '.join(map(str, pages))}")


def tables(options: argparse.Namespace) -> str:
    """Return the tables of the named networks, or of all in the folder."""
    names = options.names or list_networks(options.models)
    models = {name: weights.load(weights.find_weights(options.models, name)) for name in names}
    _, test = load_mnist(options.data)
    people = people_of(options)
    if options.numbers:
        return numbers.measure(models, test, options.data, people, lines.load(options.models))
    module = digits if options.digits else sheets
    return module.measure(models, test, options.data, people)


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


if __name__ == "__main__":
    main()
