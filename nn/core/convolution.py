"""Layers for images: convolution and pooling, each forward pass beside its backward pass.

Images are (N, H, W, C): N the batch, H rows, W columns, C channels, the channels of one pixel next
to each other in memory.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import DTypeLike

from nn.core.layers import Array, Layer

BLOCK = 300_000  # numbers of a block of columns: about the size of a core's own cache


class Conv2D(Layer):
    """``outputs[n, y, x, o] = sum_ijc inputs[n, S y + i - P, S x + j - P, c] weights[i, j, c, o]``.

    Plus ``biases[o]``, with stride S and padding P; outside the image the inputs are 0. (Strictly
    a cross-correlation, as in LeCun et al. 1998, "Gradient-based learning applied to document
    recognition", section II.A, and in every library: the kernel is not flipped.)

    The window of inputs of each output pixel is copied into a row of a matrix, so that all sums are
    one matrix product (Chellapilla, Puri and Simard 2006, "High performance convolutional neural
    networks for document processing", section 2), some images at a time: the copy then fits into
    the cache.

    Parameters
    ----------
    n_inputs, n_outputs
        Channels C and O.
    size_px
        Height and width K of the kernel.
    rng
        Source of the first weights: normal with variance ``gain / (K K C)``, as in ``Dense``.
    stride_px, padding_px
        Step between windows, and rows and columns of zeros around the image.
    has_biases
        False where a batch normalisation follows, which has biases of its own.
    gain, dtype
        As in ``Dense``.
    """

    n_at_once = 8  # images have more outputs than weights

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
        deviation = np.sqrt(gain / (size_px * size_px * n_inputs))
        self.weights: Array = rng.normal(0, deviation, shape).astype(dtype)  # (K, K, C, O)
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
        self.check_inputs(inputs, "NHW", self.weights.shape[2])
        if is_training:
            self.save_for_backward(inputs)
        outputs = correlate(pad(inputs, self.padding_px), self.weights, self.stride_px)
        if "biases" in self.parameters:
            examples = outputs.reshape(len(outputs), -1)  # numpy adds to long rows faster
            examples += np.tile(self.biases, examples.shape[1] // len(self.biases))
        return outputs

    def backward(self, delta: Array) -> Array:
        """Apply the chain rule to the sum above.

        With the windows as rows of ``columns`` and delta as rows of O numbers:
        ``dC/dweights = columns.T @ delta`` and ``dC/dbiases = sum of delta's rows``; ``dC/dinputs``
        at a pixel is the sum of ``delta * weights`` over the windows that contain it.
        """
        (inputs,) = self.saved()
        gradient = self.weights_gradient.reshape(-1, delta.shape[-1])  # (K K C, O)
        gradient[:] = 0
        padded = pad(inputs, self.padding_px)
        for columns, part in columns_of(padded, len(self.weights), self.stride_px):
            gradient += columns.T @ delta[part].reshape(len(columns), -1)
        if "biases" in self.parameters:
            np.sum(delta, axis=(0, 1, 2), out=self.biases_gradient)
        return delta if self.is_first else self._delta_below(delta, padded)

    def _delta_below(self, delta: Array, padded: Array) -> Array:
        """Return the derivative by the inputs (N, H, W, C).

        Where outputs have the size of the inputs, this is itself a convolution, of delta with the
        kernel rotated by 180 degrees. Where there are fewer outputs, adding each window's part to
        its pixels takes fewer products.
        """
        padding_px = self.padding_px
        if self.stride_px == 1 and 2 * padding_px == len(self.weights) - 1:
            rotated = self.weights[::-1, ::-1].swapaxes(2, 3)
            return correlate(pad(delta, padding_px), rotated, 1)
        below, stride_px = np.zeros_like(padded), self.stride_px
        n, n_rows, n_columns, n_outputs = delta.shape
        weights = np.ascontiguousarray(self.weights.swapaxes(2, 3))  # (K, K, O, C)
        n_at_once = max(1, BLOCK // delta[0].size)
        for start in range(0, n, n_at_once):
            part = slice(start, start + n_at_once)
            deltas = delta[part].reshape(-1, n_outputs)  # (n H' W', O)
            for i, j in np.ndindex(weights.shape[:2]):
                rows = slice(i, i + stride_px * n_rows, stride_px)
                columns = slice(j, j + stride_px * n_columns, stride_px)
                pixels = below[part, rows, columns]
                pixels += (deltas @ weights[i, j]).reshape(pixels.shape)
        height_px, width_px = (side_px - padding_px for side_px in padded.shape[1:3])
        return below[:, padding_px:height_px, padding_px:width_px]


def pad(images: Array, padding_px: int) -> Array:
    """Return images (N, H, W, C) with rows and columns of zeros around each."""
    if padding_px == 0:
        return images
    n, height_px, width_px, n_channels = images.shape
    padded = np.zeros(
        (n, height_px + 2 * padding_px, width_px + 2 * padding_px, n_channels), images.dtype
    )
    padded[:, padding_px:-padding_px, padding_px:-padding_px] = images
    return padded


def correlate(images: Array, weights: Array, stride_px: int) -> Array:
    """Return the sums of pixels (N, H, W, C) times weights (K, K, C, O) for all windows inside.

    (N, (H - K) // S + 1, (W - K) // S + 1, O), with a step S of ``stride_px`` between windows.
    """
    size_px, n_outputs = len(weights), weights.shape[-1]
    height_px, width_px = ((side - size_px) // stride_px + 1 for side in images.shape[1:3])
    outputs = np.empty((len(images), height_px, width_px, n_outputs), images.dtype)
    matrix = np.ascontiguousarray(weights).reshape(-1, n_outputs)  # (K K C, O)
    for columns, part in columns_of(images, size_px, stride_px):
        np.matmul(columns, matrix, out=outputs[part].reshape(len(columns), n_outputs))
    return outputs


def columns_of(images: Array, size_px: int, stride_px: int) -> Iterator[tuple[Array, slice]]:
    """Yield the windows of some images at a time as rows (n H' W', K K C), and the images' slice.

    The next yield overwrites the rows.
    """
    images = np.ascontiguousarray(images)
    n, _, _, n_channels = images.shape
    height_px, width_px = ((side - size_px) // stride_px + 1 for side in images.shape[1:3])
    by_image, by_row, by_column, by_channel = images.strides
    # Overlapping views of the images: a window's row is K C numbers next to each other.
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
    """``max`` of each two by two pixels: half the rows and columns, so less to compute above.

    The exact position of a feature then matters less. The derivative goes to the largest pixel, to
    the first of equal ones.
    """

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the largest inputs, (N, H, W, C) to (N, H/2, W/2, C); H and W must be even."""
        n, height_px, width_px, n_channels = inputs.shape
        if height_px % 2 or width_px % 2:
            raise ValueError(f"MaxPool halves even sides, but got {height_px} by {width_px} pixels")
        rows = inputs.reshape(n, height_px // 2, 2, width_px, n_channels)
        larger = np.maximum(rows[:, :, 0], rows[:, :, 1])
        pairs = larger.reshape(n, height_px // 2, width_px // 2, 2, n_channels)
        if is_training:
            is_lower = rows[:, :, 1] > rows[:, :, 0]
            is_right = pairs[:, :, :, 1] > pairs[:, :, :, 0]
            self.save_for_backward(is_lower, is_right)
        outputs: Array = np.maximum(pairs[:, :, :, 0], pairs[:, :, :, 1])
        return outputs

    def backward(self, delta: Array) -> Array:
        """Return delta at the largest pixels, else 0: spread over columns first, then over rows."""
        is_lower, is_right = self.saved()
        n, height_px, width_px, n_channels = delta.shape
        pairs = np.empty((n, height_px, width_px, 2, n_channels), delta.dtype)
        np.multiply(delta, is_right, out=pairs[:, :, :, 1])
        np.subtract(delta, pairs[:, :, :, 1], out=pairs[:, :, :, 0])
        larger = pairs.reshape(n, height_px, 2 * width_px, n_channels)
        rows = np.empty((n, height_px, 2, 2 * width_px, n_channels), delta.dtype)
        np.multiply(larger, is_lower, out=rows[:, :, 1])
        np.subtract(larger, rows[:, :, 1], out=rows[:, :, 0])
        return rows.reshape(n, 2 * height_px, 2 * width_px, n_channels)
