"""Lines of numbers as people write them, with marks, letters and crossed-out digits among them.

A line is drawn from recorded pen strokes, from templates of styles, or from MNIST's pictures. The
network that reads lines learns the signs in their order; where each one stands is not given.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from nn.data.digits import Character, Digits, Stroke
from nn.data.synthetic.curves import moved
from nn.data.synthetic.drawing import catmull_rom, vary_strokes
from nn.data.synthetic.joining import (
    LIGATURE_GAP,
    ligature,
    link_above,
    may_have_ligature,
    put_beside,
)
from nn.data.synthetic.non_digits import draw_non_digit
from nn.data.synthetic.signs import (
    SYMBOLS,
    Sign,
    crossed_out,
    draw_mark,
    drawn_symbol,
    fitted,
    letter,
    reduce_last_zeros,
    symbol,
    tall,
    upright,
    with_upstroke,
)
from nn.data.synthetic.styles import write_digit
from nn.reading.lines.strip import COMMA, MINUS, OTHER, POINT
from nn.reading.mnist import DIGIT_PX, SIDE_PX, Ink, Pixels, crop

# Proportions of numbers of 1, 2, ... digits.
LENGTHS = (0.17, 0.15, 0.17, 0.17, 0.12, 0.08, 0.05, 0.03, 0.02, 0.02, 0.01, 0.01)
SCANNED = 0.2  # proportion of lines of MNIST's digits
WORDS, DRAWINGS = 0.08, 0.04  # proportions of lines of letters and symbols, and of one drawing
MIXED = 0.16  # proportion of lines with other signs among their digits
OF_ONE_WRITER = 0.75  # proportion of the others whose digits are of one writer
MIN_DIGITS = 8  # of such a writer
TEMPLATES = 0.3  # proportion of digits in a style that no data set has
RARE = 0.45  # of these, proportion in a style that looks like another sign
LONG_ONES = 0.08  # proportion of ones that begin above the line's digits and end below them
LONG_FIRST_ONES = 0.3  # proportion of such ones of those that a number begins with
LEAN = 0.5  # most that they slant to the right beyond the other digits
CHAINED = 0.25  # proportion of neighbouring zeros that a line joins above
UPSTROKES = 0.35  # proportion of ones with a long upstroke, as in Germany and France
ONES, ZEROS = 0.12, 0.2  # proportions of numbers that begin with ones, and that end in zeros
JOINED = 0.25  # proportion of lines in which digits are joined where the pen can go on
TOUCHING = 0.5  # proportion of digits in tight lines that nearly touch the one before, or do
NEAR = (-0.12, 0.15)  # gap of the others of these; below 0 they overlap
CROSSED_OUT, TALL = 0.25, 0.15  # of the other signs among digits; the rest are letters and symbols
OF_SYMBOLS, OF_DRAWN_SYMBOLS = 0.5, 0.3  # of letters and symbols; of the symbols, from templates
GROUPED = 0.3  # proportion of numbers of four digits and more with a mark at each thousand
MARKED = 0.1  # proportion of digits of other numbers with a point or a comma after them
MARK_GAP = (-0.04, 0.2)  # between a digit and its point or comma; below 0 they touch
GAP_AFTER_MARK = (0.02, 0.45)
RECORDED = 0.5  # proportion of marks that somebody wrote, where there are any
LABELS_OF_MARKS = {".": POINT, ",": COMMA, "-": MINUS, "=": OTHER}
NEGATIVE, CLOSED = 0.06, 0.25  # proportions of numbers with a minus before, and with marks after
DASHED = 0.06  # proportion of numbers with a minus between two signs, as in telephone numbers
SMALL_ZEROS = 0.4  # proportion of numbers whose last zeros are smaller or flatter, as in amounts
STEEP = 0.15  # proportion of lines that slant by up to 45 degrees
CLOSINGS = (
    *((POINT,), (COMMA,), (MINUS,), (POINT, MINUS), (COMMA, MINUS)),
    *((OTHER,), (OTHER,), (POINT, OTHER), (COMMA, OTHER)),
)
DRAWN = ("picture", "spiral", "rosette", "wave", "scribble", "loops", "hatching", "blot")
PEN_WIDTHS = (0.035, 0.2)  # thinnest and thickest, over a digit's height
SPREAD_PX = (30, 80)  # least and greatest height at which a line is drawn


@dataclass(frozen=True)
class Line:
    """A line as it is written.

    Attributes
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    labels
        Of its signs, from left to right.
    height_px
        Of a usual digit.
    baseline_px
        Row on which the first one stands.
    of_signs
        float32 (K, H, W), the ink of each sign alone; K is 0 if it was not asked for.
    is_closed
        Whether the last sign is no part of the number, but lines that close an amount.
    """

    ink: Ink
    labels: list[int]
    height_px: float
    baseline_px: float
    of_signs: Ink
    is_closed: bool = False


@dataclass(frozen=True)
class Curves:
    """A line before a pen draws it; a usual digit is about 1 high.

    Attributes
    ----------
    of_line
        Curves float64 (P, 2), with what joins signs.
    of_signs
        The curves of each sign alone.
    labels
        Of the signs, from left to right.
    """

    of_line: list[Stroke]
    of_signs: list[list[Stroke]]
    labels: list[int]


@dataclass
class _Hand:
    """How a line is written: with which pen, how slanted, sloping and spaced."""

    pen: float
    slant: float
    slope: float
    spacing: int
    is_joined: bool
    strokes: list[Stroke] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    signs: list[list[Stroke]] = field(default_factory=list)  # the strokes of each
    right: float = 0.0  # of what is written
    is_closed: bool = False

    def curves(self, strokes: Sequence[Stroke]) -> list[Stroke]:
        """Return strokes as smooth curves, slanted and sloping."""
        shear = np.array([[1, self.slant], [self.slope, 1]])
        return [catmull_rom(stroke @ shear.T, 0.06) for stroke in strokes]


def recorded_marks(characters: Sequence[Character]) -> list[Character]:
    """Return the points, commas, minus and equals signs."""
    return [each for each in characters if each.sign in LABELS_OF_MARKS and each.strokes]


class LineWriter:
    """Draws random lines.

    Parameters
    ----------
    digits
        Recorded digits.
    others
        Recorded letters, at least one, and symbols that do not look like digits. Those that are
        neither letters nor in ``SYMBOLS``, such as a minus, are not drawn.
    scanned
        MNIST's digits, if lines of them are to be drawn, too.
    marks
        Recorded points, commas, minus and equals signs, if any; others are drawn.
    """

    def __init__(
        self,
        digits: Sequence[Character],
        others: Sequence[Character],
        scanned: Digits | None = None,
        marks: Sequence[Character] = (),
    ) -> None:
        self.letters = [other for other in others if other.sign.isalpha()]
        self.symbols = defaultdict[str, list[Character]](list)
        for other in others:
            if other.sign in SYMBOLS:
                self.symbols[other.sign].append(other)
        self.scanned = scanned
        self.of_marks = defaultdict[int, list[Character]](list)
        for mark in marks:
            self.of_marks[LABELS_OF_MARKS[mark.sign]].append(mark)
        of_writers = defaultdict[str, list[Character]](list)
        for digit in digits:
            of_writers[digit.writer].append(digit)
        self.of_all = _by_label(digits)
        self.of_writers = [_by_label(own) for own in of_writers.values() if len(own) >= MIN_DIGITS]

    def write(self, rng: np.random.Generator, height_px: float | None = None) -> Line:
        """Return a random line; its digits have the given height, if any."""
        height_px = height_px or rng.uniform(*SPREAD_PX)
        if self.scanned and rng.random() < SCANNED:
            return write_scanned(self.scanned, rng, height_px)
        return _draw(self._written(rng), height_px)

    def write_signs(self, rng: np.random.Generator) -> Line:
        """Return a random line of strokes with the ink of each sign."""
        return _draw(self._written(rng), rng.uniform(*SPREAD_PX), has_signs=True)

    def write_curves(self, rng: np.random.Generator) -> Curves:
        """Return a random line of strokes, to be drawn by any pen at any size."""
        hand = self._written(rng)
        of_signs = [hand.curves(strokes) for strokes in hand.signs]
        return Curves(hand.curves(hand.strokes), of_signs, hand.labels)

    def _written(self, rng: np.random.Generator) -> _Hand:
        hand = _Hand(
            pen=float(np.exp(rng.uniform(*np.log(PEN_WIDTHS)))),
            slant=rng.uniform(-1, -0.3) if rng.random() < STEEP else rng.normal(-0.13, 0.25),
            slope=rng.normal(0, 0.04),
            spacing=int(rng.choice(3, p=(0.45, 0.35, 0.2))),
            is_joined=bool(rng.random() < JOINED),
        )
        for sign in self._signs(rng):
            _append(hand, sign, rng)
        return hand

    def _signs(self, rng: np.random.Generator) -> list[Sign]:
        """Return the signs of a random line: a number, a word, or a drawing."""
        kind = rng.random()
        if kind < WORDS:
            return [self._other(rng) for _ in range(rng.integers(1, 7))]
        if kind < WORDS + DRAWINGS:
            drawn = DRAWN[int(rng.integers(len(DRAWN)))]
            return [Sign(upright(draw_non_digit(rng, drawn), rng), OTHER)]
        signs = self._digits(1 + int(rng.choice(len(LENGTHS), p=LENGTHS)), rng)
        if kind < WORDS + DRAWINGS + MIXED:
            for _ in range(rng.integers(1, 3)):
                place, other = int(rng.integers(len(signs))), rng.random()
                if other < CROSSED_OUT:
                    signs[place] = crossed_out(signs[place], rng)
                else:
                    sign = tall(rng) if other < CROSSED_OUT + TALL else self._other(rng)
                    signs.insert(int(rng.integers(len(signs) + 1)), sign)
        signs = self._with_marks(signs, rng)
        if len(signs) > 1 and rng.random() < DASHED:
            signs.insert(int(rng.integers(1, len(signs))), self._mark(MINUS, rng))
        if rng.random() < NEGATIVE:
            signs.insert(0, self._mark(MINUS, rng))
        if rng.random() < CLOSED:
            closing = CLOSINGS[rng.integers(len(CLOSINGS))]
            signs += [self._mark(label, rng) for label in closing]
        return signs

    def _with_marks(self, signs: Sequence[Sign], rng: np.random.Generator) -> list[Sign]:
        """Return signs with points and commas among them, at each thousand or anywhere."""
        is_grouped = len(signs) > 3 and rng.random() < GROUPED
        usual = POINT if rng.random() < 0.6 else COMMA
        marked = []
        for n_after, sign in zip(range(len(signs) - 1, -1, -1), signs, strict=True):
            marked.append(sign)
            is_marked = n_after % 3 == 0 if is_grouped else rng.random() < MARKED
            if n_after and sign.label < POINT and is_marked:
                marked.append(self._mark(usual, rng))
        return marked

    def _mark(self, label: int, rng: np.random.Generator) -> Sign:
        """Return a mark, or lines that close an amount, drawn or as somebody wrote them."""
        sign = draw_mark(label, rng)
        recorded = self.of_marks.get(label)
        if not recorded or rng.random() >= RECORDED:
            return sign
        strokes = recorded[rng.integers(len(recorded))].strokes
        return sign._replace(strokes=fitted(vary_strokes(strokes, rng), sign.strokes))

    def _digits(self, n: int, rng: np.random.Generator) -> list[Sign]:
        """Return n random digits, most of them of one writer."""
        own: dict[int, list[Character]] = {}
        if rng.random() < OF_ONE_WRITER:
            own = self.of_writers[rng.integers(len(self.of_writers))]
        signs = list[Sign]()
        for label in _labels(n, rng):
            digits = own.get(label) or self.of_all.get(label)
            if not digits or rng.random() < TEMPLATES:
                strokes = write_digit(label, rng, rare=RARE)
            else:
                strokes = list(digits[rng.integers(len(digits))].strokes)
            if label == 1 and rng.random() < UPSTROKES:
                strokes = with_upstroke(strokes, rng)
            strokes = upright(strokes, rng)
            if label == 1 and rng.random() < (LONG_ONES if signs else LONG_FIRST_ONES):
                size, below = rng.uniform(1.1, 1.7), rng.uniform(0, 0.4)
                slanted = np.array([[size, 0], [-size * rng.uniform(0, LEAN), size]])
                strokes = moved([stroke @ slanted for stroke in strokes], 0, below)
            signs.append(Sign(strokes, label))
        if rng.random() < SMALL_ZEROS:
            reduce_last_zeros(signs, rng)
        return signs

    def _other(self, rng: np.random.Generator) -> Sign:
        """Return a letter or a symbol; each symbol is as frequent as every other."""
        if rng.random() >= OF_SYMBOLS:
            recorded = self.letters[rng.integers(len(self.letters))]
            return letter(recorded.sign, recorded.strokes, rng)
        if not self.symbols or rng.random() < OF_DRAWN_SYMBOLS:
            return drawn_symbol(rng)
        of_sign = list(self.symbols.values())[rng.integers(len(self.symbols))]
        recorded = of_sign[rng.integers(len(of_sign))]
        return symbol(recorded.sign, recorded.strokes, rng)


def _by_label(digits: Sequence[Character]) -> dict[int, list[Character]]:
    by_label = defaultdict(list)
    for digit in digits:
        by_label[digit.label].append(digit)
    return by_label


def _labels(n: int, rng: np.random.Generator) -> list[int]:
    """Return n random digits; some begin with ones, and some end in zeros, as amounts do."""
    labels = rng.integers(10, size=n)
    if rng.random() < ONES:
        labels[: rng.integers(1, 4)] = 1
    if rng.random() < ZEROS:
        labels[rng.integers(n) :] = 0
    digits: list[int] = labels.tolist()
    return digits


def _gap(spacing: int, rng: np.random.Generator) -> float:
    """Return the gap between two signs of a line that is spaced tightly, usually or widely."""
    return (rng.normal(0.04, 0.07), rng.uniform(0.1, 0.35), rng.uniform(0.3, 0.9))[spacing]


def _append(hand: _Hand, sign: Sign, rng: np.random.Generator) -> None:
    """Write an upright sign after the others; the line is slanted when it is drawn."""
    strokes = sign.strokes
    left = min(stroke[:, 0].min() for stroke in strokes)
    gap = hand.pen + _gap(hand.spacing, rng)
    if sign.label in (POINT, COMMA):
        gap = hand.pen + rng.uniform(*MARK_GAP)
    elif hand.labels and hand.labels[-1] in (POINT, COMMA):
        gap = hand.pen + rng.uniform(*GAP_AFTER_MARK)
    strokes = moved(strokes, hand.right + gap - left, 0)
    is_digit = sign.label < POINT and bool(hand.labels) and hand.labels[-1] < POINT
    if is_digit and (hand.is_joined or (hand.spacing == 0 and rng.random() < TOUCHING)):
        if hand.is_joined and rng.random() < 0.7:
            strokes = put_beside(hand.signs[-1], strokes, hand.pen + rng.uniform(*LIGATURE_GAP))
            if may_have_ligature(hand.signs[-1], strokes):
                hand.strokes.append(ligature(hand.signs[-1][-1], strokes[0], rng))
        else:
            gap = rng.uniform(-0.8, 0) * hand.pen if rng.random() < 0.5 else rng.uniform(*NEAR)
            strokes = put_beside(hand.signs[-1], strokes, hand.pen + gap)
    if hand.labels and hand.labels[-1] == sign.label == 0 and rng.random() < CHAINED:
        hand.strokes.append(link_above(hand.signs[-1], strokes, rng))
    hand.strokes += strokes
    hand.labels.append(sign.label)
    hand.signs.append(strokes)
    hand.is_closed = sign.closes_amount
    hand.right = max(hand.right, *(float(stroke[:, 0].max()) for stroke in strokes))


def write_scanned(scanned: Digits, rng: np.random.Generator, height_px: float) -> Line:
    """Return a random line of MNIST's digits, about as high as given."""
    n = 1 + int(rng.choice(len(LENGTHS), p=LENGTHS))
    spacing, slope, x = int(rng.integers(3)), rng.normal(0, 0.04), height_px
    slant = rng.normal(0, 0.1)
    baseline_px = 2 * height_px
    ink = np.zeros((round(3.5 * height_px), round(height_px * (2.3 * n + 2))), np.float32)
    labels: list[int] = []
    for number in rng.integers(len(scanned), size=n).tolist():
        digit = enlarged(scanned.images[number], height_px, slant, rng)
        rows, columns = digit.shape
        foot = baseline_px + slope * (x - height_px) + rng.normal(0, 0.04) * height_px
        top = max(0, round(foot) - rows)
        if labels:
            x += height_px * _gap(spacing, rng)
        if labels and spacing == 0 and rng.random() < TOUCHING:
            x = _contact(ink, digit, top) + height_px * rng.uniform(-0.08, 0.1)
        left = max(0, round(x))
        place = ink[top : top + rows, left : left + columns]
        np.maximum(place, digit[: place.shape[0], : place.shape[1]], out=place)
        x = left + columns
        labels.append(int(scanned.labels[number]))
    ink = ink[:, : round(x + height_px)]
    return Line(ink, labels, height_px, baseline_px, ink[np.newaxis][:0])


