"""What a camera or scanner makes of a sheet: its light, what lies on it, blur, noise, few pixels.

Pictures are float32 (H, W), 0 for black to 1 for white.
"""

import cv2
import numpy as np

from nn.data.synthetic.paper import compressed, shadow_light, smooth_noise
from nn.reading.mnist import Ink, Pixels

QUALITY = (20, 96)  # of JPEG
MIN_SIDE_PX = 14  # of a picture that is enlarged
MIN_DIFFERENCE = 0.15  # between paper and what lies beside it


def light(side_px: int, rng: np.random.Generator) -> Ink | None:
    """Return the light (S, S) on a sheet, up to 1, or None where it is even."""
    kind = rng.random()
    if kind < 0.4:
        return None
    shape = (side_px, side_px)
    if kind < 0.55:  # uneven
        coarse = 1 + rng.uniform(0.02, 0.2) * smooth_noise(shape, side_px / 2, rng)
        return np.asarray(coarse.clip(0.3, 1.2), np.float32)
    along = np.linspace(-1, 1, side_px, dtype=np.float32)
    if kind < 0.63:  # darker to one side, or to all corners
        slope = rng.uniform(-0.2, 0.2, 2)
        gradient = 1 + slope[0] * along + slope[1] * along[:, None]
        corners = rng.uniform(0, 0.25) * (along**2 + along[:, None] ** 2)
        return np.asarray(gradient - corners, np.float32)
    if kind < 0.7:  # the gutter of a book, a fold
        place, width = rng.uniform(-1.1, 1.1), np.exp(rng.uniform(np.log(0.02), np.log(0.5)))
        across = (along - place) / width
        depth = rng.uniform(0.1, 0.85 if abs(place) > 0.8 else 0.25)
        side = np.exp(-np.abs(across)) if rng.random() < 0.5 else np.exp(-(across**2))
        line = np.asarray(1 - depth * side, np.float32)
        whole = np.broadcast_to(line, shape)
        return np.asarray(whole.T if rng.random() < 0.4 else whole, np.float32)
    if kind < 0.76:
        return shadow_light(shape, side_px * rng.uniform(0.1, 1), rng)
    if kind < 0.86:
        return light_beside_cable(side_px, rng)
    corners_px = (rng.uniform(-0.3, 1.3, (4, 2)) * side_px).astype(np.int32)
    shadow = np.zeros(shape, np.float32)
    cv2.fillPoly(shadow, [corners_px], rng.uniform(0.1, 0.6))
    return np.asarray(1 - cv2.GaussianBlur(shadow, (0, 0), rng.uniform(0.6, 15)), np.float32)


def light_beside_cable(side_px: int, rng: np.random.Generator) -> Ink:
    """Return the light (S, S) that a bent band of shadow leaves, of a cable or a finger."""
    angle, places = rng.uniform(0, 2 * np.pi), np.linspace(-1, 1, 40)
    bend = rng.normal(0, 0.25) * np.sin(places * rng.uniform(1, 5) + rng.uniform(0, 6))
    along = np.array([np.cos(angle), np.sin(angle)])
    band = np.outer(places, along) + np.outer(bend, along[::-1] * (1, -1))
    band = (band + rng.uniform(0.1, 0.9, 2)) * side_px
    width_px = np.exp(rng.uniform(*np.log((0.05, 0.4)))) * side_px
    shadow = np.zeros((side_px, side_px), np.float32)
    fixed = np.rint(8 * band).astype(np.int32)
    strength = rng.uniform(0.1, 0.6)
    cv2.polylines(shadow, [fixed], False, strength, max(1, round(width_px)), cv2.LINE_8, 3)
    # The edge of a narrow hard shadow could be a pen's line.
    least = 0.2 if width_px < 0.15 * side_px else 0.01
    blurred = cv2.GaussianBlur(shadow, (0, 0), rng.uniform(least, 0.6) * width_px)
    return np.asarray(1 - blurred, np.float32)


