"""The learning curve of a training, drawn by matplotlib as PNG."""

import io
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

INK, ACCENT = "#20303c", "#c2410c"


def learning_curve(history: Sequence[Mapping[str, float]]) -> bytes:
    """Return the plot of a training: cost by epoch, and error on held-back digits if any.

    Parameters
    ----------
    history
        One mapping an epoch, with ``epoch``, ``cost`` and perhaps ``held_back_accuracy`` (0..1).
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
