"""Pictures on which the rules of nn.reading are compared, and what is read in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from nn.data.mnist import load_mnist
from nn.data.pendigits import load_pendigits, split_by_writer
from nn.evaluation import sets, strangers
from nn.evaluation.certainty import is_certain
from nn.evaluation.pages.conditions import conditions
from nn.reading.doubts import CERTAIN_AT
from nn.reading.ink.extract import find_ink
from nn.reading.ink.unread import unread_ink
from nn.reading.mnist_format import Ink, NoInk, ink_to_mnist
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import Classify, TooManyDigits

SEED = 1  # of the pictures
N_WRITERS = 6  # of pendigits: the last ones write
MOST_DIGITS = 450  # of a set of single digits

Text = str | tuple[str, ...]
"""A digit, or the numbers from top to bottom; empty where nothing is read."""


@dataclass(frozen=True)
class Answer:
    """What is read in a picture, and whether that is certain."""

    text: Text = ""
    is_certain: bool = False


@dataclass(frozen=True)
class FoundInk:
    """The ink of a picture, and whether it lacks any of a digit's size."""

    ink: Ink
    is_ink_left_out: bool


@dataclass
class Sample:
    """A picture, what is written on it, and what all rules together make of it.

    Attributes
    ----------
    picture
        A grey picture.
    truth
        What is written.
    ink
        The ink that is read, sparse; None where there is none.
    is_ink_left_out
        Whether it lacks ink of a digit's size.
    answer
        What is read.
    """

    picture: Image.Image
    truth: Text
    ink: Any = None
    is_ink_left_out: bool = False
    answer: Answer = Answer()

    @property
    def is_number(self) -> bool:
        """Whether it may hold several digits."""
        return isinstance(self.truth, tuple)

    def is_wrong(self, answer: Answer) -> bool:
        """Return whether an answer is certain and wrong."""
        return answer.is_certain and answer.text != self.truth


Samples = Mapping[str, Sequence[Sample]]


def make_samples(data: Path | None, every: int) -> Samples:
    """Return the benchmark's pictures, one in ``every``, by set."""
    _, last = split_by_writer(load_pendigits(data), N_WRITERS)
    _, test = load_mnist(data)
    samples: dict[str, list[Sample]] = {"drawn": [], "photographed": [], "cells": []}
    for name, condition in tqdm(conditions(last, test).items(), "pictures", disable=None):
        rng = np.random.default_rng(SEED)
        is_photo, is_cell = "photograph" in name, "cells" in name
        group = "cells" if is_cell else "photographed" if is_photo else "drawn"
        for _ in range(-(-condition.n_pictures // every)):
            made = condition.make(rng)
            samples[group].append(Sample(made.picture.convert("L"), made.lines))
    digits = {name: sets.load(name, data) for name in sets.DIGITS}
    digits["pen strokes"] = strangers.draw_last_writers(N_WRITERS, data)
    for name, found in digits.items():
        step = max(every, -(-len(found.pictures) // MOST_DIGITS))
        pairs = zip(found.pictures[::step], found.labels[::step], strict=True)
        samples[name.partition(",")[0]] = [Sample(image, str(label)) for image, label in pairs]
    return samples


def ink_of(sample: Sample) -> FoundInk | None:
    """Return the ink that is read of a sample's picture."""
    try:
        sheet = find_ink(sample.picture)
        ink = sheet.ink if sample.is_number else sheet.digit
        return FoundInk(ink, bool(unread_ink(sheet, is_of_one_digit=not sample.is_number)))
    except (NoInk, ValueError, ZeroDivisionError):  # without a rule, anything may go wrong
        return None


def read(found: FoundInk | None, is_number: bool, classify: Classify) -> Answer:
    """Return the numbers, or the one digit, of ink."""
    if found is None:
        return Answer()
    if not is_number:
        activations = classify(ink_to_mnist(found.ink)[np.newaxis])[0]
        is_sure = activations.max() >= CERTAIN_AT and not found.is_ink_left_out
        return Answer(str(activations.argmax()), bool(is_sure))
    try:
        reading = read_lines(found.ink, classify)
    except (TooManyDigits, ValueError, KeyError, OverflowError):
        return Answer()
    text = tuple(line.text for line in reading.lines)
    return Answer(text, is_certain(reading, is_ink_left_out=found.is_ink_left_out))
