"""A network that computes the gradients of a mini-batch's parts in several threads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from nn.core.layers import Array, Layer
from nn.core.losses import L2Penalty, Loss
from nn.core.network import Network
from nn.core.parameters import bind_views, parameter_slots


class ParallelNetwork(Network):
    """A ``Network`` whose ``backprop`` gives each of its replicas a part of the mini-batch.

    Numpy releases the GIL while it computes, so that the parts use several cores, as long as each
    matrix product uses one thread. The result depends on the number of parts, but neither on the
    machine nor on the order in which the threads finish. A batch normalisation uses the statistics
    of its own part.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        loss: Loss,
        penalty: L2Penalty | None = None,
        *,
        n_parts: int = 2,
    ) -> None:
        super().__init__(layers, loss, penalty)
        self.n_parts = n_parts

    @cached_property
    def replicas(self) -> list[Network]:
        """Networks that share the parameters, with gradients and statistics of their own."""
        return [self._replica() for _ in range(self.n_parts)]

    def _replica(self) -> Network:
        network = Network([layer.replica() for layer in self.layers], self.loss, self.penalty)
        network.parameters = self.parameters
        bind_views(network.parameters, parameter_slots(network.layers))
        return network

    @property
    def generators(self) -> list[np.random.Generator]:
        """Random generators that the replicas' layers use while training."""
        return [rng for replica in self.replicas for rng in replica.generators]

    def backprop(self, inputs: Array, targets: Array) -> float:
        """Fill ``gradients`` and return the cost, as ``Network.backprop`` does, part by part."""
        replicas = self.replicas[: max(1, len(inputs))]  # no part without an example
        for replica in replicas:
            replica.statistics[:] = self.statistics
        input_parts = np.array_split(inputs, len(replicas))
        target_parts = np.array_split(targets, len(replicas))
        with ThreadPoolExecutor(len(replicas)) as pool:  # leaves no thread at work after Ctrl-C
            costs = list(pool.map(Network.backprop, replicas, input_parts, target_parts))
        self.gradients[:] = 0
        cost = 0.0
        for replica, part, part_cost in zip(replicas, input_parts, costs, strict=True):
            share = len(part) / len(inputs)
            self.gradients += share * replica.gradients
            cost += share * part_cost
        self.statistics[:] = np.mean([replica.statistics for replica in replicas], axis=0)
        return cost