def _draw(hand: _Hand, height_px: float, *, has_signs: bool = False) -> Line:
    """Return what is written as ink, slanted and sloping, drawn at twice its size and reduced."""
    shear = np.array([[1, hand.slant], [hand.slope, 1]])
    points = np.concatenate(hand.strokes) @ shear.T
    corner = points.min(axis=0) - 1
    n_columns, n_rows = np.ceil((points.max(axis=0) + 1 - corner) * height_px).astype(int).tolist()
    pen_px = max(1, round(2 * hand.pen * height_px))

    def draw(strokes: Sequence[Stroke]) -> Ink:
        large = np.zeros((2 * n_rows, 2 * n_columns), np.uint8)
        for curve in hand.curves(strokes):
            fixed = np.rint((curve - corner) * (2 * 8 * height_px)).astype(np.int32)  # in eighths
            cv2.polylines(large, [fixed.reshape(-1, 1, 2)], False, 255, pen_px, cv2.LINE_AA, 3)
        reduced = cv2.resize(large, (n_columns, n_rows), interpolation=cv2.INTER_AREA)
        return np.asarray(reduced, np.float32) / np.float32(255)

    of_signs = [draw(strokes) for strokes in hand.signs] if has_signs else []
    return Line(
        draw(hand.strokes),
        hand.labels,
        height_px,
        -corner[1] * height_px,
        np.array(of_signs, np.float32).reshape(-1, n_rows, n_columns),
        hand.is_closed,
    )


