"""Pictures that are more than a plain number, each drawn and photographed: ``evaluate --attack``.

They are written with recorded digits and signs of people whom the network of lines has not learnt.

| kinds | the only text that is right |
|---|---|
| plain number (the control), circled digit, digit in a touching box | the number |
| number with a dotted rule, a printed task number, a coffee ring, a punched hole | the number |
| number in brackets, with a currency sign, with a degree, under a sticker | the number |
| raised dot, as in 2·3; raised cents, underlined | 2.3; 12.50 |
| index, power, root, bar over a digit, prime, letter before a number | none |
| semicolon, colon or slash between two numbers, tilde before one | none |
| number crossed out by a level line, a rising line or a zigzag | none |

Where none is right, every certain answer is wrong. A sticker hides half a digit: right is what is
written. A point and a comma are the same here, and marks that close an amount do not count.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from nn.data.digits import Character, Stroke
from nn.data.handwriting import load_handwriting, whole_digits
from nn.data.synthetic.captured import MIN_DIFFERENCE, capture, light
from nn.data.synthetic.curves import moved, trace
from nn.data.synthetic.drawing import CURVE_STEP, draw_ink, vary_strokes
from nn.data.synthetic.non_digits import PICTURES
from nn.data.synthetic.paper import smooth_noise
from nn.data.synthetic.printed import OVERSAMPLING, Box, Layer, draw_ruled_paper
from nn.data.synthetic.signs import draw_mark, fitted, letter, upright
from nn.data.synthetic.styles import write_digit
from nn.models.line_network import LINES
from nn.reading.lines.strip import POINT
from nn.reading.mnist import Ink, Pixels
from nn.training.recipes import RECIPES

CONTROL = "plain number"
CONTROLS = 5  # plain numbers for each picture of another kind
FORMS = ("drawn", "photographed")
MIN_DIGITS = 8  # of a writer
HEIGHTS_PX = (32, 80)  # of digits
PEN_WIDTHS = (0.05, 0.13)  # over a digit's height
GAPS = (0.1, 0.35)  # between two signs, over a digit's height
MARGINS = (0.6, 1.6)  # paper around the writing, likewise
RULED = 0.3  # proportion of photographs on ruled paper
DOTS = (0.1, 0.9)  # distance of a dotted rule's dots, over the number's height
LETTERS = "ACDEFHJKLMNPRTUVWXY"  # B, G, I, O, Q, S and Z may be digits

Rng = np.random.Generator


class Case(NamedTuple):
    """A picture, its kind with its form, and the only text that is right; "" if none is."""

    kind: str
    picture: Image.Image
    text: str


class Hand:
    """Writes signs beside each other; a digit is about 1 high, its foot near y = 0.

    Parameters
    ----------
    rng
        Decides how it writes.
    digits, signs
        Recorded digits of one person by their label, and signs of all people by themselves.

    Attributes
    ----------
    strokes
        What is written.
    right
        Where the next sign begins, but for the gap.
    """

    def __init__(
        self,
        rng: Rng,
        digits: Mapping[int, list[Character]],
        signs: Mapping[str, list[Character]],
    ) -> None:
        self.rng, self.digits, self.signs = rng, digits, signs
        self.strokes: list[Stroke] = []
        self.right = 0.0

    def append(self, strokes: Sequence[Stroke], gap: float | None = None) -> list[Stroke]:
        """Write strokes to the right of the others, and return them there."""
        gap = self.rng.uniform(*GAPS) if gap is None else gap
        points = np.concatenate(strokes)
        placed = moved(strokes, self.right + gap * bool(self.strokes) - points[:, 0].min(), 0)
        self.strokes += placed
        self.right = float(np.concatenate(placed)[:, 0].max())
        return placed

    def digit(self, label: int) -> list[Stroke]:
        """Return a digit, by a template if this person's is not recorded."""
        own = self.digits.get(label)
        strokes = own[self.rng.integers(len(own))].strokes if own else write_digit(label, self.rng)
        return upright(strokes, self.rng)

    def number(self, digits: str, size: float = 1.0, foot: float = 0.0) -> str:
        """Write digits of this size, their foot this much lower, and return them."""
        for digit in digits:
            strokes = [stroke * size for stroke in self.digit(int(digit))]
            gap = self.rng.uniform(*GAPS) * size
            self.append(moved(strokes, 0, foot), gap)
        return digits

    def sign(self, sign: str, top: float, bottom: float, gap: float | None = None) -> None:
        """Write a recorded sign, about as high as from top to bottom."""
        recorded = self.signs[sign]
        strokes = vary_strokes(recorded[self.rng.integers(len(recorded))].strokes, self.rng)
        self.append(fitted(strokes, [np.array([[0, top], [0, bottom]])]), gap)

    @property
    def box(self) -> Box:
        """Around all that is written."""
        points = np.concatenate(self.strokes)
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return left, top, right, bottom


