"""Pieces of forms, pages and photographs, and for each pixel whether it is paper, pen or other.

The network of ink learns from these. Writing is drawn by any pen at any size, then what is printed
around it, what lies beside the sheet, its light, and what a camera or scanner makes of it.
"""

import itertools
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.data.digits import Digits
from nn.data.synthetic.captured import capture, cover_sheet, light, to_binary
from nn.data.synthetic.drawing import Array
from nn.data.synthetic.lines import Curves, LineWriter, enlarged
from nn.data.synthetic.paper import background_pattern, smooth_noise
from nn.data.synthetic.printed import OVERSAMPLING, Box, print_layers
from nn.reading.lines.strip import POINT
from nn.reading.mnist import Ink, Pixels
from nn.reading.page.segment import EITHER, OTHER, PAPER, PEN

CUT_OUT_PX, SHEET_PX = 128, 256  # sides of pictures: a piece of a form, and a larger one
N_LINES = 4000  # written once, drawn again and again by other pens at other sizes
HEIGHTS_PX = (14, 128)  # of digits
PEN_WIDTHS = (0.025, 0.09, 0.3)  # thinnest, likeliest and thickest, over a digit's height
LEAST_CONTRAST = 12 / 255  # of pens
MAX_GRAIN, MAX_GRAIN_OF_PEN = 0.07, 0.15  # of paper: its deviation, and over the pen's contrast
# Shares of half a picture's pixel that are covered: from the first on it is pen or other; from the
# second on it is no paper.
PEN_SHARES, OTHER_SHARES = (0.4, 0.12), (0.35, 0.1)
MIN_BACKGROUND = 0.12  # contrast of waves and stamps; paler ones are a tint of the paper
VISIBLE = 7 / 255  # least difference of brightness that can be asked for

# Proportions of pictures with one sign, with a part of a page; of the rest most have a line.
SINGLE, PAGE, BLANK, PLAIN = 0.38, 0.14, 0.1, 0.07
SCANNED = 0.22  # of the single signs and lines, from MNIST
STRAIGHTENED = 0.3, 0.6  # of the other lines and signs: their stems are straight and upright
MAX_BEND = (0.02, 0.06)  # of a stroke that is straightened, over a digit's height
MIN_STRAIGHT = 0.3  # length of such strokes, over a digit's height


@dataclass(frozen=True)
class _Writing:
    """What is written: its ink uint8 (2S, 2S), the box around its main part, and its pen."""

    cover: Pixels
    box: Box
    pen_px: float


