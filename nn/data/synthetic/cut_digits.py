"""Digits as they are cut out of photographed lines, and wrong cuts, which are no digit.

A network that has learnt single digits alone reads a digit and a half, or two digits, as some digit
with confidence. So it is trained to reject what is cut wrongly: Y. LeCun, L. Bottou, Y. Bengio, P.
Haffner, "Gradient-based learning applied to document recognition", 1998, sections V and VI. Lines
are drawn, photographed and divided as the reader divides them, now and then at wrong places. A
piece is labelled by the digit whose ink it holds. A part of a single digit is left out: half of a 0
is a 1, half of an 8 a 3.
"""

import itertools
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.data.digits import NO_DIGIT, Digits
from nn.data.synthetic.lines import LineWriter
from nn.data.synthetic.paper import Photograph, photograph
from nn.reading.lines.divide import SignInk, divide
from nn.reading.lines.strip import POINT
from nn.reading.mnist import INK_LEVEL, Ink, Pixels, ink_to_mnist

PAPER_WINDOW = 0.25  # half the side of the window in which paper is found, over a line's height
MIN_INK_LEVEL, FULL_INK_LEVEL = 0.75, 1.4  # contrasts of ink and of full ink, over Otsu's threshold
MIN_THRESHOLD = 0.25  # of the threshold between ink and paper, over the greatest contrast
MIN_RULE_LENGTH = 1.6  # over a line's height
ROWS_ABOVE = np.array([[1], [1], [1], [0], [0], [0], [0]], np.float32)  # reaches across a rule

WRONGLY_CUT = 0.6  # proportion of lines that are divided at wrong places
OFF_CENTRE = 0.08  # standard deviation of where a sign is read, over its width
# Of the ink of a digit:
MAX_ERROR = 0.1  # its own ink missing, and other digits' ink, in a piece that is this digit
MAX_STRANGE_INK = 0.2  # ink of no digit in such a piece: rules, patterns, ligatures
MIN_ERROR = 0.35  # own ink missing and others' ink, in a piece that is no digit
MIN_SECOND_DIGIT = 0.35  # of a second digit, in a piece that is no digit
MIN_ASPECT = 0.7  # piece that is no digit, over its height: 1 beside 1 may be another 1


def draw_cut_digits(writer: LineWriter, rng: np.random.Generator, n: int) -> Digits:
    """Return n pictures of what is cut out of lines; wrong cuts are labelled ``NO_DIGIT``.

    The same writer and an rng in the same state give the same pictures.
    """
    images, labels = list[Pixels](), list[int]()
    while len(labels) < n:
        line = writer.write_signs(rng)
        photographed = photograph(line, writer, rng)
        pieces = cut_out(photographed, np.array(line.labels), rng)
        for ink, label in itertools.islice(pieces, n - len(labels)):
            images.append(ink_to_mnist(ink))
            labels.append(label)
    return Digits(np.array(images, np.uint8), np.array(labels, np.uint8))


def cut_out(
    photographed: Photograph, labels: NDArray[np.integer], rng: np.random.Generator
) -> Iterator[tuple[Ink, int]]:
    """Yield the ink of digits, and of wrong cuts, with their labels.

    Parameters
    ----------
    labels
        (K,) of the signs, from left to right.
    """
    ink = ink_of_line(photographed.grey)
    is_digit = labels < POINT
    of_digits, labels = photographed.of_signs[is_digit], labels[is_digit]
    middles = read_at(photographed.of_signs, rng)
    if rng.random() < WRONGLY_CUT and len(middles) > 1:
        if rng.random() < 0.5:
            middles = np.delete(middles, rng.integers(len(middles)))
        else:
            middles = (middles[1:] + middles[:-1]) / 2
    divided = divide(ink, middles.tolist())
    for piece in divided.of_signs:
        label = None if piece is None else label_of(piece, of_digits, labels)
        if piece is not None and label is not None:
            yield piece.ink, label


def read_at(of_signs: Ink, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the columns at which signs (K, H, W) may be read, from left to right."""
    has_ink = of_signs.max(axis=1) >= INK_LEVEL  # (K, W)
    columns = np.arange(has_ink.shape[1])
    starts = np.where(has_ink, columns, columns[-1]).min(axis=1)
    ends = np.where(has_ink, columns, 0).max(axis=1)
    middles = (starts + ends) / 2 + rng.normal(0, OFF_CENTRE, len(starts)) * (ends - starts)
    return np.sort(middles)


def label_of(piece: SignInk, of_digits: Ink, labels: NDArray[np.integer]) -> int | None:
    """Return which digit a piece of a line is, ``NO_DIGIT`` for none, None if neither is sure.

    Parameters
    ----------
    of_digits
        (K, H, W) the ink of each digit of the line.
    labels
        (K,) of these.
    """
    if not len(labels):
        return None
    height, width = piece.ink.shape
    box = np.s_[piece.y : piece.y + height, piece.x : piece.x + width]
    around = cv2.dilate(piece.ink, np.ones((3, 3), np.uint8))
    is_own = around >= INK_LEVEL
    whole = np.maximum(of_digits.sum(axis=(1, 2)), 1)
    own = (of_digits[:, *box] * is_own).sum(axis=(1, 2))
    any_digit = of_digits[:, *box].max(axis=0)
    errors = ((whole - own) + ((any_digit * is_own).sum() - own)) / whole
    nearest = int(errors.argmin())
    if errors[nearest] <= MAX_ERROR:
        near = cv2.dilate(any_digit, np.ones((3, 3), np.uint8)) >= INK_LEVEL
        strange = float(piece.ink[~near].sum())
        return int(labels[nearest]) if strange <= MAX_STRANGE_INK * whole[nearest] else None
    second = np.sort(own / whole)[-2] if len(own) > 1 else 0
    is_wide = width >= MIN_ASPECT * height
    return (
        NO_DIGIT
        if errors[nearest] >= MIN_ERROR and second >= MIN_SECOND_DIGIT and is_wide
        else None
    )


def ink_of_line(grey: Pixels) -> Ink:
    """Return the ink of one line, float32 (H, W), by a threshold between it and its paper (Otsu).

    Dark areas wider than a digit's lines count as paper: they are shadows. So do level lines longer
    than a digit's, except where a stroke that goes on above or below crosses them.
    """
    window = np.ones((2 * round(PAPER_WINDOW * len(grey)) + 1,) * 2, np.uint8)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, window)
    contrast = cv2.subtract(paper, grey)
    level, _ = cv2.threshold(contrast, 0, 255, cv2.THRESH_OTSU)
    level = max(level, MIN_THRESHOLD * float(contrast.max()), 1.0)  # Otsu's is 0 without any grey
    ink = np.interp(contrast, (MIN_INK_LEVEL * level, FULL_INK_LEVEL * level), (0, 1))

    dark = (contrast >= level).view(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    rule = np.ones((1, round(MIN_RULE_LENGTH * len(grey))), np.uint8)
    rules = cv2.dilate(cv2.morphologyEx(closed, cv2.MORPH_OPEN, rule), np.ones((3, 1), np.uint8))
    above, below = (
        cv2.filter2D(dark * (1 - rules), cv2.CV_8U, kernel, borderType=cv2.BORDER_CONSTANT)
        for kernel in (ROWS_ABOVE, ROWS_ABOVE[::-1])
    )
    is_rule = (rules > 0) & ~((above > 0) & (below > 0))
    return np.asarray(np.where(is_rule, 0, ink), np.float32)
