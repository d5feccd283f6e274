"""Measure a trained network: ``python -m nn evaluate article``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn import command_options
from nn.arguments import program
from nn.core.network import Network
from nn.data.digits import DataError, Digits
from nn.data.kaggle import read_test, write_submission
from nn.data.mnist import load_mnist
from nn.evaluation.classifier_metrics import (
    class_scores,
    confusion_matrix,
    wilson_interval,
    worst_mistakes,
)
from nn.evaluation.own_pictures import measure_pictures
from nn.evaluation.report import as_text, comparison, figures, tables_of_classes, to_html, to_json
from nn.files import write_atomically
from nn.models import weights
from nn.reader import DEFAULT, load
from nn.reading.mnist import to_inputs

PROGRAM = program("evaluate")
N_MISTAKES = 50  # shown


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, and report on a network or answer Kaggle's pictures."""
    options = parse_args(arguments)
    try:
        if options.dev or options.attack:
            from nn.evaluation import sets  # with what trains; the user's pictures need less

            reader = load(options.name, options.models)
            if options.attack:
                print(sets.measure_attack(reader, options.data, options.seed, options.count))
            else:
                print(sets.measure_all_sets(reader, options.data, options.every))
            return
        name = options.name
        path = weights.find_weights(options.models, name)
        model = weights.load(path)
        network = model.network
        if options.pictures:
            report_own(model, path, options)
        elif options.submission:
            submit(network, options.submission, options.out or Path("submission.csv"))
        else:
            _, test = load_mnist(options.data)
            report_on_mnist(network, test, options.out or Path(f"mistakes-{name}.png"))
    except BrokenPipeError:
        raise
    except (DataError, weights.WeightsError, OSError) as error:
        sys.exit(f"{PROGRAM}: {error}")
    except KeyboardInterrupt:
        print(f"{PROGRAM}: stopped, so nothing is written", file=sys.stderr)
        sys.exit(130)  # the shell's exit status after Ctrl-C


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; exit with a message if they contradict each other."""
    parser = command_options.evaluate()
    options = parser.parse_args(arguments)
    if options.every > 1 and not options.dev:
        parser.error(f"expected --every with --dev; got {options.every}")
    if (options.dev or options.attack) and options.out:
        parser.error("expected --dev or --attack without --out: it prints its table")
    if not options.attack and _are_given(parser, options, "seed", "count"):
        parser.error("--seed and --count are about --attack")
    if not options.pictures and _are_given(parser, options, "compare", "risk", "format"):
        parser.error("--compare, --risk and --format are about --pictures")
    if options.compare == options.name and options.name:
        parser.error(f"expected another network than {options.name!r} to compare with")
    if options.out and options.format == "json":
        parser.error("expected --format json without --out: it is printed")
    if options.pictures and options.out and options.out.suffix != ".html":
        parser.error(f"expected a name with .html for the report, but got --out {options.out}")
    if not (options.name or options.dev or options.attack):
        parser.error("expected the name of a network, --dev or --attack, but got none")
    options.name = options.name or DEFAULT
    return options


def _are_given(parser: argparse.ArgumentParser, options: argparse.Namespace, *names: str) -> bool:
    """Return whether one of these options is not its default."""
    return any(getattr(options, name) != parser.get_default(name) for name in names)


def submit(network: Network, table: Path, out: Path) -> None:
    """Write the network's predictions for Kaggle's test pictures."""
    labels = network.activations(to_inputs(read_test(table))).argmax(axis=1)
    write_submission(out, labels)
    print(f"Wrote {out}: {len(labels):,} answers")


def report_on_mnist(network: Network, digits: Digits, out: Path) -> None:
    """Print accuracy and confusion matrix, and write the picture of the worst mistakes."""
    from nn import plots  # with matplotlib, which the user's pictures do not need

    activations = network.activations(to_inputs(digits.images))
    predictions = activations.argmax(axis=1)
    n_correct = int((predictions == digits.labels).sum())
    low, high = wilson_interval(n_correct, len(digits))
    worst = worst_mistakes(activations, digits.labels, N_MISTAKES)
    captions = [f"{digits.labels[i]} read as {predictions[i]}" for i in worst]
    write_atomically(out, plots.contact_sheet(digits.images[worst], captions))
    confusion = confusion_matrix(digits.labels, predictions)
    print(
        f"{n_correct:,} of {len(digits):,} read correctly: {n_correct / len(digits):.2%}\n"
        f"95 % interval: {low:.2%} to {high:.2%}\n\n"
        f"{format_matrix(confusion)}\n\n"
        f"{as_text(tables_of_classes(class_scores(confusion), confusion))}\n\n"
        f"Wrote {out}: the {len(worst)} worst mistakes, the most confident one first"
    )


def report_own(model: weights.Model, path: Path, options: argparse.Namespace) -> None:
    """Write the report on how networks read the user's pictures, or print it as JSON.

    ``path`` is the file of the first network's weights.
    """
    networks = {options.name: (model, path)}
    if options.compare:
        other = weights.find_weights(options.models, options.compare)
        networks[options.compare] = weights.load(other), other
    results = {
        name: measure_pictures(network, options.pictures, weights_path, options.data, options.risk)
        for name, (network, weights_path) in networks.items()
    }
    if options.format == "json":
        print(to_json(results), end="")
        return
    out = options.out or Path(f"report-{options.name}.html")
    write_atomically(out, to_html(model, options.pictures, results))
    for title, value, explanation in figures(results[options.name]):
        print(f"{title}: {value} ({explanation})")
    if options.compare:
        print(f"\n{as_text([comparison(results)])}\n")
    print(f"Wrote {out}")


def format_matrix(counts: NDArray[np.int64]) -> str:
    """Return a confusion matrix as text."""
    classes = range(len(counts))
    lines = ["digit   read as " + "".join(f"{c:6}" for c in classes)]
    lines += [f"{c:5}           " + "".join(f"{n:6}" for n in counts[c]) for c in classes]
    return "\n".join(lines)
