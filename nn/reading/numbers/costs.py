"""What speaks against taking ink for one digit: the recogniser's doubt, and the ink's shape.

A recogniser is too sure of pieces of digits, of which it has seen few. So its doubt counts by its
square root: that tells 0.999 from 0.95 as well as 0.95 from 0.85, and makes several small doubts
weigh as much as a large one. The other costs are small against that. All were chosen on numbers
composed of digits that taught the recogniser, those of pendigits' first writers and of MNIST.
"""

from collections.abc import Sequence

import numpy as np

from nn.reading.numbers.components import Part
from nn.reading.numbers.cuts import Cut
from nn.reading.numbers.types import Activations

NO_DIGIT = 0.1  # probability of each digit where a picture shows none
LEAST_CONFIDENCE = 1e-9  # that ink is given, whatever the recogniser says
USUAL_HEIGHT, LOW_COST = 0.95, 1.0  # over the line's height; of a whole line's height that lacks
USUAL_WIDTH, WIDE_COST = 0.9, 0.3  # over the line's height; of a line's height beyond
JOIN_COST = 0.3  # of parts that are one digit but lie side by side
NARROW_COST = 0.6  # of a part that is cut: of each line's height that lacks to the usual width
AGAIN_COST = 0.1  # of each place but the first at which a cut crosses ink
LEFT_OUT_COST = 2.0  # of ink that is no digit: of each line's height of its longer side


def doubt(reading: Activations) -> float:
    """Return what the recogniser's reading, float (10,), says against a digit: 0 is nothing.

    Its probabilities are a mixture of those of a digit with ``NO_DIGIT`` for each.
    """
    confidence = (float(reading.max()) - NO_DIGIT) / (1 - NO_DIGIT)
    return float(np.sqrt(-np.log(np.clip(confidence, LEAST_CONFIDENCE, 1))))


def shape_cost(ink: Part, line_height_px: float) -> float:
    """Return what a digit's size says against it: that it is low or wide for its line."""
    height, width = ink.height / line_height_px, ink.width / line_height_px
    return LOW_COST * max(0.0, USUAL_HEIGHT - height) + WIDE_COST * max(0.0, width - USUAL_WIDTH)


def join_cost(inks: Sequence[Part]) -> float:
    """Return what speaks against one digit of several parts, from left to right."""
    cost, left, right = 0.0, inks[0].x, inks[0].right
    for ink in inks[1:]:
        beside = 1 - max(0, right - ink.x) / min(ink.width, right - left)
        cost += JOIN_COST * max(0.0, beside)
        right = max(right, ink.right)
    return cost


def cut_cost(cut: Cut, part: Part, line_height_px: float) -> float:
    """Return what speaks against a cut: that the part is narrow, or that the cut crosses it twice.

    Most digits that touch do so in one place.
    """
    narrow = max(0.0, USUAL_WIDTH - part.width / line_height_px)
    return NARROW_COST * narrow + AGAIN_COST * max(0, cut.runs - 1)


def left_out_cost(ink: Part, line_height_px: float) -> float:
    """Return what speaks against ink as no part of any digit: the larger, the more."""
    return LEFT_OUT_COST * max(ink.width, ink.height) / line_height_px
