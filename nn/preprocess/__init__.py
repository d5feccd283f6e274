"""Any picture of one digit, as MNIST would have it: 28x28, ink bright, in its place.

MNIST's digits were cut to their ink, scaled to fit 20x20 pixels without changing their proportions,
and put into 28x28 with their centre of mass in the middle (LeCun, Cortes, Burges, "The MNIST
database of handwritten digits"). A network that learnt from them reads other pictures only if they
get the same treatment, more than anything else decides. Training and app both use this package and
no other.
"""

from nn.preprocess.grey import to_grey
from nn.preprocess.mnist import DIGIT_PX, SIDE_PX, NoInk, centre, crop, fit, place, to_inputs
from nn.preprocess.sheet import Sheet, find_ink, to_mnist

__all__ = [
    "DIGIT_PX",
    "SIDE_PX",
    "NoInk",
    "Sheet",
    "centre",
    "crop",
    "find_ink",
    "fit",
    "place",
    "to_grey",
    "to_inputs",
    "to_mnist",
]
