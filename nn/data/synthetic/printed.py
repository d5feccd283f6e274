"""What is printed on forms: borders, rules, boxes, grids, text, stamps, logos, fine waves.

Each function draws one random thing on a ``Layer``, in pixels of the picture. The layer is turned a
little as a whole.
"""

from collections.abc import Callable, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from nn.data.synthetic.drawing import Array
from nn.reading.mnist import Pixels

OVERSAMPLING = 2  # layers are drawn larger, then reduced
FRACTION_BITS = 3  # of OpenCV's coordinates
HERSHEY = (cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_DUPLEX)
HERSHEY_PX = 22  # height of their capitals at scale 1
LETTERS = list("ABCDEFGHIKLMNOPRSTUVZabcdeghiklmnoprstuvz")
DIGITS = list("0123456789")
PLACES = list("0123456789/.:-,%")

Box = tuple[float, float, float, float]  # left, top, right, bottom


class Layer:
    """A picture of what is printed with one ink, 0 to 255, larger by ``OVERSAMPLING``.

    Parameters
    ----------
    side_px
        Height and width of the picture.
    turn, lean
        By how much its lines rise, and by how much upright lines lean beyond that; tangents.
    is_background
        Whether it lies under the writing on purpose, and so is mostly paler.
    """

    def __init__(
        self,
        side_px: int,
        turn: float = 0.0,
        lean: float = 0.0,
        *,
        is_background: bool = False,
    ) -> None:
        self.side_px, self.is_background = side_px, is_background
        self.cover = np.zeros((OVERSAMPLING * side_px,) * 2, np.uint8)
        turned = OVERSAMPLING * np.array([[1.0, -turn - lean], [turn, 1.0]])
        middle = np.full(2, side_px / 2)
        self.matrix = np.column_stack([turned, OVERSAMPLING * middle - turned @ middle])

    def lines(self, lines: Array, thickness_px: float, level: int = 255) -> None:
        """Draw N lines (N, P, 2) of P points each."""
        pen_px = max(1, round(OVERSAMPLING * thickness_px))
        places = list(self._fixed(lines))
        cv2.polylines(self.cover, places, False, level, pen_px, cv2.LINE_AA, FRACTION_BITS)

    def fill(self, outline: Array, level: int = 255) -> None:
        """Fill the inside of an outline (P, 2)."""
        cv2.fillPoly(self.cover, [self._fixed(outline)], level, cv2.LINE_AA, FRACTION_BITS)

    def text(
        self, text: str, place: tuple[float, float], height_px: float, rng: np.random.Generator
    ) -> None:
        """Print text; ``place`` is the left end of its upper edge."""
        picture = _of_print(text, height_px, rng)
        matrix = self.matrix.copy()
        matrix[:, 2] = self.matrix @ [*place, 1]
        matrix[:, :2] /= OVERSAMPLING
        size = self.cover.shape[::-1]
        np.maximum(self.cover, cv2.warpAffine(picture, matrix, size), out=self.cover)

    def _fixed(self, points: Array) -> NDArray[np.int32]:
        placed = points @ self.matrix[:, :2].T + self.matrix[:, 2]
        fixed = np.rint(placed * 2**FRACTION_BITS).clip(-30_000, 30_000)
        return np.asarray(fixed, np.int32)


def _of_print(text: str, height_px: float, rng: np.random.Generator) -> Pixels:
    """Return a picture of printed text, its capitals about as high as given."""
    height_px *= OVERSAMPLING
    if rng.random() < 0.5:
        font = _font(max(6, round(height_px * 1.35)))
        left, top, right, bottom = (int(side) for side in font.getbbox(text, stroke_width=2))
        drawn = Image.new("L", (max(1, right - left), max(1, bottom - top)))
        bold = 1 if rng.random() < 0.3 else 0
        ImageDraw.Draw(drawn).text((-left, -top), text, 255, font, stroke_width=bold)
        return np.array(drawn)
    face, scale = HERSHEY[rng.integers(len(HERSHEY))], height_px / HERSHEY_PX
    thickness = max(1, round(scale * rng.uniform(1, 2.5)))
    (width, height), below = cv2.getTextSize(text, face, scale, thickness)
    picture = np.zeros((height + below + thickness, width + 2), np.uint8)
    cv2.putText(picture, text, (1, height), face, scale, 255, thickness, cv2.LINE_AA)
    return picture


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)


