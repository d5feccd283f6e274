"""A network that trains on the parts of each mini-batch side by side, in threads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from nn.core.layers import Array, Layer
from nn.core.losses import L2Penalty, Loss
from nn.core.network import Network


class ParallelNetwork(Network):
    """The same network, whose ``backprop`` has several replicas, each for its part of the batch.

    Numpy lets other threads run while it computes, so that the parts use several cores, as long as
    each product keeps to one. The result depends on the number of parts, but neither on the machine
    nor on which part is done first. A batch normalisation sees only its own part.

    Parameters
    ----------
    layers, loss, penalty
        As in ``Network``.
    n_parts
        Into how many parts a mini-batch is cut.
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

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.n_parts, thread_name_prefix="backprop")

    def _replica(self) -> Network:
        network = Network([layer.replica() for layer in self.layers], self.loss, self.penalty)
        network.parameters = self.parameters
        network._share_out()
        return network

    @property
    def generators(self) -> list[np.random.Generator]:
        """Where the replicas' random choices come from while training."""
        return [rng for replica in self.replicas for rng in replica.generators]

    def backprop(self, inputs: Array, targets: Array) -> float:
        """Fill ``gradients`` and return the cost, as ``Network.backprop`` does, part by part."""
        at_work = self.replicas[: len(inputs)]  # none without an example
        input_parts = np.array_split(inputs, len(at_work))
        target_parts = np.array_split(targets, len(at_work))
        costs = self._pool.map(Network.backprop, at_work, input_parts, target_parts)
        self.gradients[:] = 0
        cost = 0.0
        for replica, part, part_cost in zip(at_work, input_parts, costs, strict=True):
            share = len(part) / len(inputs)
            self.gradients += share * replica.gradients
            cost += share * part_cost
        self.statistics[:] = np.mean([replica.statistics for replica in at_work], axis=0)
        for replica in self.replicas:
            replica.statistics[:] = self.statistics
        return cost
