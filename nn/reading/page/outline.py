"""The outline of a sheet that does not fill its photograph.

Light falls on a sheet and on the table beside it alike, so the sheet is lighter by the same ratio
all along its edges, in the sun and in a shadow; the edge of a shadow is lighter on one side only.
Candidates for the four sides are found by the Hough transform.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from nn.reading.mnist import Ink, Mask
from nn.reading.page.components import Floats, measure_components
from nn.reading.page.light import MIN_PAPER_LEVEL, PEN_WINDOW, contrast_at
from nn.reading.page.writing import MIN_INK_CONTRAST, Usual, are_of_same_ink, have_digit_size

OUTLINE_PX = 256  # longer side to which the picture is reduced
WRITING_PX = 11  # window, in the reduced picture, in which lines of writing and rules fit
MAX_TURN_DEGREES = 20  # by which a side is off level or upright
MIN_LIGHT_STEP = 0.12  # difference of the light's logarithm between inside and outside
REACH_PX = 2  # distance from an edge at which the light is taken
MIN_SIDE_LENGTH = 1 / 8  # of a visible side, over the picture's side
MAX_CANDIDATES = 400  # lines that are looked at for each side
MAX_SIDES = 8  # that are tried, of these lines
SAME_PX = 4  # lines that differ by less are the same
MIN_LIGHTER = 0.8  # share of a side along which the sheet is lighter
MIN_AREA = 0.15  # over the picture's area
MIN_SEEN = 3  # sides; the others may be the picture's edges
ALONG = np.linspace(0.03, 0.97, 48)[:, None]  # places along a side: corners are round
RIM = 1 / 250  # width of the sheet's edge, over the picture's longer side
MIN_SECOND_LIGHT = 0.8  # of another sheet, over the median light of this one
MIN_BEYOND = 1 / 30  # distance from the outline, over the longer side: its shadow is nearer


@dataclass(frozen=True)
class Side:
    """The candidates for one side of a sheet: the picture's edge, and then the lines that are seen.

    Attributes
    ----------
    lines
        (N, 3): a, b and c of ``a x + b y = c``.
    is_step
        (H, W): where the picture gets lighter across such a side.
    """

    lines: Floats
    is_step: Mask

    def share_lighter(self, starts: Floats, ends: Floats) -> Floats:
        """Return the share, 0 to 1, of a side between points (..., 2) where it gets lighter.

        Points outside the picture count as steps.
        """
        points = starts[..., None, :] + (ends - starts)[..., None, :] * ALONG
        x, y = np.moveaxis(np.rint(points).astype(int), -1, 0)
        height_px, width_px = self.is_step.shape
        is_off = (x < 0) | (x >= width_px) | (y < 0) | (y >= height_px)
        is_step = self.is_step[y.clip(0, height_px - 1), x.clip(0, width_px - 1)]
        return np.asarray((is_step | is_off).mean(axis=-1), np.float64)

    @property
    def transposed(self) -> "Side":
        """The same with x and y swapped."""
        return Side(self.lines[:, [1, 0, 2]], self.is_step.T)


def find_outline(grey: Ink) -> Floats | None:
    """Return the corners of a sheet on something darker, None if no sheet's edges are found.

    Parameters
    ----------
    grey
        float32 (H, W), 0 to 255.

    Returns
    -------
    (4, 2): x and y in pixels, clockwise from the upper left. Sides that the picture cuts are its
    edges.
    """
    scale = min(1, OUTLINE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    window = np.ones((WRITING_PX, WRITING_PX), np.uint8)
    light = cv2.morphologyEx(small, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    levels = np.asarray(np.log(light + MIN_PAPER_LEVEL), np.float32)
    left, right = _upright_sides(levels)
    top, bottom = (side.transposed for side in _upright_sides(levels.T))
    found = _best_corners(left, right, top, bottom)
    if found is None:
        return None
    corners, are_seen = found
    return _refined(grey, (corners + 0.5) / scale - 0.5, are_seen)


def _upright_sides(levels: Ink) -> tuple[Side, Side]:
    """Return the candidates for the left and the right side in logarithms of the light (H, W).

    They are where the light's step across them is large.
    """
    height_px, width_px = levels.shape
    padded = np.pad(levels, ((0, 0), (REACH_PX, REACH_PX)), mode="edge")
    steps = padded[:, 2 * REACH_PX :] - padded[:, : -2 * REACH_PX]
    angle_step = 1 / max(steps.shape)
    turn = round(np.deg2rad(MAX_TURN_DEGREES) / angle_step) * angle_step

    def side(steps: Ink, picture_edge: int) -> Side:
        window = np.ones((1, 2 * REACH_PX + 1), np.uint8)
        highest = cv2.dilate(np.ascontiguousarray(steps), window)
        is_step = (steps > MIN_LIGHT_STEP) & (steps >= highest)
        # Transposed, because HoughLines takes no angles about 0.
        found = cv2.HoughLines(
            np.ascontiguousarray(is_step.T).view(np.uint8),
            1,
            angle_step,
            max(1, round(MIN_SIDE_LENGTH * height_px)),
            min_theta=np.pi / 2 - turn,
            max_theta=np.pi / 2 + turn,
        )
        candidates = np.empty((0, 2)) if found is None else found.reshape(-1, found.shape[-1])
        lines, ends = [(1.0, 0.0, float(picture_edge))], np.empty((0, 2))
        for rho, theta in candidates[:MAX_CANDIDATES, :2]:
            b, a = float(np.cos(theta)), float(np.sin(theta))
            x = (rho - b * np.array([0, height_px])) / a
            if (np.abs(ends - x).max(axis=1) > SAME_PX).all() and len(lines) <= MAX_SIDES:
                ends = np.vstack([ends, x])
                lines.append((a, b, float(rho)))
        near = cv2.dilate(is_step.view(np.uint8), np.ones((3, 3), np.uint8))
        return Side(np.array(lines), near > 0)

    return side(steps, 0), side(-steps, width_px - 1)


def _best_corners(
    left: Side, right: Side, top: Side, bottom: Side
) -> tuple[Floats, list[bool]] | None:
    """Return the corners (4, 2) with the most sides seen, the largest of those; and which are."""
    corners = [
        _crossings(upright.lines, level.lines)
        for upright, level in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    # Axes: candidates for left, right, top, bottom.
    upper_left, lower_left = corners[0][:, None, :, None], corners[3][:, None, None]
    upper_right, lower_right = corners[1][None, :, :, None], corners[2][None, :, None]
    ends = (
        (upper_left, lower_left),
        (upper_right, lower_right),
        (upper_left, upper_right),
        (lower_left, lower_right),
    )
    is_sheet, n_seen = np.array(True), np.array(0)
    for axis, (side, (start, end)) in enumerate(zip((left, right, top, bottom), ends, strict=True)):
        is_seen = np.arange(len(side.lines)).reshape(np.roll([-1, 1, 1, 1], axis)) > 0
        is_sheet = is_sheet & (~is_seen | (side.share_lighter(start, end) >= MIN_LIGHTER))
        n_seen = n_seen + is_seen
    found = np.broadcast_arrays(upper_left, upper_right, lower_right, lower_left)
    x, y = np.moveaxis(np.stack(found, axis=-2), -1, 0)
    areas = (x * np.roll(y, -1, axis=-1) - y * np.roll(x, -1, axis=-1)).sum(axis=-1) / 2
    size = left.is_step.size
    is_sheet = is_sheet & (n_seen >= MIN_SEEN) & (areas >= MIN_AREA * size)
    is_sheet &= (x[..., 0] < x[..., 1]) & (y[..., 0] < y[..., 3])  # around a shadow they are not
    if not is_sheet.any():
        return None
    # The area decides between outlines with as many sides seen: corners may be off the picture.
    scores = np.where(is_sheet, n_seen + areas / (9 * size), 0)
    best = np.unravel_index(int(scores.argmax()), scores.shape)
    return np.stack([x[best], y[best]], axis=-1), [bool(number > 0) for number in best]


def _crossings(ones: Floats, others: Floats) -> Floats:
    """Return the points (N, M, 2) where lines (N, 3) cross other lines (M, 3)."""
    (a, b, c), (d, e, f) = ones.T[:, :, None], others.T[:, None]
    x_y = np.stack([c * e - b * f, a * f - c * d], axis=-1) / (a * e - b * d)[..., None]
    return np.asarray(x_y, np.float64)


def _refined(grey: Ink, corners: Floats, are_seen: Sequence[bool]) -> Floats:
    """Return corners (4, 2) with the sides that are seen moved to the steepest pixels near them.

    The sides are left, right, top and bottom.
    """
    reach_px = max(2, round(2 * max(grey.shape) / OUTLINE_PX))
    offsets = np.arange(-reach_px, reach_px + 1)
    sides = []
    for number, is_seen in zip((3, 1, 0, 2), are_seen, strict=True):
        start, end = corners[number], corners[(number + 1) % 4]
        inward = np.array([start[1] - end[1], end[0] - start[0]]) / np.hypot(*(end - start))
        points = start + ALONG * (end - start)
        if is_seen:
            x, y = np.moveaxis(points[:, None] + offsets[:, None] * inward, -1, 0)
            levels = cv2.remap(grey, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
            steepest = np.gradient(levels, axis=1).argmax(axis=1)
            points = points + offsets[steepest, None] * inward
        fitted = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        across, down, x_0, y_0 = fitted.astype(np.float64)
        sides.append(np.array([(-down, across, across * y_0 - down * x_0)]))
    left, right, top, bottom = sides
    pairs = ((left, top), (right, top), (right, bottom), (left, bottom))
    return np.concatenate([_crossings(*pair)[0] for pair in pairs])


def extend_sheet(grey: Ink, corners: Floats) -> tuple[Ink, Mask]:
    """Return a picture whose sheet is extended to its edges, and what of it was the sheet.

    Beyond an edge it has the levels of the sheet at that edge, along lines that are parallel to the
    sheet's sides: rules and shadows go on to the edge of the picture.

    Parameters
    ----------
    grey
        float32 (H, W).
    corners
        (4, 2), as of ``find_outline``.

    Returns
    -------
    float32 (H, W), and bool (H, W).
    """
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    to_square = cv2.getPerspectiveTransform(corners.astype(np.float32), square)
    to_picture = np.linalg.inv(to_square)
    rim = RIM * max(grey.shape) / np.ptp(corners, axis=0)
    inner = rim + square * (1 - 2 * rim)
    is_sheet = np.zeros(grey.shape, np.uint8)
    outline = cv2.perspectiveTransform(inner.astype(np.float32)[:, None], to_picture)
    cv2.fillConvexPoly(is_sheet, np.rint(outline).astype(np.int32), 1)
    y, x = np.nonzero(is_sheet == 0)
    points = np.stack([x, y], axis=1).astype(np.float32)[:, None]
    beyond = cv2.perspectiveTransform(points, to_square)
    nearest = cv2.perspectiveTransform(beyond.clip(rim, 1 - rim).astype(np.float32), to_picture)[
        :, 0
    ]
    columns, rows = np.rint(nearest).astype(int).T
    extended = grey.copy()
    extended[y, x] = grey[rows.clip(0, len(grey) - 1), columns.clip(0, grey.shape[1] - 1)]
    return extended, is_sheet > 0


def is_cut_by_outline(contrast: Ink, is_ruled: Mask, is_sheet: Mask, usual: Usual) -> bool:
    """Return whether anything as dark as ink lies on the rim of a sheet (H, W)."""
    inner = cv2.erode(is_sheet.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    is_dark = contrast >= MIN_INK_CONTRAST * usual.level
    return bool((is_dark & is_sheet & ~inner & ~is_ruled).any())


def is_written_beyond(smooth: Ink, threshold: float, is_sheet: Mask, usual: Usual) -> bool:
    """Return whether digits of the usual ink are written on something as light as a sheet (H, W).

    The picture (H, W) shows a second sheet, or one of which a patch lies in the sun.
    """
    paper, contrast = contrast_at(smooth, PEN_WINDOW * usual.line_px)
    side_px = 2 * round(MIN_BEYOND * max(smooth.shape)) + 1
    near = cv2.dilate(is_sheet.view(np.uint8), np.ones((side_px, side_px), np.uint8))
    is_light = paper >= MIN_SECOND_LIGHT * np.median(paper[is_sheet])
    beyond = measure_components((contrast > threshold) & is_light & (near == 0), contrast)
    is_digit = have_digit_size(beyond, usual) & are_of_same_ink(beyond, usual)
    return bool((is_digit & ~beyond.are_at_edge).any())
