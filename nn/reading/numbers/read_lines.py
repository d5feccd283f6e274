"""From a picture's ink to lines of digits."""

from collections.abc import Sequence
from itertools import islice

import cv2
import numpy as np

from nn.reading.mnist_format import SIDE_PX, place
from nn.reading.numbers.components import Ink, Part, find_parts, usual_height
from nn.reading.numbers.lattice import Hypothesis, Lattice, best
from nn.reading.numbers.lines import to_lines
from nn.reading.numbers.types import MAX_DIGITS, Activations, Classify, Found, Pixels, TooManyParts

WORKING_PX = 80  # height of a usual digit that is enough to cut and read it
MAX_DOUBTFUL = 30  # digits' widths of ink in which digits may touch
MAX_HYPOTHESES = 2000  # that are read of a picture; numbers of the bench have at most 520 a line
PLACES = ((1, 1), (1, 0), (1, 2), (0, 1), (2, 1))  # first row and column, with a pixel of room


def read_lines(ink: Ink, classify: Classify) -> list[list[Found]]:
    """Return the digits that a picture's ink holds, in reading order.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    classify
        Takes pictures uint8 (N, 28, 28) and returns the probability of each digit, float (N, 10);
        about 0.1 for each where a picture shows no digit.

    Returns
    -------
    list of list of Found
        Lines from top to bottom, each line's digits from left to right; empty without ink.

    Raises
    ------
    TooManyParts
        If there are more digits than ``MAX_DIGITS``, more parts of ink than they may have, more
        ink than ``MAX_DOUBTFUL`` digits' in parts that do not read as one digit, or more ways to
        cut it than ``MAX_HYPOTHESES``.
    """
    parts = find_parts(ink)
    shrinking = max(1, round(usual_height(parts) / WORKING_PX))
    if shrinking > 1:
        height, width = (max(1, side_px // shrinking) for side_px in ink.shape)
        small = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
        parts = find_parts(np.asarray(small, np.float32))
    lines = to_lines(parts)
    if not lines:
        return []
    wholes = iter(classify(_images([part for line in lines for part in line])))
    lattices = [Lattice(line, [next(wholes) for _ in line]) for line in lines]
    doubtful = sum(lattice.doubtful_width for lattice in lattices)
    if doubtful > MAX_DOUBTFUL:
        raise TooManyParts(
            f"The picture holds more than {MAX_DOUBTFUL} digits' width of ink that does not read "
            "as single digits: it shows something else, or too many that touch."
        )
    found = [line for line in _read(lattices, classify, shrinking) if line]
    n_digits = sum(map(len, found))
    if n_digits > MAX_DIGITS:
        raise TooManyParts(
            f"The picture holds {n_digits} digits; at most {MAX_DIGITS} are read at once."
        )
    return found


def _read(lattices: Sequence[Lattice], classify: Classify, shrinking: int) -> list[list[Found]]:
    """Return each line's digits as they are most likely read."""
    hypotheses = _hypotheses(lattices)
    readings = iter(classify(_images([each.ink for line in hypotheses for each in line])))
    lines = []
    for line in hypotheses:
        of_line = np.array([next(readings) for _ in line])
        lines.append([line[number] for number in best(line, of_line) if line[number].is_digit])
    images = _images([digit.ink for line in lines for digit in line])
    seen = iter(zip(images, _read_again(images, classify), strict=True))
    return [
        [Found(_box(digit, shrinking), *next(seen), digit.is_cut) for digit in line]
        for line in lines
    ]


def _hypotheses(lattices: Sequence[Lattice]) -> list[list[Hypothesis]]:
    """Return what the digits of each line may be, if that is not endlessly much."""
    lines = []
    left = MAX_HYPOTHESES
    for lattice in lattices:
        lines.append(list(islice(lattice.hypotheses(), left + 1)))
        left -= len(lines[-1])
        if left < 0:
            raise TooManyParts(
                f"The picture's ink can be cut in more than {MAX_HYPOTHESES:,} ways into digits: "
                "it shows something else, or too many that touch."
            )
    return lines


def _read_again(images: Pixels, classify: Classify) -> Activations:
    """Return what digits (N, 28, 28) are, on an average of where they may stand, float (N, 10).

    A digit stands a pixel farther left or right, up or down, if a little of its ink is hidden or
    its neighbour's is added. The average over such places errs less often than one place.
    """
    if not len(images):
        return np.empty((0, 10))
    roomy = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    places = [roomy[:, row : row + SIDE_PX, column : column + SIDE_PX] for row, column in PLACES]
    readings = classify(np.concatenate(places)).reshape(len(PLACES), len(images), -1)
    return np.asarray(readings.mean(axis=0))


def _images(inks: Sequence[Part]) -> Pixels:
    """Return ink as the recogniser takes it, uint8 (N, 28, 28)."""
    return np.array([place(part.ink) for part in inks], np.uint8)


def _box(hypothesis: Hypothesis, shrinking: int) -> tuple[int, int, int, int]:
    """Return x, y, width and height in a picture so many times larger than the hypothesis's."""
    ink = hypothesis.ink
    return ink.x * shrinking, ink.y * shrinking, ink.width * shrinking, ink.height * shrinking
