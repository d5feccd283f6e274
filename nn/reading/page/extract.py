"""From a picture to its ink: by one threshold if it is evenly lit, otherwise as a photograph."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn.reading.certainty import LeftOut
from nn.reading.mnist import BLANK, INK_LEVEL, Ink, NoInk, Pixels, ink_to_mnist
from nn.reading.page.grey import Reduction, reduction_of, to_grey
from nn.reading.page.photo import PhotoSegmentation, segment_ink
from nn.reading.page.rejected import find_beside
from nn.reading.page.ruled_lines import find_ruled_lines
from nn.reading.page.selection import render_ink, select_digit
from nn.reading.page.threshold import EvenInk, histogram, ink_by_global_threshold

MIN_PHOTOGRAPH_PX = 80  # longer side: smaller pictures were cut out of others and prepared
MIN_SIDE_PX = 8  # shorter side: thinner strips show no paper
MIN_NOISY_THRESHOLD = 0.25  # threshold from which grain cannot be told from writing
FRAME_WIDTH = 1 / 20  # of the shorter side: width of the frame that shows the paper
MAX_UNEVEN_LEVELS = 6  # of 255: difference of the paper along an evenly lit picture's frame
MAX_FRAME_INK = 0.02  # mean ink of an empty frame: noise
N_TILES = 64  # of a side
MAX_EDGE_INK = 0.1  # mean ink of a tile at the edge: shadows reach the edge
MAX_INK = 0.25  # mean ink of a picture with an empty frame; a sheet on a table has more
MIN_BROAD_LINE = 1 / 25  # of the shorter side: a ruled line is thinner
MIN_FLAT_SHARE = 0.4  # of a flat picture's pixels that have exactly the same level


@dataclass(frozen=True)
class Sheet:
    """A picture and the ink on it, computed when it is first asked for.

    Attributes
    ----------
    grey
        uint8 (H, W): the picture, upright and reduced.
    reduction
        Maps pixels of the ink to pixels of the upright picture.
    source
        What ink is made of.
    """

    grey: Pixels
    reduction: Reduction
    source: EvenInk | PhotoSegmentation

    @cached_property
    def ink(self) -> Ink:
        """All writing, float32 (H, W), 0 for paper to 1 for ink."""
        if isinstance(self.source, EvenInk):
            return self.source.ink
        return render_ink(self.source.components, self.source.is_ink, self.source.contrast)

    @cached_property
    def digit(self) -> Ink:
        """The ink of the one digit that the picture is of; paper may be cropped off."""
        if isinstance(self.source, EvenInk):
            return self.source.cropped
        components, is_ink = self.source.components, self.source.is_ink
        is_digit = select_digit(components, is_ink)
        if np.array_equal(is_digit, is_ink):
            return self.ink
        return render_ink(components, is_digit, self.source.contrast)

    @cached_property
    def left_out(self) -> list[LeftOut]:
        """Rejected components of a digit's size, from top to bottom.

        Boxes are in pixels of the ink.
        """
        if isinstance(self.source, EvenInk):
            return []
        return self.source.find_rejected()

    @cached_property
    def digit_left_out(self) -> list[LeftOut]:
        """Rejected components, and other writing of a digit's size beside the one digit."""
        if isinstance(self.source, EvenInk):
            return self.left_out
        components, is_ink = self.source.components, self.source.is_ink
        is_beside = is_ink & ~select_digit(components, is_ink)
        beside = find_beside(components, is_ink & ~is_beside, is_beside)
        return sorted(self.left_out + beside, key=lambda each: each.box[1])

    @property
    def has_more_than_digit(self) -> bool:
        """Whether a photograph holds other writing than the one digit."""
        return isinstance(self.source, PhotoSegmentation) and self.digit is not self.ink

    @property
    def stages(self) -> Mapping[str, Pixels]:
        """Images uint8 (H, W) of the stages from picture to ink, by name, in order."""
        stages = {"grey": self.grey}
        if isinstance(self.source, PhotoSegmentation):
            stages |= {"paper": self.source.paper, "contrast": _to_pixels(self.source.contrast)}
        return stages | {"ink": _to_pixels(self.ink)}


