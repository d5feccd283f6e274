"""From a picture to its ink, stage by stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from nn.reading.ink import photo as photograph
from nn.reading.ink import selection as writing
from nn.reading.ink import threshold as levels
from nn.reading.ink.grey import Pixels, to_grey
from nn.reading.ink.photo import Photographed
from nn.reading.ink.ruled_lines import find_rules
from nn.reading.mnist_format import BLANK, Ink, NoInk, place

LEAST_PHOTOGRAPH_PX = 80  # longer side: what is smaller was cut out of something and prepared
LEAST_SIDE_PX = 8  # shorter side: what is thinner is a strip, on which no paper can be told
MOST_OF_INK = 0.8  # that is of the digit in a picture of one
NOISY = 0.25  # contrast of the grain, from which on no paper can be told from writing
FRAME = 1 / 20  # of the shorter side: how wide the frame of a picture is that tells of its paper
EVEN_LEVELS = 6  # of 255: by how much an even picture's paper may differ along its frame
FRAME_INK = 0.02  # mean ink of an empty frame: noise
MOST_INK = 0.25  # mean ink of a picture with an empty frame; a sheet on a table has more
RULE = 0.2  # ink from which on a pixel may be of a ruled line
BROAD = 1 / 25  # of the shorter side: a ruled line is not so broad
FLAT_SHARE = 0.4  # of a flat picture's pixels that are just as bright as its paper


@dataclass(frozen=True)
class Sheet:
    """The ink that a picture holds, all else cleaned away.

    Attributes
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink: all writing on the sheet.
    digit
        float32 (H, W): the same for the one digit that the picture is of.
    size_px
        Width and height of the picture as it is seen upright.
    grey
        uint8 (H, W): the picture.
    seen
        What was found on it where it is a photograph.
    """

    ink: Ink
    digit: Ink
    size_px: tuple[int, int]
    grey: Pixels
    seen: Photographed | None = None

    @property
    def scale(self) -> float:
        """How many pixels of the upright picture one pixel of ink is wide."""
        return float(max(self.size_px) / max(self.ink.shape))

    @property
    def has_more_than_digit(self) -> bool:
        """Whether a good part of the writing is not of the one digit."""
        return bool(self.digit is not self.ink and self.digit.sum() < MOST_OF_INK * self.ink.sum())

    @property
    def stages(self) -> Mapping[str, Pixels]:
        """How it came about, from first to last: uint8 (H, W) by what each shows."""
        stages = {"grey": self.grey}
        if self.seen:
            stages |= {"paper": self.seen.paper, "contrast": _show(self.seen.contrast)}
        return stages | {"ink": _show(self.ink)}


def to_mnist(picture: Image.Image) -> Pixels:
    """Return the digit in a picture as MNIST would have it.

    Parameters
    ----------
    picture
        Any Pillow picture, of any mode and size: dark ink on light or light on dark, transparent,
        turned by EXIF, off-centre, touching the edge; drawn, or photographed in uneven light.

    Returns
    -------
    uint8 (28, 28)
        0 for paper to 255 for ink.

    Raises
    ------
    NoInk
        If nothing stands out from the background.
    """
    return place(find_ink(picture).digit)


def find_ink(picture: Image.Image) -> Sheet:
    """Return what is written in a picture, which may be any that ``to_mnist`` takes.

    Raises
    ------
    NoInk
        If nothing stands out from the background.
    """
    size_px = _upright_size_px(picture)
    grey = to_grey(picture)
    if (prepared := _prepared_ink(grey)) is not None:
        return Sheet(prepared, prepared, size_px, grey)
    seen = photograph.look(grey)
    if not seen.is_ink.any():
        if seen.threshold > NOISY:
            noise = levels.stretch(grey)
            return Sheet(noise, noise, size_px, grey)
        raise NoInk(BLANK)
    ink = writing.ink_of(seen.parts, seen.is_ink, seen.contrast)
    is_digit = writing.digit_in_the_middle(seen.parts, seen.is_ink)
    digit = writing.ink_of(seen.parts, is_digit, seen.contrast)
    return Sheet(ink, digit, size_px, grey, seen)


def _upright_size_px(picture: Image.Image) -> tuple[int, int]:
    """Return the width and height of a picture as it is seen once EXIF has turned it."""
    width_px, height_px = picture.size
    is_on_its_side = picture.getexif().get(ExifTags.Base.Orientation, 1) in range(5, 9)
    return (height_px, width_px) if is_on_its_side else (width_px, height_px)


def _prepared_ink(grey: Pixels) -> Ink | None:
    """Return the ink of a picture that was drawn, scanned or cut out; None of a photograph.

    One level is paper all over if the picture is small or thin, or most of it has just the same
    level, as only a program paints paper, or if its frame is empty paper, evenly lit all round.
    """
    if max(grey.shape) < LEAST_PHOTOGRAPH_PX or min(grey.shape) < LEAST_SIDE_PX:
        return levels.stretch(grey)
    counts = levels.count_levels(grey)
    is_flat = counts.max() >= FLAT_SHARE * grey.size
    if not is_flat and not _is_evenly_lit(grey):
        return None
    try:
        ink = levels.stretch(grey, counts)
    except NoInk:
        return None
    return ink if (is_flat or _is_framed(ink)) and not _is_ruled(ink) else None


def _is_evenly_lit(grey: Pixels) -> bool:
    """Return whether a picture's frame is equally bright along all sides."""
    width_px = _frame_px(grey)
    sides = [grey[:width_px], grey[-width_px:], grey[:, :width_px].T, grey[:, -width_px:].T]
    halves = [np.median(half) for side in sides for half in np.array_split(side, 2, axis=1)]
    return bool(max(halves) - min(halves) <= EVEN_LEVELS)


def _is_framed(ink: Ink) -> bool:
    """Return whether a picture's frame is empty, and most of what it frames."""
    width_px = _frame_px(ink)
    within = ink[width_px:-width_px, width_px:-width_px]
    frame_ink = ink.sum() - within.sum()
    return bool(frame_ink <= FRAME_INK * (ink.size - within.size) and ink.mean() <= MOST_INK)


def _frame_px(image: NDArray[Any]) -> int:
    """Return how wide a picture's frame is."""
    return max(1, round(FRAME * int(min(image.shape))))


def _is_ruled(ink: Ink) -> bool:
    """Return whether thin lines cross a picture; a broad one is a digit's that fills it."""
    is_rule = find_rules(ink, RULE).astype(np.uint8)
    if not is_rule.any():
        return False
    side_px = max(3, round(BROAD * min(ink.shape)))
    return not cv2.erode(is_rule, np.ones((side_px, side_px), np.uint8)).any()


def _show(ink: Ink) -> Pixels:
    """Return ink as a grey picture, bright as the network sees it."""
    shown: Pixels = np.rint(255 * ink).astype(np.uint8)
    return shown
