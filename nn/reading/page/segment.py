"""What the network of ink is given of a picture, and the classes of pixels that it tells apart."""

import numpy as np

from nn.reading.mnist import Ink, Pixels

PAPER, PEN, OTHER = 0, 1, 2
EITHER = 255  # in what is learnt from, a pixel that does not count: an edge, or what cannot be seen
MULTIPLE_PX = 16  # of a picture's height and width
MIN_DEVIATION = 4.0  # in grey levels: less is noise of the camera, which is not amplified


def to_ink_inputs(greys: Pixels) -> Ink:
    """Return grey pictures (N, H, W) as inputs (N, H, W, 1) float32, of mean and deviation alike.

    ``(grey - median) / deviation`` of each picture, where the deviation is at least
    ``MIN_DEVIATION``. The median is the paper's grey in most pictures.

    Raises
    ------
    ValueError
        If a side is no multiple of 16.
    """
    if greys.ndim != 3 or any(side % MULTIPLE_PX for side in greys.shape[1:]):
        raise ValueError(
            f"Expected pictures (N, H, W) with sides of multiples of {MULTIPLE_PX} pixels, "
            f"but got {greys.shape}"
        )
    inputs: Ink = greys.astype(np.float32)
    inputs -= np.median(greys, axis=(1, 2), keepdims=True).astype(np.float32)
    inputs /= np.maximum(MIN_DEVIATION, inputs.std(axis=(1, 2), keepdims=True))
    return inputs[..., np.newaxis]
