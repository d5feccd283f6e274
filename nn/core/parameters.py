"""One vector for the arrays of all layers: each layer's arrays are views into it.

An optimizer then changes the parameters of a whole network in a few numpy calls.
"""

from collections.abc import Sequence

import numpy as np

from nn.core.layers import Array, Layer

Slot = tuple[Layer, str]
"""A layer and the name of one of its arrays."""


def parameter_slots(layers: Sequence[Layer]) -> list[Slot]:
    """Return what is learnt, all weights before all biases, so that a penalty takes one slice."""
    slots = [(layer, name) for layer in layers for name in layer.parameters]
    return sorted(slots, key=lambda slot: slot[1] != "weights")


def statistic_slots(layers: Sequence[Layer]) -> list[Slot]:
    """Return what is measured while training, such as the means of a batch normalisation."""
    return [(layer, name) for layer in layers for name in layer.statistics]


def count_weights(slots: Sequence[Slot]) -> int:
    """Return how many numbers the arrays named ``weights`` have in total."""
    return sum(getattr(layer, name).size for layer, name in slots if name == "weights")


def first_trainable(layers: Sequence[Layer]) -> int:
    """Return the position of the lowest layer that has parameters.

    Raises
    ------
    ValueError
        If no layer has parameters, or a layer occurs twice: it keeps the inputs of one pass.
    """
    for position, layer in enumerate(layers):
        if any(layer is other for other in layers[:position]):
            raise ValueError(
                f"Expected each layer once, but got the same {layer!r} again at position "
                f"{position}: make a layer for each position"
            )
    positions = [position for position, layer in enumerate(layers) if layer.parameters]
    if not positions:
        raise ValueError(f"Expected a layer with parameters, such as Dense, but got {list(layers)}")
    return positions[0]


def concatenated(slots: Sequence[Slot]) -> Array:
    """Return a copy of the arrays as one vector."""
    arrays: list[Array] = [getattr(layer, name).ravel() for layer, name in slots]
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)


def bind_views(vector: Array, slots: Sequence[Slot], suffix: str = "") -> None:
    """Replace each array, or the one named with a suffix, by a view of its part of the vector."""
    start = 0
    for layer, name in slots:
        array = getattr(layer, name)
        setattr(layer, name + suffix, vector[start : start + array.size].reshape(array.shape))
        start += array.size
