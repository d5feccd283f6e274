"""How a gradient becomes a step, and how long the step is at which time.

An optimizer changes a network's parameters in place. All of them lie in one vector (P,), their
gradients in another, so that a step is a few numpy calls however many layers there are.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from nn.core.layers import Array

Schedule = Callable[[float], float]
"""Maps the part of the training that is done, 0 to 1, to a learning rate."""


class Optimizer(Protocol):
    """What a network asks of its optimizer.

    Attributes
    ----------
    state
        Names of the attributes that a step leaves for the next one; None before the first.
    """

    state: tuple[str, ...]

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the parameters (P,) in place, against their gradients (P,)."""


class SGD:
    """Stochastic gradient descent: ``parameters -= learning_rate * gradients``.

    With momentum, steps are taken along a running sum of gradients in which older ones fade:
    ``velocity = momentum * velocity + gradients`` (Polyak 1964).

    Parameters
    ----------
    momentum
        What is kept of the velocity at each step, 0 <= momentum < 1.
    """

    state: tuple[str, ...] = ("velocity",)

    def __init__(self, momentum: float = 0.0) -> None:
        self.momentum = momentum
        self.velocity: Array | None = None

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the parameters (P,) in place, against their gradients (P,)."""
        if self.momentum:
            if self.velocity is None:
                self.velocity = np.zeros_like(parameters)
            self.velocity *= self.momentum
            self.velocity += gradients
            gradients = self.velocity
        parameters -= learning_rate * gradients


class Adam:
    """Steps scaled, parameter by parameter, to the size that its gradients usually have.

    Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1, with its bias
    corrections folded into the learning rate as at the end of their section 2.

    Parameters
    ----------
    mean_decay, square_decay
        What is kept of the running means of the gradient and of its square (beta 1 and beta 2).
    epsilon
        Keeps the division from blowing up where gradients vanish.
    decay
        How much of each parameter is lost per step and learning rate, whatever its gradient
        (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2).
    """

    state: tuple[str, ...] = ("n_steps", "mean", "square")

    def __init__(
        self,
        mean_decay: float = 0.9,
        square_decay: float = 0.999,
        epsilon: float = 1e-8,
        decay: float = 0.0,
    ) -> None:
        self.mean_decay = mean_decay
        self.square_decay = square_decay
        self.epsilon = epsilon
        self.decay = decay
        self.n_steps = 0
        self.mean: Array | None = None
        self.square: Array | None = None
        self._scratch: Array | None = None

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the parameters (P,) in place, against their gradients (P,)."""
        if self.mean is None or self.square is None:
            self.mean, self.square = np.zeros_like(parameters), np.zeros_like(parameters)
        if self._scratch is None:
            self._scratch = np.empty_like(parameters)
        self.n_steps += 1
        mean, square, scratch = self.mean, self.square, self._scratch
        # mean += (1 - decay) * (gradients - mean), and so for the squares, without temporaries.
        np.subtract(gradients, mean, out=scratch)
        scratch *= 1 - self.mean_decay
        mean += scratch
        np.square(gradients, out=scratch)
        scratch -= square
        scratch *= 1 - self.square_decay
        square += scratch
        correction = np.sqrt(1 - self.square_decay**self.n_steps)
        np.sqrt(square, out=scratch)
        scratch += self.epsilon * correction
        np.divide(mean, scratch, out=scratch)
        scratch *= learning_rate * correction / (1 - self.mean_decay**self.n_steps)
        if self.decay:
            parameters *= 1 - learning_rate * self.decay
        parameters -= scratch


def constant(rate: float) -> Schedule:
    """Return the schedule that keeps one learning rate."""
    return lambda done: rate


def cosine(peak: float, warmup: float = 0.0) -> Schedule:
    """Return the schedule that rises to ``peak``, then falls to 0 along half a cosine.

    Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5,
    with one period, after a linear rise over the first ``warmup`` of the training (0 to 1).
    """

    def schedule(done: float) -> float:
        if done < warmup:
            return peak * done / warmup
        return float(peak * (1 + np.cos(np.pi * (done - warmup) / (1 - warmup))) / 2)

    return schedule
