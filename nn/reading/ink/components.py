"""The connected parts of what is dark in a picture, and what tells them apart."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist_format import Ink

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

LEAST_SIDE = 1 / 50  # of the picture's shorter side: a part that is smaller is a speck
BY_EDGE_PX = 2  # how far from the edge a part may end that the edge cuts
MIDDLE = 4  # e to this: how much less a part counts that is half a side off the middle


@dataclass(frozen=True)
class Parts:
    """Connected dark parts of a picture, P of them.

    Attributes
    ----------
    labels
        int32 (H, W): 0 for paper, p + 1 for part p.
    boxes
        int (P, 4): left, top, right and bottom, the latter two excluded.
    areas
        (P,) pixels.
    levels
        (P,) contrast in the middle of its lines, 0 to 1.
    widths
        (P,) pixels that its lines are wide.
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int64]
    areas: NDArray[np.int64]
    levels: Numbers
    widths: Numbers

    @property
    def are_at_edge(self) -> Mask:
        """Which parts (P,) reach an edge of the picture."""
        height_px, width_px = self.labels.shape
        reached = np.array([1, 1, 1 - width_px, 1 - height_px]) + BY_EDGE_PX
        return np.asarray((self.boxes * [1, 1, -1, -1] <= reached).any(axis=1), np.bool_)

    @property
    def sides_px(self) -> NDArray[np.int64]:
        """The width and height of each part (P, 2)."""
        return self.boxes[:, 2:] - self.boxes[:, :2]

    @property
    def centrality(self) -> Numbers:
        """How near to the picture's middle each part (P,) is: 1 in it, next to 0 far off."""
        size = np.array(self.labels.shape[::-1])
        off_middle = (self.boxes[:, :2] + self.boxes[:, 2:]) / size - 1
        return np.asarray(np.exp(-MIDDLE * (off_middle**2).sum(axis=1)), np.float64)

    @property
    def weights(self) -> Numbers:
        """How much each part (P,) tells of the writing, by length and place."""
        is_speck = self.sides_px.max(axis=1) < LEAST_SIDE * min(self.labels.shape)
        lengths_px = self.areas / self.widths
        return np.where(is_speck, 1e-6, lengths_px * self.centrality)

    def pixels(self, is_chosen: Mask) -> Mask:
        """Return the pixels (H, W) of some of the parts (P,)."""
        return np.asarray(np.concatenate([[False], is_chosen])[self.labels], np.bool_)


def find_parts(is_dark: Mask, contrast: Ink) -> Parts:
    """Return the parts of what is dark (H, W), diagonal neighbours belonging together."""
    mask = is_dark.astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, width, height, areas = stats[1:].T.astype(np.int64)
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    depth = np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 3), np.float64)
    inside = labels[is_dark]
    values = contrast[is_dark].astype(np.float64)

    def total(of: Numbers) -> Numbers:
        return np.asarray(np.bincount(inside, of, minlength=len(stats))[1:], np.float64)

    # A mean weighted by the contrast itself is nearer to that of the line's middle.
    levels = total(values**2) / np.maximum(total(values), 1e-9)
    widths = 4 * total(depth[is_dark]) / areas  # a line's pixels are a quarter of its width deep
    return Parts(np.asarray(labels, np.int32), boxes, areas, levels, widths)
