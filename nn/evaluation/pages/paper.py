"""The sheets that people write on: grain, folds, colours, squares, lines and boxes; and their pens.

What lies on a sheet takes light away, part by part: all of it multiplies, in any order. A ``Scene``
is what the camera has before it. Lengths are in millimetres of the sheet, so that a picture of more
pixels shows the same sheet. For measuring only: OpenCV draws here for its speed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from nn.core.layers import Array

PAPER_LEVELS = (0.78, 0.95)  # of white paper in a photograph, of 1 for white
FIBRE_MM, FIBRES = 0.15, 0.012  # size of the grain, and its spread in parts of the paper's level
PLANES = (20, 80)  # of crumpled paper, least and most
SQUARE_MM, LINE_MM, MARGIN_MM = 5, 8, 20  # of school paper, between lines and from the edge
RULING_MM = (0.15, 0.3)  # width of a printed line
BORDER_MM = (0.6, 1.4)  # width of a thick one, as around a sudoku's boxes
GRAIN_MM = 0.3  # of pencil on paper
FIELD_PX = 800  # light changes slowly: longer side of the picture in which it is worked out

# The part of the red, green and blue light that each pen leaves where its ink is full.
PENS: Mapping[str, tuple[float, float, float]] = {
    "black": (0.13, 0.13, 0.15),
    "blue": (0.16, 0.24, 0.62),
    "red": (0.78, 0.18, 0.2),
    "green": (0.14, 0.46, 0.27),
    "pencil": (0.45, 0.45, 0.46),
    "faint pencil": (0.82, 0.82, 0.83),  # on grey paper 35 of 255 grey levels
}
EVERYDAY_PENS = ("black", "blue", "red", "green", "pencil")
TINTS: Mapping[str, tuple[float, float, float]] = {
    "warm": (1.0, 0.93, 0.8),
    "yellow": (1.0, 0.93, 0.5),
    "pink": (1.0, 0.72, 0.78),
    "green": (0.75, 0.95, 0.76),
    "blue": (0.68, 0.84, 1.0),
    "brown": (0.78, 0.6, 0.43),
}
RULINGS = ((0.6, 0.75, 0.92), (0.78, 0.8, 0.82), (0.72, 0.7, 0.85))  # pale blue, grey, violet


@dataclass(frozen=True)
class Scene:
    """A sheet of paper as a camera sees it.

    Attributes
    ----------
    light
        float32 (H, W, 3), red, green and blue that come from each pixel, 0 to about 1.
    homography
        float64 (3, 3): from the pixels (x, y, 1) of the ink to those of the scene.
    ink_px
        Width and height of the ink, in its own pixels.
    millimetre_px
        How many of the scene's pixels a millimetre of the sheet takes.
    """

    light: Array
    homography: NDArray[np.float64]
    ink_px: tuple[int, int]
    millimetre_px: float

    def corners(self) -> NDArray[np.float64]:
        """Return where the ink's corners are in the scene, (4, 2), clockwise from top left."""
        width, height = self.ink_px
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        return project(corners, self.homography)

    def dimmed(self, by: Array) -> "Scene":
        """Return the scene with its light multiplied, by (H, W) or (H, W, 3)."""
        return replace(self, light=self.light * (by[..., None] if by.ndim == 2 else by))


