"""The layers of a network, each forward pass beside its backward pass.

Rows are examples: N is the batch, I the inputs of a layer, O its outputs. ``forward`` maps (N, I)
to (N, O) and remembers what ``backward`` needs; for predicting, threads may share a layer.
``backward`` takes delta, the derivative of the cost by the layer's outputs (N, O); it fills the
gradients of the layer's own parameters and returns the derivative by its inputs (N, I), which is
the delta of the layer below.
"""

import copy
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating[Any]]


class Layer:
    """One step of a network, with nothing to learn unless ``parameters`` says so.

    Attributes
    ----------
    parameters
        Names of the attributes that are learnt; the gradient of ``x`` is the attribute
        ``x_gradient``.
    statistics
        Names of the attributes that are gathered while training, and needed to predict.
    is_first
        True when nothing below wants this layer's delta, which then need not be computed.
    rng
        Where random choices come from while training, if the layer makes any.
    """

    parameters: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    is_first = False
    rng: np.random.Generator | None = None

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the outputs for a batch of inputs."""
        raise NotImplementedError

    def backward(self, delta: Array) -> Array:
        """Fill this layer's gradients and return the delta of the layer below."""
        raise NotImplementedError

    def replica(self) -> "Layer":
        """Return a layer that does the same at the same time, for another part of a batch."""
        return copy.copy(self)


class Dense(Layer):
    """Every output is a weighted sum of all inputs plus a bias: ``inputs @ weights + biases``.

    Weights start normal with variance ``gain / n_inputs``, so that outputs start as spread as the
    inputs whatever their number: gain 1 before a sigmoid, 2 before a ReLU, which silences half of
    them (He et al. 2015, "Delving deep into rectifiers", section 2.2, equation 10).

    Parameters
    ----------
    n_inputs, n_outputs
        Sizes I and O.
    rng
        Where the first weights come from.
    gain
        Variance of the first weights times ``n_inputs``.
    dtype
        float32 for use, float64 to check gradients.
    """

    parameters = ("weights", "biases")

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        rng: np.random.Generator,
        *,
        gain: float = 1.0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        spread = np.sqrt(gain / n_inputs)
        self.weights: Array = rng.normal(0, spread, (n_inputs, n_outputs)).astype(dtype)  # (I, O)
        self.biases: Array = np.zeros(n_outputs, dtype)  # (O,)
        self.weights_gradient = np.zeros_like(self.weights)
        self.biases_gradient = np.zeros_like(self.biases)

    def __repr__(self) -> str:
        return "Dense({}, {})".format(*self.weights.shape)

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return ``inputs @ weights + biases``, (N, I) to (N, O)."""
        self.inputs = inputs
        outputs: Array = inputs @ self.weights
        outputs += self.biases
        return outputs

    def backward(self, delta: Array) -> Array:
        """Apply the chain rule to ``outputs[n, o] = sum_i inputs[n, i] weights[i, o] + biases[o]``.

        A weight feels what came in times what went wrong, summed over the batch; a bias what went
        wrong; an input what went wrong behind each of its weights.
        """
        np.matmul(self.inputs.T, delta, out=self.weights_gradient)
        np.add.reduce(delta, axis=0, out=self.biases_gradient)
        return delta if self.is_first else delta @ self.weights.T


class Sigmoid(Layer):
    """``1 / (1 + exp(-z))``, from 0 to 1."""

    def __repr__(self) -> str:
        return "Sigmoid()"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return each input's sigmoid, as ``(1 + tanh(z / 2)) / 2``, which cannot overflow."""
        outputs: Array = np.multiply(inputs, 0.5)
        np.tanh(outputs, out=outputs)
        outputs += 1
        outputs *= 0.5
        self.outputs = outputs
        return outputs

    def backward(self, delta: Array) -> Array:
        """Multiply delta by the slope, which is ``outputs * (1 - outputs)``."""
        slope: Array = 1 - self.outputs
        slope *= self.outputs
        slope *= delta
        return slope


class ReLU(Layer):
    """``max(z, 0)``: positive inputs pass, the others are silenced."""

    def __repr__(self) -> str:
        return "ReLU()"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return each input, or 0 where it is negative."""
        outputs: Array = np.maximum(inputs, 0)
        self.outputs = outputs
        return outputs

    def backward(self, delta: Array) -> Array:
        """Let delta pass where the input was above 0; at 0 itself the slope is taken as 0."""
        return delta * (self.outputs > 0)


class Dropout(Layer):
    """While training, silence each input with probability ``rate`` and scale up the rest to match.

    No unit can then rely on another one being there (Srivastava et al. 2014, "Dropout: a simple way
    to prevent neural networks from overfitting"). The scale ``1 / (1 - rate)`` keeps the expected
    output equal to the input, so that outside training the layer changes nothing.

    Parameters
    ----------
    rate
        Probability to be silenced, 0 <= rate < 1.
    rng
        Where the chances come from.
    """

    def __init__(self, rate: float, rng: np.random.Generator) -> None:
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout needs a rate of at least 0 and below 1, but got {rate}")
        self.rate = rate
        self.rng: np.random.Generator = rng

    def __repr__(self) -> str:
        return f"Dropout({self.rate})"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the inputs, thinned out while training."""
        if not is_training:
            return inputs
        is_kept = self.rng.random(inputs.shape, np.float32) >= self.rate
        self.mask: Array = is_kept * inputs.dtype.type(1 / (1 - self.rate))
        return inputs * self.mask

    def backward(self, delta: Array) -> Array:
        """Let delta pass where the input passed, with the same scale."""
        return delta * self.mask

    def replica(self) -> "Dropout":
        """Return a layer that silences other inputs than this one."""
        return Dropout(self.rate, self.rng.spawn(1)[0])


class Reshape(Layer):
    """The same numbers in another shape, such as rows of 784 pixels as pictures of 28x28.

    Parameters
    ----------
    shape
        Of one example's outputs; -1 stands for what is left, as in numpy.
    """

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def __repr__(self) -> str:
        return "Reshape({})".format(", ".join(map(str, self.shape)))

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the inputs (N, ...) in the shape (N, *shape)."""
        self.inputs_shape = inputs.shape
        return inputs.reshape(len(inputs), *self.shape)

    def backward(self, delta: Array) -> Array:
        """Return delta in the shape that the inputs had."""
        return delta.reshape(self.inputs_shape)


class Flatten(Reshape):
    """All the pixels and channels of a picture in one row, as a dense layer wants them."""

    def __init__(self) -> None:
        super().__init__(-1)

    def __repr__(self) -> str:
        return "Flatten()"
