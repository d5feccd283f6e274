"""What the search for ink rejected although it has a digit's size: it may be writing."""

from dataclasses import dataclass

import numpy as np

from nn.reading.ink.components import Components, Floats, measure_components, weighted_median
from nn.reading.ink.selection import Selection, are_lines
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import Ink, Mask

# Relative to the usual component of ink.
SMALLEST, LARGEST = 0.6, 2.5  # longer side of what has a digit's size
THINNEST, THICKEST = 0.6, 2.0  # width of its lines
LIKE_INK = 0.6  # contrast of a line that may be a 1, or of ink in a shadow
OVERSIZED = 2.5  # height, over the others' median, of what reaches the edge and is no digit
VISIBLE = 0.35  # contrast of what may be erased pencil
BENT = 1.2  # length of the lines of a digit over its longer side; a 1 is straight
BROAD = 0.35  # shorter side of what can be seen of a digit that the edge cuts


@dataclass(frozen=True)
class Usual:
    """The usual component of ink: its longer side and line width in pixels, and its contrast."""

    side_px: float
    line_px: float
    level: float


def usual_of(components: Components, is_ink: Mask) -> Usual:
    """Return the usual one of the components that are ink (P,), at least one."""
    weights = components.weights[is_ink]

    def middle(values: Floats) -> float:
        return weighted_median(values[is_ink].astype(np.float64), weights)

    sides_px = components.sides_px.max(axis=1).astype(np.float64)
    return Usual(middle(sides_px), middle(components.line_widths_px), middle(components.levels))


def find_rejected(
    components: Components, selection: Selection, contrast: Ink, usual: Usual
) -> list[LeftOut]:
    """Return the rejected components of a digit's size, from top to bottom.

    Parameters
    ----------
    components, selection
        All of a photograph, and what they are taken for.
    contrast
        float32 (H, W): the share of the light that each pixel lacks.
    usual
        The usual component of ink.
    """
    has_size = _have_size(components, usual)
    is_like_ink = components.levels >= LIKE_INK * usual.level
    lengths_px = components.areas / components.line_widths_px
    is_bent = lengths_px >= BENT * components.sides_px.max(axis=1)
    is_broad = components.sides_px.min(axis=1) >= BROAD * usual.side_px
    is_high = components.sides_px[:, 1] >= SMALLEST * usual.side_px
    reasons = {
        Why.CUT_BY_EDGE: selection.is_cut & is_like_ink & is_broad,
        Why.TAKEN_FOR_LINE: selection.is_line & is_like_ink & is_high & ~components.are_at_edge,
        Why.FAINT: selection.is_faint & is_bent & (components.levels >= VISIBLE * usual.level),
    }
    reasons = {why: is_chosen & has_size for why, is_chosen in reasons.items()}
    is_rejected = ~selection.is_ink & ~np.any(list(reasons.values()), axis=0)
    left_out = [
        LeftOut(box, why)
        for why, is_chosen in reasons.items()
        for box in _boxes(components, is_chosen)
    ]
    left_out += _inked_parts(components.pixels(is_rejected), contrast, usual)
    return sorted(left_out, key=lambda each: each.box[1])


def find_oversized(components: Components, is_ink: Mask) -> list[LeftOut]:
    """Return which of the components that are ink (P,) touch the edge and are far too high.

    A shadow is, and the digits that it joins are not read.
    """
    heights_px = components.sides_px[:, 1]
    is_inner = is_ink & ~components.are_at_edge
    if not is_inner.any():
        return []
    is_high = is_ink & components.are_at_edge
    is_high &= heights_px > OVERSIZED * np.median(heights_px[is_inner])
    return [LeftOut(box, Why.NO_PAPER) for box in _boxes(components, is_high)]


def find_beside(components: Components, is_digit: Mask, is_beside: Mask) -> list[LeftOut]:
    """Return which of the components beside a picture's one digit (P,) have a digit's size."""
    if not is_digit.any():
        return []
    has_size = _have_size(components, usual_of(components, is_digit))
    return [LeftOut(box, Why.BESIDE_THE_DIGIT) for box in _boxes(components, is_beside & has_size)]


def _have_size(components: Components, usual: Usual) -> Mask:
    """Return which components (P,) have a digit's size, and lines of about the pen's width."""
    sides_px = components.sides_px.max(axis=1) / usual.side_px
    lines_px = components.line_widths_px / usual.line_px
    has_size: Mask = (sides_px >= SMALLEST) & (sides_px <= LARGEST)
    return has_size & (lines_px >= THINNEST) & (lines_px <= THICKEST)


def _inked_parts(is_rejected: Mask, contrast: Ink, usual: Usual) -> list[LeftOut]:
    """Return parts of a digit's size that are as dark as ink in what is rejected (H, W)."""
    is_dark = is_rejected & (contrast >= LIKE_INK * usual.level)
    parts = measure_components(is_dark, contrast)
    has_size = _have_size(parts, usual) & ~are_lines(parts) & ~parts.are_at_edge
    return [LeftOut(box, Why.NO_PAPER) for box in _boxes(parts, has_size)]


def _boxes(components: Components, is_chosen: Mask) -> list[tuple[float, float, float, float]]:
    """Return the boxes of the chosen components: x, y, width and height."""
    boxes = np.hstack([components.boxes[:, :2], components.sides_px])[is_chosen]
    return [(float(x), float(y), float(width), float(height)) for x, y, width, height in boxes]