def cover_sheet(side_px: int, paper: float, rng: np.random.Generator) -> tuple[Ink, Ink]:
    """Return how much of each pixel lies on or beside the sheet (S, S), and how bright that is.

    A table beside the paper, a scanner's black edge, a clip or a finger, punched holes; none is as
    bright as the paper.
    """
    cover = np.zeros((side_px, side_px), np.uint8)
    kind, level = rng.random(), rng.uniform(0, 1)
    if abs(level - paper) < MIN_DIFFERENCE:
        level = paper - rng.uniform(1, 3) * MIN_DIFFERENCE
    roughness = rng.uniform(0, 0.12)
    if kind < 0.6:  # a table, a black edge
        depth_px, lean_px = rng.uniform(0.02, 0.3) * side_px, rng.normal(0, 6)
        edge = np.array([(-9, -9), (depth_px, -9), (depth_px + lean_px, side_px + 9)])
        if rng.random() < 0.4:
            level = rng.uniform(0, 0.12)
        cv2.fillPoly(
            cover,
            [np.rint(np.vstack([edge, (-9, side_px + 9)]) * 8).astype(np.int32)],
            *(255, cv2.LINE_AA, 3),
        )
        if rng.random() < 0.2:
            cover = np.maximum(cover, np.rot90(cover, int(rng.integers(1, 4))))
    elif kind < 0.8:  # a clip, a finger
        x, y = rng.uniform(0, side_px), rng.uniform(-12, 6)
        axes = rng.uniform(5, 30), rng.uniform(8, 28)
        centre = x, max(y, 4 - axes[1])  # a part of it is in the picture
        cv2.ellipse(cover, (centre, (2 * axes[0], 2 * axes[1]), rng.normal(0, 15)), 255, -1)
        if rng.random() < 0.5:
            level = rng.uniform(0, 0.35)
    elif kind < 0.92:  # punched holes
        radius = round(rng.uniform(4, 16))
        x = round(rng.uniform(0, 0.25) * side_px)
        for y in np.arange(rng.uniform(-30, 60), side_px + 20, rng.uniform(50, 120)):
            cv2.circle(cover, (x, round(float(y))), radius, 255, -1, cv2.LINE_AA)
    else:  # a ring of coffee
        x, y = (rng.uniform(-0.2, 1.2, 2) * side_px).round().astype(int).tolist()
        radius, width = round(rng.uniform(20, 90)), round(rng.uniform(2, 7))
        cv2.circle(cover, (x, y), radius, int(rng.uniform(60, 200)), width, cv2.LINE_AA)
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.5, 1.5)), np.uint8)
        level, roughness = min(level, paper) * 0.5, 0.02
    cover = np.ascontiguousarray(np.rot90(cover, int(rng.integers(4))))
    what = level + roughness * smooth_noise(cover.shape, rng.uniform(1, 20), rng)
    return np.asarray(cover / np.float32(255), np.float32), np.asarray(what, np.float32)


def to_binary(grey: Ink, threshold: float, rng: np.random.Generator) -> Ink:
    """Return a picture as a fax or a scanner of two levels has it, perhaps with specks."""
    soft = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.5, 1))
    binary = (soft + rng.normal(0, rng.uniform(0, 0.03), grey.shape) > threshold).astype(np.float32)
    if rng.random() < 0.35:
        specks = rng.random(grey.shape, np.float32)
        share = rng.uniform(0.0005, 0.01)
        binary[specks < share] = 0
        binary[specks > 1 - share] = 1
    return binary


def capture(grey: Ink, pen_px: float, contrast: float, rng: np.random.Generator) -> Pixels:
    """Return a sheet as uint8 (S, S): blurred, of fewer pixels, noisy, compressed.

    Lines ``pen_px`` wide, darker than paper by ``contrast``, can still be told from paper.
    """
    side_px, kind = len(grey), rng.random()
    share = np.interp(contrast, (0.05, 0.3), (0.3, 1))  # pale lines bear less blur
    sharp_px = share * pen_px  # of which fewer pixels or blur leave enough
    if kind < 0.75:
        most = (0.35 if rng.random() < 0.8 else 0.6) * sharp_px + 0.4
        blur_px = rng.uniform(0.3, min(4.0, most) if rng.random() < 0.5 else min(1.2, most))
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), blur_px), np.float32)
    elif kind < 0.81:
        length_px = rng.uniform(1, min(9.0, 1 + pen_px))
        angle = rng.uniform(0, np.pi)
        ends = length_px / 2 * np.array([np.cos(angle), np.sin(angle)]) * 8
        kernel = np.zeros((11, 11), np.float32)
        middle = np.array([40, 40])
        line = np.rint([middle - ends, middle + ends]).astype(np.int32)
        cv2.polylines(kernel, [line], False, 1.0, 1, cv2.LINE_AA, 3)
        grey = np.asarray(cv2.filter2D(grey, -1, kernel / kernel.sum()), np.float32)
    if rng.random() < 0.08:  # sharpened, as many scanners do
        soft = cv2.GaussianBlur(grey, (0, 0), rng.uniform(1, 4))
        grey = np.asarray(grey + rng.uniform(0.5, 2) * (grey - soft), np.float32)
    small_px = side_px
    if rng.random() < 0.4:
        pixel_px = np.exp(rng.uniform(0, np.log(max(1.3, min(8.0, 1.1 * sharp_px)))))
        small_px = max(MIN_SIDE_PX, round(side_px / pixel_px))
        grey = np.asarray(cv2.resize(grey, (small_px,) * 2, interpolation=cv2.INTER_AREA))
    if rng.random() < 0.6:
        loudest = min(0.04, 0.2 * contrast) if rng.random() < 0.8 else min(0.1, 0.35 * contrast)
        noise = rng.standard_normal(grey.shape, np.float32)
        grey = grey + np.float32(rng.uniform(0, loudest)) * noise
    pixels: Pixels = (grey.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    if rng.random() < 0.5:
        lowest = QUALITY[0] if contrast > 0.25 else 50  # less loses pale lines
        pixels = compressed(pixels, int(rng.integers(lowest, QUALITY[1])))
    if small_px == side_px:
        return pixels
    way = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_NEAREST)[rng.choice(3, p=(0.5, 0.42, 0.08))]
    return np.asarray(cv2.resize(pixels, (side_px, side_px), interpolation=way), np.uint8)
