"""Fine-tuning on the user's pictures: ``python -m nn train NAME --from ... --pictures ...``.

Loads the network and the pictures, divides them, and says afterwards what the network was, what it
has learnt, and how it reads the user's digits and others before and after.
"""

import argparse
import csv
import hashlib
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.arguments import program
from nn.core.network import Network
from nn.data.digits import DataError, Digits
from nn.data.mnist import load_mnist
from nn.data.pictures.own_digits import (
    OwnDigits,
    collect,
    hashes_of,
    skipped_as_text,
    to_input,
)
from nn.models.line_network import SHIPPED
from nn.models.weights import Model, WeightsError, find_weights, load_trainable
from nn.training.fine_tuning import FineTuning, load_remembered
from nn.training.run_files import (
    PICTURES_SUFFIX,
    PreparedTraining,
    RunError,
    describe_run,
    origin,
    pictures_used,
    score,
)

MIN_PICTURES = 20  # of fewer, those held back would say nothing
HELD_BACK_EVERY = 7  # one in so many is held back, and another one is kept for the test


@dataclass(frozen=True)
class Split:
    """Own pictures, none of them in two parts.

    Attributes
    ----------
    learnt, held_back, test
        To learn from, to choose the epoch by, and to measure once in the end.
    is_by_writer
        Whether no writer is in two parts; otherwise each part has the same share of each label.
    """

    learnt: OwnDigits
    held_back: OwnDigits
    test: OwnDigits
    is_by_writer: bool


def split(own: OwnDigits, rng: np.random.Generator, test: OwnDigits | None = None) -> Split:
    """Return the pictures divided by writer, or by label where there are too few writers.

    Parameters
    ----------
    own
        All of them, each once.
    rng
        Decides which picture comes where.
    test
        Other pictures to measure in the end; without them, a part of ``own`` is kept for that.

    Raises
    ------
    DataError
        If there are fewer than ``MIN_PICTURES``.
    """
    if len(own) < MIN_PICTURES:
        raise DataError(
            f"expected at least {MIN_PICTURES} labelled pictures, to learn some and measure on "
            f"the others, but got {len(own)}"
        )
    n_parts = 2 if test else 3
    writers = np.array(own.writers)
    is_by_writer = bool((writers != "").all()) and len(np.unique(writers)) >= n_parts
    parts = by_writer(writers, n_parts, rng) if is_by_writer else by_label(own, n_parts, rng)
    learnt, held_back, *rest = (own.take(np.nonzero(parts == part)[0]) for part in range(n_parts))
    return Split(learnt, held_back, test or rest[0], is_by_writer)


