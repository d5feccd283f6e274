"""The costs of reading ink as digits: by the network's probability, of cuts, of what is left out.

The network is overconfident about parts of digits, of which it has seen few. So the recognition
cost is the square root of the negative log-likelihood: it separates 0.999 from 0.95 as well as 0.95
from 0.85, and several small costs weigh as much as a large one. The other costs are small beside
it. They were chosen on numbers composed of digits that the network had not learnt, some of them
joined by ligatures: what is cut off most easily is a ligature, which looks like a 1.
"""

import numpy as np

from nn.reading.numbers.components import Component
from nn.reading.numbers.types import Activations

NO_DIGIT = 0.1  # probability of each digit where an image shows none
LEAST_CONFIDENCE = 1e-9  # lower bound, so that the cost is finite
WIDEST_FREE, WIDTH_COST = 1.2, 1.0  # of a digit wider than that, per line height more
CUT_COST = 0.4  # of each cut: fewer digits explain the same ink better
LIGATURE_COST = 0.4  # of a line between two digits that is of neither
STRING_COST = 0.5  # of a digit, per unit of -log(probability) by the network of strings
LEFT_OUT_COST = 2.0  # of ink that is no digit: per line height of its longer side


def recognition_cost(activations: Activations, label: int | None = None) -> float:
    """Return the cost of a label by the network's activations, float (10,): sqrt(-log(confidence)).

    The activations are taken as a mixture of a digit's with ``NO_DIGIT`` for each class. The label
    is the likeliest if none is given.
    """
    activation = float(activations.max() if label is None else activations[label])
    confidence = (activation - NO_DIGIT) / (1 - NO_DIGIT)
    return float(np.sqrt(-np.log(np.clip(confidence, LEAST_CONFIDENCE, 1))))


def width_cost(digit: Component, line_height_px: float) -> float:
    """Return the cost of a digit's width: what is wide is rather several, if sure of none."""
    return WIDTH_COST * max(0.0, digit.width / line_height_px - WIDEST_FREE)


def left_out_cost(ink: Component, line_height_px: float) -> float:
    """Return the cost of leaving out ink as no part of any digit."""
    return LEFT_OUT_COST * max(ink.width, ink.height) / line_height_px
