"""A line on paper, as a scanner or a phone sees it: patterns, rules, neighbours, light and blur.

Sizes are relative to the height of a usual digit, where nothing else is said.
"""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from nn.data.synthetic.lines import Line, LineWriter
from nn.reading.mnist import Ink, Pixels, bounding_box

# Proportions of lines with:
PATTERNED = 0.6  # a pattern, as on cheques
RULED, BOXED = 0.28, 0.08  # a rule under or through the digits, sides of a box around them
REMAINS, BESIDE = 0.15, 0.08  # parts of the lines above and below, or of a sign at the side
GRAINY, UNEVEN = 0.25, 0.15  # a pencil's grain, ink of uneven strength
PALE = 0.8  # ink of any strength; the rest is pale
SHADED, SHADOWED, BLURRED, COMPRESSED = 0.5, 0.15, 0.5, 0.4

MARGINS = (-0.03, 0.5)  # of the picture around the ink
AT_EDGE, CUT = 0.25, (-0.12, 0.02)  # proportion of sides at which ink meets the edge; its margin
CAPTURED_PX = (14, 64)  # lowest and highest digit of a picture
MAX_BLUR = 0.045  # standard deviation
MAX_SHADE = 0.8  # standard deviation of the light, over the ink's darkness, at most 0.25
SHADOW = (0.2, 0.65)  # share of the light that a shadow takes
SHADOW_WIDTH, PENUMBRA = (0.2, 8), (0.02, 0.6)  # of a shadow, and of its edges
MAX_NOISE = 0.14  # standard deviation, over the ink's darkness
QUALITY = (30, 95)  # of JPEG
MIN_SIDE_PX = 8


@dataclass(frozen=True)
class Photograph:
    """A picture of a line, uint8 (H, W), dark on light, and the ink of each sign, (K, H, W)."""

    grey: Pixels
    of_signs: Ink