class FormPainter:
    """Draws random pieces of forms with their truth.

    Parameters
    ----------
    writer
        Writes the lines.
    scanned
        MNIST's digits.
    rng, n_lines
        How many lines are written, and with which random numbers.

    Attributes
    ----------
    side_px
        Height and width of its pictures.
    """

    side_px = CUT_OUT_PX

    def __init__(
        self,
        writer: LineWriter,
        scanned: Digits,
        rng: np.random.Generator,
        n_lines: int = N_LINES,
    ) -> None:
        self.lines = [writer.write_curves(rng) for _ in range(n_lines)]
        self.scanned = scanned

    def of_side(self, side_px: int) -> "FormPainter":
        """Return one with the same writing that draws pictures of another side."""
        other = copy(self)
        other.side_px = side_px
        return other

    def paint(self, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        """Return a picture, uint8 (S, S), and its truth, uint8 (S/2, S/2).

        The truth is ``PAPER``, ``PEN``, ``OTHER``, or ``EITHER`` at edges and where ink cannot be
        seen.
        """
        is_plain, is_binary = rng.random() < PLAIN, rng.random() < 0.07
        writing = self._write(rng)
        paper = rng.uniform(0.55, 1) if rng.random() < 0.88 else rng.uniform(0.25, 0.55)
        darkness = rng.uniform(0.4, 1) if is_plain else _darkness(paper, rng)
        contrast = darkness * paper
        grain = min(MAX_GRAIN, MAX_GRAIN_OF_PEN * contrast) if writing.cover.any() else MAX_GRAIN
        sheet = np.full((self.side_px, self.side_px), paper, np.float32)
        sheet = sheet if is_plain else self._paper(sheet, grain, rng)
        other = np.zeros_like(sheet)
        for layer in [] if is_plain else print_layers(writing.box, self.side_px, rng):
            strength = darkness if rng.random() < 0.15 else _darkness(paper, rng)
            if layer.is_background and rng.random() < 0.75:
                strength = min(strength, darkness * rng.uniform(0.15, 0.8))
            cover = _reduced(layer.cover, self.side_px)
            sheet *= 1 - strength * cover
            if strength * paper > (MIN_BACKGROUND if layer.is_background else 2 * VISIBLE):
                np.maximum(other, cover, out=other)
        bare = sheet
        sheet = sheet * (1 - darkness * _ink(writing, rng))
        if not is_plain and rng.random() < 0.2:
            cover, what = cover_sheet(self.side_px, paper, rng)
            sheet, bare = (each + cover * (what - each) for each in (sheet, bare))
            np.maximum(other, cover, out=other)
        if is_binary:
            threshold = paper - contrast * rng.uniform(0.35, 0.65)
            sheet, bare = to_binary(sheet, threshold, rng), (bare > threshold).astype(np.float32)
            other *= bare == 0
            contrast = 1.0
        elif not is_plain and (lit := light(self.side_px, rng)) is not None:
            sheet, bare = sheet * lit, bare * lit
        truth = truth_of(writing.cover, other, bare - sheet)
        if rng.random() < 0.15:
            sheet = 1 - sheet
        return capture(sheet, writing.pen_px, contrast, rng), truth

    def _write(self, rng: np.random.Generator) -> _Writing:
        """Return one sign, a line, parts of several lines, or nothing."""
        kind = rng.random()
        if kind < BLANK:
            middle = rng.uniform(0.2, 0.8) * self.side_px
            half = 0.5 * np.exp(rng.uniform(*np.log(HEIGHTS_PX)))
            box = (middle - half, middle - half, middle + half, middle + half)
            return _Writing(self._canvas(), box, rng.uniform(1, 8))
        height_px = float(np.exp(rng.uniform(*np.log(HEIGHTS_PX))))
        if kind < BLANK + PAGE:
            return self._page(min(height_px, rng.uniform(14, 40)), rng)
        is_single = kind < BLANK + PAGE + SINGLE
        if is_single:
            height_px = rng.uniform(20, 135) if rng.random() < 0.7 else height_px
        else:
            height_px = min(height_px, rng.uniform(30, 110))
        pen_px = _pen_px(height_px, rng)
        canvas = self._canvas()
        if rng.random() < SCANNED:
            box = self._paste_scanned(canvas, 1 if is_single else 6, height_px, rng)
            pen_px = max(1.0, 0.12 * height_px)
        else:
            curves = self._sign(rng) if is_single else self._line(rng).of_line
            if rng.random() < STRAIGHTENED[is_single]:
                curves = straightened(curves, rng)
            place = self._place(curves, height_px, rng)
            box = _draw(canvas, curves, height_px, place, pen_px, rng)
        if rng.random() < 0.3:  # a line above or below
            way = rng.choice([-1, 1]) * rng.uniform(1.1, 1.9)
            y = (box[3] if rng.random() < 0.7 else 0.5 * (box[1] + box[3])) + way * height_px
            x = rng.uniform(-0.5, 0.5) * self.side_px
            _draw(canvas, self._line(rng).of_line, height_px, (x, y), pen_px, rng)
        if rng.random() < 0.1:
            _strike_out(canvas, box, pen_px, rng)
        return _Writing(canvas, box, pen_px)

    def _page(self, height_px: float, rng: np.random.Generator) -> _Writing:
        """Return parts of several lines by one pen."""
        canvas, pen_px = self._canvas(), _pen_px(height_px, rng)
        pitch_px = height_px * rng.uniform(1.2, 2.6)
        left = rng.uniform(-0.5, 0.5) * self.side_px
        y, boxes = rng.uniform(0, pitch_px), []
        while y < self.side_px + height_px:
            x = left + rng.normal(0, 0.15) * self.side_px
            boxes.append(_draw(canvas, self._line(rng).of_line, height_px, (x, y), pen_px, rng))
            y += pitch_px * rng.uniform(0.9, 1.1)
        return _Writing(canvas, boxes[len(boxes) // 2], pen_px)

    def _line(self, rng: np.random.Generator) -> Curves:
        return self.lines[rng.integers(len(self.lines))]

    def _sign(self, rng: np.random.Generator) -> Sequence[Array]:
        """Return a sign of a line, more often a digit than a mark or a letter."""
        for _ in range(3):
            line = self._line(rng)
            number = rng.integers(len(line.labels))
            if line.labels[number] < POINT or rng.random() < 0.2:
                break
        return line.of_signs[number]

    def _paste_scanned(
        self, canvas: Pixels, most: int, height_px: float, rng: np.random.Generator
    ) -> Box:
        """Draw some of MNIST's digits side by side, and return their box."""
        n, slant = int(rng.integers(1, most + 1)), rng.normal(0, 0.1)
        level, gain = rng.uniform(0.15, 0.5), rng.uniform(1.5, 4)
        gap = rng.normal(0.1, 0.15) * height_px
        room = max(0.05, 0.95 - 0.7 * n * height_px / self.side_px)
        x = first = rng.uniform(-0.1, room) * self.side_px
        top = self._start(height_px, rng)
        for number in rng.integers(len(self.scanned), size=n).tolist():
            digit = enlarged(self.scanned.images[number], height_px, slant, rng)
            ink = (((digit - level) * gain).clip(0, 1) * 255).astype(np.uint8)
            place = np.array([[1.0, 0, x], [0, 1, top + rng.normal(0, 0.04) * height_px]])
            placed = cv2.warpAffine(ink, OVERSAMPLING * place, (OVERSAMPLING * self.side_px,) * 2)
            np.maximum(canvas, placed, out=canvas)
            x += digit.shape[1] + gap
        return first, top, x - gap, top + height_px

    def _paper(self, sheet: Ink, grain: float, rng: np.random.Generator) -> Ink:
        """Return a sheet (S, S) with its texture, tints, and what is written on its back.

        The standard deviation of each grain is at most ``grain``: stronger ones would hide the pen.
        """
        for _ in range(rng.choice(4, p=(0.45, 0.25, 0.15, 0.15))):  # coarse and fine
            size_px = np.exp(rng.uniform(np.log(0.8), np.log(60)))
            sheet = sheet + rng.triangular(0, 0, grain) * smooth_noise(sheet.shape, size_px, rng)
        if rng.random() < 0.12:  # a tinted part of a form
            x, y = rng.uniform(-0.2, 1.2, (2, 2)) * self.side_px
            corners = np.array([[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]])
            cv2.fillPoly(
                sheet, [corners.astype(np.int32)], float(sheet.mean()) * rng.uniform(0.75, 1.1)
            )
        if rng.random() < 0.12:
            pale = rng.uniform(0.02, 0.25) * background_pattern(self.side_px, self.side_px, rng)
            sheet *= 1 - pale
        if rng.random() < 0.12:
            behind, height_px = self._canvas(), rng.uniform(15, 70)
            for _ in range(rng.integers(1, 4)):
                curves, pen_px = self._line(rng).of_line, _pen_px(height_px, rng)
                place = self._place(curves, height_px, rng)
                _draw(behind, curves, height_px, place, pen_px, rng)
            mirrored = _reduced(behind, self.side_px)[:, ::-1]
            blurred = cv2.GaussianBlur(mirrored, (0, 0), rng.uniform(0.8, 3))
            sheet *= 1 - rng.uniform(0.01, 0.08) * blurred
        return sheet

    def _canvas(self) -> Pixels:
        return np.zeros((OVERSAMPLING * self.side_px,) * 2, np.uint8)

    def _start(self, length_px: float, rng: np.random.Generator) -> float:
        """Return where something so long begins: mostly inside the picture."""
        ends = (0.03 * self.side_px, 0.97 * self.side_px - length_px)
        if rng.random() < 0.2:
            ends = (-0.4 * length_px, self.side_px - 0.6 * length_px)
        return rng.uniform(min(ends), max(ends))

    def _place(
        self, curves: Sequence[Array], height_px: float, rng: np.random.Generator
    ) -> tuple[float, float]:
        """Return where the left end and the foot of what is written are."""
        points = np.concatenate(curves)
        width_px, rows_px = (float(side) for side in np.ptp(points, axis=0) * height_px)
        return self._start(width_px, rng), self._start(rows_px, rng) + rows_px


def straightened(curves: Sequence[Array], rng: np.random.Generator) -> Sequence[Array]:
    """Return curves whose long, almost straight strokes are straight, the longest stem upright."""
    max_bend, straight, steps = rng.uniform(*MAX_BEND), [], [np.zeros(2)]
    for curve in curves:
        ends = cv2.approxPolyDP(curve.astype(np.float32), max_bend, False)[:, 0]
        numbers = [int(np.abs(curve - end).sum(axis=1).argmin()) for end in ends[:-1]]
        parts = [curve[:1]]
        for start, end in itertools.pairwise([*numbers, len(curve) - 1]):
            step = curve[end] - curve[start]
            is_straight = np.hypot(*step) >= MIN_STRAIGHT
            parts.append(curve[[end]] if is_straight else curve[start + 1 : end + 1])
            steps += [step] if is_straight else []
        straight.append(np.concatenate(parts))
    longest = max(steps, key=lambda step: abs(step[1]) - 2 * abs(step[0]))
    if abs(longest[1]) < MIN_STRAIGHT:
        return straight
    lean = longest[0] / longest[1] + rng.normal(0, 0.02)
    return [curve - np.outer(curve[:, 1], (lean, 0)) for curve in straight]


def truth_of(pen: Pixels, other: Ink, difference: Ink) -> Pixels:
    """Return the truth, uint8 (S/2, S/2).

    Parameters
    ----------
    pen
        uint8 (2S, 2S), what a pen covers.
    other
        float32 (S, S), what is printed or lies on the sheet.
    difference
        float32 (S, S), by how much brighter the picture would be without the pen.
    """
    pen_share, other_share = _reduced(pen, len(pen) // 4), _halved(other)
    is_pen = pen_share > PEN_SHARES[0]
    truth = np.where(is_pen, PEN, np.where(other_share > OTHER_SHARES[0], OTHER, PAPER))
    is_edge = (other_share > OTHER_SHARES[1]) & (other_share <= OTHER_SHARES[0])
    is_edge = ~is_pen & (is_edge | (pen_share > PEN_SHARES[1]))
    is_hidden = is_pen & (_halved(np.abs(difference)) < VISIBLE)
    truth[is_hidden & (other_share > 0.9)] = OTHER
    is_hidden &= other_share <= 0.9
    return np.where(is_edge | is_hidden, EITHER, truth).astype(np.uint8)


def _reduced(large: Pixels, side_px: int) -> Ink:
    """Return uint8 (2S, 2S) as float32 of a smaller side, 0 to 1."""
    reduced = cv2.resize(large, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, np.float32) / np.float32(255)


def _halved(picture: Ink) -> Ink:
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _pen_px(height_px: float, rng: np.random.Generator) -> float:
    width = float(np.exp(rng.triangular(*np.log(PEN_WIDTHS))))
    return max(0.8, width * height_px)


def _darkness(paper: float, rng: np.random.Generator) -> float:
    """Return the share of the paper's light that ink takes."""
    least = LEAST_CONTRAST / paper
    if rng.random() < 0.72:
        return float(rng.uniform(0.25, 1))
    return float(np.exp(rng.uniform(np.log(least), np.log(max(2 * least, 0.4)))))


def _draw(
    canvas: Pixels,
    curves: Sequence[Array],
    height_px: float,
    place: tuple[float, float],
    pen_px: float,
    rng: np.random.Generator,
) -> Box:
    """Draw curves with a round pen or a broad nib, and return the box around them.

    ``place`` is their left end and their foot.
    """
    points = np.concatenate(curves)
    low, high = points.min(axis=0), points.max(axis=0)
    stretch = np.array([np.exp(rng.normal(0, 0.1)), 1.0])
    placed = (points - [low[0], high[1]]) * (stretch * height_px) + place
    ends = np.cumsum([len(curve) for curve in curves])[:-1]
    shifts, large_px = np.zeros((1, 2)), OVERSAMPLING * pen_px
    if rng.random() < 0.2 and large_px > 3:  # a nib: wide across, narrow along its own direction
        angle, narrow_px = rng.uniform(0, np.pi), max(1.0, large_px * rng.uniform(0.2, 0.6))
        n = int(np.ceil((large_px - narrow_px) / narrow_px)) + 1
        across = np.array([np.cos(angle), np.sin(angle)]) * (large_px - narrow_px) / OVERSAMPLING
        shifts, large_px = np.linspace(-0.5, 0.5, n)[:, None] * across, narrow_px
    for shift in shifts:
        fixed = np.rint((placed + shift) * (OVERSAMPLING * 8)).astype(np.int32)
        strokes = np.split(fixed, ends)
        cv2.polylines(canvas, strokes, False, 255, max(1, round(large_px)), cv2.LINE_AA, 3)
    (left, top), (right, bottom) = placed.min(axis=0), placed.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _strike_out(canvas: Pixels, box: Box, pen_px: float, rng: np.random.Generator) -> None:
    """Cross the box with a line or a zigzag."""
    left, top, right, bottom = box
    n = int(rng.choice([2, 2, 5, 8]))
    x = np.linspace(left - 2, right + 2, n) + rng.normal(0, 2, n)
    heights = rng.uniform(0.2, 0.8, n) if n > 2 else np.full(n, 0.5) + rng.normal(0, 0.12, n)
    line = np.column_stack([x, top + heights * (bottom - top)]) * (OVERSAMPLING * 8)
    thickness = max(1, round(OVERSAMPLING * pen_px))
    fixed: NDArray[np.int32] = np.rint(line).astype(np.int32)
    cv2.polylines(canvas, [fixed], False, 255, thickness, cv2.LINE_AA, 3)


def _ink(writing: _Writing, rng: np.random.Generator) -> Ink:
    """Return how much ink is on the paper (S, S): pencil, uneven ink, or ink that is even."""
    ink = _reduced(writing.cover, len(writing.cover) // OVERSAMPLING)
    kind = rng.random()
    if kind < 0.25:  # pencil
        grain = smooth_noise(ink.shape, rng.uniform(0.8, 2.2), rng) > rng.uniform(-0.3, 0.9)
        return np.asarray(ink * (1 - rng.uniform(0.2, 0.75) * grain), np.float32)
    if kind < 0.43:  # more pressure here and there; a ball pen's gaps
        strength = rng.uniform(0.6, 1) + 0.3 * smooth_noise(ink.shape, rng.uniform(4, 20), rng)
        return np.asarray(ink * strength.clip(0.25, 1), np.float32)
    return ink