def _any_text(characters: Sequence[str], most: int, rng: np.random.Generator) -> str:
    return "".join(rng.choice(characters, rng.integers(1, most + 1)))


def _thickness(rng: np.random.Generator, most: float = 8) -> float:
    return float(np.exp(rng.uniform(0, np.log(most))))


def rule(layer: Layer, start: Array, end: Array, width_px: float, rng: np.random.Generator) -> None:
    """Draw a line from a start to an end (2,): whole, interrupted, doubled, dashed or dotted."""
    kind, along = rng.random(), end - start
    length_px = max(1.0, float(np.hypot(*along)))
    if kind < 0.1:
        end = start + along * rng.uniform(0.2, 0.9)
    if kind < 0.65:
        return layer.lines(np.array([[start, end]]), width_px)
    if kind < 0.75:
        apart = rng.uniform(1.5, 4) * width_px * np.array([-along[1], along[0]]) / length_px
        return layer.lines(np.array([[start, end], [start + apart, end + apart]]), width_px)
    width_px = min(width_px, 3)
    step_px = width_px * rng.uniform(2, 6)
    share = 0.02 if kind < 0.87 else rng.uniform(0.2, 0.7)
    starts = np.arange(0, length_px, max(step_px, 2.5))[:, None] / length_px
    ends = starts + share * step_px / length_px
    return layer.lines(np.stack([start + starts * along, start + ends * along], axis=1), width_px)


def upright_rule(layer: Layer, x: float, width_px: float, rng: np.random.Generator) -> None:
    """Draw a rule from top to bottom."""
    rule(layer, np.array([x, -20.0]), np.array([x, layer.side_px + 20.0]), width_px, rng)


def level_rule(layer: Layer, y: float, width_px: float, rng: np.random.Generator) -> None:
    """Draw a rule from the left to the right."""
    rule(layer, np.array([-20.0, y]), np.array([layer.side_px + 20.0, y]), width_px, rng)


def draw_borders(layer: Layer, box: Box, rng: np.random.Generator) -> None:
    """Draw some of a cell's borders, at the picture's edges or close to the writing in ``box``."""
    width_px, height_px = _thickness(rng), box[3] - box[1]
    is_at_writing = rng.random() < 0.5
    for side in range(4):
        if rng.random() < 0.4:
            continue
        if is_at_writing:
            inwards = rng.uniform(-0.7, 0.15) * height_px
            place = box[side] + (inwards if side < 2 else -inwards)
        else:
            is_cut = rng.random() < 0.4  # by the edge of the picture
            inwards = rng.uniform(-4, 3) if is_cut else abs(rng.normal(0, 0.12)) * layer.side_px - 2
            place = inwards if side < 2 else layer.side_px - inwards
        side_px = width_px if rng.random() < 0.7 else _thickness(rng)
        (upright_rule if side % 2 == 0 else level_rule)(layer, place, side_px, rng)


def draw_boxes(layer: Layer, box: Box, rng: np.random.Generator) -> None:
    """Draw a closed box around the writing, or several about as high side by side (a comb)."""
    left, top, right, bottom = box
    height_px = max(6.0, bottom - top)
    above, below = rng.uniform(-0.1, 0.6, 2) * height_px
    top, bottom = top - above, bottom + below
    cell_px = height_px * rng.uniform(0.6, 1.6) if rng.random() < 0.6 else right - left + height_px
    first = left - rng.uniform(0, 0.8) * min(cell_px, height_px)
    last = max(right, first + cell_px)
    sides = np.arange(first, last + cell_px, max(cell_px, 5.0))[:20]
    tops = np.full_like(sides, top)
    if rng.random() < 0.25:  # a comb of short teeth
        tops += (bottom - top) * rng.uniform(0.4, 0.8)
    width_px = _thickness(rng, 5)
    bottoms = np.full_like(sides, bottom)
    teeth = np.stack([np.column_stack([sides, tops]), np.column_stack([sides, bottoms])], axis=1)
    levels = np.array([[[sides[0], y], [sides[-1], y]] for y in (tops[0], bottom)])
    if tops[0] > top:
        levels = levels[1:]
    if rng.random() < 0.15:
        for line in [*teeth, *levels]:
            rule(layer, line[0], line[1], width_px, rng)
    else:
        layer.lines(teeth, width_px)
        layer.lines(levels, width_px)


