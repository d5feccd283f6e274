"""The check that holds all derivatives: against the slope that two nearby values give."""

from collections.abc import Callable

import numpy as np

STEP = 1e-6


def assert_close_to_slope(
    function: Callable[[], float], variable: np.ndarray, gradient: np.ndarray
) -> None:
    """Assert that ``gradient`` is the derivative of ``function`` by each number of ``variable``.

    The function reads ``variable``, a float64 array, which is changed in place by a small step to
    either side (central difference: the error falls with the square of the step).
    """
    assert variable.dtype == gradient.dtype == np.float64
    assert variable.shape == gradient.shape
    gradient = gradient.copy()
    slopes = np.empty_like(variable)
    for place in np.ndindex(variable.shape):
        value = variable[place]
        variable[place] = value + STEP
        above = function()
        variable[place] = value - STEP
        below = function()
        variable[place] = value
        slopes[place] = (above - below) / (2 * STEP)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-8)
