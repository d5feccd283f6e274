"""Arrays as the numbers and bytes of a recording."""

import numpy as np

from nn.core.layers import Array


def rounded(array: Array, decimals: int = 6) -> list[float]:
    """Return the numbers of an array (N,), rounded."""
    numbers: list[float] = array.astype(np.float64).round(decimals).tolist()
    return numbers


def finite(number: float, decimals: int = 6) -> float | None:
    """Return a number, rounded, or None where it is not finite, which JSON has no number for."""
    return round(number, decimals) if np.isfinite(number) else None


def to_pixels(inputs: Array) -> bytes:
    """Return inputs of the network (784,), each in 0..1, as the bytes of an image."""
    return bytes(np.rint(inputs * 255).astype(np.uint8))


def to_int8(weights: Array) -> tuple[bytes, float]:
    """Return weights as int8, -127 to 127, and the weight that 127 stands for."""
    scale = float(np.abs(weights).max())
    return np.rint(weights * (127 / scale if scale else 0)).astype(np.int8).tobytes(), scale
