"""Pictures that are quick to learn."""

import numpy as np

from nn.data.digits import Digits


def striped(n: int, seed: int = 0) -> Digits:
    """Pictures with a bright stripe whose row tells the digit."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(10, size=n).astype(np.uint8)
    images = rng.integers(0, 60, (n, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4 + 2 * label : 6 + 2 * label] = 255
    return Digits(images, labels)
