"""Fine-tuning: a trained network learns the user's pictures, beside remembered ones.

Without the remembered ones it would forget the others' writing: digits that it was trained on are
mixed in, and each epoch is measured on both. ``python -m nn train NAME --from ... --pictures ...``
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.data.digits import NO_DIGIT, DataError, Digits
from nn.data.handwriting import load_handwriting
from nn.data.mnist import load_mnist
from nn.data.omniglot import load_omniglot
from nn.data.pictures.own_digits import (
    OwnDigits,
    collect,
    hashes_of,
    skipped_as_text,
    to_input,
)
from nn.data.pictures.uses import PICTURES_SUFFIX, pictures_used
from nn.models import ink_network
from nn.models.weights import Model
from nn.reading.mnist import to_inputs
from nn.reading.page.segment import segmenter
from nn.training.calibration import MIN_LIKELIHOOD
from nn.training.checkpoint import Checkpoint
from nn.training.digit_training import (
    DigitTraining,
    draw_pictures,
    n_correct,
    score,
    to_targets,
)
from nn.training.own_certainty import judge
from nn.training.recipes import MAX_LOST_POINTS, RECIPES
from nn.training.run_files import (
    RunError,
    describe_run,
    load_base,
    to_csv,
)

N_ELSEWHERE = 5_000  # of MNIST's training digits, the last ones: measured and not remembered
N_REMEMBERED = 10_000  # of MNIST's other training digits
MIXTURE_SHARE = 1 / 15  # of the recipe's mixture that is drawn
MEASURED_SHARE = 1 / 4  # of what is drawn that is measured and not remembered
OWN_SHARE = 1 / 4  # of an epoch's pictures that are the user's, where they are fewer
MAX_COPIES = 25  # of each of them in an epoch
MIN_PICTURES = 20  # of fewer, those held back would say nothing
HELD_BACK_EVERY = 7  # one in so many is held back, and another one is kept for the test


@dataclass(frozen=True)
class Split:
    """The user's pictures, each in one part, which have the same share of each label.

    Attributes
    ----------
    learnt, held_back, test
        To learn from, to choose the epoch by, and to measure once in the end.
    """

    learnt: OwnDigits
    held_back: OwnDigits
    test: OwnDigits

    def to_csv(self) -> bytes:
        """Return a table of the SHA-256 and label of each picture, and what it was used for."""
        parts = {"learnt": self.learnt, "held back": self.held_back, "test": self.test}
        rows = [
            (sha256, label, used)
            for used, part in parts.items()
            for sha256, label in zip(part.hashes(), part.digits.labels.tolist(), strict=True)
        ]
        return to_csv([("sha256", "label", "used"), *rows])


class FineTuning(DigitTraining):
    """The training of a network that was trained before; the best epoch is kept.

    Of the epochs that lose at most ``max_lost_points`` of the accuracy elsewhere, the best reads
    most of the user's digits held back; if several read as many, it is the best one elsewhere. It
    has to read more of them than the network before, or as many at a lower cost. This choice makes
    the figure of the digits held back too good: the gain is measured on a third part.

    Parameters
    ----------
    base
        The network as it was trained, and its metadata.
    parts
        The user's pictures.
    remembered, elsewhere
        Digits of others to learn beside them, and to measure on.
    epochs, seed, tests
        As of ``Training``.
    max_lost_points
        Percentage points of the accuracy elsewhere that may be lost.
    """

    def __init__(
        self,
        base: Model,
        parts: Split,
        remembered: Digits,
        elsewhere: Digits,
        *,
        epochs: int,
        seed: int,
        max_lost_points: float = MAX_LOST_POINTS,
        tests: Mapping[str, Digits] = {},
    ) -> None:
        name, own = base.metadata["architecture"], parts.learnt.digits
        self.base, self.parts, self.elsewhere = base, parts, elsewhere
        self.held_back, self.max_lost_points = parts.held_back.digits, max_lost_points
        self.before = self.measure(base.network)
        super().__init__(
            name,
            remembered.with_more([own] * copies(len(own), len(remembered))),
            self.held_back,
            epochs=epochs,
            seed=seed,
            recipe=RECIPES[name].for_fine_tuning(),
            start=base,
            tests={"own_test": parts.test.digits, **tests},
        )
        loss, loss_of_base = self.network.loss, base.network.loss
        if isinstance(loss, SoftmaxCrossEntropy) and isinstance(loss_of_base, SoftmaxCrossEntropy):
            loss.temperature = loss_of_base.temperature
        self.lists = {PICTURES_SUFFIX: parts.to_csv()}

    def measure(self, network: Network) -> dict[str, float]:
        """Return the accuracy and the cost on the digits held back, and the accuracy elsewhere."""
        held_back, elsewhere = self.held_back, self.elsewhere
        with threadpool_limits(1, user_api="blas"):
            activations = network.activations(to_inputs(held_back.images))
        likelihoods = np.maximum(
            (activations * to_targets(held_back.labels)).sum(axis=1), MIN_LIKELIHOOD
        )
        return {
            "held_back_accuracy": float((activations.argmax(axis=1) == held_back.labels).mean()),
            "held_back_cost": float(-np.log(likelihoods).mean()),
            "elsewhere_accuracy": n_correct(network, elsewhere) / len(elsewhere),
        }

    @property
    def best_epoch(self) -> int:
        """The number of the best epoch so far; 0 if none is better than the network before."""
        return best_epoch(self.history, self.before, self.max_lost_points)

    def restore_best(self) -> None:
        """Give the network the parameters of the best epoch, if there is one."""
        if self.best_epoch:
            self.network.parameters[:] = self.snapshot.arrays["best.parameters"]
            self.network.statistics[:] = self.snapshot.arrays["best.statistics"]

    def finish(self, options: argparse.Namespace) -> dict[str, Any]:
        """Give the network the best epoch's parameters, and return its metadata.

        Raise RunError if no epoch is better than the network before.
        """
        n_done = len(self.history)
        if not self.best_epoch:
            raise RunError(
                f"none of {n_done} epochs reads more of your digits held back without losing over "
                f"{self.max_lost_points:g} points elsewhere (--most-lost), so nothing is written: "
                "the network stays as it is"
            )
        self.restore_best()
        print(f"Epoch {self.best_epoch} of {n_done} is the best")
        scores: dict[str, Any] = {}
        for name, digits in self.tests.items():
            if len(digits):
                old, new = score(self.base.network, digits), score(self.network, digits)
                scores |= {name: new, f"{name}_before": old}
                counts = f"{old['correct']:,} of {old['total']:,} before, {new['correct']:,} after"
                print(f"{name}: {counts}")
        before = self.base.metadata
        first = before.get("data", {})
        name = f"after {first.get('name')}: own pictures, and others"
        metadata = describe_run(options, self, {**first, "name": name})
        own: dict[str, Any] = {name: len(part) for name, part in vars(self.parts).items()}
        own["sha256"] = hashlib.sha256(self.lists[PICTURES_SUFFIX]).hexdigest()
        metadata["description"] += f"; fine-tuned on {len(self.parts.learnt):,} pictures"
        if "temperature" in before:
            metadata["temperature"] = before["temperature"]
        return metadata | {
            "kept_epoch": self.best_epoch,
            "own": own | self.judged(options),
            "scores": scores,
        }

    def judged(self, options: argparse.Namespace) -> dict[str, Any]:
        """Return whether the network is judged alone, and what is certain of the test; print it."""
        held_back = options.pictures, frozenset(self.parts.held_back.hashes())
        is_alone = not judge(self.network, *held_back, is_alone=True).certain_and_wrong
        test = options.test_pictures or options.pictures, frozenset(self.parts.test.hashes())
        before = judge(self.base.network, *test)
        after = judge(self.network, *test, is_alone=is_alone)
        print(
            f"certain: {before.certain:,} of {before.total:,} before, {before.certain_and_wrong:,} "
            f"of them wrong; {after.certain:,} after, {after.certain_and_wrong:,} of them wrong"
        )
        counts = {"test_before": asdict(before), "test_after": asdict(after)}
        return {"is_judged_alone": is_alone, **counts}

    def _settings(self) -> dict[str, Any]:
        """Return all that decides the weights, and which are kept, beside name, seed and start."""
        own = {"elsewhere": self.elsewhere.sha256(), "max_lost_points": self.max_lost_points}
        return super()._settings() | own

    def _snapshot(self, history: list[dict[str, float]]) -> Checkpoint:
        """Return a copy of all that the next epoch depends on, and of the best parameters."""
        snapshot = super()._snapshot(history)
        best = best_epoch(history, self.before, self.max_lost_points)
        is_newest = best == len(history)
        for name in ("parameters", "statistics") if best else ():
            source = snapshot.arrays[name] if is_newest else self.snapshot.arrays[f"best.{name}"]
            snapshot.arrays[f"best.{name}"] = source
        return snapshot


def best_epoch(
    history: Sequence[Mapping[str, float]],
    before: Mapping[str, float],
    max_lost_points: float = MAX_LOST_POINTS,
) -> int:
    """Return the number of the best row, from 1; 0 if none is better than what was before."""

    def value(row: Mapping[str, float]) -> tuple[float, float]:
        return row["held_back_accuracy"], -row["held_back_cost"]

    rounding = 1e-9
    least = before["elsewhere_accuracy"] - max_lost_points / 100 - rounding
    better = {
        number: (row["held_back_accuracy"], row["elsewhere_accuracy"], -row["held_back_cost"])
        for number, row in enumerate(history, start=1)
        if row["elsewhere_accuracy"] >= least and value(row) > value(before)
    }
    return max(better, key=better.__getitem__, default=0)


def copies(n_own: int, n_remembered: int) -> int:
    """Return how often each own picture comes in an epoch: for ``OWN_SHARE``, if that is possible.

    Each time, it is distorted in another way.
    """
    wanted = OWN_SHARE / (1 - OWN_SHARE) * n_remembered
    return min(MAX_COPIES, max(1, round(wanted / n_own)))


def split(own: OwnDigits, rng: np.random.Generator, test: OwnDigits | None = None) -> Split:
    """Return the pictures divided so that each part has the same share of each label.

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
    order = np.lexsort((rng.random(len(own)), own.digits.labels))
    parts = np.zeros(len(own), np.intp)  # 0 for learning
    for part in (1,) if test else (1, 2):
        parts[order[2 * part :: HELD_BACK_EVERY]] = part
    learnt, held_back, rest = (own.take(np.nonzero(parts == part)[0]) for part in range(3))
    return Split(learnt, held_back, test or rest)


