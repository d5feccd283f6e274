"""A phone's camera above a class sheet: where it stands, curved paper, and the lens.

A pinhole camera looks at the sheet's plane from an angle. Paper that curls up by z appears
displaced in that plane by z times the slope of the ray that hits it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.evaluation.pages.camera import crop_quadrilateral
from nn.evaluation.pages.paper import Scene, box_corners, project
from nn.evaluation.pages.photograph import ASPECT, SHEET_SHADOW_MM, table
from nn.reading.class_sheet.layout import PAGE_MM

STEEPEST_DEGREES = 25.0  # of the camera's axis from the upright
DISTANCES = (1.0, 1.7)  # of the camera, over the sheet's longer side
UPRIGHT, CROOKED_DEGREES = 0.75, 5.0  # share of photographs that are nearly so; their deviation
FILLED = (0.8, 0.98)  # of the picture's side by the sheet
CURLS_MM = (1.0, 5.0)  # height of curved paper
BARREL = (-0.02, 0.02)  # distortion of the lens at the picture's corners: beyond, phones correct it

Points = NDArray[np.float64]
Move = Callable[[Points], Points]
"""Maps points (N, 2) of the sheet or the picture, in pixels."""


@dataclass(frozen=True)
class Pose:
    """Where the camera is.

    Attributes
    ----------
    tilt_degrees
        Of its axis from the upright.
    towards_degrees
        Direction in the sheet's plane in which it is tilted.
    roll_degrees
        By which the sheet is turned in the picture.
    distance
        Over the sheet's longer side.
    filled
        Share of the picture's side that the sheet fills.
    shift
        Place of the sheet in what is left, 0 to 1, in x and y.
    """

    tilt_degrees: float
    towards_degrees: float
    roll_degrees: float
    distance: float
    filled: float
    shift: tuple[float, float]


def random_pose(rng: np.random.Generator) -> Pose:
    """Return where somebody holds the camera to photograph the whole sheet."""
    roll = float(90 * rng.integers(4) + rng.normal(0, CROOKED_DEGREES))
    if rng.random() > UPRIGHT:
        roll = rng.uniform(0, 360)
    return Pose(
        tilt_degrees=STEEPEST_DEGREES * float(np.sqrt(rng.random())),
        towards_degrees=rng.uniform(0, 360),
        roll_degrees=roll,
        distance=rng.uniform(*DISTANCES),
        filled=rng.uniform(*FILLED),
        shift=(rng.random(), rng.random()),
    )


def sheet_corners(pose: Pose, size_px: tuple[int, int]) -> Points:
    """Return where the sheet's corners (4, 2), clockwise, are in a picture (width, height)."""
    width, height = PAGE_MM
    flat = box_corners((0, 0, 1, 1)) * [width, height] - [width / 2, height / 2]
    axis, tilt, roll = np.deg2rad([pose.towards_degrees, pose.tilt_degrees, pose.roll_degrees])
    turned, _ = cv2.Rodrigues(np.array([np.cos(axis), np.sin(axis), 0]) * tilt)
    about_axis, _ = cv2.Rodrigues(np.array([0, 0, roll]))
    x, y, z = about_axis @ turned @ np.column_stack([flat, np.zeros(4)]).T
    depth = pose.distance * height + z
    seen = np.column_stack([x / depth, y / depth])
    seen -= seen.min(axis=0)
    scale = pose.filled * float((np.array(size_px) / seen.max(axis=0)).min())
    seen *= scale
    return np.asarray(seen + (np.array(size_px) - seen.max(axis=0)) * pose.shift, np.float64)


def picture_size(n_pixels: float, pose: Pose) -> tuple[int, int]:
    """Return the width and height of a phone's picture, which is held as the sheet lies."""
    longer = round(float(np.sqrt(n_pixels / ASPECT)))
    is_upright = abs(np.cos(np.deg2rad(pose.roll_degrees))) > np.sqrt(0.5)
    sides = round(ASPECT * longer), longer
    return sides if is_upright else sides[::-1]


def photographed(
    scene: Scene, pose: Pose, size_px: tuple[int, int], rng: np.random.Generator
) -> Scene:
    """Return the scene, a whole sheet, on a table as the camera sees it."""
    height, width = scene.light.shape[:2]
    warp: NDArray[np.float64] = np.asarray(
        cv2.getPerspectiveTransform(
            box_corners((0, 0, width, height)).astype(np.float32),
            sheet_corners(pose, size_px).astype(np.float32),
        ),
        np.float64,
    )
    frame = project(box_corners((0, 0, *size_px)), np.asarray(np.linalg.inv(warp), np.float64))
    shadow_px = rng.uniform(*SHEET_SHADOW_MM) * scene.millimetre_px
    return crop_quadrilateral(scene, frame, size_px, table(size_px, rng), shadow_px)


def curled(scene: Scene, pose: Pose, rng: np.random.Generator) -> tuple[Scene, Move]:
    """Return the sheet as if it curved up, seen from a pose, and where its points are then."""
    size = np.array(scene.light.shape[1::-1])
    direction = np.deg2rad(rng.uniform(0, 180))
    across = np.array([np.cos(direction), np.sin(direction)]) / scene.millimetre_px
    towards = np.deg2rad(pose.towards_degrees)
    slope = np.tan(np.deg2rad(pose.tilt_degrees))
    ray = np.array([np.sin(towards), -np.cos(towards)]) * slope
    height_px = rng.uniform(*CURLS_MM) * scene.millimetre_px
    wave_mm, phase = rng.uniform(200, 500), rng.uniform(0, 2 * np.pi)

    def offset(points: Points) -> Points:
        along = (points - size / 2) @ across
        z = height_px * np.cos(2 * np.pi * along / wave_mm + phase)
        centre = (points - size / 2) / (pose.distance * size.max())
        return np.asarray(z[:, None] * (ray + centre), np.float64)

    return _moved(scene, offset), lambda points: points + offset(points)


def distorted(scene: Scene, rng: np.random.Generator) -> tuple[Scene, Move]:
    """Return the picture through a lens with barrel or pincushion distortion."""
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