Write = Callable[[Hand], str]
"""Writes, and returns the only text that is right."""
Print = Callable[[Layer, Box, Rng], None]
"""Prints around the writing in a box, in pixels."""


class Kind(NamedTuple):
    """What is written, what is printed, and whether that lies on the sheet and hides it."""

    write: Write
    print_on: Print | None = None
    hides: bool = False


def _digits(hand: Hand, shortest: int = 1, longest: int = 5) -> str:
    """Return random digits that do not begin with 0, unless it is one."""
    n = int(hand.rng.integers(shortest, longest + 1))
    digits = hand.rng.integers(10, size=n)
    digits[0] = digits[0] if n == 1 else max(1, digits[0])
    return "".join(map(str, digits.tolist()))


def _plain(hand: Hand) -> str:
    return hand.number(_digits(hand))


def _several(hand: Hand) -> str:
    return hand.number(_digits(hand, 2))


def _one(hand: Hand) -> str:
    return hand.number(_digits(hand, 1, 1))


def _ring(centre: Sequence[float], half: Sequence[float], rng: Rng) -> Stroke:
    """Return a closed curve (P, 2), not quite an ellipse, whose ends pass each other."""
    angle = np.linspace(0, 2 * np.pi + rng.uniform(-0.1, 0.5), 40) - np.pi / 2
    bend = 1 + rng.normal(0, 0.04) * np.sin(2 * angle) + rng.normal(0, 0.03) * angle / np.pi
    return np.array(centre) + np.column_stack([np.cos(angle), np.sin(angle)]) * half * bend[:, None]


def _circled(hand: Hand) -> str:
    digit = _one(hand)
    left, top, right, bottom = hand.box
    half = np.array([right - left, bottom - top]) / 2 + hand.rng.uniform(0.25, 0.5, 2)
    hand.strokes.append(_ring([(left + right) / 2, (top + bottom) / 2], half.tolist(), hand.rng))
    return digit


def _index(hand: Hand) -> str:
    hand.number(_digits(hand, 1, 2))
    size = hand.rng.uniform(0.35, 0.6)
    hand.number(str(hand.rng.integers(2, 10)), size, hand.rng.uniform(0.2, 0.45))
    return ""


def _power(hand: Hand) -> str:
    hand.number(_digits(hand, 1, 2))
    size = hand.rng.uniform(0.35, 0.6)
    hand.number(str(hand.rng.integers(2, 10)), size, -hand.rng.uniform(0.6, 0.85))
    return ""


def _cents(hand: Hand) -> str:
    whole = hand.number(_digits(hand, 1, 3))
    start, size = hand.right, hand.rng.uniform(0.4, 0.6)
    foot = -hand.rng.uniform(0.4, 0.55)
    cents = hand.number(f"{hand.rng.integers(0, 100, dtype=int):02}", size, foot)
    y = foot + hand.rng.uniform(0.12, 0.25)
    hand.strokes.append(_line((start, y), (hand.right + 0.1, y), hand.rng))
    return f"{whole}.{cents}"


