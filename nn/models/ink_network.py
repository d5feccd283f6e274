"""The network that says for each pixel of a picture: paper, pen, or anything else."""

INK = "ink"  # name of the network and of its files
PAPER, PEN, OTHER, EITHER = 0, 1, 2, 255  # classes of a pixel; EITHER, on an edge, does not count
