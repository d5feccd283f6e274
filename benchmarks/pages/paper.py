"""Pens and sheets of paper: grain, creases, colours, ruled lines and boxes.

Ink and printed lines multiply the light by factors, so their order does not matter. Lengths are in
millimetres of the sheet, so that a larger picture shows the same sheet. For measuring only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.pages.handwriting import Box
from nn.core.layers import Array

PAPER_LEVELS = (0.78, 0.95)  # of white paper in a photograph; 1 is white
FIBRE_MM, FIBRES = 0.15, 0.012  # size of the grain, and its standard deviation
ROUGH = 0.035  # standard deviation of the grain of coarse paper
PLANES, CRUMPLED = (20, 80), 0.07  # of crumpled paper: number, and greatest change of the light
SQUARE_MM, LINE_MM, MARGIN_MM = 5, 8, 20  # of school paper
RULING_MM = (0.15, 0.3)  # width of a printed line
BORDER_MM = (0.6, 1.4)  # width of a thick line, as around a sudoku's boxes
BORDER_LEVEL = 0.25  # of a printed dark line, relative to the paper
GRAIN_MM = 0.3  # of pencil on paper
FIELD_PX = 800  # light changes slowly: longer side of the image in which it is computed

# The proportion of red, green and blue light that each pen reflects where its ink is full.
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
    """A sheet of paper in front of a camera.

    Attributes
    ----------
    light
        float32 (H, W, 3): red, green and blue of each pixel, 0 to about 1.
    homography
        float64 (3, 3): maps pixels (x, y, 1) of the ink to those of the scene.
    ink_px
        Width and height of the ink, in its own pixels.
    millimetre_px
        Length in pixels of a millimetre of the sheet.
    """

    light: Array
    homography: NDArray[np.float64]
    ink_px: tuple[int, int]
    millimetre_px: float

    def corners(self) -> NDArray[np.float64]:
        """Return where the ink's corners are in the scene, (4, 2), clockwise from top left."""
        return project(box_corners((0, 0, *self.ink_px)), self.homography)

    def map_box(self, box: Box) -> Box:
        """Return the bounding box in the scene of a box of the ink."""
        mapped = project(box_corners(box), self.homography)
        left, top = np.floor(mapped.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(mapped.max(axis=0)).astype(int).tolist()
        return left, top, right - left, bottom - top

    def dimmed(self, factors: Array) -> "Scene":
        """Return the scene with its light multiplied by factors (H, W), (H, W, 3) or (3,)."""
        factors = factors[..., None] if factors.ndim == 2 else factors
        return replace(self, light=self.light * factors)


def box_corners(box: Box) -> NDArray[np.float64]:
    """Return the corners (4, 2) of a box, clockwise from the top left."""
    x, y, width, height = box
    sides = [[0, 0], [width, 0], [width, height], [0, height]]
    return np.array([x, y], np.float64) + sides


def project(points: NDArray[np.float64], homography: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (N, 2) mapped by a homography (3, 3)."""
    x, y, scale = homography @ np.column_stack([points, np.ones(len(points))]).T
    return np.column_stack([x / scale, y / scale])


def write(ink: Array, pen: str, rng: np.random.Generator, millimetre_px: float) -> Scene:
    """Return ink (H, W) in 0..1 of a pen, a key of ``PENS``, on paper of level 1."""
    strength = 0.92 + 0.08 * smooth_noise(ink.shape, 4 * millimetre_px, rng)
    if "pencil" in pen:
        strength += 0.25 * smooth_noise(ink.shape, GRAIN_MM * millimetre_px, rng)
    covered = (ink * np.clip(strength, 0, 1))[..., None]
    absorbed = 1 - np.array(PENS[pen], np.float32)
    height, width = ink.shape
    return Scene(1 - covered * absorbed, np.eye(3), (width, height), millimetre_px)


def plain(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on nearly white paper with a fine grain."""
    fibres = smooth_noise(scene.light.shape[:2], FIBRE_MM * scene.millimetre_px, rng)
    cast = 1 - rng.uniform(0, 0.05, 3).astype(np.float32)  # white balance is seldom exact
    level = rng.uniform(*PAPER_LEVELS)
    return scene.dimmed((1 + FIBRES * fibres)[..., None] * (level * cast).astype(np.float32))


def rough(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on coarse paper."""
    shape = scene.light.shape[:2]
    fibres = sum(
        smooth_noise(shape, size_mm * scene.millimetre_px, rng) for size_mm in (0.2, 0.6, 2)
    ) / np.sqrt(3)
    return scene.dimmed(np.asarray(1 + ROUGH * fibres, np.float32))


def crumpled(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on crumpled paper: a Voronoi diagram of planes with different shading."""
    x, y = coarse_coordinates(scene.light.shape[:2])
    n_planes = int(rng.integers(*PLANES, endpoint=True))
    middles = rng.uniform(0, 1, (n_planes, 2)) * [x.max(), y.max()]
    slopes = rng.normal(0, 1, (n_planes, 3))
    nearest = cKDTree(middles).query(np.stack([x, y], axis=-1))[1]
    (mx, my), (sx, sy, level) = middles[nearest].T, slopes[nearest].T
    shade = level.T + (x - mx.T) * sx.T * 5 + (y - my.T) * sy.T * 5
    soft = cv2.GaussianBlur(np.tanh(shade).astype(np.float32), (0, 0), 1.5)
    return scene.dimmed(resize(1 + CRUMPLED * soft, scene.light.shape))


def tinted(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on coloured paper."""
    return scene.dimmed(np.array(TINTS[str(rng.choice(list(TINTS)))], np.float32))


def square_ruled(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on paper with squares of 5 mm, pale blue, grey or violet."""
    step_px = SQUARE_MM * scene.millimetre_px
    start = rng.uniform(0, step_px, 2)
    height, width = scene.light.shape[:2]
    rows, columns = np.arange(start[0], height, step_px), np.arange(start[1], width, step_px)
    return _ruled(scene, rng, rows, columns)


def line_ruled(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene on paper with lines every 8 mm and a red margin line at the left."""
    step_px = LINE_MM * scene.millimetre_px
    rows = np.arange(rng.uniform(0, step_px), scene.light.shape[0], step_px)
    ruled = _ruled(scene, rng, rows, np.zeros(0))
    margin_px = scene.corners()[:, 0].min() - rng.uniform(2, MARGIN_MM) * scene.millimetre_px
    margin = _stripes(scene.light.shape[1], np.array([margin_px]), 0.3 * scene.millimetre_px)
    colour = np.array([0.95, 0.55, 0.6], np.float32)
    return ruled.dimmed(1 - margin[None, :, None] * (1 - colour))


def bordered(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene with dark lines printed across it at the four sides of the ink."""
    low, high = scene.corners().min(axis=0), scene.corners().max(axis=0)
    covered = np.zeros(scene.light.shape[:2], np.float32)
    for side in rng.permutation(4):
        at = np.array([(low, high)[side // 2][side % 2]])
        is_thick = rng.random() < 0.5
        width_px = rng.uniform(*(BORDER_MM if is_thick else RULING_MM)) * scene.millimetre_px
        stripe = _stripes(covered.shape[1 - side % 2], at, width_px)
        covered = np.maximum(covered, stripe[:, None] if side % 2 else stripe[None, :])
    return scene.dimmed(1 - covered * (1 - BORDER_LEVEL))


def _ruled(
    scene: Scene, rng: np.random.Generator, rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> Scene:
    """Return the scene with thin pale lines at the given rows and columns, in pixels."""
    width_px = rng.uniform(*RULING_MM) * scene.millimetre_px
    height, width = scene.light.shape[:2]
    across, down = _stripes(height, rows, width_px), _stripes(width, columns, width_px)
    covered = np.maximum(across[:, None], down[None, :])[..., None]
    colour = np.array(RULINGS[rng.integers(len(RULINGS))], np.float32)
    return scene.dimmed(1 - covered * (1 - colour))


def _stripes(length_px: int, at: NDArray[np.float64], width_px: float) -> Array:
    """Return which proportion of each pixel of an axis (length,) stripes cover."""
    pixels = np.arange(length_px) + 0.5
    distance = abs(pixels[:, None] - at).min(axis=1, initial=length_px)
    covered = np.clip(width_px / 2 - distance + 0.5, 0, 1) * min(1, width_px)
    return np.asarray(covered, np.float32)


def coarse_coordinates(shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return x and y (h, w) of each pixel of a reduced image; the longer side is 0 to 1."""
    scale = min(1.0, FIELD_PX / max(shape))
    height, width = (max(2, round(side_px * scale)) for side_px in shape)
    y, x = np.mgrid[:height, :width].astype(np.float32) / (max(height, width) - 1)
    return x, y


def resize(image: Array, shape: tuple[int, ...]) -> Array:
    """Return an image (h, w) interpolated to the size of a shape (H, W, ...)."""
    return np.asarray(cv2.resize(image.astype(np.float32), (shape[1], shape[0])), np.float32)


def smooth_noise(shape: tuple[int, ...], size_px: float, rng: np.random.Generator) -> Array:
    """Return noise (H, W) interpolated from standard normal samples ``size_px`` apart."""
    height, width = (max(2, round(side_px / max(1.0, size_px))) for side_px in shape)
    return resize(rng.standard_normal((height, width), np.float32), shape)