def draw_ruled_paper(layer: Layer, box: Box, rng: np.random.Generator) -> None:
    """Draw equally spaced rules, perhaps squares; perhaps the writing stands on one."""
    height_px = box[3] - box[1]
    step_px = max(5.0, rng.choice([rng.uniform(0.25, 2) * height_px, rng.uniform(8, 60)]))
    width_px = rng.uniform(0.5, min(3.0, 0.25 * step_px))
    first = box[3] % step_px if rng.random() < 0.5 else rng.uniform(0, step_px)
    levels = np.arange(first - step_px, layer.side_px + 20, step_px)
    is_squared, is_dotted = rng.random() < 0.45, rng.random() < 0.15
    uprights = np.arange(rng.uniform(-20, step_px - 20), layer.side_px + 20, step_px)
    if is_dotted:
        for y in levels[:14]:
            level_rule(layer, y, width_px, rng)
        return
    far = np.array([-20.0, layer.side_px + 20.0])
    layer.lines(_grid_lines(far, levels), width_px)
    if is_squared:
        layer.lines(_grid_lines(far, uprights)[:, :, ::-1], width_px)
        if step_px < 20 and rng.random() < 0.3:  # as millimetre paper
            layer.lines(_grid_lines(far, levels[::5]), 2 * width_px)
            layer.lines(_grid_lines(far, uprights[::5])[:, :, ::-1], 2 * width_px)
    elif rng.random() < 0.2:
        upright_rule(layer, rng.uniform(0, 0.4) * layer.side_px, width_px * rng.uniform(1, 2), rng)


def _grid_lines(ends: Array, places: Array) -> Array:
    """Return level lines (N, 2, 2) between two columns, at N rows."""
    x, y = np.broadcast_arrays(ends[None, :], places[:, None])
    return np.stack([x, y], axis=2)


def draw_table(layer: Layer, box: Box, rng: np.random.Generator) -> None:
    """Draw rows and columns of unequal widths, with a printed head or row names."""
    row_px = max(10.0, (box[3] - box[1]) * rng.uniform(0.9, 1.8))
    first = box[1] - rng.uniform(0, 0.4) * row_px
    levels = first + row_px * np.arange(-6, 8)
    columns = np.cumsum(rng.uniform(0.8, 4, 6) * row_px) + rng.uniform(-2, 0) * row_px
    width_px, column_px = _thickness(rng, 4), _thickness(rng, 4)
    for y in levels[(levels > -20) & (levels < layer.side_px + 20)]:
        level_rule(layer, y, width_px, rng)
    for x in columns[columns < layer.side_px + 20]:
        upright_rule(layer, x, column_px, rng)
    for _ in range(rng.integers(0, 4)):
        text_px = row_px * rng.uniform(0.25, 0.5)
        row = levels[rng.integers(len(levels))] + 0.3 * row_px
        if not box[1] - row_px < row < box[3]:
            place = float(rng.choice(columns)) + 3, float(row)
            layer.text(_any_text(LETTERS, 8, rng), place, text_px, rng)


