"""The costs of reading ink as a digit: by the network's probability, and by shape.

The network is overconfident about parts of digits, of which it has seen few. So the recognition
cost is the square root of the negative log-likelihood: it separates 0.999 from 0.95 as well as 0.95
from 0.85, and several small costs weigh as much as a large one. The other costs are small beside
it. All were chosen on numbers composed of training digits: those of pendigits' first writers and of
MNIST.
"""

from collections.abc import Sequence

import numpy as np

from nn.reading.numbers.components import Component
from nn.reading.numbers.cuts import Cut
from nn.reading.numbers.types import Activations

NO_DIGIT = 0.1  # probability of each digit where an image shows none
LEAST_CONFIDENCE = 1e-9  # lower bound, so that the cost is finite
USUAL_HEIGHT, LOW_COST = 0.95, 1.0  # over the line's height; per line height that is missing
USUAL_WIDTH, WIDE_COST = 0.9, 0.3  # over the line's height; per line height beyond it
JOIN_COST = 0.3  # of components side by side that are one digit
AGAIN_COST = 0.1  # of each place but the first where a cut crosses ink
LEFT_OUT_COST = 2.0  # of ink that is no digit: per line height of its longer side


def recognition_cost(activations: Activations) -> float:
    """Return the cost of the network's activations, float (10,): sqrt(-log(confidence)).

    The activations are taken as a mixture of a digit's with ``NO_DIGIT`` for each class.
    """
    confidence = (float(activations.max()) - NO_DIGIT) / (1 - NO_DIGIT)
    return float(np.sqrt(-np.log(np.clip(confidence, LEAST_CONFIDENCE, 1))))


def shape_cost(ink: Component, line_height_px: float) -> float:
    """Return the cost of a digit that is low or wide for its line."""
    height, width = ink.height / line_height_px, ink.width / line_height_px
    return LOW_COST * max(0.0, USUAL_HEIGHT - height) + WIDE_COST * max(0.0, width - USUAL_WIDTH)


def join_cost(inks: Sequence[Component]) -> float:
    """Return the cost of one digit of several components, from left to right."""
    cost, left, right = 0.0, inks[0].x, inks[0].right
    for ink in inks[1:]:
        beside = 1 - max(0, right - ink.x) / min(ink.width, right - left)
        cost += JOIN_COST * max(0.0, beside)
        right = max(right, ink.right)
    return cost


def cut_cost(cut: Cut | None) -> float:
    """Return the cost of a cut that crosses ink repeatedly: most digits touch in one place."""
    return AGAIN_COST * max(0, cut.runs - 1) if cut else 0.0


def left_out_cost(ink: Component, line_height_px: float) -> float:
    """Return the cost of leaving out ink as no part of any digit."""
    return LEFT_OUT_COST * max(ink.width, ink.height) / line_height_px
