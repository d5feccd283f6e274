"""Optimizers, which change parameters by their gradients, and schedules of the learning rate.

All parameters of a network are in one vector (P,), their gradients in another, so that a step is a
few numpy calls, however many layers there are.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from nn.core.layers import Array

Schedule = Callable[[float], float]
"""Maps the part of the training that is done, from 0 to 1, to a learning rate."""


class Optimizer(Protocol):
    """The method and the attribute that an optimizer must have."""

    state: tuple[str, ...]
    """Names of the attributes that a step keeps for the next one; arrays are None at first."""

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the parameters (P,) in place, against their gradients (P,)."""


class SGD:
    """Stochastic gradient descent: ``parameters -= learning_rate * gradients``.

    With momentum, ``velocity = momentum * velocity + gradients`` replaces the gradients: a running
    sum in which the weight of older gradients falls, for 0 <= momentum < 1 (Polyak 1964).
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
    """``parameters -= learning_rate * mean / (sqrt(variance) + epsilon)``, with bias correction.

    ``mean`` and ``variance`` are running means of each parameter's gradient and of its square, so
    that every parameter moves by about the learning rate, however small its gradients (Kingma and
    Ba 2015, "Adam: a method for stochastic optimization", algorithm 1, in the order of computation
    at the end of their section 2).

    Parameters
    ----------
    beta1, beta2
        Factors of the running ``mean`` and ``variance`` at each step, 0 <= beta < 1.
    epsilon
        Keeps the divisor above 0 where gradients vanish.
    decay
        Weight decay: ``parameters -= learning_rate * decay * parameters`` at each step (Loshchilov
        and Hutter 2019, "Decoupled weight decay regularization", algorithm 2).
    """

    state: tuple[str, ...] = ("n_steps", "mean", "variance")

    def __init__(
        self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, decay: float = 0.0
    ) -> None:
        self.beta1, self.beta2, self.epsilon, self.decay = beta1, beta2, epsilon, decay
        self.n_steps = 0
        self.mean: Array | None = None
        self.variance: Array | None = None

    def step(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Change the parameters (P,) in place, against their gradients (P,)."""
        if self.mean is None or self.variance is None:
            self.mean, self.variance = np.zeros_like(parameters), np.zeros_like(parameters)
        self.n_steps += 1
        # mean = beta1 * mean + (1 - beta1) * gradients, and so for the squares, in place.
        step = gradients - self.mean
        step *= 1 - self.beta1
        self.mean += step
        np.square(gradients, out=step)
        step -= self.variance
        step *= 1 - self.beta2
        self.variance += step
        correction = np.sqrt(1 - self.beta2**self.n_steps)
        np.sqrt(self.variance, out=step)
        step += self.epsilon * correction
        np.divide(self.mean, step, out=step)
        step *= learning_rate * correction / (1 - self.beta1**self.n_steps)
        if self.decay:
            parameters *= 1 - learning_rate * self.decay
        parameters -= step


def cosine(peak: float, warmup: float = 0.0) -> Schedule:
    """Return the schedule that rises to ``peak``, then falls to 0 along half a cosine.

    Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5,
    with one period, after a linear rise over the first ``warmup`` of the training: a part of it, at
    least 0 and below 1, else ValueError.
    """
    if not 0 <= warmup < 1:
        raise ValueError(f"Expected a warmup of at least 0 and below 1, but got {warmup}")

    def schedule(done: float) -> float:
        if done < warmup:
            return peak * done / warmup
        return float(peak * (1 + np.cos(np.pi * (done - warmup) / (1 - warmup))) / 2)

    return schedule
