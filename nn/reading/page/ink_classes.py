"""The classes of a pixel: what the network of ink says of it."""

PAPER, PEN, OTHER = 0, 1, 2
EITHER = 255  # in what is learnt from, a pixel that does not count: an edge, or what cannot be seen
