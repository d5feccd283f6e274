"""Data augmentation: random variants of digits, as other writers, pens or scanners would give.

For training only: the app that runs has no scipy, which interpolates here.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import map_coordinates, maximum_filter, minimum_filter

from nn.core.layers import Array
from nn.reading.mnist import SIDE_PX

Transform = Callable[[Array, np.random.Generator], Array]
"""Maps pictures (N, H, W) in 0..1 to variants of the same shape and range."""


class Augmentation:
    """Transforms of a mini-batch in order, except for a share of it that is left unchanged.

    Interpolation blurs, and a network trained on blurred digits alone reads sharp ones less well.

    Parameters
    ----------
    transforms
        In order.
    unchanged
        Share of each mini-batch, 0 to 1, that is left as it is.
    """

    def __init__(self, *transforms: Transform, unchanged: float = 1 / 3) -> None:
        self.transforms, self.unchanged = transforms, unchanged

    def __call__(self, inputs: Array, rng: np.random.Generator) -> Array:
        """Return the digits (N, 784) in 0..1, all but the first of them transformed."""
        n_unchanged = round(self.unchanged * len(inputs))
        images = inputs[n_unchanged:].reshape(-1, SIDE_PX, SIDE_PX)
        for transform in self.transforms:
            images = transform(images, rng)
        return np.concatenate([inputs[:n_unchanged], images.reshape(-1, inputs.shape[1])])


class Distortion:
    """Random affine and elastic distortion of each digit.

    The elastic part follows Simard, Steinkraus and Platt 2003, "Best practices for convolutional
    neural networks applied to visual document analysis", section 2: smoothed random displacements.

    Parameters
    ----------
    rotation_degrees, scale, slant, shift_px
        Standard deviations of the angle, of the logarithm of the scale in each direction, of the
        horizontal shift for each pixel of height, and of the position in each direction.
    bend_px, bend_width_px
        Standard deviations of the smoothed displacements, and of the Gaussian that smooths them.
    enlargement
        Factor by which the picture is enlarged before its pixels are moved: 2 halves the blur.
    """

    def __init__(
        self,
        rotation_degrees: float = 7,
        scale: float = 0.07,
        slant: float = 0.1,
        shift_px: float = 0.5,
        bend_px: float = 0.7,
        bend_width_px: float = 4,
        enlargement: int = 1,
    ) -> None:
        self.rotation = np.deg2rad(rotation_degrees)
        self.scale, self.slant, self.shift_px, self.bend_px = scale, slant, shift_px, bend_px
        smoothing = _gaussian(bend_width_px)
        # Rows of norm 1 keep the spread of independent noise, which is bend_px.
        self.smoothing = (smoothing / np.linalg.norm(smoothing, axis=1, keepdims=True)).astype("f4")
        self.enlargement = enlargement
        self.enlarge = _resampling(SIDE_PX, enlargement * SIDE_PX)

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures (N, 28, 28) in 0..1, distorted."""
        angle, slant, row_scale, column_scale = rng.normal(
            0, [[self.rotation], [self.slant], [self.scale], [self.scale]], (4, len(images))
        )
        matrices: Array = np.empty((len(images), 2, 2), np.float32)
        matrices[:, 0] = np.stack([np.cos(angle), -np.sin(angle)], axis=1)
        matrices[:, 1] = np.stack([np.sin(angle) + slant, np.cos(angle)], axis=1)
        matrices *= np.exp(np.stack([row_scale, column_scale], axis=1))[:, None, :]

        # Of each new pixel its place in the old picture, row and column: (N, 2, H, W).
        axis = np.arange(SIDE_PX, dtype=np.float32) - (SIDE_PX - 1) / 2
        grid = np.stack(np.meshgrid(axis, axis, indexing="ij")).reshape(2, -1)  # (2, H*W)
        moved = matrices @ grid  # (N, 2, H*W)
        moved += rng.normal((SIDE_PX - 1) / 2, self.shift_px, (len(images), 2, 1))
        noise = rng.standard_normal((len(images), 2, SIDE_PX, SIDE_PX), np.float32) * self.bend_px
        bends = self.smoothing @ noise @ self.smoothing.T
        sources = moved.reshape(bends.shape).astype(np.float32) + bends
        if self.enlargement > 1:
            images = (self.enlarge @ images @ self.enlarge.T).clip(0, 1)  # cubics overshoot
            sources = (sources + 0.5) * self.enlargement - 0.5  # pixels are counted by their middle
        return _sample(images, sources[:, 0], sources[:, 1])


