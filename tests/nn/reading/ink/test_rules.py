"""Each rule has a picture that is read differently when it is switched off."""

import cv2
import numpy as np
import pytest

from nn.reading.ink import extract, photo, ruled_lines, threshold
from nn.reading.ink.extract import _prepared_ink
from nn.reading.ink.photo import segment_ink
from nn.reading.ink.ruled_lines import are_frames, find_ruled_lines, is_straight_line
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


def bar(width: int, height: int) -> np.ndarray:
    return np.ones((height, width), np.float32)


def table(*heights: int) -> bool:
    """Whether a box around components of these heights is a frame."""
    inner = [(10 + 20 * number, 10, 20 + 20 * number, 10 + h) for number, h in enumerate(heights)]
    return bool(are_frames(np.array([(0, 0, 100, 100), *inner]))[0])


CASES: dict[str, Case] = {
    "a picture of little contrast": (
        threshold,
        "MIN_CONTRAST",
        1,
        lambda: is_prepared(np.pad(np.full((60, 60), 210, np.uint8), 70, constant_values=220)),
        False,
    ),
    "a flat picture that is not framed": (
        extract,
        "FLAT_SHARE",
        2,
        lambda: is_prepared(
            np.pad(
                np.zeros((90, 40), np.uint8), ((0, 20), (5, 65)), "constant", constant_values=255
            )
        ),
        True,
    ),
    "uneven light": (
        extract,
        "EVEN_LEVELS",
        255,
        lambda: is_prepared(grey(seven(), np.linspace(200, 215, SIDE_PX), left=0.1)),
        False,
    ),
    "a ruled sheet": (
        extract,
        "_is_ruled",
        lambda ink: False,
        lambda: is_prepared(ruled_sheet()),
        False,
    ),
    "a broad stroke that fills the picture": (
        extract,
        "BROAD",
        1,
        lambda: is_prepared(
            np.where(np.arange(120)[:, None] // 40 == np.ones(120, int), 0, 255).astype(np.uint8)
        ),
        True,
    ),
    "a small picture": (
        extract,
        "LEAST_PHOTOGRAPH_PX",
        0,
        lambda: is_prepared(grey(seven(), np.linspace(120, 240, SIDE_PX))[40:119, 60:139]),
        True,
    ),
    "a ruled line": (
        photo,
        "find_ruled_lines",
        lambda contrast, *_: np.zeros(contrast.shape, bool),
        lambda: bool(segment_ink(crossed_by_ruled_line()).components.labels[101, 30] > 0),
        False,
    ),
    "light ink": (
        photo,
        "LIGHT_INK",
        np.inf,
        lambda: has_ink_at(255 - grey(seven()), 100, 40),
        True,
    ),
    "grain": (photo, "NOISE", 0, lambda: dark_pixels(grey(seven(), noise=20)) < 3500, True),
    "smooth shading": (
        photo,
        "LEAST_CONTRAST",
        0,
        lambda: dark_pixels(grey(seven(), noise=0)) < 5000,
        True,
    ),
    "a line off level": (
        ruled_lines,
        "TILT_DEGREES",
        1,
        lambda: ruled_share(line(tilt=0.15)),
        True,
    ),
    "a line with gaps": (
        ruled_lines,
        "COVERED",
        0.5,
        lambda: bool(find_ruled_lines(with_gaps(), 0.1).any()),
        False,
    ),
    "a broad stroke in the middle that is not all dark": (
        ruled_lines,
        "COVERED_IN_MIDDLE",
        0,
        lambda: bool(find_ruled_lines(broad_stroke(), 0.1).any()),
        False,
    ),
    "a broad stroke in the middle that touches both edges": (
        ruled_lines,
        "LEAST_IN_MIDDLE",
        0,
        lambda: bool(find_ruled_lines(broad_stroke(0.4), 0.1).any()),
        False,
    ),
    "a line that a shadow makes paler": (
        ruled_lines,
        "LEAST_OF_SEGMENT",
        0,
        lambda: ruled_share(half_pale(30, 0.3)),
        False,
    ),
    "a stroke across a ruled line": (
        ruled_lines,
        "DARKER",
        1000,
        lambda: bool(find_ruled_lines(crossed(), 0.1)[101, 44]),
        False,
    ),
    "the bar of a 7": (
        ruled_lines,
        "LEVEL_LENGTH",
        0.5,
        lambda: is_straight_line(bar(70, 5), 60),
        False,
    ),
    "a long 1": (
        ruled_lines,
        "UPRIGHT_LENGTH",
        1,
        lambda: is_straight_line(bar(5, 100), 60),
        False,
    ),
    "a short thick bar": (
        ruled_lines,
        "SLENDERNESS",
        1,
        lambda: is_straight_line(bar(80, 14), 60),
        False,
    ),
    "a row of digits that touch": (
        ruled_lines,
        "THICKNESS",
        1,
        lambda: is_straight_line(bar(400, 30), 60),
        False,
    ),
    "a 0 with specks": (ruled_lines, "LEAST_FRAMED", 0, lambda: table(40, 3), False),
    "a 0 with two short strokes": (ruled_lines, "MOST_FRAMED", 0, lambda: table(10, 12), False),
    "a table": (ruled_lines, "MOST_FRAMED", 1, lambda: table(20, 20), True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_decides(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_decides(case, monkeypatch)