def photograph(line: Line, writer: LineWriter, rng: np.random.Generator) -> Photograph:
    """Return a picture of a line; the writer wrote its neighbours."""
    ink, height_px = line.ink, line.height_px
    left, top, width, height = bounding_box(ink)
    right, bottom = left + width, top + height
    margins = [CUT if rng.random() < AT_EDGE else MARGINS for _ in range(4)]
    edges = [
        max(round(height_px * rng.uniform(*limits)), -(side // 4))  # a minus is lower than two cuts
        for limits, side in zip(margins, (width, width, height, height), strict=True)
    ]
    drawn = np.zeros_like(ink)
    if rng.random() < RULED:
        _add_rule(drawn, line, (left, right), rng)
    if rng.random() < BOXED:
        _add_box(drawn, (left, top, right, bottom), height_px, rng)
    if rng.random() < REMAINS:
        _add_remains(
            drawn, (top, bottom), writer.write(rng, height_px * rng.uniform(0.8, 1.1)), rng
        )
    if rng.random() < BESIDE:
        edges[0], edges[1] = _add_beside(drawn, (left, right), writer, height_px, rng)
    rows = slice(max(0, top - edges[2]), bottom + edges[3])
    columns = slice(max(0, left - edges[0]), right + edges[1])
    scale = np.exp(rng.uniform(*np.log(CAPTURED_PX))) / height_px
    of_line, beside, *of_signs = (
        _resized(part[rows, columns], scale) for part in (ink, drawn, *line.of_signs)
    )
    grey = _capture(of_line, beside, scale * height_px, rng)
    return Photograph(grey, np.array(of_signs, np.float32).reshape(-1, *grey.shape))


def _add_rule(drawn: Ink, line: Line, ends: tuple[int, int], rng: np.random.Generator) -> None:
    columns, height_px = drawn.shape[1], line.height_px
    for _ in range(rng.choice((1, 2), p=(0.8, 0.2))):
        y = line.baseline_px + rng.normal(0.03, 0.1) * height_px
        if rng.random() < 0.25:
            y = line.baseline_px - rng.uniform(0, 1.2) * height_px
        across = rng.normal(0, 0.02) * columns
        left, right = 0, columns
        if rng.random() < 0.4:
            left, right = int(rng.uniform(0, ends[0] + 1)), int(rng.uniform(ends[1] - 1, columns))
        thickness = max(1, round(height_px * rng.uniform(0.015, 0.06)))
        places = (left, round(y)), (right, round(y + across))
        cv2.line(drawn, *places, rng.uniform(0.3, 1), thickness, cv2.LINE_AA)


def _add_box(
    drawn: Ink, box: tuple[int, int, int, int], height_px: float, rng: np.random.Generator
) -> None:
    rows, columns = drawn.shape
    apart = (height_px * rng.uniform(0.05, 0.5, 4)).astype(int).tolist()
    left, top, right, bottom = (
        side + sign * gap for side, sign, gap in zip(box, (-1, -1, 1, 1), apart, strict=True)
    )
    sides = [
        ((left, 0), (left, rows)),
        ((right, 0), (right, rows)),
        ((0, top), (columns, top)),
        ((0, bottom), (columns, bottom)),
    ]
    thickness = max(1, round(height_px * rng.uniform(0.015, 0.07)))
    for start, end in sides:
        if rng.random() < 0.7:
            cv2.line(drawn, start, end, rng.uniform(0.4, 1), thickness, cv2.LINE_AA)


def _add_remains(drawn: Ink, ends: tuple[int, int], other: Line, rng: np.random.Generator) -> None:
    """Draw the lowest part of the line above, or the uppermost of the line below."""
    _, top, _, height = bounding_box(other.ink)
    ink = other.ink[top : top + height]
    n_rows = max(1, int(height * rng.uniform(0.05, 0.35)))
    apart = round(other.height_px * rng.uniform(0.08, 0.3))
    if rng.random() < 0.5:
        part, first = ink[-n_rows:], ends[0] - apart - n_rows
    else:
        part, first = ink[:n_rows], ends[1] + apart
    start = int(rng.uniform(-0.3, 0.5) * drawn.shape[1])
    part = part[max(0, -first) :, max(0, -start) :]
    first, start = max(0, first), max(0, start)
    part = part[: max(0, len(drawn) - first), : max(0, drawn.shape[1] - start)]
    drawn[first : first + len(part), start : start + part.shape[1]] = part


def _add_beside(
    drawn: Ink,
    ends: tuple[int, int],
    writer: LineWriter,
    height_px: float,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """Draw a sign at one side, and return the margins left and right that cut it off."""
    other = writer.write(rng, height_px)
    left, top, width, height = bounding_box(other.ink)
    width = min(width, round(1.2 * height_px))  # about the first sign
    height = min(height, len(drawn))
    apart = round(height_px * rng.uniform(0.15, 0.5))
    visible = min(round(width * rng.uniform(0.1, 0.35)), round(0.9 * height_px) - apart)
    margins = [round(height_px * rng.uniform(0.02, 0.4)) for _ in range(2)]
    if visible < 1:
        return margins[0], margins[1]
    first = int(rng.uniform(0, len(drawn) - height + 1))
    if rng.random() < 0.5:
        part = other.ink[top : top + height, left : left + visible]
        start = ends[1] + apart
        margins[1] = apart + visible
    else:
        part = other.ink[top : top + height, left + width - visible : left + width]
        start = ends[0] - apart - visible
        margins[0] = apart + visible
    start = max(0, start)
    part = part[:, : max(0, drawn.shape[1] - start)]
    place = drawn[first : first + height, start : start + part.shape[1]]
    np.maximum(place, part, out=place)
    return margins[0], margins[1]


def _resized(ink: Ink, scale: float) -> Ink:
    rows, columns = (max(MIN_SIDE_PX, round(side * scale)) for side in ink.shape)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, (columns, rows), interpolation=kind), np.float32)


def _capture(ink: Ink, drawn: Ink, height_px: float, rng: np.random.Generator) -> Pixels:
    """Return ink and what is drawn beside it as a camera or scanner sees it, perhaps as JPEG.

    ``height_px`` is the height of a digit.
    """
    rows, columns = ink.shape
    texture = rng.random()
    if texture < GRAINY:  # a pencil's
        grain = smooth_noise(ink.shape, rng.uniform(1, 3), rng) > rng.uniform(-0.2, 0.8)
        ink = np.asarray(ink * (1 - rng.uniform(0.2, 0.8) * grain), np.float32)
    elif texture < GRAINY + UNEVEN:
        strength = 0.8 + 0.3 * smooth_noise(ink.shape, rng.uniform(5, 20), rng)
        ink = np.asarray(ink * strength.clip(0.3, 1), np.float32)
    paper = rng.uniform(0.5, 1)
    dark = paper * (rng.uniform(0.25, 0.95) if rng.random() < PALE else rng.uniform(0.1, 0.3))
    printed = background_pattern(rows, columns, rng) * rng.uniform(0.2, 0.8) * dark
    others = np.maximum(drawn * dark * rng.uniform(0.4, 1.1), printed)
    if rng.random() < 0.7:
        grey = paper - np.maximum(ink * dark, others)
    else:
        grey = paper - np.minimum(ink * dark + others * (1 - 0.5 * ink), paper)
    grey = grey.astype(np.float32)
    if rng.random() < SHADED:
        light = smooth_noise(grey.shape, max(8, columns / 3), rng)
        grey = grey * (1 + rng.uniform(0, min(0.25, MAX_SHADE * dark)) * light)
    if rng.random() < SHADOWED:
        grey = grey * shadow_light(grey.shape, height_px, rng)
    if rng.random() < BLURRED:
        blur_px = rng.uniform(0.3, max(0.4, MAX_BLUR * height_px))
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), blur_px), np.float32)
    noisy = grey + rng.normal(0, rng.uniform(0, MAX_NOISE * dark), grey.shape)
    pixels: Pixels = (noisy.clip(0, 1) * 255).astype(np.uint8)
    if rng.random() < COMPRESSED:
        return compressed(pixels, int(rng.integers(*QUALITY)))
    return pixels


