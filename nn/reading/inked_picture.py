"""A picture and its ink: boxes of the ink in pixels of the file."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize
from nn.reading.certainty import LeftOut, without_repeats
from nn.reading.lines.components import is_of_specks
from nn.reading.lines.types import Box
from nn.reading.mnist import Ink, NoInk, Pixels, ink_to_mnist, outline
from nn.reading.page.find import Sheet, find_drawn_ink, find_ink
from nn.reading.page.light import EvenInk


@dataclass(frozen=True)
class InkedPicture:
    """The ink on a picture, whose pixels in colour are not kept.

    Attributes
    ----------
    size
        Of the picture.
    sheet
        What is on it.
    """

    size: PictureSize
    sheet: Sheet

    @cached_property
    def image(self) -> Pixels:
        """The network's input if the picture is of one digit, uint8 (28, 28)."""
        return ink_to_mnist(self.sheet.digit)

    @cached_property
    def outline(self) -> tuple[int, int, int, int]:
        """x, y, width and height of that digit, in pixels of the ink."""
        is_even = isinstance(self.sheet.source, EvenInk)
        ink: Ink = self.sheet.ink if is_even else self.sheet.digit  # with the paper around it
        return outline(ink)

    def box(self, box: Box) -> tuple[int, int, int, int]:
        """Return a box of the ink in whole pixels of the file."""
        return self.size.box_in_file(self.sheet.reduction.to_picture(box))

    def left_out(self, left_out: Iterable[LeftOut]) -> list[LeftOut]:
        """Return what was left out of the ink, each once, with boxes in pixels of the file."""
        return [LeftOut(self.box(each.box), each.why) for each in without_repeats(left_out)]


def with_ink(picture: Picture) -> InkedPicture:
    """Return a picture's ink, or raise PictureError if there is none or only specks."""
    with _refusing_no_ink():
        return _inked(picture, find_ink(picture.image))


def with_drawn_ink(picture: Picture) -> InkedPicture | None:
    """Return the ink of a drawing, likewise; None for a photograph, which takes far longer."""
    with _refusing_no_ink():
        sheet = find_drawn_ink(picture.image)
        return None if sheet is None else _inked(picture, sheet)


def _inked(picture: Picture, sheet: Sheet) -> InkedPicture:
    if is_of_specks(sheet.digit):
        raise NoInk("Nothing in the picture but specks is dark enough to be ink.")
    return InkedPicture(picture.size, sheet)


@contextmanager
def _refusing_no_ink() -> Iterator[None]:
    try:
        yield
    except NoInk as error:
        detail = f"{error} Write one digit, large."
        raise PictureError(PictureFault.NO_DIGIT_FOUND, detail) from error
