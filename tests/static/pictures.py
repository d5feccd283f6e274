"""Pictures for the networks of the page and of the server."""

import numpy as np

from nn.core.layers import Array


def drawn_lines(n: int, *, width_px: float) -> Array:
    """Return paper, grain and straight lines of random angles (n, 784) float32 in 0..1."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[:28, :28]
    angles = rng.uniform(0, np.pi, (n - 2, 1, 1))
    distances = np.abs((rows - 14) * np.cos(angles) + (columns - 14) * np.sin(angles))
    lines = np.clip(width_px - distances, 0, 1) * (np.hypot(rows - 14, columns - 14) < 10)
    others = np.stack([np.zeros((28, 28)), rng.random((28, 28))])
    return np.concatenate([others, lines]).reshape(n, 784).astype(np.float32)
