"""Simulate photographs of a written page: its paper, then perspective, light, camera and JPEG.

Each step is an effect: a function of a ``Scene`` and a random generator that returns a scene.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.pages import camera, paper, perspective
from benchmarks.pages.camera import NOISE
from benchmarks.pages.handwriting import Page
from benchmarks.pages.paper import EVERYDAY_PENS, Scene
from benchmarks.pages.perspective import ASPECT
from nn.core.layers import Array

Effect = Callable[[Scene, np.random.Generator], Scene]

MILLIMETRE_PX = 8  # of a page's ink: a digit of 64 pixels is 8 mm high
SURROUND = 0.3  # paper on each side of the ink, relative to the ink's longer side
QUALITY = (40, 90)  # of the JPEG
LARGE_PX = 4000  # longer side of 12 megapixels
CELL_PX = 128  # side of a cell's picture
CORNER_ERROR = 0.03  # standard deviation of its corners' positions, relative to its side
EXIF_ORIENTATION, ROTATE_RIGHT = 0x0112, 6


def photograph_page(
    page: Page,
    rng: np.random.Generator,
    *,
    pen: str | None = None,
    effects: Sequence[Effect] | None = None,
    longer_side_px: int | None = None,
    quality: int | None = None,
    is_turned: bool = False,
    surround: tuple[float, float] = (SURROUND, SURROUND),
) -> Page:
    """Return the page with a photograph of it, and with its boxes in the photograph.

    The pen, a key of ``paper.PENS``, the effects, applied in their order, and the quality of the
    JPEG, 0 to 100, are random if None. The page's ink has ``MILLIMETRE_PX`` pixels a millimetre;
    the upright picture has so many, too, if its longer side is None. A turned picture is stored on
    its side, with an EXIF orientation. The paper at each side of the ink is random within
    ``surround``, relative to the ink's longer side, or more at two opposite sides.
    """
    scene = _place_on_paper(page.ink, pen, rng, longer_side_px, surround)
    for effect in random_effects(rng) if effects is None else effects:
        scene = effect(scene, rng)
    return _taken(page, scene, rng, quality, is_turned)


def random_effects(rng: np.random.Generator) -> list[Effect]:
    """Return a plausible combination of effects: of paper, perspective, light and camera."""
    chosen: list[Effect] = [paper.plain, SHEETS[int(rng.integers(len(SHEETS)))]]
    chosen.append(partial(perspective.tilted, degrees=rng.uniform(-6, 6)))
    if rng.random() < 0.4:
        chosen.append(perspective.on_table)
    chosen.append((camera.unevenly_lit, camera.vignetted)[rng.integers(2)])
    if rng.random() < 0.7:
        shadow = (camera.shadowed, camera.crossed_by_shadow)[rng.integers(2)]
        chosen.append(partial(shadow, edge=float(np.exp(rng.uniform(-5, -1.8)))))
    chosen.append(partial(camera.out_of_focus, sigma_mm=rng.uniform(0.02, 0.12)))
    if rng.random() < 0.2:
        chosen.append(camera.motion_blurred)
    return [*chosen, partial(camera.noisy, sigma=rng.uniform(0.005, NOISE))]


SHEETS: Sequence[Effect] = (
    paper.rough,
    paper.tinted,
    paper.square_ruled,
    paper.line_ruled,
    paper.crumpled,
)
EFFECTS: Mapping[str, Effect] = {
    "rough paper": paper.rough,
    "crumpled paper": paper.crumpled,
    "coloured paper": paper.tinted,
    "squared paper": paper.square_ruled,
    "lined paper": paper.line_ruled,
    "printed box": paper.bordered,
    "dark table": perspective.on_table,
    "tilted": partial(perspective.tilted, degrees=5),
    "uneven light": camera.unevenly_lit,
    "hard shadow": camera.shadowed,
    "soft shadow": partial(camera.shadowed, edge=0.12),
    "narrow shadow": camera.crossed_by_shadow,
    "vignette": camera.vignetted,
    "out of focus": camera.out_of_focus,
    "motion blur": camera.motion_blurred,
    "noise": partial(camera.noisy, sigma=2 * NOISE),
}


def photograph_cell(page: Page, rng: np.random.Generator) -> Page:
    """Return a page photographed as a cell of a printed grid, cropped to ``CELL_PX`` a side.

    The page includes the margin of the cell.
    """
    missing = max(page.ink.shape) - np.array(page.ink.shape)
    before = missing // 2
    square = np.pad(page.ink, np.column_stack([before, missing - before]).tolist())
    scene = _place_on_paper(square, None, rng, round(CELL_PX * (1 + 2 * SURROUND) / ASPECT))
    scene = paper.bordered(paper.plain(scene, rng), rng)
    corners = scene.corners() + rng.normal(0, CORNER_ERROR * CELL_PX, (4, 2))
    scene = perspective.crop_quadrilateral(scene, corners, (CELL_PX, CELL_PX))
    scene = camera.unevenly_lit(scene, rng, darkest=0.7)
    scene = camera.noisy(scene, rng, sigma=NOISE / 2)
    return _taken(page, replace(scene, homography=scene.homography @ _shift(before)), rng)


def _place_on_paper(
    ink: Array,
    pen: str | None,
    rng: np.random.Generator,
    longer_side_px: int | None,
    surround: tuple[float, float] = (SURROUND, SURROUND),
) -> Scene:
    """Return a scene of ink with white paper around it, in a phone's aspect ratio."""
    pen = str(rng.choice(EVERYDAY_PENS)) if pen is None else pen
    inner = np.array(ink.shape)
    margins = rng.uniform(*surround, (2, 2)) * inner.max()  # before and after, in y and x
    outer = inner + margins.sum(axis=1)
    longer = 0 if outer[0] > outer[1] else 1
    outer[longer] = max(outer[longer], outer[1 - longer] / ASPECT)
    outer[1 - longer] = ASPECT * outer[longer]
    before = (outer - inner) * margins[:, 0] / margins.sum(axis=1)
    lengths_px = np.rint(np.column_stack([before, outer - inner - before])).astype(int)
    before = lengths_px[:, 0]
    roomy = np.pad(ink, lengths_px.tolist())
    scale = 1.0 if longer_side_px is None else longer_side_px / max(roomy.shape)
    size_px = np.rint(np.array(roomy.shape) * scale).astype(int)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(roomy, size_px[::-1].tolist(), interpolation=method)
    # Sizes are rounded to whole pixels, so the scales of the axes differ.
    scale_y, scale_x = size_px / roomy.shape
    placed = np.diag([scale_x, scale_y, 1]) @ _shift(before)
    larger: Array = np.clip(np.asarray(resized, np.float32), 0, 1)
    scene = paper.write(larger, pen, rng, MILLIMETRE_PX * scale)
    return replace(scene, homography=placed, ink_px=(ink.shape[1], ink.shape[0]))


def _shift(offset: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the homography (3, 3) that moves points by an offset (y, x)."""
    return np.array([[1, 0, offset[1]], [0, 1, offset[0]], [0, 0, 1]], np.float64)


def _taken(
    page: Page,
    scene: Scene,
    rng: np.random.Generator,
    quality: int | None = None,
    is_turned: bool = False,
) -> Page:
    """Return the page with a scene of it as a picture decoded from JPEG."""
    quality = int(rng.integers(*QUALITY, endpoint=True)) if quality is None else quality
    picture = camera.to_picture(scene)
    exif = Image.Exif()
    if is_turned:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[EXIF_ORIENTATION] = ROTATE_RIGHT
    boxes = tuple(tuple(map(scene.map_box, line)) for line in page.boxes)
    return replace(page, picture=camera.to_jpeg(picture, quality, exif), boxes=boxes)
