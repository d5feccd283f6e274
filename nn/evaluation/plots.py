"""Plots of digits, weights and activation functions as PNG files, drawn by matplotlib."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.training.plots import ACCENT, INK, to_png


def contact_sheet(
    images: Sequence[NDArray[Any]] | NDArray[np.uint8],
    captions: Sequence[str],
    columns: int = 10,
    *,
    side_inches: float = 1.0,
) -> bytes:
    """Return images (H, W) of ink 255 on paper 0 side by side, dark on white, with captions."""
    figure, cells = _grid(len(images), columns, cell=(side_inches, side_inches + 0.25))
    below: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": 7, "color": INK}
    for axes, image, caption in zip(cells, images, captions, strict=False):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        axes.text(0.5, -0.08, caption, transform=axes.transAxes, **below)
    return to_png(figure)


def weights_as_pictures(weights: Array, columns: int = 5) -> bytes:
    """Return the weights (K, H, W) of K neurons as images, each with a colour scale of its own.

    Positive weights are orange, negative ones violet.
    """
    figure, cells = _grid(len(weights), columns, cell=(6.5 / columns, 6.5 / columns))
    for axes, neuron in zip(cells, weights, strict=False):
        limit = np.abs(neuron).max()
        axes.imshow(neuron, cmap="PuOr_r", vmin=-limit, vmax=limit)
    return to_png(figure)


def function_and_slope(inputs: Array, outputs: Array, slopes: Array, name: str) -> bytes:
    """Return the plot of an activation function (K,) and its slope (K,) by its inputs (K,)."""
    figure = Figure(figsize=(5.2, 3), dpi=120, layout="constrained")
    axes: Axes = figure.subplots()
    axes.plot(inputs, outputs, color=INK, label=name)
    axes.plot(inputs, slopes, color=ACCENT, linestyle="--", label="its slope")
    axes.set_xlabel("weighted sum of a neuron's inputs")
    axes.grid(alpha=0.3)
    axes.legend()
    return to_png(figure)


def heat_map(values: Array, rows: Sequence[str], columns: str) -> bytes:
    """Return numbers 0 to 1 (R, C) as shades, with a name for each row and one for all columns."""
    figure = Figure(figsize=(6.5, 2.6), dpi=120, layout="constrained")
    axes: Axes = figure.subplots()
    axes.imshow(values, cmap="gray_r", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.set_xlabel(columns)
    return to_png(figure)


def _grid(n_cells: int, columns: int, cell: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Return a figure with at least ``n_cells`` axes of ``cell`` inches, and these axes."""
    n_rows = max(1, -(-n_cells // columns))
    size = (columns * cell[0], n_rows * cell[1])
    figure = Figure(figsize=size, dpi=120, layout="constrained")
    cells = list(figure.subplots(n_rows, columns, squeeze=False).ravel())
    for axes in cells:
        axes.axis("off")
    return figure, cells