class PenWidth:
    """Random dilation or erosion of each digit, as by a thicker or thinner pen.

    Each pixel moves part of the way to the largest, or the smallest, of itself and its neighbours.

    Parameters
    ----------
    spread
        Standard deviation of that part, in pixels of the line to either side; limited to 0.8, at
        which even a line of a single pixel remains.
    """

    NEIGHBOURS = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]]], bool)

    def __init__(self, spread: float = 0.3) -> None:
        self.spread = spread

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures (N, H, W) with thicker or thinner lines."""
        amount = rng.normal(0, self.spread, (len(images), 1, 1)).astype(np.float32).clip(-0.8, 0.8)
        dilated = maximum_filter(images, footprint=self.NEIGHBOURS)
        eroded = minimum_filter(images, footprint=self.NEIGHBOURS)
        return _normalise(images + np.where(amount > 0, dilated - images, images - eroded) * amount)


class PoorScan:
    """Blur, low resolution and noise of some of the pictures, as poor cameras and scanners give.

    Half of the pictures of low resolution are black and white without grey, as a fax is.

    Parameters
    ----------
    share
        Share of the pictures, 0 to 1, for each of the three.
    blur_px
        Largest standard deviation of the blur.
    coarsest_px
        Smallest side of a picture of low resolution.
    noise
        Largest standard deviation of the noise; 1 is full ink.
    """

    THRESHOLDS = (0.35, 0.65)  # of the strongest ink: limits of the threshold between black, white

    def __init__(
        self,
        share: float = 0.07,
        blur_px: float = 1.2,
        coarsest_px: int = 12,
        noise: float = 0.15,
    ) -> None:
        self.share, self.noise = share, noise
        blurs = [_gaussian(px) for px in np.linspace(0.3, blur_px, 10)]
        self.blurs = np.stack([_rows_of_sum_1(blur) for blur in blurs])
        sides_px = range(coarsest_px, SIDE_PX)
        self.reductions = [_resampling(SIDE_PX, side_px) for side_px in sides_px]
        self.enlargements = [_resampling(side_px, SIDE_PX) for side_px in sides_px]

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures (N, 28, 28), some of them degraded."""
        images = images.copy()
        for degrade in (self._blur, self._reduce, self._add_noise):
            is_chosen = rng.random(len(images)) < self.share
            images[is_chosen] = degrade(images[is_chosen], rng)
        return images

    def _blur(self, images: Array, rng: np.random.Generator) -> Array:
        down, across = self.blurs[rng.integers(len(self.blurs), size=(2, len(images)))]
        return _normalise(down @ images @ across.swapaxes(1, 2))

    def _reduce(self, images: Array, rng: np.random.Generator) -> Array:
        for number, image in enumerate(images):
            down, across = rng.integers(len(self.reductions), size=2)
            pixels = self.reductions[down] @ image @ self.reductions[across].T
            if rng.random() < 0.5:
                pixels = (pixels >= rng.uniform(*self.THRESHOLDS) * pixels.max()).astype(np.float32)
            images[number] = self.enlargements[down] @ pixels @ self.enlargements[across].T
        return _normalise(images)

    def _add_noise(self, images: Array, rng: np.random.Generator) -> Array:
        noise = rng.standard_normal(images.shape, np.float32)
        noise *= rng.random((len(images), 1, 1), np.float32) * self.noise
        noisy: Array = (images + noise).clip(0, 1)
        return noisy


def _sample(images: Array, rows: Array, columns: Array) -> Array:
    """Return each picture (N, H, W) at given places (N, h, w), linearly interpolated, 0 outside.

    The pictures are laid one below the other, an empty row around each: in two dimensions there are
    half as many neighbours to interpolate between as in three.
    """
    n_images, height_px, _ = images.shape
    tall = np.pad(images, ((0, 0), (1, 1), (0, 0))).reshape(-1, images.shape[2])
    first_rows = 1 + (height_px + 2) * np.arange(n_images)[:, None, None]
    rows = np.where((rows < 0) | (rows > height_px - 1), -1, rows) + first_rows
    sampled: Array = map_coordinates(tall, [rows, columns], order=1, prefilter=False)
    return sampled


def _normalise(images: Array) -> Array:
    """Return pictures (N, H, W) in 0..1, their strongest pixel 1, as the app prepares them."""
    strongest = images.max(axis=(1, 2), keepdims=True, initial=1e-3)
    normalised: Array = (images / strongest).clip(0, 1)
    return normalised


def _resampling(old_px: int, new_px: int) -> Array:
    """Return the matrix (new, old) that resamples a line of pixels, float32.

    Cubic convolution (Keys 1981, "Cubic convolution interpolation for digital image processing",
    equation 15), widened to the coarser of the two grids against aliasing.
    """
    scale = max(1, old_px / new_px)
    middles = (np.arange(new_px) + 0.5) * old_px / new_px - 0.5
    x = np.abs(middles[:, None] - np.arange(old_px)) / scale
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return _rows_of_sum_1(np.where(x < 1, near, np.where(x < 2, far, 0)))


def _gaussian(spread_px: float) -> Array:
    """Return the matrix (28, 28) of a Gaussian about each pixel of a line, float64."""
    axis = np.arange(SIDE_PX)
    gaussian: Array = np.exp(-((axis[:, None] - axis) ** 2) / (2 * spread_px**2))
    return gaussian


def _rows_of_sum_1(matrix: Array) -> Array:
    divided: Array = (matrix / matrix.sum(axis=1, keepdims=True)).astype(np.float32)
    return divided
