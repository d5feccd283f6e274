"""Plots of digits, weights and trainings as PNG files, drawn by matplotlib."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from nn.core.layers import Array

INK, ACCENT = "#20303c", "#c2410c"


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


def learning_curve(history: Sequence[Mapping[str, float]]) -> bytes:
    """Return the plot of a training: cost by epoch, and error on held-back digits if any.

    Parameters
    ----------
    history
        One mapping an epoch, with ``epoch``, ``cost``, and ``held_back_accuracy`` (0..1) if any.
    """
    figure = Figure(figsize=(6.4, 3.6), dpi=120, layout="constrained")
    axes = figure.subplots()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    epochs = [row["epoch"] for row in history]
    axes.plot(epochs, [row["cost"] for row in history], color=INK)
    axes.set(xlabel="epoch", ylabel="cost on the training digits", ylim=(0, None))
    if history and "held_back_accuracy" in history[0]:
        error = axes.twinx()
        errors = [100 * (1 - row["held_back_accuracy"]) for row in history]
        error.plot(epochs, errors, color=ACCENT)
        error.set_ylim(0, None)
        error.set_ylabel("error on held-back digits, %", color=ACCENT)
    return to_png(figure)


def to_png(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG file, the same for the same figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _grid(n_cells: int, columns: int, cell: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    n_rows = max(1, -(-n_cells // columns))
    size = (columns * cell[0], n_rows * cell[1])
    figure = Figure(figsize=size, dpi=120, layout="constrained")
    cells = list(figure.subplots(n_rows, columns, squeeze=False).ravel())
    for axes in cells:
        axes.axis("off")
    return figure, cells
