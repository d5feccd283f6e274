"""Each rule has a picture that is read differently when it is switched off."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.reading.ink import extract, photo, ruled_lines, threshold
from nn.reading.ink.extract import _prepared_ink, find_ink
from nn.reading.ink.photo import segment_ink
from nn.reading.ink.ruled_lines import are_frames, find_ruled_lines, is_straight_line
from nn.reading.ink.threshold import ink_by_global_threshold
from nn.reading.mnist_format import NoInk
from tests.nn.reading.rules import Case, assert_decides

SIDE_PX = 200


def seven(width: int = 12) -> np.ndarray:
    """Ink of a seven, as a camera softens it."""
    ink = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    cv2.polylines(ink, [np.array([(60, 40), (140, 40), (100, 160)])], False, 1.0, width)
    return cv2.GaussianBlur(ink, (0, 0), 1.5)


def grey(ink: np.ndarray, paper: float = 200, left: float = 0.6, noise: float = 2) -> np.ndarray:
    """A photograph of ink that reflects a part of the light."""
    levels = paper * (1 - (1 - left) * ink)
    return (
        (levels + np.random.default_rng(1).normal(0, noise, ink.shape))
        .clip(0, 255)
        .astype(np.uint8)
    )


def has_ink_at(levels: np.ndarray, x: int, y: int) -> bool:
    """Whether a point of a photograph is ink."""
    segmentation = segment_ink(levels)
    return bool(segmentation.components.pixels(segmentation.is_ink)[y, x])


def dark_pixels(levels: np.ndarray) -> int:
    """The number of pixels that are dark in a photograph."""
    segmentation = segment_ink(levels)
    return int((segmentation.contrast > segmentation.threshold).sum())


def is_prepared(levels: np.ndarray) -> bool:
    """Whether one threshold is enough."""
    return _prepared_ink(levels) is not None


def crossed_by_ruled_line() -> np.ndarray:
    """A seven that a ruled line crosses."""
    ink = seven()
    ink[99:102] = np.maximum(ink[99:102], 0.5)
    return grey(ink)


def line(level: float = 0.5, *, tilt: float = 0, top: int = 30, start: int = 0) -> np.ndarray:
    """Contrast of a line, 3 px high, from edge to edge."""
    contrast = np.zeros((120, 120), np.float32)
    for x in range(start, 120):
        y = round(top + tilt * x)
        contrast[y : y + 3, x] = level
    return contrast


def ruled_share(contrast: np.ndarray) -> bool:
    """Whether most of what is dark is on a ruled line."""
    return bool(find_ruled_lines(contrast, 0.1)[contrast > 0].mean() > 0.5)


def ruled_sheet() -> np.ndarray:
    """A drawn sheet with one line."""
    levels = np.full((SIDE_PX, SIDE_PX), 255, np.uint8)
    levels[100:103] = 0
    return levels


def with_gaps() -> np.ndarray:
    """A line of which two fifths are missing."""
    contrast = line()
    contrast[:, ::5] = contrast[:, 1::5] = 0
    return contrast


def broad_stroke(level: float = 0) -> np.ndarray:
    """A broad line in the middle, of which three pieces are missing or paler."""
    contrast = np.zeros((120, 120), np.float32)
    contrast[55:65] = 0.5
    for x in (33, 63, 93):
        contrast[:, x : x + (3 if level == 0 else 10)] *= level
    return contrast


def half_pale(top: int, level: float) -> np.ndarray:
    """A line of which a sixth is paler."""
    contrast = line(top=top)
    contrast[:, 40:60] *= level
    return contrast


def crossed() -> np.ndarray:
    """A pale ruled line with a dark stroke across it."""
    contrast = line(0.2, top=100)
    contrast[60:115, 40:48] = 0.8
    return contrast


def corner_cut() -> np.ndarray:
    """Contrast of a line that leaves a low picture in the middle of its upper edge."""
    return line(tilt=0.25, top=-15, start=60)[:40]


def on_narrow_sheet() -> tuple[np.ndarray, float, np.ndarray]:
    """A line on a light sheet, 52 of 120 px wide: contrast, threshold and paper."""
    contrast, paper = line(top=100), np.full((120, 120), 60, np.uint8)
    contrast[:, :20] = contrast[:, 72:] = 0
    paper[:, 20:72] = 200
    return contrast, 0.1, paper


def sagging() -> np.ndarray:
    """Contrast of a line, 4 px high and 1280 long, whose middle is 5 px lower than its ends."""
    contrast = np.zeros((300, 1280), np.float32)
    for x in range(1280):
        top = 100 + round(20 * (x / 1280) * (1 - x / 1280))
        contrast[top : top + 4, x] = 0.5
    return contrast


def broad_seven_on_lines() -> np.ndarray:
    """A seven by a pen of 34 px on lines of 5 px."""
    ink = seven(34)
    for top in range(8, SIDE_PX, 25):
        ink[top : top + 5] = np.maximum(ink[top : top + 5], 0.5)
    return grey(ink, left=0.4)


def cut_in_two() -> np.ndarray:
    """A pale seven across a ruled line that is nearly as dark."""
    ink = 0.6 * seven()
    ink[99:102] = np.maximum(ink[99:102], 0.5)
    return grey(ink)


def n_pieces(levels: np.ndarray) -> int:
    """How many pieces the ink of a photograph has."""
    found = segment_ink(levels)
    is_ink = found.components.pixels(found.is_ink)
    return int(cv2.connectedComponents(is_ink.view(np.uint8))[0]) - 1


def filling_plus() -> np.ndarray:
    """A dark plus that leaves a light square of 7 px in each corner of 30."""
    levels = np.full((30, 30), 40, np.uint8)
    light = np.r_[:7, 23:30]
    levels[np.ix_(light, light)] = 220
    return levels


def bordered() -> np.ndarray:
    """A seven in a printed border, 5 px from the edge."""
    ink = seven()
    cv2.rectangle(ink, (5, 5), (194, 194), 1.0, 3)
    return grey(ink, left=0.1)


def is_blank(levels: np.ndarray) -> bool:
    """Whether no ink is found in a picture."""
    try:
        find_ink(Image.fromarray(levels))
    except NoInk:
        return True
    return False


def bar(width: int, height: int) -> np.ndarray:
    return np.ones((height, width), np.float32)


def table(*heights: int) -> bool:
    """Whether a box around components of these heights is a frame."""
    inner = [(10 + 20 * number, 10, 20 + 20 * number, 10 + h) for number, h in enumerate(heights)]
    return bool(are_frames(np.array([(0, 0, 100, 100), *inner]))[0])


CASES: dict[str, Case] = {
    "a picture of little contrast": (threshold, "MIN_CONTRAST", 1,
        lambda: is_prepared(np.pad(np.full((60, 60), 210, np.uint8), 70, constant_values=220)),
        False),
    "a flat picture that is not framed": (
        extract,
        "MIN_FLAT_SHARE",
        2,
        lambda: is_prepared(
            np.pad(
                np.zeros((90, 40), np.uint8), ((0, 20), (5, 65)), "constant", constant_values=255
            )
        ),
        True,
    ),
    "uneven light": (extract, "MAX_UNEVEN_LEVELS", 255,
        lambda: is_prepared(grey(seven(), np.linspace(200, 215, SIDE_PX), left=0.1)), False),
    "a ruled sheet": (extract, "_is_ruled", lambda ink: False, lambda: is_prepared(ruled_sheet()),
        False),
    "a broad stroke that fills the picture": (
        extract,
        "MIN_BROAD_LINE",
        1,
        lambda: is_prepared(
            np.where(np.arange(120)[:, None] // 40 == np.ones(120, int), 0, 255).astype(np.uint8)
        ),
        True,
    ),
    "a small picture": (extract, "MIN_PHOTOGRAPH_PX", 0,
        lambda: is_prepared(grey(seven(), np.linspace(120, 240, SIDE_PX))[40:119, 60:139]), True),
    "a ruled line": (photo, "find_ruled_lines", lambda contrast, *_: np.zeros(contrast.shape, bool),
        lambda: bool(segment_ink(crossed_by_ruled_line()).components.labels[101, 30] > 0), False),
    "light ink": (photo, "MIN_LIGHT_INK_RATIO", np.inf,
        lambda: has_ink_at(255 - grey(seven()), 100, 40), True),
    "grain": (photo, "NOISE_DEVIATIONS", 0, lambda: dark_pixels(grey(seven(), noise=20)) < 3500,
        True),
    "smooth shading": (photo, "MIN_CONTRAST", 0, lambda: dark_pixels(grey(seven(), noise=0)) < 5000,
        True),
    "a line off level": (ruled_lines, "MAX_TILT_DEGREES", 1, lambda: ruled_share(line(tilt=0.15)),
        True),
    "a line with gaps": (ruled_lines, "MIN_COVERED", 0.5,
        lambda: bool(find_ruled_lines(with_gaps(), 0.1).any()), False),
    "a broad stroke in the middle that is not all dark": (ruled_lines, "MIN_COVERED_IN_MIDDLE", 0,
        lambda: bool(find_ruled_lines(broad_stroke(), 0.1).any()), False),
    "a broad stroke in the middle that touches both edges": (ruled_lines,
        "MIN_OF_SEGMENT_IN_MIDDLE", 0, lambda: bool(find_ruled_lines(broad_stroke(0.4), 0.1).any()),
        False),
    "a line that a shadow makes paler": (ruled_lines, "MIN_OF_SEGMENT", 0,
        lambda: ruled_share(half_pale(30, 0.3)), False),
    "a stroke across a ruled line": (ruled_lines, "MIN_CROSSING_CONTRAST", 1000,
        lambda: bool(find_ruled_lines(crossed(), 0.1)[101, 44]), False),
    "the bar of a 7": (ruled_lines, "MIN_LEVEL_LENGTH", 0.5,
        lambda: is_straight_line(bar(70, 5), 60), False),
    "a long 1": (ruled_lines, "MIN_UPRIGHT_LENGTH", 1, lambda: is_straight_line(bar(5, 100), 60),
        False),
    "a short thick bar": (ruled_lines, "MAX_SLENDERNESS", 1,
        lambda: is_straight_line(bar(80, 14), 60), False),
    "a row of digits that touch": (ruled_lines, "MAX_THICKNESS", 1,
        lambda: is_straight_line(bar(400, 30), 60), False),
    "a 0 with specks": (ruled_lines, "MIN_FRAMED", 0, lambda: table(40, 3), False),
    "a 0 with two short strokes": (ruled_lines, "MAX_FRAMED", 0, lambda: table(10, 12), False),
    "a table": (ruled_lines, "MAX_FRAMED", 1, lambda: table(20, 20), True),
    "a line across a corner": (ruled_lines, "MIN_INSIDE_LENGTH", 0,
        lambda: bool(find_ruled_lines(corner_cut(), 0.1, np.full((40, 120), 200, np.uint8)).any()),
        False),
    "a line on a sheet that covers less than half of a table": (ruled_lines, "SHEET_QUANTILE", 0.5,
        lambda: bool(find_ruled_lines(*on_narrow_sheet())[101, 40]), True),
    "a long line that sags": (ruled_lines, "SEARCHED_PX", 10_000,
        lambda: bool(find_ruled_lines(sagging(), 0.1)[sagging() > 0].mean() > 0.8), True),
    "dark ruled lines under a broad pen": (photo, "RULED_PX", 3,
        lambda: has_ink_at(broad_seven_on_lines(), 100, 46), True),
    "a broad pen on ruled lines": (photo, "RULED_PX", 61,
        lambda: has_ink_at(broad_seven_on_lines(), 100, 46), True),
    "the grain of a small picture": (photo, "MIN_GRAIN_PX", 0.1,
        lambda: dark_pixels(grey(seven(), noise=20)) > 2000, True),
    "a stroke that a ruled line cuts": (photo, "MAX_BRIDGE", 0, lambda: n_pieces(cut_in_two()), 1),
    "a digit that touches all edges": (threshold, "CORNER", 1,
        lambda: float(ink_by_global_threshold(filling_plus()).ink[15, 15]), 1),
    "a thin strip": (extract, "MIN_SIDE_PX", 0,
        lambda: is_prepared(np.tile(np.linspace(120, 240, SIDE_PX), (5, 1)).astype(np.uint8)),
        True),
    "grain that hides a pale digit": (extract, "MIN_NOISY_THRESHOLD", np.inf,
        lambda: is_blank(grey(seven(), left=0.85, noise=50)), False),
    "a border near the edge": (extract, "FRAME_WIDTH", 1e-3, lambda: is_prepared(bordered()),
        False),
    "a border in the frame": (extract, "MAX_FRAME_INK", 1, lambda: is_prepared(bordered()), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_decides(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_decides(case, monkeypatch)
