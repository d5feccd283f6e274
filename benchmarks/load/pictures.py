"""Pictures to send: drawn digits, and photographs of numbers."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.drawing import as_file

DRAWING_PX = 280
# Each digit as one stroke, in tenths of the drawing's side.
STROKES = {
    0: [(5, 2), (3, 4), (3, 7), (5, 8), (7, 6), (7, 4), (5, 2)],
    1: [(4, 3), (5, 2), (5, 8)],
    2: [(3, 3), (5, 2), (7, 3), (6, 5), (3, 8), (7, 8)],
    3: [(3, 2), (7, 2), (5, 4), (7, 6), (5, 8), (3, 7)],
    4: [(4, 2), (3, 5), (7, 5), (6, 3), (6, 8)],
    5: [(7, 2), (4, 2), (3, 5), (6, 4), (7, 6), (5, 8), (3, 7)],
    6: [(6, 2), (4, 4), (3, 7), (5, 8), (7, 7), (5, 5), (4, 6)],
    7: [(3, 2), (7, 2), (4, 8)],
    8: [(5, 5), (3, 3), (5, 2), (7, 3), (3, 7), (5, 8), (7, 7), (5, 5)],
    9: [(7, 3), (4, 2), (3, 4), (5, 5), (7, 3), (6, 8)],
}


def drawings(n_pictures: int, seed: int = 0) -> list[bytes]:
    """Return PNG files of drawn digits, 280 x 280, no two alike: grey, in colour, transparent."""
    rng = np.random.default_rng(seed)
    modes = ("L", "RGB", "RGBA", "LA")
    files = []
    for number in range(n_pictures):
        ink = Image.new("L", (DRAWING_PX, DRAWING_PX))
        _draw(ink, number % 10, (0, 0), DRAWING_PX, rng)
        picture = ink.point(lambda level: 255 - level).convert(modes[number % len(modes)])
        if picture.mode == "LA":
            picture.putalpha(ink)
        files.append(as_file(picture, "PNG"))
    return files


def photograph(seed: int = 0, width_px: int = 1600, height_px: int = 1200) -> bytes:
    """Return a JPEG file of four digits on paper, in uneven light, as a phone takes it."""
    rng = np.random.default_rng(seed)
    ink = Image.new("L", (width_px, height_px))
    side_px = width_px // 4
    for place in range(4):
        corner = (place * side_px, (height_px - side_px) // 2)
        _draw(ink, int(rng.integers(10)), corner, side_px, rng)
    ink = ink.filter(ImageFilter.GaussianBlur(2))
    light = np.linspace(120, 230, width_px) * np.linspace(0.8, 1, height_px)[:, None]
    grain = rng.normal(0, 4, (height_px, width_px))
    levels = light * (1 - 0.7 * np.asarray(ink) / 255) + grain
    return as_file(Image.fromarray(levels.clip(0, 255).astype(np.uint8)).convert("RGB"), "JPEG")


def _draw(
    ink: Image.Image,
    digit: int,
    corner: tuple[int, int],
    side_px: int,
    rng: np.random.Generator,
) -> None:
    """Draw a digit into a square of a picture, moved and turned a little, with a random pen."""
    angle, size = rng.normal(0, 0.12), side_px / 10 * rng.uniform(0.8, 1)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    middle = np.array(corner) + side_px / 2 + rng.normal(0, side_px / 40, 2)
    points = [tuple(middle + size * turn @ (np.array(point) - 5)) for point in STROKES[digit]]
    width_px = max(1, round(side_px * rng.uniform(0.04, 0.08)))
    ImageDraw.Draw(ink).line(points, fill=255, width=width_px, joint="curve")
