"""A trained network made faster for predicting, with the same outputs within rounding.

Batch normalisations are folded into the layers below them, and convolutions by 3x3 kernels take
fewer multiplications, by Winograd's method: the product of two polynomials of M and K coefficients
takes M K multiplications. It has A = M + K - 1 coefficients, so that its values at A points
determine it, and each value is one multiplication of the polynomials' values there. Transposed, the
same matrices compute M neighbouring outputs of a convolution from A inputs and K weights. In two
dimensions, a tile of 4x4 outputs of a 3x3 kernel takes 6 * 6 = 36 multiplications instead of 144.
The additional products, to the points and back, are computed once for all channels.

Winograd 1980, "Arithmetic complexity of computations"; Lavin and Gray 2016, "Fast algorithms for
convolutional neural networks", arXiv:1509.09308.
"""

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Layer
from nn.core.network import Network
from nn.core.skip_connection import SkipConnection

KERNEL_PX = 3
POINTS = (0.0, 1.0, -1.0, 2.0, -0.5)  # and infinity; with more points float32 loses digits
FEWEST_CHANNELS = 16  # with fewer inputs, the products to the points and back take too long
WEIGHT_TIME = 4  # multiplications that take as long as reading one weight from memory


def for_inference(network: Network, example: Array) -> Network:
    """Return a network of copied layers that predicts the same in fewer steps.

    The result cannot be trained. ``example`` are any inputs (1, I), from which the sizes of the
    images inside the network follow.
    """
    layers = fold([copy.copy(layer) for layer in network.layers])
    return Network(use_winograd(layers, example), network.loss)


