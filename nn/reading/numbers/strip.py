"""A line of a picture as the input of the network that reads lines: a strip of grey, 48 rows high.

The network sees the paper, too: what is ink is for it to say.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from nn.reading.mnist_format import Ink, Pixels
from nn.reading.numbers.types import Activations, ReadStrip

ROWS = 48  # of a strip
MAX_COLUMNS = 1_600  # of a strip: a longer line is made narrower
FRAME_PX = 4  # columns of a strip from one frame of the network to the next
EDGE_PX = 8  # paper before and after each strip
FRAME_START_PX = -3.0  # column of a strip in the middle of its first frame

# Classes after the digits 0 to 9.
POINT, COMMA, MINUS, OTHER, BLANK = range(10, 15)
N_CLASSES = 15
CLASSES = (*"0123456789.,-?", "blank")  # their names

DARKEST, PAPER = 1, 90  # percentiles of a line's pixels: about its ink, and its paper
LEAST_CONTRAST = 8  # grey levels between them: less is noise on paper


def to_strip(grey: Pixels) -> Pixels:
    """Return a line as a strip, uint8 (48, W): 64 for paper and 191 for ink, about.

    Parameters
    ----------
    grey
        uint8 (h, w), one upright line, its ink darker than its paper.
    """
    height_px, width_px = grey.shape
    columns = int(np.clip(round(width_px * ROWS / height_px), ROWS // 3, MAX_COLUMNS))
    kind = cv2.INTER_AREA if height_px > ROWS else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(grey.astype(np.float32), (columns, ROWS), interpolation=kind))
    ink, paper = np.percentile(scaled, (DARKEST, PAPER))
    shade = (paper - scaled) / max(paper - ink, LEAST_CONTRAST)
    strip: Pixels = np.rint((shade.clip(-0.5, 1.5) + 0.5) * 127.5).astype(np.uint8)
    return strip


def to_strip_inputs(strips: Sequence[Pixels]) -> Ink:
    """Return strips (48, W) as inputs of the network, float32 (N, 48, W', 1), paper 0 and ink 1.

    Each is continued by its outermost columns, to the width of the widest and ``EDGE_PX`` more.
    """
    padded_px = _padded(max(strip.shape[1] for strip in strips))
    padded = np.empty((len(strips), ROWS, padded_px, 1), np.uint8)
    for place, strip in zip(padded, strips, strict=True):
        after = padded_px - EDGE_PX - strip.shape[1]
        place[:, :, 0] = np.pad(strip, ((0, 0), (EDGE_PX, after)), mode="edge")
    return (padded / np.float32(127.5) - np.float32(0.5)).astype(np.float32)


def n_frames(columns: int) -> int:
    """Return the number of frames of a strip of so many columns, alone in its batch."""
    return _padded(columns) // FRAME_PX - 2


def _padded(columns: int) -> int:
    """Return the columns of a strip with those before and after it: a whole number of frames."""
    return 2 * FRAME_PX * -(-columns // (2 * FRAME_PX)) + 2 * EDGE_PX


def strip_reader(activations: Callable[[Ink], Activations]) -> ReadStrip:
    """Return what reads one strip, of a network's ``activations`` of any number of inputs."""

    def read_strip(strip: Pixels) -> Activations:
        frames: Activations = activations(to_strip_inputs([strip]))[0]
        return frames

    return read_strip