def _line(start: Sequence[float], end: Sequence[float], rng: Rng) -> Stroke:
    """Return an almost straight line (P, 2)."""
    along = np.linspace(0, 1, 7)[:, None]
    bend = rng.normal(0, 0.03) * np.sin(np.pi * along) * [0, 1]
    return np.array(start) * (1 - along) + np.array(end) * along + bend


def _root(hand: Hand) -> str:
    rng, start = hand.rng, -hand.rng.uniform(0.6, 0.9)
    hand.number(_digits(hand, 1, 3))
    left, top, right, bottom = hand.box
    over = top - rng.uniform(0.08, 0.2)
    foot, middle = bottom + rng.uniform(-0.05, 0.1), start * 0.55
    corners = [[start, -0.4], [start * 0.8, -0.5], [middle, foot], [left - 0.12, over]]
    hand.strokes.append(np.array([*corners, [right + rng.uniform(0, 0.25), over]]))
    return ""


def _bar(hand: Hand) -> str:
    """Write a bar over one digit of several."""
    digits = _digits(hand, 2, 4)
    barred = int(hand.rng.integers(len(digits)))
    for place, digit in enumerate(digits):
        strokes = hand.append(hand.digit(int(digit)))
        if place == barred:
            left, top = np.concatenate(strokes).min(axis=0)
            y = top - hand.rng.uniform(0.12, 0.25)
            hand.strokes.append(_line((left, y), (hand.right, y), hand.rng))
    return ""


def _degree(hand: Hand) -> str:
    digits = hand.number(_digits(hand, 2, 3))
    radius, y = hand.rng.uniform(0.08, 0.15), -hand.rng.uniform(0.85, 1.0)
    hand.append([_ring([0, y], [radius, radius], hand.rng)], hand.rng.uniform(0.08, 0.2))
    return digits


def _prime(hand: Hand) -> str:
    _several(hand)
    hand.sign("'", -1.1, -hand.rng.uniform(0.7, 0.8), hand.rng.uniform(0.08, 0.2))
    return ""


def _raised_dot(hand: Hand) -> str:
    left = hand.number(_digits(hand, 1, 2))
    dot = draw_mark(POINT, hand.rng).strokes
    hand.append(moved(dot, 0, -hand.rng.uniform(0.35, 0.6)), hand.rng.uniform(0.15, 0.35))
    hand.right += hand.rng.uniform(0, 0.1)
    return f"{left}.{hand.number(_digits(hand, 1, 2))}"


def _between(sign: str, bottom: float) -> Write:
    """Return what writes a recorded sign between two numbers, down to the bottom."""

    def write(hand: Hand) -> str:
        hand.number(_digits(hand, 1, 2))
        hand.sign(sign, -0.6, bottom)
        hand.number(_digits(hand, 1, 2))
        return ""

    return write


def _slash(hand: Hand) -> str:
    """Write a slash that leans more than a 1: a recorded one may be upright."""
    hand.number(_digits(hand, 1, 2))
    lean, below = hand.rng.uniform(0.35, 0.8), hand.rng.uniform(0, 0.25)
    hand.append([_line((lean, below - 1.3), (0, below), hand.rng)], hand.rng.uniform(0, 0.15))
    hand.right -= lean / 3
    hand.number(_digits(hand, 1, 2))
    return ""


def _tilde(hand: Hand) -> str:
    hand.sign("~", -0.8, -0.25)
    _several(hand)
    return ""


def _bracket(hand: Hand) -> str:
    left, right = ("()", "[]")[hand.rng.integers(2)]
    hand.sign(left, -1.15, 0.15)
    digits = _several(hand)
    hand.sign(right, -1.15, 0.15)
    return digits