def draw_text(layer: Layer, box: Box, rng: np.random.Generator) -> None:
    """Print a word, a label beside the writing, digits, or lines of small print."""
    kind, height_px = rng.random(), box[3] - box[1]
    if kind < 0.3:  # small print
        text_px, top = rng.uniform(3, 9), rng.uniform(-10, layer.side_px)
        for line in range(rng.integers(1, 5)):
            words = " ".join(_any_text(LETTERS, 7, rng) for _ in range(rng.integers(1, 6)))
            place = float(rng.uniform(-20, 5)), float(top + line * 1.8 * text_px)
            layer.text(words, place, text_px, rng)
        return
    characters, most = (LETTERS, 7) if rng.random() < 0.6 else (PLACES, 5)
    text = _any_text(characters, most, rng)
    text_px = float(np.exp(rng.uniform(np.log(5), np.log(28))))
    if kind < 0.6:  # beside the writing, and lower, or it could be a neat hand's
        text_px = height_px * rng.uniform(0.25, 0.75)
        width_px = 0.75 * text_px * len(text)
        x = box[2] + rng.uniform(0, 0.5) * height_px
        if rng.random() < 0.6:
            x = box[0] - width_px - rng.uniform(0, 0.5) * height_px
        y = box[1] + rng.uniform(-0.2, 1) * (height_px - text_px)
    else:
        x, y = rng.uniform(-0.2, 0.8) * layer.side_px, rng.uniform(-0.1, 0.95) * layer.side_px
        is_over_writing = box[1] - text_px < y < box[3] and box[0] < x + 3 * text_px < box[2]
        if is_over_writing:
            y = box[1] - text_px * rng.uniform(0.8, 1.4)
    layer.text(text, (float(x), float(y)), text_px, rng)


def draw_waves(layer: Layer, _: Box, rng: np.random.Generator) -> None:
    """Draw one or two families of waves, or rosettes, as on cheques."""
    _draw_family(layer, rng)
    if rng.random() < 0.4:
        _draw_family(layer, rng)


def _draw_family(layer: Layer, rng: np.random.Generator) -> None:
    n = int(rng.integers(6, 36))
    along = np.linspace(-10, layer.side_px + 10, 48)
    phases = np.linspace(0, rng.uniform(0.5, 6), n)[:, None]
    if rng.random() < 0.6:
        step_px, height_px = rng.uniform(3, 14), rng.uniform(1, 14)
        turns = along * 2 * np.pi / rng.uniform(18, 90)
        y = rng.uniform(-60, 20) + step_px * np.arange(n)[:, None]
        y = y + height_px * np.sin(turns + phases)
        lines = np.stack([np.broadcast_to(along, y.shape), y], axis=2)
        if rng.random() < 0.4:
            lines = lines[:, :, ::-1]
    else:
        angle = np.linspace(0, 2 * np.pi, 73)
        lobes, depth = rng.integers(3, 12), rng.uniform(0.05, 0.5)
        sizes = rng.uniform(25, 110) * np.linspace(rng.uniform(0.2, 0.9), 1, n)[:, None]
        radius = sizes * (1 + depth * np.sin(lobes * angle + phases))
        centre = rng.uniform(0, layer.side_px, 2)
        lines = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2) + centre
    layer.lines(lines, rng.uniform(0.4, 1.4))


