"""Measure the networks for the model card: ``python -m benchmarks.card --held-back FOLDER``.

Writes the tables of the model card and the README, measured with the shipped networks and with the
training in FOLDER, which holds people back: single digits, pictures without a digit, numbers, and
photographs of filled class sheets. The tables say what is right, what is certain, and what is
certain and wrong, with 95 % intervals.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.card import card
from benchmarks.card.held_back import HeldBack
from nn.data.digits import DataError
from nn.files import write_all_atomically
from nn.models.line_network import LINES
from nn.models.weights import WeightsError
from nn.promote import rewrite_pages
from nn.training.recipes import RECIPES
from nn.training.run_files import RunError

# The people whom the network of lines has not learnt from either: pens and tablets of three kinds.
HELD_BACK = HeldBack(RECIPES[LINES].writers_held_back, RECIPES[LINES].sources_held_back)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, measure the blocks, and write them or print a sample."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.card", description=__doc__)
    add = parser.add_argument
    people = "the training of convnet that holds people back"
    add("--held-back", type=Path, metavar="FOLDER", required=True, help=people)
    add("--models", type=Path, default=Path("models"), help="the folder of the shipped networks")
    add("--data", type=Path, help="the data folder (else INKLING_DATA)")
    sample = "print the tables of one in N pictures, and write nothing"
    add("--every", type=int, default=1, metavar="N", help=sample)
    options = parser.parse_args(arguments)
    if options.every < 1:
        parser.error(f"expected --every of at least 1, but got {options.every}")
    try:
        measure(options)
    except (DataError, RunError, WeightsError, OSError) as error:
        sys.exit(f"benchmarks.card: {error}")
    except KeyboardInterrupt:
        print("benchmarks.card: stopped, so nothing is written", file=sys.stderr)
        sys.exit(130)  # the shell's exit status after Ctrl-C


def measure(options: argparse.Namespace) -> None:
    """Measure the blocks, and write them into the model card and the README."""
    run = card.Measurement(
        options.models, options.held_back, options.data, HELD_BACK, options.every
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


if __name__ == "__main__":
    main()
