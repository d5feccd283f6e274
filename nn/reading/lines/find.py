"""The lines of a picture, cut out and turned upright.

Connected components of ink, reduced where they are large, are only needed to find the lines; what
stands in them is read in grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.limits import MAX_BOXED, MAX_COMPONENTS, TooManyDigits
from nn.reading.lines.frames import are_frames, is_straight_line
from nn.reading.mnist import INK_LEVEL, Ink, Mask, Pixels, at_working_size, bounding_box
from nn.reading.page.components import Boxes, Floats, label_components, written_part
from nn.reading.page.find import Page
from nn.reading.reading import Box

MAX_DOT = 0.15  # longer side of a speck or a point, over the usual height


PAPER_MARGIN = 0.3  # around a line, over the height of its digits
SIDE_MARGIN = 0.9  # left and right of a photographed one, where a minus too pale for ink may be
MAX_MARK_DISTANCE = 1.2  # of a point or a minus from the digits, over their height
MIN_DIGIT_HEIGHT = 0.5  # over the usual height; lower ink is a mark or a stroke
MAX_COMMA_HEIGHT = 0.8  # likewise, of one piece of ink near a line
MAX_MINUS_WIDTH = 2.0  # likewise
MIN_HEIGHT_PX = 5  # of usual digits: lower ink is dust
MIN_SLOPE = 0.03  # for which a line is turned
MIN_WIDTH_WITH_SLOPE = 1.5  # of a line whose slope is measured, over the height of its digits
MAX_HEIGHT_PX = 96  # to which the digits of a line are reduced
MAX_CUT_OUT_PX = 110  # height of a picture that is one line
MIN_CUT_OUT_WIDTH = 1.2  # of such a picture, over its height

# Of components that form a line:
MAX_STROKE_HEIGHT = 0.5  # of a part of a digit, over its neighbour's height
MAX_STROKE_DISTANCE = 0.35  # of a part of a digit from its neighbour, over the neighbour's height
MAX_STACK_HEIGHT = 1.3  # of two components, one above the other, in a digit, over the usual
MIN_STACK_OVERLAP = 0.5  # of their x ranges, over the narrower one
MIN_SHARED_HEIGHT = 0.25  # of two neighbours in a line, over the lower one
FULLY_SHARED = 0.7  # from which the nearer one is the neighbour: digits of a line are not level
MAX_GAP = 2.5  # in a line whose slope is not known, over the higher neighbour's height

Image = NDArray[Any]


@dataclass(frozen=True)
class SortedComponents:
    """The boxes (N, 4) of the connected components of ink: left, top, right and bottom.

    Attributes
    ----------
    digits
        What may be digits, strokes of digits, or marks between them.
    dots
        What is too small for a stroke of a digit: points, and specks; none where there are many.
    lines
        Straight lines longer than any stroke of a digit.
    """

    digits: Boxes
    dots: Boxes
    lines: Boxes


@dataclass(frozen=True)
class TextLine:
    """A line of a picture, upright.

    Attributes
    ----------
    grey
        uint8 (H, W), ink darker than paper.
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    to_page
        (2, 3): maps x and y in the line to pixels of the page.
    of_page
        float32: the ink of all the page.
    is_whole
        Whether it is the whole picture.
    """

    grey: Pixels
    ink: Ink
    to_page: Floats
    of_page: Ink
    is_whole: bool = False

    def goes_on(self, y: float, height: float) -> bool:
        """Return whether ink from row y on goes on in the line above or below."""
        return not self.is_whole and (y <= 0 or y + height >= len(self.ink))

    def rows(self, top: int, bottom: int) -> "TextLine":
        """Return the line from row ``top`` to before row ``bottom``."""
        to_page = self.to_page.copy()
        to_page[:, 2] += top * to_page[:, 1]
        grey, ink = self.grey[top:bottom], self.ink[top:bottom]
        return replace(self, grey=grey, ink=ink, to_page=to_page)

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        """Return the box in the page of what a box of the line holds.

        Pixels of a reduced line are larger than the page's: there it is the box of the ink.
        """
        left, top, right, bottom = self._edges(x, y, width, height)
        reach_px = float(np.abs(self.to_page[:, :2]).max())
        if reach_px > 1:
            first_x, first_y = max(0, int(left - reach_px)), max(0, int(top - reach_px))
            part = self.of_page[
                first_y : round(bottom + reach_px) + 1, first_x : round(right + reach_px) + 1
            ]
            x, y, width, height = bounding_box(part)
            if width:
                return first_x + x, first_y + y, width, height
        return left, top, right - left, bottom - top

    @property
    def whole_box(self) -> Box:
        """The box in the page of all the line, its paper too."""
        height, width = self.grey.shape
        left, top, right, bottom = self._edges(0, 0, width, height)
        return left, top, right - left, bottom - top

    def _edges(self, x: float, y: float, width: float, height: float) -> Box:
        """Return the left, top, right and bottom edge in the page of a box of the line."""
        right, bottom = x + width, y + height
        corners = np.array([[x, y, 1], [right, y, 1], [x, bottom, 1], [right, bottom, 1]])
        points = corners @ self.to_page.T
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return left, top, right, bottom


def find_lines(page: Page) -> list[TextLine]:
    """Return the lines of a picture from top to bottom.

    A picture as low and wide as the cut-out of a form is one line as it is: the network tells
    paper, rules and patterns from ink better than a threshold.

    Raises
    ------
    TooManyDigits
        If there are more components than numbers may have.
    """
    grey, ink = page.dark_on_light, page.ink
    if is_one_line(page):
        return [TextLine(grey, ink, np.eye(2, 3), ink, is_whole=True)]
    found = find_components(ink)
    reduced = at_working_size(ink, usual_height(found.digits))
    if reduced is not ink:
        found = find_components(reduced)
    scale, usual_px = len(grey) / len(reduced), usual_height(found.digits)
    if usual_px * scale < MIN_HEIGHT_PX:
        return []
    bars = found.lines[found.lines[:, 2] - found.lines[:, 0] < MAX_MINUS_WIDTH * usual_px]
    marks = np.concatenate([found.dots, bars])
    margins = PAPER_MARGIN if page.is_even else SIDE_MARGIN, PAPER_MARGIN
    lines = []
    for line in _with_low_groups(group_into_lines(found.digits), usual_px):
        near = marks[_distances(marks, line) <= MAX_MARK_DISTANCE * usual_height(line)]
        boxes = np.concatenate([line, near]) * scale
        lines.append(_cut_out(grey, ink, boxes, margins))
    return lines


def is_one_line(page: Page) -> bool:
    """Return whether a picture is as low and wide as the cut-out of a line."""
    height_px, width_px = page.grey.shape
    return bool(height_px <= MAX_CUT_OUT_PX and width_px >= MIN_CUT_OUT_WIDTH * height_px)


def find_components(ink: Ink) -> SortedComponents:
    """Return the connected components of ink (H, W), frames left out.

    Raises
    ------
    TooManyDigits
        If there are more than ``MAX_COMPONENTS``, or if their boxes overlap as no digits' do.
    """
    is_ink = ink >= INK_LEVEL
    rows, columns = written_part(is_ink)
    written = ink[rows, columns]
    labels, boxes, _ = label_components(is_ink[rows, columns])
    is_frame = are_frames(boxes)
    sides_px = boxes[:, 2:] - boxes[:, :2]
    is_dot = sides_px.max(axis=1) <= MAX_DOT * usual_height(boxes[~is_frame])
    is_kept = ~is_frame & ~is_dot
    if is_kept.sum() > MAX_COMPONENTS:
        raise TooManyDigits(
            f"The picture holds {is_kept.sum()} separate pieces of ink; numbers are read "
            f"where there are at most {MAX_COMPONENTS}."
        )
    if sides_px[is_kept].prod(axis=1).sum() > MAX_BOXED * ink.size:
        raise TooManyDigits("The picture is full of long lines across each other.")
    usual_px = usual_height(boxes[is_kept])
    is_line = np.zeros_like(is_kept)
    for number in np.nonzero(is_kept)[0].tolist():
        left, top, right, bottom = boxes[number].tolist()
        box = np.s_[top:bottom, left:right]
        is_line[number] = is_straight_line(written[box] * (labels[box] == number + 1), usual_px)
    boxes = boxes + np.array([columns.start, rows.start] * 2)
    dots = boxes[is_dot & ~is_frame] if is_dot.sum() <= MAX_COMPONENTS else boxes[:0]
    return SortedComponents(boxes[is_kept & ~is_line], dots, boxes[is_line])


def usual_height(boxes: Boxes) -> float:
    """Return the median of the boxes' heights weighted by their squares: specks hardly count.

    0 without any box.
    """
    if not len(boxes):
        return 0.0
    heights = np.sort(boxes[:, 3] - boxes[:, 1])
    squares = np.cumsum(heights.astype(float) ** 2)
    return float(heights[np.searchsorted(squares, squares[-1] / 2)])


def _with_low_groups(groups: Sequence[Boxes], usual_px: float) -> list[Boxes]:
    """Return the lines of boxes; groups too low for digits are joined to the line beside them."""
    heights = [int((group[:, 3] - group[:, 1]).max()) for group in groups]
    are_lines = [
        height >= (MIN_DIGIT_HEIGHT if len(group) > 1 else MAX_COMMA_HEIGHT) * usual_px
        for group, height in zip(groups, heights, strict=True)
    ]
    lines = [group for group, is_line in zip(groups, are_lines, strict=True) if is_line]
    for group, is_line, height in zip(groups, are_lines, heights, strict=True):
        if is_line:
            continue
        outer = np.concatenate([group[:, :2].min(axis=0), group[:, 2:].max(axis=0)])[np.newaxis]
        distances = [float(_distances(outer, line)[0]) for line in lines]
        reach = MAX_MARK_DISTANCE if height < MIN_DIGIT_HEIGHT * usual_px else MAX_STROKE_DISTANCE
        if distances and min(distances) <= reach * usual_px:
            nearest = int(np.argmin(distances))
            lines[nearest] = np.concatenate([lines[nearest], group])
        elif height >= MIN_DIGIT_HEIGHT * usual_px:
            lines.append(group)
    return sorted(lines, key=lambda line: float(line[:, 1].mean()))


def _distances(boxes: Boxes, line: Boxes) -> NDArray[np.int64]:
    """Return the distance of each box (N, 4) from the boxes of a line; rows count twice."""
    gaps = np.maximum(boxes[:, None, :2] - line[:, 2:], line[:, :2] - boxes[:, None, 2:]).clip(0)
    nearest: NDArray[np.int64] = (gaps @ np.array([1, 2])).min(axis=1)
    return nearest


def _cut_out(grey: Pixels, ink: Ink, boxes: Floats, margins: tuple[float, float]) -> TextLine:
    """Return the line of boxes (N, 4) of a page, turned level and reduced.

    ``margins`` are those of the paper beside it and above it, over the height of its digits.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    height_px = float(np.average(heights, weights=heights))
    is_high = heights >= MIN_DIGIT_HEIGHT * heights.max()
    x, y = (boxes[is_high][:, [axis, axis + 2]].mean(axis=1) for axis in (0, 1))
    slope = 0.0
    if len(x) > 1 and np.ptp(x) >= MIN_WIDTH_WITH_SLOPE * heights.max():
        across = x - x.mean()
        slope = float(across @ y / (across @ across))  # of the least squares
    angle = np.arctan(slope) if abs(slope) > MIN_SLOPE else 0.0
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = boxes[:, [[0, 1], [2, 1], [0, 3], [2, 3]]].reshape(-1, 2) @ turn.T
    around_px = np.array(margins) * height_px
    low = np.floor(corners.min(axis=0) - around_px)
    high = np.ceil(corners.max(axis=0) + around_px)
    if not angle:
        low, high = np.maximum(low, 0), np.minimum(high, grey.shape[::-1])
    scale = min(1.0, MAX_HEIGHT_PX / height_px)
    width, height = np.maximum(1, np.ceil((high - low) * scale)).astype(int).tolist()
    to_page = np.column_stack([turn.T / scale, turn.T @ low])
    (left, top), (right, bottom) = low.astype(int).tolist(), high.astype(int).tolist()

    def part(image: Image) -> Image:
        if not angle:
            cropped = image[top:bottom, left:right]
            if scale == 1:
                return cropped
            return np.asarray(cv2.resize(cropped, (width, height), interpolation=cv2.INTER_AREA))
        if scale < 1:
            image = cv2.blur(image, (round(1 / scale),) * 2)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        edge = cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpAffine(image, to_page, (width, height), flags=flags, borderMode=edge)
        )

    return TextLine(part(grey), part(ink), to_page, ink)


