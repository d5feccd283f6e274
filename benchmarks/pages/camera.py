"""Effects of light and of a phone's camera: shadows, vignette, blur, noise, JPEG."""

import io
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image

from benchmarks.pages.paper import Scene, coarse_coordinates, resize

VIGNETTE = 0.6  # light in the corners, relative to the middle
MOTION_MM = 0.5  # length of a motion blur
SHADOW = (0.35, 0.7)  # light in a shadow, relative to the light beside it
BAND = (0.02, 0.25)  # width of a narrow shadow, relative to the longer side
MAX_WAVE = 0.06  # amplitude of its winding, likewise
NOISE = 0.02  # standard deviation of a sensor's noise, relative to white: a phone indoors


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
        across += rng.uniform(0, MAX_WAVE) * np.sin(rate * along + rng.uniform(0, 2 * np.pi))
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


def to_picture(scene: Scene) -> Image.Image:
    """Return the RGB picture of a scene."""
    return Image.fromarray(np.rint(np.clip(scene.light, 0, 1) * 255).astype(np.uint8))


def to_jpeg(picture: Image.Image, quality: int, exif: Image.Exif | None = None) -> Image.Image:
    """Return the RGB picture that is decoded after saving as JPEG of a quality, 0 to 100."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality, exif=exif or Image.Exif())
    decoded = Image.open(file)
    decoded.load()
    return decoded