def by_label(own: OwnDigits, n_parts: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the part of each picture, 0 for learning: the same share of each label everywhere."""
    order = np.lexsort((rng.random(len(own)), own.digits.labels))
    parts = np.zeros(len(own), np.intp)
    for part in range(1, n_parts):
        parts[order[2 * part :: HELD_BACK_EVERY]] = part
    return parts


def by_writer(
    writers: NDArray[np.str_], n_parts: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return the part of each picture, 0 for learning: all of a writer's are in the same."""
    waiting = rng.permutation(np.unique(writers)).tolist()
    parts = np.zeros(len(writers), np.intp)
    for part in range(1, n_parts):
        n_left = n_parts - part  # parts that still need a writer after this one
        while (parts == part).sum() * HELD_BACK_EVERY < len(writers) and len(waiting) > n_left:
            parts[writers == waiting.pop()] = part
    return parts


def prepare_fine_tuning(options: argparse.Namespace, checkpoint: Path) -> PreparedTraining:
    """Return the fine-tuning that the options describe, with its data loaded.

    Raises
    ------
    DataError
        If the pictures or the data of the remembered digits cannot be read.
    WeightsError
        If the network to start from cannot be read, or is of another architecture.
    """
    path = find_base_weights(options)
    base = load_trainable(path)
    if base.metadata["architecture"] != options.name:
        raise WeightsError(
            f"{path}: expected a network of architecture {options.name}, but it is of "
            f"{base.metadata['architecture']}: {program('train')} {base.metadata['architecture']}"
        )
    mnist, mnist_test = load_mnist(options.data)
    used = pictures_used(path, base.metadata)
    parts = load_parts(options, mnist.with_more([mnist_test]), used)
    remembered, elsewhere = load_remembered(base, mnist, options.data, options.seed)
    training = FineTuning(
        base,
        parts.learnt.digits,
        parts.held_back.digits,
        remembered,
        elsewhere,
        epochs=options.epochs,
        seed=options.seed,
        checkpoint_path=checkpoint,
        is_resumed=options.resume,
        most_lost_points=options.most_lost,
    )
    how = "no writer in two parts" if parts.is_by_writer else "by label, writers not kept apart"
    print(
        f"{options.name}: {len(parts.learnt):,} pictures of your own to learn, "
        f"{len(parts.held_back):,} held back, {len(parts.test):,} for the test ({how}); "
        f"{len(remembered):,} others to remember\n"
        f"before        held back {training.before['held_back_accuracy']:8.3%}"
        f"  elsewhere {training.before['elsewhere_accuracy']:8.3%}"
    )
    tests = {"own_test": parts.test.digits, "mnist_test": mnist_test}
    describe = partial(run_metadata, options, training, base, parts, tests)
    return PreparedTraining(training, describe, {PICTURES_SUFFIX: list_of_pictures(parts)})


def find_base_weights(options: argparse.Namespace) -> Path:
    """Return the weights that ``--from`` names: a file, a folder of a run, or a shipped network.

    Raise DataError if the training would overwrite them.
    """
    path = Path(options.base)
    if path.is_dir():
        path = find_weights(path, options.name)
    elif path.suffix != ".npz":
        path = find_weights(SHIPPED, options.base)
    if path.resolve() == (options.out / path.name).resolve():
        raise DataError(f"--out {options.out} holds the network to start from: name another folder")
    return path


def load_parts(options: argparse.Namespace, mnist: Digits, used: Mapping[str, str]) -> Split:
    """Return the user's pictures, divided; name the skipped ones on standard error.

    MNIST's digits are remembered and measured anyway, so that they are left out. Pictures that the
    network was fine-tuned on before, by ``used``, are learnt again and never measured.
    """
    known = dict.fromkeys(hashes_of(mnist.images), "is one of MNIST's digits")
    learnt = {sha256: "was learnt before" for sha256, use in used.items() if use != "test"}
    test = None
    if options.test_pictures:
        test = load_own_pictures(options.test_pictures, known | learnt)
        if not len(test):
            raise DataError(f"{options.test_pictures}: expected pictures to test on, but got none")
        known |= dict.fromkeys(test.hashes(), "is in the test too")
    own = load_own_pictures(options.pictures, known)
    is_learnt = np.array([sha256 in learnt for sha256 in own.hashes()], np.bool_)
    new = own.take(np.nonzero(~is_learnt)[0])
    parts = split(new, np.random.default_rng([options.seed, 2]), test)
    return replace(parts, learnt=parts.learnt.with_more(own.take(np.nonzero(is_learnt)[0])))


def load_own_pictures(path: Path, left_out: Mapping[str, str]) -> OwnDigits:
    """Return the labelled pictures of a path; name those that are skipped on the standard error."""
    own, _, skipped = collect(path, to_input, left_out)
    for line in skipped_as_text(skipped):
        print(line, file=sys.stderr)
    print(f"{path}: {len(own):,} labelled pictures, {len(skipped):,} skipped")
    return own


def run_metadata(
    options: argparse.Namespace,
    training: FineTuning,
    base: Model,
    parts: Split,
    tests: Mapping[str, Digits],
) -> dict[str, Any]:
    """Return the metadata of the best epoch, whose parameters the network is given.

    Raise RunError if no epoch is better than the network before, after the test of the nearest one.
    """
    training.restore_best()
    n_done = len(training.history)
    kind = "the best" if training.best_epoch else "measured, and not kept"
    print(f"Epoch {training.nearest_epoch or n_done} of {n_done} is {kind}")
    scores = score_both(base.network, training.network, tests)
    if not training.best_epoch:
        raise RunError(explain_nothing_kept(training))
    first = base.metadata.get("data", {})
    data = first | {
        "name": f"after {first.get('name')}: own pictures, and others",
        "examples": len(training.digits),
        "sha256": training.identity["digits"],
    }
    metadata = describe_run(options, n_done, data)
    metadata["description"] += f"; fine-tuned on {len(parts.learnt):,} pictures"
    metadata |= {key: base.metadata[key] for key in ("temperature",) if key in base.metadata}
    return metadata | {
        "kept_epoch": training.best_epoch,
        "from": origin(base.metadata),
        "own": {
            "learnt": len(parts.learnt),
            "held_back": len(parts.held_back),
            "test": len(parts.test),
            "is_by_writer": parts.is_by_writer,
            "sha256": hashlib.sha256(list_of_pictures(parts)).hexdigest(),
        },
        "scores": scores,
    }


def explain_nothing_kept(training: FineTuning) -> str:
    """Return why no epoch is kept, and with which limit one would be."""
    said = (
        "no epoch reads more of your digits held back without losing over "
        f"{training.most_lost_points:g} points elsewhere (--most-lost), so nothing is written: the "
        "network stays as it is"
    )
    if not training.nearest_epoch:
        return said
    before = training.before["held_back_accuracy"]
    after = training.history[training.nearest_epoch - 1]["held_back_accuracy"]
    lost = f"{training.lost_points:g}"
    return (
        f"{said}. Epoch {training.nearest_epoch} reads {after:.1%} of them, before {before:.1%}, "
        f"and loses {lost} points: --most-lost {lost} keeps it"
    )


def score_both(before: Network, after: Network, tests: Mapping[str, Digits]) -> dict[str, Any]:
    """Return and print the scores of two networks, by the name of the test digits."""
    scores: dict[str, Any] = {}
    for name, digits in tests.items():
        old, new = score(before, digits), score(after, digits)
        print(f"{name}: {old['correct']:,} of {old['total']:,} before, {new['correct']:,} after")
        scores |= {name: new, f"{name}_before": old}
    return scores


def list_of_pictures(parts: Split) -> bytes:
    """Return a table of the SHA-256 and the label of each picture, and what it was used for."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["sha256", "label", "used"])
    used_for = {"learnt": parts.learnt, "held back": parts.held_back, "test": parts.test}
    for used, part in used_for.items():
        for sha256, label in zip(part.hashes(), part.digits.labels.tolist(), strict=True):
            writer.writerow([sha256, label, used])
    return table.getvalue().encode()
