"""The layers of a network, each forward pass beside its backward pass.

Rows are examples: N is the batch, I the inputs of a layer, O its outputs. ``forward`` maps (N, I)
to (N, O). ``backward`` takes delta, the derivative of the cost by the layer's outputs (N, O); it
fills the gradients of the layer's own parameters and returns the derivative by its inputs (N, I),
which is the delta of the layer below.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating[Any]]


class InPlace:
    """An object in whose arrays of the names ``in_place`` an assignment copies its numbers.

    A layer's arrays are views into the vectors of its network. They stay so: ``dense.weights = x``
    changes the numbers of both, and replaces neither.
    """

    in_place: frozenset[str] = frozenset()

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; raise ValueError if an array in place has another shape."""
        if name not in self.in_place:
            super().__setattr__(name, value)
            return
        array = getattr(self, name)
        if np.shape(value) != array.shape:
            raise ValueError(f"Expected {name} of shape {array.shape}, but got {np.shape(value)}")
        array[:] = value

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the state of another object: ``copy`` and ``pickle`` call this."""
        self.__dict__.update(state, in_place=frozenset())  # a copy's arrays are no views yet


class Layer(InPlace):
    """One step of a network.

    A forward pass in training keeps what ``backward`` needs; one to predict keeps nothing, so that
    threads may share a layer.

    Attributes
    ----------
    parameters
        Names of the attributes that are learnt; the gradient of ``x`` is the attribute
        ``x_gradient``.
    statistics
        Names of the attributes that are measured while training, and needed to predict.
    layers
        The layers inside this one, if any.
    is_first
        True when no layer below has parameters: then the delta below need not be computed.
    rng
        Source of random choices while training, if the layer makes any.
    n_at_once
        Most examples that ``Network.activations`` computes at a time: so many that reading the
        weights costs little, and so few that the outputs stay in the processor's cache.
    """

    parameters: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    layers: "tuple[Layer, ...]" = ()
    is_first = False
    rng: np.random.Generator | None = None
    n_at_once = 64
    _saved: tuple[Array, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the outputs for a batch of inputs."""
        raise NotImplementedError(f"{self!r} has no forward pass")

    def backward(self, delta: Array) -> Array:
        """Fill this layer's gradients and return the delta of the layer below.

        Raise RuntimeError if there was no forward pass with ``is_training=True`` before.
        """
        raise NotImplementedError(f"{self!r} has no backward pass: it only predicts")

    def check_inputs(self, inputs: Array, axes: str, size: int) -> None:
        """Raise ValueError unless inputs have one more axis than ``axes`` names, of this size."""
        if inputs.ndim != len(axes) + 1 or inputs.shape[-1] != size:
            expected = ", ".join([*axes, str(size)])
            raise ValueError(f"{self!r} takes inputs of shape ({expected}), but got {inputs.shape}")

    def save_for_backward(self, *arrays: NDArray[Any]) -> None:
        """Keep what ``backward`` needs of a forward pass in training."""
        vars(self)["_saved"] = arrays  # in every step, and faster than by __setattr__

    def saved(self) -> tuple[Array, ...]:
        """Return what the last forward pass in training kept."""
        if not self._saved:
            raise RuntimeError(f"Expected {self!r}.forward in training before backward, got none")
        return self._saved