def _currency(hand: Hand) -> str:
    """Write a recorded dollar before a number, or a euro by its template after it."""
    if hand.rng.random() < 0.5:
        hand.sign("$", -1.15, 0.15)
        return _several(hand)
    digits = _several(hand)
    hand.append(moved(trace(PICTURES["euro"], hand.rng), 0, -1))
    return digits


def _letter(hand: Hand) -> str:
    sign = LETTERS[hand.rng.integers(len(LETTERS))]
    recorded = hand.signs[sign]
    hand.append(letter(sign, recorded[hand.rng.integers(len(recorded))].strokes, hand.rng).strokes)
    hand.number(_digits(hand, 1, 2))
    return ""


def _crossed(rise: tuple[float, float]) -> Write:
    """Return what writes a number and a line through it that rises by this share of its height."""

    def write(hand: Hand) -> str:
        hand.number(_digits(hand, 1, 4))
        left, top, right, bottom = hand.box
        middle, half = (top + bottom) / 2, hand.rng.uniform(*rise) * (bottom - top) / 2
        middle += hand.rng.normal(0, 0.06)
        ends = [left - 0.2, middle + half], [right + 0.2, middle - half]
        hand.strokes.append(_line(*ends, hand.rng))
        return ""

    return write


def _zigzag(hand: Hand) -> str:
    hand.number(_digits(hand, 1, 4))
    left, top, right, bottom = hand.box
    n = int(np.ceil((right - left + 0.3) / hand.rng.uniform(0.12, 0.25))) + 2
    heights = np.where(np.arange(n) % 2, top, bottom) + hand.rng.normal(0, 0.08, n)
    hand.strokes.append(np.column_stack([np.linspace(left - 0.15, right + 0.15, n), heights]))
    return ""


def _print_dots(heights: tuple[float, float]) -> Print:
    """Return what prints a dotted rule so high over the foot, in parts of the number's height."""

    def print_on(layer: Layer, box: Box, rng: Rng) -> None:
        left, top, right, bottom = box
        height = bottom - top
        y = bottom - rng.uniform(*heights) * height
        step = np.exp(rng.uniform(*np.log(DOTS))) * height
        width = rng.uniform(0.04, 0.09) * height
        x = np.arange(
            left - rng.uniform(0.2, 1) * height, right + 0.6 * height, max(step, 2 * width)
        )
        dots = np.column_stack([x, np.full_like(x, y)])
        layer.lines(np.stack([dots, dots + np.array([0.01, 0])], axis=1), width)

    return print_on


def _print_task(layer: Layer, box: Box, rng: Rng) -> None:
    """Print a task's number before the writing."""
    left, top, _, bottom = box
    text = f"{rng.integers(1, 15)}{rng.choice(list(').'))}"
    height = rng.uniform(0.45, 0.8) * (bottom - top)
    x = left - (0.75 * len(text) + rng.uniform(0.2, 0.7)) * height
    layer.text(text, (x, bottom - height * rng.uniform(0.95, 1.1)), height, rng)


def _print_box(layer: Layer, box: Box, rng: Rng) -> None:
    """Print a box of which one side meets the digit."""
    sides = np.array(box) + np.array([-1, -1, 1, 1]) * rng.uniform(0.1, 0.3, 4) * (box[3] - box[1])
    touched = rng.integers(4)
    sides[touched] = box[touched]
    left, top, right, bottom = sides
    corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    layer.lines(np.array([corners]), rng.uniform(0.02, 0.06) * (box[3] - box[1]))


def _spill(layer: Layer, box: Box, rng: Rng) -> None:
    """Leave the ring of a cup that passes through the writing or beside it."""
    height = box[3] - box[1]
    radius = rng.uniform(0.7, 1.6) * height
    place = np.array([rng.uniform(box[0], box[2]), rng.uniform(box[1], box[3])])
    angle = rng.uniform(0, 2 * np.pi)
    centre = place + radius * np.array([np.cos(angle), np.sin(angle)])
    around = np.linspace(0, 2 * np.pi, 90)[:, None]
    ring = centre + radius * np.hstack([np.cos(around), np.sin(around)])
    layer.lines(ring[np.newaxis], rng.uniform(0.04, 0.12) * height, int(rng.integers(60, 160)))


