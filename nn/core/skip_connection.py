"""A connection past some layers, around which networks for pixels are built."""

import copy
from collections.abc import Sequence

import numpy as np

from nn.core.layers import Array, Layer


class SkipConnection(Layer):
    """``outputs = inputs + upsample(inner(inputs))``, where the inner layers halve both sides.

    The inner layers see more of the image at once, in fewer pixels; the inputs past them keep the
    exact positions. One inside another gives a U-Net (Ronneberger, Fischer and Brox 2015, "U-Net:
    convolutional networks for biomedical image segmentation"), here with sums where theirs
    concatenates: fewer channels to compute above. ``upsample`` repeats each pixel twice by twice.

    Parameters
    ----------
    layers
        The inner layers, from (N, H, W, C) to (N, H/2, W/2, C): a ``MaxPool`` first.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)

    def __repr__(self) -> str:
        return f"SkipConnection({', '.join(map(repr, self.layers))})"

    def __copy__(self) -> "SkipConnection":
        """Return one of copied inner layers, as a copy of another layer has arrays of its own."""
        return SkipConnection([copy.copy(layer) for layer in self.layers])

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the inputs (N, H, W, C) plus the inner outputs, each at two by two pixels."""
        inner = inputs
        for layer in self.layers:
            inner = layer.forward(inner, is_training=is_training)
        n, height_px, width_px, n_channels = inner.shape
        if inputs.shape != (n, 2 * height_px, 2 * width_px, n_channels):
            raise ValueError(
                f"{self!r} takes inner outputs of half the inputs' sides and as many channels, but "
                f"got {inner.shape} of {inputs.shape}"
            )
        wide = np.repeat(inner, 2, axis=2)[:, :, np.newaxis]  # (N, H/2, 1, W, C)
        pairs = inputs.reshape(n, height_px, 2, 2 * width_px, n_channels)
        outputs: Array = pairs + wide
        return outputs.reshape(inputs.shape)

    def backward(self, delta: Array) -> Array:
        """Return delta plus the inner layers' delta.

        An inner output was added to two by two pixels: its derivative is the sum of theirs.
        """
        n, height_px, width_px, n_channels = delta.shape
        pairs = delta.reshape(n, height_px // 2, 2, width_px, n_channels)
        wide = pairs[:, :, 0] + pairs[:, :, 1]
        inner: Array = wide[:, :, ::2] + wide[:, :, 1::2]
        for layer in reversed(self.layers):
            inner = layer.backward(inner)
        return delta + inner
