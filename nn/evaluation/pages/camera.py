"""Effects of a phone's camera and of light: perspective, shadows, vignette, blur, noise.

For measuring only.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array
from nn.evaluation.pages.paper import Scene, box_corners, coarse_coordinates, resize

TILT = 0.05  # greatest displacement of a corner, relative to the side
VIGNETTE = 0.6  # light in the corners, relative to the middle
MOTION_MM = 0.5  # length of a motion blur
SHADOW = (0.35, 0.7)  # light in a shadow, relative to that beside it
SHEET_SHADOW = 0.7  # light that a sheet takes away beside it
BAND = (0.02, 0.25)  # width of a narrow shadow, relative to the longer side
WAVES = 0.06  # most that it winds, likewise
NOISE = 0.02  # standard deviation of a sensor's noise, relative to white: a phone indoors


def tilted(scene: Scene, rng: np.random.Generator, degrees: float) -> Scene:
    """Return the scene in perspective, rotated anticlockwise by an angle in degrees.

    Each corner is displaced by up to ``TILT`` of a side.
    """
    height, width = scene.light.shape[:2]
    angle = np.deg2rad(degrees)
    cosine, sine = np.cos(angle), abs(np.sin(angle))
    shrink = min(
        width / (width * cosine + height * sine), height / (width * sine + height * cosine)
    )
    half = np.array([width, height]) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half * shrink
    corners *= 1 - rng.uniform(0, 2 * TILT, (4, 2))
    turn = np.array([[cosine, -np.sin(angle)], [np.sin(angle), cosine]])
    return crop_quadrilateral(scene, corners @ turn.T + half, (width, height))


def crop_quadrilateral(
    scene: Scene,
    corners: NDArray[np.float64],
    size_px: tuple[int, int],
    table: Array | None = None,
    shadow_px: float = 1,
) -> Scene:
    """Return the part of a scene within corners (4, 2), clockwise, warped to (width, height).

    Beyond the scene is the light of a table (height, width, 3), in the shadow of the sheet; the
    mirrored scene if it is None.
    """
    width, height = size_px
    frame = box_corners((0, 0, width, height)).astype(np.float32)
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), frame)
    # In OpenCV whole coordinates are the middles of pixels, here their corners.
    to_corner = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    centred = np.linalg.inv(to_corner) @ warp @ to_corner
    border = cv2.BORDER_REFLECT_101 if table is None else cv2.BORDER_REPLICATE
    light = cv2.warpPerspective(
        scene.light, centred, size_px, flags=cv2.INTER_LINEAR, borderMode=border
    )
    if table is not None:
        sheet = np.ones(scene.light.shape[:2], np.float32)
        covered = cv2.warpPerspective(sheet, centred, size_px, flags=cv2.INTER_LINEAR)[..., None]
        shadow = cv2.GaussianBlur(covered, (0, 0), shadow_px)[..., None]
        light = covered * light + (1 - covered) * table * (1 - SHEET_SHADOW * shadow)
    sides_px = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    scale = 2 * (width + height) / sides_px.sum()
    return replace(
        scene,
        light=np.asarray(light, np.float32),
        homography=warp @ scene.homography,
        millimetre_px=scene.millimetre_px * scale,
    )


def unevenly_lit(scene: Scene, rng: np.random.Generator, darkest: float = 0.45) -> Scene:
    """Return the scene lit from one side; at the other the light falls to ``darkest``."""
    x, y = coarse_coordinates(scene.light.shape[:2])
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    along = (along - along.min()) / np.ptp(along)
    colour = 1 - np.array([0, 0.03, 0.1], np.float32) * rng.uniform(0, 1)  # a lamp is yellow
    fall = resize(1 - (1 - darkest) * along ** rng.uniform(0.7, 1.6), scene.light.shape)
    return scene.dimmed(fall[..., None] * colour)


def shadowed(scene: Scene, rng: np.random.Generator, edge: float = 0.006) -> Scene:
    """Return the scene with a shadow, its ``edge`` relative to the longer side, across it."""
    x, y = coarse_coordinates(scene.light.shape[:2])
    angle = rng.uniform(0, 2 * np.pi)
    across = (x - x.max() * rng.uniform(0.3, 0.7)) * np.cos(angle)
    across += (y - y.max() * rng.uniform(0.3, 0.7)) * np.sin(angle)
    across += 0.03 * np.sin(rng.uniform(4, 9) * (x * np.sin(angle) - y * np.cos(angle)))
    if rng.random() < 0.3:  # a strip, of an arm or the phone; otherwise one side, of a wall
        across = rng.uniform(0.1, 0.2) - abs(across)
    covered = resize(np.clip(across / edge + 0.5, 0, 1), scene.light.shape)
    return scene.dimmed(1 - (1 - rng.uniform(*SHADOW)) * covered)


def crossed_by_shadow(scene: Scene, rng: np.random.Generator, edge: float = 0.006) -> Scene:
    """Return the scene with a narrow, winding shadow from edge to edge, as of an arm or a lamp."""
    x, y = coarse_coordinates(scene.light.shape[:2])
    angle = rng.uniform(0, np.pi)
    middle_x, middle_y = x.max() * rng.uniform(0.1, 0.9), y.max() * rng.uniform(0.1, 0.9)
    across = (x - middle_x) * np.cos(angle) + (y - middle_y) * np.sin(angle)
    along = x * np.sin(angle) - y * np.cos(angle)
    for rate in (rng.uniform(3, 8), rng.uniform(6, 14)):
        across += rng.uniform(0, WAVES) * np.sin(rate * along + rng.uniform(0, 2 * np.pi))
    half = float(np.exp(rng.uniform(*np.log(BAND)))) / 2
    covered = resize(np.clip((half - abs(across)) / edge + 0.5, 0, 1), scene.light.shape)
    return scene.dimmed(1 - (1 - rng.uniform(*SHADOW)) * covered)


def vignetted(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene darker towards its corners."""
    x, y = coarse_coordinates(scene.light.shape[:2])
    far = (x - x.max() / 2) ** 2 + (y - y.max() / 2) ** 2
    return scene.dimmed(resize(1 - (1 - VIGNETTE) * far / far.max(), scene.light.shape))


