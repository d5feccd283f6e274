"""Distorted copies of digits: what a hand might as well have written.

For training only: scipy, which interpolates here, is no part of the running app.
"""

import numpy as np
from scipy.ndimage import map_coordinates

from nn.layers import Array
from nn.preprocess import SIDE_PX


class Distortion:
    """Turns, slants, scales, shifts and bends each digit of a batch a little, at random.

    The bends are those of Simard, Steinkraus and Platt 2003, "Best practices for convolutional
    neural networks applied to visual document analysis", section 2: random displacements, smoothed.

    Parameters
    ----------
    rotation_degrees, scale, slant, shift_px
        Spread (one standard deviation) of the angle, of the size's logarithm in each direction, of
        the horizontal shift for each pixel of height, and of the position in each direction.
    bend_px
        Spread of the smoothed displacements.
    bend_width_px
        Spread of the Gaussian that smooths them: how far neighbours are moved together.
    crisp
        Part of each batch, 0 to 1, that is left as it is: interpolation blurs, and a network that
        only ever sees blurred digits reads sharp ones less well.
    """

    def __init__(
        self,
        rotation_degrees: float = 7,
        scale: float = 0.07,
        slant: float = 0.1,
        shift_px: float = 0.5,
        bend_px: float = 0.7,
        bend_width_px: float = 4,
        crisp: float = 1 / 3,
    ) -> None:
        self.crisp = crisp
        self.rotation = np.deg2rad(rotation_degrees)
        self.scale, self.slant, self.shift_px, self.bend_px = scale, slant, shift_px, bend_px
        axis = np.arange(SIDE_PX)
        smoothing = np.exp(-((axis[:, None] - axis) ** 2) / (2 * bend_width_px**2))
        # Rows of norm 1 keep the spread of independent noise: bend_px is then what comes out.
        self.smoothing = (smoothing / np.linalg.norm(smoothing, axis=1, keepdims=True)).astype("f4")

    def __call__(self, inputs: Array, rng: np.random.Generator) -> Array:
        """Return the digits (N, 784) distorted, in 0..1 as before, the first of them crisp."""
        n_crisp = round(self.crisp * len(inputs))
        images = inputs[n_crisp:].reshape(-1, SIDE_PX, SIDE_PX)
        sources = self._sources(len(images), rng)
        example = np.broadcast_to(np.arange(len(images))[:, None, None], images.shape)
        distorted: Array = map_coordinates(images, [example, *sources], order=1, prefilter=False)
        return np.concatenate([inputs[:n_crisp], distorted.reshape(-1, inputs.shape[1])])

    def _sources(self, n_images: int, rng: np.random.Generator) -> Array:
        """Return where in the old picture each new pixel was: row and column (2, N, H, W)."""
        axis = np.arange(SIDE_PX, dtype=np.float32) - (SIDE_PX - 1) / 2
        grid = np.stack(np.meshgrid(axis, axis, indexing="ij")).reshape(2, -1)  # (2, H*W)
        moved = self._matrices(n_images, rng) @ grid  # (N, 2, H*W)
        moved += rng.normal((SIDE_PX - 1) / 2, self.shift_px, (n_images, 2, 1))
        noise = rng.standard_normal((n_images, 2, SIDE_PX, SIDE_PX), np.float32) * self.bend_px
        bends = self.smoothing @ noise @ self.smoothing.T
        sources: Array = moved.reshape(bends.shape).astype(np.float32) + bends
        return sources.transpose(1, 0, 2, 3)

    def _matrices(self, n_images: int, rng: np.random.Generator) -> Array:
        """Return a random rotation, slant and scaling for each picture (N, 2, 2)."""
        angle, slant, row_scale, column_scale = rng.normal(
            0, [[self.rotation], [self.slant], [self.scale], [self.scale]], (4, n_images)
        )
        matrices: Array = np.empty((n_images, 2, 2), np.float32)
        matrices[:, 0] = np.stack([np.cos(angle), -np.sin(angle)], axis=1)
        matrices[:, 1] = np.stack([np.sin(angle) + slant, np.cos(angle)], axis=1)
        matrices *= np.exp(np.stack([row_scale, column_scale], axis=1))[:, None, :]
        return matrices
