"""The connected components of ink that may be digits or strokes of digits.

Large ink is reduced before its components are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.lines.types import MAX_DIGITS, TooManyDigits
from nn.reading.mnist import INK_LEVEL, Ink, Mask, crop
from nn.reading.page.components import label_components, written_part
from nn.reading.page.ruled_lines import are_frames, is_straight_line

MAX_COMPONENTS = 3 * MAX_DIGITS  # few digits have more strokes that do not touch each other
MAX_BOXED = 2.0  # summed area of the components' boxes, over the picture's: digits overlap little
MAX_SPECK = 0.15  # longer side of a speck or a point, over the usual height

WORKING_PX = 80  # height of a usual digit to which ink is reduced
MAX_DUST = 1 / 150  # longer side of dust, over the longer side of all ink


@dataclass(frozen=True, eq=False)
class Component:
    """Ink cropped from a picture: a connected component, several of them, or a part of one.

    Attributes
    ----------
    x, y
        Its upper left corner in the picture.
    ink
        float32 (h, w), 0 for paper and all that is not of this component, to 1.
    """

    x: int
    y: int
    ink: Ink

    @property
    def height(self) -> int:
        """In pixels."""
        return len(self.ink)

    @property
    def width(self) -> int:
        """In pixels."""
        width: int = self.ink.shape[1]
        return width

    @property
    def right(self) -> int:
        """First column after it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row after it."""
        return self.y + self.height

    @cached_property
    def pen_px(self) -> float:
        """The mean width of its lines in pixels: area over half the outline's length."""
        is_ink = (self.ink >= INK_LEVEL).view(np.uint8)
        cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
        inner = cv2.erode(is_ink, cross, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        area = cv2.countNonZero(is_ink)
        return 2 * area / (area - cv2.countNonZero(inner))


@dataclass(frozen=True)
class SortedComponents:
    """The connected components of ink.

    Attributes
    ----------
    digits
        What may be digits, strokes of digits, or marks between them.
    dots
        What is too small for a stroke of a digit: points, and specks; none where there are many.
    lines
        Straight lines longer than any stroke of a digit.
    """

    digits: list[Component]
    dots: list[Component]
    lines: list[Component]


def find_components(ink: Ink) -> SortedComponents:
    """Return the connected components of ink, straight lines, frames and dots sorted out.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.

    Raises
    ------
    TooManyDigits
        If there are more than ``MAX_COMPONENTS``, or if their boxes overlap as no digits' do.
    """
    is_ink = ink >= INK_LEVEL
    rows, columns = written_part(is_ink)
    labels, boxes, _ = label_components(is_ink[rows, columns])
    written = ink[rows, columns]
    is_frame = are_frames(boxes)
    sides_px = boxes[:, 2:] - boxes[:, :2]
    is_dot = sides_px.max(axis=1) <= MAX_SPECK * _usual_height(sides_px[~is_frame, 1])
    is_kept = ~is_frame & ~is_dot
    if is_kept.sum() > MAX_COMPONENTS:
        raise TooManyDigits(
            f"The picture holds {is_kept.sum()} separate pieces of ink; numbers are read "
            f"where there are at most {MAX_COMPONENTS}."
        )
    if sides_px[is_kept].prod(axis=1).sum() > MAX_BOXED * ink.size:
        raise TooManyDigits("The picture is full of long lines across each other.")

    def crop(is_chosen: Mask) -> list[Component]:
        components = []
        for number in np.nonzero(is_chosen)[0].tolist():
            left, top, right, bottom = boxes[number].tolist()
            box = np.s_[top:bottom, left:right]
            own_ink = written[box] * (labels[box] == number + 1)
            components.append(Component(columns.start + left, rows.start + top, own_ink))
        return components

    kept = crop(is_kept)
    usual_px = usual_height(kept)
    are_lines = [is_straight_line(each.ink, usual_px) for each in kept]
    return SortedComponents(
        [each for each, is_line in zip(kept, are_lines, strict=True) if not is_line],
        crop(is_dot & ~is_frame) if is_dot.sum() <= MAX_COMPONENTS else [],
        [each for each, is_line in zip(kept, are_lines, strict=True) if is_line],
    )


def usual_height(components: Sequence[Component]) -> float:
    """Return the usual height of components in pixels, 0 if there are none."""
    return _usual_height(np.array([component.height for component in components]))


def _usual_height(heights: NDArray[np.integer]) -> float:
    """Return the median of heights (N,) weighted by their squares: specks hardly count."""
    if not len(heights):
        return 0.0
    heights = np.sort(heights)
    squares = np.cumsum(heights.astype(float) ** 2)
    return float(heights[np.searchsorted(squares, squares[-1] / 2)])


def components_at_working_size(ink: Ink) -> tuple[SortedComponents, tuple[int, ...]]:
    """Return the components of ink (H, W), reduced where they are large, and the reduced shape."""
    components = find_components(ink)
    reduced = at_working_size(ink, usual_height(components.digits))
    return (components if reduced is ink else find_components(reduced)), reduced.shape


def at_working_size(ink: Ink, height_px: float) -> Ink:
    """Return ink (H, W) whose digits are so high, reduced by a whole factor if they are large.

    The line of a thin pen covers only a part of the larger pixels, so what is reduced is divided by
    its maximum, as in ``mnist.fit``.
    """
    reduced = _reduced(ink, height_px)
    return ink if reduced is ink else reduced / reduced.max()


def is_of_specks(digit: Ink) -> bool:
    """Return whether ink (H, W) in the place of a digit is dust, which fades when it is reduced.

    A digit of a thin pen fades, too, but has a line that is longer than a speck.
    """
    ink = crop(digit)
    if _reduced(ink, max(ink.shape)).max() >= INK_LEVEL:
        return False
    _, boxes, _ = label_components(ink >= INK_LEVEL)
    return bool((boxes[:, 2:] - boxes[:, :2]).max() < MAX_DUST * max(ink.shape))


def _reduced(ink: Ink, height_px: float) -> Ink:
    """Return ink (H, W), the mean of each square of pixels where its digits are large."""
    factor = max(1, round(height_px / WORKING_PX))
    if factor == 1:
        return ink
    height, width = (max(1, side_px // factor) for side_px in ink.shape)
    return np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def is_in_pieces(digit: Ink) -> bool:
    """Return whether the ink (H, W) of one digit is more than one component.

    In the network's input, narrow gaps are closed. To fill one component is quicker than to label
    all, which OpenCV does in several threads.
    """
    ink = crop(digit)
    is_ink = (crop(at_working_size(ink, len(ink))) >= INK_LEVEL).view(np.uint8)
    n_ink = int(np.count_nonzero(is_ink))
    y, x = divmod(int(is_ink.argmax()), is_ink.shape[1])
    n_filled, *_ = cv2.floodFill(is_ink, None, (x, y), 2, flags=8)
    return n_filled < n_ink
