"""The network that reads strings of digits, which may touch, in a strip of ink.

Its convolutions without padding see windows of 40 rows and 40 columns, as wide as a digit with its
neighbours' nearest parts, and move over the strip by four columns from one frame to the next. So a
digit needs no cut to be read: O. Matan, C. Burges, Y. LeCun, J. Denker, "Multi-digit recognition
using a space displacement neural network", 1992.
"""

from pathlib import Path

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Dropout, Layer, ReLU, Reshape
from nn.core.network import Network
from nn.models import weights
from nn.models.architectures import Architecture
from nn.models.ctc import CTC

STRINGS = "strings"  # the network's name, and that of its files
N_CLASSES = 11  # ten digits and the blank
ROWS = 40  # of a strip


def strings(rng: np.random.Generator) -> Network:
    """Return a network of seven convolutions, from strips (N, 40, W, 1) to frames (N, T, 11)."""

    def convolution(n_inputs: int, n_outputs: int, size_px: int, padding_px: int = 0) -> Conv2D:
        return Conv2D(n_inputs, n_outputs, size_px, rng, padding_px=padding_px, has_biases=False)

    layers: list[Layer] = [
        convolution(1, 16, 5),  # (36, W - 4, 16)
        MaxPool(),
        BatchNorm(16),
        ReLU(),
        convolution(16, 32, 3, padding_px=1),  # (18, W / 2 - 2, 32)
        MaxPool(),
        BatchNorm(32),
        ReLU(),
        convolution(32, 64, 3),  # (7, W / 4 - 3, 64)
        BatchNorm(64),
        ReLU(),
        convolution(64, 64, 3),
        BatchNorm(64),
        ReLU(),
        convolution(64, 96, 3),
        BatchNorm(96),
        ReLU(),
        convolution(96, 128, 3),  # (1, T, 128) with T = W / 4 - 9
        BatchNorm(128),
        ReLU(),
        Dropout(0.2, rng),
        Conv2D(128, N_CLASSES, 1, rng, gain=1),
        Reshape(-1, N_CLASSES),
    ]
    return Network(layers, CTC())


ARCHITECTURES = {
    STRINGS: Architecture(
        "Strings of digits: seven convolutions that move over the ink, trained by CTC",
        strings,
        (1, ROWS, ROWS + 24, 1),
    )
}


def load(models: Path) -> weights.Model | None:
    """Return the network in a folder of models, None if there is none; errors are of ``weights``.

    It has a folder of its own: it reads no single digit, so it is none of the networks to choose.
    """
    path = models / STRINGS / f"{STRINGS}.npz"
    return weights.load(path, ARCHITECTURES) if path.exists() else None
