"""Changed copies of digits: what a hand, a pen or a scanner might as well have made.

For training only: scipy, which interpolates here, is no part of the running app.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import map_coordinates, maximum_filter, minimum_filter

from nn.core.layers import Array
from nn.reading.mnist_format import SIDE_PX

Change = Callable[[Array, np.random.Generator], Array]
"""Maps pictures (N, H, W) in 0..1 to changed ones of the same shape and range."""


class Augmentation:
    """Changes to a batch of digits, one after the other, but for a part that is left as it is.

    Interpolation blurs, and a network that only ever sees blurred digits reads sharp ones less
    well: hence the crisp part.

    Parameters
    ----------
    changes
        In order.
    crisp
        Part of each batch, 0 to 1, that is left as it is.
    """

    def __init__(self, *changes: Change, crisp: float = 1 / 3) -> None:
        self.changes, self.crisp = changes, crisp

    def __call__(self, inputs: Array, rng: np.random.Generator) -> Array:
        """Return the digits (N, 784) changed, in 0..1 as before, the first of them crisp."""
        n_crisp = round(self.crisp * len(inputs))
        images = inputs[n_crisp:].reshape(-1, SIDE_PX, SIDE_PX)
        for change in self.changes:
            images = change(images, rng)
        return np.concatenate([inputs[:n_crisp], images.reshape(-1, inputs.shape[1])])


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
    enlargement
        How many times larger the picture is made before its pixels are moved. Twice, and they are
        blurred half as much.
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
        axis = np.arange(SIDE_PX)
        smoothing = np.exp(-((axis[:, None] - axis) ** 2) / (2 * bend_width_px**2))
        # Rows of norm 1 keep the spread of independent noise: bend_px is then what comes out.
        self.smoothing = (smoothing / np.linalg.norm(smoothing, axis=1, keepdims=True)).astype("f4")
        self.enlargement = enlargement
        self.enlarge = _resampling(SIDE_PX, enlargement * SIDE_PX)

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures (N, 28, 28) distorted, in 0..1 as before."""
        sources = self._sources(len(images), rng)
        if self.enlargement > 1:
            images = (self.enlarge @ images @ self.enlarge.T).clip(0, 1)  # cubics overshoot
            sources = (sources + 0.5) * self.enlargement - 0.5  # pixels are counted by their middle
        return _sample(images, *sources)

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