def prepare_fine_tuning(options: argparse.Namespace) -> FineTuning:
    """Return the fine-tuning that the options describe, with its data loaded.

    Raises
    ------
    DataError
        If the pictures or the data of the remembered digits cannot be read.
    WeightsError
        If the network to start from cannot be read, or is of another architecture.
    """
    path, base = load_base(options)
    mnist, mnist_test = load_mnist(options.data)
    used = pictures_used(path, base.metadata)
    parts = load_parts(options, mnist.with_more([mnist_test]), used)
    remembered, elsewhere = load_remembered(base, mnist, options.data, options.seed)
    training = FineTuning(
        base,
        parts,
        remembered,
        elsewhere,
        epochs=options.epochs,
        seed=options.seed,
        max_lost_points=options.most_lost,
        tests={"mnist_test": mnist_test},
    )
    print(
        f"{options.name}: {len(parts.learnt):,} pictures of your own to learn, "
        f"{len(parts.held_back):,} held back, {len(parts.test):,} for the test; "
        f"{len(remembered):,} others to remember\n"
        f"before        held back {training.before['held_back_accuracy']:8.3%}"
        f"  elsewhere {training.before['elsewhere_accuracy']:8.3%}"
    )
    return training


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
    segment = segmenter(ink_network.load().network.activations)
    own, _, skipped = collect(path, partial(to_input, segment=segment), left_out)
    for line in skipped_as_text(skipped):
        print(line, file=sys.stderr)
    print(f"{path}: {len(own):,} labelled pictures, {len(skipped):,} skipped")
    return own


