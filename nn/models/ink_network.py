"""The network that finds ink: for each pixel of a grey picture paper, pen, or anything else.

Anything else is what pen is to be told from: rules and borders, print, the table beside the paper.
A U-Net of 3x3 convolutions at a half to a sixteenth of the picture's resolution, see
``SkipConnection``; each of its outputs sees about 140 pixels.
"""

from pathlib import Path

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Layer, ReLU
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import ParallelNetwork
from nn.core.skip_connection import SkipConnection
from nn.models import weights
from nn.models.architectures import Architecture
from nn.models.line_network import SHIPPED, find

INK = "ink"  # name of the network and of its files
N_CLASSES = 3  # paper, pen, and anything else
SIDE_MULTIPLE_PX = 16  # of a picture's height and width


def ink(rng: np.random.Generator) -> ParallelNetwork:
    """Return a network from pictures (N, H, W, 1) to classes of pixels (N, H/2, W/2, 3)."""

    def convolution(n_inputs: int, n_outputs: int) -> list[Layer]:
        layer = Conv2D(n_inputs, n_outputs, 3, rng, padding_px=1, has_biases=False)
        return [layer, BatchNorm(n_outputs), ReLU()]

    def coarser(n_inputs: int, n_outputs: int, *inner: Layer) -> SkipConnection:
        layers = [
            MaxPool(),
            *convolution(n_inputs, n_outputs),
            *convolution(n_outputs, n_outputs),
            *inner,
            Conv2D(n_outputs, n_inputs, 1, rng, gain=1),
        ]
        return SkipConnection(layers)

    sixteenth = coarser(40, 56)
    eighth = coarser(24, 40, sixteenth, *convolution(40, 40))
    quarter = coarser(12, 24, eighth, *convolution(24, 24))
    layers: list[Layer] = [
        Conv2D(1, 12, 5, rng, stride_px=2, padding_px=2, has_biases=False),  # (H/2, W/2, 12)
        BatchNorm(12),
        ReLU(),
        *convolution(12, 12),
        quarter,
        *convolution(12, 12),
        Conv2D(12, N_CLASSES, 1, rng, gain=1),
    ]
    return ParallelNetwork(layers, SoftmaxCrossEntropy())


ARCHITECTURES = {
    INK: Architecture(
        "Ink: convolutions that tell pen from paper and from anything else, pixel by pixel",
        ink,
        (1, 8 * SIDE_MULTIPLE_PX, 8 * SIDE_MULTIPLE_PX, 1),
    )
}


def load(models: Path = SHIPPED) -> weights.Model:
    """Return the network in a folder of models, or the shipped one if it has none.

    Raises the same errors as ``weights.load``.
    """
    return weights.load(find(Path(INK, f"{INK}.npz"), models), ARCHITECTURES)