def enlarged(image: Pixels, height_px: float, slant: float, rng: np.random.Generator) -> Ink:
    """Return one of MNIST's digits (h, w), as high as a usual digit, slanted and turned."""
    scale = height_px / DIGIT_PX * np.exp(rng.normal(0, 0.08))
    side_px = round(1.5 * SIDE_PX * scale)
    middle = (SIDE_PX - 1) / 2
    matrix = np.asarray(cv2.getRotationMatrix2D((middle, middle), rng.normal(0, 3), scale))
    matrix[0] += (slant + rng.normal(0, 0.05)) * matrix[1]
    matrix[:, 2] += side_px / 2 - matrix @ [middle, middle, 1]
    small = (image / 255).astype(np.float32)
    large = cv2.warpAffine(small, matrix, (side_px, side_px), flags=cv2.INTER_CUBIC)
    return crop(np.asarray(large, np.float32).clip(0, 1))


def _contact(ink: Ink, digit: Ink, top: int) -> float:
    """Return the column at which a digit (h, w), its first row at ``top``, meets ink (H, W)."""
    left, right = ink[top : top + len(digit)] > 0.5, digit > 0.5
    common = left.any(axis=1) & right[: len(left)].any(axis=1)
    if not common.any():
        return float(np.flatnonzero(ink.any(axis=0))[-1])
    ends = left.shape[1] - left[common, ::-1].argmax(axis=1)
    return float((ends - right[: len(left)][common].argmax(axis=1)).max())