def project(points: NDArray[np.float64], homography: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (N, 2) as a homography (3, 3) maps them."""
    x, y, scale = homography @ np.column_stack([points, np.ones(len(points))]).T
    return np.column_stack([x / scale, y / scale])


def write(ink: Array, pen: str, rng: np.random.Generator, millimetre_px: float) -> Scene:
    """Return ink (H, W) in 0..1 of some pen of ``PENS`` on perfectly white paper."""
    strength = 0.92 + 0.08 * clouds(ink.shape, 4 * millimetre_px, rng)
    if "pencil" in pen:
        strength += 0.25 * clouds(ink.shape, GRAIN_MM * millimetre_px, rng)
    covered = (ink * np.clip(strength, 0, 1))[..., None]
    taken = 1 - np.array(PENS[pen], np.float32)
    height, width = ink.shape
    return Scene(1 - covered * taken, np.eye(3), (width, height), millimetre_px)


def plain(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on paper that is nearly white, with its fine grain."""
    fibres = clouds(scene.light.shape[:2], FIBRE_MM * scene.millimetre_px, rng)
    cast = 1 - rng.uniform(0, 0.05, 3).astype(np.float32)  # cameras seldom find the right white
    level = rng.uniform(*PAPER_LEVELS)
    return scene.dimmed((1 + FIBRES * fibres)[..., None] * (level * cast).astype(np.float32))


def rough(scene: Scene, rng: np.random.Generator, strength: float = 0.035) -> Scene:
    """Return the scene on coarse paper, of ``strength`` times its level."""
    shape = scene.light.shape[:2]
    fibres = sum(
        clouds(shape, size_mm * scene.millimetre_px, rng) for size_mm in (0.2, 0.6, 2)
    ) / np.sqrt(3)
    return scene.dimmed(np.asarray(1 + strength * fibres, np.float32))


def crumpled(scene: Scene, rng: np.random.Generator, strength: float = 0.07) -> Scene:
    """Return the scene on paper that was crumpled: many small planes, each lit in its own way."""
    x, y = grid(scene.light.shape[:2])
    n_planes = int(rng.integers(*PLANES, endpoint=True))
    middles = rng.uniform(0, 1, (n_planes, 2)) * [x.max(), y.max()]
    slopes = rng.normal(0, 1, (n_planes, 3))
    nearest = cKDTree(middles).query(np.stack([x, y], axis=-1))[1]
    (mx, my), (sx, sy, level) = middles[nearest].T, slopes[nearest].T
    shade = level.T + (x - mx.T) * sx.T * 5 + (y - my.T) * sy.T * 5
    soft = cv2.GaussianBlur(np.tanh(shade).astype(np.float32), (0, 0), 1.5)
    return scene.dimmed(spread(1 + strength * soft, scene))


def tinted(scene: Scene, rng: np.random.Generator, tint: str | None = None) -> Scene:
    """Return the scene on coloured paper, of some colour of ``TINTS`` unless named."""
    colour = TINTS[tint or str(rng.choice(list(TINTS)))]
    return replace(scene, light=scene.light * np.array(colour, np.float32))


def squared(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on paper with squares of 5 mm, pale blue, grey or violet."""
    step_px = SQUARE_MM * scene.millimetre_px
    start = rng.uniform(0, step_px, 2)
    return _ruled(scene, rng, np.arange(start[0], scene.light.shape[0], step_px),
                  np.arange(start[1], scene.light.shape[1], step_px))  # fmt: skip


def lined(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on lined paper with a red margin at the left."""
    step_px = LINE_MM * scene.millimetre_px
    rows = np.arange(rng.uniform(0, step_px), scene.light.shape[0], step_px)
    ruled = _ruled(scene, rng, rows, np.zeros(0))
    margin_px = scene.corners()[:, 0].min() - rng.uniform(2, MARGIN_MM) * scene.millimetre_px
    margin = _stripes(scene.light.shape[1], np.array([margin_px]), 0.3 * scene.millimetre_px)
    colour = np.array([0.95, 0.55, 0.6], np.float32)
    return ruled.dimmed(1 - margin[None, :, None] * (1 - colour))


def bordered(
    scene: Scene, rng: np.random.Generator, sides: int | None = None, level: float = 0.25
) -> Scene:
    """Return the scene with a printed dark grid around the ink, as a form's or a sudoku's cell.

    Parameters
    ----------
    scene, rng
        The sheet, and what draws the lines' widths.
    sides
        How many of the four sides have a line, 1 to 4; a random number unless given. Each line goes
        on beyond its cell.
    level
        Of its light that the line leaves, 0 to 1.
    """
    n_sides = sides or int(rng.integers(1, 5))
    chosen = rng.permutation(4)[:n_sides]
    low, high = scene.corners().min(axis=0), scene.corners().max(axis=0)
    covered = np.zeros(scene.light.shape[:2], np.float32)
    for side in chosen:
        at = np.array([(low, high)[side // 2][side % 2]])
        is_thick = rng.random() < 0.5
        width_px = rng.uniform(*(BORDER_MM if is_thick else RULING_MM)) * scene.millimetre_px
        stripe = _stripes(covered.shape[1 - side % 2], at, width_px)
        covered = np.maximum(covered, stripe[:, None] if side % 2 else stripe[None, :])
    return scene.dimmed(1 - covered * (1 - level))


def _ruled(
    scene: Scene, rng: np.random.Generator, rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> Scene:
    """Return the scene with thin pale lines, at these pixels from the top and from the left."""
    width_px = rng.uniform(*RULING_MM) * scene.millimetre_px
    height, width = scene.light.shape[:2]
    across, down = _stripes(height, rows, width_px), _stripes(width, columns, width_px)
    covered = np.maximum(across[:, None], down[None, :])[..., None]
    colour = np.array(RULINGS[rng.integers(len(RULINGS))], np.float32)
    return scene.dimmed(1 - covered * (1 - colour))


def _stripes(length_px: int, at: NDArray[np.float64], width_px: float) -> Array:
    """Return for each pixel along an axis which part of it (length,) lies in one of the stripes."""
    pixels = np.arange(length_px) + 0.5
    distance = abs(pixels[:, None] - at).min(axis=1, initial=length_px)
    # A stripe thinner than a pixel covers a part of it only.
    covered = np.clip(width_px / 2 - distance + 0.5, 0, 1) * min(1, width_px)
    return np.asarray(covered, np.float32)


def grid(shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return x and y (h, w) of a coarse picture of a scene, its longer side 0 to 1."""
    scale = min(1.0, FIELD_PX / max(shape))
    height, width = (max(2, round(side_px * scale)) for side_px in shape)
    y, x = np.mgrid[:height, :width].astype(np.float32) / (max(height, width) - 1)
    return x, y


def spread(field: Array, scene: Scene) -> Array:
    """Return a coarse picture (h, w) as large as the scene (H, W)."""
    return _enlarged(field.astype(np.float32), scene.light.shape)


def clouds(shape: tuple[int, ...], size_px: float, rng: np.random.Generator) -> Array:
    """Return smooth noise (H, W) of mean 0 and spread 1, its spots about ``size_px`` wide."""
    height, width = (max(2, round(side_px / max(1.0, size_px))) for side_px in shape)
    return _enlarged(rng.standard_normal((height, width), np.float32), shape)


def _enlarged(field: Array, shape: tuple[int, ...]) -> Array:
    """Return a field (h, w) as large as a picture of some shape (H, W, ...)."""
    size_px = (shape[1], shape[0])
    return np.asarray(cv2.resize(field, size_px, interpolation=cv2.INTER_LINEAR), np.float32)
