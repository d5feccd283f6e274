"""Fine-tuning: a trained network learns the user's pictures, beside remembered ones.

Without the remembered ones it would forget the others' writing: digits that it was trained on are
mixed in, and each epoch is measured on both.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.data.digits import NO_DIGIT, Digits
from nn.models.weights import Model
from nn.reading.mnist import to_inputs
from nn.training.calibration import SMALLEST
from nn.training.recipes import RECIPES, draw_pictures, for_fine_tuning, load_handwriting
from nn.training.trainer import Checkpoint, Training, n_correct, to_targets

N_ELSEWHERE = 5_000  # of MNIST's training digits, the last ones: measured and not remembered
N_REMEMBERED = 10_000  # of MNIST's other training digits
MIXTURE_SHARE = 1 / 15  # of the recipe's mixture that is drawn
MEASURED_SHARE = 1 / 4  # of what is drawn that is measured and not remembered
OWN_SHARE = 1 / 4  # of an epoch's pictures that are the user's, where they are fewer
MOST_COPIES = 25  # of each of them in an epoch
MOST_LOST_POINTS = 0.2  # of the accuracy elsewhere, by default


class FineTuning(Training):
    """The training of a network that was trained before; the best epoch is kept.

    Of the epochs that lose at most ``most_lost_points`` of the accuracy elsewhere, the best reads
    most of the user's digits held back; if several read as many, it is the best one elsewhere. It
    has to read more of them than the network before, or as many at a lower cost. This choice makes
    the figure of the digits held back too good: the gain is measured on a third part.

    Parameters
    ----------
    base
        The network as it was trained, and its metadata.
    own, held_back
        The user's pictures to learn from, and to choose the epoch by.
    remembered, elsewhere
        Digits of others to learn beside them, and to measure on.
    epochs, seed, checkpoint_path, is_resumed
        As of ``Training``.
    most_lost_points
        Percentage points of the accuracy elsewhere that may be lost.
    """

    def __init__(
        self,
        base: Model,
        own: Digits,
        held_back: Digits,
        remembered: Digits,
        elsewhere: Digits,
        *,
        epochs: int,
        seed: int,
        checkpoint_path: Path | None = None,
        is_resumed: bool = False,
        most_lost_points: float = MOST_LOST_POINTS,
    ) -> None:
        name = base.metadata["architecture"]
        self.held_back, self.elsewhere = held_back, elsewhere
        self.most_lost_points = most_lost_points
        self.before = self.measure(base.network)
        super().__init__(
            name,
            remembered.with_more([own] * copies(len(own), len(remembered))),
            held_back,
            epochs=epochs,
            seed=seed,
            checkpoint_path=checkpoint_path,
            is_resumed=is_resumed,
            recipe=for_fine_tuning(RECIPES[name]),
            start=base,
        )
        loss, loss_of_base = self.network.loss, base.network.loss
        if isinstance(loss, SoftmaxCrossEntropy) and isinstance(loss_of_base, SoftmaxCrossEntropy):
            loss.temperature = loss_of_base.temperature

    def measure(self, network: Network) -> dict[str, float]:
        """Return the accuracy and the cost on the digits held back, and the accuracy elsewhere."""
        held_back, elsewhere = self.held_back, self.elsewhere
        with threadpool_limits(1, user_api="blas"):
            activations = network.activations(to_inputs(held_back.images))
        likelihoods = np.maximum((activations * to_targets(held_back.labels)).sum(axis=1), SMALLEST)
        return {
            "held_back_accuracy": float((activations.argmax(axis=1) == held_back.labels).mean()),
            "held_back_cost": float(-np.log(likelihoods).mean()),
            "elsewhere_accuracy": n_correct(network, elsewhere) / len(elsewhere),
        }

    @property
    def best_epoch(self) -> int:
        """The number of the best epoch so far; 0 if none is better than the network before."""
        return best_epoch(self.history, self.before, self.most_lost_points)

    @property
    def nearest_epoch(self) -> int:
        """That epoch, or else the best one that loses more elsewhere; 0 if there is neither."""
        return self._nearest_epoch(self.history)

    @property
    def lost_points(self) -> float:
        """Percentage points of the accuracy elsewhere that it loses, rounded up to hundredths."""
        row = self.history[self.nearest_epoch - 1] if self.nearest_epoch else self.before
        lost = self.before["elsewhere_accuracy"] - row["elsewhere_accuracy"]
        return max(0, math.ceil(1e4 * lost - 1e-6) / 100)

    def restore_best(self) -> None:
        """Give the network the parameters of the shown epoch, if there is one."""
        if self.nearest_epoch:
            self.network.parameters[:] = self.snapshot.arrays["best.parameters"]
            self.network.statistics[:] = self.snapshot.arrays["best.statistics"]

    def _nearest_epoch(self, history: Sequence[Mapping[str, float]]) -> int:
        limits = (self.most_lost_points, 100)
        return next(filter(None, (best_epoch(history, self.before, each) for each in limits)), 0)

    def _settings(self) -> dict[str, Any]:
        """Return all that decides the weights, and which are kept, beside name, seed and start."""
        own = {"elsewhere": self.elsewhere.sha256(), "most_lost_points": self.most_lost_points}
        return super()._settings() | own

    def _snapshot(self, history: list[dict[str, float]]) -> Checkpoint:
        """Return a copy of all that the next epoch depends on, and of the best parameters."""
        snapshot = super()._snapshot(history)
        best = self._nearest_epoch(history)
        is_newest = best == len(history)
        for name in ("parameters", "statistics") if best else ():
            source = snapshot.arrays[name] if is_newest else self.snapshot.arrays[f"best.{name}"]
            snapshot.arrays[f"best.{name}"] = source
        return snapshot


def best_epoch(
    history: Sequence[Mapping[str, float]],
    before: Mapping[str, float],
    most_lost_points: float = MOST_LOST_POINTS,
) -> int:
    """Return the number of the best row, from 1; 0 if none is better than what was before."""

    def value(row: Mapping[str, float]) -> tuple[float, float]:
        return row["held_back_accuracy"], -row["held_back_cost"]

    rounding = 1e-9
    least = before["elsewhere_accuracy"] - most_lost_points / 100 - rounding
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
    return min(MOST_COPIES, max(1, round(wanted / n_own)))


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
        That of the other data, as of ``read_published``.
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
    some = handwriting.sample(MIXTURE_SHARE, rng)
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
