"""Where components stand relative to the components that are ink."""

import numpy as np

from nn.reading.ink.components import Components, Floats
from nn.reading.mnist_format import Mask


def are_in_rows(components: Components, is_ink: Mask) -> Mask:
    """Return which components (P,) have their middle at the height of one that is ink (P,)."""
    tops, bottoms = components.boxes[is_ink, 1], components.boxes[is_ink, 3]
    middles = (components.boxes[:, 1] + components.boxes[:, 3])[:, None] / 2
    return np.asarray(((tops < middles) & (middles < bottoms)).any(axis=1), np.bool_)


def are_near(components: Components, is_ink: Mask, reach_px: float | Floats) -> Mask:
    """Return which components (P,) are at most so far from one that is ink (P,).

    The reach is the same around all ink, or of each of the components that are ink.
    """
    gaps_x, gaps_y = _gaps(components, is_ink)
    return np.asarray((np.maximum(gaps_x, gaps_y) <= reach_px).any(axis=1), np.bool_)


def are_between(components: Components, is_ink: Mask, reach_px: float) -> Mask:
    """Return which components (P,) have ink (P,) closely above and closely below them."""
    gaps_x, gaps_y = _gaps(components, is_ink)
    is_close = (gaps_x <= 0) & (gaps_y <= reach_px)
    middles = (components.boxes[:, 1] + components.boxes[:, 3]) / 2
    is_above = middles[is_ink] < middles[:, None]
    has_above, has_below = (is_close & is_above).any(axis=1), (is_close & ~is_above).any(axis=1)
    return np.asarray(has_above & has_below, np.bool_)


def _gaps(components: Components, is_ink: Mask) -> tuple[Floats, Floats]:
    """Return the gaps across and down, in pixels, of components to those that are ink (P, I)."""
    boxes, ink = components.boxes[:, None], components.boxes[is_ink]
    gaps = np.maximum(boxes[..., :2] - ink[:, 2:], ink[:, :2] - boxes[..., 2:]).clip(0)
    return gaps[..., 0].astype(np.float64), gaps[..., 1].astype(np.float64)