def group_into_lines(boxes: Boxes) -> list[Boxes]:
    """Return the boxes (N, 4) by lines, top to bottom, each line's from left to right.

    Two digits are neighbours in a line if each is the nearest to the other on its side, of those
    about as high in the picture: lines may slant and bend. Once the slope is known from these,
    gaps may be of any width. Strokes too small to be digits go with the component beside them.
    """
    if not len(boxes):
        return []
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    owners = _owners(boxes, usual_height(boxes))
    near = _neighbours(boxes, owners < 0, 0.0, MAX_GAP)
    steps = [middles[right] - middles[left] for left, right in near]
    slope = median(down / across for across, down in steps) if len(steps) > 1 else 0.0
    links = [*near, *_neighbours(boxes, owners < 0, slope, np.inf)]
    links += [(small, int(owners[small])) for small in np.nonzero(owners >= 0)[0].tolist()]
    group = np.arange(len(boxes))
    for one, other in links:
        group[group == group[one]] = group[other]
    lines = [np.nonzero(group == number)[0] for number in np.unique(group)]
    heights = middles[:, 1] - slope * middles[:, 0]
    lines.sort(key=lambda numbers: float(heights[numbers].mean()))
    return [boxes[numbers[np.argsort(middles[numbers, 0], kind="stable")]] for numbers in lines]


