"""Photographs of a written page, as a phone takes them: its angle, its light, its camera.

A page's ink goes onto paper (``paper``), is seen from some angle, in some light, and
through a camera that blurs, hisses and saves as JPEG. Each is an effect that takes and gives a
``Scene`` and the random generator that it may draw from, as the changes of ``corruptions`` do.
For measuring only.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.core.layers import Array
from nn.evaluation.pages import camera, paper
from nn.evaluation.pages.camera import NOISE
from nn.evaluation.pages.paper import EVERYDAY_PENS, Scene, project

Box = tuple[int, int, int, int]
Effect = Callable[[Scene, np.random.Generator], Scene]

MILLIMETRE_PX = 8  # of a page's ink: a digit 8 mm high is 64 pixels
SURROUND = 0.3  # paper on each side of the ink, in parts of the ink's longer side
QUALITY = (40, 90)  # of the JPEG
TABLE = (0.07, 0.15)  # of it seen beside a sheet, in parts of the longer side
SHAPE = 3 / 4  # of a phone's picture: its shorter side over its longer one
LARGE_PX = 4000  # longer side of 12 megapixels
CELL_PX = 128  # side of a cell's picture
CUT = 0.03  # spread of how far its corners are from the grid's, in parts of its side
TURNED = 6  # EXIF: to be shown turned a quarter to the right


@dataclass(frozen=True)
class Photograph:
    """A picture of a page, and where the page's pixels are in it.

    Attributes
    ----------
    picture
        RGB, as decoded from JPEG.
    homography
        float64 (3, 3): from pixels (x, y, 1) of the ink to those of the picture seen upright.
    """

    picture: Image.Image
    homography: NDArray[np.float64]

    def box(self, box: Box) -> Box:
        """Return the upright box (x, y, width, height) that holds a box of the ink, in pixels."""
        x, y, width, height = box
        corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
        seen = project(corners.astype(np.float64), self.homography)
        left, top = np.floor(seen.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(seen.max(axis=0)).astype(int).tolist()
        return left, top, right - left, bottom - top


def photograph(
    ink: Array,
    rng: np.random.Generator,
    *,
    pen: str | None = None,
    effects: Sequence[Effect] | None = None,
    longer_side_px: int | None = None,
    quality: int | None = None,
    is_turned: bool = False,
) -> Photograph:
    """Return a photograph of a page.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1, ``MILLIMETRE_PX`` to a millimetre.
    rng
        The same one gives the same photograph.
    pen
        A key of ``nn.evaluation.pages.paper.PENS``; one of ``EVERYDAY_PENS`` unless given.
    effects
        What happens to the page, in turn; a random believable mixture unless given.
    longer_side_px
        Of the picture before it is turned or cropped; as large as the page unless given.
    quality
        Of the JPEG, 0 to 100; a random one of a phone's unless given.
    is_turned
        Whether the camera was held upright, so that only EXIF tells how to show the picture.
    """
    pen = str(rng.choice(EVERYDAY_PENS)) if pen is None else pen
    scene = _lay_down(ink, pen, rng, longer_side_px)
    for effect in mixture(rng) if effects is None else effects:
        scene = effect(scene, rng)
    quality = int(rng.integers(*QUALITY, endpoint=True)) if quality is None else quality
    return Photograph(_saved(scene.light, quality, is_turned), scene.homography)


def mixture(rng: np.random.Generator) -> list[Effect]:
    """Return effects that may go together: a sheet, an angle, light, and a camera."""
    sheets: list[Effect] = [paper.rough, paper.tinted, paper.squared, paper.lined, paper.crumpled]
    chosen: list[Effect] = [paper.plain, sheets[rng.integers(len(sheets))]]
    if rng.random() < 0.25:
        chosen.append(on_table)
    chosen.append(partial(camera.seen_aslant, degrees=rng.uniform(-6, 6)))
    falls: list[Effect] = [camera.uneven, camera.vignetted]
    chosen.append(falls[rng.integers(2)])
    if rng.random() < 0.6:
        chosen.append(partial(camera.shadowed, edge=float(np.exp(rng.uniform(-5, -1.8)))))
    chosen.append(partial(camera.blurred, spread_mm=rng.uniform(0.02, 0.12)))
    if rng.random() < 0.2:
        chosen.append(camera.shaken)
    return [*chosen, partial(camera.noisy, strength=rng.uniform(0.005, NOISE))]


def on_table(
    scene: Scene, rng: np.random.Generator, sides: int | None = None, level: float = 0.2
) -> Scene:
    """Return the scene with a dark table beyond the sheet's edge, at 1 to 4 of its sides."""
    height, width = scene.light.shape[:2]
    chosen = rng.permutation(4)[: sides or rng.integers(1, 5)].tolist()
    strips = rng.uniform(*TABLE, 4) * max(height, width)
    top, bottom, left, right = (
        round(strip_px) if side in chosen else 0 for side, strip_px in enumerate(strips.tolist())
    )
    coarse = rng.standard_normal((max(2, height // 6), 3), np.float32)  # the wood's grain
    grain = np.asarray(cv2.resize(coarse, (width, height)), np.float32)[..., None]
    colour = np.array([1, rng.uniform(0.6, 0.85), 0.5], np.float32) * rng.uniform(0.5, 1.3)
    light = (1 + 0.08 * grain) * colour * np.float32(level)
    edge_px = max(1, round(0.8 * scene.millimetre_px))  # the sheet throws a narrow shadow
    light[top : height - bottom + edge_px, left : width - right + edge_px] *= 0.6
    sheet = np.s_[top : height - bottom, left : width - right]
    light[sheet] = scene.light[sheet]
    return replace(scene, light=light)


EFFECTS: Mapping[str, Effect] = {
    "rough paper": paper.rough,
    "crumpled paper": paper.crumpled,
    "coloured paper": paper.tinted,
    "squared paper": paper.squared,
    "lined paper": paper.lined,
    "printed box": partial(paper.bordered, sides=4),
    "dark table": on_table,
    "aslant": partial(camera.seen_aslant, degrees=5),
    "uneven light": camera.uneven,
    "hard shadow": camera.shadowed,
    "soft shadow": partial(camera.shadowed, edge=0.12),
    "vignette": camera.vignetted,
    "out of focus": camera.blurred,
    "shaken": camera.shaken,
    "noise": partial(camera.noisy, strength=2 * NOISE),
}


def cell(
    ink: Array, rng: np.random.Generator, *, pen: str | None = None, effects: Sequence[Effect] = ()
) -> Photograph:
    """Return a photographed cell of a printed grid, as cut out of a page: ``CELL_PX`` a side.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1: a digit with the room that the cell leaves around it.
    rng
        The same one gives the same photograph.
    pen
        A key of ``nn.evaluation.pages.paper.PENS``; one of ``EVERYDAY_PENS`` unless given.
    effects
        What happens beside uneven light, noise and JPEG.
    """
    pen = str(rng.choice(EVERYDAY_PENS)) if pen is None else pen
    before = (max(ink.shape) - np.array(ink.shape)) // 2
    after = max(ink.shape) - np.array(ink.shape) - before
    square = np.pad(ink, np.column_stack([before, after]).tolist())
    scene = _lay_down(square, pen, rng, round(CELL_PX * (1 + 2 * SURROUND) / SHAPE))
    scene = paper.bordered(paper.plain(scene, rng), rng, sides=4)
    corners = scene.corners() + rng.normal(0, CUT * CELL_PX, (4, 2))
    scene = camera.framed(scene, corners, (CELL_PX, CELL_PX))
    light, sensor = partial(camera.uneven, darkest=0.7), partial(camera.noisy, strength=NOISE / 2)
    chain: list[Effect] = [light, *effects, sensor]
    for effect in chain:
        scene = effect(scene, rng)
    picture = _saved(scene.light, int(rng.integers(*QUALITY, endpoint=True)), is_turned=False)
    shift = np.array([[1, 0, before[1]], [0, 1, before[0]], [0, 0, 1]], np.float64)
    return Photograph(picture, scene.homography @ shift)


def _lay_down(ink: Array, pen: str, rng: np.random.Generator, longer_side_px: int | None) -> Scene:
    """Return ink of a pen with white paper around it, as large as asked for."""
    inner = np.array(ink.shape)
    outer = inner + 2 * SURROUND * inner.max()
    longer = 0 if outer[0] > outer[1] else 1
    outer[longer] = max(outer[longer], outer[1 - longer] / SHAPE)
    outer[1 - longer] = SHAPE * outer[longer]
    before = np.rint((outer - inner) / 2).astype(int)
    roomy = np.pad(ink, [(length_px, length_px) for length_px in before.tolist()])
    scale = 1.0 if longer_side_px is None else longer_side_px / max(roomy.shape)
    size_px = np.rint(np.array(roomy.shape) * scale).astype(int)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(roomy, size_px[::-1].tolist(), interpolation=way)
    # Each axis has a scale of its own, for a picture has whole pixels.
    scale_y, scale_x = size_px / roomy.shape
    shift = np.array([[1, 0, before[1]], [0, 1, before[0]], [0, 0, 1]], np.float64)
    placed = np.diag([scale_x, scale_y, 1]) @ shift
    larger: Array = np.clip(np.asarray(resized, np.float32), 0, 1)
    scene = paper.write(larger, pen, rng, MILLIMETRE_PX * scale)
    return replace(scene, homography=placed, ink_px=(ink.shape[1], ink.shape[0]))


def _saved(light: Array, quality: int, is_turned: bool) -> Image.Image:
    """Return light (H, W, 3) as the picture that comes of saving it as JPEG."""
    picture = Image.fromarray(np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8))
    exif = Image.Exif()
    if is_turned:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = TURNED
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, exif=exif)
    saved = Image.open(file)
    saved.load()
    return saved