def load_remembered(
    base: Model, mnist: Digits, folder: Path | None, seed: int
) -> tuple[Digits, Digits]:
    """Return digits of others to remember, and different ones to measure on.

    None is by people whom the first training has held back. Raise DataError if what the network's
    recipe draws from cannot be loaded.

    Parameters
    ----------
    base
        The network.
    mnist
        MNIST's training digits.
    folder
        That of the other data, as of ``PublishedFile.read``.
    seed
        Decides which are chosen.
    """
    rng = np.random.default_rng([seed, 3])
    first, elsewhere = mnist.split(N_ELSEWHERE)
    remembered = first.take(rng.choice(len(first), N_REMEMBERED, replace=False))
    mixture = RECIPES[base.metadata["architecture"]].mixture
    if mixture is None:
        return remembered, elsewhere
    data = base.metadata.get("data", {})
    n_writers, sources = data.get("writers_held_back", 0), data.get("sources_held_back", ())
    handwriting, _ = load_handwriting(folder, n_writers, sources)
    some = replace(handwriting, foreign=load_omniglot(folder)).sample(MIXTURE_SHARE, rng)
    drawn, *others = draw_pictures(mixture.scaled(MIXTURE_SHARE), some, rng)
    drawn = drawn.with_more(others)
    order = rng.permutation(len(drawn))
    n_measured = round(MEASURED_SHARE * len(drawn))
    measured = drawn.take(order[:n_measured])
    measured = measured.take(np.nonzero(measured.labels != NO_DIGIT)[0])
    return (
        remembered.with_more([drawn.take(order[n_measured:])]),
        elsewhere.with_more([measured]),
    )
