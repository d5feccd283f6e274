"""The ink in the boxes of a flattened class sheet.

Printed borders are subtracted from the contrast: along each side the median across the line is the
border, which a pen crosses only here and there. A component of ink belongs, all of it, to the box
that holds most of it; only what two boxes share is cut between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.class_sheet.flatten import MILLIMETRE_PX, FlatPage
from nn.reading.ink.components import Floats, Labels, label_components, measure_components
from nn.reading.ink.photo import LEAST_CONTRAST, NOISE
from nn.reading.ink.selection import render_ink, select_digit
from nn.reading.mnist_format import Ink, Mask, Pixels, ink_to_mnist
from nn.reading.numbers.struck import may_be_struck
from nn.reading.one_digit import to_component

BAND_MM = 0.7  # on each side of a border's middle: its blurred line and its place's error
LEAST_DIGIT_MM = 3.0  # longer side of the smallest digit: what is smaller is a speck
REACH_MM = 5.0  # beyond its box, within which a digit is read
OWN = 0.85  # share of a component in a box that has it alone
SHARED = 0.15  # share of a component in another box from which on that box has a part of it
PALEST = 0.35  # contrast of ink over that of the box's largest: what is paler is a trace
N_LEVELS = 16  # of grey, of a box for people

Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the flattened sheet; the last two are exclusive."""


@dataclass(frozen=True)
class BoxInk:
    """What is in a box.

    Attributes
    ----------
    ink
        float32 (h, w), 0 for paper to 1 for ink; None if the box is empty.
    is_cut
        Whether the ink was cut from that of a neighbouring box.
    is_left_out
        Whether other ink of a digit's size in the box was not taken.
    cut_out
        uint8 (H, W): the flattened box in even light, for people.
    """

    ink: Ink | None
    is_cut: bool
    is_left_out: bool
    cut_out: Pixels

    @property
    def image(self) -> Pixels | None:
        """The network's input, uint8 (28, 28); None if the box is empty."""
        return None if self.ink is None else ink_to_mnist(self.ink)

    def may_be_crossed_out(self, label: int) -> bool:
        """Return whether the ink, which is read as ``label``, may be crossed out."""
        return self.ink is not None and may_be_struck(to_component(self.ink), label)


def read_boxes(page: FlatPage) -> list[BoxInk]:
    """Return the ink in each box of a flattened page, in the order of its boxes."""
    places = page.places_px()
    contrast = without_borders(page.contrast, places)
    divided = divide(contrast > threshold_of(contrast, places), places)
    boxes = []
    for i, (left, top, right, bottom) in enumerate(places):
        around = _around(places[i])
        is_own, is_shared = divided.of_box(i, around)
        cut_out = _in_even_light(page.contrast[top:bottom, left:right])
        boxes.append(_select(contrast[around], is_own, is_shared, cut_out))
    return boxes


def without_borders(contrast: Ink, places: Sequence[Place]) -> Ink:
    """Return the contrast (H, W) without that of the printed borders."""
    cleared = contrast.copy()
    half = round(BAND_MM * MILLIMETRE_PX)
    for left, top, right, bottom in places:
        for edge in (top, bottom):
            _subtract_line(cleared[edge - half : edge + half, left - half : right + half])
        for edge in (left, right):
            _subtract_line(cleared[top - half : bottom + half, edge - half : edge + half].T)
    return cleared


def _subtract_line(band: Ink) -> None:
    """Remove, in place, what the rows of a band (B, L) have in common beyond its outer rows."""
    line = np.median(band, axis=1, keepdims=True)
    line = np.maximum(line - min(line[0, 0], line[-1, 0]), 0)
    np.clip((band - line) / np.maximum(1 - line, 0.1), 0, 1, out=band)


@dataclass(frozen=True)
class DividedInk:
    """The ink of all boxes, and which component belongs to which.

    Attributes
    ----------
    labels
        int32 (H, W): 0 for paper, p + 1 for component p.
    places
        Of the N boxes.
    shares
        (P, N): how much of what boxes hold of each component is in each box, 0 to 1.
    """

    labels: Labels
    places: Sequence[Place]
    shares: Floats

    def of_box(self, i: int, around: tuple[slice, slice]) -> tuple[Mask, Mask]:
        """Return which pixels around a box (h, w) are its own ink, and which its part of others."""
        labels = self.labels[around]
        share = np.concatenate([[0], self.shares[:, i]])[labels]
        left, top, right, bottom = self.places[i]
        half = round(BAND_MM * MILLIMETRE_PX)
        y, x = around[0].start, around[1].start
        is_inside = np.zeros(labels.shape, np.bool_)
        is_inside[
            top - half - y : bottom + half - y,
            left - half - x : right + half - x,
        ] = True
        is_shared = (share >= SHARED) & (share < OWN) & is_inside
        return np.asarray(share >= OWN, np.bool_), np.asarray(is_shared, np.bool_)


def divide(is_ink: Mask, places: Sequence[Place]) -> DividedInk:
    """Return ink (H, W) with how its components are divided among boxes."""
    labels, _, areas = label_components(is_ink)
    n_inside = np.stack(
        [
            np.bincount(labels[top:bottom, left:right].ravel(), minlength=len(areas) + 1)[1:]
            for left, top, right, bottom in places
        ],
        axis=1,
    )
    shares = n_inside / np.maximum(n_inside.sum(axis=1, keepdims=True), 1)
    return DividedInk(labels, places, np.asarray(shares, np.float64))


def _around(place: Place) -> tuple[slice, slice]:
    """Return the rows and columns around a box that its digit may reach."""
    left, top, right, bottom = place
    reach = round(REACH_MM * MILLIMETRE_PX)
    return slice(max(0, top - reach), bottom + reach), slice(max(0, left - reach), right + reach)


def _in_even_light(contrast: Ink) -> Pixels:
    """Return contrast as a grey image on white, in few levels, so that a file of it is small."""
    levels = np.rint(contrast * (N_LEVELS - 1))
    return np.rint(255 - levels * 255 / (N_LEVELS - 1)).astype(np.uint8)


def _select(contrast: Ink, is_own: Mask, is_shared: Mask, cut_out: Pixels) -> BoxInk:
    """Return the digit of a box among its own ink (h, w) and its part of others'."""
    empty = BoxInk(None, is_cut=False, is_left_out=False, cut_out=cut_out)
    is_ink = is_own | is_shared
    if not is_ink.any():
        return empty
    components = measure_components(is_ink, contrast)
    usual = components.levels[np.argmax(components.areas * components.levels)]
    components = measure_components(is_ink & (contrast > PALEST * usual), contrast)
    is_large = components.sides_px.max(axis=1) >= LEAST_DIGIT_MM * MILLIMETRE_PX
    if not is_large.any():
        return empty
    is_digit = select_digit(components, np.ones_like(is_large))
    return BoxInk(
        ink=render_ink(components, is_digit, contrast),
        is_cut=bool((components.pixels(is_digit) & is_shared).any()),
        is_left_out=bool((is_large & ~is_digit).any()),
        cut_out=cut_out,
    )


def threshold_of(contrast: Ink, places: Sequence[Place]) -> float:
    """Return the contrast from which a pixel is dark; it grows with the noise in the boxes."""
    left, top = np.min(places, axis=0)[:2]
    right, bottom = np.max(places, axis=0)[2:]
    part = contrast[top:bottom, left:right]
    noise = np.abs(part - cv2.GaussianBlur(part, (0, 0), 2))
    return float(max(LEAST_CONTRAST, NOISE * 1.4826 * np.median(noise)))
