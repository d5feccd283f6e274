"""How each network is trained, by its name."""

from collections.abc import Callable
from dataclasses import dataclass

from nn.augment import Distortion
from nn.optimizers import SGD, Adam, Optimizer, Schedule, cosine


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    epochs, batch_size
        Passes over the digits, unless another number is asked for, and digits a step.
    optimizer
        Makes the optimizer.
    schedule
        The learning rate at each time.
    distort
        Changes each mini-batch before it is learnt, if given.
    """

    epochs: int
    batch_size: int
    optimizer: Callable[[], Optimizer]
    schedule: Schedule
    distort: Distortion | None = None


RECIPES = {
    "article": Recipe(60, 10, SGD, cosine(3.0)),
    "mlp": Recipe(50, 128, Adam, cosine(1e-3, warmup=0.05), Distortion()),
}