def out_of_focus(scene: Scene, rng: np.random.Generator, sigma_mm: float = 0.2) -> Scene:
    """Return the scene with Gaussian blur, its standard deviation in millimetres of the sheet."""
    light = cv2.GaussianBlur(scene.light, (0, 0), sigma_mm * scene.millimetre_px)
    return replace(scene, light=np.asarray(light, np.float32))


def motion_blurred(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene with linear motion blur."""
    length_px = max(1, round(MOTION_MM * scene.millimetre_px))
    kernel = np.zeros((2 * length_px + 1, 2 * length_px + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    half = np.rint(np.array([np.cos(angle), np.sin(angle)]) * length_px / 2).astype(int)
    cv2.line(kernel, (length_px - half).tolist(), (length_px + half).tolist(), 1)
    light = cv2.filter2D(scene.light, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT_101)
    return replace(scene, light=np.asarray(light, np.float32))


def noisy(scene: Scene, rng: np.random.Generator, sigma: float = NOISE) -> Scene:
    """Return the scene with Gaussian noise: half of its variance in brightness, half in colour.

    Colour noise is coarser, as sensors have fewer pixels of each colour.
    """
    height, width = scene.light.shape[:2]
    grey = rng.standard_normal((height, width, 1), np.float32)
    coarse = rng.standard_normal((height // 2 + 1, width // 2 + 1, 3), np.float32)
    colours = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    noise = (grey + np.asarray(colours, np.float32)) * np.float32(sigma / np.sqrt(2))
    return replace(scene, light=scene.light + noise)