class PenWidth:
    """Writes each digit with a thicker or thinner pen.

    Lines grow and shrink as in mathematical morphology: towards the largest, or the smallest, of
    each pixel and its neighbours, part of the way.

    Parameters
    ----------
    spread
        Standard deviation of how far, in pixels to either side; never beyond 0.8, at which even a
        line of a single pixel is left.
    """

    NEIGHBOURS = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]]], bool)

    def __init__(self, spread: float = 0.3) -> None:
        self.spread = spread

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures (N, H, W) with other lines, none of them thinned to nothing."""
        amount = rng.normal(0, self.spread, (len(images), 1, 1)).astype(np.float32).clip(-0.8, 0.8)
        grown = maximum_filter(images, footprint=self.NEIGHBOURS)
        shrunk = minimum_filter(images, footprint=self.NEIGHBOURS)
        changed = images + np.where(amount > 0, grown - images, images - shrunk) * amount
        return _brightened(changed)


class Scan:
    """Shows some of the pictures as a poor camera or scanner does: blurred, coarse, noisy.

    Of the coarse ones, half are black and white without grey, as a fax is.

    Parameters
    ----------
    share
        Part of the pictures, 0 to 1, for each of the three.
    blur_px
        Largest standard deviation of the blur.
    coarsest_px
        Least side of the picture that a coarse one is enlarged from.
    noise
        Largest standard deviation of the noise; 1 is full ink.
    """

    THRESHOLDS = (0.35, 0.65)  # of its strongest ink: from which on a scan without grey is black

    def __init__(
        self,
        share: float = 0.07,
        blur_px: float = 1.2,
        coarsest_px: int = 12,
        noise: float = 0.15,
    ) -> None:
        self.share, self.noise = share, noise
        self.blurs = np.stack([_blurring(SIDE_PX, px) for px in np.linspace(0.3, blur_px, 10)])
        sides_px = range(coarsest_px, SIDE_PX)
        self.coarsenings = [_resampling(SIDE_PX, side_px) for side_px in sides_px]
        self.enlargements = [_resampling(side_px, SIDE_PX) for side_px in sides_px]

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures (N, 28, 28), some of them changed."""
        images = images.copy()
        for change in (self._blurred, self._coarse, self._noisy):
            some = rng.random(len(images)) < self.share
            images[some] = change(images[some], rng)
        return images

    def _blurred(self, images: Array, rng: np.random.Generator) -> Array:
        down, across = self.blurs[rng.integers(len(self.blurs), size=(2, len(images)))]
        return _brightened(down @ images @ across.swapaxes(1, 2))

    def _coarse(self, images: Array, rng: np.random.Generator) -> Array:
        for number, image in enumerate(images):
            down, across = rng.integers(len(self.coarsenings), size=2)
            pixels = self.coarsenings[down] @ image @ self.coarsenings[across].T
            if rng.random() < 0.5:
                pixels = (pixels >= rng.uniform(*self.THRESHOLDS) * pixels.max()).astype(np.float32)
            images[number] = self.enlargements[down] @ pixels @ self.enlargements[across].T
        return _brightened(images)

    def _noisy(self, images: Array, rng: np.random.Generator) -> Array:
        noise = rng.standard_normal(images.shape, np.float32)
        noise *= rng.random((len(images), 1, 1), np.float32) * self.noise
        noisy: Array = (images + noise).clip(0, 1)
        return noisy


def _sample(images: Array, rows: Array, columns: Array) -> Array:
    """Return each picture (N, H, W) at some places (N, h, w), linearly interpolated, 0 outside.

    The pictures are laid one below the other, an empty row around each: in two dimensions there are
    half as many neighbours to interpolate between as in three.
    """
    n_images, height_px, _ = images.shape
    tall = np.pad(images, ((0, 0), (1, 1), (0, 0))).reshape(-1, images.shape[2])
    first_rows = 1 + (height_px + 2) * np.arange(n_images)[:, None, None]
    rows = np.where((rows < 0) | (rows > height_px - 1), -1, rows) + first_rows
    sampled: Array = map_coordinates(tall, [rows, columns], order=1, prefilter=False)
    return sampled


def _brightened(images: Array) -> Array:
    """Return pictures (N, H, W) in 0..1, their strongest pixel 1 again, as the app has it."""
    strongest = images.max(axis=(1, 2), keepdims=True, initial=1e-3)
    brightened: Array = (images / strongest).clip(0, 1)
    return brightened


def _resampling(old_px: int, new_px: int) -> Array:
    """Return the matrix (new, old) that resamples a line of pixels, float32.

    Cubic convolution, widened to the coarser of the two grids so that nothing finer than it is left
    over (Keys 1981, "Cubic convolution interpolation for digital image processing", equation 15).
    """
    scale = max(1, old_px / new_px)
    middles = (np.arange(new_px) + 0.5) * old_px / new_px - 0.5
    x = np.abs(middles[:, None] - np.arange(old_px)) / scale
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    weights = np.where(x < 1, near, np.where(x < 2, far, 0))
    matrix: Array = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return matrix


def _blurring(side_px: int, spread_px: float) -> Array:
    """Return the matrix (side, side) that blurs a line of pixels by a Gaussian, float32."""
    axis = np.arange(side_px)
    weights = np.exp(-((axis[:, None] - axis) ** 2) / (2 * spread_px**2))
    matrix: Array = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return matrix