def _punch(layer: Layer, box: Box, rng: Rng) -> None:
    """Punch a hole beside the writing."""
    height = box[3] - box[1]
    radius = rng.uniform(0.2, 0.45) * height
    gap = radius + rng.uniform(0.1, 0.4) * height
    x = box[0] - gap if rng.random() < 0.6 else box[2] + gap
    centre = np.array([x, rng.uniform(box[1], box[3])])
    around = np.linspace(0, 2 * np.pi, 40)[:, None]
    layer.fill(centre + radius * np.hstack([np.cos(around), np.sin(around)]))


def _stick(layer: Layer, box: Box, rng: Rng) -> None:
    """Put a sticker over about half of the last digit."""
    left, top, right, bottom = box
    height = bottom - top
    if rng.random() < 0.5:
        left, right = right - rng.uniform(0.2, 0.35) * height, right + height
        top, bottom = top - 0.4 * height, bottom + 0.4 * height
    else:
        left, right = right - 0.6 * height, right + height
        top, bottom = bottom - rng.uniform(0.4, 0.6) * height, bottom + 0.6 * height
    layer.fill(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))


KINDS: Mapping[str, Kind] = {
    CONTROL: Kind(_plain),
    "circled digit": Kind(_circled),
    "index": Kind(_index),
    "power": Kind(_power),
    "root": Kind(_root),
    "bar over a digit": Kind(_bar),
    "dotted rule under it": Kind(_several, _print_dots((-0.15, 0.1))),
    "dotted rule through it": Kind(_several, _print_dots((0.2, 0.8))),
    "degree": Kind(_degree),
    "prime": Kind(_prime),
    "raised dot": Kind(_raised_dot),
    "semicolon": Kind(_between(";", 0.15)),
    "tilde": Kind(_tilde),
    "printed task number": Kind(_plain, _print_task),
    "slash": Kind(_slash),
    "sticker": Kind(_plain, _stick, hides=True),
    "level line": Kind(_crossed((-0.15, 0.15))),
    "rising line": Kind(_crossed((0.6, 1.2))),
    "zigzag": Kind(_zigzag),
    "colon": Kind(_between(":", 0.0)),
    "bracket": Kind(_bracket),
    "currency sign": Kind(_currency),
    "letter before it": Kind(_letter),
    "touching box": Kind(_one, _print_box),
    "coffee ring": Kind(_plain, _spill),
    "punched hole": Kind(_plain, _punch, hides=True),
    "raised cents": Kind(_cents),
}


def attack(seed: int, n: int, data: Path | None) -> Iterator[Case]:
    """Yield n pictures of each kind in each form; another seed gives other pictures.

    There are ``CONTROLS`` times as many plain numbers.

    Raise DataError if the handwriting is missing.
    """
    recipe = RECIPES[LINES]
    _, people = load_handwriting(data, recipe.writers_held_back, recipe.sources_held_back)
    of_people = defaultdict[str, dict[int, list[Character]]](lambda: defaultdict(list))
    for digit in [*people.pen_digits, *whole_digits(people.characters)]:
        of_people[digit.writer][digit.label].append(digit)
    hands = [own for own in of_people.values() if sum(map(len, own.values())) >= MIN_DIGITS]
    signs = defaultdict[str, list[Character]](list)
    for character in people.characters:
        if character.strokes:
            signs[character.sign].append(character)
    for number, (name, kind) in enumerate(KINDS.items()):
        for form in FORMS:
            rng = np.random.default_rng((seed, number, FORMS.index(form)))
            for _ in range(n * CONTROLS if name == CONTROL else n):
                hand = Hand(rng, hands[rng.integers(len(hands))], signs)
                text = kind.write(hand)
                yield Case(f"{name}, {form}", _picture(kind, hand, form), text)


