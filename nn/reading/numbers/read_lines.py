"""From a picture's ink to lines of digits: components, lines, lattice, cheapest path."""

from collections.abc import Sequence

import cv2
import numpy as np

from nn.reading.mnist_format import INK_LEVEL, Ink, Pixels, ink_to_mnist, outline
from nn.reading.numbers.components import Component, find_components, usual_height
from nn.reading.numbers.costs import recognition_cost
from nn.reading.numbers.lattice import LOWEST, Hypothesis, Lattice, cheapest_path
from nn.reading.numbers.lines import group_into_lines
from nn.reading.numbers.types import (
    MAX_DIGITS,
    Activations,
    Box,
    Classify,
    DetectedDigit,
    NumberLine,
    NumberReading,
    TooManyDigits,
)

WORKING_PX = 80  # height of a usual digit to which ink is reduced
MAX_DOUBTFUL = 30  # widths of a digit: most ink in which digits may touch
MAX_HYPOTHESES = 1200  # of a picture; a line of the benchmark's numbers has at most 520
MAX_PAIRS = 4000  # of cuts that are looked at; a page of the benchmark has at most 2600


def read_lines(ink: Ink, classify: Classify) -> NumberReading:
    """Return the numbers that a picture's ink holds, and the ink that is left out.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    classify
        Takes images uint8 (N, 28, 28) and returns the probability of each digit, float (N, 10);
        about 0.1 for each where an image shows no digit.

    Returns
    -------
    NumberReading
        Lines from top to bottom; none without ink.

    Raises
    ------
    TooManyDigits
        If there are more digits than ``MAX_DIGITS``, more components than they may have, more ink
        than ``MAX_DOUBTFUL`` digits' in components that do not read as one digit, or more
        hypotheses than ``MAX_HYPOTHESES``.
    """
    components, working_shape = _components_at_working_size(ink)
    lines = _read_lines(components, classify, ink, working_shape, can_cut=True)
    return NumberReading([NumberLine(digits, []) for digits in lines], [])


def find_separate_digits(ink: Ink, classify: Classify) -> list[DetectedDigit]:
    """Return the digits of a picture that may hold several, without cutting any component.

    A quick check beside ``read_lines``, whose parameters and errors it has: empty unless two or
    more components are as high as digits.
    """
    components, working_shape = _components_at_working_size(ink)
    least_px = LOWEST * usual_height(components)
    n_high = sum(component.height >= least_px for component in components)
    if n_high < 2:
        return []
    if n_high > MAX_DIGITS:
        raise TooManyDigits(f"The picture holds {n_high} pieces of ink as high as digits.")
    lines = _read_lines(components, classify, ink, working_shape, can_cut=False)
    return [digit for line in lines for digit in line]


