"""Decoded pictures."""

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class PictureSize:
    """The size of a picture in its file, upright.

    Attributes
    ----------
    width_px, height_px
        Of the file, as it is seen upright.
    reduction
        Pixels of the file along a side of one pixel of the decoded image: 1, 2, 4 or 8.
    """

    width_px: int
    height_px: int
    reduction: int = 1

    def box_in_file(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """Return a box (x, y, width, height) of the upright image in whole pixels of the file."""
        x, y, width, height = (self.reduction * side for side in box)
        left, top = max(0, round(x)), max(0, round(y))
        right = min(self.width_px, round(x + width))
        bottom = min(self.height_px, round(y + height))
        return left, top, right - left, bottom - top


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    image
        As it was decoded: not turned, and perhaps reduced.
    size
        That of the file.
    """

    image: Image.Image
    size: PictureSize