def _picture(kind: Kind, hand: Hand, form: str) -> Image.Image:
    """Return the picture of what is written, with what is printed or lies on the sheet."""
    rng, height_px = hand.rng, hand.rng.uniform(*HEIGHTS_PX)
    left, top, right, bottom = np.array(hand.box) * height_px
    before, above, after, below = (rng.uniform(*MARGINS, 4) * height_px).tolist()
    if kind.print_on is _print_task:
        before += 2 * height_px
    width, height = right - left + before + after, bottom - top + above + below
    side_px = int(np.ceil(max(width, height)))
    shift = np.array([before - left, above - top + (side_px - height) / 2])
    strokes = [stroke * height_px + shift for stroke in hand.strokes]
    pen_px = max(1.5, rng.uniform(*PEN_WIDTHS) * height_px)
    ink = draw_ink(strokes, (side_px, side_px), pen_px, CURVE_STEP * height_px)
    points = np.concatenate(strokes)
    x, y = (points.min(axis=0) - pen_px / 2).tolist()
    last_x, last_y = (points.max(axis=0) + pen_px / 2).tolist()
    layer = Layer(side_px)
    if kind.print_on:
        kind.print_on(layer, (x, y, last_x, last_y), rng)
    cover = _reduced(layer)
    if form == "drawn":
        grey = _drawn(kind, ink, cover, rng)
    else:
        grey = _photographed(kind, ink, cover, (x, y, last_x, last_y), pen_px, rng)
    first = round((side_px - height) / 2)
    return Image.fromarray(
        np.ascontiguousarray(grey[first : first + round(height), : round(width)])
    )


def _reduced(layer: Layer) -> Ink:
    """Return what a layer covers, (S, S), 0 to 1."""
    side_px = layer.side_px
    large = layer.cover.reshape(side_px, OVERSAMPLING, side_px, OVERSAMPLING)
    return np.asarray(large.mean(axis=(1, 3)) / 255, np.float32)


def _drawn(kind: Kind, ink: Ink, cover: Ink, rng: Rng) -> Pixels:
    """Return a flat picture, uint8 (S, S): paper is white, and a sticker or a hole is grey."""
    bare = 1 - ink if kind.hides else 1 - np.maximum(ink, cover)
    grey = bare + cover * (rng.uniform(0.5, 0.85) - bare) if kind.hides else bare
    return np.asarray(np.rint(grey.clip(0, 1) * 255), np.uint8)


def _photographed(kind: Kind, ink: Ink, cover: Ink, box: Box, pen_px: float, rng: Rng) -> Pixels:
    """Return a picture as a camera or a scanner sees the sheet, uint8 (S, S)."""
    paper, darkness = rng.uniform(0.6, 1), rng.uniform(0.4, 0.95)
    sheet = np.full_like(ink, paper)
    sheet += rng.uniform(0, 0.02) * smooth_noise(ink.shape, rng.uniform(1, 30), rng)
    if rng.random() < RULED:
        ruled = Layer(len(ink), rng.normal(0, 0.01))
        draw_ruled_paper(ruled, box, rng)
        sheet *= 1 - rng.uniform(0.1, 0.4) * _reduced(ruled)
    if not kind.hides:
        sheet *= 1 - rng.uniform(0.4, 0.95) * cover
    sheet *= 1 - darkness * ink
    if kind.hides:
        level = rng.uniform(0, 1)
        if abs(level - paper) < MIN_DIFFERENCE:
            level = paper - MIN_DIFFERENCE
        sheet += cover * (np.float32(level) - sheet)
    if (lit := light(len(ink), rng)) is not None:
        sheet *= lit
    return capture(sheet, pen_px, darkness * paper, rng)
