"""The connected components of ink that may be digits or strokes of digits."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.ink.components import label_components
from nn.reading.ink.ruled_lines import are_frames, is_straight_line
from nn.reading.mnist_format import INK_LEVEL, Ink
from nn.reading.numbers.types import MAX_DIGITS, TooManyDigits

MAX_COMPONENTS = 3 * MAX_DIGITS  # few digits have more strokes that do not touch each other
MOST_BOXED = 2.0  # summed area of the components' boxes, over the picture's: digits overlap little
SPECK_SIZE = 0.15  # longer side of the largest speck, over the usual height


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


def join(components: Sequence[Component]) -> Component:
    """Return several components as one."""
    if len(components) == 1:
        return components[0]
    x, y = min(each.x for each in components), min(each.y for each in components)
    shape = max(each.bottom for each in components) - y, max(each.right for each in components) - x
    ink = np.zeros(shape, np.float32)
    for each in components:
        box = np.s_[each.y - y : each.bottom - y, each.x - x : each.right - x]
        np.maximum(ink[box], each.ink, out=ink[box])
    return Component(x, y, ink)


def pen_width(component: Component) -> float:
    """Return the mean width of the lines in pixels: area over half the outline's length."""
    is_ink = np.pad(component.ink >= INK_LEVEL, 1).view(np.uint8)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    area = float(is_ink.sum())
    return 2 * area / (area - float(cv2.erode(is_ink, cross).sum()))


def find_components(ink: Ink) -> list[Component]:
    """Return the connected components of ink, without specks, straight lines and frames.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.

    Raises
    ------
    TooManyDigits
        If there are more than ``MAX_COMPONENTS``, or if their boxes overlap as no digits' do.
    """
    labels, boxes, _ = label_components(ink >= INK_LEVEL)
    is_kept = ~are_frames(boxes)
    sides_px = boxes[:, 2:] - boxes[:, :2]
    is_kept &= sides_px.max(axis=1) > SPECK_SIZE * _usual_height(sides_px[is_kept, 1])
    if is_kept.sum() > MAX_COMPONENTS:
        raise TooManyDigits(
            f"The picture holds {is_kept.sum()} separate pieces of ink; numbers are read "
            f"where there are at most {MAX_COMPONENTS}."
        )
    if sides_px[is_kept].prod(axis=1).sum() > MOST_BOXED * ink.size:
        raise TooManyDigits("The picture is full of long lines across each other.")
    components = []
    for number in np.nonzero(is_kept)[0].tolist():
        left, top, right, bottom = boxes[number].tolist()
        box = np.s_[top:bottom, left:right]
        own_ink = np.where(labels[box] == number + 1, ink[box], np.float32(0))
        components.append(Component(left, top, own_ink))
    usual_px = usual_height(components)
    return [each for each in components if not is_straight_line(each.ink, usual_px)]


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
