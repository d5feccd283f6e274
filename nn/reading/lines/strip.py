"""The input and the output of the network that reads lines.

Its input is a strip of grey, 48 rows high, with the paper: the network itself tells ink from paper.
Its output is the probability of each class and of the blank in each frame. The likeliest class of
each frame gives the signs; between two signs lies a blank, or a border where one class follows
another. The likelihood of a class within a sign's frames is the sum over all ways in which exactly
one sign of that class stands there (connectionist temporal classification, see ``nn/models/ctc``).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from nn.reading.mnist import Ink, Pixels
from nn.reading.reading import Activations, Sign

ROWS = 48  # of a strip
MAX_STRIP_PX = 1_600  # width: a longer line is made narrower
FRAME_PX = 4  # columns of a strip from one frame of the network to the next
EDGE_PX = 8  # paper before and after each strip
FRAME_START_PX = -3.0  # column of a strip in the middle of its first frame

# Classes after the digits 0 to 9.
POINT, COMMA, MINUS, OTHER, BLANK = range(10, 15)
CLASSES = (*"0123456789.,-?", "blank")  # the names of all; ? for another sign
N_CLASSES = len(CLASSES)

INK_PERCENTILE, PAPER_PERCENTILE = 1, 90  # of a line's pixels, dark to light
MIN_LEVELS = 8  # of grey between ink and paper: fewer are noise

# Weights of the classes and of the blank: numbers have fewer other signs than training.
PRIORS = np.where(np.arange(N_CLASSES) == OTHER, 0.02, 1.0)
MIN_PROBABILITY = 1e-9  # of a class in a frame, so that its logarithm is finite

Floats = NDArray[np.float64]
ReadStrip = Callable[[Pixels], Activations]
"""Takes a strip uint8 (48, W), returns for each frame the probability of each class and of the
blank, float (T, 15)."""


def to_strip(grey: Pixels) -> Pixels:
    """Return a line as a strip, uint8 (48, W): 64 for paper and 191 for ink, about.

    Parameters
    ----------
    grey
        uint8 (h, w), one upright line, its ink darker than its paper.
    """
    height_px, width_px = grey.shape
    columns = int(np.clip(round(width_px * ROWS / height_px), ROWS // 3, MAX_STRIP_PX))
    kind = cv2.INTER_AREA if height_px > ROWS else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(grey.astype(np.float32), (columns, ROWS), interpolation=kind))
    ink, paper = np.percentile(scaled, (INK_PERCENTILE, PAPER_PERCENTILE))
    shade = (paper - scaled) / max(paper - ink, MIN_LEVELS)
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


def find_signs(frames: NDArray[np.floating]) -> list[Sign]:
    """Return the signs of a line from left to right.

    Parameters
    ----------
    frames
        (T, 15): the probability of each class and of the blank in each frame.
    """
    labels = (frames * PRIORS).argmax(axis=1)
    starts = np.flatnonzero(np.diff(labels, prepend=BLANK))
    ends = np.append(starts, len(labels))[1:]
    runs = [
        (start, end)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if labels[start] != BLANK
    ]
    if not runs:
        return []
    # The frames between two signs are divided in their middle.
    borders = [(before[1] + after[0] + 1) // 2 for before, after in pairwise(runs)]
    logarithms = np.log(np.maximum(frames.astype(np.float64), MIN_PROBABILITY))
    signs = []
    for (start, end), first, last in zip(runs, [0, *borders], [*borders, len(frames)], strict=True):
        label = int(labels[start])
        middle = float(np.average(np.arange(start, end), weights=frames[start:end, label]))
        middle_px = FRAME_START_PX + FRAME_PX * middle
        probabilities = _probabilities(logarithms[first:last])
        signs.append(Sign(label, probabilities, middle_px, range(start, end)))
    return signs


def most_missed(frames: NDArray[np.floating], signs: Sequence[Sign]) -> float:
    """Return the highest probability, in any frame (T, 15), of all classes but those nearby.

    Nearby are the classes of the signs on both sides of the frame, and the blank; after the last
    digit also a point and a comma, which do not change a number there.
    """
    others = frames.copy()
    others[:, BLANK] = 0
    at = [(sign.middle_px - FRAME_START_PX) / FRAME_PX for sign in signs]
    borders = np.searchsorted(at, np.arange(len(frames)))  # signs before each frame
    for number, sign in enumerate(signs):
        is_beside = (borders == number) | (borders == number + 1)
        others[is_beside, sign.label] = 0
    n_to_last_digit = max((n for n, sign in enumerate(signs, 1) if sign.label < POINT), default=0)
    others[borders >= n_to_last_digit, POINT : COMMA + 1] = 0
    return float(others.sum(axis=1).max(initial=0))


def _probabilities(logarithms: Floats) -> Floats:
    """Return the probability of exactly one sign of each class, and of none, in frames (T, 15).

    Of each class with its weight in ``PRIORS``.
    """
    classes, blank = logarithms[:, :BLANK], logarithms[:, BLANK:]
    before = np.zeros(1)  # all frames so far are blank
    inside, after = np.full((2, BLANK), -np.inf)
    for of_class, of_blank in zip(classes, blank, strict=True):
        after = np.logaddexp(after, inside) + of_blank
        inside = np.logaddexp(inside, before) + of_class
        before = before + of_blank
    likelihoods = np.append(np.logaddexp(inside, after), before) + np.log(PRIORS)
    found: Floats = np.exp(likelihoods - np.logaddexp.reduce(likelihoods))
    return found
