"""Convolutions that predict with fewer multiplications, by way of polynomials.

Coefficient by coefficient, two polynomials of M and K coefficients take M K products to multiply.
But what comes out has M + K - 1 coefficients, and so is known from its values at as many points,
each of which is one product of the two polynomials' values there. A convolution in one direction is
that same map turned round, its matrix transposed: M neighbouring outputs from M + K - 1 inputs,
with K weights. So M + K - 1 products do in place of M K, and for a tile of M by M outputs the
square of that: 36 in place of 144 for 4 by 4 outputs of a 3x3 kernel. The way to the points and
back is a small matrix product, made once for all channels.

Winograd 1980, "Arithmetic complexity of computations"; Lavin and Gray 2016, "Fast algorithms for
convolutional neural networks", arXiv:1509.09308.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from nn.core.convolution import Conv2D
from nn.core.layers import Array, Layer

POINTS = (0.0, 1.0, -1.0, 2.0, -0.5)  # and infinity; with more of them, float32 loses digits
BLOCK = 160_000  # numbers of a block of windows: with what is made of it, a core's own cache


class WinogradConv2D(Layer):
    """What a ``Conv2D`` of stride 1 predicts, within rounding, a tile of outputs at a time.

    It only predicts, and learns nothing: its weights are made once, from the convolution's.

    Parameters
    ----------
    convolution
        The layer to predict like, which is left as it is.
    tile_px
        Rows and columns M of the outputs in a tile, at least 1. Its windows have A = M + K - 1 rows
        and columns of inputs, at most 6, as many as there are points.
    """

    def __init__(self, convolution: Conv2D, tile_px: int) -> None:
        if convolution.stride_px != 1:
            raise ValueError(f"Expected a stride of 1 pixel, but got {convolution.stride_px}")
        kernels, dtype = convolution.weights, convolution.weights.dtype  # (K, K, C, O)
        size_px, _, n_inputs, n_outputs = kernels.shape
        from_products, kernel_to_values, to_values = transforms(tile_px, size_px)
        values = np.tensordot(kernel_to_values, kernels, (1, 1))  # (A, K, C, O)
        values = np.tensordot(kernel_to_values, values, (1, 1))  # (A, A, C, O)
        self.weights: Array = values.astype(dtype).reshape(-1, n_inputs, n_outputs)  # (A A, C, O)
        self.biases: Array = convolution.biases.copy()  # (O,)
        self.to_values: Array = to_values.astype(dtype)  # (A, A)
        self.from_products: Array = from_products.astype(dtype)  # (M, A)
        self.padding_px = convolution.padding_px
        self.name = repr(convolution)

    def __repr__(self) -> str:
        return self.name

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the weighted sums, (N, H, W, C) to (N, H', W', O)."""
        tile_px, window_px = self.from_products.shape
        lost_px = window_px - tile_px - 2 * self.padding_px
        height_px, width_px = (side_px - lost_px for side_px in inputs.shape[1:3])
        n_rows, n_columns = _n_tiles((height_px, width_px), tile_px)
        windows = self._windows(inputs, n_rows, n_columns)
        n, n_outputs = len(inputs), len(self.biases)
        outputs = np.empty((n, n_rows, tile_px, n_columns, tile_px, n_outputs), inputs.dtype)
        n_at_once = max(1, BLOCK // windows[:, :, 0].size)
        for start in range(0, n, n_at_once):
            part = slice(start, start + n_at_once)
            outputs[part] = self._tiles(windows[:, :, part])
        pictures = outputs.reshape(n, n_rows * tile_px, n_columns * tile_px, n_outputs)
        return pictures[:, :height_px, :width_px]  # the last tiles may reach beyond the edge

    def _windows(self, inputs: Array, n_rows: int, n_columns: int) -> Array:
        """Return the inputs below each tile, a view (A, A, N, rows, columns, C) that overlaps."""
        tile_px, window_px = self.from_products.shape
        n, height_px, width_px, n_channels = inputs.shape
        sides_px = (count * tile_px + window_px - tile_px for count in (n_rows, n_columns))
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

    def _tiles(self, windows: Array) -> Array:
        """Return windows' tiles, (A, A, n, rows, columns, C) to (n, rows, M, columns, M, O)."""
        tile_px, window_px = self.from_products.shape
        _, n_inputs, n_outputs = self.weights.shape
        values = self.to_values @ windows.reshape(window_px, -1)  # down the columns
        values = self.to_values @ values.reshape(window_px, window_px, -1)  # along the rows
        products = values.reshape(len(self.weights), -1, n_inputs) @ self.weights
        sums = self.from_products @ products.reshape(window_px, -1)
        sums = self.from_products @ sums.reshape(tile_px, window_px, -1)
        tiles = sums.reshape(tile_px, tile_px, *windows.shape[2:5], n_outputs)
        tiles += self.biases
        return tiles.transpose(2, 3, 0, 4, 1, 5)


def transforms(tile_px: int, size_px: int) -> tuple[Array, Array, Array]:
    """Return the matrices that convolve in one direction, by products at A = M + K - 1 points.

    ``outputs = from_products @ ((kernel_to_values @ kernel) * (to_values @ inputs))``

    Parameters
    ----------
    tile_px, size_px
        How many outputs M, and the kernel's size K.

    Returns
    -------
    from_products, kernel_to_values, to_values
        (M, A), (A, K) and (A, A), float64.

    Raises
    ------
    ValueError
        If there are fewer than A points.
    """
    n_points = tile_px + size_px - 1
    if n_points > len(POINTS) + 1:
        raise ValueError(f"Expected at most {len(POINTS) + 1} points, but got {n_points}")
    coefficients_to_values = _values(n_points, n_points)
    to_values = np.linalg.inv(coefficients_to_values).T
    return _values(n_points, tile_px).T, _values(n_points, size_px), to_values


def _values(n_points: int, n_coefficients: int) -> Array:
    """Return what maps a polynomial's coefficients to its values at the points, the last infinity.

    What a polynomial is at infinity, when all but its highest power vanishes, is its last
    coefficient.
    """
    at_points = np.vander(POINTS[: n_points - 1], n_coefficients, increasing=True)
    return np.vstack([at_points, np.eye(n_coefficients)[-1]])


def use_winograd(layers: Sequence[Layer], inputs: Array) -> list[Layer]:
    """Return layers that predict the same, each convolution by its quickest way.

    Parameters
    ----------
    layers
        Of a trained network; later changes of their weights are not followed.
    inputs
        An example (1, I), blank or not, from which the sizes of all pictures inside are seen.
    """
    quick: list[Layer] = []
    for layer in layers:
        outputs = layer.forward(inputs)
        quick.append(_quickest(layer, outputs.shape[1:3]) if isinstance(layer, Conv2D) else layer)
        inputs = outputs
    return quick


def _quickest(convolution: Conv2D, sides_px: Sequence[int]) -> Layer:
    """Return the layer that gives outputs of these sides with the fewest multiplications."""
    size_px, _, n_inputs, n_outputs = convolution.weights.shape
    if convolution.stride_px != 1:
        return convolution
    n_direct = np.prod(sides_px) * size_px**2 * n_inputs * n_outputs
    ways = {0: n_direct}  # by the side of the tiles, 0 for none
    for tile_px in range(2, len(POINTS) + 3 - size_px):
        window_px = tile_px + size_px - 1
        # A window goes to the points, and its products back, by columns and by rows.
        n_products = window_px**2 * (n_inputs * n_outputs + 2 * window_px * (n_inputs + n_outputs))
        ways[tile_px] = np.prod(_n_tiles(sides_px, tile_px)) * n_products
    fewest = min(ways, key=ways.__getitem__)
    return WinogradConv2D(convolution, fewest) if fewest else convolution


def _n_tiles(sides_px: Iterable[int], tile_px: int) -> list[int]:
    """Return how many tiles it takes to cover each side."""
    return [-(-side_px // tile_px) for side_px in sides_px]
