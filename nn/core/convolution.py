"""Layers that see pictures: convolution and pooling, each forward pass beside its backward pass.

Pictures are (N, H, W, C): N the batch, H rows, W columns, C channels, the channels of one pixel
next to each other in memory. A convolution asks the same question, its kernel, at every place of a
picture; pooling keeps the strongest answer of each neighbourhood.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import DTypeLike

from nn.core.layers import Array, Layer

BLOCK = 300_000  # numbers of a block of columns: about what a core's own cache holds


class Conv2D(Layer):
    """Every output pixel is a weighted sum of the input pixels around it, with the same weights.

    ``outputs[n, y, x, o] = sum_ijc inputs[n, S y + i - P, S x + j - P, c] weights[i, j, c, o]``
    plus ``biases[o]``, with stride S and padding P; outside the picture inputs are 0. (Strictly a
    cross-correlation: LeCun et al. 1998, "Gradient-based learning applied to document recognition",
    section II.A, and every library since, leave the kernel unflipped.)

    The window below each output pixel is copied into a row of a matrix, so that all the sums are
    one matrix product (Chellapilla, Puri and Simard 2006, "High performance convolutional neural
    networks for document processing", section 2), some pictures at a time: the copy then stays in
    the cache.

    Parameters
    ----------
    n_inputs, n_outputs
        Channels C and O.
    size_px
        Height and width K of the kernel.
    rng
        Where the first weights come from: normal with variance ``gain / (K K C)``, as in ``Dense``.
    stride_px, padding_px
        Steps between windows, and rows and columns of zeros around the picture.
    has_biases
        False where a batch normalisation follows, which has biases of its own.
    gain, dtype
        As in ``Dense``.
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        size_px: int,
        rng: np.random.Generator,
        *,
        stride_px: int = 1,
        padding_px: int = 0,
        has_biases: bool = True,
        gain: float = 2.0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        shape = (size_px, size_px, n_inputs, n_outputs)
        spread = np.sqrt(gain / (size_px * size_px * n_inputs))
        self.weights: Array = rng.normal(0, spread, shape).astype(dtype)  # (K, K, C, O)
        self.biases: Array = np.zeros(n_outputs, dtype)  # (O,)
        self.weights_gradient = np.zeros_like(self.weights)
        self.biases_gradient = np.zeros_like(self.biases)
        self.stride_px, self.padding_px = stride_px, padding_px
        self.parameters = ("weights", "biases") if has_biases else ("weights",)

    def __repr__(self) -> str:
        size_px, _, n_inputs, n_outputs = self.weights.shape
        return f"Conv2D({n_inputs}, {n_outputs}, {size_px}x{size_px})"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the weighted sums, (N, H, W, C) to (N, H', W', O)."""
        self.inputs = inputs
        outputs = correlate(pad(inputs, self.padding_px), self.weights, self.stride_px)
        if "biases" in self.parameters:
            examples = outputs.reshape(len(outputs), -1)  # long rows are quicker to go along
            examples += np.tile(self.biases, examples.shape[1] // len(self.biases))
        return outputs

    def backward(self, delta: Array) -> Array:
        """Apply the chain rule to the sum above.

        A weight feels what lay below it times what went wrong, summed over all places. An input
        feels what went wrong at each window that it lay in, by the weight that it met there.
        """
        padded = pad(self.inputs, self.padding_px)
        gradient = self.weights_gradient.reshape(-1, delta.shape[-1])  # (K K C, O)
        gradient[:] = 0
        for columns, part in columns_of(padded, len(self.weights), self.stride_px):
            gradient += columns.T @ delta[part].reshape(len(columns), -1)
        if "biases" in self.parameters:
            np.sum(delta, axis=(0, 1, 2), out=self.biases_gradient)
        return delta if self.is_first else self._delta_below(delta)

    def _delta_below(self, delta: Array) -> Array:
        """Return the derivative by the inputs (N, H, W, C).

        Where there are as many windows as pixels, each pixel gathers from those that it lay in:
        that is itself a convolution, of delta with the kernel turned by half a turn. Where there
        are fewer, each window scatters to the pixels in it, which takes fewer products.
        """
        size_px = len(self.weights)
        if self.stride_px == 1 and 2 * self.padding_px == size_px - 1:
            turned = self.weights[::-1, ::-1].swapaxes(2, 3)
            return correlate(pad(delta, self.padding_px), turned, 1)
        return self._scatter(delta)

    def _scatter(self, delta: Array) -> Array:
        """Return the derivative by the inputs, added up one place in the windows at a time."""
        stride_px, padding_px = self.stride_px, self.padding_px
        n, n_rows, n_columns, n_outputs = delta.shape
        below = np.zeros_like(pad(self.inputs, padding_px))
        weights = np.ascontiguousarray(self.weights.swapaxes(2, 3))  # (K, K, O, C)
        n_at_once = max(1, BLOCK // delta[0].size)
        for start in range(0, n, n_at_once):
            part = slice(start, start + n_at_once)
            places = delta[part].reshape(-1, n_outputs)  # (n H' W', O)
            for i, j in np.ndindex(weights.shape[:2]):
                rows = slice(i, i + stride_px * n_rows, stride_px)
                columns = slice(j, j + stride_px * n_columns, stride_px)
                pixels = below[part, rows, columns]
                pixels += (places @ weights[i, j]).reshape(pixels.shape)
        height_px, width_px = self.inputs.shape[1:3]
        return below[:, padding_px : padding_px + height_px, padding_px : padding_px + width_px]


def pad(images: Array, padding_px: int) -> Array:
    """Return pictures (N, H, W, C) with rows and columns of zeros around each."""
    if padding_px == 0:
        return images
    n, height_px, width_px, n_channels = images.shape
    padded = np.zeros(
        (n, height_px + 2 * padding_px, width_px + 2 * padding_px, n_channels), images.dtype
    )
    padded[:, padding_px:-padding_px, padding_px:-padding_px] = images
    return padded


def correlate(images: Array, weights: Array, stride_px: int) -> Array:
    """Return the sums of each window's pixels times the weights.

    Parameters
    ----------
    images, weights
        (N, H, W, C) and (K, K, C, O).
    stride_px
        Steps between windows; those that would stick out are left out.

    Returns
    -------
    (N, (H - K) // stride_px + 1, (W - K) // stride_px + 1, O)
    """
    size_px, n_outputs = len(weights), weights.shape[-1]
    height_px, width_px = ((side - size_px) // stride_px + 1 for side in images.shape[1:3])
    outputs = np.empty((len(images), height_px, width_px, n_outputs), images.dtype)
    matrix = np.ascontiguousarray(weights).reshape(-1, n_outputs)  # (K K C, O)
    for columns, part in columns_of(images, size_px, stride_px):
        np.matmul(columns, matrix, out=outputs[part].reshape(len(columns), n_outputs))
    return outputs


def columns_of(images: Array, size_px: int, stride_px: int) -> Iterator[tuple[Array, slice]]:
    """Yield every window of the pictures (N, H, W, C) as a row, some pictures at a time.

    Yields
    ------
    columns, part
        (n H' W', K K C), which the next turn overwrites, and which n of the pictures they are of.
    """
    images = np.ascontiguousarray(images)
    n, _, _, n_channels = images.shape
    height_px, width_px = ((side - size_px) // stride_px + 1 for side in images.shape[1:3])
    by_image, by_row, by_column, by_channel = images.strides
    # Views into the pictures that overlap: a window's row is K C numbers next to each other.
    windows: Array = np.ndarray(
        (n, height_px, width_px, size_px, size_px * n_channels),
        images.dtype,
        images,
        strides=(by_image, by_row * stride_px, by_column * stride_px, by_row, by_channel),
    )
    n_at_once = min(n, max(1, BLOCK // (windows[0].size)))
    block = np.empty((n_at_once, *windows.shape[1:]), images.dtype)
    for start in range(0, n, n_at_once):
        part = windows[start : start + n_at_once]
        columns = block[: len(part)]
        np.copyto(columns, part)
        yield columns.reshape(-1, size_px * size_px * n_channels), slice(start, start + len(part))


class MaxPool(Layer):
    """Keep the largest of each two by two pixels: half the rows and columns, less to compute.

    What is there counts then, and not exactly where. The gradient goes to the pixel that won, to
    the first of them if they are equal.
    """

    def __repr__(self) -> str:
        return "MaxPool()"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the largest inputs, (N, H, W, C) to (N, H/2, W/2, C); H and W must be even."""
        n, height_px, width_px, n_channels = inputs.shape
        if height_px % 2 or width_px % 2:
            raise ValueError(f"MaxPool halves even sides, but got {height_px} by {width_px} pixels")
        rows = inputs.reshape(n, height_px // 2, 2, width_px, n_channels)
        taller = np.maximum(rows[:, :, 0], rows[:, :, 1])
        pairs = taller.reshape(n, height_px // 2, width_px // 2, 2, n_channels)
        if is_training:
            self.is_lower = rows[:, :, 1] > rows[:, :, 0]
            self.is_right = pairs[:, :, :, 1] > pairs[:, :, :, 0]
        outputs: Array = np.maximum(pairs[:, :, :, 0], pairs[:, :, :, 1])
        return outputs

    def backward(self, delta: Array) -> Array:
        """Hand delta to the winners, 0 to the others: first to its column, then to its row."""
        n, height_px, width_px, n_channels = delta.shape
        pairs = np.empty((n, height_px, width_px, 2, n_channels), delta.dtype)
        np.multiply(delta, self.is_right, out=pairs[:, :, :, 1])
        np.subtract(delta, pairs[:, :, :, 1], out=pairs[:, :, :, 0])
        taller = pairs.reshape(n, height_px, 2 * width_px, n_channels)
        rows = np.empty((n, height_px, 2, 2 * width_px, n_channels), delta.dtype)
        np.multiply(taller, self.is_lower, out=rows[:, :, 1])
        np.subtract(taller, rows[:, :, 1], out=rows[:, :, 0])
        return rows.reshape(n, 2 * height_px, 2 * width_px, n_channels)
