"""From a picture's ink to lines of digits: components, lines, lattice, cheapest path."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import Ink, Pixels, ink_to_mnist
from nn.reading.numbers.components import Component, usual_height
from nn.reading.numbers.costs import STRING_COST, recognition_cost
from nn.reading.numbers.gaps import split_at_wide_gaps
from nn.reading.numbers.joined import needless_components
from nn.reading.numbers.lattice import LOWEST, Hypothesis, Lattice, cheapest_path
from nn.reading.numbers.lines import group_into_lines
from nn.reading.numbers.marks import FoundMark
from nn.reading.numbers.signs import may_be_signs
from nn.reading.numbers.sorting import sort_lines, without_underlines
from nn.reading.numbers.spacing import with_doubts_between
from nn.reading.numbers.strings import combined, string_likelihoods
from nn.reading.numbers.struck import may_be_struck
from nn.reading.numbers.touching_marks import may_hold_mark
from nn.reading.numbers.types import (
    MAX_DIGITS,
    Activations,
    Classify,
    DetectedDigit,
    Mark,
    NumberLine,
    NumberReading,
    ReadStrip,
    TooManyDigits,
)
from nn.reading.numbers.working_size import box_in, components_at_working_size

MAX_DOUBTFUL = 30  # widths of a digit: most ink in which digits may touch
MAX_HYPOTHESES = 1200  # of a picture; a line of the benchmark's numbers has at most 520
MAX_PAIRS = 4000  # of cuts that are looked at; a page of the benchmark has at most 2600


def read_lines(ink: Ink, classify: Classify, read_strip: ReadStrip | None = None) -> NumberReading:
    """Return the numbers that a picture's ink holds, and the ink that is left out.

    Parameters
    ----------
    ink
        float32 (H, W), 0 for paper to 1 for ink.
    classify
        Takes images uint8 (N, 28, 28) and returns the probability of each digit, float (N, 10);
        about 0.1 for each where an image shows no digit.
    read_strip
        The network of strings, if any, which rescores ink that may be several digits.

    Returns
    -------
    NumberReading
        Numbers from top to bottom and from left to right; none without ink.

    Raises
    ------
    TooManyDigits
        If there are more digits than ``MAX_DIGITS``, more components than they may have, more ink
        than ``MAX_DOUBTFUL`` digits' in components that do not read as one digit, or more
        hypotheses than ``MAX_HYPOTHESES``.
    """
    found, working_shape = components_at_working_size(ink)
    lines, left_out = sort_lines(found)
    recogniser = _Recogniser(classify, read_strip)
    paths = _read([line.digits for line in lines], recogniser, can_cut=True)
    numbers = []
    for line, path in zip(lines, paths, strict=True):
        digits = [each for each in path if each.is_digit]
        left_out += [*line.others, *(each.ink for each in path if each.is_left_out)]
        left_out += _needless(digits, line.digits, recogniser)
        if digits:
            detected = recogniser.detected(digits, ink, working_shape)
            numbers.append(NumberLine(detected, _marks(line.marks, digits, ink, working_shape)))
        else:
            left_out += [mark.component for mark in line.marks]
    boxes = [box_in(ink, each, working_shape) for each in left_out]
    numbers = split_at_wide_gaps(with_doubts_between(numbers))
    by_height = sorted(boxes, key=lambda box: box[1])
    return NumberReading(numbers, [LeftOut(box, Why.NOT_A_DIGIT) for box in by_height])


def find_separate_digits(ink: Ink, classify: Classify) -> list[DetectedDigit]:
    """Return the digits of a picture that may hold several, without cutting any component.

    A quick check beside ``read_lines``, whose parameters and errors it has: empty unless two or
    more components are as high as digits.
    """
    found, working_shape = components_at_working_size(ink)
    least_px = LOWEST * usual_height(found.digits)
    n_high = sum(component.height >= least_px for component in found.digits)
    if n_high < 2:
        return []
    if n_high > MAX_DIGITS:
        raise TooManyDigits(f"The picture holds {n_high} pieces of ink as high as digits.")
    recogniser = _Recogniser(classify)
    paths = _read(group_into_lines(found.digits), recogniser, can_cut=False)
    lines = [[each for each in path if each.is_digit] for path in paths]
    return [
        digit for line in lines if line for digit in recogniser.detected(line, ink, working_shape)
    ]


def _read(
    lines: Sequence[Sequence[Component]], recogniser: "_Recogniser", *, can_cut: bool
) -> list[list[Hypothesis]]:
    """Return the cheapest path through each line of components."""
    activations = iter(recogniser.activations([each for line in lines for each in line]))
    lattices = [Lattice(line, [next(activations) for _ in line], can_cut) for line in lines if line]
    found = iter(_cheapest_paths(lattices, recogniser))
    paths = [next(found) if line else [] for line in lines]
    if (n_digits := sum(each.is_digit for path in paths for each in path)) > MAX_DIGITS:
        raise TooManyDigits(
            f"The picture holds {n_digits} digits; at most {MAX_DIGITS} are read at once."
        )
    return paths


def _needless(
    digits: Sequence[Hypothesis], line: Sequence[Component], recogniser: "_Recogniser"
) -> list[Component]:
    """Return the components of a line that were joined with digits but are hardly of them."""
    joined = [digit.ink for digit in digits if not digit.is_cut and digit.ink not in line]
    activations = {each: recogniser.readings[each][1] for each in [*line, *joined]}
    needless = [part for digit in joined for part in needless_components(digit, line, activations)]
    return without_underlines(needless, line)


def _marks(
    marks: Sequence[FoundMark],
    digits: Sequence[Hypothesis],
    ink: Ink,
    working_shape: tuple[int, ...],
) -> list[Mark]:
    """Return marks with their boxes in the ink (H, W), and their positions between digits."""
    found = []
    for mark in marks:
        middle = mark.component.x + mark.component.width / 2
        position = sum(digit.ink.foot < middle for digit in digits)
        box = box_in(ink, mark.component, working_shape)
        found.append(Mark(box, mark.character, mark.is_sure, position))
    return sorted(found, key=lambda mark: (mark.position, mark.box[0]))


class _Recogniser:
    """Classifies each piece of ink once.

    Attributes
    ----------
    read_strip
        The network of strings, if any.
    readings
        For each piece of ink its image, uint8 (28, 28), and activations, float (10,).
    """

    def __init__(self, classify: Classify, read_strip: ReadStrip | None = None) -> None:
        self._classify = classify
        self.read_strip = read_strip
        self.readings: dict[Component, tuple[Pixels, Activations]] = {}

    def activations(self, inks: Sequence[Component]) -> list[Activations]:
        """Return the activations of each piece of ink, float (10,)."""
        new = [ink for ink in dict.fromkeys(inks) if ink not in self.readings]
        if new:
            images = np.array([ink_to_mnist(each.ink) for each in new], np.uint8)
            for each, image, activations in zip(new, images, self._classify(images), strict=True):
                self.readings[each] = image, activations
        return [self.readings[ink][1] for ink in inks]

    def cost(self, hypothesis: Hypothesis) -> float:
        """Return the recognition cost of a hypothesis that is classified."""
        if not hypothesis.is_digit:
            return 0.0
        return recognition_cost(self.readings[hypothesis.ink][1])

    def cost_of_both(self, hypothesis: Hypothesis, of_string: NDArray[np.float64]) -> float:
        """Return the cost by both networks; what was cut is read as both together find likeliest.

        ``of_string`` are the log-likelihoods (11,). The activations become those of both where the
        label is another; what was not cut keeps its own, which are calibrated: it may be certain.
        """
        if not hypothesis.is_digit:
            return -STRING_COST * float(of_string[-1])
        image, activations = self.readings[hypothesis.ink]
        label = int(activations.argmax())
        if hypothesis.is_cut:
            of_both = combined(activations, of_string)
            if of_both.argmax() != label:
                label = int(of_both.argmax())
                self.readings[hypothesis.ink] = image, of_both
        return recognition_cost(activations, label) - STRING_COST * float(of_string[label])

    def detected(
        self, digits: Sequence[Hypothesis], ink: Ink, working_shape: tuple[int, ...]
    ) -> list[DetectedDigit]:
        """Return the digits of a line, with their boxes in the ink (H, W)."""
        inks = [each.ink for each in digits]
        height_px = float(np.median([each.height for each in inks]))
        are_signs = may_be_signs(inks)
        detected = []
        for at, digit in enumerate(digits):
            image, activations = self.readings[digit.ink]
            label = int(activations.argmax())
            beside = [*inks[max(0, at - 1) : at], *inks[at + 1 : at + 2]]
            may_be_sign = (
                are_signs[at]
                or may_be_struck(digit.ink, label)
                or may_hold_mark(digit.ink, label, beside, height_px)
            )
            box = box_in(ink, digit.ink, working_shape)
            detected.append(DetectedDigit(box, image, activations, digit.is_cut, may_be_sign))
        return detected


def _cheapest_paths(lattices: Sequence[Lattice], recogniser: _Recogniser) -> list[list[Hypothesis]]:
    """Return each line's cheapest path."""
    paths = []
    for lattice, line in zip(lattices, _hypotheses(lattices), strict=True):
        recogniser.activations([each.ink for each in line if each.is_digit])
        if recogniser.read_strip is None:
            costs = [recogniser.cost(each) for each in line]
        else:
            likelihoods = string_likelihoods(lattice, line, recogniser.read_strip)
            costs = [
                recogniser.cost_of_both(each, of_string)
                for each, of_string in zip(line, likelihoods, strict=True)
            ]
        paths.append(cheapest_path(line, costs))
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
