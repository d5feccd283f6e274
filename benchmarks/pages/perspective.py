"""Where the camera is and what it makes of a sheet: perspective, table, curved paper, lens.

A pinhole camera looks at the sheet's plane from an angle. Paper that curls up by z appears
displaced in that plane by z times the slope of the ray that hits it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pages.paper import Scene, box_corners, project
from nn.core.layers import Array

TILT = 0.05  # greatest displacement of a corner, relative to the side
TABLE_WIDTHS = (0.02, 0.15)  # of the table beside a sheet, relative to the longer side
TABLE_LEVELS = (0.1, 0.45)  # light of the table, relative to white
TABLE_GRAIN = 0.08  # greatest standard deviation of its grain
SHADOW_DEPTH = 0.7  # share of the table's light that the sheet takes away beside it
SHADOW_MM = (0.5, 3)  # width of the sheet's shadow on the table
ASPECT = 3 / 4  # of a phone's picture: its shorter side over its longer one

MAX_TILT_DEGREES = 25.0  # of the camera's axis from the upright
DISTANCES = (1.0, 1.7)  # of the camera, over the sheet's longer side
ALIGNED_SHARE = 0.75  # of the photographs, on which the sheet lies nearly parallel to the picture
ALIGNED_DEGREES = 5.0  # standard deviation of the sheet's angle on these
FILLED = (0.8, 0.98)  # share of the picture's side that the sheet fills
CURL_HEIGHTS_MM = (1.0, 5.0)  # of curved paper
BARREL = (-0.02, 0.02)  # distortion of the lens at the picture's corners: phones correct more

Points = NDArray[np.float64]
Move = Callable[[Points], Points]
"""Maps points (N, 2) of the sheet or the picture, in pixels."""


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
        light = covered * light + (1 - covered) * table * (1 - SHADOW_DEPTH * shadow)
    sides_px = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    scale = 2 * (width + height) / sides_px.sum()
    return replace(
        scene,
        light=np.asarray(light, np.float32),
        homography=warp @ scene.homography,
        millimetre_px=scene.millimetre_px * scale,
    )


def on_table(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene as a sheet in perspective on a table, which shows at one to four sides."""
    size_px = scene.light.shape[1::-1]
    sides = rng.permutation(4)[: rng.integers(1, 5)]
    strips = np.where(np.isin(np.arange(4), sides), rng.uniform(*TABLE_WIDTHS, (4, 4)), 0)
    left, top, right, bottom = strips.T * max(size_px)  # (4,) each: at the corners
    corners = box_corners((0, 0, *size_px))
    corners += np.column_stack(
        [
            [-1, 1, 1, -1] * np.where([1, 0, 0, 1], left, right),
            [-1, -1, 1, 1] * np.where([1, 1, 0, 0], top, bottom),
        ]
    )
    shadow_px = rng.uniform(*SHADOW_MM) * scene.millimetre_px
    return crop_quadrilateral(scene, corners, size_px, table(size_px, rng), shadow_px)