def walk(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield each layer, and after it the layers inside it."""
    for layer in layers:
        yield layer
        yield from walk(layer.layers)


class Dense(Layer):
    """``outputs = inputs @ weights + biases``: each output is a weighted sum of all inputs.

    Weights start normal with variance ``gain / n_inputs``: then the outputs have the variance of
    the inputs, however many there are. Gain 1 is for a sigmoid, 2 for a ReLU, which sets half of
    them to 0 (He et al. 2015, "Delving deep into rectifiers", section 2.2, equation 10).

    Parameters
    ----------
    n_inputs, n_outputs
        Sizes I and O.
    rng
        Source of the first weights.
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
        deviation = np.sqrt(gain / n_inputs)
        self.weights: Array = rng.normal(0, deviation, (n_inputs, n_outputs)).astype(dtype)
        self.biases: Array = np.zeros(n_outputs, dtype)  # (O,)
        self.weights_gradient = np.zeros_like(self.weights)  # (I, O)
        self.biases_gradient = np.zeros_like(self.biases)

    def __repr__(self) -> str:
        return "Dense({}, {})".format(*self.weights.shape)

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return ``inputs @ weights + biases``, (N, I) to (N, O)."""
        self.check_inputs(inputs, "N", len(self.weights))
        if is_training:
            self.save_for_backward(inputs)
        return inputs @ self.weights + self.biases

    def backward(self, delta: Array) -> Array:
        """Apply the chain rule to ``outputs[n, o] = sum_i inputs[n, i] weights[i, o] + biases[o]``.

        ``dC/dweights = inputs.T @ delta``, ``dC/dbiases = sum_n delta[n]`` and
        ``dC/dinputs = delta @ weights.T``.
        """
        (inputs,) = self.saved()
        np.matmul(inputs.T, delta, out=self.weights_gradient)
        delta.sum(axis=0, out=self.biases_gradient)
        return delta if self.is_first else delta @ self.weights.T


class Activation(Layer):
    """A function of each number by itself; its outputs are what ``Network.inspect`` returns."""


class Sigmoid(Activation):
    """``1 / (1 + exp(-z))``, from 0 to 1."""

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return each input's sigmoid, as ``(tanh(z / 2) + 1) / 2``, which cannot overflow."""
        outputs: Array = (np.tanh(inputs * 0.5) + 1) * 0.5
        if is_training:
            self.save_for_backward(outputs)
        return outputs

    def backward(self, delta: Array) -> Array:
        """Return ``(1 - outputs) * outputs * delta``: delta times the slope of the sigmoid."""
        (outputs,) = self.saved()
        return (1 - outputs) * outputs * delta


class Tanh(Activation):
    """``tanh(z)``, from -1 to 1."""

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the hyperbolic tangent of each input."""
        outputs: Array = np.tanh(inputs)
        if is_training:
            self.save_for_backward(outputs)
        return outputs

    def backward(self, delta: Array) -> Array:
        """Return ``(1 - outputs^2) * delta``."""
        (outputs,) = self.saved()
        return (1 - outputs * outputs) * delta


class ReLU(Activation):
    """``max(z, 0)``: each input, or 0 where it is negative."""

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return ``max(z, 0)`` of each input."""
        outputs: Array = np.maximum(inputs, 0)
        if is_training:
            self.save_for_backward(outputs)
        return outputs

    def backward(self, delta: Array) -> Array:
        """Return delta where the input was above 0, else 0; at 0 itself the slope is taken as 0."""
        (outputs,) = self.saved()
        return delta * (outputs > 0)


class Dropout(Layer):
    """``inputs * mask`` while training: 0 with probability ``rate``, else ``1 / (1 - rate)``.

    The expected output equals the input, so that a prediction changes nothing. No neuron can rely
    on another one (Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from
    overfitting").

    Parameters
    ----------
    rate
        Probability that an input is set to 0, 0 <= rate < 1.
    rng
        Source of the random mask.
    """

    def __init__(self, rate: float, rng: np.random.Generator) -> None:
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout needs a rate of at least 0 and below 1, but got {rate}")
        self.rate = rate
        self.rng: np.random.Generator = rng

    def __repr__(self) -> str:
        return f"Dropout({self.rate})"

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the inputs, times a new random mask while training."""
        if not is_training:
            return inputs
        is_kept = self.rng.random(inputs.shape, np.float32) >= self.rate
        mask: Array = is_kept * inputs.dtype.type(1 / (1 - self.rate))
        self.save_for_backward(mask)
        return inputs * mask

    def backward(self, delta: Array) -> Array:
        """Return ``delta * mask``."""
        (mask,) = self.saved()
        return delta * mask


class Reshape(Layer):
    """The same numbers in another shape, such as rows of 784 pixels as images of 28x28.

    ``shape`` is the shape of one example; one side may be -1, which is computed, as in numpy.
    """

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def __repr__(self) -> str:
        return "Reshape({})".format(", ".join(map(str, self.shape)))

    def forward(self, inputs: Array, *, is_training: bool = False) -> Array:
        """Return the inputs (N, ...) in the shape (N, *shape)."""
        if is_training:
            self.save_for_backward(inputs)
        return inputs.reshape(len(inputs), *self.shape)

    def backward(self, delta: Array) -> Array:
        """Return delta in the shape of the inputs."""
        return delta.reshape(self.saved()[0].shape)


class Flatten(Reshape):
    """(N, H, W, C) to (N, H W C): all pixels and channels of an image in one row."""

    def __init__(self) -> None:
        super().__init__(-1)

    def __repr__(self) -> str:
        return "Flatten()"
