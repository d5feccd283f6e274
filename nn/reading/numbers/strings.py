"""Rescoring of digits that may touch, by a network that reads a string of digits without cuts.

It moves over a strip of a line's ink and gives the probability of each digit and of the blank in
each frame. A cut that ends one hypothesis and begins the next is at the same frame for both, so
that each frame belongs to one hypothesis of a path. The sum of their log-likelihoods is then that
of the path's digits (connectionist temporal classification, see ``nn/models/ctc``), where each
digit is aligned to its own ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn.reading.numbers.components import Component, join
from nn.reading.numbers.lattice import WIDEST_GAP, Hypothesis, Lattice
from nn.reading.numbers.strips import FRAME_PX, to_strip
from nn.reading.numbers.types import Activations, ReadStrip

LEAST_PROBABILITY = 1e-9  # of a class in a frame, so that its logarithm is finite
LEAST_LIKELIHOOD = -20.0  # logarithm: what is less likely is impossible
WIDEST_RUN = 130.0  # that is read, over the line's height: of ``MAX_DIGITS`` with their gaps
N_CLASSES = 11  # the digits and the blank

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """Components of a line without wide gaps between them, in which some may be several digits.

    Attributes
    ----------
    x, scale
        Its first column, and columns of its strip for each of its own.
    logarithms
        float64 (T, 11): of the probability of each digit and of the blank in each frame.
    """

    x: int
    scale: float
    logarithms: Floats

    def frame(self, column: float) -> int:
        """Return the first frame at or after a column; the first frame of all is before the run."""
        return 1 + round((column - self.x) * self.scale / FRAME_PX)


def string_likelihoods(
    lattice: Lattice, hypotheses: Sequence[Hypothesis], read_strip: ReadStrip
) -> Floats:
    """Return the log-likelihood of each digit, and of no digit, in each hypothesis, (H, 11).

    It is 0 in the runs of components of which none may be several digits: these are not read. Nor
    are runs that are too wide for numbers.

    Parameters
    ----------
    lattice, hypotheses
        Of a line.
    read_strip
        Takes a strip uint8 (40, W), returns the probabilities float (T, 11).
    """
    found = np.zeros((len(hypotheses), N_CLASSES))
    for numbers in _runs(lattice):
        run = _read(join([lattice.components[number] for number in numbers]), lattice, read_strip)
        frames = _frames_of_nodes(lattice, numbers, run)
        own = [n for n, each in enumerate(hypotheses) if {each.start, each.end} <= frames.keys()]
        starts, ends = (
            np.array([frames[node] for node in nodes], np.intp)
            for nodes in zip(*((hypotheses[n].start, hypotheses[n].end) for n in own), strict=True)
        )
        blanks = np.concatenate([[0], run.logarithms[:, -1].cumsum()])
        of_digits = single_label_likelihoods(run.logarithms, int((ends - starts).max()))
        first = starts.clip(max=len(run.logarithms) - 1)
        found[own, :-1] = of_digits[first, ends - starts]
        found[own, -1] = blanks[ends] - blanks[starts]
    return found.clip(LEAST_LIKELIHOOD)


def combined(activations: Activations, likelihoods: Floats) -> Activations:
    """Return the geometric mean of the activations (10,) and the string's probabilities, sum 1.

    ``likelihoods`` are the logarithms of the latter, (11,), of which the last is not used.
    """
    mean = np.sqrt(np.exp(likelihoods[:-1]) * activations)
    probabilities: Activations = mean / mean.sum()
    return probabilities


def single_label_likelihoods(logarithms: Floats, longest: int) -> Floats:
    """Return the log-likelihood of exactly one digit in each range of frames, (T, longest + 1, 10).

    The first index is the first frame, the second the number of frames. The digit takes one or
    more frames, the frames before and after them are blank.

    Parameters
    ----------
    logarithms
        (T, 11): of the probability of each digit and of the blank in each frame.
    longest
        Range, in frames.
    """
    n_frames, n_digits = len(logarithms), logarithms.shape[1] - 1
    table = np.full((n_frames, longest + 1, n_digits), -np.inf)
    padded = np.pad(logarithms, ((0, longest), (0, 0)))
    before = np.zeros((n_frames, 1))  # all frames so far are blank
    inside, after = np.full((2, n_frames, n_digits), -np.inf)
    for length in range(1, longest + 1):
        frame = padded[length - 1 : length - 1 + n_frames]
        digits, blank = frame[:, :-1], frame[:, -1:]
        after = np.logaddexp(after, inside) + blank
        inside = np.logaddexp(inside, before) + digits
        before = before + blank
        table[:, length] = np.logaddexp(inside, after)
    return table


def _runs(lattice: Lattice) -> list[list[int]]:
    """Return the numbers of the components of each run in which some may be several digits."""
    runs: list[list[int]] = []
    right = -np.inf
    for number, component in enumerate(lattice.components):
        if component.x - right > WIDEST_GAP * lattice.height_px:
            runs.append([])
        runs[-1].append(number)
        right = max(right, component.right)
    return [
        run
        for run in runs
        if not set(run).isdisjoint(lattice.doubtful) and _width(lattice, run) <= WIDEST_RUN
    ]


def _width(lattice: Lattice, run: Sequence[int]) -> float:
    """Return the width of a run of components over the line's height."""
    right = max(lattice.components[number].right for number in run)
    return (right - lattice.components[run[0]].x) / lattice.height_px


def _read(ink: Component, lattice: Lattice, read_strip: ReadStrip) -> Run:
    """Return what the network of strings computes for a run's ink."""
    strip = to_strip(ink.ink, lattice.height_px)
    probabilities = np.asarray(read_strip(strip), np.float64)
    logarithms = np.log(np.maximum(probabilities, LEAST_PROBABILITY))
    return Run(ink.x, strip.shape[1] / ink.width, logarithms)


def _frames_of_nodes(lattice: Lattice, numbers: Sequence[int], run: Run) -> dict[int, int]:
    """Return the frame at each node of a run, from 0 at its first to T at its last."""
    frames, last = {}, 0
    n_frames = len(run.logarithms)
    for node, place in enumerate(lattice.nodes):
        if place.component not in numbers and place.component != numbers[-1] + 1:
            continue
        if place.component == numbers[0] and place.cut is None:
            frame = 0
        elif place.component > numbers[-1]:
            frame = n_frames
        elif place.cut is None:
            beside = [lattice.components[each].right for each in numbers if each < place.component]
            frame = run.frame((max(beside) + lattice.components[place.component].x) / 2)
        else:
            left = lattice.components[place.component].x
            frame = run.frame(left + float(place.cut.columns.mean()))
        frames[node] = last = min(max(frame, last), n_frames)
        if place.component > numbers[-1]:
            break
    return frames