def _owners(boxes: Boxes, usual_px: float) -> NDArray[np.intp]:
    """Return for each component (N,) the nearest that it may be a stroke of, or -1.

    Either it is small beside it, or one is above the other and both are together as high as a
    usual digit: so are the circles of an open 8.
    """
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    x_gaps, y_gaps = _gaps(boxes, 0), _gaps(boxes, 1)
    distances = np.hypot(x_gaps.clip(0), y_gaps.clip(0)) / heights
    is_small = (heights[:, None] < MAX_STROKE_HEIGHT * heights) & (distances < MAX_STROKE_DISTANCE)
    stack = np.add.outer(heights, heights) + y_gaps
    is_stacked = (stack < MAX_STACK_HEIGHT * usual_px) & (
        -x_gaps > MIN_STACK_OVERLAP * np.minimum.outer(widths, widths)
    )
    order = np.argsort(np.argsort(heights, kind="stable"))
    is_stacked &= order[:, None] < order
    distances[~is_small & ~is_stacked] = np.inf
    return np.where(np.isfinite(distances.min(axis=1)), distances.argmin(axis=1), -1)


def _gaps(boxes: Boxes | Floats, axis: int) -> Floats:
    """Return the gaps (N, N) between boxes along an axis, below 0 where they overlap."""
    starts, ends = boxes[:, axis], boxes[:, axis + 2]
    gaps: Floats = np.maximum.outer(starts, starts) - np.minimum.outer(ends, ends)
    return gaps


def _neighbours(
    boxes: Boxes, is_digit: Mask, slope: float, widest_gap: float
) -> list[tuple[int, int]]:
    """Return the pairs (left, right) of possible digits of which each is the other's nearest."""
    x = (boxes[:, 0] + boxes[:, 2]) / 2
    level = boxes.astype(np.float64)
    level[:, 1::2] -= slope * x[:, None]
    heights = boxes[:, 3] - boxes[:, 1]
    shared = -_gaps(level, 1) / np.minimum.outer(heights, heights)
    gaps = _gaps(boxes, 0) / np.maximum.outer(heights, heights)
    is_right = (x[:, None] < x) & (shared >= MIN_SHARED_HEIGHT) & (gaps <= widest_gap)
    is_right &= is_digit & is_digit[:, None]
    distances = np.where(is_right, gaps.clip(0) + (FULLY_SHARED - shared).clip(0), np.inf)
    rights, lefts = distances.argmin(axis=1), distances.argmin(axis=0)
    return [
        (left, right)
        for left, right in enumerate(rights.tolist())
        if lefts[right] == left and np.isfinite(distances[left, right])
    ]