def draw_stamp(layer: Layer, _: Box, rng: np.random.Generator) -> None:
    """Draw a round or square stamp with letters, worn in places."""
    centre, radius_px = rng.uniform(-10, layer.side_px + 10, 2), rng.uniform(15, 70)
    n_corners = 40 if rng.random() < 0.7 else 4
    angle = np.linspace(0, 2 * np.pi, n_corners + 1) + rng.uniform(0, np.pi)
    ring = np.column_stack([np.cos(angle), rng.uniform(0.6, 1) * np.sin(angle)])
    sizes = (1.0, rng.uniform(0.6, 0.9)) if rng.random() < 0.6 else (1.0,)
    layer.lines(np.array([centre + radius_px * size * ring for size in sizes]), rng.uniform(1, 4))
    letter_px = radius_px * rng.uniform(0.15, 0.3)
    for place in ring[:: max(1, n_corners // 10)] if n_corners > 4 else ():
        x, y = (centre + 0.8 * radius_px * place - letter_px / 2).tolist()
        layer.text(_any_text(LETTERS, 1, rng), (x, y), letter_px, rng)
    x, y = (centre - [0.5 * radius_px, letter_px]).tolist()
    layer.text(_any_text(PLACES, 6, rng), (x, y), letter_px * 1.5, rng)
    worn = rng.normal(0, 1, (24, 24)).astype(np.float32) + rng.uniform(0.3, 2)
    kept = cv2.resize(worn, layer.cover.shape, interpolation=cv2.INTER_CUBIC) > 0
    layer.cover *= kept


def draw_logo(layer: Layer, box: Box, rng: np.random.Generator) -> None:
    """Fill some shapes beside the writing, or a bar with letters left white in it."""
    if rng.random() < 0.4:
        height_px = rng.uniform(6, 30)
        top = (box[1] - height_px if rng.random() < 0.5 else box[3]) + rng.normal(0, 2)
        left, right = rng.uniform(-60, 60), rng.uniform(70, 200)
        layer.fill(np.array([[left, top], [right, top], [right, top + height_px]]))
        layer.fill(np.array([[left, top], [left, top + height_px], [right, top + height_px]]))
        white = Layer(layer.side_px)
        white.matrix = layer.matrix
        place = float(left + rng.uniform(0, 40)), float(top + 0.2 * height_px)
        white.text(_any_text(LETTERS, 9, rng), place, 0.6 * height_px, rng)
        layer.cover -= np.minimum(layer.cover, white.cover)
        return
    centre, size_px = rng.uniform(-10, layer.side_px + 10, 2), rng.uniform(6, 35)
    for _ in range(rng.integers(1, 5)):
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.choice([3, 4, 5, 24])))
        corners = np.column_stack([np.cos(angles), np.sin(angles)])
        corners += rng.normal(0, 0.6, 2)
        layer.fill(centre + size_px * rng.uniform(0.2, 1) * corners, int(rng.integers(150, 256)))


def draw_hatching(layer: Layer, _: Box, rng: np.random.Generator) -> None:
    """Hatch a strip or a corner at an edge of the picture."""
    depth_px, step_px = rng.uniform(8, 45), rng.uniform(4, 11)
    starts = np.arange(-60, layer.side_px + 60, step_px)
    lean = rng.uniform(-1.5, 1.5) * depth_px
    depths = depth_px * (np.linspace(1, 0, len(starts)) if rng.random() < 0.5 else 1)
    depths = np.broadcast_to(depths, starts.shape)
    top = np.column_stack([starts, np.full_like(starts, -5)])
    lines = np.stack([top, np.column_stack([starts + lean, depths])], axis=1)
    if rng.random() < 0.5:
        lines = layer.side_px - lines
    if rng.random() < 0.5:
        lines = lines[:, :, ::-1]
    layer.lines(lines, rng.uniform(0.8, 0.35 * step_px))


Printed = Callable[[Layer, Box, np.random.Generator], None]
# Proportions of pictures with each; things of one group are printed with one ink.
GROUPS: Sequence[Sequence[tuple[float, Printed]]] = (
    ((0.45, draw_borders), (0.13, draw_boxes), (0.17, draw_ruled_paper), (0.12, draw_table)),
    ((0.27, draw_text), (0.05, draw_logo), (0.04, draw_hatching)),
    ((0.1, draw_waves), (0.06, draw_stamp)),
)


def print_layers(box: Box, side_px: int, rng: np.random.Generator) -> list[Layer]:
    """Return what is printed around and under the writing in ``box``, a layer for each ink."""
    turn, lean = rng.normal(0, 0.02), rng.normal(0, 0.01)
    if rng.random() < 0.08:
        turn, lean = rng.normal(0, 0.15), rng.normal(0, 0.08)
    layers = []
    for group in GROUPS:
        drawn = [draw for share, draw in group if rng.random() < share]
        if drawn:
            layers.append(Layer(side_px, turn, lean, is_background=group is GROUPS[-1]))
        for draw in drawn:
            draw(layers[-1], box, rng)
    return layers