def fold(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers that predict the same without batch normalisations.

    ``((a @ weights + biases) - mean) * scale + shift`` is
    ``a @ (weights * scale) + ((biases - mean) * scale + shift)``: the layer below takes over scale
    and shift. A pooling between the two changes nothing: the largest of some numbers stays the
    largest when all are multiplied by the same positive number.
    """
    folded: list[Layer] = []
    for layer in layers:
        if isinstance(layer, SkipConnection):
            layer = SkipConnection(fold(layer.layers))
        positions = [n for n, below in enumerate(folded) if not isinstance(below, MaxPool)]
        below = folded[positions[-1]] if positions else None
        if isinstance(layer, BatchNorm) and isinstance(below, Conv2D | Dense):
            folded[positions[-1]] = _scaled(below, layer)
        else:
            folded.append(layer)
    return folded


def _scaled(layer: Conv2D | Dense, normalisation: BatchNorm) -> Layer:
    """Return a layer that computes ``layer``, then ``normalisation``."""
    scale = normalisation.running_scale()
    scaled = copy.copy(layer)
    scaled.weights = layer.weights * scale
    scaled.biases = (layer.biases - normalisation.mean) * scale + normalisation.biases
    scaled.parameters = ("weights", "biases")
    return scaled


class WinogradConv2D(Layer):
    """What a ``Conv2D`` with a 3x3 kernel and stride 1 predicts, within rounding.

    It copies the convolution's weights. Outputs are computed in tiles of ``tile_px`` = M rows and
    columns, 1 to 4, from windows of A = M + 2 rows and columns of inputs.
    """

    stride_px = 1

    def __init__(self, convolution: Conv2D, tile_px: int) -> None:
        self.kernels: Array = convolution.weights.copy()  # (K, K, C, O)
        self.biases: Array = convolution.biases.copy()  # (O,)
        self.padding_px = convolution.padding_px
        self.name = repr(convolution)
        self._transform(tile_px)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: the kernels, which are up to four times smaller than weights."""
        computed = ("weights", "to_values", "from_products")
        state = {name: value for name, value in vars(self).items() if name not in computed}
        return state | {"tile_px": len(self.from_products)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what was pickled, and compute the weights again."""
        super().__setstate__({name: state[name] for name in state if name != "tile_px"})
        self._transform(state["tile_px"])

    def _transform(self, tile_px: int) -> None:
        _, _, n_inputs, n_outputs = self.kernels.shape
        from_products, kernel_to_values, to_values = transforms(tile_px)
        dtype = self.kernels.dtype
        values = np.tensordot(kernel_to_values, self.kernels, (1, 1))  # (A, K, C, O)
        values = np.tensordot(kernel_to_values, values, (1, 1))  # (A, A, C, O)
        self.weights: Array = values.astype(dtype).reshape(-1, n_inputs, n_outputs)  # (A A, C, O)
        self.to_values: Array = to_values.astype(dtype)  # (A, A)
        self.from_products: Array = from_products.astype(dtype)  # (M, A)

    def __repr__(self) -> str:
        return self.name

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the weighted sums, (N, H, W, C) to (N, H', W', O)."""
        tile_px, window_px = self.from_products.shape
        _, n_inputs, n_outputs = self.weights.shape
        height_px, width_px = (side + 2 * self.padding_px - 2 for side in inputs.shape[1:3])
        windows = self._windows(inputs, -(-height_px // tile_px), -(-width_px // tile_px))
        n, n_rows, n_columns = windows.shape[2:5]
        values = self.to_values @ windows.reshape(window_px, -1)  # down the columns
        values = self.to_values @ values.reshape(window_px, window_px, -1)  # along the rows
        products = values.reshape(len(self.weights), -1, n_inputs) @ self.weights
        sums = self.from_products @ products.reshape(window_px, -1)
        sums = self.from_products @ sums.reshape(tile_px, window_px, -1)
        tiles = sums.reshape(tile_px, tile_px, n, n_rows, n_columns, n_outputs)
        outputs = np.empty((n, n_rows, tile_px, n_columns, tile_px, n_outputs), inputs.dtype)
        np.add(tiles.transpose(2, 3, 0, 4, 1, 5), self.biases, out=outputs)
        images = outputs.reshape(n, n_rows * tile_px, n_columns * tile_px, n_outputs)
        return images[:, :height_px, :width_px]  # the last tiles may reach beyond the edge

    def _windows(self, inputs: Array, n_rows: int, n_columns: int) -> Array:
        """Return the inputs of each tile, overlapping views (A, A, N, rows, columns, C)."""
        tile_px, window_px = self.from_products.shape
        n, height_px, width_px, n_channels = inputs.shape
        sides_px = (count * tile_px + KERNEL_PX - 1 for count in (n_rows, n_columns))
        padded = np.zeros((n, *sides_px, n_channels), inputs.dtype)
        edge = self.padding_px
        padded[:, edge : edge + height_px, edge : edge + width_px] = inputs
        by_image, by_row, by_column, by_channel = padded.strides
        by_tile = (by_image, by_row * tile_px, by_column * tile_px)
        return np.ndarray(
            (window_px, window_px, n, n_rows, n_columns, n_channels),
            padded.dtype,
            padded,
            strides=(by_row, by_column, *by_tile, by_channel),
        )


def transforms(tile_px: int) -> tuple[Array, Array, Array]:
    """Return ``from_products`` (M, A), ``kernel_to_values`` (A, 3) and ``to_values`` (A, A).

    They convolve in one dimension, with A = M + 2 inputs and multiplications for M outputs:
    ``outputs = from_products @ ((kernel_to_values @ kernel) * (to_values @ inputs))``.
    """

    def values(n_coefficients: int) -> Array:
        """Map coefficients to values at the points; at infinity, that is the last coefficient."""
        at_points = np.vander(POINTS[: n_points - 1], n_coefficients, increasing=True)
        return np.vstack([at_points, np.eye(n_coefficients)[-1]])

    n_points = tile_px + KERNEL_PX - 1
    return values(tile_px).T, values(KERNEL_PX), np.linalg.inv(values(n_points)).T


def use_winograd(layers: Sequence[Layer], example: Array) -> list[Layer]:
    """Return layers that predict the same, with ``WinogradConv2D`` where it is faster.

    ``example`` are any inputs (1, I), from which the sizes of the images between layers follow.
    """
    faster: list[Layer] = []
    for layer in layers:
        inputs, example = example, layer.forward(example)
        if isinstance(layer, SkipConnection):
            layer = SkipConnection(use_winograd(layer.layers, inputs))
        if isinstance(layer, Conv2D):
            size_px, _, n_inputs, _ = layer.weights.shape
            if (size_px, layer.stride_px) == (KERNEL_PX, 1) and n_inputs >= FEWEST_CHANNELS:
                layer = WinogradConv2D(layer, _best_tile_px(example.shape[1:3]))
        faster.append(layer)
    return faster


def _best_tile_px(sides_px: Sequence[int]) -> int:
    """Return the side of the tiles that cover an image's outputs in the least time.

    Larger tiles take fewer multiplications, but more weights, one for each point.
    """

    def time(tile_px: int) -> int:
        n_tiles = math.prod(-(-side_px // tile_px) for side_px in sides_px)
        return (n_tiles + WEIGHT_TIME) * (tile_px + KERNEL_PX - 1) ** 2

    return min((2, 3, 4), key=time)
