"""The network that reads lines of numbers, in a strip of grey, without cutting it into digits.

Its convolutions move over the strip by four columns from one frame to the next, and each frame sees
about 76 columns: a digit with its neighbours. O. Matan, C. Burges, Y. LeCun, J. Denker,
"Multi-digit recognition using a space displacement neural network", 1992; trained by connectionist
temporal classification, see ``ctc``.
"""

from pathlib import Path

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dropout, Layer, ReLU, Reshape
from nn.core.network import ParallelNetwork
from nn.models import weights
from nn.models.architectures import Architecture
from nn.models.ctc import CTC

LINES = "lines"  # name of the network and of its files
CERTAINTY = "certainty"  # name of its weights
N_CLASSES = 15  # ten digits, point, comma, minus, another sign, and the blank
ROWS = 48  # of a strip
SHIPPED = Path(__file__).resolve().parents[2] / "models"


class RowPool(Layer):
    """``max`` of each two rows: (N, H, W, C) to (N, H/2, W, C); frames stay as narrow as they are.

    The derivative goes to the larger row, to the upper of equal ones.
    """

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the larger inputs; H must be even."""
        n, height_px, width_px, n_channels = inputs.shape
        rows = inputs.reshape(n, height_px // 2, 2, width_px, n_channels)
        if is_training:
            self.save_for_backward(rows[:, :, 1] > rows[:, :, 0])
        outputs: Array = np.maximum(rows[:, :, 0], rows[:, :, 1])
        return outputs

    def backward(self, delta: Array) -> Array:
        """Return delta at the larger row, else 0."""
        (is_lower,) = self.saved()
        n, height_px, width_px, n_channels = delta.shape
        rows = np.empty((n, height_px, 2, width_px, n_channels), delta.dtype)
        np.multiply(delta, is_lower, out=rows[:, :, 1])
        np.subtract(delta, rows[:, :, 1], out=rows[:, :, 0])
        return rows.reshape(n, 2 * height_px, width_px, n_channels)


def lines(rng: np.random.Generator) -> ParallelNetwork:
    """Return a network of ten convolutions, from strips (N, 48, W, 1) to frames (N, T, 15)."""

    def convolution(n_inputs: int, n_outputs: int, padding_px: int = 1) -> list[Layer]:
        layer = Conv2D(n_inputs, n_outputs, 3, rng, padding_px=padding_px, has_biases=False)
        return [layer, BatchNorm(n_outputs), ReLU()]

    layers: list[Layer] = [
        Conv2D(1, 24, 5, rng, stride_px=2, padding_px=2, has_biases=False),  # (24, W / 2, 24)
        BatchNorm(24),
        ReLU(),
        *convolution(24, 32),
        MaxPool(),  # (12, W / 4, 32)
        *convolution(32, 48),
        *convolution(48, 64),
        RowPool(),  # (6, W / 4, 64)
        *convolution(64, 64),
        *convolution(64, 96),
        RowPool(),  # (3, W / 4, 96)
        *convolution(96, 128),
        *convolution(128, 128),
        *convolution(128, 128),
        *convolution(128, 224, padding_px=0),  # (1, T, 224) with T = W / 4 - 2
        Dropout(0.1, rng),
        Conv2D(224, N_CLASSES, 1, rng, gain=1),
        Reshape(-1, N_CLASSES),
    ]
    return ParallelNetwork(layers, CTC())


ARCHITECTURES = {
    LINES: Architecture(
        "Lines of numbers: ten convolutions that move over grey pixels, trained by CTC",
        lines,
        (1, ROWS, ROWS + 16, 1),
    )
}


def load(models: Path = SHIPPED) -> weights.Model:
    """Return the network in a folder of models, or the shipped one if it has none.

    It has a folder of its own: it reads no single digit, so it is none of the networks to choose.
    Raises the same errors as ``weights.load``.
    """
    return weights.load(weights_path(models), ARCHITECTURES)


def weights_path(models: Path) -> Path:
    """Return the path of the weights that ``load`` loads."""
    return find(Path(LINES, f"{LINES}.npz"), models)


def certainty_path(models: Path = SHIPPED) -> Path:
    """Return the path of the weights of certainty: in the folder, or else the shipped ones."""
    return find(Path(LINES, f"{CERTAINTY}.json"), models)


def find(file: Path, models: Path) -> Path:
    """Return the path of a file in a folder of models, or in the shipped one if it has none."""
    paths = [folder / file for folder in (models, SHIPPED)]
    return next((path for path in paths if path.exists()), paths[-1])
