"""How each network is trained, by its name."""

from collections.abc import Callable
from dataclasses import dataclass

from nn.core.optimizers import SGD, Adam, Optimizer, Schedule, cosine
from nn.data.synthetic.mixture import Mixture
from nn.training.augment import Augmentation, Distortion, PenWidth, Scan


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
    mixture
        What is drawn to be learnt beside MNIST's digits, if anything.
    held_back
        How many of MNIST's training digits are kept to measure each epoch on, unless another number
        is asked for.
    temperature
        What the outputs are divided by afterwards, where no digits are held back to fit it to.
    """

    epochs: int
    batch_size: int
    optimizer: Callable[[], Optimizer]
    schedule: Schedule
    distort: Augmentation | None = None
    mixture: Mixture | None = None
    held_back: int = 5000
    temperature: float = 1.0


RECIPES = {
    "article": Recipe(60, 10, SGD, cosine(3.0)),
    "mlp": Recipe(50, 128, Adam, cosine(1e-3, warmup=0.05), Augmentation(Distortion())),
    "convnet": Recipe(
        epochs=38,
        batch_size=128,
        optimizer=lambda: Adam(decay=0.01),
        schedule=cosine(2e-3, warmup=0.05),
        distort=Augmentation(PenWidth(), Distortion(enlargement=2), Scan()),
        mixture=Mixture(),
        held_back=0,
        temperature=0.602,  # fitted with --held-back 5000 --held-back-writers 6
    ),
}