def _components_at_working_size(ink: Ink) -> tuple[list[Component], tuple[int, ...]]:
    """Return the components of ink (H, W), reduced where they are large, and the reduced shape."""
    components = find_components(ink)
    factor = max(1, round(usual_height(components) / WORKING_PX))
    if factor == 1:
        return components, ink.shape
    height, width = (max(1, side_px // factor) for side_px in ink.shape)
    reduced = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
    return find_components(np.asarray(reduced, np.float32)), (height, width)


def _read_lines(
    components: Sequence[Component],
    classify: Classify,
    ink: Ink,
    working_shape: tuple[int, ...],
    *,
    can_cut: bool,
) -> list[list[DetectedDigit]]:
    """Return the digits of components, by lines, with their boxes in the ink (H, W)."""
    lines = group_into_lines(components)
    recogniser = _Recogniser(classify)
    activations = iter(recogniser.activations([each for line in lines for each in line]))
    lattices = [Lattice(line, [next(activations) for _ in line], can_cut) for line in lines]
    paths = _cheapest_paths(lattices, recogniser)
    if (n_digits := sum(map(len, paths))) > MAX_DIGITS:
        raise TooManyDigits(
            f"The picture holds {n_digits} digits; at most {MAX_DIGITS} are read at once."
        )

    def detected(digit: Hypothesis) -> DetectedDigit:
        box = _box_in(ink, digit.ink, working_shape)
        return DetectedDigit(box, *recogniser.readings[digit.ink], digit.is_cut)

    return [[detected(digit) for digit in path] for path in paths if path]


class _Recogniser:
    """Classifies each piece of ink once.

    Attributes
    ----------
    readings
        For each piece of ink its image, uint8 (28, 28), and activations, float (10,).
    """

    def __init__(self, classify: Classify) -> None:
        self._classify = classify
        self.readings: dict[Component, tuple[Pixels, Activations]] = {}

    def activations(self, inks: Sequence[Component]) -> list[Activations]:
        """Return the activations of each piece of ink, float (10,)."""
        new = [ink for ink in dict.fromkeys(inks) if ink not in self.readings]
        if new:
            images = np.array([ink_to_mnist(each.ink) for each in new], np.uint8)
            for each, image, activations in zip(new, images, self._classify(images), strict=True):
                self.readings[each] = image, activations
        return [self.readings[ink][1] for ink in inks]


def _cheapest_paths(lattices: Sequence[Lattice], recogniser: _Recogniser) -> list[list[Hypothesis]]:
    """Return the digits of each line's cheapest path."""
    paths = []
    for line in _hypotheses(lattices):
        activations = recogniser.activations([each.ink for each in line])
        path = cheapest_path(line, [recognition_cost(each) for each in activations])
        paths.append([hypothesis for hypothesis in path if hypothesis.is_digit])
    return paths


def _hypotheses(lattices: Sequence[Lattice]) -> list[list[Hypothesis]]:
    """Return the hypotheses of each line, or raise TooManyDigits where there are too many."""
    if sum(lattice.doubtful_width for lattice in lattices) > MAX_DOUBTFUL:
        raise TooManyDigits(
            f"The picture holds more than {MAX_DOUBTFUL} digits' width of ink that does not read "
            "as single digits: it shows something else, or too many that touch."
        )
    lines: list[list[Hypothesis]] = []
    n_pairs = n_hypotheses = 0
    for lattice in lattices:
        lines.append([])
        for hypotheses in lattice.pairs():
            n_pairs += 1
            n_hypotheses += len(hypotheses)
            lines[-1] += hypotheses
            if n_pairs > MAX_PAIRS or n_hypotheses > MAX_HYPOTHESES:
                raise TooManyDigits(
                    f"The picture's ink can be cut in more than {MAX_HYPOTHESES:,} ways into "
                    "digits: it shows something else, or too many that touch."
                )
    return lines


def _box_in(ink: Ink, digit: Component, working_shape: tuple[int, ...]) -> Box:
    """Return x, y, width and height of a digit in ink (H, W), found in the same ink reduced.

    The box is that of all ink in the digit's reduced pixels and those next to them.
    """
    if ink.shape == working_shape:
        return digit.x, digit.y, digit.width, digit.height
    scale_y, scale_x = (full / small for full, small in zip(ink.shape, working_shape, strict=True))
    top, bottom = (round(scale_y * y) for y in (max(0, digit.y - 1), digit.bottom + 1))
    left, right = (round(scale_x * x) for x in (max(0, digit.x - 1), digit.right + 1))
    around = ink[top:bottom, left:right]
    rows = np.arange(top, top + around.shape[0])
    columns = np.arange(left, left + around.shape[1])
    mask = cv2.dilate(np.pad(digit.ink >= INK_LEVEL, 1).view(np.uint8), np.ones((3, 3), np.uint8))
    in_mask = ((rows + 0.5) / scale_y - digit.y + 1, (columns + 0.5) / scale_x - digit.x + 1)
    # Rounded, the last row or column may be just past the mask.
    y, x = (at.astype(int).clip(0, n - 1) for at, n in zip(in_mask, mask.shape, strict=True))
    own = mask[y][:, x]
    x, y, width, height = outline(around * own)
    return left + x, top + y, width, height
