"""A trained network as layers of weighted sums, to look at single neurons.

A neuron's sum is that of a kernel times a window of the layer's inputs, over all channels, plus a
bias. The kernel of a dense layer covers all of its inputs: it is a convolution with one window.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Activation, Array, Dense, Dropout, Layer, Reshape
from nn.models.inference import WinogradConv2D

POOL_PX = 2  # of MaxPool

_UNCHANGING = (Reshape, Dropout)  # when predicting


@dataclass(frozen=True)
class WeightedLayer:
    """A layer with weights, and the pooling above it.

    Attributes
    ----------
    weights
        (K, L, C, O): kernels of K rows and L columns, for C channels of inputs.
    biases
        (O,)
    input_shape
        Rows, columns and channels (H, W, C) of its inputs, as images.
    is_convolution
        False for a dense layer.
    stride_px, padding_px
        Of the convolution.
    pool_px
        Side of the squares of sums of which the largest is kept; 1 without pooling.
    """

    weights: Array
    biases: Array
    input_shape: tuple[int, ...]
    is_convolution: bool = False
    stride_px: int = 1
    padding_px: int = 0
    pool_px: int = 1

    @property
    def n_products(self) -> int:
        """How many products of a weight and an input its sums have, those with padding included.

        Each weight is used at every place of its kernel: once in a dense layer. (Winograd's method
        gets the same sums with fewer.)
        """
        sides = zip(self.input_shape, self.weights.shape[:2], strict=False)
        n_rows, n_columns = (
            (side_px + 2 * self.padding_px - size_px) // self.stride_px + 1
            for side_px, size_px in sides
        )
        return int(self.weights.size * n_rows * n_columns)

    def sums(self, inputs: Array) -> Array:
        """Return the sums (O,) of a dense layer, of inputs of any shape."""
        outputs: Array = inputs.ravel() @ self.weights.reshape(inputs.size, -1) + self.biases
        return outputs

    def strongest_input(self, inputs: Array, output: tuple[int, ...]) -> int:
        """Return the position in the inputs, flattened, of the neuron that adds most to an output.

        It lies in the channel whose products with the kernel add up to most, where the product is
        largest, in the window that pooling keeps.

        Parameters
        ----------
        inputs
            Of one example, in any shape.
        output
            Channel; or row, column and channel after pooling.
        """
        edge = self.padding_px
        sides = ((edge, edge), (edge, edge), (0, 0))
        padded = np.pad(inputs.reshape(self.input_shape), sides)
        windows = self._windows(output)
        kernel = self.weights[..., output[-1]]
        products = [padded[window] * kernel for window in windows]
        kept = max(range(len(windows)), key=lambda number: float(products[number].sum()))
        channel = int(products[kept].sum(axis=(0, 1)).argmax())
        of_channel = products[kept][..., channel]
        within = np.unravel_index(of_channel.argmax(), of_channel.shape)
        place = [
            window.start + step - edge for window, step in zip(windows[kept], within, strict=True)
        ]
        # Where no product is above 0, it may be one of the padding's.
        return int(np.ravel_multi_index((*place, channel), self.input_shape, mode="clip"))

    def _windows(self, output: tuple[int, ...]) -> list[tuple[slice, slice]]:
        """Return the windows, in the padded inputs, of the sums of which an output is the largest.

        A dense layer has one window.
        """
        row, column = output[:2] if self.is_convolution else (0, 0)
        n_rows, n_columns = self.weights.shape[:2]
        windows = []
        for down, right in np.ndindex(self.pool_px, self.pool_px):
            top = self.stride_px * (self.pool_px * row + down)
            left = self.stride_px * (self.pool_px * column + right)
            windows.append((slice(top, top + n_rows), slice(left, left + n_columns)))
        return windows


def weighted_layers(layers: Sequence[Layer], example: Array) -> list[WeightedLayer]:
    """Return the layers with weights of a network made for inference.

    ``example`` are any inputs (1, I), from which the sizes of the images between layers follow.

    Raises
    ------
    ValueError
        When the sums are not all that is computed: when between the weights and their activation
        function there is something else than pooling, or after it something that changes numbers.
    """
    found: list[WeightedLayer] = []
    input_shape: tuple[int, ...] = (28, 28, 1)
    is_sum = False  # whether the numbers so far are sums, to which a function is still applied
    for layer in layers:
        example = layer.forward(example)
        if is_sum != isinstance(layer, MaxPool | Activation) and not isinstance(layer, _UNCHANGING):
            raise ValueError(f"Expected weights and functions in turns, but got {layer!r}")
        if isinstance(layer, Conv2D | WinogradConv2D):
            kernels = layer.weights if isinstance(layer, Conv2D) else layer.kernels
            geometry = {"stride_px": layer.stride_px, "padding_px": layer.padding_px}
            of_layer = WeightedLayer(kernels, layer.biases, input_shape, True, **geometry)
            found.append(of_layer)
        elif isinstance(layer, Dense):
            weights = layer.weights.reshape(*input_shape, -1)
            found.append(WeightedLayer(weights, layer.biases, input_shape))
        elif isinstance(layer, MaxPool):
            found[-1] = replace(found[-1], pool_px=POOL_PX)
        elif isinstance(layer, Activation):
            input_shape = shape_as_image(example.shape[1:])
        elif not isinstance(layer, _UNCHANGING):
            raise ValueError(f"Expected a layer that can be taken apart, but got {layer!r}")
        if not isinstance(layer, _UNCHANGING):
            is_sum = not isinstance(layer, Activation)
    return found


def shape_as_image(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of neurons (C,) or (H, W, C) as that of an image."""
    return shape if len(shape) == 3 else (1, 1, *shape)


def strongest_path(
    layers: Sequence[WeightedLayer], hidden: Sequence[Array], digit: int
) -> list[int]:
    """Return the position, in each layer of hidden outputs, of a neuron on the way to a digit.

    From the digit's output down, each is the one that adds most to the sum of the next.

    Parameters
    ----------
    layers
        All layers with weights.
    hidden
        Outputs of each but the last of them, for one example.
    digit
        Output from which the path goes down.
    """
    path: list[int] = []
    output: tuple[int, ...] = (digit,)
    for layer, inputs in zip(reversed(layers), reversed(hidden), strict=False):
        path.append(layer.strongest_input(inputs, output))
        output = tuple(int(index) for index in np.unravel_index(path[-1], inputs.shape))
    return path[::-1]
