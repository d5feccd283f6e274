"""Photographs of filled class sheets: paper, print, camera and light.

Papers, lights and cameras are the effects of the pages of numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from PIL import Image

from benchmarks.pages import camera, paper, perspective
from benchmarks.pages.paper import Scene, project
from benchmarks.pages.perspective import Points, Pose
from benchmarks.pages.photograph import EFFECTS, QUALITY, Effect
from benchmarks.sheets.filling import EMPTY_SHARE, Hand, WrittenBox, write_sheet
from benchmarks.sheets.printed import printed
from nn.reading.class_sheet.layout import PAGE_MM, SheetPage, corners_of

MEGAPIXELS = (2.0, 12.0)
NOISE = (0.003, 0.012)  # standard deviation in every photograph, relative to white
BLUR_MM = (0.03, 0.14)  # standard deviation in every photograph
COPY_LEVELS = (0.5, 0.85)  # of the paper's light: a copy shows the first as black, the other white
CURLED_SHARE, DISTORTED_SHARE = 0.5, 0.5  # of the photographs


@dataclass(frozen=True)
class Kind:
    """A kind of photograph.

    Attributes
    ----------
    pen, tip
        The pen of all pupils and its tip; random for each pupil if None.
    of_paper, of_picture
        Effects on the sheet, and on the picture of it.
    """

    pen: str | None = None
    tip: str | None = None
    of_paper: Sequence[Effect] = ()
    of_picture: Sequence[Effect] = ()


def copied(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the sheet as a photocopier with much contrast makes it: nearly black and white."""
    grey = scene.light.mean(axis=2, keepdims=True)
    paper_level = float(np.median(grey))
    dark = (COPY_LEVELS[1] - grey / paper_level) / (COPY_LEVELS[1] - COPY_LEVELS[0])
    return replace(scene, light=np.repeat(1 - 0.9 * np.clip(dark, 0, 1), 3, axis=2))


PAPERS = ("rough paper", "crumpled paper", "coloured paper")
LIGHTS = (
    *("uneven light", "hard shadow", "soft shadow", "narrow shadow", "vignette"),
    *("out of focus", "motion blur", "noise"),
)
KINDS: Mapping[str, Kind] = {
    "everyday pens": Kind(),
    **{f"{name} pen" if "pencil" not in name else name: Kind(pen=name) for name in paper.PENS},
    "felt pens": Kind(tip="felt pen"),
    "fineliners": Kind(tip="fineliner"),
    **{name: Kind(of_paper=[EFFECTS[name]]) for name in PAPERS},
    **{name: Kind(of_picture=[EFFECTS[name]]) for name in LIGHTS},
    "pencil, soft shadow": Kind(
        pen="pencil", of_picture=[EFFECTS["soft shadow"], camera.unevenly_lit]
    ),
    "coloured paper, hard shadow": Kind(of_paper=[paper.tinted], of_picture=[camera.shadowed]),
    "rough paper, lamp": Kind(of_paper=[paper.rough], of_picture=[camera.unevenly_lit]),
    "crumpled paper, lamp": Kind(of_paper=[paper.crumpled], of_picture=[camera.unevenly_lit]),
    "two shadows": Kind(of_picture=[camera.shadowed, camera.crossed_by_shadow]),
    "dark and noisy": Kind(
        of_picture=[camera.vignetted, partial(camera.noisy, sigma=camera.NOISE)]
    ),
    "felt pens, out of focus": Kind(tip="felt pen", of_picture=[camera.out_of_focus]),
    "black and white copy": Kind(of_paper=[copied]),
    "red pen, soft shadow": Kind(pen="red", of_picture=[EFFECTS["soft shadow"]]),
}


@dataclass(frozen=True)
class SheetPhotograph:
    """A photograph of a filled sheet.

    Attributes
    ----------
    picture
        Decoded from JPEG.
    page
        What is printed.
    boxes
        What is written, in the order of the page's boxes.
    corners
        float64 (N, 4, 2): the boxes' corners in the picture, clockwise from the top left.
    """

    picture: Image.Image
    page: SheetPage
    boxes: Sequence[WrittenBox] = field(repr=False)
    corners: Points = field(repr=False)


def photograph_sheet(
    page: SheetPage,
    hand: Hand,
    rng: np.random.Generator,
    *,
    kind: Kind = KINDS["everyday pens"],
    megapixels: float | None = None,
    pose: Pose | None = None,
    empty: float = EMPTY_SHARE,
) -> SheetPhotograph:
    """Return a photograph of a page that a hand filled in.

    The pose and the megapixels, within ``MEGAPIXELS``, are random if None.
    """
    pose = pose or perspective.random_pose(rng)
    megapixels = megapixels or float(np.exp(rng.uniform(*np.log(MEGAPIXELS))))
    size_px = perspective.picture_size(1e6 * megapixels, pose)
    resolution = _millimetre_px(perspective.sheet_corners(pose, PAGE_MM, size_px))
    empty_page = printed(page, resolution)
    written = write_sheet(page, empty_page, hand, rng, pen=kind.pen, tip=kind.tip, empty=empty)
    height, width = written.light.shape[:2]
    scene = Scene(written.light, np.eye(3), (width, height), written.millimetre_px)
    of_paper: list[Effect] = [paper.plain, *kind.of_paper]
    for effect in of_paper:
        scene = effect(scene, rng)
    points = _box_corners(page) * written.millimetre_px
    if rng.random() < CURLED_SHARE:
        scene, move = perspective.curled(scene, pose, rng)
        points = move(points)
    scene = perspective.seen_from(pose, scene, PAGE_MM, size_px, rng)
    points = project(points, scene.homography)
    if rng.random() < DISTORTED_SHARE:
        scene, move = perspective.distorted(scene, rng)
        points = move(points)
    return SheetPhotograph(_taken(scene, kind, rng), page, written.boxes, points.reshape(-1, 4, 2))


def _taken(scene: Scene, kind: Kind, rng: np.random.Generator) -> Image.Image:
    """Return the picture that a camera takes of the scene, decoded from JPEG."""
    unsharp = partial(camera.out_of_focus, sigma_mm=rng.uniform(*BLUR_MM))
    grainy = partial(camera.noisy, sigma=rng.uniform(*NOISE))
    of_picture: list[Effect] = [*kind.of_picture, unsharp, grainy]
    for effect in of_picture:
        scene = effect(scene, rng)
    quality = int(rng.integers(*QUALITY, endpoint=True))
    return camera.to_jpeg(camera.to_picture(scene), quality)


def _box_corners(page: SheetPage) -> Points:
    """Return the corners (4 N, 2) of a page's boxes in millimetres."""
    return np.concatenate([corners_of(box.place) for box in page.boxes])


def _millimetre_px(corners: Points) -> float:
    """Return the mean length of a millimetre in a picture, from the sheet's corners in it."""
    sides_px = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    return float(sides_px.sum() / 2 / sum(PAGE_MM))
