"""From a picture to the ink on it, and to the ink that is not read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from nn.decoding.picture_files import Picture, PictureSize
from nn.reading.mnist import (
    DIGIT_PX,
    INK_LEVEL,
    Ink,
    NoInk,
    Pixels,
    at_working_size,
    centre,
    fit,
)
from nn.reading.page.components import is_one_component, label_components
from nn.reading.page.drawing import (
    MIN_SIDE_PX,
    EvenInk,
    even_ink,
    ink_by_global_threshold,
    left_out_of_drawing,
)
from nn.reading.page.grey import Reduction, reduction_of, to_grey
from nn.reading.page.segment import Segment, Segmentation, left_out_of_segmentation
from nn.reading.reading import Box, LeftOut

MIN_WIDTH_OF_TWO = 0.9  # of ink that may be two touching digits, over its height
MAX_DUST = 1 / 150  # longer side of dust, over the longer side of all ink


@dataclass(frozen=True)
class Page:
    """A picture's grey and the ink on it; its pixels in colour are not kept.

    Attributes
    ----------
    grey
        uint8 (H, W): the picture, upright and reduced.
    reduction
        Maps pixels of the ink to pixels of the upright picture, as it was decoded.
    source
        What ink is made of: the grey levels of a drawing, or the maps of the network of ink.
    size
        Of the picture's file.
    """

    grey: Pixels
    reduction: Reduction
    source: EvenInk | Segmentation
    size: PictureSize

    @property
    def is_even(self) -> bool:
        """Whether it was drawn: its paper is of one level."""
        return isinstance(self.source, EvenInk)

    @property
    def ink(self) -> Ink:
        """All writing, float32 (H, W), 0 for paper to 1 for ink."""
        return self.source.ink

    @property
    def digit(self) -> Ink:
        """The ink (h, w), within its bounding box, of the one digit that the picture is of."""
        return self.source.digit

    @cached_property
    def dark_on_light(self) -> Pixels:
        """The grey of the page, uint8 (H, W), its ink darker than its paper."""
        if isinstance(self.source, EvenInk):
            of_black, *_, of_white = self.source.of_levels.tolist()
            return 255 - self.grey if of_white > of_black else self.grey
        return 255 - self.grey if self.source.is_light else self.grey

    @cached_property
    def image(self) -> Pixels:
        """The network's input if the picture is of one digit, uint8 (28, 28)."""
        return centre(fit(self.digit, DIGIT_PX))

    @property
    def crossed_digit(self) -> Ink:
        """The same with the line that may cross it; in a drawing all ink is the digit's."""
        return self.digit if isinstance(self.source, EvenInk) else self.source.crossed_digit

    @property
    def digit_box(self) -> tuple[int, int, int, int]:
        """x, y, width and height of that digit, in pixels of the ink."""
        return self.source.digit_box

    @property
    def has_more_than_digit(self) -> bool:
        """Whether a scan or a photograph holds other writing than the one digit."""
        return not isinstance(self.source, EvenInk) and self.source.has_more_than_digit

    @cached_property
    def is_in_pieces(self) -> bool:
        """Whether the digit is more than one component, or other ink is beside it.

        In the network's input, narrow gaps are closed.
        """
        if self.has_more_than_digit:
            return True
        digit, reduced = self.digit, self._reduced
        if len(digit) < max(digit.shape):
            reduced = at_working_size(digit, len(digit))
        elif reduced is not digit:
            reduced = reduced / reduced.max()
        return not is_one_component(reduced >= INK_LEVEL)

    @cached_property
    def _reduced(self) -> Ink:
        """The digit reduced by its longer side to the working size, at which specks fade."""
        return at_working_size(self.digit, max(self.digit.shape), is_stretched=False)

    @cached_property
    def is_of_specks(self) -> bool:
        """Whether the digit is dust, which fades when it is reduced.

        A digit of a thin pen fades, too, but has a line that is longer than a speck.
        """
        if self._reduced.max() >= INK_LEVEL:
            return False
        _, boxes, _ = label_components(self.digit >= INK_LEVEL)
        return bool((boxes[:, 2:] - boxes[:, :2]).max() < MAX_DUST * max(self.digit.shape))

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is one piece of ink on flat paper, too narrow for two digits.

        Of 6,305 numbers of two digits and more, by pens and in registers, one is such a piece; on
        paper of many levels 58 are, of which the network of digits alone is sure of one.
        """
        if not isinstance(self.source, EvenInk) or not self.source.is_flat:
            return False
        *_, width_px, height_px = self.digit_box
        return width_px < MIN_WIDTH_OF_TWO * height_px and not self.is_in_pieces

    def box(self, box: Box) -> tuple[int, int, int, int]:
        """Return a box of the ink in whole pixels of the picture."""
        return self.size.box_in_file(self.reduction.to_picture(box))

    def stages(self, *, is_number: bool) -> Mapping[str, Pixels]:
        """Return images uint8 (H, W) of the stages from the picture to its ink, by name, in order.

        Of one digit also how it is fitted to MNIST's size.
        """
        levels = {"ink": self.ink}
        stages = {"grey": self.grey}
        if isinstance(self.source, Segmentation):
            levels = {"pen": self.source.pen, "other": self.source.other} | levels
        if not is_number:
            levels |= {"crop": self.digit, "scaled": fit(self.digit, DIGIT_PX)}
        return stages | {
            name: np.rint(255 * each).astype(np.uint8) for name, each in levels.items()
        }


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
    return find_ink(picture).image


def find_ink(
    picture: Image.Image, segment: Segment | None = None, size: PictureSize | None = None
) -> Page:
    """Return the ink on a picture.

    Parameters
    ----------
    picture
        Any that ``to_mnist`` takes.
    segment
        Finds the pen in a scan or a photograph; without it, one threshold does.
    size
        The size of its file, if it was decoded smaller.

    Raises
    ------
    NoInk
        If nothing stands out from the background.
    """
    grey, reduction = to_grey(picture), reduction_of(picture)
    size = size or PictureSize(*reduction.size_px)
    if (even := even_ink(grey)) is not None:
        return Page(grey, reduction, even, size)
    if segment is None or min(grey.shape) < MIN_SIDE_PX:
        return Page(grey, reduction, ink_by_global_threshold(grey), size)
    found = segment(grey)
    if not len(found.components.areas):
        raise NoInk
    return Page(grey, reduction, found, size)


def find_page(picture: Picture, segment: Segment | None = None) -> Page:
    """Return the ink on a picture, or raise NoInk if there is none or only specks.

    ``segment`` as for ``find_ink``.
    """
    return _without_dust(find_ink(picture.image, segment, picture.size))


def find_drawn_page(picture: Picture) -> Page | None:
    """Return the same of a drawing; None for any other picture, which takes far longer."""
    grey, reduction = to_grey(picture.image), reduction_of(picture.image)
    even = even_ink(grey)
    return None if even is None else _without_dust(Page(grey, reduction, even, picture.size))


def _without_dust(page: Page) -> Page:
    if page.is_of_specks:
        raise NoInk("Nothing in the picture but specks is dark enough to be ink.")
    return page


def unread_ink(page: Page, *, is_of_one_digit: bool = False) -> list[LeftOut]:
    """Return what has a digit's size and is cut by an edge, too pale, or perhaps no writing.

    Boxes are in pixels of the ink. In a picture of one digit, other writing is included.
    """
    if isinstance(page.source, Segmentation):
        return left_out_of_segmentation(page.source, is_of_one_digit=is_of_one_digit)
    return left_out_of_drawing(page.source, is_of_one_digit=is_of_one_digit)