def compressed(pixels: Pixels, quality: int) -> Pixels:
    """Return a picture (H, W) as JPEG of this quality leaves it."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))


def shadow_light(shape: tuple[int, ...], height_px: float, rng: np.random.Generator) -> Ink:
    """Return the light (H, W) that a straight band of shadow leaves, 0 to 1."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = x * np.cos(angle) + y * np.sin(angle)
    width_px, edge_px = (
        height_px * np.exp(rng.uniform(*np.log(sizes))) for sizes in (SHADOW_WIDTH, PENUMBRA)
    )
    middle = rng.uniform(across.min(), across.max()) + rng.uniform(-0.5, 0.5) * width_px
    inside_px = width_px / 2 - np.abs(across - middle)
    shadow = rng.uniform(*SHADOW) * (inside_px / edge_px + 0.5).clip(0, 1)
    return np.asarray(1 - shadow, np.float32)


def background_pattern(rows: int, columns: int, rng: np.random.Generator) -> Ink:
    """Return the paper's pattern, 0 to 1: none, waves and lines, or dots."""
    pattern = np.zeros((rows, columns), np.float32)
    if rng.random() >= PATTERNED:
        return pattern
    if rng.random() < 0.25:
        dots = smooth_noise((rows, columns), rng.uniform(1, 4), rng) > rng.uniform(-0.3, 1)
        return (rng.uniform(0.05, 0.4) * dots).astype(np.float32)
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    for _ in range(rng.integers(1, 4)):
        angle = rng.uniform(0, np.pi) if rng.random() < 0.6 else rng.choice((0, np.pi / 2))
        across = x * np.cos(angle) + y * np.sin(angle)
        if rng.random() < 0.6:
            along = x * np.sin(angle) - y * np.cos(angle)
            turns = along * 2 * np.pi / rng.uniform(20, 120) + rng.uniform(0, 6)
            across = across + rng.uniform(0, 4) * np.sin(turns)
        phase = (across / rng.uniform(3, 16)) % 1
        thickness = rng.uniform(0.1, 0.5)
        lines = (1 - np.abs(phase - 0.5) / thickness).clip(0, 1)
        if rng.random() < 0.3:
            lines = (phase < thickness).astype(np.float32)
        np.maximum(pattern, rng.uniform(0.05, 0.45) * lines, out=pattern)
    return pattern


def smooth_noise(shape: tuple[int, ...], size_px: float, rng: np.random.Generator) -> Ink:
    """Return smooth noise (H, W) of a standard deviation of about 1, with spots of this size."""
    rows, columns = (max(2, int(side / size_px) + 2) for side in shape)
    coarse = rng.normal(size=(rows, columns)).astype(np.float32)
    fine = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, np.float32)