def to_mnist(picture: Image.Image) -> Pixels:
    """Return the digit in a picture in the format of MNIST.

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
    return ink_to_mnist(find_ink(picture).digit)


def find_ink(picture: Image.Image) -> Sheet:
    """Return the ink on a picture, which may be any that ``to_mnist`` takes.

    Raises
    ------
    NoInk
        If nothing stands out from the background.
    """
    grey, reduction = to_grey(picture), reduction_of(picture)
    if (prepared := _prepared_ink(grey)) is not None:
        return Sheet(grey, reduction, prepared)
    segmentation = segment_ink(grey)
    if segmentation.is_ink.any():
        return Sheet(grey, reduction, segmentation)
    if segmentation.threshold > MIN_NOISY_THRESHOLD:
        return Sheet(grey, reduction, ink_by_global_threshold(grey))
    raise NoInk(BLANK)


def find_drawn_ink(picture: Image.Image) -> Sheet | None:
    """Return the ink on a picture for which one threshold is enough; None for a photograph."""
    grey = to_grey(picture)
    prepared = _prepared_ink(grey)
    return None if prepared is None else Sheet(grey, reduction_of(picture), prepared)


def _prepared_ink(grey: Pixels) -> EvenInk | None:
    """Return the ink of a picture that was drawn, scanned or cut out; None for a photograph.

    One threshold is enough if the picture is small or thin; if most of it has exactly the same
    level, as only software paints paper; or if its frame is empty paper, evenly lit.
    """
    if max(grey.shape) < MIN_PHOTOGRAPH_PX or min(grey.shape) < MIN_SIDE_PX:
        return ink_by_global_threshold(grey)
    counts = histogram(grey)
    is_flat = counts.max() >= MIN_FLAT_SHARE * grey.size
    if not is_flat and not _is_evenly_lit(grey):
        return None
    try:
        prepared = ink_by_global_threshold(grey, counts)
    except NoInk:
        return None
    is_even = is_flat or _is_framed(prepared.ink)
    return prepared if is_even and not _is_ruled(prepared) else None


def _is_evenly_lit(grey: Pixels) -> bool:
    """Return whether a picture's frame is equally bright along all sides."""
    width_px = _frame_px(grey)
    sides = [grey[:width_px], grey[-width_px:], grey[:, :width_px].T, grey[:, -width_px:].T]
    halves = [np.median(half) for side in sides for half in np.array_split(side, 2, axis=1)]
    return bool(max(halves) - min(halves) <= MAX_UNEVEN_LEVELS)


def _is_framed(ink: Ink) -> bool:
    """Return whether a picture's frame has no ink, and the picture little."""
    width_px = _frame_px(ink)
    within = ink[width_px:-width_px, width_px:-width_px]
    frame_ink = ink.sum() - within.sum()
    tiles = cv2.resize(ink, (N_TILES, N_TILES), interpolation=cv2.INTER_AREA)
    is_edge_clear = tiles[[0, -1]].max() <= MAX_EDGE_INK >= tiles[:, [0, -1]].max()
    return is_edge_clear and bool(
        frame_ink <= MAX_FRAME_INK * (ink.size - within.size) and ink.mean() <= MAX_INK
    )


def _frame_px(image: NDArray[Any]) -> int:
    """Return the width of a picture's frame."""
    return max(1, round(FRAME_WIDTH * int(min(image.shape))))


def _is_ruled(prepared: EvenInk) -> bool:
    """Return whether thin lines cross a picture; a broad one belongs to a digit that fills it."""
    if not prepared.is_at_edge:
        return False
    is_ruled = find_ruled_lines(prepared.ink, INK_LEVEL).view(np.uint8)
    if not is_ruled.any():
        return False
    side_px = max(3, round(MIN_BROAD_LINE * min(is_ruled.shape)))
    return not cv2.erode(is_ruled, np.ones((side_px, side_px), np.uint8)).any()


def _to_pixels(ink: Ink) -> Pixels:
    """Return ink in 0..1 as a grey image of 0 to 255."""
    pixels: Pixels = np.rint(255 * ink).astype(np.uint8)
    return pixels