def table(size_px: tuple[int, int], rng: np.random.Generator) -> Array:
    """Return the light (H, W, 3) of a wooden or plain table."""
    coarse = rng.standard_normal((max(2, size_px[1] // 6), 3), np.float32)  # grain of the wood
    grain = np.asarray(cv2.resize(coarse, size_px), np.float32)[..., None]
    colour = np.array([1, rng.uniform(0.6, 1), rng.uniform(0.5, 1)], np.float32)
    table: Array = (1 + rng.uniform(0, TABLE_GRAIN) * grain) * colour
    return table * np.float32(rng.uniform(*TABLE_LEVELS))


@dataclass(frozen=True)
class Pose:
    """Where the camera is.

    Attributes
    ----------
    tilt_degrees
        Angle of its axis from the upright.
    towards_degrees
        Direction in the sheet's plane in which it is tilted.
    roll_degrees
        Angle by which the sheet is turned in the picture.
    distance
        Distance to the sheet, over the sheet's longer side.
    filled
        Share of the picture's side that the sheet fills.
    shift
        Place of the sheet in the rest of the picture, 0 to 1, in x and y.
    """

    tilt_degrees: float
    towards_degrees: float
    roll_degrees: float
    distance: float
    filled: float
    shift: tuple[float, float]


def random_pose(rng: np.random.Generator) -> Pose:
    """Return where somebody holds the camera to photograph the whole sheet."""
    roll = float(90 * rng.integers(4) + rng.normal(0, ALIGNED_DEGREES))
    if rng.random() > ALIGNED_SHARE:
        roll = rng.uniform(0, 360)
    return Pose(
        tilt_degrees=MAX_TILT_DEGREES * float(np.sqrt(rng.random())),
        towards_degrees=rng.uniform(0, 360),
        roll_degrees=roll,
        distance=rng.uniform(*DISTANCES),
        filled=rng.uniform(*FILLED),
        shift=(rng.random(), rng.random()),
    )


def sheet_corners(pose: Pose, sheet_mm: tuple[float, float], size_px: tuple[int, int]) -> Points:
    """Return the corners (4, 2), clockwise, of a sheet (width, height) in a picture likewise."""
    width, height = sheet_mm
    flat = box_corners((0, 0, 1, 1)) * [width, height] - [width / 2, height / 2]
    axis, tilt, roll = np.deg2rad([pose.towards_degrees, pose.tilt_degrees, pose.roll_degrees])
    turned, _ = cv2.Rodrigues(np.array([np.cos(axis), np.sin(axis), 0]) * tilt)
    about_axis, _ = cv2.Rodrigues(np.array([0, 0, roll]))
    x, y, z = about_axis @ turned @ np.column_stack([flat, np.zeros(4)]).T
    depth = pose.distance * height + z
    corners = np.column_stack([x / depth, y / depth])
    corners -= corners.min(axis=0)
    corners *= pose.filled * float((np.array(size_px) / corners.max(axis=0)).min())
    free_px = np.array(size_px) - corners.max(axis=0)
    return np.asarray(corners + free_px * pose.shift, np.float64)


def picture_size(n_pixels: float, pose: Pose) -> tuple[int, int]:
    """Return the width and height of a picture of a phone, which is turned as the sheet is."""
    longer = round(float(np.sqrt(n_pixels / ASPECT)))
    is_upright = abs(np.cos(np.deg2rad(pose.roll_degrees))) > np.sqrt(0.5)
    sides = round(ASPECT * longer), longer
    return sides if is_upright else sides[::-1]


def seen_from(
    pose: Pose,
    scene: Scene,
    sheet_mm: tuple[float, float],
    size_px: tuple[int, int],
    rng: np.random.Generator,
) -> Scene:
    """Return the scene, a whole sheet, on a table in a picture (width, height) from a pose."""
    height, width = scene.light.shape[:2]
    warp: NDArray[np.float64] = np.asarray(
        cv2.getPerspectiveTransform(
            box_corners((0, 0, width, height)).astype(np.float32),
            sheet_corners(pose, sheet_mm, size_px).astype(np.float32),
        ),
        np.float64,
    )
    frame = project(box_corners((0, 0, *size_px)), np.asarray(np.linalg.inv(warp), np.float64))
    shadow_px = rng.uniform(*SHADOW_MM) * scene.millimetre_px
    return crop_quadrilateral(scene, frame, size_px, table(size_px, rng), shadow_px)


def curled(scene: Scene, pose: Pose, rng: np.random.Generator) -> tuple[Scene, Move]:
    """Return the sheet as if it curved up, seen from a pose, and how its points move."""
    size = np.array(scene.light.shape[1::-1])
    direction = np.deg2rad(rng.uniform(0, 180))
    across = np.array([np.cos(direction), np.sin(direction)]) / scene.millimetre_px
    towards = np.deg2rad(pose.towards_degrees)
    slope = np.tan(np.deg2rad(pose.tilt_degrees))
    ray = np.array([np.sin(towards), -np.cos(towards)]) * slope
    height_px = rng.uniform(*CURL_HEIGHTS_MM) * scene.millimetre_px
    wave_mm, phase = rng.uniform(200, 500), rng.uniform(0, 2 * np.pi)

    def offset(points: Points) -> Points:
        along = (points - size / 2) @ across
        z = height_px * np.cos(2 * np.pi * along / wave_mm + phase)
        centre = (points - size / 2) / (pose.distance * size.max())
        return np.asarray(z[:, None] * (ray + centre), np.float64)

    return _moved(scene, offset), lambda points: points + offset(points)


def distorted(scene: Scene, rng: np.random.Generator) -> tuple[Scene, Move]:
    """Return the picture through a lens with barrel or pincushion distortion, likewise."""
    size = np.array(scene.light.shape[1::-1])
    strength = rng.uniform(*BARREL)

    def offset(points: Points) -> Points:
        centred = (points - size / 2) / (np.linalg.norm(size) / 2)
        radius = (centred**2).sum(axis=1, keepdims=True)
        return np.asarray((points - size / 2) * strength * radius, np.float64)

    return _moved(scene, offset), lambda points: points + offset(points)


def _moved(scene: Scene, offset: Move) -> Scene:
    """Return the scene with each point moved by its small, smooth offset."""
    height, width = scene.light.shape[:2]
    step = 16  # offsets are smooth: they are computed for few pixels
    y, x = np.mgrid[0 : height + step : step, 0 : width + step : step]
    seen = np.column_stack([x.ravel(), y.ravel()]).astype(np.float64)
    source = seen
    for _ in range(4):
        source = seen - offset(source)
    shift = (source - seen).reshape(*x.shape, 2).astype(np.float32)
    whole = cv2.resize(shift, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    start = (step - 1) // 2  # the first sample is in the middle of the first cell
    whole = whole[start : start + height, start : start + width]
    grid_y, grid_x = np.mgrid[:height, :width].astype(np.float32)
    light = cv2.remap(
        scene.light,
        grid_x + whole[..., 0],
        grid_y + whole[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return replace(scene, light=np.asarray(light, np.float32))
