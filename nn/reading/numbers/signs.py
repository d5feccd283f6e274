"""From the frames of a line to its signs: what each is, how surely, and where it stands.

The network of lines gives for each frame the probability of each class and of the blank. The
likeliest class of each frame gives the signs; between two signs lies a blank, or a border where one
class follows another. The likelihood of a class within a sign's frames is the sum over all ways in
which exactly one sign of that class stands there (connectionist temporal classification, see
``nn/models/ctc``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nn.reading.numbers.strip import BLANK, FRAME_PX, FRAME_START_PX, OTHER

OTHER_PRIOR = 0.1  # of another sign against the share of them in training: numbers have fewer
LEAST_PROBABILITY = 1e-9  # of a class in a frame, so that its logarithm is finite

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sign:
    """A sign of a line.

    Attributes
    ----------
    label
        Its class: a digit, or one of ``strip``'s classes after these.
    probabilities
        float64 (15,): of each class, and of no sign.
    middle_px
        Column of the strip at which the network finds it.
    """

    label: int
    probabilities: Floats
    middle_px: float


def find_signs(frames: NDArray[np.floating]) -> list[Sign]:
    """Return the signs of a line from left to right.

    Parameters
    ----------
    frames
        (T, 15): the probability of each class and of the blank in each frame.
    """
    weights = np.ones(frames.shape[1])
    weights[OTHER] = OTHER_PRIOR
    labels = (frames * weights).argmax(axis=1)
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
    logarithms = np.log(np.maximum(frames.astype(np.float64), LEAST_PROBABILITY))
    signs = []
    for (start, end), first, last in zip(runs, [0, *borders], [*borders, len(frames)], strict=True):
        label = int(labels[start])
        middle = float(np.average(np.arange(start, end), weights=frames[start:end, label]))
        middle_px = FRAME_START_PX + FRAME_PX * middle
        signs.append(Sign(label, _probabilities(logarithms[first:last]), middle_px))
    return signs


def most_missed(frames: NDArray[np.floating], signs: Sequence[Sign]) -> float:
    """Return the highest probability, in any frame (T, 15), of another class than those nearby.

    These are the classes of the signs on both sides of the frame, and the blank.
    """
    others = frames.copy()
    others[:, BLANK] = 0
    at = [(sign.middle_px - FRAME_START_PX) / FRAME_PX for sign in signs]
    borders = np.searchsorted(at, np.arange(len(frames)))  # signs before each frame
    for number, sign in enumerate(signs):
        is_beside = (borders == number) | (borders == number + 1)
        others[is_beside, sign.label] = 0
    return float(others.sum(axis=1).max(initial=0))


def _probabilities(logarithms: Floats) -> Floats:
    """Return the probability of exactly one sign of each class, and of none, in frames (T, 15)."""
    classes, blank = logarithms[:, :BLANK], logarithms[:, BLANK:]
    before = np.zeros(1)  # all frames so far are blank
    inside, after = np.full((2, BLANK), -np.inf)
    for of_class, of_blank in zip(classes, blank, strict=True):
        after = np.logaddexp(after, inside) + of_blank
        inside = np.logaddexp(inside, before) + of_class
        before = before + of_blank
    likelihoods = np.append(np.logaddexp(inside, after), before)
    found: Floats = np.exp(likelihoods - np.logaddexp.reduce(likelihoods))
    return found
