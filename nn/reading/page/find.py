"""From a picture to the ink on it, and to the ink that is not read."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nn.reading.mnist import BLANK, Ink, NoInk, Pixels, ink_to_mnist
from nn.reading.page.drawing import (
    EvenInk,
    even_ink,
    ink_by_global_threshold,
    left_out_of_drawing,
)
from nn.reading.page.grey import Reduction, reduction_of, to_grey
from nn.reading.page.photo import Photograph, left_out_of_photograph, segment_ink
from nn.reading.reading import LeftOut

MIN_NOISY_THRESHOLD = 0.25  # threshold from which grain cannot be told from writing


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
        What ink is made of: grey levels in even light, or the contrast of a photograph.
    """

    grey: Pixels
    reduction: Reduction
    source: EvenInk | Photograph

    @property
    def ink(self) -> Ink:
        """All writing, float32 (H, W), 0 for paper to 1 for ink."""
        return self.source.ink

    @property
    def digit(self) -> Ink:
        """The ink of the one digit that the picture is of; paper may be cropped off."""
        return self.source.digit

    @property
    def has_more_than_digit(self) -> bool:
        """Whether a photograph holds other writing than the one digit."""
        return isinstance(self.source, Photograph) and self.source.has_more_than_digit

    @property
    def stages(self) -> Mapping[str, Pixels]:
        """Images uint8 (H, W) of the stages from picture to ink, by name, in order."""
        stages = {"grey": self.grey, "ink": np.rint(255 * self.ink).astype(np.uint8)}
        if not isinstance(self.source, Photograph):
            return stages
        contrast = np.rint(255 * self.source.contrast).astype(np.uint8)
        return {"grey": self.grey, "paper": self.source.paper, "contrast": contrast} | stages


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
    if (even := even_ink(grey)) is not None:
        return Sheet(grey, reduction, even)
    photo = segment_ink(grey)
    if photo.writing.is_ink.any():
        return Sheet(grey, reduction, photo)
    if photo.threshold > MIN_NOISY_THRESHOLD:
        return Sheet(grey, reduction, ink_by_global_threshold(grey))
    raise NoInk(BLANK)


def find_drawn_ink(picture: Image.Image) -> Sheet | None:
    """Return the ink on a picture for which one threshold is enough; None for a photograph."""
    grey = to_grey(picture)
    even = even_ink(grey)
    return None if even is None else Sheet(grey, reduction_of(picture), even)


def unread_ink(sheet: Sheet, *, is_of_one_digit: bool = False) -> list[LeftOut]:
    """Return ink of a digit's size that was rejected, cut by an edge, or too pale to be read.

    Boxes are in pixels of the ink. In a picture of one digit, other writing is included.
    """
    if isinstance(sheet.source, Photograph):
        return left_out_of_photograph(sheet.source, is_of_one_digit=is_of_one_digit)
    return left_out_of_drawing(sheet.source, is_of_one_digit=is_of_one_digit)
